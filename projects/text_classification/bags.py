"""A text as a bag: tokens, runs of tokens, counts in a sparse matrix, TF-IDF, hashing, and naive Bayes on any of them."""

import re
import zlib

import numpy as np
import scipy.sparse

from abacus.errors import BadInput

WORD = re.compile(r"\b\w\w+\b")  # two or more letters, digits or underscores


def tokens(text):
    """The words of a text in lower case, each of at least two characters (the rule of scikit-learn's vectorisers)."""
    return WORD.findall(text.lower())


def grams(words, longest):
    """All runs of 1 to `longest` neighbouring words, as text: the words first, then the pairs, and so on."""
    return [" ".join(words[i : i + length]) for length in range(1, longest + 1) for i in range(len(words) - length + 1)]


def vocabulary(documents):
    """{token: column} of all tokens of some documents (lists of tokens), in the order of their code points."""
    return {token: column for column, token in enumerate(sorted({token for words in documents for token in words}))}


def counted(documents, columns):
    """How often each token of the dict `columns` comes in each document: CSR (documents, columns); others are skipped."""
    return _matrix([[columns[token] for token in words if token in columns] for words in documents], len(columns))


def hashed(documents, width):
    """As `counted`, with no vocabulary: a token's column is its CRC-32 modulo `width`, and tokens may share one (eq. 4)."""
    if width < 1:
        raise BadInput(f"hashed: {width} columns, wanted at least one")
    return _matrix([[bucket(token, width) for token in words] for words in documents], width)


def bucket(token, width):
    """The column of a token among `width`: the same in every process, unlike Python's hash."""
    return zlib.crc32(token.encode("utf-8", "surrogatepass")) % width  # eq. 4


def present(counts):
    """The same matrix with every count replaced by 1."""
    return scipy.sparse.csr_array((np.ones_like(counts.data), counts.indices, counts.indptr), counts.shape)


class TfIdf:
    """Counts times log((1 + n)/(1 + df)) + 1, each row scaled to length 1 (eq. 3); n and df are those of `fit`."""

    def fit(self, counts):
        """Learn the weight of each column from CSR counts (documents, tokens)."""
        frequency = np.bincount(counts.indices, minlength=counts.shape[1])
        self.idf_ = np.log((1 + counts.shape[0]) / (1 + frequency)) + 1
        return self

    def transform(self, counts):
        """The weighted rows, CSR; a row without a known token stays 0."""
        weighted = counts @ scipy.sparse.diags_array(self.idf_)
        length = np.sqrt(np.asarray((weighted * weighted).sum(axis=1)).ravel())
        return scipy.sparse.csr_array(scipy.sparse.diags_array(1 / np.where(length > 0, length, 1)) @ weighted)


class NaiveBayes:
    """log p(c) + Σ x_v log p(v | c), p(v | c) with `alpha` more of every token (eq. 1, 2); x ≥ 0, counts or weights."""

    def __init__(self, alpha=1.0):
        self.alpha = alpha

    def fit(self, x, labels):
        """x CSR (documents, tokens), labels (documents,) of any sort."""
        self.classes_, index, sizes = np.unique(labels, return_inverse=True, return_counts=True)
        members = scipy.sparse.csr_array((np.ones(len(index)), (index, np.arange(len(index)))))
        smoothed = (members @ x).toarray() + self.alpha
        self.weights_ = np.log(smoothed) - np.log(smoothed.sum(axis=1, keepdims=True))  # eq. 2
        self.prior_ = np.log(sizes / len(index))
        return self

    def scores(self, x):
        """The logarithms, up to one number for each document: (documents, classes)."""
        return x @ self.weights_.T + self.prior_  # eq. 1

    def predict(self, x):
        """The likeliest class of each document."""
        return self.classes_[self.scores(x).argmax(axis=1)]


def accuracy(said, labels):
    """Per cent of the labels that were said."""
    return 100 * float(np.mean(np.asarray(said) == np.asarray(labels)))


def macro_f1(said, labels):
    """The mean over the classes of 2 TP / (2 TP + FP + FN) (eq. 5)."""
    said, labels = np.asarray(said), np.asarray(labels)
    each = []
    for name in np.unique(np.concatenate([said, labels])):
        hit = np.sum((said == name) & (labels == name))
        each.append(2 * hit / (np.sum(said == name) + np.sum(labels == name)))  # eq. 5
    return float(np.mean(each))


def _matrix(columns, width):
    """CSR counts of lists of columns."""
    starts = np.cumsum([0, *map(len, columns)])
    flat = np.fromiter((column for row in columns for column in row), np.int32, starts[-1])
    matrix = scipy.sparse.csr_array((np.ones(len(flat)), flat, starts), (len(columns), width))
    matrix.sum_duplicates()
    return matrix
