"""The numbers that a classifier is made with, checked before it learns: BadInput names the one that cannot be."""

import math
import numbers

from abacus.errors import BadInput


def positive(name, value, why=""):
    if not (isinstance(value, numbers.Real) and 0 < value < math.inf):
        raise BadInput(f"{name} must be above 0 and finite, got {value}{why}")


def smoothing(alpha):
    positive("alpha", alpha, ": without smoothing an unseen word has log 0")


def between(name, value, low, high):
    if not (isinstance(value, numbers.Real) and low <= value <= high and value < math.inf):
        raise BadInput(f"{name} must be a finite number from {low:g} to {high:g}, got {value}")
