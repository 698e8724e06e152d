"""Inputs of this lesson's exercises (scripts/learn.py)."""


def chi_square():
    yield "a coin, thrown ten times", ([7, 3], [1, 1])
    yield "Mendel's peas", ([315, 108, 101, 32], [9, 3, 3, 1])
    yield "a share of 0", ([4, 0, 6], [1, 0, 1])
    yield "decimal shares", ([10, 20, 30], ["0.2", "0.3", "0.5"])


def ranks():
    yield "three values", ([10, 30, 20],)
    yield "two equal ones", ([5, 1, 5, 2],)
    yield "decimals, four equal ones", (["1.5", "1.50", "0.2", "1.5", "9", "1.5"],)
    yield "all equal", ([3, 3, 3],)


def flips():
    yield "one number", ([2],)
    yield "three numbers", ([1, 2, 4],)
    yield "equal numbers and a 0", ([3, 3, 0, 1],)
    yield "thirty numbers", (list(range(1, 31)),)
    yield "negative numbers", ([-5, 2, -1],)
