"""svmguide1: four measurements of an event in a detector, and whether it was the particle that is looked for."""

from typing import NamedTuple

import numpy as np

from abacus.errors import BadInput


class Svmguide1(NamedTuple):
    """Features float64 (n, 4), 0 where the file leaves one out; labels uint8 (n,), 0 or 1: 3 089 to train on, 4 000 to test."""

    train_features: np.ndarray
    train_labels: np.ndarray
    test_features: np.ndarray
    test_labels: np.ndarray


def load(file):
    """The two texts in LIBSVM's form: the label, then index:value with indices from 1."""
    parts = []
    for name in ("svmguide1", "svmguide1.t"):
        lines = file(name).read_text(encoding="ascii").splitlines()
        features, labels = np.zeros((len(lines), 4)), np.zeros(len(lines), np.uint8)
        for i, line in enumerate(lines):
            label, *entries = line.split()
            labels[i] = float(label)
            for entry in entries:
                index, value = entry.split(":")
                if not 1 <= int(index) <= 4:
                    raise BadInput(f"{name}, line {i + 1}: feature {index} of 4")
                features[i, int(index) - 1] = float(value)
        parts += [features, labels]
    return Svmguide1(*parts)
