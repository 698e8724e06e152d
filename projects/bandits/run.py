"""Ten slot machines and a thousand coins: five ways to find the best one while one plays, two thousand times each."""

from dataclasses import dataclass

import pictures
import testbed
from abacus.launch import launch
from abacus.settings import above, at_least, between


@dataclass
class Config:
    runs: int = at_least(1)  # independent bandits for each method
    steps: int = at_least(20)  # pulls of each
    arms: int = at_least(2)
    epsilon: float = between(0, 1)  # of ε-greedy
    optimism: float = above(0)  # first estimate of the optimistic greedy method
    confidence: float = above(0)  # c of UCB
    alpha: float = between(0, 1, open=True)  # step size of the optimistic method and of the gradient bandit


def look(cfg: Config, job):
    """Share of best pulls and mean reward at the end, of each method; drawn."""
    import pulls

    shape = cfg.runs, cfg.steps, cfg.arms, 0.0
    curves = {
        f"ε-greedy, ε = {cfg.epsilon}": pulls.action_values(*shape, cfg.epsilon, 0.0, 0.0, 0.0, job.rng("greedy")),
        f"optimistic, from {cfg.optimism:g}": pulls.action_values(
            *shape, 0.0, 0.0, float(cfg.optimism), cfg.alpha, job.rng("optimistic")
        ),
        f"UCB, c = {cfg.confidence:g}": pulls.action_values(
            *shape, 0.0, float(cfg.confidence), 0.0, 0.0, job.rng("ucb")
        ),
        f"gradient bandit, α = {cfg.alpha}": pulls.gradient(*shape, cfg.alpha, 1.0, job.rng("gradient")),
        "Thompson sampling": pulls.thompson(*shape, 1.0, job.rng("thompson")),
    }
    with job.figure("look") as figure:
        figure.set_size_inches(11, 4.2)
        pictures.look(figure, curves)
    last = slice(cfg.steps - cfg.steps // 10, None)
    found = {n: {"reward": r[last].mean(), "best arm": 100 * b[last].mean()} for n, (r, b) in curves.items()}
    best = max(found, key=lambda name: found[name]["best arm"])
    print(
        f"In the last tenth of {cfg.steps} pulls the best arm is pulled most often by {best}: {found[best]['best arm']:.0f} %."
    )
    return found


if __name__ == "__main__":
    launch(
        look, testbed.values, testbed.gradient, testbed.parameters, testbed.best,
        figures={
            testbed.values: pictures.curves,
            testbed.gradient: pictures.curves,
            testbed.parameters: pictures.settings,
        },
    )  # fmt: skip
