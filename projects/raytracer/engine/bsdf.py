"""How surfaces scatter: a new direction for each lane, its throughput, its density. All kinds run over all lanes."""

from math import sqrt

import numpy as np
from numba import float32

from engine.lanes import (
    AB,
    AG,
    ALPHA,
    AR,
    CONDUCTOR,
    DEPTH,
    DIST,
    DX,
    DY,
    DZ,
    GLASS,
    GR,
    ID,
    IOR,
    KIND,
    LAMBERT,
    LPDF,
    MICROFACET,
    MIRROR,
    NX,
    NY,
    NZ,
    OX,
    PDF,
    PX,
    SIDE,
    SX,
    SY,
    SZ,
    TB,
    TG,
    TR,
    C,
    U,
    V,
    W,
    circle,
    fast,
    get,
    get3,
    inlined,
    put,
    put3,
    scale3,
)
from engine.lights import frame


@inlined
def fresnel(c, eta):
    """(R, cosine of the refracted ray): Fresnel's reflectance for unpolarised light, eta = n(there) / n(here), c > 0."""
    k = float32(1) - (float32(1) - c * c) / (eta * eta)
    t = sqrt(max(k, float32(0)))
    s = (c - eta * t) / (c + eta * t)
    p = (t - eta * c) / (t + eta * c)
    return (float32(0.5) * (s * s + p * p) if k > float32(0) else float32(1)), t


@inlined
def schlick(c, t, eta):
    """Schlick's approximation, with the cosine of the thinner side."""
    r = (eta - float32(1)) / (eta + float32(1))
    r *= r
    x = float32(1) - (c if eta > float32(1) else t)
    return r + (float32(1) - r) * x * x * x * x * x


@inlined
def cosine(nx, ny, nz, u, v):
    """(x, y, z, density): the normal plus a point of the unit sphere, normalised, has density cos θ / π."""
    z = float32(1) - float32(2) * u
    r = sqrt(max(float32(1) - z * z, float32(0)))
    c, s = circle(v)
    x, y, z = nx + r * c, ny + r * s, nz + z
    q = float32(1) / sqrt(x * x + y * y + z * z + float32(1e-20))
    x, y, z = x * q, y * q, z * q
    return x, y, z, max((nx * x + ny * y + nz * z) * float32(1 / np.pi), float32(1e-9))


@fast
def scatter_diffuse(B):
    """Lambert."""
    for l in range(W):
        nx, ny, nz = get3(B, NX, l)
        x, y, z, p = cosine(nx, ny, nz, get(B, U, l), get(B, V, l))
        put3(B, DX, l, x, y, z)
        put(B, PDF, l, p)
        scale3(B, TR, l, *get3(B, AR, l))


@fast
def scatter_mixed(B, eps):
    """Lambert, mirror and glass: all three for every lane, and then the one that it needs."""
    for l in range(W):
        nx, ny, nz = get3(B, NX, l)
        dx, dy, dz = get3(B, DX, l)
        u, kind = get(B, U, l), get(B, KIND, l)
        x, y, z, p = cosine(nx, ny, nz, u, get(B, V, l))
        ci = max(-(nx * dx + ny * dy + nz * dz), float32(0))
        mx, my, mz = dx + float32(2) * ci * nx, dy + float32(2) * ci * ny, dz + float32(2) * ci * nz
        ior = abs(get(B, IOR, l))
        eta = ior if get(B, SIDE, l) > float32(0) else float32(1) / ior
        f, t = fresnel(ci, eta)
        rough = schlick(ci, t, eta)
        f = rough if (get(B, IOR, l) < float32(0)) & (f < float32(1)) else f
        glass = kind == float32(GLASS)
        through = glass & (u >= f)
        bend = float32(1) / eta
        g = ci * bend - t
        diffuse = kind == float32(LAMBERT)
        gx, gy, gz = bend * dx + g * nx, bend * dy + g * ny, bend * dz + g * nz
        mx, my, mz = gx if through else mx, gy if through else my, gz if through else mz
        put3(B, DX, l, x if diffuse else mx, y if diffuse else my, z if diffuse else mz)
        put(B, PDF, l, p if diffuse else float32(-1))
        off = -eps if through else eps
        px, py, pz = get3(B, PX, l)
        put3(B, OX, l, px + off * nx, py + off * ny, pz + off * nz)
        scale3(B, TR, l, *get3(B, AR, l))


@inlined
def smith(c, alpha):
    """G1 of GGX: the share of facets seen from cosine c."""
    return float32(2) * c / (c + sqrt(alpha * alpha + (float32(1) - alpha * alpha) * c * c))


@inlined
def smith_beckmann(c, alpha):
    """G1 of Beckmann, by the rational approximation of Walter et al. 2007."""
    tangent = sqrt(max(float32(1) - c * c, float32(1e-12))) / c
    b = float32(1) / (alpha * tangent)
    g = b * (float32(3.535) + float32(2.181) * b) / (float32(1) + b * (float32(2.276) + float32(2.577) * b))
    return g if b < float32(1.6) else float32(1)


@inlined
def value(B, l, ix, iy, iz, x, y, z):
    """(red, green, blue, density): f cos θ of the lane's surface between -(ix, iy, iz) and (x, y, z), and the density
    with which `scatter` draws that direction."""
    nx, ny, nz = get3(B, NX, l)
    kr, kg, kb = get3(B, AR, l)
    kind, alpha = get(B, KIND, l), get(B, ALPHA, l)
    ci = max(-(nx * ix + ny * iy + nz * iz), float32(1e-6))
    co = nx * x + ny * y + nz * z
    p = max(co, float32(0)) * float32(1 / np.pi)
    if co <= float32(0) or kind == float32(MIRROR) or kind == float32(GLASS):
        return float32(0), float32(0), float32(0), float32(0)
    if kind == float32(LAMBERT):
        return kr * p, kg * p, kb * p, p
    hx, hy, hz = x - ix, y - iy, z - iz
    s = float32(1) / sqrt(hx * hx + hy * hy + hz * hz)
    hx, hy, hz = hx * s, hy * s, hz * s
    ch = max(nx * hx + ny * hy + nz * hz, float32(1e-6))
    c2 = ch * ch
    if kind == float32(CONDUCTOR):
        sx, sy, sz = hy * nz - hz * ny, hz * nx - hx * nz, hx * ny - hy * nx
        e = c2 * alpha * alpha + (sx * sx + sy * sy + sz * sz)  # the sine by the cross product: precise near the peak
        d = alpha * alpha / (float32(np.pi) * e * e)
        one = smith(ci, alpha) * d / (float32(4) * ci)
        f = one * smith(co, alpha)
        return kr * f, kg * f, kb * f, one  # eq. 8, times the cosine
    ih = max(-(ix * hx + iy * hy + iz * hz), float32(1e-6))
    ks = float32(1) - max(kr, max(kg, kb))
    d = np.exp((c2 - float32(1)) / (c2 * alpha * alpha)) / (float32(np.pi) * alpha * alpha * c2 * c2)
    reflected, _ = fresnel(ih, abs(get(B, IOR, l)))
    f = ks * d * reflected * smith_beckmann(ci, alpha) * smith_beckmann(co, alpha) / (float32(4) * ci)
    return kr * p + f, kg * p + f, kb * p + f, ks * d * ch / (float32(4) * ih) + (float32(1) - ks) * p


@fast
def weigh(B, J, most, strategy):
    """Rows G times throughput, f cosine and the MIS weight, on any surface; no shadow ray where nothing is left."""
    for l in range(W):
        if get(B, DIST, l) <= float32(0) or get(B, ID, l) < float32(0) or get(J, DEPTH, l) + 1 >= most:
            put(B, DIST, l, float32(-1))
            continue
        r, g, b, p = value(
            B, l, get(B, DX, l), get(B, DY, l), get(B, DZ, l), get(B, SX, l), get(B, SY, l), get(B, SZ, l)
        )
        q = get(B, LPDF, l)
        w = q * q / (q * q + p * p) if strategy == 2 and q > float32(0) else float32(1)
        scale3(B, GR, l, w * r * get(B, TR, l), w * g * get(B, TG, l), w * b * get(B, TB, l))
        if not r + g + b > float32(0):
            put(B, DIST, l, float32(-1))


@fast
def scatter_rough(B, ways):
    """Conductor: a visible normal of GGX (Heitz 2018). Microfacet: Beckmann's normal or the cosine, by chance ks.

    `ways` holds each lane's incoming direction and throughput, from before the other kinds were drawn."""
    for l in range(W):
        kind = get(B, KIND, l)
        if kind != float32(CONDUCTOR) and kind != float32(MICROFACET):
            continue
        ix, iy, iz, tr, tg, tb = (
            ways[l],
            ways[W + l],
            get(ways, 2, l),
            get(ways, 3, l),
            get(ways, 4, l),
            get(ways, 5, l),
        )
        nx, ny, nz, alpha = get(B, NX, l), get(B, NY, l), get(B, NZ, l), get(B, ALPHA, l)
        u = get(B, U, l)
        c, s = circle(get(B, V, l))
        ax, ay, az, bx, by, bz = frame(nx, ny, nz)
        ks = float32(1) - max(get(B, AR, l), max(get(B, AG, l), get(B, AB, l)))
        if kind == float32(CONDUCTOR):
            wx, wy = -(ix * ax + iy * ay + iz * az) * alpha, -(ix * bx + iy * by + iz * bz) * alpha
            wz = max(-(ix * nx + iy * ny + iz * nz), float32(1e-6))
            q = float32(1) / sqrt(wx * wx + wy * wy + wz * wz)
            wx, wy, wz = wx * q, wy * q, wz * q
            r = sqrt(u)
            t1, t2 = r * c, r * s
            # project the disk on the hemisphere seen from w: the lower half is squeezed by (1 + cos) / 2 along the slope
            flat = sqrt(wx * wx + wy * wy)
            ex, ey = float32(1), float32(0)
            if flat > float32(1e-7):
                ex, ey = -wy / flat, wx / flat
            fx, fy, fz = -wz * ey, wz * ex, wx * ey - wy * ex
            h = float32(0.5) * (float32(1) + wz)
            t2 = (float32(1) - h) * sqrt(max(float32(1) - t1 * t1, float32(0))) + h * t2
            t3 = sqrt(max(float32(1) - t1 * t1 - t2 * t2, float32(0)))
            mx, my, mz = t1 * ex + t2 * fx + t3 * wx, t1 * ey + t2 * fy + t3 * wy, t2 * fz + t3 * wz
            mx, my, mz = alpha * mx, alpha * my, max(mz, float32(1e-6))
        elif get(B, C, l) < ks:
            t = sqrt(-alpha * alpha * np.log(float32(1) - u))
            mx, my, mz = t * c, t * s, float32(1)
        else:
            mx, my, mz = sqrt(u) * c, sqrt(u) * s, float32(0)
            up = sqrt(float32(1) - u)
            put(B, DX, l, mx * ax + my * bx + up * nx)
            put(B, DY, l, mx * ay + my * by + up * ny)
            put(B, DZ, l, mx * az + my * bz + up * nz)
        if mz > float32(0):
            q = float32(1) / sqrt(mx * mx + my * my + mz * mz)
            mx, my, mz = mx * q, my * q, mz * q
            hx, hy, hz = mx * ax + my * bx + mz * nx, mx * ay + my * by + mz * ny, mx * az + my * bz + mz * nz
            d = float32(-2) * (ix * hx + iy * hy + iz * hz)
            put3(B, DX, l, ix + d * hx, iy + d * hy, iz + d * hz)
        r, g, b, p = value(B, l, ix, iy, iz, get(B, DX, l), get(B, DY, l), get(B, DZ, l))
        q = float32(1) / p if p > float32(0) else float32(0)
        put(B, PDF, l, max(p, float32(1e-9)))
        put3(B, TR, l, tr * r * q, tg * g * q, tb * b * q)


@fast
def remembered(B, ways):
    """Copies the incoming directions and throughputs, which the other kinds overwrite."""
    for k in range(3):
        for l in range(W):
            put(ways, k, l, get(B, DX + k, l))
            put(ways, 3 + k, l, get(B, TR + k, l))
