"""Facts of tuning another project: what is searched, on which data, what is refused, and that it goes on where it was stopped."""

import json
import math
from types import SimpleNamespace

import numpy as np
import pytest

import space
import trials
import tune
from abacus.errors import BadInput, Unavailable

BOWL = '''"""A bowl, and a test set that nobody may tune on."""
import math
from dataclasses import dataclass
from abacus.launch import launch
from abacus.settings import above, at_least, one_of

@dataclass
class Config:
    rate: float = above(0)  # where the bowl is least at 0.01
    kind: str = one_of("good", "bad")  # one of two
    passes: int = at_least(1)  # the more the better

def learn(cfg: Config, job):
    """The bowl."""
    if cfg.rate > 0.5:
        raise FloatingPointError("infinite")
    value = math.log(cfg.rate / 0.01) ** 2 + (cfg.kind == "bad") + 1 / cfg.passes
    return {"validation error": value, "test error": value, "accuracy": -value}

if __name__ == "__main__":
    launch(learn)
'''
CONFIG = "# a look\ndefaults: [schema, _self_, experiment: null]\nrate: 0.1\nkind: bad\npasses: 9\n"
RATE = "rate=log(0.0001,1)"
COLUMN = "--column", "validation error"


@pytest.fixture
def bowl(tmp_path, monkeypatch):
    """A project's folder; what is tuned keeps its runs beside it."""
    monkeypatch.setenv("ABACUS_RUNS", str(tmp_path / "runs"))
    (tmp_path / "bowl" / "conf" / "experiment").mkdir(parents=True)
    (tmp_path / "bowl" / "run.py").write_text(BOWL)
    (tmp_path / "bowl" / "conf" / "config.yaml").write_text(CONFIG)
    return tmp_path / "bowl"


class Played:
    """A project's command that answers at once: {settings} and {row: values} of the bowl, counted."""

    calls = 0

    def __init__(self, *_):
        pass

    def settings(self, arguments):
        return {"study": "learn", "rows": {}, "reproduces": None, "held_out": 0}

    def first(self):
        return "learn"

    def values(self, arguments, seeds):
        Played.calls += 1
        given = dict(a.split("=") for a in arguments)
        rate = float(given["rate"])
        if rate > 0.5:
            return {"run": [None] * seeds}
        value = math.log(rate / 0.01) ** 2 + (given.get("kind") == "bad") + 1 / int(given.get("passes", 9))
        return {"run": [{"validation error": value, "validation accuracy": [-value, 0.1]}] * seeds}


@pytest.fixture
def played(bowl, monkeypatch):
    monkeypatch.setattr(tune, "Command", Played)
    monkeypatch.setattr(Played, "calls", 0)
    return bowl


def told(capsys, *arguments):
    """(status, lines, the line of the error) of the command."""
    status = tune.main([str(a) for a in arguments])
    said = capsys.readouterr()
    return status, said.out.splitlines(), said.err.strip()


def test_a_project_is_tuned_through_its_own_command_and_the_test_set_is_left_for_the_end(bowl, capsys):
    status, lines, err = told(capsys, bowl, RATE, *COLUMN, "--method", "sobol", "--trials", 2, "--workers", 2)
    assert (status, err) == (0, "") and sum(": validation error" in line for line in lines) == 2
    assert lines[-1].strip().startswith(f"cd {bowl} && python run.py rate=")
    again = told(capsys, bowl, RATE, *COLUMN, "--method", "sobol", "--trials", 2, "--workers", 2)
    assert (
        again[0] == 0 and "2 trials are known from before" in again[1][1] and again[1][2:] == lines[lines.index("") :]
    )


@pytest.mark.slow
def test_a_trial_may_run_on_the_engine_of_a_sweep(bowl, capsys):
    pytest.importorskip("hydra_plugins.hydra_joblib_launcher", reason="the extra [sweep]")
    status, lines, err = told(capsys, bowl, RATE, *COLUMN, "--trials", 1, "hydra/launcher=joblib")
    assert (status, err) == (0, "") and ": validation error" in lines[1]


@pytest.mark.parametrize("method", ["grid", "random", "latin", "sobol", "ego", "ucb", "tpe", "cma"])
def test_every_search_of_points_tunes(played, capsys, method):
    status, lines, _ = told(capsys, played, RATE, "kind=choice(good,bad)", *COLUMN, "--method", method, "--trials", 16)
    assert status == 0 and Played.calls == 16 and lines[-1].count("kind=") == 1


@pytest.mark.parametrize("method", ["halving", "hyperband", "asha", "bohb", "fidelity"])
@pytest.mark.parametrize("workers", [1, 3])
def test_every_plan_of_resources_tunes(played, capsys, method, workers):
    words = played, RATE, "passes=resource(2,18)", *COLUMN, "--method", method, "--trials", 16, "--workers", workers
    status, lines, _ = told(capsys, *words)
    assert status == 0 and Played.calls == 16 and lines[-1].endswith("passes=18")


def test_a_search_that_was_stopped_goes_on_as_if_it_had_not_been(played, capsys, tmp_path):
    words = played, RATE, *COLUMN, "--method", "ego", "--trials", 12
    whole = told(capsys, *words)[1]
    (path,) = (tmp_path / "runs").rglob("*.jsonl")
    lines = path.read_bytes().splitlines(keepends=True)
    for left in (1, 8, 23):
        path.write_bytes(b"".join(lines[:left]) + lines[min(left, 22)][:9])  # a torn line: killed while it was written
        Played.calls = 0
        again = told(capsys, *words)[1]
        assert Played.calls == 12 - left // 2 and again[again.index("") :] == whole[whole.index("") :]
        assert path.read_bytes() == b"".join(lines)


def test_other_code_begins_anew(played, capsys):
    words = played, RATE, *COLUMN, "--method", "random", "--trials", 4
    told(capsys, *words)
    (played / "run.py").write_text(BOWL + "\n# changed\n")
    told(capsys, *words)
    assert Played.calls == 8


def test_what_diverges_is_told_and_does_not_win(played, capsys):
    status, lines, _ = told(capsys, played, "rate=log(0.1,10)", *COLUMN, "--method", "sobol", "--trials", 6)
    assert status == 0 and any("diverged" in line for line in lines)
    assert float(lines[-1].split("rate=")[1]) <= 0.5
    assert "every trial diverged" in told(capsys, played, "rate=log(0.6,10)", *COLUMN, "--trials", 2)[1][-1]


def test_higher_is_better_where_the_column_says_so(played, capsys):
    words = played, RATE, "--method", "sobol", "--trials", 5
    least = told(capsys, *words, *COLUMN)[1][-1]
    assert told(capsys, *words, "--column", "validation accuracy")[1][-1] == least
    assert told(capsys, *words, "--column", "validation accuracy", "--lowest")[1][-1] != least


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nowhere", RATE], "no project"),
        (["BOWL", "rate=0.1"], "nothing is searched"),
        (["BOWL", "rate=log(0,1)", *COLUMN], "above 0"),
        (["BOWL", "rate=log(1,0.1)", *COLUMN], "the least first"),
        (["BOWL", "rate=lug(0.1,1)", *COLUMN], "did you mean log?"),
        (["BOWL", "rate=log(a,b)", *COLUMN], "wanted log(least,most)"),
        (["BOWL", "rate=interval(nan,1)", *COLUMN], "finite"),
        (["BOWL", "passes=integer(1.5,3)", *COLUMN], "whole numbers"),
        (["BOWL", "kind=choice(good)", *COLUMN], "two different choices"),
        (["BOWL", RATE, "seed=3", *COLUMN], "--seeds"),
        (["BOWL", RATE, "write=true", *COLUMN], "not of a search"),
        (["BOWL", RATE, *COLUMN, "--trials", "0"], "--trials 0"),
        (["BOWL", RATE, *COLUMN, "--method", "asha"], "resource(1,27)"),
        (["BOWL", RATE, "passes=resource(2,3)", *COLUMN, "--method", "asha"], "3 times the least"),
        (["BOWL", "rate=resource(1,9)", "passes=resource(1,9)", RATE, *COLUMN], "in one setting"),
        (["BOWL", RATE, *COLUMN, "--highest", "--lowest"], "one of them"),
        (["BOWL", RATE, *COLUMN, "--plots", "x.jpg"], ".png"),
        (["BOWL", RATE], "nothing is tuned on a test set"),
        (["BOWL", RATE, "--column", "test error"], "nothing is tuned on a test set"),
        (["BOWL", RATE, "--column", "accuracy"], "nothing is tuned on a test set"),
        (["BOWL", RATE, "--column", "validation thing"], "--lowest or --highest"),
        (["BOWL", RATE, "--column", "validation loss"], "no such column; there are: validation error"),
        (["BOWL", *(f"a{k}=interval(0,1)" for k in range(17)), *COLUMN, "--method", "sobol"], "at most 16 dimensions"),
        (["BOWL", RATE, *COLUMN, "--row", "b"], "no such row; there are: run"),
    ],
)
def test_wrong_input_is_one_line(played, capsys, words, said):
    status, _, err = told(capsys, *[played if w == "BOWL" else w for w in words])
    assert status == 2 and said in err and len(err.splitlines()) == 1


def test_a_setting_that_the_project_refuses_comes_back_in_its_own_words(bowl, capsys):
    status, _, err = told(capsys, bowl, "rate=interval(-1,1)", *COLUMN)
    assert status == 2 and err == "bowl: rate=-1.0: wanted above 0"


@pytest.mark.parametrize(("value", "held"), [(0, False), (500, True)])
def test_a_declared_setting_has_to_hold_data_out(tmp_path, value, held):
    (tmp_path / "held_out.toml").write_text('[learn]\nsetting = "held_out"\ncolumns = ["test error"]\n')
    searched = space.read([RATE])
    settings = {"study": "learn", "held_out": value}
    if held:
        assert tune.held_out(tmp_path, settings, None, searched)[0] == "test error"
        with pytest.raises(BadInput, match="is not searched"):
            tune.held_out(tmp_path, settings, None, space.read(["held_out=integer(1,5)"]))
    else:
        with pytest.raises(BadInput, match="reads the test set"):
            tune.held_out(tmp_path, settings, None, searched)


def test_the_study_that_is_named_is_the_one_that_is_judged(played, capsys):
    (played / "held_out.toml").write_text('[learn]\nsetting = "passes"\ncolumns = ["test error"]\n')
    assert "bowl, other: nothing is tuned on a test set" in told(capsys, played, RATE, "study=other")[2]


def test_a_declaration_that_says_too_little_is_one_line(played, capsys):
    (played / "held_out.toml").write_text("[learn]\nsetting = 3\n")
    status, _, err = told(capsys, played, RATE)
    assert status == 2 and "wanted [study] tables" in err and len(err.splitlines()) == 1


def test_every_declaration_is_of_a_study_and_a_setting_that_there_are():
    import tomllib

    for name, studies in tomllib.loads((tune.HERE / "held_out.toml").read_text()).items():
        for study, about in studies.items():
            text = "\n".join(p.read_text() for p in (tune.HERE.parent / name).glob("*.py"))
            assert f"def {study}(cfg" in text and f"    {about['setting']}: " in text, (name, study)
            assert all(f'"{column}"' in text for column in about["columns"])


def test_a_torn_journal_is_cut_and_a_strange_one_is_said(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'{"ask": 0, "arguments": []}\n{"told"')
    assert len(trials.Journal(path).lines) == 1 and path.read_bytes().endswith(b"}\n")
    path.write_bytes(b"not a journal\n")
    with pytest.raises(Unavailable, match="remove it to begin anew"):
        trials.Journal(path)
    other = SimpleNamespace(ask=lambda: SimpleNamespace(number=0), tell=None)
    path.write_text(json.dumps({"ask": 0, "arguments": ["rate=1"]}) + "\n")
    with pytest.raises(BadInput, match="another version"):
        trials.replay(trials.Journal(path), other, lambda trial: ["rate=2"])


def test_the_ends_of_a_range_are_reached_and_nothing_beyond():
    ranges = space.read(
        ["a=interval(-1,2)", "b=[log(0.001,1),0.5]", "c=integer(3,5)", "d=logint(8,256)", "e=choice(x,y)"]
    )
    assert ranges.arguments(np.zeros(5), 0) == ["a=-1", "b=[0.001,0.5]", "c=3", "d=8", "e=x"]
    assert ranges.arguments(np.ones(5), 0) == ["a=2", "b=[1,0.5]", "c=5", "d=256", "e=y"]
    shares = [ranges.ranges[2].value(u) for u in np.linspace(0, 1, 300, endpoint=False)]
    assert [shares.count(v) for v in "345"] == [100, 100, 100]
    assert [r.cells for r in ranges.ranges] == [0, 0, -3, 0, 2]
