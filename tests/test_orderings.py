"""Claims of a text, "this row is better than that one", judged paired over the seeds."""

import numpy as np
import pytest

from abacus import verdict
from abacus.papers.table import read_table
from abacus.verdict import Result


def table(rows, **options):
    raw = {"where": "Table 1", "columns": ["error"], "kind": "rate", "rows": rows} | options
    return read_table("paper", "table1", raw, "papers/paper.toml, table table1")


def seeds(*values, deterministic=False):
    return Result({seed: None if v is None else {"error": v} for seed, v in enumerate(values)}, deterministic)


def ordering(better, first, second, **options):
    options = {"better": better, "unit": "%", "n": 10_000, "orderings": [["A", "B"]]} | options
    results = {"A": seeds(*first), "B": seeds(*second)}
    return verdict.judge(table({"A": "5.0", "B": "6.0"}, **options), results)[-1]


def test_an_ordering_is_paired_over_seeds():
    luck = np.random.default_rng(0).normal(0, 5, 10)  # common to both rows, and larger than the difference
    small = np.random.default_rng(1).normal(0, 0.1, 10)
    better, worse = 5 + luck, 6 + luck + small
    assert ordering("lower", better, worse).verdict == "holds"
    assert ordering("higher", better, worse).verdict == "fails"
    assert ordering("lower", better, np.roll(worse, 1)).verdict == "open"
    assert ordering("lower", better, worse).row == "A better than B"
    assert ordering("lower", better, worse).ours == pytest.approx(1, abs=0.1)


def test_an_ordering_without_evidence_is_open():
    assert ordering("lower", [], []).verdict == "open"
    assert ordering("lower", [5.0, 5.1], [6.0, 6.2]).verdict == "open"
    assert ordering("lower", [5.0, 5.1, 5.2, None], [6.0, 6.2, 6.3, 6.1]).verdict == "open"
    assert ordering("lower", [5.0, 5.0, 5.0], [6.0, 6.0, 6.0]).verdict == "open"


def test_a_deterministic_row_is_compared_with_every_seed_of_the_other():
    printed = table({"A": "5.0", "B": "6.0"}, better="lower", unit="%", n=100, orderings=[["A", "B", "error"]])
    one = seeds(5.0, deterministic=True)
    assert verdict.judge(printed, {"A": one, "B": seeds(6.0, 6.1, 6.2)})[-1].verdict == "holds"
    assert verdict.judge(printed, {"A": one, "B": seeds(6.0, deterministic=True)})[-1].verdict == "holds"
    assert verdict.judge(printed, {"A": one, "B": seeds(4.0, deterministic=True)})[-1].verdict == "fails"
    assert verdict.judge(printed, {"A": one, "B": seeds(5.0, deterministic=True)})[-1].verdict == "open"
