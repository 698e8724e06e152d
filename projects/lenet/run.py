"""LeNet-5 (LeCun, Bottou, Bengio, Haffner 1998) learns printed digits, and reads fonts that it has never seen."""

from dataclasses import dataclass

import counting
import figures
import levenberg
import minibatches
import patterns
from abacus.launch import launch
from abacus.settings import at_least, between
from layers import Start
from networks import LeNet5, answers, error


@dataclass
class Config:
    train: int = at_least(1)  # printed digits to learn from
    passes: int = at_least(0)  # times that every digit is shown
    batch: int = at_least(1)  # digits of a step
    momentum: float = between(0, 1)  # share of the step before that is kept
    rates: list[float] = at_least(0)  # learning rate of each pass; the last one stays

    __post_init__ = minibatches.check_rates


def printed_digits(cfg: Config, job):
    """Test and training error in per cent, after the last pass, on digits of fonts that were not learnt from."""
    digits = patterns.printed(cfg.train, job.rng("fonts"))
    network = LeNet5(Start(1, job.rng("init")))
    minibatches.descend(cfg, job, network, digits, distort=0.0)
    job.save("model", network)
    read = answers(network, digits.test_images)
    figures.draw_run(job, network, digits, read)
    wrong = int((read != digits.test_labels).sum())
    print(
        f"LeNet-5 has seen {cfg.train} printed digits {cfg.passes} times; of {len(read)} digits in fonts that it has never seen "
        f"it misreads {wrong}. What it sees in one of them, layer by layer: the picture 'maps'."
    )
    return {
        "test error": error(read, digits.test_labels),
        "training error": error(answers(network, digits.images), digits.labels),
    }


if __name__ == "__main__":
    launch(
        printed_digits,
        counting.count,
        minibatches.minibatches,
        minibatches.today,
        levenberg.levenberg_marquardt,
        figures={
            printed_digits: figures.draw_table,
            minibatches.minibatches: figures.draw_table,
            minibatches.today: figures.draw_table,
            levenberg.levenberg_marquardt: figures.draw_table,
        },
    )
