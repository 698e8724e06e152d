"""A text written by every code of this project, beside three that everybody has: how many bits a character each needs."""

import bz2
import lzma
import zlib
from collections import Counter
from dataclasses import dataclass

import numpy as np

import arithmetic
import channels
import english
import lz78
import measures
import pictures
import prefix
import texts
from abacus.launch import launch
from abacus.settings import between

ORDERS = (0, 1, 2, 3, 4, 5, 6)  # of the arithmetic code: the bytes that it looks back
PEERS = {"zlib": lambda data: zlib.compress(data, 9), "bz2": bz2.compress, "lzma": lzma.compress}


@dataclass
class Config:
    text: str  # "manual", "The Time Machine", "Tiny Shakespeare", or the path of a file
    part: float = between(0, 1)  # of the text, from its beginning; at least one byte is taken


def learn(cfg: Config, job):
    """Bits a character of every code, beside zlib, bz2 and lzma. Each kind of code is decoded again and compared."""
    text = texts.read(cfg.text)
    data = text[: max(1, round(cfg.part * len(text)))]
    codes = by_words(data) | {"LZ78": bits(data, whole(lz78, data))}
    for order in ORDERS:
        codes[f"order {order}"] = bits(data, contextual().encode(data, order))
        job.progress((order + 1) / len(ORDERS), f"order {order}")
    whole(contextual(), data, ORDERS[-1])
    codes |= {name: bits(data, compress(data)) for name, compress in PEERS.items()}
    best = min((codes[f"order {order}"], order) for order in ORDERS)
    print(
        f"{cfg.text}, {len(data)} bytes: 8 bits each as they lie, {codes['Huffman']:.2f} by Huffman's words, "
        f"{codes['LZ78']:.2f} by LZ78, {codes['zlib']:.2f} by zlib, "
        f"{best[0]:.2f} by arithmetic coding that looks back {best[1]} bytes."
    )
    return codes | {f"F{n}": value for n, value in block_entropies(data, len(ORDERS)).items()}


def contextual():
    """The module of the arithmetic code; it is compiled, so `--help` does not want it."""
    import contexts

    return contexts


def whole(codec, data, *settings):
    """The code of `data`; AssertionError where it does not give the data back."""
    code = codec.encode(data, *settings)
    assert codec.decode(code, len(data), *settings) == data, "the code does not give the data back"
    return code


def bits(data, code):
    """Bits of code for each byte of data."""
    return 8 * len(code) / len(data)


def by_words(data):
    """{method: bits a byte} of codes with a word for each byte; the 256 word lengths that a reader needs are counted."""
    counts, found = Counter(data), {}
    for method, lengths_of in prefix.METHODS.items():
        lengths = lengths_of(list(counts.values()))
        code = dict(zip(counts, prefix.words(lengths)))
        digits = prefix.encode(data, code)
        assert bytes(prefix.decode(digits, code, len(data))) == data, "the code does not give the data back"
        found[method] = (len(digits) + 8 * 256) / len(data)
    return found


def block_entropies(data, most):
    """{N: F_N}, N = 1 … most: bits that a byte tells when the N − 1 before it are known, by the text's own frequencies."""
    numbers = np.frombuffer(data, np.uint8).astype(np.uint64)
    before, blocks, found = 0.0, np.zeros(len(data), np.uint64), {}
    for n in range(1, most + 1):
        if n > len(data):
            break
        blocks = blocks[: len(data) - n + 1] * np.uint64(256) + numbers[n - 1 :]
        together = measures.entropy(measures.shares(np.unique(blocks, return_counts=True)[1]))
        found[n], before = max(together - before, 0.0), together  # eq. 23
    return found


if __name__ == "__main__":
    launch(
        learn,
        measures.joint,
        measures.pair,
        measures.chain,
        prefix.codewords,
        arithmetic.narrowing,
        lz78.phrases,
        channels.capacity,
        channels.telegraph,
        english.guesses,
        english.zipf,
        english.game,
        figures={
            learn: pictures.orders,
            prefix.codewords: pictures.trees,
            channels.capacity: pictures.capacities,
            english.game: pictures.games,
        },
    )
