"""What the outputs are measured by: each loss with the function that its output units have, and what they then answer."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from abacus import ops
from abacus.tensor import op

A, S = 1.7159, 2 / 3  # LeCun 1998, Appendix A: f(a) = A tanh(S a), so that f(±1) = ±1


class Loss(NamedTuple):
    output: str  # the function of the output units
    mean: Callable  # (outputs, targets) -> mean loss over the batch
    answer: Callable  # outputs -> what is predicted


@op(keeps=("labels",))
def quadratic(a, labels, low=0.0):
    """1/(2n) Σ ‖a − y‖², y being 1 at the label and `low` elsewhere (Nielsen's 6 has 0; LeCun 1998 has −1).
    Its gradient is (a − y)/n."""
    d = a - a.dtype.type(low)
    d[np.arange(len(a)), labels] -= 1 - low
    share = a.dtype.type(1 / len(a))
    return 0.5 * share * np.vdot(d, d), lambda dloss: (d * (share * dloss), None)  # eq. 2


def signed(a, labels):
    """The same with targets ±1."""
    return quadratic(a, labels, -1.0)


def sigmoid_cross_entropy(z, labels):
    """−1/n Σ [y log σ(z) + (1 − y) log(1 − σ(z))], over all outputs (Nielsen's 63)."""
    y = np.zeros(z.shape, z.dtype)
    y[np.arange(len(y)), labels] = 1
    return ops.bce_with_logits(z, y, reduction="sum") * (1 / len(y))  # eq. 3


def squares(y, targets):
    """1/(2n) Σ ‖y − t‖², of any numbers t."""
    return ops.mse(y, targets, reduction="sum") * (0.5 / len(targets))


def largest(outputs):
    return outputs.argmax(axis=1)


LOSSES = {
    "softmax": Loss("none", ops.softmax_cross_entropy, largest),  # eq. 4: −log softmax(z)[label]
    "sigmoid": Loss("none", sigmoid_cross_entropy, largest),
    "quadratic": Loss("sigmoid", quadratic, largest),
    "signed quadratic": Loss("scaled tanh", signed, largest),
    "numbers": Loss("none", squares, lambda outputs: outputs),  # regression
}
FOR_CLASSES = [name for name in LOSSES if name != "numbers"]
