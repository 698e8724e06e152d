"""Whether two results are the same, and in words what differs: never the answer itself."""

import dataclasses
import numbers
from decimal import Decimal
from fractions import Fraction

import numpy as np

EXACT = bool, str, bytes, type(None)
LONGEST = 160  # characters of a value that is shown


def difference(ours, theirs, at="the result"):
    """None where `theirs` is what `ours` is, else one sentence. Floats may differ by half of their digits: √ε of the largest."""
    return _different(_plain(ours), _plain(theirs), at, _size(_plain(ours)))


def shown(value):
    """A value in one short line."""
    text = " ".join(repr(_listed(_plain(value))).split())
    return text if len(text) <= LONGEST else text[: LONGEST - 3] + "..."


def _different(ours, theirs, at, size):
    if theirs is None and ours is not None:
        return f"{at} is None: is a return missing?"
    if isinstance(ours, EXACT):
        if not isinstance(theirs, type(ours)):
            return _other_kind(ours, theirs, at)
        return None if ours == theirs else f"{at} is wrong: {shown(theirs)}"
    if isinstance(ours, np.ndarray):
        return _array(ours, theirs, at, size)
    if isinstance(ours, numbers.Number):
        return _number(ours, theirs, at, size)
    if dataclasses.is_dataclass(ours) and not isinstance(ours, type):
        if type(theirs).__name__ != type(ours).__name__:
            return f"{at} should be {_kind(ours)}, and yours is {_kind(theirs)}"
        return _parts(vars(ours), vars(theirs), at, size)
    if isinstance(ours, dict):
        return _parts(ours, theirs, at, size) if isinstance(theirs, dict) else _other_kind(ours, theirs, at)
    if isinstance(ours, set | frozenset):
        if not isinstance(theirs, set | frozenset):
            return _other_kind(ours, theirs, at)
        more, less = len(theirs - ours), len(ours - theirs)
        return f"{at} has {more} that it should not have, and lacks {less}" if more or less else None
    if isinstance(ours, list | tuple):
        return _sequence(ours, theirs, at, size)
    return None  # a generator of random numbers, a function, an object of the project: nothing to compare


def _array(ours, theirs, at, size):
    if not isinstance(theirs, np.ndarray):
        return _other_kind(ours, theirs, at)
    if ours.shape != theirs.shape:
        return f"{at} should have the shape {ours.shape}, and yours has {theirs.shape}"
    if ours.dtype.kind not in "fc" or theirs.dtype.kind not in "fciub":
        wrong = np.argwhere(np.atleast_1d(np.asarray(ours != theirs)))
        if not len(wrong):
            return None
        return f"{at} is wrong in {len(wrong)} of {ours.size} places{f', first at {_place(wrong[0])}' if ours.ndim else ''}"
    with np.errstate(all="ignore"):
        off = np.abs(ours - theirs)
    off = np.where((ours == theirs) | (np.isnan(ours) & np.isnan(theirs)), 0.0, off)
    if np.isnan(off).any() and not np.isnan(ours).any():
        return f"{at} has {int(np.isnan(theirs).sum())} entries that are not a number (NaN)"
    if (off <= _allowed(ours.dtype, size)).all():
        return None
    worst = np.unravel_index(np.where(np.isnan(off), np.inf, off).argmax(), off.shape)
    return f"{at} is off by {off[worst]:.2g}" + (f", most at {_place(worst)}" if off.ndim else "")


def _number(ours, theirs, at, size):
    if not isinstance(theirs, numbers.Number) or isinstance(theirs, bool):
        return _other_kind(ours, theirs, at)
    if ours == theirs or (ours != ours and theirs != theirs):
        same = isinstance(theirs, Fraction | int) if isinstance(ours, Fraction) else True
        return None if same else f"{at} should be exact, a Fraction, and yours is {_kind(theirs)}"
    if theirs != theirs:
        return f"{at} is not a number (NaN)"
    if isinstance(ours, int | Fraction | Decimal) or isinstance(theirs, Decimal):
        return (
            f"{at} is off by {float(abs(Fraction(theirs) - Fraction(ours))):.2g}"
            if _finite(theirs)
            else f"{at} is {theirs}"
        )
    off = abs(complex(theirs) - complex(ours)) if _finite(ours) and _finite(theirs) else np.inf
    return None if off <= _allowed(np.float64, size) else f"{at} is off by {off:.2g}"


def _sequence(ours, theirs, at, size):
    if not isinstance(theirs, list | tuple):
        return _other_kind(ours, theirs, at)
    if hasattr(ours, "_fields") and type(theirs).__name__ != type(ours).__name__:
        return f"{at} should be {_kind(ours)}, and yours is {_kind(theirs)}"
    if len(ours) != len(theirs):
        return f"{at} should have {len(ours)} parts, and yours has {len(theirs)}"
    names = getattr(ours, "_fields", None) or range(1, len(ours) + 1)
    for name, a, b in zip(names, ours, theirs):
        part = f"{at}, part {name}" if isinstance(name, int) else f"{at}, {name}"
        if said := _different(_plain(a), _plain(b), part, _size(_plain(a))):
            return said
    return None


def _parts(ours, theirs, at, size):
    if missing := [name for name in ours if name not in theirs]:
        return f"{at} has no entry {missing[0]!r}"
    if more := [name for name in theirs if name not in ours]:
        return f"{at} has an entry {more[0]!r} that it should not have"
    for name, value in ours.items():
        if said := _different(_plain(value), _plain(theirs[name]), f"{at}[{name!r}]", _size(_plain(value))):
            return said
    return None


def _plain(value):
    """A tensor as its array, a sparse matrix as a full one, a NumPy number as an array without axes."""
    if hasattr(value, "toarray"):
        return value.toarray()
    if hasattr(value, "pullback") or type(value).__name__ in ("Tensor", "Parameter"):
        return np.asarray(value.value)
    return value.item() if isinstance(value, np.generic) else value


def _listed(value):
    """For print: arrays and their numbers as Python's own, floats with six digits."""
    if isinstance(value, np.ndarray):
        return _listed(value.tolist())
    if isinstance(value, float):
        return float(f"{value:.6g}")
    if isinstance(value, dict):
        return {_listed(_plain(k)): _listed(_plain(v)) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(_listed(_plain(v)) for v in value) if not hasattr(value, "_fields") else value
    return value


def _size(value):
    """The largest number in it by size, to which rounding is in proportion; at least the smallest normal float."""
    if isinstance(value, np.ndarray) and value.dtype.kind in "fc" and value.size:
        finite = np.abs(value[np.isfinite(value)])
        return float(finite.max(initial=0.0)) or 1.0
    if isinstance(value, float | complex) and _finite(value):
        return abs(value) or 1.0
    return 1.0


def _allowed(dtype, size):
    return np.sqrt(np.finfo(dtype).eps) * size


def _finite(value):
    try:
        return bool(np.isfinite(complex(value)))
    except OverflowError:
        return True


def _place(index):
    return ", ".join(map(str, map(int, index))).join("()" if len(index) > 1 else ("", ""))


def _other_kind(ours, theirs, at):
    return f"{at} should be {_kind(ours)}, and yours is {_kind(theirs)}"


def _kind(value):
    names = {
        np.ndarray: "an array",
        list: "a list",
        tuple: "a tuple",
        dict: "a dict",
        int: "a whole number",
        float: "a float",
    }
    names |= {bool: "True or False", str: "a text", type(None): "None", set: "a set", bytes: "bytes"}
    return names.get(type(value), f"a {type(value).__name__}")
