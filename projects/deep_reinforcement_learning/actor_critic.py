"""REINFORCE with a baseline, one-step actor-critic and A2C: one program, three settings of how far it looks ahead."""

from dataclasses import dataclass

import numpy as np

import acting
import losses
import networks
from abacus.optim import clip
from abacus.settings import above, at_least, between, one_of_or
from abacus.tensor import backward
from ppo import begin


@dataclass
class ActorCritic:
    task: str = one_of_or(acting.OWN, *acting.TASKS)  # the environment; gym:NAME is one of Gymnasium's, or your own
    total: int = at_least(1)  # steps of all copies together
    copies: int = at_least(1)  # of the environment, side by side
    steps: int = at_least(1)  # of each copy between two updates
    lam: float = between(0, 1)  # 1: whole returns as far as the steps reach; 0: one step and the critic's value
    lr: float = above(0)  # learning rate of Adam
    gamma: float = between(0, 1)  # discount
    entropy: float = at_least(0)  # its weight in the loss
    value: float = at_least(0)  # the weight of the value's error in the loss
    norm: float = above(0)  # the gradient's norm is clipped here


def actor_critic(cfg: ActorCritic, job):
    """Mean return of the last 100 training episodes."""
    env, agent, optimiser, returns, seen, updates = begin(cfg, job)
    each = max(1, updates // 200)  # a line of the log after so many updates
    now = {"seen": seen}
    rounds = job.steps(updates, agent, optimiser, env.memory, returns, now)
    for update in acting.behind(rounds, env, now, returns):
        rng = job.rng("acting", update)
        env.use(rng)
        batch = acting.rollout(env, agent.actor, cfg.steps, now["seen"], returns, rng)
        now["seen"][...] = batch[-1]
        _improve(cfg, agent, optimiser, batch)
        if (update + 1) % each == 0:
            job.log(step=(update + 1) * cfg.copies * cfg.steps, **{"return": returns.mean()})
    return {"return": returns.mean()}


def _improve(cfg, agent, optimiser, batch):
    """One step along the gradient of log π, each action weighted by its advantage."""
    observations, actions, rewards, over, last = batch
    x = observations.reshape(-1, observations.shape[-1])
    values = agent.critic(x)[:, 0]
    after = networks.forward(agent.critic.layers, last)[:, 0]
    known = values.value.reshape(rewards.shape)
    advantages = acting.advantages(rewards, known, over, after, np.float32(cfg.gamma), np.float32(cfg.lam)).ravel()
    loss = losses.policy_gradient(
        agent.actor(x), values, actions.ravel(), advantages, advantages + values.value, cfg.entropy, cfg.value
    )
    optimiser.step(clip(backward(loss), cfg.norm))
