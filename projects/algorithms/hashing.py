"""Hash tables: a key is scrambled into a number that says where to look. Chains in each slot, or the next free slot.

`probes` counts the places that were looked at. Keys are str, bytes or whole numbers.
"""

import math
from dataclasses import dataclass

import numpy as np

from abacus.errors import BadInput
from abacus.settings import at_least

WORD = 2**64 - 1


def fnv1a(key):
    """FNV-1a of a key, 64 bits (Fowler, Noll, Vo): for each byte b, h ← (h xor b) · 1099511628211 (eq. 3)."""
    h = 14695981039346656037
    for byte in _bytes(key):
        h = ((h ^ byte) * 1099511628211) & WORD  # eq. 3
    return h


def _bytes(key):
    if isinstance(key, str):
        return key.encode()
    if isinstance(key, int):
        return key.to_bytes(key.bit_length() // 8 + 1, "little", signed=True)
    if isinstance(key, bytes):
        return key
    raise BadInput(f"{key!r} cannot be a key: a str, bytes or a whole number can")


class Chaining:
    """Every slot holds a list of the keys that were sent there. `load`: keys for each slot at which the table doubles."""

    def __init__(self, slots=8, load=1.0, hashed=fnv1a):
        self._slots, self._load, self._hash = [[] for _ in range(slots)], load, hashed
        self._length = self.probes = 0

    def __len__(self):
        return self._length

    def __iter__(self):
        return (key for chain in self._slots for key, _ in chain)

    def __contains__(self, key):
        return self._find(key)[1] is not None

    def __getitem__(self, key):
        chain, at = self._find(key)
        if at is None:
            raise KeyError(key)
        return chain[at][1]

    def __setitem__(self, key, value):
        chain, at = self._find(key)
        if at is not None:
            chain[at] = (key, value)
            return
        chain.append((key, value))
        self._length += 1
        if self._length > self._load * len(self._slots):
            self._double()

    def __delitem__(self, key):
        chain, at = self._find(key)
        if at is None:
            raise KeyError(key)
        chain[at] = chain[-1]  # the last takes its place: order means nothing in a chain
        chain.pop()
        self._length -= 1

    def _find(self, key):
        """The chain that the key belongs to, and its place there or None."""
        chain = self._slots[self._hash(key) % len(self._slots)]
        for at, (there, _) in enumerate(chain):
            self.probes += 1
            if there == key:
                return chain, at
        self.probes += not chain  # an empty slot is one look, as Knuth counts
        return chain, None

    def _double(self):
        pairs = [pair for chain in self._slots for pair in chain]
        self._slots = [[] for _ in range(2 * len(self._slots))]
        for key, value in pairs:
            self._slots[self._hash(key) % len(self._slots)].append((key, value))


class Probing:
    """Linear probing: a key stands in its own slot, or in the next one that was free. At most `load` of all are filled."""

    def __init__(self, slots=8, load=0.5, hashed=fnv1a):
        self._slots, self._load, self._hash = [None] * slots, load, hashed
        self._length = self.probes = 0

    def __len__(self):
        return self._length

    def __iter__(self):
        return (pair[0] for pair in self._slots if pair)

    def __contains__(self, key):
        return self._slots[self._find(key)] is not None

    def __getitem__(self, key):
        pair = self._slots[self._find(key)]
        if pair is None:
            raise KeyError(key)
        return pair[1]

    def __setitem__(self, key, value):
        at = self._find(key)
        if self._slots[at] is None:
            if self._length + 1 > self._load * len(self._slots) or self._length + 1 == len(self._slots):
                self._double()
                at = self._find(key)
            self._length += 1
        self._slots[at] = (key, value)

    def __delitem__(self, key):
        hole = self._find(key)
        if self._slots[hole] is None:
            raise KeyError(key)
        self._length -= 1
        self._slots[hole], m, i = None, len(self._slots), hole
        while pair := self._slots[i := (i + 1) % m]:  # a later key may have passed the hole: then it moves into it
            home = self._hash(pair[0]) % m
            if (i - home) % m >= (i - hole) % m:
                self._slots[hole], self._slots[i], hole = pair, None, i

    def _find(self, key):
        """The slot of the key, or the free one where it would go; one slot at least is always free."""
        m = len(self._slots)
        i = self._hash(key) % m
        self.probes += 1
        while self._slots[i] and self._slots[i][0] != key:
            i = (i + 1) % m  # eq. 4
            self.probes += 1
        return i

    def _double(self):
        pairs = [pair for pair in self._slots if pair]
        self._slots = [None] * (2 * len(self._slots))
        for pair in pairs:
            self._slots[self._find(pair[0])] = pair


@dataclass
class Config:
    slots: int = at_least(2)  # slots of each table
    keys: int = at_least(1)  # keys put into it
    tables: int = at_least(2)  # tables filled with random keys; the error of the mean comes from them

    def __post_init__(self):
        if self.keys >= self.slots:
            raise BadInput(f"keys={self.keys}: linear probing leaves one of slots={self.slots} free")


def probes(cfg: Config, job):
    """Places looked at for a key that is in the table and for one that is not, with the standard error over tables."""
    rng = job.rng("keys")
    seen = {name: [] for name in ("linear, found", "linear, not found", "chaining, found", "chaining, not found")}
    for _ in range(cfg.tables):
        keys, others = _keys(cfg, rng)
        for name, table in (("linear", Probing(cfg.slots, 1.0)), ("chaining", Chaining(cfg.slots, math.inf))):
            for key in keys:
                table[key] = None
            seen[f"{name}, found"].append(_mean_probes(table, keys))
            seen[f"{name}, not found"].append(_mean_probes(table, others))
    return {name: (float(np.mean(s)), float(np.std(s, ddof=1) / math.sqrt(len(s)))) for name, s in seen.items()}


def _keys(cfg, rng):
    """Different random numbers: `keys` to be put in, `slots` to be looked for in vain."""
    drawn = list(dict.fromkeys(int(k) for k in rng.integers(2**63, size=cfg.keys + cfg.slots)))
    return drawn[: cfg.keys], drawn[cfg.keys :]


def _mean_probes(table, keys):
    table.probes = 0
    for key in keys:
        table.__contains__(key)
    return table.probes / len(keys)
