"""What a floating-point number is: bits to value and value to bits, exactly, for formats of 64 bits down to 4."""

import math
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np

from abacus.errors import BadInput


@dataclass(frozen=True)
class Format:
    """A binary format: one sign bit, then the exponent's bits, then the fraction's.

    `specials` says what the largest exponent field means: "ieee" infinity and NaN; "nan" NaN where the fraction is all
    ones too, and numbers elsewhere (E4M3); "none" numbers throughout (E2M1). IEEE 754-2019, 3.4; OCP OFP8, 5.1; OCP MX.
    """

    name: str
    exponent_bits: int
    fraction_bits: int
    specials: str = "ieee"

    @cached_property
    def bits(self):
        return 1 + self.exponent_bits + self.fraction_bits

    @cached_property
    def precision(self):
        """p: the bits of the significand, with the leading one that is not stored."""
        return self.fraction_bits + 1

    @cached_property
    def bias(self):
        return 2 ** (self.exponent_bits - 1) - 1

    @cached_property
    def emin(self):
        """The exponent of the smallest normal number; the spacing below it stays the same."""
        return 1 - self.bias

    @cached_property
    def emax(self):
        """The exponent of the largest number."""
        return self.bias + (self.specials != "ieee")

    @cached_property
    def top(self):
        """The pattern of the largest number."""
        ones = 2 ** (self.bits - 1) - 1
        return {"ieee": ones - 2**self.fraction_bits, "nan": ones - 1, "none": ones}[self.specials]

    @cached_property
    def largest(self):
        return self.decode(self.top)

    @cached_property
    def smallest_normal(self):
        return math.ldexp(1.0, self.emin)

    @cached_property
    def smallest(self):
        """The smallest number above 0: all bits are 0 but the last."""
        return self.decode(1)

    @cached_property
    def unit_roundoff(self):
        """u = 2^−p, half the distance from 1 to the next number  (eq. 4)."""
        return 2.0**-self.precision  # eq. 4

    def decode(self, bits):
        """The value of a pattern (an int), as a Python float, which is exact for every format here  (eq. 1, 2)."""
        if not 0 <= bits < 2**self.bits:
            raise BadInput(f"{bits} is no pattern of {self.name}: wanted {self.bits} bits, 0 to {2**self.bits - 1}")
        size = bits & (2 ** (self.bits - 1) - 1)
        sign = -1.0 if bits > size else 1.0
        if size > self.top:
            return sign * math.inf if self.specials == "ieee" and size == self.top + 1 else math.nan
        exponent, fraction = size >> self.fraction_bits, size & (2**self.fraction_bits - 1)
        if exponent == 0:
            return sign * math.ldexp(fraction, self.emin - self.fraction_bits)  # eq. 2
        return sign * math.ldexp(2**self.fraction_bits + fraction, exponent - self.bias - self.fraction_bits)  # eq. 1

    def encode(self, x):
        """The pattern (an int) of the number nearest to x, a float, int or Fraction; a tie goes to the even one  (eq. 3).

        What rounds beyond the largest number is infinity, or NaN ("nan"), or the largest number ("none").
        """
        negative = math.copysign(1, x) < 0 if isinstance(x, float) else x < 0
        if isinstance(x, float) and math.isnan(x):
            size = self._not_a_number()
        elif isinstance(x, float) and math.isinf(x):
            size = self._beyond
        else:
            x = abs(Fraction(x))
            exponent = max(exponent_of(x), self.emin) if x else self.emin
            units = round(
                x / Fraction(2) ** (exponent - self.fraction_bits)
            )  # eq. 3: Python sends a tie to the even one
            size = (
                (exponent - self.emin) << self.fraction_bits
            ) + units  # a carry lands in the exponent, where it should
            size = size if size <= self.top else self._beyond
        return size | (negative << (self.bits - 1))

    def round(self, x):
        """The number of this format nearest to a float x: decode(encode(x)), in a microsecond."""
        if x == 0 or not math.isfinite(x):
            return x if x == 0 or self.specials == "ieee" else self.decode(self.encode(x))
        exponent = math.frexp(x)[1] - 1
        if exponent <= self.emax:
            unit = max(exponent, self.emin) - self.fraction_bits
            y = math.copysign(math.ldexp(round(math.ldexp(x, -unit)), unit), x)
            if abs(y) <= self.largest:
                return y
        return math.copysign(self.decode(self._beyond), x)

    def split(self, bits):
        """The pattern as three texts of 0 and 1: sign, exponent, fraction."""
        text = f"{bits:0{self.bits}b}"
        return text[0], text[1 : 1 + self.exponent_bits], text[1 + self.exponent_bits :]

    def values(self):
        """All numbers of a format of few bits, an array in growing order, 0 once."""
        up = np.array([self.decode(bits) for bits in range(self.top + 1)])
        return np.concatenate([-up[:0:-1], up])

    def quantum(self, x):
        """The distance of neighbouring numbers around each x of an array (float32 or float64), in its type  (eq. 5)."""
        low, high, step = (x.dtype.type(2.0**e) for e in (self.emin, self.emax, -self.fraction_bits))
        return np.clip(binade(x), low, high) * step  # eq. 5

    def bounded(self, y):
        """Rounded numbers (an array), with those beyond the largest replaced as `encode` does."""
        beyond = np.abs(y) > y.dtype.type(self.largest)
        if not beyond.any():
            return y
        if self.specials == "none":
            return np.clip(y, -self.largest, self.largest)
        return np.where(beyond, np.copysign(y.dtype.type(self.decode(self._beyond)), y), y)

    def saturated(self, y):
        """Rounded numbers (an array), with those beyond the largest replaced by it: OFP8's other way."""
        return np.clip(y, y.dtype.type(-self.largest), y.dtype.type(self.largest))

    @cached_property
    def _beyond(self):
        return self.top + (self.specials != "none")

    def _not_a_number(self):
        if self.specials == "none":
            raise BadInput(f"{self.name} has no pattern for NaN")
        return self.top + 1 + (2 ** (self.fraction_bits - 1) if self.specials == "ieee" else 0)


FORMATS = {
    form.name: form
    for form in (
        Format("binary64", 11, 52),
        Format("binary32", 8, 23),
        Format("bfloat16", 8, 7),
        Format("binary16", 5, 10),
        Format("E5M2", 5, 2),
        Format("E4M3", 4, 3, "nan"),
        Format("E2M1", 2, 1, "none"),
    )
}


def exponent_of(x):
    """The largest e with 2^e ≤ x, of a Fraction x > 0."""
    e = x.numerator.bit_length() - x.denominator.bit_length()
    return e if x >= Fraction(2) ** e else e - 1


def binade(x):
    """2^⌊log₂|x|⌋ of each x of an array: its exponent's bits alone (0 for 0 and for subnormal x)."""
    kind, field = {4: (np.uint32, 0x7F800000), 8: (np.uint64, 0x7FF0000000000000)}[x.dtype.itemsize]
    return (x.view(kind) & kind(field)).view(x.dtype)
