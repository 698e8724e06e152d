"""What is reported of trained networks: for each a dict, infinite where the network has not learned."""

import numpy as np

import by_hand
import family
from network import ON


def sweeps(net, outcome, patterns, unseen):
    """The sweep at which the network had learned; infinite: never, and the seed counts as diverged."""
    return [{"sweeps": float(s)} for s in outcome.sweeps]


def weights(net, outcome, patterns, unseen):
    """The symmetry network's weights: the sizes of the three pairs of a side in proportion to the smallest.

    "mirror" is |w + w of the mirrored input| and "twin" |w + w of the other hidden unit|, both means in proportion to
    mean |w|: 0 where they are equal and opposite. "bias": the larger one of the hidden units.
    """
    w, half = outcome.w[0, 1], net.units[0] // 2  # (networks, inputs, hidden units)
    mean = abs(w).mean(axis=(1, 2))
    side = np.sort((abs(w) + abs(w[:, ::-1])).mean(axis=2)[:, :half] / 2, axis=1)
    columns = {f"{k}. / 1.": side[:, k - 1] / side[:, 0] for k in range(2, half + 1)}
    columns["mirror"] = abs(w + w[:, ::-1]).mean(axis=(1, 2)) / mean
    columns["twin"] = abs(w.sum(axis=2)).mean(axis=1) / mean
    columns["bias"] = outcome.w[ON, 1].max(axis=(1, 2))
    return _rows(columns | {"sweeps": outcome.sweeps}, np.isfinite(outcome.sweeps))


def minima(net, outcome, patterns, unseen):
    """100 where the network is stuck, 0 where it has learned; of a stuck one, how many of its outputs are between."""
    inputs, d = patterns
    y = by_hand.outputs(net, outcome.w, inputs)[-1]
    between = (abs(y - d) > abs(2 * d - 1) / 4).sum(axis=(1, 2))
    stuck = np.isinf(outcome.sweeps)
    return [{"stuck": 100.0 * s} | ({"outputs between": int(b)} if s else {}) for s, b in zip(stuck, between)]


def codes(net, outcome, patterns, unseen):
    """The hidden units' outputs rounded to 0, 1/2 and 1: how many patterns differ, how many have a 1/2 in them."""
    code = rounded(net, outcome, patterns[0])
    different = np.array([len(np.unique(one, axis=0)) for one in code])
    halves = (code == 0.5).any(axis=2).sum(axis=1)
    columns = {"different codes": different, "codes with a half": halves, "sweeps": outcome.sweeps}
    return _rows(columns, np.isfinite(outcome.sweeps))


def rounded(net, outcome, inputs):
    """(networks, patterns, hidden units) in halves."""
    return np.round(2 * by_hand.outputs(net, outcome.w, inputs)[1]) / 2


def people(net, outcome, patterns, unseen):
    """Triples right after training: all answers are more active than any other person."""
    learned, others = (family.right(by_hand.outputs(net, outcome.w, x)[-1], d) for x, d in (patterns, unseen))
    columns = {"triples learned": learned.sum(axis=1), "unseen right": others.sum(axis=1)}
    return [dict(zip(columns, map(int, values))) for values in zip(*columns.values())]


def _rows(columns, learned):
    """[{column: value}] by network; infinite where it has not learned."""
    rows = zip(*(np.where(learned, values, np.inf) for values in columns.values()))
    return [dict(zip(columns, map(float, values))) for values in rows]


MEASURES = {"sweeps": sweeps, "weights": weights, "minima": minima, "codes": codes, "people": people}
