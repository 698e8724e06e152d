"""Characters or words as numbers, and back.

    letters = vocabulary.characters("hello")        letters.encode("hole") is [1, 3, 2, 0]
    known = vocabulary.words(sentences, least=5)    "<pad>" is 0, "<unk>" is 1, then the commonest word, the next one, ...

A text is a sequence of characters, a sentence a list of words: both are encoded and decoded in the same way.
"""

from collections import Counter

import numpy as np

from abacus.errors import BadInput
from abacus.settings import suggestion

PADDING, UNKNOWN = "<pad>", "<unk>"


class Vocabulary:
    """The special tokens `first`, then `tokens` (words, or the characters of a text), each with its place as its number.

    `unknown` is the token that stands for every other one, `padding` the one that fills rows up; both are among
    `first`, or None. BadInput where a token comes twice.
    """

    def __init__(self, tokens, first=(), *, unknown=None, padding=None):
        self.tokens, self.unknown, self.padding = [*first, *tokens], unknown, padding
        self.number = {token: i for i, token in enumerate(self.tokens)}
        self._letters = all(len(token) == 1 for token in tokens)
        if len(self.number) < len(self.tokens):
            twice = next(token for token, count in Counter(self.tokens).items() if count > 1)
            raise BadInput(f"a vocabulary with {twice!r} in it twice: each token has one number")
        for name, token in (("unknown", unknown), ("padding", padding)):
            if token is not None and token not in first:
                raise BadInput(
                    f"{name}={token!r} is none of the special tokens, {', '.join(map(repr, first)) or 'none'}"
                )

    def __len__(self):
        return len(self.tokens)

    def __contains__(self, token):
        return token in self.number

    def encode(self, tokens):
        """The numbers of a list of words, or of the characters of a text, int64 (n,).

        A token that is not there has the number of `unknown`; where there is none it is BadInput.
        """
        if isinstance(tokens, str) and not self._letters:
            raise BadInput(f"a vocabulary of words got the text {tokens[:40]!r}: wanted a list of words")
        if self.unknown is not None:
            other = self.number[self.unknown]
            return np.array([self.number.get(token, other) for token in tokens], np.int64)
        try:
            return np.array([self.number[token] for token in tokens], np.int64)
        except KeyError as error:
            strange = error.args[0]
        known = f": {''.join(self.tokens)!r}" if self._letters else suggestion(strange, self.tokens)
        raise BadInput(f"{strange!r} is none of the {len(self)} tokens{known}")

    def decode(self, numbers):
        """The tokens of some numbers, as a list: "".join of it is a text of characters. BadInput for another number."""
        numbers = np.asarray(numbers, np.int64)
        if numbers.size and not (numbers.min() >= 0 and numbers.max() < len(self)):
            wrong = numbers[(numbers < 0) | (numbers >= len(self))][0]
            raise BadInput(f"{wrong} is the number of no token: there are {len(self)}, from 0 on")
        return [self.tokens[i] for i in numbers]

    def padded(self, sequences, length=None):
        """The numbers of several sequences of tokens, int64 (sequences, length), filled up with padding at the right.

        `length` is that of the longest where it is not given; BadInput where one is longer.
        """
        if self.padding is None:
            raise BadInput("padded: this vocabulary has no padding")
        longest = max(map(len, sequences), default=0)
        if length is not None and longest > length:
            raise BadInput(f"padded: a sequence of {longest} tokens in a row of {length}")
        rows = np.full((len(sequences), longest if length is None else length), self.number[self.padding])
        for row, sequence in zip(rows, sequences):
            row[: len(sequence)] = self.encode(sequence)
        return rows


def characters(text, first=(), *, unknown=None, padding=None):
    """The vocabulary of a text's different characters: the tokens `first`, then the others, sorted by code point."""
    return Vocabulary(sorted(set(text) - set(first)), first, unknown=unknown, padding=padding)


def words(texts, first=(), *, least=1, most=None):
    """The vocabulary of the words of some texts (lists of words): padding, unknown, the tokens `first`, then the words.

    The commonest word comes first; those that are equally common are in alphabetical order. Words that come fewer than
    `least` times, and all behind the `most` commonest, are unknown.
    """
    counts, special = Counter(word for text in texts for word in text), (PADDING, UNKNOWN, *first)
    kept = [word for word, count in counts.items() if count >= least and word not in special]
    kept.sort(key=lambda word: (-counts[word], word))
    return Vocabulary(kept[:most], special, unknown=UNKNOWN, padding=PADDING)
