"""ResNet-20 for 32 x 32 images (He et al. 2016, section 4.2; shortcuts A), batch 128, momentum 0.9, weight decay 1e-4."""

import numpy as np
from workloads import steps

WIDTHS, BLOCKS, BATCH, LR, MOMENTUM, DECAY = (16, 32, 64), 3, 128, 0.1, 0.9, 1e-4
THREADS = "kernels"  # batch norm wants the whole batch


def layers():
    """(inputs, outputs, stride) of the 19 convolutions, in order."""
    yield 3, 16, 1
    inputs = 16
    for width in WIDTHS:
        for block in range(BLOCKS):
            yield inputs, width, 2 if block == 0 and width > 16 else 1
            yield width, width, 1
            inputs = width


def setting():
    """([w], (w, b), [(images, labels)]): convolutions, the last matrix as (inputs, outputs), and 4 batches."""
    rng = np.random.default_rng(0)
    kernels = [rng.standard_normal((o, i, 3, 3)) * (2 / (9 * i)) ** 0.5 for i, o, _ in layers()]
    head = (rng.standard_normal((64, 10)) / 8).astype(np.float32), np.zeros(10, np.float32)
    batches = [
        (rng.standard_normal((BATCH, 3, 32, 32)).astype(np.float32), rng.integers(0, 10, BATCH)) for _ in range(4)
    ]
    return [w.astype(np.float32) for w in kernels], head, batches


def abacus(threads):
    from abacus import nn, ops
    from abacus.optim import SGD
    from abacus.tensor import Parameter

    kernels, head, batches = setting()
    w, head = [Parameter(a) for a in kernels], [Parameter(a) for a in head]
    norms = [nn.BatchNorm(len(a)) for a in kernels]
    optimiser = SGD(nn.parameters([w, norms, head]), lr=LR, momentum=MOMENTUM, weight_decay=DECAY)

    def loss_of(x, y):
        x = norms[0](ops.conv2d(x, w[0], padding=1), True, activation="relu")
        for i, (inputs, outputs, stride) in list(enumerate(layers()))[1::2]:
            h = norms[i](ops.conv2d(x, w[i], stride=stride, padding=1), True, activation="relu")
            if stride == 2:
                half = (outputs - inputs) // 2
                x = ops.pad(x[:, :, ::2, ::2], ((0, 0), (half, half), (0, 0), (0, 0)))
            x = norms[i + 1](ops.conv2d(h, w[i + 1], padding=1), True, shortcut=x, activation="relu")
        return ops.softmax_cross_entropy(ops.affine(ops.global_average(x), *head), y)

    return steps.ours(loss_of, optimiser, batches)


def torch(threads, compiled=False, channels_last=False):
    import torch as t

    t.set_num_threads(threads)
    functional = t.nn.functional
    kernels, (matrix, bias), batches = setting()

    class Network(t.nn.Module):
        def __init__(self):
            super().__init__()
            self.convolutions = t.nn.ModuleList(t.nn.Conv2d(i, o, 3, s, 1, bias=False) for i, o, s in layers())
            self.norms = t.nn.ModuleList(t.nn.BatchNorm2d(o) for _, o, _ in layers())
            self.head = t.nn.Linear(64, 10)
            for convolution, w in zip(self.convolutions, kernels, strict=True):
                convolution.weight.data = t.tensor(w)
            self.head.weight.data, self.head.bias.data = t.tensor(matrix.T.copy()), t.tensor(bias)

        def forward(self, x):
            x = functional.relu(self.norms[0](self.convolutions[0](x)))
            for i, (inputs, outputs, stride) in list(enumerate(layers()))[1::2]:
                h = functional.relu(self.norms[i](self.convolutions[i](x)))
                if stride == 2:
                    half = (outputs - inputs) // 2
                    x = functional.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, half, half))
                x = functional.relu(self.norms[i + 1](self.convolutions[i + 1](h)) + x)
            return self.head(x.mean((2, 3)))

    layout = t.channels_last if channels_last else t.contiguous_format
    model = Network().to(memory_format=layout)
    optimiser = t.optim.SGD(model.parameters(), lr=LR, momentum=MOMENTUM, weight_decay=DECAY)
    batches = [(t.tensor(x).to(memory_format=layout), t.tensor(y)) for x, y in batches]

    def loss_of(x, y):
        return functional.cross_entropy(model(x), y)

    return steps.of_torch(loss_of, optimiser, batches, compiled)


def jax(threads):
    import jax as j

    kernels, head, batches = setting()
    kernels = [w.transpose(2, 3, 1, 0) for w in kernels]  # channels last, as XLA wants them
    norms = [(np.ones(w.shape[3], np.float32), np.zeros(w.shape[3], np.float32)) for w in kernels]

    def convolved(x, w, norm, stride=1):
        numbers = ("NHWC", "HWIO", "NHWC")
        x = j.lax.conv_general_dilated(x, w, (stride, stride), ((1, 1), (1, 1)), dimension_numbers=numbers)
        return (x - x.mean((0, 1, 2))) / j.numpy.sqrt(x.var((0, 1, 2)) + 1e-5) * norm[0] + norm[1]

    def loss_of(weights, x, y):
        w, norms, head = weights
        x = j.nn.relu(convolved(x, w[0], norms[0]))
        for i, (inputs, outputs, stride) in list(enumerate(layers()))[1::2]:
            h = convolved(j.nn.relu(convolved(x, w[i], norms[i], stride)), w[i + 1], norms[i + 1])
            if stride == 2:
                half = (outputs - inputs) // 2
                x = j.numpy.pad(x[:, ::2, ::2], ((0, 0), (0, 0), (0, 0), (half, half)))
            x = j.nn.relu(h + x)
        z = x.mean((1, 2)) @ head[0] + head[1]
        return -j.numpy.mean(j.nn.log_softmax(z)[j.numpy.arange(BATCH), y])

    batches = [(x.transpose(0, 2, 3, 1), y) for x, y in batches]
    return steps.of_jax(loss_of, (kernels, norms, head), batches, steps.descend(LR, MOMENTUM, DECAY))


PEERS = {
    "abacus": abacus,
    "torch eager": torch,
    "torch compile": lambda threads: torch(threads, compiled=True),
    "torch channels": lambda threads: torch(threads, channels_last=True),
    "jax": jax,
}
