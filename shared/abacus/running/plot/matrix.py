"""Who is taken for whom."""

import numpy as np

from abacus.errors import BadInput

WRITTEN = 40  # classes: with more the numbers are too small to be read


def confusion(axes, labels, answers, names=None):
    """How often each class (a line) is taken for each other one (a column): the darker, the more often.

    `labels` and `answers` are whole numbers 0 .. classes - 1, as many of both; `names` those of the classes, their
    numbers where it is not given. Right answers stand on the diagonal, in grey, and have no colour. Returns the counts
    (classes, classes). BadInput where labels and answers do not fit.
    """
    labels, answers = np.asarray(labels), np.asarray(answers)
    if labels.shape != answers.shape or labels.ndim != 1 or not len(labels):
        raise BadInput(f"confusion: labels of shape {labels.shape}, answers of {answers.shape}: wanted (n,) for both")
    classes = 1 + int(max(labels.max(), answers.max())) if names is None else len(names)
    for name, given in (("labels", labels), ("answers", answers)):
        if given.dtype.kind not in "iu" or given.min() < 0 or given.max() >= classes:
            raise BadInput(
                f"confusion: {name} from {given.min()} to {given.max()}: wanted whole numbers 0 .. {classes - 1}"
            )
    counts = np.zeros((classes, classes), int)
    np.add.at(counts, (labels, answers), 1)
    wrong = counts - np.diag(counts.diagonal())
    axes.imshow(wrong, cmap="Blues", vmin=0, vmax=max(1, wrong.max()))
    if classes <= WRITTEN:
        _write(axes, counts, wrong)
    ticks = range(classes)
    size = min(8, 260 / classes)
    axes.set_xticks(ticks, ticks if names is None else names, size=size, rotation=90 if _long(names) else 0)
    axes.set_yticks(ticks, ticks if names is None else names, size=size)
    axes.set(xlabel="answer", ylabel="label", title=f"{wrong.sum()} of {len(labels)} are wrong")
    return counts


def _write(axes, counts, wrong):
    for i, j in zip(*np.nonzero(counts)):
        colour = "0.6" if i == j else "white" if wrong[i, j] > wrong.max() / 2 else "black"
        size = min(8, 110 / len(counts))
        axes.text(j, i, counts[i, j], ha="center", va="center", size=size, color=colour)


def _long(names):
    return names is not None and max(len(str(name)) for name in names) > 2
