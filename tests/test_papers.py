"""The files of papers/: printed digits keep their meaning, and every mistake is one line that names its place."""

from dataclasses import FrozenInstanceError

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from abacus import papers
from abacus.errors import BadInput, Unavailable
from abacus.papers.printed import decimals, parse

PAPER = """
[paper]
title = "Semi-supervised classification"
authors = ["T. Kipf", "M. Welling"]
year = 2017
arxiv = "1609.02907"

[facts]
"parameters" = 23063
"""
TABLE = """
[tables.table3]
where = "Table 3, p. 7"
metric = "test accuracy"
unit = "%"
better = "higher"
columns = ["Citeseer", "Cora"]
kind = "mean"
runs = 100
n = [1000, 0]
spread = { Cora = "sd" }
protocol = { epochs = 200, hidden = 16 }
orderings = [["Renormalization", "First-order"], ["First-order", "From memory", "Cora"]]

[tables.table3.rows]
"Renormalization" = ["70.3", "81.5 +- 0.5"]
"First-order" = ["68.3", ""]
"From memory" = ["?46.5", "?55.1"]
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "kipf2017.toml").write_text(PAPER + TABLE, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("text", "number", "half"),
    [
        ("70.3", 70.3, 0.05),
        (".521", 0.521, 0.0005),
        ("-.14", -0.14, 0.005),
        ("−0.14", -0.14, 0.005),
        ("304.", 304, 0.5),
        ("1425", 1425, 0.5),
        ("60 000", 60000, 0.5),
        ("60,000", 60000, 0.5),
        ("0.429796848199937E-03", 0.429796848199937e-3, 5e-19),
        ("0.", 0, 0.5),
        ("-3482258.63459582", -3482258.63459582, 5e-9),
        ("60 000 within 500", 60000, 500),
        ("0.00000000000000 within 1e-14", 0, 1e-14),
    ],
)
def test_half_is_half_a_unit_of_the_last_printed_digit(text, number, half):
    assert (parse(text).number, parse(text).half) == (number, half)


@settings(deadline=None)
@given(st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-1e6, max_value=1e6))
def test_a_number_printed_with_four_decimals_is_within_half_of_what_was_printed(value):
    read = parse(f"{value:.2f}")
    assert abs(read.number - float(value)) <= read.half * (1 + 1e-6)
    assert decimals(f"{value:.2f}") == 2


def test_counts_are_exact():
    assert parse("60 000", exact=True).half == 0
    with pytest.raises(ValueError, match="whole number"):
        parse("60.5", exact=True)


def test_spread_mark_and_nothing():
    read = parse("?67.9 +- 0.5")
    assert (read.text, read.number, read.spread, read.verified) == ("67.9 +- 0.5", 67.9, 0.5, False)
    assert parse("67.9 ± 0.5") == parse("67.9 +- 0.5")
    assert parse("0.0 within 1e-14").text == "0.0"
    assert parse("") is parse("  ") is None
    assert [decimals(text) for text in ("67.90 +- 0.5", "304.", "0.4297E-03", "7")] == [2, 0, 4, 0]


@pytest.mark.parametrize(
    "text", ["70.3%", "< 0.001", "Infinity", "nan", "1.2.3", "0,521", "12 34", "?", "1 +- x", "1 +- -1"]
)
def test_what_is_no_printed_number(text):
    with pytest.raises(ValueError):
        parse(text)


def test_a_paper(folder):
    read = papers.paper("kipf2017", folder)
    assert (read.title, read.year, read.authors[1]) == ("Semi-supervised classification", 2017, "M. Welling")
    assert papers.keys(folder) == ["kipf2017"]
    assert papers.tables(folder) == ["kipf2017/table3"]
    assert papers.facts("kipf2017", folder) == {"parameters": 23063}


def test_a_table(folder):
    table = papers.table("kipf2017/table3", folder)
    assert (table.key, table.paper, table.where) == ("kipf2017/table3", "kipf2017", "Table 3, p. 7")
    assert table.columns == ("Citeseer", "Cora")
    assert table.kind == {"Citeseer": "mean", "Cora": "mean"}
    assert table.n == {"Citeseer": 1000, "Cora": None}
    assert table.spread == {"Citeseer": "", "Cora": "sd"}
    assert table.rows["Renormalization"]["Cora"].spread == 0.5
    assert table.rows["First-order"]["Cora"] is None
    assert not table.rows["From memory"]["Cora"].verified
    assert table.orderings == (
        ("Renormalization", "First-order", "Citeseer"),
        ("Renormalization", "First-order", "Cora"),
        ("First-order", "From memory", "Cora"),
    )
    assert table.protocol == {"epochs": 200, "hidden": 16}
    with pytest.raises(FrozenInstanceError):
        table.where = "elsewhere"


def test_a_table_of_one_column_may_leave_the_brackets_out(folder):
    one = '[tables.t]\nwhere = "p. 1"\ncolumns = ["digits"]\nkind = "count"\n[tables.t.rows]\ntrain = "60 000"\n'
    (folder / "one.toml").write_text(PAPER + one, encoding="utf-8")
    assert papers.table("one/t", folder).rows["train"]["digits"].number == 60000


@pytest.mark.parametrize(
    ("right", "wrong", "message"),
    [
        ('better = "higher"', 'better = "more"', 'table table3: better = "more"; there are: higher, lower'),
        ('better = "higher"', 'beter = "higher"', 'table table3: unknown key "beter"; did you mean "better"?'),
        ('kind = "mean"', 'kind = "means"', 'kind = "means"; did you mean "mean"?'),
        ('kind = "mean"', "", 'table table3: "kind" is missing'),
        ('kind = "mean"', 'kind = { Cora = "mean" }', 'the column "Citeseer" has no kind'),
        ("n = [1000, 0]", "n = [1000]", "n has 1 values for 2 columns"),
        ("n = [1000, 0]", "n = -5", "n = -5 is not a count"),
        ("n = [1000, 0]", "n = true", "n = True is not a count"),
        ('Cora = "sd"', 'Coral = "sd"', 'unknown column "Coral"; did you mean "Cora"?'),
        ('spread = { Cora = "sd" }', "", 'row "Renormalization", column "Cora": "81.5 +- 0.5" has a spread'),
        ('["70.3", ', '["70.3%", ', 'row "Renormalization", column "Citeseer": "70.3%" is not a number'),
        ('["70.3", ', "[70.3, ", 'row "Renormalization": 70.3 is not a string'),
        ('["70.3", ', "[", 'row "Renormalization": 1 values for 2 columns'),
        ('["70.3", ', '["170.3", ', '"170.3" is no proportion, 0 to 100'),
        ('unit = "%"', "", '"70.3" is no proportion, 0 to 1'),
        ('"First-order"],', '"First order"],', 'unknown row "First order"; did you mean "First-order"?'),
        ('better = "higher"', "", "needs a column with better"),
        ('"From memory", "Cora"]', '"From memory", "Cor"]', "needs a column with better"),
        ('["Citeseer", "Cora"]', '["Cora", "Cora"]', "two columns have the same name"),
        ("year = 2017", 'year = "2017"', "[paper]: year = '2017' is not of type int"),
        ("year = 2017", "", '[paper]: "year" is missing'),
        ("[facts]", "[fact]", 'unknown key "fact"; did you mean "facts"?'),
        ("[facts]", "[facts", "line 8"),
        ("hidden = 16", "hidden = { Renormalisation = 16 }", 'unknown row "Renormalisation"; did you mean "Renormal'),
        ('where = "Table 3, p. 7"', 'where = ""', '"where" is missing or empty'),
    ],
)
def test_a_mistake_is_one_line_with_its_place(folder, right, wrong, message):
    content = PAPER + TABLE
    assert right in content
    (folder / "kipf2017.toml").write_text(content.replace(right, wrong, 1), encoding="utf-8")
    with pytest.raises(BadInput) as caught:
        papers.tables(folder)
    assert message in str(caught.value)
    assert str(caught.value).startswith("papers/kipf2017.toml")
    assert "\n" not in str(caught.value)


@settings(deadline=None)
@given(st.integers(0, len(PAPER + TABLE)), st.integers(0, 9), st.sampled_from(["", "1", '"', "[]", "{}"]))
def test_a_mangled_file_is_read_or_refused_in_one_line(tmp_path_factory, start, length, inserted):
    folder = tmp_path_factory.mktemp("papers")
    content = PAPER + TABLE
    (folder / "kipf2017.toml").write_text(content[:start] + inserted + content[start + length :], encoding="utf-8")
    try:
        papers.tables(folder)
    except BadInput as error:
        assert str(error).startswith("papers/kipf2017.toml") and "\n" not in str(error)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("kipf2018/table3", 'no papers/kipf2018.toml; did you mean "kipf2017"?'),
        ("kipf2017/table2", 'no table "table2"; did you mean "table3"?'),
        ("kipf2017", 'write "paper/table"'),
        ("../kipf2017/table3", "no papers/...toml"),
    ],
)
def test_a_table_that_is_not_there(folder, name, message):
    with pytest.raises(BadInput) as caught:
        papers.table(name, folder)
    assert message in str(caught.value)


def test_printed_data(folder):
    (folder / "longley1967.csv").write_text("# J. W. Longley, p. 840\nyear,employed\n1947,60323\n", encoding="utf-8")
    assert papers.rows("longley1967", folder) == (["year", "employed"], [["1947", "60323"]])
    (folder / "longley1967.csv").write_text("year,employed\n1947\n", encoding="utf-8")
    with pytest.raises(BadInput, match=r"papers/longley1967\.csv, row 1: 1 fields under 2 names"):
        papers.rows("longley1967", folder)


def test_no_folder(tmp_path):
    with pytest.raises(Unavailable, match="checkout"):
        papers.keys(tmp_path / "papers")


def test_every_paper_of_the_repository_can_be_read():
    if not papers.FOLDER.is_dir():
        pytest.skip("no papers yet")
    assert [papers.table(name).key for name in papers.tables()] == papers.tables()
