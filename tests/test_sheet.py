"""A reader's own table: what spreadsheets write is read, and what cannot be read is one line."""

from fractions import Fraction

import pytest

from abacus import sheet
from abacus.errors import BadInput


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbfa,b\n1.5,x\n-2,y\nNA,\n",
        b"a;b\r\n1,5;x\r\n-2;y\r\n;NaN\r\n",
        "a\tb\n1.5\tx\n\N{MINUS SIGN}2\ty\n?\t-\n".encode("utf-16"),
        b"# a remark\n\na,b\n1.5,x\n\n-2e0,y\nnull,None\n",
        b'"a";b\n"1,5";x\n-2;"y"\n;\n',
    ],
)
def test_what_spreadsheets_write_is_read(content, tmp_path):
    path = tmp_path / "mine.csv"
    path.write_bytes(content)
    a, b = sheet.read(path).values()
    assert (a.name, a.numeric, [None if x is None else float(x) for x in a.values]) == ("a", True, [1.5, -2.0, None])
    assert (b.name, b.numeric, b.values) == ("b", False, ["x", "y", None])


def test_separators_in_quotes_do_not_separate(tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text('"height, in cm, of a child";age\n1,5;3\n2,5;4\n', encoding="utf-8")
    height, age = sheet.read(path).values()
    assert (
        height.name == "height, in cm, of a child" and [float(x) for x in height.values] == [1.5, 2.5] and age.numeric
    )


def test_lines_are_counted_from_the_first_of_the_file(tmp_path):
    path = tmp_path / "mine.csv"
    path.write_bytes(b"# remark\n# another\na\n1\n2\n\nlow\n")
    with pytest.raises(BadInput, match="line 7"):
        sheet.read(path)


def test_numbers_are_exact_where_that_is_asked_for(tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text("a,b\n0.1,x\n0.2,y\n", encoding="utf-8")
    assert sum(sheet.read(path, number=Fraction)["a"].values) == Fraction(3, 10)
    assert sheet.read(path)["a"].values == [0.1, 0.2]


@pytest.mark.parametrize("number", ["1e-400", "1e400", "-2e-41", "3e40", "1" * 61])
def test_numbers_at_the_ends_are_said_and_zeros_are_numbers(number, tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text(f"a\n0\n-0.00e-999\n{number}\n", encoding="utf-8")
    with pytest.raises(BadInput, match='line 4, column "a"'):
        sheet.read(path)
    path.write_text("a\n0\n-0.00e-999\n", encoding="utf-8")
    assert sheet.read(path)["a"].values == [0, 0]


def test_other_line_ends_stay_in_their_field_and_escapes_never_reach_the_terminal(tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text("a,b\n1,x\u2028y\n2,\f\n\x1b[31m,z\n", encoding="utf-8")
    with pytest.raises(BadInput) as error:
        sheet.read(path)
    assert str(error.value).isprintable() and "line 4" in str(error.value)
    path.write_text("a,b\n1,x\u2028y\n2,\x85z\n", encoding="utf-8")
    assert sheet.read(path)["b"].values == ["x\u2028y", "z"]


def test_rows_are_split_by_what_the_first_line_has_and_texts_may_be_long(tmp_path):
    path = tmp_path / "edges"
    path.write_text("# a remark\na b\nb c\n", encoding="utf-8")
    assert sheet.rows(path, separators=",;\t ") == [(2, ["a", "b"]), (3, ["b", "c"])]
    path.write_text(f"text,label\n{'x' * 20_000},a\ny,b\n", encoding="utf-8")
    with pytest.raises(BadInput, match="more than 10,000 characters"):
        sheet.read(path)
    assert len(sheet.read(path, longest=30_000)["text"].values[0]) == 20_000
