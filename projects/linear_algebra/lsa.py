"""Latent semantic analysis: which words and titles mean alike, from the counts of twelve words in nine titles."""

from dataclasses import dataclass

import numpy as np

import svd
from abacus import papers
from abacus.settings import between


@dataclass
class Config:
    rank: int = between(1, 9)  # dimensions that are kept, of nine


def dimension(cfg: Config, job):
    """The singular value of the last dimension that is kept, and correlations of words and of titles with that many."""
    words, titles, x = counts()
    x_hat = svd.of_rank(x, cfg.rank)
    human, user, minors = (x_hat[words.index(word)] for word in ("human", "user", "minors"))
    r = np.array([[correlation(a, b) for a in x_hat.T] for b in x_hat.T])
    interface = np.array([title.startswith("c") for title in titles])
    other = ~np.eye(len(titles), dtype=bool)
    return {
        "singular value": svd.svd(x)[1][cfg.rank - 1],
        "r(human, user)": correlation(human, user),
        "r(human, minors)": correlation(human, minors),
        "mean r of c, c": r[np.outer(interface, interface) & other].mean(),
        "mean r of c, m": r[np.outer(interface, ~interface)].mean(),
        "mean r of m, m": r[np.outer(~interface, ~interface) & other].mean(),
    }


def reconstruct(cfg: Config, job):
    """Every word in every title as `rank` dimensions have it (eq. 23)."""
    words, titles, x = counts()
    return {word: dict(zip(titles, row)) for word, row in zip(words, svd.of_rank(x, cfg.rank))}


def counts():
    """(words, titles, how often each word stands in each title, (12, 9)): papers/landauer1998.csv."""
    header, rows = papers.rows("landauer1998")
    return [row[0] for row in rows], header[1:], np.array([row[1:] for row in rows], dtype=np.float64)


def correlation(a, b):
    """Pearson's r of two vectors (n,)."""
    a, b = a - a.mean(), b - b.mean()
    return a @ b / np.sqrt((a @ a) * (b @ b))
