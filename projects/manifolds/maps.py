"""Images as maps: how many digits lie beside another one of their kind, by methods with one answer and by t-SNE and UMAP."""

from dataclasses import dataclass

import numpy as np

import mds
import neighbours
import pictures
from abacus import data
from abacus.errors import BadInput
from abacus.settings import above, at_least, one_of
from eigenmaps import LocallyLinearEmbedding, SpectralEmbedding
from fuzzy import UMAP
from tsne import TSNE

SETS = ("mnist", "fashion-mnist", "usps")


@dataclass
class Digits:
    set: str = one_of(*SETS)  # the images
    images: int = at_least(100)  # the first of the set's training images
    neighbours: int = at_least(2)  # of each image, for Isomap, LLE and the eigenmaps
    judged: int = at_least(1)  # neighbours by which trustworthiness is counted


def digits(cfg: Digits, job):
    """For each map that has one answer: trustworthiness, and per cent of images whose nearest one there is of another kind."""
    x, labels, _ = images(cfg.set, cfg.images)
    k = cfg.neighbours
    ways = {
        "classical": mds.ClassicalMDS(),
        "Isomap": mds.Isomap(k),
        "LLE": LocallyLinearEmbedding(k),
        "eigenmaps": SpectralEmbedding(n_neighbors=k),
    }
    return {name: judged(x, way.fit_transform(x), labels, cfg.judged) for name, way in ways.items()}


@dataclass
class Clouds:
    set: str = one_of(*SETS)  # the images
    images: int = at_least(100)  # the first of the set, training images before test images
    components: int = at_least(2)  # principal components that are mapped
    perplexity: float = above(1)  # of t-SNE
    neighbours: int = at_least(2)  # of UMAP, the image itself counted


def clouds(cfg: Clouds, job):
    """t-SNE and UMAP: per cent of images whose nearest one in the map is of another kind, and the divergence of eq. 12."""
    x, labels, shape = images(cfg.set, cfg.images)
    z = mds.components(x, cfg.components)
    tsne = TSNE(perplexity=cfg.perplexity, seed=drawn_seed(job, "t-SNE")).fit(z)
    umap = UMAP(cfg.neighbours, seed=drawn_seed(job, "UMAP")).fit(z)
    drawn = {"t-SNE": tsne.embedding_, "UMAP": umap.embedding_}
    found = {name: {"1-NN error": neighbours.one_neighbour_error(y, labels)} for name, y in drawn.items()}
    found["t-SNE"]["divergence"] = tsne.kl_divergence_
    with job.figure("map") as figure:
        pictures.thumbnails(figure, drawn, x.reshape(shape), labels)
    print(
        f"Of {len(z)} images {found['t-SNE']['1-NN error']:.1f} % have a nearest one of another kind in the map of t-SNE, "
        f"and {found['UMAP']['1-NN error']:.1f} % in that of UMAP."
    )
    return found


def images(name, n):
    """The first n images of a set, training images first, as rows from 0 to 1: x (n, d), labels (n,), the images' shape."""
    found = data.load(name)
    both = np.concatenate([found.train_images, found.test_images])[:n].astype(np.float64)
    if len(both) < n:
        raise BadInput(f"images is {n}, and {name} has {len(both)}")
    low, high = (-1.0, 1.0) if name == "usps" else (0.0, 255.0)
    labels = np.concatenate([found.train_labels, found.test_labels])[:n]
    return (both.reshape(n, -1) - low) / (high - low), labels, both.shape


def judged(x, y, labels, k):
    """{column: value} of the map y (n, c) of x (n, d)."""
    error = neighbours.one_neighbour_error(y, labels)
    return {"trustworthiness": neighbours.trustworthiness(x, y, k), "1-NN error": error}


def drawn_seed(job, name):
    """A seed for an estimator, from the run's own stream of that name."""
    return int(job.rng(name).integers(2**31))
