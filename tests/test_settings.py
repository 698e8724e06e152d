"""Ranges of settings: what holds passes, everything else is one line that names the setting."""

from dataclasses import dataclass

import pytest

from abacus import settings
from abacus.errors import BadInput
from abacus.settings import above, any_number, at_least, between, one_of


@dataclass
class Inner:
    depth: int = at_least(1)


@dataclass
class Config:
    batch: int = at_least(1)
    rates: list[float] = above(0)
    momentum: float = between(0, 1)
    share: float = between(0, 1, open=True)
    network: str = one_of("LeNet-1", "LeNet-5")
    shift: float = any_number()
    inner: Inner = None


GOOD = dict(batch=1, rates=[0.1], momentum=1.0, share=0.5, network="LeNet-5", shift=-3.0, inner=Inner(1))


def test_good_settings_pass():
    settings.check(Config(**GOOD))


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("batch", 0, "batch=0: wanted at least 1"),
        ("rates", [0.1, 0.0], "(element 0.0): wanted above 0"),
        ("rates", [float("nan")], "finite"),
        ("momentum", 1.01, "momentum=1.01: wanted between 0 and 1"),
        ("share", 1.0, "below 1"),
        ("network", "LeNet5", "did you mean LeNet-5?"),
        ("shift", float("inf"), "shift=inf: wanted a finite number"),
        ("inner", Inner(0), "inner.depth=0: wanted at least 1"),
    ],
)
def test_a_wrong_setting_is_named(name, value, said):
    with pytest.raises(BadInput) as error:
        settings.check(Config(**GOOD | {name: value}))
    assert said in str(error.value) and name in str(error.value)
    assert "\n" not in str(error.value)


def test_a_word_may_begin_as_others_do():
    @dataclass
    class Config:
        task: str = settings.one_of_or("gym:", "a", "b")

    for good in ("a", "gym:Mine-v0"):
        settings.check(Config(good))
    for bad in ("c", "gym:", "my gym:x"):
        with pytest.raises(BadInput, match="one of a, b, or gym:NAME"):
            settings.check(Config(bad))
