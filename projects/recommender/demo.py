"""An invented cinema: films of eight kinds, and people who like some kinds more than others. Nothing is downloaded."""

from typing import NamedTuple

import numpy as np
from scipy import sparse

import ratings

KINDS = {
    "Crime": ("Alibi", "Inspector", "Forger", "Witness"),
    "Space": ("Orbit", "Comet", "Colony", "Signal"),
    "Romance": ("Letter", "Wedding", "Promise", "Waltz"),
    "Western": ("Saddle", "Canyon", "Sheriff", "Railroad"),
    "Ghosts": ("Attic", "Lantern", "Séance", "Graveyard"),
    "Cooking": ("Kitchen", "Bakery", "Recipe", "Banquet"),
    "Sea": ("Lighthouse", "Harbour", "Voyage", "Whale"),
    "Music": ("Quartet", "Piano", "Tango", "Rehearsal"),
}
MOODS = ("Silent", "Last", "Golden", "Broken")


class Cinema(NamedTuple):
    """`x` (users, films) of ones; `times` of each entry, from 0 to 1; `titles` and `kinds` (a place in KINDS) of the films."""

    x: sparse.csr_array
    times: np.ndarray
    titles: list
    kinds: np.ndarray


def cinema(users, rng):
    """Everybody has a taste, a Dirichlet draw over kinds; a film is seen by taste and by how popular it is, 3 to 15 of them."""
    titles = [f"The {mood} {thing}" for things in KINDS.values() for thing in things for mood in MOODS]
    kinds = np.repeat(np.arange(len(KINDS)), len(titles) // len(KINDS))
    fame = rng.standard_normal(len(titles))
    taste = rng.dirichlet(np.full(len(KINDS), 0.25), users)
    seen = rng.integers(3, 16, users)
    wish = np.log(taste[:, kinds] + 0.01) + fame - np.log(rng.exponential(size=(users, len(titles))))
    order = np.argsort(
        -wish, axis=1
    )  # Gumbel's maxima: draws without replacement in proportion to exp(log taste + fame)
    start = np.concatenate([[0], np.cumsum(seen)])
    items = np.concatenate([row[:count] for row, count in zip(order, seen)])
    return Cinema(ratings.histories(start, items, len(titles)), rng.random(items.size), titles, kinds)
