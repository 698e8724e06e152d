"""A picture by path tracing, in passes: 1, 2, 4, ... samples a pixel; after each the PNG is refreshed and the film kept."""

import time
from dataclasses import dataclass
from typing import Any

import convergence
import engine
import form_factors
import fresnel
import images
import radiance
import regions
import scene as sc
import variance
import walk
import whitted
from abacus.errors import BadInput
from abacus.launch import launch
from abacus.settings import any_number, at_least, one_of

ROULETTE = 5  # Russian roulette from this bounce on


@dataclass
class Config:
    scene: dict[str, Any]  # camera, materials, textures, shapes, lights, environment: see words.py
    width: int = at_least(1)  # of the film, in pixels
    height: int = at_least(1)  # of the film, in pixels
    crop: list[int] = at_least(0)  # [x, y, width, height]: the part of the film that is rendered; [] is all of it
    spp: int = at_least(1)  # samples a pixel
    seconds: float = at_least(0)  # stop after this time; 0: never
    error: float = at_least(0)  # stop at this estimated error, relative to the mean; 0: never
    sampler: str = one_of(*engine.SAMPLERS)  # where the random numbers come from
    strategy: str = one_of(*engine.STRATEGIES)  # how paths find the lights: directions, light samples, or both weighted
    max_depth: int = at_least(1)  # rays of a path: 1 sees lights only, 2 their direct light
    exposure: float = any_number()  # of the PNG, in stops
    outputs: list[str] = one_of("pfm", "exr", "npy", "normals", "albedo", "depth", "variance")  # files beside the PNG

    def __post_init__(self):
        if len(self.crop) not in (0, 4):
            raise BadInput(f"crop={self.crop}: wanted [x, y, width, height], or [] for the whole film")


def picture(cfg: Config, job):
    """Renders cfg.scene; {"mean", "error", "spp"}: mean radiance, its pixels' estimated relative error, samples a pixel."""
    import pack

    packed = pack.pack(sc.read(cfg.scene), cfg.width, cfg.height)
    film = engine.Film(cfg.width, cfg.height, cfg.crop)
    P = engine.settings(
        packed, cfg.spp, cfg.sampler, cfg.strategy, cfg.max_depth, ROULETTE, radiance.seed_of(job), "box"
    )
    job.progress(0, "compiling the engine (once; it is kept on disk)")
    engine.compiled()
    begun, clock, cpu = film.samples, time.monotonic(), time.process_time()
    state = {"total": film.total, "square": film.square, "counts": film.counts}
    passes = engine.passes(cfg.spp)
    for i in job.steps(len(passes), state, every=1):
        begun = begun or film.samples
        engine.expose(packed, P, film, passes[i])
        refresh(cfg, job, film)
        job.log(spp=film.samples, error=film.error())
        seconds = time.monotonic() - clock
        speed = len(film.pixels) * (film.samples - begun) / seconds / 1e6
        job.note(f"{film.samples} spp, error {film.error():.2%}, {speed:.2f} M paths/s")
        if (cfg.seconds and seconds > cfg.seconds) or (cfg.error and film.samples >= 16 and film.error() <= cfg.error):
            break
    report(packed, film, begun, time.monotonic() - clock, time.process_time() - cpu)
    outputs(cfg, job, packed, P, film)
    images.show(job, film.image(), cfg.exposure)
    return {"mean": float(film.image().mean()), "error": film.error(), "spp": float(film.samples)}


def refresh(cfg, job, film):
    """The PNG as it is now."""
    images.write(job.folder / "picture.png", images.display(film.image(), cfg.exposure))


def report(packed, film, begun, seconds, cpu):
    """Says what is seen, how fast it went, and what was lost."""
    paths = len(film.pixels) * (film.samples - begun)
    if paths and cpu:
        rays = film.counts[1] / film.samples / len(film.pixels)
        shapes = ", ".join(f"{n} {name}" for name, n in packed.counts.items() if n)
        speed = f"{paths / seconds / 1e6:.1f} million a second, {paths / cpu / 1e6:.1f} a second of one processor"
        print(
            f"{shapes}, seen by {film.samples} paths a pixel of {rays:.1f} rays each ({speed}); "
            f"estimated error of a pixel: {film.error():.1%} of the mean"
        )
    if film.counts[2]:
        print(f"{film.counts[2]} samples were not finite and count as black")
    if film.counts[3]:
        print(f"{film.counts[3]} samples were negative")
    if not film.total.any():
        print("the picture is black: nothing that shines is reached")


def outputs(cfg, job, packed, P, film):
    """The files that were asked for, beside the PNG: linear floats, and what the camera sees first."""
    for kind in set(cfg.outputs) & {"pfm", "exr", "npy"}:
        images.write(job.folder / f"picture.{kind}", film.image())
    if "variance" in cfg.outputs:
        images.write(job.folder / "variance.npy", film.variance())
    if set(cfg.outputs) & {"normals", "albedo", "depth"}:
        found = dict(zip(("normals", "albedo", "depth"), engine.features(packed, P, film)))
        for name in found.keys() & set(cfg.outputs):
            images.write(job.folder / f"{name}.npy", found[name])
        if "normals" in cfg.outputs:
            images.write(job.folder / "normals.png", (found["normals"] + 1) / 2)


@dataclass
class SceneAlone:
    scene: dict[str, Any]  # what is to be checked: see words.py


def check(cfg: SceneAlone, job):
    """Reads a scene, says in one line what is wrong with it, or else what is in it: how many of each class."""
    import pack

    counts = pack.pack(sc.read(cfg.scene), 1, 1).counts
    print("the scene is valid: " + ", ".join(f"{n} {name}" for name, n in counts.items()))
    return counts


if __name__ == "__main__":
    launch(
        picture, check, whitted.whitted, walk.walk, radiance.radiance, radiance.strategies, radiance.samplers,
        regions.regions, form_factors.form_factor, form_factors.radiosity, variance.variance, variance.roulette,
        fresnel.fresnel, convergence.convergence,
    )  # fmt: skip
