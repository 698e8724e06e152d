"""Normalising flows: a normal law bent by invertible steps whose change of volume is known, of two kinds."""

import numpy as np

from abacus import ops
from abacus.errors import BadInput
from abacus.tensor import Parameter, op
from advi import MeanField, log_normal

STRETCH = 2.0  # largest log stretch of one coupling


class Planar:
    """Rezende and Mohamed's flow: `layers` steps z + u tanh(w·z + b), each pushing along one direction: eqs. (25), (26)."""

    def __init__(self, d, layers, rng):
        _check(d, layers)
        self.d, self.base = d, MeanField(d)
        self.u = Parameter(0.1 * rng.standard_normal((layers, d)))
        self.w = Parameter(rng.standard_normal((layers, d)))
        self.b = Parameter(np.zeros(layers))

    def draw(self, noise):
        """z (S, d) and log q(z) (S,) on the tape, for standard normal noise (S, d)."""
        z, log_q = self.base.draw(noise)
        along = ops.sum(self.u * self.w, axis=1, keepdims=True)
        length = ops.sum(self.w * self.w, axis=1, keepdims=True)
        u = self.u + (ops.softplus(along) - 1 - along) * self.w / length  # w·u > −1, so that every step is invertible
        z, log_volume = planar(z, u, self.w, self.b)
        return z, log_q - log_volume


class Coupling:
    """Dinh's flow (RealNVP): half of z moves and stretches the other half, in turns: eqs. (27), (28). It can be run backwards."""

    def __init__(self, d, layers, hidden, rng):
        _check(d, layers)
        if d < 2:
            raise BadInput("a coupling needs two coordinates at least")
        self.d, self.base = d, MeanField(d)
        self.nets = [_Net(d, k % 2 == 0, hidden, rng) for k in range(layers)]

    def draw(self, noise):
        """z (S, d) and log q(z) (S,) on the tape, for standard normal noise (S, d)."""
        z, log_q = self.base.draw(noise)
        for net in self.nets:
            z, log_volume = coupling(z, net.w1, net.b1, net.w2, net.b2, first=net.first)
            log_q = log_q - log_volume
        return z, log_q

    def log_density(self, z):
        """log q at any points z (S, d), as an array: the steps are undone, the last first."""
        z, log_q = np.array(z, float), 0.0
        if z.ndim != 2 or z.shape[1] != self.d:
            raise BadInput(f"points of shape {z.shape}: wanted (n, {self.d})")
        for net in reversed(self.nets):
            kept, moved = _halves(z.shape[1], net.first)
            _, log_stretch, shift = _net(z[:, kept], *(p.value for p in (net.w1, net.b1, net.w2, net.b2)))
            z[:, moved] = (z[:, moved] - shift) * np.exp(-log_stretch)
            log_q = log_q - log_stretch.sum(axis=1)
        mean, log_scale = self.base.mean.value, self.base.log_scale.value
        return log_normal((z - mean) * np.exp(-log_scale)) - log_scale.sum() + log_q


class _Net:
    """One coupling's numbers: kept half -> hidden, tanh -> log stretch and shift of the other half; begins near no change."""

    def __init__(self, d, first, hidden, rng):
        kept, moved = _halves(d, first)
        inputs, outputs = len(range(d)[kept]), len(range(d)[moved])
        self.first = first
        self.w1 = Parameter(rng.standard_normal((inputs, hidden)) / np.sqrt(inputs))
        self.b1 = Parameter(rng.standard_normal(hidden))  # else all bends are odd functions
        self.w2 = Parameter(0.01 * rng.standard_normal((hidden, 2 * outputs)))
        self.b2 = Parameter(np.zeros(2 * outputs))


@op
def planar(z, u, w, b):
    """K steps z + u_k tanh(w_k·z + b_k), z (S, d), u and w (K, d), b (K,): the new z, and log |det ∂z'/∂z| (S,)."""
    before, bends, log_volume = [], [], np.zeros(len(z))
    for uk, wk, bk in zip(u, w, b):
        h = np.tanh(z @ wk + bk)
        before.append(z)
        bends.append(h)
        log_volume = log_volume + np.log(1 + (1 - h * h) * (uk @ wk))  # eq. 26
        z = z + h[:, None] * uk  # eq. 25

    def pullback(grads):
        dz, dl = grads
        dz = np.zeros_like(z) if dz is None else dz
        dl = np.zeros(len(z)) if dl is None else dl
        du, dw, db = np.empty_like(u), np.empty_like(w), np.empty_like(b)
        for k in reversed(range(len(u))):
            h, slope, s = bends[k], 1 - bends[k] ** 2, u[k] @ w[k]
            per = dl / (1 + slope * s)
            ds = per @ slope
            da = (dz @ u[k] - 2 * h * per * s) * slope
            du[k] = h @ dz + ds * w[k]
            dw[k] = da @ before[k] + ds * u[k]
            db[k] = da.sum()
            dz = dz + da[:, None] * w[k]
        return dz, du, dw, db

    return (z, log_volume), pullback


@op
def coupling(z, w1, b1, w2, b2, *, first):
    """One half of z (S, d) stretched and shifted by a net of the other, which stays (`first`: the first half): z', log volume."""
    kept, moved = _halves(z.shape[1], first)
    hidden, log_stretch, shift = _net(z[:, kept], w1, b1, w2, b2)
    stretch = np.exp(log_stretch)
    out = z.copy()
    out[:, moved] = z[:, moved] * stretch + shift  # eq. 27

    def pullback(grads):
        dout, dl = grads
        dout = np.zeros_like(z) if dout is None else dout
        dl = np.zeros(len(z)) if dl is None else dl
        dmoved = dout[:, moved]
        dlog = dmoved * z[:, moved] * stretch + dl[:, None]
        dboth = np.hstack([dlog * (STRETCH - log_stretch**2 / STRETCH), dmoved])
        da = (dboth @ w2.T) * (1 - hidden**2)
        dz = dout.copy()
        dz[:, moved] = dmoved * stretch
        dz[:, kept] += da @ w1.T
        return dz, z[:, kept].T @ da, da.sum(axis=0), hidden.T @ dboth, dboth.sum(axis=0)

    return (out, log_stretch.sum(axis=1)), pullback  # eq. 28


def _net(x, w1, b1, w2, b2):
    """(hidden, log stretch, shift)."""
    hidden = np.tanh(x @ w1 + b1)
    both = hidden @ w2 + b2
    half = both.shape[1] // 2
    return hidden, STRETCH * np.tanh(both[:, :half]), both[:, half:]


def _halves(d, first):
    """Slices of the coordinates that stay and that move."""
    halves = slice(0, d // 2), slice(d // 2, d)
    return halves if first else halves[::-1]


def _check(d, layers):
    if d < 1 or layers < 1:
        raise BadInput(f"{d} dimensions, {layers} layers: wanted at least 1 of each")
