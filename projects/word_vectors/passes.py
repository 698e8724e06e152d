"""The compiled loops of word2vec: one pass over the text, for every architecture and both outputs."""

import math

import numba
import numpy as np

from abacus.kernels import JIT

STEPS, REACH = (
    1 << 10,
    6.0,
)  # of the table of the logistic function; beyond ±REACH it is taken as 0 or 1, as word2vec.c does
TABLE = (1 / (1 + np.exp(-(np.arange(STEPS) + 0.5) / STEPS * 2 * REACH + REACH))).astype(np.float32)
FACTOR, TERM = np.uint64(6364136223846793005), np.uint64(1442695040888963407)  # Knuth's linear congruential generator
LOW = np.uint64(0xFFFFFFFF)


@numba.njit(**JIT)
def _predict(h, dh, word, out, path, signs, ends, chance, other, negatives, rate, table, state):
    """One step of gradient descent on −Σ ln σ(±h·u) over a word's path and `negatives` random others (eqs. 8 and 9).

    Changes `out`; writes rate × the descent direction of h into dh; returns the generator's state.
    """
    size, steps = len(h), len(table)
    scale = np.float32(steps / (2 * REACH))
    dh[:] = 0
    first, length = ends[word], ends[word + 1] - ends[word]
    for k in range(length + negatives):
        if k < length:
            unit, wanted = path[first + k], signs[first + k]
        else:
            state = state * FACTOR + TERM
            place = (state >> np.uint64(32)) * np.uint64(len(chance))  # eq. 12: column, and how far within it
            unit, wanted = np.int32(place >> np.uint64(32)), np.float32(0)
            if (place & LOW) >= chance[unit]:
                unit = other[unit]
            if unit == word:
                continue
        score = np.float32(0)
        for i in range(size):
            score += h[i] * out[unit, i]
        if score > REACH:
            g = wanted - np.float32(1)
        elif score < -REACH:
            g = wanted
        else:
            g = wanted - table[min(int((score + np.float32(REACH)) * scale), steps - 1)]
        g *= rate
        for i in range(size):
            u = out[unit, i]
            dh[i] += g * u
            out[unit, i] = u + g * h[i]
    return state


@numba.njit(**JIT)
def skipgram(words, starts, vectors, out, path, signs, ends, chance, other, negatives, window, rates, table, state):
    """A pass of the skip-gram: each word foretells its neighbours, up to a random distance of at most `window`.

    words int32 (n,), starts int64 (texts + 1,), vectors and out float32 (words or units, size), changed in place; rates
    (2,): the learning rate falls from the first to the second. Returns the generator's state.
    """
    n, text, dh = len(words), 0, np.empty(vectors.shape[1], np.float32)
    for i in range(n):
        while i >= starts[text + 1]:
            text += 1
        rate = np.float32(rates[0] + (rates[1] - rates[0]) * i / n)
        state = state * FACTOR + TERM
        reach = np.int64((state >> np.uint64(32)) % np.uint64(window)) + 1
        h = vectors[words[i]]
        for j in range(max(starts[text], i - reach), min(starts[text + 1], i + reach + 1)):
            if j == i:
                continue
            state = _predict(h, dh, words[j], out, path, signs, ends, chance, other, negatives, rate, table, state)
            for k in range(len(h)):
                h[k] += dh[k]
    return state


@numba.njit(**JIT)
def cbow(words, starts, vectors, out, path, signs, ends, chance, other, negatives, window, rates, table, state):
    """A pass of CBOW: the mean of a word's neighbours foretells it. Arguments as of `skipgram`."""
    n, text, size = len(words), 0, vectors.shape[1]
    h, dh = np.empty(size, np.float32), np.empty(size, np.float32)
    for i in range(n):
        while i >= starts[text + 1]:
            text += 1
        rate = np.float32(rates[0] + (rates[1] - rates[0]) * i / n)
        state = state * FACTOR + TERM
        reach = np.int64((state >> np.uint64(32)) % np.uint64(window)) + 1
        first, last = max(starts[text], i - reach), min(starts[text + 1], i + reach + 1)
        if last - first < 2:
            continue
        share = np.float32(1 / (last - first - 1))
        h[:] = 0
        for j in range(first, last):
            if j != i:
                for k in range(size):
                    h[k] += share * vectors[words[j], k]  # eq. 10
        state = _predict(h, dh, words[i], out, path, signs, ends, chance, other, negatives, rate, table, state)
        for j in range(first, last):
            if j != i:
                for k in range(size):
                    vectors[words[j], k] += dh[k]  # word2vec.c: the gradient of the sum, not of the mean of eq. 10
    return state


@numba.njit(**JIT)
def surprise(words, starts, vectors, out, window, noise, negatives, mean):
    """Mean of −ln σ(h·u_c) − Σ ln σ(−h·u_n) over all pairs in the window (eq. 8), h a word's vector or, with `mean`, that of
    its neighbours; the negatives are taken from `noise` (m,) one after the other, the same for every model.
    """
    total, pairs, text, at, size = 0.0, 0, 0, 0, vectors.shape[1]
    h = np.empty(size, np.float32)
    for i in range(len(words)):
        while i >= starts[text + 1]:
            text += 1
        first, last = max(starts[text], i - window), min(starts[text + 1], i + window + 1)
        if last - first < 2:
            continue
        h[:] = vectors[words[i]]
        if mean:
            h[:] = 0
            for j in range(first, last):
                if j != i:
                    h += vectors[words[j]] / np.float32(last - first - 1)
        for j in range(first, last):
            if (j == i) != mean:
                continue
            pairs += 1
            for k in range(negatives + 1):
                unit = words[j]
                if k > 0:
                    unit = noise[at % len(noise)]
                    at += 1
                score = 0.0
                for m in range(size):
                    score += h[m] * out[unit, m]
                score = score if k == 0 else -score
                total += max(-score, 0.0) + math.log1p(math.exp(-abs(score)))
    return total / max(pairs, 1)
