"""Linear values v̂(s) = x(s)·w: least squares from a batch, what TD tends to, and Baird's star, on which it runs away.

A Markov chain is P (S, S) and rewards r (S,); an ended episode goes nowhere: its row of P sums to less than 1.
"""

import numpy as np

from abacus.errors import BadInput


def chain(model):
    """(P (S, S), r (S,)) of a finite environment with one action."""
    p, (states, _, most) = np.zeros((model.states, model.states)), model.probability.shape
    goes_on = np.where(model.ends, 0, model.probability)[:, 0]
    np.add.at(p, (np.repeat(np.arange(states), most), model.following[:, 0].ravel()), goes_on.ravel())
    return p, (model.probability * model.reward)[:, 0].sum(axis=1)


def fixed_point(x, chain, reward, shares, gamma):
    """What semi-gradient TD(0) tends to: A w = b with A = Xᵀ D (I − γ P) X, b = Xᵀ D r; x (S, d), shares (S,) of the visits."""
    weighted = x.T * shares
    return np.linalg.solve(weighted @ (x - gamma * chain @ x), weighted @ reward)  # eq. 16


class LSTD:
    """The same from samples: A⁻¹ and b are kept up to date with one product a step, A starting at `epsilon` times 1."""

    def __init__(self, features, gamma, epsilon):
        if not epsilon > 0 or not 0 <= gamma <= 1:
            raise BadInput(f"LSTD: epsilon={epsilon}, gamma={gamma}: wanted epsilon above 0 and gamma 0 to 1")
        self.inverse, self.b, self.gamma = np.eye(features) / epsilon, np.zeros(features), gamma

    def add(self, x, reward, following):
        """One step from features x to `following` (None: the end)."""
        change = x if following is None else x - self.gamma * following
        v = change @ self.inverse
        self.inverse -= np.outer(self.inverse @ x, v) / (1 + v @ x)  # eq. 17
        self.b += reward * x

    @property
    def w(self):
        """The weights."""
        return self.inverse @ self.b


def star():
    """Baird's counterexample (1995): features (7, 8). Every reward is 0, so w = 0 is right."""
    x = np.zeros((7, 8))
    x[:6, :6], x[:6, 7] = 2 * np.eye(6), 1
    x[6, 6:] = 1, 2
    return x


def star_errors(method, sweeps, alpha, beta, gamma):
    """√(mean of v̂²) (sweeps,) over all states, from the expected updates of a method on the star: the behaviour goes anywhere
    alike, the target policy always to the last state. "TD" is semi-gradient TD; "TDC" corrects it (Sutton et al. 2009)."""
    x, w, v = star(), np.array([1.0] * 6 + [10.0, 1.0]), np.zeros(8)
    errors = np.empty(sweeps)
    for t in range(sweeps):
        delta = gamma * x[6] @ w - x @ w  # of each state, under the target policy
        step = x.T @ delta / 7  # eq. 18
        if method == "TDC":
            step -= gamma * x[6] * (x @ v).mean()  # eq. 19
            v += beta * (x.T @ (delta - x @ v)) / 7
        w = w + alpha * step
        errors[t] = np.sqrt(np.mean((x @ w) ** 2))
    return errors
