"""Sorting, graphs, dynamic programming and string search beside plainer ways, and beside the textbook's own examples."""

import itertools
import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import dynamic
import graphs
import sorting
from abacus import papers
from abacus.errors import BadInput
from trees import Heap

few = settings(max_examples=60, deadline=None)
values = st.lists(st.integers(0, 20), max_size=40)
SORTS = {name: sort for name, sort in sorting.METHODS.items() if name != "quickselect"}


@pytest.mark.parametrize("sort", SORTS.values(), ids=SORTS)
@few
@given(values)
def test_every_method_sorts_and_leaves_its_input_alone(sort, values):
    before = list(values)
    assert sort(values) == sorted(values)
    assert values == before


@pytest.mark.parametrize("sort", [sorting.insertion, sorting.merge])
@few
@given(st.lists(st.tuples(st.integers(0, 3), st.integers()), max_size=30))
def test_insertion_and_merge_leave_equals_in_their_order(sort, pairs):
    assert sort(pairs, lambda a, b: a[0] < b[0]) == sorted(pairs, key=lambda pair: pair[0])


@few
@given(values, st.data())
def test_quick_select_finds_the_k_th_least(values, data):
    assume(values)
    k = data.draw(st.integers(0, len(values) - 1))
    assert sorting.quick_select(values, k) == sorted(values)[k]


@pytest.mark.parametrize("name", sorting.MEANS)
def test_the_closed_form_is_the_mean_over_all_orders(name):
    for n in (2, 5, 6):
        counts = [sorting.count(sorting.METHODS[name], order) for order in itertools.permutations(range(n))]
        assert Fraction(sum(counts), math.factorial(n)) == sorting.MEANS[name](n)


def test_quick_select_has_a_closed_form_for_every_rank():
    orders = list(itertools.permutations(range(5)))
    for k in range(5):
        counts = [sorting.count(lambda v, less: sorting.quick_select(v, k, less), order) for order in orders]  # noqa: B023
        assert Fraction(sum(counts), len(orders)) == sorting.mean_select(5, k + 1)


def test_no_order_costs_merge_sort_more_or_less_than_the_extremes_say():
    for n in range(2, 8):
        counts = [sorting.count(sorting.merge, order) for order in itertools.permutations(range(n))]
        up = math.ceil(math.log2(n))
        assert (
            max(counts) == sorting.count(sorting.merge, sorting.hardest_to_merge(list(range(n)))) == n * up - 2**up + 1
        )
        assert min(counts) == sorting.count(sorting.merge, list(range(n))) == sum(k.bit_count() for k in range(n))


def test_no_method_beats_the_logarithm_of_the_number_of_orders():
    for sort in SORTS.values():
        counts = [sorting.count(sort, order) for order in itertools.permutations(range(6))]
        assert sum(counts) / len(counts) >= math.log2(math.factorial(6))


def random_graph(seed, n=12, share=0.3, both_ways=False):
    """A graph of n vertices with whole costs; and its matrix, 0 where there is no edge."""
    rng = np.random.default_rng(seed)
    matrix = np.where(rng.random((n, n)) < share, rng.integers(1, 10, (n, n)), 0)
    np.fill_diagonal(matrix, 0)
    if both_ways:
        matrix = np.triu(matrix) + np.triu(matrix).T
    return {i: {j: int(matrix[i, j]) for j in range(n) if matrix[i, j]} for i in range(n)}, matrix


@pytest.mark.parametrize("seed", range(20))
def test_dijkstra_a_star_and_breadth_first_agree_with_scipy(seed):
    csgraph = pytest.importorskip("scipy.sparse.csgraph")
    graph, matrix = random_graph(seed)
    cost, came_from = graphs.dijkstra(graph, 0)
    exact = csgraph.shortest_path(matrix, indices=0)
    hops = csgraph.shortest_path(matrix, indices=0, unweighted=True)
    met = graphs.breadth_first(graph, 0)
    left = csgraph.shortest_path(matrix).T  # left[goal, v]: what is left from v
    for v in graph:
        assert cost.get(v, math.inf) == exact[v]
        assert len(graphs.path(met, v)) - 1 == (hops[v] if v in met else -1)
        way, _ = graphs.a_star(graph, 0, v, lambda u, goal=v: left[goal, u] / 2)
        assert sum(graph[a][b] for a, b in itertools.pairwise(way)) == cost.get(v, 0)
        assert graphs.path(came_from, v)[-1:] == way[-1:]


@pytest.mark.parametrize("seed", range(20))
def test_a_perfect_guess_opens_nothing_but_the_way(seed):
    csgraph = pytest.importorskip("scipy.sparse.csgraph")
    graph, matrix = random_graph(seed, share=0.5)
    left = csgraph.shortest_path(matrix)[:, 11]
    way, opened = graphs.a_star(graph, 0, 11, lambda v: left[v])
    assert opened == way


@pytest.mark.parametrize("seed", range(20))
def test_kruskal_weighs_what_scipy_weighs_and_parts_are_the_same(seed):
    csgraph = pytest.importorskip("scipy.sparse.csgraph")
    graph, matrix = random_graph(seed, share=0.2, both_ways=True)
    net = graphs.kruskal(graph)
    parts, labels = csgraph.connected_components(matrix)
    assert sum(cost for cost, _, _ in net) == csgraph.minimum_spanning_tree(matrix).sum()
    assert len(net) == len(graph) - parts
    assert sorted(map(sorted, graphs.components(graph))) == sorted(
        np.flatnonzero(labels == part).tolist() for part in range(parts)
    )


@pytest.mark.parametrize("seed", range(20))
def test_the_largest_flow_is_the_least_cut(seed):
    csgraph = pytest.importorskip("scipy.sparse.csgraph")
    sparse = pytest.importorskip("scipy.sparse")
    graph, matrix = random_graph(seed)
    total, side = graphs.max_flow(graph, 0, 11)
    assert total == sum(c for v in side for u, c in graph[v].items() if u not in side)  # eq. 13
    assert total == csgraph.maximum_flow(sparse.csr_array(matrix.astype(np.int32)), 0, 11).flow_value


@few
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=25))
def test_an_order_leads_forwards_or_there_is_a_circle(pairs):
    graph = {v: [] for v in range(10)}
    for a, b in pairs:
        graph[min(a, b)] += [max(a, b)] * (a != b)
    order = graphs.topological(graph)
    assert all(order.index(v) < order.index(u) for v in graph for u in graph[v])
    assert sorted(graphs.depth_first(graph)) == sorted(graph)
    backwards = next(((v, u) for v in graph for u in graph[v]), None)
    if backwards:
        graph[backwards[1]].append(backwards[0])
        with pytest.raises(BadInput, match="circle"):
            graphs.topological(graph)


letters = st.text("ab", max_size=12)


@few
@given(letters, letters, letters)
def test_the_edit_distance_is_a_distance_and_belongs_to_the_common_sequence(a, b, c):
    assert dynamic.edit_distance(a, b) == dynamic.edit_distance(b, a)
    assert (dynamic.edit_distance(a, b) == 0) == (a == b)
    assert dynamic.edit_distance(a, c) <= dynamic.edit_distance(a, b) + dynamic.edit_distance(b, c)
    shared = dynamic.common(a, b)
    for text in (a, b):
        rest = iter(text)
        assert all(letter in rest for letter in shared)
    assert dynamic.edit_distance(a, b, change=2) == len(a) + len(b) - 2 * len(shared)


@few
@given(st.lists(st.tuples(st.integers(0, 8), st.integers(0, 9)), max_size=8), st.integers(0, 25))
def test_a_knapsack_holds_the_best_of_all_choices(things, room):
    weights, worth = [w for w, _ in things], [v for _, v in things]
    best, chosen = dynamic.knapsack(weights, worth, room)
    choices = itertools.chain.from_iterable(
        itertools.combinations(range(len(things)), k) for k in range(len(things) + 1)
    )
    assert best == max(sum(worth[i] for i in c) for c in choices if sum(weights[i] for i in c) <= room)
    assert best == sum(worth[i] for i in chosen) and sum(weights[i] for i in chosen) <= room


@few
@given(st.lists(st.integers(1, 9), min_size=2, max_size=7))
def test_a_chain_of_matrices_costs_what_the_best_of_all_brackets_costs(sizes):
    def brackets(i, j):
        return min(
            (brackets(i, k) + brackets(k, j) + sizes[i] * sizes[k] * sizes[j] for k in range(i + 1, j)), default=0
        )

    assert dynamic.matrix_chain(sizes) == brackets(0, len(sizes) - 1)


@few
@given(st.text("ab", max_size=40), st.text("ab", min_size=1, max_size=6))
def test_three_searches_find_every_place_and_the_second_needs_two_looks_a_letter(text, pattern):
    places = [i for i in range(len(text)) if text.startswith(pattern, i)]
    assert dynamic.search(text, pattern)[0] == places
    assert dynamic.horspool(text, pattern)[0] == places
    found, compared = dynamic.knuth_morris_pratt(text, pattern)
    assert found == places and compared <= 2 * len(text)


def test_the_textbook_s_worked_examples():
    facts = papers.facts("cormen2009")
    s = {"s": {"t": 10, "y": 5}, "t": {"x": 1, "y": 2}, "x": {"z": 4}, "y": {"t": 3, "x": 9, "z": 2}}
    cost, _ = graphs.dijkstra(s | {"z": {"s": 7, "x": 6}}, "s")
    assert [cost[v] for v in "stxyz"] == facts["least costs in the graph s t x y z"]
    roads = ["ab4", "bc8", "cd7", "de9", "ef10", "df14", "cf4", "ci2", "ig6", "gf2", "gh1", "hi7", "ah8", "bh11"]
    graph = {v: {} for v in "abcdefghi"}
    for v, u, *cost in roads:
        graph[v][u] = graph[u][v] = int("".join(cost))
    assert sum(cost for cost, _, _ in graphs.kruskal(graph)) == facts["weight of the spanning tree"]
    pucks = {"s": {1: 16, 2: 13}, 1: {3: 12}, 2: {1: 4, 4: 14}, 3: {2: 9, "t": 20}, 4: {3: 7, "t": 4}, "t": {}}
    assert graphs.max_flow(pucks, "s", "t")[0] == facts["flow of the Lucky Puck Company"]
    assert len(dynamic.common("ABCBDAB", "BDCABA")) == facts["longest common subsequence of ABCBDAB and BDCABA"]
    sizes = [30, 35, 15, 5, 10, 20, 25]
    assert dynamic.matrix_chain(sizes) == facts["multiplications of matrices 30 35 15 5 10 20 25"]
    assert dynamic.borders("ababaca") == facts["prefix function of ababaca"]
    worth, _ = dynamic.knapsack([10, 20, 30], [60, 100, 120], 50)
    assert worth == facts["worth of the knapsack of 50 pounds"]
    largest_first = Heap([4, 1, 3, 2, 16, 9, 10, 14, 8, 7], lambda a, b: a > b)
    assert largest_first._row == facts["the heap of 4 1 3 2 16 9 10 14 8 7, largest first"]


def test_the_examples_of_the_lesson():
    assert dynamic.edit_distance("kitten", "sitting") == 3
    assert dynamic.edit_distance("", "abc") == 3 and dynamic.common("", "abc") == []
    assert dynamic.held_karp([[0]]) == 0 and dynamic.matrix_chain([3, 4]) == 0


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (lambda: graphs.breadth_first({}, "a"), "'a' is not a vertex"),
        (lambda: graphs.dijkstra({"a": {"b": -1}, "b": {}}, "a"), "costs -1"),
        (lambda: graphs.dijkstra({"a": {"b": math.nan}, "b": {}}, "a"), "costs nan"),
        (lambda: graphs.max_flow({"a": {}}, "a", "a"), "source and sink are both 'a'"),
        (lambda: graphs.max_flow({"a": {"b": math.inf}, "b": {}}, "a", "b"), "carries inf"),
        (lambda: graphs.max_flow({"a": {"c": 1}, "b": {}}, "a", "b"), "'c' is not a vertex"),
        (lambda: graphs.topological({"a": ["b"], "b": ["a"]}), "circle"),
        (lambda: dynamic.knapsack([1.5], [1], 3), "whole numbers"),
        (lambda: dynamic.search("abc", ""), "empty pattern"),
        (lambda: sorting.quick_select([], 0), "k=0"),
        (lambda: graphs.breadth_first({"a": ["z"]}, "a"), "'z' is not a vertex"),
        (lambda: graphs.depth_first({"a": ["z"]}), "'z' is not a vertex"),
        (lambda: graphs.dijkstra({"a": {"z": 1}}, "a"), "'z' is not a vertex"),
        (lambda: graphs.a_star({"a": {"z": 1}}, "a", "a", len) and graphs.a_star({"a": {}}, "a", "z", len), "'z'"),
        (lambda: graphs.a_star({"a": {"b": -1}, "b": {}}, "a", "b", len), "costs -1"),
        (lambda: graphs.a_star({"a": {"b": math.nan}, "b": {}}, "a", "b", len), "costs nan"),
        (lambda: graphs.kruskal({"a": {"b": math.nan}, "b": {}}), "costs nan"),
        (lambda: graphs.kruskal({"a": {"z": 1}}), "'z'"),
        (lambda: dynamic.knapsack([1, 2], [1], 3), "2 weights and 1 values"),
        (lambda: dynamic.knapsack([1], [1, 5], 3), "1 weights and 2 values"),
        (lambda: dynamic.matrix_chain([]), "two or more"),
        (lambda: dynamic.matrix_chain([3, 0, 2]), "none below 1"),
        (lambda: dynamic.matrix_chain([3, math.nan, 2]), "whole numbers"),
        (lambda: dynamic.matrix_chain([3, 2.5, 2]), "whole numbers"),
        (lambda: dynamic.edit_distance("a", "b", math.nan), "change=nan"),
        (lambda: dynamic.edit_distance("a", "b", -1), "change=-1"),
        (lambda: dynamic.knapsack([1], [math.nan], 3), "numbers are wanted"),
        (lambda: dynamic.held_karp([]), "one city or more"),
        (lambda: dynamic.held_karp([[0, 1], [1]]), "square"),
        (lambda: dynamic.held_karp([[0, math.nan], [1, 0]]), "finite"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(wrong, says):
    with pytest.raises(BadInput, match=says) as raised:
        wrong()
    assert "\n" not in str(raised.value)
