"""The first lesson: recursive ray tracing after Whitted (1980). Mirrors and glass by recursion, shadows by one ray a light.

What it leaves out is what path tracing adds: light that comes from other surfaces, and lights with a size (here a light
is its middle). In its place stands a constant, the ambient light.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

import images
import scene as sc
from abacus.settings import any_number, at_least
from shapes import EPSILON, camera_rays, check_plain, nearest, parallelogram, unit

AMBIENT = 0.1  # of the lights' mean radiance


@dataclass
class Config:
    scene: dict[str, Any]  # quads, boxes, spheres and triangles: mirrors, glass, and all else as Lambert's surfaces
    width: int = at_least(1)  # of the film, in pixels
    height: int = at_least(1)  # of the film, in pixels
    spp: int = at_least(1)  # samples a pixel
    max_depth: int = at_least(1)  # rays of a path: how often mirrors and glass are followed
    exposure: float = any_number()  # of the PNG, in stops


def whitted(cfg: Config, job):
    """The picture of recursive ray tracing, and its mean radiance."""
    scene = sc.read(cfg.scene)
    check_plain(scene)
    image = render(scene, cfg.width, cfg.height, cfg.spp, job.rng("samples"), cfg.max_depth)
    images.write(job.folder / "picture.png", images.display(image, cfg.exposure))
    images.show(job, image, cfg.exposure)
    return {"mean": float(image.mean())}


def render(scene, width, height, spp, rng, max_depth=8):
    """Mean radiance (height, width, 3) of the recursive rays through random points of each pixel."""
    o, d = camera_rays(scene.camera, width, height, spp, rng)
    return trace(scene, o, d, max_depth).reshape(height, width, spp, 3).mean(2)


def trace(scene, o, d, depth):
    """Radiance (n, 3) along each ray: its own surface's, and what the mirrored and the refracted ray bring."""
    out = np.tile(np.array(scene.environment.colour), (len(o), 1))
    if depth == 0 or not len(o):
        return 0 * out
    t, n, which = nearest(scene, o, d)
    met = np.isfinite(t)
    o, d, t, n, which = o[met], d[met], t[met], n[met], which[met]
    front = (n * d).sum(1) < 0
    n, x = np.where(front[:, None], n, -n), o + t[:, None] * d
    found = np.zeros_like(x)
    for k in np.unique(which):
        shape, mine = scene.shapes[k], which == k
        material = scene.materials[shape.material]
        found[mine] = np.array(material.albedo) * shade(scene, material, x[mine], d[mine], n[mine], front[mine], depth)
        found[mine] += np.array(shape.emission) * front[mine, None]
    out[met] = found
    return out


def shade(scene, material, x, d, n, front, depth):
    """What one material returns of the light that reaches x, before its albedo."""
    if material.kind not in ("mirror", "glass"):
        return direct(scene, x, n)
    c = -(n * d).sum(1)
    above = x + EPSILON * n
    mirrored = d + 2 * c[:, None] * n
    if material.kind == "mirror":
        return trace(scene, above, mirrored, depth - 1)
    eta = np.where(front, material.ior, 1 / material.ior)
    k = 1 - (1 - c * c) / eta**2
    t = np.sqrt(np.maximum(k, 0))
    s, p = (c - eta * t) / (c + eta * t), (t - eta * c) / (t + eta * c)
    r = np.where(k > 0, (s * s + p * p) / 2, 1.0)[:, None]
    refracted = d / eta[:, None] + (c / eta - t)[:, None] * n
    through = k > 0
    out = r * trace(scene, above, mirrored, depth - 1)
    out[through] += (1 - r[through]) * trace(scene, (x - EPSILON * n)[through], refracted[through], depth - 1)
    return out


def direct(scene, x, n):
    """Lambert's cosine law for the middle of every light that is not hidden, and the ambient term."""
    total = np.zeros_like(x)
    for light in [s for s in scene.shapes if any(s.emission)] + scene.lights:
        middle, axis, strength = as_point(light)
        r = np.linalg.norm(middle - x, axis=1)
        wi = (middle - x) / r[:, None]
        facing = 1.0 if axis is None else np.maximum(-(wi @ axis), 0)
        cosine = np.maximum((wi * n).sum(1), 0) * facing
        size = light.radius if isinstance(light, sc.Sphere) else 0
        free = nearest(scene, x + EPSILON * n, wi)[0] > r - size - 10 * EPSILON
        total += (free * cosine / np.pi / r**2)[:, None] * strength + AMBIENT * np.mean(strength) / np.mean(r) ** 2
    return total


def as_point(light):
    """(position, axis or None, intensity) of a light taken as a point."""
    if isinstance(light, sc.Point):
        return np.array(light.at), None, np.array(light.intensity)
    if isinstance(light, sc.Sphere):
        return np.array(light.center), None, np.pi * light.radius**2 * np.array(light.emission)
    a, b, c = parallelogram(light)
    half = isinstance(light, sc.Triangle)
    area, axis = np.linalg.norm(np.cross(b, c)) / (1 + half), unit(np.cross(b, c)) * (-1 if light.flip else 1)
    return a + (b + c) / (2 + half), axis, area * np.array(light.emission)
