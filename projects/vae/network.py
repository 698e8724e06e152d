"""The variational autoencoder: an encoder that says where a picture's latents may lie, a decoder that draws pictures of them."""

import itertools

import numpy as np

import densities
from abacus import nn, ops
from abacus.errors import BadInput
from abacus.tensor import no_grad
from importance import log_mean_exp


class VAE:
    """Latents z ~ N(0, prior_sd²·I), pixels black with probability σ(decode(z)), q(z | x) = N(μ(x), diag σ²(x)).

    Both networks have tanh layers of `hidden` units, the decoder in reverse order. With `classes` both are told the label
    too (a conditional VAE). Pictures are rows (n, pixels) between 0 and 1.
    """

    def __init__(self, pixels, hidden, latents, rng, *, classes=0, prior_sd=1.0):
        if latents < 1 or not prior_sd > 0:
            raise BadInput(
                f"VAE: latents={latents} and prior_sd={prior_sd}: wanted at least one, and a positive spread"
            )
        self.pixels, self.latents, self.classes, self.prior_sd = pixels, latents, classes, prior_sd
        self.encoder = stack([pixels + classes, *hidden, 2 * latents], rng)
        self.decoder = stack([latents + classes, *hidden[::-1], pixels], rng)

    def code(self, x, labels=None):
        """Means and log variances of q(z | x): (n, 2·latents), a Tensor. BadInput for pictures of another size, or where a
        pixel is no share of black."""
        if np.ndim(x) != 2 or np.shape(x)[1] != self.pixels:
            raise BadInput(f"VAE: pictures of shape {np.shape(x)}, wanted (n, {self.pixels}), each a row of pixels")
        if not len(x) or not (np.min(x) >= 0 and np.max(x) <= 1):
            raise BadInput("VAE: wanted one picture at least, and every pixel a number from 0 to 1")
        return self.encoder(self._told(x, labels))

    def decode(self, z, labels=None):
        """The logits of the pixels: z (..., n, latents) to (..., n, pixels), a Tensor."""
        return self.decoder(self._told(z, labels))

    def log_weights(self, x, noise, labels=None, beta=1.0):
        """log w = log p(x | z) + beta·(log p(z) − log q(z | x)) for z = μ + σ·noise, noise (k, n, latents) (eq. 6): (k, n)."""
        return self.weights_of(self.code(x, labels), x, noise, labels, beta)

    def weights_of(self, code, x, noise, labels, beta, gate=None, own=None):
        """eq. 6 for an encoder's code; with `gate`, and `own` a constant copy of the code, as eq. 12 wants it."""
        z = densities.draw(code, noise)
        z = z if gate is None else densities.gated(z, gate)
        prior = densities.log_normal(z, self._prior(z))
        chosen = densities.log_normal(z, code if own is None else own)
        return densities.log_bernoulli(self.decode(z, labels), x) + beta * (prior - chosen)  # eq. 6

    def mean(self, x, labels=None):
        """μ(x) as an array (n, latents)."""
        return nn.evaluate(lambda *a: self.code(*a)[:, : self.latents], x if labels is None else (x, labels))

    def reconstruct(self, x, labels=None):
        """The pixels' probabilities at z = μ(x): an array (n, pixels)."""
        return self.pictures(self.mean(x, labels), labels)

    def pictures(self, z, labels=None):
        """The pixels' probabilities at latents z (n, latents): an array (n, pixels)."""
        z = np.asarray(z, np.float32)
        return nn.evaluate(lambda *a: ops.sigmoid(self.decode(*a)), z if labels is None else (z, labels))

    def sample(self, n, rng, labels=None):
        """n new pictures, as probabilities (n, pixels); of these labels (n,) where the VAE is conditional."""
        return self.pictures(self.prior_sd * rng.standard_normal((n, self.latents)), labels)

    def log_likelihoods(self, x, k, rng, labels=None, rows=10_000):
        """L_k of each picture (eq. 7), log p(x) for large k: k draws in parts of `rows` passes of the decoder; (n,)."""
        if k < 1:
            raise BadInput(f"VAE: log p(x) by k={k} draws: wanted at least 1")
        found, at_once = [], max(1, rows // k)
        for start in range(0, len(x), at_once):
            part = x[start : start + at_once]
            told = None if labels is None else labels[start : start + at_once]
            with no_grad():
                noise = rng.standard_normal((k, len(part), self.latents), dtype=np.float32)
                found.append(log_mean_exp(self.log_weights(part, noise, told).value))
        return np.concatenate(found)

    def _prior(self, z):
        spread = np.full((z.shape[1], self.latents), 2 * np.log(self.prior_sd), z.dtype)
        return np.concatenate([np.zeros_like(spread), spread], axis=1)

    def _told(self, x, labels):
        if (labels is None) != (self.classes == 0):
            raise BadInput(f"VAE: labels are {'missing' if labels is None else 'given'}, with classes={self.classes}")
        if labels is None:
            return x
        if len(labels) != x.shape[-2] or np.min(labels) < 0 or np.max(labels) >= self.classes:
            raise BadInput(
                f"VAE: {len(labels)} labels for {x.shape[-2]} pictures, wanted as many, from 0 to {self.classes - 1}"
            )
        hot = np.broadcast_to(np.eye(self.classes, dtype=np.float32)[labels], (*x.shape[:-1], self.classes))
        return ops.concat([x, hot], axis=-1)


def stack(sizes, rng):
    """Affine maps with tanh between them, from sizes[0] numbers to sizes[-1]; Glorot's first weights, biases 0."""
    layers = [
        nn.Affine(a, b, rng, activation="tanh" if i < len(sizes) - 2 else None, initial=nn.glorot_uniform)
        for i, (a, b) in enumerate(itertools.pairwise(sizes))
    ]
    return nn.Sequential(*layers)


def active(means, threshold=0.01):
    """How many columns of μ(x), (n, latents), vary by more than the threshold over the pictures (eq. 9)."""
    return int((np.var(means, axis=0) > threshold).sum())  # eq. 9
