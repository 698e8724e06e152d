"""How surfaces scatter: a new direction for each lane, its throughput, its density. All kinds run over all lanes."""

import numpy as np
from numba import float32

from lanes import (
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
    GB,
    GG,
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
    OY,
    OZ,
    PDF,
    PX,
    PY,
    PZ,
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
    from_python,
    inlined,
)
from lights import frame


@from_python
def fresnel(c, eta):
    """(R, cosine of the refracted ray): Fresnel's reflectance for unpolarised light, eta = n(there) / n(here), c > 0."""
    k = float32(1) - (float32(1) - c * c) / (eta * eta)
    t = np.sqrt(max(k, float32(0)))
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


@fast
def scatter_diffuse(B):
    """Lambert: the normal plus a point of the unit sphere, normalised, has density cos θ / π."""
    for l in range(W):
        nx, ny, nz = B[NX * W + l], B[NY * W + l], B[NZ * W + l]
        z = float32(1) - float32(2) * B[U * W + l]
        r = np.sqrt(max(float32(1) - z * z, float32(0)))
        c, s = circle(B[V * W + l])
        x, y, z = nx + r * c, ny + r * s, nz + z
        q = float32(1) / np.sqrt(x * x + y * y + z * z + float32(1e-20))
        x, y, z = x * q, y * q, z * q
        B[DX * W + l], B[DY * W + l], B[DZ * W + l] = x, y, z
        B[PDF * W + l] = max((nx * x + ny * y + nz * z) * float32(1 / np.pi), float32(1e-9))
        B[TR * W + l] *= B[AR * W + l]
        B[TG * W + l] *= B[AG * W + l]
        B[TB * W + l] *= B[AB * W + l]


@fast
def scatter_mixed(B, eps):
    """Lambert, mirror and glass: all three for every lane, and then the one that it needs."""
    for l in range(W):
        nx, ny, nz = B[NX * W + l], B[NY * W + l], B[NZ * W + l]
        dx, dy, dz = B[DX * W + l], B[DY * W + l], B[DZ * W + l]
        u, kind = B[U * W + l], B[KIND * W + l]
        z = float32(1) - float32(2) * u
        r = np.sqrt(max(float32(1) - z * z, float32(0)))
        c, s = circle(B[V * W + l])
        x, y, z = nx + r * c, ny + r * s, nz + z
        q = float32(1) / np.sqrt(x * x + y * y + z * z + float32(1e-20))
        x, y, z = x * q, y * q, z * q
        ci = max(-(nx * dx + ny * dy + nz * dz), float32(0))
        mx, my, mz = dx + float32(2) * ci * nx, dy + float32(2) * ci * ny, dz + float32(2) * ci * nz
        ior = abs(B[IOR * W + l])
        eta = ior if B[SIDE * W + l] > float32(0) else float32(1) / ior
        f, t = fresnel(ci, eta)
        rough = schlick(ci, t, eta)
        f = rough if (B[IOR * W + l] < float32(0)) & (f < float32(1)) else f
        glass = kind == float32(GLASS)
        through = glass & (u >= f)
        bend = float32(1) / eta
        g = ci * bend - t
        diffuse = kind == float32(LAMBERT)
        B[DX * W + l] = x if diffuse else (bend * dx + g * nx if through else mx)
        B[DY * W + l] = y if diffuse else (bend * dy + g * ny if through else my)
        B[DZ * W + l] = z if diffuse else (bend * dz + g * nz if through else mz)
        B[PDF * W + l] = max((nx * x + ny * y + nz * z) * float32(1 / np.pi), float32(1e-9)) if diffuse else float32(-1)
        off = -eps if through else eps
        B[OX * W + l] = B[PX * W + l] + off * nx
        B[OY * W + l] = B[PY * W + l] + off * ny
        B[OZ * W + l] = B[PZ * W + l] + off * nz
        B[TR * W + l] *= B[AR * W + l]
        B[TG * W + l] *= B[AG * W + l]
        B[TB * W + l] *= B[AB * W + l]


@inlined
def smith(c, alpha):
    """G1 of GGX: the share of facets seen from cosine c."""
    return float32(2) * c / (c + np.sqrt(alpha * alpha + (float32(1) - alpha * alpha) * c * c))


@inlined
def smith_beckmann(c, alpha):
    """G1 of Beckmann, by the rational approximation of Walter et al. 2007."""
    tangent = np.sqrt(max(float32(1) - c * c, float32(1e-12))) / c
    b = float32(1) / (alpha * tangent)
    g = b * (float32(3.535) + float32(2.181) * b) / (float32(1) + b * (float32(2.276) + float32(2.577) * b))
    return g if b < float32(1.6) else float32(1)


@inlined
def value(B, l, ix, iy, iz, x, y, z):
    """(red, green, blue, density): f cos θ of the lane's surface between -(ix, iy, iz) and (x, y, z), and the density
    with which `scatter` draws that direction."""
    nx, ny, nz = B[NX * W + l], B[NY * W + l], B[NZ * W + l]
    kr, kg, kb = B[AR * W + l], B[AG * W + l], B[AB * W + l]
    kind, alpha = B[KIND * W + l], B[ALPHA * W + l]
    ci = max(-(nx * ix + ny * iy + nz * iz), float32(1e-6))
    co = nx * x + ny * y + nz * z
    p = max(co, float32(0)) * float32(1 / np.pi)
    if co <= float32(0) or kind == float32(MIRROR) or kind == float32(GLASS):
        return float32(0), float32(0), float32(0), float32(0)
    if kind == float32(LAMBERT):
        return kr * p, kg * p, kb * p, p
    hx, hy, hz = x - ix, y - iy, z - iz
    s = float32(1) / np.sqrt(hx * hx + hy * hy + hz * hz)
    hx, hy, hz = hx * s, hy * s, hz * s
    ch = max(nx * hx + ny * hy + nz * hz, float32(1e-6))
    c2 = ch * ch
    if kind == float32(CONDUCTOR):
        sx, sy, sz = hy * nz - hz * ny, hz * nx - hx * nz, hx * ny - hy * nx
        e = c2 * alpha * alpha + (sx * sx + sy * sy + sz * sz)  # the sine by the cross product: precise near the peak
        d = alpha * alpha / (float32(np.pi) * e * e)
        one = smith(ci, alpha) * d / (float32(4) * ci)
        f = one * smith(co, alpha)
        return kr * f, kg * f, kb * f, one
    ih = max(-(ix * hx + iy * hy + iz * hz), float32(1e-6))
    ks = float32(1) - max(kr, max(kg, kb))
    d = np.exp((c2 - float32(1)) / (c2 * alpha * alpha)) / (float32(np.pi) * alpha * alpha * c2 * c2)
    reflected, _ = fresnel(ih, abs(B[IOR * W + l]))
    f = ks * d * reflected * smith_beckmann(ci, alpha) * smith_beckmann(co, alpha) / (float32(4) * ci)
    return kr * p + f, kg * p + f, kb * p + f, ks * d * ch / (float32(4) * ih) + (float32(1) - ks) * p


@fast
def weigh(B, J, most, strategy):
    """Rows G times throughput, f cosine and the MIS weight, on any surface; no shadow ray where nothing is left."""
    for l in range(W):
        if B[DIST * W + l] <= float32(0) or B[ID * W + l] < float32(0) or J[DEPTH * W + l] + 1 >= most:
            B[DIST * W + l] = float32(-1)
            continue
        r, g, b, p = value(
            B, l, B[DX * W + l], B[DY * W + l], B[DZ * W + l], B[SX * W + l], B[SY * W + l], B[SZ * W + l]
        )
        q = B[LPDF * W + l]
        w = q * q / (q * q + p * p) if strategy == 2 and q > float32(0) else float32(1)
        B[GR * W + l] *= w * r * B[TR * W + l]
        B[GG * W + l] *= w * g * B[TG * W + l]
        B[GB * W + l] *= w * b * B[TB * W + l]
        if not r + g + b > float32(0):
            B[DIST * W + l] = float32(-1)


@fast
def scatter_rough(B, ways):
    """Conductor: a visible normal of GGX (Heitz 2018). Microfacet: Beckmann's normal or the cosine, by chance ks.

    `ways` holds each lane's incoming direction and throughput, from before the other kinds were drawn."""
    for l in range(W):
        kind = B[KIND * W + l]
        if kind != float32(CONDUCTOR) and kind != float32(MICROFACET):
            continue
        ix, iy, iz, tr, tg, tb = (
            ways[l],
            ways[W + l],
            ways[2 * W + l],
            ways[3 * W + l],
            ways[4 * W + l],
            ways[5 * W + l],
        )
        nx, ny, nz, alpha = B[NX * W + l], B[NY * W + l], B[NZ * W + l], B[ALPHA * W + l]
        u = B[U * W + l]
        c, s = circle(B[V * W + l])
        ax, ay, az, bx, by, bz = frame(nx, ny, nz)
        ks = float32(1) - max(B[AR * W + l], max(B[AG * W + l], B[AB * W + l]))
        if kind == float32(CONDUCTOR):
            wx, wy = -(ix * ax + iy * ay + iz * az) * alpha, -(ix * bx + iy * by + iz * bz) * alpha
            wz = max(-(ix * nx + iy * ny + iz * nz), float32(1e-6))
            q = float32(1) / np.sqrt(wx * wx + wy * wy + wz * wz)
            wx, wy, wz = wx * q, wy * q, wz * q
            r = np.sqrt(u)
            t1, t2 = r * c, r * s
            # project the disk on the hemisphere seen from w: the lower half is squeezed by (1 + cos) / 2 along the slope
            flat = np.sqrt(wx * wx + wy * wy)
            ex, ey = float32(1), float32(0)
            if flat > float32(1e-7):
                ex, ey = -wy / flat, wx / flat
            fx, fy, fz = -wz * ey, wz * ex, wx * ey - wy * ex
            h = float32(0.5) * (float32(1) + wz)
            t2 = (float32(1) - h) * np.sqrt(max(float32(1) - t1 * t1, float32(0))) + h * t2
            t3 = np.sqrt(max(float32(1) - t1 * t1 - t2 * t2, float32(0)))
            mx, my, mz = t1 * ex + t2 * fx + t3 * wx, t1 * ey + t2 * fy + t3 * wy, t2 * fz + t3 * wz
            mx, my, mz = alpha * mx, alpha * my, max(mz, float32(1e-6))
        elif B[C * W + l] < ks:
            t = np.sqrt(-alpha * alpha * np.log(float32(1) - u))
            mx, my, mz = t * c, t * s, float32(1)
        else:
            mx, my, mz = np.sqrt(u) * c, np.sqrt(u) * s, float32(0)
            up = np.sqrt(float32(1) - u)
            B[DX * W + l] = mx * ax + my * bx + up * nx
            B[DY * W + l] = mx * ay + my * by + up * ny
            B[DZ * W + l] = mx * az + my * bz + up * nz
        if mz > float32(0):
            q = float32(1) / np.sqrt(mx * mx + my * my + mz * mz)
            mx, my, mz = mx * q, my * q, mz * q
            hx, hy, hz = mx * ax + my * bx + mz * nx, mx * ay + my * by + mz * ny, mx * az + my * bz + mz * nz
            d = float32(-2) * (ix * hx + iy * hy + iz * hz)
            B[DX * W + l], B[DY * W + l], B[DZ * W + l] = ix + d * hx, iy + d * hy, iz + d * hz
        r, g, b, p = value(B, l, ix, iy, iz, B[DX * W + l], B[DY * W + l], B[DZ * W + l])
        q = float32(1) / p if p > float32(0) else float32(0)
        B[PDF * W + l] = max(p, float32(1e-9))
        B[TR * W + l], B[TG * W + l], B[TB * W + l] = tr * r * q, tg * g * q, tb * b * q


@fast
def remembered(B, ways):
    """Copies the incoming directions and throughputs, which the other kinds overwrite."""
    for k in range(3):
        for l in range(W):
            ways[k * W + l] = B[(DX + k) * W + l]
            ways[(3 + k) * W + l] = B[(TR + k) * W + l]
