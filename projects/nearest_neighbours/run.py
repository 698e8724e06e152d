"""Nearest neighbours: digits by their pixels (fonts, MNIST) and wines by their chemistry."""

import digits
import wines
from abacus.launch import launch

if __name__ == "__main__":
    launch(digits.rendered, digits.mnist, wines.wine)
