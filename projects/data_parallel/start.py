"""Start the processes of a group, on this machine or by MPI on several, and end them together.

python start.py -n 2 train.py dense                          two processes, joined by shared memory
python start.py -n 8 --hosts a:4,b:4 train.py dense          eight on two machines, joined by MPI
"""

import argparse
import importlib.util
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

from abacus.errors import BadInput, Unavailable
from group import EXTRA

ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS", "NUMBA_NUM_THREADS"), "1")
GRACE = 10.0  # seconds between asking a process to end and making it
JOINED = {"shared memory": [], "MPI": ["--mpi"]}


def lines(program, arguments, n, joined):
    """Yield what rank 0 of n processes prints, each line read as JSON. They run the file of the function `program`.

    BadInput or Unavailable with the group's own message where it fails; whoever stops listening ends the group.
    """
    starter, file = main.__code__.co_filename, program.__code__.co_filename
    command = [sys.executable, starter, "-n", str(n), *JOINED[joined], file, *map(str, arguments)]
    with tempfile.TemporaryFile("w+") as errors:
        group = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors, text=True)
        try:
            for line in group.stdout:
                yield json.loads(line)
            status = group.wait()
        finally:
            group.terminate()
            group.wait()
            group.stdout.close()
        if status:
            errors.seek(0)
            said = [line for line in errors.read().splitlines() if not line.startswith("start: process")]
            if status == 2 and said:
                raise BadInput(said[0])
            raise Unavailable("\n".join([f"{n} processes of {file} ended with status {status}", *said]))


def by_memory(command, n):
    """Run `command` in n processes that share memory; 0, or the status of the first that failed, after all have ended."""
    if n < 1:
        raise BadInput(f"-n {n}: wanted at least 1 process")
    return _watch(lambda: _sharing(command, n))


def _sharing(command, n):
    """n processes of `command`, each joined to the first by a socket, and to this one by a pipe that ends with it."""
    name, alive = f"abacus-{secrets.token_hex(6)}", os.pipe()
    pairs = [socket.socketpair() for _ in range(n - 1)]
    processes = []
    for rank in range(n):
        ends = [pairs[rank - 1][1]] if rank else [pair[0] for pair in pairs]
        descriptors = [alive[0], *(end.fileno() for end in ends)]
        processes.append(
            subprocess.Popen(
                command,
                env=os.environ | ONE_THREAD | {"ABACUS_GROUP": ",".join(map(str, [rank, n, name, *descriptors]))},
                pass_fds=descriptors,
                stdin=None if rank == 0 else subprocess.DEVNULL,
            )
        )
    for pair in pairs:
        pair[0].close()
        pair[1].close()
    return processes


def by_mpi(command, n, hosts=None):
    """Run `command` in n processes joined by MPI, on the `hosts` (a list) or here; mpiexec's status."""
    if importlib.util.find_spec("mpi4py") is None or not shutil.which("mpiexec"):
        lacking = "mpi4py" if importlib.util.find_spec("mpi4py") is None else "mpiexec"
        raise BadInput(f"--mpi: no {lacking} here: {EXTRA}")
    for host in hosts or ():
        try:
            socket.getaddrinfo(host.split(":")[0], None)
        except OSError:
            raise BadInput(f"--hosts {host}: no such host") from None
    where = ["-hosts", ",".join(hosts)] if hosts else []
    command = ["mpiexec", "-n", str(n), *where, *command]
    return _watch(lambda: [subprocess.Popen(command, env=os.environ | ONE_THREAD)])


def _watch(start):
    """Start processes and wait for all. Where one fails, or this one is asked to stop (from the first on), all are ended."""
    asked = []
    handlers = {
        s: signal.signal(s, lambda signum, frame: asked.append(signum)) for s in (signal.SIGINT, signal.SIGTERM)
    }
    processes, status = [], 0
    try:
        processes = start()
        while any(p.poll() is None for p in processes) and not status and not asked:
            time.sleep(0.02)
            status = next((p.returncode for p in processes if p.poll()), 0)
        if asked:
            status = 128 + asked[0]
    finally:
        _end([p for p in processes if p.poll() is None])
        for signum, handler in handlers.items():
            signal.signal(signum, handler)
    status = status or next((p.returncode for p in processes if p.returncode), 0)
    if status and not asked:
        failed = next((rank for rank, p in enumerate(processes) if p.returncode == status), 0)
        print(f"start: process {failed} ended with status {status}", file=sys.stderr)
    return status if status >= 0 else 128 - status


def _end(processes):
    for process in processes:
        process.terminate()
    last = time.monotonic() + GRACE
    for process in processes:
        try:
            process.wait(max(0.0, last - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-n", type=int, default=2, help="processes (2)")
    parser.add_argument("--mpi", action="store_true", help="joined by MPI, where the default is shared memory")
    parser.add_argument("--hosts", help="machines for MPI: one,two:4 (4 processes on the second)")
    parser.add_argument("command", nargs=argparse.REMAINDER, metavar="train.py ...", help="what each process runs")
    asked = parser.parse_args()
    if not asked.command:
        parser.error("wanted the script that each process runs")
    command = [sys.executable, *asked.command]
    try:
        if asked.mpi or asked.hosts:
            return by_mpi(command, asked.n, asked.hosts.split(",") if asked.hosts else None)
        return by_memory(command, asked.n)
    except BadInput as error:
        print(f"start: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
