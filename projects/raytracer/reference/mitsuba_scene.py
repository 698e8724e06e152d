"""One of our scenes as Mitsuba 3 reads it, for comparisons: quads, boxes, spheres, the cover's field and the bumpy mesh."""

import sys
from pathlib import Path
from typing import NamedTuple

import numpy as np
import yaml

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))

import boxes  # noqa: E402

import meshes  # noqa: E402
import scene as sc  # noqa: E402


class Case(NamedTuple):
    """How a scene is compared: Mitsuba's depth; our strategy, roulette and filter; whether Mitsuba can read it."""

    width: int
    height: int
    depth: int
    strategy: str
    roulette: int = 100000
    filter: str = "box"
    mitsuba: bool = True


CASES = {
    "cornell": Case(256, 256, 6, "mis"),
    "cover": Case(400, 225, 11, "bsdf"),
    "bumps": Case(400, 225, 6, "bsdf"),
    "smallpt": Case(256, 192, 200, "bsdf", 6, "tent", False),
}


def scene_of(name):
    """The Scene of conf/scene/<name>.yaml."""
    with open(PROJECT / "conf" / "scene" / f"{name}.yaml") as f:
        return sc.read(yaml.safe_load(f))


def load(mi, scene, width, height, depth, sampler="independent"):
    """The loaded Mitsuba scene: path integrator without roulette, box filter."""
    T = mi.ScalarTransform4f
    c = scene.camera
    d = {
        "type": "scene",
        "integrator": {"type": "path", "max_depth": depth, "rr_depth": 100000},
        "sensor": {
            "type": "perspective", "fov": c.vfov, "fov_axis": "y",
            "to_world": T().look_at(origin=list(c.from_), target=list(c.to), up=list(c.up)),
            "film": {"type": "hdrfilm", "width": width, "height": height, "rfilter": {"type": "box"}, "pixel_format": "rgb"},
            "sampler": {"type": sampler},
        },
    }  # fmt: skip
    if any(scene.environment.colour):
        d["sky"] = {"type": "constant", "radiance": colour(scene.environment.colour)}
    for i, s in enumerate(scene.shapes):
        for j, part in enumerate(parts(mi, s, scene)):
            d[f"shape{i}-{j}"] = part
    return mi.load_dict(d)


def parts(mi, s, scene):
    """The Mitsuba shapes of one of ours."""
    m = scene.materials[s.material]
    if isinstance(s, sc.Cover):
        for center, radius, kind, albedo in meshes.cover(s.seed):
            material = sc.Material(kind=kind, albedo=albedo, one_sided=kind != "glass")
            yield {
                "type": "sphere",
                "center": list(map(float, center)),
                "radius": float(radius),
                "bsdf": bsdf(material),
            }
    elif isinstance(s, sc.Bumps):
        yield mesh(mi, meshes.bumps(s.n).points, bsdf(m))
    elif isinstance(s, sc.Quad):
        u, v = np.array(s.u) / 2, np.array(s.v) / 2
        out = {
            "type": "rectangle",
            "to_world": frame(mi, np.array(s.at) + u + v, u, v, np.cross(u, v)),
            "bsdf": bsdf(m),
        }
        if any(s.emission):
            out["emitter"] = {"type": "area", "radiance": colour(s.emission)}
        yield out
    elif isinstance(s, sc.Box):
        center, axes = boxes.frame_of(s)
        yield {"type": "cube", "to_world": frame(mi, center, *axes), "bsdf": bsdf(m)}
    else:
        raise TypeError(f"{type(s).__name__} is not translated")


def frame(mi, center, u, v, w):
    """The transform that takes the axes to u, v, w and the origin to `center`."""
    matrix = np.eye(4)
    matrix[:3] = np.stack([u, v, w, center], 1)
    return mi.ScalarTransform4f(matrix)


def bsdf(m):
    """The material; ours are two-sided unless they say otherwise, Mitsuba's one-sided."""
    if m.kind == "glass":
        return {"type": "dielectric", "int_ior": m.ior, "ext_ior": 1.0}
    if m.kind == "mirror":
        return {"type": "conductor", "material": "none", "specular_reflectance": colour(m.albedo)}
    plain = {"type": "diffuse", "reflectance": colour(m.albedo)}
    return plain if m.one_sided else {"type": "twosided", "bsdf": plain}


def colour(c):
    return {"type": "rgb", "value": list(map(float, c))}


def mesh(mi, points, material):
    """Separate triangles as one Mitsuba mesh with flat normals."""
    properties = mi.Properties()
    properties["bsdf"] = mi.load_dict(material)
    properties["face_normals"] = True
    out = mi.Mesh("mesh", 3 * len(points), len(points), props=properties)
    parameters = mi.traverse(out)
    parameters["vertex_positions"] = points.astype(np.float32).ravel()
    parameters["faces"] = np.arange(3 * len(points), dtype=np.uint32)
    parameters.update()
    return out
