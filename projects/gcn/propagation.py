"""What one layer does with the graph: the propagation models of Table 3, each as a function of the layer's XΘ₀, XΘ₁, …

A is the adjacency matrix, D the diagonal matrix of the degrees, S = D^(-1/2) A D^(-1/2).
"""

from functools import partial
from typing import NamedTuple

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import eigsh

from abacus import ops
from abacus.ops.sparse import Pattern


def adjacency(edges, n):
    """A (n, n) from undirected edges (m, 2), each given once."""
    ones = np.ones(len(edges))
    half = sparse.csr_matrix((ones, edges.T), shape=(n, n))
    return half + half.T


def normalised(a):
    """D^(-1/2) A D^(-1/2); a node without neighbours has a row of zeros."""
    degree = np.asarray(a.sum(axis=1)).ravel()
    root = sparse.diags(np.divide(1, np.sqrt(degree), out=np.zeros_like(degree), where=degree > 0))
    return (root @ a @ root).tocsr()


def times(matrix):
    """The op Y -> matrix Y, of a scipy sparse matrix."""
    values, pattern = Pattern.of(matrix.astype(np.float32))
    return lambda y: ops.sparse_matmul(values, y, pattern)


def chebyshev(a, order):
    """eq. 5: Σ_k T_k(2L/λ - I) XΘ_k, L = I - S, λ its largest eigenvalue; by Clenshaw's recursion, which never forms a T_k:
    b_k = XΘ_k + 2 L̃ b_(k+1) - b_(k+2), and the sum is XΘ₀ + L̃ b₁ - b₂."""
    identity = sparse.identity(a.shape[0], format="csr")
    laplacian = identity - normalised(a)
    start = np.ones(a.shape[0])  # ARPACK would draw one
    largest = eigsh(laplacian, 1, which="LA", return_eigenvectors=False, v0=start)[0]
    scaled = times(2 / largest * laplacian - identity)

    def propagate(terms):
        b, after = terms[order], None
        for k in range(order - 1, -1, -1):
            step = scaled(b) if k == 0 else 2 * scaled(b)
            now = terms[k] + step  # eq. 11
            b, after = now if after is None else now - after, b
        return b

    return propagate


def first_order(a):
    """eq. 6: XΘ₀ + S XΘ₁."""
    s = times(normalised(a))
    return lambda terms: terms[0] + s(terms[1])  # eq. 6


def single_parameter(a):
    """eq. 7: (I + S) XΘ."""
    return _one(sparse.identity(a.shape[0], format="csr") + normalised(a))


def renormalised(a):
    """eq. 8: D̃^(-1/2) Ã D̃^(-1/2) XΘ with Ã = A + I, D̃ its degrees."""
    return _one(normalised(a + sparse.identity(a.shape[0], format="csr")))


def neighbours_only(a):
    """S XΘ."""
    return _one(normalised(a))


def alone(a):
    """XΘ: no graph."""
    return lambda terms: terms[0]


def _one(matrix):
    product = times(matrix)
    return lambda terms: product(terms[0])


class Rule(NamedTuple):
    """How many Θ a layer has, and what makes of A the function of its terms."""

    terms: int
    of: object


RULES = {
    "Chebyshev K=3": Rule(4, partial(chebyshev, order=3)),
    "Chebyshev K=2": Rule(3, partial(chebyshev, order=2)),
    "first order": Rule(2, first_order),
    "single parameter": Rule(1, single_parameter),
    "renormalization": Rule(1, renormalised),
    "first-order term only": Rule(1, neighbours_only),
    "none": Rule(1, alone),
}
