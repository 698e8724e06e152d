"""One number as a paper prints it: its value, and what its digits leave open."""

import re
from dataclasses import dataclass
from decimal import Decimal

_DIGITS = r"(?:\d+\.?\d*|\.\d+)"  # 304.  .521  70.3
_GROUPED = r"[1-9]\d{0,2}(?:[ ,\u00a0\u2009\u202f]\d{3})+(?:\.\d+)?"  # 60 000 and 60,000
_NUMBER = re.compile(rf"[+-]?(?:{_GROUPED}|{_DIGITS})(?:[eE][+-]?\d+)?")
_CELL = re.compile(
    r"(?P<mark>\?)?\s*(?P<number>[^±]+?)(?:\s*(?:\+-|±)\s*(?P<spread>.+?))?(?:\s+within\s+(?P<half>.+?))?"
)


@dataclass(frozen=True)
class Printed:
    """A printed number: every real number in number ± half would have been printed so.

    `spread` is the number behind "+-" (None: not printed); what it means, "sd" or "se", is said by the table.
    `verified` is False where the transcription has not been seen in print (a leading "?").
    """

    text: str
    number: float
    half: float
    spread: float | None = None
    verified: bool = True


def parse(text, exact=False):
    """A cell of papers/<key>.toml as `Printed`, "" as None; ValueError with the reason where it is neither.

    "70.3"    ".521"    "-.14"    "304."    "60 000"    "0.429796848199937E-03"    "67.9 +- 0.5"    "?46.5"

    `half` is half a unit of the last printed digit: .05, .0005, .005, .5, .5, 5e-19; 0 where the number is `exact` (a
    count, which nobody rounds). Where the digits do not say how far the print can be trusted, the cell says it itself:
    "60 000 within 500" (text: "about 60 000"), "0.00000000000000 within 1e-14": 15 certified digits of a number are a
    bound relative to it, and 0 has no such digits; what is meant is 1e-14 of the column's scale (1 in this example).
    """
    if not text.strip():
        return None
    cell = _CELL.fullmatch(text.strip())
    if cell is None:
        raise ValueError(f'"{text}" is not a number')
    number = _decimal(cell["number"])
    if exact and number != number.to_integral_value():
        raise ValueError(f'"{text}" is not a whole number, which a count is')
    half = 0 if exact else Decimal(5).scaleb(number.as_tuple().exponent - 1)
    if cell["half"]:
        half = _decimal(cell["half"])
    spread = None if cell["spread"] is None else _decimal(cell["spread"])
    if half < 0 or (spread is not None and spread < 0):
        raise ValueError(f'"{text}" has a negative width')
    shown = cell["number"] if spread is None else f"{cell['number']} +- {cell['spread']}"
    spread = None if spread is None else float(spread)
    return Printed(shown, float(number), float(half), spread, verified=cell["mark"] is None)


def decimals(text):
    """How many digits stand behind the point of a printed number, its exponent left out: 1 of "67.9 +- 0.5"."""
    mantissa = re.split("[eE]", _CELL.fullmatch(text.strip())["number"])[0]
    return len(mantissa.partition(".")[2])


def _decimal(text):
    ascii_text = text.strip().replace("−", "-")
    if not _NUMBER.fullmatch(ascii_text):
        raise ValueError(f'"{text}" is not a number')
    return Decimal(re.sub(r"[ ,\u00a0\u2009\u202f]", "", ascii_text))
