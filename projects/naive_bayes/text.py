"""From sentences to sparse counts: words, pairs of neighbouring words, and the numbers they get."""

import itertools

import numpy as np
import scipy.sparse

START, END = "*start*", "*end*"


def grams(words, longest):
    """The words, and for longest = 2 the pairs of neighbours too, with a boundary word on either side.

    The boundary pairs (*start* first, last *end*) are not in the paper: they are in the authors' makeDict*.m, and
    without them MPQA, whose phrases are a word or three long, falls short of the printed value.
    """
    if longest == 1:
        return words
    padded = [START, *words, END]
    return words + [f"{a} {b}" for a, b in itertools.pairwise(padded)]


def counted(documents, vocabulary, grow):
    """Counts of the tokens as CSR (documents, vocabulary); new tokens join the vocabulary if `grow`, or are skipped.

    A document is a list of tokens; the vocabulary is a dict token -> column, extended in place.
    """
    columns, start = [], [0]
    for tokens in documents:
        if grow:
            columns.extend([vocabulary.setdefault(token, len(vocabulary)) for token in tokens])
        else:
            columns.extend([vocabulary[token] for token in tokens if token in vocabulary])
        start.append(len(columns))
    shape = (len(start) - 1, len(vocabulary))
    matrix = scipy.sparse.csr_array(
        (np.ones(len(columns)), np.array(columns, np.int32), np.array(start, np.int32)), shape
    )
    matrix.sum_duplicates()
    return matrix


def present(counts):
    """The same matrix with every count replaced by 1."""
    return scipy.sparse.csr_array((np.ones_like(counts.data), counts.indices, counts.indptr), counts.shape)
