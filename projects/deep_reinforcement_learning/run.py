"""A network learns to hold a pole upright on a cart, by PPO; then tables of PPO and DQN, and what they grew from."""

import numpy as np

import acting
import actor_critic
import corridor
import dqn
import figures
import networks
import ppo
from abacus.environments import vector
from abacus.errors import BadInput
from abacus.launch import launch


def look(cfg: ppo.Config, job):
    """PPO for a short while; how long the pole stood at the start and at the end; drawn."""
    if cfg.task != "CartPole":
        raise BadInput(f"task={cfg.task}: this study draws a pole, wanted CartPole; study=ppo has every task")
    env = vector.Single(acting.TASKS[cfg.task]())
    first = ppo.Agent(env.observation_space.shape[0], env.action_space.n, job.rng("init"))
    agent, returns = ppo.train(cfg, job)
    before, after = (episode(each, cfg.task) for each in (first, agent))
    with job.figure("look") as figure:
        figure.set_size_inches(11, 4)
        figures.look(figure, job.logged(), before, after)
    print(f"The pole stood for {len(before)} steps before, and for {len(after)} after {cfg.total:,} steps of practice.")
    return {"return": returns.mean(), "before": len(before), "after": len(after)}


def episode(agent, task):
    """Observations (steps, n) of one episode in which the likeliest action is always taken."""
    env, states = vector.Single(acting.TASKS[task]()), []
    seen, _ = env.reset(seed=0)
    over = False
    while not over:
        states.append(seen)
        seen, _, terminated, truncated, _ = env.step(int(networks.forward(agent.actor.layers, seen[None])[0].argmax()))
        over = terminated or truncated
    return np.array(states)


if __name__ == "__main__":
    launch(
        look, ppo.ppo, dqn.dqn, actor_critic.actor_critic, corridor.exact, corridor.reinforce,
        figures={
            ppo.ppo: figures.curves("cleanrl/ppo"),
            dqn.dqn: figures.curves("cleanrl/dqn"),
            actor_critic.actor_critic: figures.compared,
            corridor.reinforce: figures.compared,
        },
    )  # fmt: skip
