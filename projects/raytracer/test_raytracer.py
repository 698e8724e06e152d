"""Facts about light: closed forms, two integrators that agree, images that depend on nothing but their settings."""

from pathlib import Path

import numpy as np
import pytest
from scipy import stats

import closed_forms
import engine
import pack
import scene as sc
import walk
import whitted
from abacus import papers

SIGNIFICANCE = 1e-4  # of one comparison: a false alarm in ten thousand
WALL = {"albedo": 0.5}
BLACK = {"albedo": 0}


def box(albedo=0.5, **changes):
    """A closed box seen from within, every wall shining."""
    shape = {"kind": "box", "low": [-1, -1, -1], "high": [1, 1, 1], "material": "wall", "emission": 1, "flip": True}
    return {"camera": {"from": [0.1, 0.2, 0.3], "to": [1, 0.3, -0.2], "vfov": 30},
            "materials": {"wall": {"albedo": albedo}}, "shapes": [shape | changes]}  # fmt: skip


def under(light):
    """A floor of albedo 1/2 seen at the origin under one shape that shines."""
    floor = {"kind": "quad", "at": [-10, 0, 10], "u": [20, 0, 0], "v": [0, 0, -20], "material": "wall"}
    camera = {"from": [0, 0.01, 0], "to": [0, 0, 0], "up": [0, 0, 1], "vfov": 0.01}
    return {
        "camera": camera,
        "materials": {"wall": WALL, "black": BLACK},
        "shapes": [floor, light | {"material": "black"}],
    }


def mixed():
    """Glass, a mirror, a turned box, a triangle and a sphere that shine, a point light and a sky."""
    return {
        "camera": {"from": [0, 0.5, 3.9], "to": [0, 0, 0], "vfov": 39},
        "materials": {"white": {"albedo": [0.8, 0.7, 0.6], "one_sided": True}, "glass": {"kind": "glass", "albedo": 1},
                      "mirror": {"kind": "mirror", "albedo": [0.9, 0.8, 0.7]}, "black": BLACK},
        "shapes": [
            {"kind": "quad", "at": [-1, -1, 1], "u": [2, 0, 0], "v": [0, 0, -2], "material": "white"},
            {"kind": "quad", "at": [-1, -1, -1], "u": [2, 0, 0], "v": [0, 2, 0], "material": "white"},
            {"kind": "sphere", "center": [0.4, -0.6, 0.3], "radius": 0.35, "material": "glass"},
            {"kind": "sphere", "center": [-0.4, -0.5, -0.2], "radius": 0.3, "material": "mirror"},
            {"kind": "sphere", "center": [-0.5, 0.5, -0.2], "radius": 0.1, "material": "black", "emission": [5, 6, 7]},
            {"kind": "triangle", "points": [[0.2, 0.3, 0.2], [0.4, 0.6, 0.4], [0.7, 0.3, 0.1]], "emission": [8, 3, 3]},
            {"kind": "box", "low": [-0.2] * 3, "high": [0.2] * 3, "turn": 30, "shift": [0.2, 0.2, -0.3], "material": "white"},
        ],
        "lights": [{"at": [0.6, -0.2, 0.8], "intensity": 0.2}],
        "environment": {"colour": [0.1, 0.2, 0.3]},
    }  # fmt: skip


def trace(d, width=8, height=8, spp=256, crop=(), tile=None, threads=1, until=None, **settings):
    """The film of the scene `d`."""
    packed = pack.pack(sc.read(d), width, height)
    film = engine.Film(width, height, crop)
    P = engine.settings(packed, spp, **{"sampler": "random", "max_depth": 64} | settings)
    for n in until or [spp]:
        engine.expose(packed, P, film, n, threads, tile)
    assert not film.counts[2:].any(), "no sample is lost or negative"
    return film


def mean_and_error(film):
    return film.image().mean(), np.sqrt(film.variance().mean(-1).sum()) / len(film.pixels)


def agrees(value, film, bias=0.0):
    """Whether the film's mean is `value`, by a two-sided z-test (float32 adds a relative 1e-5)."""
    mean, error = mean_and_error(film)
    return abs(mean - value) <= stats.norm.isf(SIGNIFICANCE / 2) * error + 1e-5 * abs(value) + bias


@pytest.mark.parametrize("strategy", engine.STRATEGIES)
@pytest.mark.parametrize("albedo", [0.5, 0.8])
def test_a_furnace_is_as_bright_as_its_geometric_series(strategy, albedo):
    assert agrees(1 + albedo, trace(box(albedo), strategy=strategy, max_depth=2))
    assert agrees(1 / (1 - albedo), trace(box(albedo), strategy=strategy, max_depth=500))


TRIANGLE = [[-0.17487, 0.447916, 0.367201], [-0.405259, 0.249607, -0.354079], [0.356029, 0.0918984, -0.132271]]


@pytest.mark.parametrize("strategy", engine.STRATEGIES)
def test_a_triangle_lights_the_floor_by_lamberts_formula(strategy):
    value = closed_forms.polygon_irradiance(TRIANGLE, np.zeros(3), [0, 1, 0]) / (2 * np.pi)
    assert abs(value - papers.table("nori/triangles").rows["triangle 5"]["light"].number) < 5e-6
    film = trace(
        under({"kind": "triangle", "points": TRIANGLE, "emission": 1}), spp=2048, strategy=strategy, max_depth=2
    )
    assert agrees(value, film)
    assert not agrees(2 * value, film), "a missing factor of the density is noticed"


@pytest.mark.parametrize("strategy", ["light", "mis"])
def test_a_sphere_lights_the_floor_by_its_solid_angle(strategy):
    value = closed_forms.sphere_irradiance(1, 3) / (2 * np.pi)
    film = trace(
        under({"kind": "sphere", "center": [0, 3, 0], "radius": 1, "emission": 1}), strategy=strategy, max_depth=2
    )
    assert agrees(value, film)


def test_a_meter_reads_the_form_factor_of_opposite_squares():
    camera = {"kind": "meter", "from": [0, 0, 0], "to": [0, 1, 0], "up": [0, 0, 1], "patch": [[1, 0, 0], [0, 0, 1]]}
    square = {"kind": "quad", "at": [-0.5, 1, -0.5], "u": [1, 0, 0], "v": [0, 0, 1], "emission": 1}
    film = trace({"camera": camera, "shapes": [square]}, 1, 1, 100_000, max_depth=1)
    assert agrees(closed_forms.opposite_squares(1, 1), film)


def test_form_factors_of_a_cube_sum_to_one():
    f = closed_forms.opposite_squares(1, 1) + 4 * closed_forms.adjacent_rectangles(1, 1)
    assert abs(f - 1) < 1e-12


@pytest.mark.parametrize("kind", ["conductor", "microfacet"])
def test_rough_surfaces_reflect_the_same_whatever_is_sampled(kind):
    """Under a white sky the albedo is the same by lights and by directions, and at most 1."""
    lobe = {"kind": kind, "albedo": 0.3 if kind == "microfacet" else 1, "alpha": 0.4}
    d = {"camera": {"kind": "orthographic", "from": [1, 0, 1], "to": [0, 0, 0], "vfov": 0.01}, "materials": {"lobe": lobe},
         "shapes": [{"kind": "quad", "at": [-9, -9, 0], "u": [18, 0, 0], "v": [0, 18, 0], "material": "lobe"}],
         "environment": {"colour": 1}}  # fmt: skip
    films = [trace(d, strategy=s, max_depth=2, spp=1024) for s in engine.STRATEGIES]
    (a, ea), (b, eb), (c, ec) = map(mean_and_error, films)
    z = stats.norm.isf(SIGNIFICANCE / 2)
    assert abs(a - b) < z * np.hypot(ea, eb) + 1e-4 and abs(a - c) < z * np.hypot(ea, ec) + 1e-4
    assert a < 1 + z * ea


def test_glass_in_a_white_furnace_is_invisible():
    d = box(0) | {"environment": {"colour": 0}}
    d["shapes"].append({"kind": "sphere", "center": [0.6, 0.25, 0.1], "radius": 0.2, "material": "glass"})
    d["materials"]["glass"] = {"kind": "glass", "albedo": 1}
    film = trace(d, strategy="bsdf", max_depth=100, rr_depth=1000)
    assert np.abs(film.image() - 1).max() < 1e-5


@pytest.mark.parametrize("strategy", engine.STRATEGIES)
def test_the_numpy_reference_has_the_same_distribution(strategy):
    d = mixed() | ({"lights": []} if strategy == "bsdf" else {})
    plain = walk.render(sc.read(d), 8, 8, 400, np.random.default_rng(0), 5, 3, strategy)
    film = trace(d, spp=8192, max_depth=5, rr_depth=3, strategy=strategy)
    rows, error = plain.mean((1, 3)), np.sqrt(film.variance().mean(-1).sum(1)) / 8  # rows of the picture
    gap = rows.mean(1) - film.image().mean((1, 2))
    z = gap / np.maximum(np.hypot(rows.std(1, ddof=1) / np.sqrt(rows.shape[1]), error), 1e-6)
    assert np.abs(z).max() < stats.norm.isf(SIGNIFICANCE / 16)


def test_the_image_does_not_depend_on_tiles_threads_or_passes():
    for sampler in engine.SAMPLERS:
        whole = trace(mixed(), 24, 16, 16, sampler=sampler)
        for other in ({"tile": 7}, {"threads": 2, "tile": 50}, {"until": [1, 3, 16]}):
            film = trace(mixed(), 24, 16, 16, sampler=sampler, **other)
            assert film.total.tobytes() == whole.total.tobytes() and film.square.tobytes() == whole.square.tobytes(), (
                other
            )
        part = trace(mixed(), 24, 16, 16, crop=(5, 3, 8, 6), sampler=sampler)
        assert part.image().tobytes() == whole.image()[3:9, 5:13].tobytes()


def test_many_spheres_are_found_by_clusters_as_one_by_one():
    """How much sky the clusters leave in each row of the cover scene: as NumPy, which tries every sphere."""
    import meshes
    import shapes

    d = {
        "camera": {"from": [13, 2, 3], "to": [0, 0, 0], "vfov": 20},
        "shapes": [{"kind": "cover"}],
        "environment": {"colour": 1},
    }
    sky = trace(d, 32, 18, 256, max_depth=1, strategy="bsdf").image()[..., 0].mean(1)
    balls = [sc.Sphere(center=c, radius=r) for c, r, *_ in meshes.cover(1)]
    scene = sc.Scene(sc.read(d).camera, {}, {}, balls, [], sc.Environment())
    rays = shapes.camera_rays(scene.camera, 32, 18, 16, np.random.default_rng(0))
    free = np.isinf(shapes.nearest(scene, *rays)[0]).reshape(18, -1)
    z = (free.mean(1) - sky) / np.maximum(np.sqrt(sky * (1 - sky) / free.shape[1] * (1 + 1 / 16)), 1e-6)
    assert np.abs(z).max() < stats.norm.isf(SIGNIFICANCE / 36) and 0.1 < sky.mean() < 0.9


def test_features_are_what_the_camera_sees():
    packed = pack.pack(sc.read(box(0.7)), 4, 4)
    film = engine.Film(4, 4)
    normals, albedo, depth = engine.features(packed, engine.settings(packed, 16), film)
    assert np.allclose(normals, [-1, 0, 0], atol=1e-6) and np.allclose(albedo, 0.7)
    assert ((depth > 0.9) & (depth < 1.3)).all()


def test_whitted_sees_the_sky_in_a_mirror():
    d = {"camera": {"from": [0, 1, 1], "to": [0, 0, 0], "vfov": 10}, "materials": {"m": {"kind": "mirror", "albedo": 0.8}},
         "shapes": [{"kind": "quad", "at": [-5, 0, 5], "u": [10, 0, 0], "v": [0, 0, -10], "material": "m"}],
         "environment": {"colour": [0.2, 0.4, 0.6]}}  # fmt: skip
    image = whitted.render(sc.read(d), 4, 4, 1, np.random.default_rng(0))
    assert np.allclose(image, 0.8 * np.array([0.2, 0.4, 0.6]))


def test_the_engines_fresnel_is_the_closed_form():
    reflectance = engine.compiled().reflectance
    for cosine in (1.0, 0.7, 0.3, 0.05):
        for eta in (1.5, 1 / 1.5, 2.4):
            assert np.allclose(
                reflectance(np.float32(cosine), np.float32(eta)), closed_forms.fresnel(cosine, eta)[0], rtol=1e-4
            )


def test_a_moving_sphere_hides_its_disk_on_average():
    camera = {"kind": "orthographic", "from": [0, 0, 5], "to": [0, 0, 0], "vfov": 4, "shutter": [0, 1]}
    ball = {"kind": "sphere", "center": [-1, 0, 0], "radius": 0.5, "motion": [2, 0.5, 0], "material": "black"}
    d = {"camera": camera, "materials": {"black": BLACK}, "shapes": [ball], "environment": {"colour": 1}}
    film = trace(d, spp=1024, strategy="bsdf", max_depth=3)
    assert agrees(1 - np.pi * 0.5**2 / 16, film)
    assert film.image()[4, 1, 0] > 0.2, "it is nowhere all the time"


def test_a_lens_is_sharp_where_it_is_focused():
    half = {"kind": "quad", "at": [0, -5, 0], "u": [5, 0, 0], "v": [0, 10, 0], "emission": 1}
    pictures = []
    for focus in (4, 2):
        camera = {"from": [0, 0, 4], "to": [0, 0, 0], "vfov": 40, "aperture": 1, "focus": focus}
        pictures.append(trace({"camera": camera, "shapes": [half]}, spp=64, max_depth=1).image()[..., 0])
    sharp, blurred = pictures
    assert set(np.unique(sharp)) == {0.0, 1.0} and 0 < blurred[4, 3] < 1 and 0 < blurred[4, 4] < 1


@pytest.mark.parametrize("name", ["cornell", "cover"])
def test_mitsuba_sees_the_same_pixel_by_pixel(name, monkeypatch):
    """Its own test of renderings: 99.75 % of the pixels' channels within Sidak's bound. The control: half the light."""
    pytest.importorskip("mitsuba", reason="Mitsuba 3 is not installed: pip install mitsuba")
    monkeypatch.syspath_prepend(Path(__file__).parent / "reference")
    import mitsuba_scene
    import render

    case, scene = mitsuba_scene.CASES[name]._replace(width=32, height=32), mitsuba_scene.scene_of(name)
    assert render.compare(case, scene, 256, "scalar_rgb")[0] >= 0.9975
    whole = render.ours
    monkeypatch.setattr(render, "ours", lambda *a: (0.5 * whole(*a)[0], whole(*a)[1]))
    assert render.compare(case, scene, 256, "scalar_rgb")[0] < 0.9975


class Stop(Exception):
    """What a kill is to the loop."""


def test_a_picture_goes_on_where_it_was_stopped(tmp_path, monkeypatch):
    """Stopped after a few passes and begun again: the same bytes as without the stop, whatever the threads."""
    import run
    from abacus.running import job

    monkeypatch.setattr(job, "SAVE_SECONDS", 0.0)
    cfg = run.Config(scene=mixed(), width=12, height=8, crop=[], spp=20, seconds=0, error=0, sampler="sobol", strategy="mis",
                     max_depth=8, exposure=0, outputs=["npy", "exr", "pfm", "normals", "depth"])  # fmt: skip
    monkeypatch.setattr(engine.os, "cpu_count", lambda: 1)
    whole = job.Job("mixed", 0, tmp_path / "whole")
    run.picture(cfg, whole)
    whole.close(True)
    stopped = job.Job("mixed", 0, tmp_path / "stopped")
    show, shown = run.refresh, []

    def interrupted(*arguments):
        show(*arguments)
        shown.append(1)
        if len(shown) == 4:
            raise Stop

    monkeypatch.setattr(run, "refresh", interrupted)
    with pytest.raises(Stop):
        run.picture(cfg, stopped)
    monkeypatch.setattr(run, "refresh", show)
    again = job.Job("mixed", 0, tmp_path / "stopped")
    monkeypatch.setattr(engine.os, "cpu_count", lambda: 2)
    run.picture(cfg, again)
    again.close(True)
    for name in ("picture.npy", "picture.png", "picture.exr", "picture.pfm", "normals.npy", "depth.npy", "log.jsonl"):
        assert (tmp_path / "whole" / name).read_bytes() == (tmp_path / "stopped" / name).read_bytes(), name
