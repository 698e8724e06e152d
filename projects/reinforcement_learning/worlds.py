"""Studies of control: the cliff, the bias of the maximum, mazes that are planned in and that change, a car on a hill, games."""

from dataclasses import dataclass

import numpy as np

from abacus.environments import grids, tables
from abacus.errors import BadInput
from abacus.settings import above, any_number, at_least, between, one_of

METHODS = "Sarsa", "expected Sarsa", "Q-learning", "double Q-learning"


@dataclass
class Cliff:
    method: str = one_of(*METHODS)
    runs: int = at_least(1)  # that are averaged
    episodes: int = at_least(10)  # of each run
    alphas: list[float] = between(0, 1)  # step sizes: the best is taken
    epsilon: float = between(0, 1)  # share of random moves


@dataclass
class Bias:
    runs: int = at_least(1)  # that are averaged
    episodes: int = at_least(10)  # of each run
    actions: int = at_least(2)  # in the state to the left
    alpha: float = between(0, 1)  # step size
    epsilon: float = between(0, 1)  # share of random moves
    tables: int = between(1, 2)  # 1: Q-learning; 2: double Q-learning


@dataclass
class Maze:
    runs: int = at_least(1)  # that are averaged
    episodes: int = at_least(2)  # of each run
    planning: int = at_least(0)  # steps in memory after each real one
    alpha: float = between(0, 1)  # step size
    epsilon: float = between(0, 1)  # share of random moves
    gamma: float = between(0, 1, open=True)  # discount


@dataclass
class Change:
    before: str = one_of(*grids.MAZES)  # the maze at first
    after: str = one_of(*grids.MAZES)  # and later
    switch: int = at_least(1)  # steps before the change
    steps: int = at_least(1)  # after it
    runs: int = at_least(1)  # that are averaged
    planning: int = at_least(0)  # steps in memory after each real one
    bonus: float = at_least(0)  # κ of Dyna-Q+; 0: Dyna-Q
    alpha: float = between(0, 1)  # step size
    epsilon: float = between(0, 1)  # share of random moves
    gamma: float = between(0, 1, open=True)  # discount


@dataclass
class Hill:
    runs: int = at_least(1)  # that are averaged
    episodes: int = at_least(10)  # of each run
    n: int = at_least(1)  # rewards in a target
    alpha: float = above(0)  # step size of all tilings together


@dataclass
class Race:
    off_policy: bool  # whether the greedy policy is learnt from the episodes of another
    episodes: int = at_least(1)  # of practice
    epsilon: float = between(0, 1)  # share of random moves in practice
    start: float = any_number()  # first value of every action
    noise: float = between(0, 1)  # chance that a change of speed fails
    drives: int = at_least(1)  # of the policy that was learnt


@dataclass
class Match:
    games: int = at_least(2)  # of connect four, each player begins in half of them
    simulations: int = at_least(1)  # of the player that is measured
    others: int = at_least(1)  # simulations of its opponent
    c: float = at_least(0)  # how much a move that is little known gains


@dataclass
class Count:
    side: int = between(2, 3)  # squares along a side of the board
    line: int = between(2, 3)  # stones in a row that win


def learn(method, world, q, alpha, epsilon, gamma, episodes, rng):
    """Returns and steps of a method on the arrays of a world; q is changed in place."""
    import control

    if method == "Sarsa":
        return control.sarsa(*world, q, alpha, epsilon, gamma, episodes, rng)
    if method == "double Q-learning":
        other = np.zeros_like(q)
        found = control.double_q(*world, q, other, alpha, epsilon, gamma, episodes, rng)
        q += other
        return found
    target = epsilon if method == "expected Sarsa" else 0.0
    return control.expected_sarsa(*world, q, alpha, epsilon, target, gamma, episodes, rng)


def cliff(cfg: Cliff, job):
    """Sum of rewards of an episode: mean of the first 100, and of the last 100, each at the best step size."""
    import control

    if not cfg.alphas:
        raise BadInput("alphas=[]: wanted at least one step size")
    world, zeros = control.arrays(grids.cliff())
    early, late = {}, {}
    for i, alpha in enumerate(cfg.alphas):
        total, rng = np.zeros(cfg.episodes), job.rng("walker", i)
        for _ in range(cfg.runs):
            total += learn(cfg.method, world, zeros.copy(), float(alpha), cfg.epsilon, 1.0, cfg.episodes, rng)[0]
        early[alpha], late[alpha] = total[:100].mean() / cfg.runs, total[-100:].mean() / cfg.runs
        job.log(alpha=alpha, value=float(early[alpha]))
    return {"first 100": max(early.values()), "last 100": max(late.values())}


def bias(cfg: Bias, job):
    """Per cent of the runs that go left, which is wrong: at its highest, and in the last tenth of the episodes."""
    import control

    double = cfg.tables == 2
    shares = control.left_shares(cfg.runs, cfg.episodes, cfg.actions, cfg.alpha, cfg.epsilon, double, job.rng("runs"))
    for episode, share in enumerate(shares):
        job.log(episode=episode + 1, value=100 * share)
    return {"highest": 100 * shares.max(), "at the end": 100 * shares[-cfg.episodes // 10 :].mean()}


def maze(cfg: Maze, job):
    """Steps of the second episode, and mean steps of all but the first."""
    import control

    world, zeros = control.arrays(grids.maze())
    total, rng = np.zeros(cfg.episodes), job.rng("runs")
    for _ in range(cfg.runs):
        memory = _empty(zeros)
        settings = cfg.alpha, cfg.epsilon, cfg.gamma, cfg.planning, 0.0
        _, over = control.dyna(*world, zeros.copy(), *settings, MOST, cfg.episodes, *memory, rng)
        total += np.diff(np.flatnonzero(over), prepend=-1)
    for episode, steps in enumerate(total / cfg.runs):
        job.log(episode=episode + 1, value=steps)
    return {"episode 2": total[1] / cfg.runs, "from 2 on": total[1:].mean() / cfg.runs}


MOST = 1_000_000  # steps in which any run of the maze has long had its episodes


def _empty(q):
    """A memory in which nothing was tried: (S, A, 3) and (S, A)."""
    model = np.zeros((*q.shape, 3))
    model[:, :, 0] = -1
    return model, np.zeros(q.shape, np.int64)


def change(cfg: Change, job):
    """Rewards that are gathered in all, and after the change."""
    import control

    worlds, zeros = zip(*(control.arrays(grids.maze(name)) for name in (cfg.before, cfg.after)))
    total, rng = np.zeros(cfg.switch + cfg.steps), job.rng("runs")
    settings = cfg.alpha, cfg.epsilon, cfg.gamma, cfg.planning, cfg.bonus
    for _ in range(cfg.runs):
        q, memory = zeros[0].copy(), _empty(zeros[0])
        first, _ = control.dyna(*worlds[0], q, *settings, cfg.switch, -1, *memory, rng)
        second, _ = control.dyna(*worlds[1], q, *settings, cfg.steps, -1, *memory, rng)
        total += np.concatenate([first, second])
    gathered = np.cumsum(total) / cfg.runs
    for step in np.linspace(1, len(gathered), 60).astype(int):
        job.log(step=int(step), value=gathered[step - 1])
    return {"in all": gathered[-1], "after the change": gathered[-1] - gathered[cfg.switch - 1]}


def hill(cfg: Hill, job):
    """Mean steps to the top: of the first 50 episodes, and of the last 50."""
    import tiles

    steps = tiles.mean_steps(cfg.runs, cfg.episodes, float(cfg.alpha), cfg.n, job.rng("runs"))
    for episode in np.unique(np.geomspace(1, cfg.episodes, 60).astype(int)):
        job.log(episode=int(episode), value=steps[max(0, episode - 5) : episode].mean())
    return {"first 50": steps[:50].mean(), "last 50": steps[-50:].mean()}


def race(cfg: Race, job):
    """Per cent of the drives without random moves that arrive, and their mean return, after Monte Carlo control."""
    import control

    world, q = control.arrays(tables.racetrack(noise=cfg.noise))
    q += cfg.start
    given = q, cfg.epsilon, 1.0, cfg.episodes, cfg.off_policy
    practice, _ = control.monte_carlo(*world, *given, job.rng("practice"))
    for k in np.unique(np.geomspace(1, cfg.episodes, 40).astype(int)):
        job.log(episode=int(k), value=-practice[k // 2 : k].mean())
    drives = control.greedy_returns(*world, q, cfg.drives, LATE, job.rng("drives"))
    arrive = drives > -LATE
    return {"arrive": 100 * arrive.mean(), "return": drives[arrive].mean() if arrive.any() else -LATE}


LATE = 1000  # steps after which a drive is stopped


def match(cfg: Match, job):
    """Per cent of games of connect four that are won by a search with `simulations` against one with `others`."""
    import games

    score, options = np.zeros(3), np.empty(7, np.int64)
    for game in range(cfg.games):
        rng, board, player, winner = job.rng("game", game), np.zeros((6, 7), np.int8), 1, 0
        measured = 1 if game % 2 == 0 else -1
        while not winner and games.moves(board, True, options):
            most = cfg.simulations if player == measured else cfg.others
            counts, _ = games.search(board, player, 4, True, most, float(cfg.c), rng)
            row, column = games.place(board, int(counts.argmax()), player, True)
            winner = player if games.wins(board, row, column, 4) else 0
            player = -player
        score[0 if winner == measured else 1 if winner == 0 else 2] += 1
        job.progress((game + 1) / cfg.games, f"game {game + 1}")
    return dict(zip(("won", "drawn", "lost"), 100 * score / cfg.games))


def count(cfg: Count, job):
    """All games on a small board: won by the first, by the second, drawn; and the value for the first."""
    import games

    found = np.zeros(3, np.int64)
    value = games.count_games(np.zeros((cfg.side, cfg.side), np.int8), 1, cfg.line, False, found)
    return dict(zip(("first wins", "second wins", "drawn"), map(int, found))) | {
        "games": int(found.sum()),
        "value": value,
    }
