"""Studies of prediction: random walks n steps ahead and with traces, blackjack by Monte Carlo, Baird's star."""

from dataclasses import dataclass

import numpy as np

import linear
from abacus.environments import cards, tables, vector
from abacus.errors import BadInput
from abacus.settings import above, any_number, at_least, between, one_of

KINDS = "accumulating", "replacing", "dutch"
ROWS = "ordinary", "weighted"


@dataclass
class Walk:
    runs: int = at_least(1)  # that are averaged
    episodes: int = at_least(1)  # of each run; the error is their mean
    states: int = at_least(1)  # of the walk, without its two ends
    left: float = any_number()  # reward of leaving at the left
    right: float = any_number()  # reward of leaving at the right
    start: float = any_number()  # first value of every state


@dataclass
class Ahead(Walk):
    n: int = at_least(1)  # rewards in a target
    alphas: list[float] = above(0)  # step sizes: the best is taken


@dataclass
class Traces(Walk):
    kind: str = one_of(*KINDS)  # of trace; dutch is true online TD(λ)
    lams: list[float] = between(0, 1)  # λ: the best is taken
    alphas: list[float] = above(0)  # step sizes: the best is taken


@dataclass
class Games:
    episodes: int = at_least(2)  # games that begin in the state
    stick: int = between(4, 21)  # the player sticks from this sum on


@dataclass
class OffPolicy:
    runs: int = at_least(1)  # that are averaged
    episodes: int = at_least(100)  # of each run
    stick: int = between(4, 21)  # the target policy sticks from this sum on


@dataclass
class Groups:
    states: int = at_least(1)  # of the walk
    reach: int = at_least(1)  # the longest step
    groups: int = at_least(1)  # of neighbouring states that share a value
    episodes: int = at_least(1)  # walks that are learnt from
    epsilon: float = above(0)  # what LSTD's matrix starts with, times 1


@dataclass
class Star:
    method: str = one_of("TD", "TDC")
    sweeps: int = at_least(1)
    alpha: float = above(0)  # step size of the weights
    beta: float = at_least(0)  # step size of TDC's second weights
    gamma: float = between(0, 1)  # discount


def true_values(cfg):
    """Values of the walk (states + 2,): a line from one reward to the other, and 0 at both ends."""
    true = cfg.left + (cfg.right - cfg.left) * np.arange(cfg.states + 2) / (cfg.states + 1)
    true[[0, -1]] = 0
    return true


def ahead(cfg: Ahead, job):
    """Root mean square error of n-step TD, mean of the first episodes, at the best step size."""
    import prediction

    _expect_some(cfg.alphas, "alphas")
    true, found = true_values(cfg), {}
    walk = true, float(cfg.left), float(cfg.right), float(cfg.start)
    for i, alpha in enumerate(cfg.alphas):
        errors = prediction.n_step(cfg.runs, cfg.episodes, *walk, cfg.n, float(alpha), job.rng("walk", i))
        found[alpha] = min(float(errors.mean()), 1e3)  # a step size that runs away is only known to be bad
        job.log(alpha=alpha, value=found[alpha])
    return {"error": min(found.values()), "step size": min(found, key=found.get)}


def traces(cfg: Traces, job):
    """The same of TD(λ), at the best λ and step size."""
    import prediction

    _expect_some(cfg.alphas, "alphas"), _expect_some(cfg.lams, "lams")
    true, found, kind = true_values(cfg), {}, KINDS.index(cfg.kind)
    walk = true, float(cfg.left), float(cfg.right), float(cfg.start)
    for i, lam in enumerate(cfg.lams):
        for j, alpha in enumerate(cfg.alphas):
            rng = job.rng("walk", i, j)
            errors = prediction.traces(cfg.runs, cfg.episodes, *walk, float(lam), float(alpha), kind, rng)
            found[lam, alpha] = min(float(errors.mean()), 1e3)
        job.log(lam=lam, value=min(found[lam, alpha] for alpha in cfg.alphas))
    best = min(found, key=found.get)
    return {"error": found[best], "λ": best[0], "step size": best[1]}


def _expect_some(values, name):
    if not values:
        raise BadInput(f"{name}=[]: wanted at least one number")


def _blackjack(stick):
    """Arrays of the game, the number of the state 13 with an ace against a 2, and where a player sticks (S,)."""
    from control import arrays

    model = cards.blackjack()
    parts, _ = arrays(model)
    return parts[:4], cards.blackjack_state(13, 2, True), np.arange(model.states) // 22 >= stick


def estimate(cfg: Games, job):
    """(mean return of games from one state of blackjack, its standard error)."""
    import prediction

    game, start, stick = _blackjack(cfg.stick)
    mean, sd = prediction.on_policy(*game, start, stick, cfg.episodes, job.rng("games"))
    return {"value": (mean, sd / cfg.episodes**0.5)}


def importance(cfg: OffPolicy, job):
    """Mean squared errors of two off-policy estimates of the same value, after 10 and 100 games, and after all."""
    import prediction

    game, start, stick = _blackjack(cfg.stick)
    target = _exact(stick, start)
    errors = prediction.off_policy(*game, start, stick, cfg.runs, cfg.episodes, target, job.rng("games"))
    last = f"after {cfg.episodes}"
    return {
        row: {"after 10": e[9], "after 100": e[99]} | ({last: e[-1]} if cfg.episodes > 100 else {})
        for row, e in zip(ROWS, errors)
    }


def _exact(stick, start):
    """The value itself, by backups until nothing changes: no game has more than 22 cards."""
    model, v = cards.blackjack(), np.zeros(22 * 22)
    at, actions = np.arange(model.states), np.where(stick, 0, 1)
    for _ in range(22):
        following = np.where(model.ends[at, actions], 0, v[model.following[at, actions]])
        v = (model.probability[at, actions] * (model.reward[at, actions] + following)).sum(axis=1)
    return float(v[start])


def groups(cfg: Groups, job):
    """Root mean square error over the visits, where groups of states share a value: Monte Carlo, LSTD, and what TD tends to."""
    if cfg.groups > cfg.states:
        raise BadInput(f"groups={cfg.groups}: wanted at most as many as states, {cfg.states}")
    model = tables.long_walk(cfg.states, cfg.reach)
    place = np.minimum((np.arange(model.states) - 1) * cfg.groups // cfg.states, cfg.groups - 1)
    x = np.eye(cfg.groups)[np.maximum(place, 0)]
    chain, reward = linear.chain(model)
    inside = np.eye(model.states) - chain
    true, shares = np.linalg.solve(inside, reward), np.linalg.solve(inside.T, model.beginning)
    shares /= shares.sum()
    learner, total, visits = linear.LSTD(cfg.groups, 1.0, cfg.epsilon), np.zeros(cfg.groups), np.zeros(cfg.groups)
    walker, rng = vector.Single(model), job.rng("walks")
    walker.use(rng)
    for _ in range(cfg.episodes):
        path, (s, _), over = [], walker.reset(), False
        while not over:
            path.append(s)
            s, r, over, _, _ = walker.step(0)
            learner.add(x[path[-1]], r, None if over else x[s])
        total += r * x[path].sum(axis=0)  # the only reward comes at the end: it is every state's return
        visits += x[path].sum(axis=0)
    limit = linear.fixed_point(x, chain, reward, shares, 1.0)
    found = {"Monte Carlo": total / np.maximum(visits, 1), "LSTD": learner.w, "TD, in the limit": limit}
    for s in np.linspace(1, cfg.states, 100).astype(int):
        job.log(state=int(s), true=true[s], **{name: float(x[s] @ w) for name, w in found.items()})
    return {name: {"error": float(np.sqrt(shares @ (x @ w - true) ** 2))} for name, w in found.items()}


def star(cfg: Star, job):
    """√(mean v̂²) on Baird's star after all sweeps; 0 is right."""
    errors = linear.star_errors(cfg.method, cfg.sweeps, cfg.alpha, cfg.beta, cfg.gamma)
    for t in np.unique(np.linspace(0, cfg.sweeps - 1, 100).astype(int)):
        job.log(sweep=int(t) + 1, value=float(errors[t]))
    return {"error": errors[-1]}
