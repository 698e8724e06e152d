"""What does a ticket know? Found on one set of signals, it is trained on others, or from other initial weights."""

from dataclasses import dataclass

import numpy as np

import lottery
from abacus.settings import above, at_least, between, one_of
from classification import AS_DRAWN, SHUFFLED, points

DRAWN = 43  # the seed of the new signals, in the authors' notebook
PLACES = {  # where each point of a new signal comes from
    "new signals": AS_DRAWN,
    "shuffled": SHUFFLED,
    "reversed": AS_DRAWN[::-1],
    "halves exchanged": np.roll(AS_DRAWN, len(AS_DRAWN) // 2),
}
OTHER = "other initial weights"


@dataclass
class Config:
    ticket: str = one_of("lottery", "random")  # which weights are dropped: the smallest, or any
    updates: int = at_least(1)  # steps of Adam in a round
    batch: int = at_least(1)  # signals in a step of a round
    lr: float = above(0)  # learning rate
    sparsities: list[float] = between(0, 1)  # share of the weights that is dropped by each round
    new_updates: int = at_least(1)  # steps of Adam on the new signals
    new_batch: int = at_least(1)  # new signals in a step

    def __post_init__(self):
        lottery.check_rising(self.sparsities)


def transferred(cfg: Config, job):
    """Test accuracy on other signals, by task."""
    return accuracies(points(), cfg, job)


def accuracies(parts, cfg, job):
    """{task: test accuracy in per cent} of the ticket that the last round on `parts` leaves."""
    ticket, state = lottery.Masked(job.rng("init")), {"accuracy": []}
    lottery.rounds(ticket, parts, cfg, job)
    tasks = [*PLACES, OTHER]
    for i in job.epochs(len(tasks), ticket, state):
        if tasks[i] == OTHER:
            ticket.start = lottery.Masked(job.rng("other init")).start
        ticket.rewind(ticket.masks)
        new = points(PLACES.get(tasks[i], AS_DRAWN), DRAWN)
        state["accuracy"].append(lottery.fit(ticket, new, cfg.lr, cfg.new_updates, cfg.new_batch))
        job.log(task=tasks[i], accuracy=state["accuracy"][-1])
    return dict(zip(tasks, state["accuracy"], strict=True))
