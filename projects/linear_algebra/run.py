"""Linear algebra at a look: the ranks of linked pages, a picture from few singular values, a map of the plane."""

from dataclasses import dataclass

import numpy as np

import ill_conditioned
import lsa
import pagerank
import pictures
import schur
import spectra
import svd
from abacus.errors import BadInput
from abacus.launch import launch
from abacus.settings import any_number, at_least, between


@dataclass
class Config:
    links: list[str]  # one text a page: "page -> page it links to, another"
    m: float = between(0, 1)  # share of visitors who type an address instead of following a link
    picture: str  # a PNG or JPEG file; a bare name may be one of matplotlib's sample pictures
    side: int = at_least(2)  # pixels of the picture's longer side, at most; the time grows with its cube
    ranks: list[int] = at_least(1)  # how many singular values are kept, picture after picture
    plane: list[float] = any_number()  # a map of the plane, a b c d for [[a, b], [c, d]]; 1 0.8 0 1 is a shear


def look(cfg: Config, job):
    """PageRank of a web, a picture from few singular values, and the directions that a map of the plane keeps."""
    pages, importance, changes = pagerank.importance(cfg.links, cfg.m)
    plane, kept = directions(cfg.plane)
    picture = pictures.read(cfg.picture, cfg.side)
    if not cfg.ranks or max(cfg.ranks) > min(picture.shape):
        raise BadInput(f"ranks={cfg.ranks}: wanted at least one, and none above the shorter side, {min(picture.shape)}")
    u, s, vt = svd.svd(picture)
    with job.figure("look") as figure:
        web = pages, pagerank.link_matrix(cfg.links)[1], importance
        pictures.look(figure, web, (u, s, vt), cfg.ranks, plane, kept)
    best, most = int(np.argmax(importance)), max(cfg.ranks)
    every = plane[0, 0] == plane[1, 1] and plane[0, 1] == plane[1, 0] == 0
    directions_kept = "every direction" if every else ("no direction", "one direction", "two directions")[len(kept)]
    numbers = most * (len(u) + vt.shape[1] + 1) / picture.size
    energy = (s[:most] ** 2).sum() / (s**2).sum() if s[0] > 0 else 1.0  # of a black picture nothing is lost
    print(
        f"{pages[best]} comes first of {len(pages)} pages, with {importance[best]:.0%} of all visits; "
        f"{most} of {len(s)} singular values keep {energy:.1%} of the picture in {numbers:.0%} of its numbers; "
        f"the map of the plane keeps {directions_kept}."
    )
    return {
        "importance of the first": importance[best],
        "steps of power iteration": len(changes),
        "picture kept": energy,
        "numbers kept": numbers,
        "independent directions kept": len(kept),
    }


def directions(plane):
    """(A (2, 2), the unit vectors that it sends to multiples of themselves, parallel ones once) of its four numbers."""
    if len(plane) != 4:
        raise BadInput(f"plane={plane}: wanted four numbers, a b c d for [[a, b], [c, d]]")
    plane = np.reshape(plane, (2, 2))
    w, v = schur.eigenvectors(plane)
    if np.iscomplexobj(w):
        return plane, []
    parallel = abs(v[0, 0] * v[1, 1] - v[0, 1] * v[1, 0]) < np.sqrt(np.finfo(float).eps)
    return plane, [*v.T][: 1 if parallel else 2]


if __name__ == "__main__":
    launch(
        look,
        pagerank.rank,
        lsa.dimension,
        lsa.reconstruct,
        spectra.spectrum,
        ill_conditioned.roots,
        ill_conditioned.conditions,
        figures={
            lsa.reconstruct: pictures.words,
            ill_conditioned.roots: pictures.roots,
            ill_conditioned.conditions: pictures.conditions,
        },
    )
