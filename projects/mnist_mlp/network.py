"""A fully connected network of any sizes, with the choices that the papers make as words; nothing in it is about digits.

>>> network = Network([2, 50, 3], np.random.default_rng(0), activation="relu", loss="softmax", initial="he")
network.fit(x, labels, passes=50, rate=0.1, momentum=0.9)
network.predict(x)
"""

from abacus import nn, ops
from abacus.errors import BadInput
from descent import Descent, fit
from losses import LOSSES, A, S

FUSED = "relu", "sigmoid", "tanh"  # with the affine map
ACTIVATIONS = (*FUSED, "scaled tanh", "none")
INITIAL = {
    "unit normal": lambda shape, rng: nn.normal(shape, 1, rng),  # Nielsen, chapter 1: N(0, 1)
    "lecun normal": nn.lecun_normal,  # N(0, 1 / inputs): Nielsen, chapter 3
    "lecun uniform": nn.lecun_uniform,  # U(±2.4 / inputs): LeCun 1998, Appendix A
    "small normal": lambda shape, rng: nn.normal(shape, 0.05, rng),
    "glorot": nn.glorot_uniform,
    "he": nn.he_normal,
}
ROWS = 2000  # of an evaluation at a time


class Network:
    """h₀ = x, h_k = f(h_{k−1} W_k + b_k), and at the top what the loss wants (losses.py).

    sizes are [inputs, hidden..., outputs]; `activation` is f; `initial` draws W, and where it is "unit normal" b too, which
    is 0 otherwise. Of the inputs and of the hidden units a share `drop` = (inputs, hidden) is dropped while it learns.
    """

    def __init__(self, sizes, rng, *, activation="relu", loss="softmax", initial="he", drop=(0.0, 0.0)):
        for name, word, known in (
            ("activation", activation, ACTIVATIONS),
            ("loss", loss, LOSSES),
            ("initial", initial, INITIAL),
        ):
            if word not in known:
                raise BadInput(f"Network: {name} is {word!r}, wanted one of {', '.join(known)}")
        self.sizes, self.activation, self.objective, self.drop = list(sizes), activation, LOSSES[loss], drop
        functions = [activation] * (len(sizes) - 2) + [self.objective.output]
        self.layers = [
            Layer(inputs, outputs, function, initial, rng)
            for inputs, outputs, function in zip(sizes, sizes[1:], functions)
        ]

    def __call__(self, x, drop=None):
        """Outputs (n, outputs) of inputs x (n, inputs). With a generator `drop`, units are dropped by it."""
        h, shares = x, [self.drop[0], *[self.drop[1]] * (len(self.layers) - 1)]
        for layer, share in zip(self.layers, shares):
            h = layer(ops.dropout(h, share, drop) if share and drop is not None else h)  # eq. 1
        return h

    def loss(self, x, targets, drop=None):
        """The mean loss over a batch: targets are labels (n,), or numbers (n, outputs) for loss="numbers"."""
        return self.objective.mean(self(x, drop), targets)

    def outputs(self, x):
        """Outputs as a plain array, a part of the rows at a time."""
        return nn.evaluate(self, x, ROWS)

    def predict(self, x):
        """The class of the largest output (n,); with loss="numbers" the outputs themselves."""
        return self.objective.answer(self.outputs(x))

    def fit(self, x, targets, *, passes, rate, batch=32, momentum=0.0, decay=0.0, schedule="constant", seed=0):
        """Train on inputs (n, inputs) and targets for so many passes; the mean loss of each pass."""
        return fit(self, x, targets, passes, batch, Descent(self, rate, momentum, decay, schedule), seed)


class Layer:
    """f(x W + b); W is (inputs, outputs)."""

    def __init__(self, inputs, outputs, function, initial, rng):
        fused = function if function in FUSED else None
        self.affine = nn.Affine(inputs, outputs, rng, activation=fused, initial=INITIAL[initial])
        if initial == "unit normal":
            self.affine.b.value[:] = rng.standard_normal(outputs)
        self.scaled = function == "scaled tanh"

    def __call__(self, x):
        return A * ops.tanh(S * self.affine(x)) if self.scaled else self.affine(x)
