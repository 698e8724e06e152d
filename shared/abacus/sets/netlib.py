"""Netlib's linear programmes (Gay 1985): `data.load("netlib", "afiro")`, a LinearProgramme of plain arrays."""

from abacus.data import catalogue, mps

PARTS = tuple(name.removesuffix(".mps") for name in catalogue.read("netlib").files)


def part(file, name):
    """One programme, from its file in the MPS format."""
    return mps.read(file(f"{name}.mps"))
