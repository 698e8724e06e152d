"""A layer with everything that this lesson is about: its first weights, its norm, what is dropped of it while it learns."""

import numpy as np

from abacus import nn, ops
from abacus.errors import BadInput
from abacus.tensor import Parameter

GROUPS = 4  # of channels, of group normalisation


def zero(shape, rng):
    """All weights 0 (Fixup's last layers)."""
    return np.zeros(shape, np.float32)


def orthogonal(shape, rng):
    """Orthonormal columns or rows; a kernel's are those of the matrix that it is for one place (Saxe et al. 2014)."""
    flat = nn.orthogonal((int(np.prod(shape[1:])), shape[0]) if len(shape) > 2 else shape, rng)
    return np.ascontiguousarray(flat.T.reshape(shape)) if len(shape) > 2 else flat


INITIAL = {
    "pytorch": nn.uniform_by_inputs,  # U(±1/√inputs), the biases too: what Glorot & Bengio call the standard one
    "glorot": nn.glorot_uniform,  # U(±√(6/(inputs + outputs))): their normalised one, eq. 3
    "lecun": nn.lecun_normal,  # N(0, 1/inputs)
    "he": nn.he_normal,  # N(0, 2/inputs), eq. 4
    "orthogonal": orthogonal,
    "small": lambda shape, rng: nn.normal(shape, 0.01, rng),
    "large": lambda shape, rng: nn.normal(shape, 0.3, rng),
}
NORMS = {
    "none": lambda channels: None,
    "batch": lambda channels: nn.BatchNorm(channels),  # eq. 8
    "layer": lambda channels: nn.GroupNorm(1, channels),  # eq. 9, all channels of an item together
    "group": lambda channels: nn.GroupNorm(GROUPS, channels),  # eq. 9
    "weight": lambda channels: None,  # of the weights, and not of what they give: eq. 10
}
FUSED = "relu", "sigmoid", "tanh", None


class Layer:
    """f(norm(x W + b)) for rows x (n, inputs), or for maps (n, inputs, h, w) where `kernel` is the side of a square.

    `norm` is a word of NORMS. A share `drop_weights` of the entries of W is 0 in each step of learning (DropConnect). A
    call with a generator learns: masks are drawn, and batch norm takes the batch's own moments.
    """

    def __init__(self, inputs, outputs, rng, *, activation, initial, norm="none", drop_weights=0.0, kernel=None):
        shape = (inputs, outputs) if kernel is None else (outputs, inputs, kernel, kernel)
        self.w = Parameter(INITIAL[initial](shape, rng))
        self.b = Parameter(_first_biases(initial, shape, outputs, rng))
        self.axis = 1 if kernel is None else 0  # of W: its units
        self.length = Parameter(_lengths(self.w.value, self.axis)) if norm == "weight" else None
        self.norm, self.activation, self.drop_weights = NORMS[norm](outputs), activation, drop_weights

    def __call__(self, x, rng=None):
        w = self.w if self.length is None else ops.weight_norm(self.w, self.length, axis=self.axis)  # eq. 10
        if rng is not None and self.drop_weights:
            w = ops.dropout(w, self.drop_weights, rng)  # eq. 6
        if self.norm is None:
            return self.mapped(x, w, self.activation)
        y = self.mapped(x, w, None)
        y = self.norm(y, rng is not None) if isinstance(self.norm, nn.BatchNorm) else self.norm(y)
        return y if self.activation is None else getattr(ops, self.activation)(y)

    def mapped(self, x, w, activation):
        if w.ndim == 2:
            return ops.affine(x, w, self.b, activation=activation)  # eq. 1
        return ops.conv2d(x, w, self.b, padding=w.shape[-1] // 2, activation=activation)


def _first_biases(initial, shape, outputs, rng):
    if initial != "pytorch":
        return np.zeros(outputs, np.float32)
    return rng.uniform(-1, 1, outputs).astype(np.float32) / np.float32(np.sqrt(nn.fans(shape)[0]))


def _lengths(w, axis):
    others = tuple(i for i in range(w.ndim) if i != axis)
    return np.sqrt((w * w).sum(axis=others, keepdims=True))


def capped(w, most):
    """W (inputs, units) with the column of each unit shortened to the length `most` where it is longer (max-norm)."""
    lengths = np.sqrt((w * w).sum(axis=0))
    return w * (most / np.maximum(lengths, most))  # eq. 7


def known(where, name, word, words):
    """BadInput where `word` is none of `words`."""
    if word not in words:
        raise BadInput(f"{where}: {name} is {word!r}, wanted one of {', '.join(map(str, words))}")
