"""nanoGPT's CPU configuration: 4 layers, 4 heads, 128 wide, block 64, batch 12, 65 characters, AdamW, clipping at 1."""

import numpy as np
from workloads import steps

LAYERS, HEADS, WIDTH, BLOCK, BATCH, CHARACTERS = 4, 4, 128, 64, 12, 65
LR, BETAS, DECAY, CLIP = 1e-3, (0.9, 0.99), 0.1, 1.0


def setting():
    """({name: array}, [(inputs, targets)]): weights as (inputs, outputs) and 16 batches."""
    rng = np.random.default_rng(0)

    def normal(*shape):
        return (0.02 * rng.standard_normal(shape)).astype(np.float32)

    weights = {"characters": normal(CHARACTERS, WIDTH), "places": normal(BLOCK, WIDTH)}
    for i in range(LAYERS):
        weights |= {f"{i}.qkv": normal(WIDTH, 3 * WIDTH), f"{i}.out": normal(WIDTH, WIDTH)}
        weights |= {f"{i}.up": normal(WIDTH, 4 * WIDTH), f"{i}.down": normal(4 * WIDTH, WIDTH)}
    gains = [f"{i}.{which}" for i in range(LAYERS) for which in ("before", "between")] + ["after"]
    weights |= {name: np.ones(WIDTH, np.float32) for name in gains}
    batches = [tuple(rng.integers(0, CHARACTERS, (2, BATCH, BLOCK))) for _ in range(16)]
    return weights, batches


def abacus(threads):
    from abacus import ops
    from abacus.optim import AdamW
    from abacus.tensor import Parameter

    weights, batches = setting()
    p = {name: Parameter(value, name) for name, value in weights.items()}
    decay = {name: DECAY for name, parameter in p.items() if parameter.ndim >= 2}
    optimiser = AdamW(p, lr=LR, betas=BETAS, weight_decay=decay)

    def loss_of(index, target):
        x = ops.embedding(index, p["characters"]) + p["places"]
        for i in range(LAYERS):
            qkv = ops.affine(ops.layer_norm(x, p[f"{i}.before"]), p[f"{i}.qkv"])
            x = x + ops.affine(ops.self_attention(qkv, HEADS, causal=True), p[f"{i}.out"])
            up = ops.gelu(ops.affine(ops.layer_norm(x, p[f"{i}.between"]), p[f"{i}.up"]))
            x = x + ops.affine(up, p[f"{i}.down"])
        z = ops.affine(ops.layer_norm(x, p["after"]), ops.transpose(p["characters"]))
        return ops.softmax_cross_entropy(z, target)

    return steps.ours(loss_of, optimiser, batches, threads, limit=CLIP)


def torch(threads, compiled=False):
    import torch as t

    t.set_num_threads(threads)
    functional = t.nn.functional
    weights, batches = setting()
    embeddings = "characters", "places"
    p = {
        name: t.nn.Parameter(t.tensor(value if value.ndim == 1 or name in embeddings else value.T.copy()))
        for name, value in weights.items()
    }
    groups = [
        {"params": [q for q in p.values() if q.ndim >= 2], "weight_decay": DECAY},
        {"params": [q for q in p.values() if q.ndim < 2], "weight_decay": 0.0},
    ]
    optimiser = t.optim.AdamW(groups, lr=LR, betas=BETAS, fused=compiled or None)
    batches = [(t.tensor(x), t.tensor(y)) for x, y in batches]

    def attention(x, i):
        parts = functional.linear(x, p[f"{i}.qkv"]).split(WIDTH, dim=2)
        q, k, v = (a.view(*a.shape[:2], HEADS, -1).transpose(1, 2) for a in parts)
        y = functional.scaled_dot_product_attention(q, k, v, is_causal=True)
        return functional.linear(y.transpose(1, 2).contiguous().view(x.shape), p[f"{i}.out"])

    def loss_of(index, target):
        x = functional.embedding(index, p["characters"]) + p["places"]
        for i in range(LAYERS):
            x = x + attention(functional.layer_norm(x, (WIDTH,), p[f"{i}.before"]), i)
            h = functional.layer_norm(x, (WIDTH,), p[f"{i}.between"])
            x = x + functional.linear(functional.gelu(functional.linear(h, p[f"{i}.up"])), p[f"{i}.down"])
        z = functional.linear(functional.layer_norm(x, (WIDTH,), p["after"]), p["characters"])
        return functional.cross_entropy(z.view(-1, CHARACTERS), target.view(-1))

    return steps.of_torch(loss_of, optimiser, batches, compiled, limit=CLIP)


def jax(threads):
    import jax as j

    weights, batches = setting()

    def norm(x, gain):
        x = x - x.mean(axis=-1, keepdims=True)
        return x / j.numpy.sqrt((x**2).mean(axis=-1, keepdims=True) + 1e-5) * gain

    def loss_of(p, index, target):
        x = p["characters"][index] + p["places"]
        for i in range(LAYERS):
            qkv = (norm(x, p[f"{i}.before"]) @ p[f"{i}.qkv"]).reshape(*index.shape, 3, HEADS, -1)
            q, k, v = (qkv[:, :, part] for part in range(3))
            y = j.nn.dot_product_attention(q, k, v, is_causal=True)
            x = x + y.reshape(x.shape) @ p[f"{i}.out"]
            up = j.nn.gelu(norm(x, p[f"{i}.between"]) @ p[f"{i}.up"], approximate=False)
            x = x + up @ p[f"{i}.down"]
        z = j.nn.log_softmax(norm(x, p["after"]) @ p["characters"].T)
        return -j.numpy.mean(j.numpy.take_along_axis(z, target[..., None], axis=-1))

    def decay(p):
        return {name: DECAY * w if w.ndim >= 2 else 0 * w for name, w in p.items()}

    return steps.of_jax(loss_of, weights, batches, steps.adam(LR, BETAS, decoupled=decay), limit=CLIP)


def products(threads):
    rows, head = BATCH * BLOCK, (BATCH * HEADS, BLOCK, WIDTH // HEADS)
    across, scores = (head[0], head[2], BLOCK), (head[0], BLOCK, BLOCK)
    sizes = (WIDTH, 3 * WIDTH), (WIDTH, WIDTH), (WIDTH, 4 * WIDTH), (4 * WIDTH, WIDTH)
    layer = [pair for size in sizes for pair in steps.there_and_back(rows, *size)]
    layer += 2 * [(head, across)] + 4 * [(scores, head)]  # q k', p v, and back to all four
    return steps.products([*LAYERS * layer, *steps.there_and_back(rows, WIDTH, CHARACTERS)])


PEERS = {
    "abacus": abacus,
    "torch eager": torch,
    "torch compile": lambda threads: torch(threads, compiled=True),
    "jax": jax,
    "products": products,
}
