"""Facts about classify.py: pictures of digits are framed as MNIST's, and what it cannot use is said."""

import numpy as np
import pytest

import classify
import networks
import patterns
from abacus import nn
from abacus.evidence import records
from abacus.running.job import Job
from layers import Start


def network(name):
    return networks.NETWORKS[name](Start(1, np.random.default_rng(0)))


@pytest.mark.parametrize("paint", ["plain", "dark", "paper", "ink", "light ink"])
def test_a_picture_of_a_digit_is_framed_as_mnist_frames_it_and_read(paint, tmp_path, capsys):
    """Dark on white, light on black, grey ink on grey paper, ink on nothing."""
    from matplotlib.image import imsave

    job = Job("digits of fonts", 0, tmp_path / "run")
    digits, lenet = patterns.printed(1, job.rng("fonts")), network("LeNet-5")
    model = job.save("model", lenet)
    ink = np.kron(digits.images[0], np.ones((8, 8))) / 255
    painted = np.ones((*ink.shape, 4))
    greys = {"plain": 1 - ink, "dark": ink, "paper": 0.9 - 0.5 * ink, "ink": 0 * ink, "light ink": 1 + 0 * ink}
    painted[..., :3] = greys[paint][..., None]
    if "ink" in paint:
        painted[..., 3] = ink
    imsave(tmp_path / "digit.png", painted)
    assert classify.main([str(tmp_path / "digit.png"), "--model", str(model), "--out", str(tmp_path / "saw.png")]) == 0
    said = capsys.readouterr().out
    assert said.count("distance") == 3 and (tmp_path / "saw.png").exists()
    same = classify.restored(model)
    assert all((a.value == b.value).all() for a, b in zip(nn.parameters(same).values(), nn.parameters(lenet).values()))


def test_what_cannot_be_classified_is_said_in_a_line(tmp_path, monkeypatch, capsys):
    from matplotlib.image import imsave

    (tmp_path / "text.png").write_text("no picture")
    imsave(tmp_path / "blank.png", np.ones((9, 9, 3)))
    monkeypatch.setattr(classify.records, "runs_folder", lambda project: tmp_path)
    picture = np.ones((40, 40, 3))
    picture[5:30, 18:22] = 0
    imsave(tmp_path / "one.png", picture)
    for name, why, status in (
        ("text", "not a picture", 2),
        ("blank", "one colour", 2),
        ("missing", "No such file", 2),
        ("one", "no trained LeNet-5", 1),
    ):
        assert classify.main([str(tmp_path / f"{name}.png")]) == status
        said = capsys.readouterr().err
        assert why in said and said.count("\n") == 1


RECORD = {"rows": ["row"], "seed": 0, "settings": {}, "code": "", "data": {}, "streams": [], "trail": []}
RECORD |= {"diverged": None, "meta": {}}


def test_the_best_model_is_taken_and_other_networks_are_passed_by(tmp_path, monkeypatch):
    monkeypatch.setattr(classify.records, "runs_folder", lambda project: tmp_path)
    for folder, name, error in (
        ("a", "LeNet-5", 5.0),
        ("b", "LeNet-5", 2.0),
        ("c", "LeNet-1", 1.0),
        ("d", "LeNet-5", 3.0),
    ):
        where = tmp_path / "config" / folder / "0"
        Job("row", 0, where).save("model", network(name))
        records.write(where / "record.json", RECORD | {"values": {"row": {"test error": error}}})
    (tmp_path / "config" / "d" / "0" / "record.json").unlink()
    assert classify.best()[0].parent.parent.name == "b"
