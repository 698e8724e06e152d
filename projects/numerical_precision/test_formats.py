"""Formats and rounding: exhaustive over small patterns, against NumPy's and PyTorch's conversions, and by their own laws."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import look
from abacus import papers
from abacus.errors import BadInput
from formats import FORMATS, Format, exponent_of
from rounding import BLOCKS, Fixed, named, nearest, onto, saturated, stochastic

SMALL = [form for form in FORMATS.values() if form.bits <= 16]
NUMPY = {"binary16": np.float16, "binary32": np.float32, "binary64": np.float64}
each_small = pytest.mark.parametrize("form", SMALL, ids=lambda form: form.name)


def _patterns(form):
    return np.array([form.decode(bits) for bits in range(2**form.bits)])


def _awkward(form):
    """All numbers of a small format, all midpoints between them and what lies just beside those, and far too large ones."""
    values = form.values()
    middles = (values[:-1] + values[1:]) / 2
    beyond = form.largest * np.array([1.0, 1.01, 1.5, 2.0, 1e3])
    found = np.concatenate(
        [values, middles, np.nextafter(middles, np.inf), np.nextafter(middles, -np.inf), beyond, -beyond]
    )
    edge = (form.largest + float(form.quantum(np.array([form.largest]))[0]) / 2) * np.array([1, 1 + 1e-9, 1 - 1e-9])
    return np.concatenate([found, edge, -edge])


@each_small
def test_every_pattern_comes_back(form):
    """NaN apart, of which many patterns are one; 65 536 patterns where there are sixteen bits."""
    for bits in range(2**form.bits):
        value = form.decode(bits)
        if not math.isnan(value):
            assert form.encode(value) == bits
    nan = [bits for bits in range(2**form.bits) if math.isnan(form.decode(bits))]
    if form.specials == "none":
        assert not nan
        with pytest.raises(BadInput, match="no pattern for NaN"):
            form.encode(math.nan)
    else:
        assert form.encode(math.nan) in nan


def test_all_patterns_of_binary16_are_numpys():
    theirs = np.arange(2**16, dtype=np.uint16).view(np.float16).astype(np.float64)
    np.testing.assert_array_equal(_patterns(FORMATS["binary16"]), theirs)


def test_all_patterns_of_bfloat16_are_the_first_halves_of_binary32s():
    with np.errstate(invalid="ignore"):  # some NaNs are signals
        theirs = (np.arange(2**16, dtype=np.uint32) << 16).view(np.float32).astype(np.float64)
    np.testing.assert_array_equal(_patterns(FORMATS["bfloat16"]), theirs)


@pytest.mark.parametrize(
    ("name", "theirs"), [("E4M3", "float8_e4m3fn"), ("E5M2", "float8_e5m2"), ("bfloat16", "bfloat16")]
)
def test_all_patterns_and_roundings_are_pytorchs(name, theirs):
    torch = pytest.importorskip("torch")
    form, kind = FORMATS[name], getattr(torch, theirs)
    whole = torch.arange(2**form.bits, dtype=torch.int32).to(torch.uint8 if form.bits == 8 else torch.uint16)
    with np.errstate(invalid="ignore"):  # some NaNs are signals
        values = whole.view(kind).to(torch.float32).numpy().astype(np.float64)
    np.testing.assert_array_equal(values, _patterns(form))
    x = _awkward(form)
    x = np.float32(x[np.abs(x) <= form.largest])  # beyond it PyTorch's versions differ: E4M3 is saturated in some
    np.testing.assert_array_equal(torch.tensor(x).to(kind).to(torch.float32).numpy(), nearest(x, form))


@pytest.mark.parametrize("name", NUMPY)
def test_encoding_and_decoding_are_numpys_for_random_patterns(name):
    form, whole = FORMATS[name], f"u{FORMATS[name].bits // 8}"
    bits = np.random.default_rng(0).integers(0, 2**form.bits, 2000, dtype=whole)
    with np.errstate(invalid="ignore"):  # some NaNs are signals
        values = bits.view(NUMPY[name]).astype(np.float64).tolist()
    for pattern, value in zip(bits.tolist(), values):
        assert form.decode(pattern) == value or math.isnan(value)
        assert math.isnan(value) or form.encode(value) == pattern
    assert form.bits == 64 or math.isnan(form.decode(form.encode(math.nan)))


@given(st.fractions() | st.floats(allow_nan=False, allow_infinity=False).map(Fraction))
@settings(max_examples=300, deadline=None)
def test_a_fraction_is_rounded_to_binary64_as_python_does(x):
    assert FORMATS["binary64"].decode(FORMATS["binary64"].encode(x)) == x.numerator / x.denominator


@given(st.floats(allow_nan=False))
@settings(max_examples=300, deadline=None)
def test_the_three_ways_to_round_agree_and_binary32_is_numpys(x):
    for form in FORMATS.values():
        exact = form.decode(form.encode(x))
        with np.errstate(over="ignore"):
            arrays = float(nearest(np.array([x]), form)[0])
        for found in (form.round(x), arrays):
            assert found == exact or (math.isnan(found) and math.isnan(exact))
            assert math.copysign(1, found) == math.copysign(1, exact) or math.isnan(exact)
    with np.errstate(over="ignore"):
        assert FORMATS["binary32"].round(x) == float(np.float32(x))


@each_small
def test_arrays_are_rounded_as_fractions_are_ties_and_overflow_included(form):
    x = _awkward(form)
    x = x if form.bits < 16 else x[:: len(x) // 20000]
    exact = np.array([form.decode(form.encode(Fraction(v))) for v in x.tolist()])
    np.testing.assert_array_equal(nearest(x, form), exact)
    np.testing.assert_array_equal(
        saturated(x, form), np.where(np.abs(x) > form.largest, np.sign(x) * form.largest, exact)
    )


def test_a_tie_goes_to_the_even_neighbour_and_the_last_one_to_infinity():
    half = FORMATS["binary16"]
    assert [half.round(x) for x in (2049.0, 2051.0, 65519.9, 65520.0)] == [2048.0, 2052.0, 65504.0, math.inf]
    assert half.round(half.smallest / 2) == 0 and half.round(half.smallest * 0.51) == half.smallest
    assert math.copysign(1, half.round(-1e-9)) == -1
    assert FORMATS["E4M3"].round(464.0) == 448 and math.isnan(FORMATS["E4M3"].round(464.1))
    assert FORMATS["E2M1"].values().tolist() == [-6, -4, -3, -2, -1.5, -1, -0.5, 0, 0.5, 1, 1.5, 2, 3, 4, 6]


@each_small
def test_the_relative_error_is_at_most_u_in_the_normal_range(form):
    x = np.random.default_rng(1).uniform(form.smallest_normal, form.largest, 5000)
    off = np.abs(nearest(x, form) - x) / x
    assert off.max() <= form.unit_roundoff
    below = np.random.default_rng(2).uniform(0, form.smallest_normal, 1000)
    assert np.abs(nearest(below, form) - below).max() <= form.smallest / 2


def test_an_operation_of_binary64_rounded_once_more_is_the_operation_of_the_format():
    """p = 53 ≥ 2 · 24 + 2 (Figueroa): sums, products, quotients and roots in every smaller format, against fractions."""
    rng = np.random.default_rng(3)
    for form in FORMATS.values():
        if form.bits == 64:
            continue
        size = np.minimum(rng.integers(-form.bias, form.bias, (2, 400)), 60)
        a, b = (nearest(rng.uniform(-2, 2, 400) * 2.0**e, form).tolist() for e in size)
        for x, y in zip(a, b):
            for rounded, truth in ((x + y, Fraction(x) + Fraction(y)), (x * y, Fraction(x) * Fraction(y))):
                assert form.encode(rounded) == form.encode(truth) or truth == 0
            if y:
                assert form.encode(x / y) == form.encode(Fraction(x) / Fraction(y)) or x == 0


def test_fixed_point_is_whole_multiples_within_its_range():
    form = named("fixed 2.14")
    assert form == Fixed(2, 14) and form.bits == 16
    x = np.array([0.1, 5.0, -5.0, 2.0**-15, 3 * 2.0**-15])
    assert nearest(x, form).tolist() == [1638 / 2**14, 2 - 2.0**-14, -2.0, 0.0, 2.0**-13]


def test_blocks_share_the_smallest_power_of_two_that_holds_their_largest_number():
    form, rng = BLOCKS["MXFP4"], np.random.default_rng(4)
    x = np.float32(rng.normal(size=(7, 19)) * np.exp(rng.normal(size=(7, 1)) * 9))
    y = nearest(x, form).ravel()
    for k in range(0, x.size, form.size):
        largest = Fraction(float(np.abs(x.ravel()[k : k + form.size]).max()))
        power = exponent_of(largest / 6) + (largest / 6 != Fraction(2) ** exponent_of(largest / 6))
        some = x.ravel()[k : k + form.size].astype(np.float64) * 2.0**-power
        np.testing.assert_array_equal(y[k : k + form.size], nearest(some, form.element) * 2.0**power)
    assert not nearest(np.zeros(5, np.float32), form).any()


@pytest.mark.parametrize("name", BLOCKS)
@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_a_block_of_numbers_that_are_nearly_zero_is_rounded_and_not_lost(name, kind):
    form, tiny, least = BLOCKS[name], np.finfo(kind).tiny, np.finfo(kind).smallest_subnormal
    for size in (least, tiny / 8, tiny, form.element.largest * tiny):  # down to where the shared power is the smallest
        x = size * np.linspace(-1, 1, 32).astype(kind)
        y = nearest(x, form)
        step = max(form.element.smallest * tiny, least) + 2 * form.element.unit_roundoff * np.abs(x)
        assert (np.abs(y - x) <= step).all()


@pytest.mark.parametrize("form", [f for f in FORMATS.values() if f.bits < 64], ids=lambda form: form.name)
@given(bits=st.integers(0, 2**32 - 1))
@settings(max_examples=100, deadline=None)
def test_arrays_of_binary32_are_rounded_as_single_numbers_are(form, bits):
    x = np.array([bits], np.uint32).view(np.float32)
    with np.errstate(all="ignore"):  # signalling NaNs, and what overflows
        found, exact = float(nearest(x, form)[0]), form.round(float(x[0])) if np.isfinite(x[0]) else None
    if exact is not None:
        assert found == exact or (math.isnan(found) and math.isnan(exact))
        assert math.copysign(1, found) == math.copysign(1, exact) or math.isnan(exact)


def test_chance_goes_to_a_neighbour_and_leaves_numbers_of_the_format_alone():
    for name in ("binary16", "E4M3", "MXFP8", "fixed 4.8"):
        form, rng = named(name), np.random.default_rng(5)
        x = rng.uniform(-3, 3, 2000)
        y, q = stochastic(x, form, rng), form.quantum(x)
        assert (np.abs(y - x) < q).all() and (nearest(y, form) == y).all()
        np.testing.assert_array_equal(stochastic(onto(x, form), form, rng), onto(x, form))


def test_the_8_bit_formats_have_the_binades_and_patterns_that_the_standard_counts():
    facts = papers.facts("ocp2023")
    for name in ("E4M3", "E5M2"):
        form = FORMATS[name]
        binades = {math.frexp(v)[1] for v in form.values().tolist() if v > 0}
        assert len(binades) == facts[f"binades of {name}"]
    nan = [bits for bits in range(256) if math.isnan(FORMATS["E4M3"].decode(bits))]
    assert len(nan) == facts["patterns of E4M3 that are NaN"]


def test_a_wrong_name_or_pattern_is_one_line():
    for name in ("binary17", "fixed", "fixed 2", "fixed 0.4", "fixed 20.20", "fixed 2.x", "", "fixed 1.2.3"):
        with pytest.raises(BadInput, match="wanted one of binary64"):
            named(name)
    with pytest.raises(BadInput, match="0 to 15"):
        FORMATS["E2M1"].decode(16)
    assert Format("toy", 3, 2).largest == 14.0


@pytest.mark.parametrize("words", [
    ["abc"], ["1/0"], ["1e999999999"], ["1e9999"], [""], [], ["0x"], ["1", "--bits", "00"], ["--bits", "7c00"],
    ["--bits", "fff", "--format", "E4M3"], ["--bits", "-1", "--format", "E4M3"], ["0.1", "--format", "float"], ["9" * 6000],
    ["9" * 4500],
    ["0." + "0" * 4500 + "1"], ["0x."], ["0xp1"],
    ["0x1p9999"], ["١"],
])  # fmt: skip
def test_the_door_refuses_with_one_line(words, capsys):
    try:
        status = look.main(words)
    except SystemExit as stopped:  # argparse's own
        status = stopped.code
    out, err = capsys.readouterr()
    assert status == 2 and not out and len(err.splitlines()) <= 3 and "Traceback" not in err


@pytest.mark.parametrize(("words", "wanted"), [
    (["0.1"], "0.1000000000000000055511151231257827021181583404541015625"),
    (["0.1", "--format", "binary32"], "0 01111011 10011001100110011001101"),
    (["-1/3", "--format", "bfloat16"], "1 01111101 0101011"),
    (["-1e400", "--format", "binary16"], "infinity"),
    (["-inf", "--format", "E4M3"], "not a number"),
    (["nan"], "E2M1      has no NaN"),
    (["-0", "--format", "binary64"], "0x8000000000000000"),
    (["-0x0", "--format", "binary64"], "0x8000000000000000"),
    (["4.9e-8", "--format", "binary16"], "subnormal"),
    (["5e-324", "--format", "binary64"], "(751 digits in all)"),
    (["1e5000"], "off by -1.00e+5000"),
    (["--bits", "3c00", "--format", "binary16"], "3c00 in binary16 is 1"),
    (["0x1.8p3", "--format", "bfloat16"], "exact"),
    (["0x1.00000000000008", "--format", "binary64"], "off by -1.11e-16"),  # half a step above 1
    (["0x1.8p1", "--format", "E2M1"], "0 10 1"),
    (["-0x.8", "--format", "E2M1"], "1 00 1"),
])  # fmt: skip
def test_the_door_shows_what_is_stored(words, wanted, capsys):
    assert look.main(words) == 0
    assert wanted in capsys.readouterr().out
