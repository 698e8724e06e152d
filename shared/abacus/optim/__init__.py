"""Optimisers (`optimiser.step(backward(loss))`), learning-rate schedules, clipping; defaults are PyTorch's.

An optimiser takes {name: Parameter}, as nn.parameters gives it. Its state is plain attributes: numbers, which may be
set between steps (`optimiser.lr = 0.1`), and lists of arrays, which are only ever written in place.
weight_decay is one number, or {name: number} for some of the parameters.
"""
# ruff: noqa: F401

from abacus.optim.adam import Adam, AdamW
from abacus.optim.adaptive import Adadelta, Adagrad, RMSprop
from abacus.optim.clip import clip, norm
from abacus.optim.schedule import cosine, inverse_root, step_decay, warm_up
from abacus.optim.sgd import SGD

__all__ = [name for name, thing in list(globals().items()) if callable(thing) and not name.startswith("_")]
