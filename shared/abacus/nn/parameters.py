"""The parameters of a model, found by walking its attributes."""

from abacus.tensor import Parameter, Tensor
from abacus.walk import children


def parameters(model):
    """{name: Parameter} of a layer, a list, a dict or any object that holds such, in the order of the attributes.

    Names are paths: "layers.0.w". A parameter that is met twice (tied weights) is there once, under its first name.
    Each parameter takes its path as its own name, so that errors can say it.
    """
    found = {}
    _walk(model, "", found, set())
    for name, parameter in found.items():
        parameter.name = name or parameter.name
    return found


def count(model):
    """How many numbers the parameters of `model` hold."""
    return sum(parameter.value.size for parameter in parameters(model).values())


def _walk(thing, path, found, seen):
    if id(thing) in seen or isinstance(thing, type):
        return
    seen.add(id(thing))
    if isinstance(thing, Parameter):
        found[path] = thing
    elif not isinstance(thing, Tensor):
        for name, child in children(thing):
            _walk(child, f"{path}.{name}" if path else name, found, seen)
