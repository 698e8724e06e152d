"""The figures that scikit-learn's guides print for four of the 20 newsgroups: TF-IDF and naive Bayes, to the last digit."""

import re
from dataclasses import dataclass

import numpy as np

import bags
from abacus import data
from abacus.settings import above

GUIDE = ["alt.atheism", "comp.graphics", "sci.space", "talk.religion.misc"]
TUTORIAL = ["alt.atheism", "comp.graphics", "sci.med", "soc.religion.christian"]
QUOTED = re.compile(r"writes in|writes:|wrote:|says:|said:|^In article|^Quoted from|^\||^>")


@dataclass
class Config:
    guide_alpha: float = above(0)  # smoothing of naive Bayes in the user guide
    tutorial_alpha: float = above(0)  # the same in the tutorial


def printed(cfg: Config, job):
    """Both documents' figures, as {row: {column: value}}."""
    news = data.load("20newsgroups")
    guide = figures(*chosen(news, GUIDE), cfg.guide_alpha, str)
    body = figures(*chosen(news, GUIDE), cfg.guide_alpha, stripped)
    texts, labels, test, wanted = chosen(news, TUTORIAL)
    columns, x, z = weighted(texts, test)
    right = np.mean(bags.NaiveBayes(cfg.tutorial_alpha).fit(x, labels).predict(z) == wanted)
    return {
        "user guide": guide,
        "user guide, test messages stripped": {"macro F1": mixed(news, cfg.guide_alpha)},
        "user guide, all messages stripped": {"macro F1": body["macro F1"]},
        "tutorial": {
            "documents": len(texts),
            "terms": len(columns),
            'column of "algorithm"': columns["algorithm"],
            "accuracy": float(right),
        },
    }


def figures(texts, labels, test, wanted, alpha, treat):
    """The size of the training matrix, its mean number of entries in a document, and macro F1 on the test messages."""
    _columns, x, z = weighted([treat(text) for text in texts], [treat(text) for text in test])
    said = bags.NaiveBayes(alpha).fit(x, labels).predict(z)
    return {
        "documents": x.shape[0],
        "terms": x.shape[1],
        "entries of a document": x.nnz / x.shape[0],
        "macro F1": bags.macro_f1(said, wanted),
    }


def mixed(news, alpha):
    """Macro F1 where whole messages are learnt from, and stripped ones are to be sorted."""
    texts, labels, test, wanted = chosen(news, GUIDE)
    _, x, z = weighted(texts, [stripped(text) for text in test])
    return bags.macro_f1(bags.NaiveBayes(alpha).fit(x, labels).predict(z), wanted)


def chosen(news, groups):
    """(training texts, labels, test texts, labels) of some groups."""
    numbers = [news.groups.index(group) for group in groups]

    def part(texts, labels):
        kept = np.flatnonzero(np.isin(labels, numbers))
        return [texts[i] for i in kept], labels[kept]

    return *part(news.train_texts, news.train_labels), *part(news.test_texts, news.test_labels)


def weighted(texts, test):
    """(vocabulary of the training texts, their TF-IDF rows, those of the test texts)."""
    documents = [bags.tokens(text) for text in texts]
    columns = bags.vocabulary(documents)
    counts = bags.counted(documents, columns)
    weights = bags.TfIdf().fit(counts)
    return columns, weights.transform(counts), weights.transform(bags.counted(map(bags.tokens, test), columns))


def stripped(text):
    """A message without its headers (all before the first empty line), its signature (all from the last line that is
    empty or of dashes) and quoted lines: the three in this order, as scikit-learn does."""
    lines = text.partition("\n\n")[2].strip().split("\n")
    last = next((i for i in range(len(lines) - 1, -1, -1) if not lines[i].strip().strip("-")), 0)
    body = lines[:last] if last > 0 else lines
    return "\n".join(line for line in body if not QUOTED.search(line))
