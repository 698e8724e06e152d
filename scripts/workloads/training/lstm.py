"""Two LSTM layers of 200, batch 20, 20 steps, 10 000 words, SGD with clipping at 5 (Zaremba et al. 2014, small)."""

import itertools

import numpy as np

LAYERS, WIDTH, BATCH, TIME, WORDS = 2, 200, 20, 20, 10_000
LR, CLIP = 1.0, 5.0


def setting():
    """({name: array}, [(inputs, targets)]): weights as (inputs, outputs), words as (batch, time)."""
    rng = np.random.default_rng(0)

    def uniform(*shape):
        return rng.uniform(-0.1, 0.1, shape).astype(np.float32)

    weights = {"words": uniform(WORDS, WIDTH), "w": uniform(WIDTH, WORDS), "b": uniform(WORDS)}
    for i in range(LAYERS):
        weights |= {f"{i}.wx": uniform(WIDTH, 4 * WIDTH), f"{i}.wh": uniform(WIDTH, 4 * WIDTH)}
        weights[f"{i}.b"] = uniform(4 * WIDTH)
    batches = [tuple(rng.integers(0, WORDS, (2, BATCH, TIME))) for _ in range(16)]
    return weights, batches


def abacus(threads):
    from abacus import ops
    from abacus.optim import SGD, clip
    from abacus.parallel import backward_in_parts
    from abacus.tensor import Parameter, backward

    weights, batches = setting()
    p = {name: Parameter(value, name) for name, value in weights.items()}
    optimiser = SGD(p, lr=LR)
    turn = itertools.cycle(batches)

    def loss_of(words, target):
        x = ops.embedding(words.T, p["words"])
        h = c = np.zeros((len(words), WIDTH), np.float32)
        for i in range(LAYERS):
            x, _, _ = ops.lstm(x, h, c, p[f"{i}.wx"], p[f"{i}.wh"], p[f"{i}.b"])
        return ops.softmax_cross_entropy(ops.affine(x, p["w"], p["b"]), target.T)

    def step():
        loss = loss_of(*next(turn))
        optimiser.step(clip(backward(loss), CLIP))
        return loss

    def step_in_parts():
        loss, gradients = backward_in_parts(loss_of, next(turn), threads)
        optimiser.step(clip(gradients, CLIP))
        return loss

    return step if threads == 1 else step_in_parts


def torch(threads, compiled=False):
    import torch as t

    t.set_num_threads(threads)
    weights, batches = setting()
    embedding = t.nn.Embedding.from_pretrained(t.tensor(weights["words"]), freeze=False)
    lstm = t.nn.LSTM(WIDTH, WIDTH, LAYERS)
    head = t.nn.Linear(WIDTH, WORDS)
    head.weight.data, head.bias.data = t.tensor(weights["w"].T.copy()), t.tensor(weights["b"])
    for i in range(LAYERS):
        getattr(lstm, f"weight_ih_l{i}").data.copy_(t.tensor(weights[f"{i}.wx"].T.copy()))
        getattr(lstm, f"weight_hh_l{i}").data.copy_(t.tensor(weights[f"{i}.wh"].T.copy()))
        getattr(lstm, f"bias_ih_l{i}").data.copy_(t.tensor(weights[f"{i}.b"]))
        getattr(lstm, f"bias_hh_l{i}").data.zero_()
        getattr(lstm, f"bias_hh_l{i}").requires_grad_(False)  # one bias, as ours
    trained = [q for module in (embedding, lstm, head) for q in module.parameters() if q.requires_grad]
    optimiser = t.optim.SGD(trained, lr=LR)
    turn = itertools.cycle([(t.tensor(x.T.copy()), t.tensor(y.T.copy())) for x, y in batches])

    def loss_of(words, target):
        y, _ = lstm(embedding(words))
        return t.nn.functional.cross_entropy(head(y).view(-1, WORDS), target.reshape(-1))

    forward = t.compile(loss_of) if compiled else loss_of

    def step():
        optimiser.zero_grad()
        loss = forward(*next(turn))
        loss.backward()
        t.nn.utils.clip_grad_norm_(trained, CLIP)
        optimiser.step()
        return loss.detach()

    return step


PEERS = {"abacus": abacus, "torch eager": torch, "torch compile": lambda threads: torch(threads, compiled=True)}
