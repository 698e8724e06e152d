"""Anscombe's quartet: four data sets with one and the same regression, and four different graphs."""

from dataclasses import dataclass

import numpy as np

import quartet
from abacus.launch import launch
from abacus.settings import between


@dataclass
class Config:
    data_set: int = between(1, quartet.SETS)
    leave_out: int = between(0, quartet.PAIRS)  # the pair that is left out, in the printed order; 0: none


def run(cfg: Config, job):
    """What the paper's regression program prints of one data set."""
    return quartet.regression(*quartet.pairs(cfg.data_set, cfg.leave_out))


def draw(results, save):
    """The paper's four graphs beside one another, whatever was run: they need no record."""
    with save("quartet", figsize=(8, 6)) as figure:
        for k, axes in enumerate(figure.subplots(2, 2, sharex=True, sharey=True).flat, 1):
            graph(axes, *quartet.pairs(k))
            axes.set_title(f"data set {k}")


def graph(axes, x, y):
    """The pairs and their line, on the axes that all four graphs share."""
    fit, ends = quartet.regression(x, y), np.array([2.0, 20.0])
    axes.plot(x, y, "o")
    axes.plot(ends, fit["b0"] + fit["b1"] * ends, color="black", linewidth=1)
    axes.set(xlabel="x", ylabel="y")


if __name__ == "__main__":
    launch(run, figures=draw)
