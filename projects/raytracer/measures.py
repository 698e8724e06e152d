"""What can be measured of a scene: its picture, radiances with their standard errors, form factors, variances."""

import os

import numpy as np

import closed_forms
import engine
import pack
import picture
import scene as sc

LUMINANCE = np.array([0.212671, 0.715160, 0.072169])
STEPS = 8  # regions along each side of a picture


def measure(cfg, job):
    """{column: value or (value, standard error)} of the row."""
    if cfg.check:
        return checked(cfg)
    return MEASURES[cfg.measure](cfg, job)


def checked(cfg):
    """Reads and packs the scene, and says what is in it."""
    packed = pack.pack(sc.read(cfg.scene), cfg.width, cfg.height)
    print("the scene is valid: " + ", ".join(f"{n} {name}" for name, n in packed.counts.items()))
    return packed.counts


def seed_of(job):
    """The engine's seed: a number of the job's own stream."""
    return int(job.rng("samples").integers(2**31))


def exposed(cfg, job, **changes):
    """A film of cfg.spp samples, traced in one go, with settings changed as given."""
    packed = pack.pack(sc.read(cfg.scene), cfg.width, cfg.height)
    film = engine.Film(cfg.width, cfg.height, cfg.crop)
    chosen = {"sampler": cfg.sampler, "strategy": cfg.strategy, "max_depth": cfg.max_depth, "rr_depth": cfg.rr_depth}
    P = engine.settings(packed, cfg.spp, film_filter=cfg.filter, seed=seed_of(job), **chosen | changes)
    for until in engine.portions(cfg.spp, len(film.pixels)):
        engine.expose(packed, P, film, until, cfg.threads or os.cpu_count())
        job.progress(until / cfg.spp, f"{until} spp")
    if film.counts[2]:
        raise FloatingPointError(f"{film.counts[2]} samples were not finite")
    return film


def luminance(film, sampler):
    """(mean, standard error) of the luminance over the film.

    Random samples: from the spread within the pixels. Stratified ones are not independent there, so the pixels' means
    are compared: for scenes that look the same in every pixel."""
    mean = film.image() @ LUMINANCE
    if sampler == "random":
        n = film.samples
        square = (np.sqrt(film.square) @ LUMINANCE) ** 2  # of samples without colour exactly, else an upper bound
        variance = np.maximum(square - (film.total @ LUMINANCE) ** 2 / n, 0) / (n * (n - 1))
        return float(mean.mean()), float(np.sqrt(variance.sum()) / mean.size)
    return float(mean.mean()), float(mean.std(ddof=1) / np.sqrt(mean.size))


def radiance(cfg, job):
    """The mean luminance that the camera sees."""
    return {"radiance": luminance(exposed(cfg, job), cfg.sampler)}


def strategies(cfg, job):
    """The same by sampling lights, directions, and both."""
    return {s: luminance(exposed(cfg, job, strategy=s), cfg.sampler) for s in engine.STRATEGIES}


def samplers(cfg, job):
    """The same with each sampler."""
    return {s: luminance(exposed(cfg, job, sampler=s), s) for s in engine.SAMPLERS}


def regions(cfg, job):
    """Means of 8 × 8 regions, by channel; rows are named "row,column", and "whole picture"."""
    film = exposed(cfg, job)
    h, w = film.shape
    a, b = h // STEPS, w // STEPS  # what is left over at the right and below is in no region
    places = {
        f"{i},{j}": (slice(i * a, (i + 1) * a), slice(j * b, (j + 1) * b)) for i in range(STEPS) for j in range(STEPS)
    }
    places["whole picture"] = slice(0, h), slice(0, w)
    return {row: _means(film, *places[row]) for row in job.rows}


def _means(film, rows, columns):
    """{channel: (mean, its standard error)} of a part of a film."""
    part, spread = film.image()[rows, columns].reshape(-1, 3), film.variance()[rows, columns].reshape(-1, 3)
    return {c: (float(part[:, k].mean()), float(np.sqrt(spread[:, k].sum()) / len(part))) for k, c in enumerate("RGB")}


def form_factor(cfg, job):
    """The share of the light leaving the meter's patch that reaches what shines: its mean radiance, where that is 1."""
    return {"form factor": luminance(exposed(cfg, job), cfg.sampler)}


def radiosity(cfg, job):
    """Radiosities of patches whose form factors are the measured one, by the linear system (see closed_forms)."""
    mean, se = luminance(exposed(cfg, job), cfg.sampler)
    return {row: closed_forms.radiosities(row, mean, se) for row in job.rows}


def variance(cfg, job):
    """Variance of one sample, the mean over the pixels that see each named shape, and over all."""
    import shapes

    film = exposed(cfg, job)
    spread = film.variance().mean(-1) * film.samples
    scene = sc.read(cfg.scene)
    y, x = np.mgrid[: cfg.height, : cfg.width].reshape(2, -1) + 0.5
    o, d = shapes.rays_through(scene.camera, cfg.width, cfg.height, x, y)
    which = shapes.nearest(scene, o, d)[2].reshape(cfg.height, cfg.width)
    names = [s.material for s in scene.shapes]
    out = {name: float(spread[which == names.index(name)].mean()) for name in dict.fromkeys(names) if "plate" in name}
    return out | {"all": float(spread.mean())}


def roulette(cfg, job):
    """1 / (variance of a sample × rays of a path): how much a ray brings."""
    film = exposed(cfg, job)
    rays = film.counts[1] / (len(film.pixels) * film.samples)
    return {"efficiency": float(1 / (film.variance().mean() * film.samples * rays)), "rays": float(rays)}


def fresnel(cfg, job):
    """The engine's own reflectance of glass at three angles."""
    reflectance = engine.compiled().reflectance
    return {
        row: {"reflectance": float(reflectance(np.float32(c), np.float32(eta)))} for row, (c, eta) in FRESNEL.items()
    }


FRESNEL = {"normal incidence": (1.0, 1.5), "45 degrees": (np.sqrt(0.5), 1.5), "total reflection": (0.5, 1 / 1.5)}


def convergence(cfg, job):
    """Root mean square error of four integrals over the unit square, and its standard error."""
    import convergence

    return convergence.errors(cfg.sampler, cfg.spp, job)


MEASURES = {
    "picture": picture.picture, "radiance": radiance, "strategies": strategies, "samplers": samplers, "regions": regions,
    "form factor": form_factor, "radiosity": radiosity, "variance": variance, "roulette": roulette, "fresnel": fresnel,
    "convergence": convergence,
}  # fmt: skip
