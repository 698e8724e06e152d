"""From a picture to noise, step by step, and back: schedules, the forward law, its posterior, and the samplers DDPM and DDIM.

Steps are t = 1 … T; a `Schedule` holds arrays of T + 1 numbers, index 0 being the picture itself (ᾱ_0 = 1).
"""

from typing import NamedTuple

import numpy as np

from abacus.errors import BadInput
from abacus.expect import expect_word

SCHEDULES = "linear", "cosine"
PREDICTS = "noise", "picture", "velocity"


class Schedule(NamedTuple):
    """beta[t], the variance that step t adds, and alpha_bar[t] = Π (1 − beta), what is left of the picture's variance."""

    beta: np.ndarray
    alpha_bar: np.ndarray


def schedule(name, steps):
    """`linear`: beta from 1e-4 to 0.02 for T = 1000, times 1000/T for another T (Ho et al. 2020; eq. 2). `cosine`: alpha_bar
    falls as cos², beta at most 0.999 (Nichol & Dhariwal 2021; eq. 3). BadInput for T = 0 or where no noise is left."""
    expect_word("schedule", "name", name, SCHEDULES)
    if steps < 1:
        raise BadInput(f"schedule: T is {steps}, wanted at least 1 step")
    if name == "linear":
        beta = np.linspace(1e-4, 0.02, steps) * (1000 / steps) if steps > 1 else np.array([0.999])  # eq. 2
        beta = np.minimum(beta, 0.999)
    else:
        level = np.cos((np.arange(steps + 1) / steps + 0.008) / 1.008 * np.pi / 2) ** 2
        beta = np.minimum(1 - level[1:] / level[:-1], 0.999)  # eq. 3
    return of_beta(beta)


def of_beta(beta):
    """The Schedule of variances beta_1 … beta_T, each inside (0, 1)."""
    beta = np.asarray(beta, float)
    if beta.ndim != 1 or not len(beta) or not ((beta > 0) & (beta < 1)).all():
        raise BadInput(f"of_beta: beta has shape {beta.shape}, wanted T >= 1 numbers, each inside (0, 1)")
    return Schedule(np.concatenate([[0.0], beta]), np.concatenate([[1.0], np.cumprod(1 - beta)]))  # eq. 1, T times


def erases(found, share=0.01):
    """BadInput where the last step still holds more than a share of the picture's variance: to start the way back from
    pure noise would then be to start from somewhere else."""
    if found.alpha_bar[-1] > share:
        raise BadInput(
            f"the schedule's last step still holds {found.alpha_bar[-1]:.1%} of the picture, wanted at most {share:.0%}"
        )


def forward(x_0, t, noise, found):
    """x_t = √ᾱ x_0 + √(1 − ᾱ) noise (eq. 4); t one step, or one for each row of x_0."""
    alpha_bar = _rows(found.alpha_bar, t, x_0)
    return np.sqrt(alpha_bar) * x_0 + np.sqrt(1 - alpha_bar) * noise  # eq. 4


def posterior(x_0, x_t, t, found):
    """(mean, variance) of q(x_{t-1} | x_t, x_0) (eqs. 5, 6)."""
    beta, alpha_bar, before = (
        _rows(a, k, x_t) for a, k in ((found.beta, t), (found.alpha_bar, t), (found.alpha_bar, t - 1))
    )
    mean = (
        np.sqrt(before) * beta / (1 - alpha_bar) * x_0 + np.sqrt(1 - beta) * (1 - before) / (1 - alpha_bar) * x_t
    )  # eq. 5
    return mean, beta * (1 - before) / (1 - alpha_bar)  # eq. 6


def target(predicts, x_0, noise, t, found):
    """What a network is asked for: the noise, the picture, or v = √ᾱ noise − √(1 − ᾱ) x_0 (eq. 8)."""
    expect_word("target", "predicts", predicts, PREDICTS)
    if predicts == "velocity":
        alpha_bar = _rows(found.alpha_bar, t, x_0)
        return np.sqrt(alpha_bar) * noise - np.sqrt(1 - alpha_bar) * x_0  # eq. 8
    return noise if predicts == "noise" else x_0


def both(predicts, said, x_t, t, found):
    """(the picture, the noise) that follow from what a network said of x_t (eqs. 4, 8)."""
    expect_word("both", "predicts", predicts, PREDICTS)
    alpha_bar = _rows(found.alpha_bar, t, x_t)
    a, b = np.sqrt(alpha_bar), np.sqrt(1 - alpha_bar)
    if predicts == "velocity":
        return a * x_t - b * said, b * x_t + a * said
    if predicts == "noise":
        return (x_t - b * said) / a, said
    return said, (x_t - a * said) / b


def ddpm(predict, x, found, noises, seen=None):
    """Back from x = x_T by draws from the posterior, the network's picture put in for x_0 (eq. 7). predict(x, t) gives
    (picture, noise); noises[t − 1] is the noise of step t (that of step 1 is not used). seen(t, x_t) is called on the way."""
    for t in range(len(found.beta) - 1, 0, -1):
        mean, variance = posterior(predict(x, t)[0], x, t, found)
        x = mean + np.sqrt(variance) * noises[t - 1] if t > 1 else mean  # eq. 7
        if seen is not None:
            seen(t - 1, x)
    return x


def ddim(predict, x, found, steps, eta=0.0, noises=None, seen=None):
    """Back over the steps in `steps` only (T, …, 1, falling; the end 0 is added), with eta times the posterior's noise
    (Song et al. 2021; eq. 9). eta = 0 draws nothing: the same noise gives the same picture."""
    for t, after in zip(steps, [*steps[1:], 0]):
        x = jump(*predict(x, t), t, after, found, eta, None if noises is None else noises[t - 1])
        if seen is not None:
            seen(after, x)
    return x


def jump(picture, noise, t, after, found, eta=0.0, fresh=None):
    """From step t to step `after`, up or down: √ᾱ' picture + √(1 − ᾱ' − s²) noise + s·fresh (eqs. 9, 10)."""
    here, there = found.alpha_bar[t], found.alpha_bar[after]
    variance = eta**2 * (1 - there) / (1 - here) * (1 - here / there) if eta else 0.0  # eq. 10
    x = np.sqrt(there) * picture + np.sqrt(np.maximum(1 - there - variance, 0)) * noise
    return x + np.sqrt(variance) * fresh if variance > 0 else x  # eq. 9


def spaced(steps, jumps):
    """`jumps` of the steps 1 … T, from T down to 1 as evenly as can be. BadInput unless 1 <= jumps <= T."""
    if not 1 <= jumps <= steps:
        raise BadInput(f"{jumps} jumps over {steps} steps: wanted from 1 to {steps}")
    return [int(t) for t in np.unique(np.rint(np.linspace(steps, 1 if jumps > 1 else steps, jumps)))[::-1]]


def guided(with_label, without, weight):
    """Classifier-free guidance: (1 + w)·noise with the label − w·noise without (Ho & Salimans 2022; eq. 11)."""
    return (1 + weight) * with_label - weight * without  # eq. 11


def _rows(values, t, x):
    """values[t] so that it multiplies x: a number, or one for each row."""
    picked = values[t]
    return picked if np.ndim(picked) == 0 else picked.reshape(-1, *[1] * (np.ndim(x) - 1)).astype(x.dtype)
