"""Facts of the recommender: matrices and splits, scores by hand, models against their plain formulas, and broken variants."""

import numpy as np
import pytest
from scipy import linalg, sparse

import completion
import exact
import machines
import neural
import ranking
import rated
import ratings
import stars
import tables
from abacus import papers, verdict
from abacus.errors import BadInput
from abacus.running.job import Job
from belief import Clusters, TreeNetwork
from factors import ALS, BPR, ExplicitALS
from neighbours import ItemNeighbours, Popularity, Rules, UserNeighbours

EPS = np.finfo(np.float64).eps


def small(users=40, items=12, share=0.3, seed=0):
    """Histories that are drawn at random; nobody has none."""
    x = np.random.default_rng(seed).random((users, items)) < share
    x[np.arange(users), np.arange(users) % items] = True
    return sparse.csr_array(x.astype(float))


# Matrices


def test_an_unknown_user_a_pair_that_stands_there_twice_and_what_is_no_number_are_refused():
    for users, items, values, words in (
        ([0, 2], [0, 1], [1, 1], "unknown user 2"),
        ([0, 1], [0, -1], [1, 1], "unknown item -1"),
        ([0, 0], [1, 1], [1, 2], "user 0 has rated item 1 twice"),
        ([0, 1], [0, 1], [1, np.nan], "finite"),
        ([0.5], [0], [1], "whole numbers"),
    ):
        with pytest.raises(BadInput, match=words):
            ratings.matrix(np.array(users), np.array(items), values, (2, 2))


def test_a_file_of_the_readers_own_is_read_by_the_names_of_its_columns(tmp_path):
    file = tmp_path / "films.csv"
    file.write_text("who;film;stars\nAnn;Up;4,5\nBob;Up;2\nAnn;Jaws;3\n")
    x, users, items = ratings.read_csv(file, ("who", "film", "stars"), (0.5, 5))
    assert users == ["Ann", "Bob"] and items == ["Jaws", "Up"] and x.toarray().tolist() == [[3, 4.5], [0, 2]]
    assert ratings.read_csv(file, ("who", "film"))[0].toarray().tolist() == [[1, 1], [0, 1]]
    for columns, scale, words in (
        (("user", "film", "stars"), (0, 5), "user"),
        (("who", "film", "stars"), (0, 4), "a rating of 4.5 is outside of the scale 0 to 4"),
        (("who", "film", "film"), (0, 4), "words"),
    ):
        with pytest.raises(BadInput, match=words):
            ratings.read_csv(file, columns, scale)
    file.write_text("user,item,rating\nAnn,Up,4\nAnn,Up,5\n")
    with pytest.raises(BadInput, match="Ann has rated Up twice"):
        ratings.read_csv(file)


def test_what_is_known_and_what_is_asked_are_the_whole_and_nothing_twice():
    x = small()
    for count in (2, "all but 1"):
        known, asked = ratings.given(x, count, np.random.default_rng(0))
        enough = np.flatnonzero(np.diff(x.indptr) > (1 if count == "all but 1" else count))
        assert abs((known + asked) - x[enough]).nnz == 0 and (known * asked).nnz == 0
        assert (np.diff(known.indptr) == (np.diff(x[enough].indptr) - 1 if count == "all but 1" else count)).all()
    train, test = ratings.by_user(x, 0.25, np.random.default_rng(0))
    assert (train.shape[0], test.shape[0]) == (30, 10) and train.nnz + test.nnz == x.nnz
    before, after = ratings.by_time([3, 1, 2, 3, 3], 0.4)
    assert before.tolist() == [False, True, True, False, False] and (before ^ after).all()


# Scores


def test_scores_of_a_list_by_hand():
    """Three items are asked of five, the list has them at the places 0 and 3 (and one at 4)."""
    known = sparse.csr_array([[0.0, 0, 0, 0, 0, 1]])
    places = ranking.ranks(np.array([[5.0, 1, 3, 2, 4, 9]]), known)
    assert places.tolist() == [[0, 4, 2, 3, 1, 5]]
    asked = sparse.csr_array(np.array([[1.0, 1, 0, 1, 0, 0]]))
    want = 100 * (1 + 2 ** (-4 / 4) + 2 ** (-3 / 4)) / (1 + 2 ** (-1 / 4) + 2 ** (-2 / 4))
    assert ranking.ranked_score(places, asked) == pytest.approx(want, rel=4 * EPS)
    found = ranking.at_k(places, asked, 4)
    assert (found["precision"], found["recall"], found["hit rate"], found["reciprocal rank"]) == (2 / 4, 2 / 3, 1, 1)
    ideal = 1 + 1 / np.log2(3) + 1 / np.log2(4)
    assert found["nDCG"] == pytest.approx((1 + 1 / np.log2(5)) / ideal, rel=4 * EPS)
    assert ranking.coverage(places, 3) == 3 / 6
    assert ranking.half_life(4) == 0.5  # the fifth place, half


# Models


def test_votes_are_those_of_the_plain_formulas():
    x, queries = small(), small(5, seed=1)
    a, q = x.toarray(), queries.toarray()
    f = np.log(len(a) / np.maximum(a.sum(axis=0), 1))
    cosine = (q * f) @ (a * f).T / np.outer(linalg.norm(q * f, axis=1), linalg.norm(a * f, axis=1))
    found = UserNeighbours("cosine", inverse_frequency=True).fit(x).scores(queries)
    assert np.abs(found - cosine @ a).max() <= 100 * EPS * np.abs(found).max()

    def correlation(v, w):  # weighted Pearson over the items of either, and 7 more that nobody has
        either = (v + w) > 0
        weights = np.append(f[either], 7.0)
        v, w = (np.append(u[either], 0.0) for u in (v, w))
        cov = np.cov(v, w, aweights=weights, bias=True)
        return cov[0, 1] / np.sqrt(cov[0, 0] * cov[1, 1])

    weight = np.array([[correlation(v, w) for w in a] for v in q])
    found = UserNeighbours("correlation", True, 2.5, extra=7).fit(x).scores(queries)
    want = (np.sign(weight) * np.abs(weight) ** 2.5) @ a
    assert np.abs(found - want).max() <= 1000 * EPS * np.abs(want).max()


def test_a_tree_finds_an_item_that_follows_from_another_and_a_cluster_two_kinds_of_users():
    rng = np.random.default_rng(0)
    x = (rng.random((400, 6)) < 0.3).astype(float)
    x[:, 1] = x[:, 0]
    network = TreeNetwork().fit(x)
    chance = network.scores(np.eye(6))
    assert network.item_[1, 0] == 0 and chance[0, 1] > 0.9 > 0.1 > chance[2, 1]
    kinds = np.kron(np.eye(2), np.ones((50, 3))) * (rng.random((100, 6)) < 0.8)
    kinds[kinds.sum(axis=1) == 0, 0] = 1
    model = Clusters(2, seed=1).fit(kinds)
    assert (model.scores(np.eye(6)[:1])[0, 1:3] > model.scores(np.eye(6)[:1])[0, 3:].max()).all()


def test_als_solves_the_equations_of_a_new_user_and_its_reasons_add_up_to_the_score():
    x = small()
    model = ALS(4, penalty=2.0, alpha=3.0, sweeps=3).fit(x)
    y, history = model.items_.astype(float), x.indices[: x.indptr[1]]
    own = y[history]
    want = linalg.solve(y.T @ y + 2 * np.eye(4) + 3 * own.T @ own, 4 * own.sum(axis=0))
    single = np.finfo(np.float32).eps
    assert np.abs(model.vectors(x[:1])[0] - want).max() <= 100 * single * np.abs(want).max()
    assert np.abs(model.reasons(history).sum(axis=0) - y @ want).max() <= 1000 * EPS * np.abs(y @ want).max()
    a, users = x.toarray(), model.users_.astype(float)
    plain = ((1 + 3 * a) * (a - users @ y.T) ** 2).sum() + 2 * ((users**2).sum() + (y**2).sum())
    assert model.loss(x) == pytest.approx(plain, rel=x.nnz * EPS)


def test_each_sweep_of_als_lowers_the_loss_and_each_pass_of_bpr_orders_more_pairs():
    x = small(200, 30, 0.2)
    losses = [ALS(4, 2.0, 3.0, sweeps).fit(x).loss(x) for sweeps in (1, 2, 4, 8)]
    assert losses == sorted(losses, reverse=True)
    right = BPR(8, passes=40).fit(x).right_
    assert np.mean(right[-5:]) > np.mean(right[:5])


def test_explicit_als_reaches_a_fixed_point_of_both_equations():
    x, _ = ratings.low_rank(30, 20, 2, 0.6, 0.1, np.random.default_rng(0))
    model = ExplicitALS(2, 0.5, 300).fit(x)
    r, known = x.toarray(), x.toarray() != 0
    for vectors, others, rows, mask in (
        (model.users_, model.items_, r, known),
        (model.items_, model.users_, r.T, known.T),
    ):
        for v, row, own in zip(vectors, rows, mask):
            gradient = others[own].T @ (others[own] @ v - row[own]) + 0.5 * v
            assert np.abs(gradient).max() <= np.sqrt(EPS) * np.abs(row).max()


def test_every_list_model_recommends_to_somebody_with_no_history_and_refuses_another_number_of_items():
    x = small()
    for model in (Popularity(), UserNeighbours(), ItemNeighbours(), Rules(), Clusters(3), TreeNetwork(), ALS(4), BPR(4, passes=2),
                  machines.FactorisationMachine(4, passes=2), neural.AutoRec(4, passes=1)):  # fmt: skip
        scores = model.fit(x).scores(np.zeros((1, 12)))
        assert scores.shape == (1, 12) and np.isfinite(scores).all(), model
        with pytest.raises(BadInput):
            model.scores(np.zeros((1, 5)))
        with pytest.raises(BadInput, match="not fitted"):
            type(model)().scores(x)


def test_a_new_item_is_recommended_by_its_words():
    """Item 5 is in nobody's history; it shares its word with the items 3 and 4."""
    rng = np.random.default_rng(0)
    kind = rng.integers(2, size=300)
    x = (rng.random((300, 6)) < 0.05) | ((np.arange(6) >= 3) == kind[:, None]) & (rng.random((300, 6)) < 0.7)
    x[:, 5] = False
    words = np.kron(np.eye(2), np.ones((3, 1)))
    scores = machines.FactorisationMachine(4, passes=20).fit(x.astype(float), words).scores(np.eye(6)[[0, 3]])
    assert scores[1, 5] - scores[1, 1] > scores[0, 5] - scores[0, 1]


def test_attention_learns_an_order_that_no_set_knows():
    """Sequences that count upwards, modulo 8: after 2, 3 comes 4, after 4, 3 nothing of the kind was seen."""
    rng = np.random.default_rng(0)
    sequences = [(start + np.arange(6)) % 8 for start in rng.integers(8, size=400)]
    model = neural.SequenceModel(16, 2, 8, passes=25, batch=50, rate=0.01).fit(sequences, 8)
    assert model.scores_of([np.array([s, (s + 1) % 8]) for s in range(8)]).argmax(axis=1).tolist() == [
        2,
        3,
        4,
        5,
        6,
        7,
        0,
        1,
    ]


def test_neumf_learns_who_likes_what():
    x = np.kron(np.eye(2), np.ones((20, 5))) * (np.random.default_rng(0).random((40, 10)) < 0.7)
    scores = neural.NeuMF(4, passes=60, batch=32, rate=0.02).fit(x).scores_of(np.array([0, 39]))
    assert scores[0, :5].mean() > scores[0, 5:].mean() and scores[1, 5:].mean() > scores[1, :5].mean()


# Completion


def test_thresholding_finds_a_matrix_and_keeps_the_rule_of_its_fixed_point():
    rng = np.random.default_rng(0)
    left, right = rng.standard_normal((60, 2)), rng.standard_normal((60, 2))
    at = np.sort(rng.choice(3600, 1800, replace=False))
    x = ratings.matrix(at // 60, at % 60, (left @ right.T).ravel()[at], (60, 60))
    u, s, v, _ = completion.threshold(x, 300.0, 1.2 * 2, 1e-4, rng)
    assert s.size == 2
    whole = np.linalg.norm((u * s) @ v.T - left @ right.T) / np.linalg.norm(left @ right.T)
    assert completion.distance(u * s, v, left, right) == pytest.approx(whole, rel=np.sqrt(EPS))
    assert whole < 1e-3  # ten times the residual at which it ends


def test_the_least_nuclear_norm_keeps_what_is_known():
    rng = np.random.default_rng(0)
    m = rng.standard_normal((2, 12, 1)) @ rng.standard_normal((2, 1, 12))
    known = rng.random(m.shape) < 0.7
    x = completion.least_norm(np.where(known, m, 0), known, 300)
    assert np.abs(x[known] - m[known]).max() <= 10 * EPS * np.abs(m).max()
    norms = [np.linalg.svd(a, compute_uv=False).sum(axis=1) for a in (x, m)]
    assert (norms[0] <= norms[1] * (1 + np.sqrt(EPS))).all()


# Stars


def starred():
    """Ratings from 1 to 5 of 60 users for 50 items, by offsets and two factors."""
    rng = np.random.default_rng(0)
    x, _ = ratings.low_rank(60, 50, 2, 0.4, 0.3, rng)
    user = np.repeat(np.arange(60), np.diff(x.indptr))
    values = 3.5 + x.data + rng.normal(0, 0.5, 60)[user] + rng.normal(0, 0.5, 50)[x.indices]
    return ratings.matrix(user, x.indices, np.clip(np.rint(values), 1, 5), x.shape)


def test_ten_methods_predict_stars_and_all_but_chance_beat_the_mean():
    x = starred()
    found = stars.errors(x, 3, (1, 5), lambda *name: np.random.default_rng(len(name)))
    assert set(found) == set(papers.table("surprise/ml_100k").rows)
    mean = np.std(x.data)
    assert found["Random"]["RMSE"][0] > mean
    assert all(values["RMSE"][0] < mean for name, values in found.items() if name != "Random")


def test_neighbours_are_as_like_as_the_plain_formula_says():
    x = starred()
    k = rated.known(x)
    like, a = rated.likeness(k), x.toarray()
    both = (a[3] > 0) & (a[7] > 0)
    assert like[3, 7] == pytest.approx(1 / (1 + np.mean((a[3, both] - a[7, both]) ** 2)), rel=100 * EPS)
    slope = rated.slope_one(k, np.array([3]), np.array([5]), None)[0]
    gaps = [np.mean((a[:, 5] - a[:, j])[(a[:, 5] > 0) & (a[:, j] > 0)]) for j in np.flatnonzero(a[3] > 0)]
    assert slope == pytest.approx(a[3][a[3] > 0].mean() + np.mean(gaps), rel=100 * EPS)


# Broken variants


def test_another_penalty_a_factor_less_and_too_few_sweeps_are_not_the_optimum(tmp_path):
    def optimum(**changed):
        settings = {"factors": 4, "penalty": 2.0, "sweeps": 200} | changed
        return exact.optimum(exact.Config(**settings), Job("4 factors, λ = 2", 0, tmp_path))

    def said(values):
        return verdict.of(papers.table("hastie2015/optimum"), "4 factors, λ = 2", values)

    assert set(said(optimum()).values()) == {"reproduced"}
    for broken in (optimum(penalty=2.1), optimum(factors=2), optimum(sweeps=1)):
        assert said(broken)["objective"] == "not reproduced"


def test_popularity_by_another_set_is_no_better_and_the_protocol_counts_the_users_of_the_print(dataset):
    dataset("msweb")
    printed = papers.table("breese1998/msweb")
    train, test, titles = ratings.msweb()
    facts = papers.facts("breese1998")
    assert train.shape == (facts["training users"], facts["areas"]) and len(titles) == facts["areas"]
    assert test.shape[0] == facts["test users"]
    for column, count in tables.ASKED.items():
        known, _ = tables.parts(test, count, "drawn", np.random.default_rng(0))
        assert known.shape[0] == printed.column(column).n
    known, asked = tables.parts(test, 2, "drawn", np.random.default_rng(0))
    popular = (
        Popularity().fit(test).scores(known)
    )  # even by the test users' own counts the formula stays below the print
    assert ranking.ranked_score(ranking.ranks(popular, known), asked) < printed.rows["POP"]["Given2"].number
    popular = Popularity().fit(train).scores(known)
    assert ranking.ranked_score(ranking.ranks(popular, known), asked) > ranking.ranked_score(
        ranking.ranks(-popular, known), asked
    )
