"""What alternating least squares should give: an optimum in closed form, and the noise that nobody can predict."""

from dataclasses import dataclass

import numpy as np
from scipy import linalg

import ranking
import ratings
from abacus.settings import above, at_least, between

SINGULAR = 10.0, 6.0, 3.0, 1.0  # of the matrix whose best factors are known in closed form
ORDER = 16  # its rows and columns


@dataclass
class Config:
    factors: int = at_least(1)
    penalty: float = at_least(0)  # λ
    sweeps: int = at_least(1)


def optimum(cfg: Config, job):
    """The objective that ALS reaches on a matrix of known singular values, and the singular values of its product."""
    from factors import ExplicitALS

    signs = linalg.hadamard(ORDER) / np.sqrt(ORDER)
    r = (signs[:, : len(SINGULAR)] * SINGULAR) @ signs[1 : len(SINGULAR) + 1]
    known = ratings.matrix(*np.divmod(np.arange(r.size), ORDER), r.ravel(), r.shape)  # an entry that is 0 is known too
    model = ExplicitALS(cfg.factors, cfg.penalty, cfg.sweeps).fit(known)
    found = linalg.svdvals(model.users_ @ model.items_.T)
    return {"objective": model.objective(known), "σ1": found[0], "σ2": found[1], "σ3": found[2]}


@dataclass
class Noise:
    users: int = at_least(10)
    items: int = at_least(10)
    rank: int = at_least(1)  # of the true matrix, and factors of the model
    share: float = between(0, 1, open=True)  # of the ratings that are known
    noise: float = above(0)  # standard deviation of what nobody can predict
    sweeps: int = at_least(1)


def floor(cfg: Noise, job):
    """RMSE of ALS on new ratings, what theory expects of it, and the RMSE of who knows the truth, which is the noise.

    The expectation is σ √(1 + p/n), for p = rank (users + items − rank) numbers that are learnt from n ratings: exact to
    first order where ratings are many  (eq. 20).
    """
    from factors import ExplicitALS

    known, truth = ratings.low_rank(cfg.users, cfg.items, cfg.rank, cfg.share, cfg.noise, job.rng("ratings"))
    penalty = cfg.noise**2  # of a user's numbers, whose prior variance is 1: what Bayes' rule says
    model = ExplicitALS(cfg.rank, penalty, cfg.sweeps, int(job.rng("start").integers(2**31))).fit(known)
    users, items = np.nonzero(known.toarray() == 0)
    fresh = truth[users, items] + cfg.noise * job.rng("new").standard_normal(users.size)
    numbers = cfg.rank * (cfg.users + cfg.items - cfg.rank)
    return {
        "RMSE": ranking.rmse(model.predict(users, items), fresh),
        "expected": cfg.noise * np.sqrt(1 + numbers / known.nnz),  # eq. 20
        "noise": ranking.rmse(truth[users, items], fresh),
    }
