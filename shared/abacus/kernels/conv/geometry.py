"""How the pixels of a convolution's images meet those of its results: one description, which every form of the sums takes."""

from typing import NamedTuple


class Geometry(NamedTuple):
    """Pixel p of the result meets pixel p·stride + t·dilation - padding of the image through tap t of the kernel.

    Pairs are (rows, columns). The channels lie last: images are (n, *image, groups·channels) and results (n, *result,
    groups·outputs), of which group g of the outputs meets group g of the channels. A pixel outside the image counts as zero.
    """

    image: tuple[int, int]
    result: tuple[int, int]
    kernel: tuple[int, int]
    stride: tuple[int, int]
    padding: tuple[int, int]
    dilation: tuple[int, int]
    groups: int
    channels: int  # of the image, in one group
    outputs: int  # of the result, in one group

    @property
    def weights(self):
        """The shape of the weights: (groups·outputs, channels, rows, columns)."""
        return (self.groups * self.outputs, self.channels, *self.kernel)
