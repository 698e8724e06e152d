"""Describe a file of your own: python describe.py data.csv --group COLUMN (or --paired FIRST SECOND)

What the columns hold, how they go together, whether the groups differ, in words, and what each sentence assumes.
"""

import argparse
import math
import random
import sys
from fractions import Fraction
from itertools import combinations
from pathlib import Path

import counts
import description
import means
import permutation
import relations
from abacus import command, sheet
from abacus.errors import BadInput

LEVEL = 0.95  # of confidence
PAIRED = 8  # columns of numbers, at most, of which all pairs are looked at
GROUPS, WORDS = 50, 10  # that can be compared; different words of a column that are shown
SHUFFLES, WORK, ROWS = 9_999, 2_000_000, 10_000  # random dealings; values dealt in all; rows up to which that is done


@command.guarded
def main(arguments):
    """Read, print the report, save the plots."""
    reader = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    reader.add_argument("file", help="names in the first line; commas, semicolons or tabs between the values")
    reader.add_argument("--group", metavar="COLUMN", help="the column whose words are the groups to compare")
    reader.add_argument("--paired", metavar="COLUMN", nargs=2, help="two columns of numbers of the same things")
    reader.add_argument("--column", metavar="NAME", action="append", help="only this column; may be given again")
    reader.add_argument("--plots", metavar="FOLDER", help="save a picture of every column and pair there")
    wanted = reader.parse_args(arguments)
    columns = chosen(wanted.file, wanted.group, wanted.column, wanted.paired or ())
    if wanted.plots and Path(wanted.plots).exists() and not Path(wanted.plots).is_dir():
        raise BadInput(f"--plots {wanted.plots}: a file; a folder is wanted")
    command.tell(report(sheet.printable(Path(wanted.file).name), columns, wanted.group, wanted.paired))
    if wanted.plots:
        import pictures  # needs matplotlib

        pictures.save_all(Path(wanted.plots), measured(columns, wanted.group)[:PAIRED], columns.get(wanted.group))


def chosen(path, group=None, names=None, pair=()):
    """The columns of the file: all, or those in `names` with the group's and the pair's."""
    columns = sheet.read(path, words=[group] if group else [], number=Fraction)
    for name in (*(names or ()), *pair):
        sheet.find(name, columns, sheet.printable(Path(path).name))
    return {name: c for name, c in columns.items() if not names or name in (*names, *pair, group)}


def report(name, columns, group=None, pair=None):
    """The lines that describe the columns, compare groups and pairs, and judge all the questions together."""
    rows = len(next(iter(columns.values())).values)
    lines, questions = [f"{name}: {rows:,} rows, {_counted(len(columns), 'column')}"], {}
    if group and not 2 <= (found := len(set(columns[group].present))) <= GROUPS:
        raise BadInput(f'--group "{group}": {_counted(found, "different value")}; 2 to {GROUPS} groups can be compared')
    for column in columns.values():
        lines += ["", *(numbers(column) if column.numeric else words(column))]
    if group:
        for column in columns.values():
            if column.name != group and not _row_numbers(column):
                lines += ["", *compared(column, columns[group], questions)]
    if pair:
        lines += ["", *differences(columns[pair[0]], columns[pair[1]], questions)]
    lines += together(measured(columns, group), questions)
    return [*lines, *judged(questions)]


def measured(columns, group=None):
    """The columns of numbers that are neither the group's nor the numbers of the rows."""
    return [c for c in columns.values() if c.numeric and c.present and c.name != group and not _row_numbers(c)]


def numbers(column):
    """What a column of numbers holds."""
    values = column.present
    lines = [f"{column.name}: {_size(column, 'number')}"]
    if len(set(values)) < 2:
        return [*lines, f"  every value is {float(values[0]):.15g}: no spread, so nothing to test"]
    if _row_numbers(column):
        return [*lines, "  whole numbers one after the other: a label rather than a measurement, not tested"]
    low, middle, high = description.quartiles(values)
    fence, sd = 3 * (high - low) / 2, description.sd(values)  # the fence is Tukey's
    far = [_short(x, sd) for x in values if not low - fence <= x <= high + fence]
    test = means.one_sample(values)
    shown = ", ".join(far[:5]) + (f" and {len(far) - 5} more" if len(far) > 5 else "")
    return [
        *lines,
        f"  mean {_short(test.difference, sd)} ({_range(test.interval(LEVEL), sd)} with 95 % confidence), "
        f"standard deviation {_short(sd)}",
        f"  least {_short(min(values), sd)}, quartiles {', '.join(_short(q, sd) for q in (low, middle, high))}, "
        f"greatest {_short(max(values), sd)}; skewness {description.skewness(values):.2f}",
        f"  far from the rest (1.5 quartile distances beyond a quartile): {shown or 'none'}",
    ]


def words(column):
    """What a column of words holds: how often each, the most frequent first."""
    tally = counts.tally(column.present)
    if not tally:
        return [f"{column.name}: every value is missing"]
    shown = [f"{sheet.printable(word)} {count:,}" for word, count in tally[:WORDS]]
    more = [f"{len(tally) - WORDS:,} others"] if len(tally) > WORDS else []
    return [f"{column.name}: {_size(column, 'word')}, {len(tally):,} different: {', '.join(shown + more)}"]


def compared(column, group, questions):
    """Does the column differ from group to group? Enters the answer's p in `questions`."""
    title = f"{column.name} by {group.name}"
    parts = {}
    for value, label in zip(column.values, group.values):
        if value is not None and label is not None:
            parts.setdefault(label, []).append(value)
    if not column.numeric:
        return counted(title, parts, questions)
    lines = [title]
    for label, values in parts.items():
        sd = description.sd(values) if len(values) > 1 else 0
        shown = f"  sd {_short(sd)}" if len(values) > 1 else ""
        lines.append(
            f"  {sheet.printable(label)}: n {len(values):,}  mean {_short(description.mean(values), sd)}{shown}"
        )
    kept = [values for values in parts.values() if len(values) > 1]
    if len(kept) < len(parts):
        lines.append("  groups of one value are left out of what follows")
    if len(kept) < 2 or len({x for values in kept for x in values}) < 2:
        return [*lines, "  nothing to compare: fewer than two groups of two values, or all values are equal"]
    return [*lines, *_differences(title, kept, questions)]


def _differences(title, parts, questions):
    p, lines = None, []
    if all(description.squares(values) for values in parts):
        if len(parts) == 2:
            test = means.welch(*parts)
            p = test.p
            lines.append(
                f"  Welch's t: second mean less first {_short(test.difference)} ({_range(test.interval(LEVEL))} with "
                f"95 % confidence), t = {test.t:.4g}, df = {test.df:.4g}, {command.p(p)}"
            )
        else:
            (f, df1, df2, p), equal = means.welch_anova(parts), means.anova(parts)
            lines += [
                f"  Welch's F({df1}, {df2:.4g}) = {f:.4g}, {command.p(p)}",
                f"  Fisher's F({equal.df_between}, {equal.df_within}) = {_short(equal.f)}, {command.p(equal.p)}: "
                "the same if the spreads are equal",
            ]
        spreads = [description.sd(values) for values in parts]
        lines += [
            f"    {_chance(p, 'means were equal')}",
            "    assumes independent rows, and values of each group that are about normal (which matters less, "
            f"the more there are); spreads may differ (here the largest is {max(spreads) / min(spreads):.2f} times the smallest)",
        ]
    else:
        lines.append("  all values of a group are equal: no test of means that weighs by spread")
    name, statistic, rank_p = permutation.by_ranks(parts)
    lines.append(f"  by ranks ({name}): {_short(statistic)}, {command.p(rank_p)}")
    lines.append("    assumes independent rows, five values a group; asks whether a group tends to larger ones")
    if sum(map(len, parts)) <= ROWS:
        label_p, dealings = permutation.labels(parts, min(SHUFFLES, WORK // sum(map(len, parts))), random.Random(0))
        lines.append(f"  by labels ({f'{dealings:,} random' if dealings else 'all'} dealings): {command.p(label_p)}")
        lines.append("    assumes only that the labels could as well have been dealt otherwise")
        p = label_p if p is None else p
    if p is not None:
        questions[title] = p
    return lines


def differences(first, second, questions):
    """Do two columns that were measured on the same things differ?"""
    title = f"{second.name} less {first.name}, row by row"
    if not (first.numeric and second.numeric):
        raise BadInput(f'--paired "{first.name}" "{second.name}": both must be columns of numbers')
    apart = [b - a for a, b in zip(first.values, second.values) if a is not None and b is not None]
    if len(set(apart)) < 2:
        return [f"{title}: fewer than two rows, or always the same difference"]
    test, (v, _, rank_p) = means.one_sample(apart), permutation.signed_ranks(apart)
    questions[title] = test.p
    return [
        title,
        f"  Student's t: mean {_short(test.difference)} ({_range(test.interval(LEVEL))} with 95 % confidence), "
        f"t = {test.t:.4g}, df = {test.df}, {command.p(test.p)}",
        f"    {_chance(test.p, 'mean difference were 0')}",
        "    assumes independent rows, and differences that are about normal",
        f"  by signed ranks (Wilcoxon): V = {_short(v)}, {command.p(rank_p)}; assumes differences symmetric about their middle",
        f"  by signs: {command.p(permutation.sign_flips(apart))}; assumes only that each pair could as well be swapped",
    ]


def counted(title, parts, questions):
    """Are two columns of words independent?"""
    seen = counts.tally([word for found in parts.values() for word in found])
    if len(parts) < 2 or not 2 <= len(seen) <= GROUPS or seen[0][1] == 1:
        return [f"{title}: nothing to compare (2 to {GROUPS} words that come again, in two groups, are needed)"]
    table = [[found.count(word) for word, _ in seen] for found in parts.values()]
    statistic, df, p, least = counts.independence(table)
    lines = [title] + [
        f"  {sheet.printable(label)}: "
        + ", ".join(f"{sheet.printable(word)} {count}" for (word, _), count in zip(seen, row))
        for label, row in zip(parts, table)
    ]
    lines.append(f"  chi-square({df}) = {float(statistic):.4g}, {command.p(p)}")
    lines.append(f"    {_chance(p, 'two columns had nothing to do with one another')}")
    doubt = "" if least >= 5 else ": too few to trust it"
    lines.append(f"    assumes independent rows and expected counts of 5 or more (the least is {least:.3g}{doubt})")
    if len(table) == len(seen) == 2:
        p = float(counts.fisher_exact(table)[1])
        lines.append(f"  Fisher's exact test: {command.p(p)}; assumes no number of rows")
    questions[title] = p
    return lines


def together(columns, questions):
    """How every two columns of numbers go together."""
    if len(columns) < 2:
        return []
    if len(columns) > PAIRED:
        return ["", f"{math.comb(len(columns), 2)} pairs of columns: choose with --column (at most {PAIRED} columns)"]
    lines = ["", "Pairs of columns (independent rows; r and its interval: straight clouds; none is a cause)"]
    for first, second in combinations(columns, 2):
        both = [(a, b) for a, b in zip(first.values, second.values) if a is not None and b is not None]
        x, y = zip(*both) if both else ((), ())
        title = f"{second.name} against {first.name}"
        if len(both) < 4 or len(set(x)) < 2 or len(set(y)) < 2:
            lines.append(f"  {title}: fewer than four pairs, or no spread")
            continue
        (a, b), r, rank = relations.line(x, y), relations.pearson(x, y), relations.spearman(x, y)
        lines.append(
            f"  {title}: n {len(both):,}, r = {r.r:.3f} ({_range(r.interval(LEVEL))}), {command.p(r.p)}; of ranks {rank.r:.3f}; "
            f"line {_short(a, description.sd(y))} {'-' if b < 0 else '+'} {_short(abs(b))} x"
        )
        questions[title] = r.p
    return lines


def judged(questions):
    """What stays below 0.05 when all questions are judged together, by Holm's correction."""
    if len(questions) < 2:
        return []
    stay = [f"{title} ({command.p(p)})" for title, p in counts.holm(questions).items() if p < 1 - LEVEL]
    return [
        "",
        f"{len(questions)} questions were asked: of so many, {len(questions) * (1 - LEVEL):.2g} fall below 0.05 by chance alone.",
        f"After Holm's correction these stay below: {'; '.join(stay) or 'none'}.",
    ]


def _row_numbers(column):
    n = len(column.values)
    return n > 4 and column.values in (list(range(n)), list(range(1, n + 1)))


def _size(column, kind):
    found, lost = len(column.present), len(column.values) - len(column.present)
    return f"{_counted(found, kind)}, {f'{lost:,} missing' if lost else 'none missing'}"


def _counted(n, word):
    return f"{n:,} {word}{'s' * (n != 1)}"


def _chance(p, condition):
    per = "fewer than 1 of 10,000" if p < 1e-4 else f"about {1000 * p:.{0 if p > 0.01 else 1}f} of 1,000"
    return f"if the {condition}, a difference as large would come up in {per} samples"


def _short(x, spread=0):
    """Four digits of a number; of one that is large, also beside the spread of its column, as many as the spread has."""
    x = description.nearest(x)
    if not (1e4 <= abs(x) < 1e15 or (1000 * spread <= abs(x) < 1e15 and spread)):
        return f"{x:.4g}"
    places = 3 - math.floor(math.log10(spread)) if spread else 0
    return f"{x:,.{min(max(0, places), 14 - math.floor(math.log10(abs(x))))}f}"


def _range(interval, spread=0):
    return " to ".join(_short(end, spread) for end in interval)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
