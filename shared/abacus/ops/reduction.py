"""What the losses do alike: each entry's loss becomes a mean, a sum, or stays as it is ("none")."""

import numpy as np

from abacus.expect import expect_word


def counted_for(name, reduction, count, words=("mean", "sum", "none")):
    """What each of the losses counts for: 1/count in a mean, NaN in a mean over nothing, else 1."""
    expect_word(name, "reduction", reduction, words)
    if reduction in ("sum", "none"):
        return 1
    return 1 / count if count else np.nan


def reduced(losses, slopes, reduction, share):
    """The op's result for entrywise `losses`; `slopes()` gives ∂losses by argument, called by the pullback."""
    share = losses.dtype.type(share)
    value = losses if reduction == "none" else losses.sum() * share
    return value, lambda d: tuple(None if s is None else (lambda s=s: s() * (d * share)) for s in slopes)
