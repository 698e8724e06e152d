"""Negative controls: a broken variant is not called reproduced, the intact one beside it under the same shortening is."""

import numpy as np
import pytest

import bagging_table
import boosting_table
import elements
import forests_table
import samples
from abacus import papers, verdict
from abacus.running.job import Job


def verdicts(table, row, values):
    """{column: verdict} of {row: {column: value}} of each seed."""
    return verdict.of(papers.table(table), row, *(found[row] for found in values))


def of_seeds(study, cfg, folder, seeds):
    return [study(cfg, Job("row", seed, folder / str(seed))) for seed in range(seeds)]


def test_boosting_whose_weights_never_move_is_one_question(tmp_path, dataset):
    dataset("uci", "glass")
    for row, name in (("boosted", "ionosphere"), ("boosted by pseudo-loss", "glass")):
        for rounds, expected in ((100, "reproduced"), (1, "not reproduced")):
            cfg = boosting_table.Config([name], 10, rounds)
            found = of_seeds(boosting_table.questions, cfg, tmp_path / name / str(rounds), 4)
            assert verdicts("freund1996/table2", row, found)[name] == expected


def test_a_forest_of_one_tree_or_of_shuffled_labels_is_no_forest(tmp_path, dataset, monkeypatch):
    dataset("esl", "spam")
    learn, new = elements.mail()

    def judged(name, trees):
        found = of_seeds(elements.spam, elements.Spam(2, 1, trees), tmp_path / name, 3)
        return verdicts("hastie2009/spam", "random forest", found)["test error"]

    assert judged("intact", 60) == "reproduced"
    assert judged("one tree", 1) == "not reproduced"
    monkeypatch.setattr(
        elements, "mail", lambda: (learn._replace(y=np.random.default_rng(0).permutation(learn.y)), new)
    )
    assert judged("shuffled", 60) == "not reproduced"


def test_logistic_regression_and_boosting_of_shuffled_labels_or_of_ten_trees(tmp_path, dataset, monkeypatch):
    dataset("esl", "spam")

    def judged(name, boosted):
        (found,) = of_seeds(elements.spam_fits, elements.Fits(boosted, 5, 0.25), tmp_path / name, 1)
        return [
            verdict.of(papers.table("hastie2009/spam_fits"), row, line)["test error"] for row, line in found.items()
        ]

    assert judged("intact", 500) == ["reproduced"] * 2
    assert judged("ten trees", 10) == ["reproduced", "not reproduced"]
    learn, new = elements.mail()
    monkeypatch.setattr(
        elements, "mail", lambda: (learn._replace(y=np.random.default_rng(0).permutation(learn.y)), new)
    )
    assert judged("shuffled", 10) == ["not reproduced"] * 2


def test_a_stump_of_shifted_labels_is_chance(tmp_path, monkeypatch):
    cfg = elements.Spheres(2000, 10_000, 1)

    def judged(name):
        found = of_seeds(elements.spheres, cfg, tmp_path / name, 10)
        return verdicts("hastie2009/spheres", "stump", found)["test error"]

    assert judged("intact") == "reproduced"
    whole = samples.spheres
    monkeypatch.setattr(
        samples, "spheres", lambda n, rng: (s := whole(n, rng))._replace(y=np.roll(s.y, 1) if n == cfg.train else s.y)
    )
    assert judged("shifted") == "not reproduced"


@pytest.mark.slow
def test_a_forest_of_one_tree_is_not_breiman_s(tmp_path, dataset):
    dataset("uci", "diabetes")
    for trees, expected in ((100, "reproduced"), (1, "not reproduced")):
        cfg = forests_table.Config(["diabetes"], 100, trees, 2, 300, 3000)
        found = of_seeds(forests_table.forests, cfg, tmp_path / str(trees), 3)
        assert verdicts("breiman2001/table2", "Selection", found)["diabetes"] == expected


@pytest.mark.slow
def test_one_bootstrap_tree_is_not_bagging(tmp_path, dataset):
    dataset("islr", "Boston")
    for bootstraps, expected in ((25, "reproduced"), (1, "not reproduced")):
        cfg = bagging_table.Numbers(["Boston"], 100, bootstraps, 2, 200, 1000)
        found = of_seeds(bagging_table.bagged_numbers, cfg, tmp_path / str(bootstraps), 3)
        assert verdicts("breiman1996bagging/table3", "bagged", found)["Boston"] == expected
