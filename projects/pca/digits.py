"""The linear and polynomial rows of LeCun et al. (1998), Fig. 9: error in per cent on the 10 000 test digits."""

from dataclasses import dataclass

import numpy as np

import images
import polynomial
import units
from abacus import data
from abacus.errors import BadInput
from abacus.settings import above, at_least, one_of
from estimator import PCA, SOLVERS

METHODS = ("units", "pairs of units", "linear", "pairs", "products", "products and inputs")


@dataclass
class Config:
    images: str = one_of("regular", "deslanted")  # as they stand in the file, or sheared upright
    shift: str = one_of(
        "whole", "interpolated"
    )  # by how much a line of a deslanted image is moved: whole pixels or not
    method: str = one_of(*METHODS)  # what learns
    train: int = at_least(100)  # number of training digits
    solver: str = one_of(*SOLVERS)  # the decomposition by which the components are found
    components: int = at_least(1)  # how many numbers are kept of each digit
    projection: str = one_of("raw", "centred")  # is the mean subtracted before the projection?
    passes: int = at_least(1)  # of units through the training digits
    rate: float = above(0)  # learning rate of units

    def __post_init__(self):
        most = 400 if self.images == "deslanted" else 784
        if self.components > most:
            raise BadInput(f"components is {self.components}; {self.images} digits have {most} pixels")


def classify(cfg: Config, job):
    """Train `cfg.method` on the first `cfg.train` digits; its error on the test digits, and of pairs also by their signs."""
    mnist = data.load("mnist")
    x, labels = version(mnist.train_images[: cfg.train], cfg), mnist.train_labels[: cfg.train].astype(int)
    test = version(mnist.test_images, cfg)
    guesses = _guesses(cfg, job, x, labels, test)
    return {column: 100.0 * np.mean(guess != mnist.test_labels) for column, guess in guesses.items()}


def version(digits, cfg):
    """The images as rows of numbers (n, pixels), grey: 0 to 1, for units −0.1 to 1.175 (p. 7)."""
    chosen = images.deslanted(digits, cfg.shift) if cfg.images == "deslanted" else digits
    return images.scaled(chosen) if "units" in cfg.method else images.scaled(chosen, 0.0, 1.0)


def _guesses(cfg, job, x, labels, test):
    if cfg.method == "units":
        w = units.train(x, labels, cfg.passes, cfg.rate, job.rng("order"))
        return {"test error": units.outputs(test, w).argmax(axis=1)}
    if cfg.method == "pairs of units":
        return _by_pairs(units.outputs(test, units.train_pairs(x, labels, cfg.passes, cfg.rate, job.rng("order"))))
    if cfg.method == "pairs":
        return _by_pairs(polynomial.inputs(test.astype(float)) @ polynomial.fit_pairs(x, labels))
    features = polynomial.FEATURES[cfg.method]
    if cfg.method != "linear":
        pca = PCA(cfg.components, solver=cfg.solver).fit(x)
        job.log(components=cfg.components, variance=float(pca.explained_variance_ratio_.sum()))
        if cfg.images == "regular" and cfg.projection == "raw":
            _figures(job, pca, test)
        x, test = projected(pca, x, cfg.projection), projected(pca, test, cfg.projection)
    return {"test error": polynomial.predict(test, polynomial.fit(x, labels, features), features)}


def _by_pairs(outputs):
    """Outputs (n, 45): the sum of the outputs, as the paper has it, and the sum of their signs."""
    return {
        "test error": units.scores(outputs).argmax(axis=1),
        "error by signs": units.scores(np.sign(outputs)).argmax(axis=1),
    }


def projected(pca, x, projection):
    """The digits' coordinates on the principal axes: of the images as they are, or less their mean."""
    return pca.transform(x) if projection == "centred" else x @ pca.components_.T


def _figures(job, pca, test):
    side = 28
    with job.figure("eigendigits") as figure:
        figure.set_size_inches(6.4, 2.0)
        figure.suptitle("the mean, and the first principal axes")
        first, *others = figure.subplots(2, 8).flat
        _show(first, 1 - pca.mean_.reshape(side, side), vmin=0, vmax=1)
        for axes, axis in zip(others, pca.components_):
            limit = np.abs(axis).max()
            _show(axes, axis.reshape(side, side), vmin=-limit, vmax=limit, cmap="RdBu")
    with job.figure("reconstructions") as figure:
        figure.suptitle("ten test digits from their first components")
        counts = [k for k in (1, 5, 10, 20, 40) if k <= pca.n_components_]
        z = pca.transform(test[:10])
        lines = [pca.inverse_transform(np.where(np.arange(z.shape[1]) < k, z, 0)) for k in counts] + [test[:10]]
        for line, name, digits in zip(figure.subplots(len(lines), 10), [*counts, "all"], lines):
            line[0].set_ylabel(name)
            for axes, digit in zip(line, digits):
                _show(axes, 1 - digit.reshape(side, side), vmin=0, vmax=1)


def _show(axes, image, **limits):
    axes.imshow(image, interpolation="nearest", **limits)
    axes.set(xticks=[], yticks=[])
    for spine in axes.spines.values():
        spine.set_visible(False)
