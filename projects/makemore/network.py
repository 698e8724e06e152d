"""The networks of the lectures: embedding, layers that join neighbours, batch norm, tanh, and a softmax at the end.

Written twice: here on the tape, to be read and for what is looked at inside; in fused.py to be trained 200 000 steps.
"""

import numpy as np

import names
from abacus import nn, ops, sampling
from abacus.tensor import Parameter, no_grad, op
from layout import EPS

PART = 8192  # examples that are evaluated at once


@op
def standardise(x, eps):
    """(x - mean) / √(variance + eps) along the first axis, the variance with 1/(m - 1); x (m, ...).

    With h the result: dx = (dh - mean(dh) - h·Σ(dh·h)/(m - 1)) / √(variance + eps).
    """
    centred = x - x.mean(axis=0)
    inverse = 1 / np.sqrt((centred**2).sum(axis=0) / (len(x) - 1) + x.dtype.type(eps))
    h = centred * inverse  # eq. 6

    def pullback(dh):
        return inverse * (dh - dh.mean(axis=0) - h * (dh * h).sum(axis=0) / (len(x) - 1)), None  # eq. 7

    return h, pullback


def probes(layout, n):
    """For n examples and each hidden layer zeros of the shape of its output: see `logits`."""
    return [Parameter(np.zeros((n * positions, width), np.float32)) for positions, _, width, *_ in layout.plan]


def logits(p, layout, contexts, eps, moments=None, probes=None, seen=None):
    """(n, characters) from contexts (n, context).

    With `moments` (see `used`) batch norm takes those, as when the network is used, else the batch's own. `probes`, one
    for each hidden layer, are added to its output: zeros, whose gradient is that of the output. The list
    `seen` takes the outputs.
    """
    x, n = ops.embedding(contexts, p["embedding"]), len(contexts)  # eq. 2
    for k, (positions, inputs, width, copies, *_) in enumerate(layout.plan):
        z = ops.reshape(x, n * positions, inputs) @ p[f"w{k}"]
        if layout.shape.norm != "none":
            z = ops.reshape(z, n * positions // copies, copies, width)
            z = standardise(z, eps) if moments is None else (z - moments[k][0]) / moments[k][1]
            z = ops.reshape(z * p[f"gain{k}"], n * positions, width)
        x = ops.tanh(z + p[f"shift{k}"])  # eq. 3; behind batch norm the last of eq. 6
        if probes is not None:
            x = x + probes[k]
        if seen is not None:
            seen.append(x.value)
    z = x @ p["w"]  # eq. 4
    return (standardise(z, eps) * p["gain"] if layout.shape.norm_last else z) + p["b"]


def used(layout, moving):
    """(mean, √(variance + eps)) for each layer with batch norm; the moving deviation as it is where that was averaged."""
    of_variance, eps = layout.shape.norm != "moving deviation", np.float32(EPS[layout.shape.norm])
    return [(m[0], np.sqrt(m[1] + eps) if of_variance else m[1]) for m in layout.moments(moving)]


def losses(layout, flat, moving, contexts, labels):
    """-log p(label) of every example, by the network as it is used, float64 (n,)."""
    p, moments, eps = layout.parameters(flat), used(layout, moving), EPS[layout.shape.norm]

    def of_part(contexts, labels):
        z = logits(p, layout, contexts, eps, moments)
        return ops.softmax_cross_entropy(z, labels, reduction="none")  # eq. 4

    return nn.evaluate(of_part, (contexts, labels), PART).astype(np.float64)


def sample(layout, flat, moving, alphabet, count, rng):
    """`count` new words, character by character from the network's distribution."""
    p, moments, eps, words = layout.parameters(flat), used(layout, moving), EPS[layout.shape.norm], []
    with no_grad():
        for _ in range(count):
            numbers = [0] * layout.shape.context
            while True:
                z = logits(p, layout, np.array([numbers[-layout.shape.context :]]), eps, moments)
                numbers.append(sampling.categorical(z.value[0], 1, 0, 1, rng))
                if numbers[-1] == 0:
                    break
            words.append(names.spelled(alphabet, numbers[layout.shape.context :]))
    return words
