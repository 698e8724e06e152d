"""Stochastic gradient descent: plain, with momentum, with Nesterov's look ahead."""

import numpy as np

from abacus import kernels
from abacus.optim.clip import scale_of


def decays(parameters, weight_decay):
    """One number for each parameter, from one number for all or {name: number}. KeyError where a name is unknown."""
    if not isinstance(weight_decay, dict):
        return [weight_decay] * len(parameters)
    unknown = set(weight_decay) - set(parameters)
    if unknown:
        raise KeyError(f"weight_decay names {sorted(unknown)}, the parameters are {sorted(parameters)}")
    return [weight_decay.get(name, 0.0) for name in parameters]


def zeros(parameters):
    """An array of zeros beside each parameter."""
    return [np.zeros_like(parameter.value) for parameter in parameters]


def flat(array):
    """The array as one contiguous axis: a view, for a parameter or its state."""
    return np.ascontiguousarray(array).reshape(-1)


class SGD:
    """w -= lr·v with v = momentum·v + g, g = dw + weight_decay·w. With nesterov, w -= lr·(g + momentum·v)."""

    def __init__(self, parameters, lr=1e-3, momentum=0.0, nesterov=False, weight_decay=0.0):
        self.parameters = list(parameters.values())
        self.lr, self.momentum, self.nesterov = lr, momentum, nesterov
        self.decays = decays(parameters, weight_decay)
        self.velocities = zeros(self.parameters) if momentum else [None] * len(self.parameters)

    def step(self, gradients):
        """One step against the gradients, as `backward` returns them; a parameter without one stays."""
        scale = scale_of(gradients)
        for parameter, velocity, decay in zip(self.parameters, self.velocities, self.decays):
            if parameter not in gradients:
                continue
            w, dw, number = flat(parameter.value), flat(gradients[parameter]), parameter.value.dtype.type
            if velocity is None:
                kernels.update.sgd(w, dw, number(self.lr), number(decay), number(scale))
            else:
                numbers = number(self.lr), number(self.momentum), self.nesterov, number(decay), number(scale)
                kernels.update.momentum(w, dw, flat(velocity), *numbers)
            parameter.version += 1
