"""A scene in the field's terms, read strictly from plain dicts: words.py says what may stand there.

`read` checks every key, type and value, and says in one line what is wrong, where, and what would have been right.
"""

import difflib
import math
from dataclasses import MISSING, dataclass, fields

import numpy as np

import meshes
from abacus.errors import BadInput
from words import (
    CAMERAS,
    MATERIALS,
    SHAPES,
    TEXTURES,
    Box,
    Bumps,
    Camera,
    Colour,
    Cover,
    Environment,
    Material,
    Mesh,
    Point,
    Quad,
    Sphere,
    Texture,
    Triangle,
    Vector,
)

CLEAR = ("mirror", "glass")  # reflect or transmit all, if a scene does not say what their albedo is


@dataclass(frozen=True)
class Scene:
    """What a picture is taken of, checked."""

    camera: Camera
    materials: dict
    textures: dict
    shapes: list
    lights: list
    environment: Environment


def read(d, place="scene"):
    """The Scene that the plain dict `d` describes; BadInput in one line with `place` where it does not."""
    d = mapping(d, place, ("camera", "materials", "textures", "shapes", "lights", "environment"))
    textures = {
        name: texture(record(Texture, t, f"{place}.textures.{name}", kinds=TEXTURES), f"{place}.textures.{name}")
        for name, t in part(d, "textures", place, {}).items()
    }
    materials = {"default": Material()}
    for name, m in part(d, "materials", place, {}).items():
        if isinstance(m, dict) and m.get("kind") in CLEAR:
            m = {"albedo": 1} | m
        materials[name] = material(
            record(Material, m, f"{place}.materials.{name}", kinds=MATERIALS), f"{place}.materials.{name}", textures
        )
    shapes = [shape(s, f"{place}.shapes[{i}]", materials) for i, s in enumerate(part(d, "shapes", place, []))]
    lights = [record(Point, p, f"{place}.lights[{i}]") for i, p in enumerate(part(d, "lights", place, []))]
    for i, light in enumerate(lights):
        least(light.intensity, 0, f"{place}.lights[{i}].intensity")
    environment = record(Environment, part(d, "environment", place, {}), f"{place}.environment")
    least(environment.colour, 0, f"{place}.environment.colour")
    if not shapes:
        raise BadInput(f"{place}.shapes: there is nothing to see; give at least one shape")
    if not (lights or any(environment.colour) or environment.file or any(any(s.emission) for s in shapes)):
        raise BadInput(f"{place}: there is no light; give a shape an emission, or the scene lights or an environment")
    return Scene(
        camera(record(Camera, part(d, "camera", place, {}), f"{place}.camera", kinds=CAMERAS), f"{place}.camera"),
        materials,
        textures,
        shapes,
        lights,
        environment,
    )


def camera(c, place):
    """The camera, if it can look anywhere."""
    forward, up = np.subtract(c.to, c.from_), np.array(c.up)
    if not forward.any():
        raise BadInput(f"{place}: from and to are the same point {list(c.to)}; the camera looks nowhere")
    if not np.linalg.norm(np.cross(forward, up)) > 1e-9 * np.linalg.norm(forward) * np.linalg.norm(up):
        raise BadInput(f"{place}.up: {list(c.up)} is parallel to the line of sight; choose another direction")
    if c.kind == "perspective" and not 0 < c.vfov < 180:
        raise BadInput(f"{place}.vfov: {c.vfov:g} degrees; between 0 and 180")
    for name in ("aperture", "focus", "near"):
        least((getattr(c, name),), 0, f"{place}.{name}")
    if c.shutter[1] < c.shutter[0]:
        raise BadInput(f"{place}.shutter: closes at {c.shutter[1]:g} before it opens at {c.shutter[0]:g}")
    return c


def texture(t, place):
    """The texture, if its colours are albedos (layout.put_textures looks at those of an image)."""
    for name in ("even", "odd"):
        albedo(getattr(t, name), f"{place}.{name}")
    if t.scale <= 0:
        raise BadInput(f"{place}.scale: {t.scale:g} must be above 0")
    return t


def albedo(colour, place):
    """Raises where a surface of this colour would create light, or less than none."""
    least(colour, 0, place)
    if max(colour) > 1:
        raise BadInput(f"{place}: {max(colour):g} is above 1: the surface would create light")


def material(m, place, textures):
    """The material, if no light comes out of nothing."""
    if isinstance(m.albedo, str):
        known(m.albedo, textures, f"{place}.albedo", "texture")
    else:
        albedo(m.albedo, f"{place}.albedo")
    if m.alpha <= 0 and m.kind in ("conductor", "microfacet"):
        raise BadInput(f"{place}.alpha: the roughness {m.alpha:g} must be above 0; a mirror has none")
    if m.ior <= 0:
        raise BadInput(f"{place}.ior: {m.ior:g} must be above 0")
    return m


def shape(d, place, materials):
    """The shape of its kind, if it has a size."""
    if not isinstance(d, dict) or "kind" not in d:
        raise BadInput(f"{place}: a shape is a mapping with a kind, one of {', '.join(SHAPES)}")
    kind = known(d["kind"], SHAPES, f"{place}.kind", "shape")
    s = record(SHAPES[kind], {k: v for k, v in d.items() if k != "kind"} | {"place": place}, place)
    known(s.material, materials, f"{place}.material", "material")
    least(s.emission, 0, f"{place}.emission")
    size = {
        Quad: lambda: meshes.has_area(np.array([[s.at, np.add(s.at, s.u), np.add(s.at, s.v)]]))[0],
        Triangle: lambda: meshes.has_area(np.array([s.points]))[0],
        Sphere: lambda: max(s.radius, 0),
        Box: lambda: (
            abs(np.linalg.det(s.axes)) if np.any(s.axes) else np.prod(np.maximum(np.subtract(s.high, s.low), 0))
        ),
        Mesh: lambda: abs(s.scale),
        Bumps: lambda: max(s.n - 2, 0),
    }.get(type(s), lambda: 1)()
    if not size > 0:
        what = "light of zero size" if any(s.emission) else "shape without size"
        raise BadInput(f"{place}: {kind} is a {what}")
    if any(s.emission) and isinstance(s, Cover | Bumps | Sphere) and (not isinstance(s, Sphere) or any(s.motion)):
        raise BadInput(
            f"{place}.emission: a {kind} {'that moves ' if isinstance(s, Sphere) else ''}cannot be a light here"
        )
    return s


def record(cls, d, place, kinds=None):
    """An instance of the dataclass from the dict: every key known, every value of its field's type and finite."""
    known_fields = {f.name.rstrip("_"): f for f in fields(cls)}
    d = mapping(d, place, [n for n, f in known_fields.items() if not f.metadata.get("hidden")], hidden=("place",))
    values = {f.name: value(d[name], f.type, f"{place}.{name}") for name, f in known_fields.items() if name in d}
    for name, f in known_fields.items():
        if name not in d and f.default is MISSING:
            raise BadInput(f"{place}.{name} is missing")
    if kinds and "kind" in values:
        known(values["kind"], kinds, f"{place}.kind", cls.__name__.lower())
    return cls(**values)


def value(v, kind, place):
    """`v` as the type `kind`: a number, a name, yes or no, or a tuple of numbers."""
    if kind in (str, bool):
        if not isinstance(v, kind):
            raise BadInput(f"{place}: {v!r} is not {'a name' if kind is str else 'true or false'}")
        return v
    if kind is int:
        if isinstance(v, bool) or not isinstance(v, int) or v < 0:
            raise BadInput(f"{place}: {v!r} is not a whole number")
        return v
    if kind is float:
        return number(v, place)
    if kind == Colour:
        if isinstance(v, str):
            return v
        return (number(v, place),) * 3 if isinstance(v, int | float) else value(v, Vector, place)
    parts = kind.__args__
    if (
        kind is Vector
        and isinstance(v, int | float)
        and place.rsplit(".", 1)[-1] in ("emission", "colour", "intensity", "even", "odd")
    ):
        v = [v] * 3
    if not isinstance(v, list | tuple) or len(v) != len(parts):
        raise BadInput(f"{place}: {v!r} is not a list of {len(parts)}")
    return tuple(value(x, p, f"{place}[{i}]") for i, (x, p) in enumerate(zip(v, parts)))


def number(v, place):
    """A finite number."""
    if isinstance(v, bool) or not isinstance(v, int | float):
        raise BadInput(f"{place}: {v!r} is not a number")
    if not math.isfinite(v):
        raise BadInput(f"{place}: {v} is not finite")
    return float(v)


def mapping(d, place, names, hidden=()):
    """`d` if it is a mapping with no unknown key."""
    if not isinstance(d, dict):
        raise BadInput(f"{place}: {d!r} is not a mapping")
    for name in d:
        if name not in hidden:
            known(name, names, place, "key")
    return d


def part(d, name, place, default):
    """d[name], of the default's type."""
    found = d.get(name)
    found = default if found is None else found
    if not isinstance(found, type(default)):
        raise BadInput(f"{place}.{name}: {found!r} is not a {'list' if isinstance(default, list) else 'mapping'}")
    return found


def known(name, names, place, what):
    """`name` if it is one of `names`; else one line with the nearest of them."""
    if name in names:
        return name
    near = difflib.get_close_matches(str(name), list(map(str, names)), 1)
    raise BadInput(
        f"{place}: unknown {what} {name!r}"
        + (f"; did you mean {near[0]!r}?" if near else f"; there are {', '.join(map(str, names))}")
    )


def least(values, low, place):
    """Raises if one of the values is below `low`."""
    if min(values) < low:
        raise BadInput(f"{place}: {min(values):g} is below {low:g}")
