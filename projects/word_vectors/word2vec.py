"""word2vec (Mikolov et al. 2013): skip-gram and CBOW, with negative sampling or a Huffman tree."""

import heapq

import numpy as np

import texts
from abacus.errors import BadInput
from abacus.estimator import Estimator
from abacus.inputs import counts as whole_numbers
from abacus.inputs import fitted, seed

DRAWN = 1 << 20  # negatives that `surprise` draws and uses in turn
LOWEST = 1e-4  # of the first learning rate: it does not fall further (word2vec.c)
MASK = (1 << 64) - 1


class Word2Vec(Estimator):
    """Vectors of words such that a word foretells its neighbours.

    architecture: "skip-gram" or "cbow"; output: "negative" (sampling, with `negatives` draws) or "tree" (hierarchical
    softmax). sample: words of a larger share of the text than this are dropped at random (0: none). `fit(texts)` takes
    lists of words. Afterwards: vocabulary_ {word: row}, counts_, vectors_ and out_ float32 (words or inner nodes, size).
    """

    def __init__(self, size=100, window=5, least=5, architecture="skip-gram", output="negative", negatives=5,
                 sample=1e-3, rate=0.025, passes=5, random_state=0):  # fmt: skip
        self.size, self.window, self.least = size, window, least
        self.architecture, self.output, self.negatives = architecture, output, negatives
        self.sample, self.rate, self.passes, self.random_state = sample, rate, passes, random_state

    def fit(self, sentences, after=None):
        """Learn from texts; `after(pass, share of all passes)` is called after each. BadInput for what cannot be."""
        import passes

        self._check()
        lines = texts.checked(sentences)
        self.vocabulary_, self.counts_ = texts.common(lines, self.least)
        words, starts = texts.numbered(lines, self.vocabulary_)
        rng = np.random.default_rng(self.random_state)
        tree = self.output == "tree"
        paths, self.vectors_, self.out_ = self._begin(rng)
        noise = alias(self.counts_**0.75)
        learn = passes.cbow if self.architecture == "cbow" else passes.skipgram
        state, kept = np.uint64(int(rng.integers(1 << 62))), frequent(self.counts_, self.sample)
        for number in range(self.passes):
            rates = self.rate * np.maximum(1 - np.array([number, number + 1]) / self.passes, LOWEST)
            part = dropped(words, starts, kept, rng)
            tables = (self.out_, *paths, *noise, 0 if tree else self.negatives, self.window, rates, passes.TABLE)
            state = np.uint64(int(learn(*part, self.vectors_, *tables, state)) & MASK)
            if after:
                after(number, (number + 1) / self.passes)
        return self

    def _check(self):
        whole_numbers(
            size=self.size, window=self.window, least=self.least, negatives=self.negatives, passes=self.passes
        )
        seed(self.random_state)
        if self.architecture not in ("skip-gram", "cbow"):
            raise BadInput(f"architecture={self.architecture!r}: wanted skip-gram or cbow")
        if self.output not in ("negative", "tree"):
            raise BadInput(f"output={self.output!r}: wanted negative or tree")
        if not self.rate > 0 or not 0 <= self.sample < 1:
            raise BadInput(f"rate={self.rate}, sample={self.sample}: wanted above 0, and from 0 to below 1")

    def _begin(self, rng):
        """Paths, and the first vectors: uniform of width 1/size around 0, all outputs 0 (word2vec.c)."""
        n = len(self.counts_)
        paths = huffman(self.counts_) if self.output == "tree" else alone(n)
        units = n - 1 if self.output == "tree" else n
        vectors = ((rng.random((n, self.size)) - 0.5) / self.size).astype(np.float32)
        return paths, vectors, np.zeros((units, self.size), np.float32)

    def nearest(self, word, count=5):
        """[(word, cosine)] of the nearest words. BadInput for a word that was not seen often enough."""
        fitted(self, "vectors_")
        return texts.nearest(word, self.vocabulary_, self.vectors_, count)

    def surprise(self, sentences, most=100_000):
        """Nats by which true and drawn pairs of the first `most` known words of other texts surprise: eq. 8, a mean over
        pairs. The drawn words are the same for all models of one vocabulary. BadInput for a tree: it draws nothing."""
        import passes

        fitted(self, "vectors_")
        if self.output == "tree":
            raise BadInput("surprise: a tree has no negatives")
        words, starts = texts.numbered(texts.checked(sentences), self.vocabulary_)
        words, starts = words[:most], np.minimum(starts, min(most, len(words)))
        share = self.counts_**0.75 / (self.counts_**0.75).sum()
        drawn = np.random.default_rng(0).choice(len(share), DRAWN, p=share)
        mean = self.architecture == "cbow"
        return passes.surprise(words, starts, self.vectors_, self.out_, self.window, drawn, self.negatives, mean)


def alone(n):
    """The paths of negative sampling, (units, signs, ends): word w's is w alone, wanted 1."""
    return np.arange(n, dtype=np.int32), np.ones(n, np.float32), np.arange(n + 1)


def huffman(counts):
    """(units, signs, ends): units[ends[w]:ends[w + 1]] are the inner nodes from the root to word w, signs 1 or 0 which way
    (1: the lighter side). Frequent words have short paths (Huffman 1952; eq. 9)."""
    n = len(counts)
    heap = [(int(count), i) for i, count in enumerate(counts)]
    heapq.heapify(heap)
    parent, side = np.zeros(2 * n - 1, np.int64), np.zeros(2 * n - 1, np.float32)
    for node in range(n, 2 * n - 1):
        (light, a), (heavy, b) = heapq.heappop(heap), heapq.heappop(heap)
        parent[a] = parent[b] = node
        side[a] = 1
        heapq.heappush(heap, (light + heavy, node))
    units, signs, ends = [], [], [0]
    for word in range(n):
        way, node = [], word
        while node != 2 * n - 2:  # the root is the last one made
            way.append((parent[node] - n, side[node]))
            node = parent[node]
        units += [unit for unit, _ in reversed(way)]
        signs += [sign for _, sign in reversed(way)]
        ends.append(len(units))
    return np.array(units, np.int32), np.array(signs, np.float32), np.array(ends)


def alias(weights):
    """(chance, other): draws in proportion to weights (n,) with two look-ups (Walker 1977; eq. 12). Column i of n equal ones
    gives i with probability chance[i] / 2³², else other[i]; the columns are filled from the heavy words."""
    n = len(weights)
    left = (weights * (n / weights.sum())).tolist()
    light = [i for i in range(n) if left[i] < 1]
    heavy = [i for i in range(n) if left[i] >= 1]
    chance, other = np.full(n, (1 << 32) - 1, np.uint64), np.arange(n, dtype=np.int32)
    while light and heavy:
        small, large = light.pop(), heavy[-1]
        chance[small], other[small] = int(left[small] * 2**32), large
        left[large] -= 1 - left[small]
        if left[large] < 1:
            light.append(heavy.pop())
    return chance, other


def frequent(counts, sample):
    """The probability to keep each word: √(t/f) + t/f, at most 1, f its share of the text and t = sample (word2vec.c)."""
    if sample == 0:
        return np.ones(len(counts))
    ratio = sample * counts.sum() / counts
    return np.minimum(np.sqrt(ratio) + ratio, 1)  # eq. 11


def dropped(words, starts, kept, rng):
    """The words that are left when each is kept with its probability, and where the texts begin now."""
    stays = rng.random(len(words), np.float32) < kept[words]
    places = np.concatenate([[0], np.cumsum(stays)])
    return words[stays], places[starts]
