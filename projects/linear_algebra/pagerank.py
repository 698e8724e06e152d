"""Power iteration, and what it made famous: the importance of pages that link to one another."""

from dataclasses import dataclass

import numpy as np

from abacus.errors import BadInput
from abacus.settings import between
from elimination import floats, restored, right_side, scaled, square

STEPS = 10_000  # of power iteration; each is one product with the matrix


@dataclass
class Config:
    links: list[str]  # one text a page: "page -> page it links to, another"
    m: float = between(0, 1)  # share of visitors who type an address instead of following a link


def rank(cfg: Config, job):
    """The importance of every page: the share of visitors that it has in the long run."""
    pages, x, _ = importance(cfg.links, cfg.m)
    return dict(zip(pages, x))


def importance(links, m):
    """(pages, their importance (n,), change of each step): the eigenvector of eq. 12, by power iteration."""
    pages, a = link_matrix(links)
    if m == 0 and closed_groups(a) > 1:
        raise BadInput("m=0: the pages fall into several groups without a way out, so their order is not unique; m > 0")
    _, x, changes = dominant((1 - m) * a + m / len(a), np.ones(len(a)))  # eq. 12
    return pages, x / x.sum(), changes


def link_matrix(links):
    """(pages, A): column j holds 1/nⱼ in the rows of the nⱼ pages that page j links to (Bryan & Leise 2006).

    A link to oneself counts nothing, and a repeated one counts once; a page without links leads to all pages alike.
    """
    targets = {}
    for line in links:
        page, arrow, others = str(line).partition("->")
        if not arrow or not page.strip() or "->" in others:
            raise BadInput(f'links: {line!r} is no line such as "page -> page it links to, another"')
        named = [name.strip() for name in others.split(",") if name.strip()]
        targets.setdefault(page.strip(), []).extend(named)
        for name in named:
            targets.setdefault(name, [])
    if not targets:
        raise BadInput('links: at least one line such as "page -> page it links to, another" is wanted')
    pages = list(targets)
    a = np.zeros((len(pages), len(pages)))
    for j, page in enumerate(pages):
        others = [pages.index(name) for name in set(targets[page]) - {page}]
        a[others or slice(None), j] = 1 / (len(others) or len(pages))
    return pages, a


def closed_groups(a):
    """How many groups of pages have no link out of the group and none smaller inside: as often is 1 an eigenvalue of A."""
    reach = (a > 0) | np.eye(len(a), dtype=bool)
    for _ in range(len(a).bit_length()):
        reach = reach.astype(int) @ reach > 0
    closed = [j for j in range(len(a)) if (reach[:, j] <= reach[j]).all()]  # all that j reaches lead back to j
    return len({tuple(reach[:, j]) for j in closed})


def dominant(a, start=None):
    """(λ, x, change of each step): the eigenvalue of largest size, x of length 1, from `start` (n,) (eq. 11).

    A start at right angles to x finds another vector. Equal entries are that for many a matrix; so where none is given
    they are the fractions of multiples of the golden ratio, which follow no pattern. BadInput where it does not settle:
    two eigenvalues of that size, or Ax = 0.
    """
    a, scale = scaled(floats(square(a)))
    pattern_free = np.arange(1, len(a) + 1) * (np.sqrt(5) - 1) / 2 % 1
    x, _ = scaled(pattern_free if start is None else floats(right_side(start, len(a))))
    if not x.any():
        raise BadInput("power iteration: the start is zero")
    x, changes = x / np.sqrt(x @ x), []
    while len(changes) < STEPS:
        y = a @ x
        length = np.sqrt(y @ y)
        if length == 0:
            raise BadInput("power iteration: the matrix turns a vector to zero")
        sign = -1.0 if x @ y < 0 else 1.0
        y *= sign / length  # eq. 11
        changes.append(np.abs(y - x).max())
        x = y
        if changes[-1] <= len(a) * np.finfo(float).eps:
            return restored(sign * length, scale), x, changes
    raise BadInput(f"power iteration: the vector still moves by {changes[-1]:.1g} after {STEPS} steps")
