"""What an op does without its options is what it does with these: PyTorch's defaults, where it has the op."""

import numpy as np
import pytest

from abacus import ops

_rng = np.random.default_rng(0)
IMAGES, QUERIES = _rng.standard_normal((2, 3, 7, 6)), _rng.standard_normal((2, 5, 12))
KERNELS, BACK = _rng.standard_normal((4, 3, 3, 2)), _rng.standard_normal((3, 4, 3, 2))
SIGNALS, LABELS = IMAGES[:, :, 0], np.array([0, 2, -100])
SLIDING = {"stride": 1, "padding": 0, "dilation": 1, "groups": 1}
MAX = {"padding": 0, "dilation": 1, "ceil_mode": False}
MEAN = {"padding": 0, "ceil_mode": False}
CASES = [  # the op, what it is given, its options
    ("conv2d", (IMAGES, KERNELS), {}, SLIDING),
    ("conv1d", (SIGNALS, KERNELS[..., 0]), {}, SLIDING),
    ("conv_transpose2d", (IMAGES, BACK), {}, SLIDING | {"output_padding": 0}),
    ("max_pool2d", (IMAGES, 2), {}, MAX),
    ("max_pool1d", (SIGNALS[..., :5], 2), {}, MAX),
    ("avg_pool2d", (IMAGES, 2), {}, MEAN),
    ("avg_pool1d", (SIGNALS[..., :5], 2), {}, MEAN),
    ("avg_pool2d", (IMAGES, 2), {"padding": 1}, {"count_include_pad": True}),
    ("avg_pool1d", (SIGNALS, 2), {"padding": 1}, {"count_include_pad": True}),
    ("leaky_relu", (IMAGES,), {}, {"slope": 0.01}),
    ("elu", (IMAGES,), {}, {"alpha": 1.0}),
    ("attention", (QUERIES, QUERIES, QUERIES), {}, {"causal": False}),
    ("self_attention", (QUERIES, 2), {}, {"causal": False}),
    ("softmax_cross_entropy", (SIGNALS[0], LABELS), {}, {"ignore_index": -100, "label_smoothing": 0.0}),
    ("nll", (SIGNALS[0], LABELS), {}, {"ignore_index": -100}),
    ("stack", (SIGNALS,), {}, {"axis": 0}),
    ("concat", (SIGNALS,), {}, {"axis": 0}),
    ("pad", (SIGNALS, ((1, 1), (0, 2), (3, 0))), {}, {"value": 0.0}),
    ("subsample", (IMAGES[:, :, :6], np.ones(3), np.zeros(3)), {}, {"size": 2}),
    ("huber", (3 * SIGNALS[0], SIGNALS[1]), {}, {"delta": 1.0}),
]


@pytest.mark.parametrize(
    ("name", "arguments", "given", "options"), CASES, ids=[f"{c[0]}-{'-'.join(c[3])}" for c in CASES]
)
def test_without_its_options_an_op_does_as_with_these(name, arguments, given, options):
    op = getattr(ops, name)
    assert np.array_equal(op(*arguments, **given).value, op(*arguments, **given, **options).value)


def test_batch_norm_has_an_eps_and_a_momentum_of_its_own():
    found = []
    for options in ({}, {"momentum": 0.1, "eps": 1e-5}):
        mean, var = np.zeros(3), np.ones(3)
        y = ops.batch_norm(IMAGES, mean, var, training=True, **options)
        found.append(np.concatenate([mean, var, y.value.ravel()]))
    assert np.array_equal(*found)
