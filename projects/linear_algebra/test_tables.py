"""What the tables can tell: every study gives the printed numbers, and a broken one is refused, on the same numbers."""

import contextlib
from types import SimpleNamespace

import numpy as np
import pytest

import elimination
import exact
import ill_conditioned
import lsa
import orthogonal
import pagerank
import pictures
import run
import schur
import spectra
import svd
import symmetric
from abacus import papers, verdict
from abacus.errors import BadInput

FOUR = [
    "page 1 -> page 2, page 3, page 4",
    "page 2 -> page 3, page 4",
    "page 3 -> page 1",
    "page 4 -> page 1, page 3",
]
W20 = SimpleNamespace(degree=20, change=-(2.0**-23), digits=60)


def _verdicts(table, rows):
    """{row: {column: verdict}} of the cells that are printed and verified."""
    printed = papers.table(table)
    found = {row: verdict.of(printed, row, values) for row, values in rows.items()}
    judged = {row: [c for c, cell in cells.items() if cell and cell.verified] for row, cells in printed.rows.items()}
    return {row: {column: found[row][column] for column in judged[row]} for row in found if judged.get(row)}


def _kept(table, rows):
    """(cells reproduced, cells judged)."""
    words = [word for cells in _verdicts(table, rows).values() for word in cells.values()]
    return words.count("reproduced"), len(words)


def _four(change=lambda a: a, m=0.15):
    pages, a = pagerank.link_matrix(FOUR)
    _, x, _ = pagerank.dominant((1 - m) * change(a) + m / len(a), np.ones(len(a)))
    return {"m = 0.15" if m else "m = 0": dict(zip(pages, x / x.sum()))}


def test_the_web_has_the_pages_and_links_that_the_paper_states():
    pages, a = pagerank.link_matrix(FOUR)
    facts = papers.facts("bryan2006")
    assert (len(pages), np.count_nonzero(a)) == (facts["pages"], facts["links"])


@pytest.mark.parametrize("m", [0, 0.15])
def test_importance_is_reproduced_and_links_read_backwards_are_not(m):
    assert _four(m=m) == {f"m = {m}": pagerank.rank(SimpleNamespace(links=FOUR, m=m), None)}
    assert _kept("bryan2006/four_pages", _four(m=m)) == (4, 4)
    backwards = _four(lambda a: (a > 0).T / (a > 0).sum(axis=1), m)
    assert _kept("bryan2006/four_pages", backwards)[0] == 0
    assert _kept("bryan2006/four_pages", _four(lambda a: (a > 0) / 4, m))[0] == 0  # every link counts the same


def test_two_webs_are_reproduced_and_with_other_jumps_or_links_read_backwards_are_not():
    links = ["page 1 -> page 2", "page 2 -> page 1", "page 3 -> page 4", "page 4 -> page 3", "page 5 -> page 3, page 4"]
    row = "m = 0.15"
    assert _kept("bryan2006/two_webs", {row: pagerank.rank(SimpleNamespace(links=links, m=0.15), None)}) == (5, 5)
    for m in (0.14, 0.16):  # pages 1 and 2 have 1/5 whatever m is, and page 5 has two digits
        values = pagerank.rank(SimpleNamespace(links=links, m=m), None)
        found = verdict.of(papers.table("bryan2006/two_webs"), row, values)
        assert {found["page 3"], found["page 4"]} == {"not reproduced"}
    backwards = [f"{b} -> {a}" for line in links for a, _, bs in [line.partition(" -> ")] for b in bs.split(", ")]
    values = pagerank.rank(SimpleNamespace(links=backwards, m=0.15), None)
    found = verdict.of(papers.table("bryan2006/two_webs"), row, values)
    assert {found[f"page {k}"] for k in (3, 4, 5)} == {"not reproduced"}


def test_two_percent_more_or_fewer_jumps_are_not_reproduced():
    for m in (0.13, 0.17):
        values = {"m = 0.15": _four(m=m)["m = 0.15"]}
        assert _kept("bryan2006/four_pages", values)[0] <= 1


def test_words_and_titles_are_those_that_the_paper_counts():
    words, titles, x = lsa.counts()
    facts = papers.facts("landauer1998")
    assert x.shape == (len(words), len(titles)) == (facts["words"], facts["titles"])


def test_the_dimensions_are_reproduced_and_counts_of_presence_alone_are_not(monkeypatch):
    intact = {str(k): lsa.dimension(SimpleNamespace(rank=k), None) for k in range(1, 10)}
    assert _kept("landauer1998/dimensions", intact) == (18, 18)
    words, titles, x = lsa.counts()
    monkeypatch.setattr(lsa, "counts", lambda: (words, titles, np.minimum(x, 1)))  # "system" stands twice in c4
    broken = {str(k): lsa.dimension(SimpleNamespace(rank=k), None) for k in range(1, 10)}
    found = _verdicts("landauer1998/dimensions", broken)
    assert [cells["singular value"] for cells in found.values()].count("reproduced") <= 1


def test_one_dimension_more_or_fewer_is_not_reproduced():
    assert _kept("landauer1998/reconstruction", lsa.reconstruct(SimpleNamespace(rank=2), None)) == (11, 11)
    for k in (1, 3):
        assert _kept("landauer1998/reconstruction", lsa.reconstruct(SimpleNamespace(rank=k), None))[0] <= 1
        row = {"2": lsa.dimension(SimpleNamespace(rank=k), None)}
        found = _verdicts("landauer1998/dimensions", row)["2"]
        assert [found[c] for c in found if c != "mean r of m, m"].count("reproduced") == 0


@pytest.mark.parametrize("name", ["Rosser", "W21+"])
def test_the_spectra_are_reproduced_and_those_of_a_slip_or_of_a_method_without_shifts_are_not(name):
    table = {"Rosser": "rosser1951/spectrum", "W21+": "wilkinson1965/w21"}[name]
    kept, judged = _kept(table, spectra.spectrum(SimpleNamespace(matrix=name, digits=60), None))
    assert kept == judged >= 8
    a = spectra.MATRICES[name]().astype(float)
    slip = symmetric.eigenvalues(a + np.diag(np.eye(len(a))[0]))  # the first entry too large by 1
    assert _kept(table, _numbered(slip))[0] <= 1  # of Rosser's two eigenvalues 1000 no change of rank one can move both
    for _ in range(30):
        q, r = orthogonal.qr(a)
        a = r @ q
    assert _kept(table, _numbered(np.sort(np.diag(a))[::-1]))[0] <= 2  # Rosser's 0 and 0.098 are far from all others


def _numbered(w):
    return {f"eigenvalue {k + 1}": {"eigenvalue": value} for k, value in enumerate(w)}


def test_the_errors_of_both_algorithms_are_those_of_rounding():
    for name in spectra.MATRICES:
        rows = spectra.spectrum(SimpleNamespace(matrix=name, digits=60), None)
        errors = [abs(values[c]) for values in rows.values() for c in ("error in ε‖A‖", "Francis's error in ε‖A‖")]
        assert max(errors) <= len(rows)
        unit = np.finfo(float).eps * max(abs(values["eigenvalue"]) for values in rows.values())
        apart = [values["Francis's error in ε‖A‖"] - values["error in ε‖A‖"] for values in rows.values()]
        general = schur.eigenvalues(spectra.MATRICES[name]()).real[::-1]
        found = [values["eigenvalue"] for values in rows.values()]
        assert np.abs(np.subtract(general, found) / unit - apart).max() <= np.finfo(float).eps * len(rows) ** 2
        assert any(apart)


def test_the_perturbed_roots_are_reproduced_and_those_of_doubles_or_of_a_rounded_coefficient_are_not():
    rows = ill_conditioned.roots(W20, None)
    assert _kept("wilkinson1963/perturbed", rows) == (20, 20)
    floats = schur.eigenvalues(ill_conditioned.companion(ill_conditioned.wilkinson(20, W20.change)))
    nearest = {row: floats[np.argmin(abs(floats - complex(*_root(values))))] for row, values in rows.items()}
    doubles = {row: {"real part": w.real, "imaginary part": abs(w.imag)} for row, w in nearest.items()}
    found = _verdicts("wilkinson1963/perturbed", doubles)
    refused = [row for row, cells in found.items() if "reproduced" not in cells.values()]
    assert set(refused) >= {f"real {k}" for k in range(5, 11)} | {f"pair {k}" for k in range(1, 6)}
    assert np.float32(210 + 2.0**-23) == 210  # the trap: single precision loses the change itself
    unchanged = ill_conditioned.roots(SimpleNamespace(degree=20, change=0.0, digits=60), None)
    assert [values["real part"] for values in unchanged.values()] == list(range(1, 21))
    assert _kept("wilkinson1963/perturbed", {k: v for k, v in unchanged.items() if k in rows}) == (4, 10)


def _root(values):
    return values["real part"], values.get("imaginary part", 0.0)


@pytest.fixture(scope="module")
def hilbert():
    return {f"n = {n}": ill_conditioned.conditions(SimpleNamespace(n=n, digits=60), None) for n in range(3, 13)}


def test_hilberts_matrix_is_reproduced_and_float64_is_not_from_where_its_digits_end(hilbert):
    assert _kept("hilbert1894/condition", hilbert) == (24, 24)
    doubles = {
        row: {name: values[name] * (1 + values[f"float64 in {name}"]) for name in ("k2", "k infinity", "determinant")}
        for row, values in hilbert.items()
    }
    float64 = svd.condition(ill_conditioned.hilbert(12).astype(float))
    assert doubles["n = 12"]["k2"] == pytest.approx(float64, rel=4 * np.finfo(float).eps)
    found = _verdicts("hilbert1894/condition", doubles)
    assert all("reproduced" not in found[f"n = {n}"].values() for n in (11, 12))
    assert all(found[f"n = {n}"]["k2"] == "reproduced" for n in range(3, 9))


def test_a_hilbert_matrix_that_begins_with_a_half_is_not_reproduced(hilbert):
    n = 5
    shifted = ill_conditioned.hilbert(n + 1)[1:, :-1]
    values = {
        "k2": float(ill_conditioned.exact_condition(shifted, 60)),
        "k infinity": float(elimination.condition(shifted)),
        "determinant": float(elimination.determinant(shifted)),
    }
    assert _kept("hilbert1894/condition", {"n = 5": values}) == (0, 3)


def test_one_over_the_determinant_is_the_integer_of_the_closed_form():
    counts = papers.facts("hilbert1894")["1 / determinant"]
    assert [1 / elimination.determinant(ill_conditioned.hilbert(n)) for n in range(1, len(counts) + 1)] == counts


def test_float64_stores_another_matrix_of_which_its_own_condition_is_right(hilbert):
    for n in range(3, 12):
        values = hilbert[f"n = {n}"]
        stored, ours = values["storing alone in k2"], values["float64 in k2"]
        assert abs((1 + ours) / (1 + stored) - 1) <= n * n * np.finfo(float).eps * values["k2"]
    assert all(abs(hilbert[f"n = {n}"]["storing alone in k2"]) > 2**-52 * n * n for n in range(5, 13))


BAD = {
    "no arrow": (["a, b"], 0.15),
    "no name": ([" -> b"], 0.15),
    "two arrows": (["a -> b -> c"], 0.15),
    "nothing": ([], 0.15),
    "two groups and no jumps": (["a -> b", "b -> a", "c -> d", "d -> c"], 0),
    "no order in the long run": (["a -> b, c", "b -> a", "c -> a"], 0),
}


@pytest.mark.parametrize("links, m", list(BAD.values()), ids=list(BAD))
def test_a_web_that_cannot_be_ranked_is_one_line(links, m):
    with pytest.raises(BadInput):
        pagerank.importance(links, m)


def test_links_to_oneself_and_twice_count_nothing_and_a_page_without_links_leads_everywhere():
    pages, a = pagerank.link_matrix(["a -> a, b, b", "b ->"])
    assert pages == ["a", "b"] and a.tolist() == [[0, 0.5], [1, 0.5]]


@pytest.mark.parametrize("n", [4, 9])
def test_groups_of_pages_are_as_many_as_eigenvalues_one(n):
    for seed in range(10):
        rng = np.random.default_rng(seed)
        a = pagerank.link_matrix([f"{j} -> {i}" for j, i in rng.integers(0, n, (n, 2))])[1]
        ones = np.abs(np.linalg.eigvals(a) - 1) < np.finfo(float).eps ** (1 / n)
        assert pagerank.closed_groups(a) == ones.sum()


@pytest.mark.parametrize("plane, kept", [([1, 0.8, 0, 1], 1), ([2, 1, 1, 2], 2), ([0, -1, 1, 0], 0), ([1, 0, 0, 1], 2)])
def test_a_shear_keeps_one_direction_a_symmetric_map_two_and_a_rotation_none(plane, kept):
    a, found = run.directions(plane)
    assert len(found) == kept
    for v in found:
        assert abs(np.linalg.det([v, a @ v])) <= 4 * np.finfo(float).eps * np.abs(a).max()


@pytest.mark.parametrize(
    ("plane", "said"),
    [
        ([1, 0.8, 0, 1], "keeps one direction."),
        ([0, -1, 1, 0], "keeps no direction."),
        ([2, 1, 1, 2], "keeps two directions."),
        ([2, 0, 0, 2], "keeps every direction."),
    ],
)
def test_the_look_says_what_its_figure_shows(plane, said, capsys):
    from matplotlib.figure import Figure

    job = SimpleNamespace(figure=lambda name: contextlib.nullcontext(Figure()))
    cfg = SimpleNamespace(links=FOUR, m=0.15, picture="grace_hopper.jpg", side=40, ranks=[2, 5], plane=plane)
    found = run.look(cfg, job)
    s = np.linalg.svd(pictures.read("grace_hopper.jpg", 40), compute_uv=False)
    assert found["picture kept"] == pytest.approx((s[:5] ** 2).sum() / (s**2).sum(), rel=len(s) * np.finfo(float).eps)
    rows, columns = pictures.read("grace_hopper.jpg", 40).shape
    assert found["numbers kept"] == 5 * (rows + columns + 1) / (rows * columns)  # of u, v and s
    assert found["importance of the first"] == _four()["m = 0.15"]["page 1"]
    line = capsys.readouterr().out.strip()
    assert line.startswith("page 1 comes first of 4 pages, with 37% of all visits;") and line.endswith(said)


def test_a_map_that_is_not_of_the_plane_is_one_line():
    with pytest.raises(BadInput, match="four numbers"):
        run.directions([1.0, 2.0, 3.0])


def test_the_picture_is_read_and_its_best_rank_k_is_the_sum_of_k_terms(tmp_path):
    picture = pictures.read("grace_hopper.jpg", 60)
    assert max(picture.shape) <= 60 and 0 <= picture.min() < picture.max() <= 1
    u, s, vt = svd.svd(picture)
    assert np.abs(svd.of_rank(picture, 7) - (u[:, :7] * s[:7]) @ vt[:7]).max() <= len(u) * np.finfo(float).eps * s[0]
    (tmp_path / "text.png").write_text("no picture")
    for wrong in ("missing.png", str(tmp_path / "text.png")):
        with pytest.raises(BadInput, match="picture="):
            pictures.read(wrong, 60)


def test_files_of_other_depths_and_shapes_are_read_with_black_0_and_white_1(tmp_path):
    from matplotlib import image

    levels = np.array([[0, 51], [102, 255]], dtype=np.uint8)
    image.imsave(tmp_path / "four.png", levels, cmap="gray", vmin=0, vmax=255)
    assert np.abs(pictures.read(str(tmp_path / "four.png"), 2) - levels / 255).max() <= np.finfo(np.float32).eps
    dark = np.ones((16, 16, 3), dtype=np.uint8)  # almost black, in 255ths
    image.imsave(tmp_path / "dark.jpg", dark)
    assert pictures.read(str(tmp_path / "dark.jpg"), 16).max() <= 2 / 255
    image.imsave(tmp_path / "line.png", np.zeros((1, 300)), cmap="gray", vmin=0, vmax=1)
    picture = pictures.read(str(tmp_path / "line.png"), 100)
    assert picture.shape == (1, 100) and not picture.any()
    cfg = SimpleNamespace(links=FOUR, m=0.15, side=100, ranks=[1], plane=[1, 0, 0, 1])
    cfg.picture = str(tmp_path / "line.png")
    from matplotlib.figure import Figure

    found = run.look(cfg, SimpleNamespace(figure=lambda name: contextlib.nullcontext(Figure())))
    assert found["picture kept"] == 1


def test_sixty_digits_agree_with_the_closed_form_of_rosser():
    found = exact.eigenvalues(spectra.rosser(), symmetric.eigenvalues(spectra.rosser()), 60)
    assert max(abs(found[k] ** 2 - 1040500) for k in (0, 7)) < 10**-55  # (±10 √10405)²
    assert abs((found[2] - 510) ** 2 - 260000) < 10**-55 and abs(found[2] * found[5] - 100) < 10**-55
    assert all(abs(found[k] - truth) < 10**-55 for k, truth in ((1, 1020), (3, 1000), (4, 1000), (6, 0)))
