"""Facts of the tables, each beside broken variants that must not pass, and the promise of the standard library alone."""

import ast
import math
import statistics
import sys
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace as Settings

import pytest

import certificates
import classics
import description
import distributions
import means
import permutation
import run
from abacus import papers, verdict
from abacus.papers import printed

FOLDER = Path(run.__file__).parent
MODULES = sorted(path for path in FOLDER.glob("*.py") if not path.name.startswith("test_"))
SEVEN = {
    "form of seed": [5474, 1850],
    "colour of seed": [6022, 2001],
    "colour of seed coat": [705, 224],
    "form of pod": [882, 299],
    "colour of pod": [428, 152],
    "position of flowers": [651, 207],
    "length of stem": [787, 277],
}
DICE = [185, 1149, 3265, 5475, 6114, 5194, 3067, 1331, 403, 105, 14, 4, 0]
PEARSON = [203, 1217, 3345, 5576, 6273, 5018, 2927, 1254, 392, 87, 13, 1, 0]  # his expected numbers


def verdicts(table, row, values):
    """The verdicts of the cells that are printed and checked, as a set."""
    cells = papers.table(table).rows[row]
    found = verdict.of(papers.table(table), row, values)
    return {found[column] for column, cell in cells.items() if cell is not None and cell.verified}


def test_every_module_needs_the_standard_library_and_abacus_alone():
    allowed = {path.stem for path in MODULES} | set(sys.stdlib_module_names) | {"abacus"}
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module] if isinstance(node, ast.ImportFrom) else []
            assert {name.partition(".")[0] for name in names} <= allowed, f"{path.name}: {names}"


def test_no_file_here_hides_a_module_of_the_standard_library():
    assert not {path.stem for path in FOLDER.iterdir()} & set(sys.stdlib_module_names)
    assert Path(statistics.__file__).parent == Path(ast.__file__).parent
    assert statistics.pstdev([1, 3]) == description.sd([1, 3], less=0) == 1


def test_the_certificates_are_printed_as_in_the_files(dataset):
    for name, cells in papers.table("nist_univariate/univariate").rows.items():
        loaded = dataset("nist-strd", f"univariate/{name}")
        assert [cell.text for cell in cells.values()] == [loaded.mean, loaded.sd, loaded.autocorrelation]
    for name, cells in papers.table("nist_anova/anova").rows.items():
        loaded = dataset("nist-strd", f"anova/{name}")
        wanted = [loaded.between.ss, loaded.within.ss, loaded.f, loaded.r_squared, loaded.residual_sd]
        assert [cell.text for cell in cells.values()] == wanted
    assert len(certificates.UNIVARIATE) == papers.facts("nist_univariate")["data sets"]
    assert len(certificates.ANOVA) == papers.facts("nist_anova")["data sets"]


@pytest.mark.parametrize("name", certificates.UNIVARIATE)
def test_a_column_is_certified_and_broken_ones_are_not(dataset, name):
    y = dataset("nist-strd", f"univariate/{name}").y
    table = "nist_univariate/univariate"
    assert verdicts(table, name, certificates.univariate(Settings(name=name), None)) == {"reproduced"}
    half = certificates.summary(y[: len(y) // 2 + 1])  # the mean of half of NumAcc is the mean of all, by construction
    assert "not reproduced" in verdicts(table, name, half)
    divided = certificates.summary(y) | {"sd": description.sd(y, less=0)}
    assert verdict.of(papers.table(table), name, divided)["sd"] == "not reproduced"
    ordered = certificates.summary(sorted(y))
    assert verdict.of(papers.table(table), name, ordered)["autocorrelation"] == "not reproduced"


@pytest.mark.parametrize("name", certificates.ANOVA)
def test_groups_are_certified_and_broken_ones_are_not(dataset, name):
    parts = certificates.groups(dataset("nist-strd", f"anova/{name}"))
    assert verdicts("nist_anova/anova", name, certificates.anova(Settings(name=name), None)) == {"reproduced"}
    whole = [y for part in parts for y in part]
    moved, size = [*whole[1:], whole[0]], len(parts[0])
    half = [part[: len(part) // 2] for part in parts]
    for broken in (half, [moved[k : k + size] for k in range(0, len(moved), size)]):
        assert "reproduced" not in verdicts("nist_anova/anova", name, certificates.variances(broken))


@pytest.mark.parametrize("name", ["SmLs07", "SmLs08", "SmLs09"])
@pytest.mark.parametrize("method", [name for name in certificates.METHODS if name != "fractions"])
def test_no_way_by_floats_reaches_the_three_hardest(dataset, name, method):
    parts = certificates.groups(dataset("nist-strd", f"anova/{name}"))
    f = certificates.f_by(certificates.METHODS[method], parts)
    assert verdict.of(papers.table("nist_anova/anova"), name, {"F": f})["F"] != "reproduced"
    assert certificates.f_by(certificates.METHODS["fractions"], parts) == float(
        papers.table("nist_anova/anova").rows[name]["F"].number
    )


def test_ways_to_sum_squares_agree_where_nothing_is_rounded():
    assert {float(sums(["1", "2", "3", "6"])) for sums in certificates.METHODS.values()} == {14.0}
    assert certificates.correct_digits(1.0, "1") == certificates.DIGITS
    assert round(certificates.correct_digits(1.001, "1"), 6) == 3
    assert certificates.correct_digits(-5.0, "1") == certificates.correct_digits(math.nan, "1") == 0


def test_students_sleep_and_what_breaks_it():
    _, dextro, laevo = classics.columns("student1908")
    found = run.sleep(Settings(less=0, level=0.95), None)
    assert len(dextro) == papers.facts("student1908")["patients"]
    for row, values in found.items():
        assert verdicts("student1908/sleep", row, values) == {"reproduced"}
    for row, values in run.sleep(Settings(less=1, level=0.95), None).items():
        assert verdict.of(papers.table("student1908/sleep"), row, values)["sd"] == "not reproduced"
    for apart in (means.paired(dextro, laevo[1:] + laevo[:1]), means.paired(dextro[::2], laevo[::2])):
        values = {"mean": apart.difference, "sd": apart.error * math.sqrt(apart.df)}  # with divisor n
        assert verdict.of(papers.table("student1908/sleep"), "difference", values)["sd"] == "not reproduced"


def test_three_tests_of_students_differences_agree_with_counting_and_with_r():
    found = run.sleep(Settings(less=0, level=0.95), None)["difference"]
    assert (found["p by swaps"], found["p by ranks"]) == (4 / 1024, 4 / 1024)
    values = {"statistic": -found["t"], "p": found["p by t"], "low": -found["high"], "high": -found["low"]}
    judged = verdict.of(papers.table("r_manual/tests"), "sleep, paired t", values)
    assert {judged[column] for column in values} == {"reproduced"}


def test_the_lessons_small_examples():
    test = means.one_sample(["1", "2", "6"])
    assert (test.difference, description.squares(["1", "2", "6"]), round(test.t, 2), round(test.p, 2)) == (
        3,
        14,
        1.96,
        0.19,
    )
    assert sorted(permutation.flips([1, 2, 6])) == [-9, -7, -5, -3, 3, 5, 7, 9]
    assert permutation.sign_flips([1, 2, 6]) == 2 * permutation.sign_flips([2, 3, 4, 7]) == Fraction(1, 4)
    small = means.anova([["1", "2"], ["5", "8"]])
    assert (small.within, small.between, small.f) == (5, 25, 10)


def test_students_sample_of_six():
    """He measures in standard deviations with divisor n: z = t / √(n − 1)."""
    facts, above = papers.facts("student1908"), distributions.t_tail(math.sqrt(5), 5)
    for name, value in (
        ("inside one standard deviation of the sample", 1 - above),
        ("above it", above),
        ("outside on either side", 2 * above),
    ):
        cell = printed.parse(facts[f"samples of six: {name}, p. 20"])
        assert abs(value - cell.number) <= cell.half


def test_weldons_dice_are_pearsons_but_for_his_arithmetic():
    """P agrees. The sum of his own quotients does not: 43.8755, where he prints 43.87241."""
    assert sum(DICE) == sum(PEARSON) == papers.facts("pearson1900")["throws"]
    dice = "pearson1900/dice", "Weldon's dice"
    found = classics.agreement(Settings(observed=[DICE], shares=PEARSON, df=12), None)
    assert verdict.of(papers.table(dice[0]), dice[1], found) == {"chi-square": "not reproduced", "P": "reproduced"}
    exact = [math.comb(12, k) * 2 ** (12 - k) for k in range(13)]
    for observed, shares, df in (
        (DICE, exact, 12),
        (DICE[1:] + DICE[:1], exact, 12),
        ([n // 2 for n in DICE], PEARSON, 12),
        (DICE, PEARSON, 11),
    ):
        broken = classics.agreement(Settings(observed=[observed], shares=shares, df=df), None)
        assert verdict.of(papers.table(dice[0]), dice[1], broken)["P"] == "not reproduced"


@pytest.mark.parametrize("row", SEVEN)
def test_mendels_ratios(row):
    def judged(observed, shares):
        found = classics.agreement(Settings(observed=[observed], shares=shares, df=1), None)
        return verdicts("fisher1936mendel/ratios", row, found)

    assert judged(SEVEN[row], [3, 1]) == {"reproduced"}
    assert judged(SEVEN[row], [2, 1]) == judged([n // 2 for n in SEVEN[row]], [3, 1]) == {"not reproduced"}


def test_fishers_objection_and_the_approximation_that_he_used():
    table = "fisher1936mendel/objection"
    last = {"chi_square": 41.6056, "df": 84}
    assert verdicts(table, "all", classics.objection(Settings(**last, normal=True), None)) == {"reproduced"}
    assert verdicts(table, "all", classics.objection(Settings(**last, normal=False), None)) == {"not reproduced"}
    first = classics.objection(Settings(chi_square=2.1389, df=7, normal=False), None)
    assert verdicts(table, "3 to 1 ratios", first) == {"reproduced"}
    fewer = classics.objection(Settings(chi_square=2.1389, df=6, normal=False), None)
    assert verdicts(table, "3 to 1 ratios", fewer) == {"not reproduced"}


def test_horse_kicks():
    facts, observed = papers.facts("bortkiewicz1898"), [109, 65, 22, 3, 1]
    assert sum(observed) == facts["corps"] * facts["years"]
    kicks = "bortkiewicz1898/kicks", "ten corps"
    assert verdicts(*kicks, classics.kicks(Settings(observed=observed), None)) == {"reproduced"}
    for broken in ([n // 2 for n in observed], [65, 109, 22, 3, 1]):
        assert "reproduced" not in verdicts(*kicks, classics.kicks(Settings(observed=broken), None))


def test_what_r_prints_and_what_other_labels_give():
    for row, values in classics.software(Settings(level=0.95), None).items():
        assert verdicts("r_manual/tests", row, values) == {"reproduced"}
    for row in ("sleep, paired t", "sleep, Welch's t", "cars, correlation"):
        other = classics.software(Settings(level=0.9), None)[row]
        assert verdict.of(papers.table("r_manual/tests"), row, other)["low"] == "not reproduced"
    plants = list(classics.by_group("dobson1983").values())
    moved = [a[1:] + b[:1] for a, b in zip(plants, plants[1:] + plants[:1])]
    for broken in (moved, [part[::2] for part in plants]):
        f, (h, _, p) = means.anova(broken), permutation.kruskal_wallis(broken)
        for row, values in (
            ("F", {"statistic": float(f.f), "p": f.p}),
            ("Kruskal-Wallis", {"statistic": float(h), "p": p}),
        ):
            found = verdict.of(papers.table("r_manual/tests"), f"plants, {row}", values)
            assert {found[column] for column in values} == {"not reproduced"}


@pytest.mark.parametrize("name", classics.IRIS)
def test_irises(name):
    assert verdicts("r_manual/iris", name, classics.iris(Settings(measurement=name), None)) == {"reproduced"}
    groups = list(classics.by_group("iris1936", name).values())
    for broken in ([part[::2] for part in groups], [a[1:] + b[:1] for a, b in zip(groups, groups[1:] + groups[:1])]):
        found = means.anova(broken)
        values = {"between": float(found.between), "within": float(found.within), "F": float(found.f)}
        assert "reproduced" not in verdicts("r_manual/iris", name, values)


@pytest.mark.parametrize("short", ["t", "chi_square", "f"])
def test_quantiles_and_those_of_one_degree_of_freedom_more(short):
    table = papers.table(f"nist_handbook/{short}")
    families = {"t": "t", "chi_square": "chi-square", "f": "F"}
    for row in table.rows:
        df = [] if row == "normal" else [float(n) for n in row.split(" and ")]
        wanted = {"family": families[short] if df else "normal", "below": [float(p) for p in table.columns]}
        assert verdicts(table.key, row, classics.quantiles(Settings(**wanted, df=df), None)) == {"reproduced"}
        if df:
            more = classics.quantiles(Settings(**wanted, df=[*df[:-1], df[-1] + 1]), None)
            assert verdicts(table.key, row, more) == {"not reproduced"}


def test_no_counts_at_all_are_said():
    with pytest.raises(classics.BadInput, match="at least one list"):
        classics.agreement(Settings(observed=[], shares=[1, 1], df=1), None)


def test_a_family_wants_its_own_number_of_degrees_of_freedom():
    with pytest.raises(classics.BadInput, match="F has 2 degrees of freedom"):
        classics.quantiles(Settings(family="F", df=[3], below=[0.95]), None)
