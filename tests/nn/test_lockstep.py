"""Our networks and PyTorch's from the same weights on the same batches: the same losses for 1 000 float64 steps."""

import numpy as np
import pytest

from abacus import nn, ops, optim
from abacus.tensor import Parameter, backward

torch = pytest.importorskip("torch")
STEPS = 1000
AGREE = 1e-8  # relative, of every loss: stated in the issue


@pytest.fixture(autouse=True)
def _one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def double(model):
    for parameter in nn.parameters(model).values():
        parameter.value = parameter.value.astype(float)
    return model


def t(array):
    return torch.tensor(np.asarray(array.value if isinstance(array, Parameter) else array))


def give(module, **arrays):
    """Set a module's parameters; weights are transposed: ours are (inputs, outputs)."""
    module.double()
    for name, parameter in arrays.items():
        array = t(parameter)
        getattr(module, name).data = array.T.contiguous() if array.ndim == 2 else array


def in_step(ours, theirs, optimiser, reference, batches):
    for i in range(STEPS):
        batch = batches[i % len(batches)]
        loss = ours(*batch)
        reference.zero_grad()
        other = theirs(*(torch.tensor(a) for a in batch))
        other.backward()
        np.testing.assert_allclose(float(loss), other.item(), rtol=AGREE, err_msg=f"step {i}")
        reference.step()
        optimiser.step(backward(loss))


def test_multilayer_perceptron():
    rng = np.random.default_rng(0)
    model = double(nn.Sequential(nn.Affine(12, 16, rng, activation="tanh"), nn.Affine(16, 5, rng)))
    first, second = torch.nn.Linear(12, 16), torch.nn.Linear(16, 5)
    for layer, linear in zip(model.layers, (first, second)):
        give(linear, weight=layer.w, bias=layer.b)
    batches = [(rng.standard_normal((8, 12)), rng.integers(0, 5, 8)) for _ in range(16)]
    in_step(
        lambda x, y: ops.softmax_cross_entropy(model(x), y, label_smoothing=0.1),
        lambda x, y: torch.nn.functional.cross_entropy(second(torch.tanh(first(x))), y, label_smoothing=0.1),
        optim.SGD(nn.parameters(model), lr=0.05, momentum=0.9, weight_decay=1e-4),
        torch.optim.SGD([*first.parameters(), *second.parameters()], lr=0.05, momentum=0.9, weight_decay=1e-4),
        batches,
    )


def test_lstm():
    rng = np.random.default_rng(0)
    lstm, head = double(nn.LSTM(6, 8, rng)), double(nn.Affine(8, 4, rng))
    reference, linear = torch.nn.LSTM(6, 8), torch.nn.Linear(8, 4)
    zeros = np.zeros_like(lstm.b.value)
    give(reference, weight_ih_l0=lstm.wx, weight_hh_l0=lstm.wh, bias_ih_l0=lstm.b, bias_hh_l0=zeros)
    give(linear, weight=head.w, bias=head.b)
    reference.bias_hh_l0.requires_grad_(False)  # one bias, as ours
    trained = [p for p in (*reference.parameters(), *linear.parameters()) if p.requires_grad]
    batches = [(rng.standard_normal((5, 3, 6)), rng.integers(0, 4, (5, 3))) for _ in range(16)]
    in_step(
        lambda x, y: ops.softmax_cross_entropy(head(lstm(x)[0]), y),
        lambda x, y: torch.nn.functional.cross_entropy(linear(reference(x)[0]).flatten(0, 1), y.flatten()),
        optim.Adam(nn.parameters([lstm, head]), lr=1e-3),
        torch.optim.Adam(trained, lr=1e-3),
        batches,
    )


class Block:
    """A transformer block before its norms (GPT-2's order), with an embedding and a head."""

    def __init__(self, rng):
        self.embedding = nn.Embedding(11, 8, rng, sd=0.5)
        self.before, self.between = nn.LayerNorm(8), nn.LayerNorm(8)
        self.attention = nn.SelfAttention(8, 2, rng, causal=True)
        self.up, self.down = nn.Affine(8, 32, rng), nn.Affine(32, 8, rng)
        self.head = nn.Affine(8, 11, rng)

    def __call__(self, index):
        x = self.embedding(index)
        x = x + self.attention(self.before(x))
        x = x + self.down(ops.gelu(self.up(self.between(x))))
        return self.head(x)


def test_transformer_block():
    rng = np.random.default_rng(0)
    model = double(Block(rng))
    p = {name: torch.nn.Parameter(t(parameter)) for name, parameter in nn.parameters(model).items()}
    f = torch.nn.functional

    def theirs(index, target):
        x = p["embedding.table"][index]
        h = f.layer_norm(x, (8,), p["before.gain"], p["before.bias"])
        qkv = (h @ p["attention.qkv.w"] + p["attention.qkv.b"]).chunk(3, dim=-1)
        q, k, v = (a.view(*a.shape[:2], 2, 4).transpose(1, 2) for a in qkv)
        h = f.scaled_dot_product_attention(q, k, v, is_causal=True).transpose(1, 2).reshape(x.shape)
        x = x + h @ p["attention.out.w"] + p["attention.out.b"]
        h = f.layer_norm(x, (8,), p["between.gain"], p["between.bias"])
        x = x + f.gelu(h @ p["up.w"] + p["up.b"]) @ p["down.w"] + p["down.b"]
        return f.cross_entropy((x @ p["head.w"] + p["head.b"]).flatten(0, 1), target.flatten())

    class Clipped:
        """Both clip at norm 1 before the step."""

        zero_grad = property(lambda self: reference.zero_grad)

        def step(self):
            torch.nn.utils.clip_grad_norm_(p.values(), 1.0)
            reference.step()

    reference = torch.optim.AdamW(p.values(), lr=1e-3, weight_decay=0.1)
    optimiser = optim.AdamW(nn.parameters(model), lr=1e-3, weight_decay=0.1)

    class Ours:
        def step(self, gradients):
            optimiser.step(optim.clip(gradients, 1.0))

    batches = [tuple(rng.integers(0, 11, (2, 3, 6))) for _ in range(16)]
    in_step(lambda x, y: ops.softmax_cross_entropy(model(x), y), theirs, Ours(), Clipped(), batches)


def test_convolutional_network():
    rng = np.random.default_rng(0)
    first, second = double(nn.Conv2d(2, 3, 3, rng, padding=1)), double(nn.Conv2d(3, 4, 3, rng, stride=2, groups=1))
    norm, head = double(nn.BatchNorm(3)), double(nn.Affine(16, 3, rng))
    norm.mean, norm.var = norm.mean.astype(float), norm.var.astype(float)
    theirs = torch.nn.Sequential(
        torch.nn.Conv2d(2, 3, 3, padding=1),
        torch.nn.BatchNorm2d(3),
        torch.nn.ReLU(),
        torch.nn.MaxPool2d(2, padding=1),
        torch.nn.Conv2d(3, 4, 3, stride=2),
        torch.nn.Tanh(),
        torch.nn.Flatten(),
        torch.nn.Linear(16, 3),
    )
    for layer, module in ((first, theirs[0]), (second, theirs[4])):
        give(module, bias=layer.b)
        module.weight.data = t(layer.w)
    give(theirs[1], weight=norm.gain, bias=norm.bias)
    give(theirs[7], weight=head.w, bias=head.b)

    def ours(x, y):
        h = ops.max_pool2d(norm(first(x), True, activation="relu"), 2, padding=1)
        return ops.softmax_cross_entropy(head(ops.reshape(ops.tanh(second(h)), len(x), 16)), y)

    batches = [(rng.standard_normal((6, 2, 8, 8)), rng.integers(0, 3, 6)) for _ in range(16)]
    in_step(
        ours,
        lambda x, y: torch.nn.functional.cross_entropy(theirs(x), y),
        optim.SGD(nn.parameters([first, norm, second, head]), lr=0.005, momentum=0.9),
        torch.optim.SGD(theirs.parameters(), lr=0.005, momentum=0.9),
        batches,
    )
    np.testing.assert_allclose(norm.mean, theirs[1].running_mean.numpy(), rtol=AGREE)
    np.testing.assert_allclose(norm.var, theirs[1].running_var.numpy(), rtol=AGREE)
