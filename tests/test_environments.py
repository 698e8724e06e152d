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
    for seed in range(300 if name == "Blackjack-v1" else 3):
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


@pytest.mark.parametrize("seed", [1270, 1677, 1717])
def test_a_natural_wins_against_a_slower_21_as_in_gymnasium(seed):
    """One game in some five hundred: an ace and a ten, against three or more cards that sum to 21 (its seeds were looked for)."""
    gymnasium = pytest.importorskip("gymnasium")
    theirs, ours = gymnasium.make("Blackjack-v1"), environments.make("Blackjack")
    assert tuple(theirs.reset(seed=seed)[0]) == tuple(ours.reset(seed=seed)[0])
    one, two = theirs.step(0), ours.step(0)
    assert tuple(one[0]) == tuple(two[0]) and one[1] == two[1] == 1


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", [name for name in THEIRS if name != "Blackjack-v1"])
def test_the_spaces_are_gymnasium_s(name):
    gymnasium = pytest.importorskip("gymnasium")
    theirs = environments.make(
        "gym:" + next(n for n in (name, name[:-1] + str(int(name[-1]) + 1)) if _made(gymnasium, n))
    )
    ours = environments.make(name)
    assert theirs.observation_space == ours.observation_space and theirs.action_space == ours.action_space


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


def test_the_walks_begin_in_the_middle():
    assert [int(tables.long_walk(n, 1).beginning.argmax()) for n in (1, 2, 3, 1000)] == [1, 1, 2, 500]


def test_a_walk_in_a_table_has_the_table_s_frequencies():
    model, n = environments.model("FrozenLake"), 20_000
    env, rng = environments.Vector(model, n), np.random.default_rng(0)
    env.use(rng)
    env.reset()
    seen, *_ = env.step(np.full(n, 2))
    for s, p in ((0, 1 / 3), (1, 1 / 3), (4, 1 / 3)):
        assert abs((seen == s).mean() - p) < 4 * np.sqrt(p * (1 - p) / n)


def test_the_blackjack_table_is_the_game():
    """The mean return of one policy, from games with cards and from the table, within four standard errors. The game has one
    rule more: a natural, of chance 2 · 1/13 · 4/13, does not tie with a dealer's 21 of more than two cards."""
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
    ties = sum(cards.CHANCES[c] * cards.dealer_sums()[c, 4] for c in range(1, 11)) - 2 * 4 / 13**2
    exact = model.beginning @ v + 2 * 4 / 13**2 * ties
    assert abs(np.mean(results) - exact) < 4 * np.std(results) / np.sqrt(len(results))


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
        (lambda env: env.reset(seed=-1), "seed=-1: wanted a whole number"),
        (lambda env: env.reset(seed="x"), "seed='x'"),
    ],
)
def test_a_wrong_step_is_one_line(wrong, said):
    with pytest.raises(BadInput, match=said):
        wrong(environments.make("CartPole"))


@pytest.mark.parametrize("action", [[5.0], [np.nan], ["1"], [1j], [True]])
def test_a_torque_outside_its_space_is_one_line(action):
    env = environments.make("Pendulum")
    env.reset(seed=0)
    with pytest.raises(BadInput, match=r"wanted numbers from \[-2.0\] to \[2.0\]"):
        env.step(action)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({(2, 0): [(1.0, 1, 0.0, True)]}, "state 2, action 0: wanted 0 to 1"),
        ({(0, 0): [(1.0, 1, 0.0)]}, "wanted .probability, next state, reward, ends"),
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
        (lambda: environments.make("CartPole", n=True), "n=True"),
        (lambda: environments.make("gym:CartPole-v1", n=0), "at least one copy"),
        (lambda: environments.make(None), "environment None: wanted a name"),
        (lambda: grids.frozen_lake(("SF", "F")), "equal length"),
        (lambda: grids.maze(("S..",)), "with S and G"),
        (lambda: grids.maze("Crete"), "'Crete': wanted rows, or one of Dyna"),
        (lambda: grids.frozen_lake("5x5"), "'5x5': wanted rows, or one of 4x4"),
        (lambda: tables.gambler(1.5), "heads=1.5"),
        (lambda: tables.gambler(goal=1), "goal=1: wanted a whole number of at least 2"),
        (lambda: tables.random_walk(0), "states=0"),
        (lambda: tables.racetrack(("S#G", "#")), "equal length"),
        (lambda: tables.taxi(("|R: |",)), "five rows"),
        (lambda: spaces.Discrete(0), "n=0"),
        (lambda: spaces.Box([1.0], [0.0]), "low"),
    ],
)
def test_a_wrong_world_is_one_line(make, said):
    with pytest.raises(BadInput, match=said):
        make()


SEEN = np.zeros(2, np.float32)


class Broken:
    """A Gymnasium environment of somebody's own, with a fault: what it returns at its step, and at its reset."""

    def __init__(self, *step, reset=(SEEN, {}), **more):
        self.found, self.begin, self.taken = step, reset, None
        self.observation_space, self.action_space = spaces.Box([-1.0, -1.0], [1.0, 1.0]), spaces.Discrete(2)
        vars(self).update(more)

    def reset(self, seed=None):
        return self.begin

    def step(self, action):
        self.taken = action
        return self.found


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        (Broken(np.array([np.nan, 0]), 0.0, False, False, {}), "observation .nan"),
        (Broken(np.zeros(3), 0.0, False, False, {}), "shape .3,."),
        (Broken(["a", "b"], 0.0, False, False, {}), "wanted finite numbers"),
        (Broken(SEEN, np.inf, False, False, {}), "the reward inf"),
        (Broken(SEEN, "x", False, False, {}), "the reward x: wanted a number"),
        (Broken(SEEN, SEEN, False, False, {}), "the reward .0. 0..: wanted a number"),
        (Broken(SEEN, 0.0, False, {}), "step returned 4 values"),
        (Broken(SEEN, 0.0, None, False, {}), "terminated None"),
        (Broken(SEEN, 0.0, False, False, {}, reset=SEEN), "reset returned no"),
    ],
)
@pytest.mark.parametrize("kind", ["copies", "one"])
def test_a_broken_environment_of_somebody_is_one_line(broken, said, kind):
    env = foreign.Foreign(lambda: broken, 1) if kind == "copies" else foreign.Lone(lambda: broken)
    with pytest.raises(BadInput, match=said):
        env.reset(seed=0)
        env.step([0] if kind == "copies" else 0)


class Shifted:
    """A Discrete space of Gymnasium's whose numbers do not begin with 0."""

    shape, dtype, n, start = (), np.dtype(np.int64), 3, -1


def test_the_numbers_of_a_discrete_space_are_counted_from_0():
    broken = Broken(-1, 0.0, False, False, {}, reset=(1, {}), observation_space=Shifted(), action_space=Shifted())
    env = foreign.Lone(lambda: broken)
    assert env.reset()[0] == 2 and env.step(2)[0] == 0 and broken.taken == 1


class Several(Shifted):
    """MultiBinary: it has n, and is no Discrete."""

    shape = (3,)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: foreign.Foreign(lambda: Broken(action_space=Several()), 1), "wanted Discrete or Box"),
        (lambda: foreign.Foreign(object, 1), "space None: wanted Discrete or Box"),
        (lambda: foreign.Foreign(3, 1), "make=3"),
        (lambda: foreign.Foreign(Broken, 1).step([0]), "step before reset"),
        (lambda: environments.make("gym:NoSuch-v0"), "gymnasium has no environment 'NoSuch-v0'"),
        (lambda: environments.make("gym:no_module:A-v0"), "no_module"),
    ],
)
def test_what_does_not_plug_in_is_one_line(make, said):
    if "gym" in said or "module" in said:
        pytest.importorskip("gymnasium")
    with pytest.raises(BadInput, match=said):
        make()


def test_one_environment_of_gymnasium_s_is_ours():
    pytest.importorskip("gymnasium")
    theirs, ours, over = environments.make("gym:FrozenLake-v1"), environments.make("FrozenLake"), False
    assert theirs.reset(seed=1) == ours.reset(seed=1)
    while not over:
        found = theirs.step(2)
        assert found[:4] == ours.step(2)[:4]
        over = found[2] or found[3]
    with pytest.raises(BadInput, match="the episode is over"):
        theirs.step(2)


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
