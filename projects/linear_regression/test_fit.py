"""The command for a file of one's own: its numbers beside plain formulas and certified values, and its words."""

from pathlib import Path

import numpy as np
import pytest

import fit
import nist
from abacus import papers
from regression import Regression

PRINTED = Path(fit.__file__).parents[2] / "papers"
EPS = np.finfo(np.float64).eps


def data(n=30, p=4):
    rng = np.random.default_rng(0)
    x = np.column_stack([np.ones(n), rng.standard_normal((n, p - 1)) * [1, 10, 1000]])
    return x, x @ np.arange(1.0, p + 1) + rng.standard_normal(n)


def rounding(x):
    """What the plain formulas, which invert XᵀX, may lose."""
    return 100 * np.linalg.cond(x) ** 2 * EPS


def test_left_out_residuals_are_those_of_a_regression_without_the_row():
    x, y = data()
    found = Regression(x, y)
    for k in (0, 7, 29):
        some = np.arange(len(y)) != k
        b, (rss,), *_ = np.linalg.lstsq(x[some], y[some], rcond=None)
        off, df = y[k] - x[k] @ b, len(y) - 1 - x.shape[1]
        error = np.sqrt(rss / df * (1 + x[k] @ np.linalg.inv(x[some].T @ x[some]) @ x[k]))
        assert found.left_out[k] == pytest.approx(off, rel=rounding(x))
        assert found.studentised[k] == pytest.approx(off / error, rel=rounding(x))
        moved = x @ (found.b - b)
        assert found.cook[k] == pytest.approx(moved @ moved / (x.shape[1] * found.sd**2), rel=rounding(x))


def test_errors_and_tests_are_those_of_the_plain_formulas():
    x, y = data()
    found = Regression(x, y)
    inverse = np.linalg.inv(x.T @ x)
    e = y - x @ inverse @ x.T @ y
    h = np.diag(x @ inverse @ x.T)
    assert found.errors == pytest.approx(np.sqrt(e @ e / found.df * np.diag(inverse)), rel=rounding(x))
    meat = x.T @ (((e / (1 - h)) ** 2)[:, None] * x)
    assert found.robust_errors == pytest.approx(np.sqrt(np.diag(inverse @ meat @ inverse)), rel=rounding(x))
    assert found.joint([1, 2, 3]) == pytest.approx(found.f, rel=rounding(x))
    wider = np.column_stack([x, (found.fitted - found.fitted.mean()) ** 2])
    again = Regression(wider, y)
    assert found.bend() == pytest.approx(again.b[-1] / again.errors[-1], rel=rounding(wider))
    assert found.spread() == pytest.approx(len(y) * Regression(x, e**2).r2, rel=rounding(x))


def test_longley_has_the_certified_digits_and_his_columns_are_said_to_go_together(capsys):
    assert fit.main([str(PRINTED / "longley1967.csv"), "--target", "y"]) == 0
    said = capsys.readouterr().out
    printed = papers.table("nist_strd/linear").rows["Longley"]
    for k, name in enumerate(["(constant)", "x1", "x2", "x3", "x4", "x5", "x6"]):
        line = next(line for line in said.splitlines() if line.startswith(name))
        assert f"{printed[f'b{k}'].number:.5g}" in line and f"{printed[f'sd b{k}'].number:.4g}" in line
    assert f"R2 = {printed['R2'].number:.4f}" in said and "say different things: NO" in said and "x2 42.3" in said


def test_the_stack_loss_as_the_lesson_shows_it(capsys, tmp_path):
    picture = tmp_path / "residuals.png"
    assert fit.main([str(PRINTED / "brownlee1965.csv"), "--target", "stack loss", "--plots", str(picture)]) == 0
    said = " ".join(capsys.readouterr().out.split())
    lesson = (Path(fit.__file__).parent / "README.md").read_text(encoding="utf-8")
    shown = lesson.partition("prints, among other lines,\n```\n")[2].partition("```")[0]
    assert shown and all(" ".join(part.split()) in said for part in shown.split("\n...\n"))
    assert picture.read_bytes().startswith(b"\x89PNG")


def write(tmp_path, text):
    path = tmp_path / "mine.csv"
    path.write_text(text, encoding="utf-8", newline="")
    return str(path)


def test_words_missing_values_outliers_and_rows_that_stand_alone_are_said(tmp_path, capsys):
    rng = np.random.default_rng(1)
    lines = [
        f"{3 * a + 5 * (g == 'b') + 0.1 * e:.4f};{a:.4f};{g}"
        for a, e, g in zip(*rng.standard_normal((2, 60)), "aab" * 20)
    ]
    lines[10] = lines[10].replace(lines[10].split(";")[0], "99,5")
    lines[20] = lines[20].rpartition(";")[0] + ";rare"
    lines[30] = ";" + lines[30].partition(";")[2]
    path = write(tmp_path, "\ufeffy;size;group\r\n" + "\r\n".join(lines).replace(".", ",") + "\r\n")
    assert fit.main([path, "--target", "y"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    for part in (
        "y by 3 columns, 59 rows",
        "one of 60 rows, where a value is missing (y 1)",
        "each word is compared with the most frequent one, a",
        "rows with group = b",
        "group as a whole: F(2, 55)",
        "stand alone, and decide a coefficient by themselves: row 21",
        "row 11: y is 99.5",
    ):
        assert part in said, part


def test_a_bend_and_unequal_spread_and_rows_in_order_are_seen(tmp_path, capsys):
    rng = np.random.default_rng(2)
    x = np.sort(rng.random(200) * 10)
    path = write(tmp_path, "y,x\n" + "".join(f"{a * a + a * e},{a}\n" for a, e in zip(x, rng.standard_normal(200))))
    assert fit.main([path, "--target", "y"]) == 0
    said = capsys.readouterr().out
    assert "straight lines" in said and said.count(" NO") == 3
    path = write(
        tmp_path, "y,x\n" + "".join(f"{a + e},{a}\n" for a, e in zip(rng.permutation(x), rng.standard_normal(200)))
    )
    assert fit.main([path, "--target", "y"]) == 0 and " NO" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("y,x\n1,2\n2,4\n3,6\n4,8\n", "every row lies on the plane"),
        ("y,x\n1,2\n2,4\n3,7\n", "the rest cannot be judged"),
        ("y,g\n1,a\n2,a\n3,b\n5,b\n4,b\n6,a\n", "not to be judged, with words alone"),
        ("y,x,c\n1,2,5\n2,4,5\n3,7,5\n9,1,5\n2,2,5\n", "left out: c, which is 5 in every row"),
        ("y,x,z\n1,2,4\n2,4,8\n3,7,14\n9,1,2\n2,2,4\n", "left out: z, which follows from the columns before it"),
        ("y,x\n1e-39,2\n2e-39,4\n3e-39,7\n2e-39,1\n1e-39,9\n", "mine.csv: y by 1 column, 5 rows"),
        ("y,x\n1e39,2\n2e39,4e39\n3e39,7e38\n2e39,1\n1e39,9\n", "mine.csv: y by 1 column, 5 rows"),
    ],
)
def test_odd_tables_have_an_answer_without_nan(text, said, tmp_path, capsys):
    assert fit.main([write(tmp_path, text), "--target", "y", "--plots", str(tmp_path / "r.png")]) == 0
    out = " ".join(capsys.readouterr().out.split())
    assert said in out and "nan" not in out and "inf" not in out.replace("inflation", "")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "the file is empty"),
        ("y,x\n", "0 rows below the names"),
        ("y,x\n1,2\n", "1 row below the names"),
        ("y,x\n1,2\n2,3\n", "2 complete rows and at least 2 coefficients"),
        ("y,x\n5,2\n5,3\n5,4\n", 'the target "y" is 5 in every row'),
        ("y,x\na,2\nb,3\na,4\n", 'the target "y" holds words'),
        ("y,x\n1,2\n2,3\n3,oops\n", 'line 4, column "x": oops stands among numbers'),
        ("y,x\n1,2\n2,3\n3,inf\n", 'line 4, column "x": inf stands among numbers'),
        ("z,x\n1,2\n2,3\n", 'no column "y"'),
    ],
)
def test_what_cannot_be_fitted_is_one_line_and_status_2(text, said, tmp_path, capsys):
    assert fit.main([write(tmp_path, text), "--target", "y"]) == 2
    out, err = capsys.readouterr()
    assert not out and err.count("\n") == 1 and err.startswith("mine.csv") and said in err


def test_the_estimates_are_right_as_often_as_they_say():
    """Intervals of 95 % from both kinds of errors hold the truth in 95 % of samples: 1 000 of them, four binomial deviations."""
    from scipy import stats

    rng, hits = np.random.default_rng(3), np.zeros(2)
    x = np.column_stack([np.ones(40), rng.random(40)])
    for _ in range(1000):
        found = Regression(x, x @ [1, 2] + rng.standard_normal(40))
        reach = stats.t.ppf(0.975, found.df) * np.array([found.errors[1], found.robust_errors[1]])
        hits += abs(found.b[1] - 2) < reach
    assert (abs(hits - 950) < 4 * np.sqrt(1000 * 0.95 * 0.05)).all()


def test_certified_rows_are_the_same_in_any_units():
    y, x = nist.design("Longley")
    units = np.array([1, 1e3, 1e-3, 1, 1, 1e6, 1])
    found, scaled = Regression(x, y), Regression(x * units, y * 1e5)
    rounding = 100 * np.linalg.cond(x / x.max(axis=0)) * EPS
    assert scaled.errors == pytest.approx(found.errors * 1e5 / units, rel=rounding)
