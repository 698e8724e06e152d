"""Look at a number: python look.py 0.1 (or 1/3, 1e-9, 0x1.8p3, inf; python look.py --bits 3c00 --format binary16)

Prints the bits of the number in every format, what is stored exactly, how far that is off, and the neighbours.
"""

import argparse
import math
import re
import sys
from decimal import Decimal
from fractions import Fraction

import numpy as np

from abacus.errors import BadInput
from abacus.settings import shown, suggestion
from formats import FORMATS

DIGITS = 60  # of an exact decimal that are printed
LONGEST = 4000  # characters of a decimal, at most: Python reads whole numbers of up to 4300 digits
EXPONENT = 5000  # of a decimal, at most: ten to the power of a thousand million would take all memory
HEXADECIMAL = r"[-+]?0x(?=\.?[0-9a-f])([0-9a-f]*)(?:\.([0-9a-f]*))?(?:p([-+]?[0-9]{1,9}))?"
NUMBER = r"[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)(e[-+]?[0-9]{1,9})?"


def main(arguments):
    """Print the report; the exit status: 0, or 2 for bad input."""
    reader = argparse.ArgumentParser(description=__doc__.splitlines()[0], formatter_class=argparse.RawTextHelpFormatter)
    reader.add_argument("number", nargs="?", help="a decimal, a fraction such as 1/3, 0x1.8p3, inf or nan")
    reader.add_argument(
        "--bits", metavar="HEX", help="a pattern instead of a number, in hexadecimal digits; wants --format"
    )
    reader.add_argument("--format", metavar="NAME", help=f"only this format: {', '.join(FORMATS)}")
    negative = r"-(\.?\d|inf|nan)"  # a negative number is no option: argparse sees none behind a blank
    asked = reader.parse_args([" " + word if re.match(negative, word, re.IGNORECASE) else word for word in arguments])
    try:
        for line in report(asked.number, asked.bits, asked.format):
            print(line)
    except BadInput as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def report(text, bits, name):
    """The lines for a number's text, or for a pattern's hexadecimal digits in the format `name`."""
    if name is not None and name not in FORMATS:
        raise BadInput(f"--format {shown(name)}: wanted one of {', '.join(FORMATS)}{suggestion(name, FORMATS)}")
    if (text is None) == (bits is None):
        raise BadInput("wanted one number, such as: python look.py 0.1 (or --bits 3c00 --format binary16)")
    if bits is not None:
        if name is None or not re.fullmatch(r"(0x)?[0-9a-fA-F]{1,16}", bits):
            raise BadInput(
                f"--bits {shown(bits)}: wanted hexadecimal digits, and --format; as in --bits 3c00 --format binary16"
            )
        x = FORMATS[name].decode(int(bits, 16))
        return [f"{bits} in {name} is {exact(x)}", "", *described(x, FORMATS[name], int(bits, 16))]
    x = number(text)
    lines = [f"{text.strip()} is stored as"]
    for form in FORMATS.values() if name is None else [FORMATS[name]]:
        if x != x and form.specials == "none":
            lines += ["", f"{form.name:9} has no NaN"]
        else:
            lines += ["", *described(x, form, form.encode(x))]
    return lines


def number(text):
    """The number that a text means: a Fraction, or a float where it is infinite, not a number or a negative zero."""
    word = text.strip().lower()
    if re.fullmatch(r"[-+]?(inf(inity)?|nan)", word):
        return float(word)
    if match := re.fullmatch(HEXADECIMAL, word):
        whole, part, power = match.groups(default="")
        _small(text, word, power)
        x = Fraction(int(whole + part, 16)) * Fraction(2) ** (int(power or 0) - 4 * len(part))
        return (-x if x else -0.0) if word.startswith("-") else x
    above, slash, below = word.partition("/")
    if not re.fullmatch(NUMBER, above) or (slash and not re.fullmatch(NUMBER, below)):
        raise BadInput(f"{shown(text)}: wanted a number, such as 0.1, 1/3, 6.02e23, 0x1.8p3, inf or nan")
    for part in (above, below) if slash else (above,):
        _small(text, part, (part.split("e") + ["0"])[1])
    if slash and not Fraction(below):
        raise BadInput(f"{shown(text)}: a division by zero")
    x = Fraction(above) / (Fraction(below) if slash else 1)
    return -0.0 if not x and word.startswith("-") else x


def _small(text, word, exponent):
    if len(word) > LONGEST or abs(int(exponent or 0)) > EXPONENT:
        raise BadInput(f"{shown(text)}: wanted at most {LONGEST} digits and exponents from -{EXPONENT} to {EXPONENT}")


def described(x, form, bits):
    """The lines about x in one format, where it is stored as the pattern `bits`."""
    value, fields = form.decode(bits), " ".join(form.split(bits))
    what, blank = kind(bits, form), " " * 9
    lines = [f"{form.name:9} {fields}   0x{bits:0{-(-form.bits // 4)}x}   {what}", f"{blank} {exact(value)}"]
    if not math.isfinite(value):
        return lines
    if isinstance(x, Fraction):
        off, spacing = Fraction(value) - x, Fraction(float(form.quantum(np.array([value]))[0]))
        share = f"{_short(abs(off) / spacing)} of the distance between neighbours"
        relative = f", or {_short(abs(off / x) / Fraction(form.unit_roundoff))} u of it" if what == "normal" else ""
        lines.append(f"{blank} off by {_short(off)}: {share}{relative}" if off else f"{blank} exact")
    if value:
        size, digits = bits & (2 ** (form.bits - 1) - 1), 3 + int(form.precision * math.log10(2))
        around = [f"{form.decode(n):.{digits}g}" for n in (size - 1, size + 1) if n < 2 ** (form.bits - 1)]
        lines.append(f"{blank} next in size: {' and '.join(around)}")
    return lines


def kind(bits, form):
    """What sort of number a pattern is: normal, subnormal, zero, infinity, not a number."""
    value = form.decode(bits)
    if math.isnan(value):
        return "not a number"
    if math.isinf(value):
        return "infinity"
    return "zero" if value == 0 else "subnormal" if abs(value) < form.smallest_normal else "normal"


def exact(value):
    """A float in decimal digits, all of them up to 60, else the first ones and how many there are."""
    if not math.isfinite(value):
        return str(value)
    text = f"{Decimal(value):f}" if 1e-30 < abs(value) < 1e30 or value == 0 else str(Decimal(value))
    count = len(Decimal(value).as_tuple().digits)
    return text if count <= DIGITS else f"{Decimal(value):.20e} ({count} digits in all)"


def _short(x):
    """A Fraction to three digits, also where no float is so large or so small."""
    return f"{Decimal(x.numerator) / Decimal(x.denominator):.3g}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
