"""Stochastic gradient descent: plain, with momentum, with Nesterov's look ahead."""

from abacus import kernels
from abacus.optim.clip import scale_of
from abacus.optim.parameters import decays, expect_gradients, flat, zeros


class SGD:
    """w -= lr·v with v = momentum·v + g, g = dw + weight_decay·w. With nesterov, w -= lr·(g + momentum·v)."""

    def __init__(self, parameters, lr=1e-3, momentum=0.0, nesterov=False, weight_decay=0.0):
        self.parameters = list(parameters.values())
        self.lr, self.momentum, self.nesterov = lr, momentum, nesterov
        self.decays = decays(parameters, weight_decay)
        self.velocities = zeros(self.parameters) if momentum else [None] * len(self.parameters)

    def step(self, gradients):
        """One step against the gradients, as `backward` returns them; a parameter without one stays."""
        expect_gradients(self, gradients, self.velocities)
        scale = scale_of(gradients)
        for parameter, velocity, decay in zip(self.parameters, self.velocities, self.decays):
            if parameter not in gradients:
                continue
            w, dw, number = (
                parameter.value.reshape(-1),
                flat(gradients[parameter], parameter.dtype),
                parameter.value.dtype.type,
            )
            if velocity is None:
                kernels.update.sgd(w, dw, number(self.lr), number(decay), number(scale))
            else:
                numbers = number(self.lr), number(self.momentum), self.nesterov, number(decay), number(scale)
                kernels.update.momentum(w, dw, velocity.reshape(-1), *numbers)
            parameter.version += 1
