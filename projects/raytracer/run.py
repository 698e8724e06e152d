"""A path tracer judged by radiometry: pictures, and the numbers that closed forms and other renderers say they must show."""

from dataclasses import dataclass
from typing import Any

from abacus.errors import BadInput
from abacus.launch import launch
from abacus.settings import any_number, at_least, one_of

MEASURES = ("picture", "radiance", "strategies", "samplers", "regions", "form factor", "radiosity", "variance", "roulette",
            "fresnel", "convergence")  # fmt: skip


@dataclass
class Config:
    measure: str = one_of(*MEASURES)  # what is computed of the scene
    scene: dict[str, Any]  # camera, materials, textures, shapes, lights, environment: see scene.py
    width: int = at_least(1)
    height: int = at_least(1)
    crop: list[int] = at_least(0)  # [x, y, width, height] of the film; [] is all of it
    spp: int = at_least(1)  # samples a pixel
    seconds: float = at_least(0)  # stop after this time; 0: never
    error: float = at_least(0)  # stop at this estimated error, relative to the mean; 0: never
    sampler: str = one_of("random", "jittered", "sobol")
    strategy: str = one_of("bsdf", "light", "mis")  # how paths find the lights
    max_depth: int = at_least(1)  # rays of a path: 1 sees lights only, 2 their direct light
    rr_depth: int = at_least(1)  # Russian roulette from this bounce on
    integrator: str = one_of("path", "whitted", "numpy")
    filter: str = one_of("box", "tent")
    exposure: float = any_number()  # of the PNG, in stops
    outputs: list[str] = one_of("pfm", "exr", "npy", "normals", "albedo", "depth", "variance")  # beside the PNG
    threads: int = at_least(0)  # 0: one for every processor
    check: bool  # validate the scene and stop

    def __post_init__(self):
        if len(self.crop) not in (0, 4):
            raise BadInput(f"crop={self.crop}: wanted [x, y, width, height], or [] for the whole film")


def run(cfg: Config, job):
    """The columns of one row: see measures.py, one function for each measure."""
    import measures

    return measures.measure(cfg, job)


if __name__ == "__main__":
    launch(run)
