"""Cases of reshaping, joining and indexing."""

import numpy as np

from abacus import ops


def reshape(some):
    a, b, c = some.size(), some.size(), some.size()
    return {
        "call": lambda x: ops.reshape(x, b, a * c),
        "arrays": (some.array(a, b, c),),
        "plain": lambda x: x.reshape(b, a * c),
        "torch": lambda t, x: x.reshape(b, a * c),
    }


def transpose(some):
    axes = some.one_of((0, 1, 2), (2, 0, 1), (1, 0, 2), (-1, 0, 1))
    return {
        "call": lambda x: ops.transpose(x, axes),
        "arrays": (some.array(*some.shape(3, 3)),),
        "plain": lambda x: x.transpose(axes),
        "torch": lambda t, x: x.permute(axes),
    }


def transpose__reversed(some):
    return {"call": ops.transpose, "arrays": (some.array(*some.shape(0, 3)),), "plain": np.transpose}


def swapaxes(some):
    return {
        "call": lambda x: ops.swapaxes(x, 0, -1),
        "arrays": (some.array(*some.shape(2, 3)),),
        "plain": lambda x: x.swapaxes(0, -1),
        "torch": lambda t, x: x.swapaxes(0, -1),
    }


def broadcast_to(some):
    shape = some.broadcastable(1)[0]
    wanted = (2, *(n if n != 1 else 3 for n in shape))
    return {
        "call": lambda x: ops.broadcast_to(x, wanted),
        "arrays": (some.array(*shape),),
        "plain": lambda x: np.broadcast_to(x, wanted),
        "torch": lambda t, x: t.broadcast_to(x, wanted),
    }


def concat(some):
    a, b, c = some.size(), some.size(0), some.size()
    axis = some.one_of(1, -2)
    return {
        "call": lambda x, y, z: ops.concat([x, y, z], axis=axis),
        "arrays": (some.array(a, 2, c), some.array(a, b, c), some.array(a, 1, c)),
        "plain": lambda *arrays: np.concatenate(arrays, axis=axis),
        "torch": lambda t, *tensors: t.cat(tensors, axis),
    }


def stack(some):
    shape = some.shape(1, 3)
    axis = some.one_of(0, 1, -1)
    return {
        "call": lambda x, y: ops.stack([x, y], axis=axis),
        "arrays": (some.array(*shape), some.array(*shape)),
        "plain": lambda *arrays: np.stack(arrays, axis=axis),
        "torch": lambda t, *tensors: t.stack(tensors, axis),
    }


def getitem(some):
    index = some.one_of(
        0,
        -1,
        slice(1, None),
        (slice(None), 2),
        (Ellipsis, None, slice(0, 2)),
        [0, 2, 0],
        (slice(None), np.array([1, 1, 0])),
        (np.array([0, 1, 0]), np.array([2, 2, 2])),
        np.array([[True, False, True]] * 3),
        slice(3, 3),
    )
    return {
        "call": lambda x: x[index],
        "arrays": (some.array(3, 3, some.size()),),
        "plain": lambda x: x[index],
        "torch": lambda t, x: x[t.tensor(index) if isinstance(index, np.ndarray) else index],
    }


def take(some):
    rows = some.size()
    index = some.integers(*some.shape(0, 2, least=0), below=rows)
    return {
        "call": lambda x: ops.take(x, index),
        "arrays": (some.array(rows, *some.shape(0, 2)),),
        "plain": lambda x: x[index],
        "torch": lambda t, x: x[t.tensor(index)],
    }


def take_along(some):
    shape = some.shape(1, 3)
    axis = some.one_of(*range(-len(shape), len(shape)))
    places = list(shape)
    places[axis] = some.size()
    index = some.integers(*places, below=shape[axis])
    return {
        "call": lambda x: ops.take_along(x, index) if axis == -1 else ops.take_along(x, index, axis=axis),
        "arrays": (some.array(*shape),),
        "plain": lambda x: np.take_along_axis(x, index, axis),
        "torch": lambda t, x: t.gather(x, axis, t.tensor(index)),
    }


def pad(some):
    (a, b), (c, d) = [(some.size(0), some.size(0)) for _ in range(2)]
    return {
        "call": lambda x: ops.pad(x, ((a, b), (c, d)), value=1.5),
        "arrays": (some.array(some.size(), some.size()),),
        "plain": lambda x: np.pad(x, ((a, b), (c, d)), constant_values=1.5),
        "torch": lambda t, x: t.nn.functional.pad(x, (c, d, a, b), value=1.5),
    }


def flip(some):
    axis = some.one_of(0, -1, (0, 1))
    return {
        "call": lambda x: ops.flip(x, axis),
        "arrays": (some.array(*some.shape(2, 3)),),
        "plain": lambda x: np.flip(x, axis),
        "torch": lambda t, x: t.flip(x, axis if isinstance(axis, tuple) else (axis,)),
    }


WRONG = {
    "swapaxes: axes are 0 and 1, wanted two of the 1 axes of x (3,)": lambda: ops.swapaxes(np.ones(3), 0, 1),
    "reshape: x has shape (2, 3), that is 6 entries, wanted (4,)": lambda: ops.reshape(np.ones((2, 3)), 4),
    "transpose: axes are (0, 0)": lambda: ops.transpose(np.ones((2, 3)), 0, 0),
    "concat: the shapes (2, 3), (2, 4)": lambda: ops.concat([np.ones((2, 3)), np.ones((2, 4))]),
    "stack: the shapes (2,), (3,)": lambda: ops.stack([np.ones(2), np.ones(3)]),
    "take: index runs from 0 to 5, wanted -3 to 2": lambda: ops.take(np.ones((3, 2)), [0, 5]),
    "take: index has type float64": lambda: ops.take(np.ones((3, 2)), [0.5]),
    "take: x has shape (), wanted (rows, …)": lambda: ops.take(np.ones(()), [0]),
    "take_along: index has shape (3, 1), wanted (2, places)": lambda: ops.take_along(
        np.ones((2, 3)), np.zeros((3, 1), int)
    ),
    "take_along: index runs from 3 to 3, wanted -3 to 2": lambda: ops.take_along(np.ones((2, 3)), np.full((2, 1), 3)),
    "take_along: axis is 2": lambda: ops.take_along(np.ones((2, 3)), np.zeros((2, 1), int), axis=2),
    "take_along: index has type float64": lambda: ops.take_along(np.ones((2, 3)), np.zeros((2, 1))),
    "pad: width has 1 pairs": lambda: ops.pad(np.ones((3, 2)), ((1, 1),)),
    "broadcast_to: x has shape (2,)": lambda: ops.broadcast_to(np.ones(2), (3,)),
}
