"""What the optimisers share: decay by name, state beside the parameters, the check of what a step is given."""

import numpy as np

from abacus.dtypes import DOUBLE, SINGLE, expect_numbers, floats
from abacus.errors import BadInput
from abacus.expect import expect_real, expect_shape


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
    return [np.zeros(parameter.value.shape, parameter.value.dtype) for parameter in parameters]


def flat(gradient, dtype):
    """The gradient as one contiguous axis, as reshape(-1) is for a parameter and for what `zeros` made. What is neither
    float32 nor float64 becomes of the parameter's type."""
    return floats(np.ascontiguousarray(gradient).reshape(-1), dtype)


def expect_gradients(optimiser, gradients, *states):
    """BadInput, before anything is written, unless each gradient, and what `states` hold beside its parameter (arrays or
    None), has the parameter's shape, the parameter can be written in one pass and holds floats, and one of them moves."""
    name, some = type(optimiser).__name__, False
    for parameter in optimiser.parameters:
        if parameter in gradients:
            value, gradient, some = parameter.value, gradients[parameter], True
            if gradient.shape != value.shape:
                _refuse(optimiser, f"the gradient of {parameter.name}", gradient, value)
            if value.dtype not in (SINGLE, DOUBLE):
                expect_real(name, f"the value of {parameter.name}", value)
            if gradient.dtype is not value.dtype:
                expect_numbers(gradient, f"{name}: the gradient of {parameter.name}")
            if not value.flags.carray:
                raise BadInput(
                    f"{name}: the value of {parameter.name} is read-only or not contiguous: no step is taken"
                )
    if not some:
        raise BadInput(f"{name}: none of its {len(optimiser.parameters)} parameters has a gradient: nothing would move")
    for arrays in states:
        for parameter, array in zip(optimiser.parameters, arrays):
            if array is not None and array.shape != parameter.value.shape:
                _refuse(optimiser, f"the state beside {parameter.name}", array, parameter.value)


def _refuse(optimiser, argument, array, value):
    expect_shape(type(optimiser).__name__, argument, array.shape, value.shape)
