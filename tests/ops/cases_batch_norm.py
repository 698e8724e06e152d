"""Cases of batch norm, in training and in evaluation, with and without what follows it."""

import numpy as np

from abacus import ops


def _case(some, training, shortcut=False, activation=None, affine=True):
    shape = some.one_of((3, 2), (2, 3, 3), (2, 2, 2, 3), (3, 1, 2, 1))
    mean, var, eps = some.array(shape[1], plain=True), some.array(shape[1], low=0.5, high=2, plain=True), 0.01
    arrays = (some.array(*shape), some.array(shape[1]), some.array(shape[1]), some.array(*shape))
    arrays = arrays if shortcut else arrays[:3] if affine else arrays[:1]
    axes = (0, *range(2, len(shape)))

    def call(x, gain=None, bias=None, other=None):
        running = mean.copy(), var.copy()
        return ops.batch_norm(x, *running, gain, bias, training, 0.1, eps, shortcut=other, activation=activation)

    def plain(x, gain=None, bias=None, other=0):
        wide = [n if i == 1 else 1 for i, n in enumerate(x.shape)]
        m, v = (x.mean(axis=axes), x.var(axis=axes)) if training else (mean, var)
        y = (x - m.reshape(wide)) / np.sqrt(v.reshape(wide) + eps)
        y = y if gain is None else y * gain.reshape(wide) + bias.reshape(wide)
        return np.maximum(y + other, 0) if activation else y + other

    def torch(t, x, gain=None, bias=None, other=0):
        running = t.tensor(mean), t.tensor(var)
        y = t.nn.functional.batch_norm(x, *running, gain, bias, training, 0.1, eps) + other
        return t.relu(y) if activation else y

    return {"call": call, "arrays": arrays, "plain": plain, "torch": torch}


def batch_norm(some):
    return _case(some, True)


def batch_norm__evaluation(some):
    return _case(some, False)


def batch_norm__plain(some):
    return _case(some, some.one_of(False, True), affine=False)


def batch_norm__relu(some):
    return _case(some, some.one_of(False, True), activation="relu")


def batch_norm__shortcut(some):
    return _case(some, some.one_of(False, True), shortcut=True)


def batch_norm__shortcut_relu(some):
    return _case(some, True, shortcut=True, activation="relu")


X, ONE = np.ones((2, 3, 4)), np.ones(3)
WRONG = {
    "batch_norm: x has shape (3,)": lambda: ops.batch_norm(ONE, ONE, ONE),
    "batch_norm: x has shape (2, 0, 4), wanted (n, channels, ...), at least one channel": lambda: ops.batch_norm(
        X[:, :0], ONE[:0], ONE[:0]
    ),
    "batch_norm: gain has shape (2,), wanted (3,)": lambda: ops.batch_norm(X, ONE, ONE, np.ones(2), ONE),
    "batch_norm: running_mean has shape (4,), wanted (3,)": lambda: ops.batch_norm(X, np.ones(4), ONE),
    "batch_norm: running_mean and running_var are wanted": lambda: ops.batch_norm(X, None, None),
    "batch_norm: x has shape (1, 3), wanted more than one value": lambda: ops.batch_norm(
        X[:1, :, 0], ONE, ONE, training=True
    ),
    "batch_norm: shortcut has shape (2, 3), wanted (2, 3, 4)": lambda: ops.batch_norm(X, ONE, ONE, shortcut=X[:, :, 0]),
    "batch_norm: activation is 'tanh'": lambda: ops.batch_norm(X, ONE, ONE, activation="tanh"),
}
