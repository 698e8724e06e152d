"""The command line: what it refuses, naming the setting, before anything is computed, and what the README asks of it."""

from pathlib import Path
from types import SimpleNamespace

import pytest

import mail
import run
import sentences
import sms
from abacus.errors import BadInput
from abacus.launch import compose


def plan(*arguments):
    return compose.plan(run.Config, Path(run.__file__), list(arguments))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["experiment=wang2012", "sets=[foo]"], r"sets=\['foo'\]: task=sentences wants some of CR, MPQA, RTs, subj"),
        (["experiment=wang2012", "sets=[]"], r"sets=\[\]: task=sentences"),
        (["experiment=metsis2006", "sets=[CR]"], r"sets=\['CR'\]: task=mail wants some of enron1"),
        (["experiment=wang2012", "model=trivial"], "model=trivial: not for task=sentences"),
    ],
)
def test_a_setting_of_another_task_is_named(arguments, message):
    with pytest.raises(BadInput, match=message):
        plan(*arguments)


@pytest.mark.parametrize("train", [2, 5573, 6000])
def test_short_messages_of_both_kinds_are_left_to_learn_from_and_to_test_on(dataset, train):
    dataset("sms-spam")
    with pytest.raises(BadInput, match=f"train={train}: wanted spam and ham"):
        sms.caught(SimpleNamespace(tokens="tok1", train=train, model="trivial"), None)


def test_a_mailbox_is_longer_than_its_first_batch(dataset):
    dataset("enron-spam", "enron1")
    with pytest.raises(BadInput, match="batch=100000: wanted spam and ham"):
        mail.recalls(SimpleNamespace(sets=["enron1"], batch=100_000), None)


def test_every_fold_has_a_sentence():
    with pytest.raises(BadInput, match="folds=3: CR has 2 sentences"):
        sentences.cross_validated(None, [0, 1], SimpleNamespace(folds=3), None, "CR")


def test_the_number_of_samples_to_learn_from_can_be_asked_for():
    row = "naive Bayes on waveform"
    asked = plan("learn=100000", f"rows=[{row}]")
    assert asked.chosen == [row] and asked.rows[row]["learn"] == 100_000
