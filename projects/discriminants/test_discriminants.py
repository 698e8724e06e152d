"""Facts: Fisher's own numbers and where his arithmetic ended, scikit-learn's answers, and what broken variants are called."""

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

import classified
import fisher
import regressions
import waveform
from abacus import papers, streams, verdict
from abacus.errors import BadInput
from discriminants import LinearDiscriminantAnalysis, QuadraticDiscriminantAnalysis

HERE = Path(__file__).parent
BOTH = (LinearDiscriminantAnalysis, QuadraticDiscriminantAnalysis)


def words(table, found):
    """{(row, column): verdict} of {row: {column: value}} from a deterministic run."""
    results = {row: verdict.Result({0: values}, True, asked=(0,)) for row, values in found.items()}
    return {(c.row, c.column): c.verdict for c in verdict.judge(papers.table(table), results) if c.reported and c.seeds}


@pytest.mark.parametrize("table", ["table2", "table3"])
def test_fisher_s_means_and_products_are_those_of_his_measurements(table):
    iris = fisher.irises()
    quantity = {"table2": fisher.means, "table3": fisher.sums}[table]
    assert set(words(f"fisher1936/{table}", quantity(iris)).values()) == {"reproduced"}
    half = {name: plants[::2] for name, plants in iris.items()}
    swapped = {"setosa": iris["versicolor"], "versicolor": iris["virginica"], "virginica": iris["setosa"]}
    for broken in (half, swapped):
        assert "reproduced" not in words(f"fisher1936/{table}", quantity(broken)).values()


def test_the_copy_of_the_irises_at_uci_is_not_the_one_that_fisher_worked_with():
    iris = fisher.irises()
    copy = dict(iris, setosa=iris["setosa"].copy())
    copy["setosa"][[34, 37]] = [4.9, 3.1, 1.5, 0.1]
    said = words("fisher1936/table3", fisher.sums(copy))
    changed = {cell for cell, word in said.items() if word != "reproduced"}
    assert len(changed) == 15  # all but the square of sepal length, which both have right
    means = words("fisher1936/table2", fisher.means(copy))
    assert means[("sepal width", "setosa")] == means[("petal width", "setosa")] == "not reproduced"


def test_fisher_s_elimination_lost_its_sixth_decimal():
    """The printed reciprocal is wrong by 2e-6 at most, which the compound's coefficients inherit as 1e-4."""
    iris, printed = fisher.irises(), papers.table("fisher1936/table4").rows
    gap = max(
        abs(fisher.reciprocal(iris)[row][column] - cell.number)
        for row, cells in printed.items()
        for column, cell in cells.items()
    )
    assert 1e-6 < gap < 2e-6
    compound = papers.table("fisher1936/compound").rows
    off = [abs(fisher.compound(iris)[row]["value"] - compound[row]["value"].number) for row in fisher.MEASUREMENTS[1:]]
    assert 5e-5 < max(off) < 1.5e-4


def test_the_printed_z_is_not_that_of_the_sums_printed_beside_it():
    iris, printed = fisher.irises(), papers.table("fisher1936/compound").rows
    between, within = (printed[f"{where} species"]["value"].number for where in ("between", "within"))
    z = 0.5 * np.log((between / 4) / (within / 95))
    assert f"{z:.4f}" == f"{fisher.compound(iris)['z']['value']:.4f}" != printed["z"]["value"].text


def test_two_classes_are_separated_along_fisher_s_compound():
    iris = fisher.irises()
    x, y = np.vstack([iris["setosa"], iris["versicolor"]]), np.repeat([0, 1], 50)
    axis = LinearDiscriminantAnalysis().fit(x, y).axes_[:, 0]
    compound = np.linalg.solve(fisher.within(iris), fisher.difference(iris))
    np.testing.assert_allclose(axis / axis[0], compound / compound[0], rtol=1e-9)


def blobs(classes=3, n=120, p=4):
    rng = streams.rng(0, "blobs")
    y = rng.integers(0, classes, n)
    shapes = rng.standard_normal((classes, p, p))
    return np.einsum("nij,nj->ni", shapes[y], rng.standard_normal((n, p))) + rng.standard_normal((classes, p))[y], y


@pytest.mark.parametrize("kind", BOTH, ids=lambda kind: kind.__name__)
def test_the_posterior_is_bayes_rule_on_scipy_s_normal_densities(kind):
    stats = pytest.importorskip("scipy.stats")
    x, y = blobs()
    means = np.stack([x[y == c].mean(axis=0) for c in range(3)])
    pooled = (x - means[y]).T @ (x - means[y]) / (len(x) - 3)
    covariances = [pooled if kind is LinearDiscriminantAnalysis else np.cov(x[y == c].T) for c in range(3)]
    density = [stats.multivariate_normal(m, s).pdf(x) for m, s in zip(means, covariances)]
    joint = np.stack(density, axis=1) * np.bincount(y)
    np.testing.assert_allclose(kind().fit(x, y).predict_proba(x), joint / joint.sum(axis=1, keepdims=True), atol=1e-10)


def test_the_canonical_axes_are_scikit_learn_s_but_for_their_units():
    theirs = pytest.importorskip("sklearn.discriminant_analysis").LinearDiscriminantAnalysis
    x, y = blobs()
    ours, oracle = LinearDiscriminantAnalysis().fit(x, y), theirs().fit(x, y)
    ratio = ours.transform(x) / oracle.transform(x)
    np.testing.assert_allclose(ratio, np.broadcast_to(ratio[0], ratio.shape), rtol=1e-6)
    np.testing.assert_allclose(ours.explained_, oracle.explained_variance_ratio_)


def test_whitened_classes_have_the_unit_covariance():
    x, y = blobs()
    fit = LinearDiscriminantAnalysis().fit(x, y)
    inside = (x - fit.means_[y]) @ fit.whitening_
    np.testing.assert_allclose(inside.T @ inside / (len(x) - 3), np.eye(4), atol=1e-12)


def test_a_feature_twice_over_changes_nothing_for_the_linear_rule():
    x, y = blobs()
    twice = np.column_stack([x, x[:, 0]])
    fit, same = LinearDiscriminantAnalysis().fit(x, y), LinearDiscriminantAnalysis().fit(twice, y)
    np.testing.assert_allclose(fit.predict_proba(x), same.predict_proba(twice), rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("power", [-1000, -600, 60, 500, 1000])
@pytest.mark.parametrize("kind", BOTH, ids=lambda kind: kind.__name__)
def test_a_feature_whose_squares_vanish_or_overflow_counts_as_any_other(kind, power):
    x, y = blobs()
    moved = x * 2.0 ** np.array([0, power, 0, 0])
    wanted, found = kind().fit(x, y).predict_proba(x), kind().fit(moved, y).predict_proba(moved)
    np.testing.assert_allclose(found, wanted, rtol=1e-9)


@pytest.mark.parametrize("kind", BOTH, ids=lambda kind: kind.__name__)
def test_units_do_not_matter_and_a_combination_of_features_is_seen_in_any(kind):
    x, y = blobs()
    units = 2.0 ** np.array([-60, 0, 30, 90])
    as_they_are, scaled = kind().fit(x, y).predict_proba(x), kind().fit(x * units, y).predict_proba(x * units)
    np.testing.assert_allclose(scaled, as_they_are, rtol=1e-9)
    summed = np.column_stack([x * units, x.sum(axis=1)])
    if kind is QuadraticDiscriminantAnalysis:
        with pytest.raises(BadInput, match="singular"):
            kind().fit(summed, y)
    else:
        assert kind().fit(summed, y).whitening_.shape == (5, 4)


def test_a_large_constant_does_not_hide_a_small_feature():
    y = np.arange(300) % 2
    small = y + 0.1 * streams.rng(0, "small").standard_normal(300)
    fit = LinearDiscriminantAnalysis().fit(np.column_stack([np.full(300, 1e11 / 3), small]), y)
    assert fit.whitening_.shape == (2, 1) and fit.score(np.column_stack([np.full(300, 1e11 / 3), small]), y) > 0.9


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: QuadraticDiscriminantAnalysis().fit(np.ones((6, 2)), [0, 0, 0, 1, 1, 1]), "singular"),
        (lambda: QuadraticDiscriminantAnalysis(shrinkage=2.0).fit(np.eye(2), [0, 1]), "between 0 and 1"),
        (lambda: LinearDiscriminantAnalysis().fit(np.eye(3), [0, 0, 0]), "1 class"),
        (lambda: LinearDiscriminantAnalysis().fit(np.ones((6, 2)), [0, 0, 0, 1, 1, 1]), "no feature varies"),
        (lambda: LinearDiscriminantAnalysis(priors=[0.9, 0.2]).fit(np.eye(4), [0, 0, 1, 1]), "sum to one"),
        (lambda: LinearDiscriminantAnalysis(priors=[np.nan, np.nan]).fit(np.eye(4), [0, 0, 1, 1]), "sum to one"),
        (lambda: LinearDiscriminantAnalysis(priors=[-0.5, 1.5]).fit(np.eye(4), [0, 0, 1, 1]), "sum to one"),
        (lambda: LinearDiscriminantAnalysis(priors="equal").fit(np.eye(4), [0, 0, 1, 1]), "sum to one"),
        (lambda: QuadraticDiscriminantAnalysis(shrinkage="some").fit(np.eye(2), [0, 1]), "between 0 and 1"),
        (lambda: LinearDiscriminantAnalysis().transform([[0.0]]), "not fitted"),
    ],
)
def test_a_mistake_is_named(make, message):
    with pytest.raises(BadInput, match=message):
        make()


@pytest.mark.parametrize("kind", BOTH, ids=lambda kind: kind.__name__)
def test_score_compares_a_column_as_its_numbers_and_refuses_a_wrong_length(kind):
    x, y = blobs()
    fit = kind().fit(x, y)
    assert fit.score(x, y[:, None]) == fit.score(x, y)
    with pytest.raises(BadInput, match="as many samples"):
        fit.score(x, y[:1])


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        (["study=vowels"], "study=vowels: no such study (did you mean vowel?)"),
        (["study=vowel", "model=best"], "model=best: wanted one of linear, quadratic, indicators, logistic"),
        (["study=wine", "model=logistic"], "model=logistic: wanted one of linear, quadratic"),
        (["model=linear"], "model: no such setting"),
    ],
)
def test_settings_that_do_not_go_together_are_named_in_one_line(settings, says, tmp_path):
    environment = os.environ | {"ABACUS_RUNS": str(tmp_path)}
    ended = subprocess.run(
        [sys.executable, "run.py", *settings], cwd=HERE, env=environment, capture_output=True, text=True
    )
    assert ended.returncode == 2 and says in ended.stderr
    assert "Traceback" not in ended.stderr and len(ended.stderr.strip().splitlines()) == 1


def test_shrinkage_makes_few_samples_enough():
    x, y = blobs(classes=2, n=9, p=6)
    fit = QuadraticDiscriminantAnalysis(shrinkage=0.3).fit(x, y)
    assert np.isfinite(fit.discriminants(x)).all()


def test_multinomial_logistic_stands_at_the_top_of_its_likelihood():
    x, y = blobs()
    b = regressions.logistic(x, y, 3)
    p = np.exp(np.column_stack([np.ones(len(x)), x]) @ b)
    gap = np.eye(3)[y] - p / p.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(np.column_stack([np.ones(len(x)), x]).T @ gap, 0, atol=1e-6)


def test_the_vowels_are_the_book_s_and_half_of_them_or_shifted_ones_are_not(dataset):
    found = dataset("esl").vowel
    train, test = (found.train_inputs, found.train_labels - 1), (found.test_inputs, found.test_labels - 1)
    rows = papers.table("hastie2009/table41").rows
    models = dict(zip(rows, ("indicators", "linear", "quadratic", "logistic")))
    said = words(
        "hastie2009/table41", {row: classified.errors(model, train, test, 11) for row, model in models.items()}
    )
    assert {word for (row, _), word in said.items() if row in rows} == {"reproduced"}
    half, shifted = (train[0][::2], train[1][::2]), (train[0], np.roll(train[1], 1))
    for broken in (half, shifted):
        for model in ("linear", "quadratic"):
            row = next(r for r in rows if models[r] == model)
            assert (
                words("hastie2009/table41", {row: classified.errors(model, broken, test, 11)})[(row, "test")]
                != "reproduced"
            )


def test_all_wines_but_one_and_two_are_right_and_with_half_of_them_not(dataset, monkeypatch):
    found = dataset("uci").wine
    assert found.features.shape == (papers.facts("forina1991")["wines"], papers.facts("forina1991")["measurements"])
    for row, model, wrong in (("QDA", "quadratic", 1), ("LDA", "linear", 2)):
        right = classified.wine(SimpleNamespace(model=model), None)
        np.testing.assert_allclose(right["correct"], 100 * (178 - wrong) / 178)
        assert words("forina1991/leave-one-out", {row: right})[(row, "correct")] == "reproduced"
        with monkeypatch.context() as patch:
            patch.setattr(classified, "wines", lambda: (found.features[::2], np.roll(found.labels[::2], 1)))
            broken = classified.wine(SimpleNamespace(model=model), None)
        assert words("forina1991/leave-one-out", {row: broken})[(row, "correct")] != "reproduced"


def test_the_best_rule_s_simulated_error_is_the_integral():
    x, y = waveform.sample(100_000, streams.rng(0, "best"))
    error = np.mean(waveform.best(x) != y)
    assert abs(error - waveform.bayes_error(0.05)) < 4 * np.sqrt(error * (1 - error) / len(y))
