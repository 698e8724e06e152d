"""Facts about the karate club: its edges, its communities, the slip of the paper, and the little network."""

from itertools import combinations

import numpy as np
from scipy import sparse
from scipy.optimize import linprog

import club
import communities
from abacus import nn, papers


def test_the_club_has_34_members_and_78_edges_and_the_paper_counts_77_twice():
    facts = papers.facts("kipf2017")
    degree = np.bincount(club.EDGES.ravel())
    assert len(degree) == facts["karate club: nodes"] == club.MEMBERS and degree.min() == 1
    assert len(np.unique(club.EDGES, axis=0)) == 78 and (club.EDGES[:, 0] < club.EDGES[:, 1]).all()
    assert 2 * (len(club.EDGES) - 1) == facts["karate club: edges as printed"]
    assert sorted(degree)[-5:] == [9, 10, 12, 16, 17]  # Mr. Hi has 16, the officer 17


def test_betweenness_of_a_path_and_of_a_square():
    path = communities.betweenness([(0, 1), (1, 2)], 3)
    assert path == {(0, 1): 4.0, (1, 2): 4.0}  # two pairs over each edge, from either end
    square = communities.betweenness([(0, 1), (1, 2), (2, 3), (0, 3)], 4)
    assert set(square.values()) == {4.0}  # the pair itself, and half of each diagonal


def test_modularity_of_two_triangles_joined_by_an_edge():
    edges = np.array([[0, 1], [0, 2], [1, 2], [3, 4], [3, 5], [4, 5], [2, 3]])
    halves = np.array([0, 0, 0, 1, 1, 1])
    assert communities.modularity(halves, edges) == 6 / 7 - 2 * 0.5**2
    for divide in (communities.girvan_newman, communities.greedy):
        assert np.array_equal(divide(edges, 6), halves)
    assert np.array_equal(communities.best(edges, 6, np.random.default_rng(0), 5), halves)


def test_no_division_of_the_club_is_better_than_ours():
    """A linear program: x = 1 where two members share a community, relaxed to 0 ≤ x ≤ 1; x_ij + x_jk - x_ik ≤ 1."""
    n, edges = club.MEMBERS, club.EDGES
    pairs = {pair: k for k, pair in enumerate(combinations(range(n), 2))}
    degree = np.bincount(edges.ravel())
    gain = np.array([-degree[i] * degree[j] / (2 * len(edges)) for i, j in pairs])
    gain[[pairs[tuple(edge)] for edge in edges.tolist()]] += 1
    sides = [[pairs[pair] for pair in combinations(three, 2)] for three in combinations(range(n), 3)]
    columns = np.array([side for ij, ik, jk in sides for side in ((ij, jk, ik), (ij, ik, jk), (ik, jk, ij))])
    rows = np.repeat(np.arange(len(columns)), 3)
    entries = np.tile([1.0, 1.0, -1.0], len(columns))
    matrix = sparse.csr_matrix((entries, (rows, columns.ravel())), shape=(len(columns), len(pairs)))
    bound = linprog(-gain, A_ub=matrix, b_ub=np.ones(len(columns)), bounds=(0, 1), method="highs")
    q = (-bound.fun - (degree**2).sum() / (4 * len(edges))) / len(edges)  # a member with itself is always there
    ours = communities.modularity(communities.best(edges, n, np.random.default_rng(0)), edges)
    assert abs(q - ours) < 1e-9


def test_the_network_is_as_large_as_appendix_a_says():
    """34·4 + 4·4 + 4·2 weights, and a softmax layer on two numbers for four communities."""
    model = club.Network(club.PROPAGATE, club.MEMBERS, 4, 4, np.random.default_rng(0))
    assert nn.count(model) == 34 * 4 + 4 * 4 + 4 * 2 + 2 * 4 + 4
    assert model.embedding().shape == (34, 2)
