"""Facts of reinforcement learning: learners against exact values, traces against their theory, games against all moves."""

import contextlib

import numpy as np
import pytest

import control
import games
import linear
import pictures
import play
import prediction
import run
import tiles
import walks
import worlds
from abacus import papers, verdict
from abacus.environments import grids, tables
from abacus.environments.finite import Finite
from abacus.errors import BadInput
from abacus.running.job import Job

EPS = np.finfo(float).eps


def rng(seed=0):
    return np.random.default_rng(seed)


def held(name, pairs):
    """Verdicts of a table's claims, given {row: [values of each seed]}."""
    results = {
        row: verdict.Result(dict(enumerate(seeds)), deterministic=False, asked=tuple(range(len(seeds))))
        for row, seeds in pairs.items()
    }
    return {
        (cell.row, cell.column): cell.verdict
        for cell in verdict.judge(papers.table(name), results)
        if " better than " in cell.row
    }


@pytest.mark.parametrize("method", worlds.METHODS)
def test_every_learner_finds_the_way_through_the_maze(method):
    """The greedy way has the 14 steps of the shortest; Sarsa's, which reckons with random moves, may be longer."""
    model = grids.maze()
    world, q = control.arrays(model)
    worlds.learn(method, world, q, 0.2, 0.1, 0.95, 3000, rng())
    path, reward = play.greedy_walk(model, q, rng())
    assert reward == 1 and (len(path) - 1 == 14 or (method == "Sarsa" and len(path) - 1 > 14))


def test_q_learning_s_values_are_the_exact_ones():
    """On the cliff, where nothing is random, with α = 1 and all actions tried: −(steps that are left)."""
    model = grids.cliff()
    world, q = control.arrays(model)
    control.expected_sarsa(*world, q, 1.0, 0.5, 0.0, 1.0, 3000, rng())
    assert q[36].max() == -13 and q[24].max() == -12 and q[35, 2] == -1


def test_the_target_of_expected_sarsa_is_the_mean_of_its_policy():
    """Two states in a row, α = 1: q(0, a) = 2 + γ ((1 − ε) max q(1) + ε mean q(1)), by the q(1) of before."""
    outcomes = {(s, a): [(1.0, s + 1, 2.0 + s, s == 1)] for s in range(2) for a in range(3)}
    world, q = control.arrays(Finite.of(outcomes, states=3, actions=3, start=[1, 0, 0]))
    q[1] = 1.0, 5.0, 3.0
    control.expected_sarsa(*world, q, 1.0, 0.0, 0.3, 0.9, 1, rng())
    assert abs(q[0].max() - (2 + 0.9 * (0.7 * 5 + 0.3 * 3))) < 10 * EPS
    assert q[1].max() == 3.0  # the best action of state 1 was taken and pays 3


def test_monte_carlo_control_finds_the_shortest_ways_and_off_policy_their_values_too():
    """On the small gridworld: −(steps left), but for the first episodes; on-policy, random moves are in the values."""
    world, q = control.arrays(grids.small_gridworld())
    steps, errors = np.array([min(s // 4 + s % 4, 6 - s // 4 - s % 4) for s in range(1, 15)]), []
    for off_policy in (False, True):
        learnt = q - 50
        control.monte_carlo(*world, learnt, 0.3, 1.0, 20_000, off_policy, rng())
        assert (control.greedy_returns(*world, learnt, 200, 50, rng()) >= -3).all()
        errors.append(np.abs(learnt[1:15].max(axis=1) + steps).mean())
    assert errors[1] < errors[0] / 2


def test_an_off_policy_return_is_weighed_by_what_the_greedy_policy_would_have_done():
    """One state, then a second: 0 goes on or ends with 0; in the second 0 pays 1 and 1 pays 3. The greedy policy's value is 3."""
    outcomes = {(0, 0): [(1.0, 1, 0.0, False)], (0, 1): [(1.0, 2, 0.0, True)]}
    outcomes |= {(1, 0): [(1.0, 2, 1.0, True)], (1, 1): [(1.0, 2, 3.0, True)]}
    world, on = control.arrays(Finite.of(outcomes, states=3, actions=2, start=[1, 0, 0]))
    off = on.copy()
    for q, off_policy in ((on, False), (off, True)):
        control.monte_carlo(*world, q, 0.5, 1.0, 5000, off_policy, rng())
    share = 0.25  # of the worse action, under ε = 1/2
    assert off[1].max() == 3 and abs(off[0, 0] - 3) < 0.05  # but for the first games, in which 1 looked better
    assert abs(on[0, 0] - (3 * (1 - share) + share)) < 4 * np.sqrt(share * (1 - share)) * 2 / np.sqrt(5000 / 2)


def test_dyna_needs_fewer_steps_the_more_it_plans(tmp_path):
    found = {}
    for n in (0, 20):
        cfg = worlds.Maze(runs=5, episodes=10, planning=n, alpha=0.1, epsilon=0.1, gamma=0.95)
        found[n] = worlds.maze(cfg, Job("a", 0, tmp_path / str(n)))["from 2 on"]
    assert found[20] < found[0]


def test_a_trace_of_lambda_0_is_one_step_and_n_of_1_too():
    true = np.linspace(-1, 1, 7)
    true[[0, -1]] = 0
    one = prediction.n_step(3, 5, true, -1.0, 1.0, 0.0, 1, 0.2, rng())
    for kind in range(3):
        many = prediction.traces(3, 5, true, -1.0, 1.0, 0.0, 0.0, 0.2, kind, rng())
        assert np.abs(one - many).max() < 1000 * EPS


def online_lambda_return(episodes, states, lam, alpha):
    """The online λ-return algorithm by its definition: at each time all updates of the episode anew, from the first on."""
    v = np.zeros(states + 2)
    for path in episodes:
        begin = v.copy()
        values = [begin]  # w_h: the weights after horizon h
        for h in range(1, len(path)):
            w = begin.copy()
            for t in range(h):
                g, last = 0.0, 0.0
                for n in range(1, h - t):
                    g += (1 - lam) * lam ** (n - 1) * return_of(path, t, t + n, values)
                last = return_of(path, t, h, values)
                g += lam ** (h - t - 1) * last
                w[path[t]] += alpha * (g - w[path[t]])
            values.append(w)
        v = values[-1]
        v[[0, -1]] = 0
    return v


def return_of(path, t, until, values):
    """Rewards from time t to `until` (only the last step of the walk has one) and the value there by the weights of before."""
    reward = {path[-1]: 1.0 if path[-1] else -1.0}.get(path[until], 0.0) if until == len(path) - 1 else 0.0
    return reward + (0.0 if until == len(path) - 1 else values[until - 1][path[until]])


def test_true_online_td_is_the_online_lambda_return_algorithm():
    states, lam, alpha, seed = 5, 0.8, 0.3, 3
    true = np.zeros(states + 2)
    source, paths = rng(seed), []
    for _ in range(3):
        path = np.empty(10_000, np.int64)
        paths.append(path[: prediction._walk(path, states, source)].tolist())
    v = online_lambda_return(paths, states, lam, alpha)
    errors = prediction.traces(1, 3, true, -1.0, 1.0, 0.0, lam, alpha, 2, rng(seed))
    assert abs(errors[-1] - np.sqrt((v[1:-1] ** 2).mean())) < 1e4 * EPS


def test_lstd_and_the_mean_step_of_td_have_the_same_fixed_point():
    """On a random walk with random features; LSTD from the transitions themselves, each as often as it is."""
    n, d, gamma = 5, 3, 0.9
    chain = np.zeros((n, n))
    for s in range(n):
        for s2 in (s - 1, s + 1):
            if 0 <= s2 < n:
                chain[s, s2] = 0.5
    reward, x = np.array([0, 0, 0, 0, 0.5]), rng().standard_normal((n, d))
    w = linear.fixed_point(x, chain, reward, np.full(n, 1 / n), gamma)
    learner = linear.LSTD(d, gamma, 1e-9)
    for _ in range(200):
        for s in range(n):
            for s2 in (s - 1, s + 1):
                learner.add(x[s], float(s2 == n), x[s2] if 0 <= s2 < n else None)
    assert np.abs(learner.w - w).max() < 1e-9 * 1e3  # the start of A, 1e-9, against a thousand steps
    assert np.abs(x.T @ (reward + gamma * chain @ x @ w - x @ w)).max() < 1000 * EPS


def test_groups_that_are_single_states_have_the_true_values_and_large_ones_td_s_bias(tmp_path):
    single = walks.groups(walks.Groups(9, 3, 9, 30, 1e-6), Job("a", 0, tmp_path / "one"))
    assert single["TD, in the limit"]["error"] < 1000 * EPS
    many = walks.groups(walks.Groups(100, 10, 5, 300, 1e-6), Job("b", 0, tmp_path / "two"))
    assert many["Monte Carlo"]["error"] < many["TD, in the limit"]["error"]
    assert abs(many["LSTD"]["error"] - many["TD, in the limit"]["error"]) < many["TD, in the limit"]["error"] / 2


def test_more_groups_than_states_are_refused(tmp_path):
    with pytest.raises(BadInput, match="groups=11: wanted at most as many as states, 10"):
        walks.groups(walks.Groups(10, 3, 11, 30, 1e-6), Job("a", 0, tmp_path))


def test_a_row_whose_seeds_have_all_diverged_leaves_the_figure_empty(tmp_path):
    from matplotlib.figure import Figure

    drawn = Figure()
    pictures.lines("x", "y", "x", log=True)([{"row": "a", "log": []}], lambda name: contextlib.nullcontext(drawn))
    assert not drawn.axes[0].lines


def test_a_chain_from_a_table_loses_what_ends():
    chain, reward = linear.chain(tables.random_walk(3, -1.0, 1.0))
    assert chain[1:4].sum(axis=1).tolist() == [0.5, 1, 0.5] and reward[1:4].tolist() == [-0.5, 0, 0.5]
    assert np.allclose(np.linalg.solve(np.eye(5) - chain, reward)[1:4], [-0.5, 0, 0.5], rtol=0, atol=10 * EPS)


def test_td_runs_away_on_the_star_and_tdc_does_not():
    td, tdc = (linear.star_errors(m, 1000, 0.01 if m == "TD" else 0.005, 0.05, 0.99) for m in ("TD", "TDC"))
    assert td[-1] > 10 * td[0] and tdc[-1] < tdc[0]


def test_the_tiles_of_a_place_are_one_of_each_tiling_and_change_with_the_place():
    one, two = np.empty(8, np.int64), np.empty(8, np.int64)
    for x in np.linspace(-1.2, 0.5, 40):
        tiles.tiles(x, 0.01, one)
        assert (one // (tiles.SIDE**2) == np.arange(8)).all()
        tiles.tiles(x + 0.21, 0.01, two)  # a tile is 1.7 / 8 wide: all but one tiling must change
        assert (one == two).sum() <= 1 or x + 0.21 > 0.5


def test_the_car_learns():
    w = np.zeros((3, tiles.TILES))
    steps = tiles.sarsa(w, 100, 0.3, 8, rng())
    assert steps[-10:].mean() < 200 < steps[0]


def test_importance_sampling_is_right_on_the_mean_and_the_policy_s_own_games_too():
    game, start, stick = walks._blackjack(20)
    target = walks._exact(stick, start)
    mean, sd = prediction.on_policy(*game, start, stick, 200_000, rng())
    assert abs(mean - target) < 4 * sd / np.sqrt(200_000)
    errors = prediction.off_policy(*game, start, stick, 20, 2000, target, rng())
    assert errors[0, -1] < errors[0, 9] and errors[1, -1] < errors[1, 9]


def test_a_line_is_seen_in_every_direction():
    for squares in (
        [(0, 0), (0, 1), (0, 2)],
        [(0, 1), (1, 1), (2, 1)],
        [(0, 0), (1, 1), (2, 2)],
        [(0, 2), (1, 1), (2, 0)],
    ):
        board = np.zeros((3, 3), np.int8)
        for i, j in squares:
            board[i, j] = -1
        assert all(games.wins(board, i, j, 3) for i, j in squares) and not games.wins(board, *squares[0], 4)


def test_a_stone_falls():
    board = np.zeros((6, 7), np.int8)
    assert games.place(board, 3, 1, True) == (5, 3) and games.place(board, 3, -1, True) == (4, 3)


def test_the_search_wins_at_once_and_stops_who_would():
    board = np.zeros((6, 7), np.int8)
    board[5, :3] = 1
    for player in (1, -1):  # column 3 wins for 1, and is the only answer of -1
        visits, _ = games.search(board, player, 4, True, 3000, 2**0.5, rng())
        assert visits.argmax() == 3


def test_the_search_never_loses_tic_tac_toe_to_random_moves():
    options, source = np.empty(9, np.int64), rng()
    for game in range(10):
        board, player, winner = np.zeros((3, 3), np.int8), 1, 0
        mine = 1 if game % 2 else -1
        while not winner and (n := games.moves(board, False, options)):
            if player == mine:
                move = int(games.search(board, player, 3, False, 3000, 2**0.5, source)[0].argmax())
            else:
                move = int(options[source.integers(n)])
            square = games.place(board, move, player, False)
            winner = player if games.wins(board, *square, 3) else 0
            player = -player
        assert winner != -mine


def test_all_games_of_a_smaller_board():
    """On 2 x 2 with 2 in a row the first player wins with his second stone, whatever happens: 4 · 3 · 2 games."""
    found = worlds.count(worlds.Count(2, 2), None)
    assert found["games"] == found["first wins"] == 24 and found["value"] == 1
    broken = {**found, "value": 0}
    table = papers.table("tictactoe/games")
    assert verdict.of(table, "3 x 3", broken)["games"] == "not reproduced"


def test_the_claim_of_the_cliff_holds_and_fails_with_the_methods_exchanged(tmp_path):
    found = {}
    for method in ("Sarsa", "Q-learning"):
        cfg = worlds.Cliff(method=method, runs=10, episodes=300, alphas=[0.5], epsilon=0.1)
        found[method] = [worlds.cliff(cfg, Job(method, seed, tmp_path / f"{method}{seed}")) for seed in range(4)]
    exchanged = dict(zip(found, reversed(found.values())))
    claim = "Sarsa better than Q-learning", "last 100"
    assert held("sutton2018/ex66", found)[claim] == "holds" and held("sutton2018/ex66", exchanged)[claim] == "fails"


def test_two_tables_that_are_one_do_not_cure_the_bias(tmp_path):
    def shares(tables):
        cfg = worlds.Bias(runs=1000, episodes=100, actions=10, alpha=0.1, epsilon=0.1, tables=tables)
        return [worlds.bias(cfg, Job("a", seed, tmp_path / f"{tables}{seed}")) for seed in range(4)]

    claim = "double Q-learning better than Q-learning", "highest"
    single = shares(1)
    assert held("sutton2018/fig65", {"Q-learning": single, "double Q-learning": shares(2)})[claim] == "holds"
    assert held("sutton2018/fig65", {"Q-learning": single, "double Q-learning": single})[claim] != "holds"


def test_a_world_that_never_ends_is_refused():
    with pytest.raises(BadInput, match="from state 0 no way leads to an end"):
        control.arrays(grids.gridworld())


def test_a_world_in_which_not_all_actions_are_allowed_is_refused():
    with pytest.raises(BadInput, match="does not allow all actions"):
        control.arrays(tables.gambler())


WRONG = {
    "chess": "no environment 'chess'", "cliff --seed -1": "at least 0", "connect4 --simulations 0": "at least 1",
    "cliff --gif no_folder/a.gif": "there is no folder", "RandomWalk --gif a.gif": "no squares to draw",
    "tictactoe --gif a.gif": "in the terminal", "Gridworld": "no way leads to an end",
}  # fmt: skip


@pytest.mark.parametrize("words", WRONG)
def test_a_wrong_wish_to_play_is_one_line(words, capsys):
    assert play.main(words.split()) == 2 and WRONG[words] in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "said"), [("FrozenLake-v1", "return"), ("CartPole-v1", "Discrete"), ("A-v0", "no environment")]
)
def test_a_table_is_learnt_of_an_environment_of_gymnasium_s(name, said, monkeypatch, capsys):
    pytest.importorskip("gymnasium")
    monkeypatch.setattr(play, "PRACTICE", 2000)
    status = play.main([f"gym:{name}"])
    seen = capsys.readouterr()
    assert said in (seen.err if status else seen.out) and status == (0 if said == "return" else 2)


@pytest.mark.parametrize("name", ["cliff", "taxi", "race", "mountain"])
def test_an_agent_is_shown(name, tmp_path, capsys, monkeypatch):
    monkeypatch.setitem(play.WORLDS, "race", (tables.racetrack, 300, 0.3, 1.0))
    if name != "race":  # seconds
        assert play.main([name]) == 0 and "steps" in capsys.readouterr().out
    assert play.main([name, "--gif", str(tmp_path / "a.gif")]) == 0
    assert (tmp_path / "a.gif").read_bytes()[:3] == b"GIF"


def test_a_human_plays_and_wrong_moves_are_asked_again(monkeypatch, capsys):
    typed = iter(["0", "x", "1", "q"])
    monkeypatch.setattr("builtins.input", lambda _: next(typed))
    assert play.main(["tictactoe", "--simulations", "50"]) == 0
    said = capsys.readouterr().out
    assert said.count("wanted one of") == 2 and "the search plays" in said


def test_the_bare_run_in_small(tmp_path):
    found = run.look(run.Config(episodes=200, runs=3, alpha=0.5, epsilon=0.1), Job("a", 0, tmp_path))
    assert found["Q-learning"]["greedy"] == -13
    assert (tmp_path / "figures" / "cliff.png").exists() and (tmp_path / "figures" / "cliff.gif").read_bytes()[
        :3
    ] == b"GIF"
