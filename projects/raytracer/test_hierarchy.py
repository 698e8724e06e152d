"""Facts of the hierarchy of boxes around a mesh."""

import numpy as np

import engine
import pack
import scene as sc


def test_the_hierarchy_finds_what_trying_every_triangle_finds():
    import meshes
    from engine import hit, lanes

    mesh = meshes.bumps(24)
    d = {
        "camera": {"from": [3, 2.4, 3], "to": [0, 0.9, 0]},
        "shapes": [{"kind": "bumps", "n": 24}],
        "environment": {"colour": 1},
    }
    packed, rng = pack.pack(sc.read(d), 8, 8), np.random.default_rng(1)
    B = np.zeros((lanes.ROWS, lanes.W), np.float32)
    o = rng.normal(size=(lanes.W, 3)) * 3
    v = rng.normal(size=(lanes.W, 3)) * 0.7 + [0, 1, 0] - o
    B[:3], B[3:6], B[lanes.HIT], B[lanes.ID] = o.T, (v / np.linalg.norm(v, axis=1)[:, None]).T, 1e30, -1
    flat = B.ravel()
    engine.compiled().triangles(flat, packed.S, packed.M)
    a, b, c = mesh.points.transpose(1, 0, 2)
    t = np.full((lanes.W, len(a)), np.inf)
    for i in range(lanes.W):
        direction = B[3:6, i].astype(float)
        p = np.cross(direction, c - a)
        det = (p * (b - a)).sum(1)
        s = B[:3, i].astype(float) - a
        u, q = (s * p).sum(1) / det, np.cross(s, b - a)
        w = (q @ direction) / det
        t[i] = np.where((u >= 0) & (w >= 0) & (u + w <= 1), (q * (c - a)).sum(1) / det, np.inf)
    t[t < packed.S[0]] = np.inf
    found = B[lanes.ID] >= 0
    expected = np.isfinite(t.min(1))
    assert (found != expected).mean() <= 0.01, "rays may pass an edge on the other side"
    both = found & expected
    assert np.isclose(B[lanes.HIT][both], t.min(1)[both], rtol=1e-4).mean() > 0.99
    assert packed.M[hit.N_NODES] > 1
