"""The command for a file of one's own: its numbers beside Stata's and plain formulas, its words, its one line for the rest."""

from pathlib import Path

import numpy as np
import pytest

import fit
import glm
from abacus import papers
from answers import Answers

PRINTED = Path(fit.__file__).parents[2] / "papers"
EPS = np.finfo(np.float64).eps


def data(n=60):
    rng = np.random.default_rng(0)
    x = np.column_stack([np.ones(n), rng.standard_normal((n, 2)) * [1, 1000] + [0, 1e5]])
    return x, (rng.random(n) < 1 / (1 + np.exp(-x[:, 1]))).astype(float)


def test_the_students_have_stata_s_digits_and_the_lesson_s_lines(capsys, tmp_path):
    picture = tmp_path / "answers.png"
    assert fit.main([str(PRINTED / "spector1980.csv"), "--target", "GRADE", "--plots", str(picture)]) == 0
    said = capsys.readouterr().out
    printed = papers.table("stata/spector-logit").rows
    for name, row in (("(constant)", "_cons"), ("GPA", "GPA"), ("TUCE", "TUCE"), ("PSI", "PSI")):
        line = next(line for line in said.splitlines() if line.startswith(name))
        assert f"{printed[row]['coefficient'].number:.5g}" in line and f"{printed[row]['error'].number:.4g}" in line
        assert f"{printed[row]['Z'].number:.2f}" in line
    assert f"chi-square(3) = {printed['LR chi2(3)']['coefficient'].number:.4g}" in said
    assert picture.read_bytes().startswith(b"\x89PNG")
    lesson = (Path(fit.__file__).parent / "README.md").read_text(encoding="utf-8")
    shown = lesson.partition("prints, among other lines,\n```\n")[2].partition("```")[0]
    assert shown and all(" ".join(part.split()) in " ".join(said.split()) for part in shown.split("\n...\n"))


def test_centred_and_scaled_columns_give_the_fit_of_the_columns_themselves():
    x, y = data()
    found, plain = Answers(x, y), glm.maximum_likelihood(x, y)
    rounding = 100 * np.linalg.cond(x / x.max(axis=0)) * EPS
    assert found.b == pytest.approx(plain.coefficients, rel=rounding)
    assert found.errors == pytest.approx(plain.errors, rel=rounding)
    p = 1 / (1 + np.exp(-x @ found.b))
    hat = x @ np.linalg.inv(x.T @ ((p * (1 - p))[:, None] * x)) @ x.T
    assert found.leverages == pytest.approx(np.diag(hat) * p * (1 - p), rel=rounding**0.5)
    assert found.leverages.sum() == pytest.approx(3, rel=rounding)
    assert -0.5 * (found.deviances**2).sum() == pytest.approx(found.log_likelihood, rel=rounding)
    pairs = found.p[y == 1][:, None] - found.p[y == 0]
    assert found.area == pytest.approx(((pairs > 0) + 0.5 * (pairs == 0)).mean(), rel=rounding)
    one_step = [np.linalg.norm(_without(x, y, found, k)) ** 2 / 3 for k in range(5)]
    assert found.cook[:5] == pytest.approx(one_step, rel=rounding**0.5)


def _without(x, y, found, k):
    """The move of one Newton step from the maximum without row k, in the metric of the information (a root of it)."""
    w = found.weights
    z = found.z
    whole = z.T @ (w[:, None] * z)
    some = np.arange(len(y)) != k
    step = np.linalg.solve(z[some].T @ (w[some][:, None] * z[some]), z[some].T @ (y - found.p)[some])
    return np.linalg.cholesky(whole).T @ step


def test_calibration_rejects_as_often_as_it_says_and_sees_a_bend():
    from scipy import stats

    rng, low, bent = np.random.default_rng(1), 0, 0
    for _ in range(200):
        x = np.column_stack([np.ones(300), rng.standard_normal((300, 2))])
        found = Answers(x, (rng.random(300) < 1 / (1 + np.exp(-x[:, 1]))).astype(float))
        low += stats.chi2.sf(found.hosmer_lemeshow(), 8) < 0.05
        bent += abs(found.bend()) > stats.norm.ppf(0.975)
    most = 10 + 4 * np.sqrt(200 * 0.05 * 0.95)
    assert low < most and bent < most
    found = Answers(x, (rng.random(300) < 1 / (1 + np.exp(2 - 3 * x[:, 1] ** 2 - x[:, 1]))).astype(float))
    assert stats.chi2.sf(found.hosmer_lemeshow(), 8) < 0.01 and abs(found.bend()) > stats.norm.ppf(0.995)


def write(tmp_path, text):
    path = tmp_path / "mine.csv"
    path.write_text(text, encoding="utf-8", newline="")
    return str(path)


def many(n=200):
    rng = np.random.default_rng(2)
    lines = [
        f"{a:.4f},{'red' if b > 0 else 'blue'},{'yes' if a + c > 0 else 'no'}"
        for a, b, c in rng.standard_normal((n, 3))
    ]
    lines[7] = "-9,red,yes"
    lines[9] = ",blue,no"
    return "\ufeffsize,colour,ill\r\n" + "\r\n".join(lines) + "\r\n"


def test_words_missing_values_and_a_surprising_row_are_said(tmp_path, capsys):
    path = write(tmp_path, many())
    assert fit.main([path, "--target", "ill", "--event", "no"]) == 0
    other = " ".join(capsys.readouterr().out.split())
    assert fit.main([path, "--target", "ill"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    for part in (
        "the probability of ill = yes by 2 columns; 199 rows",
        "one of 200 rows, where a value is missing (size 1)",
        "rows with colour =",
        "row 8 is ill = yes, though the fit gives that the probability",
        "answers that overlap: yes",
    ):
        assert part in said, part
    assert "the probability of ill = no" in other and "row 8 is not ill = no" in other


def test_separation_is_said_with_the_column_that_does_it(tmp_path, capsys):
    rows = "".join(f"{k % 7},{k},{'yes' if k > 20 else 'no'}\n" for k in range(40))
    assert fit.main([write(tmp_path, "a,cause,y\n" + rows), "--target", "y", "--plots", str(tmp_path / "s.png")]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert (
        "answers that overlap: NO" in said and "cause alone can do it" in said and "none" in said and "nan" not in said
    )
    rng = np.random.default_rng(3)
    both = "".join(f"{a},{b},{int(a + b > 0)}\n" for a, b in rng.standard_normal((40, 2)))
    assert fit.main([write(tmp_path, "a,b,y\n" + both), "--target", "y"]) == 0
    assert "together the columns can" in " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("y,x\n1,2\n0,4\n1,6\n0,5\n1,2\n", "by 1 column; 5 rows"),
        ("y,x,c\n1,2,5\n0,4,5\n1,6,5\n0,5,5\n1,2,5\n", "left out: c, which is 5 in every row"),
        ("y,g\n1,a\n0,a\n1,b\n0,b\n1,b\n", "not to be judged here"),
        ("y,x\n1,2e-39\n0,4e-39\n1,6e-39\n0,5e-39\n1,2e-39\n", "by 1 column; 5 rows"),
        ("y,x\n2,2\n-3,4\n2,6\n-3,5\n2,2\n", "the probability of y = 2"),
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
        ("y,x\n1,2\n", "1 row below the names"),
        ("y,x\n1,2\n1,3\n1,4\n", 'the target "y" is 1 in every complete row'),
        ("y,x\na,2\nb,3\nc,4\na,5\n", "3 different answers (a, b, c): --event ANSWER"),
        ("y,x\n1.5,2\n2.5,3\n3.5,4\n1,5\n", "see linear_regression/fit.py"),
        ("y,x\n1,2\n0,3\n1,oops\n", 'line 4, column "x": oops stands among numbers'),
        ("y,x\n1,2\n0,\n1,3\n,4\n1,5\n", "is 1 in every complete row"),
        ("z,x\n1,2\n2,3\n", 'no column "y"'),
    ],
)
def test_what_cannot_be_fitted_is_one_line_and_status_2(text, said, tmp_path, capsys):
    assert fit.main([write(tmp_path, text), "--target", "y"]) == 2
    out, err = capsys.readouterr()
    assert not out and err.count("\n") == 1 and err.startswith("mine.csv") and said in err


def test_an_answer_that_is_not_there_is_one_line(tmp_path, capsys):
    path = write(tmp_path, "y,x\na,2\nb,3\nc,4\na,5\n")
    assert fit.main([path, "--target", "y", "--event", "d"]) == 2 and "there are: a, b, c" in capsys.readouterr().err
