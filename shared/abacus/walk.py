"""The way through an object: what it consists of, by name. Checkpoints and parameters are found by it."""


def children(node):
    """[(name, child)] of a dict, a list, a tuple, or the attributes (slots too) of any other object, in their order."""
    if isinstance(node, dict):
        return [(str(key), child) for key, child in node.items()]
    if isinstance(node, (list, tuple)):
        return [(str(i), child) for i, child in enumerate(node)]
    names = list(getattr(node, "__dict__", ()))
    for kind in type(node).__mro__:
        slots = kind.__dict__.get("__slots__", ())
        names += [s for s in ([slots] if isinstance(slots, str) else slots) if hasattr(node, s)]
    return [(name, getattr(node, name)) for name in names if not name.startswith("__")]
