"""What the committed records say of themselves: a commit that is there, the code it holds, data that are today's."""

import json
import subprocess
from pathlib import Path

import pytest

from abacus.evidence import records

ROOT = Path(__file__).resolve().parents[1]
RESULTS = sorted(ROOT.glob("projects/*/results/*.json"))
each_result = pytest.mark.parametrize("path", RESULTS, ids=lambda p: f"{p.parents[1].name}-{p.stem}")


def git(*words):
    return subprocess.run(["git", "-C", str(ROOT), *words], capture_output=True, text=True)


@pytest.fixture(scope="module")
def ancestors():
    """The commits that HEAD stands on, by their first twelve digits."""
    if git("rev-parse", "--is-shallow-repository").stdout.strip() != "false":
        pytest.skip("no whole history here: a shallow clone, or no checkout")
    return {line[:12] for line in git("rev-list", "HEAD").stdout.split()}


@each_result
def test_a_record_names_a_commit_that_head_stands_on(path, ancestors):
    content = records.read_results(path)
    for about in content["meta"].values():
        named = [meta.get("commit", "") for meta in about["seeds"].values()]
        named += [about["confirmed"]["commit"]] if "confirmed" in about else []
        assert all(len(commit) == 12 for commit in named), "a commit in twelve digits, without changes beside it (+)"
        assert set(named) <= ancestors


@each_result
def test_the_text_of_a_results_file_is_as_it_is_written(path):
    content = json.loads(path.read_text(encoding="utf-8"))
    assert path.read_text(encoding="utf-8") == records.text_of(content)


@each_result
def test_the_data_of_a_record_are_todays_and_its_code_is_listed(path):
    content = records.read_results(path)
    for name, about in content["meta"].items():
        changed = [
            what
            for what, known in about["data"].items()
            if records.content(what) != known and not what.startswith(records.READER)
        ]
        assert not changed, f"{name}: {changed}"
        assert content["code"][about["code"]], "the definitions that made it"
