"""The command line: what it refuses, naming the setting, before anything is computed, and what the README asks of it."""

from pathlib import Path
from types import SimpleNamespace

import pytest

import mail
import run
import sentences
import sms
from abacus.errors import BadInput
from abacus.launch import compose, studies


def plan(*arguments):
    file = Path(run.__file__)
    return compose.plan(studies.of_file(file), file, list(arguments))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["experiment=wang2012", "sets=[foo]"], r"sets=\['foo'\].*one of CR, MPQA, RTs, subj"),
        (["experiment=wang2012", "sets=[]"], r"sets=\[\]: wanted some of CR"),
        (["experiment=metsis2006", "sets=[CR]"], r"sets=\['CR'\].*one of enron1"),
        (["experiment=metsis2006", "sets=[]"], r"sets=\[\]: wanted some of enron1"),
        (["study=accuracies", "model=trivial"], "model=trivial.*one of multinomial"),
    ],
)
def test_a_setting_of_another_study_is_named(arguments, message):
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
    asked = plan("study=learnt", "problem=waveform", "learn=100000")
    (run_of,) = asked.runs.values()
    assert run_of.settings == {"problem": "waveform", "learn": 100_000, "test": 5000}


def test_every_filter_has_its_name():
    assert set(sms.Config.__dataclass_fields__["model"].metadata["names"]) == set(sms.MODELS)
    assert set(mail.Config.__dataclass_fields__["model"].metadata["names"]) == set(mail.RULES)
