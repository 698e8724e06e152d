"""Random numbers by counter: u(pixel, sample, dimension), so an image depends on nothing else.

`random` hashes the counter (pcg3d: Jarzynski and Olano, Hash Functions for GPU Rendering, JCGT 9(3), 2020).
`jittered` puts one sample in each cell of a grid of spp cells, the cells in another order for each dimension.
`sobol` is Owen-scrambled Sobol': each pair of dimensions is a (0,2)-sequence with its own scramble and its own order
(Burley, Practical Hash-based Owen Scrambling, JCGT 9(4), 2020; Laine and Karras 2011).
"""

from numba import float32, int32, uint32

from engine.lanes import (
    DEPTH,
    KEY,
    SAMPLE,
    C,
    U,
    V,
    W,
    fast,
    get,
    inlined,
    put,
    reversed_bits,
    unit,
)

BOUNCE = 2  # dimensions 0 and 1 are the film and the lens; each bounce uses two more, light and direction


@inlined
def hash32(x):
    """A mixing of 32 bits with low bias (Wellons)."""
    x = uint32(x ^ uint32(x >> uint32(16)))
    x = uint32(x * uint32(0x7FEB352D))
    x = uint32(x ^ uint32(x >> uint32(15)))
    x = uint32(x * uint32(0x846CA68B))
    return uint32(x ^ uint32(x >> uint32(16)))


@inlined
def pcg3d(x, y, z):
    """Three 32-bit words from three: the counter-based generator."""
    x = uint32(uint32(x * uint32(1664525)) + uint32(1013904223))
    y = uint32(uint32(y * uint32(1664525)) + uint32(1013904223))
    z = uint32(uint32(z * uint32(1664525)) + uint32(1013904223))
    x = uint32(x + uint32(y * z))
    y = uint32(y + uint32(z * x))
    z = uint32(z + uint32(x * y))
    x = uint32(x ^ uint32(x >> uint32(16)))
    y = uint32(y ^ uint32(y >> uint32(16)))
    z = uint32(z ^ uint32(z >> uint32(16)))
    x = uint32(x + uint32(y * z))
    y = uint32(y + uint32(z * x))
    return x, y, uint32(z + uint32(x * y))


@inlined
def scramble(x, seed):
    """Owen's nested uniform scramble of reversed bits: bit k is flipped by a hash of the bits below it."""
    x = uint32(x ^ uint32(x * uint32(0x3D20ADEA)))
    x = uint32(x + seed)
    x = uint32(x * uint32(uint32(seed >> uint32(16)) | uint32(1)))
    x = uint32(x ^ uint32(x * uint32(0x05526C56)))
    return uint32(x ^ uint32(x * uint32(0x53A22864)))


@inlined
def pascal(i):
    """Sobol's second generator matrix is Pascal's triangle mod 2, a fifth Kronecker power: five butterflies."""
    i = uint32(i ^ uint32(uint32(i & uint32(0xAAAAAAAA)) >> uint32(1)))
    i = uint32(i ^ uint32(uint32(i & uint32(0xCCCCCCCC)) >> uint32(2)))
    i = uint32(i ^ uint32(uint32(i & uint32(0xF0F0F0F0)) >> uint32(4)))
    i = uint32(i ^ uint32(uint32(i & uint32(0xFF00FF00)) >> uint32(8)))
    return uint32(i ^ uint32(i >> uint32(16)))


@inlined
def sobol_pair(sample, seed):
    """One point of the scrambled (0,2)-sequence that `seed` names, its order shuffled by the same scramble."""
    i = reversed_bits(scramble(reversed_bits(sample), hash32(uint32(seed ^ uint32(0x9E3779B9)))))
    x = reversed_bits(scramble(i, hash32(uint32(seed ^ uint32(0x68BC21EB)))))
    y = reversed_bits(scramble(pascal(i), hash32(uint32(seed ^ uint32(0x02E5BE93)))))
    return unit(x), unit(y)


@inlined
def shuffled(i, bits, seed):
    """A permutation of the numbers below 2^bits: odd factors and shifts are one-to-one there."""
    mask = uint32(uint32(uint32(1) << bits) - uint32(1))
    half = uint32(uint32(bits >> uint32(1)) + uint32(1))
    i = uint32(uint32(i ^ seed) & mask)
    i = uint32(uint32(i * uint32(uint32(seed >> uint32(9)) | uint32(1))) & mask)
    i = uint32(i ^ uint32(i >> half))
    i = uint32(uint32(i * uint32(0x846CA68B)) & mask)
    i = uint32(i ^ uint32(i >> half))
    return uint32(uint32(i * uint32(uint32(seed >> uint32(3)) | uint32(1))) & mask)


@fast
def draw(B, J, kind, bits, first, step):
    """Rows U, V, C: three numbers of dimension first + step * depth for each lane (C is never stratified)."""
    seed = uint32(first)
    stride = uint32(step)
    if kind == 0:
        for l in range(W):
            d = uint32(seed + uint32(stride * uint32(get(J, DEPTH, l))))
            x, y, z = pcg3d(uint32(get(J, KEY, l)), uint32(get(J, SAMPLE, l)), d)
            put(B, U, l, unit(x))
            put(B, V, l, unit(y))
            put(B, C, l, unit(z))
    elif kind == 1:
        columns = uint32(bits >> 1)
        across = float32(1.0 / (1 << (bits >> 1)))
        down = float32(1.0 / (1 << (bits - (bits >> 1))))
        low = uint32((1 << (bits >> 1)) - 1)
        n = uint32(bits)
        for l in range(W):
            d = uint32(seed + uint32(stride * uint32(get(J, DEPTH, l))))
            x, y, z = pcg3d(uint32(get(J, KEY, l)), uint32(get(J, SAMPLE, l)), d)
            key = hash32(uint32(uint32(get(J, KEY, l)) + uint32(d * uint32(0x632BE5AB))))
            i = shuffled(uint32(get(J, SAMPLE, l)), n, key)
            put(B, U, l, (float32(int32(uint32(i & low))) + unit(x)) * across)
            put(B, V, l, (float32(int32(uint32(i >> columns))) + unit(y)) * down)
            put(B, C, l, unit(z))
    else:
        for l in range(W):
            d = uint32(seed + uint32(stride * uint32(get(J, DEPTH, l))))
            key = hash32(uint32(uint32(get(J, KEY, l)) + uint32(d * uint32(0x632BE5AB))))
            u, v = sobol_pair(uint32(get(J, SAMPLE, l)), key)
            put(B, U, l, u)
            put(B, V, l, v)
            put(B, C, l, unit(hash32(uint32(key + uint32(uint32(get(J, SAMPLE, l)) * uint32(0x9E3779B9))))))
