"""Frames to be timed, for scripts/bench.py: {peer: build(threads)}, where build returns step() and step renders a picture.

"abacus" is the engine; "mitsuba llvm" and "mitsuba scalar" render the same scene, samples and depth (their sampler is
independent, so ours is random), where Mitsuba is installed (its LLVM variants need libLLVM: DRJIT_LIBLLVM_PATH).
"""

import numpy as np
from mitsuba_scene import CASES, load, scene_of


def peers(name, spp):
    """The workload `name` with `spp` samples a pixel: steps return the mean, equal as far as the noise allows."""
    builds = {"abacus": lambda threads: mean_of(ours(name, spp, threads, "random"))}
    if CASES[name].mitsuba:
        builds["mitsuba llvm"] = lambda threads: mean_of(theirs(name, spp, threads, "llvm_ad_rgb"))
        builds["mitsuba scalar"] = lambda threads: mean_of(theirs(name, spp, threads, "scalar_rgb"))
    return builds


def peers_in_error(name, spp):
    """The same where each takes the samples it likes: ours Sobol', Mitsuba's independent (which it takes unasked) or
    multijittered ones; steps return the mean squared error."""
    return {
        "abacus": lambda threads: error_of(ours(name, spp, threads, "sobol")),
        "mitsuba llvm": lambda threads: error_of(theirs(name, spp, threads, "llvm_ad_rgb")),
        "mitsuba multijitter": lambda threads: error_of(theirs(name, spp, threads, "llvm_ad_rgb", "multijitter")),
    }


def mean_of(frame):
    """step() that returns the frame's mean."""
    return lambda: frame().mean().round(2)


def error_of(frame):
    """step() that returns the frame's mean squared error: half the mean squared difference of two with different seeds."""
    before = frame()

    def step():
        nonlocal before
        last, before = before, frame()
        return ((before - last) ** 2).mean() / 2

    return step


def ours(name, spp, threads, sampler):
    """frame() by the engine, each with another seed."""
    import engine
    import pack

    c = CASES[name]
    packed = pack.pack(scene_of(name), c.width, c.height)
    seeds = iter(range(1 << 30))

    def frame():
        film = engine.Film(c.width, c.height)
        P = engine.settings(packed, spp, sampler, c.strategy, c.depth, c.roulette, next(seeds), c.filter)
        engine.expose(packed, P, film, spp, threads)
        return film.image()

    return frame


def theirs(name, spp, threads, variant, sampler="independent"):
    """frame() by Mitsuba 3."""
    import drjit
    import mitsuba as mi

    mi.set_variant(variant)
    drjit.set_thread_count(threads)
    c = CASES[name]
    scene, seeds = load(mi, scene_of(name), c.width, c.height, c.depth, sampler), iter(range(1 << 30))
    return lambda: np.array(mi.render(scene, spp=spp, seed=next(seeds)))
