"""Plain values, as they stand in a YAML file, as an instance of a dataclass of settings: types first, then ranges."""

import dataclasses
import types
import typing

from abacus import settings
from abacus.errors import BadInput

WORDS = {int: "a whole number", float: "a number", str: "a word or text", bool: "true or false"}


def build(Config, values):
    """An instance of the dataclass `Config` from the mapping `values`. BadInput for a wrong name, type or range."""
    plain = convert(Config, values)
    settings.check_values(Config, plain)
    return _instance(Config, plain)


def convert(Config, values, prefix=""):
    """The plain values with the types that `Config` states (2 becomes 2.0 where a float is meant). BadInput in one line."""
    fields = {f.name: f for f in dataclasses.fields(Config)}
    for name in values:
        if name not in fields:
            close = settings.suggestion(name, fields) or f"; there are: {', '.join(fields)}"
            raise BadInput(f"{prefix}{name}: no such setting{close}")
    for name in fields:
        if name not in values:
            raise BadInput(f"{prefix}{name}: no value: wanted a line {name}: ... in conf/")
    return {name: _value(f.type, values[name], prefix + name) for name, f in fields.items()}


def _value(kind, value, name, whole=None):
    """`value` as one of type `kind`; `whole` is the setting's value where this is an element of it."""
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if kind is typing.Any:
        return value
    if origin in (types.UnionType, typing.Union):
        if value is None and type(None) in inner:
            return None
        (kind,) = [k for k in inner if k is not type(None)]
        return _value(kind, value, name, whole)
    if origin is list:
        if not isinstance(value, (list, tuple)):
            raise _wrong(name, value, f"a list, as [{_shown(value)}]" if _is_plain(value) else "a list", whole)
        return [_value(inner[0], element, name, value if whole is None else whole) for element in value]
    if origin is dict or kind is dict:
        if not isinstance(value, dict):
            raise _wrong(name, value, "a mapping: {name: value}", whole)
        return value
    if dataclasses.is_dataclass(kind):
        if not isinstance(value, dict):
            raise _wrong(name, value, "a mapping: {name: value}", whole)
        return convert(kind, value, f"{name}.")
    return _scalar(kind, value, name, whole)


def _scalar(kind, value, name, whole):
    given = type(value)
    if given is str and "${" in value:
        raise _wrong(name, value, "a plain value: nothing is put in for ${...}", whole)
    if given is kind:
        return value
    if kind is float and given is int:
        return float(value)
    if kind is str and given in (int, float):
        return str(value)
    raise _wrong(name, value, WORDS.get(kind, getattr(kind, "__name__", str(kind))), whole)


def _wrong(name, value, wanted, whole):
    element = "" if whole is None else f" (element {_shown(value)})"
    return BadInput(f"{name}={_shown(value if whole is None else whole)}{element}: wanted {wanted}")


def _is_plain(value):
    return isinstance(value, (int, float, str))


def _shown(value):
    return "null" if value is None else settings.shown(value)


def _instance(kind, plain):
    fields = {f.name: f.type for f in dataclasses.fields(kind)}
    return kind(
        **{
            name: _instance(fields[name], value)
            if dataclasses.is_dataclass(fields[name]) and value is not None
            else value
            for name, value in plain.items()
        }
    )
