"""Finite environments that are no plain worlds of squares: taxi, gambler, two car rentals, random walks, a race track."""

import math

import numpy as np

from abacus.environments.finite import Finite
from abacus.errors import BadInput

TAXI = ("|R: | : :G|", "| : | : : |", "| : : : : |", "| | : | : |", "|Y| : |B: |")  # Gymnasium's Taxi-v3
OLD_TAXI = ("|R: | : :G|", "| : : : : |", *TAXI[2:])  # Taxi-v2: no wall in the second row
STOPS = ((0, 0), (0, 4), (4, 0), (4, 3))


def _expect_whole(**given):
    for name, (value, least) in given.items():
        if not isinstance(value, (int, np.integer)) or value < least:
            raise BadInput(f"{name}={value}: wanted a whole number of at least {least}")


def taxi(rows=TAXI):
    """Gymnasium's Taxi: south, north, east, west, pick up, drop off; −1 a step, −10 for a wrong one of the last two, +20 at
    the end. A state is ((row · 5 + column) · 5 + passenger's stop, 4 inside) · 4 + destination."""
    if len(rows) != 5 or any(len(row) != 11 or set(row[::2]) - set("|:") for row in rows):
        raise BadInput(
            "a taxi's map is five rows such as '|R: | : :G|': letters or spaces, and : (open) or | (wall) around them"
        )
    outcomes, start = {}, np.zeros(500)
    for s in range(500):
        rest, goal = divmod(s, 4)
        rest, passenger = divmod(rest, 5)
        row, column = divmod(rest, 5)
        start[s] = passenger < 4 and passenger != goal
        free = {2: rows[row][2 * column + 2] == ":", 3: rows[row][2 * column] == ":"}
        for a in range(6):
            i, j, new, reward, end = row, column, passenger, -1.0, False
            if a < 2:
                i = min(row + 1, 4) if a == 0 else max(row - 1, 0)
            elif a < 4 and free[a]:
                j = column + (1 if a == 2 else -1)
            elif a == 4:
                new, reward = (4, -1.0) if passenger < 4 and (row, column) == STOPS[passenger] else (passenger, -10.0)
            elif a == 5 and passenger == 4 and (row, column) in STOPS:
                new = STOPS.index((row, column))
                end = new == goal
                reward = 20.0 if end else -1.0
            elif a == 5:
                reward = -10.0
            outcomes[s, a] = [(1.0, ((i * 5 + j) * 5 + new) * 4 + goal, reward, end)]
    names = "south", "north", "east", "west", "pick up", "drop off"
    return Finite.of(outcomes, states=500, actions=6, start=start / start.sum(), limit=200, names=names)


def gambler(heads=0.4, goal=100):
    """Example 4.3 of Sutton & Barto (2018): a capital of 1 to goal − 1, a stake (the action) won or lost; +1 at the goal."""
    if not 0 <= heads <= 1:
        raise BadInput(f"heads={heads}: wanted a probability")
    _expect_whole(goal=(goal, 2))
    outcomes = {}
    for s in range(1, goal):
        for stake in range(1, min(s, goal - s) + 1):
            won = s + stake == goal
            outcomes[s, stake] = [(heads, s + stake, float(won), won), (1 - heads, s - stake, 0.0, s == stake)]
    start = np.zeros(goal + 1)
    start[1:goal] = 1 / (goal - 1)
    return Finite.of(outcomes, states=goal + 1, actions=goal // 2 + 1, start=start)


def random_walk(states=19, left=-1.0, right=1.0):
    """A walk that begins in the middle and steps to a side by chance (one action): `left` or `right` beyond the last state."""
    _expect_whole(states=(states, 1))
    outcomes = {}
    for s in range(1, states + 1):
        ends = {0: left, states + 1: right}
        outcomes[s, 0] = [(0.5, s2, ends.get(s2, 0.0), s2 in ends) for s2 in (s - 1, s + 1)]
    start = np.zeros(states + 2)
    start[(states + 1) // 2] = 1
    return Finite.of(outcomes, states=states + 2, actions=1, start=start, names=("step",))


def long_walk(states=1000, reach=100):
    """Example 9.1 of Sutton & Barto (2018): a step to one of the `reach` states on either side; −1 and +1 beyond the ends."""
    _expect_whole(states=(states, 1), reach=(reach, 1))
    outcomes = {}
    for s in range(1, states + 1):
        found = {s2: 1 / (2 * reach) for s2 in range(s - reach, s + reach + 1) if s2 != s and 0 < s2 <= states}
        ends = [(0, max(reach - s + 1, 0), -1.0), (states + 1, max(s + reach - states, 0), 1.0)]
        rows = [(p, s2, 0.0, False) for s2, p in found.items()]
        outcomes[s, 0] = rows + [(n / (2 * reach), s2, r, True) for s2, n, r in ends if n]
    start = np.zeros(states + 2)
    start[(states + 1) // 2] = 1
    return Finite.of(outcomes, states=states + 2, actions=1, start=start, names=("step",))


def poisson(mean, most):
    """P(X = 0), ..., P(X = most − 1), P(X ≥ most) of a Poisson variable."""
    p = np.array([math.exp(-mean) * mean**k / math.factorial(k) for k in range(most + 1)])
    p[most] = 1 - p[:most].sum()
    return p


def car_rental(cars=20, most=5, requests=(3, 4), returns=(3, 2), rent=10.0, moving=2.0):
    """Example 4.2 of Sutton & Barto (2018): cars at two places, up to `most` moved over night (action a moves a − most from
    the first to the second), then random requests and returns. A state is (cars at the first) · (cars + 1) + (at the second)."""
    _expect_whole(cars=(cars, 1), most=(most, 0))
    n = cars + 1
    kernels, income = zip(*(_rental_day(cars, *means) for means in zip(requests, returns)))
    states, actions = n * n, 2 * most + 1
    probability = np.zeros((states, actions, states), np.float64)
    reward, allowed = np.zeros((states, actions)), np.zeros((states, actions), bool)
    for s in range(states):
        first, second = divmod(s, n)
        for a in range(actions):
            moved = a - most
            if moved <= first and -moved <= second:
                i, j = min(first - moved, cars), min(second + moved, cars)
                allowed[s, a] = True
                probability[s, a] = np.outer(kernels[0][i], kernels[1][j]).ravel()
                reward[s, a] = rent * (income[0][i] + income[1][j]) - moving * abs(moved)
    following = np.broadcast_to(np.arange(states), probability.shape)
    names = [f"{a - most:+d}" for a in range(actions)]
    shared = {"start": np.full(states, 1 / states), "allowed": allowed, "names": names}
    return Finite(probability, following, reward[:, :, None], False, grid=np.arange(states).reshape(n, n), **shared)


def _rental_day(cars, requests, returns):
    """(P(cars in the evening | cars in the morning) (cars + 1, cars + 1), expected rentals (cars + 1,)) of one place."""
    after, rented = np.zeros((cars + 1, cars + 1)), np.zeros(cars + 1)
    for have in range(cars + 1):
        asked = poisson(requests, have) if have else np.ones(1)
        for out, p in enumerate(asked):
            rented[have] += p * out
            left = have - out
            back = poisson(returns, cars - left) if cars > left else np.ones(1)
            after[have, left : left + len(back)] += p * back
    return after, rented


TRACK = (
    "...##############", "..##############G", "..##############G", ".###############G", "################G",
    "################G", "##########.......", "#########........", "#########........", "#########........",
    "#########........", "#########........", "#########........", "#########........", ".########........",
    ".########........", ".########........", ".########........", ".########........", ".########........",
    ".########........", ".########........", "..#######........", "..#######........", "..#######........",
    "..#######........", "..#######........", "..#######........", "..#######........", "...######........",
    "...######........", "...SSSSSS........",
)  # fmt: skip


def racetrack(rows=TRACK, noise=0.1, top=5):
    """Exercise 5.12 of Sutton & Barto (2018): 9 actions change the speed by −1, 0 or 1 up and right (0 ≤ speed < top, never
    both 0 but at the start); with probability `noise` they do nothing; −1 a step, off the track back to a random start. A
    state is (square · top + speed up) · top + speed right."""
    tiles = "".join(rows)
    if len({len(row) for row in rows}) != 1 or set(tiles) - set("SG#.") or "S" not in tiles or "G" not in tiles:
        raise BadInput(
            "a race track is rows of equal length of S (start), G (goal), # (track), . (outside), with S and G"
        )
    height, width = len(rows), len(rows[0])
    starts = [(i, j) for i in range(height) for j in range(width) if rows[i][j] == "S"]

    def number(i, j, up, right):
        return ((i * width + j) * top + up) * top + right

    def moved(i, j, up, right):
        """[(share, state, ends)] of one step with this speed: the squares on the straight way are passed one by one."""
        row, column = i, j
        for k in range(1, max(up, right) + 1):
            part = k / max(up, right)
            row, column = i - round(up * part), j + round(right * part)
            inside = 0 <= row < height and 0 <= column < width
            if inside and rows[row][column] == "G":
                return [(1.0, number(row, column, 0, 0), True)]
            if not inside or rows[row][column] == ".":
                return [(1 / len(starts), number(*start, 0, 0), False) for start in starts]
        return [(1.0, number(row, column, up, right), False)]

    outcomes = {}
    for i, j in ((i, j) for i in range(height) for j in range(width) if rows[i][j] in "S#"):
        for up, right in ((u, r) for u in range(top) for r in range(top)):
            for a in range(9):
                u, r = min(max(up + a // 3 - 1, 0), top - 1), min(max(right + a % 3 - 1, 0), top - 1)
                way = (u, r) if u or r else (up, right)
                chances = [(1 - noise, way), (noise, (up, right))] if noise else [(1.0, way)]
                found = [(p * q, s2, -1.0, end) for p, v in chances for q, s2, end in moved(i, j, *v)]
                outcomes[number(i, j, up, right), a] = found
    start = np.zeros(height * width * top * top)
    for i, j in starts:
        start[number(i, j, 0, 0)] = 1 / len(starts)
    names = [f"{a // 3 - 1:+d} up {a % 3 - 1:+d} right" for a in range(9)]
    return Finite.of(outcomes, states=len(start), actions=9, start=start, names=names)
