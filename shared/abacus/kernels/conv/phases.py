"""The adjoint of a convolution as convolutions: pixels of the image whose index leaves the same remainder by the stride meet
the same taps, and are the result of one convolution of stride 1, a phase."""

import itertools
from functools import lru_cache
from math import gcd
from typing import NamedTuple

from abacus.kernels.conv.geometry import Geometry


class Phase(NamedTuple):
    """A phase: `first` its first pixel in the image (the next are a stride apart), `taps` the rows and the columns of the
    kernel that it meets, `geometry` that of its convolution, whose image is the result."""

    first: tuple[int, int]
    taps: tuple[list, list]
    geometry: Geometry


def phases(g):
    """All phases of the adjoint."""
    down, across = (_along(*axis) for axis in zip(g.image, g.kernel, g.stride, g.padding, g.dilation))
    apart = tuple(d // gcd(s, d) for s, d in zip(g.stride, g.dilation))  # pixels of the result from tap to tap
    turned = g._replace(image=g.result, stride=(1, 1), dilation=apart, channels=g.outputs, outputs=g.channels)
    for pair in itertools.product(down, across):
        first, size, taps, padding = zip(*pair)
        kernel = tuple(len(met) for met in taps)
        yield Phase(first, taps, turned._replace(result=size, kernel=kernel, padding=padding))


@lru_cache(1024)
def _along(size, taps, stride, padding, dilation):
    """Along one axis, for each phase: its first index, its size, its taps by ascending pixel of the result, its padding."""
    found = []
    for first in range(min(stride, size)):
        met = [t for t in reversed(range(taps)) if (first + padding - t * dilation) % stride == 0]
        source = (first + padding - met[0] * dilation) // stride if met else 0
        found.append((first, -(-(size - first) // stride), met, -source))
    return found
