"""Frames to be timed, for scripts/bench.py: {peer: build(threads)}, where build returns step() and step a picture's mean.

"abacus" is the engine; "mitsuba llvm" and "mitsuba scalar" render the same scene, samples and depth (their sampler is
independent, so ours is random), where Mitsuba is installed (its LLVM variants need libLLVM: DRJIT_LIBLLVM_PATH).
"""

import numpy as np
from mitsuba_scene import CASES, load, scene_of


def peers(name, spp):
    """The workload `name` with `spp` samples a pixel."""
    builds = {"abacus": lambda threads: ours(name, spp, threads)}
    if CASES[name].mitsuba:
        builds["mitsuba llvm"] = lambda threads: theirs(name, spp, threads, "llvm_ad_rgb")
        builds["mitsuba scalar"] = lambda threads: theirs(name, spp, threads, "scalar_rgb")
    return builds


def ours(name, spp, threads):
    """Frames by the engine, each with another seed."""
    import engine
    import pack

    c = CASES[name]
    packed = pack.pack(scene_of(name), c.width, c.height)
    seeds = iter(range(1 << 30))

    def step():
        film = engine.Film(c.width, c.height)
        P = engine.settings(packed, spp, "random", c.strategy, c.depth, c.roulette, next(seeds), c.filter)
        engine.expose(packed, P, film, spp, threads)
        return round(film.image().mean(), 2)  # equal as far as the noise allows

    return step


def theirs(name, spp, threads, variant):
    """Frames by Mitsuba 3."""
    import drjit
    import mitsuba as mi

    mi.set_variant(variant)
    drjit.set_thread_count(threads)
    c = CASES[name]
    scene, seeds = load(mi, scene_of(name), c.width, c.height, c.depth), iter(range(1 << 30))
    return lambda: np.array(mi.render(scene, spp=spp, seed=next(seeds))).mean().round(2)
