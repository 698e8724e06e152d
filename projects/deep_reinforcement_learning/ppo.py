"""Proximal policy optimisation, with the details of CleanRL's ppo.py."""

from dataclasses import dataclass

import numpy as np

import acting
import losses
import networks
from abacus import nn
from abacus.optim import Adam, clip
from abacus.settings import above, at_least, between, one_of_or
from abacus.tensor import backward


@dataclass
class Config:
    task: str = one_of_or(acting.OWN, *acting.TASKS)  # the environment; gym:NAME is one of Gymnasium's, or your own
    total: int = at_least(1)  # steps of all copies together
    copies: int = at_least(1)  # of the environment, side by side
    steps: int = at_least(1)  # of each copy between two updates
    epochs: int = at_least(1)  # passes over these steps
    minibatches: int = at_least(1)  # in a pass
    lr: float = above(0)  # learning rate at the start; it falls linearly to 0
    gamma: float = between(0, 1)  # discount
    lam: float = between(0, 1)  # of the generalised advantages
    clip: float = above(0)  # of the ratio, and of the value
    entropy: float = at_least(0)  # its weight in the loss
    value: float = at_least(0)  # the weight of the value's error in the loss
    norm: float = above(0)  # the gradient's norm is clipped here


class Agent:
    """An actor and a critic, two networks that share nothing."""

    def __init__(self, inputs, actions, rng):
        self.actor = networks.tanh_network(inputs, actions, 0.01, rng)
        self.critic = networks.tanh_network(inputs, 1, 1.0, rng)


def ppo(cfg: Config, job):
    """Mean return of the last 100 training episodes."""
    agent, returns = train(cfg, job)
    job.save("agent", agent)
    return {"return": returns.mean()}


def train(cfg, job):
    """(agent, acting.Returns) after `total` steps."""
    env, agent, optimiser, returns, seen, updates = begin(cfg, job)
    now = {"seen": seen}
    rounds = job.epochs(updates, agent, optimiser, env.memory, returns, now)
    for update in acting.behind(rounds, env, now, returns):
        optimiser.lr = cfg.lr * (1 - update / updates)
        rng = job.rng("acting", update)
        env.use(rng)
        batch = acting.rollout(env, agent.actor, cfg.steps, now["seen"], returns, rng)
        now["seen"][...] = batch[-1]
        improve(cfg, agent, optimiser, batch, job.rng("shuffle", update))
        job.log(step=(update + 1) * cfg.copies * cfg.steps, **{"return": returns.mean()})
    return agent, returns


def begin(cfg, job):
    """(environment, Agent, its Adam, acting.Returns, first observations, number of updates) of a training by rollouts."""
    env = acting.copies(cfg.task, cfg.copies)
    agent = Agent(env.observation_space.shape[0], env.action_space.n, job.rng("init"))
    env.use(job.rng("start"))
    seen, _ = env.reset()
    optimiser = Adam(nn.parameters(agent), lr=cfg.lr, eps=1e-5)
    return env, agent, optimiser, acting.Returns(cfg.copies), seen, max(1, cfg.total // (cfg.copies * cfg.steps))


def improve(cfg, agent, optimiser, batch, rng):
    """Some epochs of descent on the clipped surrogate, over the steps of one rollout."""
    observations, actions, rewards, over, last = batch
    x = observations.reshape(-1, observations.shape[-1])
    values = networks.forward(agent.critic.layers, x)[:, 0].reshape(rewards.shape)
    after = networks.forward(agent.critic.layers, last)[:, 0]
    advantages = acting.advantages(rewards, values, over, after, np.float32(cfg.gamma), np.float32(cfg.lam))
    actions, values, advantages = actions.ravel(), values.ravel(), advantages.ravel()
    log_p = losses.log_softmax(networks.forward(agent.actor.layers, x))[np.arange(len(x)), actions]
    size, order = max(1, len(x) // cfg.minibatches), np.arange(len(x))
    for _ in range(cfg.epochs):
        rng.shuffle(order)
        for start in range(0, len(x), size):
            at = order[start : start + size]
            chosen = _standardised(advantages[at])
            optimiser.step(
                clip(
                    backward(
                        losses.clipped_surrogate(
                            agent.actor(x[at]),
                            agent.critic(x[at])[:, 0],
                            actions[at],
                            log_p[at],
                            chosen,
                            advantages[at] + values[at],
                            values[at],
                            cfg.clip,
                            cfg.entropy,
                            cfg.value,
                        )
                    ),
                    cfg.norm,
                )
            )


def _standardised(a):
    """(a − mean) / (sd + 10⁻⁸), the sd with m − 1 as in PyTorch; a single one stays 0."""
    return (a - a.mean()) / (a.std(ddof=1) + np.float32(1e-8)) if len(a) > 1 else a - a.mean()
