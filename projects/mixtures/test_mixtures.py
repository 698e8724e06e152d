"""Mixtures: the E-step beside SciPy's densities, the M-steps at their maxima, the vignette, and broken variants."""

from types import SimpleNamespace as Settings

import numpy as np
import pytest

import clusters
import em
import families
import merging
import samples
import starts
import vignette
from abacus import papers, streams, verdict
from abacus.errors import BadInput
from abacus.running.job import Job
from agglomeration import LINKAGES, AgglomerativeClustering, distances, merges
from gaussian_mixture import ComponentCollapsed, GaussianMixture

EPS = np.finfo(np.float64).eps
EARLY = {"starts": 1, "tolerance": 1e-5}
each_family = pytest.mark.parametrize("name", families.NAMES)


def blobs(n=300, d=3, k=3):
    rng = streams.rng(0, "blobs", n, d, k)
    labels = np.arange(n) % k
    shapes = rng.standard_normal((k, d, d)) + np.eye(d)
    return 4 * rng.standard_normal((k, d))[labels] + np.einsum(
        "nij,nj->ni", shapes[labels], rng.standard_normal((n, d))
    ), labels


def words(table, rows):
    """The verdicts of the printed cells of {row: {column: value}}."""
    results = {row: verdict.Result({0: values}, True, asked=(0,)) for row, values in rows.items()}
    return [c.verdict for c in verdict.judge(papers.table(table), results) if c.reported and c.seeds]


@each_family
def test_the_e_step_is_bayes_rule_on_scipy_s_densities(name):
    stats = pytest.importorskip("scipy.stats")
    x, labels = blobs()
    mixture = em.maximise(name, em.of_labels(x, labels, 3))
    joint = np.stack(
        [
            w * stats.multivariate_normal(m, c).pdf(x)
            for w, m, c in zip(mixture.weights, mixture.means, mixture.covariances)
        ],
        axis=1,
    )
    z = joint / joint.sum(axis=1, keepdims=True)
    found = em.expectation(x, mixture, em.spread(x), keep=True)
    np.testing.assert_allclose(found.posterior, z, atol=1e-10)
    np.testing.assert_allclose(found.density, np.log(joint.sum(axis=1)), rtol=1e-10)
    np.testing.assert_allclose(found.log_likelihood, found.density.sum(), rtol=1e-12)
    plain = em.of_posterior(x, z)
    np.testing.assert_allclose(found.n, plain.n, rtol=1e-9)
    np.testing.assert_allclose(found.means, plain.means, rtol=1e-8, atol=1e-9)
    wanted = plain.scatter * np.eye(3) if name[2] == "I" else plain.scatter
    np.testing.assert_allclose(found.scatter, wanted, rtol=1e-8, atol=1e-8 * np.abs(wanted).max())


def cost(covariances, n, scatter):
    return sum(
        m * np.linalg.slogdet(c)[1] + np.trace(np.linalg.solve(c, w)) for c, m, w in zip(covariances, n, scatter)
    )


def moved(name, covariances, size, rng):
    """A member of the family near the given one: volumes, shapes and orientations changed a little, each as the family has it."""
    k, d, _ = covariances.shape
    sizes, axes = np.linalg.eigh(covariances)
    if name[2] == "I":
        sizes, axes = np.diagonal(covariances, axis1=1, axis2=2), np.repeat(np.eye(d)[None], k, axis=0)
    elif name[2] == "E":
        axes = np.repeat(axes[:1], k, axis=0)
        sizes = np.diagonal(axes[0].T @ covariances @ axes[0], axis1=1, axis2=2)
    volume = size * rng.standard_normal(k if name[0] == "V" else 1)
    shape = size * rng.standard_normal((k if name[1] == "V" else 1, d)) * (name[1] != "I")
    twist = size * rng.standard_normal((k if name[2] == "V" else 1, d, d)) * (name[2] != "I")
    turn = np.linalg.qr(np.eye(d) + twist - twist.transpose(0, 2, 1))[0]
    sizes = sizes * np.exp(volume[:, None] + shape - shape.mean(axis=1, keepdims=True))
    axes = turn @ axes
    return axes @ (sizes[:, :, None] * axes.transpose(0, 2, 1))


@each_family
def test_no_member_of_a_family_near_the_m_step_s_is_better(name):
    x, labels = blobs()
    moments = em.of_labels(x, labels, 3)
    best = families.maximise(name, moments.n, moments.scatter)
    value, rng = cost(best, moments.n, moments.scatter), streams.rng(0, "moved")
    np.testing.assert_allclose(moved(name, best, 0.0, rng), best, rtol=1e-6, atol=1e-9)
    for size in (1e-1, 1e-2, 1e-3):
        for _ in range(10):
            assert cost(moved(name, best, size, rng), moments.n, moments.scatter) > value


@each_family
def test_the_likelihood_never_falls_and_the_parameters_are_counted(name):
    x, _ = blobs()
    mixture, before, whole = (
        em.maximise(name, em.of_labels(x, starts.by_rows(x, 3, streams.rng(0, "rows")), 3)),
        -np.inf,
        em.spread(x),
    )
    for _ in range(30):
        moments = em.expectation(x, mixture, whole)
        assert moments.log_likelihood >= before - len(x) * EPS * abs(before if np.isfinite(before) else 0)
        before, mixture = moments.log_likelihood, em.maximise(name, moments, mixture.covariances)
    free = {
        "EII": 1,
        "VII": 3,
        "EEI": 3,
        "VEI": 5,
        "EVI": 7,
        "VVI": 9,
        "EEE": 6,
        "VEE": 8,
        "EVE": 10,
        "VVE": 12,
        "EEV": 12,
        "VEV": 14,
    }
    assert families.parameters(name, 3, 3) == (free | {"EVV": 16, "VVV": 18})[name]


def test_there_are_as_many_families_and_data_as_the_vignette_says():
    facts = papers.facts("mclust")
    assert len(families.NAMES) == facts["families of covariances"]
    assert len(samples.galaxies()) == facts["galaxies"] and len(samples.diabetes()) == facts["patients"]


@pytest.mark.parametrize(
    ("ours", "theirs"), [("full", "full"), ("tied", "tied"), ("diag", "diag"), ("spherical", "spherical")]
)
def test_from_one_start_scikit_learn_ends_where_we_do(ours, theirs):
    mixture = pytest.importorskip("sklearn.mixture")
    x, labels = blobs()
    model = GaussianMixture(3, ours, init=labels, tol=1e-13, max_iter=2000).fit(x)
    other = mixture.GaussianMixture(
        3, covariance_type=theirs, means_init=model.means_, reg_covar=0, tol=1e-13, max_iter=5000
    ).fit(x)
    np.testing.assert_allclose(model.score(x), other.score(x), rtol=1e-7)
    np.testing.assert_allclose(model.bic(x), other.bic(x), rtol=1e-6)
    np.testing.assert_allclose(model.aic(x), other.aic(x), rtol=1e-6)
    np.testing.assert_array_equal(model.predict(x), other.predict(x))


def test_the_patients_are_mclust_s_and_without_its_start_its_stop_or_its_correction_they_are_not(monkeypatch):
    intact = {
        "diabetes VVV 3": vignette.fits(
            Settings(sample="diabetes", family="VVV", components=3, init="hierarchical", **EARLY), None
        )
    }
    assert set(words("mclust/fits", intact)) == {"reproduced"}
    settings = {"init": "hierarchical", **EARLY}
    clusters_ = vignette.diabetes(Settings(**settings), None)
    assert set(words("mclust/diabetes", clusters_)) == {"reproduced"}
    assert set(words("mclust/ratios", vignette.ratios(Settings(**settings), None))) == {"reproduced"}
    late = Settings(sample="diabetes", family="VVV", components=3, init="hierarchical", starts=1, tolerance=1e-12)
    assert words("mclust/fits", {"diabetes VVV 3": vignette.fits(late, None)}).count("not reproduced") == 3
    x = samples._patients()
    for broken in (x[::2, 1:], np.roll(x[:, 1:], 1, axis=1) ** 2, samples._numbers("diabetes1979")[:, 1:]):
        monkeypatch.setitem(samples.BY_NAME, "diabetes", lambda broken=broken: broken)
        found = vignette.fits(
            Settings(sample="diabetes", family="VVV", components=3, init="hierarchical", **EARLY), None
        )
        assert words("mclust/fits", {"diabetes VVV 3": found}).count("reproduced") == 1  # the number of parameters


def test_the_lakes_and_the_irises_are_mclust_s_and_half_of_them_are_not(monkeypatch):
    lakes = Settings(sample="acidity", family="E", components=2, init="quantiles", **EARLY)
    assert set(words("mclust/fits", {"acidity E 2": vignette.fits(lakes, None)})) == {"reproduced"}
    assert set(words("mclust/edda", {"VEV": vignette.edda(Settings(family="VEV"), None)})) == {"reproduced"}
    assert words("mclust/edda", {"VEV": vignette.edda(Settings(family="VVV"), None)}).count("reproduced") <= 1
    half = samples.acidity()[::2]
    monkeypatch.setitem(samples.BY_NAME, "acidity", lambda: half)
    assert words("mclust/fits", {"acidity E 2": vignette.fits(lakes, None)}).count("reproduced") == 1
    x, species = samples.iris()
    monkeypatch.setattr(samples, "iris", lambda: (x, np.roll(species, 5)))
    assert words("mclust/edda", {"VEV": vignette.edda(Settings(family="VEV"), None)}).count("reproduced") == 1


def test_the_print_could_be_one_of_our_runs_of_the_galaxies_and_none_in_other_units(monkeypatch, tmp_path):
    cfg = Settings(components=5, starts=3, tolerance=1e-5)
    table = papers.table("mclust/galaxies")

    def said():
        runs = [vignette.restarts(cfg, Job("V 5", seed, tmp_path)) for seed in range(100)]
        return verdict.of(table, "V 5", *runs)["BIC"]

    assert said() == "consistent"
    other = samples.galaxies() / 10
    monkeypatch.setattr(samples, "galaxies", lambda: other)
    assert said() == "not reproduced"


def test_the_irises_sums_of_squares_are_r_s_and_a_worse_minimum_s_are_not(monkeypatch):
    cfg = Settings(clusters=3, starts=10)
    assert set(words("r_kmeans/iris", clusters.irises(cfg, None))) == {"reproduced"}
    x, species = samples.iris()
    monkeypatch.setattr(samples, "iris", lambda: (x[::-2], species[::-2]))
    assert "reproduced" not in words("r_kmeans/iris", clusters.irises(cfg, None))
    monkeypatch.setattr(samples, "iris", lambda: ((x - x.mean(axis=0)) / x.std(axis=0), species))
    assert "reproduced" not in [w for w in words("r_kmeans/iris", clusters.irises(cfg, None)) if w][:1]


@pytest.mark.parametrize("linkage", LINKAGES)
def test_merges_are_scipy_s(linkage):
    hierarchy = pytest.importorskip("scipy.cluster.hierarchy")
    x, _ = blobs(n=80)
    ours, theirs = merges(distances(x), linkage), hierarchy.linkage(x, linkage)
    np.testing.assert_allclose(ours[:, 2:], theirs[:, 2:], rtol=1e-10)
    np.testing.assert_array_equal(ours[:, :2], theirs[:, :2])
    labels = AgglomerativeClustering(4, linkage).fit_predict(x)
    same = hierarchy.fcluster(theirs, 4, "maxclust")
    assert len(set(zip(labels, same))) == 4
    assert list(dict.fromkeys(labels)) == [0, 1, 2, 3]


def test_merging_two_halves_of_one_component_leaves_no_doubt_between_them():
    z = np.array([[0.5, 0.5, 0.0], [0.4, 0.6, 0.0], [0.0, 0.0, 1.0]])
    steps = merging.merges(z)
    assert [groups for groups, _ in steps] == [[[0], [1], [2]], [[0, 1], [2]], [[0, 1, 2]]]
    assert steps[0][1] > 0 and abs(steps[1][1]) < EPS and steps[2][1] == 0
    assert merging.merges(np.full((9, 3), 1 / 3 - EPS))[-1][1] == 0
    np.testing.assert_array_equal(merging.labels(z, [[0, 1], [2]]), [0, 0, 1])


def test_a_component_that_collapses_is_said_and_its_start_given_up():
    rng = streams.rng(0, "collapse")
    x = np.concatenate([rng.standard_normal((60, 2)), np.tile([7.5, 1.0], (40, 1))])
    with pytest.raises(BadInput, match=r"collapsed onto \(7.5, 1\)"):
        GaussianMixture(2, init=(np.arange(100) >= 60).astype(int)).fit(x)
    with pytest.warns(ComponentCollapsed, match="given up"):
        model = GaussianMixture(3, "VVV", init="random", n_init=30, seed=1).fit(samples.faithful()[:40])
    assert np.isfinite(model.score(samples.faithful()))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: GaussianMixture(0).fit(np.eye(3)), "n_components is 0"),
        (lambda: GaussianMixture(4).fit(np.eye(3)), "n_samples=3"),
        (lambda: GaussianMixture(2, "VIV").fit(np.eye(3)), "covariance_type is 'VIV'"),
        (lambda: GaussianMixture(2, init="best").fit(np.eye(3)), "init is 'best'"),
        (lambda: GaussianMixture(2, init=[0, 1]).fit(np.eye(3)), "3 labels from 0 to 1"),
        (lambda: GaussianMixture(2, init=[0, 1, 2]).fit(np.eye(3)), "3 labels from 0 to 1, got 0 to 2"),
        (lambda: GaussianMixture(2, init=[0, 0, 0]).fit(np.eye(3)), "each of which occurs"),
        (lambda: GaussianMixture(2, init="quantiles").fit(np.eye(3)), "one feature"),
        (lambda: GaussianMixture(3, init="quantiles").fit([[1.0], [1.0], [2.0], [2.0]]), "2 different values"),
        (lambda: GaussianMixture(2).fit(np.ones((9, 2))), "one value only"),
        (lambda: GaussianMixture(1).fit(np.arange(9.0)[:, None] * [1.0, 2.0]), "collapsed"),
        (lambda: GaussianMixture(2, tol=np.nan).fit(np.eye(3)), "tol is nan"),
        (lambda: GaussianMixture(1).predict(np.eye(3)), "not fitted"),
        (lambda: GaussianMixture(2).fit(1e200 * blobs()[0]), "scale X"),
        (lambda: GaussianMixture(2).fit(1e-200 * blobs()[0]), "scale X"),
        (lambda: GaussianMixture(1).fit(blobs()[0]).predict([[1e200, 0.0, 0.0]]), "so far from all"),
        (lambda: GaussianMixture(2).fit([[0.0], [0.0], [0.0], [1.0]]), "collapsed"),
        (lambda: GaussianMixture(1).fit(blobs()[0]).sample(0), "n_samples is 0"),
        (lambda: AgglomerativeClustering(2, "centroid").fit(np.eye(3)), "linkage is 'centroid'"),
        (lambda: AgglomerativeClustering(4).fit(np.eye(3)), "from 1 to 3"),
        (lambda: AgglomerativeClustering(2).fit(1e200 * np.eye(3)), "range of double precision, scale X"),
        (lambda: AgglomerativeClustering(2).fit(1e-200 * np.eye(3)), "range of double precision, scale X"),
        (lambda: AgglomerativeClustering(2, np.array(["ward", "single"])).fit(np.eye(3)), "linkage is array"),
        (lambda: GaussianMixture(2, ["VVV"]).fit(np.eye(3)), "covariance_type is"),
        (lambda: GaussianMixture(2, init=[[0], [0, 1]]).fit(np.eye(3)), "3 labels from 0 to 1"),
        (lambda: GaussianMixture(2, seed=-1).fit(np.eye(3)), "seed is -1"),
        (lambda: GaussianMixture(2, seed=1.5).fit(np.eye(3)), "seed is 1.5"),
        (lambda: GaussianMixture(1).fit(blobs()[0]).sample(3, seed="a"), "seed is 'a'"),
    ],
)
def test_a_mistake_is_named(make, message):
    with pytest.raises(BadInput, match=message):
        make()


def test_a_sample_has_the_moments_of_its_mixture():
    model = GaussianMixture(3, init=blobs()[1]).fit(blobs()[0])
    x, which = model.sample(20_000, seed=0)
    np.testing.assert_allclose(x.mean(axis=0), model.weights_ @ model.means_, atol=6 * x.std() / np.sqrt(len(x)))
    assert np.abs(np.bincount(which) / len(x) - model.weights_).max() < 5 / np.sqrt(len(x))


@pytest.mark.filterwarnings("ignore")
def test_scikit_learn_s_checks_pass(estimator_checks):
    estimator_checks(GaussianMixture, "Density")
    estimator_checks(AgglomerativeClustering, "Cluster")
