"""Facts of the earthquakes and of the casino, controls that must fail, and what a mistake is told."""

from types import SimpleNamespace as Settings

import numpy as np
import pytest

import casino
import chain
import earthquakes
import em
from abacus import papers, streams, verdict
from abacus.errors import BadInput
from emissions import Categorical, Gaussian, Poisson
from hidden_markov import HiddenMarkov, StateCollapsed

TWO = Settings(rates=[10.0, 30.0], change=0.1, iterations=[0, 1, 2, 30, 50], tolerance=1e-10)
SEARCH = Settings(starts=5, tolerance=1e-8)


def words(table, rows):
    """The verdicts of the printed cells of {row: {column: value}}."""
    results = {row: verdict.Result({0: values}, True, asked=(0,)) for row, values in rows.items()}
    return [c.verdict for c in verdict.judge(papers.table(table), results) if c.reported and c.seeds]


def test_the_counts_are_those_whose_mean_and_variance_are_printed():
    facts, (years, x) = papers.facts("zucchini2009"), earthquakes.counts()
    assert len(x) == facts["years"] and (years == np.arange(1900, 2007)).all()
    assert (
        f"{x.mean():.3f}" == facts["mean of the counts"] and f"{x.var(ddof=1):.3f}" == facts["variance of the counts"]
    )


def test_em_s_steps_are_the_book_s_and_those_of_other_years_or_another_start_are_not(monkeypatch):
    table = papers.table("zucchini2009/table41")

    def said(found, *rows):
        """The verdicts of everything but delta, which ends at 1 whatever the counts are."""
        return [word for row in rows for name, word in verdict.of(table, row, found[row]).items() if name != "delta 1"]

    intact = said(earthquakes.iterations(TWO, None), "0", "1", "2", "30", "50", "convergence", "stationary")
    assert [word for word in intact if word not in ("", "reproduced")] == ["not reproduced"]  # one unit of a last digit
    even = earthquakes.iterations(Settings(**vars(TWO) | {"change": 0.5}), None)
    assert "reproduced" not in said(even, "1", "2")
    years, x = earthquakes.counts()
    for broken in (x[::2], np.sort(x, axis=0), streams.rng(0, "order").permutation(x)):
        monkeypatch.setattr(earthquakes, "counts", lambda broken=broken: (years, broken))
        assert "reproduced" not in said(earthquakes.iterations(TWO, None), "1", "2", "convergence", "stationary")


def test_the_moments_are_the_stationary_model_s_and_not_those_of_a_free_start():
    table = "zucchini2009/autocorrelations"
    assert set(words(table, {"3": earthquakes.autocorrelations(SEARCH, None)["3"]})) == {"reproduced"}
    free, _ = earthquakes.fitted(3, SEARCH, "free")
    with_other_moves = em.Model(chain.stationary(free.transmat_), free.transmat_, free.emission_)
    mean, variance = earthquakes.moments.of(with_other_moves)
    assert words(table, {"3": {"mean": mean, "variance": variance}}) == ["not reproduced"] * 2


def test_the_years_to_come_are_told_by_the_whole_past_and_not_by_its_half(monkeypatch):
    cfg = Settings(states=3, years=[2007, 2016, 2036], **vars(SEARCH))
    assert set(words("zucchini2009/prediction", earthquakes.prediction(cfg, None))) == {"reproduced"}
    years, x = earthquakes.counts()
    monkeypatch.setattr(earthquakes, "counts", lambda: (years[::2], x[::2]))
    assert "reproduced" not in words("zucchini2009/prediction", earthquakes.prediction(cfg, None))[:6]


def test_a_mixture_has_no_memory(monkeypatch):
    cfg = Settings(components=2, **vars(SEARCH))
    assert set(verdict.of(papers.table("zucchini2009/mixtures"), "2", earthquakes.mixtures(cfg, None)).values()) == {
        "reproduced"
    }
    years, x = earthquakes.counts()
    monkeypatch.setattr(earthquakes, "counts", lambda: (years, np.sort(x, axis=0)))
    assert set(verdict.of(papers.table("zucchini2009/mixtures"), "2", earthquakes.mixtures(cfg, None)).values()) == {
        "reproduced"
    }
    monkeypatch.setattr(earthquakes, "counts", lambda: (years, x[::2]))
    assert (
        "reproduced"
        not in verdict.of(papers.table("zucchini2009/mixtures"), "2", earthquakes.mixtures(cfg, None)).values()
    )


def test_the_criteria_count_the_parameters_of_a_chain():
    rows, x = earthquakes.choice(SEARCH, None), earthquakes.counts()[1]
    for m in (1, 2, 3, 4):
        row = rows[f"{m} state{'s' * (m > 1)}"]
        assert row["k"] == m * m
        assert row["AIC"] == 2 * row["-log L"] + 2 * m * m and row["BIC"] == 2 * row["-log L"] + m * m * np.log(len(x))
    assert [rows[f"mixture of {m}"]["k"] for m in (2, 3, 4)] == [3, 5, 7]
    for name in ("AIC", "BIC"):
        assert rows["3 states"][name] == min(values[name] for values in rows.values())
    assert earthquakes.fitted(3, SEARCH, "free")[0].n_parameters_ == 11


def test_the_casino_s_die_is_told_better_than_by_the_commoner_one():
    x, dice = casino.rolls(20_000, streams.rng(0, "rolls"))
    knows = HiddenMarkov.known(casino.dishonest())
    right = np.mean(knows.predict(x) == dice)
    assert right > np.mean(dice == 0) + 5 * np.sqrt(0.25 / len(dice))
    local = knows.predict_proba(x).argmax(axis=1)
    assert np.mean(local == dice) >= right  # what it is best at
    assert casino.bits(knows, x) > 0


def test_an_observation_that_no_state_can_emit_is_named():
    knows = HiddenMarkov.known(casino.dishonest())
    assert knows.score([[0], [6], [1]]) == -np.inf
    with pytest.raises(BadInput, match="observation 1, 6"):
        knows.predict_proba([[0], [6], [1]])
    with pytest.raises(BadInput, match="observation 1, 6"):
        knows.decode([[0], [6], [1]])
    stuck = em.Model(np.array([1.0, 0.0]), np.eye(2), Categorical(np.eye(2)))
    assert HiddenMarkov.known(stuck).score([[0], [1]]) == -np.inf
    with pytest.raises(BadInput, match="no path of states"):
        HiddenMarkov.known(stuck).predict([[0], [1]])


def test_a_state_that_collapses_is_said_and_its_start_given_up():
    rng = streams.rng(0, "collapse")
    x = np.concatenate([rng.standard_normal(60), np.full(40, 7.5)])[:, None]
    near = em.Model(
        np.full(2, 0.5), np.full((2, 2), 0.5), Gaussian(np.array([[0.0], [7.0]]), np.ones((2, 1)), np.full(1, 1e-8))
    )
    with pytest.raises(BadInput, match=r"collapsed onto one point \(7.5\)"):
        HiddenMarkov(2, "gaussian", init=near).fit(x)
    with pytest.warns(StateCollapsed, match="2 of 5 starts given up"):
        model = HiddenMarkov(2, "gaussian").fit(x)
    assert np.isfinite(model.score(x))


def test_data_of_one_value_are_refused_by_a_normal_state_and_known_by_a_count():
    with pytest.raises(BadInput, match="one value only"):
        HiddenMarkov(2, "gaussian").fit(np.ones((9, 1)))
    model = HiddenMarkov(2, "poisson").fit(np.full((9, 1), 4.0))
    np.testing.assert_allclose(model.emission_.rates, 4.0)
    nothing = HiddenMarkov(2, "poisson").fit(np.zeros((9, 1)))
    assert nothing.score(np.zeros((9, 1))) == 0 and nothing.score(np.ones((1, 1))) == -np.inf
    assert HiddenMarkov(2, "categorical").fit(np.zeros((9, 1))).score(np.zeros((4, 1))) == 0


def begun(emission, name=None, chain="free", moves=((0.9, 0.1), (0.1, 0.9))):
    """A fit to four ones from that emission on."""
    name = name or type(emission).__name__.lower()
    init = em.Model([0.5, 0.5], moves, emission)
    x = np.array([[1.0], [0.0], [1.0], [1.0]])
    return HiddenMarkov(2, name, chain, init=init).fit(x)


def test_a_beginning_may_be_given_in_lists_and_lengths_in_any_whole_numbers():
    lists, arrays = (
        begun(Poisson([[1.0], [2.0]])),
        begun(Poisson(np.array([[1.0], [2.0]])), moves=np.eye(2) * 0.8 + 0.1),
    )
    assert lists.log_likelihood_ == arrays.log_likelihood_
    x = earthquakes.counts()[1]
    for kind in (np.uint8, np.int16):
        assert lists.score(x, lengths=np.array([7, 100], kind)) == lists.score(x, lengths=[7, 100])


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: HiddenMarkov(0).fit(np.eye(4)), "n_components is 0"),
        (lambda: HiddenMarkov(2, "normal").fit(np.eye(4)), "emission is 'normal'"),
        (lambda: HiddenMarkov(2, chain="fixed").fit(np.eye(4)), "chain is 'fixed'"),
        (lambda: HiddenMarkov(2, tol=-1.0).fit(np.eye(4)), "tol is -1.0"),
        (lambda: HiddenMarkov(2, "poisson").fit([[1.5], [2.0]]), "counts: whole numbers from 0 on, got 1.5"),
        (lambda: HiddenMarkov(2, "poisson").fit([[-1.0], [2.0]]), "got -1"),
        (lambda: HiddenMarkov(2, "categorical").fit(np.ones((4, 2))), "one column"),
        (lambda: HiddenMarkov(2, "categorical").fit([[0.0], [1e9]]), "number them from 0"),
        (lambda: HiddenMarkov(2, "poisson").fit(np.ones((4, 1)), lengths=[2, 1]), "add up to 4"),
        (lambda: HiddenMarkov(2, "poisson").fit(np.ones((4, 1)), lengths=[2.0, 2.0]), "whole numbers"),
        (lambda: HiddenMarkov(2, "poisson").fit([1, 2, 3]), "Reshape"),
        (lambda: HiddenMarkov(2, "poisson").fit([[1.0], [np.nan]]), "NaN"),
        (lambda: HiddenMarkov(2).predict(np.eye(2)), "not fitted"),
        (lambda: HiddenMarkov(2, init="k-means").fit(np.eye(4)), "init must be an em.Model"),
        (lambda: HiddenMarkov.known(em.Model(np.array([0.5, 0.6]), np.eye(2), Poisson(np.ones((2, 1))))), "sum to one"),
        (lambda: HiddenMarkov.known(em.Model(np.ones(1), np.eye(1), Poisson(np.ones((2, 1))))), r"shape \(1, any\)"),
        (lambda: HiddenMarkov.known("rain"), "known takes an em.Model"),
        (lambda: begun(Poisson(np.array([1.0, 2.0]))), r"rates must have the shape \(2, any\)"),
        (lambda: begun(Poisson([[1.0], [-2.0]])), "from 0 on, got -2"),
        (lambda: begun(Poisson([[1.0, 1.0], [2.0, 2.0]])), "X has 1 features, and init 2"),
        (lambda: begun(Categorical([[0.5, 0.9], [1.0, 1.0]]), "categorical"), "sum to one"),
        (lambda: begun(Gaussian([[1.0], [2.0]], [[1.0], [0.0]], [1e-8])), "above 0"),
        (lambda: begun(Gaussian([[1.0], [2.0]], [[1.0]], [1e-8])), r"shape \(2, 1\)"),
        (lambda: begun(Poisson([["a"], ["b"]])), "rates must be numbers"),
        (lambda: begun(Poisson([[1.0], [2.0]]), chain="stationary", moves=np.eye(2)), "never meet"),
        (lambda: HiddenMarkov(2, "poisson", seed=-1).fit(np.eye(4)), "seed is -1"),
        (lambda: HiddenMarkov(2, "poisson").fit([[1.0], [1e12]]), "count in larger units"),
        (lambda: HiddenMarkov(2, "poisson").fit(np.ones((3, 1)), lengths=[[1], [2, 3]]), "add up to 3"),
        (lambda: HiddenMarkov.known(casino.dishonest()).sample(True), "n_samples is True"),
        (lambda: earthquakes.transitions(Settings(**vars(TWO) | {"rates": []}), None), "at least one rate"),
        (
            lambda: earthquakes.transitions(Settings(**vars(TWO) | {"rates": [1, 2, 3], "change": 0.9}), None),
            "at most 1",
        ),
        (lambda: HiddenMarkov.known(casino.dishonest()).forecast([[1]], 0), "steps is 0"),
        (lambda: HiddenMarkov.known(casino.dishonest()).sample(-1), "n_samples is -1"),
        (lambda: HiddenMarkov.known(casino.dishonest()).decode([[1]], algorithm="best"), "viterbi or map"),
    ],
)
def test_a_mistake_is_named_in_one_line(make, message):
    with pytest.raises(BadInput, match=message) as caught:
        make()
    assert "\n" not in str(caught.value)


def test_the_same_seed_gives_the_same_model_and_more_starts_none_that_is_worse():
    x = earthquakes.counts()[1]
    fits = [HiddenMarkov(4, "poisson", n_init=n, seed=3).fit(x) for n in (1, 8, 8)]
    assert fits[0].log_likelihood_ <= fits[1].log_likelihood_ == fits[2].log_likelihood_
    assert (np.diff(fits[1].emission_.rates[:, 0]) >= 0).all()


def test_a_sample_teaches_the_model_that_made_it():
    rng = streams.rng(0, "means")
    truth = em.Model(
        np.array([0.5, 0.5]),
        np.array([[0.9, 0.1], [0.2, 0.8]]),
        Gaussian(np.array([[0.0, 0.0], [3.0, -3.0]]), np.ones((2, 2)), np.ones(2)),
    )
    x, states = HiddenMarkov.known(truth).sample(5000, seed=int(rng.integers(99)))
    model = HiddenMarkov(2, "gaussian", covariance_type="full").fit(x)
    n = np.bincount(states)[:, None]
    assert (np.abs(model.emission_.means - truth.emission.means) < 6 / np.sqrt(n)).all()
    assert np.mean(model.predict(x) == states) > 0.95


@pytest.mark.filterwarnings("ignore")
def test_scikit_learn_s_checks_pass(estimator_checks):
    estimator_checks(HiddenMarkov, "Density")
