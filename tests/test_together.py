"""Tables of many projects in forks of one process: the same records as by the project's own command, and an orderly end."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from abacus.evidence import records
from abacus.launch import pool, together
from abacus.launch.together import POSSIBLE, Together

ROOT = Path(__file__).resolve().parents[1]
TOY = ROOT / "tests" / "toy"
LIMIT = 120  # seconds: no command takes so long on a machine however busy; a hang would take for ever

pytestmark = pytest.mark.skipif(not POSSIBLE, reason="no fork on this system")


@pytest.fixture
def toy(tmp_path, monkeypatch):
    monkeypatch.delenv("ABACUS_RUNS", raising=False)
    return Path(shutil.copytree(TOY, tmp_path / "toy", ignore=shutil.ignore_patterns("runs", "__pycache__")))


def left(toy):
    """{file: what it holds, times and machines apart} of the runs."""
    found = {}
    for path in sorted(toy.glob("runs/shapes/*/*/*")):
        if path.name == "record.json":
            found[str(path)] = {k: v for k, v in records.read(path).items() if k != "meta"}
        elif path.name in ("log.jsonl", "output.txt"):
            found[str(path)] = path.read_bytes()
    return found


def test_a_table_leaves_the_records_that_its_own_command_leaves(toy):
    with Together([(toy / "run.py", ["experiment=shapes", "workers=0"])], 2) as process:
        assert list(process.ended()) == [[0, 0]]
    together = left(toy)
    shutil.rmtree(toy / "runs")
    subprocess.run([sys.executable, "run.py", "experiment=shapes"], cwd=toy, check=True, stdout=subprocess.DEVNULL)
    assert together == left(toy) and len(together) > 3


def test_what_fails_says_so_and_the_others_go_on(toy, capfd):
    tasks = [
        (toy / "run.py", ["experiment=shapes", "workers=0"]),
        (toy / "run.py", ["experiment=nowhere", "workers=0"]),
        (toy / "conf" / "run.py", []),
        (toy / "run.py", ["experiment=shapes", "workers=0", "rows=circle"]),
    ]
    with Together(tasks, 2) as process:
        assert dict(process.ended()) == {0: 0, 1: 2, 2: 1, 3: 0}
    assert "nowhere: no such experiment" in capfd.readouterr().err


def test_when_the_parent_is_gone_the_runs_are_saved_and_every_process_ends(toy):
    code = (
        "import sys; from abacus.launch.together import Together\n"
        "with Together([(sys.argv[1] + '/run.py', ['experiment=shapes', 'workers=0', 'pause=1', 'rows=circle'])], 1) as server:\n"
        "    print(server.process.pid, flush=True)\n"
        "    list(server.ended())\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", code, str(toy)], stdout=subprocess.PIPE, text=True)
    server = int(parent.stdout.readline())
    until(lambda: any(log.read_bytes() for log in toy.glob("runs/shapes/*/0/log.jsonl")))
    parent.kill()
    parent.wait()
    parent.stdout.close()
    until(lambda: not alive(server))
    assert list(toy.glob("runs/shapes/*/0/loop0-*.checkpoint")) and not list(toy.glob("runs/shapes/*/0/record.json"))


def test_a_fork_that_hears_nothing_is_killed(monkeypatch):
    monkeypatch.setattr(pool, "SAVE_SECONDS", 0)
    deaf = "import signal; signal.signal(15, signal.SIG_IGN); print(flush=True); [signal.pause() for _ in iter(int, 1)]"
    process = subprocess.Popen([sys.executable, "-c", deaf], stdout=subprocess.PIPE)
    process.stdout.readline()
    together._stop({process.pid: 0})
    with pytest.raises(ChildProcessError):  # it has ended, and its end was noted
        os.waitpid(process.pid, os.WNOHANG)
    process.wait()
    process.stdout.close()


def test_reproduce_ends_its_children_and_says_143(tmp_path):
    environment = os.environ | {"ABACUS_RUNS": str(tmp_path)}
    command = [sys.executable, "scripts/reproduce.py", "--project", "anscombe"]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL)
    until(lambda: any(b"abacus.launch" in words for words in children(process.pid).values()))
    there = children(process.pid)
    process.send_signal(signal.SIGTERM)
    _, errors = process.communicate(timeout=LIMIT)
    assert process.returncode == 143 and errors.decode().splitlines() == [
        "reproduce: SIGTERM: the same command goes on from here"
    ]
    until(lambda: not [pid for pid in there if alive(pid)])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("--seeds 0", "--seeds 0: wanted a whole number from 1 to 100000"),
        ("--seeds -3", "--seeds -3: wanted a whole number from 1 to 100000"),
        ("--seeds 99999999999999999999", "wanted a whole number from 1 to 100000"),
        ("--confirm --seconds nan", "--seconds nan: wanted a number of seconds above 0"),
        ("--confirm --seconds -1", "--seconds -1.0: wanted a number of seconds above 0"),
        ("--confirm --seconds inf", "--seconds inf: wanted a number of seconds above 0"),
        ("--seconds 5", "--seconds: goes with --confirm"),
        ("--whole", "--whole: goes with --confirm"),
        ("--project ../anscombe", "no project ../anscombe"),
        ("--launcher ../x", "no such launcher"),
        ("hydra.launcher.x=1", "goes with --launcher"),
    ],
)
def test_a_wrong_word_is_one_line(words, said):
    command = [sys.executable, "scripts/reproduce.py", *words.split()]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 2 and said in done.stderr and len(done.stderr.splitlines()) == 1, done.stderr


def until(true):
    end = time.monotonic() + LIMIT
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


def alive(pid):
    return Path(f"/proc/{pid}/cmdline").exists() and Path(f"/proc/{pid}/cmdline").read_bytes() != b""


def children(pid):
    """{number: command line} of the processes that `pid` has begun."""
    try:
        numbers = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return {int(n): Path(f"/proc/{n}/cmdline").read_bytes() for n in numbers}
    except OSError:
        return {}
