"""The ledger by class of proof: a line for each class and no sum, for an experiment and a formula are not one kind of evidence.

A print counts once, in one column. What judges it a second time (`variant`) is shown with its table and not counted; what
agrees because a setting was chosen so (`fitted`) has a column of its own, beside the print's own verdict where it has one.
"""

from abacus import papers, verdict
from abacus.papers.table import CLASSES

WORDS = verdict.CELL_WORDS
JUDGED = ("reproduced", "consistent", "differs, better", "not reproduced", "inconclusive")
MEANING = {
    "experiment": "a stochastic result that a paper or a course prints",
    "fit": "a deterministic method on a data set",
    "count": "parameters, connections, combinations",
    "software": "what a program prints: Stata, R",
    "certificate": "values that an institution certifies: NIST, TSPLIB",
    "suite": "expected values of another program's own tests",
    "closed form": "a formula or a worked example",
    "reference": "values that nobody printed: made by us with another program, or from a formula",
}


def counted(entry):
    """{word: number of cells} that one table of the ledger adds to the line of its class, claims among them."""
    cells = [cell for cell in entry.cells if not entry.variant or cell.verdict == "fitted"]
    return verdict.counts(cells)


def by_class(found):
    """{class: {word: number}} of all tables in papers/; the tables that no experiment judges are missing or unverified."""
    total = {name: dict.fromkeys(WORDS + verdict.ORDERING_WORDS, 0) for name in CLASSES}
    for entry in found:
        if entry.table:
            for word, number in counted(entry).items():
                total[entry.table.proof][word] += number
    for table in without_experiment(found):
        for word, number in verdict.counts(verdict.judge(table, {})).items():
            total[table.proof][word] += number
    return total


def without_experiment(found):
    """The printed tables that no experiment of any project judges, in the order of their papers."""
    judged = {entry.plan["reproduces"] for entry in found}
    return [papers.table(name) for name in papers.tables() if name not in judged]


def markdown(found):
    """The table of the front page: a line for each class, experiments first, and no sum."""
    lines = [
        "| class of proof | " + " | ".join(WORDS) + " | claims that hold |",
        "| --- |" + " --: |" * (len(WORDS) + 1),
    ]
    for name, number in by_class(found).items():
        claims = sum(number[word] for word in verdict.ORDERING_WORDS)
        said = [str(number[word] or "") for word in WORDS] + [f"{number['holds']} of {claims}" if claims else ""]
        lines.append(f"| **{name}**: {MEANING[name]} | " + " | ".join(said) + " |")
    return "\n".join(lines)


def experiments(found):
    """One sentence for the front page: of the experiments that papers print, how many were judged and how it went."""
    number = by_class(found)["experiment"]
    judged = sum(number[word] for word in JUDGED)
    return (
        f"Of the experiments that papers print we have judged **{judged} numbers: {number['reproduced']} are reproduced**, "
        f"{number['consistent']} are consistent with the one run that is printed, {number['not reproduced']} are not "
        f"reproduced, {number['differs, better']} differ for the better (which is no reproduction either), and of "
        f"{number['inconclusive']} our seeds cannot tell. Of {number['undecidable']} more no number of seeds could tell, "
        f"{number['missing']} have not been run, and {number['fitted']} come out by a setting that was chosen for it."
    )
