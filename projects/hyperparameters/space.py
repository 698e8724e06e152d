"""What is searched: settings of a command line with ranges in place of values, and the unit cube that stands for them.

momentum=interval(0.5,0.95) rates=[log(0.0003,0.03)] hidden=integer(10,100) batch=logint(8,256) network=choice(a,b)
"""

import math
import re
from dataclasses import dataclass

from abacus.errors import BadInput
from abacus.settings import shown, suggestion

KINDS = ("interval", "log", "integer", "logint", "choice", "resource")
RANGE = re.compile(r"([A-Za-z_]+)\(([^()]*)\)")
DIGITS = 4  # of a number that is tried


@dataclass(frozen=True)
class Range:
    """One dimension: the setting that it stands in, its kind, its ends, its choices (words)."""

    setting: str
    kind: str
    low: float = 0.0
    high: float = 1.0
    choices: tuple = ()

    @property
    def cells(self):
        """0 for a number of any size, k for one of k choices, −k for one of k whole numbers."""
        if self.kind == "choice":
            return len(self.choices)
        return -int(self.high - self.low + 1) if self.kind == "integer" else 0

    def value(self, u):
        """The text of the value that stands at u (0 to 1)."""
        if self.kind == "choice":
            return self.choices[min(int(u * len(self.choices)), len(self.choices) - 1)]
        if self.kind == "integer":
            return str(int(min(self.low + math.floor(u * (self.high - self.low + 1)), self.high)))
        if self.kind == "interval":
            return f"{self.low + u * (self.high - self.low):.{DIGITS}g}"
        value = math.exp(math.log(self.low) + u * (math.log(self.high) - math.log(self.low)))
        return str(round(value)) if self.kind == "logint" else f"{value:.{DIGITS}g}"


@dataclass(frozen=True)
class Space:
    """Arguments with ranges in them: `parts` holds texts and Ranges in their order, a list for each argument."""

    parts: tuple

    @property
    def ranges(self):
        """The Ranges that are searched, in their order."""
        return [p for argument in self.parts for p in argument if isinstance(p, Range) and p.kind != "resource"]

    @property
    def resource(self):
        """The Range of the resource, None where there is none."""
        return next((p for a in self.parts for p in a if isinstance(p, Range) and p.kind == "resource"), None)

    def arguments(self, point, resource):
        """The arguments at a point of the unit cube, with so much of the resource."""
        left = list(point)

        def text(part):
            if isinstance(part, str):
                return part
            return str(resource) if part.kind == "resource" else part.value(left.pop(0))

        return ["".join(map(text, argument)) for argument in self.parts]


def read(arguments):
    """The Space of a command line's settings; BadInput where a range is none, or nothing is searched."""
    space = Space(tuple(_parts(argument) for argument in arguments))
    if sum(p.kind == "resource" for a in space.parts for p in a if isinstance(p, Range)) > 1:
        raise BadInput("resource(...): wanted in one setting")
    if not space.ranges:
        raise BadInput(
            "nothing is searched: wanted a range in place of a value, as momentum=interval(0.5,0.95), "
            "rates=[log(0.0003,0.03)], hidden=integer(10,100), batch=choice(16,32,64)"
        )
    return space


def _parts(argument):
    setting, parts, end = argument.partition("=")[0], [], 0
    for found in RANGE.finditer(argument):
        parts += [argument[end : found.start()], _range(setting, *found.groups(), found[0])]
        end = found.end()
    return tuple(part for part in (*parts, argument[end:]) if part != "")


def _range(setting, kind, inside, text):
    at = f"{shown(setting)}={shown(text)}"
    if kind not in KINDS:
        raise BadInput(f"{at}: no such range{suggestion(kind, KINDS)}; there are: {', '.join(KINDS)}")
    words = tuple(word.strip() for word in inside.split(","))
    if kind == "choice":
        if len(words) < 2 or "" in words or len(set(words)) < len(words):
            raise BadInput(f"{at}: wanted two different choices or more")
        return Range(setting, kind, choices=words)
    try:
        low, high = map(float, words)
    except ValueError:
        raise BadInput(f"{at}: wanted {kind}(least,most)") from None
    whole = kind in ("integer", "logint", "resource")
    if not (math.isfinite(low) and math.isfinite(high) and low < high):
        raise BadInput(f"{at}: wanted two finite numbers, the least first")
    if kind in ("log", "logint", "resource") and low <= 0:
        raise BadInput(f"{at}: wanted numbers above 0")
    if whole and (low != int(low) or high != int(high)):
        raise BadInput(f"{at}: wanted whole numbers")
    return Range(setting, kind, low, high)
