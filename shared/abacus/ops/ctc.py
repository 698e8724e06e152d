"""Connectionist temporal classification (Graves et al. 2006): labels in order, against frames not aligned with them."""

import numpy as np

from abacus.errors import BadInput
from abacus.expect import expect_shape
from abacus.ops.floats import floats
from abacus.ops.reduction import counted_for, reduced
from abacus.tensor import op


@op(keeps=("labels", "frames", "lengths"))
def ctc(log_p, labels, frames, lengths, blank=0, *, zero_infinity=False, reduction="mean"):
    """-log of the sum over all paths of frames that say the labels, repeats merged and blanks left out (eq. 14).

    log_p (time, batch, classes) logarithms of probabilities; labels (batch, longest), padded, or all of them one after the
    other; frames and lengths (batch,): how many frames and labels of each count. "mean" divides each loss by its number of
    labels first. A text longer than its frames has an infinite loss, or 0 and no gradient with zero_infinity. With α and β
    the sums over the paths to and from a state (eq. 6, 10): ∂/∂log_p[t, k] = -Σ α β / p over the states of label k (eq.
    15), the gradient by log_p itself. Conventions of PyTorch's ctc_loss.
    """
    log_p = floats("ctc", "log_p", log_p)
    expect_shape("ctc", "log_p", log_p.shape, ("time", "batch", "classes"))
    states, skips, frames, lengths = _states(log_p, labels, frames, lengths, blank)
    time, batch, _ = log_p.shape
    said = np.take_along_axis(log_p, np.broadcast_to(states, (time, *states.shape)), axis=2)  # (time, batch, states)
    there = np.arange(states.shape[1]) <= 2 * lengths[:, None]
    alpha = _forward(np.where(there, said, -np.inf), skips, frames)
    rows, last = np.arange(batch), 2 * lengths
    at_end = np.where((frames > 0)[:, None], alpha[np.maximum(frames, 1) - 1, rows] if time else -np.inf, -np.inf)
    before = np.where(lengths > 0, at_end[rows, np.maximum(last - 1, 0)], -np.inf)
    total = _added(at_end[rows, last], before) if batch else np.zeros(0, log_p.dtype)
    total = np.where((frames == 0) & (lengths == 0), 0, total).astype(log_p.dtype)
    lost = np.isneginf(total)
    losses = np.where(lost & zero_infinity, 0, -total).astype(log_p.dtype)
    part = counted_for("ctc", reduction, batch)
    each = 1 / np.maximum(lengths, 1).astype(log_p.dtype) if reduction == "mean" else np.ones(batch, log_p.dtype)
    value, spread = reduced(losses * each, (lambda: each,), reduction, part)

    def dlog_p(d):
        beta = _backward(np.where(there, said, -np.inf), skips, frames, last)
        with np.errstate(invalid="ignore"):
            visits = np.exp(alpha + beta - total[:, None])  # NaN where no path says the labels, as the loss is infinite
        visits = np.where((lost & zero_infinity)[:, None], 0, visits)
        visits = np.where(np.arange(time)[:, None, None] < frames[:, None], visits, 0)
        dx = np.zeros(log_p.shape, log_p.dtype)
        np.add.at(dx, (np.arange(time)[:, None, None], rows[:, None], states), -visits)
        return dx * spread(d)[0]()[:, None]

    return value, lambda d: (lambda: dlog_p(d), None, None, None)


def _states(log_p, labels, frames, lengths, blank):
    """(blank, l1, blank, l2, …, blank) of each item, where a state may be reached over the one before it, and the lengths."""
    time, batch, classes = log_p.shape
    labels, frames, lengths = (np.asarray(a) for a in (labels, frames, lengths))
    for argument, a, most in (("frames", frames, time), ("lengths", lengths, None)):
        if a.dtype.kind not in "iu" or a.shape != (batch,) or (a < 0).any() or (most is not None and (a > most).any()):
            raise BadInput(
                f"ctc: {argument} are {a.dtype} {a.shape}, wanted {batch} whole numbers from 0"
                + f" to {most}" * (most is not None)
            )
    if not 0 <= blank < classes:
        raise BadInput(f"ctc: blank is {blank}, wanted 0 to {classes - 1}")
    longest = int(lengths.max(initial=0))
    counted = np.arange(longest) < lengths[:, None]
    if labels.ndim == 1 and labels.size == lengths.sum():
        padded = np.full((batch, longest), blank)
        padded[counted] = labels
    elif labels.ndim == 2 and len(labels) == batch and labels.shape[1] >= longest:
        padded = np.where(counted, labels[:, :longest], blank)
    else:
        raise BadInput(f"ctc: labels have shape {labels.shape}, wanted ({batch}, {longest}) or ({lengths.sum()},)")
    if labels.dtype.kind not in "iu" and labels.size:
        raise BadInput(f"ctc: labels have type {labels.dtype}, wanted integers")
    wrong = padded[counted][(padded[counted] < 0) | (padded[counted] >= classes) | (padded[counted] == blank)]
    if wrong.size:
        raise BadInput(f"ctc: labels hold {wrong[0]}, wanted 0 to {classes - 1} without the blank {blank}")
    states = np.full((batch, 2 * longest + 1), blank)
    states[:, 1::2] = padded
    skips = np.zeros(states.shape, bool)
    skips[:, 3::2] = states[:, 3::2] != states[:, 1:-2:2]
    return states, skips, frames.astype(int), lengths.astype(int)


def _forward(said, skips, frames):
    """log α (time, batch, states): the sum over all paths to a state at a time (eq. 6)."""
    alpha = np.full(said.shape, -np.inf, said.dtype)
    if len(said):
        alpha[0, :, :2] = said[0, :, :2]
    for t in range(1, len(said)):
        alpha[t] = said[t] + _met(alpha[t - 1], skips)
    return alpha


def _met(before, skips):
    """The sum of a state, the one before it, and where it is allowed the one before that."""
    y = before.copy()
    y[:, 1:] = _added(y[:, 1:], before[:, :-1])
    return np.where(skips, _added(y, np.pad(before, ((0, 0), (2, 0)), constant_values=-np.inf)[:, : y.shape[1]]), y)


def _backward(said, skips, frames, last):
    """log β (time, batch, states): the sum over all paths from a state, which it does not say itself, to the end (eq. 10)."""
    beta = np.full(said.shape, -np.inf, said.dtype)
    ends = (np.arange(said.shape[2]) == last[:, None]) | (np.arange(said.shape[2]) == last[:, None] - 1)
    ahead = np.pad(skips, ((0, 0), (0, 2)))[:, 2:]
    for t in reversed(range(len(said))):
        if t + 1 < len(said):
            later = beta[t + 1] + said[t + 1]
            y = later.copy()
            y[:, :-1] = _added(y[:, :-1], later[:, 1:])
            jump = np.pad(later, ((0, 0), (0, 2)), constant_values=-np.inf)[:, 2:]
            beta[t] = np.where(ahead, _added(y, jump), y)
        beta[t] = np.where((frames == t + 1)[:, None], np.where(ends, 0, -np.inf), beta[t])
    return beta


def _added(a, b):
    """log(e^a + e^b); NaN passes, of which NumPy would warn."""
    with np.errstate(invalid="ignore"):
        return np.logaddexp(a, b)
