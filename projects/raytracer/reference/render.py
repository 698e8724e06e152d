"""Makes the region tables with Mitsuba 3: `python reference/render.py cornell 4096`, then tables.py (needs mitsuba).

Where Mitsuba is installed, `python reference/render.py cornell 256 ours` compares pixel by pixel instead: the share of
pixel-channels within Sidak's bound of a z-test at 1 % (Mitsuba's own test of renderings asks for 99.75 %).
"""

import sys
from pathlib import Path

import mitsuba_scene
import numpy as np

STEPS, BATCH = 8, 64


def pictures(name, spp):
    """(mean, variance of the mean) of the picture by Mitsuba, from batches of BATCH samples."""
    import mitsuba as mi

    mi.set_variant("llvm_ad_rgb")
    width, height, depth, _ = mitsuba_scene.CASES[name]
    scene = mitsuba_scene.load(mi, mitsuba_scene.scene_of(name), width, height, depth)
    batches = [np.array(mi.render(scene, spp=BATCH, seed=k)).astype(float) for k in range(spp // BATCH)]
    return np.mean(batches, 0), np.var(batches, 0, ddof=1) / len(batches)


def regions(mean, variance):
    """(row, column, means, standard errors) of 8 × 8 regions."""
    h, w = mean.shape[:2]
    for i in range(STEPS):
        for j in range(STEPS):
            part = slice(i * h // STEPS, (i + 1) * h // STEPS), slice(j * w // STEPS, (j + 1) * w // STEPS)
            m, v = mean[part].reshape(-1, 3), variance[part].reshape(-1, 3)
            yield i, j, m.mean(0), np.sqrt(v.sum(0)) / len(m)


def ours(name, spp):
    """(mean, variance of the mean) by our engine."""
    import engine
    import pack

    width, height, depth, strategy = mitsuba_scene.CASES[name]
    packed = pack.pack(mitsuba_scene.scene_of(name), width, height)
    film = engine.Film(width, height)
    P = engine.settings(packed, spp, "random", strategy, depth, 100000)
    engine.expose(packed, P, film, spp)
    return film.image(), film.variance()


def compare(name, spp):
    """Share of pixel-channels whose two pictures differ by no more than Sidak's bound."""
    from scipy import stats

    (a, va), (b, vb) = pictures(name, spp), ours(name, spp)
    z = np.abs(a - b) / np.sqrt(np.maximum(va + vb, 1e-12))
    bound = stats.t.isf((1 - (1 - 0.01) ** (1 / z.size)) / 2, spp // BATCH - 1)
    print(
        f"{name}: {np.mean(z <= bound):.4%} of {z.size} pixel-channels within {bound:.2f}; rms z {np.sqrt((z**2).mean()):.3f}"
    )


if __name__ == "__main__":
    name, spp = sys.argv[1], int(sys.argv[2])
    if sys.argv[3:] == ["ours"]:
        compare(name, spp)
    else:
        with open(Path(__file__).parent / f"{name}.csv", "w") as f:
            f.write("row,col,R,G,B,seR,seG,seB\n")
            for i, j, m, e in regions(*pictures(name, spp)):
                f.write(f"{i},{j}," + ",".join(f"{x:.6f}" for x in (*m, *e)) + "\n")
