"""The passes beside sums over all paths, beside logarithms, and beside hmmlearn; EM's steps beside the likelihood's slope."""

import itertools

import numpy as np
import pytest

import chain
import em
from abacus import streams
from abacus.errors import BadInput
from emissions import Categorical, Gaussian, Poisson
from hidden_markov import HiddenMarkov

EPS = np.finfo(np.float64).eps


def law(rng, *shape):
    p = rng.dirichlet(np.ones(shape[-1]), shape[:-1])
    return p


def models(m=3):
    """One model of each kind of emission, and 7 observations of each."""
    rng = streams.rng(0, "models")
    start, moves = law(rng, m), law(rng, m, m)
    root = rng.standard_normal((m, 2, 2))
    emissions = {
        "categorical": Categorical(law(rng, m, 4)),
        "poisson": Poisson(rng.uniform(1, 9, (m, 2))),
        "diag": Gaussian(rng.standard_normal((m, 2)), rng.uniform(0.5, 2, (m, 2)), np.full(2, EPS)),
        "full": Gaussian(rng.standard_normal((m, 2)), np.eye(2) + root @ root.transpose(0, 2, 1), np.full(2, EPS)),
    }
    return {
        name: (em.Model(start, moves, emission), emission.draw(chain.path(start, moves, 7, rng), rng))
        for name, emission in emissions.items()
    }


each_emission = pytest.mark.parametrize("name", models())


def paths(model, x):
    """{path: its probability with the observations}, eq. 1 as it stands."""
    density = np.exp(model.emission.log_density(x))
    found = {}
    for path in itertools.product(range(len(model.start)), repeat=len(x)):
        p = model.start[path[0]] * density[0, path[0]]
        for t in range(1, len(x)):
            p *= model.transition[path[t - 1], path[t]] * density[t, path[t]]
        found[path] = p
    return found


@each_emission
@pytest.mark.parametrize("passes", [em.expectations, em.logarithmic])
def test_both_forms_of_the_passes_are_sums_over_all_paths(name, passes):
    model, x = models()[name]
    every = paths(model, x)
    total = sum(every.values())
    states, moves = np.zeros((7, 3)), np.zeros((3, 3))
    for path, p in every.items():
        states[np.arange(7), path] += p / total
        for a, b in itertools.pairwise(path):
            moves[a, b] += p / total
    found = em.data(x)
    expected = passes(model, found)
    np.testing.assert_allclose(expected.log_likelihood, np.log(total), rtol=1e-13)
    np.testing.assert_allclose(expected.pairs, moves, rtol=1e-12)
    np.testing.assert_allclose(expected.first, states[0], rtol=1e-12)
    summed = np.zeros((len(found.values), 3))
    np.add.at(summed, found.symbols, states)
    np.testing.assert_allclose(expected.weights, summed, rtol=1e-12)
    np.testing.assert_allclose(expected.forward[-1], states[-1], rtol=1e-12)
    np.testing.assert_allclose(HiddenMarkov.known(model).predict_proba(x), states, rtol=1e-12)
    for t in range(1, 8):
        np.testing.assert_allclose(
            HiddenMarkov.known(model).filter(x)[t - 1], passes(model, em.data(x[:t])).forward[-1], rtol=1e-12
        )


@each_emission
def test_viterbi_finds_the_likeliest_of_all_paths(name):
    model, x = models()[name]
    every = paths(model, x)
    log_probability, path = HiddenMarkov.known(model).decode(x)
    assert tuple(path) == max(every, key=every.get)
    np.testing.assert_allclose(log_probability, np.log(max(every.values())), rtol=1e-13)


def test_several_sequences_are_as_many_runs():
    model, _ = models()["poisson"]
    knows = HiddenMarkov.known(model)
    x, _ = knows.sample(60, seed=1)
    parts = np.split(x, [10, 25])
    np.testing.assert_allclose(knows.score(x, lengths=[10, 15, 35]), sum(map(knows.score, parts)), rtol=1e-13)
    np.testing.assert_array_equal(knows.predict(x, [10, 15, 35]), np.concatenate([knows.predict(p) for p in parts]))
    np.testing.assert_allclose(
        knows.predict_proba(x, [10, 15, 35]), np.concatenate([knows.predict_proba(p) for p in parts]), rtol=1e-12
    )


def test_a_state_that_vanishes_and_is_needed_again_is_found_in_logarithms():
    """Two states that never meet: 400 observations for the one, then 900 for the other. Scaled passes alone lose the second."""
    still = em.Model(
        np.array([0.5, 0.5]), np.eye(2), Gaussian(np.array([[0.0], [6.0]]), np.ones((2, 1)), np.full(1, EPS))
    )
    x = np.concatenate([np.zeros((400, 1)), np.full((900, 1), 6.0)])
    found = em.data(x)
    expected = em.expectations(still, found)
    alone = [np.log(0.5) + still.emission.log_density(x)[:, state].sum() for state in (0, 1)]
    np.testing.assert_allclose(expected.log_likelihood, np.logaddexp(*alone), rtol=1e-13)
    assert HiddenMarkov.known(still).predict_proba(x)[:, 1].min() > 1 - 2 * EPS

    import scaled

    density = np.exp(still.emission.log_density(x) - still.emission.log_density(x).max(axis=1, keepdims=True))
    scratch = np.empty((1300, 2)), np.zeros((1300, 2)), np.zeros((2, 2)), np.zeros(2)
    given = np.arange(1300), np.array([1300]), still.start, still.transition
    assert np.isnan(scaled.expectation(density, *given, *scratch))


@each_emission
@pytest.mark.parametrize("kind", chain.CHAINS)
def test_the_likelihood_never_falls_and_at_the_end_it_is_flat(name, kind):
    """Its slope along any change of Γ that keeps the model's kind, by central differences."""
    model, _ = models()[name]
    x, _ = HiddenMarkov.known(model).sample(300, seed=2)
    found = em.data(x)
    start = em.Model(np.full(3, 1 / 3), np.full((3, 3), 1 / 3), model.emission)
    if kind != "independent":
        start = em.Model(start.start, 0.5 * np.eye(3) + 0.5 * start.transition, model.emission)
    run = [log_likelihood for _, (_, log_likelihood) in zip(range(200), em.iterates(start, found, kind))]
    rounding = 8 * EPS * abs(run[-1]) * np.sqrt(len(x))
    assert (np.diff(run) >= -rounding).all()
    end, top, _, _ = em.climb(start, found, kind, 1e-11, 100_000)
    rng = streams.rng(0, "direction")
    for _ in range(3):
        direction = rng.standard_normal((3, 3)) * end.transition
        direction -= end.transition * direction.sum(axis=1, keepdims=True)

        def at(size, direction=direction):
            moves = end.transition + size * direction
            if kind == "independent":
                return em.Model(moves[0], np.tile(moves[0], (3, 1)), end.emission)
            return em.Model(chain.stationary(moves) if kind == "stationary" else end.start, moves, end.emission)

        h = 1e-4
        up, down = (em.expectations(at(s), found).log_likelihood for s in (h, -h))
        curvature = abs(up + down - 2 * top)  # what the change of Γ costs: the slope is nothing beside it
        assert abs(up - down) < 0.05 * curvature + 2 * rounding


@pytest.mark.parametrize("length", [1, 2, 3])
@pytest.mark.parametrize("m", [3, 4])
def test_with_many_short_sequences_a_stationary_chain_climbs_too(length, m):
    """δ then weighs as much as Γ's own moves, and the whole step of eq. 14 is often too long."""
    lengths = [length] * 300
    for seed in range(3):
        rng = streams.rng(seed, "short")
        moves, rates = law(rng, m, m), rng.uniform(1, 40, (2, m, 1))
        truth = HiddenMarkov.known(em.Model(chain.stationary(moves), moves, Poisson(rates[0])))
        x = np.concatenate([truth.sample(length, seed=i)[0] for i in range(300)])
        start = em.Model(np.full(m, 1 / m), 0.5 * np.eye(m) + 0.5 / m, Poisson(rates[1]))
        run = [value for _, (_, value) in zip(range(40), em.iterates(start, em.data(x, lengths), "stationary"))]
        assert (np.diff(run) >= -8 * EPS * abs(run[-1]) * np.sqrt(len(x))).all()


def test_the_stationary_law_stays_and_a_chain_in_two_parts_has_none():
    rng = streams.rng(0, "law")
    moves = law(rng, 5, 5)
    delta = chain.stationary(moves)
    np.testing.assert_allclose(delta @ moves, delta, rtol=1e-12)
    np.testing.assert_allclose(np.linalg.matrix_power(moves, 200)[0], delta, rtol=1e-10)
    np.testing.assert_allclose(
        chain.ahead(np.eye(5)[0], moves, 3), [np.linalg.matrix_power(moves, h)[0] for h in (1, 2, 3)]
    )
    with pytest.raises(BadInput, match="never meet"):
        chain.stationary(np.eye(2))


def test_a_long_simulation_visits_states_and_makes_moves_as_often_as_it_should():
    rng = streams.rng(0, "long")
    moves, n = law(rng, 3, 3), 100_000
    states = chain.path(chain.stationary(moves), moves, n, rng)
    seen = np.zeros((3, 3))
    np.add.at(seen, (states[:-1], states[1:]), 1)
    error = np.sqrt(moves * (1 - moves) / seen.sum(axis=1, keepdims=True))
    assert (np.abs(seen / seen.sum(axis=1, keepdims=True) - moves) < 5 * error).all()


THEIRS = {"categorical": "CategoricalHMM", "poisson": "PoissonHMM", "diag": "GaussianHMM", "full": "GaussianHMM"}


@pytest.mark.filterwarnings("ignore")
@each_emission
@pytest.mark.parametrize("implementation", ["scaling", "log"])
def test_ten_steps_of_em_are_hmmlearn_s(name, implementation):
    hmm = pytest.importorskip("hmmlearn.hmm")
    model, _ = models()[name]
    x, _ = HiddenMarkov.known(model).sample(200, seed=3)
    lengths = [50, 150]
    options = (
        {"covariance_type": name, "covars_prior": 0, "covars_weight": 0, "min_covar": 0}
        if name in ("diag", "full")
        else {}
    )
    theirs = getattr(hmm, THEIRS[name])(
        3, n_iter=10, tol=-np.inf, init_params="", implementation=implementation, **options
    )
    theirs.startprob_, theirs.transmat_ = model.start, model.transition
    whole = x if name in ("diag", "full") else x.astype(int)
    if name == "categorical":
        theirs.emissionprob_ = model.emission.probabilities
    elif name == "poisson":
        theirs.lambdas_ = model.emission.rates
    else:
        theirs.n_features = 2
        theirs.means_, theirs.covars_ = model.emission.means, model.emission.covariances
    theirs.fit(whole, lengths)
    ours = HiddenMarkov.known(model).set_params(max_iter=10, tol=0.0).fit(x, lengths=lengths)
    assert ours.n_iter_ == 10
    np.testing.assert_allclose(ours.score(x, lengths=lengths), theirs.score(whole, lengths), rtol=1e-9)
    np.testing.assert_allclose(ours.transmat_, theirs.transmat_, rtol=1e-6, atol=1e-12)
    np.testing.assert_array_equal(ours.predict(x, lengths), theirs.predict(whole, lengths))
    np.testing.assert_allclose(ours.predict_proba(x, lengths), theirs.predict_proba(whole, lengths), atol=1e-8)
