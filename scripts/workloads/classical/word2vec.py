"""Two passes of skip-gram with five negatives over 4 000 messages of 20 Newsgroups, one thread; the surprise is ours, of both."""

import numpy as np
from workloads.estimators import our

LINES, SIZE, PASSES = 4000, 100, 2
NO_WORSE = True


def text():
    return our("word_vectors/texts.sentences")("20 newsgroups")[:LINES]


def abacus(threads):
    lines, model = text(), our("word_vectors/word2vec.Word2Vec")
    return lambda: (model(SIZE, passes=PASSES).fit(lines), lines)


def gensim(threads):
    from gensim.models import Word2Vec

    lines, settings = text(), {"vector_size": SIZE, "epochs": PASSES, "sg": 1, "workers": 1, "seed": 0}
    return lambda: (Word2Vec(lines, **settings), lines)


def LOSS(answer):
    """Eq. 8 of word_vectors on the first words of the text, by the same function and the same draws for both."""
    model, lines = answer
    if hasattr(model, "wv"):
        theirs, model = model, our("word_vectors/word2vec.Word2Vec")(SIZE)
        model.vocabulary_, model.counts_ = our("word_vectors/texts.common")(lines, model.least)
        rows = np.array([theirs.wv.key_to_index[word] for word in model.vocabulary_])
        model.vectors_, model.out_ = theirs.wv.vectors[rows], theirs.syn1neg[rows]
    return model.surprise(lines, 20_000)


PEERS = {"abacus": abacus, "gensim": gensim}
