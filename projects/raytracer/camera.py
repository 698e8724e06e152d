"""Camera rays: perspective with a thin lens, orthographic, and a meter that gathers over a patch by the cosine."""

import numpy as np
from numba import float32, int32, uint32

import hit
from lanes import (
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
)
from samplers import draw, hash32

SAMPLER, BITS, DEPTHS, ROULETTE, STRATEGY, SEED, TENT, LIGHT_KINDS, OUTPUT = range(9)  # the run's table P


@fast
def rays(Q, JQ, S, M, P, pixels, s0, total, begin):
    """Fills the pool with camera rays for W slots from `begin`: slot = (sample - s0) * pixels + pixel."""
    c, n = M[hit.CAMERA], len(pixels)
    width, height = S[c + 18], S[c + 19]
    sample, place = s0 + begin // n, begin % n
    key, share = hash32(uint32(P[SEED])), 1 / np.float64(width)
    for l in range(W):
        slot = min(begin + l, total - 1)
        pixel = pixels[place & INDEX]
        row = np.int64((pixel + 0.5) * share)
        JQ[SLOT * W + l], JQ[SAMPLE * W + l], JQ[KEY * W + l] = int32(slot), int32(sample), pixel
        Q[PDF * W + l], Q[DIST * W + l] = float32(pixel - row * np.int64(width)), float32(row)
        place += 1
        if place == n:
            place = 0
            sample += 1
    for l in range(W):
        JQ[KEY * W + l] = int32(hash32(uint32(uint32(JQ[KEY * W + l]) + key)))
    for l in range(W):
        JQ[DEPTH * W + l] = int32(0)
    draw(Q, JQ, P[SAMPLER], P[BITS], np.int64(0), np.int64(0))
    if P[TENT]:
        for l in range(W):
            Q[U * W + l] = tent(Q[U * W + l])
            Q[V * W + l] = tent(Q[V * W + l])
    for l in range(W):
        x = (Q[PDF * W + l] + Q[U * W + l]) / width * float32(2) - float32(1)
        y = float32(1) - (Q[DIST * W + l] + Q[V * W + l]) / height * float32(2)
        Q[SX * W + l], Q[SY * W + l] = x, y
        Q[TIME * W + l] = S[c + 16] + (S[c + 17] - S[c + 16]) * Q[C * W + l]
    draw(Q, JQ, P[SAMPLER], P[BITS], np.int64(1), np.int64(0))
    for l in range(W):
        r = np.sqrt(Q[U * W + l])
        x, y = circle(Q[V * W + l])
        Q[TR * W + l], Q[TG * W + l], Q[TB * W + l] = r * x, r * y, np.sqrt(float32(1) - Q[U * W + l])
    kind, radius, focus, near = S[c], S[c + 13], S[c + 14], S[c + 15]
    for k in range(3):
        o, right, up, forward = S[c + 1 + k], S[c + 4 + k], S[c + 7 + k], S[c + 10 + k]
        lens, lift, e1, e2 = S[c + 20 + k], S[c + 23 + k], float32(0.5) * S[c + 26 + k], float32(0.5) * S[c + 29 + k]
        flat, lean = (float32(0), float32(1)) if kind == float32(1) else (float32(1), float32(0))
        if kind < float32(2):
            for l in range(W):
                x, y = Q[SX * W + l], Q[SY * W + l]
                sight = forward + (x * right + y * up) * flat
                off = radius * (Q[TR * W + l] * lens + Q[TG * W + l] * lift)
                Q[(OX + k) * W + l] = o + off + (x * right + y * up) * lean
                Q[(DX + k) * W + l] = sight - off / focus
        else:
            for l in range(W):
                Q[(OX + k) * W + l] = o + Q[SX * W + l] * e1 + Q[SY * W + l] * e2
                Q[(DX + k) * W + l] = Q[TB * W + l] * forward + Q[TR * W + l] * lens + Q[TG * W + l] * lift
    for l in range(W):
        x, y, z = Q[DX * W + l], Q[(DX + 1) * W + l], Q[(DX + 2) * W + l]
        s = float32(1) / np.sqrt(x * x + y * y + z * z)
        Q[DX * W + l], Q[(DX + 1) * W + l], Q[(DX + 2) * W + l] = x * s, y * s, z * s
        Q[OX * W + l] += near * x * s
        Q[(OX + 1) * W + l] += near * y * s
        Q[(OX + 2) * W + l] += near * z * s


@fast
def tent(u):
    """smallpt's film filter: one of two halves of the pixel, and in it a tent as wide as the pixel."""
    half = float32(0) if u < float32(0.5) else float32(0.5)
    r = float32(2) * (u - half) * float32(2)
    t = np.sqrt(r) - float32(1) if r < float32(1) else float32(1) - np.sqrt(float32(2) - r)
    return half + float32(0.25) + float32(0.5) * t
