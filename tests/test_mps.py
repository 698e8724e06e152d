"""The MPS format: every kind of row, range and bound as its definition has it; what is none of it names its line."""

import math

import pytest

from abacus.data import mps
from abacus.errors import Damaged

TEXT = """* a remark
NAME          SMALL
ROWS
 N  COST
 L  LESS
 G  MORE
 E  SAME
 N  OTHER
COLUMNS
    X         COST               1.0   LESS               2.0
    X         MORE              -1.5   OTHER              9.0
    Y         SAME               4.0
    Z         LESS               3.0   SAME              -1.0
RHS
    RHS       LESS              10.0   MORE               2.0
    RHS       SAME               5.0   COST              -7.0
RANGES
    RNG       LESS               4.0   MORE               3.0
    RNG       SAME              -2.0
BOUNDS
 UP BND       X                  4.0
 MI BND       Y
 UP BND       Y                  0.5
 FX BND       Z                  1.25
ENDATA
"""


@pytest.fixture
def read(tmp_path):
    def read(text):
        path = tmp_path / "a.mps"
        path.write_text(text)
        return mps.read(path)

    return read


def test_every_section(read):
    found = read(TEXT)
    assert found.name == "SMALL" and list(found.costs) == [1, 0, 0] and found.constant == 7
    assert list(zip(found.row_low, found.row_high)) == [(6, 10), (2, 5), (3, 5)]
    assert list(zip(found.low, found.high)) == [(0, 4), (-math.inf, 0.5), (1.25, 1.25)]
    entries = {(i, j): v for i, j, v in zip(found.rows, found.columns, found.values)}
    assert entries == {(0, 0): 2, (1, 0): -1.5, (2, 1): 4, (0, 2): 3, (2, 2): -1}
    assert found.row_names == ["LESS", "MORE", "SAME"] and found.column_names == ["X", "Y", "Z"]


def test_a_negative_upper_end_alone_frees_the_lower_one(read):
    text = TEXT.replace(" UP BND       X                  4.0", " UP BND       X                 -4.0")
    assert read(text).low[0] == -math.inf


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (" L  LESS", " Q  LESS", "line 5.*kind of row Q"),
        ("LESS               2.0", "LOST               2.0", "line 10.*LOST"),
        ("MORE               2.0", "MORE               two", "line 15.*two"),
        (" MI BND", " XX BND", "line 22"),
        ("RANGES", "RANGERS", "line 17.*RANGERS"),
        ("ENDATA\n", "", "no ENDATA"),
    ],
)
def test_what_is_wrong_names_its_line(read, old, new, said):
    with pytest.raises(Damaged, match=said):
        read(TEXT.replace(old, new))
