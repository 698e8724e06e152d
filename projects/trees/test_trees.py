"""Facts of trees: splits and prunings against all there are, ensembles against their definitions."""

import itertools
from types import SimpleNamespace

import numpy as np
import pytest

import boosting_table
import coding
import pruning
import run
import samples
from abacus.errors import BadInput
from adaboost import AdaBoostClassifier
from boosting import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from cart import DecisionTreeClassifier, DecisionTreeRegressor
from dependence import partial_dependence
from forest import BaggingClassifier, BaggingRegressor, RandomForestClassifier, RandomForestRegressor, left_out
from isolation import IsolationForest, usual_path

EPS = np.finfo(float).eps


def impurity(y, criterion):
    """W times Gini's index or the entropy, or the sum of squares about the mean: by their definitions."""
    if criterion == "squares":
        return ((y - y.mean()) ** 2).sum()
    p = np.bincount(y.astype(int)) / len(y)
    return len(y) * ((p * (1 - p)).sum() if criterion == "gini" else -(p[p > 0] * np.log(p[p > 0])).sum())


def questions(x, categorical):
    """Every way to part the rows of x by one feature: masks of the left side."""
    for f in range(x.shape[1]):
        column, missing = x[:, f], np.isnan(x[:, f])
        there = np.unique(column[~missing])
        if f in categorical:
            groups = [column == value for value in there] + ([missing] if missing.any() else [])
            for size in range(1, len(groups)):
                for chosen in itertools.combinations(groups, size):
                    yield np.logical_or.reduce(chosen)
            continue
        for threshold in there if missing.any() else there[:-1]:
            with np.errstate(invalid="ignore"):
                left = column <= threshold
            yield left
            if missing.any() and threshold < there[-1]:
                yield left | missing


@pytest.mark.parametrize("criterion", ["gini", "entropy", "squares"])
@pytest.mark.parametrize("kind", ["few values", "all different", "missing", "categories"])
def test_the_root_asks_the_best_of_all_questions(criterion, kind):
    for seed in range(6):
        rng = np.random.default_rng(seed)
        n, classes = 60, 2 if kind == "categories" else 4
        x = rng.integers(0, 6, (n, 3)).astype(float) if kind != "all different" else rng.standard_normal((n, 3))
        if kind == "missing":
            x[rng.random(x.shape) < 0.2] = np.nan
        y = rng.standard_normal(n) if criterion == "squares" else rng.integers(classes, size=n)
        categorical = (0, 2) if kind == "categories" else ()
        settings = {"max_depth": 1, "categorical": categorical}
        model = (
            DecisionTreeRegressor(**settings)
            if criterion == "squares"
            else DecisionTreeClassifier(criterion, **settings)
        )
        left = model.fit(x, y).apply(x) == 1
        best = min(impurity(y[part], criterion) + impurity(y[~part], criterion) for part in questions(x, categorical))
        assert impurity(y[left], criterion) + impurity(y[~left], criterion) <= best + n**2 * EPS * impurity(
            y, criterion
        )


def test_counted_and_sorted_codes_give_the_same_tree():
    """A feature of few values is counted; with each value moved a little, in the same order, it is sorted."""
    rng = np.random.default_rng(0)
    x = rng.integers(0, 40, (300, 4)).astype(float)
    y = rng.integers(3, size=300)
    fine = np.concatenate([x, x[:1] + 1000 * np.arange(1, 400)[:, None]])
    few = DecisionTreeClassifier(max_depth=4).fit(x, y)
    weights = np.concatenate([np.ones(300), np.zeros(399)])
    many = DecisionTreeClassifier(max_depth=4).fit(fine, np.concatenate([y, np.zeros(399, int)]), weights)
    assert (few.tree_.feature == many.tree_.feature).all() and (few.apply(x) == many.apply(x)).all()


def test_a_whole_tree_makes_no_error_on_rows_that_differ_and_its_leaves_hold_all_rows():
    rng = np.random.default_rng(1)
    x, y = rng.standard_normal((200, 5)), rng.integers(4, size=200)
    tree = DecisionTreeClassifier().fit(x, y).tree_
    leaves = tree.feature == coding.LEAF
    assert (tree.means()[tree.leaves(x)].argmax(axis=1) == y).all()
    assert tree.count[leaves].sum() == 200 and leaves.sum() == (~leaves).sum() + 1


def test_with_a_number_of_leaves_the_best_split_comes_first():
    rng = np.random.default_rng(2)
    x, y = rng.standard_normal((300, 3)), rng.standard_normal(300)
    costs = [((y - DecisionTreeRegressor(max_leaf_nodes=k).fit(x, y).predict(x)) ** 2).sum() for k in range(2, 12)]
    gains = -np.diff(costs)
    assert (np.diff(gains) <= EPS * len(y) * costs[0]).sum() >= len(
        gains
    ) - 2  # a new split may open a better one below it
    for k in range(2, 12):
        assert run.leaves(DecisionTreeRegressor(max_leaf_nodes=k).fit(x, y)) == k


def subtrees(tree, k=0):
    """Every pruning of the tree below node k, as the set of its leaves."""
    yield frozenset([k])
    if tree.feature[k] != coding.LEAF:
        for left, right in itertools.product(subtrees(tree, tree.left[k]), subtrees(tree, tree.right[k])):
            yield left | right


def test_pruning_finds_the_cheapest_of_all_subtrees_at_every_strength():
    rng = np.random.default_rng(3)
    x, y = rng.standard_normal((60, 3)), rng.integers(3, size=60)
    tree = DecisionTreeClassifier(max_leaf_nodes=9).fit(x, y).tree_
    risk = pruning.errors(tree)
    alpha = pruning.collapses(tree, risk)
    every = list(subtrees(tree))
    for level in [*pruning.steps(alpha), *(pruning.steps(alpha)[:-1] + np.diff(pruning.steps(alpha)) / 2)]:
        cheapest = min(sum(risk[t] for t in leaves) + level * len(leaves) for leaves in every)
        cut = pruning.pruned(tree, alpha, level)
        ends = cut.feature == coding.LEAF
        assert pruning.errors(cut)[ends].sum() + level * ends.sum() <= cheapest + len(y) * EPS * len(y)


def test_costs_of_the_sequence_are_those_of_its_trees():
    rng = np.random.default_rng(4)
    x, y = rng.standard_normal((80, 2)), rng.integers(2, size=80)
    tree = DecisionTreeClassifier().fit(x, y).tree_
    alpha = pruning.collapses(tree, pruning.errors(tree))
    new, truth = rng.standard_normal((50, 2)), rng.integers(2, size=50)
    levels = pruning.steps(alpha)
    found = pruning.costs(tree, alpha, new, lambda t: (tree.value[t].argmax(axis=1) != truth).astype(float), levels)
    cuts = [pruning.pruned(tree, alpha, level) for level in levels]
    assert found.tolist() == [(cut.value[cut.leaves(new)].argmax(axis=1) != truth).sum() for cut in cuts]


def test_cross_validation_tries_the_middles_of_the_prices(monkeypatch):
    """Eq. (7), on a tree whose prices are 0, 1/2 and 2; each fold's prices are those of as many rows as all."""
    x, y = np.repeat(np.arange(1.0, 7), 10)[:, None], np.repeat([0, 0, 1, 0, 1, 1], 10)
    tried, costs = [], pruning.costs
    monkeypatch.setattr(pruning, "costs", lambda *given: (tried.append((given[1], given[4])), costs(*given))[1])

    def grow(rows):
        tree = DecisionTreeClassifier().fit(x[rows], y[rows]).tree_
        return tree, pruning.collapses(tree, pruning.errors(tree))

    loss = lambda tree, nodes, rows: (tree.value[nodes].argmax(axis=1) != y[rows]).astype(float)  # noqa: E731
    assert pruning.cross_validated(grow, loss, x, 60, np.random.default_rng(0)) == 0  # whole: it is right everywhere
    for alpha, middles in tried:
        assert np.abs(middles - [0, np.sqrt(5 * 20), np.sqrt(20 * 41)]).max() <= 41 * EPS
        assert np.isin(np.round(alpha[np.isfinite(alpha)] * 59 / 60, 9), np.arange(60) / 2).all()


def test_a_forest_s_rows_out_of_the_bag_are_as_many_as_the_formula_says_and_are_asked_alone():
    rng = np.random.default_rng(5)
    x, y = rng.standard_normal((150, 4)), rng.integers(2, size=150)
    forest = RandomForestClassifier(200).fit(x, y)
    out = [rows for _, rows, _ in left_out(forest, 150)]
    share, expected = np.mean([len(rows) for rows in out]) / 150, (1 - 1 / 150) ** 150  # eq. 9
    assert abs(share - expected) <= 4 * np.sqrt(expected * (1 - expected) / 150 / 200)
    total = np.zeros((150, 2))
    for tree, rows, _ in left_out(forest, 150):
        total[rows] += tree.means()[tree.leaves(x, rows)]
    assert np.abs(forest.oob_decision_ - total / total.sum(axis=1, keepdims=True)).max() <= 200 * EPS
    assert abs((forest.predict(x) == y).mean() - 1) <= abs(
        forest.oob_score_ - 1
    )  # rows that were seen say nothing of new ones


def test_threads_change_nothing_and_another_seed_does():
    rng = np.random.default_rng(6)
    x, y = rng.standard_normal((100, 3)), rng.standard_normal(100)
    one, two = (RandomForestRegressor(20, n_jobs=k).fit(x, y).predict(x) for k in (1, 3))
    assert (one == two).all() and (RandomForestRegressor(20, seed=1).fit(x, y).predict(x) != one).any()


def test_without_drawing_a_forest_is_a_tree_and_all_features_are_bagging():
    rng = np.random.default_rng(7)
    x, y = rng.standard_normal((100, 3)), rng.standard_normal(100)
    plain = RandomForestRegressor(3, max_features=None, bootstrap=False).fit(x, y)
    assert np.abs(plain.predict(x) - DecisionTreeRegressor().fit(x, y).predict(x)).max() <= 8 * EPS * np.abs(y).max()
    assert BaggingRegressor(n_estimators=5).fit(x, y).score(x, y) > 0.5  # half of the variance, on rows that were seen
    votes = BaggingClassifier(n_estimators=5).fit(x, (y > 0).astype(int)).predict_proba(x) * 5
    assert (votes == np.round(votes)).all()


def test_permuting_finds_the_one_feature_that_says_something():
    rng = np.random.default_rng(8)
    x = rng.standard_normal((300, 4))
    for model, y in ((RandomForestClassifier(50), (x[:, 2] > 0).astype(int)), (RandomForestRegressor(50), x[:, 2])):
        mean, error = model.fit(x, y).permutation_importances(x, y)
        others = [0, 1, 3]
        assert mean.argmax() == 2 and mean[2] > 10 * error[2] and (mean[others] < mean[2] / 10).all()


@pytest.mark.parametrize("classes", [2, 3])
def test_after_each_round_of_adaboost_its_tree_is_no_better_than_chance(classes):
    """Eqs. (12) and (13): under the new weights the tree that has just been heard errs as often as a guess."""
    rng = np.random.default_rng(9)
    x = rng.standard_normal((200, 3))
    y = np.digitize(x.sum(axis=1) + rng.standard_normal(200), np.arange(classes - 1))
    model = AdaBoostClassifier(20).fit(x, y)
    w = np.full(200, 1 / 200)
    for tree, vote in zip(model.trees_, model.votes_):
        wrong = tree.value.argmax(axis=1)[tree.leaves(x)] != y
        w = np.where(wrong, w * np.exp(vote), w)
        w /= w.sum()
        assert abs(w[wrong].sum() - (1 - 1 / classes)) <= 200 * EPS
    *_, last = model.staged_predict(x)
    assert (last == model.predict(x)).all()


def test_a_tree_that_is_always_right_is_heard_alone():
    x = np.arange(10.0)[:, None]
    model = AdaBoostClassifier(10).fit(x, (x[:, 0] > 4).astype(int))
    assert len(model.trees_) == 1 and model.score(x, x[:, 0] > 4) == 1


def test_resampled_whole_trees_are_all_heard():
    sample = samples.twonorm(300, np.random.default_rng(0))
    model = AdaBoostClassifier(25, max_depth=None, resample=True).fit(sample.x, sample.y)
    new = samples.twonorm(3000, np.random.default_rng(1))
    single = DecisionTreeClassifier().fit(sample.x, sample.y)
    assert len(model.trees_) == 25 and model.score(new.x, new.y) > single.score(new.x, new.y)


def test_one_round_at_full_rate_is_the_tree_of_least_squares():
    rng = np.random.default_rng(10)
    x = rng.integers(0, 50, (400, 3)).astype(float)
    y = rng.standard_normal(400)
    for leaves in (2, 7, 20):
        one = HistGradientBoostingRegressor(1.0, 1, max_leaf_nodes=leaves, min_samples_leaf=1).fit(x, y)
        tree = DecisionTreeRegressor(max_leaf_nodes=leaves).fit(x, y)
        assert np.abs(one.predict(x) - tree.predict(x)).max() <= 400 * EPS * np.abs(y).max()


@pytest.mark.parametrize("kind", ["missing", "categories"])
def test_boosting_asks_what_a_tree_asks_of_what_is_missing_and_of_categories(kind):
    rng = np.random.default_rng(11)
    x = rng.integers(0, 20, (500, 2)).astype(float)
    y = np.isin(x[:, 0], [1, 4, 7, 15]) * 3.0 + rng.standard_normal(500) / 10
    if kind == "missing":
        x[rng.random(500) < 0.3, 0] = np.nan
        y[np.isnan(x[:, 0])] += 5
    settings = {"max_leaf_nodes": 2, "categorical": [0] if kind == "categories" else None}
    one = HistGradientBoostingRegressor(1.0, 1, min_samples_leaf=1, **settings).fit(x, y)
    tree = DecisionTreeRegressor(**settings).fit(x, y)
    assert np.abs(one.predict(x) - tree.predict(x)).max() <= 500 * EPS * np.abs(y).max()


def test_the_gradient_of_the_logistic_loss_is_a_difference_of_it():
    from histograms import logistic

    raw, y, step = np.linspace(-3, 3, 7), np.array([0, 1, 0, 1, 1, 0, 1.0]), EPS ** (1 / 3)
    gradient, hessian, other, none = np.empty((4, 7))
    logistic(raw, y, np.ones(7), gradient, hessian)
    loss = lambda raw: np.logaddexp(0, np.where(y == 1, -raw, raw))  # noqa: E731
    assert np.abs((loss(raw + step) - loss(raw - step)) / (2 * step) - gradient).max() <= 8 * step**2
    logistic(raw + step, y, np.ones(7), other, none)
    assert np.abs((other - gradient) / step - hessian).max() <= 8 * step


def test_boosting_of_three_classes_learns_and_stops_early_where_there_is_nothing_to_learn():
    rng = np.random.default_rng(12)
    learn, new = samples.waveform(600, rng), samples.waveform(2000, rng)
    model = HistGradientBoostingClassifier(max_iter=60, max_leaf_nodes=8).fit(learn.x, learn.y)
    assert model.score(new.x, new.y) > DecisionTreeClassifier(max_leaf_nodes=8).fit(learn.x, learn.y).score(
        new.x, new.y
    )
    assert np.abs(model.predict_proba(new.x).sum(axis=1) - 1).max() <= 8 * EPS
    settings = {"max_iter": 300, "max_leaf_nodes": 8, "early_stopping": True}
    chance = HistGradientBoostingClassifier(**settings).fit(learn.x, rng.permutation(learn.y))
    real = HistGradientBoostingClassifier(**settings).fit(learn.x, learn.y)
    assert chance.n_iter_ < real.n_iter_ < 300 and len(real.validation_score_) == real.n_iter_


def test_rounding_the_gradients_moves_no_sum_by_more_than_half_a_unit_a_row():
    from histograms import rounded

    rng = np.random.default_rng(13)
    gradient, hessian, whole = rng.standard_normal(1000), rng.random(1000), np.empty(1000, np.int64)
    a, b = rounded(gradient, hessian, whole)
    total = int(whole.sum())
    assert (
        abs((total >> 32) / a - gradient.sum()) <= 500 / a and abs((total & 2**32 - 1) / b - hessian.sum()) <= 500 / b
    )
    assert abs(whole >> 32).sum() < 2**31 and (whole & 2**32 - 1).sum() < 2**31


def test_the_usual_path_is_that_of_harmonic_numbers_and_a_far_row_is_isolated_first():
    n = np.arange(3, 300)
    harmonic = np.cumsum(1 / np.arange(1, 300))[n - 2]
    assert (
        np.abs(usual_path(n) - (2 * harmonic - 2 * (n - 1) / n)) <= 1 / (n - 1)
    ).all()  # H(m) − log m − γ < 1 / (2 m)
    rng = np.random.default_rng(14)
    x = np.concatenate([rng.standard_normal((300, 3)), [[9.0, -9.0, 9.0]]])
    model = IsolationForest().fit(x)
    assert model.score_samples(x).argmin() == 300 and model.predict(x)[300] == -1
    assert (IsolationForest(contamination=0.1).fit(x).predict(x) == -1).sum() == np.ceil(0.1 * 300)


def test_rows_that_no_cut_can_part_are_as_deep_as_is_usual():
    x = np.ones((30, 2))
    assert np.abs(IsolationForest(7).fit(x).score_samples(x) + 0.5).max() <= 7 * EPS  # eq. 18 with h = c(n)


@pytest.mark.parametrize("pseudo", [False, True])
def test_the_one_question_is_the_best_of_all(pseudo):
    """Of least error, or least pseudo-loss, eqs. (19) and (21), over every feature, threshold and naming of classes."""
    for seed in range(5):
        rng = np.random.default_rng(seed)
        x, y, k = rng.standard_normal((9, 2)), np.arange(9) % 3, 3
        learner = boosting_table.Learner(x, y)
        w = rng.random((9, k)) * (1 - learner.is_class) if pseudo else rng.random(9)

        def loss(said, y=y, w=w, learner=learner):
            right = (said * learner.is_class).sum(axis=1, keepdims=True)
            return 0.5 * (w * (1 - right + said)).sum() if pseudo else w @ (1 - right[:, 0])

        credit = learner.by_pseudo_loss(w) if pseudo else learner.by_error(w)
        namings = np.array(list(itertools.product([0, 1], repeat=k))) if pseudo else np.eye(k)
        every = [
            loss(np.where(left[:, None], a, b))
            for left in questions(x, ())
            for a, b in itertools.product(namings, repeat=2)
        ]
        assert abs(loss(learner.question(credit, pseudo)(x)) - min(every)) <= 9 * k * EPS


def test_partial_dependence_of_a_sum_is_its_term():
    rng = np.random.default_rng(15)
    x = rng.random((50, 2))
    grid, means = partial_dependence(lambda x: 3 * x[:, 0] + x[:, 1] ** 2, x, 0, np.array([0.0, 1.0]))
    assert grid.tolist() == [0, 1] and abs(means[1] - means[0] - 3) <= 50 * EPS


def test_friedman_s_numbers_have_the_variances_that_he_states():
    """Friedman (1991), p. 37: the noise is a quarter of the variance (a signal to noise of 3 to 1) of 2 and 3."""
    for which, noise in ((2, 125.0), (3, 0.1)):
        y = samples.friedman(which, 200_000, np.random.default_rng(0)).y
        assert round(np.sqrt(y.var() - noise**2) / noise) == 3


def test_breiman_s_normals_have_the_bayes_errors_that_he_states():
    """Breiman (1996), Bias, variance, and arcing classifiers: 2.3, 10.5 and 1.3 %, by the likelihood ratio."""
    n, a = 200_000, 2 / np.sqrt(20)
    signs = np.tile([1.0, -1.0], 10)
    says = {
        "twonorm": lambda x: x.sum(axis=1) < 0,
        "threenorm": lambda x: a * x @ signs > np.logaddexp(a * x.sum(axis=1), -a * x.sum(axis=1)) - np.log(2),
        "ringnorm": lambda x: -((x - a) ** 2).sum(axis=1) / 2 > -(x**2).sum(axis=1) / 8 - 20 * np.log(2),
    }
    for name, stated in (("twonorm", 0.023), ("threenorm", 0.105), ("ringnorm", 0.013)):
        x, y, _ = samples.DRAWN[name](n, np.random.default_rng(0))
        error = (says[name](x) != y).mean()
        assert abs(error - stated) <= 0.0005 + 4 * np.sqrt(stated * (1 - stated) / n)  # half of the last digit


def test_the_median_sphere_parts_the_points_in_halves():
    y = samples.spheres(100_000, np.random.default_rng(0)).y
    assert abs(y.mean() - 0.5) <= 4 * np.sqrt(0.25 / 100_000)


@pytest.mark.parametrize(
    ("model", "x", "y", "said"),
    [
        (DecisionTreeClassifier("gain"), [[0], [1]], [0, 1], "criterion is 'gain'"),
        (DecisionTreeClassifier(max_depth=0), [[0], [1]], [0, 1], "max_depth is 0"),
        (DecisionTreeClassifier(categorical=[1]), [[0], [1]], [0, 1], "categorical has 1"),
        (DecisionTreeClassifier(categorical=[0]), [[0.5], [1]], [0, 1], "the category 0.5"),
        (DecisionTreeRegressor(ccp_alpha=-1), [[0], [1]], [0, 1], "ccp_alpha is -1"),
        (DecisionTreeRegressor(), [[np.inf], [1]], [0, 1], "infinity"),
        (DecisionTreeRegressor(), [[0], [1]], [np.nan, 1], "NaN"),
        (RandomForestClassifier(max_features=3), [[0], [1]], [0, 1], "max_features is 3"),
        (RandomForestClassifier(0), [[0], [1]], [0, 1], "n_estimators is 0"),
        (AdaBoostClassifier(learning_rate=0), [[0], [1]], [0, 1], "learning_rate is 0"),
        (HistGradientBoostingClassifier(), [[0], [1]], [1, 1], "one class"),
        (HistGradientBoostingRegressor(max_bins=256), [[0], [1]], [1, 1], "max_bins is 256"),
        (IsolationForest(contamination=0.7), [[0], [1]], None, "contamination is 0.7"),
        (IsolationForest(), [[np.nan], [1]], None, "NaN"),
        (DecisionTreeClassifier(categorical=0), [[0], [1]], [0, 1], "categorical is 0"),
        (DecisionTreeRegressor(), [[0], [1]], ["a", "b"], "no number"),
        (DecisionTreeRegressor(), [[0], [1]], [0, 1e200], "another unit"),
        (RandomForestRegressor(2), [[0], [1]], [0, 1e-200], "another unit"),
        (HistGradientBoostingRegressor(), [[0], [1]], [-1.5e308, 1.5e308], "another unit"),
        (BaggingClassifier("tree"), [[0], [1]], [0, 1], "estimator is 'tree'"),
        (AdaBoostClassifier(learning_rate="a"), [[0], [1]], [0, 1], "learning_rate is 'a'"),
        (HistGradientBoostingClassifier(learning_rate=None), [[0], [1]], [0, 1], "learning_rate is None"),
        (HistGradientBoostingClassifier(l2_regularization="a"), [[0], [1]], [0, 1], "l2_regularization is 'a'"),
        (HistGradientBoostingClassifier(early_stopping="auto"), [[0], [1]], [0, 1], "early_stopping is 'auto'"),
    ],
)
def test_wrong_input_is_one_line(model, x, y, said):
    with pytest.raises(BadInput) as error:
        model.fit(np.array(x, dtype=float), y)
    assert said in str(error.value) and "\n" not in str(error.value)


@pytest.mark.parametrize("given", [["a", 1, 1], [1e308, 1e308, 1e308], [1, 1]])
def test_wrong_weights_are_one_line_in_fit_and_in_score(given):
    x, y = np.arange(3.0)[:, None], np.array([0, 1, 1])
    for model in (DecisionTreeClassifier(), DecisionTreeRegressor()):
        for of in (model.fit, model.fit(x, y).score):
            with pytest.raises(BadInput, match="sample_weight"):
                of(x, y, given)


def test_only_the_rows_and_classes_of_fit_can_be_asked_for_importances_and_only_a_place_for_dependence():
    x, y = np.arange(8.0)[:, None], np.arange(8) // 4
    forest = RandomForestClassifier(5).fit(x, y)
    with pytest.raises(BadInput, match="4 rows"):
        forest.permutation_importances(x[:4], y[:4])
    with pytest.raises(BadInput, match="not seen"):
        forest.permutation_importances(x, y + 5)
    with pytest.raises(BadInput, match="wanted a place"):
        partial_dependence(forest.predict, x, "a")


@pytest.mark.parametrize("rows", [(20, 20, 90), (90, 20, 20)])  # the heavier side is the right one, the left one
def test_a_category_that_was_not_seen_goes_with_the_heavier_side(rows):
    """Also one that is above all that were seen."""
    x, y = np.repeat([[0.0], [1.0], [3.0]], rows, axis=0), np.repeat([1, 0, 0], rows)
    more = np.bincount(y).argmax()
    for model in (
        DecisionTreeClassifier(max_depth=1, categorical=[0]),
        HistGradientBoostingClassifier(1.0, 1, max_leaf_nodes=2, min_samples_leaf=1, categorical=[0]),
    ):
        model.fit(x, y)
        shares = [model.predict_proba([[z]])[0, more] for z in (2.0, 4.0, 63.0, 64.0)]
        assert min(shares) == max(shares) == model.predict_proba(x)[:, more].max()


def test_the_look_says_what_the_models_err(tmp_path, capsys):
    from abacus.running.job import Job

    cfg = SimpleNamespace(train=60, test=200, wrong=0.0, trees=5, folds=3)
    found = run.look(cfg, Job("run", 0, tmp_path))
    assert f"{found['forest']:.1f} %" in capsys.readouterr().out and found["leaves of the pruned"] <= found["leaves"]


def test_the_lesson_s_tree_and_its_prices_by_hand():
    x, y = np.arange(1.0, 7)[:, None], np.array([0, 0, 1, 0, 1, 1])
    tree = DecisionTreeClassifier().fit(x, y).tree_
    assert tree.threshold[tree.feature == 0].tolist() == [2.5, 4.5, 3.5]
    assert (tree.weight - tree.score)[:3].tolist() == [3, 0, 1.5]
    alpha = pruning.collapses(tree, pruning.errors(tree))
    assert pruning.steps(alpha).tolist() == [0, 0.5, 2]
    stump = AdaBoostClassifier(1).fit(x, y)
    assert abs(stump.votes_[0] - np.log(5)) <= 8 * EPS
