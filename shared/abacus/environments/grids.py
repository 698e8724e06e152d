"""Worlds of squares: a state is a square, numbered along the rows; an action is a direction.

Each function returns a `finite.Finite`. Directions are in the order that the source has, which is said.
"""

import numpy as np

from abacus.environments.finite import Finite
from abacus.errors import BadInput

UP, DOWN, LEFT, RIGHT, STAY = (-1, 0), (1, 0), (0, -1), (0, 1), (0, 0)
ARROWS = {UP: "↑", DOWN: "↓", LEFT: "←", RIGHT: "→", STAY: "·"} | {
    (-1, -1): "↖", (-1, 1): "↗", (1, -1): "↙", (1, 1): "↘"
}  # fmt: skip
KINGS = (UP, DOWN, LEFT, RIGHT, (-1, -1), (-1, 1), (1, -1), (1, 1))


def names(moves):
    """The arrows of directions."""
    return [ARROWS[move] for move in moves]


def _numbers(height, width):
    return np.arange(height * width).reshape(height, width)


def _inside(row, column, height, width):
    return min(max(row, 0), height - 1), min(max(column, 0), width - 1)


def _at(states, *places):
    """Equal probability of each of the states numbered `places`."""
    start = np.zeros(states)
    start[list(places)] = 1 / len(places)
    return start


def _named(rows, known):
    """Rows that are given, or those of a name."""
    if isinstance(rows, str) and rows not in known:
        raise BadInput(f"{rows!r}: wanted rows, or one of {', '.join(known)}")
    return known[rows] if isinstance(rows, str) else tuple(rows)


def gridworld():
    """Example 3.5 of Sutton & Barto (2018): 5 × 5, from A +10 and to A', from B +5 and to B', off the grid −1; no end."""
    jumps, moves, outcomes = {1: (21, 10.0), 3: (13, 5.0)}, (UP, DOWN, LEFT, RIGHT), {}
    for s in range(25):
        row, column = divmod(s, 5)
        for a, (down, right) in enumerate(moves):
            i, j = _inside(row + down, column + right, 5, 5)
            off = (i, j) != (row + down, column + right)
            outcomes[s, a] = [(1.0, *jumps.get(s, (5 * i + j, -1.0 if off else 0.0)), False)]
    return Finite.of(outcomes, states=25, actions=4, start=np.full(25, 1 / 25), names=names(moves), grid=_numbers(5, 5))


def small_gridworld():
    """Example 4.1 of Sutton & Barto (2018): 4 × 4, −1 a step until one of two corners, which are absorbing."""
    moves, outcomes = (UP, DOWN, LEFT, RIGHT), {}
    for s in range(1, 15):
        row, column = divmod(s, 4)
        for a, (down, right) in enumerate(moves):
            i, j = _inside(row + down, column + right, 4, 4)
            outcomes[s, a] = [(1.0, 4 * i + j, -1.0, 4 * i + j in (0, 15))]
    start = _at(16, *range(1, 15))
    return Finite.of(outcomes, states=16, actions=4, start=start, names=names(moves), grid=_numbers(4, 4))


def cliff():
    """Example 6.6 of Sutton & Barto (2018), as Gymnasium's CliffWalking: 4 × 12, up, right, down, left; −1 a step, −100 and
    back to the start for a step off the cliff, which ends nothing."""
    moves, outcomes, start, goal = (UP, RIGHT, DOWN, LEFT), {}, 36, 47
    for s in range(48):
        row, column = divmod(s, 12)
        for a, (down, right) in enumerate(moves):
            i, j = _inside(row + down, column + right, 4, 12)
            fell = i == 3 and 1 <= j <= 10
            outcomes[s, a] = [(1.0, *((start, -100.0) if fell else (12 * i + j, -1.0)), 12 * i + j == goal)]
    return Finite.of(outcomes, states=48, actions=4, start=_at(48, start), names=names(moves), grid=_numbers(4, 12))


WIND = 0, 0, 0, 1, 1, 1, 2, 2, 1, 0


def windy(moves=(UP, DOWN, LEFT, RIGHT), gusts=False):
    """Example 6.5 of Sutton & Barto (2018): 7 × 10, a wind blows upward by the column one is in, −1 a step to the goal.

    With `KINGS` as moves it is Exercise 6.9, with `(*KINGS, STAY)` its ninth; with `gusts` the wind, where there is
    any, is one more or one less with probability 1/3 each (Exercise 6.10).
    """
    outcomes, start, goal = {}, 30, 37
    for s in (s for s in range(70) if s != goal):
        row, column = divmod(s, 10)
        winds = [WIND[column] + d for d in (-1, 0, 1)] if gusts and WIND[column] else [WIND[column]]
        for a, (down, right) in enumerate(moves):
            places = [_inside(row + down - wind, column + right, 7, 10) for wind in winds]
            outcomes[s, a] = [(1 / len(winds), 10 * i + j, -1.0, 10 * i + j == goal) for i, j in places]
    grid = _numbers(7, 10)
    return Finite.of(outcomes, states=70, actions=len(moves), start=_at(70, start), names=names(moves), grid=grid)


LAKES = {
    "4x4": ("SFFF", "FHFH", "FFFH", "HFFG"),
    "8x8": ("SFFFFFFF", "FFFFFFFF", "FFFHFFFF", "FFFFFHFF", "FFFHFFFF", "FHHFFFHF", "FHFFHFHF", "FFFHFFFG"),
}  # fmt: skip


def frozen_lake(lake="4x4", slippery=True):
    """Gymnasium's FrozenLake: left, down, right, up; on ice one goes where one meant to, or to a side, each 1/3. +1 at G."""
    rows = _named(lake, LAKES)
    if len({len(row) for row in rows}) != 1 or set("".join(rows)) - set("SFHG") or "S" not in "".join(rows):
        raise BadInput("a lake is rows of equal length made of S (start), F (ice), H (hole) and G (goal), with an S")
    height, width, tiles = len(rows), len(rows[0]), "".join(rows)
    moves, outcomes = (LEFT, DOWN, RIGHT, UP), {}
    for s in (s for s, tile in enumerate(tiles) if tile in "SF"):
        row, column = divmod(s, width)
        for a in range(4):
            found = outcomes[s, a] = []
            for b in (a - 1, a, a + 1) if slippery else (a,):
                down, right = moves[b % 4]
                i, j = _inside(row + down, column + right, height, width)
                tile = rows[i][j]
                found.append((1 / 3 if slippery else 1.0, width * i + j, float(tile == "G"), tile in "GH"))
    start = _at(len(tiles), *(s for s, tile in enumerate(tiles) if tile == "S"))
    limit, grid = 100 if len(tiles) == 16 else 200, _numbers(height, width)
    more = {"states": len(tiles), "actions": 4, "start": start, "limit": limit, "names": names(moves), "grid": grid}
    return Finite.of(outcomes, **more)


DYNA = (".......#G", "..#....#.", "S.#....#.", "..#......", ".....#...", ".........")  # Figure 8.2
MAZES = {
    "Dyna": DYNA,
    "blocking": ("........G", ".........", ".........", "########.", ".........", "...S....."),
    "blocked": ("........G", ".........", ".........", ".########", ".........", "...S....."),
    "shortcut": ("........G", ".........", ".........", ".########", ".........", "...S....."),
    "short": ("........G", ".........", ".........", ".#######.", ".........", "...S....."),
}  # fmt: skip


def maze(rows="Dyna"):
    """Mazes of chapter 8 of Sutton & Barto (2018): up, down, left, right; walls # are not entered; +1 at G, else 0."""
    rows = _named(rows, MAZES)
    tiles = "".join(rows)
    if len({len(row) for row in rows}) != 1 or set(tiles) - set(".#SG") or "S" not in tiles or "G" not in tiles:
        raise BadInput("a maze is rows of equal length made of . (way), # (wall), S (start) and G (goal), with S and G")
    height, width, moves, outcomes = len(rows), len(rows[0]), (UP, DOWN, LEFT, RIGHT), {}
    for s in (s for s, tile in enumerate(tiles) if tile in ".S"):
        row, column = divmod(s, width)
        for a, (down, right) in enumerate(moves):
            i, j = _inside(row + down, column + right, height, width)
            i, j = (row, column) if rows[i][j] == "#" else (i, j)
            outcomes[s, a] = [(1.0, width * i + j, float(rows[i][j] == "G"), rows[i][j] == "G")]
    grid = np.where([[tile == "#" for tile in row] for row in rows], -1, _numbers(height, width))
    start = _at(len(tiles), *(s for s, tile in enumerate(tiles) if tile == "S"))
    return Finite.of(outcomes, states=len(tiles), actions=4, start=start, names=names(moves), grid=grid)
