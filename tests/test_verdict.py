"""The verdict's rules, kind by kind and word by word; how often it is right: test_error_rates.py."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from abacus import verdict
from abacus.papers.table import read_table
from abacus.verdict import Result, margins
from abacus.verdict.cells import sample


def table(rows, columns=("error",), **options):
    raw = {"where": "Table 1", "columns": list(columns), "kind": "rate", "rows": rows} | options
    return read_table("paper", "table1", raw, "papers/paper.toml, table table1")


def seeds(*values, deterministic=False):
    return Result({seed: None if v is None else {"error": v} for seed, v in enumerate(values)}, deterministic)


def judge(printed, *values, deterministic=False, **options):
    """The verdict of one cell, printed as `printed`, where the seeds gave `values`."""
    return verdict.judge(table({"row": printed}, **options), {"row": seeds(*values, deterministic=deterministic)})[0]


# The kinds and their margins


def test_exact_means_every_printed_digit():
    options = {"kind": "exact", "deterministic": True}
    assert judge(".521", 0.5214, **options).verdict == "reproduced"
    assert judge(".521", 0.5216, **options).verdict == "not reproduced"
    assert judge(".521", 0.5215, **options).verdict == "reproduced"  # the edge belongs to the margin
    assert judge("0.3", 0.1 + 0.2 + 0.05, **options).verdict == "reproduced"  # 0.35000000000000003
    assert judge("0.429796848199937E-03", 0.4297968481999374e-3, **options).verdict == "reproduced"
    assert judge("0.429796848199937E-03", 0.4297968481999379e-3, **options).verdict == "not reproduced"


def test_a_certified_zero_says_its_own_scale():
    options = {"kind": "exact", "deterministic": True}
    assert judge("0.00000000000000 within 1e-14", 9e-15, **options).verdict == "reproduced"
    assert judge("0.00000000000000 within 1e-14", 2e-14, **options).verdict == "not reproduced"


def test_a_count_is_right_or_wrong():
    assert judge("60 000", 60000, kind="count", deterministic=True).verdict == "reproduced"
    assert judge("60 000", 59999, kind="count", deterministic=True).verdict == "not reproduced"
    assert judge("7", 7, 7, 7, kind="count").verdict == "reproduced"  # that all seeds agree is no wonder here


def test_the_margin_of_a_rate_is_its_sampling_error():
    cell = judge("5.0", 5.0, 5.1, 4.9, unit="%", n=10_000)
    assert cell.margin == pytest.approx(0.05 + 196 * math.sqrt(0.05 * 0.95 / 10_000))


def test_at_zero_and_one_the_rate_has_wilsons_half_width():
    from scipy import stats

    proportion = pytest.importorskip("statsmodels.stats.proportion")
    low, high = proportion.proportion_confint(0, 50, alpha=2 * stats.norm.sf(margins.Z), method="wilson")
    assert margins.rate_tolerance(0, 50) == margins.rate_tolerance(1, 50) == pytest.approx((high - low) / 2)


def test_the_margin_of_a_score_is_the_sampling_error_of_the_papers_items():
    cell = judge("1.250", (1.25, 0.6), (1.26, 0.8), (1.24, 0.0), kind="score", n=400)
    assert cell.margin == pytest.approx(0.0005 + 1.96 * math.sqrt((0.36 + 0.64) / 3) / 20)
    assert judge("1.250", 1.25, 1.26, 1.24, kind="score", n=400).verdict == "no margin"


def test_the_margin_of_a_mean_is_the_smaller_of_the_rate_and_one_run():
    values = (70.1, 70.2, 70.6)
    rate = 196 * math.sqrt(0.703 * 0.297 / 1000)
    mean = {"kind": "mean", "unit": "%"}
    assert judge("70.3", *values, **mean, n=1000).margin == pytest.approx(0.05 + np.std(values, ddof=1))
    assert judge("70.3 +- 0.4", *values, **mean, n=1000, spread="sd").margin == pytest.approx(0.45)
    assert judge("70.3 +- 0.4", *values, **mean, n=1000, spread="se", runs=100).margin == pytest.approx(0.05 + rate)
    assert judge("70.3 +- 0.1", *values, **mean, spread="se", runs=16).margin == pytest.approx(0.45)


def test_without_items_or_spread_there_is_no_margin():
    assert judge("5.0", 5.0, 5.1, 4.9, unit="%").verdict == "no margin"
    assert judge("5.0", 5.0, kind="mean", unit="%", deterministic=True).verdict == "no margin"


def test_our_own_spread_alone_is_never_the_margin_of_a_mean():
    for runs in (0, 1, 10):
        assert judge("70.3", 60.0, 70.0, 80.0, kind="mean", unit="%", runs=runs).verdict == "no margin"


# Undecidable: computed before the run

THREE = {"kind": "mean", "unit": "%", "n": 1000, "runs": 3, "spread": "sd", "better": "higher"}


def test_where_the_paper_s_own_runs_are_too_few_no_number_of_seeds_decides():
    cell = judge("68 +- 2", **THREE)  # not run yet, and needs not be
    assert cell.verdict == "undecidable" and cell.reason.startswith(
        "the paper's 3 runs leave ±3.37, and the margin is ±2.5"
    )
    for seeds_run in (2, 10, 1000):
        assert judge("68 +- 2", *[67.9, 68.1] * (seeds_run // 2), **THREE).verdict == "undecidable"
    assert judge("68 +- 2", *[67.9, 68.1] * 5, **THREE | {"runs": 100}).verdict == "reproduced"
    assert judge("68", *[67.9, 68.1] * 5, **THREE).verdict == "reproduced"  # no spread is printed: none is counted


def test_a_gap_that_even_such_a_print_leaves_no_room_for_is_still_a_gap():
    assert judge("68 +- 2", *[57.9, 58.1] * 5, **THREE).verdict == "not reproduced"
    assert judge("68 +- 2", *[77.9, 78.1] * 5, **THREE).verdict == "differs, better"


# The words


RATE = {"unit": "%", "n": 10_000, "better": "lower"}  # printed 5.0: the margin is .477


def test_the_four_verdicts_of_an_interval():
    assert judge("5.0", 5.0, 5.1, 4.9, **RATE).verdict == "reproduced"
    assert judge("5.0", 4.0, 4.1, 3.9, **RATE).verdict == "differs, better"
    assert judge("5.0", 6.0, 6.1, 5.9, **RATE).verdict == "not reproduced"
    assert judge("5.0", 5.5, 5.6, 5.4, **RATE).verdict == "inconclusive"
    assert judge("5.0", 4.0, 4.1, 3.9, **RATE | {"better": ""}).verdict == "not reproduced"
    assert judge("5.0", 4.7, 4.75, 4.65, **RATE).verdict == "reproduced"  # better, but by less than matters
    assert (
        judge("5.0", 4.55, 4.65, 4.45, **RATE).verdict == "differs, better"
    )  # surely better, perhaps by more than matters
    assert "0.831 to 1.17, outside ±0.48" in judge("5.0", 6.0, 6.1, 5.9, **RATE).reason


def test_few_seeds_or_equal_seeds_decide_nothing():
    assert judge("5.0", 5.0, 5.1, **RATE).reason == "2 seeds; 3 are needed"
    assert judge("5.0", 9.0, **RATE).verdict == "inconclusive"
    assert judge("5.0", 5.0, 5.0, 5.0, **RATE).verdict == "inconclusive"
    assert judge("5.0", 5.0, deterministic=True, **RATE).verdict == "reproduced"
    assert judge("5.0", 5.0, 5.1, deterministic=True, **RATE).verdict == "inconclusive"


@pytest.mark.parametrize("lost", [None, math.nan, math.inf])
def test_diverged_seeds_count(lost):
    fine = [5.0, 5.1, 4.9] * 3
    assert judge("5.0", *fine, 5.0, **RATE).verdict == "reproduced"
    assert judge("5.0", *fine, lost, **RATE).verdict == "inconclusive"
    assert judge("5.0", *fine, lost, lost, **RATE).reason == "2 of 11 seeds diverged"
    assert judge("5.0", *fine, lost, lost, **RATE).verdict == "not reproduced"
    assert judge("5.0", *[value + 1 for value in fine], lost, **RATE).verdict == "not reproduced"
    assert judge("5.0", lost, deterministic=True, **RATE).verdict == "not reproduced"


def test_what_was_not_run_is_missing_and_what_is_not_printed_has_no_verdict():
    printed = table({"a": ["5.0", ""], "b": ["6.0", "7.0"]}, ["error", "loss"], unit="%", n=100)
    half = Result({0: {"error": 5.0, "loss": 0.1, "seconds": 3.0}, 1: {"loss": 0.2}, 2: {"error": 5.1, "loss": 0.3}})
    cells = verdict.judge(printed, {"a": half, "ours": seeds(1.0, 2.0)})
    assert [(cell.row, cell.column, cell.verdict) for cell in cells] == [
        ("a", "error", "missing"),
        ("a", "loss", ""),
        ("a", "seconds", ""),
        ("b", "error", "missing"),
        ("b", "loss", "missing"),
        ("ours", "error", ""),
    ]
    assert cells[0].reason == "1 of 3 seeds have no value yet"
    assert cells[1].ours == pytest.approx(0.2)
    assert verdict.counts(cells) == dict.fromkeys(verdict.CELL_WORDS + verdict.ORDERING_WORDS, 0) | {"missing": 3}


def test_while_a_seed_that_was_asked_for_is_absent_the_cell_is_missing():
    results = {"row": Result(seeds(5.0, 5.1, 4.9).values, asked=(0, 1, 2, 3))}
    assert verdict.judge(table({"row": "5.0"}, **RATE), results)[0].verdict == "missing"
    results = {"row": Result(seeds(5.0).values, deterministic=True, asked=(0, 1, 2, 3))}
    assert verdict.judge(table({"row": "5.0"}, **RATE), results)[0].verdict == "reproduced"


def test_a_number_from_memory_counts_for_nothing():
    cell = judge("?5.0", 5.0, 5.1, 4.9, **RATE)
    assert (cell.reported, cell.verdict) == ("?5.0", "unverified")
    assert judge("?5.0", **RATE).verdict == "unverified"


def test_unknown_folds_add_the_papers_own_assignment():
    values = np.random.default_rng(0).normal(5, 1, 10)
    known, unknown = (judge("5.0", *values, **RATE, folds=folds) for folds in ("", "unknown"))
    width = [cell.interval[1] - cell.interval[0] for cell in (known, unknown)]
    assert width[1] / width[0] == pytest.approx(math.sqrt((1 / 10 + 1) / (1 / 10)))
    assert judge("5.0", 5.0, deterministic=True, **RATE, folds="unknown").verdict == "inconclusive"


def test_skewed_scores_are_judged_by_their_middle_half():
    values = [*np.random.default_rng(0).normal(200, 1, 19), 10.0]  # one seed in twenty never learned
    options = {"kind": "exact", "better": "higher"}
    assert judge("200 within 2", *values, **options).verdict != "reproduced"
    assert judge("200 within 2", *values, **options, average="interquartile").verdict == "reproduced"
    assert judge("200 within 2", *values[:9], **options, average="interquartile").reason == "9 seeds; 10 are needed"


def test_an_integral_is_judged_by_its_monte_carlo_error():
    integral = {"kind": "integral"}
    assert judge("0.5000", (0.51, 0.004), **integral).verdict == "reproduced"  # 2.5 standard errors
    assert judge("0.5000", (0.52, 0.004), **integral).verdict == "not reproduced"
    assert judge("0.5000", (0.52, 0.016), (0.51, 0.012), **integral).spread == pytest.approx(0.01)
    assert judge("0.5000 +- 0.02", (0.53, 0.004), **integral, spread="se").verdict == "reproduced"
    assert judge("0.5000", 0.52, **integral).verdict == "inconclusive"
    assert judge("0.5000", 0.49, 0.50, 0.51, **integral).verdict == "reproduced"
    assert judge("0.5000", 0.50004, deterministic=True, **integral).verdict == "reproduced"  # a quadrature
    assert judge("0.5000", 0.50006, deterministic=True, **integral).verdict == "not reproduced"


def test_a_larger_table_of_integrals_is_judged_with_a_larger_quantile():
    rows = {str(i): "0.5" for i in range(30)}
    results = {"0": seeds((0.5, 0.01))}
    alone = verdict.judge(table({"0": "0.5"}, kind="integral"), results)[0].margin
    assert verdict.judge(table(rows, kind="integral"), results)[0].margin > alone


def test_one_anecdotal_run_is_consistent_with_a_hundred_of_ours():
    hundred = list(range(1, 101))  # 5 % and 95 % quantiles: 5 and 95
    run = {"kind": "run", "better": "lower"}
    assert judge("95", *hundred, **run).verdict == "consistent"
    assert judge("97", *hundred, **run).verdict == "not reproduced"
    assert judge("97", *hundred[:95], *[None] * 5, **run).verdict == "not reproduced"
    assert judge("1000", *hundred[:90], *[None] * 10, **run).verdict == "consistent"  # a tenth of ours never ended
    assert judge("50", *hundred[1:], **run).verdict == "inconclusive"


def test_one_anecdotal_run_is_consistent_only_where_our_median_run_ends():
    run, half = {"kind": "run", "better": "lower"}, list(range(1, 52))
    assert judge("40", *half, *[None] * 49, **run).verdict == "consistent"
    stuck = judge("40", *half[:49], *[None] * 51, **run)  # 40 lies among ours, and more than half of ours never end
    assert stuck.verdict == "not reproduced" and stuck.reason.startswith("51 of our 100 runs never ended")


def test_what_was_fitted_is_not_called_reproduced():
    printed = table({"a": "5.0", "b": "5.0", "c": "9.0"}, **RATE)
    cells = verdict.judge(printed, {row: seeds(5.0, 5.1, 4.9) for row in "abc"})
    said = verdict.with_fitted(cells, {"a": "the rate was chosen", "c": "the rate was chosen"})
    assert [cell.verdict for cell in said] == ["fitted", "reproduced", "differs, better"]
    assert said[0].reason == "fitted: the rate was chosen" and said[1:] == cells[1:]


def test_a_round_reference_has_the_tolerance_that_its_source_states():
    assert judge("1.0", (0.96, 0.0005), kind="integral").verdict == "reproduced"  # read as a rounded print
    assert judge("1.0 within 0.025", (0.96, 0.0005), kind="integral").verdict == "not reproduced"
    assert judge("2 within 0", (2.01, 0.001), kind="integral").verdict == "not reproduced"
    assert judge("2 within 0", (2.001, 0.001), kind="integral").verdict == "reproduced"


# Invariants

VALUES = st.lists(st.integers(0, 1000).map(lambda i: i / 64), min_size=1, max_size=12)


@settings(deadline=None)
@given(VALUES, st.randoms(use_true_random=False), st.sampled_from(["mean", "interquartile"]))
def test_the_order_of_the_seeds_changes_no_bit(values, random, average):
    shuffled = random.sample(values, len(values))
    options = {"kind": "mean", "average": average, "better": "higher"}
    assert judge("7.5", *values, **options) == judge("7.5", *shuffled, **options)


@settings(deadline=None)
@given(VALUES, st.floats(0.01, 10))
def test_turning_the_metric_over_turns_only_the_interval(values, margin):
    up = judge(f"7.5 within {margin!r}", *values, kind="exact", better="higher")
    down = judge(f"-7.5 within {margin!r}", *[-value for value in values], kind="exact", better="lower")
    assert up.verdict == down.verdict
    assert up.interval is None or up.interval == (-down.interval[1], -down.interval[0])


@settings(deadline=None)
@given(VALUES, st.floats(0.01, 10), st.sampled_from([2.0**-20, 0.5, 8.0, 2.0**30]))
def test_the_unit_of_measurement_changes_no_verdict(values, margin, unit):
    one = judge(f"7.5 within {margin!r}", *values, kind="exact", better="higher")
    scaled = f"{7.5 * unit!r} within {margin * unit!r}"
    assert judge(scaled, *[value * unit for value in values], kind="exact", better="higher").verdict == one.verdict


@settings(deadline=None)
@given(VALUES, st.floats(0.01, 10), st.floats(1, 5))
def test_a_wider_margin_never_loses_a_reproduction(values, margin, wider):
    if judge(f"7.5 within {margin!r}", *values, kind="exact").verdict == "reproduced":
        assert judge(f"7.5 within {margin * wider!r}", *values, kind="exact").verdict == "reproduced"


def test_a_sample_of_a_row_that_was_not_run_is_empty():
    assert sample(None, "error").values == {}
