"""The linear and polynomial rows of LeCun et al. (1998), Fig. 9: error in per cent on the 10 000 test digits."""

import images
import numpy as np
import polynomial
import units
from estimator import PCA

from abacus import data

METHODS = ("units", "pairs of units", "linear", "pairs", "products", "products and inputs")


def classify(cfg, job):
    """Train `cfg.method` on the first `cfg.train` digits; its error on the test digits."""
    mnist = data.load("mnist")
    x, labels = version(mnist.train_images[: cfg.train], cfg), mnist.train_labels[: cfg.train].astype(int)
    test = version(mnist.test_images, cfg)
    guess = _guess(cfg, job, x, labels, test)
    return {"test error": 100.0 * np.mean(guess != mnist.test_labels)}


def version(digits, cfg):
    """The images as rows of numbers (n, pixels), grey: 0 to 1, for units −0.1 to 1.175 (p. 7)."""
    chosen = images.deslanted(digits, cfg.shift) if cfg.images == "deslanted" else digits
    return images.scaled(chosen) if "units" in cfg.method else images.scaled(chosen, 0.0, 1.0)


def _guess(cfg, job, x, labels, test):
    if cfg.method == "units":
        return units.outputs(test, units.train(x, labels, cfg.passes, cfg.rate, job.rng("order"))).argmax(axis=1)
    if cfg.method == "pairs of units":
        w = units.train_pairs(x, labels, cfg.passes, cfg.rate, job.rng("order"))
        return units.scores(_added(units.outputs(test, w), cfg.unit)).argmax(axis=1)
    if cfg.method == "pairs":
        w = np.array(list(polynomial.fit_pairs(x, labels).values()))
        return units.scores(_added(polynomial.inputs(test.astype(float)) @ w.T, cfg.unit)).argmax(axis=1)
    features = polynomial.FEATURES[cfg.method]
    if cfg.method != "linear":
        pca = PCA(cfg.components, solver=cfg.solver).fit(x)
        job.log(components=cfg.components, variance=float(pca.explained_variance_ratio_.sum()))
        _figures(job, pca, test) if x.shape[1] == 784 else None
        x, test = projected(pca, x, cfg.projection), projected(pca, test, cfg.projection)
    return polynomial.predict(test, polynomial.fit(x, labels, features), features)


def projected(pca, x, projection):
    """The digits' coordinates on the principal axes: of the images as they are, or less their mean."""
    return pca.transform(x) if projection == "centred" else x @ pca.components_.T


def _added(outputs, unit):
    """What a pairwise unit adds to the scores: its output, or only the sign of it."""
    return np.sign(outputs) if unit == "sign" else outputs


def _figures(job, pca, test):
    side = 28
    with job.figure("eigendigits") as figure:
        figure.set_size_inches(6.4, 2.6)
        for axes, image in zip(figure.subplots(2, 8).flat, [pca.mean_, *pca.components_]):
            _show(axes, image.reshape(side, side), symmetric=image is not pca.mean_)
        figure.suptitle("the mean, and the first principal axes")
    with job.figure("reconstructions") as figure:
        counts = [k for k in (1, 5, 10, 20, 40) if k <= pca.n_components_]
        grid = figure.subplots(len(counts) + 1, 10)
        z = pca.transform(test[:10])
        for line, k in zip(grid, counts):
            kept = np.where(np.arange(z.shape[1]) < k, z, 0.0)
            for axes, image in zip(line, pca.inverse_transform(kept.astype(z.dtype))):
                _show(axes, 1 - image.reshape(side, side))
            line[0].set_ylabel(k)
        for axes, image in zip(grid[-1], test[:10]):
            _show(axes, 1 - image.reshape(side, side))
        grid[-1][0].set_ylabel("all")
        figure.suptitle("ten test digits from their first components")


def _show(axes, image, symmetric=False):
    limit = np.abs(image).max() if symmetric else None
    limits = {"vmin": -limit, "vmax": limit, "cmap": "RdBu"} if symmetric else {}
    axes.imshow(image, interpolation="nearest", **limits)
    axes.set(xticks=[], yticks=[])
    for spine in axes.spines.values():
        spine.set_visible(False)
