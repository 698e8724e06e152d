"""The scene as the engine reads it: one flat float32 buffer S, one table M of offsets and counts (see hit.py).

A surface is a row of sixteen numbers: the normal at x is a + b x (a plane has b = 0, a sphere a = -c/r, b = 1/r), then
what its material says and its light or -1. A material is a row of sixteen, a light a row of twenty-four.
"""

from typing import NamedTuple

import numpy as np

import meshes
import scene as sc
from engine import layout
from engine.lanes import BALL, CONDUCTOR, GLASS, LAMBERT, MICROFACET, MIRROR, PLANAR, POINT
from shapes import frame_of

KINDS = {"lambert": LAMBERT, "mirror": MIRROR, "glass": GLASS, "conductor": CONDUCTOR, "microfacet": MICROFACET}


class Packed(NamedTuple):
    """The buffers, and what the report says: counts of shapes, triangles dropped, warnings."""

    S: np.ndarray
    M: np.ndarray
    counts: dict


class Lists:
    """The scene's surfaces by class while they are collected: each entry is (numbers, material, light, low, high)."""

    def __init__(self, camera):
        self.near, self.shutter = np.array(camera.to), camera.shutter  # where precision matters most; when
        self.quads, self.boxes, self.spheres, self.movers = [], [], [], []
        self.triangles, self.lights = [], []


def pack(s, width, height):
    """The Packed form of the Scene `s` for a film of width × height pixels."""
    lists, names = Lists(s.camera), list(s.materials)
    materials = [material_row(m, list(s.textures)) for m in s.materials.values()]
    dropped = 0
    for shape in s.shapes:
        first = len(lists.lights)
        dropped += add(lists, shape, names.index(shape.material), materials)
        for light in lists.lights[first:]:
            light[22] = first  # the lights of one shape have one number
    for p in s.lights:
        lists.lights.append(light_row(POINT, p.intensity, at=p.at))
        lists.lights[-1][22] = len(lists.lights) - 1
    counts = {
        "quads": len(lists.quads),
        "boxes": len(lists.boxes),
        "spheres": len(lists.spheres) + len(lists.movers),
        "triangles": sum(len(t[0]) for t in lists.triangles),
        "lights": len(lists.lights),
        "degenerate triangles dropped": dropped,
    }
    return Packed(*layout.assemble(s, lists, materials, width, height), counts)


def add(lists, s, material, materials):
    """Adds the shape to the lists; returns how many of its triangles were dropped."""
    turn = -1.0 if s.flip else 1.0
    if isinstance(s, sc.Quad):
        u, v = np.array(s.u), np.array(s.v)
        quad(lists, np.array(s.at) + (u + v) / 2, u / 2, v / 2, turn, material, s.emission)
    elif isinstance(s, sc.Box):
        center, axes = frame_of(s)
        if any(s.emission):
            for k in range(3):
                for sign in (-1.0, 1.0):
                    u, v = axes[(k + 1) % 3], axes[(k + 2) % 3]
                    right = np.sign(np.dot(np.cross(u, v), axes[k]))
                    quad(lists, center + sign * axes[k], u, v, turn * sign * right, material, s.emission)
        else:
            inverse = np.linalg.inv(axes.T)  # local = inverse (p - center)
            extent = np.abs(axes).sum(0)
            numbers = np.c_[inverse, -inverse @ center].ravel()
            lists.boxes.append((numbers, material, turn, center - extent, center + extent))
    elif isinstance(s, sc.Sphere):
        sphere(lists, s, material, turn)
    elif isinstance(s, sc.Cover):
        for center, radius, kind, colour in meshes.cover(s.seed):
            materials.append(material_row(sc.Material(kind=kind, albedo=colour, one_sided=kind != "glass"), []))
            sphere(lists, sc.Sphere(center=center, radius=radius), len(materials) - 1, 1.0)
    elif isinstance(s, sc.Triangle):
        t = meshes.Triangles(np.array([s.points], float)[:, :: -1 if s.flip else 1], None, None, 0)
        triangles(lists, t, material, s.emission)
    else:
        t = meshes.bumps(s.n) if isinstance(s, sc.Bumps) else meshes.load(s.file, s.place)
        if isinstance(s, sc.Mesh):
            normals = t.normals * np.sign(s.scale) if s.smooth and t.normals is not None else None
            t = t._replace(points=t.points * s.scale + np.array(s.shift), normals=normals)
        mirrored = isinstance(s, sc.Mesh) and s.scale < 0  # then the order of the corners runs the other way round
        if s.flip != mirrored:
            t = t._replace(
                points=t.points[:, ::-1],
                **{k: getattr(t, k)[:, ::-1] for k in ("normals", "uv") if getattr(t, k) is not None},
            )
        triangles(lists, t, material, s.emission)
        return t.dropped
    return 0


def quad(lists, center, u, v, turn, material, emission):
    """The parallelogram center ± u ± v, its normal along turn (u × v)."""
    n = np.cross(u, v)
    area = 4 * np.linalg.norm(n)
    n = n / np.linalg.norm(n)
    rows = [n, np.cross(v, n), np.cross(n, u)]
    rows[1], rows[2] = rows[1] / (rows[1] @ u), rows[2] / (rows[2] @ v)
    numbers = np.concatenate([np.r_[r, -r @ center] for r in rows])
    light = -1
    if any(emission):
        light = len(lists.lights)
        lists.lights.append(light_row(PLANAR, emission, center - u - v, 2 * u, 2 * v, turn * n, area))
    extent = np.abs(u) + np.abs(v)
    lists.quads.append((numbers, material, light, center - extent, center + extent, turn * n))


def sphere(lists, s, material, turn):
    """A sphere at rest or moving."""
    c, r, v = np.array(s.center), s.radius, np.array(s.motion)
    light = -1
    if any(s.emission):
        light = len(lists.lights)
        lists.lights.append(light_row(BALL, s.emission, at=c, area=4 * np.pi * r * r, radius=turn * r))
    places = c + np.outer(lists.shutter, v)
    low, high = places.min(0) - r, places.max(0) + r
    if v.any():
        lists.movers.append((np.r_[c, r, v, 0.0], material, light, low, high, turn))
    else:
        on = c + r * toward(c, lists.near)
        lists.spheres.append((np.r_[on, c - on, 0, 0], material, light, low, high, np.r_[-c / r, 1 / r] * turn))


def toward(a, b):
    """The unit vector from a to b; some unit vector where they are the same."""
    length = np.linalg.norm(b - a)
    return (b - a) / length if length > 0 else np.array([1.0, 0, 0])


def triangles(lists, t, material, emission):
    """The triangles of one mesh; a mesh that shines is as many lights."""
    p = t.points
    cross = np.cross(p[:, 1] - p[:, 0], p[:, 2] - p[:, 0])
    area = np.linalg.norm(cross, axis=1) / 2
    light = np.full(len(p), -1)
    if any(emission):
        light = len(lists.lights) + np.arange(len(p))
        for (a, b, c), n, size in zip(p, cross, area):
            lists.lights.append(light_row(PLANAR, emission, a, b - a, c - a, n / np.linalg.norm(n), size, half=1.0))
    lists.triangles.append((p, np.full(len(p), material), light, t.normals, t.uv))


def light_row(kind, emission, at=(0, 0, 0), u=(0, 0, 0), v=(0, 0, 0), n=(0, 0, 0), area=1.0, radius=0.0, half=0.0):
    """kind, L, area, position, edges, normal, radius (negative: shines inwards), half (a triangle), then chance, alias
    table and shape (layout.chosen), power."""
    power = np.mean(emission) * (4 * np.pi if kind == POINT else np.pi * area)
    return np.r_[kind, emission, area, at, u, v, n, radius, half, np.zeros(4), power]


def material_row(m, textures):
    """kind, albedo, alpha, ior, one-sided, Schlick, texture or -1."""
    texture = textures.index(m.albedo) if isinstance(m.albedo, str) else -1
    albedo = (1.0, 1.0, 1.0) if texture >= 0 else m.albedo
    return np.r_[KINDS[m.kind], albedo, m.alpha, -m.ior if m.schlick else m.ior, m.one_sided, 0, texture, np.zeros(7)]
