"""Which words of a sentence moved a network: what its answer becomes when one word is taken out, and the windows that won."""

import numpy as np


def moved(model, numbers, kind):
    """(log-odds of class `kind` against the rest, how much each word adds: the log-odds with it less those without, eq. 11).

    numbers (n,) are the words; a sentence of one word is compared with one that holds nothing known.
    """
    shorter = [np.delete(numbers, i) if len(numbers) > 1 else np.array([1]) for i in range(len(numbers))]
    answers = log_odds(model.scores([numbers, *shorter]), kind)
    return float(answers[0]), answers[0] - answers[1:]  # eq. 11


def log_odds(scores, kind):
    """log p / (1 - p) of one class, p the softmax of the scores (n, classes)."""
    others = np.delete(scores.astype(np.float64), kind, axis=1)
    top = others.max(axis=1, keepdims=True)
    return scores[:, kind] - (top[:, 0] + np.log(np.exp(others - top).sum(axis=1)))
