"""Step sizes by coordinate from past gradients: Adagrad, RMSprop, Adadelta. Here g = dw + weight_decay·w."""

import numpy as np

from abacus import kernels
from abacus.dtypes import floats
from abacus.optim.clip import scale_of
from abacus.optim.parameters import decays, expect_gradients, flat, zeros


def _gradient(parameter, gradients, decay):
    return floats(gradients[parameter], parameter.dtype) * scale_of(gradients) + decay * parameter.value


class Adagrad:
    """w -= lr·g / (√Σg² + eps), the sum over all steps so far (Duchi, Hazan & Singer 2011)."""

    def __init__(self, parameters, lr=1e-2, eps=1e-10, weight_decay=0.0, start=0.0):
        self.parameters = list(parameters.values())
        self.lr, self.eps = lr, eps
        self.decays = decays(parameters, weight_decay)
        self.sums = [np.full_like(parameter.value, start) for parameter in self.parameters]

    def step(self, gradients):
        """One step against the gradients, as `backward` returns them; a parameter without one stays."""
        expect_gradients(self, gradients, self.sums)
        for parameter, total, decay in zip(self.parameters, self.sums, self.decays):
            if parameter in gradients:
                g = _gradient(parameter, gradients, decay)
                total += g * g
                parameter.value -= self.lr * g / (np.sqrt(total) + self.eps)
                parameter.version += 1


class RMSprop:
    """w -= lr·g / (√s + eps), s = alpha·s + (1 - alpha)·g² (Hinton's lecture 6e). With momentum, the quotient is
    gathered in a velocity; centred, s is less m², m the mean of g (Graves 2013, eq. 40). Then `squares` holds s - m² itself,
    by the same recurrence about the mean, alpha·(s + (1 - alpha)·(g - m)²): a difference of rounded squares may be negative."""

    def __init__(self, parameters, lr=1e-2, alpha=0.99, eps=1e-8, weight_decay=0.0, momentum=0.0, centered=False):
        self.parameters = list(parameters.values())
        self.lr, self.alpha, self.eps, self.momentum, self.centered = lr, alpha, eps, momentum, centered
        self.decays = decays(parameters, weight_decay)
        self.squares, self.means, self.velocities = (zeros(self.parameters) for _ in range(3))

    def step(self, gradients):
        """One step against the gradients, as `backward` returns them; a parameter without one stays."""
        expect_gradients(self, gradients, self.squares, self.means, self.velocities)
        state = zip(self.parameters, self.squares, self.means, self.velocities, self.decays)
        for parameter, square, mean, velocity, decay in state:
            if parameter not in gradients:
                continue
            if not self.centered:
                self._in_one_pass(parameter, gradients, square, velocity, decay)
                continue
            g = _gradient(parameter, gradients, decay)
            off = g - mean
            square += (1 - self.alpha) * off * off
            square *= self.alpha
            mean += (1 - self.alpha) * off
            velocity *= self.momentum
            velocity += g / (np.sqrt(square) + self.eps)
            parameter.value -= self.lr * velocity
            parameter.version += 1

    def _in_one_pass(self, parameter, gradients, square, velocity, decay):
        numbers = self.lr, 1 - self.alpha, self.momentum, self.eps, decay, scale_of(gradients)
        arrays = parameter.value.reshape(-1), flat(gradients[parameter], parameter.dtype)
        kernels.update.rmsprop(
            *arrays, square.reshape(-1), velocity.reshape(-1), *map(parameter.value.dtype.type, numbers)
        )
        parameter.version += 1


class Adadelta:
    """w -= lr·u, u = g·√(d + eps) / √(s + eps), s and d the running means of g² and u² (Zeiler 2012, alg. 1)."""

    def __init__(self, parameters, lr=1.0, rho=0.9, eps=1e-6, weight_decay=0.0):
        self.parameters = list(parameters.values())
        self.lr, self.rho, self.eps = lr, rho, eps
        self.decays = decays(parameters, weight_decay)
        self.squares, self.updates = zeros(self.parameters), zeros(self.parameters)

    def step(self, gradients):
        """One step against the gradients, as `backward` returns them; a parameter without one stays."""
        expect_gradients(self, gradients, self.squares, self.updates)
        for parameter, square, update, decay in zip(self.parameters, self.squares, self.updates, self.decays):
            if parameter not in gradients:
                continue
            g = _gradient(parameter, gradients, decay)
            square += (1 - self.rho) * (g * g - square)
            u = g * np.sqrt(update + self.eps) / np.sqrt(square + self.eps)
            update += (1 - self.rho) * (u * u - update)
            parameter.value -= self.lr * u
            parameter.version += 1
