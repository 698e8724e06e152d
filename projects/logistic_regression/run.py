"""Logistic regression and its kin: maximum likelihood, quantiles, robust losses, and the ways down a loss."""

import descents
import pictures
import robustness
import tables
from abacus.launch import launch

if __name__ == "__main__":
    launch(
        tables.spector,
        tables.heart,
        tables.engel,
        tables.stackloss,
        robustness.gross_errors,
        descents.ways_down,
        figures={
            tables.spector: pictures.students_of,
            tables.engel: pictures.households_of,
            robustness.gross_errors: pictures.angles_of,
            descents.ways_down: pictures.ways_of,
        },
    )
