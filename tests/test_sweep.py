"""A sweep on other engines: joblib, submitit, and a SLURM of one node, on which a job is pushed back and goes on."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from abacus.errors import BadInput
from abacus.launch import engines, studies, sweep

HERE = Path(__file__).parent
SWEEP = "-m", "experiment=shapes", "seed=range(2)"


@pytest.fixture
def toy(tmp_path):
    folder = tmp_path / "toy"
    shutil.copytree(HERE / "toy", folder, ignore=shutil.ignore_patterns("runs", "results", "__pycache__"))
    return folder


def start(folder, *arguments, environment=None):
    environment = {k: v for k, v in (environment or os.environ).items() if k != "ABACUS_RUNS"}
    words = [sys.executable, "run.py", *arguments]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen(words, cwd=folder, env=environment, **pipes)


def finish(process):
    out, err = process.communicate(timeout=120)
    return process.returncode, out, err


def command(folder, *arguments, **options):
    return finish(start(folder, *arguments, **options))


def installed(module):
    pytest.importorskip(module, reason=f"{module} is not installed: the extra [sweep]")


def records(folder):
    return {p: p.stat().st_mtime_ns for p in folder.rglob("record.json")}


@pytest.mark.parametrize(
    ("launcher", "plugin"),
    [("joblib", "hydra_plugins.hydra_joblib_launcher"), ("submitit_local", "hydra_plugins.hydra_submitit_launcher")],
)
def test_another_engine_fills_the_store_that_a_plain_run_assembles(toy, launcher, plugin):
    installed(plugin)
    plain = toy.with_name("plain")
    shutil.copytree(toy, plain)
    reference = start(plain, "experiment=shapes", "seeds=2")
    status, _, err = command(toy, *SWEEP, f"hydra/launcher={launcher}")
    assert status == 0, err
    filled = records(toy)
    status, out, err = command(toy, "experiment=shapes", "seeds=2")
    assert (status, err) == (0, "") and records(toy) == filled
    asked = finish(reference)[1].splitlines()
    assert [line for line in out.splitlines() if "computing" not in line] == [x for x in asked if "computing" not in x]


def test_what_a_task_says_and_how_it_fails_come_back_in_one_line(toy):
    installed("hydra_plugins.hydra_joblib_launcher")
    status, out, err = command(toy, *SWEEP[:2], "rows=square,nowhere", "seed=0", "hydra/launcher=joblib")
    assert status == 0 and sorted(line for line in out.splitlines() if "seed 0:" in line) == [
        "experiment=shapes rows=nowhere seed=0: nowhere, seed 0: pi 3.06",
        "experiment=shapes rows=square seed=0: square, seed 0: pi 4.0",
    ], err
    (toy / "run.py").write_text((toy / "run.py").read_text().replace('print("thrown")', "job.folder = job.nowhere"))
    status, _, err = command(toy, *SWEEP, "hydra/launcher=joblib")
    assert status == 1 and "AttributeError" in err and "Error executing job" in err
    status, _, err = command(toy, *SWEEP, "hydra/launcher=joblib", "hydra.launcher.partition=x")
    assert status == 2 and "hydra.launcher.partition" in err and err.count("\n") == 1


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("jobib", "no such launcher (did you mean joblib?); there are: basic, joblib, submitit_local"),
        ("joblib", 'not installed: pip install "abacus-ml[sweep]"'),
        ("ray", "not installed: pip install hydra-ray-launcher"),
        ("submitit_slurm", "no sbatch here"),
    ],
)
def test_a_missing_launcher_or_host_is_one_line(monkeypatch, name, said):
    monkeypatch.setattr(engines, "_installed", lambda module: name == "submitit_slurm")
    monkeypatch.setenv("PATH", "")
    with pytest.raises(BadInput) as error:
        engines.check([f"hydra/launcher={name}"])
    assert said in str(error.value) and "\n" not in str(error.value)


WRONG = {
    "--cfg": "--cfg: wanted --cfg job",
    "--cfg x": "--cfg x: wanted --cfg job",
    "--cfg hydra": "wanted --cfg job",
    "-c job --resolve": "--resolve: no such option",
    "-c job nokey=1": "nokey: no such setting",
    "-c job darts=many": "darts=many: wanted a whole number",
    "--info": "--info: no such option; there are: --help, --cfg job, -m",
    "--info nope": "--info: no such option",
    "--shell-completion zz": "--shell-completion: no such option",
    "-sc install=bash": "-sc: no such option",
    "--config-name x": "--config-name: no such option",
    "--version": "--version: no such option",
    "-m --nope": "--nope: no such option",
    "-m --cfg job": "-m --cfg: wanted -m alone",
    "-m nokey=1,2": "nokey: no such setting",
    "-m a": "a: wanted setting=value",
    "-m darts=many,2": "darts=many: wanted a whole number",
    "-m darts=1,many": "darts=many: wanted a whole number",
    "-m darts=glob(*)": "darts=glob(*): wanted some values to sweep over",
    "-m seed=range(0)": "seed=range(0): wanted some values",
    "-m seed=range(1000000000)": "wanted some values",
    "-m seed=range(1,": "wanted setting=value",
    "-m seed=range(3),${nope}": "wanted a plain value",
    "-m seed=range(-3,3)": "seed=-3: wanted a whole number from 0",
    "-m estimate=true seed=0": "estimate=true: not of a sweep",
    "-m write=true experiment=shapes": "write=true: not of a sweep",
    "-m experiment=shape,slow": "experiment=shape: no such experiment",
    "-m experiment=shapes rows=circle,cube": "rows=cube: no such row",
    "-m study=nope": "study=nope: no such study",
    "-m hydra=1": "hydra=1: wanted hydra/launcher=ENGINE",
    "-m hydra.nope=1": "hydra.nope=1: wanted hydra/launcher=ENGINE or hydra.launcher.SETTING=VALUE",
    "-m hydra.launcher._target_=os.system": "wanted hydra/launcher=ENGINE",
    "-m hydra.launcher.x={_target_:os.system}": "wanted hydra/launcher=ENGINE",
    "-m hydra.searchpath=[file:///etc]": "wanted hydra/launcher=ENGINE",
    "-m hydra/sweeper=nope": "wanted hydra/launcher=ENGINE",
    "-m +hydra.callbacks.x._target_=os.system": "wanted setting=value",
    "-m hydra/launcher=nope": "no such launcher",
}


@pytest.fixture(scope="module")
def of_toy():
    return studies.of_file(HERE / "toy" / "run.py")


@pytest.mark.parametrize("words", WRONG)
def test_what_is_no_option_no_sweep_and_no_look_is_one_line_before_anything_is_run(of_toy, words):
    with pytest.raises(BadInput) as error:
        asked = sweep.asks_for(words.split())
        {"look": sweep.look, "sweep": sweep.hand_over}[asked](of_toy, HERE / "toy" / "run.py", words.split())
    assert WRONG[words] in str(error.value) and "\n" not in str(error.value)


def test_a_sweep_over_experiments_and_over_rows_whose_names_hold_commas(toy):
    path = toy / "conf" / "experiment" / "shapes.yaml"
    path.write_text('# @package _global_\n# two\nrows: {"[5, 6], it\'s": {darts: 5}, square: {shape: square}}\n')
    status, out, err = command(toy, "-m", "experiment=shapes", "rows=[5, 6], it's", "rounds=1,2", "seed=0")
    assert (
        status == 0
        and [line.split(": ")[1] for line in out.splitlines() if "seed 0" in line] == ["[5, 6], it's, seed 0"] * 2
    )
    status, out, err = command(toy, "-m", "experiment=shapes,slow", "seeds=1", "pause=0.0", "seed=0")
    assert status == 0, err
    assert {path.parents[2].name for path in records(toy)} == {"shapes", "slow"}


def test_a_task_of_a_cluster_uses_the_processors_of_its_job(monkeypatch):
    assert engines.workers("joblib") == 1 and engines.workers("basic") == os.cpu_count()
    monkeypatch.setenv("SLURM_CPUS_PER_TASK", "7")
    assert engines.workers("submitit_slurm") == 7


def test_a_cluster_that_signals_the_workers_alone_stops_the_command_at_a_checkpoint(toy):
    if not hasattr(signal, "SIGUSR2") or not Path("/proc/self/task").exists():
        pytest.skip("no SIGUSR2, or no /proc to find the workers in")
    process = start(toy, "experiment=slow", "workers=1")
    _until(lambda: list(toy.glob("runs/slow/*/0/log.jsonl")))
    for child in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split():
        os.kill(int(child), signal.SIGUSR2)
    status, _, err = finish(process)
    assert status == 143 and "the same command goes on from here" in err
    assert list(toy.glob("runs/slow/*/0/loop0-*.checkpoint")) and not list(toy.rglob("record.json"))


@pytest.fixture(scope="module")
def slurm(tmp_path_factory):
    installed("hydra_plugins.hydra_submitit_launcher")
    from importlib.util import module_from_spec, spec_from_file_location

    spec = spec_from_file_location("one_node_slurm", HERE / "one_node_slurm.py")
    one_node = module_from_spec(spec)
    spec.loader.exec_module(one_node)
    if one_node.reason():
        pytest.skip(one_node.reason())
    folder = tmp_path_factory.mktemp("slurm")
    try:
        one_node.up(folder)
    except (RuntimeError, OSError) as reason:
        pytest.skip(f"SLURM cannot be started here: {reason}")
    yield one_node.environment(folder)
    one_node.down(folder)


def push_back_by_signal(job, environment):
    """What a cluster sends some time before it ends a job, and what a user may send."""
    return subprocess.run(["scancel", "--signal=USR2", job], env=environment, check=True)


def push_back_by_priority(job, environment):
    """A job that needs the whole node and counts for more."""
    words = ["srun", "--partition=urgent", "--exclusive", "hostname"]
    return subprocess.run(words, env=environment, check=True, capture_output=True, timeout=60)


@pytest.mark.parametrize("push_back", [push_back_by_signal, push_back_by_priority])
def test_a_job_that_slurm_pushes_back_goes_on_where_it_stopped(toy, slurm, push_back):
    whole = toy.with_name("whole")
    shutil.copytree(toy, whole)
    engine = "hydra/launcher=submitit_slurm", "hydra.launcher.cpus_per_task=1"
    sweep = start(toy, "-m", "experiment=slow", "pause=0.2", "rounds=16", "seed=0,1", *engine, environment=slurm)
    reference = start(whole, "experiment=slow", "pause=0.2", "rounds=16")
    _until(lambda: any(path.read_bytes().count(b"\n") >= 4 for path in (toy / "runs").glob("slow/*/0/log.jsonl")))
    job = _said(["squeue", "-h", "-r", "-o", "%F"], slurm).split()[0] + "_0"
    push_back(job, slurm)
    _until(lambda: list((toy / "runs").glob("slow/*/0/loop0-*.checkpoint")))
    status, _, err = finish(sweep)
    assert status == 0 and "Restarts=1" in _said(["scontrol", "show", "job", job], slurm), err
    filled = records(toy)
    assert command(toy, "experiment=slow", "pause=0.2", "rounds=16")[0] == 0 and records(toy) == filled
    assert finish(reference)[0] == 0 and len(filled) == 2
    logs = [sorted(p.read_bytes() for p in folder.glob("runs/slow/*/*/log.jsonl")) for folder in (toy, whole)]
    ends = [
        [json.loads(p.read_bytes())["values"] for p in sorted(folder.rglob("record.json"))] for folder in (toy, whole)
    ]
    assert logs[0] == logs[1] and ends[0] == ends[1]


def _said(words, environment):
    return subprocess.run(words, env=environment, capture_output=True, text=True, check=True).stdout


def _until(true):
    for _ in range(600):
        if true():
            return
        time.sleep(0.05)
    raise AssertionError("it never happened")
