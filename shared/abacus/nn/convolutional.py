"""Layers over images (n, channels, height, width), signals and volumes: convolutions, norms of channels, trainable
subsampling."""

import numpy as np

from abacus import ops
from abacus.expect import expect_word
from abacus.nn.initial import uniform_by_inputs
from abacus.ops.affine import ACTIVATIONS
from abacus.tensor import Parameter


class Conv2d:
    """activation(conv2d(x, w) + b): w (outputs, inputs / groups, kh, kw). w and b start as U(±1/√(inputs of a unit)), PyTorch's
    default; another `initial(shape, rng)` draws w and leaves b at 0. size, stride, padding, dilation: one or two numbers."""

    def __init__(
        self,
        inputs,
        outputs,
        size,
        rng,
        *,
        stride=1,
        padding=0,
        dilation=1,
        groups=1,
        activation=None,
        bias=True,
        initial=None,
    ):
        self.w, self.b = _weights((outputs, inputs // groups, *_each(size, 2)), outputs, rng, bias, initial)
        self.geometry = {"stride": stride, "padding": padding, "dilation": dilation, "groups": groups}
        expect_word(type(self).__name__, "activation", activation, ACTIVATIONS)
        self.activation = activation

    def __call__(self, x):
        return ops.conv2d(x, self.w, self.b, **self.geometry, activation=self.activation)


class Conv1d:
    """conv1d(x, w) + b over signals (n, channels, length): w (outputs, inputs / groups, size); starts as Conv2d."""

    def __init__(
        self, inputs, outputs, size, rng, *, stride=1, padding=0, dilation=1, groups=1, bias=True, initial=None
    ):
        self.w, self.b = _weights((outputs, inputs // groups, size), outputs, rng, bias, initial)
        self.geometry = {"stride": stride, "padding": padding, "dilation": dilation, "groups": groups}

    def __call__(self, x):
        return ops.conv1d(x, self.w, self.b, **self.geometry)


class Conv3d:
    """conv3d(x, w) + b over volumes (n, channels, depth, height, width): w (outputs, inputs / groups, kd, kh, kw); starts
    as Conv2d. size, stride, padding, dilation: one or three numbers."""

    def __init__(
        self, inputs, outputs, size, rng, *, stride=1, padding=0, dilation=1, groups=1, bias=True, initial=None
    ):
        self.w, self.b = _weights((outputs, inputs // groups, *_each(size, 3)), outputs, rng, bias, initial)
        self.geometry = {"stride": stride, "padding": padding, "dilation": dilation, "groups": groups}

    def __call__(self, x):
        return ops.conv3d(x, self.w, self.b, **self.geometry)


class _Transposed:
    """A transposed convolution over `axes` axes; it starts as Conv2d, inputs and outputs as w has them."""

    def __init__(
        self,
        inputs,
        outputs,
        size,
        rng,
        *,
        stride=1,
        padding=0,
        output_padding=0,
        groups=1,
        dilation=1,
        bias=True,
        initial=None,
    ):
        self.w, self.b = _weights((inputs, outputs // groups, *_each(size, self.axes)), outputs, rng, bias, initial)
        self.geometry = {"stride": stride, "padding": padding, "output_padding": output_padding}
        self.geometry |= {"groups": groups, "dilation": dilation}

    def __call__(self, x):
        return type(self).convolve(x, self.w, self.b, **self.geometry)


class ConvTranspose1d(_Transposed):
    """conv_transpose1d(x, w) + b over signals: w (inputs, outputs / groups, size); starts as Conv2d."""

    axes, convolve = 1, ops.conv_transpose1d


class ConvTranspose2d(_Transposed):
    """conv_transpose2d(x, w) + b: w (inputs, outputs / groups, kh, kw); starts as Conv2d, inputs and outputs as w has them."""

    axes, convolve = 2, ops.conv_transpose2d


class ConvTranspose3d(_Transposed):
    """conv_transpose3d(x, w) + b over volumes: w (inputs, outputs / groups, kd, kh, kw); starts as Conv2d."""

    axes, convolve = 3, ops.conv_transpose3d


class BatchNorm:
    """Batch norm of each channel (axis 1), gain from 1 and bias from 0; `training` says whose moments are used. The running
    ones are arrays, not parameters: a checkpoint takes them with the layer. shortcut and activation as in ops.batch_norm."""

    def __init__(self, channels, *, momentum=0.1, eps=1e-5):
        self.gain = Parameter(np.ones(channels, np.float32))
        self.bias = Parameter(np.zeros(channels, np.float32))
        self.mean, self.var = np.zeros(channels, np.float32), np.ones(channels, np.float32)
        self.momentum, self.eps = momentum, eps

    def __call__(self, x, training, *, shortcut=None, activation=None):
        return ops.batch_norm(
            x,
            self.mean,
            self.var,
            self.gain,
            self.bias,
            training,
            self.momentum,
            self.eps,
            shortcut=shortcut,
            activation=activation,
        )


class GroupNorm:
    """Group norm of x (n, channels, …) over so many groups of channels, gain from 1 and bias from 0; as many groups as
    channels are instance norm with a gain and a bias."""

    def __init__(self, groups, channels, *, eps=1e-5):
        self.gain = Parameter(np.ones(channels, np.float32))
        self.bias = Parameter(np.zeros(channels, np.float32))
        self.groups, self.eps = groups, eps

    def __call__(self, x):
        return ops.group_norm(x, self.groups, self.gain, self.bias, eps=self.eps)


class Subsample:
    """LeCun et al. 1998's subsampling: coefficient·Σ + bias over size x size windows, one coefficient and bias a channel.
    The coefficient starts at 1/size², the mean; the bias at 0."""

    def __init__(self, channels, size=2):
        self.coefficient = Parameter(np.full(channels, 1 / size**2, np.float32))
        self.bias = Parameter(np.zeros(channels, np.float32))
        self.size = size

    def __call__(self, x):
        return ops.subsample(x, self.coefficient, self.bias, self.size)


def _each(size, axes):
    return (size,) * axes if np.ndim(size) == 0 else tuple(size)


def _weights(shape, outputs, rng, bias, initial):
    w = Parameter((initial or uniform_by_inputs)(shape, rng))
    if not bias:
        return w, None
    start = np.zeros(outputs, np.float32)
    if initial is None:
        bound = 1 / np.sqrt(np.prod(shape[1:]))
        start = rng.uniform(-bound, bound, outputs).astype(np.float32)
    return w, Parameter(start)
