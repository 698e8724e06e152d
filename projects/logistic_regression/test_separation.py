"""Facts: data whose likelihood has no maximum are found, in every position of the classes, and no others are."""

import numpy as np
import pytest

import design
import glm
import logistic
import separation
from abacus import streams
from abacus.errors import BadInput


def dummy(rng, n=60):
    """A predictor, and one that is 1 for some of a class and for none of the other."""
    y = rng.integers(0, 2, n)
    implied = (y == 1) & (rng.random(n) < 0.5)
    return np.column_stack([rng.standard_normal(n), implied]), y


def touching(rng):
    return np.array([[0.0], [1], [2], [2], [3], [4]]), np.array([0, 0, 0, 1, 1, 1])


def one_apart(rng, n=40):
    """Three classes, of which two overlap and the third lies far away."""
    return np.concatenate([rng.standard_normal(n), 0.5 + rng.standard_normal(n), 30 + rng.standard_normal(n)])[
        :, None
    ], np.repeat([0, 1, 2], n)


@pytest.mark.parametrize("data", [dummy, touching, one_apart])
@pytest.mark.parametrize("unit", [1e-6, 1.0, 1e3])
def test_quasi_separable_data_get_a_message_and_a_regularised_answer(data, unit):
    x, y = data(streams.rng(0, "quasi"))
    with pytest.warns(separation.Separation, match="separable"):
        free = logistic.LogisticRegression(penalty=None).fit(unit * x, y)
    weak = logistic.LogisticRegression(C=logistic.WEAK).fit(unit * x, y)
    np.testing.assert_allclose(free.coef_, weak.coef_)
    if len(free.classes_) == 2:
        with pytest.warns(separation.Separation, match="separable"):
            fit = glm.maximum_likelihood(np.column_stack([np.ones(len(x)), unit * x]), y)
        assert fit.separated and np.isfinite(fit.coefficients).all()


@pytest.mark.parametrize("classes", [2, 3])
def test_data_that_overlap_are_not_called_separable_however_little(classes):
    """Neighbours on a line, and one sample of every class among each other class."""
    y = np.repeat(np.arange(classes), 10)
    x = 3.0 * y + np.tile(np.linspace(0, 1, 10), classes)
    strays = np.repeat(np.arange(classes), classes)
    x, y = np.append(x, np.tile(3.0 * np.arange(classes) + 0.5, classes)), np.append(y, strays)
    for unit, shift in ((1.0, 0.0), (1e-6, 0.0), (1e6, 0.0), (1.0, 1e7)):
        column = (unit * x + shift)[:, None]
        start = np.zeros((classes, 2))
        design = np.column_stack([column, np.ones(len(y))])
        assert not separation.separable(design, y, start)
        if classes == 2:
            assert not glm.maximum_likelihood(design[:, ::-1], y).separated


@pytest.mark.parametrize("data", [dummy, touching, one_apart])
def test_the_programme_sees_what_a_poor_start_does_not(data):
    x, y = data(streams.rng(0, "quasi"))
    start = np.zeros((y.max() + 1, x.shape[1] + 1))
    assert separation.separable(np.column_stack([x, np.ones(len(x))]), y, start)
    mixed = np.concatenate([(y + k) % (y.max() + 1) for k in range(y.max() + 1)])
    everywhere = np.column_stack([np.tile(x, (y.max() + 1, 1)), np.ones(len(mixed))])
    assert not separation.separable(everywhere, mixed, start)


GOOD = np.column_stack([np.ones(6), [0.0, 1, 2, 3, 4, 5]])
Y = np.array([0, 1, 0, 1, 0, 1])


@pytest.mark.parametrize(
    ("x", "y", "link", "message"),
    [
        (np.column_stack([GOOD, GOOD[:, 1]]), Y, "logit", "3 columns, 2 independent"),
        (np.where(GOOD == 3, np.nan, GOOD), Y, "logit", "NaN"),
        (GOOD, Y + 1, "logit", "y must be 0 or 1, got 2"),
        (GOOD, Y[:-1], "logit", "X has 6, y has 5"),
        (GOOD, Y, "cauchit", "link must be one of logit, probit, got 'cauchit'"),
    ],
)
def test_a_mistake_at_the_door_of_maximum_likelihood_is_named(x, y, link, message):
    with pytest.raises(BadInput, match=message):
        glm.maximum_likelihood(x, y, link)


def test_lists_and_columns_are_taken():
    plain = glm.maximum_likelihood(GOOD, Y)
    assert (glm.maximum_likelihood(GOOD.tolist(), Y[:, None].tolist()).coefficients == plain.coefficients).all()


def test_an_offset_changes_only_the_constant():
    near, far = glm.maximum_likelihood(GOOD, Y), glm.maximum_likelihood(GOOD + [0, 1e8], Y)
    assert not far.separated
    np.testing.assert_allclose(far.coefficients[1], near.coefficients[1], rtol=1e-6)
    np.testing.assert_allclose(far.errors[1], near.errors[1], rtol=1e-6)


def test_a_newton_step_at_the_maximum_proves_overlap_and_none_does_where_there_is_no_maximum():
    rng = streams.rng(0, "overlap")
    x, y = rng.standard_normal((200, 3)), rng.integers(0, 3, 200)
    fitted = logistic.LogisticRegression(penalty=None).fit(x, y)
    basis = design.whitened(np.column_stack([x, np.ones(len(x))]))[0]
    assert separation._overlap(basis, y, fitted.decision_function(x))
    for data in (dummy, touching, one_apart):
        x, y = data(streams.rng(0, "quasi"))
        basis = design.whitened(np.column_stack([x, np.ones(len(x))]))[0]
        assert not separation._overlap(basis, y, np.zeros((len(y), y.max() + 1)))


def test_what_is_too_large_to_decide_is_said(monkeypatch):
    monkeypatch.setattr(separation, "LARGEST", 0)
    monkeypatch.setattr(separation, "WIDEST", 0)
    with pytest.warns(separation.Separation, match="left open"):
        logistic.LogisticRegression(penalty=None).fit(*touching(None))
