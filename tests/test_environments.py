"""Environments: Gymnasium's trajectories from the same seed and actions, its interface, and what each refuses."""

import numpy as np
import pytest

from abacus import environments
from abacus.environments import cards, classic, finite, foreign, grids, motion, spaces, tables
from abacus.errors import BadInput

EPS32 = float(np.finfo(np.float32).eps)
THEIRS = {
    "CartPole-v1": "CartPole", "MountainCar-v0": "MountainCar", "Acrobot-v1": "Acrobot", "Pendulum-v1": "Pendulum",
    "FrozenLake-v1": "FrozenLake", "FrozenLake8x8-v1": "FrozenLake8x8", "Taxi-v3": "Taxi", "CliffWalking-v1": "CliffWalking",
    "Blackjack-v1": "Blackjack",
}  # fmt: skip


def _made(gymnasium, name):
    """Whether this version of Gymnasium still makes it."""
    try:
        return bool(gymnasium.make(name))
    except gymnasium.error.Error:
        return False


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", THEIRS)
def test_a_trajectory_is_gymnasium_s(name):
    gymnasium = pytest.importorskip("gymnasium")
    known = [found for found in (name, name[:-1] + str(int(name[-1]) + 1)) if _made(gymnasium, found)]
    theirs, ours, rng = gymnasium.make(known[0]), environments.make(name), np.random.default_rng(0)
    same_float64 = name in ("CartPole-v1", "MountainCar-v0")
    for seed in range(3):
        seen, mine = theirs.reset(seed=seed)[0], ours.reset(seed=seed)[0]
        assert np.array_equal(np.array(seen), np.array(mine))
        over = False
        while not over:
            action = ours.action_space.sample(rng)
            one, two = theirs.step(action), ours.step(action)
            if same_float64 or ours.observation_space.dtype.kind == "i":
                assert np.array_equal(np.array(one[0]), np.array(two[0]))
            else:  # sums in another order: some last digits of float32
                assert np.allclose(one[0], two[0], rtol=0, atol=1e-6)
            assert abs(one[1] - two[1]) <= 1e-6 * abs(one[1]) and one[2:4] == two[2:4]
            over = one[2] or one[3]


def test_copies_are_the_single_ones_with_seeds_that_follow():
    many, rng = environments.make("CartPole", n=3), np.random.default_rng(0)
    singles = [environments.make("CartPole") for _ in range(3)]
    seen, _ = many.reset(seed=5)
    alone = [single.reset(seed=5 + i)[0] for i, single in enumerate(singles)]
    for _ in range(200):
        assert np.array_equal(seen, alone)
        actions = rng.integers(2, size=3)
        seen, _, terminated, _, info = many.step(actions)
        alone = []
        for i, single in enumerate(singles):
            one, _, over, _, _ = single.step(int(actions[i]))
            assert over == terminated[i]
            if over:
                assert np.array_equal(info["final"][i], one)
                one, _ = single.reset()
            alone.append(one)


def test_an_episode_is_cut_at_its_limit_and_says_so():
    env = environments.make("MountainCar", n=2)
    env.reset(seed=0)
    for step in range(1, classic.MountainCar.limit + 1):
        _, rewards, terminated, truncated, _ = env.step([1, 1])
        assert (rewards == -1).all() and not terminated.any() and truncated.all() == (step == 200)


@pytest.mark.parametrize("name", environments.MODELS)
def test_every_finite_world_is_a_table_of_probabilities(name):
    model = environments.model(name)
    assert not model.absorbing[model.beginning > 0].any() and model.allowed[~model.absorbing].any(axis=1).all()
    if model.limit is None and name not in ("Gambler", "CarRental", "BlackjackTable"):
        assert model.allowed[~model.absorbing].all()


def test_a_walk_in_a_table_has_the_table_s_frequencies():
    model, n = environments.model("FrozenLake"), 20_000
    env, rng = environments.Vector(model, n), np.random.default_rng(0)
    env.use(rng)
    env.reset()
    seen, *_ = env.step(np.full(n, 2))
    for s, p in ((0, 1 / 3), (1, 1 / 3), (4, 1 / 3)):
        assert abs((seen == s).mean() - p) < 4 * np.sqrt(p * (1 - p) / n)


def test_the_blackjack_table_is_the_game():
    """The mean return of one policy, from games with cards and from the table, within four standard errors."""
    games, n = environments.make("Blackjack", n=500), 40
    games.use(np.random.default_rng(0))
    seen, _ = games.reset()
    results = []
    for _ in range(n):
        seen, rewards, over, _, _ = games.step((seen[:, 0] < 17).astype(int))
        results += rewards[over].tolist()
    model = cards.blackjack()
    at, actions, v = np.arange(model.states), (np.arange(model.states) // 22 < 17).astype(int), np.zeros(model.states)
    for _ in range(22):
        following = np.where(model.ends[at, actions], 0, v[model.following[at, actions]])
        v = (model.probability[at, actions] * (model.reward[at, actions] + following)).sum(axis=1)
    assert abs(np.mean(results) - model.beginning @ v) < 4 * np.std(results) / np.sqrt(len(results))


def test_the_old_taxi_map_has_one_wall_less():
    assert sum(a != b for a, b in zip("".join(tables.TAXI), "".join(tables.OLD_TAXI))) == 1


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (lambda env: env.step(0), "before reset"),
        (lambda env: (env.reset(seed=0), env.step(2)), "action 2: wanted a whole number 0 to 1"),
        (lambda env: (env.reset(seed=0), env.step(-1)), "action -1"),
        (lambda env: (env.reset(seed=0), env.step(0.5)), "action 0.5"),
        (lambda env: (env.reset(seed=0), env.step([0, 1])), "shape"),
        (lambda env: (env.reset(seed=0), [env.step(1) for _ in range(100)]), "the episode is over"),
    ],
)
def test_a_wrong_step_is_one_line(wrong, said):
    with pytest.raises(BadInput, match=said):
        wrong(environments.make("CartPole"))


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({(0, 0): [(0.5, 1, 0.0, True)]}, "state 0, action 0: probabilities sum to 0.5"),
        ({(0, 0): [(1.5, 1, 0.0, True), (-0.5, 1, 0.0, True)]}, "probability -0.5"),
        ({(0, 0): [(1.0, 7, 0.0, True)]}, "outside 0 to 1"),
        ({(0, 0): [(1.0, 1, float("nan"), True)]}, "not finite"),
    ],
)
def test_a_wrong_table_is_one_line(changed, said):
    with pytest.raises(BadInput, match=said):
        finite.Finite.of(changed, states=2, actions=1, start=[1, 0])


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: environments.make("CartPol"), "CartPole"),
        (lambda: environments.make("CartPole", n=0), "at least one copy"),
        (lambda: grids.frozen_lake(("SF", "F")), "equal length"),
        (lambda: grids.maze(("S..",)), "with S and G"),
        (lambda: tables.gambler(1.5), "heads=1.5"),
        (lambda: spaces.Discrete(0), "n=0"),
        (lambda: spaces.Box([1.0], [0.0]), "low"),
    ],
)
def test_a_wrong_world_is_one_line(make, said):
    with pytest.raises(BadInput, match=said):
        make()


class Broken:
    """A Gymnasium environment of somebody's own, with a fault."""

    def __init__(self, seen, reward=0.0):
        self.seen, self.reward = np.array(seen, np.float32), reward
        self.observation_space, self.action_space = spaces.Box([-1.0, -1.0], [1.0, 1.0]), spaces.Discrete(2)

    def reset(self, seed=None):
        return np.zeros(2, np.float32), {}

    def step(self, action):
        return self.seen, self.reward, False, False, {}


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        (Broken([np.nan, 0]), "observation .nan"),
        (Broken([0, 0, 0]), "shape .3,."),
        (Broken([0, 0], np.inf), "the reward inf"),
    ],
)
def test_a_broken_environment_of_somebody_is_one_line(broken, said):
    env = foreign.Foreign(lambda: broken, 1)
    env.reset(seed=0)
    with pytest.raises(BadInput, match=said):
        env.step([0])


def test_any_gymnasium_environment_plugs_in():
    pytest.importorskip("gymnasium")
    theirs, ours = environments.make("gym:CartPole-v1", n=2), environments.make("CartPole", n=2)
    rng = np.random.default_rng(0)
    assert np.array_equal(theirs.reset(seed=3)[0], ours.reset(seed=3)[0])
    for _ in range(100):
        actions = rng.integers(2, size=2)
        for one, two in zip(theirs.step(actions)[:4], ours.step(actions)[:4]):
            assert np.array_equal(one, two)


def test_spaces_contain_what_they_draw_and_nothing_else():
    rng = np.random.default_rng(0)
    for space in (spaces.Discrete(3), spaces.MultiDiscrete([2, 5]), spaces.Box([-1.0, -np.inf], [1.0, np.inf])):
        assert all(space.contains(space.sample(rng)) for _ in range(50))
        assert not space.contains(np.full(space.shape, 7)) or space.shape == (2,)
    assert not spaces.Box([0.0], [1.0]).contains([np.nan]) and not spaces.Discrete(3).contains(1.0)


def test_no_caller_s_fast_math_is_handed_down_to_the_equations():
    """numba compiles a kernel that does not say `fastmath` with that of whoever calls it first, and keeps it on disk."""
    kernels = [kernel for kernel in vars(motion).values() if hasattr(kernel, "targetoptions")]
    assert kernels and all(kernel.targetoptions["fastmath"] is False for kernel in kernels)
