"""Figures: how often each method is right, and which words of a sentence moved a network."""

import numpy as np

import read


def bars(results, save):
    """A bar for each row: the mean accuracy over its seeds and columns."""
    rows = {}
    for record in results:
        for row, value in pairs(record):
            rows.setdefault(row, []).append(value)
    with save("accuracy") as figure:
        axes = figure.subplots()
        names, heights = list(rows), [np.mean(values) for values in rows.values()]
        axes.barh(names[::-1], heights[::-1])
        for place, height in enumerate(heights[::-1]):
            axes.text(height, place, f" {height:.0f}", va="center")
        axes.set(xlabel="right, per cent", xlim=(0, 110))


def pairs(record):
    """(row, number) of a record, of one row or of several."""
    for name, value in record["values"].items():
        yield (name, np.mean(list(value.values()))) if isinstance(value, dict) else (record["row"], value)


def two_readings(model, known, job):
    """What taking out each word does to the network's answer, for a sentence and its opposite of the same words."""
    same = ["the plot was not good , i did sleep", "the plot was good , i did not sleep"]
    with job.figure("words") as figure:
        for axes, sentence in zip(figure.subplots(2, 1), same):
            words = sentence.split()
            answer, moves = read.moved(model, known.encode(words), 1)
            axes.bar(range(len(words)), moves, color=["C0" if move >= 0 else "C1" for move in moves])
            axes.set_xticks(range(len(words)), words)
            axes.axhline(0, color="black", linewidth=0.8)
            axes.set(ylabel="log-odds", title=f"{'good' if answer > 0 else 'bad'}: log-odds {answer:+.1f}")
