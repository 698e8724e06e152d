"""Where rays meet shapes, in NumPy and float64: all rays against one shape at a time. For the lessons and the tests."""

import numpy as np

import scene as sc
from abacus.errors import BadInput

EPSILON = 1e-6


def camera_rays(c, width, height, spp, rng):
    """Origins and directions (height * width * spp, 3) through random points of the pixels."""
    y, x, _ = np.mgrid[:height, :width, :spp].reshape(3, -1)
    return rays_through(c, width, height, x + rng.random(len(x)), y + rng.random(len(x)))


def rays_through(c, width, height, x, y):
    """Rays of a pinhole camera in perspective through the points (x, y) of the film, in pixels from the top left."""
    forward = unit(np.subtract(c.to, c.from_))
    right = unit(np.cross(forward, c.up))
    half = np.tan(np.radians(c.vfov) / 2)
    a, b = (x / width * 2 - 1) * half * width / height, (1 - y / height * 2) * half
    d = unit(forward + a[:, None] * right + b[:, None] * np.cross(right, forward))
    return np.tile(c.from_, (len(x), 1)) + c.near * d, d


def nearest(scene, o, d):
    """(t, normal, number of the shape) of what each ray meets first; t is infinite where nothing is met."""
    t, n, which = np.full(len(o), np.inf), np.zeros_like(o), np.zeros(len(o), int)
    with np.errstate(divide="ignore", invalid="ignore"):
        for k, s in enumerate(scene.shapes):
            s_t, s_n = HITS[type(s)](s, o, d)
            ok = (s_t > EPSILON) & (s_t < t)
            t[ok], n[ok], which[ok] = s_t[ok], s_n[ok] * (-1 if s.flip else 1), k
    return t, n, which


def hit_flat(at, u, v, o, d, inside):
    """Where rays meet the plane through `at` along u and v, if inside(a, b) holds for the point at + a u + b v."""
    n = np.cross(u, v)
    t = ((at - o) @ n) / (d @ n)
    p = o + t[:, None] * d - at
    a, b = np.cross(v, n) @ p.T / (np.cross(v, n) @ u), np.cross(n, u) @ p.T / (np.cross(n, u) @ v)
    return np.where(inside(a, b), t, np.inf), np.broadcast_to(unit(n), o.shape)


def hit_quad(s, o, d):
    return hit_flat(
        np.array(s.at), np.array(s.u), np.array(s.v), o, d, lambda a, b: (a >= 0) & (a <= 1) & (b >= 0) & (b <= 1)
    )


def hit_triangle(s, o, d):
    a, b, c = np.array(s.points)
    return hit_flat(a, b - a, c - a, o, d, lambda u, v: (u >= 0) & (v >= 0) & (u + v <= 1))


def hit_sphere(s, o, d):
    """The roots of t² − 2bt + c = 0."""
    m = np.array(s.center) - o
    b, c = (m * d).sum(1), (m * m).sum(1) - s.radius**2
    root = np.sqrt(b * b - c)
    t = np.where(b - root > EPSILON, b - root, b + root)
    t = np.where(t > EPSILON, t, np.inf)
    return np.nan_to_num(t, nan=np.inf, posinf=np.inf), (np.where(np.isfinite(t), t, 0)[:, None] * d - m) / s.radius


def hit_box(s, o, d):
    """The last slab entered, or the first one left from within."""
    center, axes = frame_of(s)
    inverse = np.linalg.inv(axes)
    p, q = (o - center) @ inverse, d @ inverse
    near, far = -p / q - abs(1 / q), -p / q + abs(1 / q)
    enter = near.max(1) > EPSILON
    t = np.where(near.max(1) <= far.min(1), np.where(enter, near.max(1), far.min(1)), np.inf)
    axis = np.where(enter, near.argmax(1), far.argmin(1))
    side = np.sign(q[np.arange(len(q)), axis]) * np.where(enter, -1, 1)
    return t, unit(inverse.T[axis]) * side[:, None]


HITS = {sc.Quad: hit_quad, sc.Triangle: hit_triangle, sc.Sphere: hit_sphere, sc.Box: hit_box}


def check_plain(scene, *kinds):
    """Raises BadInput where the scene holds what these functions do not know: other shapes, textures, a camera of another
    kind; other materials than `kinds`, if some are given."""
    if scene.camera.kind != "perspective":
        raise BadInput(f"scene.camera.kind: {scene.camera.kind} is for the compiled engine; perspective is for all")
    if scene.environment.file:
        raise BadInput("scene.environment.file: an image is for the compiled engine; a colour is for all")
    for k, s in enumerate(scene.shapes):
        if type(s) not in HITS:
            kind = type(s).__name__.lower()
            raise BadInput(f"scene.shapes[{k}].kind: {kind} is for the compiled engine: python run.py study=picture")
    for name, m in scene.materials.items():
        if isinstance(m.albedo, str) or (kinds and m.kind not in kinds):
            what = "its texture" if isinstance(m.albedo, str) else m.kind
            raise BadInput(f"scene.materials.{name}: {what} is for the compiled engine: python run.py study=picture")


def frame_of(box):
    """(centre, half-axes as rows) of a scene's Box."""
    if np.any(box.axes):
        return np.array(box.shift), np.array(box.axes)
    c, s = np.cos(np.radians(box.turn)), np.sin(np.radians(box.turn))
    rotation = np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]])
    half = np.diag(np.subtract(box.high, box.low) / 2)
    return rotation @ (np.add(box.low, box.high) / 2) + np.array(box.shift), (rotation @ half).T


def parallelogram(light):
    """A corner and two edges of a quad or triangle."""
    if isinstance(light, sc.Quad):
        return np.array(light.at), np.array(light.u), np.array(light.v)
    a, b, c = np.array(light.points)
    return a, b - a, c - a


def unit(v):
    """Vectors of length 1."""
    return v / np.linalg.norm(v, axis=-1, keepdims=True)
