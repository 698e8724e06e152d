"""Which words of a sentence of yours moved naive Bayes which way.

python explain.py "a gripping, well acted film that never drags"
python explain.py --set sms "free entry: text WIN to claim your prize"
"""

import argparse
import sys

import numpy as np
from scipy.special import expit

import counts
import sentences
import sms
import text
from abacus import command, data
from abacus.errors import BadInput

KINDS = {
    "RTs": ("negative", "positive"),
    "CR": ("negative", "positive"),
    "MPQA": ("negative", "positive"),
    "subj": ("subjective", "objective"),
    "sms": ("ham", "spam"),
}


@command.guarded
def main(arguments):
    """Learn from a set, then say of the sentence which words moved it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sentence", help="one sentence, in quotes")
    parser.add_argument("--set", choices=KINDS, default="RTs", help="what to learn from (default: film reviews)")
    asked = parser.parse_args(arguments)
    print(explained(asked.sentence, asked.set))


def explained(sentence, name):
    """Lines of text: each word or pair with its log-ratio, the prior, and the posterior that they add up to."""
    tokens_of, documents, labels = material(name)
    tokens = list(dict.fromkeys(tokens_of(sentence)))
    weights, prior = log_ratios(documents, labels)
    known = sorted(((weights[token], token) for token in tokens if token in weights), reverse=True)
    unknown = [token for token in tokens if token not in weights]
    if not known:
        raise BadInput(f"no word of {sentence!r} occurs in the training set {name}")
    total = prior + sum(weight for weight, _ in known)
    against, towards = KINDS[name]
    lines = [f"{weight:+8.3f}  {token}" for weight, token in known]
    lines += [f"{prior:+8.3f}  (how frequent {towards} is beforehand)"]
    lines += [f"{total:+8.3f}  in all: {towards if total > 0 else against}, p({towards}) = {expit(total):.3f}"]
    return "\n".join(lines + ([f"not known: {', '.join(unknown)}"] if unknown else []))


def material(name):
    """How to cut a sentence into tokens, the training documents as tokens, and their labels."""
    if name == "sms":
        found = data.load("sms-spam")
        return cut_message, [cut_message(message) for message in found.texts], found.spam.astype(np.int64)
    documents, labels = sentences.sentences_of(name)
    return cut_sentence, [text.grams(words, 2) for words in documents], labels


def cut_message(message):
    return sms.TOKEN["tok1"].findall(message)


def cut_sentence(sentence):
    """Words as the review sets have them, lower case with punctuation set apart, and their pairs."""
    apart = "".join(f" {c} " if c in '.,;:!?()"' else c for c in sentence.lower())
    return text.grams(apart.split(), 2)


def log_ratios(documents, labels):
    """{token: log p(token | 1) - log p(token | 0)} of multinomial naive Bayes on presence, and the prior's log-odds."""
    vocabulary = {}
    learnt = counts.MultinomialNB().fit(text.present(text.counted(documents, vocabulary, grow=True)), labels)
    ratio = learnt.feature_log_prob_[1] - learnt.feature_log_prob_[0]
    prior = float(learnt.class_log_prior_[1] - learnt.class_log_prior_[0])
    return {token: float(ratio[column]) for token, column in vocabulary.items()}, prior


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
