"""The layout of the engine's buffer: hierarchy, surfaces, materials, textures, sky, lights, camera."""

import numpy as np

import images
from engine import bvh, grouping, hit
from engine.lanes import CONDUCTOR, GLASS, MICROFACET, MIRROR, SKY
from engine.traverse import WIDE

DELTA, ROUGH, TEXTURED, MOVING, SMOOTH, LENS, BACKS = (1 << k for k in range(7))  # what a scene needs: the flags


def assemble(s, lists, materials, width, height):
    """(S, M) from the lists."""
    M, parts, size = np.zeros(hit.TABLE, np.int64), [], 0

    def put(name, rows):
        nonlocal size
        rows = np.asarray(rows, np.float64).ravel()
        M[name] = size
        parts.append(rows)
        size += len(rows)

    clusters, groups, brute = grouping.grouped(lists)
    grouping.blocking_first(s, lists, brute)
    reach = [np.abs(x).max() for x in (s.camera.from_, s.camera.to, *(light[5:8] for light in lists.lights))]
    put(hit.EPSILON, [5e-6 * max(reach), 0, 0, 0])
    n = [len(lists.quads), len(lists.boxes), len(lists.spheres), len(lists.movers)]
    M[[hit.QUAD_ID, hit.BOX_ID, hit.SPHERE_ID, hit.MOVER_ID, hit.TRIANGLE_ID]] = np.cumsum(
        [0, n[0], 6 * n[1], n[2], n[3]]
    )
    for name, rows in (
        (hit.QUADS, lists.quads),
        (hit.BOXES, lists.boxes),
        (hit.SPHERES, lists.spheres),
        (hit.MOVERS, lists.movers),
    ):
        put(name, [r[0] for r in rows])
    M[[hit.N_QUADS, hit.N_BOXES, hit.N_SPHERES, hit.N_MOVERS, hit.BLOCKING]] = brute
    put(hit.CLUSTERS, clusters)
    put(hit.GROUPS, groups)
    M[hit.N_GROUPS] = len(groups)
    flags = sum(flag for flag, on in ((MOVING, n[3]), (LENS, s.camera.aperture > 0)) if on)
    flags |= hierarchy(lists, put, M)
    put(hit.SURFACES, surfaces(lists, np.array(materials)))
    put(hit.MATERIALS, materials)
    used = {m for rows in (lists.quads, lists.boxes, lists.spheres, lists.movers) for m in (r[1] for r in rows)}
    used |= {m for t in lists.triangles for m in t[1]}
    kinds = {int(materials[m][0]) for m in used}
    flags |= DELTA if kinds & {MIRROR, GLASS} else 0
    flags |= ROUGH if kinds & {CONDUCTOR, MICROFACET} else 0
    flags |= TEXTURED if any(materials[m][8] >= 0 for m in used) else 0
    flags |= BACKS if any(materials[m][6] for m in used) else 0
    M[hit.FLAGS] = flags
    put_textures(s, put)
    put_sky(s, lists, put, M)
    put(hit.LIGHTS, chosen(lists.lights))
    M[hit.N_LIGHTS] = len(lists.lights)
    put(hit.CAMERA, camera_row(s.camera, width, height))
    return np.concatenate(parts).astype(np.float32), M


def surfaces(lists, materials):
    """One row of sixteen for every surface's number (quads, six for each box, spheres, movers, triangles): a, b of its
    normal a + b x, albedo, black from behind, light, material, and the material's kind, roughness and index."""
    rows, which, light = [], [], []

    def add(normal, material, number):
        rows.append(np.reshape(normal, (-1, 4)))
        which.append(np.full(len(rows[-1]), material))
        light.append(np.full(len(rows[-1]), number))

    for q in lists.quads:
        add(np.r_[q[5], 0], q[1], q[2])
    for numbers, material, turn, _, _ in lists.boxes:
        for r in numbers.reshape(3, 4)[:, :3]:
            n = turn * r / np.linalg.norm(r)
            add([[*-n, 0], [*n, 0]], material, -1)
    for x in lists.spheres:
        add(x[5], x[1], x[2])
    for x in lists.movers:
        add([0, 1, 0, 0], x[1], x[2])  # surface.moved finds the normal
    for p, material, number, _, _ in lists.triangles:
        n = np.cross(p[:, 1] - p[:, 0], p[:, 2] - p[:, 0])
        add(np.c_[n / np.linalg.norm(n, axis=1)[:, None], np.zeros(len(n))], material, number)
    which = np.concatenate(which)
    m = materials[which]  # kind, albedo, alpha, ior, one-sided, ...
    about = m[:, 1:4], m[:, 6], np.concatenate(light), which, m[:, 0], m[:, 4:6], np.zeros((len(m), 3))
    return np.column_stack([np.concatenate(rows), *about])


def hierarchy(lists, put, M):
    """Nodes and leaves of the triangles, and their corners' normals and texture coordinates; returns the flag for these."""
    if not lists.triangles:
        return 0
    p = np.concatenate([t[0] for t in lists.triangles])
    order = np.arange(len(p), dtype=np.int32)
    grow = 1e-6 * np.abs(p).max()
    low, high = p.min(1), p.max(1)
    nodes, leaves = bvh.single(low, high) if len(p) <= WIDE else bvh.build(low, high, order, WIDE)
    nodes = nodes.transpose(0, 2, 1).copy()  # (node, 8, 16)
    nodes[:, 0:3] -= grow
    nodes[:, 3:6] += grow
    put(hit.NODES, nodes[:, :7])
    rows = np.zeros((len(leaves), 13, WIDE))
    barycentric = triangle_rows(p)
    for row, (start, stop) in zip(rows, leaves):
        ids = order[start:stop]
        filled = np.resize(ids, WIDE)  # empty places repeat triangles that are there
        row[:12], row[12] = barycentric[filled].T, filled
    put(hit.LEAVES, rows)
    M[hit.N_NODES] = len(nodes)
    if all(t[3] is None and t[4] is None for t in lists.triangles):
        return 0
    corners = [t[3] if t[3] is not None else np.zeros_like(t[0]) for t in lists.triangles]
    uv = [t[4] if t[4] is not None else np.zeros((len(t[0]), 3, 2)) for t in lists.triangles]
    n = len(p)
    put(
        hit.SMOOTH,
        np.c_[barycentric[:, 4:], np.concatenate(corners).reshape(n, 9), np.concatenate(uv).reshape(n, 6), np.zeros(n)],
    )
    return SMOOTH


def triangle_rows(p):
    """(n, 12): the plane of each triangle, and the two rows that give a point's barycentric coordinates."""
    e1, e2 = p[:, 1] - p[:, 0], p[:, 2] - p[:, 0]
    n = np.cross(e1, e2)
    n /= np.linalg.norm(n, axis=1)[:, None]
    u, v = np.cross(e2, n), np.cross(n, e1)
    u /= (u * e1).sum(1)[:, None]
    v /= (v * e2).sum(1)[:, None]
    return np.concatenate([np.c_[r, -(r * p[:, 0]).sum(1)] for r in (n, u, v)], 1)


def put_textures(s, put):
    """Twelve numbers a texture (kind, scale, even, odd, where its image begins, width, height, seed), and the images."""
    rows, pixels, at = [], [np.zeros(1)], 1
    for name, t in s.textures.items():
        w = h = 0
        start = at
        if t.kind == "image":
            image = images.read(t.file, f"scene.textures.{name}")
            if image.max() > 1:
                raise images.BadInput(f"{t.file}: a texel of {image.max():g}; a surface reflects at most 1")
            h, w = image.shape[:2]
            pixels.append(image.ravel())
            at += image.size
        rows.append(np.r_[("checker", "image", "perlin").index(t.kind), t.scale, t.even, t.odd, start, w, h, t.seed])
    put(hit.TEXTURES, rows)
    put(hit.IMAGES, np.concatenate(pixels))


def put_sky(s, lists, put, M):
    """The environment as an image (h, w) and, where it is sampled, the running sums of its rows and of their totals."""
    e = s.environment
    M[hit.SKY_LIGHT] = -1
    sky = np.ones((1, 1, 3)) if not e.file else images.read(e.file, "scene.environment")
    sky = sky * (np.array(e.colour) if any(e.colour) or not e.file else 1.0)
    h, w = sky.shape[:2]
    M[hit.SKY_WIDTH], M[hit.SKY_HEIGHT] = w, h
    z = np.cos(np.pi * np.arange(h + 1) / h)
    weight = sky.mean(-1) * -np.diff(z)[:, None] + 1e-30
    across = np.cumsum(weight, 1) / weight.sum(1, keepdims=True)
    down = np.cumsum(weight.sum(1)) / weight.sum()
    if sky.any():
        M[hit.SKY_LIGHT] = len(lists.lights)
        total = weight.sum() * 2 * np.pi / w
        lists.lights.append(np.r_[SKY, 1, 1, 1, np.zeros(18), len(lists.lights), total])
    chance = weight / weight.sum() * w / (2 * np.pi * -np.diff(z)[:, None])  # the density over solid angle
    put(hit.SKY_MAP, np.concatenate([sky.ravel(), chance.ravel(), across.ravel(), down]))


def chosen(lights):
    """The lights' rows with the chance of each and the alias table (Walker 1977) that draws by it.

    Shapes that shine (and the sky) are drawn alike, for a small bright light near by may matter more than a strong one
    far away; the triangles of one mesh by their power."""
    if not lights:
        return np.zeros((0, 24))
    rows = np.array(lights)
    _, shape = np.unique(rows[:, 22], return_inverse=True)
    power = rows[:, 23] / np.bincount(shape, rows[:, 23])[shape]
    p = power / power.sum()
    scaled, n = p * len(p), len(p)
    alias, keep = np.arange(n), np.ones(n)
    small, large = [i for i in range(n) if scaled[i] < 1], [i for i in range(n) if scaled[i] >= 1]
    while small and large:
        i, j = small.pop(), large.pop()
        keep[i], alias[i] = scaled[i], j
        scaled[j] -= 1 - scaled[i]
        (small if scaled[j] < 1 else large).append(j)
    rows[:, 19], rows[:, 20], rows[:, 21] = p, keep, alias
    return rows


def camera_row(c, width, height):
    """kind, from, right and up (half the film at distance 1), forward, lens radius, focus, near, shutter, film, patch."""
    forward = np.subtract(c.to, c.from_)
    distance = np.linalg.norm(forward)
    forward = forward / distance
    right = np.cross(forward, c.up)
    right /= np.linalg.norm(right)
    up = np.cross(right, forward)
    half = np.tan(np.radians(c.vfov) / 2) if c.kind == "perspective" else c.vfov / 2
    kind = ("perspective", "orthographic", "meter").index(c.kind)
    return np.r_[
        kind,
        c.from_,
        right * half * width / height,
        up * half,
        forward,
        c.aperture / 2,
        c.focus or distance,
        c.near,
        c.shutter,
        width,
        height,
        right,
        up,
        *c.patch,
    ]
