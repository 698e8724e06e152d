"""Tables as they are read: aligned, one digit more than the paper's, the reasons below."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from abacus import verdict
from abacus.evidence import render
from abacus.papers.table import read_table
from abacus.verdict import Result, intervals

RAW = {
    "where": "Fig. 9, p. 2288",
    "kind": "rate",
    "metric": "test error",
    "unit": "%",
    "better": "lower",
    "n": 10_000,
    "columns": ["test", "distorted"],
    "rows": {"LeNet-1": ["1.7", "?1.4"], "LeNet-5": ["0.95", "0.8"]},
    "orderings": [["LeNet-5", "LeNet-1", "test"]],
}
RESULTS = {
    "LeNet-1": Result({seed: {"test": 1.7 + seed / 100, "distorted": 1.5 + seed / 100} for seed in range(3)}),
    "LeNet-5": Result({seed: {"test": 1.95 + seed**2 / 100, "distorted": None} for seed in range(3)}),
    "手書き": Result({0: {"test": 3.14159}}, deterministic=True),
}
ESCAPE = re.compile("\033\\[[0-9;]*m")


def judged(results=RESULTS, **options):
    table = read_table("lecun1998", "fig9", RAW | options, "papers/lecun1998.toml, table fig9")
    return table, verdict.judge(table, results)


def test_a_table_for_a_terminal():
    assert render.terminal(*judged()).splitlines() == [
        "lecun1998/fig9: Fig. 9, p. 2288",
        "test error, %, lower is better",
        "",
        "row                          column     reported                       ours  margin  verdict",
        "---------------------------  ---------  --------  -------------------------  ------  ------------------",
        "LeNet-1                      test            1.7      1.71 ± 0.01 (3 seeds)     0.3  reproduced",
        "                             distorted      ?1.4      1.51 ± 0.01 (3 seeds)    0.28  unverified [1]",
        "",
        "LeNet-5                      test           0.95    1.967 ± 0.021 (3 seeds)     0.2  not reproduced [2]",
        "                             distorted       0.8                                     not reproduced [3]",
        "",
        "手書き                       test                                     3.142",
        "",
        "LeNet-5 better than LeNet-1  test          holds  -0.2567 ± 0.012 (3 seeds)          fails",
        "",
        "[1] the printed value has not been checked in print",
        "[2] ours − reported is 0.982 to 1.05, outside ±0.2",
        "[3] 3 of 3 seeds diverged",
    ]


def test_the_same_in_markdown():
    assert render.markdown(*judged()).splitlines() == [
        "lecun1998/fig9: Fig. 9, p. 2288  ",
        "test error, %, lower is better",
        "",
        "| row | column | reported | ours | margin | verdict |",
        "|---|---|---:|---:|---:|---|",
        "| LeNet-1 | test | 1.7 | 1.71 ± 0.01 (3 seeds) | 0.3 | reproduced |",
        "| LeNet-1 | distorted | ?1.4 | 1.51 ± 0.01 (3 seeds) | 0.28 | unverified [1] |",
        "| LeNet-5 | test | 0.95 | 1.967 ± 0.021 (3 seeds) | 0.2 | not reproduced [2] |",
        "| LeNet-5 | distorted | 0.8 |  |  | not reproduced [3] |",
        "| 手書き | test |  | 3.142 |  |  |",
        "| LeNet-5 better than LeNet-1 | test | holds | -0.2567 ± 0.012 (3 seeds) |  | fails |",
        "",
        "1. the printed value has not been checked in print",
        "2. ours − reported is 0.982 to 1.05, outside ±0.2",
        "3. 3 of 3 seeds diverged",
    ]


def test_interquartile_means_stand_beside_the_verdict_with_the_paper_s_digits():
    """Of 12 seeds the middle six; a lost seed does not move them. Too few seeds, a value that is not printed: nothing."""
    values = {seed: {"test": 1.0 + seed / 10, "distorted": 2.0, "time": 1.0} for seed in range(12)}
    lost = {"LeNet-1": Result(values | {0: {"test": -900.0, "distorted": 2.0, "time": 1.0}})}
    few = {"LeNet-5": Result(dict(list(values.items())[:9])), "LeNet-4": Result(values)}
    table, _ = judged({})
    said = render.interquartile(table, {"LeNet-1": Result(values)} | few)
    middle = sum(1.0 + seed / 10 for seed in range(3, 9)) / 6
    low, high = intervals.interquartile_interval([value["test"] for value in values.values()])
    wanted = f": LeNet-1, test: {middle:.2f} ({low:.2f} to {high:.2f}); LeNet-1, distorted: 2.00 (2.00 to 2.00)"
    assert said.endswith(wanted)
    assert f"LeNet-1, test: {middle:.2f} (" in render.interquartile(table, lost)
    assert render.interquartile(table, few) == ""


def test_colour_changes_nothing_but_the_colour():
    plain, coloured = render.terminal(*judged()), render.terminal(*judged(), colour=True)
    assert "\033" not in plain
    assert ESCAPE.sub("", coloured) == plain != coloured


def test_a_table_of_one_column_does_not_repeat_its_name():
    lines = render.terminal(*judged({}, columns=["test"], rows={"LeNet-1": "1.7", "LeNet-5": "0.95"}, orderings=[]))
    assert lines.splitlines()[3:] == [
        "row      reported  ours  margin  verdict",
        "-------  --------  ----  ------  -------",
        "LeNet-1       1.7                missing",
        "LeNet-5      0.95                missing",
    ]


def test_the_caption_says_by_which_rule_and_columns_say_their_own_unit():
    table, cells = judged(rule="best of 3", note="Means.", unit=["%", "nats"], n=[10_000, 0], kind=["rate", "score"])
    text = render.terminal(table, cells)
    assert text.startswith("lecun1998/fig9: Fig. 9, p. 2288\ntest error, lower is better, best of 3\nMeans.\n")
    assert "test (%)" in text and "distorted (nats)" in text


@pytest.mark.parametrize(
    ("value", "reported", "shown"),
    [
        (70.26, "70.3", "70.26"),
        (0.5214, ".521", "0.5214"),
        (0.52139, "?.52 +- 0.01", "0.521"),
        (60000, "60 000", "60000"),
        (60000.25, "60 000", "60000.2"),
        (0.4297968481999371e-3, "0.429796848199937E-03", "4.297968481999371e-04"),
        (3.2e-27, "0.00000000000000", "0.000000000000000"),
        (3.25e12, "0.5", "3.25e+12"),
        (3.14159, "", "3.142"),
        (10745088.0, "", "10745088"),
    ],
)
def test_ours_has_one_digit_more_than_the_papers(value, reported, shown):
    assert render.number(value, reported) == shown


@settings(deadline=None)
@given(st.lists(st.text(st.characters(categories=["L", "N", "P", "S", "Mn"]), min_size=1), min_size=1, unique=True))
def test_whatever_the_rows_are_called_the_columns_stay_aligned_and_the_markdown_whole(names):
    table, cells = judged({}, columns=["test"], rows=dict.fromkeys(names, "1.7"), orderings=[])
    lines = render.terminal(table, cells).splitlines()[3:]
    assert len({render._width(line.removesuffix("missing").removesuffix("verdict").rstrip("-")) for line in lines}) == 1
    for line in render.markdown(table, cells).splitlines()[5:]:
        assert len(re.findall(r"(?<!\\)(?:\\\\)*\|", line)) == 7


def test_no_cells_are_a_table_of_nothing():
    assert render.terminal(judged()[0], []).endswith("verdict\n---  --------  ----  ------  -------")


def test_values_without_a_paper_have_the_digits_of_their_deviation():
    seeds = {"0": {"a": 0.004, "b": 83.0, "c": 2.0}, "1": {"a": 0.0056789, "b": 140.2, "c": 2.0}}
    header, line = render.values({"values": {"row": {"seeds": seeds}}})
    assert header == ["", "a", "b", "c"] and line == ["row", "0.0048 ± 0.0012 (2)", "112 ± 40 (2)", "2 (2)"]
