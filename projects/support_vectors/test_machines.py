"""The machines beside scikit-learn's, and what they say of wrong input."""

import re

import numpy as np
import pytest
import scipy.sparse

import fit
import platt
from abacus.errors import BadInput
from linear import LinearSVC
from machines import SVC, NuSVC
from regression import SVR, NuSVR, OneClassSVM


def three(n=150, seed=0):
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((n, 4))
    return x, np.digitize(x[:, 0] + x[:, 1] ** 2 + 0.3 * rng.standard_normal(n), [0.3, 1.5])


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"kernel": "poly", "C": 3.0, "coef0": 1.0},
        {"kernel": "linear", "C": 0.1},
        {"class_weight": {0: 3.0}},
        {"class_weight": "balanced"},
    ],
)
def test_classes_as_scikit_learn_tells_them(settings):
    svm = pytest.importorskip("sklearn.svm")
    x, y = three()
    ours, theirs = SVC(tol=1e-6, **settings).fit(x, y), svm.SVC(tol=1e-6, **settings).fit(x, y)
    assert np.array_equal(np.sort(ours.support_), np.sort(theirs.support_))
    assert np.allclose(ours.decision_function(x), theirs.decision_function(x), atol=1e-4)
    assert np.allclose(ours.intercept_, theirs.intercept_, atol=1e-4)
    assert np.array_equal(ours.predict(x), theirs.predict(x))


def test_the_other_machines_as_scikit_learn_has_them():
    svm = pytest.importorskip("sklearn.svm")
    x, y = three()
    z = np.sin(x[:, 0])
    cases = [
        (NuSVC(0.2, tol=1e-8), svm.NuSVC(nu=0.2, tol=1e-8), y),
        (SVR(2.0, 0.05, tol=1e-7), svm.SVR(C=2.0, epsilon=0.05, tol=1e-7), z),
        (NuSVR(0.3, tol=1e-7), svm.NuSVR(nu=0.3, tol=1e-7), z),
        (OneClassSVM(0.2, tol=1e-7), svm.OneClassSVM(nu=0.2, tol=1e-7), None),
    ]
    for ours, theirs, target in cases:
        ours.fit(x, target), theirs.fit(x, target)
        name = "predict" if isinstance(ours, SVR | NuSVR) else "decision_function"
        assert np.allclose(getattr(ours, name)(x), getattr(theirs, name)(x), atol=1e-3), type(ours).__name__


@pytest.mark.parametrize("loss", ["hinge", "squared_hinge"])
def test_planes_as_scikit_learn_finds_them_dense_and_sparse(loss):
    svm = pytest.importorskip("sklearn.svm")
    x, y = three()
    ours = LinearSVC(0.5, loss, tol=1e-7, max_iter=100_000).fit(x, y)
    theirs = svm.LinearSVC(C=0.5, loss=loss, tol=1e-9, max_iter=1_000_000, dual=True).fit(x, y)
    assert np.allclose(ours.coef_, theirs.coef_, atol=1e-5) and np.allclose(
        ours.intercept_, theirs.intercept_, atol=1e-5
    )
    sparse = LinearSVC(0.5, loss, tol=1e-7, max_iter=100_000).fit(scipy.sparse.csr_array(x), y)
    assert np.allclose(sparse.coef_, ours.coef_, rtol=0, atol=1e-12)


class Sure(SVC):
    """NuSVC has the same door; its likeliest class need not be the predicted one, which scikit-learn's check asks for."""

    def __init__(self, C=1.0):
        super().__init__(C, probability=True)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    ("kind", "role", "tags"),
    [
        (Sure, "Classifier", {}),
        (LinearSVC, "Classifier", {"sparse": True}),
        (SVR, "Regressor", {}),
        (NuSVR, "Regressor", {}),
        (OneClassSVM, "Outlier", {}),
    ],
)
def test_scikit_learn_s_checks_pass(kind, role, tags, estimator_checks):
    estimator_checks(kind, role, **tags)


def test_probabilities_are_laws_and_follow_the_sides():
    x, y = three()
    for settings in ({}, {"decision": "ovr"}):
        machine = SVC(probability=True, **settings).fit(x, y)
        p = machine.predict_proba(x)
        assert np.allclose(p.sum(axis=1), 1) and (p >= 0).all()
        assert (machine.classes_[p.argmax(axis=1)] == machine.predict(x)).mean() > 0.9
    two = SVC(probability=True).fit(x, y > 0)
    assert (np.diff(two.predict_proba(x)[:, 1][np.argsort(two.decision_function(x))]) >= 0).all()


def test_the_sigmoid_is_the_likeliest_one_and_stays_finite_where_f_tells_all():
    rng = np.random.default_rng(0)
    f = rng.standard_normal(300)
    positive = rng.uniform(size=300) < 1 / (1 + np.exp(-2 * f + 0.5))
    a, b = platt.sigmoid(f, positive)
    target = np.where(positive, (positive.sum() + 1) / (positive.sum() + 2), 1 / ((~positive).sum() + 2))
    p = 1 / (1 + np.exp(a * f + b))
    assert np.abs([f @ (target - p), (target - p).sum()]).max() < 1e-5  # Newton's own stop
    assert np.isfinite(platt.sigmoid(f, f > 0)).all()


def test_coupling_gives_back_a_law_that_the_pairs_agree_on():
    p = np.random.default_rng(0).dirichlet(np.ones(4), 5)
    r = p[:, :, None] / (p[:, :, None] + p[:, None, :])
    assert np.allclose(platt.coupled(r), p)


X, Y = three(30)


def test_a_matrix_that_is_no_kernel_is_said():
    with pytest.warns(RuntimeWarning, match="negative eigenvalues"):
        SVC(kernel="precomputed").fit(X @ X.T - 3 * np.eye(30), Y)


@pytest.mark.parametrize(
    "make,words",
    [
        (lambda: SVC(0.0).fit(X, Y), "C is 0.0; it must be a finite number above 0"),
        (lambda: SVC(kernel="gauss").fit(X, Y), "kernel is 'gauss'; it must be one of linear"),
        (lambda: SVC(gamma=-1).fit(X, Y), "gamma is -1; it must be a finite number above 0, or scale, or auto"),
        (lambda: SVC(decision="all").fit(X, Y), "decision is 'all'"),
        (lambda: SVC(degree=1.5).fit(X, Y), "degree is 1.5"),
        (lambda: SVC().fit(X, np.zeros(30)), "1 class only"),
        (lambda: SVC(kernel="precomputed").fit(X, Y), "must be a square matrix"),
        (lambda: SVC(class_weight={7: 1.0}).fit(X, Y), "names the class 7"),
        (lambda: SVC(kernel="poly", degree=200, gamma=1e3).fit(X, Y), "the kernel's values overflow"),
        (
            lambda: SVC(kernel="linear").fit(X * 1e20, Y),
            "the kernel's values overflow",
        ),  # of float32, in which rows are kept
        (lambda: LinearSVC().fit(X * 1e200, Y), "the squares of X overflow"),
        (lambda: SVC(kernel="precomputed").fit(np.triu(X @ X.T), Y), "is not symmetric"),
        (lambda: SVC(probability="yes").fit(X, Y), "probability is 'yes'"),
        (lambda: SVC(probability=True).fit(X, np.r_[2, np.zeros(14), np.ones(15)]), "of 2.0 there is one"),
        (lambda: SVR(epsilon=False).fit(X, Y), "epsilon is False"),
        (lambda: SVR().fit(X, ["a"] * 30), "y got something that is no number"),
        (lambda: SVC().fit(X, Y).predict(X[:, :2]), "X has 2 features"),
        (lambda: NuSVC(0.9).fit(X, np.r_[np.zeros(28), 1, 1]), "nu is infeasible"),
        (lambda: NuSVC(1.5).fit(X, Y), "nu is 1.5; it must be a number above 0 and at most 1"),
        (lambda: SVR(epsilon=-0.1).fit(X, Y), "epsilon is -0.1"),
        (lambda: LinearSVC(loss="l2").fit(X, Y), "loss is 'l2'; it must be hinge or squared_hinge"),
        (lambda: SVC().fit(np.where(X > 2, np.nan, X) if (X > 2).any() else X * np.nan, Y), "contains NaN"),
    ],
)
def test_wrong_input_is_one_line(make, words):
    with pytest.raises(BadInput, match=re.escape(words)) as error:
        make()
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("value", ["2.5", "p"])
def test_a_file_with_a_constant_target_is_one_line_and_status_2(tmp_path, capsys, value):
    file = tmp_path / "own.csv"
    file.write_text("a,y\n" + "".join(f"{a},{value}\n" for a in X[:, 0]))
    assert fit.main([str(file), "--target", "y"]) == 2
    assert capsys.readouterr().err == f'own.csv: "y" is {value} in every row: there is nothing to tell\n'


def test_a_file_of_two_classes_is_told_and_its_wrong_label_named(tmp_path, capsys):
    file = tmp_path / "own.csv"
    rows = [
        (a, "high" if (a > 0) != (i == 3) else "low") for i, a in enumerate(np.r_[-5.0:5:30j])
    ]  # row 4 is mislabelled
    file.write_text("a,y\n" + "".join(f"{a},{y}\n" for a, y in rows))
    assert fit.main([str(file), "--target", "y"]) in (0, None)
    assert "rows that are told wrong: 4" in capsys.readouterr().out


def test_a_machine_that_has_learnt_a_coin_by_heart_is_not_sure():
    rng = np.random.default_rng(0)
    x, coin = rng.standard_normal((200, 2)), rng.permutation(np.arange(200) % 2)
    machine = SVC(100.0, gamma=50.0, probability=True).fit(x, coin)
    assert machine.score(x, coin) > 0.9
    assert np.abs(machine.predict_proba(x) - 0.5).max() < 0.25  # sigmoids of samples that it has seen come near 0 and 1
