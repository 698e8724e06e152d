"""A picture in passes: 1, 2, 4, ... samples a pixel; after each the PNG is refreshed and the film can be kept."""

import os
import time

import numpy as np

import engine
import images
import pack
import scene as sc


def picture(cfg, job):
    """Renders cfg.scene; {"mean", "error", "spp"}: mean radiance, its pixels' estimated relative error, samples a pixel."""
    scene = sc.read(cfg.scene)
    if cfg.integrator != "path":
        return lesson(cfg, job, scene)
    packed = pack.pack(scene, cfg.width, cfg.height)
    print("scene: " + ", ".join(f"{n} {name}" for name, n in packed.counts.items() if n))
    film = engine.Film(cfg.width, cfg.height, cfg.crop)
    P = engine.settings(packed, cfg.spp, cfg.sampler, cfg.strategy, cfg.max_depth, cfg.rr_depth, seed(job), cfg.filter)
    job.progress(0, "compiling the engine (once; it is kept on disk)")
    begun, clock, cpu = film.samples, time.monotonic(), time.process_time()
    state = {"total": film.total, "square": film.square, "counts": film.counts}
    passes = engine.passes(cfg.spp)
    for i in job.steps(len(passes), state, every=1):
        begun = begun or film.samples
        engine.expose(packed, P, film, passes[i], cfg.threads or os.cpu_count())
        refresh(cfg, job, film)
        job.log(spp=film.samples, error=film.error())
        seconds = time.monotonic() - clock
        speed = len(film.pixels) * (film.samples - begun) / seconds / 1e6
        job.note(f"{film.samples} spp, error {film.error():.2%}, {speed:.2f} M paths/s")
        if (cfg.seconds and seconds > cfg.seconds) or (cfg.error and film.samples >= 16 and film.error() <= cfg.error):
            break
    report(film, begun, time.monotonic() - clock, time.process_time() - cpu)
    outputs(cfg, job, packed, P, film)
    show(cfg, job, film.image())
    return {"mean": float(film.image().mean()), "error": film.error(), "spp": float(film.samples)}


def seed(job):
    """The engine's seed: a number of the job's own stream."""
    return int(job.rng("samples").integers(2**31))


def lesson(cfg, job, scene):
    """The same scene by one of the two integrators in NumPy."""
    import reference
    import whitted

    if cfg.integrator == "whitted":
        image = whitted.render(scene, cfg.width, cfg.height, cfg.spp, job.rng("samples"), cfg.max_depth)
    else:
        total = np.zeros((cfg.height, cfg.width, 3))
        for k in range(cfg.spp):
            arguments = job.rng("samples", k), cfg.max_depth, cfg.rr_depth, cfg.strategy
            total += reference.render(scene, cfg.width, cfg.height, 1, *arguments)[:, :, 0]
            job.progress((k + 1) / cfg.spp, f"{k + 1} spp")
        image = total / cfg.spp
    images.write(job.folder / "picture.png", display(cfg, image))
    show(cfg, job, image)
    return {"mean": float(image.mean()), "spp": float(cfg.spp)}


def display(cfg, image):
    """Display values in [0, 1] of linear radiances: exposure in stops, then the sRGB curve."""
    return images.srgb(image * 2.0**cfg.exposure)


def refresh(cfg, job, film):
    """The PNG as it is now."""
    images.write(job.folder / "picture.png", display(cfg, film.image()))


def report(film, begun, seconds, cpu):
    """Says how fast it went, and what was lost."""
    paths = len(film.pixels) * (film.samples - begun)
    if paths and cpu:
        speed = f"{paths / seconds / 1e6:.2f} M paths/s ({paths / cpu / 1e6:.2f} M a CPU second)"
        rays = film.counts[1] / film.samples / len(film.pixels)
        print(f"{film.samples} spp, estimated error {film.error():.2%}; {speed}, {rays:.2f} rays a path")
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


def show(cfg, job, image):
    """The picture, pixel by pixel, as the figure of this run."""
    with job.figure("picture") as figure:
        h, w = image.shape[:2]
        figure.set_layout_engine("none")
        figure.set_size_inches(w / figure.dpi, h / figure.dpi)
        figure.figimage(display(cfg, image))
