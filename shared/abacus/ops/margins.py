"""Losses of pairs and triples: what belongs together shall be nearer, or score higher, by a margin."""

import numpy as np

from abacus.errors import BadInput
from abacus.ops.arithmetic import pair, sum_to
from abacus.ops.floats import floats
from abacus.ops.lengths import cosine_similarity, pairwise_distance
from abacus.ops.reduction import counted_for, reduced
from abacus.tensor import op


@op
def triplet_margin(anchor, positive, negative, margin=1.0, p=2.0, eps=1e-6, swap=False, *, reduction="mean"):
    """max(0, |anchor - positive| - |anchor - negative| + margin) over the last axis (Schroff et al. 2015); the distances
    are those of pairwise_distance. With swap, the negative's distance is to the nearer of anchor and positive (Balntas et
    al. 2016)."""
    near, pull_near = pairwise_distance.__wrapped__(anchor, positive, p, eps)
    far, pull_far = pairwise_distance.__wrapped__(anchor, negative, p, eps)
    swapped, least = np.zeros(far.shape, bool), far
    if swap:
        other, pull_other = pairwise_distance.__wrapped__(positive, negative, p, eps)
        swapped, least = other < far, np.minimum(other, far)
    gap = near - least + margin
    value, spread = _shared("triplet_margin", np.maximum(gap, 0), reduction)

    def pullback(d):
        d = spread(d) * (gap > 0)
        of_near = [e() for e in pull_near(sum_to(d, near.shape))]
        of_far = [e() for e in pull_far(sum_to(-d * ~swapped, far.shape))]
        danchor, dpositive, dnegative = of_near[0] + of_far[0], of_near[1], of_far[1]
        if swap:
            of_other = [e() for e in pull_other(sum_to(-d * swapped, other.shape))]
            dpositive, dnegative = dpositive + of_other[0], dnegative + of_other[1]
        return danchor, dpositive, dnegative

    return value, pullback


@op
def cosine_embedding(a, b, target, margin=0.0, *, reduction="mean"):
    """1 - cos(a, b) where target is 1, max(0, cos(a, b) - margin) where it is -1; a and b (n, width) or (width,), target
    (n,)."""
    cosine, pull = cosine_similarity.__wrapped__(a, b, -1)
    cosine, target = pair("cosine_embedding", np.asarray(cosine), _signs("cosine_embedding", target))
    losses = np.where(target == 1, 1 - cosine, np.maximum(cosine - margin, 0)).astype(cosine.dtype)
    value, spread = _shared("cosine_embedding", losses, reduction)

    def pullback(d):
        slope = np.where(target == 1, -1, cosine > margin).astype(cosine.dtype)
        return *pull(sum_to(spread(d) * slope, cosine.shape)), None

    return value, pullback


@op
def margin_ranking(a, b, target, margin=0.0, *, reduction="mean"):
    """max(0, margin - target·(a - b)), broadcasting: a shall be larger than b where target is 1, smaller where it is -1."""
    name = "margin_ranking"
    a, b = pair(name, floats(name, "a", a), floats(name, "b", b))
    off, target = pair(name, a - b, np.asarray(target, np.result_type(a, b)))
    gap = margin - target * off
    value, spread = _shared(name, np.maximum(gap, 0), reduction)

    def pullback(d):
        d = spread(d) * (gap > 0)
        return (
            lambda: sum_to(-d * target, a.shape),
            lambda: sum_to(d * target, b.shape),
            lambda: sum_to(-d * off, target.shape),
        )

    return value, pullback


@op
def hinge_embedding(x, target, margin=1.0, *, reduction="mean"):
    """x where target is 1, max(0, margin - x) where it is -1; x is a distance."""
    x = floats("hinge_embedding", "x", x)
    x, target = pair("hinge_embedding", x, _signs("hinge_embedding", target))
    losses = np.where(target == 1, x, np.maximum(margin - x, 0)).astype(x.dtype)
    value, spread = _shared("hinge_embedding", losses, reduction)

    def pullback(d):
        slope = np.where(target == 1, 1, np.where(x < margin, -1, 0)).astype(x.dtype)
        return sum_to(spread(d) * slope, x.shape), None

    return value, pullback


def _signs(name, target):
    target = np.asarray(target)
    if not (np.abs(target) == 1).all():
        raise BadInput(f"{name}: target holds other numbers than 1 and -1")
    return target


def _shared(name, losses, reduction):
    """(the op's value, what makes of its gradient that of each entry)."""
    part = counted_for(name, reduction, losses.size)
    value, spread = reduced(losses, (lambda: np.ones_like(losses),), reduction, part)
    return value, lambda d: spread(d)[0]()
