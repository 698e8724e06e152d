"""The hand-made gradients against differences, and the losses against the plain formulas."""

import numpy as np
import pytest

import acting
import losses
import networks
from abacus.tensor import Parameter, backward

RNG = np.random.default_rng(0)
M, A = 7, 3
H = np.finfo(float).eps ** (1 / 3)  # the step of a central difference


def difference(f, x):
    """Central differences of f at x, entry by entry."""
    slope = np.empty_like(x)
    for i in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[i] += H
        down[i] -= H
        slope[i] = (f(up) - f(down)) / (2 * H)
    return slope


def check(loss, *arrays):
    """The tape's gradients of a loss of arrays, within the error of a difference."""
    parameters = [Parameter(a) for a in arrays]
    found = backward(loss(*parameters))
    for k, p in enumerate(parameters):

        def alone(x, k=k):
            return float(loss(*(x if j == k else a for j, a in enumerate(arrays))))

        assert np.abs(found[p] - difference(alone, arrays[k])).max() < 100 * H**2


@pytest.mark.parametrize("spread", [0.01, 2.0])
def test_the_gradient_of_the_clipped_surrogate(spread):
    """Near the old policy nothing is clipped; far from it much is."""
    logits, values = RNG.standard_normal((M, A)), RNG.standard_normal(M)
    actions, advantages, returns = RNG.integers(A, size=M), RNG.standard_normal(M), RNG.standard_normal(M)
    old = losses.log_softmax(logits + spread * RNG.standard_normal((M, A)))[np.arange(M), actions]
    before = values + spread * RNG.standard_normal(M)

    def loss(z, v):
        return losses.clipped_surrogate(z, v, actions, old, advantages, returns, before, 0.2, 0.01, 0.5)

    check(loss, logits, values)


def test_the_gradient_of_the_policy_gradient_and_of_the_squared_error():
    logits, values = RNG.standard_normal((M, A)), RNG.standard_normal(M)
    actions, advantages, returns = RNG.integers(A, size=M), RNG.standard_normal(M), RNG.standard_normal(M)
    weights = RNG.random(M)
    check(lambda z, v: losses.policy_gradient(z, v, actions, advantages, returns, 0.01, 0.5), logits, values)
    check(lambda q: losses.squared_error(q, actions, returns, weights), logits)


def test_the_gradient_of_the_dueling_head_and_what_it_subtracts():
    v, a = RNG.standard_normal((M, 1)), RNG.standard_normal((M, A))
    check(lambda x, y: (networks.dueling(x, y) ** 2).sum(), v, a)
    assert np.abs(networks.dueling(v, a).value.mean(axis=1) - v[:, 0]).max() < A * np.finfo(float).eps * 10


def test_at_the_old_policy_the_surrogate_s_slope_is_the_policy_gradient():
    logits, values = RNG.standard_normal((M, A)), RNG.standard_normal(M)
    actions, advantages, returns = RNG.integers(A, size=M), RNG.standard_normal(M), RNG.standard_normal(M)
    old = losses.log_softmax(logits)[np.arange(M), actions]
    z, y = Parameter(logits), Parameter(logits)
    one = backward(losses.clipped_surrogate(z, values, actions, old, advantages, returns, values, 0.2, 0.01, 0.5))[z]
    two = backward(losses.policy_gradient(y, values, actions, advantages, returns, 0.01, 0.5))[y]
    assert np.abs(one - two).max() < M * A * np.finfo(float).eps


def test_generalised_advantages_are_the_sums_of_their_definition():
    """Σ (γ λ)^l δ_{t+l} up to the end of the episode; λ = 1 gives returns less values."""
    steps, gamma, lam = 6, 0.9, 0.8
    rewards, values, last = RNG.standard_normal((steps, 1)), RNG.standard_normal((steps, 1)), RNG.standard_normal(1)
    over = np.zeros((steps, 1), bool)
    over[3] = True
    found = acting.advantages(rewards, values, over, last, gamma, lam)
    following = np.append(values[1:], [last], axis=0)
    delta = rewards + gamma * np.where(over, 0, following) - values
    for t in range(steps):
        end = 3 if t <= 3 else steps - 1
        wanted = sum((gamma * lam) ** (i - t) * delta[i, 0] for i in range(t, end + 1))
        assert abs(found[t, 0] - wanted) < steps * 10 * np.finfo(np.float32).eps
