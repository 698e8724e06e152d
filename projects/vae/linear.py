"""The linear model, where everything is known: probabilistic PCA, its own encoder, and a linear VAE that has to find both."""

from typing import NamedTuple

import numpy as np

from abacus import inputs, ops
from abacus.errors import BadInput
from abacus.estimator import Estimator
from abacus.optim import Adam, cosine
from abacus.tensor import Parameter, backward

LOG_2PI = float(np.log(2 * np.pi))


class Decoder(NamedTuple):
    """p(x | z) = N(mean + W z, noise·I): w (inputs, latents), mean (inputs,), noise a variance."""

    w: np.ndarray
    mean: np.ndarray
    noise: float


class Encoder(NamedTuple):
    """q(z | x) = N(V (x − mean), diag(variances)): v (latents, inputs), variances (latents,)."""

    v: np.ndarray
    variances: np.ndarray


class ProbabilisticPCA(Estimator):
    """x = mean + W z + noise with z ~ N(0, I), by maximum likelihood (Tipping & Bishop 1999; eqs. 13 to 15).

    After fit: components_ (W transposed: latents, inputs), mean_, noise_variance_, eigenvalues_ (all, largest first).
    """

    def __init__(self, n_components=1):
        self.n_components = n_components

    def fit(self, X, y=None):
        """X (n, inputs), n >= 2; y is ignored. BadInput unless 1 <= n_components < inputs, or where no noise is left."""
        x = inputs.matrix(X, name="ProbabilisticPCA", samples=2).astype(float)
        inputs.counts(n_components=self.n_components)
        k, d = self.n_components, x.shape[1]
        if k >= d:
            raise BadInput(f"ProbabilisticPCA: n_components is {k}, wanted less than the {d} feature(s) of X")
        self.mean_ = x.mean(axis=0)
        values, axes = spectrum(covariance(x))
        self.eigenvalues_, self.n_features_in_ = values, d
        self.noise_variance_ = float(values[k:].mean())  # eq. 14
        if self.noise_variance_ <= d * np.finfo(float).eps * values[0]:
            raise BadInput(f"ProbabilisticPCA: {k} components leave no variance, and a density needs some noise")
        self.components_ = loadings(values, axes, k, self.noise_variance_).T
        return self

    def decoder(self):
        """W, mean and noise as a Decoder."""
        inputs.fitted(self, "components_")
        return Decoder(self.components_.T, self.mean_, self.noise_variance_)

    def score_samples(self, X):
        """log p(x) of each row, in nats."""
        decoder = self.decoder()
        return log_likelihoods(inputs.matrix(X, self.n_features_in_, "ProbabilisticPCA"), decoder)

    def score(self, X, y=None):
        """The mean of log p(x), in nats."""
        return float(self.score_samples(X).mean())

    def transform(self, X):
        """The mean of z given each row (n, latents)."""
        decoder = self.decoder()
        x = inputs.matrix(X, self.n_features_in_, "ProbabilisticPCA")
        return (x - self.mean_) @ posterior(decoder).v.T

    def sample(self, n, rng):
        """n new rows (n, inputs)."""
        w, mean, noise = self.decoder()
        z = rng.standard_normal((n, w.shape[1]))
        return mean + z @ w.T + np.sqrt(noise) * rng.standard_normal((n, len(mean)))


def covariance(x):
    """The covariance of the rows of x (n, d), divided by n."""
    away = x - x.mean(axis=0)
    return away.T @ away / len(x)


def spectrum(s):
    """(eigenvalues, eigenvectors as columns) of a symmetric matrix, largest first."""
    values, axes = np.linalg.eigh(s)
    return values[::-1].copy(), np.ascontiguousarray(axes[:, ::-1])


def loadings(values, axes, k, noise):
    """W = U (Λ − noise·I)^½ of the k largest eigenvalues (d,) with eigenvectors axes (d, d): (d, k). An eigenvalue below
    the noise gets a column of zeros: that latent says nothing (eq. 13)."""
    return axes[:, :k] * np.sqrt(np.maximum(values[:k] - noise, 0.0))  # eq. 13


def posterior(decoder, beta=1.0):
    """The encoder that is best for this decoder, W's columns being orthogonal: with M = WᵀW + beta·noise·I the mean is
    M⁻¹Wᵀ(x − mean) and the variances beta·noise·diag(M⁻¹) (eq. 16); beta = 1 is Bayes' rule."""
    w, noise = decoder.w, beta * decoder.noise
    inverse = np.linalg.inv(w.T @ w + noise * np.eye(w.shape[1]))
    return Encoder(inverse @ w.T, noise * np.diag(inverse))  # eq. 16


def log_likelihoods(x, decoder):
    """log N(x; mean, WWᵀ + noise·I) of each row of x (n, d), in nats (eq. 15)."""
    away, d = x - decoder.mean, len(decoder.mean)
    root = np.linalg.cholesky(decoder.w @ decoder.w.T + decoder.noise * np.eye(d))
    scaled = np.linalg.solve(root, away.T)
    return -0.5 * (d * LOG_2PI + 2 * np.log(np.diag(root)).sum() + (scaled * scaled).sum(axis=0))  # eq. 15


def elbo(s, w, noise, v, variances, beta=1.0):
    """The mean ELBO over data of covariance s (d, d), without any sampling (eq. 17): w (d, k), noise a number, v (k, d),
    variances (k,); arrays or Tensors. KL counts beta times."""
    d, w = len(s), ops.transpose(w)  # (latents, inputs), as v is
    seen, squares = ops.matmul(v, s), ops.matmul(w, ops.transpose(w))
    means = ops.matmul(seen, ops.transpose(v))  # the second moments of V (x − mean) over the data
    off = np.trace(s) - 2 * ops.sum(w * seen) + ops.sum(squares * means) + ops.sum(ops.diagonal(squares) * variances)
    fit = -0.5 * (d * LOG_2PI + d * ops.log(noise) + off / noise)
    kl = 0.5 * (ops.trace(means) + ops.sum(variances - ops.log(variances) - 1.0))
    return fit - beta * kl  # eq. 17


class LinearVAE:
    """A decoder and an encoder of one matrix each, from small random numbers, in float64. With `noise` None the noise
    is learnt too."""

    def __init__(self, inputs, latents, rng, noise=None):
        scale = 1 / np.sqrt(inputs)
        self.w = Parameter(scale * rng.standard_normal((inputs, latents)))
        self.v = Parameter(scale * rng.standard_normal((latents, inputs)))
        self.log_variances = Parameter(np.zeros(latents))
        self.log_noise = Parameter(np.zeros(())) if noise is None else np.log(noise)

    def elbo(self, s, beta=1.0):
        """eq. 17 of the data's covariance s (inputs, inputs); a Tensor."""
        return elbo(s, self.w, ops.exp(self.log_noise), self.v, ops.exp(self.log_variances), beta)


def train(model, s, steps, rate, beta, job):
    """Climb the ELBO with Adam, the whole covariance in each step; the rate falls to 0 as half a cosine."""
    from abacus import nn

    optimiser = Adam(nn.parameters(model), lr=rate)
    for step in job.steps(steps, model, optimiser):
        optimiser.lr = cosine(step, rate, steps)
        bound = model.elbo(s, beta)
        optimiser.step(backward(-bound))
        if step % 50 == 0 or step == steps - 1:
            job.log(step=step, bound=float(bound))
    return float(model.elbo(s, beta))


def active(v, s, threshold=0.01):
    """How many latents' posterior means V (x − mean) vary by more than the threshold over data of covariance s (eq. 9)."""
    return int((np.einsum("ij,jk,ik->i", v, s, v) > threshold).sum())  # eq. 9
