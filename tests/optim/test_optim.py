"""Optimisers against PyTorch's, step by step in float64; schedules and clipping against their formulas."""

import math

import numpy as np
import pytest

from abacus import optim
from abacus.errors import BadInput
from abacus.running import state
from abacus.tensor import Parameter

CLOSE = np.finfo(float).eps ** (2 / 3)

OPTIMISERS = {
    "SGD": ("SGD", {"lr": 0.1}),
    "SGD decay": ("SGD", {"lr": 0.1, "weight_decay": 0.01}),
    "momentum": ("SGD", {"lr": 0.1, "momentum": 0.9, "weight_decay": 0.01}),
    "Nesterov": ("SGD", {"lr": 0.1, "momentum": 0.9, "nesterov": True, "weight_decay": 0.01}),
    "Adagrad": ("Adagrad", {"lr": 0.1, "weight_decay": 0.01}),
    "RMSprop": ("RMSprop", {"lr": 0.01, "weight_decay": 0.01}),
    "RMSprop momentum": ("RMSprop", {"lr": 0.01, "alpha": 0.9, "momentum": 0.5, "centered": True}),
    "Adadelta": ("Adadelta", {"lr": 1.0, "weight_decay": 0.01}),
    "Adam": ("Adam", {"lr": 0.01, "weight_decay": 0.01}),
    "AMSGrad": ("Adam", {"lr": 0.01, "amsgrad": True, "betas": (0.5, 0.6)}),
    "AdamW": ("AdamW", {"lr": 0.01, "weight_decay": 0.1}),
    "AdamW AMSGrad": ("AdamW", {"lr": 0.01, "weight_decay": 0.1, "amsgrad": True}),
}


def start(dtype=float):
    rng = np.random.default_rng(0)
    return {"w": Parameter(rng.standard_normal((3, 4)).astype(dtype)), "b": Parameter(np.ones(4, dtype))}


def gradients_at(step, parameters):
    rng = np.random.default_rng(step + 1)
    return {p: (p.value * 0.3 + rng.standard_normal(p.shape)).astype(p.dtype) for p in parameters.values()}


@pytest.mark.parametrize("name", OPTIMISERS)
def test_an_optimiser_walks_as_pytorchs(name):
    torch = pytest.importorskip("torch")
    kind, options = OPTIMISERS[name]
    parameters = start()
    theirs = {p: torch.nn.Parameter(torch.tensor(p.value)) for p in parameters.values()}
    ours, reference = (
        getattr(optim, kind)(parameters, **options),
        getattr(torch.optim, kind)(theirs.values(), **options),
    )
    for step in range(200):
        gradients = gradients_at(step, parameters)
        for p, q in theirs.items():
            q.grad = torch.tensor(gradients[p])
        ours.step(gradients)
        reference.step()
        for p, q in theirs.items():
            np.testing.assert_allclose(p.value, q.detach().numpy(), rtol=CLOSE, atol=CLOSE, err_msg=f"step {step}")


@pytest.mark.parametrize("name", OPTIMISERS)
def test_float32_stays_values_are_written_in_place_and_a_missing_gradient_is_skipped(name):
    kind, options = OPTIMISERS[name]
    parameters = start(np.float32)
    memory = {k: p.value for k, p in parameters.items()}
    optimiser = getattr(optim, kind)(parameters, **options)
    optimiser.step({parameters["w"]: np.ones((3, 4), np.float32)})
    assert parameters["w"].value is memory["w"] and parameters["w"].dtype == np.float32
    assert parameters["w"].version == 1 and parameters["b"].version == 0
    assert parameters["b"].value.tolist() == [1, 1, 1, 1] and not np.array_equal(memory["w"], start()["w"].value)


@pytest.mark.parametrize("name", OPTIMISERS)
def test_a_state_that_is_saved_and_restored_goes_on_to_the_same_bits(name):
    kind, options = OPTIMISERS[name]

    def run(optimiser, parameters, steps):
        for step in steps:
            optimiser.step(gradients_at(step, parameters))

    parameters = start(np.float32)
    optimiser = getattr(optim, kind)(parameters, **options)
    run(optimiser, parameters, range(5))
    saved = _copied(state.collect({"parameters": parameters, "optimiser": optimiser}))
    run(optimiser, parameters, range(5, 9))
    fresh = start(np.float32)
    other = getattr(optim, kind)(fresh, **options)
    state.restore({"parameters": fresh, "optimiser": other}, saved)
    run(other, fresh, range(5, 9))
    assert all(np.array_equal(p.value, q.value) for p, q in zip(parameters.values(), fresh.values()))


def _copied(saved):
    if isinstance(saved, dict):
        return {k: _copied(v) for k, v in saved.items()}
    return saved.copy() if isinstance(saved, np.ndarray) else saved


@pytest.mark.parametrize("shape", [(2,), (4,), (1,), (), (3, 1), (1, 4), (4, 3), (3, 5), (2, 4), (3, 4, 1), (40, 40)])
@pytest.mark.parametrize("name", OPTIMISERS)
def test_a_gradient_of_another_shape_is_refused_before_anything_is_written(name, shape):
    kind, options = OPTIMISERS[name]
    parameters = {"b": Parameter(np.ones(4), "b"), "w": Parameter(np.ones((3, 4)), "w")}
    optimiser = getattr(optim, kind)(parameters, **options)
    before = _copied(state.collect(optimiser))
    with pytest.raises(BadInput) as raised:
        optimiser.step({parameters["b"]: np.ones(4), parameters["w"]: np.ones(shape)})
    assert str(raised.value) == f"{kind}: the gradient of w has shape {shape}, wanted (3, 4)"
    after = state.collect(optimiser)
    assert _leaves(before) == _leaves(after) and parameters["b"].version == 0


@pytest.mark.parametrize("name", OPTIMISERS)
def test_a_gradient_may_lie_in_memory_as_it_likes(name):
    kind, options = OPTIMISERS[name]
    found = []
    for gradient in (np.arange(12.0).reshape(3, 4), np.asfortranarray(np.arange(12.0).reshape(3, 4))):
        gradient.flags.writeable = False
        w = Parameter(np.ones((3, 4)))
        getattr(optim, kind)({"w": w}, **options).step({w: gradient})
        found.append(w.value)
    assert np.array_equal(*found)


@pytest.mark.parametrize("name", ["momentum", "Adam", "AMSGrad", "Adagrad", "RMSprop", "Adadelta"])
def test_a_parameter_that_has_changed_its_shape_is_refused(name):
    kind, options = OPTIMISERS[name]
    parameters = start()
    optimiser = getattr(optim, kind)(parameters, **options)
    parameters["b"].value = np.ones(400)
    with pytest.raises(BadInput, match=r"the state beside .* has shape \(4,\), wanted \(400,\)"):
        optimiser.step({parameters["b"]: np.ones(400)})


@pytest.mark.parametrize("kind", ["SGD", "Adam", "RMSprop"])
def test_a_parameter_that_cannot_be_written_is_refused(kind):
    parameters = start()
    optimiser = getattr(optim, kind)(parameters)
    for value in (np.broadcast_to(1.0, (3, 4)), np.ones((3, 8))[:, ::2]):
        parameters["w"].value = value
        with pytest.raises(BadInput, match=f"{kind}: the value of parameter is read-only or not contiguous"):
            optimiser.step({parameters["w"]: np.ones((3, 4))})


def _leaves(saved):
    """(name, bytes or value) of all that a state holds."""
    if isinstance(saved, dict):
        return [(key, *leaf) for key, child in saved.items() for leaf in _leaves(child)]
    return [(saved.tobytes() if isinstance(saved, np.ndarray) else saved,)]


def test_decay_of_chosen_parameters():
    parameters = start()
    before = {k: p.value.copy() for k, p in parameters.items()}
    optimiser = optim.AdamW(parameters, lr=0.5, weight_decay={"w": 0.1})
    optimiser.step({p: np.zeros(p.shape) for p in parameters.values()})
    np.testing.assert_array_equal(parameters["w"].value, before["w"] * (1 - 0.5 * 0.1))
    np.testing.assert_array_equal(parameters["b"].value, before["b"])
    with pytest.raises(KeyError, match="bias"):
        optim.AdamW(parameters, weight_decay={"bias": 0.1})


@pytest.mark.parametrize("limit", [0.5, 1e6])
@pytest.mark.parametrize("name", ["SGD", "momentum", "Adam", "AMSGrad", "RMSprop"])
def test_clipping_scales_all_gradients_together(name, limit):
    kind, options = OPTIMISERS[name]
    clipped, scaled = start(), start()
    gradients = gradients_at(0, clipped)
    norm = math.sqrt(sum((g**2).sum() for g in gradients.values()))
    assert math.isclose(optim.norm(gradients), norm)
    assert optim.norm(optim.clip(gradients, limit)) <= min(norm, limit)
    getattr(optim, kind)(clipped, **options).step(optim.clip(gradients, limit))
    factor = min(1, limit / (norm + 1e-6))
    plain = {scaled[k]: gradients[p] * factor for k, p in clipped.items()}
    getattr(optim, kind)(scaled, **options).step(plain)
    for k in clipped:
        np.testing.assert_allclose(clipped[k].value, scaled[k].value, rtol=CLOSE)


def test_schedules():
    assert [optim.step_decay(s, 1.0, every=2, factor=0.5) for s in range(5)] == [1, 1, 0.5, 0.5, 0.25]
    assert [optim.warm_up(s, 1.0, steps=4) for s in range(6)] == [0.25, 0.5, 0.75, 1, 1, 1]
    assert optim.cosine(0, 1.0, 10) == 1 and optim.cosine(10, 1.0, 10, lowest=0.1) == 0.1
    assert math.isclose(optim.cosine(5, 1.0, 10, lowest=0.1), 0.55) and optim.cosine(99, 1.0, 10, lowest=0.1) == 0.1
    assert optim.cosine(0, 1.0, 10, warm=4) == 0.2 and optim.cosine(4, 1.0, 10, warm=4) == 1
    rates = [optim.inverse_root(s, 64, warm=10) for s in range(30)]
    assert max(rates) == rates[9] and math.isclose(rates[9], 64**-0.5 * 10**-0.5)
