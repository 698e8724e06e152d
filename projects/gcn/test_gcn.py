"""Facts about the networks: each propagation rule against dense matrices, the sizes, the stopping rules, broken variants."""

from types import SimpleNamespace

import numpy as np
import pytest

import attention
import citations
import convolution
import documents
from abacus import nn, ops, papers, verdict
from abacus.errors import BadInput
from abacus.running.job import Job
from abacus.tensor import no_grad
from propagation import RULES, adjacency, alone, normalised, renormalised

EPS = np.finfo(np.float32).eps
N = 9
EDGES = np.array([[0, 1], [0, 2], [1, 2], [2, 3], [3, 4], [4, 5], [2, 6], [5, 7]])  # node 8 has no neighbour
A = adjacency(EDGES, N).toarray()


def dense(rule):
    """The matrices S_k of a rule, so that it is Σ S_k XΘ_k."""
    with np.errstate(divide="ignore"):
        root = np.where(A.sum(axis=1) > 0, A.sum(axis=1) ** -0.5, 0)
    s, i = root[:, None] * A * root, np.eye(N)
    if rule.startswith("Chebyshev"):
        scaled = 2 / np.linalg.eigvalsh(i - s).max() * (i - s) - i
        found = [i, scaled]
        while len(found) < RULES[rule].terms:
            found.append(2 * scaled @ found[-1] - found[-2])
        return found
    tilde = A + i
    scale = tilde.sum(axis=1) ** -0.5
    return {
        "first order": [i, s],
        "single parameter": [i + s],
        "renormalization": [scale[:, None] * tilde * scale],
        "first-order term only": [s],
        "none": [i],
    }[rule]


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_is_its_dense_formula(rule):
    rng = np.random.default_rng(0)
    terms = [rng.standard_normal((N, 3)).astype(np.float32) for _ in range(RULES[rule].terms)]
    wanted = sum(s @ x for s, x in zip(dense(rule), terms, strict=True))
    with no_grad():
        found = RULES[rule].of(adjacency(EDGES, N))(terms)
    assert np.abs(getattr(found, "value", found) - wanted).max() < 100 * EPS


def test_attention_is_its_dense_formula():
    """Eqs. 12 and 13 with a softmax over a full matrix that is -inf where there is no edge."""
    rng = np.random.default_rng(0)
    layer = attention.Layer(5, 2, 3, rng)
    layer.bias.value[...] = rng.standard_normal((2, 3))
    x = rng.standard_normal((N, 5)).astype(np.float32)
    with no_grad():
        found = layer(ops.affine(x, layer.w), attention.neighbourhoods(EDGES, N), 0, None).value
    wh = (x @ layer.w.value).reshape(N, 2, 3)
    for head in range(2):
        to, of = wh[:, head] @ layer.towards.value[head], wh[:, head] @ layer.of.value[head]
        score = to[:, None] + of
        score = np.where(score > 0, score, attention.SLOPE * score)
        weight = np.exp(np.where(A + np.eye(N) > 0, score, -np.inf))
        weight /= weight.sum(axis=1, keepdims=True)
        assert np.abs(found[:, head] - weight @ wh[:, head] - layer.bias.value[head]).max() < 100 * EPS


def test_the_renormalised_matrix_has_1_as_its_largest_eigenvalue_and_s_plus_1_has_2():
    """Section 2.2: the eigenvalues of I + S reach 2, whence the renormalisation."""
    s = normalised(adjacency(EDGES, N)).toarray()
    tilde = dense("renormalization")[0]
    assert np.linalg.eigvalsh(np.eye(N) + s).max() == pytest.approx(2)
    assert np.linalg.eigvalsh(tilde).max() == pytest.approx(1)


def test_training_stops_when_the_cost_exceeds_the_mean_of_the_last_ten():
    assert not convolution.rises([1.0] * 10 + [2.0], 10)  # epoch 10: not yet
    assert convolution.rises([1.0] * 11 + [1.1], 10)
    assert not convolution.rises([1.0] * 11 + [1.0], 10)
    assert not convolution.rises([9.0] * 2 + [1.0] * 9 + [1.5], 10)


@pytest.mark.parametrize("name", ["cora", "citeseer"])
def test_a_network_has_the_size_that_table_1_states(dataset, name):
    dataset("planetoid")
    graph, facts, title = citations.load(name), papers.facts("kipf2017"), citations.TITLES[name]
    assert len(graph.labels) == facts[f"{title}: nodes"] and graph.classes == facts[f"{title}: classes"]
    assert graph.pattern.shape[1] == facts[f"{title}: features"]
    for parts in (graph, citations.split_again(graph, np.random.default_rng(0))):
        assert np.array_equal(np.bincount(parts.labels[parts.train]), [facts["labels a class"]] * graph.classes)
        assert len(parts.validation) == facts["validation nodes"] and len(parts.test) == facts["test nodes"]
        assert len(np.unique(np.concatenate(parts[4:]))) == sum(map(len, parts[4:]))  # nobody in two parts
        assert parts.labels[np.concatenate(parts[4:])].min() >= 0
    sums = np.bincount(graph.pattern.rows, graph.values, minlength=len(graph.labels))
    assert np.all((np.abs(sums - 1) < 1e4 * EPS) | (sums == 0))


CFG = SimpleNamespace(lr=0.01, weight_decay=5e-4, epochs=200, dropout=0.5, window=10, hidden=16)
SEEDS = 3


def broken(graph, variant):
    """(graph, what it does with the terms of a layer), with something wrong; "intact" is as the paper has it."""
    edges, n = graph.edges, len(graph.labels)
    if variant == "edges to the wrong nodes":
        edges = np.sort(np.stack([edges[:, 0], np.random.default_rng(0).permutation(edges[:, 1])], axis=1), axis=1)
        edges = np.unique(edges[edges[:, 0] != edges[:, 1]], axis=0)
    if variant == "labels shifted by one class":
        labels = graph.labels.copy()
        labels[graph.train] = (labels[graph.train] + 1) % graph.classes
        graph = graph._replace(labels=labels)
    return graph, alone(adjacency(edges, n)) if variant == "no graph" else renormalised(adjacency(edges, n))


def accuracy(graph, propagate, seed, folder):
    job = Job("a row", seed, folder / str(seed))
    model = convolution.GCN(graph.pattern.shape[1], CFG.hidden, graph.classes, 1, job.rng("init"))
    assert nn.count(model) == CFG.hidden * (graph.pattern.shape[1] + graph.classes)
    z = convolution.train(graph, propagate, model, CFG, job, "cora")
    return 100 * convolution.accuracy(z, graph, graph.test)


@pytest.mark.parametrize("variant", ["intact", "no graph", "edges to the wrong nodes", "labels shifted by one class"])
def test_a_broken_variant_is_not_reproduced(dataset, variant, tmp_path):
    """On Cora alone and from three seeds, the intact network beside the broken ones."""
    dataset("planetoid")
    graph, propagate = broken(citations.load("cora"), variant)
    values = [{"Cora": accuracy(graph, propagate, seed, tmp_path)} for seed in range(SEEDS)]
    said = verdict.of(papers.table("kipf2017/table3"), "Renormalization trick", *values)["Cora"]
    assert (said == "not reproduced") == (variant != "intact"), said


@pytest.mark.parametrize("study", [documents.Config, attention.Config])
def test_no_network_at_all_is_refused(study):
    with pytest.raises(BadInput, match=r"graphs=\[\]: wanted some of citeseer, cora, pubmed"):
        study(**dict.fromkeys(study.__dataclass_fields__, 1) | {"graphs": []})
