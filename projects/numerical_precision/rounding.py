"""Rounding whole arrays: to nearest, or up and down by chance, onto the numbers of any format, floating or fixed point."""

from dataclasses import dataclass

import numpy as np

from abacus.errors import BadInput
from abacus.settings import above, at_least, suggestion
from formats import FORMATS, Format, binade


@dataclass(frozen=True)
class Fixed:
    """Fixed point ⟨IL, FL⟩: whole multiples of 2^−FL from −2^(IL−1) to 2^(IL−1) − 2^−FL  (Gupta et al. 2015; eq. 16)."""

    integer_bits: int  # with the sign
    fraction_bits: int

    @property
    def bits(self):
        return self.integer_bits + self.fraction_bits

    def quantum(self, x):
        """2^−FL, whatever x, in the type of the array x."""
        return x.dtype.type(2.0**-self.fraction_bits)

    def bounded(self, y):
        """Rounded numbers (an array), with those beyond the range replaced by its ends."""
        end = 2.0 ** (self.integer_bits - 1)
        return np.clip(y, -end, end - 2.0**-self.fraction_bits)  # eq. 16

    saturated = bounded


@dataclass(frozen=True)
class Blocks:
    """Numbers of a small format times a power of two that `size` numbers share, those that follow one another  (OCP MX 1.0).

    The power is the smallest with which none of them is beyond the format's largest number.
    """

    element: Format
    size: int

    @property
    def bits(self):
        return self.element.bits

    def quantum(self, x):
        """The distance of neighbouring numbers around each x, in the type of the array x  (eq. 18)."""
        sizes = np.pad(np.abs(x).ravel(), (0, -x.size % self.size)).reshape(-1, self.size).max(axis=1)
        need = sizes / x.dtype.type(self.element.largest)
        power = binade(need)
        power = np.where(need > power, 2 * power, power)  # eq. 18
        power = np.maximum(power, np.finfo(x.dtype).tiny)  # of a block of zeros, or of numbers that are nearly 0
        scale = np.repeat(power, self.size)[: x.size].reshape(x.shape)
        return self.element.quantum(x / scale) * scale

    def bounded(self, y):
        """y: nothing is beyond the range."""
        return y

    saturated = bounded


BLOCKS = {"MXFP8": Blocks(FORMATS["E4M3"], 32), "MXFP4": Blocks(FORMATS["E2M1"], 32)}


def named(name):
    """The Format or Blocks of that name, or the Fixed of one such as "fixed 2.14" (2 bits with the sign, 14 of the fraction)."""
    if name in FORMATS | BLOCKS:
        return (FORMATS | BLOCKS)[name]
    kind, _, numbers = str(name).partition(" ")
    parts = [int(part) if part.isdecimal() and len(part) < 3 else 99 for part in numbers.split(".")]
    if kind == "fixed" and len(parts) == 2 and parts[0] > 0 and 1 < sum(parts) <= 24:
        return Fixed(*parts)
    known = [*FORMATS, *BLOCKS, "fixed 2.14"]
    raise BadInput(f"format={name}: wanted one of {', '.join(known)} (2 to 24 bits in all){suggestion(name, known)}")


def onto(x, form):
    """Each x of an array (float32, float64) on the nearest multiple of the spacing around it, a tie on the even one  (eq. 5)."""
    q = form.quantum(x)
    return np.rint(x / q) * q  # eq. 5: q is a power of two, so that only rint rounds


def nearest(x, form):
    """Each x on the nearest number of the format; beyond the largest as `encode` has it."""
    return form.bounded(onto(x, form))


def saturated(x, form):
    """Each x on the nearest number of the format; beyond the largest on that one."""
    return form.saturated(onto(x, form))


def stochastic(x, form, rng):
    """Each x on the number below it or above, on that with probability (x − below)/q, so that the mean is x  (eq. 17)."""
    q = form.quantum(x)
    steps = x / q
    below = np.floor(steps)
    up = rng.random(x.shape, dtype=np.float32) < steps - below  # eq. 17
    return form.bounded((below + up) * q)


@dataclass
class Config:
    format: str  # a floating-point format, or "fixed 2.14"
    x: float = above(0)  # the number that is rounded again and again
    draws: int = at_least(2)  # roundings of x, and sums
    terms: int = at_least(1)  # x is added so often, every sum rounded by chance


def chance(cfg: Config, job):
    """Mean and mean square error of x rounded by chance, and the mean of sums that are; each with its standard error."""
    form, rng, s = named(cfg.format), job.rng("chance"), np.zeros(cfg.draws)
    with np.errstate(over="ignore", invalid="ignore"):  # what is not finite is told
        once = stochastic(np.full(cfg.draws, cfg.x), form, rng)
        for _ in range(cfg.terms):
            s = stochastic(s + cfg.x, form, rng)
    if not np.isfinite(once + s).all():
        raise BadInput(f"x={cfg.x:g}, terms={cfg.terms}: x or the sum is beyond the largest number of {cfg.format}")
    found = {"mean": once, "mean square error": (once - cfg.x) ** 2, "mean sum": s}
    return {name: (float(v.mean()), float(v.std() / np.sqrt(cfg.draws))) for name, v in found.items()}
