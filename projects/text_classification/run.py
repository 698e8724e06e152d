"""Sentences of the same words that mean the opposite: what no bag of words can tell, and what windows of words can."""

from dataclasses import dataclass

import numpy as np

import counting
import newsgroups
import pictures
import sentences
import training
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
    out = {}
    for name, longest in (("words", 1), ("pairs of words", 2)):
        plain = counting.Config([], longest, True, 0, 1.0, 2)
        out[name] = {"accuracy": counting.accuracy(learnt, asked, plain)}
    known, numbers = sentences.numbered(learnt[0])
    pages = [known.encode(words) for words in asked[0]]
    for name in ("average", "windows", "recurrent", "transformer"):
        small = training.Config([], name, cfg.width, "adadelta", 0.2, 1e9, cfg.batch, cfg.passes, 0.1, 2, 1)
        model = training.learner(small, 2, len(known), job.rng(f"init {name}"))
        for i in job.epochs(cfg.passes, model):
            job.log(network=name, epoch=i, loss=model.learn(numbers, learnt[1], cfg.batch, job.rng(name, i)))
        out[name] = {"accuracy": model.accuracy(pages, asked[1])}
        if name == "windows":
            pictures.two_readings(model, known, job)
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
    texts, labels = [], []
    for _ in range(count):
        good, inside, first = rng.integers(0, 2, 3)
        opinion = f"{rng.choice(PARTS)} was {'not ' * inside}{rng.choice(GOOD if good else BAD)}"
        other = str(rng.choice(SLEPT)).format("" if inside else "not ")
        texts.append((f"{opinion} , {other}" if first else f"{other} , {opinion}").split())
        labels.append(good ^ inside)
    return texts, np.array(labels)


if __name__ == "__main__":
    drawn = {turned: pictures.bars, training.learnt: pictures.bars}
    launch(turned, newsgroups.printed, counting.counted, training.learnt, figures=drawn)
