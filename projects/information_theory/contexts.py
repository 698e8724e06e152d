"""A code for any bytes: context-tree weighting says how likely the next bit is, and integer arithmetic coding writes it.

Each byte is eight yes-or-no questions. Each question is asked in the context of the last 0, 1, … `order` bytes and of the
answers about this byte so far; every such context has a node that counts its zeros and ones. Estimates in floats are made
by +, −, × and ÷ alone, which IEEE 754 rounds the same everywhere: the decoder repeats them bit for bit.
"""

import numba
import numpy as np

import abacus.kernels  # noqa: F401  says where compiled code is kept
from abacus.errors import BadInput

NODES = (
    1 << 23
)  # of the table, eight bytes each: memory is the same for every file, and contexts may come to share a node
FLOOR, CEILING = 1e-6, 1e6  # of the odds: a context that was useless for long can still come back
_NODE = np.dtype([("zeros", np.uint16), ("ones", np.uint16), ("odds", np.float32)])
_FULL = 65535  # what a counter can hold
_MASK = (1 << 40) - 1  # of a hash: times a factor below 2^23 it still is below 2^63
_jit = numba.njit(cache=True, nogil=True, error_model="numpy")  # no fastmath: see above


class _Coder:
    """What both sides keep: the table, the last bytes, the interval."""

    def __init__(self, order):
        self._table = np.zeros(NODES, _NODE)  # the system gives memory only for the parts that are used
        self._past = np.zeros(order, np.int64)  # the last bytes + 1, the latest first; 0: before the beginning
        self._interval = np.array([0, 0xFFFFFFFF, 0], np.int64)  # low, high, and what the decoder has read


class Encoder(_Coder):
    """Bytes in blocks to code."""

    def encode(self, block):
        """The whole bytes of code that a further block of bytes settles."""
        block = np.frombuffer(block, np.uint8)
        out = np.empty(16 * len(block) + 4, np.uint8)  # a bit of probability 2^−16 costs 16: at most 16 bytes a byte
        return out[: _encode(block, self._table, self._past, self._interval, out)].tobytes()

    def finish(self):
        """The last four bytes of code: the low end of the interval."""
        return int(self._interval[0]).to_bytes(4)


class Decoder(_Coder):
    """The way back: `decode(count)` gives the next bytes of a code."""

    def __init__(self, code, order):
        super().__init__(order)
        self._code = np.frombuffer(code, np.uint8)
        self._interval[2] = int.from_bytes(bytes(self._code[:4].tobytes()).ljust(4, b"\0"))
        self._at = 4  # the next byte of code

    def decode(self, count):
        """The next `count` bytes. BadInput where the code ends before."""
        out = np.empty(count, np.uint8)
        if self._at <= len(self._code):
            self._at = _decode(self._code, self._at, self._table, self._past, self._interval, out)
        if self._at > len(self._code):
            raise BadInput("the code ends too early: it is truncated")
        return out.tobytes()

    def finish(self):
        """BadInput where code is left."""
        if self._at != len(self._code):
            long = self._at < len(self._code)
            raise BadInput("more code than its length says: it is damaged" if long else "it is truncated")


def encode(data, order):
    """The code of some bytes."""
    encoder = Encoder(order)
    return encoder.encode(data) + encoder.finish()


def decode(code, count, order):
    """The `count` bytes of a code. BadInput where it is damaged."""
    decoder = Decoder(code, order)
    data = decoder.decode(count)
    decoder.finish()
    return data


@_jit
def _encode(block, table, past, interval, out):
    """Code of `block` into `out`; how many bytes it has."""
    hashes, groups, own, mixed = _room(len(past) + 1)
    low, high, length = interval[0], interval[1], 0
    for byte in block:
        _contexts(past, hashes)
        node = inner = 1  # the answers so far, behind a leading 1: about the byte, and about this half of it
        for k in range(7, -1, -1):
            if k == 7 or k == 3:
                inner = 1
                _enter(hashes, node, len(table), groups)
            cut = low + ((high - low) * _estimate(table, groups, inner, own, mixed) >> 16)  # eq. 22
            bit = np.int64(byte) >> k & 1
            if bit:
                high = cut
            else:
                low = cut + 1
            while (low ^ high) >> 24 == 0:  # both begin with the same byte: it is settled
                out[length] = high >> 24
                low, high, length = low << 8 & 0xFFFFFFFF, high << 8 & 0xFFFFFFFF | 255, length + 1
            _learn(table, groups, inner, own, mixed, bit)
            node, inner = 2 * node + bit, 2 * inner + bit
        _shift(past, np.int64(byte))
    interval[0], interval[1] = low, high
    return length


@_jit
def _decode(code, at, table, past, interval, out):
    """Fill `out` from `code`, of which `at` bytes are read; how many are then. Behind its end it reads zeros, and stops."""
    hashes, groups, own, mixed = _room(len(past) + 1)
    low, high, number = interval[0], interval[1], interval[2]
    for n in range(len(out)):
        _contexts(past, hashes)
        node = inner = 1
        for k in range(7, -1, -1):
            if k == 7 or k == 3:
                inner = 1
                _enter(hashes, node, len(table), groups)
            cut = low + ((high - low) * _estimate(table, groups, inner, own, mixed) >> 16)
            bit = np.int64(number <= cut)
            if bit:
                high = cut
            else:
                low = cut + 1
            while (low ^ high) >> 24 == 0:
                low, high = low << 8 & 0xFFFFFFFF, high << 8 & 0xFFFFFFFF | 255
                number = number << 8 & 0xFFFFFFFF | (np.int64(code[at]) if at < len(code) else 0)
                at += 1
            _learn(table, groups, inner, own, mixed, bit)
            node, inner = 2 * node + bit, 2 * inner + bit
        out[n] = node & 255
        _shift(past, node & 255)
        if at > len(code):
            break
    interval[0], interval[1], interval[2] = low, high, number
    return at


@_jit
def _room(orders):
    return np.empty(orders, np.int64), np.empty(orders, np.int64), np.empty(orders), np.empty(orders)


@_jit
def _contexts(past, hashes):
    """A number for the last 0, 1, … bytes each."""
    hashes[0] = 0
    for order in range(len(past)):
        hashes[order + 1] = (hashes[order] + past[order] + 1) * 0x2545F5 & _MASK


@_jit
def _enter(hashes, node, nodes, groups):
    """Where the fifteen nodes of this half byte lie together, for each context."""
    for order in range(len(hashes)):
        mixture = (hashes[order] ^ node << 32) + 0x61C88647 * (order + 1)
        mixture = (mixture ^ mixture >> 19) * 0x5BD1E9 & _MASK
        groups[order] = (mixture >> 12 & nodes // 16 - 1) * 16


@_jit
def _estimate(table, groups, inner, own, mixed):
    """2^16 times the probability of a 1, from 1 to 65535; `own` (orders,) by each context, `mixed` with all longer ones."""
    last = len(groups) - 1
    for order in range(last, -1, -1):
        node = table[groups[order] + inner]
        zeros, ones = np.int64(node.zeros), np.int64(node.ones)
        own[order] = (ones + 0.5) / (zeros + ones + 1)  # eq. 19
        if order == last:
            mixed[order] = own[order]
        else:
            odds = node.odds if zeros + ones else 1.0
            mixed[order] = (odds * own[order] + mixed[order + 1]) / (odds + 1)  # eq. 20
    return min(max(np.int64(mixed[0] * 65536), 1), 65535)


@_jit
def _learn(table, groups, inner, own, mixed, bit):
    """Each context's odds of being the best one, and its counts, once the bit is known."""
    last = len(groups) - 1
    for order in range(last + 1):
        node = table[groups[order] + inner]
        if order < last:
            odds = node.odds if node.zeros or node.ones else 1.0
            if bit:
                odds *= own[order] / mixed[order + 1]  # eq. 21
            else:
                odds *= (1 - own[order]) / (1 - mixed[order + 1])
            node.odds = min(max(odds, FLOOR), CEILING)
        if bit:
            node.ones += 1
        else:
            node.zeros += 1
        if node.ones == _FULL or node.zeros == _FULL:
            node.ones, node.zeros = node.ones + 1 >> 1, node.zeros + 1 >> 1


@_jit
def _shift(past, byte):
    for k in range(len(past) - 1, 0, -1):
        past[k] = past[k - 1]
    if len(past):
        past[0] = byte + 1
