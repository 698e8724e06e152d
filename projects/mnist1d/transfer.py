"""What does a ticket know? Found on one set of signals, it is trained on others, or from other initial weights."""

import numpy as np

import lottery
import signals
from classification import ready

DRAWN = 43  # the seed of the new signals, in the authors' notebook
PLACES = {  # where each point of a new signal comes from
    "new signals": np.arange(signals.LENGTH),
    "shuffled": signals.old_generator(42).permutation(signals.LENGTH),
    "reversed": np.arange(signals.LENGTH)[::-1],
    "halves exchanged": np.roll(np.arange(signals.LENGTH), signals.LENGTH // 2),
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
        new = task(PLACES.get(tasks[i], PLACES["new signals"]))
        state["accuracy"].append(lottery.fit(ticket, new, cfg.lr, cfg.new_updates, cfg.new_batch))
        job.log(task=tasks[i], accuracy=state["accuracy"][-1])
    return dict(zip(tasks, state["accuracy"], strict=True))


def task(places):
    """(x, y, test x, test y) of signals drawn anew, their points in these places."""
    made = signals.generate(signals.old_generator(DRAWN))
    return ready(made.train[:, places]), made.train_labels, ready(made.test[:, places]), made.test_labels
