"""Two LSTM layers of 200, batch 20, 20 steps, 10 000 words, SGD with clipping at 5 (Zaremba et al. 2014, small)."""

import numpy as np
from workloads import steps

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
    from abacus.optim import SGD
    from abacus.tensor import Parameter

    weights, batches = setting()
    p = {name: Parameter(value, name) for name, value in weights.items()}
    optimiser = SGD(p, lr=LR)

    def loss_of(words, target):
        x = ops.embedding(words.T, p["words"])
        h = c = np.zeros((len(words), WIDTH), np.float32)
        for i in range(LAYERS):
            x, _, _ = ops.lstm(x, h, c, p[f"{i}.wx"], p[f"{i}.wh"], p[f"{i}.b"])
        return ops.softmax_cross_entropy(ops.affine(x, p["w"], p["b"]), target.T)

    return steps.ours(loss_of, optimiser, batches, threads, limit=CLIP)


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
    batches = [(t.tensor(x.T.copy()), t.tensor(y.T.copy())) for x, y in batches]

    def loss_of(words, target):
        y, _ = lstm(embedding(words))
        return t.nn.functional.cross_entropy(head(y).view(-1, WORDS), target.reshape(-1))

    return steps.of_torch(loss_of, optimiser, batches, compiled, limit=CLIP)


def jax(threads):
    import jax as j

    weights, batches = setting()

    def layer(x, wx, wh, b):
        def moment(state, a):
            h, c = state
            i, f, g, o = j.numpy.split(a + h @ wh, 4, axis=1)
            c = j.nn.sigmoid(f) * c + j.nn.sigmoid(i) * j.numpy.tanh(g)
            h = j.nn.sigmoid(o) * j.numpy.tanh(c)
            return (h, c), h

        nothing = j.numpy.zeros((BATCH, WIDTH))
        return j.lax.scan(moment, (nothing, nothing), x @ wx + b)[1]

    def loss_of(p, words, target):
        x = p["words"][words.T]
        for i in range(LAYERS):
            x = layer(x, p[f"{i}.wx"], p[f"{i}.wh"], p[f"{i}.b"])
        z = j.nn.log_softmax(x @ p["w"] + p["b"])
        return -j.numpy.mean(j.numpy.take_along_axis(z, target.T[..., None], axis=-1))

    return steps.of_jax(loss_of, weights, batches, steps.descend(LR), limit=CLIP)


def products(threads):
    gates = 4 * WIDTH
    layer = list(steps.there_and_back(TIME * BATCH, WIDTH, gates))  # all inputs at once
    layer += [((BATCH, WIDTH), (WIDTH, gates)), ((BATCH, gates), (gates, WIDTH))] * TIME  # step by step, there and back
    layer += [((WIDTH, TIME * BATCH), (TIME * BATCH, gates))]
    return steps.products([*LAYERS * layer, *steps.there_and_back(TIME * BATCH, WIDTH, WORDS)])


PEERS = {
    "abacus": abacus,
    "torch eager": torch,
    "torch compile": lambda threads: torch(threads, compiled=True),
    "jax": jax,
    "products": products,
}
