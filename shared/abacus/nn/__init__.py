"""Layers as plain callables, the parameters of a model, ways to initialise them, and evaluation in parts."""
# ruff: noqa: F401

from abacus.nn.attention import CrossAttention, SelfAttention
from abacus.nn.convolutional import (
    BatchNorm,
    Conv1d,
    Conv2d,
    Conv3d,
    ConvTranspose1d,
    ConvTranspose2d,
    ConvTranspose3d,
    GroupNorm,
    Subsample,
)
from abacus.nn.evaluation import evaluate
from abacus.nn.initial import (
    fans,
    glorot_normal,
    glorot_uniform,
    he_normal,
    he_uniform,
    lecun_normal,
    lecun_uniform,
    normal,
    orthogonal,
    uniform_by_inputs,
)
from abacus.nn.layers import Affine, Dropout, Embedding, LayerNorm, PReLU, RMSNorm, Sequential
from abacus.nn.parameters import count, parameters
from abacus.nn.recurrent import GRU, LSTM, RNN

__all__ = [name for name, thing in list(globals().items()) if callable(thing) and not name.startswith("_")]
