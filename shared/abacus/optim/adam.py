"""Adam, AMSGrad and AdamW."""

from abacus import kernels
from abacus.optim.clip import scale_of
from abacus.optim.parameters import decays, expect_gradients, flat, zeros


class Adam:
    """w -= lr·m̂ / (√v̂ + eps), m̂ and v̂ the running means of g and g², corrected for their start at 0 (Kingma & Ba 2015,
    alg. 1). g = dw + weight_decay·w. With amsgrad, v̂ is the largest so far (Reddi, Kale & Kumar 2018)."""

    def __init__(self, parameters, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0, amsgrad=False):
        self.parameters = list(parameters.values())
        self.lr, self.betas, self.eps, self.steps = lr, betas, eps, 0
        self.decays = decays(parameters, weight_decay)
        self.means, self.squares = zeros(self.parameters), zeros(self.parameters)
        self.largest = zeros(self.parameters) if amsgrad else [None] * len(self.parameters)

    def step(self, gradients):
        """One step against the gradients, as `backward` returns them; a parameter without one stays."""
        self._step(gradients, coupled=1.0, decoupled=0.0)

    def _step(self, gradients, coupled, decoupled):
        expect_gradients(self, gradients, self.means, self.squares, self.largest)
        self.steps += 1
        keep1, keep2 = self.betas
        correction = 1 / (1 - keep2**self.steps)
        rate = self.lr / (1 - keep1**self.steps)
        shared = rate, keep1, keep2, 1 - keep1, 1 - keep2, correction, self.eps
        for parameter, m, v, top, decay in zip(self.parameters, self.means, self.squares, self.largest, self.decays):
            if parameter not in gradients:
                continue
            own = 1 - self.lr * decoupled * decay, coupled * decay, scale_of(gradients)
            numbers = map(parameter.value.dtype.type, shared + own)
            w, dw = parameter.value.reshape(-1), flat(gradients[parameter], parameter.dtype)
            arrays = w, dw, m.reshape(-1), v.reshape(-1)
            if top is None:
                kernels.update.adam(*arrays, *numbers)
            else:
                kernels.update.amsgrad(*arrays, top.reshape(-1), *numbers)
            parameter.version += 1


class AdamW(Adam):
    """Adam with the weight decay apart from the gradient: w shrinks by lr·weight_decay·w (Loshchilov & Hutter 2019)."""

    def __init__(self, parameters, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2, amsgrad=False):
        super().__init__(parameters, lr, betas, eps, weight_decay, amsgrad)

    def step(self, gradients):
        """One step against the gradients, as `backward` returns them; a parameter without one stays."""
        self._step(gradients, coupled=0.0, decoupled=1.0)
