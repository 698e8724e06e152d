"""Surprise's table: errors of ten methods on MovieLens 100K by cross-validation, where the reader has downloaded it."""

from dataclasses import dataclass

import numpy as np

import ratings
from abacus import data
from abacus.settings import at_least


@dataclass
class Config:
    folds: int = at_least(2)  # of the cross-validation


def surprise(cfg: Config, job):
    """RMSE and MAE of each method, the mean over the folds, predictions kept within 1 and 5 stars."""
    films = data.load("ml-100k")
    x = ratings.matrix(films.user - 1, films.film - 1, films.rating, (films.user.max(), films.film.max()))
    return errors(x, cfg.folds, (1, 5), job.rng, job.progress)


def errors(x, folds, scale, rng, progress=lambda *_: None):
    """{method: {"RMSE", "MAE"}} of a matrix of ratings; `rng` names the streams that cut the folds and start the methods."""
    import rated

    user = np.repeat(np.arange(x.shape[0]), np.diff(x.indptr))
    fold = rng("folds").permutation(x.nnz) % folds
    found = {name: [] for name in rated.METHODS}
    for i in range(folds):
        test = fold == i
        k = rated.known(ratings.matrix(user[~test], x.indices[~test], x.data[~test], x.shape))
        for name, method in rated.METHODS.items():
            stars = method(k, user[test], x.indices[test].astype(np.int64), rng("method", i))
            found[name].append(np.clip(stars, *scale) - x.data[test])
            progress((i + len(found[name]) / folds) / folds, name)
    return {name: measured(gaps) for name, gaps in found.items()}


def measured(gaps):
    """RMSE and MAE, means over the folds, each with its standard deviation per rating (of the RMSE to first order)."""
    whole = np.concatenate(gaps)
    rmse = np.mean([np.sqrt(np.mean(gap**2)) for gap in gaps])
    return {
        "RMSE": (rmse, np.std(whole**2) / (2 * rmse)),
        "MAE": (np.mean([np.mean(np.abs(gap)) for gap in gaps]), np.std(np.abs(whole))),
    }
