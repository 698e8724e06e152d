"""Facts: what Stata and the book print, what statsmodels answers, losses against differences, and separable data."""

from types import SimpleNamespace

import numpy as np
import pytest

import descent
import glm
import losses
import quantile
import robust
import separation
import tables
from abacus import papers, streams, verdict


def verdicts(table, found):
    """{(row, column): verdict} of {row: {column: value}} against a printed table."""
    results = {row: verdict.Result({0: values}, True, asked=(0,)) for row, values in found.items()}
    return {(c.row, c.column): c.verdict for c in verdict.judge(papers.table(table), results) if c.reported and c.seeds}


@pytest.mark.parametrize("link", ["logit", "probit"])
def test_every_printed_digit_of_the_students_is_reproduced_and_of_broken_variants_is_not(link):
    found = tables.spector(SimpleNamespace(link=link), None)
    assert set(verdicts(f"stata/spector-{link}", found).values()) == {"reproduced"}
    x, y = tables.students()
    kept = np.arange(32) % 3 > 0  # every second student would be separable
    for some, grades in ((x[kept], y[kept]), (x, np.roll(y, 1))):
        broken = tables.terms(("_cons", "GPA", "TUCE", "PSI"), glm.maximum_likelihood(some, grades, link))
        assert "reproduced" not in {
            v for (_, column), v in verdicts(f"stata/spector-{link}", broken).items() if column != "Z"
        }


def test_stata_stores_single_precision():
    """Eleven digits of e(b) come from GPA rounded to 24 bits; from the printed decimals, only seven."""
    facts = papers.facts("stata")
    kept = {name: float(facts[f"logit {name}"]) for name in ("_cons", "GPA", "TUCE", "PSI")}
    x, y = tables.students()
    single = glm.maximum_likelihood(x, y)
    exact = tables.columns("spector1980")
    double = glm.maximum_likelihood(np.column_stack([x[:, 0], exact["GPA"], x[:, 2:]]), y)
    gap = [np.abs(fit.coefficients / list(kept.values()) - 1).max() for fit in (single, double)]
    assert gap[0] < 1e-11 and gap[1] > 1e-8
    np.testing.assert_allclose(single.log_likelihood, float(facts["logit log likelihood"]), rtol=1e-14)
    np.testing.assert_allclose(single.null_log_likelihood, float(facts["null log likelihood"]), rtol=1e-14)


def test_statsmodels_agrees_on_logit_and_probit():
    models = pytest.importorskip("statsmodels.discrete.discrete_model")
    x, y = tables.students()
    for link, model in (("logit", models.Logit), ("probit", models.Probit)):
        ours, theirs = glm.maximum_likelihood(x, y, link), model(y, x).fit(disp=0, tol=1e-14)
        np.testing.assert_allclose(ours.coefficients, theirs.params, rtol=1e-8)
        np.testing.assert_allclose(ours.errors, theirs.bse, rtol=1e-7)


def engel_rows():
    kernels = ("epanechnikov", "epan2", "biweight", "rectangle", "gaussian")
    asked = {f"median, {k}": SimpleNamespace(q=0.5, kernel=k) for k in kernels}
    return asked | {"upper quartile, epan2": SimpleNamespace(q=0.75, kernel="epan2")}


def test_every_printed_digit_of_the_households_is_reproduced_and_half_of_them_say_otherwise(monkeypatch):
    rows = engel_rows()
    found = verdicts("stata/engel", {row: tables.engel(cfg, None) for row, cfg in rows.items()})
    assert len(found) == 42 and set(found.values()) == {"reproduced"}
    x, y = tables.households()
    monkeypatch.setattr(tables, "households", lambda: (x[::2], y[::2]))
    assert (
        "reproduced"
        not in verdicts("stata/engel", {row: tables.engel(cfg, None) for row, cfg in rows.items()}).values()
    )


def test_the_book_s_heart_disease_in_every_digit_and_not_from_half_the_men(dataset, monkeypatch):
    found = dataset("esl")
    for table, names in (
        ("hastie2009/table42", ["sbp", "tobacco", "ldl", "famhist", "obesity", "alcohol", "age"]),
        ("hastie2009/table43", ["tobacco", "ldl", "famhist", "age"]),
    ):
        said = verdicts(table, tables.heart(SimpleNamespace(predictors=names, iterations=4), None))
        assert set(said.values()) == {"reproduced"}
        converged = verdicts(table, tables.heart(SimpleNamespace(predictors=names, iterations=0), None))
        assert {cell for cell, word in converged.items() if word != "reproduced"} <= {c for c in said if c[1] == "Z"}
        heart = found.SAheart
        half = heart._replace(predictors=heart.predictors[::2], chd=heart.chd[::2])
        monkeypatch.setattr(tables.data, "load", lambda *_, half=half: half)
        broken = verdicts(table, tables.heart(SimpleNamespace(predictors=names, iterations=4), None))
        assert "reproduced" not in {word for (_, column), word in broken.items() if column == "Z"}
        monkeypatch.undo()


def test_reweighted_least_squares_ends_where_newton_does():
    x, y = tables.students()
    newton, reweighted = glm.maximum_likelihood(x, y), glm.reweighted(x, y, 12)
    np.testing.assert_allclose(reweighted.coefficients, newton.coefficients, rtol=1e-10)
    np.testing.assert_allclose(reweighted.errors, newton.errors, rtol=1e-10)


@pytest.mark.parametrize("link", ["logit", "probit"])
@pytest.mark.parametrize(
    "x", [[0, 1, 2, 3, 4, 5], [0, 1, 2, 2, 3, 4], [0, 0, 0, 1, 1, 1]], ids=["whole", "touching", "two"]
)
def test_separable_data_get_a_message_and_a_regularised_answer(x, link):
    design = np.column_stack([np.ones(6), x])
    with pytest.warns(separation.Separation, match="separable"):
        fit = glm.maximum_likelihood(design, np.array([0, 0, 0, 1, 1, 1]), link)
    assert fit.separated and np.isfinite(fit.coefficients).all() and fit.coefficients[1] > 0
    assert np.isnan(fit.errors).all() and np.isfinite(fit.log_likelihood)


def test_data_that_overlap_are_not_called_separable():
    rng = streams.rng(0, "overlap")
    x = np.column_stack([np.ones(40), rng.standard_normal(40) * 1e6])
    assert not glm.maximum_likelihood(x, rng.integers(0, 2, 40)).separated


@pytest.mark.parametrize("name", losses.REGRESSION | losses.CLASSIFICATION)
def test_each_loss_has_the_derivative_that_it_says(name):
    loss = (losses.REGRESSION | losses.CLASSIFICATION)[name]
    f = np.linspace(-4.31, 4.13, 57)
    for target in (-1.0, 1.0):
        y = np.full_like(f, target)
        slope = (loss(f + 1e-6, y)[0] - loss(f - 1e-6, y)[0]) / 2e-6
        np.testing.assert_allclose(loss(f, y)[1], slope, atol=1e-8)
        assert (loss(f, y)[0] >= 0).all()


def test_the_focal_loss_without_focus_is_cross_entropy_and_huber_without_an_edge_is_squared():
    f, s = np.linspace(-30, 30, 31), np.tile([1.0, -1.0], 16)[:31]
    for ours, same in zip(losses.focal(f, s, gamma=0.0), losses.cross_entropy(f, s)):
        np.testing.assert_allclose(ours, same)
    for ours, same in zip(losses.huber(f, s, width=100.0), losses.squared(f, s)):
        np.testing.assert_allclose(ours, same)


def test_the_subgradient_method_comes_near_the_exact_median_with_steps_of_the_size_of_the_way():
    x, y, _ = robust.sample(200, 3, 0.1, "regression", streams.rng(0, "median"))
    exact = quantile.fit(x, y, 0.5)

    def mean_loss(beta):
        value, slope = losses.absolute(x @ beta, y)
        return value.mean(), x.T @ slope / len(y)

    way = np.linalg.norm(exact.coefficients)
    lost = [
        mean_loss(descent.subgradient(mean_loss, np.zeros(3), way, steps))[0] / (2 * exact.deviations / len(y)) - 1
        for steps in (20, 200, 2000)
    ]
    assert lost[0] > lost[1] > lost[2] >= 0


def test_gradient_descent_on_a_parabola_is_its_closed_form():
    curvature = np.array([1.0, 4.0])
    beta, values = descent.gradient_descent(lambda b: (0.5 * curvature @ b**2, curvature * b), [1.0, 1.0], 0.1, 7)
    np.testing.assert_allclose(beta, (1 - 0.1 * curvature) ** 7)
    assert values == sorted(values, reverse=True)


def test_proximal_steps_solve_the_lasso_of_an_orthogonal_design():
    target, penalty = np.array([3.0, -0.5, 1.0]), 0.8

    def smooth(b):
        return 0.5 * ((b - target) ** 2).sum(), b - target

    found, _ = descent.proximal(smooth, np.zeros(3), np.full(3, penalty))
    np.testing.assert_allclose(found, np.sign(target) * np.maximum(np.abs(target) - penalty, 0), atol=1e-8)
