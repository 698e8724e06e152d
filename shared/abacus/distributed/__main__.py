"""python -m abacus.distributed -n 2 train.py [its arguments]: two processes of one training."""

import argparse
import sys

from abacus.distributed import start
from abacus.errors import BadInput


def main():
    parser = argparse.ArgumentParser(prog="python -m abacus.distributed", description=__doc__)
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
            return start.by_mpi(command, asked.n, asked.hosts.split(",") if asked.hosts else None)
        return start.by_memory(command, asked.n)
    except BadInput as error:
        print(f"distributed: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
