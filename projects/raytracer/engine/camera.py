"""Camera rays: perspective with a thin lens, orthographic, and a meter that gathers over a patch by the cosine."""

from math import sqrt

import numpy as np
from numba import float32, int32, uint32

from engine import hit
from engine.lanes import (
    DEPTH,
    DIST,
    DX,
    INDEX,
    KEY,
    OX,
    PDF,
    SAMPLE,
    SLOT,
    SX,
    SY,
    TB,
    TG,
    TIME,
    TR,
    C,
    U,
    V,
    W,
    circle,
    fast,
    get,
    load,
    loads,
    put,
    put3,
)
from engine.samplers import draw, hash32

SAMPLER, BITS, DEPTHS, ROULETTE, STRATEGY, SEED, TENT, LIGHT_KINDS, OUTPUT = range(9)  # the run's table P


@fast
def rays(Q, JQ, S, M, P, pixels, s0, total, begin):
    """Fills the pool with camera rays for W slots from `begin`: slot = (sample - s0) * pixels + pixel."""
    c, n = M[hit.CAMERA], len(pixels)
    width, height = loads(S, c + 18, 2)
    sample, place = s0 + begin // n, begin % n
    key, share = hash32(uint32(P[SEED])), 1 / np.float64(width)
    for l in range(W):
        slot = min(begin + l, total - 1)
        pixel = pixels[place & INDEX]
        row = np.int64((pixel + 0.5) * share)
        put(JQ, SLOT, l, int32(slot))
        put(JQ, SAMPLE, l, int32(sample))
        put(JQ, KEY, l, pixel)
        put(Q, PDF, l, float32(pixel - row * np.int64(width)))
        put(Q, DIST, l, float32(row))
        place += 1
        if place == n:
            place = 0
            sample += 1
    for l in range(W):
        put(JQ, KEY, l, int32(hash32(uint32(uint32(get(JQ, KEY, l)) + key))))
    for l in range(W):
        put(JQ, DEPTH, l, int32(0))
    draw(Q, JQ, P[SAMPLER], P[BITS], np.int64(0), np.int64(0))
    if P[TENT]:
        for l in range(W):
            put(Q, U, l, tent(get(Q, U, l)))
            put(Q, V, l, tent(get(Q, V, l)))
    for l in range(W):
        x = (get(Q, PDF, l) + get(Q, U, l)) / width * float32(2) - float32(1)
        y = float32(1) - (get(Q, DIST, l) + get(Q, V, l)) / height * float32(2)
        put(Q, SX, l, x)
        put(Q, SY, l, y)
        put(Q, TIME, l, load(S, c + 16) + (load(S, c + 17) - load(S, c + 16)) * get(Q, C, l))
    kind, radius, focus, near = load(S, c), load(S, c + 13), load(S, c + 14), load(S, c + 15)
    if (radius > float32(0)) | (kind == float32(2)):
        draw(Q, JQ, P[SAMPLER], P[BITS], np.int64(1), np.int64(0))
        for l in range(W):
            r = sqrt(get(Q, U, l))
            x, y = circle(get(Q, V, l))
            put3(Q, TR, l, r * x, r * y, sqrt(float32(1) - get(Q, U, l)))
    for k in range(3):
        o, right, up, forward = load(S, c + 1 + k), load(S, c + 4 + k), load(S, c + 7 + k), load(S, c + 10 + k)
        lens, lift, e1, e2 = (
            load(S, c + 20 + k),
            load(S, c + 23 + k),
            float32(0.5) * load(S, c + 26 + k),
            float32(0.5) * load(S, c + 29 + k),
        )
        flat, lean = (float32(0), float32(1)) if kind == float32(1) else (float32(1), float32(0))
        if kind < float32(2):
            for l in range(W):
                x, y = get(Q, SX, l), get(Q, SY, l)
                sight = forward + (x * right + y * up) * flat
                off = radius * (get(Q, TR, l) * lens + get(Q, TG, l) * lift)
                put(Q, OX + k, l, o + off + (x * right + y * up) * lean)
                put(Q, DX + k, l, sight - off / focus)
        else:
            for l in range(W):
                put(Q, OX + k, l, o + get(Q, SX, l) * e1 + get(Q, SY, l) * e2)
                put(Q, DX + k, l, get(Q, TB, l) * forward + get(Q, TR, l) * lens + get(Q, TG, l) * lift)
    for l in range(W):
        x, y, z = get(Q, DX, l), get(Q, DX + 1, l), get(Q, DX + 2, l)
        s = float32(1) / sqrt(x * x + y * y + z * z)
        put(Q, DX, l, x * s)
        put(Q, DX + 1, l, y * s)
        put(Q, DX + 2, l, z * s)
        put(Q, OX, l, get(Q, OX, l) + near * x * s)
        put(Q, OX + 1, l, get(Q, OX + 1, l) + near * y * s)
        put(Q, OX + 2, l, get(Q, OX + 2, l) + near * z * s)


@fast
def tent(u):
    """smallpt's film filter: one of two halves of the pixel, and in it a tent as wide as the pixel."""
    half = float32(0) if u < float32(0.5) else float32(0.5)
    r = float32(2) * (u - half) * float32(2)
    t = sqrt(r) - float32(1) if r < float32(1) else float32(1) - sqrt(float32(2) - r)
    return half + float32(0.25) + float32(0.5) * t
