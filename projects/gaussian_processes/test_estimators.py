"""The estimators: scikit-learn's checks, scikit-learn's numbers, and what they say of wrong input."""

import re
import warnings

import numpy as np
import pytest

import covariance
import exact
import structure
from abacus.errors import BadInput
from covariance import RBF, Constant, Linear, Matern, NeuralNetwork, Periodic, RationalQuadratic, White
from gp import GaussianProcessClassifier, GaussianProcessRegressor
from sparse import SparseRegressor


class ByLaplace(GaussianProcessClassifier):
    """The classifier with its numbers as they are given; climbs have a test of their own, and would take the checks a minute."""

    def __init__(self, seed=0):
        super().__init__(optimise=False, seed=seed)


class ByMoments(GaussianProcessClassifier):
    """The same with expectation propagation."""

    def __init__(self, seed=0):
        super().__init__(method="ep", optimise=False, seed=seed)


class Few(SparseRegressor):
    """The sparse regressor with few points, its numbers as they are given."""

    def __init__(self, inducing=60):
        super().__init__(4.0 * RBF(5.0), inducing=inducing, optimise=False)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    ("kind", "role"),
    [
        (GaussianProcessRegressor, "Regressor"),
        (Few, "Regressor"),
        (ByLaplace, "Classifier"),
        (ByMoments, "Classifier"),
    ],
)
def test_scikit_learn_s_checks_pass(kind, role, estimator_checks):
    estimator_checks(kind, role)


def cloud(n=60, d=2, seed=0):
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((n, d))
    return x, np.sin(2 * x[:, 0]) + x[:, 1] + 0.1 * rng.standard_normal(n)


X, Y = cloud()
SIGN = np.where(Y > 0, "above", "below")


def test_the_evidence_reaches_scikit_learn_s_and_the_predictions_are_its_own():
    theirs = pytest.importorskip("sklearn.gaussian_process")
    from sklearn.gaussian_process import kernels

    ours = GaussianProcessRegressor(1.0 * RBF(np.ones(2)) + White(0.5)).fit(X, Y)
    kernel = 1.0 * kernels.RBF(np.ones(2)) + kernels.WhiteKernel(0.5)
    other = theirs.GaussianProcessRegressor(kernel, normalize_y=True).fit(X, Y)
    gap = ours.log_marginal_likelihood_value_ - other.log_marginal_likelihood_value_
    assert gap > -1e-5 * abs(other.log_marginal_likelihood_value_)  # the slope that both stop at
    other = theirs.GaussianProcessRegressor(
        kernel.clone_with_theta(ours.kernel_.theta), normalize_y=True, optimizer=None
    ).fit(X, Y)
    new = cloud(20, seed=1)[0]
    for mine, his in zip(ours.predict(new, return_std=True), other.predict(new, return_std=True)):
        assert np.allclose(mine, his, rtol=1e-6)
    assert np.allclose(ours.predict(new, return_cov=True)[1], other.predict(new, return_cov=True)[1], atol=1e-8)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (lambda: Matern([1.0, 2.0], 0.5), lambda k: k.Matern([1.0, 2.0], nu=0.5)),
        (lambda: Matern(1.3, 2.5), lambda k: k.Matern(1.3, nu=2.5)),
        (lambda: RationalQuadratic(1.2, 0.7), lambda k: k.RationalQuadratic(1.2, 0.7)),
        (
            lambda: RBF(2.0) * Linear(0.25) + Constant(3.0),
            lambda k: k.RBF(2.0) * k.DotProduct(0.5) + k.ConstantKernel(3.0),
        ),
    ],
)
def test_kernels_are_those_of_scikit_learn(ours, theirs):
    kernels = pytest.importorskip("sklearn.gaussian_process.kernels")
    new = cloud(7, seed=1)[0]
    assert np.allclose(ours()(X), theirs(kernels)(X)) and np.allclose(ours()(X, new), theirs(kernels)(X, new))
    line = X[:, :1]
    assert np.allclose(Periodic(1.3, 2.0)(line), kernels.ExpSineSquared(1.3, 2.0)(line))


def test_laplace_s_evidence_is_that_of_scikit_learn():
    theirs = pytest.importorskip("sklearn.gaussian_process")
    from sklearn.gaussian_process import kernels

    ours = GaussianProcessClassifier(3.0 * RBF(1.2), optimise=False).fit(X, SIGN)
    other = theirs.GaussianProcessClassifier(3.0 * kernels.RBF(1.2), optimizer=None).fit(X, SIGN)
    assert ours.log_marginal_likelihood_value_ == pytest.approx(other.log_marginal_likelihood_value_, rel=1e-9)
    assert np.allclose(
        ours.predict_proba(X), other.predict_proba(X), atol=1e-3
    )  # theirs averages by five error functions


@pytest.mark.parametrize("method", ["bound", "fitc"])
def test_a_sparse_climb_goes_up_and_the_bound_stays_below_the_exact_top(method):
    start = SparseRegressor(method=method, inducing=15, optimise=False).fit(X, Y)
    climbed = SparseRegressor(method=method, inducing=15).fit(X, Y)
    assert climbed.log_evidence_ > start.log_evidence_ + 1
    if method == "bound":
        whole = GaussianProcessRegressor(1.0 * RBF() + White(0.1)).fit(X, Y)
        assert climbed.log_evidence_ <= whole.log_marginal_likelihood_value_ + 1e-4


def test_a_climb_of_laplace_s_evidence_reaches_scikit_learn_s_and_three_classes_have_three():
    theirs = pytest.importorskip("sklearn.gaussian_process")
    from sklearn.gaussian_process import kernels

    wrong = np.where(np.arange(60) % 7 == 0, -Y, Y) > 0  # classes that overlap: the top is inside the box
    ours = GaussianProcessClassifier(2.0 * RBF(0.5)).fit(X, wrong)
    other = theirs.GaussianProcessClassifier(2.0 * kernels.RBF(0.5)).fit(X, wrong)
    gap = ours.log_marginal_likelihood_value_ - other.log_marginal_likelihood_value_
    assert gap > -1e-5 * abs(other.log_marginal_likelihood_value_)
    three = GaussianProcessClassifier().fit(X, np.digitize(Y, [-0.5, 0.5]))
    assert len(three.kernels_) == 3 and np.allclose(three.predict_proba(X).sum(axis=1), 1)


def test_a_network_s_kernel_far_away_is_finite_and_so_is_its_slope():
    x = np.vstack([X * 1e9, X * 1e9])  # the same samples twice: the arcsin of 1
    evidence, slope = exact.evidence_slope(NeuralNetwork() + White(0.1), x, np.r_[Y, Y], 0.0)
    assert np.isfinite(evidence) and np.isfinite(slope).all()


def test_a_sum_with_held_numbers_learns_the_others_only():
    kernel = Constant(2.0) * Periodic(1.0, 1.0).hold("period") + White(0.1)
    assert len(kernel.theta) == 3
    learnt = GaussianProcessRegressor(kernel).fit(X[:, :1], Y).kernel_
    assert learnt.left.right.period == 1.0 and learnt.left.right.length_scale != 1.0
    assert kernel.left.left.value == 2.0  # the given kernel stays as it is


def test_twins_without_noise_get_a_jitter_that_is_said():
    x = np.vstack([X, X[:5]])
    with pytest.warns(RuntimeWarning, match="a jitter of .* was added to its diagonal"):
        GaussianProcessRegressor(RBF(2.0), alpha=0.0, optimise=False).fit(x, np.r_[Y, Y[:5]])


def test_draws_follow_the_posterior():
    process = GaussianProcessRegressor().fit(X, Y)
    new = cloud(4, seed=1)[0]
    draws = process.sample_y(new, 4000)
    mean, covariance_ = process.predict(new, return_cov=True)
    error = 4 * np.sqrt(np.diagonal(covariance_) / 4000)  # four standard errors of each mean
    assert (np.abs(draws.mean(axis=1) - mean) < error).all()


class Odd(covariance.Kernel):
    """No kernel at all: its matrix has negative eigenvalues."""

    def diag(self, X):
        return np.zeros(len(X))

    def pull(self, x, z, same):
        return -np.ones((len(x), len(z))), lambda w: np.empty(0)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: GaussianProcessRegressor(Odd()).fit(X, Y), "the covariance is not positive definite, and a jitter"),
        (
            lambda: GaussianProcessRegressor().fit(X, np.full(60, 2.5)),
            "y is 2.5 in every sample: there is nothing to learn",
        ),
        (lambda: GaussianProcessClassifier().fit(X, np.zeros(60)), "1 class only"),
        (lambda: GaussianProcessRegressor("rbf").fit(X, Y), "kernel is 'rbf'; it must be a Kernel"),
        (lambda: GaussianProcessRegressor(RBF(0.0)).fit(X, Y), "length_scale of RBF is 0.0"),
        (lambda: GaussianProcessRegressor(RBF([1.0, 2.0, 3.0])).fit(X, Y), "has shape (3,); X has 2 features"),
        (lambda: GaussianProcessRegressor(Matern(nu=2.0)).fit(X, Y), "nu of Matern is 2.0"),
        (lambda: GaussianProcessRegressor(alpha=-1).fit(X, Y), "alpha is -1; it must be a finite number from 0 on"),
        (lambda: GaussianProcessRegressor(alpha=np.ones(3)).fit(X, Y), "one for each of the 60 samples"),
        (lambda: GaussianProcessRegressor(restarts=-1).fit(X, Y), "restarts is -1"),
        (lambda: GaussianProcessRegressor().fit(np.where(X > 1, np.nan, X), Y), "contains NaN"),
        (lambda: GaussianProcessRegressor().fit(X * 1e200, Y), "overflow"),
        (lambda: GaussianProcessRegressor().fit(X, Y).predict(X[:, :1]), "X has 1 features"),
        (lambda: GaussianProcessRegressor().predict(X), "not fitted yet"),
        (lambda: GaussianProcessRegressor().fit(X, Y).log_marginal_likelihood([1.0]), "the kernel learns 3 numbers"),
        (lambda: GaussianProcessRegressor().fit(X, Y).log_marginal_likelihood("high"), "theta is 'high'"),
        (lambda: SparseRegressor().fit(X * 1e200, Y), "overflow"),
        (lambda: GaussianProcessRegressor().fit(X, Y).predict(X, True, True), "at most one of them"),
        (lambda: GaussianProcessClassifier(method="mcmc").fit(X, SIGN), "method is 'mcmc'; it must be laplace or ep"),
        (lambda: GaussianProcessClassifier(method="ep", link="logistic").fit(X, SIGN), "probit link only"),
        (lambda: SparseRegressor(inducing=0).fit(X, Y), "inducing is 0"),
        (lambda: SparseRegressor(method="vfe").fit(X, Y), "method is 'vfe'; it must be bound or fitc"),
        (lambda: RBF().hold("period"), "RBF has no 'period'; there are: length_scale"),
        (lambda: RBF() + "noise", "'noise' is no kernel and no number above 0"),
        (lambda: GaussianProcessRegressor(Linear() + White()).fit(X, Y).predict(X * 1e200, True), "overflow"),
        (lambda: GaussianProcessClassifier().fit(X, SIGN).predict_proba(X * 1e200), "overflow"),
        (lambda: SparseRegressor().fit(X, Y).predict(X * 1e200), "overflow"),
        (lambda: SparseRegressor().fit(X, Y * 1e300), "the spread of y is too large"),
        (lambda: SparseRegressor(optimise="no").fit(X, Y), "optimise is 'no'; it must be True or False"),
        (lambda: SparseRegressor(RBF() + White()).fit(X, Y), "it must be without White"),
        (lambda: SparseRegressor(1e-320 * RBF()).fit(X, Y), "overflow, or vanish"),
        (lambda: SparseRegressor(Linear() * Linear() * Linear()).fit(X * 1e100, Y), "overflow, or vanish"),
        (lambda: GaussianProcessRegressor(RBF([[1.0, 2.0], [1.0]])).fit(X, Y), "length_scale of RBF is"),
        (lambda: GaussianProcessRegressor(Matern(nu=np.ones(2))).fit(X, Y), "nu of Matern is"),
        (lambda: GaussianProcessRegressor().L_, "not fitted yet"),
        (lambda: structure.kalman(Matern(), 0.1, np.array([0.0, np.nan]), np.ones(2)), "contain NaN"),
        (lambda: structure.kalman(Matern(), 0.0, np.zeros(2), np.ones(2)), "at the same time, without noise"),
        (lambda: NeuralNetwork(scale=[1.0]).check(2), "scale of NeuralNetwork has shape (1,)"),
    ],
)
def test_wrong_input_is_one_line(make, words):
    with warnings.catch_warnings(), pytest.raises(BadInput, match=re.escape(words)) as error:
        warnings.simplefilter("ignore")
        make()
    assert "\n" not in str(error.value)
