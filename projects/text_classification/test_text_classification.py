"""Facts of text_classification: counts that the paper states, and what a broken variant does to the verdict."""

import numpy as np

import run
from abacus import papers, verdict
from abacus.running.job import Job

PRINTED = papers.table("kim2014/table1")


def fitted(folder, seed=0, **changed):
    """What the study gives for the row `few points`, with some settings changed."""
    settings = {"points": 10, "steps": 50, "rate": 0.5} | changed
    return run.fit(run.Config(**settings), Job("few points", seed, folder / str(seed)))


def test_the_line_has_as_many_numbers_as_the_paper_counts(tmp_path):
    assert fitted(tmp_path)["parameters"] == PRINTED.rows["few points"]["parameters"].number


def test_the_error_of_a_line_through_all_points_is_0():
    x, y = np.array([0.0, 1.0]), np.array([1.0, 3.0])
    assert run.error(np.array([2.0, 1.0]), x, y) == 0


def test_a_broken_variant_is_not_reproduced(tmp_path):
    """To be written: break the study (half the data, shifted labels, a layer less); the intact one is reproduced."""
    broken = [fitted(tmp_path, seed, steps=0) for seed in range(3)]
    assert verdict.of(PRINTED, "few points", *broken)["test error"] == "not reproduced"
