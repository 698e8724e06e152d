"""The compiled engine as Python calls it: compiled once, cached on disk, several threads, any tiles, the same image."""

import copy
import gc
import hashlib
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from abacus import files
from abacus.errors import BadInput

COMPILING = "ABACUS_RAYTRACER_COMPILING"  # set for the process that compiles: the folder of the machine code
SLOTS = 16384  # samples of a tile: their radiances stay in the second-level cache
STRATEGIES = ("bsdf", "light", "mis")
SAMPLERS = ("random", "jittered", "sobol")
FILTERS = ("box", "tent")


def compiled():
    """The module `tracer`, its machine code on disk.

    A process that compiles keeps the parts it compiled on the way, and may call these where the whole has its own, rounded
    differently. So another process compiles, this one only loads, and the first picture has the bits of every later one."""
    import numba

    here = Path(__file__).parent
    if "engine.tracer" in sys.modules:
        return sys.modules["engine.tracer"]
    folder = _cache(here, _edition(here))
    before, numba.config.CACHE_DIR = numba.config.CACHE_DIR, folder
    try:
        from engine import tracer
    finally:
        numba.config.CACHE_DIR = before
    if not os.environ.get(COMPILING) and not list(Path(folder).rglob("tracer.render-*.nbi")):
        command = [sys.executable, "-c", "import engine; engine.compile_render()"]
        subprocess.run(command, cwd=here.parent, env=os.environ | {COMPILING: folder}, check=False)
    return tracer


def compile_render():
    """Compiles `render` for the types that Python calls it with; the rest, which few ask for, waits until it is called."""
    gc.disable()  # the compiler keeps nearly all that it makes
    from numba import float32, float64, int32, int64

    whole, sums = int64[::1], float64[:, ::1]
    compiled().render.compile((float32[::1], whole, whole, int32[::1], int32[::1], int64, int64, sums, sums))


def points(sampler, n, seed, dimension=0):
    """The first n points (n, 2) of one pair of dimensions, as the engine draws them."""
    tracer = compiled()
    out = np.empty((-(-n // tracer.W) * tracer.W, 2), np.float32)
    bits = max(int(n) - 1, 0).bit_length()
    tracer.points(SAMPLERS.index(sampler), bits, int(seed) * 2654435761 % 2**32, dimension, out)
    return out[:n]


def _edition(here):
    """A hash of the package's other files (numba itself looks only at that of the outermost function), of numba and the
    processor: another hash is another folder of machine code."""
    import llvmlite.binding as llvm
    import numba

    machine = f"{numba.__version__} {llvm.get_host_cpu_name()} {llvm.get_host_cpu_features().flatten()}".encode()
    sources = [file.read_bytes() for file in sorted(here.glob("*.py")) if file.name != "__init__.py"]
    return hashlib.sha256(b"".join([machine, *sources])).hexdigest()[:12]


def _cache(here, edition):
    """Beside the sources, else the user's cache, else this user's temporary folder."""
    if os.environ.get(COMPILING):
        return os.environ[COMPILING]
    user = Path(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")) / "abacus"
    for folder in (here / "__pycache__", user):
        path = folder / f"raytracer-{edition}"
        try:
            path.mkdir(parents=True, exist_ok=True, mode=0o700)
            if os.access(path, os.W_OK) and path.stat().st_uid == os.getuid():
                return str(path)
        except OSError:
            continue
    path = files.temporary_folder() / f"raytracer-{edition}"
    path.mkdir(exist_ok=True, mode=0o700)
    return str(path)


class Film:
    """Sums over the samples of each pixel, in float64: of radiance and of its square. A checkpoint is these arrays."""

    def __init__(self, width, height, crop=()):
        x, y, w, h = crop or (0, 0, width, height)
        if not (0 <= x < x + w <= width and 0 <= y < y + h <= height):
            raise BadInput(f"crop={list(crop)}: [x, y, width, height] must lie inside {width} x {height}")
        self.shape = (h, w)
        self.pixels = (np.arange(y, y + h)[:, None] * width + np.arange(x, x + w)).ravel().astype(np.int32)
        self.total, self.square = np.zeros((w * h, 3)), np.zeros((w * h, 3))
        self.counts = np.zeros(4, np.int64)  # samples a pixel, rays, samples lost (not finite), negative samples

    @property
    def samples(self):
        return int(self.counts[0])

    def image(self):
        """Mean radiance (h, w, 3)."""
        return (self.total / max(self.samples, 1)).reshape(*self.shape, 3)

    def variance(self):
        """Estimated variance of each pixel's mean (h, w, 3), from the spread of its samples."""
        n = max(self.samples, 2)
        return (np.maximum(self.square - self.total**2 / n, 0) / (n * (n - 1))).reshape(*self.shape, 3)

    def error(self):
        """Estimated error of the picture: root of the pixels' mean variance, relative to the mean radiance."""
        mean = self.total.mean() / max(self.samples, 1)
        return float(np.sqrt(self.variance().mean()) / mean) if mean > 0 else np.inf


def settings(packed, spp, sampler="sobol", strategy="mis", max_depth=8, rr_depth=5, seed=0, film_filter="box"):
    """The run's table P for the engine."""
    from engine import hit

    if sampler == "jittered" and spp & (spp - 1):
        raise BadInput(f"spp={spp}: the jittered sampler needs a power of two; try {1 << spp.bit_length()}")
    M = packed.M
    kinds = 0
    for i in range(M[hit.N_LIGHTS]):
        kinds |= 1 << int(packed.S[M[hit.LIGHTS] + 24 * i])
    bits = max(spp - 1, 0).bit_length()
    names = SAMPLERS.index(sampler), STRATEGIES.index(strategy), FILTERS.index(film_filter)
    return np.array([names[0], bits, max_depth, rr_depth, names[1], seed, names[2], kinds, 0], np.int64)


def expose(packed, P, film, until, threads=None, tile=None):
    """Traces the samples film.samples <= s < until of every pixel and adds them to the film, on all processors unless
    `threads` says on how many."""
    tracer, start, threads = compiled(), film.samples, threads or os.cpu_count()
    size = tile or max(1, SLOTS // (until - start))
    spans = [(a, min(a + size, len(film.pixels))) for a in range(0, len(film.pixels), size)]

    def one(span):
        places = np.arange(*span, dtype=np.int32)
        return tracer.render(packed.S, packed.M, P, film.pixels[places], places, start, until, film.total, film.square)

    found = [one(spans[0])]  # the first alone: it may compile
    if threads > 1:
        with ThreadPoolExecutor(threads) as pool:
            found += pool.map(one, spans[1:])
    else:
        found += map(one, spans[1:])
    film.counts[0] = until
    film.counts[1:] += np.sum(found, 0)


def passes(spp):
    """The numbers of samples after each pass: 1, 2, 4, ... 32, then 32 more each time."""
    until, out = 0, []
    while until < spp:
        until = min(spp, until + min(max(until, 1), 32))
        out.append(until)
    return out


def features(packed, P, film, spp=16):
    """What the camera sees first, the mean of `spp` samples: normals, albedo (h, w, 3), depth (h, w)."""
    found = []
    for output in (1, 2, 3):
        view = copy.deepcopy(film)
        view.total[:], view.counts[:] = 0, 0
        expose(packed, np.r_[P[:-1], output], view, spp)
        found.append(view.image())
    normals, albedo, depth = found
    return normals, albedo, depth[..., 0] / np.maximum(depth[..., 1], 1 / spp)


def portions(spp, pixels, most=2**22):
    """The numbers of samples after each portion of at most `most` paths: for measurements, which show no picture."""
    step = max(1, most // pixels)
    return [*range(step, spp, step), spp]
