"""The wider operations where an axis has no entry: a value of the right shape, zeros as gradients, or one line of BadInput."""

import numpy as np
import pytest

from abacus import ops
from abacus.errors import BadInput
from abacus.tensor import Parameter, backward

NONE = np.zeros(0, int)
SHAPES = {  # a call, and the shapes of its arrays
    "conv3d of no image": (ops.conv3d, (0, 2, 3, 3, 3), (2, 2, 2, 2, 2), (2,)),
    "conv3d of no channel": (ops.conv3d, (1, 0, 3, 3, 3), (2, 0, 2, 2, 2), (2,)),
    "conv3d to no channel": (ops.conv3d, (1, 2, 3, 3, 3), (0, 2, 2, 2, 2), (0,)),
    "conv_transpose3d": (ops.conv_transpose3d, (0, 2, 3, 3, 3), (2, 2, 2, 2, 2)),
    "conv_transpose3d of no frame": (ops.conv_transpose3d, (1, 2, 0, 3, 3), (2, 2, 2, 2, 2)),
    "conv_transpose1d": (ops.conv_transpose1d, (0, 2, 3), (2, 2, 2)),
    "unfold": (lambda x: ops.unfold(x, 2), (0, 2, 3, 3)),
    "unfold of no channel": (lambda x: ops.unfold(x, 2), (1, 0, 3, 3)),
    "fold": (lambda x: ops.fold(x, 3, 2), (0, 8, 4)),
    "grid_sample": (ops.grid_sample, (0, 2, 3, 3), (0, 2, 2, 2)),
    "grid_sample of no channel": (ops.grid_sample, (1, 0, 3, 3), (1, 2, 2, 2)),
    "grid_sample at no place": (ops.grid_sample, (1, 2, 3, 3), (1, 0, 2, 2)),
    "affine_grid": (lambda theta: ops.affine_grid(theta, (2, 2)), (0, 2, 3)),
    "resize": (lambda x: ops.resize(x, 2, mode="linear"), (0, 2, 3, 3)),
    "resize from nothing": (lambda x: ops.resize(x, 2), (1, 2, 0, 3)),
    "max_pool_places": (lambda x: ops.max_pool_places(x, 2)[0], (0, 2, 4)),
    "max_unpool": (lambda x: ops.max_unpool(x, np.zeros((0, 2, 2), int), 2), (0, 2, 2)),
    "avg_pool": (lambda x: ops.avg_pool(x, 2), (1, 0, 4)),
    "lp_pool": (lambda x: ops.lp_pool(x, 2, 2), (1, 0, 4)),
    "adaptive_avg_pool": (lambda x: ops.adaptive_avg_pool(x, 2), (0, 2, 4, 4)),
    "group_norm": (lambda x, *more: ops.group_norm(x, 2, *more), (0, 4, 3), (4,), (4,)),
    "group_norm of no pixel": (lambda x, *more: ops.group_norm(x, 2, *more), (2, 4, 0), (4,), (4,)),
    "instance_norm of no channel": (ops.instance_norm, (2, 0, 3), (0,), (0,)),
    "local_response_norm": (lambda x: ops.local_response_norm(x, 3), (2, 0, 3)),
    "weight_norm": (ops.weight_norm, (0, 3), (0, 1)),
    "norm": (lambda x: ops.norm(x, axis=0), (0, 3)),
    "norm, the largest": (lambda x: ops.norm(x, np.inf, axis=0), (0, 3)),
    "normalize": (ops.normalize, (2, 0)),
    "cosine_similarity": (ops.cosine_similarity, (2, 0), (2, 0)),
    "cdist of no width": (ops.cdist, (2, 0), (3, 0)),
    "pairwise_distance": (ops.pairwise_distance, (2, 0), (2, 0)),
    "grouped_attention": (lambda *qkv: ops.grouped_attention(*qkv)[0], (0, 2, 3, 4), (0, 1, 3, 4), (0, 1, 3, 4)),
    "grouped_attention of no key": (
        lambda *qkv: ops.grouped_attention(*qkv, causal=True)[0],
        *((1, 2, 3, 4), (1, 1, 0, 4), (1, 1, 0, 4)),
    ),
    "grouped_attention of no width": (
        lambda *qkv: ops.grouped_attention(*qkv)[0],
        (1, 2, 2, 0),
        (1, 1, 3, 0),
        (1, 1, 3, 4),
    ),
    "rotary": (ops.rotary, (0, 3, 4), (3, 2), (3, 2)),
    "rotary of no pair": (ops.rotary, (2, 3, 4), (3, 0), (3, 0)),
    "gru_reset_first of no time": (
        lambda *a: ops.gru_reset_first(*a)[1],
        (0, 2, 3),
        (2, 4),
        (3, 12),
        (4, 12),
        (12,),
        (12,),
    ),
    "gru_reset_first": (lambda *a: ops.gru_reset_first(*a)[0], (3, 0, 3), (0, 4), (3, 12), (4, 12), (12,), (12,)),
    "ctc": (lambda x: ops.ctc(x, np.zeros((0, 1), int), NONE, NONE, reduction="sum"), (3, 0, 2)),
    "sort": (lambda x: ops.sort(x, 0, True)[0], (0, 2)),
    "topk": (lambda x: ops.topk(x, 0)[0], (2, 0)),
    "gather": (lambda x: ops.gather(x, np.zeros((0, 2), int), 0), (0, 2)),
    "scatter": (lambda x, y: ops.scatter(x, np.zeros((0, 2), int), y, 0), (3, 2), (0, 2)),
    "segment_sum": (lambda x: ops.segment_sum(x, NONE, 3), (0, 2)),
    "segment_sum to nothing": (lambda x: ops.segment_sum(x, NONE, 0), (0, 2)),
    "einsum": (lambda *a: ops.einsum("ij,jk,kl->il", *a), (2, 0), (0, 3), (3, 2)),
    "einsum of no matrix": (lambda *a: ops.einsum("bij,bjk->bik", *a), (0, 2, 3), (0, 3, 2)),
    "cumprod": (lambda x: ops.cumprod(x, 1), (2, 0)),
    "cummax": (lambda x: ops.cummax(x, 1), (2, 0)),
    "logcumsumexp": (lambda x: ops.logcumsumexp(x, 1), (2, 0)),
    "prod": (lambda x: ops.prod(x, 1), (2, 0)),
    "glu": (ops.glu, (2, 0)),
    "prelu": (ops.prelu, (2, 0), (0,)),
    "pixel_shuffle": (lambda x: ops.pixel_shuffle(x, 2), (0, 4, 2, 2)),
    "pixel_unshuffle": (lambda x: ops.pixel_unshuffle(x, 2), (2, 0, 2, 2)),
    "tile": (lambda x: ops.tile(x, (0, 3)), (2, 2)),
    "roll": (lambda x: ops.roll(x, 1, 1), (2, 0)),
    "diagonal": (ops.diagonal, (2, 0, 3)),
    "diagonal_matrix": (ops.diagonal_matrix, (2, 0)),
}
REFUSED = {"resize from nothing"}


@pytest.mark.parametrize("name", SHAPES)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_an_axis_of_no_entry_is_defined_or_refused(name, dtype):
    call, *shapes = SHAPES[name]
    parameters = [Parameter(np.zeros(shape, dtype)) for shape in shapes]
    if name in REFUSED:
        with pytest.raises(BadInput):
            call(*parameters)
        return
    y = call(*parameters)
    assert y.dtype == dtype and not np.isnan(y.value).any()
    gradients = backward(ops.sum(y * 1.0) + ops.sum(sum(ops.sum(p) for p in parameters)) * 0.0)
    for p in parameters:
        assert gradients[p].shape == p.shape and not np.isnan(gradients[p]).any()


def test_a_product_over_nothing_is_one_and_no_key_gives_zeros():
    assert ops.prod(np.zeros((2, 0)), 1).value.tolist() == [1, 1]
    none = np.zeros((1, 1, 0, 4))
    assert not ops.grouped_attention(np.ones((1, 2, 3, 4)), none, none)[0].value.any()
    assert not ops.segment_sum(np.zeros((0, 2)), NONE, 3).value.any()
