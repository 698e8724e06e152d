"""What does a ticket know? Found on one set of signals, it is trained on others, or from other initial weights."""

import numpy as np

import lottery
from classification import AS_DRAWN, SHUFFLED, points

DRAWN = 43  # the seed of the new signals, in the authors' notebook
PLACES = {  # where each point of a new signal comes from
    "new signals": AS_DRAWN,
    "shuffled": SHUFFLED,
    "reversed": AS_DRAWN[::-1],
    "halves exchanged": np.roll(AS_DRAWN, len(AS_DRAWN) // 2),
}
OTHER = "other initial weights"


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
