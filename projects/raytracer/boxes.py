"""A box as a centre and three half-axes, from either of its two forms in a scene."""

import numpy as np


def frame_of(box):
    """(centre, half-axes as rows) of a scene's Box."""
    if np.any(box.axes):
        return np.array(box.shift), np.array(box.axes)
    c, s = np.cos(np.radians(box.turn)), np.sin(np.radians(box.turn))
    rotation = np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]])
    half = np.diag(np.subtract(box.high, box.low) / 2)
    return rotation @ (np.add(box.low, box.high) / 2) + np.array(box.shift), (rotation @ half).T
