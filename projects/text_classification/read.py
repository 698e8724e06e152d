"""Which words of a sentence of yours moved Kim's network which way.

python read.py "a gripping film that never drags"
python read.py --set TREC "who wrote the book about the whale ?"
python read.py --file letters.txt --set SMS
"""

import argparse
import sys

import numpy as np

import sentences
from abacus import command
from abacus.errors import BadInput

MOST = 400  # words of one sentence: every one of them is a reading of its own
BYTES = 10_000_000  # of a file


@command.guarded
def main(arguments):
    """Learn from a set, then say of each sentence which words moved it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    given = parser.add_mutually_exclusive_group(required=True)
    given.add_argument("sentence", nargs="?", help="one sentence, in quotes")
    given.add_argument("--file", help="a text file in UTF-8, a sentence a line")
    parser.add_argument(
        "--set", choices=sentences.SETS, default="MR", help="what to learn from (default: film reviews)"
    )
    parser.add_argument("--passes", type=int, default=4, help="over the training sentences (default: 4)")
    asked = parser.parse_args(arguments)
    if not 1 <= asked.passes <= 100:
        raise BadInput(f"--passes {asked.passes}: wanted 1 to 100")
    texts = [asked.sentence] if asked.file is None else lines(asked.file)
    documents = [checked(text) for text in texts]
    model, known, names = taught(asked.set, asked.passes)
    for words in documents:
        print("\n".join(explained(model, known, names, words)))


def lines(path):
    """The lines of a text file that are not empty. BadInput for one that is no text in UTF-8, too large, or empty."""
    try:
        with open(path, "rb") as file:
            content = file.read(BYTES + 1)
    except (OSError, ValueError) as error:
        raise BadInput(f"--file {path!r}: {getattr(error, 'strerror', None) or error}") from None
    if len(content) > BYTES:
        raise BadInput(f"{path}: more than {BYTES:,} bytes")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput(f"{path}: byte {error.start} is not UTF-8; wanted text in UTF-8") from None
    if "\0" in text:
        raise BadInput(f"{path}: a zero byte at character {text.index(chr(0))}; wanted text")
    found = [line for line in text.splitlines() if line.strip()]
    if not found:
        raise BadInput(f"{path}: no line with text in it")
    return found


def checked(text):
    """The words of one sentence. BadInput where there is none, or more than MOST."""
    words = sentences.words(text)
    if not words:
        raise BadInput(f"no word of English letters or digits in {text[:60]!r}")
    if len(words) > MOST:
        raise BadInput(
            f"a sentence of {len(words):,} words: wanted at most {MOST}; cut the text into sentences, one a line"
        )
    return words


def taught(name, passes):
    """(Kim's network after some passes over a set's training sentences, its vocabulary, the names of the classes)."""
    import training
    from abacus import streams

    labelled = sentences.load(name)
    train = np.arange(len(labelled.labels)) if labelled.tested is None else np.flatnonzero(~labelled.tested)
    known, numbers = sentences.numbered([labelled.documents[i] for i in train])
    cfg = training.Config([], "windows", 100, "adadelta", 0.5, 3.0, 50, passes, 0.1, 2, 1)
    model = training.learner(cfg, len(labelled.names), len(known), streams.rng(0, "init"))
    for i in range(passes):
        model.learn(numbers, labelled.labels[train], cfg.batch, streams.rng(0, "shuffle", i), cfg.longest)
    return model, known, labelled.names


def explained(model, known, names, words):
    """Lines of text: the answer, and every word with what it adds to its log-odds; words that are not known say so."""
    numbers = known.encode(words)
    kind = int(model.scores([numbers]).argmax())
    answer, moves = moved(model, numbers, kind)
    p = 1 / (1 + np.exp(-np.clip(answer, -700, 700)))
    out = [f"{names[kind]}: p = {p:.3f}, log-odds {answer:+.2f}"]
    for word, move in zip(words, moves):
        out.append(f"{move:+8.2f}  {word}" + ("" if word in known else "  (never seen)"))
    return out


def moved(model, numbers, kind):
    """(log-odds of class `kind` against the rest, how much each word adds: the log-odds with it less those without, eq. 11).

    numbers (n,) are the words; a sentence of one word is compared with one that holds nothing known.
    """
    shorter = [np.delete(numbers, i) if len(numbers) > 1 else np.array([1]) for i in range(len(numbers))]
    answers = log_odds(model.scores([numbers, *shorter]), kind)
    return float(answers[0]), answers[0] - answers[1:]  # eq. 11


def log_odds(scores, kind):
    """log p / (1 - p) of one class, p the softmax of the scores (n, classes)."""
    scores = scores.astype(np.float64)
    others = np.delete(scores, kind, axis=1)
    top = others.max(axis=1)
    return scores[:, kind] - top - np.log(np.exp(others - top[:, None]).sum(axis=1))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
