"""What cheap looks are worth: softmax regression on printed digits, tuned with so many passes over them and no more."""

from dataclasses import dataclass

import numpy as np

import searches
from abacus.data import fonts
from abacus.settings import at_least

CLASSES, CHOSEN_BY, TESTED = 10, 1000, 1000  # digits that choose, and that say in the end what the choice is worth
RANGES = np.log([[1e-4, 1e1], [1e-7, 1e0], [8, 256]])  # rate, decay, batch: logarithms of the least and the most
WORST = 100.0  # per cent: of weights that have become infinite


@dataclass
class Budget:
    train: int = at_least(100)  # printed digits to learn from
    passes: int = at_least(3)  # over them that one setting may use, at most
    eta: int = at_least(2)  # one setting of so many goes on
    budget: int = at_least(3)  # passes in all, of all settings, for each search


def budget(cfg: Budget, job):
    """Error in per cent of what each search chooses, on the digits that it chose by and on digits of fonts never seen."""
    rng = job.rng("fonts")
    images, labels = fonts.digits(fonts.SEEN, cfg.train + CHOSEN_BY, rng)
    tests, answers = fonts.digits(fonts.UNSEEN, TESTED, rng)
    x, test = flat(images), (flat(tests), answers)
    learn, choose = (x[: cfg.train], labels[: cfg.train]), (x[cfg.train :], labels[cfg.train :])
    kinds, resources, found = [0] * len(RANGES), (1, cfg.passes, cfg.eta), {}
    names = {"random": None, "ego": None} | searches.PLANS
    for k, name in enumerate(names):
        rng = job.rng("search", k)
        if names[name]:
            plan = names[name](kinds, resources, rng)
        else:
            plan = searches.Whole(searches.POINTS[name](kinds, max(2, cfg.budget // cfg.passes), rng), cfg.passes)
        used, best, tried = 0, (WORST, 0, None), 0
        while used < cfg.budget:
            trial = plan.ask()
            weights = trained(*learn, settings(trial.point), trial.resource, job.rng("order", trial.number))
            error = wrong(weights, *choose)
            plan.tell(trial, error)
            used, tried = used + trial.resource, tried + 1
            best = min(best, (error, -trial.resource, weights), key=lambda b: b[:2])
            job.log(search=name, used=used, error=best[0])
        found[name] = {
            "chosen by": best[0],
            "test": wrong(best[2], *test) if best[2] is not None else WORST,
            "settings": tried,
        }
        job.progress((k + 1) / len(names), name)
    return found


def flat(images):
    """Images as rows of numbers from −0.5 to 0.5, and a 1."""
    x = np.asarray(images, np.float32).reshape(len(images), -1)
    return np.hstack([x / max(x.max(), 1) - 0.5, np.ones((len(x), 1), np.float32)])


def settings(point):
    """(learning rate, decay, batch) at a point of the unit cube, each on a logarithmic scale."""
    rate, decay, batch = np.exp(RANGES[:, 0] + point * (RANGES[:, 1] - RANGES[:, 0]))
    return rate, decay, round(batch)


def trained(x, labels, chosen, passes, rng):
    """Weights (d, 10) after `passes` of stochastic gradient descent on the cross-entropy, from 0."""
    rate, decay, batch = chosen
    w, targets = np.zeros((x.shape[1], CLASSES), np.float32), np.eye(CLASSES, dtype=np.float32)[labels]
    with np.errstate(over="ignore", invalid="ignore"):
        for _ in range(passes):
            order = rng.permutation(len(x))
            for start in range(0, len(x), batch):
                rows = order[start : start + batch]
                z = x[rows] @ w
                p = np.exp(z - z.max(axis=1, keepdims=True))
                p /= p.sum(axis=1, keepdims=True)
                w -= rate * (x[rows].T @ (p - targets[rows]) / len(rows) + decay * w)
    return w


def wrong(w, x, labels):
    """Per cent of the digits x (n, d) that are misread; all where the weights are not finite."""
    return 100 * float(np.mean((x @ w).argmax(axis=1) != labels)) if np.isfinite(w).all() else WORST
