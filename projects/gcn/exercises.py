"""Inputs of this lesson's exercises (scripts/learn.py)."""

import numpy as np
from scipy import sparse

import club


def modularity():
    yield "two pairs", (np.array([0, 0, 1, 1]), np.array([[0, 1], [2, 3]]))
    yield "two pairs that know each other", (np.array([0, 0, 1, 1]), np.array([[0, 1], [1, 2], [2, 3]]))
    yield "everybody in one community", (np.zeros(4, int), np.array([[0, 1], [1, 2], [2, 3]]))
    yield "the karate club in three parts", (np.arange(34) % 3, club.EDGES)


def normalised():
    yield "two nodes", (sparse.csr_matrix([[0.0, 1.0], [1.0, 0.0]]),)
    yield "a star", (sparse.csr_matrix([[0.0, 1.0, 1.0], [1.0, 0.0, 0.0], [1.0, 0.0, 0.0]]),)
    yield "a node without neighbours", (sparse.csr_matrix([[0.0, 1.0, 0.0], [1.0, 1.0, 0.0], [0.0, 0.0, 0.0]]),)
    yield "the karate club", (club.adjacency(club.EDGES, 34),)


def normalised_use(function, a):
    """The matrix, and whether it is in the wanted format."""
    found = function(a)
    return {"entries": found, "sparse, in the format csr": sparse.issparse(found) and found.format == "csr"}


def betweenness():
    yield "three in a row", ([(0, 1), (1, 2)], 3)
    yield "a square", ([(0, 1), (1, 2), (2, 3), (0, 3)], 4)
    yield "two groups and a bridge", ([(0, 1), (0, 2), (1, 2), (2, 3), (3, 4), (3, 5), (4, 5)], 6)
    yield "a node that nobody knows", ([(0, 1), (1, 3)], 4)
    yield "the karate club", ([tuple(edge) for edge in club.EDGES.tolist()], 34)
