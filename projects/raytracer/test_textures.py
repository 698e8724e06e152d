"""Textures as the engine renders them, against their own formulas in NumPy: a diffuse surface under a white sky of radiance 1
shines with its albedo."""

import numpy as np
import pytest
from scipy import stats

import engine
import pack
import scene as sc

PIXELS, SPP, FINE = 16, 64, 16  # of the film, of the engine, along each side of a pixel for the formula
EVEN, ODD = [0.2, 0.3, 0.1], [0.9, 0.8, 0.7]
TEXELS = np.random.default_rng(0).uniform(0.1, 0.9, (3, 5, 3))
QUAD = {"kind": "quad", "at": [-1, -1, 0.1], "u": [2, 0, 0], "v": [0, 2, 0], "material": "wall"}
BALL = {"kind": "sphere", "center": [0, 0, 0], "radius": 1.5, "material": "wall"}
BOX = {"kind": "box", "low": [-1, -1, -2], "high": [1, 1, 0.1], "material": "wall"}


def checker(p, uv):
    """Cells of half a unit."""
    odd = np.floor(p / 0.5).sum(-1) % 2
    return np.where(odd[..., None] == 1, ODD, EVEN)


def image(p, uv):
    """The nearest texel; v runs upwards, rows downwards."""
    h, w, _ = TEXELS.shape
    return TEXELS[np.clip((1 - uv[..., 1]) * h, 0, h - 1).astype(int), np.clip(uv[..., 0] * w, 0, w - 1).astype(int)]


def perlin(p, uv):
    """Marble: (1 + sin(z + 10 |turbulence|)) / 2 of the way from one colour to the other (Perlin 1985)."""
    turbulence = sum(0.5**k * noise(2.0**k * p, seed=3) for k in range(7))
    way = (1 + np.sin(p[..., 2] + 10 * np.abs(turbulence))) / 2
    return np.array(EVEN) + way[..., None] * np.subtract(ODD, EVEN)


def noise(p, seed):
    """Gradient noise: the slopes of the eight corners, each weighted by 3t² − 2t³ of its distance along every axis."""
    cell = np.floor(p).astype(np.int64)
    t, total = p - cell, 0.0
    for corner in np.ndindex(2, 2, 2):
        x, y, z = np.moveaxis((cell + corner).astype(np.uint32), -1, 0)
        up, turn, _ = pcg3d(x, y, z ^ np.uint32(seed))
        up, turn = up / 2**31 - 1, np.pi * (turn / 2**31)
        out = np.sqrt(1 - up**2)
        slope = (np.stack([out * np.cos(turn), out * np.sin(turn), up], -1) * (t - corner)).sum(-1)
        near = np.where(np.array(corner) == 1, t, 1 - t)
        total = total + slope * (near**2 * (3 - 2 * near)).prod(-1)
    return total


def pcg3d(x, y, z):
    """Jarzynski and Olano's hash, in NumPy's arithmetic modulo 2^32."""
    x, y, z = (np.uint32(1664525) * w + np.uint32(1013904223) for w in (x, y, z))
    for shift in (16, 0):
        x = x + y * z
        y = y + z * x
        z = z + x * y
        if shift:
            x, y, z = x ^ x >> np.uint32(16), y ^ y >> np.uint32(16), z ^ z >> np.uint32(16)
    return x, y, z


def flat(x, y):
    """Points of the quad or the box's front, and their coordinates on it."""
    return np.stack([x, y, 0 * x + 0.1], -1), np.stack([(x + 1) / 2, (y + 1) / 2], -1)


def round_(x, y):
    """Points of the ball, and their longitude and latitude."""
    p = np.stack([x, y, np.sqrt(1.5**2 - x * x - y * y)], -1)
    n = p / 1.5
    return p, np.stack([(np.arctan2(-n[..., 2], n[..., 0]) / np.pi + 1) / 2, 1 - np.arccos(n[..., 1]) / np.pi], -1)


@pytest.mark.parametrize(("shape", "points"), [(QUAD, flat), (BOX, flat), (BALL, round_)], ids=["quad", "box", "ball"])
@pytest.mark.parametrize("formula", [checker, image, perlin])
def test_a_texture_shines_by_its_formula(tmp_path, formula, shape, points):
    np.save(tmp_path / "t.npy", TEXELS)
    texture = {
        "kind": formula.__name__,
        "even": EVEN,
        "odd": ODD,
        "seed": 3,
        "scale": 0.5 if formula is checker else 1.0,
    }
    texture |= {"file": str(tmp_path / "t.npy")} if formula is image else {}
    d = {"camera": {"kind": "orthographic", "from": [0, 0, 5], "to": [0, 0, 0], "vfov": 2}, "textures": {"t": texture},
         "materials": {"wall": {"albedo": "t"}}, "shapes": [shape], "environment": {"colour": 1}}  # fmt: skip
    packed, film = pack.pack(sc.read(d), PIXELS, PIXELS), engine.Film(PIXELS, PIXELS)
    engine.expose(packed, engine.settings(packed, SPP, "random", "bsdf", max_depth=2), film, SPP)
    at = (np.arange(PIXELS * FINE) + 0.5) / (PIXELS * FINE) * 2 - 1
    fine = formula(*points(*np.meshgrid(at, -at)))
    parts = fine.reshape(PIXELS, FINE, PIXELS, FINE, 3).swapaxes(1, 2).reshape(PIXELS, PIXELS, -1, 3)
    spread = parts.var(2) + 1 / FINE**2  # a part smaller than one point of the grid may be missing there
    z = (film.image() - parts.mean(2)) / np.sqrt(spread / SPP)
    assert np.abs(z).max() < stats.norm.isf(1e-4 / z.size)
    assert film.image().std() > 0.1
