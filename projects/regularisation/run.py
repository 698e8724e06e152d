"""One network, many ways to keep it from learning by heart: what each does to its weights, its units and its errors."""

from dataclasses import dataclass

import book_schedules
import decomposition
import hidden_units
import images
import keras
import learning
import networks
import pictures
import residual
import signals
import ten_runs
from abacus.launch import launch
from abacus.settings import above, at_least, between, one_of
from layers import INITIAL, NORMS
from schedules import SCHEDULES


@dataclass
class Config:
    pictures: str = one_of("printed digits", *images.SETS)  # what is learnt
    train: int = at_least(2)  # pictures to learn from
    held_out: int = at_least(0)  # pictures that are set aside, to choose the pass by
    network: str = one_of(*learning.NETWORKS)  # which network learns
    initial: str = one_of(*INITIAL)  # how the first weights are drawn
    norm: str = one_of(*NORMS)  # what is brought to mean 0 and variance 1
    decay: float = at_least(0)  # each step, the weights shrink by rate · decay
    drop: list[float] = between(0, 1)  # shares of the inputs and of the hidden units that are dropped
    drop_weights: float = between(0, 1)  # share of the weights that is dropped
    most: float = at_least(0)  # longest that a unit's weights may become; 0: as long as they like
    shift: int = between(0, images.SIDE)  # pixels by which each picture is moved at most, anew in each pass
    smoothing: float = between(0, 1)  # share of the target that all classes get alike
    patience: int = at_least(0)  # passes without a better held-out error after which learning ends; 0: never
    passes: int = at_least(1)  # times that every picture is shown
    batch: int = at_least(2)  # pictures of a step
    rate: float = above(0)  # learning rate at its highest
    schedule: str = one_of(*SCHEDULES)  # how the rate falls from pass to pass
    momentum: float = between(0, 1)  # share of the step before that is kept

    def __post_init__(self):
        networks.check_drop(self.drop)
        learning.check_patience(self.patience, self.held_out)


def compare(cfg: Config, job):
    """Test and training error in per cent, and what the method has made of the weights and of the hidden units."""
    given = learning.given(cfg, job)
    network = learning.train(cfg, job, given)
    values = learning.measured(network, given)
    job.log(**learning.shapes(network, given))
    if job.row == job.rows[0]:
        said = "{test error:.1f} % of what it has never seen, {training error:.1f} % of what it has learnt from"
        print(f"{job.row}: misread are {said.format(**values)}.")
    return values


if __name__ == "__main__":
    trained = keras.dropout_mlp, ten_runs.best_pass, hidden_units.hidden_units, book_schedules.book_schedule
    formulas = (
        signals.signals,
        signals.jacobians,
        residual.deep,
        decomposition.least_squares,
        decomposition.learning_curve,
    )
    drawn = {
        compare: pictures.compared,
        keras.dropout_mlp: pictures.curves("test_accuracy", "test accuracy, %"),
        ten_runs.best_pass: pictures.shapes,
        hidden_units.hidden_units: pictures.curves("test_error", "test error, %"),
        book_schedules.book_schedule: pictures.curves("test", "test accuracy"),
        signals.signals: pictures.fading,
        residual.deep: pictures.curves("loss", "mean loss"),
        decomposition.least_squares: pictures.parts,
        decomposition.learning_curve: pictures.parts,
    }
    launch(compare, *trained, *formulas, figures=drawn)
