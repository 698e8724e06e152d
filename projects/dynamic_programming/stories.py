"""Small processes from two courses: a student's day (Silver 2015) and a taxicab (Howard 1960)."""

import numpy as np

from abacus.environments.finite import Finite

DAY = "Facebook", "Class 1", "Class 2", "Class 3", "Pub", "Pass", "Sleep"
_REWARDS = -1.0, -2.0, -2.0, -2.0, 1.0, 10.0
_WAYS = {  # state: {next state: probability}
    0: {0: 0.9, 1: 0.1},
    1: {0: 0.5, 2: 0.5},
    2: {3: 0.8, 6: 0.2},
    3: {4: 0.4, 5: 0.6},
    4: {1: 0.2, 2: 0.4, 3: 0.4},
    5: {6: 1.0},
}


def student_day():
    """The student's Markov reward process: one action; each state has a reward; sleep ends the day."""
    outcomes = {(s, 0): [(p, s2, _REWARDS[s], s2 == 6) for s2, p in ways.items()] for s, ways in _WAYS.items()}
    return Finite.of(outcomes, states=7, actions=1, start=np.eye(7)[1], names=("step",))


def student_choices():
    """The student's decision process: Facebook, Class 1 to 3, and the end (4); two actions in each state."""
    outcomes = {
        (0, 0): [(1.0, 0, -1.0, False)],  # Facebook
        (0, 1): [(1.0, 1, 0.0, False)],  # quit
        (1, 0): [(1.0, 0, -1.0, False)],  # Facebook
        (1, 1): [(1.0, 2, -2.0, False)],  # study
        (2, 0): [(1.0, 4, 0.0, True)],  # sleep
        (2, 1): [(1.0, 3, -2.0, False)],  # study
        (3, 0): [(0.2, 1, 1.0, False), (0.4, 2, 1.0, False), (0.4, 3, 1.0, False)],  # pub
        (3, 1): [(1.0, 4, 10.0, True)],  # study
    }
    return Finite.of(outcomes, states=5, actions=2, start=np.eye(5)[1], names=("leisure", "work"))


_CAB = {  # (town, action): probabilities of the next town in 16ths, and the fares
    (0, 0): ((8, 4, 4), (10, 4, 8)),
    (0, 1): ((1, 12, 3), (8, 2, 4)),
    (0, 2): ((4, 2, 10), (4, 6, 4)),
    (1, 0): ((8, 0, 8), (14, 0, 18)),
    (1, 1): ((1, 14, 1), (8, 16, 8)),
    (2, 0): ((4, 4, 8), (10, 2, 8)),
    (2, 1): ((2, 12, 2), (6, 4, 2)),
    (2, 2): ((12, 1, 3), (4, 0, 8)),
}


def taxicab():
    """Howard's taxicab: three towns; cruise, wait at a stand, or (in two towns) wait for a call by radio. It never ends."""
    outcomes = {
        key: [(p / 16, town, float(fare), False) for town, (p, fare) in enumerate(zip(chances, fares))]
        for key, (chances, fares) in _CAB.items()
    }
    return Finite.of(outcomes, states=3, actions=3, start=np.full(3, 1 / 3), names=("cruise", "stand", "radio"))
