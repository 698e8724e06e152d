"""The same path tracer in NumPy, to be read: all paths of a picture at once, the equations of the README in its order.

It takes a Scene as it stands (no packing, no hierarchy, float64, NumPy's generator) with quads, boxes, spheres and
triangles of Lambert, mirror and glass. The compiled engine has the same distribution: test_raytracer.py compares them.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

import engine
import images
import scene as sc
from abacus.settings import any_number, at_least, one_of
from shapes import EPSILON, camera_rays, check_plain, nearest, parallelogram, unit


@dataclass
class Config:
    scene: dict[str, Any]  # quads, boxes, spheres and triangles of Lambert, mirror and glass
    width: int = at_least(1)  # of the film, in pixels
    height: int = at_least(1)  # of the film, in pixels
    spp: int = at_least(1)  # samples a pixel
    strategy: str = one_of(*engine.STRATEGIES)  # how paths find the lights
    max_depth: int = at_least(1)  # rays of a path: 1 sees lights only, 2 their direct light
    rr_depth: int = at_least(1)  # Russian roulette from this bounce on
    exposure: float = any_number()  # of the PNG, in stops


def walk(cfg: Config, job):
    """The picture of the random walk in NumPy, and its mean radiance: one sample of every pixel at a time."""
    scene = sc.read(cfg.scene)
    check_plain(scene, "lambert", "mirror", "glass")
    total = np.zeros((cfg.height, cfg.width, 3))
    for k in range(cfg.spp):
        arguments = job.rng("samples", k), cfg.max_depth, cfg.rr_depth, cfg.strategy
        total += render(scene, cfg.width, cfg.height, 1, *arguments)[:, :, 0]
        job.progress((k + 1) / cfg.spp, f"{k + 1} spp")
    image = total / cfg.spp
    images.write(job.folder / "picture.png", images.display(image, cfg.exposure))
    images.show(job, image, cfg.exposure)
    return {"mean": float(image.mean())}


def render(scene, width, height, spp, rng, max_depth=8, rr_depth=5, strategy="mis"):
    """Radiance (height, width, spp, 3) by the random walk of equations 1 to 7."""
    o, d = camera_rays(scene.camera, width, height, spp, rng)
    L, T = np.zeros_like(o), np.ones_like(o)  # radiance so far; throughput: the product of f cos / p
    pdf = np.full(len(o), np.inf)  # of the last direction; infinite where no light sample could have found it
    path = np.arange(len(o))  # which paths are still on their way
    lights = [s for s in scene.shapes if any(s.emission)] + scene.lights
    materials = [scene.materials[s.material] for s in scene.shapes]
    for depth in range(max_depth):
        t, n, which = nearest(scene, o, d)
        away = np.isinf(t)
        L[path[away]] += T[away] * np.array(scene.environment.colour)
        o, d, T, t, n, which, pdf, path = (a[~away] for a in (o, d, T, t, n, which, pdf, path))
        front = (n * d).sum(1) < 0
        n, x = np.where(front[:, None], n, -n), o + t[:, None] * d
        L[path] += T * emitted(scene, lights, which, front, o, x, n, pdf, strategy)  # eq. 1: the term E
        if depth + 1 == max_depth:
            break
        albedo = np.array([m.albedo for m in materials])[which]
        albedo[np.array([m.one_sided for m in materials])[which] & ~front] = 0
        kind = np.array([m.kind for m in materials])[which]
        picked = rng.integers(max(len(lights), 1), size=len(x))
        for k, light in enumerate(lights if strategy != "bsdf" else []):  # next-event estimation
            mine = (kind == "lambert") & (picked == k)
            wi, r, q, E = light_sample(light, x[mine], rng)
            p = np.maximum((wi * n[mine]).sum(1), 0) / np.pi  # the density of scatter, and f cos of albedo 1
            q = q / len(lights)
            free = nearest(scene, x[mine] + EPSILON * n[mine], wi)[0] > r - 10 * EPSILON
            w = 1 / (1 + (p / q) ** 2) if strategy == "mis" and not isinstance(light, sc.Point) else 1.0  # eq. 6
            L[path[mine]] += T[mine] * albedo[mine] * (free * w * p / q)[:, None] * E  # eq. 5
        d, pdf, through = scatter(d, n, front, kind, np.array([m.ior for m in materials])[which], rng)
        T, o = T * albedo, x + EPSILON * np.where(through, -1, 1)[:, None] * n  # eq. 3
        survive = np.minimum(T.max(1), 0.95) if depth + 1 >= rr_depth else np.ones(len(T))  # eq. 7
        on = (rng.random(len(T)) < survive) & (T.max(1) > 0)
        o, d, T, pdf, path = (a[on] for a in (o, d, T / np.maximum(survive, 1e-30)[:, None], pdf, path))
    return L.reshape(height, width, spp, 3)


def light_sample(light, x, rng):
    """(direction, distance, density over solid angle, radiance) towards a random point of the light."""
    u, v = rng.random((2, len(x), 1))
    if isinstance(light, sc.Point):
        y, n = np.array(light.at), None
    elif isinstance(light, sc.Sphere):
        z, phi = 1 - 2 * u, 2 * np.pi * v
        n = np.c_[np.sqrt(1 - z * z) * np.cos(phi), np.sqrt(1 - z * z) * np.sin(phi), z] * (-1 if light.flip else 1)
        y = np.array(light.center) + light.radius * n * (-1 if light.flip else 1)
    else:
        a, b, c = parallelogram(light)
        half = isinstance(light, sc.Triangle)
        y = a + (1 - np.sqrt(u)) * b + v * np.sqrt(u) * c if half else a + u * b + v * c
        n = np.tile(unit(np.cross(b, c)) * (-1 if light.flip else 1), (len(x), 1))
    r = np.linalg.norm(y - x, axis=1)
    wi = (y - x) / r[:, None]
    if n is None:
        return wi, r, r * r, np.array(light.intensity)
    q = light_density(light, x, y, n)
    return wi, r, np.where((wi * n).sum(1) < 0, q, np.inf), np.array(light.emission)


def light_density(light, x, y, n):
    """r² / (cosine area): the density over solid angle of a uniform point y of the light, whose normal is n."""
    if isinstance(light, sc.Sphere):
        area = 4 * np.pi * light.radius**2
    else:
        _, b, c = parallelogram(light)
        area = np.linalg.norm(np.cross(b, c)) / (2 if isinstance(light, sc.Triangle) else 1)
    square = ((y - x) ** 2).sum(1)
    # eq. 4
    return square**1.5 / np.maximum(abs(((y - x) * n).sum(1)) * area, 1e-30)


def emitted(scene, lights, which, front, o, x, n, pdf, strategy):
    """Emission towards o, weighted against the light samples that could have found it (equation 6)."""
    E = np.array([s.emission for s in scene.shapes])[which] * front[:, None]
    q = np.zeros(len(x))
    for k, s in enumerate(scene.shapes):
        if any(s.emission):
            q[which == k] = light_density(s, o[which == k], x[which == k], n[which == k]) / len(lights)
    w = {"bsdf": np.ones(len(x)), "light": np.isinf(pdf), "mis": 1 / (1 + (q / pdf) ** 2)}[strategy]
    return E * w[:, None]


def scatter(d, n, front, kind, ior, rng):
    """(direction, its density or infinity, whether it goes through) after Lambert, mirror or glass (Fresnel)."""
    z, phi = 1 - 2 * rng.random(len(d)), 2 * np.pi * rng.random(len(d))
    r = np.sqrt(1 - z * z)
    diffuse = unit(n + np.c_[r * np.cos(phi), r * np.sin(phi), z])
    c = -(n * d).sum(1)
    eta = np.where(front, ior, 1 / ior)  # of the other side, relative to this one
    k = 1 - (1 - c * c) / eta**2
    t = np.sqrt(np.maximum(k, 0))
    s, p = (c - eta * t) / (c + eta * t), (t - eta * c) / (t + eta * c)
    reflectance = np.where(k > 0, (s * s + p * p) / 2, 1.0)  # eq. 2
    through = (kind == "glass") & (rng.random(len(d)) >= reflectance)
    mirrored = d + 2 * c[:, None] * n
    refracted = d / eta[:, None] + (c / eta - t)[:, None] * n
    out = np.where(through[:, None], refracted, mirrored)
    lambert = kind == "lambert"
    out[lambert] = diffuse[lambert]
    return out, np.where(lambert, (diffuse * n).sum(1) / np.pi, np.inf), through
