"""A walker learns its way along a cliff by falling off it: two methods, two ways, and a moving picture."""

from dataclasses import dataclass

import numpy as np

import pictures
import walks
import worlds
from abacus.environments import grids, vector
from abacus.launch import launch
from abacus.settings import at_least, between

MOVES = grids.UP, grids.RIGHT, grids.DOWN, grids.LEFT
START, GOAL = 36, 47


@dataclass
class Config:
    episodes: int = at_least(20)  # of each method
    runs: int = at_least(1)  # whose returns are averaged; the first of them is drawn
    alpha: float = between(0, 1)  # step size
    epsilon: float = between(0, 1)  # share of random moves


def look(cfg: Config, job):
    """Return of the greedy walk and mean return while learning, of Sarsa and Q-learning; drawn, and as a GIF."""
    import control

    model = grids.cliff()
    world, zeros = control.arrays(model)
    curves, tables, found = {}, {}, {}
    for method in ("Sarsa", "Q-learning"):
        rng, total = job.rng(method), np.zeros(cfg.episodes)
        for _ in range(cfg.runs):
            q = zeros.copy()
            total += worlds.learn(method, world, q, cfg.alpha, cfg.epsilon, 1.0, cfg.episodes, rng)[0]
            tables.setdefault(method, q)
        curves[method] = total / cfg.runs
        found[method] = {
            "learning": curves[method][-cfg.episodes // 5 :].mean(),
            "greedy": float(1 - len(walk(tables[method]))),
        }
    cliff = np.isin(model.grid, np.arange(37, 47))
    with job.figure("cliff") as figure:
        figure.set_size_inches(12, 5)
        axes = figure.subplot_mosaic([["Sarsa", "rewards"], ["Q-learning", "rewards"]], width_ratios=(1.3, 1))
        for method, q in tables.items():
            pictures.values_and_moves(
                axes[method], model.grid, q, MOVES, cliff, walk(q), f"{method}: {len(walk(q)) - 1} steps"
            )
        pictures.rewards(axes["rewards"], curves)
    moving = job.folder / "figures" / "cliff.gif"
    ways = [pictures.frames(model.grid, cliff, GOAL, walk(q), trail=walk(q)) for q in tables.values()]
    pictures.save_gif(moving, np.concatenate(ways))
    print(
        f"Q-learning's own way is the shortest, {len(walk(tables['Q-learning'])) - 1} steps along the edge; Sarsa's has "
        f"{len(walk(tables['Sarsa'])) - 1}, and falls less while it learns: {found['Sarsa']['learning']:.0f} an episode "
        f"instead of {found['Q-learning']['learning']:.0f}. The walk as a moving picture: {moving}"
    )
    return found


def walk(q, most=100):
    """States of one episode in which the best move is always taken."""
    env = vector.Single(grids.cliff())
    s, _ = env.reset(seed=0)
    path, over = [s], False
    while not over and len(path) <= most:
        s, _, over, _, _ = env.step(int(q[s].argmax()))
        path.append(s)
    return path


if __name__ == "__main__":
    launch(
        look, walks.ahead, walks.traces, walks.estimate, walks.importance, walks.groups, walks.star, worlds.cliff, worlds.bias,
        worlds.maze, worlds.change, worlds.race, worlds.hill, worlds.match, worlds.count,
        figures={
            walks.ahead: pictures.lines("alpha", "error", "step size"),
            walks.traces: pictures.lines("lam", "error at the best step size", "λ"),
            walks.star: pictures.lines("sweep", "√(mean v̂²)", "sweep", log=True),
            worlds.cliff: pictures.lines("alpha", "mean return of the first 100 episodes", "step size"),
            worlds.bias: pictures.lines("episode", "per cent that go left", "episode"),
            worlds.maze: pictures.lines("episode", "steps", "episode", log=True),
            worlds.change: pictures.lines("step", "rewards so far", "step"),
            walks.groups: pictures.shared_values,
            worlds.race: pictures.lines("episode", "steps of practice", "episode", log=True),
            worlds.hill: pictures.lines("episode", "steps to the top", "episode", log=True),
        },
    )  # fmt: skip
