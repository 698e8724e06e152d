"""The tails against closed forms, the counting against brute force, and the roots against the definition of rounding."""

import itertools
import math
import random
import sys
from decimal import Decimal
from fractions import Fraction
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

import classics
import counts
import description
import means
import permutation
import relations
from abacus.errors import BadInput
from distributions import (
    beta,
    chi_square_below,
    chi_square_tail,
    continued_fraction,
    f_below,
    f_tail,
    gamma_parts,
    normal_tail,
    point,
    t_tail,
)

EPS = sys.float_info.epsilon
numbers = st.fractions(-1000, 1000, max_denominator=100)
untimed = settings(deadline=None, max_examples=60)  # no test reads the clock
samples = st.lists(numbers, min_size=3, max_size=12).filter(lambda values: len(set(values)) > 1)


def rounding(*logarithms, steps=200):
    """Relative error of exp(Σ logarithms) times `steps` operations, each rounded once."""
    return EPS * (sum(map(abs, logarithms)) + steps)


@pytest.mark.parametrize("a", [1, 2, 5, 30, 150])
@pytest.mark.parametrize("share", [0.01, 0.5, 0.9, 1.0, 1.1, 2.0, 4.0])
def test_the_gamma_function_of_a_whole_a_is_a_sum(a, share):
    """Q(a, x) = e⁻ˣ Σ xᵏ/k!, k < a: by exact fractions but for the exponential."""
    x = share * a
    exactly = float(sum(Fraction(x) ** k / math.factorial(k) for k in range(a))) * math.exp(-x)
    below, above = gamma_parts(a, x)
    assert abs(above - exactly) <= rounding(a * math.log(x), x, math.lgamma(a)) * exactly and below + above == 1


@pytest.mark.parametrize(("a", "b"), [(1, 1), (2, 3), (5, 1), (40, 3), (100, 120)])
@pytest.mark.parametrize("x", [0.001, 0.3, 0.5, 0.75, 0.999])
def test_the_beta_function_of_whole_a_and_b_is_a_sum_of_binomials(a, b, x):
    n, p, q = a + b - 1, Fraction(x), 1 - Fraction(x)
    exactly = sum(math.comb(n, j) * p**j * q ** (n - j) for j in range(a, n + 1))
    size = a * math.log(x), b * math.log(1 - x), math.lgamma(a + b), math.lgamma(a), math.lgamma(b)
    assert abs(beta(a, b, x, float(q)) - exactly) <= rounding(*size) * max(exactly, EPS if exactly > 0.5 else 0)


@pytest.mark.parametrize("t", [0.0, 1e-3, 0.5, 2.0, 30.0, -1.0])
def test_t_of_one_and_two_degrees_of_freedom_have_formulas(t):
    assert abs(t_tail(t, 1) - (0.5 - math.atan(t) / math.pi)) <= rounding()
    assert abs(t_tail(t, 2) - (0.5 - t / (2 * math.sqrt(2 + t * t)))) <= rounding()
    assert t_tail(t, math.inf) == normal_tail(t)


@untimed
@given(st.floats(0.01, 20), st.integers(1, 200))
def test_f_of_one_and_n_is_t_squared_and_chi_square_of_one_is_z_squared(t, df):
    assert f_tail(t * t, 1, df) == pytest.approx(2 * t_tail(t, df), rel=rounding(df * math.log(df + t * t), steps=400))
    assert chi_square_tail(t * t, 1) == pytest.approx(2 * normal_tail(t), rel=rounding(t * t, steps=400))


@pytest.mark.parametrize("df", [1, 30, 1e3, 1e6, 1e9, 1e12])
@pytest.mark.parametrize("t", [0.5, 1.0, 2.0, 4.0])
def test_the_tails_keep_their_digits_with_many_degrees_of_freedom(t, df):
    assert t_tail(t, df) == pytest.approx(stats.t.sf(t, df), rel=rounding())
    assert f_tail(t * t, 1, df) == pytest.approx(2 * stats.t.sf(t, df), rel=rounding(t * t))
    x = df + t * math.sqrt(2 * df)
    assert chi_square_tail(x, df) == pytest.approx(
        stats.chi2.sf(x, df), rel=rounding(t * math.sqrt(df))
    )  # x is rounded


@pytest.mark.parametrize("share", [0.3, 1e-3, 1e-10, 1e-20])
def test_points_of_small_shares_keep_their_digits(share):
    for family, df, law in (
        ("normal", [], stats.norm()),
        ("t", [5.0], stats.t(5)),
        ("chi-square", [5.0], stats.chi2(5)),
        ("F", [3.0, 7.0], stats.f(3, 7)),
    ):
        (low,) = classics.quantiles(SimpleNamespace(family=family, df=df, below=[share]), None).values()
        assert law.cdf(low) == pytest.approx(share, rel=rounding(2 * math.log(share)))
        (same,) = classics.quantiles(SimpleNamespace(family=family, df=df, below=[1 - 2**-30]), None).values()
        assert law.sf(same) == pytest.approx(2**-30, rel=rounding(2 * math.log(2**-30)))


@untimed
@given(st.floats(1e-12, 1 - 1e-12), st.integers(1, 40), st.integers(1, 40))
def test_a_point_is_where_its_tail_is(q, df1, df2):
    for tail in (
        normal_tail,
        lambda x: t_tail(x, df1),
        lambda x: chi_square_tail(x, df1),
        lambda x: f_tail(x, df1, df2),
    ):
        x = point(tail, q)
        assert tail(x) <= q <= tail(math.nextafter(x, -math.inf)) + rounding(40 * math.log(EPS)) * q


def test_tails_end_at_0_and_1_and_a_fraction_that_never_settles_is_said():
    assert chi_square_tail(0, 3) == f_tail(0, 2, 2) == chi_square_below(math.inf, 3) == 1
    assert chi_square_below(0, 3) == f_below(0, 2, 2) == chi_square_tail(math.inf, 3) == 0
    assert t_tail(1e200, 3) < t_tail(1e100, 3) < 1e-200 and f_tail(math.inf, 2, 3) == 0
    with pytest.raises(ArithmeticError, match="not settled"):
        continued_fraction(1, itertools.repeat((math.nan, 1)))


@untimed
@given(st.fractions(0, 10**30, max_denominator=10**30))
def test_a_root_is_the_nearest_float(q):
    r = description.root(q)
    half = Fraction(math.ulp(r)) / 2
    assert max(0, Fraction(r) - half) ** 2 <= q <= (Fraction(r) + half) ** 2


def test_numbers_of_any_kind_and_size_are_read_exactly():
    large = np.array([2**62] * 3)  # three of them overflow NumPy's integers
    assert description.mean(large) == 2**62 and description.squares(large) == 0
    assert description.variance(np.array([1.5, 5, 7], dtype=np.float32)) == description.variance([1.5, 5, 7])
    assert description.exact([np.float64(0.5), Decimal("0.1"), True]) == [Fraction(1, 2), Fraction(1, 10), 1]
    for scale in (1e300, 1e-300):
        test = means.one_sample([scale, 2 * scale, 4 * scale])
        assert test.t == pytest.approx(math.sqrt(7), rel=4 * EPS) and test.difference == pytest.approx(7 / 3 * scale)
    apart = means.anova([[0, 1e-300], [1, 1]])  # F has more than 600 digits
    assert apart.f > 10**600 and apart.p == 0
    assert means.one_sample([10**400, 10**400 + 1]).difference == math.inf


def test_poissons_law_is_scipys_where_powers_and_factorials_overflow():
    for observed in ([1] * 200, [0] * 1000 + [5]):
        m, expected = counts.poisson(observed)
        theirs = sum(observed) * stats.poisson.pmf(range(len(observed)), float(m))
        assert expected == pytest.approx(
            theirs, rel=rounding(len(observed) * math.log(float(m)), steps=2000), abs=1e-300
        )


def test_a_root_beside_the_middle_of_two_floats_is_rounded_to_its_own_side():
    middle, little = (1 + Fraction(1, 2**53)) ** 2, Fraction(1, 2**400)
    assert description.root(middle) == description.root(middle - little) == 1  # the middle itself: to the even one
    assert description.root(middle + little) == 1 + 2**-52


def test_skewness_has_its_closed_form():
    assert description.skewness([0, 0, 1]) == -description.skewness([1, 1, 0]) == description.root(Fraction(1, 2))


@untimed
@given(samples)
def test_description_follows_the_definitions(values):
    m, n = sum(values) / len(values), len(values)
    assert description.mean(values) == m
    assert description.squares(values) == sum((x - m) ** 2 for x in values)
    assert description.variance(values) * (n - 1) == description.variance(values, 0) * n
    lag = sum((a - m) * (b - m) for a, b in itertools.pairwise(values))
    assert description.autocorrelation(values) == lag / description.squares(values)
    assert description.skewness(values) == -description.skewness([-x for x in values])
    assert description.exact(["0.1", 0.5]) == [Fraction(1, 10), Fraction(1, 2)]
    low, middle, high = description.quartiles(values)
    ordered = sorted(values)
    assert middle == (ordered[(n - 1) // 2] + ordered[n // 2]) / 2
    assert sum(x <= low for x in values) * 4 >= n and sum(x >= high for x in values) * 4 >= n


@untimed
@given(st.lists(st.integers(-9, 9), min_size=1, max_size=8), st.data())
def test_ways_are_those_of_brute_force(values, data):
    m = data.draw(st.integers(0, len(values)))
    signs = [sum(s * x for s, x in zip(some, values)) for some in itertools.product((1, -1), repeat=len(values))]
    dealt = [sum(some) for some in itertools.combinations(values, m)]
    assert sorted(permutation.flips(values).elements()) == sorted(signs)
    assert sorted(permutation.choices(values, m).elements()) == sorted(dealt)


def test_too_many_ways_are_left_to_the_normal_law(monkeypatch):
    values = [str(((7 * k) % 23 - 8) / 10) for k in range(40)]
    exactly = permutation.sign_flips(values)
    monkeypatch.setattr(permutation, "SUMS", 10)
    with pytest.raises(permutation.TooMany):
        permutation.two_samples(values[:20], values[20:])
    far = [f"{k}e39" for k in range(1, 30)] + ["1.2345678901234567890123456789e-39"]  # whole numbers beyond all floats
    assert permutation.sign_flips(far) == pytest.approx(2 * normal_tail(435 / math.sqrt(8555)), rel=rounding())
    gap = abs(permutation.sign_flips(values) - exactly)
    assert gap <= 1 / math.sqrt(len(values))  # Berry and Esseen, with room: their constant is 0.56 and ρ/σ³ is 1.3 here


def test_shuffled_labels_come_close_to_all_labels():
    first, second, times = ["1.1", "2.3", "0.4", "3.9"], ["2.9", "5.1", "3.3", "4.0", "6.2"], 4000
    p = float(permutation.two_samples(first, second))
    error = math.sqrt(p * (1 - p) / times)
    assert abs(permutation.shuffled([first, second], times, random.Random(1)) - p) <= 5 * error + 1 / times
    few, many = ["1", "2"], ["1", "2", "3", "7", "4", "6", "5.5"]  # by sums, and not by means, p would be another
    p = float(permutation.two_samples(few, many))
    error = math.sqrt(p * (1 - p) / times)
    assert abs(permutation.shuffled([few, many], times, random.Random(1)) - p) <= 5 * error + 1 / times
    assert permutation.shuffled([["1", "1"], ["1", "1"]], 10, random.Random(1)) == 1  # as much counts
    apart = [[str(k) for k in range(20)], [str(1000 + k) for k in range(20)]]
    assert permutation.shuffled(apart, 10, random.Random(1)) == 1 / 11  # the observed dealing is one of eleven


@untimed
@given(st.permutations(range(9)), st.integers(1, 8))
def test_rank_tests_count_as_scipy_does(values, m):
    first, second = values[:m], values[m:]
    w, upper, both = permutation.rank_sum(first, second)
    theirs = stats.mannwhitneyu(first, second, alternative="greater", method="exact")
    assert (float(w), float(upper)) == pytest.approx((theirs.statistic, theirs.pvalue), rel=100 * EPS)
    theirs = stats.mannwhitneyu(first, second, alternative="two-sided", method="exact")
    assert float(both) == pytest.approx(theirs.pvalue, rel=100 * EPS)
    apart = [(x + 1) * (-1) ** (x % m) for x in values]
    v, upper, both = permutation.signed_ranks(apart)
    theirs = stats.wilcoxon(apart, alternative="greater", method="exact")
    assert (float(v), float(upper)) == pytest.approx((theirs.statistic, theirs.pvalue), rel=100 * EPS)
    assert float(both) == pytest.approx(stats.wilcoxon(apart, method="exact").pvalue, rel=100 * EPS)


@untimed
@given(samples, samples)
def test_tests_agree_with_scipy(x, y):
    a, b = list(map(float, x)), list(map(float, y))
    assert permutation.ranks(x) == stats.rankdata(a).tolist()
    spread = max(map(abs, a + b)) ** 2 / min(float(description.variance(x)), float(description.variance(y)))
    tolerance = 100 * EPS * len(a + b) * spread  # scipy subtracts float64 means
    ours, theirs = means.welch(x, y), stats.ttest_ind(b, a, equal_var=False)
    assert ours.t == pytest.approx(theirs.statistic, rel=tolerance, abs=tolerance)
    assert ours.p == pytest.approx(theirs.pvalue, rel=tolerance * (1 + ours.t**2), abs=tolerance)
    assert means.welch_anova([x, y])[0] == pytest.approx(ours.t**2, rel=10 * EPS, abs=EPS)
    h, _, p = permutation.kruskal_wallis([x, y])
    assert (float(h), p) == pytest.approx(stats.kruskal(a, b), rel=1000 * EPS, abs=1000 * EPS)


def test_counts_agree_with_scipy():
    for table in ([[3, 1], [1, 3]], [[10, 2], [3, 15]], [[1, 0], [0, 1]], [[7, 5], [0, 9]]):
        upper, both = counts.fisher_exact(table)
        assert float(both) == pytest.approx(stats.fisher_exact(table).pvalue, rel=1000 * EPS)
        assert float(upper) == pytest.approx(stats.fisher_exact(table, "greater").pvalue, rel=1000 * EPS)
    table = [[12, 7, 9], [4, 8, 20]]
    found, df, p, least = counts.independence(table)
    theirs = stats.chi2_contingency(table, correction=False)
    assert (float(found), p, df) == pytest.approx(theirs[:3], rel=1000 * EPS)
    assert least == pytest.approx(theirs.expected_freq.min(), rel=EPS)


def test_a_line_and_its_correlation():
    assert relations.line(["0", "1", "2"], ["1", "3", "5"]) == (1, 2)
    r = relations.pearson(["0", "1", "2", "3"], ["1", "3", "5", "7"])
    assert (r.r, r.p) == (1, 0) and r.interval(0.95) == (1, 1)
    assert relations.spearman([1, 2, 3, 4], [1, 10, 100, 0.5]).r == description.root(Fraction(1, 25)) * -1


@untimed
@given(st.dictionaries(st.text(max_size=3), st.floats(0, 1), min_size=1, max_size=8))
def test_holm_never_lowers_a_p_nor_changes_the_order(questions):
    corrected = counts.holm(questions)
    assert all(questions[name] <= corrected[name] <= 1 for name in questions)
    assert list(corrected.values()) == sorted(corrected.values())
    assert min(corrected.values()) == min(1, len(questions) * min(questions.values()))


@pytest.mark.parametrize(
    ("refused", "why"),
    [
        (lambda: means.one_sample(["1"]), "1 value: a spread needs two"),
        (lambda: means.one_sample(["1", "1"]), "all values are equal"),
        (lambda: means.welch(["1", "2"], ["3"]), "group 2 has 1 value; it needs 2"),
        (lambda: means.welch(["1", "1"], ["3", "3"]), "all values of each group are equal"),
        (lambda: means.anova([["1", "2"]]), "one group"),
        (lambda: means.anova([["1"], ["2"]]), "one value in each group"),
        (lambda: means.anova([["1", "1"], ["2"]]), "all values of each group are equal"),
        (lambda: means.welch_anova([["1", "1"], ["2", "3"]]), "all values of a group are equal"),
        (lambda: counts.chi_square([1, 2], [1]), "2 counts and 1 shares"),
        (lambda: counts.chi_square([1, 2], [1, 0]), "2 observed where the share is 0"),
        (lambda: counts.chi_square([0, 0], [1, 1]), "not all of them are 0"),
        (lambda: counts.chi_square([-1, 3], [1, 1]), "at least 0"),
        (lambda: counts.independence([[-1, 3], [2, 1]]), "counts of at least 0"),
        (lambda: counts.independence([[1, 3, 4], [2, 1]]), "as many of them in each row"),
        (lambda: counts.fisher_exact([[1, 2], [3, 4], [5, 6]]), "two rows and two columns"),
        (lambda: counts.fisher_exact([[-1, 2], [3, 4]]), "at least 0"),
        (lambda: means.paired([1, 2, 3], [1, 2]), "3 first and 2 second values are no pairs"),
        (lambda: relations.pearson([1, 2, 3], [1, 2]), "no pairs"),
        (lambda: means.welch([1, 2], [1, math.nan]), "nan among the values"),
        (lambda: description.mean([]), "no values"),
        (lambda: description.quartiles([]), "no values"),
        (lambda: description.variance([1]), "1 value: a spread needs 2"),
        (lambda: description.sd([], 0), "0 values: a spread needs 1"),
        (lambda: description.mean([1, math.inf]), "inf among the values: each must be a finite number"),
        (lambda: description.mean(["1", "low"]), "'low' among the values"),
        (lambda: description.squares([1, None]), "None among the values"),
        (lambda: description.squares([1, 2j]), "2j among the values"),
        (lambda: description.autocorrelation([2, 2, 2]), "all values are equal"),
        (lambda: description.skewness([2, 2]), "all values are equal"),
        (lambda: permutation.rank_sum([], [1]), "each needs one"),
        (lambda: permutation.two_samples([1], []), "each needs one"),
        (lambda: permutation.kruskal_wallis([]), "each needs one"),
        (lambda: permutation.shuffled([[1, 2], []], 10, random.Random(0)), "each needs one"),
        (lambda: permutation.sign_flips([]), "no values"),
        (lambda: counts.independence([[1, 2]]), "two rows and two columns"),
        (lambda: counts.poisson([5]), "no event"),
        (lambda: relations.pearson([1, 2], [1, 2]), "2 pairs"),
        (lambda: relations.pearson([1, 1, 1], [1, 2, 3]), "constant"),
        (lambda: relations.line([1, 1], [1, 2]), "constant"),
        (lambda: relations.pearson([1, 2, 4], [1, 2, 3]).interval(0.95), "3 pairs"),
        (lambda: permutation.signed_ranks([0, 0]), "all differences are 0"),
        (lambda: permutation.kruskal_wallis([[1, 1], [1]]), "all values are equal"),
    ],
)
def test_what_cannot_be_computed_is_said(refused, why):
    with pytest.raises(BadInput, match=why):
        refused()
