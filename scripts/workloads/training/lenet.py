"""LeNet-5 with tanh: 6 maps of 5 x 5, mean of 2 x 2, 16 maps, mean, 120 maps, 84, 10; 32 x 32, batch 64, momentum 0.9."""

import itertools

import numpy as np
from workloads import steps

KERNELS, DENSE = ((6, 1), (16, 6), (120, 16)), ((120, 84), (84, 10))
BATCH, LR, MOMENTUM = 64, 0.01, 0.9


def setting():
    """([(w, b)], [(w, b)], [(images, labels)]): convolutions, matrices as (inputs, outputs), and 16 batches."""
    rng = np.random.default_rng(0)

    def uniform(inputs, *shape):
        return (rng.uniform(-1, 1, shape) / inputs**0.5).astype(np.float32)

    kernels = [(uniform(25 * i, o, i, 5, 5), uniform(25 * i, o)) for o, i in KERNELS]
    dense = [(uniform(i, i, o), uniform(i, o)) for i, o in DENSE]
    batches = [(rng.random((BATCH, 1, 32, 32), dtype=np.float32), rng.integers(0, 10, BATCH)) for _ in range(16)]
    return kernels, dense, batches


def abacus(threads):
    from abacus import ops
    from abacus.optim import SGD
    from abacus.tensor import Parameter

    kernels, dense, batches = setting()
    (c1, c3, c5), (f6, f7) = ([[Parameter(a) for a in layer] for layer in layers] for layers in (kernels, dense))
    everything = itertools.chain(c1, c3, c5, f6, f7)
    optimiser = SGD({str(i): parameter for i, parameter in enumerate(everything)}, lr=LR, momentum=MOMENTUM)

    def loss_of(x, y):
        s2 = ops.avg_pool2d(ops.conv2d(x, *c1, activation="tanh"), 2)
        s4 = ops.avg_pool2d(ops.conv2d(s2, *c3, activation="tanh"), 2)
        h = ops.reshape(ops.conv2d(s4, *c5, activation="tanh"), len(x), 120)
        return ops.softmax_cross_entropy(ops.affine(ops.affine(h, *f6, activation="tanh"), *f7), y)

    return steps.ours(loss_of, optimiser, batches, threads)


def torch(threads, compiled=False, channels_last=False):
    import torch as t

    t.set_num_threads(threads)
    kernels, dense, batches = setting()
    model, n = t.nn.Sequential(), t.nn
    for i, (w, b) in enumerate(kernels):
        convolution = n.Conv2d(w.shape[1], w.shape[0], 5)
        convolution.weight.data, convolution.bias.data = t.tensor(w), t.tensor(b)
        model.extend([convolution, n.Tanh(), n.AvgPool2d(2) if i < 2 else n.Flatten()])
    for i, (w, b) in enumerate(dense):
        linear = n.Linear(*w.shape)
        linear.weight.data, linear.bias.data = t.tensor(w.T.copy()), t.tensor(b)
        model.extend([linear, n.Tanh()][: 2 - i])
    layout = t.channels_last if channels_last else t.contiguous_format
    model.to(memory_format=layout)
    optimiser = t.optim.SGD(model.parameters(), lr=LR, momentum=MOMENTUM)
    batches = [(t.tensor(x).to(memory_format=layout), t.tensor(y)) for x, y in batches]

    def loss_of(x, y):
        return n.functional.cross_entropy(model(x), y)

    return steps.of_torch(loss_of, optimiser, batches, compiled)


def jax(threads):
    import jax as j

    kernels, dense, batches = setting()
    kernels = [(w.transpose(2, 3, 1, 0), b) for w, b in kernels]  # channels last, as XLA wants them

    def mean(x):
        return x.reshape(len(x), x.shape[1] // 2, 2, x.shape[2] // 2, 2, -1).mean((2, 4))

    def loss_of(weights, x, y):
        kernels, dense = weights
        for i, (w, b) in enumerate(kernels):
            x = j.lax.conv_general_dilated(x, w, (1, 1), "VALID", dimension_numbers=("NHWC", "HWIO", "NHWC"))
            x = mean(j.numpy.tanh(x + b)) if i < 2 else j.numpy.tanh(x + b)
        (w6, b6), (w7, b7) = dense
        z = j.numpy.tanh(x.reshape(len(x), -1) @ w6 + b6) @ w7 + b7
        return -j.numpy.mean(j.nn.log_softmax(z)[j.numpy.arange(BATCH), y])

    batches = [(x.transpose(0, 2, 3, 1), y) for x, y in batches]
    return steps.of_jax(loss_of, (kernels, dense), batches, steps.descend(LR, MOMENTUM))


PEERS = {
    "abacus": abacus,
    "torch eager": torch,
    "torch compile": lambda threads: torch(threads, compiled=True),
    "torch channels": lambda threads: torch(threads, channels_last=True),
    "jax": jax,
}
