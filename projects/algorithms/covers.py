"""Exact covers: twelve pentominoes fill a board, n queens stand on one; every way is found by dancing links.

An item must be covered once by the options chosen; a secondary one, such as a diagonal of a chess board, at most once.
"""

from dataclasses import dataclass
from numbers import Integral

import numpy as np

from abacus.errors import BadInput
from abacus.settings import at_least, between

PENTOMINOES = {  # cells (line, column) of the twelve, named by the letters that they look like
    "F": "01 02 10 11 21", "I": "00 01 02 03 04", "L": "00 10 20 30 31", "N": "00 10 11 21 31",
    "P": "00 01 10 11 20", "T": "00 01 02 11 21", "U": "00 02 10 11 12", "V": "00 10 20 21 22",
    "W": "00 10 11 21 22", "X": "01 10 11 12 21", "Y": "01 10 11 21 31", "Z": "00 01 11 21 22",
}  # fmt: skip


def cover(options, primary, secondary=0, keep=0):
    """Number of ways to cover items 0 .. primary − 1 once and the next `secondary` at most once by options, lists of items.

    Also the nodes of the search, the links changed, and the first `keep` ways, as lists of option numbers.
    """
    import links

    for name, number in {"primary": primary, "secondary": secondary, "keep": keep}.items():
        if not isinstance(number, Integral) or number < 0:
            raise BadInput(f"{name}={number!r}: a whole number from 0 on is wanted")
    for option in options:
        items = [item for item in set(option) if isinstance(item, Integral) and 0 <= item < primary + secondary]
        if not items or len(items) < len(option):
            raise BadInput(
                f"option {option}: different items, whole numbers from 0 to {primary + secondary - 1}, are wanted"
            )
    found, counts = np.full((keep, primary), -1), np.zeros(3, np.int64)
    links.search(links.linked(options, primary, primary + secondary), np.empty(primary, np.int64), 0, found, counts)
    solutions, nodes, changes = counts.tolist()
    return solutions, nodes, changes, [sorted(k for k in way if k >= 0) for way in found[:solutions].tolist()]


def orientations(cells):
    """The different ways to turn a piece and to turn it over: sorted tuples of cells, the first line and column 0."""
    ways = set()
    for flip in (1, -1):
        turned = [(i, flip * j) for i, j in cells]
        for _ in range(4):
            turned = [(j, -i) for i, j in turned]
            top, edge = (min(cell[axis] for cell in turned) for axis in (0, 1))
            ways.add(tuple(sorted((i - top, j - edge) for i, j in turned)))
    return sorted(ways)


def placements(cells, pieces=PENTOMINOES):
    """Options for the pieces on a board, a set of cells: items are the pieces, in their order, then the sorted cells."""
    number = {cell: len(pieces) + k for k, cell in enumerate(sorted(cells))}
    lines, columns = (1 + max(cell[axis] for cell in cells) for axis in (0, 1))
    return [
        [piece, *(number[i + a, j + b] for a, b in way)]
        for piece, text in enumerate(pieces.values())
        for way in orientations([(int(c[0]), int(c[1])) for c in text.split()])
        for i in range(lines)
        for j in range(columns)
        if all((i + a, j + b) in cells for a, b in way)
    ]


@dataclass
class Config:
    height: int = between(1, 60)  # lines of the board
    width: int = between(1, 60)  # columns of the board
    hole: int = at_least(0)  # side of the square hole in its middle; 0: none

    def __post_init__(self):
        gaps = self.height - self.hole, self.width - self.hole
        if self.height * self.width - self.hole**2 != 60 or min(gaps) < 0:
            raise BadInput(f"height={self.height}, width={self.width}, hole={self.hole}: 12 pieces of 5 cover 60 cells")
        if self.hole and (gaps[0] % 2 or gaps[1] % 2):
            raise BadInput(f"hole={self.hole} cannot lie in the middle of {self.height} x {self.width} cells")


def pentominoes(cfg: Config, job):
    """Ways to fill the board with the twelve pentominoes; those that a turn or a mirror makes equal count as one.

    None is its own image: each piece would have to be, about the same middle.
    """
    cells = board(cfg.height, cfg.width, cfg.hole)
    options = placements(cells)
    solutions, nodes, changes, ways = cover(options, 12 + len(cells), keep=4)
    with job.figure("packings") as figure:
        down = 4 if cfg.width > 2 * cfg.height else 2
        for axes, way in zip(figure.subplots(down, 4 // down).flat, ways):
            axes.imshow(picture(sorted(cells), [options[k] for k in way]), cmap="tab20")
            axes.axis("off")
    symmetries = 8 if cfg.height == cfg.width else 4
    return {"packings": solutions // symmetries, "nodes": nodes, "links changed": changes}


def board(height, width, hole=0):
    """The cells of a board with a square hole in its middle."""
    lines, columns = ({(side - hole) // 2 + k for k in range(hole)} for side in (height, width))
    return {(i, j) for i in range(height) for j in range(width) if not (i in lines and j in columns)}


def picture(cells, packing):
    """The number of the piece on every cell, NaN in the hole."""
    pieces = np.full([1 + max(cell[axis] for cell in cells) for axis in (0, 1)], np.nan)
    for piece, *items in packing:
        for item in items:
            pieces[cells[item - 12]] = piece
    return pieces


@dataclass
class Queens:
    n: int = between(1, 14)  # queens, and cells along a side of the board


def queens(cfg: Queens, job):
    """Ways to place n queens of which none attacks another, and how many of them differ by more than a turn or mirror."""
    solutions, nodes, changes, _ = place_queens(cfg.n)
    different = len({canonical(board) for board in place_queens(cfg.n, solutions)[3]})
    return {"all": solutions, "different": different, "nodes": nodes, "links changed": changes}


def place_queens(n, keep=0):
    """As `cover`; a way is the tuple of the queens' columns, line after line."""
    options = [[i, n + j, 2 * n + i + j, 5 * n - 2 + i - j] for i in range(n) for j in range(n)]
    solutions, nodes, changes, ways = cover(options, 2 * n, 4 * n - 2, keep)
    return solutions, nodes, changes, [tuple(k % n for k in way) for way in ways]


def canonical(columns):
    """The first, in order, of the eight turned and mirrored forms of a board, a tuple of columns."""
    forms = []
    for _ in range(4):
        turned = {j: len(columns) - 1 - i for i, j in enumerate(columns)}
        columns = tuple(turned[j] for j in range(len(columns)))
        forms += [columns, columns[::-1]]
    return min(forms)
