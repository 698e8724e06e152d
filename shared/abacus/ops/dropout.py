"""Dropout."""

import numpy as np

from abacus.errors import BadInput
from abacus.tensor import op


@op
def dropout(x, p, rng):
    """x with each entry set to 0 with probability p and the others divided by 1 - p (Srivastava et al. 2014, inverted).
    rng None is evaluation: x itself."""
    if not 0 <= p <= 1:
        raise BadInput(f"dropout: p is {p}, wanted a probability")
    if rng is None or p == 0:
        return x, lambda dy: (dy,)
    factor = (rng.random(x.shape, dtype=np.float32) >= p).astype(x.dtype)
    factor *= 0 if p == 1 else 1 / (1 - p)
    return x * factor, lambda dy: (dy * factor,)
