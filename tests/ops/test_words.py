"""Every argument of every op that is no array, given a word that nobody knows: one line that names it, never a result."""

import importlib.util
import inspect
from pathlib import Path

import numpy as np
import pytest

from abacus import nn, ops
from abacus.errors import BadInput
from abacus.tensor import Parameter, op

_spec = importlib.util.spec_from_file_location("cases_of_all_ops", Path(__file__).with_name("test_ops.py"))
drawn = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(drawn)
DERIVED = sorted(name for name in ops.__all__ if getattr(getattr(ops, name), "is_op", False))


class First(drawn.Some):
    """The same draws each time, without hypothesis: sizes of 2 and more, so that a case has something to compute."""

    def __init__(self, _=None):
        self.rng = np.random.default_rng(0)
        self.draw = lambda strategy: 0

    def size(self, low=1, high=4):
        return min(max(low, 2), high)

    def shape(self, fewest=0, most=3, least=1):
        return (2, 3, 2, 3)[: max(fewest, min(most, 2))]

    def broadcastable(self, n):
        return ((2, 3),) * n

    def one_of(self, *choices):
        return choices[0]


def a_call(name):
    """(arguments, options) of a call of the op that works, as one of its cases makes it."""
    calls, plain = [], getattr(ops, name)

    def recorder(*arguments, **options):
        calls.append((arguments, options))
        return plain(*arguments, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ops, name, recorder)
        made = next(case for key, case in drawn.CASES.items() if key.split("__")[0] == name)(First())
        arguments = [Parameter(a) for a in made["arrays"]]
        made["call"](*arguments)
    return calls[0] if calls else (arguments + [0] * (name == "getitem"), {})  # it is written with an operator


@pytest.mark.parametrize("name", DERIVED)
def test_a_word_that_nobody_knows_is_refused_whatever_the_argument(name):
    function = getattr(ops, name)
    arguments, options = a_call(name)
    function(*arguments, **options)
    bound = inspect.signature(function).bind(*arguments, **options)
    bound.apply_defaults()
    for argument in bound.arguments:
        for word in ("nonsense", "Mean", "none ", "RELU", "", "0"):
            changed = {**bound.arguments, argument: word}
            with pytest.raises(BadInput) as raised:
                function(**changed)
            said = str(raised.value)
            assert said.startswith(f"{name}: {argument} ") and "\n" not in said and "wanted" in said


@pytest.mark.parametrize("name", [n for n in DERIVED if "reduction" in inspect.signature(getattr(ops, n)).parameters])
def test_a_reduction_that_is_misspelt_is_suggested(name):
    arguments, options = a_call(name)
    for wrong, right in (("Mean", "mean"), ("sums", "sum"), ("nome", "none"), (None, None), (["mean"], "mean")):
        with pytest.raises(BadInput) as raised:
            getattr(ops, name)(*arguments, **(options | {"reduction": wrong}))
        meant = f" (did you mean {right}?)" if right else ""
        assert str(raised.value).startswith(f"{name}: reduction is {wrong!r}, wanted mean, ")
        assert str(raised.value).endswith(meant)


@pytest.mark.parametrize("wrong", ["rleu", "softmax", 1, True, ["relu"]])
def test_a_layer_knows_its_activation_before_it_is_called(wrong):
    rng = np.random.default_rng(0)
    for make in (nn.Affine, lambda *a, **o: nn.Conv2d(*a[:2], 3, a[2], **o)):
        with pytest.raises(BadInput, match=r"(Affine|Conv2d): activation is .*, wanted relu, tanh, sigmoid or None"):
            make(1, 2, rng, activation=wrong)


def test_what_an_op_does_with_whole_numbers_is_one_of_three_words():
    with pytest.raises(BadInput, match=r"op: whole is 'exat', wanted floats, exact or same \(did you mean exact\?\)"):
        op(whole="exat")
