"""Sentences of the same words that mean the opposite: what no bag of words can tell, and what windows of words can."""

from dataclasses import dataclass

import kim
import methods
import newsgroups
import pictures
import treebank
from abacus.launch import launch
from abacus.settings import at_least

PARTS = ["the plot", "the cast", "the music", "the end"]
GOOD = ["good", "fine", "clever", "funny", "fresh", "moving"]
BAD = ["bad", "dull", "stale", "silly", "weak", "boring"]
SLEPT = ["i did {}sleep", "we did {}stay", "they did {}call", "you were {}there"]


@dataclass
class Config:
    train: int = at_least(2)  # sentences to learn from
    test: int = at_least(1)  # sentences to judge
    width: int = at_least(4)  # numbers of a word's vector
    batch: int = at_least(1)  # sentences of a step
    passes: int = at_least(1)  # of each network over the sentences


def turned(cfg: Config, job):
    """The share of new sentences that each method judges rightly, in per cent: {row: {column: value}}."""
    learnt, asked = written(cfg.train, job.rng("train")), written(cfg.test, job.rng("test"))
    out = {
        name: {"accuracy": methods.counted_on(learnt, asked, longest)}
        for name, longest in (("words", 1), ("pairs of words", 2))
    }
    for name in ("average", "windows", "recurrent", "transformer"):
        model, right = methods.learnt_on(learnt, asked, name, cfg.width, cfg.batch, cfg.passes, job)
        out[name] = {"accuracy": right}
        if name == "windows":
            pictures.two_readings(model, learnt, job)
    best = max(out[name]["accuracy"] for name in ("words", "average"))
    print(
        f"No bag of words can tell these sentences from their opposites: {best:.0f}% right; windows of words: "
        f"{out['windows']['accuracy']:.0f}%."
    )
    return out


def written(count, rng):
    """(sentences as lists of words, labels 0 or 1): each has one opinion, one other clause, and the word "not" once.

    Where "not" stands turns the opinion or does not: the same words are found under both labels.
    """
    sentences, labels = [], []
    for _ in range(count):
        good, inside, first = rng.integers(0, 2, 3)
        opinion = f"{rng.choice(PARTS)} was {'not ' * inside}{rng.choice(GOOD if good else BAD)}"
        other = str(rng.choice(SLEPT)).format("" if inside else "not ")
        sentences.append((f"{opinion} , {other}" if first else f"{other} , {opinion}").split())
        labels.append(good ^ inside)
    return sentences, labels


if __name__ == "__main__":
    launch(
        turned,
        newsgroups.printed,
        treebank.judged,
        kim.accuracy,
        methods.counted,
        methods.learnt,
        figures={turned: pictures.bars, methods.learnt: pictures.bars},
    )
