"""Kernels: how much two function values have in common, given where they are; sums and products of them, and their slopes.

A kernel has positive numbers, whose logarithms are `theta`; `hold("period")` keeps one out of it, as it is. Calls give
matrices: k(X) (n, n), k(X, Z) (n, m), X (n, d). `pull` gives a block and the function that leads back from weights W of the
block's entries to Σ W ∘ ∂K/∂θ: no array of (n, n, parameters) is ever made (reverse mode). Rasmussen & Williams 2006, chapter 4.

Over 300 lines, since a sum holds products, a product sums, and all kinds share what a kernel is.
"""

import copy
from numbers import Real

import numpy as np

from abacus.errors import BadInput

LOW, HIGH = np.log(1e-5), np.log(1e5)  # where `theta` may go


class Kernel:
    """What all kernels share. `names` are their numbers, each a positive float or, of a scale for each feature, an array."""

    names = ()

    def __add__(self, other):
        return Sum(self, _kernel(other))

    def __radd__(self, other):
        return Sum(_kernel(other), self)

    def __mul__(self, other):
        return Product(self, _kernel(other))

    def __rmul__(self, other):
        return Product(_kernel(other), self)

    def __call__(self, X, Z=None):
        """The matrix of k(x, z) for the rows of X (n, d) and of Z (m, d), or of X again."""
        return self.pull(X, X if Z is None else Z, 0 if Z is None else None)[0]

    def diag(self, X):
        """k(x, x) of each row of X (n,)."""
        raise NotImplementedError

    def pull(self, x, z, same):
        """(K, back): K (n, m) of the rows of x and z, and back(W) = Σ W ∘ ∂K/∂θ (parameters,).

        same: row i of x is row i + same of z, the very sample; None: no row is.
        """
        raise NotImplementedError

    def hold(self, *names):
        """This kernel with these of its numbers kept as they are: they are not learnt. Returns self."""
        for name in names:
            if name not in self.names:
                raise BadInput(f"{type(self).__name__} has no {name!r}; there are: {', '.join(self.names) or 'none'}")
        self.held = tuple(names)
        return self

    @property
    def theta(self):
        """Logarithms of the numbers that are learnt (parameters,)."""
        parts = [np.log(np.atleast_1d(np.asarray(getattr(self, name), float))) for name in self._free()]
        return np.concatenate(parts) if parts else np.empty(0)

    def with_theta(self, theta):
        """The same kernel with other numbers; this one stays as it is."""
        new, start = copy.deepcopy(self), 0
        for name in self._free():
            size, flat = np.size(getattr(self, name)), np.ndim(getattr(self, name)) == 0
            part = np.exp(theta[start : start + size])
            setattr(new, name, float(part[0]) if flat else part)
            start += size
        return new

    def check(self, features):
        """BadInput unless every number is finite and above 0, and those of features are as many as there are features."""
        for name in self.names:
            value = getattr(self, name)
            if not _positive(value):
                raise BadInput(f"{name} of {type(self).__name__} is {value!r}; it must be a finite number above 0")
            if np.ndim(value) and (name not in self.wide or np.shape(value) != (features,)):
                raise BadInput(
                    f"{name} of {type(self).__name__} has shape {np.shape(value)}; X has {features} features"
                )

    wide = ("length_scale",)  # names that may have a number for each feature
    held = ()

    def _free(self):
        return [name for name in self.names if name not in self.held]

    def _gather(self, **slopes):
        return np.concatenate([np.atleast_1d(slopes[name]()) for name in self._free()]) if self._free() else np.empty(0)

    def __repr__(self):
        shown = (np.array2string(np.asarray(getattr(self, name)), precision=3) for name in self.names)
        return f"{type(self).__name__}({', '.join(shown)})"


class Constant(Kernel):
    """k = value: a factor of another kernel, its variance."""

    names = ("value",)

    def __init__(self, value=1.0):
        self.value = value

    def diag(self, X):
        return np.full(len(X), float(self.value))

    def pull(self, x, z, same):
        k = np.full((len(x), len(z)), float(self.value))
        return k, lambda w: self._gather(value=lambda: self.value * w.sum())


class White(Kernel):
    """k = value where the two are the very same sample, else 0: noise of this variance."""

    names = ("value",)

    def __init__(self, value=1.0):
        self.value = value

    def diag(self, X):
        return np.full(len(X), float(self.value))

    def pull(self, x, z, same):
        k = np.zeros((len(x), len(z)))
        if same is not None:
            k[np.arange(len(x)), np.arange(len(x)) + same] = self.value
        seen = 0.0 if same is None else self.value
        return k, lambda w: self._gather(value=lambda: seen * np.trace(w[:, same:]) if seen else 0.0)


class Stationary(Kernel):
    """Kernels of the distance r² = Σ ((x_d − z_d) / ℓ_d)²: one ℓ, or one for each feature (automatic relevance)."""

    names = ("length_scale",)

    def __init__(self, length_scale=1.0):
        self.length_scale = length_scale

    def diag(self, X):
        return np.ones(len(X))

    def pull(self, x, z, same):
        middle = z.mean(axis=0)
        x, z = (x - middle) / self.length_scale, (z - middle) / self.length_scale
        square = squares(x, z, same)
        k, slope, *more = self._profile(square)

        def back(w):
            def scale():
                m = w * slope()  # −2 dk/dr² = slope, so ∂k/∂log ℓ_d = slope ((x_d − z_d) / ℓ_d)²
                if np.ndim(self.length_scale):
                    return m.sum(1) @ x**2 + m.sum(0) @ z**2 - 2 * ((m @ z) * x).sum(0)
                return np.vdot(m, square)

            return self._gather(length_scale=scale, **{name: lambda f=f: f(w) for name, f in zip(self.names[1:], more)})

        return k, back


class RBF(Stationary):
    """exp(−r²/2): eq. (2); very smooth. A length_scale for each feature learns which of them matter."""

    def _profile(self, square):
        k = np.exp(-0.5 * square)  # eq. 2
        return k, lambda: k


class Matern(Stationary):
    """Matérn's kernels of order nu 0.5, 1.5 or 2.5: rough, once and twice differentiable functions: eq. (3)."""

    def __init__(self, length_scale=1.0, nu=1.5):
        self.length_scale = length_scale
        self.nu = nu

    def check(self, features):
        super().check(features)
        if not isinstance(self.nu, Real) or self.nu not in (0.5, 1.5, 2.5):
            raise BadInput(f"nu of Matern is {self.nu!r}; it must be 0.5, 1.5 or 2.5")

    def _profile(self, square):
        s = np.sqrt(2 * self.nu * square)
        e = np.exp(-s)
        if self.nu == 0.5:  # eq. 3
            return e, lambda: e / np.where(s > 0, s, 1.0)
        if self.nu == 1.5:
            return (1 + s) * e, lambda: 3 * e
        return (1 + s + s * s / 3) * e, lambda: 5 / 3 * (1 + s) * e


class RationalQuadratic(Stationary):
    """(1 + r²/2α)^−α: eq. (4), RBFs of many lengths at once; alpha says how many."""

    names = ("length_scale", "alpha")

    def __init__(self, length_scale=1.0, alpha=1.0):
        self.length_scale = length_scale
        self.alpha = alpha

    def _profile(self, square):
        base = 1 + square / (2 * self.alpha)
        k = base**-self.alpha  # eq. 4
        alpha = lambda w: np.vdot(w, k * (square / (2 * base) - self.alpha * np.log(base)))  # noqa: E731
        return k, lambda: k / base, alpha


class Periodic(Kernel):
    """exp(−2 Σ_d sin²(π (x_d − z_d) / period) / ℓ²): eq. (5), functions that repeat themselves."""

    names = ("length_scale", "period")
    wide = ()

    def __init__(self, length_scale=1.0, period=1.0):
        self.length_scale = length_scale
        self.period = period

    def diag(self, X):
        return np.ones(len(X))

    def pull(self, x, z, same):
        turns = np.pi * (x[:, None, :] - z[None, :, :]) / self.period
        square = (np.sin(turns) ** 2).sum(axis=2)
        k = np.exp(-2 / self.length_scale**2 * square)  # eq. 5
        return k, lambda w: self._gather(
            length_scale=lambda: 4 / self.length_scale**2 * np.vdot(w, k * square),
            period=lambda: 2 / self.length_scale**2 * np.vdot(w, k * (np.sin(2 * turns) * turns).sum(axis=2)),
        )


class Linear(Kernel):
    """offset + x·z: eq. (6), straight lines; as a product with itself, polynomials."""

    names = ("offset",)

    def __init__(self, offset=1.0):
        self.offset = offset

    def diag(self, X):
        return self.offset + (X * X).sum(axis=1)

    def pull(self, x, z, same):
        return self.offset + x @ z.T, lambda w: self._gather(offset=lambda: self.offset * w.sum())  # eq. 6


class NeuralNetwork(Kernel):
    """(2/π) arcsin of 2 x̃ᵀΣz̃ / √((1 + 2x̃ᵀΣx̃)(1 + 2z̃ᵀΣz̃)), x̃ = (1, x): eq. (7).

    A network of infinitely many error functions (Williams 1998). Σ has `bias` and `scale` squared on its diagonal: how far
    the weights of a unit's threshold and of its inputs spread.
    """

    names = ("bias", "scale")
    wide = ("scale",)

    def __init__(self, bias=1.0, scale=1.0):
        self.bias = bias
        self.scale = scale

    def diag(self, X):
        own = self._own(X)
        return 2 / np.pi * np.arcsin((own - 1) / own)

    def pull(self, x, z, same):
        cross = self.bias**2 + (x * np.square(self.scale)) @ z.T
        a, b = self._own(x)[:, None], self._own(z)[None, :]
        root = np.sqrt(a * b)
        u = np.clip(2 * cross / root, -1.0, 1.0)  # far away the 1 under the root is lost in rounding

        def back(w):
            # ∂u/∂σ² = 2/√ab (x z − s x²/a − s z²/b); dσ²/dlog σ = 2σ²
            m = w * (8 / np.pi) / np.sqrt(np.maximum(1 - u * u, np.finfo(float).eps)) / root
            left, right = (m * cross / a).sum(axis=1), (m * cross / b).sum(axis=0)

            def scale():
                each = ((m @ z) * x).sum(0) - left @ x**2 - right @ z**2
                each = np.square(self.scale) * each
                return each if np.ndim(self.scale) else each.sum()

            return self._gather(bias=lambda: self.bias**2 * (m.sum() - left.sum() - right.sum()), scale=scale)

        return 2 / np.pi * np.arcsin(u), back  # eq. 7

    def _own(self, x):
        return 1 + 2 * (self.bias**2 + (x * x * np.square(self.scale)).sum(axis=1))


class _Pair(Kernel):
    def __init__(self, left, right):
        self.left = left
        self.right = right

    def hold(self, *names):
        raise BadInput("a sum or product holds no numbers of its own: hold those of its parts, before they are joined")

    @property
    def theta(self):
        return np.concatenate([self.left.theta, self.right.theta])

    def with_theta(self, theta):
        cut = len(self.left.theta)
        return type(self)(self.left.with_theta(theta[:cut]), self.right.with_theta(theta[cut:]))

    def check(self, features):
        self.left.check(features)
        self.right.check(features)


class Sum(_Pair):
    """k₁ + k₂: eq. (8), a function that is the sum of two; one of the two may be White, its noise."""

    def diag(self, X):
        return self.left.diag(X) + self.right.diag(X)

    def pull(self, x, z, same):
        (a, left), (b, right) = self.left.pull(x, z, same), self.right.pull(x, z, same)
        return a + b, lambda w: np.concatenate([left(w), right(w)])  # eq. 8

    def __repr__(self):
        return f"{self.left!r} + {self.right!r}"


class Product(_Pair):
    """k₁ k₂: alike only where both say so."""

    def diag(self, X):
        return self.left.diag(X) * self.right.diag(X)

    def pull(self, x, z, same):
        (a, left), (b, right) = self.left.pull(x, z, same), self.right.pull(x, z, same)
        return a * b, lambda w: np.concatenate([left(w * b), right(w * a)])

    def __repr__(self):
        return " * ".join(f"({part!r})" if isinstance(part, Sum) else repr(part) for part in (self.left, self.right))


def squares(x, z, same=None):
    """‖x_i − z_j‖² (n, m), exactly 0 where the two are the same sample."""
    found = x @ (-2 * z.T)
    found += (x * x).sum(axis=1)[:, None]
    found += (z * z).sum(axis=1)
    np.maximum(found, 0.0, out=found)
    if same is not None:
        found[np.arange(len(x)), np.arange(len(x)) + same] = 0.0
    return found


def _kernel(other):
    if isinstance(other, Kernel):
        return other
    if _positive(other) and np.ndim(other) == 0:
        return Constant(float(other))
    raise BadInput(f"{other!r} is no kernel and no number above 0")


def _positive(value):
    if isinstance(value, Real) and not isinstance(value, bool):
        return bool(0 < value < np.inf)
    kind = getattr(value, "dtype", None)
    if kind is None and isinstance(value, list | tuple):
        return bool(value) and all(_positive(each) and np.ndim(each) == 0 for each in value)
    return kind is not None and kind.kind in "fiu" and bool(np.all((value > 0) & (value < np.inf)))
