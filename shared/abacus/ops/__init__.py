"""Differentiable operations, by subject; `ops.tanh(x)` takes Tensors or arrays and returns a Tensor.

Compiled kernels are imported when an op first needs them, so importing this package costs little.
"""
# ruff: noqa: F401

from abacus.ops import methods
from abacus.ops.activations import (
    celu,
    glu,
    hardshrink,
    hardsigmoid,
    hardswish,
    hardtanh,
    log_sigmoid,
    mish,
    prelu,
    selu,
    softshrink,
    softsign,
    tanhshrink,
    threshold,
)
from abacus.ops.affine import affine
from abacus.ops.arithmetic import add, divide, matmul, multiply, negative, power, subtract
from abacus.ops.attention import attention, self_attention
from abacus.ops.batch_norm import batch_norm
from abacus.ops.cholesky import cholesky, cholesky_solve, solve_triangular
from abacus.ops.conv import conv1d, conv2d, conv_transpose2d
from abacus.ops.conv3d import conv3d, conv_transpose1d, conv_transpose3d
from abacus.ops.ctc import ctc
from abacus.ops.cumulative import cummax, cummin, cumprod, logcumsumexp, prod
from abacus.ops.dropout import dropout
from abacus.ops.einsum import einsum
from abacus.ops.elementwise import (
    absolute,
    clip,
    cos,
    elu,
    exp,
    gelu,
    gelu_tanh,
    leaky_relu,
    log,
    maximum,
    minimum,
    relu,
    sigmoid,
    silu,
    sin,
    softplus,
    sqrt,
    square,
    tanh,
    where,
)
from abacus.ops.embedding import embedding
from abacus.ops.grid import affine_grid, grid_sample
from abacus.ops.group_norm import group_norm, instance_norm, local_response_norm
from abacus.ops.grouped_attention import grouped_attention
from abacus.ops.gru_reset_first import gru_reset_first
from abacus.ops.inverses import det, inverse, logdet, slogdet, solve
from abacus.ops.lengths import cdist, cosine_similarity, norm, normalize, pairwise_distance, weight_norm
from abacus.ops.likelihoods import kl_log_target, poisson_nll
from abacus.ops.losses import (
    bce,
    bce_with_logits,
    gaussian_nll,
    hinge,
    huber,
    kl,
    l1,
    mse,
    multi_margin,
    nll,
    soft_cross_entropy,
    softmax_cross_entropy,
)
from abacus.ops.margins import cosine_embedding, hinge_embedding, margin_ranking, triplet_margin
from abacus.ops.normalise import layer_norm, rms_norm
from abacus.ops.pool import avg_pool1d, avg_pool2d, global_average, max_pool1d, max_pool2d
from abacus.ops.pool_axes import (
    adaptive_avg_pool,
    adaptive_max_pool,
    avg_pool,
    avg_pool3d,
    lp_pool,
    max_pool3d,
    max_pool_places,
    max_unpool,
)
from abacus.ops.rearrange import extend, pixel_shuffle, pixel_unshuffle, roll, tile
from abacus.ops.recurrent import gru, gru_step, lstm, lstm_step, rnn, rnn_step
from abacus.ops.reductions import cumsum, log_softmax, logsumexp, max, mean, min, softmax, sum, var
from abacus.ops.resize import resize
from abacus.ops.rotary import rotary, rotary_angles
from abacus.ops.rounding import ceil, floor, fmod, frac, remainder, round, sign, trunc
from abacus.ops.scatter import gather, gather_nd, one_hot, scatter, scatter_nd, segment_sum
from abacus.ops.shapes import (
    broadcast_to,
    concat,
    flip,
    getitem,
    pad,
    reshape,
    stack,
    swapaxes,
    take,
    take_along,
    transpose,
)
from abacus.ops.sorting import argsort, sort, topk
from abacus.ops.sparse import sparse_matmul, sparse_softmax
from abacus.ops.special import (
    digamma,
    erf,
    erfc,
    erfinv,
    exp2,
    expm1,
    lgamma,
    log1p,
    log2,
    log10,
    logaddexp,
    reciprocal,
    rsqrt,
)
from abacus.ops.spectral import eigh, svd
from abacus.ops.subsample import subsample
from abacus.ops.triangles import diagonal, diagonal_matrix, trace, tril, triu
from abacus.ops.trigonometry import acos, acosh, asin, asinh, atan, atan2, atanh, cosh, sinh, tan
from abacus.ops.unfold import fold, unfold

__all__ = [name for name, thing in list(globals().items()) if callable(thing) and not name.startswith("_")]
