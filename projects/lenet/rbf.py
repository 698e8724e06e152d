"""LeNet-5's output: distances to ten drawn digits of 7 × 12 pixels, and its loss (section II.B)."""

import numpy as np

from abacus.tensor import op

J = 1.0  # of the loss. Ours: the paper prints no value
# p. 8 and Fig. 3: "stylized images of the corresponding character class drawn on a 7 x 12 bitmap". Ours: drawn anew.
DIGITS = """
..###..|...##..|.#####.|.#####.|....##.|#######|..####.|#######|.#####.|.#####.
.##.##.|..###..|##...##|##...##|...###.|##.....|.##....|##...##|##...##|##...##
##...##|.####..|##...##|.....##|..####.|##.....|##.....|.....##|##...##|##...##
##...##|...##..|.....##|.....##|.##.##.|##.....|##.....|.....##|##...##|##...##
##...##|...##..|....##.|..####.|##..##.|######.|######.|....##.|.#####.|##...##
##...##|...##..|...##..|.....##|##..##.|.....##|##...##|....##.|##...##|.######
##...##|...##..|..##...|.....##|#######|.....##|##...##|...##..|##...##|.....##
##...##|...##..|.##....|.....##|....##.|.....##|##...##|...##..|##...##|.....##
##...##|...##..|##.....|.....##|....##.|.....##|##...##|..##...|##...##|.....##
.##.##.|...##..|##.....|##...##|....##.|##...##|##...##|..##...|##...##|....##.
..###..|.######|#######|.#####.|....##.|.#####.|.#####.|..##...|.#####.|.####..
.......|.......|.......|.......|.......|.......|.......|.......|.......|.......
"""


def bitmaps():
    """The ten digits as (10, 84) of +1 (ink) and −1."""
    lines = [line.split("|") for line in DIGITS.strip("\n").splitlines()]
    drawn = np.array([[list(cell) for cell in line] for line in lines])  # 12 × 10 × 7
    return np.where(drawn == "#", 1, -1).transpose(1, 0, 2).reshape(10, 84).astype(np.float32)


@op
def distances(x, centres):
    """yᵢ = Σⱼ (xⱼ − wᵢⱼ)² (the paper's 7): x (n, 84), centres (10, 84), y (n, 10). dx = 2 Σᵢ dyᵢ (x − wᵢ)."""
    y = np.square(x[:, None, :] - centres).sum(axis=2)  # eq. 4
    return y, lambda dy: (2 * (dy.sum(axis=1, keepdims=True) * x - dy @ centres), None)


@op(keeps=("labels",))
def map_loss(y, labels, j):
    """Mean over the patterns of y_D + log(e^−j + Σᵢ e^−yᵢ) (the paper's 9), D the label.

    dyᵢ = [i = D] − e^−yᵢ / (e^−j + Σ e^−y).
    """
    rows = np.arange(len(y))
    rubbish = np.full((len(y), 1), -j, y.dtype)
    z = np.concatenate([-y, rubbish], axis=1)
    top = z.max(axis=1, keepdims=True)
    shares = np.exp(z - top)
    total = shares.sum(axis=1, keepdims=True)
    loss = y[rows, labels] + (top + np.log(total))[:, 0]  # eq. 5

    def pullback(dloss):
        dy = -(shares / total)[:, :-1]  # eq. 6
        dy[rows, labels] += 1
        return dy * (dloss / len(y)), None, None

    return loss.mean(), pullback
