"""The texts as lists of words: the manual that every Python carries, two data sets, or the reader's own file or folder."""

import re
from pathlib import Path

import numpy as np

from abacus import data
from abacus.errors import BadInput
from abacus.settings import suggestion

WORD = re.compile(r"[^\W\d_]+")  # letters of any language
MOST = 1 << 27  # bytes of a text
ENDINGS = (".txt", ".md", ".rst")
MARKS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"\xef\xbb\xbf": "utf-8-sig"}  # a file's first bytes


def newsgroups():
    """Bodies of the 11 314 training messages of 20 Newsgroups: what stands below the first empty line."""
    return [text.partition("\n\n")[2] for text in data.load("20newsgroups").train_texts]


def news():
    """350 news texts: the 300 of Lee et al.'s background, then their 50."""
    lee = data.load("lee")
    return [*lee.background, *lee.texts]


TEXTS = {"manual": lambda: list(data.manual().values()), "20 newsgroups": newsgroups, "news": news}


def read(name):
    """The texts called `name`, or those of a file or folder at this path, as str. BadInput where they cannot be read."""
    if name in TEXTS:
        return TEXTS[name]()
    path = Path(name).expanduser()
    if path.is_dir():
        files = sorted(file for file in path.rglob("*") if file.suffix in ENDINGS and file.is_file())
        if not files:
            raise BadInput(f"text={name}: no file of this folder ends in {', '.join(ENDINGS)}")
        return [_file(file) for file in files]
    if not path.is_file():
        raise BadInput(f"text={name}: no such file or folder, and none of {', '.join(TEXTS)}{suggestion(name, TEXTS)}")
    return [part for part in re.split(r"\n\s*\n", _file(path)) if part.strip()]


def _file(path):
    if path.stat().st_size > MOST:
        raise BadInput(f"text={path}: {path.stat().st_size} bytes: wanted at most {MOST}")
    raw = data.given(path).read_bytes()
    encoding = next((name for mark, name in MARKS.items() if raw.startswith(mark)), "utf-8")
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError as wrong:
        raise BadInput(f"text={path}: byte {wrong.start} is not {encoding}: save the file as UTF-8") from None
    if "\0" in text:
        raise BadInput(f"text={path}: it holds zero bytes, so it is no text: wanted plain text in UTF-8")
    return text


def words(text):
    """The words of a text in small letters; all that is no letter separates them."""
    return WORD.findall(text.lower())


def sentences(name):
    """The words of each of the texts called `name`; those without a word are left out. BadInput where no word is left."""
    found = [line for line in map(words, read(name)) if line]
    if not found:
        raise BadInput(f"text={name}: there is no word in it")
    return found


def checked(texts):
    """The texts as lists of words. BadInput where one is a str or holds something else, or where there is no word at all."""
    if isinstance(texts, str):
        raise BadInput("wanted texts as lists of words, got one str: split it first, texts.words(...)")
    found = []
    for number, line in enumerate(texts):
        if isinstance(line, str) or not all(isinstance(word, str) for word in line):
            raise BadInput(f"text {number} is no list of words")
        found.append(list(line))
    if not any(found):
        raise BadInput("there is no word in these texts")
    return found


def numbered(texts, vocabulary):
    """(numbers of all known words one after the other, int32 (n,); where each text begins, int64 (texts + 1,))."""
    lines = [[vocabulary[word] for word in line if word in vocabulary] for line in texts]
    starts = np.concatenate([[0], np.cumsum([len(line) for line in lines])]).astype(np.int64)
    return np.array([number for line in lines for number in line], np.int32), starts


def common(texts, least, most=None):
    """({word: number}, counts int64 (words,)): words that come `least` times or more, the commonest first.

    BadInput where fewer than two words are left: there is nothing to compare then.
    """
    counts = {}
    for line in texts:
        for word in line:
            counts[word] = counts.get(word, 0) + 1
    kept = sorted((word for word, count in counts.items() if count >= least), key=lambda word: (-counts[word], word))
    kept = kept[:most]
    if len(kept) < 2:
        raise BadInput(f"{len(kept)} words come {least} times or more: wanted at least two")
    return {word: number for number, word in enumerate(kept)}, np.array([counts[word] for word in kept])


def nearest(word, vocabulary, vectors, count=5):
    """[(word, cosine)] of the `count` words whose vectors point most nearly the same way. BadInput for an unknown word."""
    if word not in vocabulary:
        raise BadInput(f"{word!r} is none of the {len(vocabulary)} words{suggestion(word, vocabulary)}")
    unit = normalised(vectors)
    cosines = unit @ unit[vocabulary[word]]
    names = list(vocabulary)
    order = [i for i in np.argsort(-cosines, kind="stable") if i != vocabulary[word]]
    return [(names[i], float(cosines[i])) for i in order[:count]]


def normalised(vectors):
    """Rows divided by their lengths; a row of zeros stays one."""
    lengths = np.sqrt((vectors * vectors).sum(axis=1, keepdims=True))
    return vectors / np.where(lengths > 0, lengths, 1)
