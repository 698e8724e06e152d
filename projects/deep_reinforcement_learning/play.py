"""See an agent that PPO has trained: `python play.py CartPole`, `python play.py Acrobot --gif acrobot.gif`.

It practises first (some seconds to a minute), then shows one episode, in the terminal or as a moving picture. gym:NAME is
an environment of Gymnasium's, or one of your own that is registered there (gym:my_module:Mine-v0).
"""

import argparse
import sys
import tempfile
import time

import numpy as np

import acting
import figures
import networks
import ppo
from abacus.environments import foreign, vector
from abacus.errors import BadInput, Unavailable
from abacus.running.job import Job

PRACTICE = {"CartPole": (60_000, 4, 1e-3), "Acrobot": (150_000, 8, 1e-3), "MountainCar": (100_000, 16, 1e-3)}
OWN = 100_000, 8, 1e-3  # steps of practice, copies, learning rate for an environment of the reader's own
SHAPE, WAIT, EVERY = (20, 60), 0.04, 2  # letters of a picture; seconds between two, steps between two


def main(words=None):
    """The command: 0, or 2 after one line where what was asked for makes no sense."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("environment", help=", ".join([*PRACTICE, "gym:NAME"]))
    parser.add_argument("--gif", metavar="FILE")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--steps", type=int, help="of practice")
    asked = parser.parse_args(words)
    try:
        if asked.environment not in PRACTICE and not asked.environment.startswith(acting.OWN):
            raise BadInput(f"no environment {asked.environment!r}: there are {', '.join(PRACTICE)}, gym:NAME")
        if asked.seed < 0 or (asked.steps is not None and asked.steps < 1):
            raise BadInput(f"--seed {asked.seed} --steps {asked.steps}: wanted at least 0 and at least 1")
        show(asked.environment, asked.gif, asked.seed, asked.steps)
    except (BadInput, Unavailable) as error:
        print(error, file=sys.stderr)
        return 2 if isinstance(error, BadInput) else 1
    return 0


def show(task, gif, seed, steps):
    """Practise, then one episode in which the likeliest action is taken."""
    figures.expect_folder(gif)
    total, copies, lr = PRACTICE.get(task, OWN)
    settings = {"steps": 128, "epochs": 4, "minibatches": 4, "gamma": 0.99, "lam": 0.95, "clip": 0.2}
    cfg = ppo.Config(
        task=task, total=steps or total, copies=copies, lr=lr, entropy=0.01, value=0.5, norm=0.5, **settings
    )
    print(f"practising {cfg.total:,} steps ...")
    with tempfile.TemporaryDirectory() as folder:
        agent, returns = ppo.train(cfg, Job(task, seed, folder))
    if task not in PRACTICE:
        _own_episode(agent, task.removeprefix(acting.OWN), gif, seed)
        return
    states = _episode(agent, task, seed)
    print(f"mean return of the last episodes of practice: {returns.mean():.0f}; this episode: {len(states)} steps")
    if gif:
        figures.save_gif(gif, [figures.drawn(task, s) for s in states[::EVERY]])
        print(gif)
        return
    for k, s in enumerate(states[::EVERY]):
        _print(LETTERS[task](s), k)


def _episode(agent, task, seed):
    """The inner states (steps, n) of one episode."""
    env = vector.Single(acting.TASKS[task]())
    seen, _ = env.reset(seed=seed)
    states, over = [], False
    while not over:
        states.append(env.state())
        seen, _, terminated, truncated, _ = env.step(int(networks.forward(agent.actor.layers, seen[None])[0].argmax()))
        over = terminated or truncated
    return np.array(states)


def _own_episode(agent, name, gif, seed):
    """One episode of Gymnasium's environment of this name, as its own pictures or as numbers."""
    env = foreign.Lone(foreign.by_name(name, "rgb_array" if gif else None))
    seen, _ = env.reset(seed=seed)
    pictures, total, steps, over = [], 0.0, 0, False
    while not over:
        if gif:
            pictures.append(env.render())
        action = int(networks.forward(agent.actor.layers, seen[None])[0].argmax())
        now, reward, terminated, truncated, _ = env.step(action)
        if not gif:
            print(f"step {steps}: {np.array2string(seen, precision=3)}, action {action}, reward {reward:g}")
        seen, total, steps, over = now, total + reward, steps + 1, terminated or truncated
    print(f"this episode: {steps} steps, return {total:g}")
    if gif:
        figures.save_gif(gif, figures.own(pictures))
        print(gif)


def _print(lines, k):
    terminal = sys.stdout.isatty()
    print((f"\x1b[{len(lines)}A" if k and terminal else "") + "\n".join(lines) + ("" if terminal else "\n"))
    if terminal:
        time.sleep(WAIT)


def _paper():
    return [[" "] * SHAPE[1] for _ in range(SHAPE[0])]


def _dot(paper, x, y, sign):
    """A sign at x, y of the unit square, y upward; what is outside is not seen."""
    i, j = round((1 - y) * (SHAPE[0] - 1)), round(x * (SHAPE[1] - 1))
    if 0 <= i < SHAPE[0] and 0 <= j < SHAPE[1]:
        paper[i][j] = sign


def _cart_pole(s):
    paper, x = _paper(), 0.5 + s[0] / 4.8
    for k in np.linspace(0, 1, 24):
        _dot(paper, x + 0.25 * k * np.sin(s[2]), 0.15 + 0.7 * k * np.cos(s[2]), "|")
    for k in np.linspace(-0.05, 0.05, 7):
        _dot(paper, x + k, 0.1, "#")
    return ["".join(line) for line in paper]


def _acrobot(s):
    paper = _paper()
    for x0, y0, angle, sign in ((0, 0, s[0], "o"), (np.sin(s[0]), -np.cos(s[0]), s[0] + s[1], "*")):
        for k in np.linspace(0, 1, 16):
            _dot(paper, 0.5 + (x0 + k * np.sin(angle)) / 8, 0.5 + (y0 - k * np.cos(angle)) / 4.4, sign)
    for k in np.linspace(0, 1, SHAPE[1]):
        _dot(paper, k, 0.5 + 1 / 4.4, "-")
    return ["".join(line) for line in paper]


def _mountain_car(s):
    paper = _paper()
    for place in np.linspace(-1.2, 0.6, SHAPE[1]):
        _dot(paper, (place + 1.2) / 1.8, (np.sin(3 * place) + 1) / 2, ".")
    _dot(paper, (s[0] + 1.2) / 1.8, (np.sin(3 * s[0]) + 1) / 2, "@")
    return ["".join(line) for line in paper]


LETTERS = {"CartPole": _cart_pole, "Acrobot": _acrobot, "MountainCar": _mountain_car}

if __name__ == "__main__":
    sys.exit(main())
