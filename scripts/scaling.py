"""Measure what several processes give, and write results/cluster/scaling.json, from which report.py renders CLUSTER.md.

python scripts/scaling.py lenet           LeNet-5 in one and in two processes
python scripts/scaling.py transformer     nanoGPT's CPU model
python scripts/scaling.py reduce          the sum of an array over processes, against its size

Run it on a machine that does nothing else. Rounds are interleaved; reported is what the fastest tenth of the steps took in
the best round: what other work on the machine disturbs least.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

from abacus import distributed, files
from abacus.launch.here import commit, machine

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "results" / "cluster" / "scaling.json"
ROUNDS, FAST = 2, 0.1
STEPS = {"lenet": 80, "transformer": 20}
BATCHES = {"lenet": (32, 256), "transformer": (12, 48)}  # the project's own, and a larger one
SIZES = [2**k for k in range(10, 25, 2)]  # bytes
JOINED = {"shared memory": [], "MPI": ["--mpi"]}


def training(model):
    """Seconds a step of a model: the batch in one process, half of it in one, the batch in two."""
    cases = [(model, batch, n, b) for b in BATCHES[model] for n, batch in _ways(b)]
    took = {case: [] for case in cases}
    for _ in range(ROUNDS):
        for model, batch, n, whole in cases:
            script = ["scripts/data_parallel.py", model, "--json", f"--batch={batch}", f"--steps={STEPS[model]}"]
            took[model, batch, n, whole].append(_said(n, [], script)[0])
    return [
        {
            "batch": batch,
            "processes": n,
            "seconds": min(said["seconds"] for said in took[model, batch, n, whole]),
            "bytes": took[model, batch, n, whole][0]["bytes"],
        }
        for model, batch, n, whole in cases
    ]


def _ways(batch):
    return (1, batch), (1, batch // 2), (2, batch)


def reduce():
    """Seconds of an all-reduce of float32, by how the processes are joined, their number and the bytes."""
    found = []
    for joined, options in JOINED.items():
        for n in (2, 4) if joined == "shared memory" else (2,):
            rounds = [_said(n, options, ["scripts/scaling.py", "child"]) for _ in range(ROUNDS)]
            for lines in zip(*rounds, strict=True):
                seconds = min(line["seconds"] for line in lines)
                found.append({"joined": joined, "processes": n, "bytes": lines[0]["bytes"], "seconds": seconds})
    return found


def child():
    """One process of a group: prints (rank 0) the seconds of an all-reduce of each size."""
    group = distributed.join()
    for size in SIZES:
        array, seconds = np.zeros(size // 4, np.float32), []
        for _ in range(max(8, min(200, 2**25 // size))):
            started = time.perf_counter()
            group.all_reduce(array)
            seconds.append(time.perf_counter() - started)
        if group.rank == 0:
            print(json.dumps({"bytes": size, "seconds": float(np.quantile(seconds[2:], FAST))}), flush=True)


def _said(n, options, script):
    """The lines of JSON that a script in n processes prints."""
    command = [sys.executable, "-m", "abacus.distributed", "-n", str(n), *options, *script]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("lenet", "transformer", "reduce", "child"))
    asked = parser.parse_args()
    if asked.what == "child":
        return child()
    known, load = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}, os.getloadavg()[0]
    known[asked.what] = reduce() if asked.what == "reduce" else training(asked.what)
    known |= {"machine": machine(), "commit": commit(), "load": max(load, known.get("load", 0.0))}
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    files.replace(RESULTS, [(json.dumps(known, indent=1) + "\n").encode()])
    print(f"wrote {RESULTS.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
