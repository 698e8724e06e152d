"""Time our step beside every peer that is installed: `python scripts/bench.py training [--only mlp] [--json FILE]`.

A workload is a file scripts/workloads/<group>/<name>.py with PEERS, {peer: build}: build(threads) returns step(), one
whole step that returns its loss; "abacus" is ours. Every peer runs in a process of its own, on as many processors as it
has threads, and OpenBLAS chooses its kernel before NumPy is imported. THREADS says by what ours uses the second thread:
"parts" of the batch (a training's default), the "kernels", or "BLAS" (the default elsewhere). Rounds are interleaved:
each peer in turn runs some steps while the others wait. Reported are medians of the rounds' seconds per step, by the
clock and by the processor (which says more while other work runs on the machine). The losses of the first steps must
agree; where it says ITEMS they are errors on so many test items, and agree within their sampling error.
Where it says EQUAL_ERROR they are mean squared errors instead, which fall as 1 / time: theirs is then
the time after which the error would be ours. Where it says NO_WORSE, ours may be smaller. A step that returns something
else than its loss has LOSS, which makes it of that, untimed. ONCE: a step of minutes, run and timed a single time.
"""

import argparse
import importlib.util
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OURS, FLOOR = "abacus", "products"  # FLOOR: a step's matrix products alone
PEERS_OF_GROUP = {
    "training": {
        "torch eager": "torch",
        "torch compile": "torch",
        "torch channels": "torch",
        "jax": "jax",
        FLOOR: "numpy",
    },
    "classical": {
        "scikit-learn": "sklearn",
        "LightGBM": "lightgbm",
        "hmmlearn": "hmmlearn",
        "implicit": "implicit",
        "statsmodels": "statsmodels",
        "LAPACK": "numpy",
        "CPython": "heapq",
        "SciPy": "scipy",
        "gensim": "gensim",
        "tokenizers": "tokenizers",
        "SciPy compiled": "scipy",
        "GPyTorch": "gpytorch",
        "openTSNE": "openTSNE",
        "NumPyro": "numpyro",
        "NumPyro, 4 chains": "numpyro",
        "compiled chains": "numba",
        "Optuna": "optuna",
        "scikit-optimize": "skopt",
    },
    "reinforcement": {"gymnasium": "gymnasium", "torch eager": "torch"},
    "raytracer": {"mitsuba llvm": "mitsuba", "mitsuba scalar": "mitsuba", "mitsuba multijitter": "mitsuba"},
}
FIRST_STEPS = 3  # whose losses are compared
REST = 0.2  # seconds before a round: the last one's threads wait for work, and take up processors, for a while


def workloads(group):
    """{name: path} of a group."""
    return {path.stem: path for path in sorted((ROOT / "scripts" / "workloads" / group).glob("*.py"))}


def environment(path, peer, threads):
    """The child's environment: exactly `threads` threads, and no OpenBLAS setting that halves NumPy's speed. Where the
    threads are not BLAS's it has one, so that no two pools wait for one another."""
    cleared = {k: v for k, v in os.environ.items() if k not in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")}
    usual = "parts" if path.parent.name == "training" else "BLAS"
    by = getattr(load(path), "THREADS", usual) if peer == OURS else "BLAS"
    names = "OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"
    pools = dict.fromkeys(names, str(threads if by == "BLAS" else 1))
    halves = {"ABACUS_THREADS": str(threads if by == "kernels" else 1)}
    xla = f"--xla_cpu_multi_thread_eigen={str(threads > 1).lower()} intra_op_parallelism_threads={threads}"
    found = os.pathsep.join(filter(None, (str(ROOT / "shared"), os.environ.get("PYTHONPATH"))))
    return cleared | pools | halves | {"XLA_FLAGS": xla, "PYTHONPATH": found}


def load(path):
    """The module of a workload."""
    spec = importlib.util.spec_from_file_location("workload", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def child(path, peer, threads):
    """Build the step, then answer each line on stdin (a number of steps) with a line of JSON."""
    if hasattr(os, "sched_setaffinity"):  # some libraries count processors and not what they are told
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[-threads:])
    start = time.perf_counter()
    workload = load(path)
    step, loss = workload.PEERS[peer](threads), getattr(workload, "LOSS", float)
    once = getattr(workload, "ONCE", False)
    results, last = [], {}
    for _ in range(1 if once else FIRST_STEPS):
        last = timed(lambda: results.append(step()), 1)
    losses = [float(loss(result)) for result in results]
    answer = {"losses": losses, "start": time.perf_counter() - start, "blas": blas_kernel()}
    print(json.dumps(answer), flush=True)
    for line in sys.stdin:
        print(json.dumps(last if once else timed(step, int(line))), flush=True)


def timed(step, n):
    """Seconds of n steps by the clock and by the processor, for each, and the process's largest size so far."""
    begin, cpu = time.perf_counter(), time.process_time()
    for _ in range(n):
        step()
    seconds, cpu = (time.perf_counter() - begin) / n, (time.process_time() - cpu) / n
    return {"seconds": seconds, "cpu": cpu, "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def blas_kernel():
    """The kernel that NumPy's OpenBLAS chose for this processor ("SkylakeX"), "" where it does not say."""
    import ctypes

    import numpy as np

    for library in (Path(np.__file__).parent.parent / "numpy.libs").glob("*openblas*"):
        loaded = ctypes.CDLL(str(library))
        for name in ("scipy_openblas_get_corename64_", "openblas_get_corename64_", "openblas_get_corename"):
            if hasattr(loaded, name):
                corename = getattr(loaded, name)
                corename.restype = ctypes.c_char_p
                return corename().decode()
    return ""


class Peer:
    """A child process that runs steps when asked."""

    def __init__(self, path, name, threads):
        command = [sys.executable, __file__, "--child", str(path), name, str(threads)]
        self.process = subprocess.Popen(
            command,
            env=environment(path, name, threads),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.name, self.seconds, self.cpu, self.megabytes = name, [], [], 0.0
        self.first = self._answer()

    def _answer(self):
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"{self.name}: the process ended with status {self.process.wait()}")
        return json.loads(line)

    def run(self, n):
        """Seconds per step of n steps; kept."""
        self.process.stdin.write(f"{n}\n")
        self.process.stdin.flush()
        answer = self._answer()
        self.seconds.append(answer["seconds"])
        self.cpu.append(answer["cpu"])
        self.megabytes = answer["megabytes"]
        return answer["seconds"]

    def stop(self):
        self.process.stdin.close()
        self.process.wait()


def compare(name, path, peers, threads, rounds, span):
    """One object per peer of a workload: medians over interleaved rounds of about `span` seconds each."""
    begin = time.perf_counter()
    running = [Peer(path, peer, threads) for peer in peers]
    steps = [max(1, round(span / min(peer.run(2) for _ in range(2)))) for peer in running]
    for peer in running:
        peer.seconds, peer.cpu = [], []
    for _ in range(rounds):
        for peer, n in zip(running, steps):
            time.sleep(REST)
            peer.run(n)
    for peer in running:
        peer.stop()
    ours, *others = running
    results, equal_error = [], getattr(load(path), "EQUAL_ERROR", False)
    for peer in others or [ours]:
        mine, theirs = statistics.median(ours.seconds), statistics.median(peer.seconds)
        cpu = statistics.median(ours.cpu), statistics.median(peer.cpu)
        worse = 1.0
        if equal_error:
            worse = statistics.mean(peer.first["losses"]) / statistics.mean(ours.first["losses"])
        elif peer.name != FLOOR:
            agree(name, ours, peer, getattr(load(path), "ITEMS", None), getattr(load(path), "NO_WORSE", False))
        results.append(
            {
                "workload": name,
                "peer": peer.name,
                "threads": threads,
                "ours": mine,
                "theirs": theirs * worse,
                "ratio": mine / (theirs * worse),
                "ours_cpu": cpu[0],
                "theirs_cpu": cpu[1] * worse,
                "seconds": time.perf_counter() - begin,
                "ours_megabytes": ours.megabytes,
                "theirs_megabytes": peer.megabytes,
                "rounds": rounds,
                "blas": ours.first["blas"],
                "machine": processor(),
            }
        )
    return results


def agree(name, ours, peer, items=None, no_worse=False):
    """The first losses are the same: it is the same step. Shares of so many `items` are, within 1.96 standard errors."""
    for a, b in zip(ours.first["losses"], peer.first["losses"], strict=True):
        if (a - b if no_worse else abs(a - b)) > (1.96 * (b * (1 - b) / items) ** 0.5 if items else 1e-3 * abs(b)):
            print(f"{name}: {peer.name} computes something else: {ours.first} {peer.first}", file=sys.stderr)
            return


def processor():
    """The processor's name, and how many of it."""
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.exists() else []
    names = [line.split(":")[1].strip() for line in lines if line.startswith("model name")]
    return f"{names[0] if names else platform.processor()} x {os.cpu_count()}"


HEAD = "workload       threads peer              ours ms    theirs  ratio of CPU     MB theirs"


def row(r):
    """A result as a line under HEAD."""
    return (
        f"{r['workload']:14} {r['threads']:7} {r['peer']:15} {1e3 * r['ours']:9.3f} {1e3 * r['theirs']:9.3f} "
        f"{r['ratio']:6.2f} {r['ours_cpu'] / r['theirs_cpu']:6.2f} {r['ours_megabytes']:6.0f} {r['theirs_megabytes']:6.0f}"
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("group", choices=sorted(PEERS_OF_GROUP))
    parser.add_argument("--only", nargs="*", help="workloads (all)")
    parser.add_argument("--peers", nargs="*", help="peers beside ours (all that are installed)")
    parser.add_argument("--threads", nargs="*", type=int, default=[1, 2])
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--span", type=float, default=0.3, help="seconds of a round")
    parser.add_argument(
        "--json", type=Path, help="keep the results here (results/speed-GROUP.json: RESULTS.md shows it)"
    )
    options = parser.parse_args()
    installed = [p for p, m in PEERS_OF_GROUP[options.group].items() if importlib.util.find_spec(m)]
    results = []
    print(HEAD, flush=True)
    for name, path in workloads(options.group).items():
        if options.only and name not in options.only:
            continue
        for threads in options.threads:
            wanted = set(load(path).PEERS) & set(options.peers or installed)
            peers = [OURS, *(p for p in installed if p in wanted)]
            found = compare(name, path, peers, threads, options.rounds, options.span)
            print(*map(row, found), sep="\n", flush=True)
            results += found
    if options.json:
        keep(options.json, results)


def keep(path, results):
    """Write the results to `path`; what stands there of other workloads, peers or numbers of threads stays."""
    before = json.loads(path.read_text()) if path.exists() else []
    merged = {(r["workload"], r["threads"], r["peer"]): r for r in [*before, *results]}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps([merged[key] for key in sorted(merged)], indent=1) + "\n")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        child(sys.argv[2], sys.argv[3], int(sys.argv[4]))
    else:
        main()
