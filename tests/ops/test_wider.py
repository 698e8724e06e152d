"""Facts about the wider operations that no case can say: places, NaN, ties, and what two operations have in common."""

import numpy as np
import pytest

from abacus import ops
from abacus.errors import BadInput
from abacus.tensor import Parameter, backward

EPS = np.finfo(float).eps
RNG = np.random.default_rng
ENTRYWISE = (
    *("selu", "celu", "hardsigmoid", "hardswish", "hardtanh", "mish", "softsign", "log_sigmoid", "softshrink"),
    *("hardshrink", "tanhshrink", "tan", "asin", "acos", "atan", "sinh", "cosh", "asinh", "acosh", "atanh", "expm1"),
    *("log1p", "exp2", "log2", "log10", "reciprocal", "rsqrt", "erf", "erfc", "erfinv", "lgamma", "digamma"),
    *("floor", "ceil", "trunc", "round", "sign", "frac"),
)


def near(a, b):
    np.testing.assert_allclose(a, b, atol=EPS ** (3 / 4) * (1 + np.abs(b).max(initial=0)))


@pytest.mark.parametrize("name", ENTRYWISE)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_nan_passes_and_a_number_or_a_list_will_do(name, dtype):
    function = getattr(ops, name)
    one = 0.5 if name == "atanh" else 1.0
    y = function(np.array([np.nan, one], dtype))
    assert np.isnan(y.value[0]) and not np.isnan(y.value[1]) and y.dtype == dtype
    assert function(one).value == function([one]).value[0] == function(np.float32(one)).value
    assert function(np.zeros((0, 2), dtype)).shape == (0, 2)


def test_nan_passes_through_what_has_more_arguments():
    nan, one = np.array([np.nan]), np.ones(1)
    for y in (ops.prelu(nan, one), ops.threshold(nan, 0.5), ops.glu(np.array([np.nan, 1.0])), ops.atan2(nan, one)):
        assert np.isnan(y.value).all()
    for y in (
        ops.logaddexp(nan, one),
        ops.remainder(one, nan),
        ops.fmod(nan, one),
        ops.norm(nan),
        ops.cdist([nan], [one]),
    ):
        assert np.isnan(y.value).all()
    for name in ("cumprod", "cummax", "cummin", "logcumsumexp"):
        found = getattr(ops, name)(np.array([1.0, np.nan, 2.0])).value
        assert np.isnan(found).tolist() == [False, True, True], name


def test_two_that_are_equally_infinite_share_the_gradient_of_their_sum():
    for end in (-np.inf, np.inf):
        a, b = Parameter(np.array([end])), Parameter(np.array([end]))
        y = ops.logaddexp(a, b)
        assert y.value.tolist() == [end]
        gradients = backward(ops.sum(ops.where(np.array([False]), y, 0.0)) + ops.sum(ops.tanh(y)))
        assert np.isfinite(gradients[a]).all() and np.array_equal(gradients[a], gradients[b])


def test_sorted_places_are_stable_and_nan_is_the_largest():
    x = np.array([2.0, np.nan, 1.0, 2.0, 1.0])
    for descending, wanted in ((False, [2, 4, 0, 3, 1]), (True, [1, 0, 3, 2, 4])):
        y, places = ops.sort(x, descending=descending)
        assert type(places) is np.ndarray and places.tolist() == wanted
        np.testing.assert_array_equal(y.value, x[wanted])
        assert ops.argsort(x, descending=descending).tolist() == wanted
    assert ops.topk(x, 3)[1].tolist() == [1, 0, 3] and ops.topk(x, 3, largest=False)[1].tolist() == [2, 4, 0]
    y, place = ops.sort(3.0)
    assert y.value == 3 and place == 0 and ops.topk(np.float32(3), 1)[0].shape == ()


def test_the_last_of_several_that_name_one_place_stands_and_has_the_gradient():
    x, source = Parameter(np.zeros(3)), Parameter(np.array([1.0, 2.0, 3.0, 4.0]))
    for y in (
        ops.scatter(x, np.array([0, 2, 0, -1]), source),
        ops.scatter_nd(x, np.array([[0], [2], [0], [-1]]), source),
    ):
        assert y.value.tolist() == [3, 0, 4]
        gradients = backward(ops.sum(y * np.array([5.0, 6.0, 7.0])))
        assert gradients[x].tolist() == [0, 6, 0] and gradients[source].tolist() == [0, 0, 5, 7]
    places = np.array([[[1, 1]]])
    v = Parameter(np.array([[[2.0, 3.0]]]))
    y = ops.max_unpool(v, places, 1)
    assert y.value.tolist() == [[[0, 3]]] and backward(ops.sum(y))[v].tolist() == [[[0, 1]]]


def test_indices_may_be_of_any_kind_of_whole_number():
    for kind in (np.int8, np.uint8, np.int32, np.uint64):
        index = np.array([[1, 0]], kind)
        assert ops.gather(np.array([[5.0, 6.0]]), index).value.tolist() == [[6, 5]]
        assert ops.one_hot(index, 2).tolist() == [[[0, 1], [1, 0]]]
        assert ops.segment_sum(np.ones(2), index[0], 3).value.tolist() == [1, 1, 0]


@pytest.mark.parametrize("ceil_mode", [False, True])
def test_pooling_along_any_axes_is_that_of_images(ceil_mode):
    x = RNG(0).standard_normal((2, 3, 7, 6))
    x[0, 0, 3, 2] = np.nan
    y, places = ops.max_pool_places(x, (3, 2), 2, 1, ceil_mode=ceil_mode)
    np.testing.assert_array_equal(y.value, ops.max_pool2d(x, (3, 2), 2, 1, ceil_mode=ceil_mode).value)
    picked = np.take_along_axis(x.reshape(2, 3, -1), places.reshape(2, 3, -1), axis=-1)
    np.testing.assert_array_equal(picked.reshape(y.shape), y.value)
    x[0, 0, 3, 2] = 0
    for include in (False, True):
        options = {"ceil_mode": ceil_mode, "count_include_pad": include}
        near(ops.avg_pool(x, (3, 2), 2, 1, **options).value, ops.avg_pool2d(x, (3, 2), 2, 1, **options).value)
    near(ops.adaptive_avg_pool(x, 1).value[..., 0, 0], ops.global_average(x).value)
    near(ops.lp_pool(x, np.float64(2), 2).value ** 2, 4 * ops.avg_pool2d(x * x, 2).value)


def test_a_window_of_padding_alone_has_no_largest_and_no_gradient():
    x = Parameter(np.ones((1, 1, 1)))
    y, places = ops.max_pool_places(x, 2, 1, 1, dilation=2)
    assert places.tolist() == [[[-1]]] and y.value.tolist() == [[[-np.inf]]]
    assert backward(ops.sum(ops.where(np.zeros((1, 1, 1), bool), y, 0.0)))[x].tolist() == [[[0]]]


MODES = [("linear", c) for c in ("usual", "align_corners", "half_pixel_symmetric", "pytorch_half_pixel", "asymmetric")]
MODES += [("cubic", "usual"), ("cubic", "align_corners"), ("area", "usual"), ("nearest", "usual")]


@pytest.mark.parametrize(("mode", "coordinates"), MODES)
@pytest.mark.parametrize("outside", [False, True])
def test_a_constant_image_stays_constant_whatever_its_size(mode, coordinates, outside):
    x = np.full((1, 2, 5, 4), 3.0)
    for how in ({"size": (3, 9)}, {"scale": 1.7}, {"size": (8, 2), "scale": (1.6, 0.5)}):
        for antialias in (False, True):
            y = ops.resize(x, **how, mode=mode, coordinates=coordinates, antialias=antialias, exclude_outside=outside)
            near(y.value, np.full(y.shape, 3.0))


def test_a_nan_spoils_its_neighbours_only():
    x = np.ones((1, 1, 6, 6))
    x[0, 0, 2, 2] = np.nan
    assert np.isnan(ops.resize(x, 12, mode="linear").value).sum() == 16
    assert np.isnan(ops.resize(x, 12).value).sum() == 4
    grid = ops.affine_grid(np.array([[[1.0, 0, 0], [0, 1.0, 0]]]), (6, 6))
    assert np.isnan(ops.grid_sample(x, grid, "nearest").value).sum() == 1
    grid = np.full((1, 1, 2, 2), np.nan)
    assert ops.grid_sample(np.ones((1, 1, 2, 2)), grid).shape == (1, 1, 1, 2)


@pytest.mark.parametrize("corners", [False, True])
@pytest.mark.parametrize("mode", ["linear", "nearest", "cubic"])
def test_sampling_an_image_at_its_own_pixels_gives_the_image(mode, corners):
    x = RNG(0).standard_normal((2, 3, 4, 5))
    grid = ops.affine_grid(np.tile(np.eye(2, 3), (2, 1, 1)), (4, 5), corners)
    near(ops.grid_sample(x, grid, mode, align_corners=corners).value, x)


def test_fold_adds_each_pixel_as_often_as_a_window_holds_it():
    x = RNG(0).standard_normal((2, 3, 6, 5))
    counts = ops.fold(ops.unfold(np.ones_like(x), 3), (6, 5), 3).value
    near(ops.fold(ops.unfold(x, 3), (6, 5), 3).value, x * counts)
    assert counts[0, 0, 2, 2] == 9 and counts[0, 0, 0, 0] == 1
    w = RNG(1).standard_normal((4, 3, 2, 3))
    columns = ops.einsum("ok,nkl->nol", w.reshape(4, -1), ops.unfold(x, (2, 3), padding=1, stride=2))
    wanted = ops.conv2d(x, w, padding=1, stride=2)
    near(columns.value, wanted.value.reshape(2, 4, -1))


def test_a_volume_of_one_frame_is_an_image():
    x, w, b = (RNG(i).standard_normal(shape) for i, shape in enumerate(((2, 4, 6, 5), (4, 2, 3, 3), (4,))))
    back = RNG(3).standard_normal((4, 2, 3, 3))
    options = {"stride": 2, "padding": 1, "groups": 2}
    three = {"stride": (1, 2, 2), "padding": (0, 1, 1), "groups": 2}
    near(ops.conv3d(x[:, :, None], w[:, :, None], b, **three).value[:, :, 0], ops.conv2d(x, w, b, **options).value)
    found = ops.conv_transpose3d(x[:, :, None], back[:, :, None], b, **three).value[:, :, 0]
    near(found, ops.conv_transpose2d(x, back, b, **options).value)


def test_group_norm_lies_between_layer_norm_and_instance_norm():
    x = RNG(0).standard_normal((2, 6, 3, 4))
    flat = ops.layer_norm(x.reshape(2, -1)).value
    near(ops.group_norm(x, 1).value.reshape(2, -1), flat)
    near(ops.group_norm(x, 6).value, ops.instance_norm(x).value)
    assert not ops.group_norm(np.ones((2, 4)), 4).value.any()  # one entry is its own mean


def test_rotary_embedding_keeps_lengths_and_sees_only_how_far_places_are_apart():
    q, k = RNG(0).standard_normal((2, 5, 8))
    for interleaved in (False, True):
        turned = ops.rotary(q, *ops.rotary_angles(5, 8), interleaved).value
        tolerance = 8 * np.finfo(np.float32).eps  # the angles are of float32
        np.testing.assert_allclose((turned**2).sum(-1), (q**2).sum(-1), rtol=tolerance)
        products = []
        for places in (np.arange(5), np.arange(5) + 7):
            a, b = (ops.rotary(v, *ops.rotary_angles(places, 8), interleaved).value for v in (q, k))
            products.append(a @ b.T)
        np.testing.assert_allclose(*products, atol=12 * tolerance * np.abs(q).max() * np.abs(k).max())
    cos, sin = ops.rotary_angles(5, 4)
    assert np.array_equal(ops.rotary(q, cos, sin).value[:, 4:], q[:, 4:])  # beyond the pairs nothing is turned


def test_grouped_attention_with_a_group_for_each_head_is_attention():
    q, k, v = (RNG(i).standard_normal((2, 3, n, 4)) for i, n in enumerate((5, 6, 6)))
    for causal in (False, True):
        y, p = ops.grouped_attention(q, k, v, causal=causal)
        near(y.value, ops.attention(q, k, v, causal=causal).value)
        near(p.value.sum(axis=-1), np.ones((2, 3, 5)))
    y, p = ops.grouped_attention(q, k, v, window=(0, 0))
    near(y.value, v[:, :, :5])  # each query sees the key of its own place
    y, p = ops.grouped_attention(q, k, v, causal=True, offset=-1)
    assert not y.value[:, :, 0].any() and not p.value[:, :, 0].any()  # the first sees none


def test_a_text_longer_than_its_frames_has_an_infinite_loss():
    log_p = ops.log_softmax(RNG(0).standard_normal((3, 2, 4))).value
    labels, frames, lengths = (
        np.array([[1, 1], [2, 3]]),
        np.array([2, 3]),
        np.array([2, 2]),
    )  # 1 1 wants a blank between
    losses = ops.ctc(log_p, labels, frames, lengths, reduction="none").value
    assert losses[0] == np.inf and np.isfinite(losses[1])
    p = Parameter(log_p)
    y = ops.ctc(p, labels, frames, lengths, zero_infinity=True, reduction="none")
    assert y.value[0] == 0 and np.array_equal(y.value[1], losses[1])
    gradient = backward(ops.sum(y))[p]
    assert not gradient[:, 0].any() and gradient[:, 1].sum() == pytest.approx(
        -3, rel=EPS ** (3 / 4)
    )  # a path has 3 frames
    assert np.isnan(ops.ctc(np.full((1, 1, 2), np.nan), [[1]], np.array([1]), np.array([1])).value)
    nothing = ops.ctc(np.zeros((0, 1, 2)), np.zeros((1, 0), int), np.array([0]), np.array([0]), reduction="sum")
    assert nothing.value == 0  # nothing is said in no time


def test_a_mean_over_nothing_is_nan_and_a_sum_is_zero():
    empty = np.zeros((0, 3))
    for call in (
        lambda r: ops.triplet_margin(empty, empty, empty, reduction=r),
        lambda r: ops.cosine_embedding(empty, empty, empty[:, 0], reduction=r),
        lambda r: ops.margin_ranking(empty, empty, empty, reduction=r),
        lambda r: ops.hinge_embedding(empty, empty, reduction=r),
        lambda r: ops.poisson_nll(empty, empty, reduction=r),
        lambda r: ops.kl_log_target(empty, empty, reduction=r),
    ):
        assert np.isnan(call("mean").value) and call("sum").value == 0 and call("none").size == 0


def test_lengths_neither_overflow_nor_vanish():
    for big in (1e300, 1e-300):
        x = Parameter(np.array([3.0, 4.0]) * big)
        y = ops.norm(x)
        near(y.value / big, np.array(5.0))
        near(backward(y)[x], np.array([0.6, 0.8]))
        near(ops.normalize(x, eps=0.0).value, np.array([0.6, 0.8]))
    p = Parameter(np.zeros(3))
    assert not backward(ops.norm(p))[p].any()  # the slope of a length of zero


def test_a_divergence_of_what_has_no_probability_is_nothing():
    log_p = np.array([0.0, -np.inf])
    for log_q in (np.array([0.0, -np.inf]), np.array([0.0, -1.0])):
        assert ops.kl_log_target(log_q, log_p, reduction="sum").value == 0


def test_shapes_that_differ_in_a_letter_are_refused_by_name():
    with pytest.raises(BadInput, match=r"einsum: j has the lengths 3 and 4 in 'ij,jk->ik'"):
        ops.einsum("ij,jk->ik", np.ones((2, 3)), np.ones((4, 2)))
