"""Texts in, labels out: words are counted by a vectoriser, and multinomial naive Bayes learns from the counts."""

import re
from typing import NamedTuple

import numpy as np

import counts
import text
from abacus import inputs
from abacus.errors import BadInput


class Vectoriser:
    """Texts as counts of their words, CSR (texts, words), by the conventions of scikit-learn's CountVectorizer.

    ngram_range=(1, 2) counts pairs of neighbours too; min_df is the least number of texts that a word must occur in; with
    `binary` a word counts once a text. Fitted: vocabulary_, {word: column}, in alphabetical order.
    """

    def __init__(self, lowercase=True, token_pattern=r"\b\w\w+\b", ngram_range=(1, 1), min_df=1, binary=False):
        self.lowercase = lowercase
        self.token_pattern = token_pattern
        self.ngram_range = ngram_range
        self.min_df = min_df
        self.binary = binary

    def fit(self, texts, y=None):
        self.fit_transform(texts)
        return self

    def fit_transform(self, texts, y=None):
        found, tokens = {}, self.tokens(texts)
        matrix = text.counted(tokens, found, grow=True)
        kept = np.flatnonzero(text.present(matrix).sum(axis=0) >= self.min_df)
        if not len(kept):
            raise BadInput(f"no word occurs in {self.min_df} of {len(tokens)} texts: there is nothing to learn from")
        words = list(found)
        order = kept[np.argsort([words[k] for k in kept])]
        self.vocabulary_ = {words[k]: column for column, k in enumerate(order)}
        return self._counted(matrix[:, order])

    def transform(self, texts):
        """Counts of the words that `fit` has seen; others are skipped."""
        vocabulary = inputs.fitted(self, "vocabulary_")
        return self._counted(text.counted(self.tokens(texts), vocabulary, grow=False))

    def get_feature_names_out(self):
        return np.array(list(inputs.fitted(self, "vocabulary_")), dtype=object)

    def tokens(self, texts):
        """The words of each text, and where they are asked for their pairs, triples, ... of neighbours."""
        if isinstance(texts, str):
            raise BadInput("texts: one text was given; wanted a list of texts")
        low, high = self._range()
        find = re.compile(self.token_pattern).findall
        found = []
        for k, each in enumerate(texts):
            if not isinstance(each, str):
                raise BadInput(f"text {k + 1} of the list is no text: {each!r:.60}")
            words = find(each.lower() if self.lowercase else each)
            found.append([" ".join(words[i : i + n]) for n in range(low, high + 1) for i in range(len(words) - n + 1)])
        return found

    def _range(self):
        low, high = self.ngram_range
        if not 1 <= low <= high:
            raise BadInput(f"ngram_range={self.ngram_range}: wanted (least, most) words, at least 1")
        return low, high

    def _counted(self, matrix):
        return text.present(matrix) if self.binary else matrix


class Explanation(NamedTuple):
    """Why a text has the label: log-odds of `label` against `rival` add up from the words and what is known beforehand."""

    label: object
    rival: object
    words: list  # (log-odds, word), the largest first; a word that occurs twice counts twice
    beforehand: float
    unknown: list

    @property
    def log_odds(self):
        return self.beforehand + sum(weight for weight, _ in self.words)


class TextClassifier:
    """Naive Bayes of texts: fit(texts, labels), predict(texts), predict_proba, score, explain(one text).

    alpha as in counts.MultinomialNB; the vectoriser is a Vectoriser() unless another is given. Fitted: classes_, nb_ (the
    MultinomialNB), vectoriser_.
    """

    def __init__(self, alpha=1.0, vectoriser=None):
        self.alpha = alpha
        self.vectoriser = vectoriser

    def fit(self, texts, labels):
        self.vectoriser_ = self.vectoriser or Vectoriser()
        self.nb_ = counts.MultinomialNB(self.alpha).fit(self.vectoriser_.fit_transform(texts), labels)
        self.classes_ = self.nb_.classes_
        return self

    def predict(self, texts):
        """The label of each text. One without a known word gets the most frequent label."""
        return self._nb().predict(self.vectoriser_.transform(texts))

    def predict_proba(self, texts):
        """p(label | text), (texts, classes)."""
        return self._nb().predict_proba(self.vectoriser_.transform(texts))

    def predict_log_proba(self, texts):
        return self._nb().predict_log_proba(self.vectoriser_.transform(texts))

    def score(self, texts, labels):
        """The proportion of texts whose label is predicted."""
        return self._nb().score(self.vectoriser_.transform(texts), labels)

    def explain(self, one):
        """The Explanation of one text: its likeliest label against the second likeliest."""
        nb, x = self._nb(), self.vectoriser_.transform([one])
        if len(self.classes_) < 2:
            raise BadInput(f"there is one label only, {self.classes_[0]}: nothing to decide")
        second, first = np.argsort(nb.joint_log_likelihood(x)[0], kind="stable")[-2:]
        ratio = nb.feature_log_prob_[first] - nb.feature_log_prob_[second]  # eq. 20
        names = self.vectoriser_.get_feature_names_out()
        words = sorted(((float(n * ratio[k]), names[k]) for k, n in zip(x.indices, x.data)), reverse=True)
        beforehand = float(nb.class_log_prior_[first] - nb.class_log_prior_[second])
        there = dict.fromkeys(self.vectoriser_.tokens([one])[0])
        unknown = [word for word in there if word not in self.vectoriser_.vocabulary_]
        return Explanation(self.classes_[first], self.classes_[second], words, beforehand, unknown)

    def _nb(self):
        return inputs.fitted(self, "nb_")
