"""The state of objects as a nested dict of arrays, numbers and strings, and back: what a checkpoint holds.

Any plain object is walked through its attributes: a model's layers, an optimiser's moments. Arrays are restored in
place, so views of one flat buffer stay views. An object met twice is taken once, at the first place (tied weights).
"""

import numpy as np

from abacus.errors import BadInput
from abacus.walk import children


def collect(root):
    """The state of `root`: {name: array | number | string | bool | None | nested dict}; callables are left out."""
    return _collect(root, {})


def restore(root, saved):
    """Write a state that `collect` gave back into `root`, arrays in place. BadInput where shapes or names do not match."""
    return _restore(root, saved, {}, "state")


def _is_leaf(node):
    return node is None or isinstance(node, (bool, int, float, str, np.ndarray, np.generic))


def _is_stateless(node):
    return isinstance(node, (type, np.random.Generator)) or (callable(node) and not getattr(node, "__dict__", None))


def _collect(node, seen):
    if _is_leaf(node):
        return node.item() if isinstance(node, np.generic) else node
    seen[id(node)] = node
    saved = {}
    for name, child in children(node):
        if id(child) in seen or _is_stateless(child):
            continue
        if isinstance(child, np.ndarray):
            seen[id(child)] = child
        saved[name] = _collect(child, seen)
    return saved


def _restore(node, saved, seen, path):
    seen[id(node)] = node
    for name, child in children(node):
        if id(child) in seen or _is_stateless(child):
            continue
        here = f"{path}.{name}"
        if name not in saved:
            raise BadInput(f"the checkpoint lacks {here}: it is of another model")
        value = saved[name]
        if isinstance(child, np.ndarray):
            seen[id(child)] = child
            if not isinstance(value, np.ndarray) or value.shape != child.shape or value.dtype != child.dtype:
                got = f"{value.shape} {value.dtype}" if isinstance(value, np.ndarray) else type(value).__name__
                raise BadInput(
                    f"the checkpoint's {here} is {got}, wanted {child.shape} {child.dtype}: it is of another model"
                )
            child[...] = value
        elif _is_leaf(child):
            _assign(node, name, value)
        else:
            _restore(child, value, seen, here)
    _grow(node, saved)


def _grow(node, saved):
    """What a dict or list had gained by the time it was saved (a history, say)."""
    if isinstance(node, list):
        node.extend(saved[name] for name in sorted(saved, key=int)[len(node) :])
    elif isinstance(node, dict):
        known = {str(key) for key in node}
        node.update({name: value for name, value in saved.items() if name not in known})


def _assign(node, name, value):
    if isinstance(node, dict):
        node[next(key for key in node if str(key) == name)] = value
    elif isinstance(node, list):
        node[int(name)] = value
    elif not isinstance(node, tuple):
        setattr(node, name, value)
