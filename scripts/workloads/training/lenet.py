"""LeNet-5 with tanh: 6 maps of 5 x 5, mean of 2 x 2, 16 maps, mean, 120 maps, 84, 10; 32 x 32, batch 64, momentum 0.9."""

import itertools

import numpy as np

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
    from abacus.parallel import backward_in_parts
    from abacus.tensor import Parameter, backward

    kernels, dense, batches = setting()
    (c1, c3, c5), (f6, f7) = ([[Parameter(a) for a in layer] for layer in layers] for layers in (kernels, dense))
    everything = itertools.chain(c1, c3, c5, f6, f7)
    optimiser = SGD({str(i): parameter for i, parameter in enumerate(everything)}, lr=LR, momentum=MOMENTUM)
    turn = itertools.cycle(batches)

    def loss_of(x, y):
        s2 = ops.avg_pool2d(ops.conv2d(x, *c1, activation="tanh"), 2)
        s4 = ops.avg_pool2d(ops.conv2d(s2, *c3, activation="tanh"), 2)
        h = ops.reshape(ops.conv2d(s4, *c5, activation="tanh"), len(x), 120)
        return ops.softmax_cross_entropy(ops.affine(ops.affine(h, *f6, activation="tanh"), *f7), y)

    def step():
        loss = loss_of(*next(turn))
        optimiser.step(backward(loss))
        return loss

    def step_in_parts():
        loss, gradients = backward_in_parts(loss_of, next(turn), threads)
        optimiser.step(gradients)
        return loss

    return step if threads == 1 else step_in_parts


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
    turn = itertools.cycle([(t.tensor(x).to(memory_format=layout), t.tensor(y)) for x, y in batches])

    def loss_of(x, y):
        return n.functional.cross_entropy(model(x), y)

    forward = t.compile(loss_of) if compiled else loss_of

    def step():
        optimiser.zero_grad()
        loss = forward(*next(turn))
        loss.backward()
        optimiser.step()
        return loss.detach()

    return step


PEERS = {
    "abacus": abacus,
    "torch eager": torch,
    "torch compile": lambda threads: torch(threads, compiled=True),
    "torch channels": lambda threads: torch(threads, channels_last=True),
}
