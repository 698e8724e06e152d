"""Facts of deep reinforcement learning: acting, replay, targets, the corridor, and what broken variants do to the verdict."""

import contextlib
import math

import numpy as np
import pytest

import acting
import actor_critic
import corridor
import dqn
import figures
import networks
import play
import ppo
import replay
import stretch
from abacus import papers, verdict
from abacus.environments import vector
from abacus.errors import BadInput
from abacus.running.job import Job

RNG = np.random.default_rng(0)


def dqn_settings(**changed):
    """CleanRL's settings, made short."""
    settings = {
        "task": "CartPole", "total": 2000, "lr": 2.5e-4, "memory": 500, "gamma": 0.99, "target_every": 250, "batch": 32,
        "epsilon": 0.05, "exploring": 0.5, "starts": 200, "every": 10, "double": False, "dueling": False, "priority": 0,
        "n_step": 1,
    }  # fmt: skip
    return dqn.Config(**settings | changed)


def ppo_settings(**changed):
    """CleanRL's settings with a larger step, for short runs."""
    settings = {
        "task": "CartPole", "total": 16_384, "copies": 4, "steps": 128, "epochs": 4, "minibatches": 4, "lr": 1e-3,
        "gamma": 0.99, "lam": 0.95, "clip": 0.2, "entropy": 0.01, "value": 0.5, "norm": 0.5,
    }  # fmt: skip
    return ppo.Config(**settings | changed)


@pytest.mark.parametrize("task", acting.TASKS)
def test_a_compiled_stretch_of_steps_is_the_environment(task):
    """The same random actions: the same observations, rewards and ends, but for the rounding of a cosine."""
    n, env = 600, vector.Vector(acting.TASKS[task](), 1)
    inputs, options = env.observation_space.shape[0], env.action_space.n
    network = networks.relu_network(inputs, options, RNG)
    begins, choices = stretch.starts(task, n, RNG), RNG.integers(options, size=n)
    state, steps = stretch.starts(task, 1, RNG), np.zeros(1, np.int64)
    env.use(RNG)
    env.reset()
    env.memory["state"][...] = state
    before, after, kept = np.empty((n, inputs), np.float32), np.empty((n, inputs), np.float32), np.empty((n, 4))
    one, two = networks.hidden_layers(network)
    weights = one.w.value, one.b.value, two.w.value, two.b.value, *networks.last_layer(network)
    given = begins, np.ones(n), np.zeros(n), choices, *weights
    stretch.run(stretch.NUMBERS[task], env.dynamics.limit, state, steps, *given, before, after, kept)
    begun = 0
    for i in range(n):
        assert np.abs(before[i] - env.observations()[0]).max() <= np.finfo(np.float32).eps * 2
        seen, reward, terminated, truncated, info = env.step(choices[i : i + 1])
        over = bool(terminated[0] or truncated[0])
        assert kept[i].tolist() == [choices[i], reward[0], terminated[0], over]
        final = info["final"][0] if over else seen[0]
        assert np.abs(after[i] - final).max() <= np.finfo(np.float32).eps * 2
        if over:
            env.memory["state"][0] = begins[begun]
            begun += 1
    assert begun or task != "CartPole"


@pytest.mark.parametrize("make", [networks.relu_network, networks.Dueling])
def test_what_acts_is_what_learns(make):
    """The network without the tape, and its last layers made one, say what the network says."""
    network, x = make(4, 2, RNG), RNG.standard_normal((9, 4)).astype(np.float32)
    on_tape = network(x).value
    h = networks.forward(networks.hidden_layers(network), x)
    w, b = networks.last_layer(network)
    for other in (networks.answer(network, x), h @ w + b):
        assert np.abs(on_tape - other).max() < 120 * np.finfo(np.float32).eps


def test_a_greedy_stretch_takes_the_network_s_best_action():
    network, n = networks.relu_network(4, 2, RNG), 30
    one, two = networks.hidden_layers(network)
    weights = one.w.value, one.b.value, two.w.value, two.b.value, *networks.last_layer(network)
    before, after, kept = np.empty((n, 4), np.float32), np.empty((n, 4), np.float32), np.empty((n, 4))
    given = stretch.starts("CartPole", n, RNG), np.zeros(n), np.zeros(n), np.zeros(n, np.int64), *weights
    stretch.run(0, 500, stretch.starts("CartPole", 1, RNG), np.zeros(1, np.int64), *given, before, after, kept)
    assert (kept[:, 0] == networks.answer(network, before).argmax(axis=1)).all()


def test_the_oldest_transitions_go():
    kept = replay.Replay(5, 1)
    for i in range(0, 8, 2):
        kept.add(np.array([[i], [i + 1]]), [0, 0], [i, i + 1], np.zeros((2, 1)), [1, 1])
    assert sorted(kept.rewards) == [3, 4, 5, 6, 7] and len(kept) == 5


def test_a_sum_tree_draws_by_priority():
    tree, n = replay.SumTree(6), 60_000
    tree.set([0, 1, 2, 5], [1.0, 2.0, 3.0, 4.0])
    drawn = np.bincount(tree.draw(n, RNG), minlength=6) / n
    assert np.allclose(tree.chances([0, 1, 2, 5]), [0.1, 0.2, 0.3, 0.4], rtol=0, atol=10 * np.finfo(float).eps)
    assert np.abs(drawn - [0.1, 0.2, 0.3, 0, 0, 0.4]).max() <= 2 / n  # one draw from each of n equal slices
    tree.set([5], [0.0])
    assert set(tree.draw(n, RNG)) == {0, 1, 2}


def test_steps_add_up_to_transitions_of_three():
    steps, gamma = replay.Steps(3, 0.5, 1), 0.5
    x = np.arange(5, dtype=np.float32)[:, None]
    over = np.array([False] * 4 + [True])
    before, actions, g, after, factors = steps.push(x, np.arange(5), np.ones(5), x + 1, over, over)
    assert before[:, 0].tolist() == actions.tolist() == [0, 1, 2, 3, 4]
    assert g.tolist() == [1.75, 1.75, 1.75, 1.5, 1] and factors.tolist() == [gamma**3, gamma**3, 0, 0, 0]
    assert after[:, 0].tolist() == [3, 4, 5, 5, 5]


def test_an_episode_cut_by_the_clock_is_still_worth_what_follows_for_deep_q_learning():
    steps = replay.Steps(1, 0.9, 1)
    *_, factors = steps.push(
        np.zeros((2, 1)), [0, 0], np.ones(2), np.zeros((2, 1)), np.array([True, False]), np.ones(2, bool)
    )
    assert factors.tolist() == [0, 0.9]


def test_double_learning_values_the_network_s_choice_by_the_target():
    learner = dqn.Learner(dqn_settings(double=True), 4, 2, RNG)
    for p in (learner.network.layers[-1].w, learner.network.layers[-1].b):
        p.value[...] = RNG.standard_normal(p.shape)
    x = RNG.standard_normal((8, 4)).astype(np.float32)
    ours, theirs = networks.answer(learner.network, x), networks.answer(learner.target, x)
    found = learner._next_values(dqn_settings(double=True), x)
    assert (found == theirs[np.arange(8), ours.argmax(axis=1)]).all()
    assert (learner._next_values(dqn_settings(), x) == theirs.max(axis=1)).all()


@pytest.mark.parametrize(
    "changed", [{}, {"dueling": True, "double": True, "priority": 0.6, "n_step": 3}, {"task": "Acrobot"}, {"every": 7}]
)
def test_deep_q_learning_runs_and_resumes_to_the_same_bits(changed, tmp_path):
    cfg = dqn_settings(**changed)
    whole, _ = dqn.train(cfg, Job("a", 0, tmp_path / "whole"))
    stops = iter([False] * 4 + [True] * 9)
    with pytest.raises(KeyboardInterrupt):
        dqn.train(cfg, Job("a", 0, tmp_path / "cut", stopping=lambda: next(stops)))
    resumed, _ = dqn.train(cfg, Job("a", 0, tmp_path / "cut"))
    x = RNG.standard_normal((5, whole.replay.before.shape[1])).astype(np.float32)
    assert np.array_equal(networks.answer(whole.network, x), networks.answer(resumed.network, x))


@pytest.mark.parametrize(
    "changed", [{"starts": 1, "every": 1}, {"starts": 9, "every": 4}, {"starts": 200, "every": 10}]
)
def test_the_first_update_needs_one_whole_target(changed, tmp_path):
    """The longest target that is complete by then, in an episode that lasts, is learnt from; one reward more is one line."""
    changed = {"task": "Acrobot", "total": 220} | changed  # a random Acrobot does not arrive so soon
    first = (changed["starts"] // changed["every"] + 1) * changed["every"]  # the number of the step of the first update
    learner, _ = dqn.train(dqn_settings(n_step=first + 1, **changed), Job("a", 0, tmp_path / "enough"))
    assert len(learner.replay)
    with pytest.raises(BadInput, match=f"n_step={first + 2}: .* wanted at most {first + 1}"):
        dqn.train(dqn_settings(n_step=first + 2, **changed), Job("a", 0, tmp_path / "more"))


def test_an_episode_that_has_ended_is_a_target_however_many_steps_are_wanted(tmp_path):
    learner, _ = dqn.train(dqn_settings(n_step=10**4, starts=500, total=600), Job("a", 0, tmp_path))
    assert len(learner.replay)  # no pole stands longer than 500 steps


def test_ppo_learns_to_hold_a_pole_and_not_without_its_rewards(tmp_path, monkeypatch):
    """Some seconds of practice triple the return of the untrained; with rewards of 0 nothing is learnt."""
    good = ppo.ppo(ppo_settings(), Job("a", 0, tmp_path / "good"))["return"]
    assert good > 3 * 22  # a random policy stands for about 22 steps
    plain = acting.rollout

    def without(*given):
        seen, actions, rewards, over, last = plain(*given)
        return seen, actions, 0 * rewards, over, last

    monkeypatch.setattr(acting, "rollout", without)
    broken = ppo.ppo(ppo_settings(total=4096), Job("a", 0, tmp_path / "broken"))["return"]
    assert broken < good


def test_a_seed_that_has_not_learnt_is_not_reproduced_and_one_like_the_print_is():
    table = papers.table("cleanrl/ppo")
    good = [{"return": 488.75 + d} for d in (-9, -4, 0, 4, 9, -2, 2, 6, -6, 0.5)]
    bad = [{"return": 22.0 + d} for d in range(10)]
    assert verdict.of(table, "CartPole", *good)["return"] == "reproduced"
    assert verdict.of(table, "CartPole", *bad)["return"] == "not reproduced"


def test_the_best_policy_of_the_corridor_has_slope_0_and_its_value():
    found = corridor.exact(corridor.Exact(epsilon=0.1), None)
    p, h = found["best"]["p"], np.finfo(float).eps ** (1 / 3)
    assert abs(corridor.value(p + h) - corridor.value(p - h)) / (2 * h) < 1e3 * h**2
    assert abs(found["best"]["value"] + 2 * (3 + 2 * math.sqrt(2))) < 1000 * np.finfo(float).eps


def test_a_greedy_policy_that_never_arrives_is_one_line():
    with pytest.raises(BadInput, match="epsilon=0"):
        corridor.exact(corridor.Exact(epsilon=0), None)


@pytest.mark.parametrize("draw", [figures.curves("cleanrl/ppo"), figures.compared])
def test_a_figure_of_seeds_that_have_all_diverged_is_empty(draw):
    from matplotlib.figure import Figure

    drawn = Figure()
    draw([{"row": "CartPole", "log": [], "values": None}], lambda *_, **more: contextlib.nullcontext(drawn))
    assert not any(axes.lines for axes in drawn.axes)


def test_the_mean_return_of_a_fixed_policy_is_its_value():
    from walking import corridor_runs

    returns = corridor_runs(2000, 1, 0.0, 0.0, np.random.default_rng(0))[:, 0]
    se = returns.std() / math.sqrt(len(returns))
    assert abs(returns.mean() - corridor.value(0.05)) < 4 * se


def test_a_baseline_helps_in_the_corridor(tmp_path):
    found = {}
    for name, lr, baseline in (("with", 2**-9, 2**-6), ("without", 2**-13, 0.0)):
        cfg = corridor.Reinforce(runs=20, episodes=300, lr=lr, baseline=baseline)
        found[name] = corridor.reinforce(cfg, Job(name, 0, tmp_path / name))["all"]
    assert found["with"] > found["without"]


def test_a_policy_gradient_step_runs_for_every_look_ahead(tmp_path):
    for lam, steps in ((1, 50), (0, 5)):
        cfg = actor_critic.ActorCritic("CartPole", 1000, 2, steps, lam, 1e-3, 0.99, 0.0, 0.5, 0.5)
        assert actor_critic.actor_critic(cfg, Job("a", 0, tmp_path / str(lam)))["return"] > 0


class Own:
    """A point on a line that should be near 0: an environment of somebody's own, registered with Gymnasium."""

    def __init__(self, render_mode=None):
        import gymnasium

        self.observation_space, self.action_space = gymnasium.spaces.Box(-9, 9, (1,)), gymnasium.spaces.Discrete(2)
        self.render_mode = render_mode

    def reset(self, seed=None, options=None):
        self.x, self.t = float(np.random.default_rng(seed).uniform(-2, 2)), 0
        return np.float32([self.x]), {}

    def step(self, action):
        self.x, self.t = self.x + (0.5 if action else -0.5), self.t + 1
        return np.float32([np.clip(self.x, -9, 9)]), -abs(self.x), abs(self.x) > 8, self.t == 20, {}

    def render(self):
        return np.zeros((8, 8, 3), np.uint8)


@pytest.fixture
def own():
    """The name of the environment Own."""
    gymnasium = pytest.importorskip("gymnasium")
    Made = type("Made", (Own, gymnasium.Env), {"metadata": {"render_modes": ["rgb_array"], "render_fps": 10}})
    gymnasium.register("AbacusOwn-v0", Made)
    yield "gym:AbacusOwn-v0"
    del gymnasium.registry["AbacusOwn-v0"]


def test_ppo_learns_an_environment_of_one_s_own(own, tmp_path):
    untrained = ppo.ppo(ppo_settings(task=own, total=512), Job("a", 0, tmp_path / "short"))["return"]
    trained = [ppo.ppo(ppo_settings(task=own), Job("a", 0, tmp_path / name))["return"] for name in ("one", "two")]
    assert (
        trained[0] == trained[1] > untrained / 3
    )  # returns are negative: a third of the cost at most, and every draw is ours


@pytest.mark.parametrize("method", ["ppo", "actor_critic"])
def test_a_resumed_training_acts_on_what_an_environment_of_one_s_own_shows_now(own, method, tmp_path, monkeypatch):
    plain, looks = acting.rollout, []

    def watched(env, actor, steps, seen, returns, rng):
        there = [[copy.unwrapped.x] for copy in env._copies]
        looks.append((seen.tolist(), np.float32(there).tolist(), returns.sums.tolist()))
        return plain(env, actor, steps, seen, returns, rng)

    monkeypatch.setattr(acting, "rollout", watched)
    if method == "ppo":
        run, cfg = ppo.ppo, ppo_settings(task=own, steps=13, total=4 * 13 * 4)  # 13: within an episode of 20 steps
    else:
        run, cfg = (
            actor_critic.actor_critic,
            actor_critic.ActorCritic(own, 4 * 13 * 2, 2, 13, 1, 1e-3, 0.99, 0.0, 0.5, 0.5),
        )
    stops = iter([False] * 2 + [True] * 2)  # asked twice a round
    with pytest.raises(KeyboardInterrupt):
        run(cfg, Job("a", 0, tmp_path, stopping=lambda: next(stops)))
    before = len(looks)
    run(cfg, Job("a", 0, tmp_path))
    assert 0 < before < 4 == len(looks) and not any(looks[before][2])
    assert all(seen == there for seen, there, _ in looks)


def test_an_agent_in_an_environment_of_one_s_own_is_shown(own, tmp_path, capsys):
    assert play.main([own, "--steps", "600"]) == 0 and "step 19: [" in capsys.readouterr().out
    assert play.main([own, "--steps", "600", "--gif", str(tmp_path / "a.gif")]) == 0
    assert (tmp_path / "a.gif").read_bytes()[:3] == b"GIF"


@pytest.mark.parametrize(
    ("name", "said"),
    [("gym:FrozenLake-v1", "wanted a row of numbers"), ("gym:NoSuch-v0", "gymnasium has no environment")],
)
def test_an_environment_that_the_networks_cannot_see_is_one_line(name, said, capsys):
    pytest.importorskip("gymnasium")
    assert play.main([name]) == 2 and said in capsys.readouterr().err


WRONG = {
    "Pong": "there are CartPole", "CartPole --steps 0": "at least 1", "CartPole --seed -1": "at least 0",
    "CartPole --gif no_folder/a.gif": "there is no folder",
}  # fmt: skip


@pytest.mark.parametrize("words", WRONG)
def test_a_wrong_wish_to_see_something_is_one_line(words, capsys):
    assert play.main(words.split()) == 2 and WRONG[words] in capsys.readouterr().err


@pytest.mark.parametrize("task", play.PRACTICE)
def test_an_agent_is_shown(task, tmp_path, capsys):
    assert play.main([task, "--steps", "600", "--gif", str(tmp_path / "a.gif")]) == 0
    assert (tmp_path / "a.gif").read_bytes()[:3] == b"GIF"
    states = acting.TASKS[task]().start(RNG)
    assert any(line.strip() for line in play.LETTERS[task](np.array(states, float)))
