"""The words of a scene: what a camera, a material, a texture, a light and every kind of shape can say of itself.

Lengths are in the scene's own unit, angles in degrees, colours in linear RGB, emission in radiance.
"""

from dataclasses import dataclass, field

Vector = tuple[float, float, float]
Colour = tuple[float, float, float] | str  # three numbers, one for grey, or the name of a texture


@dataclass(frozen=True, kw_only=True)
class Camera:
    """`perspective` and `orthographic` look from `from` to `to`; `meter` gathers over a patch, weighted by the cosine."""

    kind: str = "perspective"
    from_: Vector = (0.0, 0.0, 1.0)
    to: Vector = (0.0, 0.0, 0.0)
    up: Vector = (0.0, 1.0, 0.0)
    vfov: float = 40.0  # of the picture's height; orthographic: the height itself
    aperture: float = 0.0  # the lens's diameter
    focus: float = 0.0  # the distance that is sharp; 0: that of `to`
    near: float = 0.0  # rays begin at this distance
    shutter: tuple[float, float] = (0.0, 0.0)  # open from, until
    patch: tuple[Vector, Vector] = ((0.0, 0.0, 0.0), (0.0, 0.0, 0.0))  # meter: two edges of the patch about `from`


@dataclass(frozen=True, kw_only=True)
class Material:
    """Lambert, mirror, glass (Fresnel), conductor (GGX), microfacet (diffuse + Beckmann, as in Nori).

    The albedo of mirror and glass is 1 where a scene does not say it; it is between 0 and 1, in every texel of a texture too."""

    kind: str = "lambert"
    albedo: Colour = (0.5, 0.5, 0.5)
    ior: float = 1.5
    alpha: float = 0.1  # roughness of conductor and microfacet
    one_sided: bool = False  # the back is black
    schlick: bool = False  # glass: Schlick's approximation instead of Fresnel's equations


@dataclass(frozen=True, kw_only=True)
class Texture:
    """checker (cubes of `scale` in space; a border belongs to the cube beyond it), image (a file, by the surface's own
    u, v), perlin (marble of `scale`)."""

    kind: str = "checker"
    scale: float = 1.0
    even: Vector = (0.2, 0.3, 0.1)
    odd: Vector = (0.9, 0.9, 0.9)
    file: str = ""
    seed: int = 0


@dataclass(frozen=True, kw_only=True)
class Shape:
    """What is common to all shapes. `emission` shines from the side of the normal; `flip` turns the normal round."""

    material: str = "default"
    emission: Vector = (0.0, 0.0, 0.0)
    flip: bool = False
    place: str = field(default="", metadata={"hidden": True})


@dataclass(frozen=True, kw_only=True)
class Quad(Shape):
    """The parallelogram at + a u + b v, 0 <= a, b <= 1; the normal is u × v."""

    at: Vector
    u: Vector
    v: Vector


@dataclass(frozen=True, kw_only=True)
class Box(Shape):
    """Low to high, turned by `turn` degrees about the vertical through the origin, then shifted; or centre and half-axes."""

    low: Vector = (0.0, 0.0, 0.0)
    high: Vector = (0.0, 0.0, 0.0)
    turn: float = 0.0
    shift: Vector = (0.0, 0.0, 0.0)
    axes: tuple[Vector, Vector, Vector] = ((0.0, 0.0, 0.0), (0.0, 0.0, 0.0), (0.0, 0.0, 0.0))


@dataclass(frozen=True, kw_only=True)
class Sphere(Shape):
    """A sphere; `motion` is how far its centre moves in one unit of time."""

    center: Vector
    radius: float
    motion: Vector = (0.0, 0.0, 0.0)


@dataclass(frozen=True, kw_only=True)
class Triangle(Shape):
    """Three points; the normal points to the side from which they run counterclockwise."""

    points: tuple[Vector, Vector, Vector]


@dataclass(frozen=True, kw_only=True)
class Mesh(Shape):
    """Triangles of a Wavefront OBJ or a PLY file: scaled, then shifted. A negative scale mirrors, and outside stays outside."""

    file: str
    scale: float = 1.0
    shift: Vector = (0.0, 0.0, 0.0)
    smooth: bool = False


@dataclass(frozen=True, kw_only=True)
class Cover(Shape):
    """The field of small spheres of the cover of "Ray Tracing in One Weekend": positions and colours by `seed`."""

    seed: int = 1


@dataclass(frozen=True, kw_only=True)
class Bumps(Shape):
    """A sphere with bumps of n × n points on a square ground: a mesh of 2 n (n − 1) + 2 triangles without a file."""

    n: int = 224


@dataclass(frozen=True, kw_only=True)
class Point:
    """A light without size, its intensity in power per solid angle."""

    at: Vector
    intensity: Vector


@dataclass(frozen=True, kw_only=True)
class Environment:
    """Light from infinitely far: one colour, or an image (latitude by longitude) times it."""

    colour: Vector = (0.0, 0.0, 0.0)
    file: str = ""


SHAPES = {
    "quad": Quad,
    "box": Box,
    "sphere": Sphere,
    "triangle": Triangle,
    "mesh": Mesh,
    "cover": Cover,
    "bumps": Bumps,
}
CAMERAS = ("perspective", "orthographic", "meter")
MATERIALS = ("lambert", "mirror", "glass", "conductor", "microfacet")
TEXTURES = ("checker", "image", "perlin")
