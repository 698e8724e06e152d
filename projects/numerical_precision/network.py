"""A network of dense layers whose every array is rounded to a format on its way forward and back."""

from itertools import pairwise

import numpy as np

DECAY = 0.9  # of the running mean and variance that batch normalisation uses in tests
EPSILON = 1e-5  # added to a variance before its root (Ioffe & Szegedy 2015, algorithm 1)


class Network:
    """ReLU layers of the given `widths` (the first is the input's), then softmax; float32 arrays.

    Weights are normal with variance `gain`/(number of inputs), biases 0. With `normalised` each hidden layer's sums are
    brought to mean 0 and variance 1 over the batch before the ReLU, then scaled and moved by what is learned.
    """

    def __init__(self, widths, gain, normalised, rng):
        pairs = list(pairwise(widths))
        self.weights = [np.float32(rng.normal(0, np.sqrt(gain / m), (m, n))) for m, n in pairs]
        self.biases = [np.zeros(n, np.float32) for _, n in pairs]
        self.normalised = normalised
        self.scales = [np.ones(n, np.float32) for _, n in pairs[:-1]] if normalised else []
        self.means = [np.zeros(n, np.float32) for _, n in pairs[:-1]] if normalised else []
        self.variances = [np.ones(n, np.float32) for _, n in pairs[:-1]] if normalised else []

    def parameters(self):
        """All arrays that are learned: weights, biases, scales."""
        return [*self.weights, *self.biases, *self.scales]

    def forward(self, x, r, cast, training=False):
        """(logits (batch, classes), what `backward` needs) of x (batch, inputs)  (eq. 19).

        Weights are rounded by `cast`, all else by r. Products are summed in float32, as the hardware for these formats does,
        and rounded once.
        """
        kept, last = [], len(self.weights) - 1
        a = r(x)
        for k, (w, b) in enumerate(zip(self.weights, self.biases)):
            w = cast(w)
            z = r(a @ w if self.normalised and k < last else a @ w + b)  # eq. 19
            centred = None
            if self.normalised and k < last:
                z, centred = self._normalise(z, k, r, training)
            kept.append((a, w, z, centred))
            a = np.maximum(z, 0) if k < last else z
        return a, kept

    def backward(self, dz, kept, r):
        """The gradients of `parameters`, from that of the logits, every array rounded by r  (eq. 20)."""
        dweights, dbiases, dscales = [], [], []
        dz = r(dz)
        for k in reversed(range(len(kept))):
            a, w, z, centred = kept[k]
            if k < len(kept) - 1:
                dz = np.where(z > 0, dz, 0)
            dbiases.append(r(dz.sum(axis=0)))
            if centred is not None:
                dz, dscale = self._denormalise(dz, centred, self.scales[k], r)
                dscales.append(dscale)
            dweights.append(r(a.T @ dz))  # eq. 20
            if k:
                dz = r(dz @ w.T)
        return [*dweights[::-1], *dbiases[::-1], *dscales[::-1]]

    def _normalise(self, z, k, r, training):
        """(γ ẑ + β, (ẑ, 1/σ)), where ẑ = (z − mean)/σ over the batch, or over past batches in a test  (eq. 22)."""
        if training:
            mean, variance = z.mean(axis=0), z.var(axis=0)
            self.means[k] += (1 - DECAY) * (mean - self.means[k])
            self.variances[k] += (1 - DECAY) * (variance - self.variances[k])
        else:
            mean, variance = self.means[k], self.variances[k]
        inverse = 1 / np.sqrt(variance + np.float32(EPSILON))
        hat = r((z - mean) * inverse)  # eq. 22
        return r(self.scales[k] * hat + self.biases[k]), (hat, inverse)

    def _denormalise(self, dy, centred, scale, r):
        """(dz, dγ): through `_normalise` backwards; mean and variance depend on every z of the batch  (eq. 23)."""
        hat, inverse = centred
        dscale = r((dy * hat).sum(axis=0))
        dhat = dy * scale
        dz = inverse * (dhat - dhat.mean(axis=0) - hat * (dhat * hat).mean(axis=0))  # eq. 23
        return r(dz), dscale


def cross_entropy(logits, labels):
    """(mean −log softmax(z)[label], its gradient (softmax(z) − onehot)/n) of logits z (n, classes)."""
    rows = np.arange(len(labels))
    shifted = logits - logits.max(axis=1, keepdims=True)
    p = np.exp(shifted)
    total = p.sum(axis=1, keepdims=True)
    loss = (np.log(total[:, 0]) - shifted[rows, labels]).mean()
    dz = p / total
    dz[rows, labels] -= 1
    return float(loss), dz / np.float32(len(labels))
