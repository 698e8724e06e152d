"""The words of a text as points in space: skip-gram on the manual that Python carries, and what stands near what."""

from dataclasses import dataclass

import numpy as np

import latent
import masked
import merges
import optimum
import pictures
import texts
import unigram
from abacus import data
from abacus.launch import launch
from abacus.settings import above, at_least, between, one_of


@dataclass
class Config:
    text: str  # "manual", "news", "20 newsgroups", or the path of a file or folder
    architecture: str = one_of("skip-gram", "cbow")  # a word foretells its neighbours, or they foretell it
    size: int = at_least(1)  # numbers that stand for a word
    window: int = at_least(1)  # places that a neighbour is away at most
    least: int = at_least(1)  # times that a word has to come
    negatives: int = at_least(1)  # words drawn for each true neighbour
    sample: float = between(0, 1)  # commoner words than this share of the text are dropped at random; 0: none
    rate: float = above(0)  # first learning rate, falling to 0
    passes: int = at_least(1)  # over the text
    words: list[str]  # whose neighbours are shown


@dataclass
class Comparison:
    text: str  # what is learnt from: "manual", "news", "20 newsgroups", or the path of a file or folder
    size: int = at_least(1)  # numbers that stand for a word, of every method
    window: int = at_least(1)  # places that a neighbour is away at most
    least: int = at_least(1)  # times that a word has to come
    passes: int = at_least(1)  # over the text, or over its pairs


def learn(cfg: Config, job):
    """The surprise of true and drawn neighbours (eq. 8) after the last pass, and the words nearest to those asked for."""
    import word2vec

    lines = texts.sentences(cfg.text)
    model = word2vec.Word2Vec(cfg.size, cfg.window, cfg.least, cfg.architecture, "negative", cfg.negatives,
                              cfg.sample, cfg.rate, cfg.passes, job.rng("model").integers(1 << 31))  # fmt: skip

    def after(number, share):
        job.log(epoch=number + 1, surprise=model.surprise(lines, 5000))
        job.progress(share, f"pass {number + 1}")

    model.fit(lines, after)
    found = {word: model.nearest(word) for word in cfg.words}
    for word, near in found.items():
        print(f"near {word}: {', '.join(f'{other} {cosine:.2f}' for other, cosine in near)}")
    shown = list(dict.fromkeys(other for word, near in found.items() for other in (word, *(name for name, _ in near))))
    if len(shown) > 2:
        with job.figure("words") as figure:
            pictures.plane(figure, model, found)
    surprise, nothing = model.surprise(lines), (1 + cfg.negatives) * np.log(2)
    print(
        f"{sum(map(len, lines))} words of {cfg.text}: a true neighbour and {cfg.negatives} drawn ones surprise by "
        f"{surprise:.2f} nats; without any learning by {nothing:.2f}."
    )
    return {"surprise": surprise, "words": len(model.vocabulary_)}


def compare(cfg: Comparison, job):
    """How well each method's vectors, learnt from one text, agree with 83 people about fifty others; a mean per document."""
    import counts
    import glove
    import word2vec

    lines, seed = texts.sentences(cfg.text), job.rng("model").integers(1 << 31)
    shared = {"size": cfg.size, "window": cfg.window, "least": cfg.least, "random_state": seed}
    methods = {"PPMI": counts.PPMI(**shared), "GloVe": glove.GloVe(**shared, passes=cfg.passes)}
    for architecture in ("skip-gram", "cbow"):
        for output in ("negative", "tree"):
            rate = 0.025 if architecture == "skip-gram" else 0.05  # word2vec.c's own
            methods[f"{architecture}, {output}"] = word2vec.Word2Vec(
                **shared, architecture=architecture, output=output, rate=rate, passes=cfg.passes
            )
    found = {"words as they are": {"correlation": agreement(None, None)}}
    for number, (name, method) in enumerate(methods.items()):
        method.fit(lines)
        found[name] = {"correlation": agreement(method.vocabulary_, method.vectors_)}
        job.progress((number + 1) / len(methods), name)
    return found


def agreement(vocabulary, vectors):
    """Pearson's r with the people's similarities of fifty texts, each the mean of its words' vectors weighted by idf.

    The idf is that of the 350 news texts. Without vectors, a text is its words themselves.
    """
    news = [texts.words(text) for text in texts.news()]
    names, _ = texts.common(news, 1)
    x = latent.weighted(latent.counted(news, names), "tf-idf")[:, -50:]
    if vectors is not None:
        rows = np.zeros((len(names), vectors.shape[1]))
        for word, row in names.items():
            if word in vocabulary:
                rows[row] = vectors[vocabulary[word]]
        x = texts.normalised(rows).T @ x
    return latent.agreement(x.T, data.load("lee").similarities)[0]


if __name__ == "__main__":
    launch(
        learn,
        compare,
        latent.titles,
        latent.book,
        latent.people,
        optimum.optimum,
        merges.merge,
        merges.size,
        unigram.cut,
        masked.foretell,
        masked.parameters,
    )
