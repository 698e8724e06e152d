"""Every leaf of every project's configuration, wrong in every way that its type allows: one line, before anything is run."""

import dataclasses
import functools
import math
import os
import typing
from pathlib import Path

import commands
import pytest

from abacus import typed
from abacus.errors import BadInput
from abacus.launch import arguments, compose, experiment, studies

ROOT = Path(__file__).resolve().parents[2]
PROJECTS = sorted(path.parent for path in ROOT.glob("projects/*/run.py"))
each_project = pytest.mark.parametrize("project", PROJECTS, ids=lambda p: p.name)

_WRONG = {  # what no value of a type may be; the numbers below may be out of range
    int: ["many", "", 1.5, "1.5", None, [], [1], {}, {"a": 1}, math.nan, math.inf, "1e3x", "0x", "--1", "${x}"],
    float: ["many", "", None, [], [0.5], {}, {"a": 0.5}, math.nan, math.inf, -math.inf, "1e400", "1..2", "${x}"],
    str: [None, [], ["a"], {}, {"a": "b"}, "${x}", "${x"],
    bool: ["maybe", "", 2.5, None, [], {}, "${x}"],
}
_NUMBERS = [-(10**30), -(10**9), -2, -1, 0, 1, 2, 10**9]
_MORE = [-1e300, -0.5, -1e-300, 1e-300, 0.5, 1.5, 1e300]
_WORDS = ["no such word", "", "None", "true", "3", "é", "a" * 10_000, "../../etc/passwd", "a\nb", "[", "{", "$", "\x00"]


@functools.cache
def studies_of(project):
    return studies.of_file(project / "run.py")


def bare(project, study):
    """The settings of a study as its own file of conf/ has them."""
    return next(
        iter(
            compose.plan(
                studies_of(project), project / "run.py", [f"study={study}"] if len(studies_of(project)) > 1 else []
            ).rows.values()
        )
    )


STUDIES = [(project, study) for project in PROJECTS for study in studies_of(project)]
each_study = pytest.mark.parametrize(("project", "study"), STUDIES, ids=lambda x: getattr(x, "name", x))


def wrong_values(field):
    """Values that the field must refuse, by its type and by its stated range."""
    kind, (element, *_) = typing.get_origin(field.type), (*typing.get_args(field.type), None)
    if kind is list:
        single = _wrong_single(element, field.metadata)
        nested = [] if typing.get_origin(element) is list else [[[]]]
        return [None, "x", 0.5, {}, {"a": 1}, True, *nested, [{"a": 1}], *([value] for value in single)]
    if kind is dict:
        return [None, "x", 3, [1]]
    return _wrong_single(field.type, field.metadata)


def _wrong_single(kind, metadata):
    if typing.get_origin(kind) is list:
        return [None, "x", 0.5, {}, {"a": 1}, True]
    holds = metadata.get("holds", lambda value: True)
    outside = [n for n in {int: _NUMBERS, float: _NUMBERS + _MORE}.get(kind, []) if not holds(n)]
    outside += [word for word in _WORDS if not holds(word)] if kind is str and metadata.get("names") else []
    return [*_WRONG[kind], *outside]


def leaves(config, values, path=()):
    """(path, field) of every field, those of nested dataclasses included."""
    for field in dataclasses.fields(config):
        if dataclasses.is_dataclass(field.type):
            yield from leaves(field.type, values[field.name], (*path, field.name))
        else:
            yield (*path, field.name), field


def changed(values, path, value):
    """A copy of the nested dict with another value at `path`."""
    name, *rest = path
    return values | {name: changed(values[name], rest, value) if rest else value}


@pytest.mark.parametrize("every", [3, pytest.param(1, marks=pytest.mark.slow)])
@each_study
def test_every_leaf_refuses_what_is_wrong_in_one_line(project, study, every):
    """One wrong value in `every` so many, begun elsewhere for each leaf."""
    good, Config = bare(project, study), studies_of(project)[study].Config
    typed.build(Config, good)
    for place, (path, field) in enumerate(leaves(Config, good)):
        for value in wrong_values(field)[place % every :: every]:
            with pytest.raises(BadInput) as error:
                typed.build(Config, changed(good, path, value))
                pytest.fail(f"{'.'.join(path)}={value!r} was taken")
            said = str(error.value)
            assert "\n" not in said and field.name in said, f"{path}={value!r}: {said}"
            assert len(said) < 2000


@each_project
def test_unknown_rows_settings_and_experiments_are_one_line(project):
    for argument in (
        "rows=no such row",
        "experiment=none_such",
        "nosuchsetting=1",
        "experiment=../config",
        "experiment=",
    ):
        with pytest.raises(BadInput) as error:
            compose.plan(studies_of(project), project / "run.py", [argument])
            pytest.fail(f"{argument} was taken")
        assert len(str(error.value).splitlines()) <= 3


def spelt(value):
    """The value as the command line spells it."""
    if isinstance(value, list):
        return f"[{','.join(map(spelt, value))}]"
    if isinstance(value, dict):
        return "{" + ",".join(f"{k}:{spelt(v)}" for k, v in value.items()) + "}"
    return "null" if value is None else str(value) or "''"


@pytest.mark.slow
@each_study
def test_every_leaf_refuses_on_the_command_line_too(project, study):
    good, Config = bare(project, study), studies_of(project)[study].Config
    for path, field in leaves(Config, good):
        for value in wrong_values(field):
            with pytest.raises(BadInput) as error:
                compose.plan(
                    studies_of(project), project / "run.py", [f"study={study}", f"{'.'.join(path)}={spelt(value)}"]
                )
                pytest.fail(f"{'.'.join(path)}={spelt(value)} was taken")
            assert len(str(error.value).splitlines()) <= 3


@pytest.mark.slow
@each_project
def test_every_experiment_refuses_a_wrong_leaf(project):
    for name in arguments.names_in(project):
        plan = compose.plan(studies_of(project), project / "run.py", [f"experiment={name}"])
        Config = plan.study.Config
        for row in plan.rows.values():
            for path, field in leaves(Config, row):
                for value in wrong_values(field)[:: len(plan.rows)]:
                    with pytest.raises(BadInput):
                        typed.build(Config, changed(row, path, value))


OWN = [
    "seeds=0", "seeds=-1", "seeds=1.5", "seeds=many", "seeds=null", "seeds=[1]", "seeds={}", "seeds=nan", "seed=-1", "seed=1.5",
    "seed=two", "seed=[0]", "seed={}", "seed=true", "workers=-1", "workers=x", "workers=1.5", "workers=[2]", "strict=perhaps",
    "strict=null", "strict=[]", "estimate=2.5", "estimate=", "rows=nobody", "rows=[nobody]", "rows={a:1}", "rows=",
    "reproduces=[1]", "reproduces={}", "reproduces=nobody/table", "reproduces=fisher1936", "reproduces=../x/y", "",
    " ", "=", "==", "a", "-", "--", "-x", "@", "a=b=c", "a.b.c=1", "rounds.x=1", "+rounds=1", "++rounds=1", "~rounds",
    "rounds@x=1", "rounds=${pause}",
    "rounds=${oc.env:HOME}", "rounds=${", "rounds='", "rounds=\"", "rounds=[", "rounds={", "rounds=1,2",
    "rounds=range(3)", "rounds=\x00", "rounds=\n", "kind=é", "defaults=[]", "experiment=[a]", "experiment={}", "experiment=a,b",
    "hydra.run.dir=x", "hydra=x", "+hydra.job.name=x", "_target_=os.system", "kind=walk kind=walk x",
]  # fmt: skip


@pytest.fixture(scope="module")
def of_walk():
    from abacus.running import job

    before = job.SAVE_SECONDS
    found = studies.of_file(commands.WALK / "run.py")
    job.SAVE_SECONDS = before
    return found


@pytest.mark.parametrize("argument", OWN)
def test_what_belongs_to_launch_is_refused_in_one_line(of_walk, argument):
    with pytest.raises(BadInput) as error:
        plan = compose.plan(of_walk, commands.WALK / "run.py", [argument])
        experiment.perform(dataclasses.replace(plan, estimate=True))
    assert len(str(error.value).splitlines()) <= 3, str(error.value)


BROKEN = {
    "empty": b"",
    "a list": b"- 1\n- 2\n",
    "a word": b"word",
    "a number": b"3",
    "tabs": b"\trounds: 3",
    "torn": b"defaults: [schema, _self_, experiment: null]\nrounds: [",
    "not text": b"\xff\xfe\x00rounds",
    "zeros": bytes(100),
    "two documents": b"rounds: 3\n---\nrounds: 4\n",
    "twice": b"defaults: [schema, _self_, experiment: null]\nrounds: 3\nrounds: 4\npause: 0\nkind: walk\n",
    "a tag": b"!!python/object/apply:os.system [touch evil]\n",
    "itself": b"defaults: [schema, _self_, experiment: null]\nrounds: &a [*a]\npause: 0\nkind: walk\n",
    "defaults of another": b"defaults: [../../x, _self_]\nrounds: 3\n",
    "no defaults": b"rounds: 3\n",
    "defaults a word": b"defaults: word\n",
    "rows a word": b"defaults: [schema, _self_, experiment: null]\nrounds: 3\npause: 0\nkind: walk\nrows: word\n",
    "rows of words": b"defaults: [schema, _self_, experiment: null]\nrounds: 3\npause: 0\nkind: walk\nrows: {a: word}\n",
    "a row too many": b"defaults: [schema, _self_, experiment: null]\nrounds: 3\npause: 0\nkind: walk\nrows: {a: {x: 1}}\n",
}


@pytest.mark.parametrize("file", ["config.yaml", "experiment/walks.yaml"])
@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_file_of_the_configuration_is_one_line(of_walk, walk, what, file):
    head = b"# @package _global_\n" if "experiment" in file else b""
    (walk / "conf" / file).write_bytes(head + BROKEN[what])
    arguments = ["experiment=walks"] if "experiment" in file else []
    try:
        compose.plan(of_walk, walk / "run.py", arguments)
        assert head and what in ("empty", "no defaults")  # an experiment that changes nothing, or little
    except BadInput as error:
        assert len(str(error).splitlines()) <= 3, str(error)
    assert not (walk / "runs").exists() and not list(walk.rglob("evil"))


@pytest.mark.parametrize("argument", ["rounds=many", "rounds=[", "kind=wlak", "rows=nobody", "experiment=none"])
def test_a_wrong_command_ends_with_status_2_and_leaves_no_folder(walk, argument):
    status, out, err = commands.command(walk, argument)
    assert (status, out) == (2, "") and 1 <= len(err.splitlines()) <= 3 and "Traceback" not in err
    assert sorted(os.listdir(walk)) == ["conf", "run.py"]
