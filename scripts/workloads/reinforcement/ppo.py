"""512 steps of CartPole with PPO's actor, and the sixteen updates that follow: ours beside PyTorch and Gymnasium as CleanRL's
ppo.py uses them (its settings; written anew)."""

import sys
from pathlib import Path

import numpy as np

PROJECT = Path(__file__).resolve().parents[3] / "projects" / "deep_reinforcement_learning"
SETTINGS = {
    "task": "CartPole", "total": 512, "copies": 4, "steps": 128, "epochs": 4, "minibatches": 4, "lr": 2.5e-4, "gamma": 0.99,
    "lam": 0.95, "clip": 0.2, "entropy": 0.01, "value": 0.5, "norm": 0.5,
}  # fmt: skip


def ours():
    sys.path.insert(0, str(PROJECT))
    import acting
    import ppo
    from abacus import nn
    from abacus.optim import Adam

    cfg, rng = ppo.Config(**SETTINGS), np.random.default_rng(0)
    env, agent, returns = acting.copies(cfg.task, cfg.copies), ppo.Agent(4, 2, rng), acting.Returns(cfg.copies)
    optimiser = Adam(nn.parameters(agent), lr=cfg.lr, eps=1e-5)
    env.use(rng)
    now = [env.reset()[0]]

    def step():
        batch = acting.rollout(env, agent.actor, cfg.steps, now[0], returns, rng)
        now[0] = batch[-1]
        ppo.improve(cfg, agent, optimiser, batch, rng)
        return 1.0  # the draws differ, so nothing else is comparable

    return step


def theirs():
    import gymnasium
    import torch
    from torch import nn

    def network(outputs, gain):
        layers = [nn.Linear(4, 64), nn.Tanh(), nn.Linear(64, 64), nn.Tanh(), nn.Linear(64, outputs)]
        for layer, g in zip(layers[::2], (2**0.5, 2**0.5, gain)):
            nn.init.orthogonal_(layer.weight, g)
            nn.init.zeros_(layer.bias)
        return nn.Sequential(*layers)

    n, steps = SETTINGS["copies"], SETTINGS["steps"]
    env = gymnasium.vector.SyncVectorEnv([lambda: gymnasium.make("CartPole-v1")] * n)
    actor, critic = network(2, 0.01), network(1, 1.0)
    weights = [*actor.parameters(), *critic.parameters()]
    optimiser = torch.optim.Adam(weights, lr=SETTINGS["lr"], eps=1e-5)
    now = [torch.tensor(env.reset(seed=0)[0])]

    def act():
        seen, actions = torch.zeros(steps, n, 4), torch.zeros(steps, n, dtype=torch.long)
        old, values, rewards, over = (torch.zeros(steps, n) for _ in range(4))
        for t in range(steps):
            seen[t] = now[0]
            with torch.no_grad():
                policy = torch.distributions.Categorical(logits=actor(now[0]))
                actions[t] = policy.sample()
                old[t], values[t] = policy.log_prob(actions[t]), critic(now[0])[:, 0]
            following, reward, ended, cut, _ = env.step(actions[t].numpy())
            now[0], rewards[t], over[t] = torch.tensor(following), torch.tensor(reward), torch.tensor(ended | cut)
        return seen, actions, old, values, rewards, over

    def step():
        seen, actions, old, values, rewards, over = act()
        with torch.no_grad():
            advantages, running, after = torch.zeros(steps, n), 0, critic(now[0])[:, 0]
            for t in reversed(range(steps)):
                delta = rewards[t] + 0.99 * after * (1 - over[t]) - values[t]
                advantages[t] = running = delta + 0.99 * 0.95 * (1 - over[t]) * running
                after = values[t]
        returns = (advantages + values).reshape(-1)
        flat = [part.reshape(-1, *part.shape[2:]) for part in (seen, actions, old, values, advantages)]
        for _ in range(SETTINGS["epochs"]):
            for at in torch.randperm(steps * n).chunk(SETTINGS["minibatches"]):
                x, a, before, v0, adv = (part[at] for part in flat)
                policy = torch.distributions.Categorical(logits=actor(x))
                ratio = (policy.log_prob(a) - before).exp()
                adv = (adv - adv.mean()) / (adv.std() + 1e-8)
                surrogate = torch.max(-adv * ratio, -adv * ratio.clamp(0.8, 1.2)).mean()
                v, g = critic(x)[:, 0], returns[at]
                error = torch.max((v - g) ** 2, (v0 + (v - v0).clamp(-0.2, 0.2) - g) ** 2).mean()
                optimiser.zero_grad()
                (surrogate - 0.01 * policy.entropy().mean() + 0.25 * error).backward()
                nn.utils.clip_grad_norm_(weights, 0.5)
                optimiser.step()
        return 1.0

    return step


PEERS = {"abacus": lambda threads: ours(), "torch eager": lambda threads: theirs()}
