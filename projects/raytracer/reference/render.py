"""Makes the region tables with Mitsuba 3: `python reference/render.py cornell 4096`, then tables.py (needs mitsuba).

Where Mitsuba is installed, `python reference/render.py cornell 256 ours` compares pixel by pixel instead: the share of
pixel-channels within Sidak's bound of a z-test at 1 % (Mitsuba's own test of renderings asks for 99.75 %).
"""

import sys
from pathlib import Path

import mitsuba_scene
import numpy as np

STEPS, BATCHES = 8, 32


def pictures(case, scene, spp, variant="llvm_ad_rgb"):
    """(mean, variance of the mean) of the picture by Mitsuba, from BATCHES batches of samples."""
    import mitsuba as mi

    mi.set_variant(variant)
    theirs = mitsuba_scene.load(mi, scene, case.width, case.height, case.depth)
    renderings = (mi.render(theirs, spp=spp // BATCHES, seed=k) for k in range(BATCHES))
    batches = [np.array(picture).astype(float) for picture in renderings]
    return np.mean(batches, 0), np.var(batches, 0, ddof=1) / BATCHES


def regions(mean, variance):
    """(row, column, means, standard errors) of 8 × 8 regions."""
    h, w = mean.shape[0] // STEPS, mean.shape[1] // STEPS
    for i in range(STEPS):
        for j in range(STEPS):
            part = slice(i * h, (i + 1) * h), slice(j * w, (j + 1) * w)
            m, v = mean[part].reshape(-1, 3), variance[part].reshape(-1, 3)
            yield i, j, m.mean(0), np.sqrt(v.sum(0)) / len(m)


def ours(case, scene, spp):
    """(mean, variance of the mean) by our engine."""
    import engine
    import pack

    packed = pack.pack(scene, case.width, case.height)
    film = engine.Film(case.width, case.height)
    P = engine.settings(packed, spp, "random", case.strategy, case.depth, case.roulette)
    engine.expose(packed, P, film, spp)
    return film.image(), film.variance()


def compare(case, scene, spp, variant="llvm_ad_rgb"):
    """(share of pixel-channels whose two values differ by no more than Sidak's bound at 1 %, the bound, root mean z²)."""
    from scipy import stats

    (a, va), (b, vb) = pictures(case, scene, spp, variant), ours(case, scene, spp)
    z = np.abs(a - b) / np.sqrt(np.maximum(va + vb, 1e-12))
    bound = stats.t.isf((1 - (1 - 0.01) ** (1 / z.size)) / 2, BATCHES - 1)
    return np.mean(z <= bound), bound, np.sqrt((z**2).mean())


if __name__ == "__main__":
    name, spp = sys.argv[1], int(sys.argv[2])
    case, scene = mitsuba_scene.CASES[name], mitsuba_scene.scene_of(name)
    if sys.argv[3:] == ["ours"]:
        share, bound, rms = compare(case, scene, spp)
        print(f"{name}: {share:.4%} of pixel-channels within {bound:.2f}; rms z {rms:.3f}")
    else:
        with open(Path(__file__).parent / f"{name}.csv", "w") as f:
            f.write("row,col,R,G,B,seR,seG,seB\n")
            for i, j, m, e in regions(*pictures(case, scene, spp)):
                f.write(f"{i},{j}," + ",".join(f"{x:.6f}" for x in (*m, *e)) + "\n")
