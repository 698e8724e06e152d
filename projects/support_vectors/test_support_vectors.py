"""Facts of the solver: optimality, what cache and shrinking may not change, the paper's counts, and broken variants."""

import numpy as np
import pytest

import by_hand
import digits
import guide
import run
from abacus import papers, verdict
from abacus.running.job import Job
from dual import Problem, solve
from kernel import Kernel, Rows, Samples
from machines import SVC, NuSVC
from regression import NuSVR, OneClassSVM

HAND = papers.table("cortes1995/by_hand")


def cloud(n=120, d=3, seed=0):
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((n, d))
    return x, (x[:, 0] * x[:, 1] + 0.3 * rng.standard_normal(n) > 0).astype(int)


def four_points(tmp_path):
    return by_hand.four_points(by_hand.Config(C=1000.0, tol=1e-9), Job("by hand", 0, tmp_path))


def test_problems_on_paper_come_out_to_six_digits(tmp_path):
    for row, values in four_points(tmp_path).items():
        assert set(verdict.of(HAND, row, values).values()) == {"reproduced"}, row


@pytest.mark.parametrize("broken", ["a price that is paid", "no b"])
def test_a_broken_solver_is_seen(monkeypatch, broken):
    import dual

    machine = SVC(0.5 if broken == "a price that is paid" else 1000.0, "linear", tol=1e-9)
    if broken == "no b":
        monkeypatch.setattr(dual, "_heights", lambda *a: [0.0])
    values = by_hand.solved(machine, np.array([[0.0, 0.0], [2.0, 0.0], [1.0, 1.0]]), [0, 1, 1])
    assert "not reproduced" in verdict.of(HAND, "three points", values).values()


def test_the_optimality_conditions_hold_within_tol():
    x, y = cloud()
    for C in (0.1, 10.0):
        machine = SVC(C, tol=1e-6).fit(x, y)
        s, f = 2 * y - 1, machine.decision_function(x)
        alpha = np.zeros(len(x))
        alpha[machine.support_] = np.abs(machine.dual_coef_[0])
        slack = 4e-6 + 1e-7 * len(machine.support_) * C  # tol on both sides of b, and rows kept in float32
        assert (s[alpha == 0] * f[alpha == 0] >= 1 - slack).all()
        assert (s[alpha == C] * f[alpha == C] <= 1 + slack).all()
        free = (alpha > 0) & (alpha < C)
        assert np.allclose(s[free] * f[free], 1, atol=slack)
        assert abs(machine.dual_coef_.sum()) <= 1e-12 * C * len(x)


def test_the_dual_meets_the_primal():
    x, y = cloud()
    machine = SVC(2.0, tol=1e-8).fit(x, y)
    s, f = 2 * y - 1, machine.decision_function(x)
    norm = machine.dual_coef_[0] @ (f[machine.support_] - machine.intercept_[0])
    primal = norm / 2 + 2.0 * np.maximum(0, 1 - s * f).sum()
    assert -machine.objective_[0] == pytest.approx(primal, rel=1e-5)  # kept rows are float32


def test_a_cache_of_eight_rows_and_no_shrinking_change_nothing():
    x, y = cloud(300)
    plain = SVC(shrinking=False).fit(x, y)
    small = SVC(shrinking=False, cache_size=1e-6).fit(x, y)
    assert np.array_equal(plain.support_, small.support_) and np.array_equal(plain.dual_coef_, small.dual_coef_)
    x, y = cloud(1500)
    shrunk = SVC(10.0, tol=1e-5).fit(x, y)
    whole = SVC(10.0, tol=1e-5, shrinking=False).fit(x, y)
    assert np.allclose(shrunk.decision_function(x), whole.decision_function(x), atol=1e-3)
    assert shrunk.objective_[0] == pytest.approx(whole.objective_[0], rel=1e-6)


def test_rows_are_the_kernel_whatever_was_asked_before():
    x, _ = cloud(50)
    samples, rng = Samples(Kernel("rbf", 0.5), x), np.random.default_rng(0)
    whole = samples.kernel(x, x).astype(np.float32)
    rows = Rows(samples, np.tile(np.arange(50), 2), 8 * 4 * 100 / 2**20)
    assert rows.places == 8
    for _ in range(60):
        i, j = rng.integers(50, size=2).tolist()
        rows.fetch([i, j], rng.integers(50, size=5).tolist())
        for k in (i, j):
            assert rows.owner[rows.place[k]] == k and np.allclose(
                rows.kept[rows.place[k]], np.tile(whole[k], 2), rtol=1e-6
            )
    keep = np.sort(rng.permutation(100)[:30])
    fewer = rows.narrow(keep)
    for k in np.flatnonzero(fewer.place >= 0):
        assert np.array_equal(fewer.kept[fewer.place[k]], np.tile(whole[k], 2)[keep])


def test_nu_bounds_the_share_outside_from_above_and_the_support_vectors_from_below():
    x, y = cloud(200)
    for nu in (0.2, 0.4):
        machine = NuSVC(nu, tol=1e-6).fit(x, y)
        outside = ((2 * y - 1) * machine.decision_function(x) < 1 - 1e-3).mean()
        assert outside <= nu <= len(machine.support_) / len(x)
        skin = OneClassSVM(nu, tol=1e-6).fit(x)
        assert (skin.decision_function(x) < -1e-3).mean() <= nu <= len(skin.support_) / len(x)
        tube = NuSVR(nu, tol=1e-6).fit(x, x[:, 0] ** 2)
        assert (
            (np.abs(x[:, 0] ** 2 - tube.predict(x)) > tube.epsilon_ + 1e-3).mean() <= nu <= len(tube.support_) / len(x)
        )


def test_a_machine_needs_only_its_support_vectors():
    x, y = cloud()
    machine = SVC(tol=1e-7, gamma=0.5).fit(x, y)
    again = SVC(tol=1e-7, gamma=0.5).fit(x[machine.support_], y[machine.support_])
    assert np.allclose(machine.decision_function(x), again.decision_function(x), atol=1e-4)


def test_a_given_matrix_is_the_kernel():
    x, y = cloud()
    y = y + (x[:, 2] > 1)
    k = Kernel("rbf", 0.3)
    given, own = SVC(kernel="precomputed").fit(k(x, x), y), SVC(gamma=0.3).fit(x, y)
    assert np.array_equal(given.predict(k(x[:20], x)), own.predict(x[:20]))


def test_too_few_steps_are_said():
    x, y = cloud()
    with pytest.warns(RuntimeWarning, match="max_iter=3 left a violation of"):
        SVC(max_iter=3).fit(x, y)
    problem = Problem(np.arange(120), 2.0 * y - 1, -np.ones(120), np.ones(120), np.zeros(120))
    assert solve(Samples(Kernel("rbf", 0.3), x), problem).steps > 3


@pytest.mark.parametrize(
    "row,settings",
    [("as they are", ("none", 1.0, 0.25)), ("scaled, C and gamma searched", ("training range", 2.0, 2.0))],
)
def test_the_guides_counts_and_what_a_tenth_of_the_price_does_to_them(tmp_path, row, settings):
    printed = papers.table("hsu2003/svmguide1")
    scale, C, gamma = settings
    intact = guide.guide(guide.Config(scale, C, gamma), Job(row, 0, tmp_path / "intact"))
    broken = guide.guide(guide.Config(scale, C / 10, gamma), Job(row, 0, tmp_path / "broken"))
    assert set(verdict.of(printed, row, intact).values()) == {"reproduced"}
    assert set(verdict.of(printed, row, broken).values()) == {"not reproduced"}


def test_the_nearest_digits_make_113_errors_and_shifted_labels_more(tmp_path, monkeypatch):
    printed = papers.table("usps_counts/nearest")
    assert verdict.of(printed, "1", digits.nearest(digits.Nearest(1), Job("1", 0, tmp_path)))["errors"] == "reproduced"
    whole = digits.samples()
    monkeypatch.setattr(digits, "samples", lambda: [(whole[0][0][:-1], whole[0][1][1:]), whole[1]])
    assert (
        verdict.of(printed, "1", digits.nearest(digits.Nearest(1), Job("1", 0, tmp_path)))["errors"] == "not reproduced"
    )


def test_the_look_needs_the_bend(tmp_path):
    cfg = run.Config(points=40, noise=0.1, C=1.0, gamma=2.0, degree=3, nu=0.2)
    found = run.look(cfg, Job("run", 0, tmp_path))
    assert found["RBF"]["wrong, %"] < found["linear"]["wrong, %"]


def test_variables_are_left_out_although_rows_are_missing_again_and_again(monkeypatch):
    x, y = cloud(1500)
    narrowed, narrow = [], Rows.narrow
    monkeypatch.setattr(Rows, "narrow", lambda rows, keep: narrowed.append(len(keep)) or narrow(rows, keep))
    small = SVC(10.0, cache_size=0.3).fit(x, y)  # fifty rows of 1 500
    assert narrowed
    whole = SVC(10.0, shrinking=False).fit(x, y)
    assert small.objective_[0] == pytest.approx(whole.objective_[0], rel=1e-4)  # both to tol 1e-3
