"""Maps that are known beforehand: graphs whose spectra are cosines, and cities whose distances R maps in its manual."""

from dataclasses import dataclass

import numpy as np
import scipy.linalg
import scipy.sparse

import eigenmaps
import mds
import pictures
from abacus import papers
from abacus.settings import at_least, between


@dataclass
class Graphs:
    path: int = at_least(3)  # nodes of the path
    ring: int = at_least(3)  # nodes of the ring
    height: int = at_least(2)  # nodes of the grid, downwards
    width: int = at_least(2)  # nodes of the grid, across
    cube: int = at_least(2)  # dimensions of the cube
    star: int = at_least(3)  # nodes of the star


def spectra(cfg: Graphs, job):
    """The second to fifth eigenvalue and the last, of L = D − W and of the normalised Laplacian, for each graph."""
    graphs = {
        "path": path(cfg.path),
        "ring": ring(cfg.ring),
        "grid": product(path(cfg.height), path(cfg.width)),
        "torus": product(ring(cfg.height), ring(cfg.width)),
        "cube": cube(cfg.cube),
        "star": star(cfg.star),
    }
    with job.figure("eigenvectors") as figure:
        pictures.eigenvectors(figure, graphs["path"], graphs["ring"], graphs["grid"], (cfg.height, cfg.width))
    found = {f"{name}, L": lowest(eigenmaps.laplacian(w)[0]) for name, w in graphs.items()}
    del graphs["grid"]  # no formula for its normalised Laplacian
    return found | {f"{name}, normalised": lowest(eigenmaps.normalised(w)[0]) for name, w in graphs.items()}


def lowest(matrix):
    """{column: eigenvalue} of a sparse matrix of at least five rows: the second to fifth, and the last."""
    values = scipy.linalg.eigvalsh(matrix.toarray())
    return {"second": values[1], "third": values[2], "fourth": values[3], "fifth": values[4], "last": values[-1]}


def path(n):
    """Weights (n, n), sparse, of n nodes in a row."""
    return scipy.sparse.diags_array([np.ones(n - 1)] * 2, offsets=[-1, 1]).tocsr()


def ring(n):
    """Weights (n, n), sparse, of n nodes in a circle."""
    i = np.arange(n)
    one = scipy.sparse.csr_matrix((np.ones(n), (i, (i + 1) % n)), shape=(n, n))
    return one + one.T


def product(a, b):
    """Weights of the pairs of nodes of two graphs: joined where one node is the same and the other joined (A ⊗ I + I ⊗ B)."""
    same_a, same_b = (scipy.sparse.eye_array(w.shape[0]) for w in (a, b))
    return (scipy.sparse.kron(a, same_b) + scipy.sparse.kron(same_a, b)).tocsr()


def cube(dimensions):
    """Weights of the corners of a cube: products of paths of two nodes."""
    w = path(2)
    for _ in range(dimensions - 1):
        w = product(w, path(2))
    return w


def star(n):
    """Weights of n nodes of which the first is joined to all others."""
    w = scipy.sparse.lil_array((n, n))
    w[0, 1:] = w[1:, 0] = 1.0
    return w.tocsr()


@dataclass
class Cities:
    dimensions: int = between(1, 4)  # of the map


def cities(cfg: Cities, job):
    """Where classical scaling puts 21 cities by the distances between them: coordinates, and the eigenvalues."""
    names, distance = roads()
    classical = mds.ClassicalMDS(cfg.dimensions, metric="precomputed").fit(distance)
    better = mds.MDS(metric="precomputed").fit(distance)
    y = classical.embedding_ * np.where(classical.embedding_[0] < 0, -1.0, 1.0)  # R's signs: Athens is positive
    if cfg.dimensions == 2:
        with job.figure("map") as figure:
            pictures.cities(figure, names, y, better.embedding_)
    columns = "first", "second", "third", "fourth"
    found = {name: dict(zip(columns, map(float, place))) for name, place in zip(names, y)}
    return found | {"eigenvalues": dict(zip(columns, map(float, classical.eigenvalues_)))}


def roads():
    """Names of R's 21 cities and their distances by road in km (21, 21): papers/eurodist.csv."""
    header, rows = papers.rows("eurodist")
    return header[1:], np.array([row[1:] for row in rows], float)


POSITIVE = {"PC1": 0, "PC2": 0, "PC3": 3, "PC4": 0}  # the number whose loading is positive in print


@dataclass
class States:
    count: int = at_least(5)  # states, the first of the list


def states(cfg: States, job):
    """The principal components of four standardised numbers of the states, from nothing but the distances between states.

    Loadings are the directions Xᵀy / ‖Xᵀy‖ of the coordinates y of the classical map.
    """
    header, rows = papers.rows("usarrests")
    x = np.array([row[1:] for row in rows[: cfg.count]], float)
    x = (x - x.mean(axis=0)) / x.std(axis=0, ddof=1)
    y = mds.ClassicalMDS(4).fit_transform(x)
    found = {}
    for (name, positive), score in zip(POSITIVE.items(), y.T):
        loading = x.T @ score / np.linalg.norm(x.T @ score)
        loading *= np.sign(loading[positive])
        deviation = {"standard deviation": float(score.std(ddof=1))}
        found[name] = dict(zip(header[1:], map(float, loading))) | deviation
    return found
