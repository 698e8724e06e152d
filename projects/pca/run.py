"""Principal components by our own decompositions: 50 states, Pearson's ten points, digits told apart by 40 numbers."""

import digits
import planes
from abacus.launch import launch

if __name__ == "__main__":
    launch(planes.arrests, planes.pearson, digits.classify)
