"""What a setting of a project may be: dataclass fields that state a range, checked before anything runs.

    @dataclass
    class Config:
        passes: int = at_least(0)
        rates: list[float] = above(0)                  # every element
        momentum: float = between(0, 1)                # 0 and 1 included
        network: str = one_of("LeNet-1", "LeNet-5")
        shift: float = any_number()                    # says that every finite number is meant

The fields have no default: values stand in conf/*.yaml. Numbers are always finite.
"""

import dataclasses
import difflib
import math
import typing

from abacus.errors import BadInput

SHOWN = 200  # characters of a wrong value that are repeated
MOST = 2**63 - 1  # of a whole number: what an array of them can hold


def at_least(low):
    """A number x ≥ low (or a list of such numbers)."""
    return _field(lambda x: x >= low, f"at least {low}")


def above(low):
    """A number x > low (or a list of such numbers)."""
    return _field(lambda x: x > low, f"above {low}")


def between(low, high, open=False):
    """A number low ≤ x ≤ high; with `open`, low < x < high (or a list of such numbers)."""
    if open:
        return _field(lambda x: low < x < high, f"above {low} and below {high}")
    return _field(lambda x: low <= x <= high, f"between {low} and {high}")


def any_number():
    """Any finite number (or a list of them)."""
    return _field(lambda x: True, "a finite number")


def one_of(*names):
    """One of the given words (or a list of them)."""
    return _field(lambda x: x in names, "one of " + ", ".join(map(str, names)), names)


def one_of_or(begins, *names):
    """One of the given words, or one that begins with `begins` and goes on (or a list of them)."""

    def holds(x):
        return x in names or (x.startswith(begins) and x != begins)

    return _field(holds, f"one of {', '.join(names)}, or {begins}NAME", names)


def check(config):
    """Raise BadInput for the first field of the dataclass `config` whose value is outside its range, nested ones included."""
    _check(type(config), vars(config), "")


def check_values(Config, values):
    """Like `check`, of the plain values that an instance will be made of: its own __post_init__ may then trust their ranges."""
    _check(Config, values, "")


def suggestion(word, known, closeness=0.5):
    """' (did you mean ...?)' where one of the `known` words is at least so close to `word` (0 to 1), else ''."""
    close = difflib.get_close_matches(str(word), [str(k) for k in known], n=1, cutoff=closeness)
    return f" (did you mean {close[0]}?)" if close else ""


def _field(holds, wanted, names=()):
    return dataclasses.field(metadata={"holds": holds, "wanted": wanted, "names": names})


def _check(kind, values, prefix):
    for field in dataclasses.fields(kind):
        name, value = prefix + field.name, values[field.name]
        if dataclasses.is_dataclass(field.type) and value is not None:
            _check(field.type, value if isinstance(value, dict) else vars(value), name + ".")
            continue
        if typing.get_origin(field.type) is list:
            _check_flat(name, value, typing.get_args(field.type)[0])
        for element in _elements(value):
            _check_element(name, element, value, field.metadata)


def _check_flat(name, value, kind):
    """BadInput where a list of numbers or words holds lists or mappings: OmegaConf lets those pass."""
    for element in value:
        if isinstance(element, (list, dict)) and typing.get_origin(kind) is None:
            raise BadInput(f"{name}={shown(value)} (element {shown(element)}): wanted a list of {kind.__name__}")


def _elements(value):
    if isinstance(value, (list, tuple)):
        return [leaf for element in value for leaf in _elements(element)]
    if isinstance(value, dict):
        return [leaf for element in value.values() for leaf in _elements(element)]
    return [value]


def shown(value):
    """A value within a message of one line: nothing that breaks the line, and no more than a reader wants to see."""
    text = str(value) if str(value).isprintable() else repr(value)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}..."


def _check_element(name, element, value, metadata):
    wanted = metadata.get("wanted", "a finite number")
    given = f"{name}={shown(value)}" + ("" if element is value else f" (element {shown(element)})")
    if isinstance(element, float) and not math.isfinite(element):
        raise BadInput(f"{given}: wanted {wanted}, and finite")
    if isinstance(element, int) and not -MOST <= element <= MOST:
        raise BadInput(f"{given}: wanted {wanted}, and no more than {MOST}")
    if element is not None and "holds" in metadata and not metadata["holds"](element):
        raise BadInput(f"{given}: wanted {wanted}{suggestion(element, metadata['names'])}")
