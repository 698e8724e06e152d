"""Pictures of one's own: read by a network that learns once and is kept, and one line for what is no picture."""

import numpy as np
import pytest

import classify
import digits
from abacus import streams
from abacus.data import fonts

EPS = np.finfo(np.float64).eps


@pytest.fixture
def small(monkeypatch, tmp_path):
    """Runs of its own, and fewer digits to learn from."""
    monkeypatch.setenv("ABACUS_RUNS", str(tmp_path / "runs"))
    monkeypatch.setattr(classify, "_printed", lambda settings: digits.printed(1000, streams.rng(0, "fonts")))


def pictures(folder, count=10):
    from matplotlib.image import imsave

    images, labels = fonts.digits(fonts.UNSEEN, count, np.random.default_rng(0))
    paths = [folder / f"digit {k}.png" for k in range(count)]
    for path, image in zip(paths, images):
        imsave(path, np.kron(255 - image, np.ones((5, 5))), cmap="gray", vmin=0, vmax=255)
    return [str(path) for path in paths], labels


def test_pictures_are_read_and_the_network_learns_once(small, tmp_path, capsys):
    paths, labels = pictures(tmp_path)
    assert classify.main([*paths, "--out", str(tmp_path / "read.png")]) == 0
    first = capsys.readouterr().out
    assert "learning from 1,000 printed digits (once)" in first and (tmp_path / "read.png").exists()
    assert classify.main(paths) == 0
    again = capsys.readouterr().out
    assert "learning" not in again and all(line in first for line in again.splitlines())
    said = [line.partition(".png: ")[2][0] for line in again.splitlines()]
    assert sum(a == str(b) for a, b in zip(said, labels)) > len(labels) / 2  # the others than a guess's tenth
    (kept,) = (tmp_path / "runs").rglob("*.checkpoint")
    kept.write_bytes(kept.read_bytes()[:100])
    assert classify.main(paths[:1]) == 0 and "learning" in capsys.readouterr().out


def test_probabilities_sum_to_one_and_the_network_is_that_of_the_bare_run(small):
    network = classify.kept("printed")
    p = classify.probabilities(network, digits.inputs(np.zeros((2, 28, 28), np.uint8), 0, 1))
    assert p.sum(axis=1) == pytest.approx([1, 1], rel=10 * EPS) and network.sizes == [784, 300, 100, 10]


def test_what_cannot_be_read_is_one_line_and_status_2(tmp_path, capsys):
    (tmp_path / "text.png").write_text("no picture")
    for arguments, why in (
        ([str(tmp_path / "text.png")], "not a picture"),
        ([str(tmp_path / "none.png")], "No such file"),
        ([str(tmp_path / "text.png"), "--out", "x.jpg"], "ends in .png"),
    ):
        assert classify.main(arguments) == 2
        err = capsys.readouterr().err
        assert why in err and err.count("\n") == 1
