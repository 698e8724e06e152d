"""Polyphonic music as piano rolls (Boulanger-Lewandowski, Bengio, Vincent 2012), in the files of Bai, Kolter, Koltun
(2018).
"""

from typing import NamedTuple

import numpy as np

from abacus.data import archives

PARTS = ("JSB_Chorales", "Nottingham", "Piano_midi", "MuseData")


class Pieces(NamedTuple):
    """Lists of pieces, each a uint8 array (steps, 88) of 0 and 1, one column per key of the piano."""

    train: list
    validation: list
    test: list


class PolyphonicMusic(NamedTuple):
    """Bach's chorales, folk tunes, piano music, orchestral and piano music."""

    JSB_Chorales: Pieces
    Nottingham: Pieces
    Piano_midi: Pieces
    MuseData: Pieces


def load(file):
    """All four; `data.load("polyphonic-music", "JSB_Chorales")` reads one."""
    return PolyphonicMusic(*(part(file, name) for name in PARTS))


def part(file, name):
    """One collection, from its MATLAB 5 file."""
    from scipy.io import loadmat

    path = file(f"{name}.mat")
    with archives.named(path):
        held = loadmat(path, variable_names=("traindata", "validdata", "testdata"))
        return Pieces(
            *([each.astype(np.uint8) for each in held[f"{end}data"][0]] for end in ("train", "valid", "test"))
        )
