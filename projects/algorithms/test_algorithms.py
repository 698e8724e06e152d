"""Covers and tours beside plainer ways; and every table of the project beside broken variants that must not pass."""

import itertools
import json
import math
import time
from fractions import Fraction
from math import comb
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

import covers
import dynamic
import graphs
import growth
import hashing
import links
import optimal
import sorting
import tours
import travelling
from abacus import papers, verdict
from abacus.errors import BadInput
from abacus.running.job import Job

few = settings(max_examples=60, deadline=None)


@pytest.fixture
def job(tmp_path):
    return lambda seed=0: Job("row", seed, tmp_path / str(seed))


def verdicts(table, row, *seeds):
    """The verdicts of a row's printed cells, as a set, for those columns that the values have."""
    found = verdict.of(papers.table(table), row, *seeds)
    printed = papers.table(table).rows[row]
    return {found[column] for column in seeds[0] if printed.get(column)}


# Covers


@few
@given(st.lists(st.sets(st.integers(0, 6), min_size=1, max_size=4), max_size=9), st.integers(0, 3))
def test_dancing_links_count_what_trying_all_choices_counts(options, secondary):
    options, primary = [sorted(option) for option in options], 7 - secondary
    choices = itertools.chain.from_iterable(itertools.combinations(range(len(options)), k) for k in range(8))
    covering = []
    for choice in choices:
        items = sorted(item for k in choice for item in options[k])
        if len(set(items)) == len(items) and set(range(primary)) <= set(items):
            covering.append(list(choice))
    covering = [c for c in covering if all(min(options[k]) < primary for k in c)]  # an option is there to cover an item
    solutions, _, _, ways = covers.cover(options, primary, secondary, keep=1000)
    assert solutions == len(covering) and sorted(ways) == sorted(covering)


def test_after_the_search_every_link_is_where_it_was():
    options = covers.placements(covers.board(3, 4), {k: covers.PENTOMINOES[k] for k in "PU"})
    table = links.linked(options, 14, 14)
    before = [array.copy() for array in table]
    links.search(table, np.empty(14, np.int64), 0, np.empty((0, 14), np.int64), np.zeros(3, np.int64))
    assert all((a == b).all() for a, b in zip(table, before))


def test_there_are_63_ways_to_lay_a_pentomino_and_each_packing_covers_the_board_once():
    cells = {name: [(int(c[0]), int(c[1])) for c in text.split()] for name, text in covers.PENTOMINOES.items()}
    ways = [way for piece in cells.values() for way in covers.orientations(piece)]
    assert len(ways) == len(set(ways)) == 63 and all(len(set(way)) == 5 for way in ways)
    board = covers.board(3, 20)
    options = covers.placements(board)
    for packing in covers.cover(options, 72, keep=8)[3]:
        assert sorted(item for k in packing for item in options[k]) == list(range(72))


def test_no_two_queens_attack_each_other():
    for n in range(1, 9):
        solutions, _, _, boards = covers.place_queens(n, keep=100)
        assert solutions == len(set(boards)) == sum(_peaceful(p) for p in itertools.permutations(range(n)))
        assert all(_peaceful(board) for board in boards)


def _peaceful(columns):
    n = len(columns)
    return len({i + j for i, j in enumerate(columns)}) == len({i - j for i, j in enumerate(columns)}) == n


# Tours

real = st.integers(0, 2**32).map(lambda seed: np.random.default_rng(seed).random((3 + seed % 6, 2)))


@few
@given(real)
def test_every_rule_visits_each_city_once_and_none_is_shorter_than_the_shortest(points):
    d, n = tours.distances(points), len(points)
    shortest = dynamic.held_karp(d.tolist())
    first = tours.nearest_neighbour(d, 0)
    better, best = tours.two_opt(d, first), tours.kicked(d, first, tours.cuts(n, 10))
    for tour in (
        tours.nearest_insertion(d),
        tours.random_insertion(d),
        tours.farthest_insertion(d),
        first,
        better,
        best,
    ):
        assert sorted(tour) == list(range(n))
        assert tours.length(d, tour) >= shortest * (1 - n * np.finfo(float).eps)
    assert tours.length(d, best) <= tours.length(d, better) <= tours.length(d, first)


@few
@given(real, st.booleans())
def test_the_search_finds_a_shortest_tour_of_lengths_and_of_whole_numbers(points, whole):
    d = np.floor(20 * tours.distances(points)) if whole else tours.distances(points)
    tour, _, bound, last = optimal.shortest(d, int(whole), 0)
    assert sorted(tour) == list(range(len(d)))
    length, exact = tours.length(d, tour), dynamic.held_karp(d.tolist())
    rounding = optimal.ROUNDING * len(d) * exact
    assert length == exact if whole else abs(length - exact) <= rounding
    assert bound <= exact + rounding and abs(last - length) <= rounding


@few
@given(real, st.integers(1, 4))
def test_a_search_that_is_cut_short_has_a_tour_above_and_a_bound_below_the_shortest(points, most):
    d = tours.distances(points)
    tour, parts, first, last = optimal.shortest(d, 0, 0, most)
    exact, rounding = dynamic.held_karp(d.tolist()), optimal.ROUNDING * len(d)
    assert parts <= most and first * (1 - rounding) <= last
    assert last * (1 - rounding) <= exact <= tours.length(d, tour) * (1 + rounding)


@few
@given(real, st.integers(0, 2**32))
def test_no_1_tree_is_longer_than_a_tour_whatever_the_prices(points, seed):
    d, n = tours.distances(points), len(points)
    prices = np.random.default_rng(seed).normal(size=n)
    bound, edges, degree = optimal.one_tree(d, d, *optimal.ways(d), prices)
    exact = dynamic.held_karp(d.tolist())
    assert bound <= exact + optimal.ROUNDING * n * (exact + np.abs(prices).sum())
    assert degree.sum() == 2 * n and degree[0] == 2
    assert (degree == np.bincount(edges.ravel(), minlength=n)).all()


def test_two_opt_leaves_no_crossing_of_a_square():
    d = tours.distances(np.array([[0.0, 0.0], [1.0, 1.0], [1.0, 0.0], [0.0, 1.0]]))
    assert tours.length(d, tours.two_opt(d, np.arange(4))) == 4.0 < tours.length(d, np.arange(4))


def test_nearest_insertion_takes_the_cities_in_prim_s_order():
    d = tours.distances(np.random.default_rng(0).random((30, 2)))
    order = tours.order(d, 0, 1)
    net = graphs.kruskal({i: {j: d[i, j] for j in range(30) if j != i} for i in range(30)})
    grown = sum(min(d[order[k], order[i]] for i in range(k)) for k in range(1, 30))
    assert grown == pytest.approx(sum(cost for cost, _, _ in net), rel=30 * np.finfo(float).eps, abs=0)


# What the files print


def test_the_printed_closed_forms_are_the_formulas_to_the_last_digit():
    for row, cells in papers.table("knuth1998/means").rows.items():
        for column, cell in cells.items():
            assert cell.text == f"{float(sorting.MEANS[row](int(column[4:]))):.2f}"
    m = 1000
    for row, cells in papers.table("knuth1998/probes").rows.items():
        n = int(row.split()[0])
        exact = [(1 + _q(0, m, n - 1)) / 2, (1 + _q(1, m, n)) / 2]  # theorem K
        exact += [1 + Fraction(n - 1, 2 * m), Fraction(n, m) + (1 - Fraction(1, m)) ** n]
        assert [cell.text for cell in cells.values()] == [f"{float(x):.4f}" for x in exact]


def _q(r, m, n):
    """Knuth's Q_r(m, n) = Σ C(r + k, k) n (n − 1) ... (n − k + 1) / mᵏ."""
    total, term = Fraction(0), Fraction(1)
    for k in range(n + 1):
        total += comb(r + k, k) * term
        term *= Fraction(n - k, m)
    return total


def test_the_instances_are_whole_and_their_distances_the_library_s():
    sizes = {name: int("".join(filter(str.isdigit, name))) for name in travelling.INSTANCES}
    for name, n in sizes.items():
        d = travelling.printed(name)
        assert d.shape == (n, n) and (d == d.T).all() and (d == np.trunc(d)).all() and not d.diagonal().any()
    assert travelling.printed("burma14")[0, 1:5].tolist() == [153, 510, 706, 966]  # printed in many courses


def test_the_counts_of_the_growth_figure_are_what_the_laws_allow(job):
    for name, found in growth.growth(growth.Config(sizes=[64, 500]), job()).items():
        for n, steps in ((int(column[4:]), steps) for column, steps in found.items()):
            lg = math.log2(n)
            least, most = {
                "array: append": (2 ** (n - 1).bit_length() - 1,) * 2,  # eq. 1, summed
                "hash table: find": (n, n * (n + 1) / 2),
                "union-find: unite": (
                    0,
                    4 * n * lg,
                ),  # two searches for each pair, a way of lg n at most, and its halving
                "string: Knuth-Morris-Pratt": (n, 2 * n),
                "heap: push and pop": (
                    n * lg - 1.45 * n,
                    3 * n * lg,
                ),  # lg n! of any sorting; a floor is one or two questions
                "AVL tree: add": (n * lg - 1.45 * n, 2 * n * (1.4405 * math.log2(n + 2))),
                "quicksort": (n * lg - 1.45 * n, n * (n - 1) / 2),
                "string: every place": ((n - n // 4) * (n // 4 + 1),) * 2,
            }[name]
            assert least <= steps <= most, (name, n)


def test_what_is_timed_is_the_work_whose_steps_are_counted(job, monkeypatch):
    ticks = itertools.count()
    monkeypatch.setattr(time, "process_time", lambda: next(ticks))  # each look at the clock is a second later
    measuring, sizes = job(), [64, 500]
    found = growth.pace(growth.Timed(sizes=sizes, rounds=2), measuring)
    assert found == {name: {f"n = {n}": 1e6 / n for n in sizes} for name in growth.OPERATIONS}
    counted = growth.growth(growth.Config(sizes=sizes), job())
    for line in measuring.logged():
        assert line["steps"] == counted[line["operation"]][f"n = {line['n']}"]
    assert len(measuring.logged()) == len(sizes) * len(growth.OPERATIONS)


def power(gap, sd, margin, seeds):
    """The probability that so many seeds of standard deviation `sd` are called reproduced where the truth is off by `gap`."""
    least = stats.t.ppf(0.95, seeds - 1)
    return stats.nct.cdf(-least, seeds - 1, (abs(gap) - margin) * math.sqrt(seeds) / sd)


def test_there_are_as_many_seeds_of_shortest_tours_as_a_power_of_nine_tenths_asks_for():
    """The gap that the five first seeds showed for 20 points; half a printed unit for 100, where nothing was known."""
    read = json.loads((Path(travelling.__file__).parent / "results" / "optimal.json").read_text())
    seeds = [read["values"]["optimal"]["seeds"][str(seed)] for seed in range(5)]
    means, spreads = np.array([[values[f"n = {n}"] for n in (20, 50)] for values in seeds]).transpose(2, 1, 0)
    sd = np.sqrt(np.mean(spreads**2, axis=1) / 10000)
    printed = papers.table("kool2019/optimal_20").rows["optimal"]["n = 20"]
    gap, margin = printed.number - means[0].mean(), printed.half + 1.96 * sd[0]
    assert next(k for k in range(2, 100) if power(gap, sd[0], margin, k) >= 0.9) == 25
    margin = printed.half + 1.96 * sd[1]  # for 100 points the lengths spread as for 50
    proofs = 0.0315 / math.sqrt(100)  # the spread of what a proof adds, in a trial of 24 instances
    assert next(k for k in range(2, 100) if power(printed.half, math.hypot(sd[1], proofs), margin, k) >= 0.9) == 8


def test_bounds_and_what_proofs_add_are_shortest_tours(job):
    every = travelling.Sampled(cities=9, instances=40, rounds=20, proved=40, kicks=0, parts=1000)
    found = travelling.sampled_optimum(every, job())["optimal"]
    drawn = [tours.distances(job().rng("points", 9, k).random((9, 2))) for k in range(40)]
    mean = np.mean([dynamic.held_karp(d.tolist()) for d in drawn])
    assert found["n = 9"][0] == pytest.approx(mean, rel=40 * optimal.ROUNDING)
    assert found["bounds"] < found["n = 9"][0] and found["proved"] == 40
    assert found["at least"] == pytest.approx(found["n = 9"][0], rel=optimal.ROUNDING * 9)
    with pytest.raises(BadInput, match="proved=3: wanted a multiple"):
        travelling.sampled_optimum(
            travelling.Sampled(cities=9, instances=40, rounds=20, proved=3, kicks=0, parts=1000), job()
        )


# Negative controls: the intact run passes, and the broken one beside it does not


def test_an_insertion_sort_that_never_stops_early_is_not_reproduced(job, monkeypatch):
    cfg = sorting.Config(sizes=[10, 100], orders=50)
    means = sorting.means(cfg, job(0))
    assert verdicts("knuth1998/means", "insertion sort", means["insertion sort"]) == {"reproduced"}
    assert verdicts("knuth1998/means", "quicksort", means["quicksort"]) == {"reproduced"}
    assert verdicts("knuth1998/means", "insertion sort", means["selection sort"]) == {"not reproduced"}
    monkeypatch.setitem(sorting.METHODS, "quicksort", lambda v, less: sorting.quick(sorted(v), less))
    assert verdicts("knuth1998/means", "quicksort", sorting.means(cfg, job(1))["quicksort"]) == {"not reproduced"}


def test_halves_that_are_not_halves_are_not_reproduced(job, monkeypatch):
    cfg = sorting.Extremes(sizes=[10, 100])
    rows = sorting.extremes(cfg, job())
    assert all(verdicts("knuth1998/extremes", row, values) == {"reproduced"} for row, values in rows.items())
    monkeypatch.setattr(sorting, "hardest_to_merge", lambda row: row[::-1])
    worse = sorting.extremes(cfg, job())
    assert verdicts("knuth1998/extremes", "merge sort, worst", worse["merge sort, worst"]) == {"not reproduced"}


def test_keys_that_are_scrambled_badly_are_not_reproduced(job, monkeypatch):
    cfg = hashing.Config(slots=1000, keys=500, tables=20)
    assert verdicts("knuth1998/probes", "500 keys", hashing.probes(cfg, job())) == {"reproduced"}
    monkeypatch.setattr(hashing, "fnv1a", lambda key: key % 256)  # a byte of the key is left unused by no slot but 256
    assert verdicts("knuth1998/probes", "500 keys", hashing.probes(cfg, job())) == {"not reproduced"}


def test_a_word_less_is_not_reproduced(job, dataset):
    dataset("words")
    intact, broken = (graphs.census(graphs.Config(words=n), job()) for n in (5757, 5756))
    for row in intact:
        assert verdicts("knuth1993/words", row, intact[row]) == {"reproduced"}
        assert "not reproduced" in verdicts("knuth1993/words", row, broken[row])
    for words, word in ((5757, "reproduced"), (3000, "not reproduced")):
        way = graphs.ladder(graphs.Ladder(words=words, start="chaos", goal="order"), job())
        assert (verdicts("knuth1993/ladders", "chaos to order", way) if way else {"not reproduced"}) == {word}


def test_pieces_that_may_not_be_turned_over_are_not_reproduced(job, monkeypatch):
    cfg = covers.Config(height=3, width=20, hole=0)
    square = covers.Config(height=8, width=8, hole=2)  # it has eight images, a rectangle four
    assert verdicts("knuth2000/pentominoes", "8 x 8 without the middle", covers.pentominoes(square, job(1))) == {
        "reproduced"
    }
    assert verdicts("knuth2000/pentominoes", "3 x 20", covers.pentominoes(cfg, job())) == {"reproduced"}
    ways = covers.orientations
    monkeypatch.setattr(covers, "orientations", lambda cells: [w for w in ways(cells) if _turned(w, cells)])
    assert verdicts("knuth2000/pentominoes", "3 x 20", covers.pentominoes(cfg, job())) == {"not reproduced"}


def _turned(way, cells):
    """Whether a piece comes to lie so by turns alone."""
    for _ in range(4):
        cells = [(j, -i) for i, j in cells]
        top, edge = min(i for i, _ in cells), min(j for _, j in cells)
        if tuple(sorted((i - top, j - edge) for i, j in cells)) == way:
            return True
    return False


def test_queens_that_see_one_diagonal_only_are_not_reproduced(job, monkeypatch):
    cfg = covers.Queens(n=6)
    assert verdicts("oeis/queens", "n = 6", covers.queens(cfg, job())) == {"reproduced"}
    cover = covers.cover
    monkeypatch.setattr(covers, "cover", lambda o, p, s, k: cover([x[:3] for x in o], p, s, k))
    assert verdicts("oeis/queens", "n = 6", covers.queens(cfg, job())) == {"not reproduced"}


@pytest.mark.parametrize(
    ("instance", "kind", "wrong"),
    [
        ("ulysses22", "GEO", lambda points: travelling.geographical(np.trunc(points) + (points % 1) * 5 / 3)),
        ("att48", "ATT", lambda points: np.floor(tours.distances(points) / np.sqrt(10) + 0.5)),
        ("berlin52", "EUC_2D", tours.distances),
    ],
)
def test_distances_by_another_rule_are_not_reproduced(instance, kind, wrong, job, monkeypatch):
    cfg = travelling.Config(instance=instance, kicks=100)
    assert verdicts("reinelt1991/optima", instance, travelling.certified(cfg, job())) == {"reproduced"}
    monkeypatch.setitem(travelling.RULES, kind, wrong)
    assert verdicts("reinelt1991/optima", instance, travelling.certified(cfg, job())) == {"not reproduced"}


def test_cities_that_are_appended_and_not_inserted_are_not_reproduced(job):
    rules = {"intact": tours.nearest_insertion, "broken": lambda d: tours.order(d, 0, 1)}
    seeds = [travelling.mean_lengths([20], 10000, rules, job(seed)) for seed in range(3)]
    for rule, word in (("intact", "reproduced"), ("broken", "not reproduced")):
        found = verdicts("kool2019/constructive", "nearest insertion", *(means[rule] for means in seeds))
        assert found == {word}


@pytest.mark.slow  # a quarter of a million tours: fewer would be too few to tell
def test_a_1_tree_is_no_tour_and_one_that_2_opt_leaves_no_shortest_one(job):
    cfg = travelling.Sampled(cities=20, instances=10000, rounds=50, proved=1000, kicks=0, parts=10000)
    intact, bounds, spreads = [], [], []
    for seed in range(25):
        values = travelling.sampled_optimum(cfg, job(seed))["optimal"]
        mean, spread = values["n = 20"]
        intact, bounds, spreads = [*intact, mean], [*bounds, values["bounds"]], [*spreads, spread]
    left = {"2-opt": lambda d: tours.two_opt(d, tours.farthest_insertion(d))}
    kept = [travelling.mean_lengths([20], 10000, left, job(seed))["2-opt"]["n = 20"][0] for seed in range(25, 50)]
    for means, word in ((intact, "reproduced"), (bounds, "not reproduced"), (kept, "not reproduced")):
        found = [{"n = 20": pair} for pair in zip(means, spreads)]
        assert verdicts("kool2019/optimal_20", "optimal", *found) == {word}


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (lambda: covers.cover([[0, 0]], 1), r"option \[0, 0\]"),
        (lambda: covers.cover([[3]], 2), "whole numbers from 0 to 1"),
        (lambda: covers.cover([[0], [1.0]], 2), r"option \[1.0\]"),
        (lambda: covers.cover([[0, math.nan]], 2), r"option \[0, nan\]"),
        (lambda: covers.cover([["a"]], 2), r"option \['a'\]"),
        (lambda: covers.cover([[0]], 1, keep=-1), "keep=-1"),
        (lambda: covers.cover([[0]], 1, keep=0.5), "keep=0.5"),
        (lambda: covers.cover([[0]], -1, 3), "primary=-1"),
        (lambda: covers.cover([[0]], 1, 1.5), "secondary=1.5"),
        (lambda: covers.cover([[]], 2), r"option \[\]"),
        (lambda: covers.Config(height=5, width=5, hole=0), "cover 60 cells"),
        (lambda: covers.Config(height=2, width=38, hole=4), "cover 60 cells"),
        (lambda: covers.Config(height=4, width=19, hole=4), "hole=4 cannot lie in the middle of 4 x 19"),
        (lambda: optimal.shortest(np.zeros((3, 4)), 0, 0), "shape"),
        (lambda: optimal.shortest(np.full((3, 3), np.nan), 0, 0), "finite"),
        (lambda: optimal.shortest(np.triu(np.ones((3, 3))), 0, 0), "both ways"),
        (lambda: growth.draw_steps([{"row": "quicksort", "values": {}}], None), r"sizes=\[\]"),
        (lambda: growth.draw_times([{"log": []}], None), r"sizes=\[\]"),
        (lambda: graphs.Ladder(words=5757, start="chaos", goal="xxxxx") and graphs.known({}, "xxxxx"), "'xxxxx'"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(wrong, says):
    with pytest.raises(BadInput, match=says) as raised:
        wrong()
    assert "\n" not in str(raised.value)
