"""What the workloads of scripts/workloads/classical share: MNIST as rows of pixels, and our class beside scikit-learn's."""

import importlib
import sys
from pathlib import Path

import numpy as np

from abacus import data

PROJECTS = Path(__file__).resolve().parents[2] / "projects"


def digits():
    """Training images (60 000, 784) and labels, test images (10 000, 784) and labels; pixels 0 to 255 in float32."""
    mnist = data.load("mnist")
    x, test = (a.reshape(len(a), -1).astype(np.float32) for a in (mnist.train_images, mnist.test_images))
    return x, mnist.train_labels, test, mnist.test_labels


def accuracy(classifier):
    """A step that learns from the 60 000 digits and classifies the 10 000: the share that is right."""
    x, y, test, truth = digits()
    return lambda: float((classifier().fit(x, y).predict(test) == truth).mean())


def peers(step_of, ours, theirs):
    """PEERS: step_of(our class, "project/module.Class") and step_of(scikit-learn's, "sklearn.module.Class")."""
    return {"abacus": lambda threads: step_of(our(ours)), "scikit-learn": lambda threads: step_of(_named(theirs))}


def our(name):
    """What a project defines, "project/module.name"."""
    project, name = name.split("/")
    sys.path.insert(0, str(PROJECTS / project))
    return _named(name)


def _named(name):
    module, name = name.rsplit(".", 1)
    return getattr(importlib.import_module(module), name)
