"""Facts of bandits: known arms, means, symmetry of the gradient, and that a method that does not learn is found out."""

import numpy as np
import pytest

import pulls
import run
import testbed
from abacus import papers, verdict
from abacus.errors import BadInput
from abacus.running.job import Job

RUNS = 1000


def rng():
    return np.random.default_rng(0)


def largest(x, rng):
    """The place of the largest, one of equals by chance: the k-th of them takes the place with probability 1/k."""
    place, equal = 0, 1
    for i in range(1, len(x)):
        equal = 1 if x[i] > x[place] else equal + (x[i] == x[place])
        if x[i] > x[place] or (x[i] == x[place] and rng.random() * equal < 1):
            place = i
    return place


def by_values(t, found, rng, epsilon, confidence, initial, alpha):
    """Equations 2 to 4 as they stand, of the pulls `found` [(arm, reward)] so far; α = 0: the mean of all rewards."""
    if epsilon and rng.random() < epsilon:
        return int(rng.random() * 4)
    q = np.full(4, initial)
    n = np.array([sum(arm == i for arm, _ in found) for i in range(4)])
    for i in range(4):
        mine = [reward for arm, reward in found if arm == i]
        if mine and not alpha:
            q[i] = np.mean(mine)
        for reward in mine if alpha else ():
            q[i] = (1 - alpha) * q[i] + alpha * reward
    with np.errstate(divide="ignore", invalid="ignore"):
        bound = np.where(n > 0, q + confidence * np.sqrt(np.log(t) / n), np.inf)
    return largest(bound if confidence else q, rng)


def by_preferences(t, found, rng, alpha, baseline):
    """Equations 5 and 6 of the pulls so far, each with the mean of the rewards up to its own."""
    h = np.zeros(4)
    for k, (arm, reward) in enumerate(found):
        mean = np.mean([r for _, r in found[: k + 1]])
        h += alpha * (reward - baseline * mean) * (np.eye(4)[arm] - np.exp(h) / np.exp(h).sum())
    return int((np.cumsum(np.exp(h)) / np.exp(h).sum() > rng.random()).argmax())


def by_belief(t, found, rng, prior):
    """Equation 7: a draw for each arm from the posterior of its mean."""
    draws = rng.standard_normal(4)
    for i in range(4):
        mine = [reward for arm, reward in found if arm == i]
        draws[i] = sum(mine) / (len(mine) + prior**-2) + draws[i] / np.sqrt(len(mine) + prior**-2)
    return draws.argmax()


@pytest.mark.parametrize(
    ("method", "plain", "settings"),
    [
        (pulls.action_values, by_values, (0.3, 0.0, 0.0, 0.0)),
        (pulls.action_values, by_values, (0.1, 0.0, 0.5, 0.2)),
        (pulls.action_values, by_values, (0.0, 2.0, 0.0, 0.0)),
        (pulls.action_values, by_values, (0.0, 0.0, 5.0, 0.1)),
        (pulls.gradient, by_preferences, (0.3, 1.0)),
        (pulls.gradient, by_preferences, (0.3, 0.0)),
        (pulls.thompson, by_belief, (0.5,)),
    ],
)
def test_the_compiled_pulls_are_those_of_the_formulas(method, plain, settings):
    """The same draws in the same order, each choice from all pulls before it."""
    runs, steps, draws = 5, 60, rng()
    rewards, best = np.zeros(steps), np.zeros(steps)
    for _ in range(runs):
        means, found = 1 + draws.standard_normal(4), []
        for t in range(steps):
            arm = plain(t + 1, found, draws, *settings)
            found.append((arm, means[arm] + draws.standard_normal()))
            rewards[t] += found[-1][1] / runs
            best[t] += (arm == means.argmax()) / runs
    ours = method(runs, steps, 4, 1.0, *settings, rng())
    assert np.abs(ours[0] - rewards).max() < runs * steps * np.finfo(float).eps
    assert np.abs(ours[1] - best).max() < runs * np.finfo(float).eps


def test_a_random_player_earns_the_mean_and_finds_the_best_arm_by_chance():
    rewards, best = pulls.action_values(RUNS, 100, 10, 2.0, 1.0, 0.0, 0.0, 0.0, rng())
    pulled = RUNS * 100
    assert abs(best.mean() - 0.1) < 4 * np.sqrt(0.09 / pulled)
    assert abs(rewards.mean() - 2.0) < 4 * np.sqrt(1 / RUNS / 10 + 1 / pulled)  # the arms' means, and the noise


def test_one_arm_is_always_the_best():
    for method, settings in (
        (pulls.action_values, (0.1, 0.0, 0.0, 0.0)),
        (pulls.gradient, (0.1, 1.0)),
        (pulls.thompson, (1.0,)),
    ):
        assert (method(10, 20, 1, 0.0, *settings, rng())[1] == 1).all()


def test_every_arm_is_tried_first_by_ucb_and_by_optimists():
    """In the first ten pulls each arm once: the mean share of best pulls is exactly one of ten."""
    for settings in ((0.0, 2.0, 0.0, 0.0), (0.0, 0.0, 100.0, 0.1)):
        _, best = pulls.action_values(RUNS, 20, 10, 0.0, *settings, rng())
        assert abs(best[:10].sum() - 1) < 10 * np.finfo(float).eps


def test_sample_averages_are_means():
    """Two arms far apart: after the first try the better one is kept, and its rewards have its mean."""
    rewards, best = pulls.action_values(RUNS, 50, 2, 0.0, 0.0, 0.0, 50.0, 0.0, rng())
    assert best[2:].mean() > 0.7 and rewards[2:].mean() > 1 / np.sqrt(np.pi) - 4 * np.sqrt(
        2 / RUNS
    )  # E max of two is 1/√π


def test_the_value_of_the_best_arm():
    for arms, wanted in ((1, 0.0), (2, 1 / np.sqrt(np.pi)), (3, 1.5 / np.sqrt(np.pi))):
        found = testbed.best(testbed.Best(arms), None)["best reward"]
        assert abs(found - wanted) < 2001 * np.finfo(float).eps
    found = testbed.best(testbed.Best(9), None)
    assert verdict.of(papers.table("sutton2018/best_arm"), "ten arms", found)["best reward"] == "not reproduced"


def held(table, pairs):
    """Verdicts of a table's claims, given {row: [values of each seed]}."""
    results = {
        row: verdict.Result(dict(enumerate(seeds)), deterministic=False, asked=tuple(range(len(seeds))))
        for row, seeds in pairs.items()
    }
    return {cell.row: cell.verdict for cell in verdict.judge(table, results) if " better than " in cell.row}


def of_values(folder, seed, **changed):
    settings = {
        "runs": 500,
        "steps": 500,
        "arms": 10,
        "centre": 0,
        "epsilon": 0.1,
        "confidence": 0,
        "initial": 0,
        "alpha": 0,
    }
    return testbed.values(testbed.Values(**settings | changed), Job("a", seed, folder / f"{changed}{seed}"))


def test_the_claim_of_figure_2_2_holds_and_fails_for_a_player_that_is_always_random(tmp_path):
    table = papers.table("sutton2018/fig22")
    rows = {"greedy": 0.0, "ε = 0.01": 0.01, "ε = 0.1": 0.1}
    good = {row: [of_values(tmp_path, seed, epsilon=e) for seed in range(4)] for row, e in rows.items()}
    broken = good | {"ε = 0.1": [of_values(tmp_path, seed, epsilon=1.0) for seed in range(4)]}
    claim = "ε = 0.1 better than greedy"
    assert held(table, good)[claim] == "holds" and held(table, broken)[claim] == "fails"


def test_a_baseline_of_the_wrong_sign_is_found_out(tmp_path):
    table, seeds = papers.table("sutton2018/fig25"), range(4)

    def learnt(baseline, alpha, seed):
        cfg = testbed.Gradient(runs=300, steps=500, arms=10, centre=4, alpha=alpha, baseline=baseline)
        return testbed.gradient(cfg, Job("a", seed, tmp_path / f"{baseline}{alpha}{seed}"))

    kinds = {"with baseline": 1, "without": 0}
    rows = {f"α = {alpha}, {kind}": (baseline, alpha) for kind, baseline in kinds.items() for alpha in (0.1, 0.4)}
    good = {row: [learnt(*settings, seed) for seed in seeds] for row, settings in rows.items()}
    swapped = {
        row: good[row.replace("with baseline", "x").replace("without", "with baseline").replace("x", "without")]
        for row in good
    }
    assert set(held(table, good).values()) == {"holds"} and set(held(table, swapped).values()) == {"fails"}


def test_with_a_baseline_it_does_not_matter_where_the_rewards_lie():
    """The same draws at 0 and at 1024: the same arms. The mean includes the reward itself, so the first pull teaches nothing."""
    here, there = (pulls.gradient(200, 100, 10, centre, 0.4, 1.0, rng()) for centre in (0.0, 1024.0))
    assert (here[1] == there[1]).all()
    assert np.abs(there[0] - here[0] - 1024).max() < 1024 * 200 * np.finfo(float).eps
    without = (pulls.gradient(200, 100, 10, centre, 0.4, 0.0, rng())[1] for centre in (0.0, 1024.0))
    assert np.subtract(*without).any()


def test_preferences_that_overflow_are_refused(tmp_path):
    cfg = testbed.Gradient(runs=2, steps=100, arms=2, centre=0, alpha=1e308, baseline=0)
    with pytest.raises(BadInput, match="overflow"):
        testbed.gradient(cfg, Job("a", 0, tmp_path))


def test_the_bare_run_in_small(tmp_path, capsys):
    cfg = run.Config(runs=50, steps=100, arms=5, epsilon=0.1, optimism=5.0, confidence=2.0, alpha=0.1)
    found = run.look(cfg, Job("a", 0, tmp_path))
    assert len(found) == 5 and all(0 <= one["best arm"] <= 100 for one in found.values())
    assert "best arm" in capsys.readouterr().out and (tmp_path / "figures" / "look.png").exists()


@pytest.mark.parametrize("setting", ["epsilon=2", "runs=0", "arms=1", "confidence=-1"])
def test_a_wrong_setting_is_refused(setting):
    from abacus import settings

    name, value = setting.split("=")
    values = dict(runs=1, steps=100, arms=2, centre=0.0, epsilon=0.0, confidence=0.0, initial=0.0, alpha=0.0)
    with pytest.raises(BadInput, match=name):
        settings.check(testbed.Values(**values | {name: float(value) if "." in value else int(value)}))
