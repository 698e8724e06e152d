"""A run: its log, its checkpoints, and that a run which was stopped ends with the same bytes as one which was not."""

import json

import numpy as np
import pytest

from abacus.running import job as jobs
from abacus.running.job import Job, Stopped


@pytest.fixture(autouse=True)
def _save_always(monkeypatch):
    monkeypatch.setattr(jobs, "SAVE_SECONDS", -1.0)


def train(job, rounds=6):
    """A random walk in two loops, the second over steps: what every training loop looks like to a job."""
    walk, best = {"place": np.zeros(3)}, {"step": None, "far": 0.0}
    for epoch in job.epochs(rounds, walk):
        walk["place"] += job.rng("walk", epoch).normal(size=3)
        job.log(epoch=epoch, place=float(walk["place"].sum()))
    for step in job.steps(rounds, walk, best, every=2):
        walk["place"] *= 1 + job.rng("stretch", step).random()
        if (far := float(abs(walk["place"]).max())) > best["far"]:
            best.update(step=step, far=far)
        job.log(step=step, far=far)
    return walk["place"].tobytes(), best, job.logged()


def test_a_stopped_run_ends_as_one_that_was_not(tmp_path):
    whole = train(Job("row", 0, tmp_path / "whole"))
    for stop_after in range(12):
        folder, asked = tmp_path / str(stop_after), iter(range(1000))
        job = Job("row", 0, folder, stopping=lambda asked=asked, n=stop_after: next(asked) >= n)
        with pytest.raises(Stopped):
            train(job)
        job.close(finished=False)
        assert train(Job("row", 0, folder)) == whole


def test_a_torn_checkpoint_costs_one_step_back(tmp_path, capsys):
    whole = train(Job("row", 0, tmp_path / "whole"))
    train(Job("row", 0, tmp_path / "torn"))
    last = sorted((tmp_path / "torn").glob("loop1-*.checkpoint"))[-1]
    last.write_bytes(last.read_bytes()[:-1])
    assert train(Job("row", 0, tmp_path / "torn")) == whole
    assert "going back to the one before" in capsys.readouterr().out


def test_two_checkpoints_are_kept_and_none_of_a_finished_run(tmp_path):
    job = Job("row", 0, tmp_path)
    train(job)
    assert len(list(tmp_path.glob("loop0-*"))) == len(list(tmp_path.glob("loop1-*"))) == 2
    job.close(finished=True)
    assert not list(tmp_path.glob("loop*"))


def test_a_value_that_is_not_finite_stops_the_run_at_its_step(tmp_path):
    job = Job("row", 0, tmp_path)
    with pytest.raises(FloatingPointError, match="loss is nan at epoch 2"):
        for epoch in job.epochs(5):
            job.log(loss=np.float32("nan") if epoch == 2 else 0.5)


def test_the_log_holds_plain_numbers(tmp_path):
    job = Job("row", 0, tmp_path)
    job.log(loss=np.float32(0.5), counts=np.arange(2))
    assert job.logged() == [{"loss": 0.5, "counts": [0, 1]}] == [json.loads((tmp_path / "log.jsonl").read_text())]


def test_a_job_knows_which_streams_were_opened(tmp_path):
    job = Job("row", 0, tmp_path)
    assert not job.streams
    job.rng("init")
    assert job.streams == {"init"}


def test_a_figure_has_the_same_bytes_every_time(tmp_path):
    pictures = []
    for name in ("a", "b"):
        with Job("row", 0, tmp_path / name).figure("walk") as figure:
            figure.subplots().plot([0, 1, 0])
        pictures.append((tmp_path / name / "figures" / "walk.png").read_bytes())
    assert pictures[0] == pictures[1]


def test_an_animation_lies_beside_the_figures(tmp_path):
    job = Job("row", 0, tmp_path)
    job.animation("walk", [np.zeros((4, 5, 3), np.uint8)] * 2)
    assert (tmp_path / "figures" / "walk.gif").read_bytes()[:6] == b"GIF89a" and job.figures
