"""See a trained agent, or play against a tree search: `python play.py cliff`, `python play.py connect4 --second`.

python play.py cliff | wind | lake | maze | taxi | race   Q-learning learns it, then walks it in the terminal
python play.py WindyKings | FrozenLake8x8 ...         any finite world of abacus.environments with all actions everywhere
python play.py gym:FrozenLake-v1                      one of Gymnasium's, or your own, with numbered states and actions
python play.py mountain                               tile coding and Sarsa drive the car up the hill
python play.py tictactoe | connect4                   you against Monte-Carlo tree search
--gif FILE    the walk as a moving picture instead (worlds of squares, the car, what Gymnasium draws)
--seed N      another agent; --simulations N  how long the search thinks; --second  you move second
"""

import argparse
import sys
import time

import numpy as np

import pictures
from abacus import environments, settings, streams
from abacus.environments import foreign, grids, spaces, tables
from abacus.errors import BadInput, Unavailable

WORLDS = {  # name: (world, episodes, step size, discount)
    "cliff": (grids.cliff, 500, 0.5, 1.0),
    "wind": (grids.windy, 1000, 0.5, 1.0),
    "lake": (lambda: grids.frozen_lake(slippery=False), 3000, 0.5, 0.95),
    "maze": (grids.maze, 200, 0.5, 0.95),
    "taxi": (tables.taxi, 5000, 0.5, 1.0),
    "race": (tables.racetrack, 30_000, 0.3, 1.0),
}
OTHER = 5000, 0.5, 0.99  # episodes, step size, discount of every other world
OWN, PRACTICE = "gym:", 200_000  # what begins a name of Gymnasium's; steps in which it is learnt
GAMES = {"tictactoe": (3, 3, 3, False), "connect4": (6, 7, 4, True)}  # rows, columns, line, gravity
EPISODES, WAIT = 200, 0.08  # of the car; seconds between two pictures
SIGNS = {0: ".", 1: "X", -1: "O"}


def main(words=None):
    """The command: 0, or 2 after one line where what was asked for makes no sense."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("environment", help=", ".join([*WORLDS, "mountain", *GAMES, *environments.MODELS, "gym:NAME"]))
    parser.add_argument("--gif", metavar="FILE")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--simulations", type=int, default=2000)
    parser.add_argument("--second", action="store_true")
    asked = parser.parse_args(words)
    try:
        _play(asked)
    except (BadInput, Unavailable) as error:
        print(error, file=sys.stderr)
        return 2 if isinstance(error, BadInput) else 1
    return 0


def _play(asked):
    if asked.simulations < 1 or asked.seed < 0:
        raise BadInput(f"--simulations {asked.simulations} --seed {asked.seed}: wanted at least 1 and at least 0")
    pictures.expect_folder(asked.gif)
    rng, name = streams.rng(asked.seed, "play"), asked.environment
    if name in GAMES and asked.gif:
        raise BadInput(f"--gif: {name} is played in the terminal")
    if name in GAMES:
        against_search(*GAMES[name], asked.simulations, asked.second, rng)
    elif name == "mountain":
        up_the_hill(asked.gif, rng)
    elif name.startswith(OWN):
        in_gymnasium(name.removeprefix(OWN), asked.gif, rng)
    elif name in WORLDS:
        through_a_world(*WORLDS[name], asked.gif, rng)
    elif name in environments.MODELS:
        through_a_world(environments.MODELS[name], *OTHER, asked.gif, rng)
    else:
        known = [*WORLDS, "mountain", *GAMES, *environments.MODELS, "gym:NAME"]
        raise BadInput(f"no environment {name!r}: there are {', '.join(known)}{settings.suggestion(name, known)}")


def through_a_world(make, episodes, alpha, gamma, gif, rng):
    """Learns a world by Q-learning and walks it greedily."""
    import control

    model = make()
    world, q = control.arrays(model)
    control.expected_sarsa(*world, q, alpha, 0.1, 0.0, gamma, episodes, rng)
    path, rewards = greedy_walk(model, q, rng)
    grid, squares = _drawn(make, model, path)
    if gif and grid is None:
        raise BadInput("--gif: this world has no squares to draw")
    if gif:
        pictures.save_gif(gif, pictures.frames(grid, grid < 0, squares[-1], squares))
        print(f"{gif}: {len(path) - 1} steps, return {rewards:g}")
        return
    for step, (s, square) in enumerate(zip(path, squares)):
        if make is tables.taxi or grid is None:
            print(f"step {step}: {_taxi(s) if make is tables.taxi else f'state {s}'}")
        else:
            _picture(["".join("@" if t == square else "#" if t < 0 else "." for t in row) for row in grid], step)
    print(f"{len(path) - 1} steps, return {rewards:g}")


def _drawn(make, model, path):
    """(the squares as a grid of numbers, or None; the square of each state of the path)."""
    if make is tables.taxi:
        return np.arange(25).reshape(5, 5), [s // 20 for s in path]
    if make is tables.racetrack:
        track = np.array([list(row) for row in tables.TRACK])
        grid = np.where(track == ".", -1, np.arange(track.size).reshape(track.shape))
        return grid, [s // (model.states // track.size) for s in path]
    return model.grid, path


def _taxi(s):
    square, passenger, goal = s // 20, s // 4 % 5, s % 4
    where = "in the taxi" if passenger == 4 else f"at stop {'RGYB'[passenger]}"
    return f"taxi at {divmod(square, 5)}, passenger {where}, wants to {'RGYB'[goal]}"


def in_gymnasium(name, gif, rng):
    """Learns an environment of Gymnasium's by Q-learning, and shows one greedy episode as its own pictures, or as numbers."""
    practice = foreign.Foreign(name, 1)
    states, actions = practice.observation_space, practice.action_space
    if not (isinstance(states, spaces.Discrete) and isinstance(actions, spaces.Discrete)):
        raise BadInput(f"{name}: observations {states}, actions {actions}: a table wants numbered ones (Discrete)")
    q = np.zeros((states.n, actions.n))
    (s,), _ = practice.reset(seed=int(rng.integers(foreign.SEEDS)))
    for _ in range(PRACTICE):
        a = int(rng.integers(actions.n) if rng.random() < 0.1 else rng.choice(np.flatnonzero(q[s] == q[s].max())))
        (s2,), (r,), (ended,), _, info = practice.step([a])
        q[s, a] += 0.2 * (r + (0 if ended else 0.99 * q[info["final"][0] if "final" in info else s2].max()) - q[s, a])
        s = s2
    env, shown, total, steps, over = (
        foreign.Lone(foreign.by_name(name, "rgb_array" if gif else None)),
        [],
        0.0,
        0,
        False,
    )
    s, _ = env.reset(seed=int(rng.integers(foreign.SEEDS)))
    while not over:
        shown += [env.render()] if gif else []
        a = int(q[s].argmax())
        s2, r, ended, cut, _ = env.step(a)
        if not gif:
            print(f"step {steps}: state {s}, action {a}, reward {r:g}")
        s, total, steps, over = s2, total + r, steps + 1, ended or cut
    if gif and np.ndim(shown[0]) != 3:
        raise BadInput("this environment draws no pictures: leave out --gif")
    if gif:
        pictures.save_gif(gif, np.array(shown, np.uint8))
    print(f"{steps} steps, return {total:g}")


def greedy_walk(model, q, rng, most=200):
    """(states, sum of rewards) of one episode in which the best action is always taken."""
    state = np.array([model.start(rng)])
    path, total, over = [int(state[0])], 0.0, False
    while not over and len(path) <= most:
        rewards, ended = model.advance(state, q[state].argmax(axis=1), [rng])
        path.append(int(state[0]))
        total, over = total + rewards[0], bool(ended[0])
    return path, total


def _picture(lines, step):
    back = f"\x1b[{len(lines)}A" if step and sys.stdout.isatty() else ""
    print(back + "\n".join(lines) + ("" if sys.stdout.isatty() else "\n"))
    if sys.stdout.isatty():
        time.sleep(WAIT)


def up_the_hill(gif, rng):
    """Learns the mountain car and drives it once."""
    import tiles

    w = np.zeros((3, tiles.TILES))
    tiles.sarsa(w, EPISODES, 0.3, 8, rng)
    places, _ = tiles.drive(w, rng)
    if gif:
        pictures.save_gif(gif, np.array([_hill(x) for x in places[::2]]), 40)
        print(f"{gif}: {len(places)} steps")
        return
    for step, x in enumerate(places[::3]):
        _picture(["".join(line) for line in _letters(x)], step)
    print(f"up in {len(places)} steps")


def _letters(x, height=10, width=60):
    lines = [[" "] * width for _ in range(height)]
    for j, place in enumerate(np.linspace(-1.2, 0.6, width)):
        lines[_row(place, height)][j] = "o" if abs(place - x) < 0.9 * 1.8 / width else "."
    return lines


def _row(place, height):
    return round((1 - (np.sin(3 * place) + 1) / 2) * (height - 1))


def _hill(x, height=90, width=180):
    picture = np.full((height, width, 3), 255, np.uint8)
    for j, place in enumerate(np.linspace(-1.2, 0.6, width)):
        picture[_row(place, height - 12) + 10 :, j] = 190, 200, 170
    j, i = int((x + 1.2) / 1.8 * (width - 1)), _row(x, height - 12) + 8
    picture[max(i - 4, 0) : i + 4, max(j - 5, 0) : j + 5] = 209, 73, 91
    return picture


def against_search(rows, columns, line, gravity, simulations, second, rng):
    """A game on the terminal: squares (or columns) are numbered from 1; an empty line or q ends it."""
    import games

    board, options = np.zeros((rows, columns), np.int8), np.empty(max(columns, rows * columns), np.int64)
    human, player = (-1 if second else 1), 1
    while count := games.moves(board, gravity, options):
        _board(board, gravity)
        if player == human:
            move = _asked(set(options[:count].tolist()))
            if move is None:
                return
        else:
            visits, means = games.search(board, player, line, gravity, simulations, 2**0.5, rng)
            move = int(visits.argmax())
            print(f"the search plays {move + 1} and expects {means[move]:+.2f}")
        i, j = games.place(board, move, player, gravity)
        if games.wins(board, i, j, line):
            _board(board, gravity)
            print("you win" if player == human else "the search wins")
            return
        player = -player
    _board(board, gravity)
    print("a draw")


def _board(board, gravity):
    print("\n".join(" ".join(SIGNS[int(x)] for x in row) for row in board))
    if gravity:
        print(" ".join(str(j + 1) for j in range(board.shape[1])))


def _asked(options):
    """The move that is typed; None where it is q or nothing more comes."""
    while True:
        try:
            word = input("your move: ").strip()
        except EOFError:
            return None
        if word in ("", "q"):
            return None
        if word.isdecimal() and int(word) - 1 in options:
            return int(word) - 1
        print(f"{word}: wanted one of {', '.join(str(o + 1) for o in sorted(options))}, or q to end")


if __name__ == "__main__":
    sys.exit(main())
