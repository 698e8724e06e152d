"""Hash tables: a key is scrambled to a number that says where to look. A chain in every slot, or the next free slot.

`probes` counts the places looked at. A key is a str, bytes or a whole number.
"""

import math
from dataclasses import dataclass
from numbers import Integral, Real

import numpy as np

from abacus.errors import BadInput
from abacus.settings import at_least


def fnv1a(key):
    """A number of 64 bits: h ← (h xor byte) · 1099511628211 for every byte of the key (FNV-1a; eq. 5)."""
    if isinstance(key, str):
        key = key.encode(errors="surrogatepass")  # names of files may hold halves of characters
    elif isinstance(key, (int, Integral)):  # NumPy's too; Integral alone is ten times as slow to ask for
        key = int(key)
        key = key.to_bytes(key.bit_length() // 8 + 1, "little", signed=True)
    elif not isinstance(key, bytes):
        raise BadInput(f"{key!r} is no key: a str, bytes or a whole number is wanted")
    h = 14695981039346656037
    for byte in key:
        h = (h ^ byte) * 1099511628211 % 2**64  # eq. 5
    return h


class Chaining:
    """Every slot holds a list of its keys. With `load` keys for a slot, on the average, the table doubles."""

    def __init__(self, slots=8, load=1.0):
        _wanted(slots, load)
        self._slots, self._load, self._length, self.probes = [[] for _ in range(slots)], load, 0, 0

    def __len__(self):
        return self._length

    def get(self, key, default=None):
        chain, at = self._find(key)
        return default if at is None else chain[at][1]

    def put(self, key, value):
        chain, at = self._find(key)
        if at is not None:
            chain[at] = (key, value)
            return
        chain.append((key, value))
        self._length += 1
        if self._length > self._load * len(self._slots):
            pairs = [pair for chain in self._slots for pair in chain]
            self._slots = [[] for _ in range(2 * len(self._slots))]
            for pair in pairs:
                self._slots[fnv1a(pair[0]) % len(self._slots)].append(pair)

    def remove(self, key):
        chain, at = self._find(key)
        if at is None:
            raise BadInput(f"{key!r} is not in the table")
        chain[at] = chain[-1]  # the order in a chain means nothing
        chain.pop()
        self._length -= 1

    def _find(self, key):
        """The chain where the key belongs, and its place in it or None."""
        chain = self._slots[fnv1a(key) % len(self._slots)]
        self.probes += not chain  # an empty slot is one look too
        for at, (other, _) in enumerate(chain):
            self.probes += 1
            if other == key:
                return chain, at
        return chain, None


class Probing:
    """Linear probing: a key stands in its own slot or in the next that was free. At most `load` of all are filled."""

    def __init__(self, slots=8, load=0.5):
        _wanted(slots, load)
        self._slots, self._load, self._length, self.probes = [None] * slots, load, 0, 0

    def __len__(self):
        return self._length

    def get(self, key, default=None):
        pair = self._slots[self._find(key)]
        return default if pair is None else pair[1]

    def put(self, key, value):
        at, most = self._find(key), min(self._load * len(self._slots), len(self._slots) - 1)  # one slot stays free
        if self._slots[at] is None:
            self._length += 1
            if self._length > most:
                pairs = filter(None, self._slots)
                self._slots = [None] * (2 * len(self._slots))
                for pair in pairs:
                    self._slots[self._find(pair[0])] = pair
                at = self._find(key)
        self._slots[at] = (key, value)

    def remove(self, key):
        """Empties the key's slot. A key further on that was put past it moves into the gap, and leaves another."""
        gap, m = self._find(key), len(self._slots)
        if self._slots[gap] is None:
            raise BadInput(f"{key!r} is not in the table")
        self._length -= 1
        self._slots[gap], i = None, (gap + 1) % m
        while self._slots[i]:
            if (i - fnv1a(self._slots[i][0])) % m >= (i - gap) % m:
                self._slots[gap], self._slots[i], gap = self._slots[i], None, i
            i = (i + 1) % m

    def _find(self, key):
        """The slot of the key, or the free one where it would go."""
        i = fnv1a(key) % len(self._slots)
        self.probes += 1
        while self._slots[i] and self._slots[i][0] != key:
            i = (i + 1) % len(self._slots)  # eq. 6
            self.probes += 1
        return i


def _wanted(slots, load):
    """BadInput where a table would have no slot or a part of one, or would double at every key."""
    whole = isinstance(slots, Integral) and slots >= 1
    if not whole or not isinstance(load, Real) or not load > 0:
        raise BadInput(
            f"slots={slots!r}, load={load!r}: a whole number of slots from 1 on, and a load above 0, are wanted"
        )


@dataclass
class Config:
    slots: int = at_least(2)  # slots of each table
    keys: int = at_least(1)  # keys put into it, fewer than slots
    tables: int = at_least(2)  # tables of each kind, with keys of their own; the error of the mean comes from them

    def __post_init__(self):
        if self.keys >= self.slots:
            raise BadInput(f"keys={self.keys}: linear probing leaves one of slots={self.slots} free")


def probes(cfg: Config, job):
    """Mean places looked at for a key that is in the table and for one that is not, with the standard error."""
    rng, seen = job.rng("keys"), {}
    for _ in range(cfg.tables):
        drawn = rng.integers(2**63, size=cfg.keys + cfg.slots).tolist()
        keys, others = drawn[: cfg.keys], drawn[cfg.keys :]
        for kind, table in (("linear", Probing(cfg.slots, math.inf)), ("chaining", Chaining(cfg.slots, math.inf))):
            for key in keys:
                table.put(key, None)
            for what, asked in (("found", keys), ("not found", others)):
                table.probes = 0
                for key in asked:
                    table.get(key)
                seen.setdefault(f"{kind}, {what}", []).append(table.probes / len(asked))
    return {name: (float(np.mean(s)), float(np.std(s, ddof=1) / math.sqrt(len(s)))) for name, s in seen.items()}
