"""Latent semantic analysis: documents and words as points in few dimensions, by the singular value decomposition."""

from dataclasses import dataclass

import numpy as np

import texts
from abacus import data, papers
from abacus.errors import BadInput
from abacus.settings import at_least, between, one_of

BOOK = np.array(  # Manning, Raghavan, Schütze 2008, Example 18.4
    [[1, 0, 1, 0, 0, 0], [0, 1, 0, 0, 0, 0], [1, 1, 0, 0, 0, 0], [1, 0, 0, 1, 1, 0], [0, 0, 0, 1, 0, 1]]
)
TERMS = ("ship", "boat", "ocean", "voyage", "trip")


@dataclass
class Query:
    query: str  # words that are looked for in the nine titles; those that no title has are passed over
    rank: int = between(1, 9)  # dimensions that are kept, of nine


@dataclass
class Book:
    rank: int = between(1, 5)  # dimensions that are kept, of five


@dataclass
class People:
    weight: str = one_of("counts", "presence", "tf-idf", "log-entropy")  # what stands for a word in a document
    rank: int = at_least(0)  # dimensions that are kept; 0: all, no decomposition
    background: int = between(0, 300)  # news texts that the method sees beside the fifty that are compared


def svd(x, rank):
    """U (n, rank), s (rank,), Vᵀ (rank, m): the largest singular values of x (n, m) and their vectors (eq. 5), by LAPACK.

    The sign of each pair is arbitrary: ours makes the entry of u that is largest in size positive.
    """
    u, s, vt = np.linalg.svd(x, full_matrices=False)
    u, s, vt = u[:, :rank], s[:rank], vt[:rank]
    signs = np.sign(u[np.abs(u).argmax(axis=0), np.arange(len(s))])
    return u * signs, s, vt * signs[:, None]


def folded(query, u):
    """The coordinates uᵀq of a document q (words,) or of several (words, n) that the decomposition has not seen."""
    return u.T @ query  # eq. 6


def titles(cfg: Query, job):
    """The query's coordinates, and its cosine with each of nine titles, both in `rank` dimensions."""
    header, rows = papers.rows("landauer1998")
    names, x = [row[0] for row in rows], np.array([row[1:] for row in rows], np.float64)
    words = texts.words(cfg.query)
    q = np.array([words.count(name) for name in names], np.float64)
    if not q.any():
        raise BadInput(f"query={cfg.query!r}: none of its words is among {', '.join(names)}")
    u, _, _ = svd(x, cfg.rank)
    at, documents = folded(q, u), folded(x, u)
    unit, asked = (texts.normalised(rows).astype(np.float32) for rows in (documents.T, at[None]))
    cosines = (unit * asked).sum(axis=1)  # gensim keeps unit vectors in single precision, so its last digits are those
    found = {name: {"cosine": float(value)} for name, value in zip(header[1:], cosines)}
    return found | {f"dimension {i + 1}": {"coordinate": abs(float(value))} for i, value in enumerate(at)}


def book(cfg: Book, job):
    """The singular values of the book's five terms in six documents, and the terms as `rank` dimensions have them."""
    x = BOOK.astype(np.float64)
    u, s, vt = svd(x, cfg.rank)
    values = {f"dimension {i + 1}": {"singular value": value} for i, value in enumerate(svd(x, 5)[1])}
    back = u * s @ vt
    return values | {term: {f"d{j + 1}": row[j] for j in range(6)} for term, row in zip(TERMS, back)}


def people(cfg: People, job):
    """Pearson's correlation between cosines of fifty news texts and what 83 people said, over all 1 225 pairs."""
    lee = data.load("lee")
    documents = [texts.words(text) for text in [*lee.texts, *lee.background[: cfg.background]]]
    vocabulary, _ = texts.common(documents, 1)
    x = weighted(counted(documents, vocabulary), cfg.weight)
    if cfg.rank:
        u, _, _ = svd(x, cfg.rank)
        x = folded(x, u)
    return {"correlation": agreement(x.T[: len(lee.texts)], lee.similarities)}


def agreement(vectors, similarities):
    """(Pearson's r over all pairs, its spread per pair) of cosines of vectors (n, d) and similarities (n, n).

    r is the mean of products of standardised numbers; the spread is the standard deviation of those products less what
    the two scales were fitted to, r (a² + b²)/2.
    """
    unit = texts.normalised(vectors)
    pairs = np.triu_indices(len(unit), 1)
    a, b = (unit @ unit.T)[pairs], similarities[pairs]
    a, b = (a - a.mean()) / a.std(), (b - b.mean()) / b.std()  # eq. 7
    r = float((a * b).mean())
    return r, float((a * b - r * (a * a + b * b) / 2).std())


def counted(documents, vocabulary):
    """How often each word stands in each document, float64 (words, documents)."""
    x = np.zeros((len(vocabulary), len(documents)))
    for column, document in enumerate(documents):
        for word in document:
            if word in vocabulary:
                x[vocabulary[word], column] += 1
    return x


def weighted(x, weight):
    """Counts (words, documents) as they are, as 0 or 1, as tf-idf, or as log-entropy (Dumais 1991).

    tf-idf: x ln(n/df). Log-entropy: ln(1 + x) times 1 − H/ln n, H the entropy of the word's share in each of n documents.
    """
    n = x.shape[1]
    if weight == "counts":
        return x
    if weight == "presence":
        return (x > 0).astype(np.float64)
    if weight == "tf-idf":
        return x * np.log(n / (x > 0).sum(axis=1, keepdims=True))
    share = x / x.sum(axis=1, keepdims=True)
    entropy = -(share * np.log(np.where(share > 0, share, 1))).sum(axis=1, keepdims=True)
    return np.log1p(x) * (1 - entropy / np.log(n))  # eq. 4
