"""The estimator keeps the conventions people expect: scikit-learn's own checks, and its answers."""

import numpy as np
import pytest

import convergence
import glm
import lbfgs
import logistic
import robust
import separation
import softmax
from abacus import streams
from abacus.errors import BadInput


@pytest.mark.filterwarnings("ignore")
def test_scikit_learn_s_checks_pass(estimator_checks):
    estimator_checks(logistic.LogisticRegression, "Classifier")
    estimator_checks(robust.LossRegression, "Regressor")


def problem(classes, n=300, p=6):
    rng = streams.rng(0, "problem", classes)
    x = rng.standard_normal((n, p))
    scores = x @ rng.standard_normal((p, classes)) + rng.gumbel(size=(n, classes))
    return x, scores.argmax(axis=1)


@pytest.mark.parametrize("classes", [2, 4])
@pytest.mark.parametrize("penalty", ["l1", "l2"])
def test_scikit_learn_finds_the_same_minimum(classes, penalty):
    linear = pytest.importorskip("sklearn.linear_model")
    x, y = problem(classes)
    ours = logistic.LogisticRegression(C=0.3, penalty=penalty, tol=1e-7, max_iter=20_000).fit(x, y)
    if penalty == "l2":
        oracle = linear.LogisticRegression(C=0.3, tol=1e-10, max_iter=10_000)
    else:
        oracle = linear.LogisticRegression(C=0.3, l1_ratio=1, solver="saga", tol=1e-10, max_iter=100_000)
    oracle.fit(x, y)
    np.testing.assert_allclose(ours.predict_proba(x), oracle.predict_proba(x), atol=2e-4)
    zero = np.abs(oracle.coef_) < 1e-9
    if classes == 2:  # the intercepts of more classes are defined but for a common shift
        np.testing.assert_allclose(ours.coef_, oracle.coef_, atol=2e-4)
        np.testing.assert_allclose(ours.intercept_, oracle.intercept_, atol=2e-4)
    if penalty == "l1":
        assert (np.abs(ours.coef_[zero]) < 2e-4).all()


def test_the_l1_penalty_converges_by_itself_in_any_units():
    x, y = problem(2)
    units, shift = 10.0 ** np.arange(-3, 3), np.array([0.0, 5, 10, 0, 1e3, 1e4])
    plain = logistic.LogisticRegression(penalty="l1", C=0.05).fit(x * units + shift, y)
    long = logistic.LogisticRegression(penalty="l1", C=0.05, tol=1e-9, max_iter=100_000).fit(x * units + shift, y)
    np.testing.assert_allclose(plain.predict_proba(x * units + shift), long.predict_proba(x * units + shift), atol=1e-3)
    assert ((plain.coef_ == 0) == (long.coef_ == 0)).all() and 0 < (plain.coef_ == 0).sum() < plain.coef_.size
    gradient = 0.05 * (x * units).T @ (y - long.predict_proba(x * units + shift)[:, 1])
    free = long.coef_[0] != 0
    np.testing.assert_allclose(gradient[free], np.sign(long.coef_[0, free]), rtol=1e-5)
    assert (np.abs(gradient[~free]) <= 1).all()


@pytest.mark.parametrize("classes", [2, 3])
def test_units_and_offsets_do_not_keep_a_descent_from_its_end(classes):
    x, y = problem(classes)
    far = x * 10.0 ** np.arange(-6, 9, 3)[[0, 1, 2, 3, 4, 4]] + [0, 2020, 1e6, 0, -1e8, 1e6]
    plain, free = (logistic.LogisticRegression(penalty=None).fit(data, y) for data in (x, far))
    np.testing.assert_allclose(free.predict_proba(far), plain.predict_proba(x), atol=1e-5)
    held = logistic.LogisticRegression(C=0.1, tol=1e-8).fit(far, y)
    centre, unit = far.mean(axis=0), far.std(axis=0)
    p = held.predict_proba(far)
    wrong = p - (y[:, None] == held.classes_) if classes > 2 else p[:, 1:] - y[:, None]
    slope = 0.1 * wrong.T @ (far - centre) + held.coef_  # eq. (13)
    assert np.abs(slope / unit).max() <= 2 * held.tol * 0.1 * len(x)


@pytest.mark.parametrize("penalty", ["l1", "l2", None])
@pytest.mark.parametrize(
    ("kind", "units"),
    [
        (np.float32, (1e-40, 9.1e-31, 1e-20, 1e10, 1e20, 1e37)),
        (np.float64, (1e-300, 1e-170, 1e-30, 1e30, 1e170, 1e300)),
    ],
)
@pytest.mark.parametrize("classes", [2, 3])
def test_a_column_whose_squares_vanish_or_overflow_changes_nothing_but_its_own_weight(penalty, kind, units, classes):
    """Against the column in units in which a penalty has as much say: none of a large one, all of a small one."""
    x, y = problem(classes, n=80, p=2)
    small, large = x * [1, 0], x * [1, 1e5 if penalty else 1]
    for unit in units:
        moved = (x * [1, unit]).astype(kind)
        meant = small if penalty and unit < 1 else large
        found, wanted = (logistic.LogisticRegression(penalty=penalty).fit(a, y) for a in (moved, meant))
        near = 100 * found.tol  # a gradient of tol moves β by tol / curvature, of at least 1/100 here
        np.testing.assert_allclose(found.predict_proba(moved), wanted.predict_proba(meant), atol=near)
        assert np.isfinite(found.coef_).all() and np.isfinite(found.loss_)
        if penalty == "l2" and unit < 1:  # C Σ (onehot - p)_i x_i, where the gradient of eq. (13) is 0
            column = moved[:, 1].astype(float) / unit
            off = (np.eye(classes)[y] - found.predict_proba(moved)).T @ (column - column.mean())
            np.testing.assert_allclose(found.coef_[:, 1] / unit, off[-len(found.coef_) :], rtol=near, atol=near)


def test_a_constant_column_gets_no_weight():
    x, y = problem(2)
    fitted = logistic.LogisticRegression(penalty=None).fit(np.column_stack([x, np.full(len(x), 0.1)]), y)
    plain = logistic.LogisticRegression(penalty=None).fit(x, y)
    np.testing.assert_allclose(fitted.coef_[0], np.append(plain.coef_[0], 0), atol=1e-3)


def test_the_heart_s_l1_answer_is_the_converged_one(dataset):
    found = dataset("esl").SAheart
    plain = logistic.LogisticRegression(penalty="l1", C=0.05).fit(found.predictors, found.chd)
    long = logistic.LogisticRegression(penalty="l1", C=0.05, tol=1e-9, max_iter=100_000).fit(
        found.predictors, found.chd
    )
    np.testing.assert_allclose(plain.loss_, long.loss_, rtol=plain.tol / len(found.chd))
    assert ((plain.coef_ == 0) == (long.coef_ == 0)).all() and (long.coef_ == 0).any()


@pytest.mark.parametrize("penalty", ["l1", "l2", None])
def test_a_fit_that_ends_too_early_says_so(penalty):
    x, y = problem(3)
    for steps in (0, 2):
        with pytest.warns(convergence.NotConverged, match=f"ended after {steps} steps"):
            logistic.LogisticRegression(penalty=penalty, max_iter=steps, tol=1e-8).fit(x, y)


def test_the_score_takes_a_column_and_refuses_another_length():
    x, y = problem(2)
    fitted = logistic.LogisticRegression().fit(x, y)
    assert fitted.score(x, y[:, None]) == fitted.score(x, y)
    with pytest.raises(BadInput, match="X has 300, y has 299"):
        fitted.score(x, y[:-1])


def test_single_precision_costs_the_sums_no_more_than_its_own_digits():
    rng = streams.rng(0, "single")
    n, p, classes = 2 * softmax.BLOCK + 100, 40, 10
    x, labels = rng.standard_normal((n, p)).astype(np.float32), rng.integers(0, classes, n)
    weights = rng.standard_normal((classes, p + 1))
    loss, gradient = softmax.loss_and_gradient(weights, x, labels)
    exact_loss, exact = softmax.loss_and_gradient(weights, x.astype(np.float64), labels)
    single = np.finfo(np.float32).eps
    assert abs(loss - exact_loss) <= 10 * single * p * exact_loss
    assert np.abs(gradient - exact).max() <= 10 * single * p * np.abs(x).max() * np.sqrt(n)


def test_the_gradient_is_that_of_the_loss():
    rng = streams.rng(0, "gradient")
    x, labels, weights = rng.standard_normal((20, 3)), rng.integers(0, 4, 20), rng.standard_normal((4, 4))
    _, gradient = softmax.loss_and_gradient(weights, x, labels)
    for place in np.ndindex(weights.shape):
        step = np.zeros_like(weights)
        step[place] = 1e-5
        ahead, behind = (softmax.loss_and_gradient(weights + d, x, labels)[0] for d in (step, -step))
        slope = (ahead - behind) / 2e-5
        np.testing.assert_allclose(gradient[place], slope, rtol=1e-6, atol=1e-7)


def test_the_first_step_from_the_hessian_at_zero_is_newton_s():
    rng = streams.rng(0, "hessian")
    x, labels, ridge = rng.standard_normal((50, 3)) * [1, 5, 0.1], rng.integers(0, 4, 50), 0.7
    centre, unit = x.mean(axis=0), x.std(axis=0)
    z, penalties = (x - centre) / unit, np.tile(np.append(ridge / unit**2, 0), 4)
    _, gradient = softmax.loss_and_gradient(np.zeros((4, 4)), z, labels)
    step = softmax.inverse_at_zero(x, centre, unit, 1 / 4, ridge)(gradient)
    h, small = np.empty((16, 16)), 1e-4
    for j in range(16):
        there = np.zeros(16)
        there[j] = small
        ahead, behind = (softmax.loss_and_gradient(s * there.reshape(4, 4), z, labels)[1] for s in (1, -1))
        h[:, j] = (ahead - behind).ravel() / (2 * small)
    h += np.diag(penalties)
    np.testing.assert_allclose(h @ step, gradient.ravel(), atol=10 * softmax.ROUNDING * np.trace(h))


def test_the_valley_of_rosenbrock_is_followed_to_its_end():
    def valley(v):
        a, b = v
        value = (1 - a) ** 2 + 100 * (b - a * a) ** 2
        return value, np.array([-2 * (1 - a) - 400 * a * (b - a * a), 200 * (b - a * a)])

    found, value, steps = lbfgs.minimise(valley, [-1.2, 1.0], tol=1e-9)
    np.testing.assert_allclose(found, [1, 1], atol=1e-8)
    assert value < 1e-16 and steps < 60


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: logistic.LogisticRegression(C=0.0), "C must be above 0"),
        (lambda: logistic.LogisticRegression(penalty="l3"), "penalty"),
        (lambda: robust.LossRegression("logistic"), "loss must be one of squared"),
    ],
)
def test_a_mistake_is_named(make, message):
    with pytest.raises(BadInput, match=message):
        make().fit([[0.0], [1.0]], [0, 1])
    with pytest.raises(BadInput, match="not fitted"):
        make().predict([[0.0]])


@pytest.mark.parametrize("classes", [2, 3])
def test_separable_data_without_a_penalty_get_a_message_and_a_regularised_answer(classes):
    y = np.repeat(np.arange(classes), 5)
    x = (3.0 * y + np.tile(np.linspace(0, 1, 5), classes))[:, None]
    with pytest.warns(separation.Separation, match="separable"):
        free = logistic.LogisticRegression(penalty=None).fit(x, y)
    weak = logistic.LogisticRegression(penalty="l2", C=logistic.WEAK).fit(x, y)
    np.testing.assert_allclose(free.coef_, weak.coef_)
    assert free.score(x, y) == 1.0


def test_without_a_penalty_the_answer_is_that_of_newton_s_method():
    x, y = problem(2)
    free = logistic.LogisticRegression(penalty=None, tol=1e-9).fit(x, y)
    exact = glm.maximum_likelihood(np.column_stack([np.ones(len(x)), x]), y)
    np.testing.assert_allclose(np.append(free.intercept_, free.coef_), exact.coefficients, rtol=1e-6)
