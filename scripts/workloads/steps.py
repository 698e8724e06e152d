"""One step of a training: a batch in turn, its loss, the gradient, the update; ours, PyTorch's and JAX's."""

import itertools
import sys
from pathlib import Path

import numpy as np

DATA_PARALLEL = Path(__file__).resolve().parents[2] / "projects" / "data_parallel"


def ours(loss_of, optimiser, batches, threads=1, limit=None):
    """step() on the tape, each batch shared out among threads; with `limit` the gradient's norm is clipped there."""
    from abacus.optim import clip
    from abacus.tensor import backward

    if threads > 1:
        sys.path.append(str(DATA_PARALLEL))  # behind the workload's own modules
        from shares import backward_in_threads

    turn = itertools.cycle(batches)

    def step():
        if threads > 1:
            loss, gradients = backward_in_threads(loss_of, next(turn), threads)
        else:
            loss = loss_of(*next(turn))
            gradients = backward(loss)
        optimiser.step(clip(gradients, limit) if limit else gradients)
        return loss

    return step


def of_torch(loss_of, optimiser, batches, compiled=False, limit=None):
    """The same with PyTorch; `batches` are its tensors. `compiled`: loss and gradient by torch.compile."""
    import torch

    turn = itertools.cycle(batches)
    forward = torch.compile(loss_of) if compiled else loss_of
    trained = [parameter for group in optimiser.param_groups for parameter in group["params"]]

    def step():
        optimiser.zero_grad()
        loss = forward(*next(turn))
        loss.backward()
        if limit:
            torch.nn.utils.clip_grad_norm_(trained, limit)
        optimiser.step()
        return loss.detach()

    return step


def of_jax(loss_of, weights, batches, update, limit=None):
    """The same with JAX, compiled whole: loss_of(weights, *batch), and an update from below."""
    import jax

    def whole(weights, first, second, count, *batch):
        loss, gradients = jax.value_and_grad(loss_of)(weights, *batch)
        if limit:
            norm = sum((g**2).sum() for g in jax.tree.leaves(gradients)) ** 0.5
            gradients = jax.tree.map(lambda g: g * jax.numpy.minimum(1, limit / norm), gradients)
        return *update(weights, gradients, first, second, count), loss

    whole, turn, counts = jax.jit(whole, donate_argnums=(0, 1, 2)), itertools.cycle(batches), itertools.count(1)
    weights = jax.tree.map(jax.numpy.array, weights)
    first, second = (jax.tree.map(jax.numpy.zeros_like, weights) for _ in range(2))

    def step():
        nonlocal weights, first, second
        weights, first, second, loss = whole(weights, first, second, next(counts), *next(turn))
        return float(loss)

    return step


def descend(lr, momentum=0.0, decay=0.0):
    """An update for of_jax: descent with momentum and L2."""
    import jax

    def update(weights, gradients, moving, unused, count):
        moving = jax.tree.map(lambda m, g, w: momentum * m + g + decay * w, moving, gradients, weights)
        return jax.tree.map(lambda w, m: w - lr * m, weights, moving), moving, unused

    return update


def adam(lr, betas=(0.9, 0.999), coupled=None, decoupled=None):
    """An update for of_jax: Adam, where coupled(w) is added to the gradient, or AdamW, where lr * decoupled(w) is taken off."""
    import jax

    a, b = betas

    def update(weights, gradients, means, squares, count):
        if coupled:
            gradients = jax.tree.map(lambda g, more: g + more, gradients, coupled(weights))
        means = jax.tree.map(lambda m, g: a * m + (1 - a) * g, means, gradients)
        squares = jax.tree.map(lambda s, g: b * s + (1 - b) * g * g, squares, gradients)
        kept = jax.tree.map(lambda w, less: w - lr * less, weights, decoupled(weights)) if decoupled else weights
        rate, correction = lr / (1 - a**count), 1 - b**count
        moved = jax.tree.map(
            lambda w, m, s: w - rate * m / (jax.numpy.sqrt(s / correction) + 1e-8), kept, means, squares
        )
        return moved, means, squares

    return update


def products(shapes):
    """The matrix products of a step and nothing else, on NumPy's BLAS; `shapes`: ((…, m, k), (…, k, n)) of each. No step that
    leaves them to this BLAS can be quicker."""
    rng = np.random.default_rng(0)
    operands = [[rng.random(shape, dtype=np.float32) for shape in pair] for pair in shapes]
    results = [a @ b for a, b in operands]

    def step():
        for (a, b), result in zip(operands, results):
            np.matmul(a, b, out=result)
        return 0.0

    return step


def there_and_back(n, inputs, outputs, first=False):
    """The products of an affine map of n rows: forward, and backward to its weights and, but for the first layer, its input."""
    yield (n, inputs), (inputs, outputs)
    yield (inputs, n), (n, outputs)
    if not first:
        yield (n, outputs), (outputs, inputs)


def through(n, sizes):
    """The products of n rows through affine maps in a row, from sizes[0] numbers to sizes[-1]."""
    for i, (inputs, outputs) in enumerate(itertools.pairwise(sizes)):
        yield from there_and_back(n, inputs, outputs, first=i == 0)
