"""Learn from your own texts, and say which words decide:  python classify_text.py messages.csv "win a free prize"

The file has a column of texts and one of labels. Without a text, the words that speak most for each label are shown; with
--read FILE --out FILE all texts of another file get their labels.
"""

import argparse
import csv
import sys
from pathlib import Path

import numpy as np

import counts
from abacus import command, folds, sheet, streams
from abacus.errors import BadInput
from texts import TextClassifier, Vectoriser

LONGEST = 1_000_000  # characters of a text
LABELS, SHOWN, FOLDS = 50, 12, 10  # labels, at most; words that are listed; parts of the trial


@command.guarded
def main(arguments):
    """Read, learn, try, and classify what is asked for."""
    reader = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    reader.add_argument("file", help="texts and their labels: names in the first line, commas between the values")
    reader.add_argument("texts", nargs="*", metavar="TEXT", help="a text to be classified, in quotes")
    reader.add_argument(
        "--text", metavar="COLUMN", help="the column of texts (else `text`, or of two the more varied one)"
    )
    reader.add_argument("--label", metavar="COLUMN", help="the column of labels")
    reader.add_argument("--pairs", action="store_true", help="count pairs of neighbouring words too")
    reader.add_argument(
        "--alpha", type=float, default=1.0, help="smoothing: so many times is each word seen beforehand"
    )
    reader.add_argument(
        "--read", metavar="FILE", help="classify the texts of this file: the same column, or one text a line"
    )
    reader.add_argument("--out", metavar="FILE", help="with --read: the CSV to write")
    wanted = reader.parse_intermixed_args(arguments)
    if bool(wanted.read) != bool(wanted.out):
        raise BadInput("--read FILE and --out FILE go together: what is read, and where the labels are written")
    shown = sheet.printable(Path(wanted.file).name)
    name, texts, labels, lost = material(wanted.file, shown, wanted.text, wanted.label)
    others = read(wanted.read, name) if wanted.read else []
    vectoriser = Vectoriser(token_pattern=r"\b\w+\b", ngram_range=(1, 1 + wanted.pairs))
    learnt = TextClassifier(wanted.alpha, vectoriser).fit(texts, labels)
    command.tell(about(shown, texts, labels, lost, learnt))
    for one in wanted.texts:
        command.tell(["", *explained(learnt, one)])
    if wanted.read:
        write(wanted.out, name, others, learnt)
        command.tell(["", f"{sheet.printable(wanted.out)}: {len(others):,} texts with their labels"])
    elif not wanted.texts:
        command.tell(["", *speaking(learnt)])


def material(path, shown, text_name=None, label_name=None):
    """(name of the column of texts, texts, labels, lines on what was left out) of a file."""
    columns = sheet.read(path, words=None, longest=LONGEST)
    for name in filter(None, (text_name, label_name)):
        sheet.find(name, columns, shown)
    rest = [name for name in columns if name not in (text_name, label_name)]
    if not text_name:
        text_name = _only(rest, columns, "text", shown, max)
        rest.remove(text_name)
    if not label_name:
        label_name = _only(rest, columns, "label", shown, min)
    if text_name == label_name:
        raise BadInput(f'{shown}: --text and --label are the same column, "{text_name}"')
    pairs = list(zip(columns[text_name].values, columns[label_name].values))
    kept = [(one, label) for one, label in pairs if one is not None and label is not None]
    lost = (
        [f"  left out: {len(pairs) - len(kept):,} rows without a text or without a label"]
        if len(kept) < len(pairs)
        else []
    )
    known = sorted({label for _, label in kept})
    if not 2 <= len(known) <= LABELS:
        raise BadInput(
            f'{shown}: the column "{label_name}" holds {len(known):,} different labels; 2 to {LABELS} can be learnt'
        )
    return text_name, [one for one, _ in kept], [label for _, label in kept], lost


def _only(names, columns, usual, shown, choose):
    """The column that is meant: the one of the `usual` name, the only one, or of two the one with more or fewer values."""
    if usual in names:
        return usual
    if not 1 <= len(names) <= 2:
        there = sheet.printable(", ".join(columns), 300)
        raise BadInput(f"{shown}: which column holds the {usual}s? Say it with --{usual} NAME; there are: {there}")
    return choose(names, key=lambda name: len(set(columns[name].values)))


def read(path, name):
    """The texts of another file: its column `name`, or where it has none each of its lines."""
    first, *rest = sheet.rows(path, longest=LONGEST) or [(0, [])]
    if name in first[1]:
        place = first[1].index(name)
        short = next((line for line, fields in rest if len(fields) <= place), None)
        if short is not None:
            raise BadInput(f'{sheet.printable(Path(path).name)}, line {short}: no field for "{name}"')
        found = [fields[place] for _, fields in rest]
    else:
        found = [line for line in sheet.lines(path) if line.strip()]
    if not found:
        raise BadInput(f"{sheet.printable(Path(path).name)}: there is no text in it")
    return found


def about(shown, texts, labels, lost, learnt):
    """What was learnt from, and how many labels come out right of texts that were not."""
    sizes = {label: labels.count(label) for label in learnt.classes_}
    each = ", ".join(f"{sheet.printable(label)} {size:,}" for label, size in list(sizes.items())[:SHOWN])
    more = f" and {len(sizes) - SHOWN} more" if len(sizes) > SHOWN else ""
    lines = [
        f"{shown}: {len(texts):,} texts ({each}{more}), {len(learnt.vectoriser_.vocabulary_):,} different words",
        *lost,
    ]
    right, k = tried(learnt, texts, labels)
    return [
        *lines,
        f"  learnt from all but one of {k} parts and tried on that one, each in turn: {right:,} of {len(texts):,} right; "
        f"always the most frequent label, {max(sizes.values()):,}",
    ]


def tried(learnt, texts, labels):
    """(how many labels are right where a text's own part was not learnt from, number of parts)."""
    x, y = learnt.vectoriser_.transform(texts), np.array(labels, dtype=object)
    right, k = 0, min(FOLDS, len(y))
    for train, held in folds.k_fold(len(y), k, streams.rng(0, "folds")):
        words = np.flatnonzero(x[train].sum(axis=0))  # those that were not seen would not be known
        if len(words):
            nb = counts.MultinomialNB(learnt.alpha).fit(x[train][:, words], y[train])
            right += int((nb.predict(x[held][:, words]) == y[held]).sum())
    return right, k


def explained(learnt, one):
    """Lines: the label, and what each word adds to its log-odds."""
    why = learnt.explain(one)
    p = learnt.predict_proba([one])[0].max()
    lines = [f"{sheet.printable(one, 80)}: {sheet.printable(why.label)}, probability {p:.3f}"]
    if not why.words:
        lines.append("  no word of it is known: it gets the label that is most frequent")
    for weight, word in why.words[:SHOWN]:
        lines.append(f"  {weight:+7.2f}  {sheet.printable(word)}")
    if len(why.words) > SHOWN:
        between = why.words[SHOWN:-SHOWN]
        last = why.words[max(SHOWN, len(why.words) - SHOWN) :]
        if between:
            lines.append(f"  {sum(w for w, _ in between):+7.2f}  {len(between):,} words more")
        lines += [f"  {weight:+7.2f}  {sheet.printable(word)}" for weight, word in last]
    lines.append(f"  {why.beforehand:+7.2f}  (how frequent {sheet.printable(why.label)} is beforehand)")
    lines.append(
        f"  {why.log_odds:+7.2f}  in all: log-odds of {sheet.printable(why.label)} against {sheet.printable(why.rival)}"
    )
    if why.unknown:
        more = f" and {len(why.unknown) - SHOWN} more" if len(why.unknown) > SHOWN else ""
        lines.append(f"  not known: {', '.join(map(sheet.printable, why.unknown[:SHOWN]))}{more}")
    return lines


def speaking(learnt):
    """For each label the words that speak most for it: log p(word | label) less that of all other labels together."""
    nb, names = learnt.nb_, learnt.vectoriser_.get_feature_names_out()
    lines = ["The words that speak most for"]
    for k, label in list(enumerate(learnt.classes_))[:SHOWN]:
        others = nb.feature_count_.sum(axis=0) - nb.feature_count_[k] + nb.alpha
        ratio = nb.feature_log_prob_[k] - np.log(others / others.sum())
        best = [sheet.printable(names[i]) for i in np.argsort(-ratio, kind="stable")[:SHOWN] if ratio[i] > 0]
        lines.append(f"  {sheet.printable(label)}: {', '.join(best)}")
    return lines


def write(path, name, texts, learnt):
    """A CSV of each text with its label and the label's probability."""
    p = learnt.predict_proba(texts)
    best = p.argmax(axis=1)
    with open(path, "w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow([name, "label", "probability"])
        out.writerows(zip(texts, learnt.classes_[best], (f"{x:.4f}" for x in p.max(axis=1))))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
