"""The tables are reproduced, and a broken variant of each is refused on the same numbers; sums, digits and networks by laws."""

import itertools
import math
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace as Settings

import numpy as np
import pytest

import by_format
import classics
import depth
import harmonic
import pictures
import rounding
import run
import summation
import training
from abacus import papers, streams, verdict
from abacus.errors import BadInput
from abacus.launch import compose, studies
from abacus.running.job import Job, Stopped
from formats import FORMATS, Format
from network import Network, cross_entropy

RUN_FILE = Path(run.__file__)
STUDIES = studies.of_file(RUN_FILE)
SAME = (lambda a: a, lambda a: a)  # no rounding
KNOWN_MISPRINTS = {("ln(1 + x) = x", "dollars"), ("100 h", "clock")}


def settings(study, **changed):
    """The values of conf/<study>.yaml with some changed."""
    (row,) = compose.plan(STUDIES, RUN_FILE, [f"study={study}"]).rows.values()
    return Settings(**row | changed)


def kept(table, rows):
    """(cells reproduced, cells judged), known misprints left out."""
    printed = papers.table(table)
    found = [
        verdict.of(printed, row, values)[column]
        for row, values in rows.items()
        for column, cell in printed.rows.get(row, {}).items()
        if cell and cell.verified and (row, column) not in KNOWN_MISPRINTS
    ]
    return found.count("reproduced"), len(found)


class Here:
    """A job whose streams are those of a seed, and which keeps nothing."""

    def __init__(self, seed=0):
        self.seed, self.lines = seed, []

    def rng(self, *name):
        return streams.rng(self.seed, *name)

    def log(self, **values):
        self.lines.append(values)

    def progress(self, fraction, text=""):
        pass

    def epochs(self, n, *objects):
        return range(n)


def test_limits_and_fields_are_those_in_print_and_an_8_bit_format_with_infinities_is_not(monkeypatch):
    names = {"bfloat16": "bfloat16", "fp16": "binary16", "fp32": "binary32", "fp64": "binary64"}
    higham = {row: classics.limits(Settings(format=name), None) for row, name in names.items()}
    assert kept("higham2018/limits", higham) == (15, 15)
    exchanged = higham | {"bfloat16": higham["fp16"], "fp16": higham["bfloat16"], "fp32": higham["fp64"]}
    assert kept("higham2018/limits", exchanged)[0] == 3  # those of fp64
    ieee = {row: classics.fields(Settings(format=row), None) for row in ("binary16", "binary32", "binary64")}
    assert kept("ieee2019/parameters", ieee) == (12, 12)

    def both():
        eight = ("E4M3", "E5M2")
        return (
            kept("ocp2023/values", {row: classics.limits(Settings(format=row), None) for row in eight}),
            kept("ocp2023/exponents", {row: classics.fields(Settings(format=row), None) for row in eight}),
        )

    assert both() == ((8, 8), (6, 6))
    monkeypatch.setitem(FORMATS, "E4M3", Format("E4M3", 4, 3))
    assert both() == ((7, 8), (5, 6))
    monkeypatch.setitem(FORMATS, "E4M3", Format("E4M3", 3, 4, "nan"))
    assert both() == ((4, 8), (3, 6))


def test_goldbergs_three_digits_and_his_savings_and_other_precisions():
    assert kept("goldberg1991/three_digits", classics.decimals(Settings(digits=3), None)) == (12, 12)
    assert kept("goldberg1991/three_digits", classics.decimals(Settings(digits=4), None)) == (
        7,
        12,
    )  # exact ones, and 1.00
    assert kept("goldberg1991/savings", classics.cents(settings("cents"), None)) == (3, 3)
    for precision in (22, 23, 53):  # with 25 and 26 bits the result is 37615.45 and .49
        broken = classics.cents(settings("cents", precision=precision), None)
        assert (
            verdict.of(papers.table("goldberg1991/savings"), "as written", broken["as written"])["dollars"]
            == "not reproduced"
        )
    found = classics.cents(settings("cents"), None)["ln(1 + x) = x"]["dollars"]
    assert math.floor(100 * found) == 3761726  # the print is cut, not rounded


def test_rumps_expression_is_wrong_alike_in_three_precisions_and_right_from_122_bits_on():
    bits = {"single": 24, "double": 53, "extended": 113, "true": 200}
    values = {row: classics.rump(settings("rump", precision=p), None) for row, p in bits.items()}
    assert kept("rump2010/expression", values) == (4, 4)
    values = {row: classics.rump(settings("rump", precision=122 if row != "true" else 121), None) for row in bits}
    assert kept("rump2010/expression", values) == (0, 4)
    a, b = 77617, 33096
    truth = (Fraction("333.75") - a**2) * b**6 + a**2 * (11 * a**2 * b**2 - 121 * b**4 - 2)
    truth += Fraction("5.5") * b**8 + Fraction(a, 2 * b)
    assert classics.rump(settings("rump", precision=200), None)["value"] == float(truth)


def test_mullers_sequence_and_that_of_another_format():
    assert kept("muller2018/sequence", classics.muller(settings("muller"), None)) == (30, 30)
    fewer = classics.muller(settings("muller", format="binary32"), None)
    assert kept("muller2018/sequence", {n: {"computed": v["computed"]} for n, v in fewer.items()})[0] == 1  # 18.5
    assert verdict.of(papers.table("muller2018/sequence"), "30", fewer["30"])["computed"] == "not reproduced"
    for coarse in ("E5M2", "E4M3", "E2M1"):  # a term is 0, or their product beyond the format
        with pytest.raises(BadInput, match=f"format={coarse}: too coarse"):
            classics.muller(settings("muller", format=coarse), None)
    n = 30
    assert Fraction(classics.muller(settings("muller", shown=[n]), None)["30"]["exact"]) == Fraction(
        float(Fraction(4 * 5**n - 3 * 6**n, 4 * 5 ** (n - 1) - 3 * 6 ** (n - 1)))
    )


def test_the_clock_at_dhahran_and_one_with_other_bits():
    assert kept("gao1992/clock", classics.patriot(settings("patriot"), None)) == (11, 11)
    for bits in (20, 24):  # bits 22 and 23 of a tenth are 0: with 21 bits the clock is the same
        assert kept("gao1992/clock", classics.patriot(settings("patriot", fraction_bits=bits), None))[0] == 0
    assert FORMATS["binary32"].precision == papers.facts("gao1992")["bits of a register"]
    print_says = papers.table("gao1992/clock").rows["100 h"]
    assert print_says["clock"].number + print_says["off by"].number != 360000  # the print contradicts itself


def test_the_harmonic_series_by_blocks_is_the_plain_loop_and_with_a_bit_less_not_the_print():
    def plain(form):
        s, n = 1.0, 2
        while (t := form.round(s + form.round(1 / n))) != s:
            s, n = t, n + 1
        return s, n

    toys = [Format("toy", e, p) for e, p in itertools.product((5, 8), range(2, 12))]
    for form in [*toys, *(f for f in FORMATS.values() if f.bits <= 16)]:
        assert harmonic.stopped(form) == plain(form)
    names = {"bfloat16": "bfloat16", "fp16": "binary16", "fp32": "binary32"}
    rows = {row: harmonic.stall(Settings(format=name), None) for row, name in names.items()}
    assert kept("higham2018/harmonic", rows) == (6, 6)
    less = {row: dict(zip(("sum", "terms"), harmonic.stopped(Format("x", f.exponent_bits, f.fraction_bits - 1))))
            for row, f in ((row, FORMATS[name]) for row, name in names.items())}  # fmt: skip
    assert kept("higham2018/harmonic", less) == (0, 6)


@pytest.mark.parametrize("name", ["bfloat16", "binary16", "E4M3", "E5M2", "fixed 8.8"])
def test_rounding_by_chance_has_the_mean_and_the_error_in_print_and_rounding_to_nearest_has_not(name, monkeypatch):
    cfg = settings("chance", format=name)
    assert kept("croci2022/tenth", {name: rounding.chance(cfg, Here())}) == (3, 3)
    monkeypatch.setattr(rounding, "stochastic", lambda x, form, rng: rounding.nearest(x, form))
    assert kept("croci2022/tenth", {name: rounding.chance(cfg, Here())})[0] == 0


@pytest.mark.parametrize(
    "changed", [{"x": 1e300}, {"x": 500.0, "format": "E4M3"}, {"x": 60000.0, "format": "binary16"}]
)
def test_what_is_beyond_the_format_has_no_mean_and_is_told(changed):
    with pytest.raises(BadInput, match="beyond the largest number"):
        rounding.chance(settings("chance", draws=4, terms=2, **changed), Here())


def test_ten_layers_keep_the_size_with_gain_two_and_halve_it_ten_times_with_one():
    table, cfg = "he2015/ten_layers", {"networks": 100, "width": 64}
    for gain in (1.0, 2.0):
        row = f"gain {gain:g}, binary32"
        assert kept(table, {row: depth.signal(settings("signal", gain=gain, **cfg), Here())}) == (1, 1)
        for other in (gain * 0.85, gain * 1.2):
            assert kept(table, {row: depth.signal(settings("signal", gain=other, **cfg), Here())}) == (0, 1)
        for layers in (9, 12) if gain == 1 else ():
            shorter = settings("signal", gain=gain, layers=layers, **cfg)
            assert kept(table, {row: depth.signal(shorter, Here())}) == (0, 1)
    assert kept("he2015/filters", depth.filters(settings("filters"), None)) == (5, 5)
    assert kept("he2015/filters", depth.filters(settings("filters", side=4), None)) == (0, 5)


def test_every_way_to_add_keeps_its_bound_and_exact_sums_are_fsums():
    """Higham 2002: naive (n − 1)u Σ|x|, pairwise ⌈log₂ n⌉u Σ|x|, Kahan (2u + O(nu²)) Σ|x|, Neumaier u|Σx| + n²u² Σ|x|."""
    rng = np.random.default_rng(0)
    for name, n in (("binary32", 300), ("binary16", 40), ("bfloat16", 12)):
        form = FORMATS[name]
        u, x = form.unit_roundoff, rounding.nearest(rng.standard_normal((n, 20)), form)
        bound = {
            "naive": n - 1,
            "pairwise": math.ceil(math.log2(n)),
            "Kahan": 2 + 2 * n * u + u,
            "Neumaier": 1 + n * n * u,
        }
        for method, add in summation.METHODS.items():
            one = [add(column, form.round) for column in x.T.tolist()]
            both = add(x, lambda y, form=form: rounding.nearest(y, form))
            assert both.tolist() == one, "by numbers and by arrays"
            for s, column in zip(one, x.T):
                off = abs(Fraction(s) - summation.exact(column))
                factor = Fraction(bound[method]) * Fraction(u) * (1 + Fraction(n * u)) ** 2
                assert off <= factor * summation.exact(np.abs(column)), method
    wide = rng.standard_normal(500) * 10.0 ** rng.integers(-300, 300, 500)
    assert float(summation.exact(wide)) == math.fsum(wide)
    assert summation.exact([5e-324, 1e308, -1e308]) == Fraction(5e-324)
    with pytest.raises(BadInput, match="finite"):
        summation.exact([1.0, math.inf])


def test_the_example_that_only_neumaier_adds_right():
    x, r = [1.0, 1e100, 1.0, -1e100], FORMATS["binary64"].round
    assert [add(x, r) for add in summation.METHODS.values()] == [0.0, 0.0, 0.0, 2.0] and summation.exact(x) == 2


def test_two_sum_loses_nothing():
    rng = np.random.default_rng(1)
    for form in FORMATS.values():
        if form.bits == 4:
            continue
        for a, b in rounding.nearest(
            rng.standard_normal((300, 2)) * 2.0 ** rng.integers(-4, 4, (300, 2)), form
        ).tolist():
            s, e = summation.two_sum(a, b, form.round)
            assert Fraction(s) + Fraction(e) == Fraction(a) + Fraction(b)


def test_nists_digits_by_a_good_method_and_by_the_textbooks(dataset):
    table = papers.table("nist_univariate/univariate")

    def judged(name, form, method):
        y = by_format.stored(dataset("nist-strd", f"univariate/{name}").y, form)
        return verdict.of(table, name, {"sd": by_format.deviation(y, by_format.METHODS[method], form.round)})["sd"]

    double, single = FORMATS["binary64"], FORMATS["binary32"]
    for name in ("NumAcc1", "NumAcc2", "Lew", "PiDigits"):
        assert judged(name, double, "corrected") == "reproduced"
    for name, form, method in (
        ("NumAcc2", double, "textbook"), ("NumAcc3", double, "corrected"), ("NumAcc2", single, "corrected"),
        ("Lew", single, "two passes"), ("Mavro", FORMATS["binary16"], "Welford"),
    ):  # fmt: skip
        assert judged(name, form, method) == "not reproduced"
    parts = [["1", "2"], ["5", "8"]]
    for method in by_format.METHODS.values():
        assert by_format.f_ratio([[float(v) for v in part] for part in parts], method, double.round) == 10.0
    assert by_format.correct_digits(math.nan, 1) == by_format.correct_digits(3.0, 1) == 0


@pytest.mark.parametrize(("name", "kind"), [("binary32", np.float32), ("binary16", np.float16)])
def test_sums_squares_and_systems_round_every_step_as_numpys_own_numbers_do(name, kind):
    """NumPy's arithmetic rounds each operation itself: where a method forgets to round, the two part."""
    r, rng = FORMATS[name].round, np.random.default_rng(4)
    for _ in range(5):
        y = kind(3 + rng.standard_normal(40))
        for method in (*by_format.METHODS.values(), *summation.METHODS.values()):
            assert method(y.tolist(), r) == float(method(list(y), kind)), method
        a, b = kind(rng.standard_normal((5, 5))), kind(rng.standard_normal(5))
        plain = by_format.solved(by_format.eliminated(a.tolist(), r), b.tolist(), r)
        assert plain == [
            float(v) for v in by_format.solved(by_format.eliminated(list(map(list, a)), kind), list(b), kind)
        ]


def test_hilberts_system_is_exact_by_fractions_and_refinement_needs_a_condition_below_one_over_u():
    half, third = Fraction(1, 2), Fraction(1, 3)
    assert by_format.eliminated([[half * 2, half], [half, third]], lambda x: x)[1][1][1] == Fraction(1, 12)
    few = by_format.hilbert(Settings(n=3, steps=20), None)
    assert few["binary16, refined"] > 10 > few["binary16"]
    many = by_format.hilbert(Settings(n=6, steps=20), None)
    assert many["binary32, refined"] > 7 > many["binary32"] and many["binary16, refined"] == 0


@pytest.mark.parametrize("normalised", [False, True])
def test_the_gradients_are_those_of_differences(normalised):
    rng = np.random.default_rng(2)
    network = Network([5, 7, 6, 3], 2.0, normalised, rng)
    for arrays in (network.weights, network.biases, network.scales):
        arrays[:] = [a.astype(np.float64) + 0.1 * rng.standard_normal(a.shape) for a in arrays]
    x, labels, h = rng.standard_normal((8, 5)), rng.integers(3, size=8), 1e-6

    def loss():
        return cross_entropy(network.forward(x, *SAME, training=True)[0], labels)[0]

    logits, kept_arrays = network.forward(x, *SAME, training=True)
    gradients = network.backward(cross_entropy(logits, labels)[1], kept_arrays, lambda a: a)
    for p, g in zip(network.parameters(), gradients, strict=True):
        for index in itertools.islice(np.ndindex(p.shape), 8):
            middle = p[index]
            p[index] = middle + h
            above = loss()
            p[index] = middle - h
            below, p[index] = loss(), middle
            assert (
                abs((above - below) / (2 * h) - g[index]) < np.finfo(np.float64).eps ** 0.5
            )  # h² and ε/h are below it


@pytest.mark.parametrize("normalised", [False, True])
@pytest.mark.parametrize("name", ["bfloat16", "E4M3"])
def test_every_array_of_the_network_is_made_of_numbers_of_its_format(name, normalised):
    """Weights in another format than the rest (here a coarser one), so that neither stands in for the other."""
    form, coarse, rng = FORMATS[name], FORMATS["E5M2"], np.random.default_rng(5)
    r, cast = (lambda v, f=f: rounding.nearest(v, f) for f in (form, coarse))
    network, x = Network([9, 8, 7, 3], 2.0, normalised, rng), np.float32(rng.standard_normal((6, 9)))
    logits, kept_arrays = network.forward(x, r, cast, training=True)
    _, dz = cross_entropy(logits, rng.integers(3, size=6))
    arrays = [logits, *network.backward(dz, kept_arrays, r)]
    for a, w, z, centred in kept_arrays:
        arrays += [a, z] if centred is None else [a, z, centred[0]]
        np.testing.assert_array_equal(cast(w), w)
    for array in arrays:
        np.testing.assert_array_equal(r(array), array)
    assert (r(x) != x).any() and (cast(network.weights[0]) != network.weights[0]).any()


SMALL = {"train": 300, "test": 100, "side": 12, "hidden": [16], "passes": 3}


@pytest.mark.parametrize("mode", training.MODES)
def test_between_the_steps_the_weights_are_numbers_of_their_own_format(mode):
    cfg, rng = settings("learn", **SMALL), np.random.default_rng(6)
    x, labels = np.float32(rng.random((100, 16))), rng.integers(10, size=100)
    network = Network([16, 8, 10], 2.0, True, rng)
    training.descend(network, cfg, 1.0, ("binary32", "binary32", "E5M2"), mode, Here(), (x, labels, x, labels))
    for array in network.parameters():
        np.testing.assert_array_equal(rounding.nearest(array, FORMATS["E5M2"]), array)


def test_after_training_an_answer_does_not_depend_on_the_other_digits_of_the_batch():
    rng = np.random.default_rng(7)
    network, x = Network([6, 8, 8, 3], 2.0, True, rng), np.float32(rng.standard_normal((5, 6)))
    for _ in range(3):
        network.forward(x, *SAME, training=True)
    means = [a.copy() for a in network.means]
    first, _ = network.forward(x, *SAME)
    other, _ = network.forward(np.concatenate([x[:1], 9 * x[1:]]), *SAME)
    np.testing.assert_array_equal(first[0], other[0])
    np.testing.assert_array_equal(network.means[0], means[0])  # a test teaches nothing
    network.forward(9 * x, *SAME, training=True)
    assert (network.forward(x, *SAME)[0] != first).any()


def test_chance_saves_what_rounding_to_nearest_loses():
    """In fixed point a step below half a unit changes nothing, so nothing is learnt."""
    losses = {}
    for mode in ("nearest", "stochastic"):
        job = Here()
        training.learn(
            settings("learn", format="fixed 6.6", weights="fixed 6.6", rounding=mode, rate=0.02, **SMALL), job
        )
        losses[mode] = [line["loss"] for line in job.lines]
    assert losses["stochastic"][-1] < losses["stochastic"][0]
    assert losses["stochastic"][-1] < losses["nearest"][-1]


def test_loss_scaling_saves_gradients_and_halves_itself_where_they_overflow():
    lost = {
        scale: training.learn(settings("learn", format="E4M3", loss_scale=scale, **SMALL), Here())["zero gradients"]
        for scale in (1.0, 256.0)
    }
    assert lost[256.0] < lost[1.0]
    job = Here()
    training.learn(settings("learn", format="binary16", loss_scale=2.0**30, **SMALL), job)
    assert (
        job.lines[0]["skipped"] > 0
        and job.lines[-1]["scale"] < 2.0**30
        and job.lines[-1]["loss"] < job.lines[0]["loss"]
    )


def test_where_every_run_has_diverged_there_is_no_picture():
    pictures.training([{"seed": 0, "log": [], "row": "run"}], None)  # nothing is saved


def test_a_run_that_is_stopped_ends_as_one_that_is_not(tmp_path):
    cfg = settings("learn", format="MXFP4", weights="E5M2", rounding="stochastic", **SMALL)
    whole = training.learn(cfg, Job("row", 0, tmp_path / "whole"))
    with pytest.raises(Stopped):
        training.learn(cfg, Job("row", 0, tmp_path / "torn", stopping=lambda: True))
    assert training.learn(cfg, Job("row", 0, tmp_path / "torn")) == whole


def test_normalised_layers_forget_the_size_of_their_weights(monkeypatch):
    monkeypatch.setattr("network.EPSILON", 0.0)
    rng = np.random.default_rng(3)
    network, x = Network([6, 8, 8, 3], 2.0, True, rng), np.float32(rng.standard_normal((40, 6)))
    before = network.forward(x, *SAME, training=True)[0]
    network.weights[0] *= 16  # a power of two, so that nothing is rounded otherwise
    np.testing.assert_array_equal(network.forward(x, *SAME, training=True)[0], before)


def test_the_lessons_small_example():
    toy = Format("toy", 2, 2)
    assert [toy.decode(bits) for bits in range(13)] == [
        0,
        0.25,
        0.5,
        0.75,
        1,
        1.25,
        1.5,
        1.75,
        2,
        2.5,
        3,
        3.5,
        math.inf,
    ]
    assert (toy.round(1.3), toy.round(1.125), toy.round(2.75), toy.round(3.75)) == (1.25, 1.0, 3.0, math.inf)
    assert summation.naive([2.0] + 1000 * [0.25], toy.round) == 2.0
    assert summation.kahan([2.0, 0.25, 0.25], toy.round) == 2.5
