"""The predictors of a reader's table: words against the most frequent one, and every column and row that is left out is said."""

import numpy as np
import pytest

from abacus import predictors, sheet
from abacus.errors import BadInput

EPS = np.finfo(np.float64).eps


def read(text, tmp_path, target="y", without=()):
    path = tmp_path / "mine.csv"
    path.write_text(text, encoding="utf-8")
    return predictors.of(sheet.read(path), target, "mine.csv", without)


def test_words_become_columns_but_the_most_frequent_and_missing_rows_go(tmp_path):
    found = read("y,a,g\n1,2,red\n2,3,blue\n3,NA,blue\n4,7,blue\n5,1,red\n6,1,green\n7,2,\n8,4,blue\n", tmp_path)
    assert found.names == ["(constant)", "a", "g = green", "g = red"] and found.groups == {"g": [2, 3]}
    assert found.rows.tolist() == [1, 2, 4, 5, 6, 8] and found.y == [1, 2, 4, 5, 6, 8]
    assert found.x[:, 3].tolist() == [1, 0, 0, 1, 0, 0] and (found.x[:, 0] == 1).all()
    assert found.said == [
        "left out: 2 of 8 rows, where a value is missing (a 1, g 1)",
        "g: each word is compared with the most frequent one, blue",
    ]


def test_what_cannot_be_told_apart_or_says_nothing_is_left_out(tmp_path):
    rng = np.random.default_rng(0)
    lines = [
        f"{y:.3f},{a:.2f},{b:.2f},{a + b:.2f},7,same,name{k},NA,{1.7e9 + k}"
        for k, (y, a, b) in enumerate(rng.random((40, 3)))
    ]
    found = read("y,a,b,sum,seven,word,name,none,second\n" + "\n".join(lines) + "\n", tmp_path)
    assert found.names[:3] == ["(constant)", "a", "b"] and found.names[-1] == "second"
    told = " ".join(found.said)
    for part in ("none, of which every", "name, which holds 40 different", "seven, which is 7", "word, which is same"):
        assert part in told
    exact = read("y,a,b,c\n1,1,5,6\n2,3,1,4\n3,4,4,8\n4,9,2,11\n5,2,2,4\n6,0,7,7\n", tmp_path)
    assert exact.names == ["(constant)", "a", "b"] and "c, which follows from the columns before it" in exact.said[0]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("y,a\n1,2\n2,2\n", 'no column is left to explain "y" by .left out: a, which is 2'),
        ("y\n1\n2\n", 'no column is left to explain "y" by$'),
        ("y,a\n1,\n,2\n", "0 of 2 rows have every value"),
        ("y,a,b\n1,2,3\n2,4,1\n", "2 complete rows and at least 2 coefficients"),
        ("z,a\n1,2\n2,3\n", 'there is no column "y"'),
    ],
)
def test_what_leaves_nothing_to_fit_is_one_line(text, why, tmp_path):
    with pytest.raises(BadInput, match=why) as error:
        read(text, tmp_path)
    assert "\n" not in str(error.value)


def test_the_inflation_is_one_over_what_the_other_columns_leave(tmp_path):
    rng = np.random.default_rng(0)
    x = np.column_stack([np.ones(50), rng.standard_normal((50, 3))])
    x[:, 3] += 2 * x[:, 1] + 1e6
    for j, value in enumerate(predictors.inflation(x)[1:], 1):
        others = np.delete(x, j, axis=1)
        rest = x[:, j] - others @ np.linalg.lstsq(others, x[:, j], rcond=None)[0]
        left = (rest @ rest) / ((x[:, j] - x[:, j].mean()) ** 2).sum()
        assert value == pytest.approx(1 / left, rel=1e6 * len(x) * EPS)  # the offset costs six digits
