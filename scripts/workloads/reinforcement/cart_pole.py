"""1 000 steps of CartPole by random actions, four copies side by side: our compiled copies beside Gymnasium's."""

import numpy as np

STEPS, COPIES = 250, 4


def actions():
    return np.random.default_rng(0).integers(2, size=(STEPS, COPIES))


def ours():
    from abacus import environments

    env, chosen = environments.make("CartPole", n=COPIES), actions()

    def step():
        env.reset(seed=0)
        return float(sum(env.step(row)[1].sum() for row in chosen))

    return step


def theirs():
    import gymnasium

    env = gymnasium.vector.SyncVectorEnv(
        [lambda: gymnasium.make("CartPole-v1")] * COPIES, autoreset_mode=gymnasium.vector.AutoresetMode.SAME_STEP
    )
    chosen = actions()

    def step():
        env.reset(seed=0)
        return float(sum(env.step(row)[1].sum() for row in chosen))

    return step


PEERS = {"abacus": lambda threads: ours(), "gymnasium": lambda threads: theirs()}
