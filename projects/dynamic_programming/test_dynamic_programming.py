"""Facts of dynamic programming: the methods agree, with a solver of linear programs too; what is refused; broken variants."""

import itertools

import numpy as np
import pytest

import comparison
import horizon
import run
import solving
import stories
import tables
import values
from abacus import environments, papers, verdict
from abacus.environments import grids
from abacus.environments.finite import Finite
from abacus.errors import BadInput
from abacus.running.job import Job

SMALL = "gridworld", "wind", "maze", "gambler"
EPS = np.finfo(float).eps


@pytest.mark.parametrize("world", SMALL)
def test_all_methods_find_the_same_values(world):
    """Each stops where rounding is all that changes: then the values differ by some roundings over 1 − γ."""
    model, gamma = comparison.WORLDS[world](), 0.9
    wanted = solving.policies(model, gamma)[1]
    for method in solving.METHODS.values():
        v, actions, _ = method(model, gamma)
        assert np.abs(v - wanted).max() <= 10 * values.rounding(model, wanted) / (1 - gamma)
        policy = values.deterministic(model, actions)
        assert np.abs(values.evaluate(model, policy, gamma) - wanted).max() <= 10 * values.rounding(model, wanted) / (
            1 - gamma
        )


def test_the_linear_program_says_the_same():
    from scipy.optimize import linprog

    model, gamma, rows, right = grids.gridworld(), 0.9, [], []
    for s in range(model.states):
        for a in range(model.actions):
            row = -np.eye(model.states)[s]
            np.add.at(row, model.following[s, a], gamma * model.probability[s, a])
            rows.append(row)
            right.append(-(model.probability[s, a] * model.reward[s, a]).sum())
    found = linprog(np.ones(model.states), A_ub=rows, b_ub=right, bounds=(None, None))
    assert np.abs(found.x - solving.simplex(model, gamma)[0]).max() < 1e-7  # the solver's own tolerance


@pytest.mark.parametrize("world", ["wind", "maze"])
def test_without_discount_too(world):
    model = comparison.WORLDS[world]()
    v = solving.value_iteration(model, 1.0)[0]
    for method in ("policy iteration", "prioritised sweeping", "simplex", "modified policy iteration"):
        assert np.abs(solving.METHODS[method](model, 1.0)[0] - v).max() <= 10 * values.rounding(model, v)


@pytest.mark.parametrize("method", solving.METHODS)
def test_the_policy_found_without_discount_gets_to_the_end(method):
    """In a maze without costs all steps are equally good but those that bump into a wall for ever."""
    model = grids.maze()
    v, actions, _ = solving.METHODS[method](model, 1.0)
    assert (values.evaluate(model, values.deterministic(model, actions), 1.0) == v).all()


def test_a_policy_s_values_are_the_limit_of_its_sweeps_and_the_mean_of_its_walks():
    model, rng = grids.frozen_lake(), np.random.default_rng(0)
    policy = values.uniform(model)
    v = values.evaluate(model, policy, 1.0)
    swept = np.zeros(model.states)
    for _ in range(500):
        swept = values.sweep(model, policy, swept, 1.0)
    assert np.abs(swept - v).max() <= 10 * values.rounding(model, v)
    env = environments.Vector(model, 2000)
    env.use(rng)
    env.reset()
    won, alive = np.zeros(2000), np.ones(2000, bool)
    for _ in range(99):
        _, rewards, over, _, _ = env.step(rng.integers(4, size=2000))
        won += rewards * alive
        alive &= ~over
    assert abs(won.mean() - v[0]) < 4 * np.sqrt(v[0] * (1 - v[0]) / 2000)


def test_more_steps_are_worth_more_up_to_the_limit():
    model = grids.frozen_lake()
    chances = [horizon.in_steps(model, steps)[0] for steps in (10, 100, 1000)]
    assert chances == sorted(chances)
    assert abs(chances[-1] - 14 / 17) < 1e-3 and chances[-1] <= 14 / 17 + values.rounding(model, np.ones(16))


def test_the_gain_is_the_mean_reward_of_a_long_run():
    model, actions = stories.taxicab(), np.array([1, 1, 1])
    g, _ = horizon.gain(model, actions)
    share = np.linalg.matrix_power(
        np.einsum("sk,skt->st", model.probability[range(3), actions], np.eye(3)[model.following[range(3), actions]]),
        200,
    )[0]
    reward = (model.probability * model.reward).sum(axis=2)[range(3), actions]
    assert abs(g - share @ reward) < 100 * EPS * g


def test_howard_s_last_policy_is_the_best_of_all_eighteen():
    model = stories.taxicab()
    every = [horizon.gain(model, actions)[0] for actions in itertools.product(*map(np.flatnonzero, model.allowed))]
    found = horizon.gains(model, [0, 0, 0])
    assert len(every) == 18 and found[-1][1] == max(every)
    assert [g for _, g, _ in found] == sorted(g for _, g, _ in found)


def test_a_night_and_a_day_at_jack_s():
    """18 and 3 cars, two moved to the second place, then requests and returns: all that may happen, added up."""
    from scipy.stats import poisson

    from abacus.environments import tables as models

    def day(have, requests, returns):
        counts, after = np.arange(60), np.zeros(21)
        asked, back = poisson.pmf(counts, requests), poisson.pmf(counts, returns)
        left = have - np.minimum(counts, have)
        np.add.at(after, np.minimum(left[:, None] + counts, 20), np.outer(asked, back))
        return after, asked @ np.minimum(counts, have)

    (one, sold), (two, bought) = day(16, 3, 3), day(5, 4, 2)
    model, s, a = models.car_rental(), 18 * 21 + 3, 5 + 2
    assert np.abs(model.probability[s, a] - np.outer(one, two).ravel()).max() < 3600 * EPS
    assert abs(model.reward[s, a, 0] - (10 * (sold + bought) - 2 * 2)) < 3600 * EPS * 100


def test_jack_s_values_are_in_dollars_and_moving_costs(tmp_path):
    """Twice the rent and twice the cost: twice the values, to the last bit. Without the cost he has more."""
    jack, twice, free = (
        tables.car_rental(tables.Rental(0.9, rent, moving), Job("a", 0, tmp_path / f"{rent}{moving}"))
        for rent, moving in ((10, 2), (20, 4), (10, 0))
    )
    assert twice == {name: value * (1 if name == "improvements" else 2) for name, value in jack.items()}
    assert free["lowest value"] > jack["lowest value"] and free["highest value"] > jack["highest value"]


def test_the_racing_car_is_fastest_without_noise():
    from abacus.environments import tables as models

    found = []
    for noise in (0.0, 0.1):
        model = models.racetrack(noise=noise)
        v = solving.value_iteration(model, 1.0)[0]
        found.append(model.beginning @ v)
    fastest = 8  # 31 rows up and 7 columns right at 4 squares a step, the first steps slower: no car can do with fewer
    assert found[1] < found[0] <= -fastest


def one_state(reward, ends):
    return Finite.of({(0, 0): [(1.0, 0, reward, ends)]}, states=2, actions=1, start=[1, 0])


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (lambda: solving.value_iteration(grids.gridworld(), 1.0), "no way to an end"),
        (lambda: values.evaluate(grids.gridworld(), values.uniform(grids.gridworld()), 1.0), "no way to an end"),
        (lambda: values.evaluate(one_state(1.0, False), [[1.0], [0.0]], 1.0), "absorbing and has a reward"),
        (lambda: values.evaluate(grids.cliff(), np.full((48, 4), 0.3), 1.0), "policy of state 0 sums to 1.2"),
        (lambda: values.evaluate(grids.cliff(), np.ones((48, 3)) / 3, 1.0), "policy of shape"),
        (lambda: values.evaluate(grids.cliff(), np.full((48, 4), np.nan), 1.0), "wanted probabilities"),
        (lambda: solving.policies(grids.cliff(), 1.5), "gamma=1.5"),
        (lambda: solving.modified_policy_iteration(one_state(1.0, False), 1.0), "absorbing"),
    ],
)
def test_what_has_no_answer_is_one_line(wrong, said):
    with pytest.raises(BadInput, match=said):
        wrong()


def two_ways(stay, end):
    """One state: to stay in it, or to end, each with its reward."""
    return Finite.of(
        {(0, 0): [(1.0, 0, stay, False)], (0, 1): [(1.0, 1, end, True)]}, states=2, actions=2, start=[1, 0]
    )


@pytest.mark.parametrize("method", solving.METHODS)
def test_without_discount_every_method_refuses_what_has_no_best_way_to_an_end(method):
    solve = solving.METHODS[method]
    with pytest.raises(BadInput, match=r"do not settle|absorbing and has a reward"):
        solve(two_ways(1.0, 0.0), 1.0)  # infinite
    with pytest.raises(BadInput, match="best never to end"):
        solve(two_ways(0.0, -1.0), 1.0)
    assert solve(two_ways(-1.0, 1.0), 1.0)[0].tolist() == [1, 0]


def test_values_that_need_too_many_sweeps_are_refused_soon():
    for method in (solving.value_iteration, solving.modified_policy_iteration, solving.prioritised_sweeping):
        with pytest.raises(BadInput, match="more than 1000000 sweeps"):
            method(two_ways(1.0, 0.0), 0.999999)
    for method in (solving.policy_iteration, solving.simplex):
        assert abs(method(two_ways(1.0, 0.0), 0.999999)[0][0] * (1 - 0.999999) - 1) < 10 * EPS / (1 - 0.999999)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (lambda: horizon.gain(stories.taxicab(), [0, 2, 0]), "action 2 is not allowed in state 1"),
        (lambda: horizon.gain(stories.taxicab(), [0, 0]), "wanted 3 whole numbers"),
        (lambda: horizon.gain(stories.taxicab(), [0, 0.5, 0]), "wanted 3 whole numbers"),
        (lambda: horizon.gain(grids.frozen_lake(), np.zeros(16, int)), "may end"),
        (lambda: horizon.in_steps(grids.frozen_lake(), -1), "steps=-1"),
        (lambda: horizon.in_steps(grids.frozen_lake(), 5, 2), "gamma=2"),
        (lambda: solving.policies(grids.gridworld(), 0.9, np.full(25, -1)), "action -1 is not allowed in state 0"),
        (lambda: solving.value_iteration(grids.gridworld(), "0.9"), "gamma=0.9"),
        (lambda: values.evaluate(grids.gridworld(), "up", 0.9), "wanted numbers"),
        (lambda: solving.modified_policy_iteration(grids.gridworld(), 0.9, 0), "sweeps=0"),
        (lambda: tables.small_grid(tables.Sweeps([3, 1]), None), "ascend"),
        (lambda: comparison.methods(comparison.Comparison([], 0.9), None), "at least one"),
    ],
)
def test_what_was_once_taken_in_silence_is_refused(wrong, said):
    with pytest.raises(BadInput, match=said):
        wrong()


def test_an_end_with_a_reward_is_fine():
    assert values.evaluate(one_state(5.0, True), [[1.0], [0.0]], 1.0).tolist() == [5, 0]


def test_the_example_of_the_lesson():
    """Two states: v(A) = 0.9 v(B), v(B) = 1 + 0.9 (v(A)/2)."""
    outcomes = {(0, 0): [(1.0, 1, 0.0, False)], (1, 0): [(0.5, 0, 1.0, False), (0.5, 2, 1.0, True)]}
    model = Finite.of(outcomes, states=3, actions=1, start=[1, 0, 0])
    v = values.evaluate(model, values.uniform(model), 0.9)
    assert np.abs(v[:2] - [0.9 / 0.595, 1 / 0.595]).max() < 10 * EPS


@pytest.mark.parametrize(
    ("name", "study", "cfg", "broken"),
    [
        ("sutton2018/fig32", tables.random_policy, tables.Discount(0.9), tables.Discount(0.8)),
        ("sutton2018/fig35", tables.best_policy, tables.Discount(0.9), tables.Discount(0.95)),
        ("sutton2018/gambler", tables.gambler, tables.Coin(0.4), tables.Coin(0.45)),
        ("gymnasium/lake", tables.lake, tables.Steps("4x4", 100), tables.Steps("4x4", 50)),
        ("sutton2018/fig53", tables.blackjack_value, tables.Stick(20), tables.Stick(19)),
    ],
)
def test_a_broken_variant_is_not_reproduced(name, study, cfg, broken, tmp_path):
    table = papers.table(name)
    for settings, wanted in ((cfg, True), (broken, False)):
        found = study(settings, Job("a", 0, tmp_path / str(wanted)))
        first = next(iter(table.rows))
        found = found.get(first, found) if isinstance(next(iter(found.values())), dict) else found
        words = {word for word in verdict.of(table, first, found).values() if word}
        assert (words == {"reproduced"}) == wanted


def test_the_other_map_of_the_taxi_is_told_from_the_old_one():
    found, table = tables.taxi(tables.Nothing(), None), papers.table("gymnasium/taxi")
    assert verdict.of(table, "Taxi-v2", found["Taxi-v2"])["return"] == "reproduced"
    assert verdict.of(table, "Taxi-v2", found["Taxi-v3"])["return"] == "not reproduced"


def test_one_sweep_more_is_told_from_the_print():
    table = papers.table("sutton2018/fig41")
    good, more = tables.small_grid(tables.Sweeps([2]), None), tables.small_grid(tables.Sweeps([3]), None)
    row, other = "k = 2, row 2", "k = 3, row 2"
    assert set(verdict.of(table, row, good[row]).values()) == {"reproduced"}
    assert "not reproduced" in verdict.of(table, row, more[other]).values()


@pytest.mark.parametrize("world", run.WORLDS)
def test_every_world_of_the_bare_run_is_drawn(world, tmp_path):
    found = run.look(run.Config(world, 0.9), Job("a", 0, tmp_path))
    assert found["at best"] >= found["by chance"] and (tmp_path / "figures" / "world.png").exists()
