"""The pictures: what the studies found, and the columns of a file of one's own."""

import re
from fractions import Fraction
from itertools import combinations

import classics
import description
import distributions
import permutation


def sleep(results, save):
    """Student's ten pairs, and the mean difference under all 1 024 ways to swap the drugs' names."""
    _, dextro, laevo = map(description.exact, classics.columns("student1908"))
    apart = [b - a for a, b in zip(dextro, laevo)]
    numbers, scale = description.whole(apart)
    ways = permutation.flips(numbers)
    with save("swaps", figsize=(9, 3.6)) as figure:
        left, right = figure.subplots(1, 2, width_ratios=(1, 1.6))
        for a, b in zip(dextro, laevo):
            left.plot([0, 1], [float(a), float(b)], "o-", color="C0", alpha=0.7)
        left.set_xticks([0, 1], ["dextro", "laevo"])
        left.set(xlim=(-0.3, 1.3), ylabel="hours of sleep gained", title="ten patients, two drugs")
        seen = abs(sum(numbers))
        for holds, colour, label in (
            (lambda total: abs(total) < seen, "C0", "ways to swap the drugs' names that show less"),
            (lambda total: abs(total) >= seen, "C1", "that show as much or more"),
        ):
            there = [total for total in ways if holds(total)]
            right.bar(
                [total / scale / len(numbers) for total in there],
                [ways[total] for total in there],
                width=2 / scale / len(numbers),
                color=colour,
                label=f"{label}: {sum(ways[total] for total in there):,}",
            )
        right.axvline(
            float(description.mean(apart)),
            color="black",
            linestyle="--",
            linewidth=1,
            label="as it was: +1.58",
            zorder=0,
        )
        right.set_yticks(range(0, max(ways.values()) + 1, 4))
        right.set(xlabel="mean difference (hours)", ylabel="of 1,024 ways", title="would chance alone do it?")
        right.legend(loc="upper center", bbox_to_anchor=(0.5, -0.18))


def digits(results, save):
    """How many digits of each data set each method keeps, as a map."""
    with save("map", figsize=(9.5, 3.2)) as figure:
        axes = figure.subplots()
        names = list(results[0]["values"])
        table = [[record["values"][name] for name in names] for record in results]
        axes.imshow(table, cmap="RdYlGn", vmin=0, vmax=15, aspect="auto")
        for i, row in enumerate(table):
            for j, value in enumerate(row):
                pale = 3 < value < 13
                axes.text(
                    j, i, f"{value:.0f}", ha="center", va="center", fontsize=8, color="black" if pale else "white"
                )
        axes.set_xticks(range(len(names)), names, rotation=60, ha="right")
        axes.set_yticks(range(len(results)), [record["row"] for record in results])
        axes.set_title("correct digits: standard deviation of nine columns, F of eleven analyses of variance")


def agreement(results, save):
    """How far each count lies from its expectation, in units of √e; under each bar is its count.

    The standard deviation of chance alone is √(1 − share), a little less than the half of the grey band.
    """
    with save("deviations", figsize=(9, 1.6 + 1.2 * len(results))) as figure:
        rows = figure.subplots(len(results), 1, squeeze=False, sharey=True)[:, 0]
        for axes, record in zip(rows, results):
            shares, lists = record["config"]["shares"], record["config"]["observed"]
            ticks = {}
            for k, counts in enumerate(lists):
                expected = [sum(counts) * share / sum(shares) for share in shares]
                places = [i + k / (len(lists) + 1) for i in range(len(shares))]
                height = [(o - e) / e**0.5 if e else 0 for o, e in zip(counts, expected)]
                axes.bar(places, height, width=0.8 / len(lists), color="C0")
                ticks |= dict(zip(places, counts))
            axes.axhspan(-1, 1, color="0.9", zorder=0)
            axes.axhline(0, color="black", linewidth=0.8)
            axes.set_title(record["row"], loc="left", fontsize=8)
            axes.set_xticks(list(ticks), ticks.values(), fontsize=7)
        figure.supylabel("(o - e) / √e", fontsize="medium")
        figure.supxlabel("observed counts; grey: as far as chance alone usually goes", fontsize="medium")


def kicks(results, save):
    """Corps-years with 0, 1, 2, ... deaths, beside Poisson's law."""
    with save("poisson") as figure:
        axes = figure.subplots()
        observed = results[0]["config"]["observed"]
        expected = [results[0]["values"][str(k)] for k in range(len(observed))]
        places = range(len(observed))
        axes.bar([k - 0.2 for k in places], observed, width=0.4, label="observed")
        axes.bar([k + 0.2 for k in places], expected, width=0.4, label="expected by Poisson's law")
        axes.set(xlabel="deaths by horse kick in a corps and year", ylabel="corps-years", xticks=list(places))
        axes.legend()


def objection(results, save):
    """The law of chi-square that Mendel's counts should have followed, and where they stand: far to the left."""
    last = max(results, key=lambda record: record["config"]["df"])["config"]
    x = [last["df"] * k / 100 for k in range(30, 180)]
    step = last["df"] / 1000
    tail = [distributions.chi_square_tail(v, last["df"]) for v in x]
    height = [(t - distributions.chi_square_tail(v + step, last["df"])) / step for v, t in zip(x, tail)]
    with save("too-good") as figure:
        axes = figure.subplots()
        axes.plot(x, height, label=f"chance alone, {last['df']} degrees of freedom")
        axes.axvline(last["chi_square"], color="C1", label=f"Mendel's counts: {last['chi_square']:.1f}")
        axes.set(xlabel="chi-square of all experiments", ylabel="density", ylim=(0, 1.4 * max(height)))
        axes.legend(loc="upper right")


def iris(results, save):
    """The four measurements by species."""
    with save("species", figsize=(9, 3.2)) as figure:
        for axes, name in zip(figure.subplots(1, 4), classics.IRIS):
            dots(axes, classics.by_group("iris1936", name))
            axes.set_title(f"{name} (cm)")


def dots(axes, groups):
    """Every value as a dot, side by side by group, with the group's mean as a line."""
    for place, values in enumerate(groups.values()):
        wide = [place + 0.3 * ((7 * k) % 11 - 5) / 5 for k in range(len(values))]
        axes.plot(wide, [float(Fraction(v)) for v in values], ".", alpha=0.5)
        m = float(description.mean(values))
        axes.plot([place - 0.4, place + 0.4], [m, m], color="black", linewidth=1.5)
    axes.set_xticks(range(len(groups)), [name[:12].replace("$", r"\$") for name in groups], rotation=30, ha="right")


def save_all(folder, columns, group=None):
    """A picture of each of the columns of numbers, by group where there is one, and of every pair: PNG files in `folder`."""
    from abacus.running import plot

    folder.mkdir(parents=True, exist_ok=True)
    for number, column in enumerate(columns, 1):
        labels = group.values if group else ["all"] * len(column.values)
        parts = {}
        for value, label in zip(column.values, labels):
            if value is not None and label is not None:
                parts.setdefault(label, []).append(value)
        with plot.figure(folder / f"{number:02d}-{_file(column)}.png", figsize=(8, 3.4)) as figure:
            left, right = figure.subplots(1, 2)
            left.hist([float(v) for v in column.present], bins="auto", color="C0")
            left.set(xlabel=_label(column), ylabel="rows")
            dots(right, parts)
    for (i, first), (j, second) in combinations(enumerate(columns, 1), 2):
        with plot.figure(folder / f"{i:02d}-{j:02d}-{_file(first)}-{_file(second)}.png") as figure:
            axes = figure.subplots()
            both = [
                (float(a), float(b)) for a, b in zip(first.values, second.values) if a is not None and b is not None
            ]
            axes.plot([a for a, _ in both], [b for _, b in both], ".")
            axes.set(xlabel=_label(first), ylabel=_label(second))


def _file(column):
    """A name that is safe in every file system."""
    return re.sub(r"[^A-Za-z0-9]+", "_", column.name)[:40]


def _label(column):
    return column.name[:40].replace("$", r"\$")
