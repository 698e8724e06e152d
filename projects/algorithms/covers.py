"""Exact covers by dancing links (Knuth 2000): choose options so that every item is covered once. Pentominoes, queens.

An item that may stay uncovered is secondary: a diagonal of the board has a queen or none.
"""

from dataclasses import dataclass

import numpy as np
from numba import njit

from abacus.errors import BadInput
from abacus.settings import at_least, between

PENTOMINOES = {  # cells (line, column) of the twelve, by the letter that each looks like
    "F": "01 02 10 11 21", "I": "00 01 02 03 04", "L": "00 10 20 30 31", "N": "00 10 11 21 31",
    "P": "00 01 10 11 20", "T": "00 01 02 11 21", "U": "00 02 10 11 12", "V": "00 10 20 21 22",
    "W": "00 10 11 21 22", "X": "01 10 11 12 21", "Y": "01 10 11 21 31", "Z": "00 01 11 21 22",
}  # fmt: skip


def cover(options, primary, secondary=0, keep=0):
    """How many sets of options cover each of the items 0 .. primary − 1 once, the next `secondary` ones at most once.

    Options are lists of items. Also the nodes of the search, the links changed, and the first `keep` solutions.
    """
    items = primary + secondary
    flat = [item for option in options for item in option]
    if any(not 0 <= item < items for item in flat):
        raise BadInput(f"an option names an item outside 0 .. {items - 1}")
    if any(len(set(option)) < len(option) or not len(option) for option in options):
        raise BadInput("an option is empty, or names an item twice")
    starts = np.cumsum([0, *map(len, options)])
    found = np.empty((keep, primary), np.int64)
    counts = _dance(np.array(flat, np.int64), starts, primary, items, found)
    solutions = [sorted(option for option in row if option >= 0) for row in found[: counts[0]].tolist()]
    return *map(int, counts), solutions


@njit(cache=True)
def _dance(flat, starts, primary, items, found):
    """Links between nodes 1 .. items (heads of the columns) and after them one node for each item of each option."""
    size, n = np.zeros(items + 1, np.int64), items + 1 + len(flat)
    left, right, up, down = np.arange(n), np.arange(n), np.arange(n), np.arange(n)
    head, option = np.arange(n), np.empty(n, np.int64)
    for item in range(primary + 1):  # only primary items stand in the line that has to become empty
        left[item], right[item] = (item - 1) % (primary + 1), (item + 1) % (primary + 1)
    for row in range(len(starts) - 1):
        first, last = items + 1 + starts[row], items + starts[row + 1]
        for node in range(first, last + 1):
            column = flat[node - items - 1] + 1
            head[node], option[node] = column, row
            left[node], right[node] = node - 1 if node > first else last, node + 1 if node < last else first
            up[node], down[node] = up[column], column
            down[up[column]] = node
            up[column] = node
            size[column] += 1
    solutions = nodes = updates = 0
    chosen, level, forward = np.empty(primary + 1, np.int64), 0, True
    while level >= 0:
        if forward:
            nodes += 1
            if right[0] == 0:
                if solutions < len(found):
                    found[solutions] = -1
                    for k in range(level):
                        found[solutions, k] = option[chosen[k]]
                solutions += 1
                level, forward = level - 1, False
                continue
            column = right[0]  # the item with the fewest options left
            other = right[column]
            while other != 0:
                if size[other] < size[column]:
                    column = other
                other = right[other]
            updates += _hide(column, left, right, up, down, head, size)
            node = down[column]
        else:
            node = chosen[level]
            other = left[node]
            while other != node:
                _show(head[other], left, right, up, down, head, size)
                other = left[other]
            node = down[node]
        if node == head[node]:  # this item has no option left: back
            _show(node, left, right, up, down, head, size)
            level, forward = level - 1, False
            continue
        chosen[level] = node
        other = right[node]
        while other != node:
            updates += _hide(head[other], left, right, up, down, head, size)
            other = right[other]
        level, forward = level + 1, True
    return solutions, nodes, updates


@njit(cache=True)
def _hide(column, left, right, up, down, head, size):
    """Takes an item out of its line, and every option that has it out of its other columns (eq. 14). Links changed."""
    right[left[column]], left[right[column]] = right[column], left[column]  # eq. 14
    updates, node = 1, down[column]
    while node != column:
        other = right[node]
        while other != node:
            down[up[other]], up[down[other]] = down[other], up[other]
            size[head[other]] -= 1
            updates += 1
            other = right[other]
        node = down[node]
    return updates


@njit(cache=True)
def _show(column, left, right, up, down, head, size):
    """Undoes `_hide`, in the opposite order: what was taken out still knows where it stood (eq. 15)."""
    node = up[column]
    while node != column:
        other = left[node]
        while other != node:
            down[up[other]] = up[down[other]] = other  # eq. 15
            size[head[other]] += 1
            other = left[other]
        node = up[node]
    right[left[column]] = left[right[column]] = column


def orientations(cells):
    """The different ways in which a piece can be turned and turned over, each a sorted tuple of cells from (0, 0) on."""
    ways = set()
    for flip in (1, -1):
        turned = [(i, flip * j) for i, j in cells]
        for _ in range(4):
            turned = [(j, -i) for i, j in turned]
            top, edge = min(i for i, _ in turned), min(j for _, j in turned)
            ways.add(tuple(sorted((i - top, j - edge) for i, j in turned)))
    return sorted(ways)


def placements(cells):
    """Options of the twelve pentominoes on a board, a set of cells: item 0 .. 11 is the piece, the others its cells."""
    number = {cell: 12 + k for k, cell in enumerate(sorted(cells))}
    return [
        [piece, *(number[i + a, j + b] for a, b in way)]
        for piece, name in enumerate(PENTOMINOES)
        for way in orientations([(int(c[0]), int(c[1])) for c in PENTOMINOES[name].split()])
        for i, j in sorted({(i - way[0][0], j - way[0][1]) for i, j in cells})
        if all((i + a, j + b) in cells for a, b in way)
    ]


@dataclass
class Config:
    height: int = between(1, 60)  # lines of the board
    width: int = between(1, 60)  # columns of the board
    hole: int = at_least(0)  # side of the square hole in its middle, 0 for none

    def __post_init__(self):
        if self.height * self.width - self.hole**2 != 60 or self.hole > min(self.height, self.width):
            raise BadInput(f"height={self.height}, width={self.width}, hole={self.hole}: 60 cells are wanted, 12 pieces of 5")
        if self.hole and ((self.height - self.hole) % 2 or (self.width - self.hole) % 2):
            raise BadInput(f"hole={self.hole} cannot lie in the middle of {self.height} × {self.width} cells")


def pentominoes(cfg: Config, job):
    """Ways to pack the twelve pentominoes into the board; those that a turn or a mirror makes equal count once.

    No packing equals its own mirror image or turn: every piece would have to, about one and the same middle.
    """
    top, edge = (cfg.height - cfg.hole) // 2, (cfg.width - cfg.hole) // 2
    hole = {(top + i, edge + j) for i in range(cfg.hole) for j in range(cfg.hole)}
    cells = {(i, j) for i in range(cfg.height) for j in range(cfg.width)} - hole
    options = placements(cells)
    solutions, nodes, updates, shown = cover(options, 12 + len(cells), keep=4)
    with job.figure("packings") as figure:
        _draw_packings(figure, sorted(cells), [[options[k] for k in solution] for solution in shown])
    symmetries = 8 if cfg.height == cfg.width else 4
    return {"solutions": solutions // symmetries, "nodes": nodes, "links changed": updates}


@dataclass
class Queens:
    n: int = between(1, 14)  # side of the board, and number of queens


def queens(cfg: Queens, job):
    """Ways to place n queens so that none attacks another: all, and those that differ by more than a turn or a mirror."""
    solutions, nodes, updates, boards = place_queens(cfg.n, keep=10**6)
    return {
        "all": solutions,
        "different": len({canonical(board) for board in boards}),
        "nodes": nodes,
        "links changed": updates,
    }


def place_queens(n, keep=0):
    """`cover` of the n-queens problem; a solution is the tuple of the queens' columns, line after line."""
    options = [
        [i, n + j, 2 * n + i + j, 4 * n - 1 + i - j + n - 1] for i in range(n) for j in range(n)
    ]  # line, column, both diagonals
    solutions, nodes, updates, found = cover(options, 2 * n, 4 * n - 2, keep)
    return solutions, nodes, updates, [tuple(option % n for option in solution) for solution in found]


def canonical(board):
    """The first in order of the eight turned and mirrored forms of a board, a tuple of columns."""
    n, forms = len(board), []
    for _ in range(4):
        turned = [0] * n
        for i, j in enumerate(board):
            turned[j] = n - 1 - i
        board = tuple(turned)
        forms += [board, board[::-1]]
    return min(forms)


def _draw_packings(figure, cells, packings):
    """Each packing as a picture: one colour a piece."""
    for k, packing in enumerate(packings):
        picture = np.full([1 + max(c[axis] for c in cells) for axis in (0, 1)], np.nan)
        for piece, *items in packing:
            for item in items:
                picture[cells[item - 12]] = piece
        axes = figure.add_subplot(len(packings), 1, k + 1) if picture.shape[1] > 12 else figure.add_subplot(2, 2, k + 1)
        axes.imshow(picture, cmap="tab20")
        axes.axis("off")
