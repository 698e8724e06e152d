"""How long the sum of an array over processes takes: `python start.py -n 2 reducing.py` says so for several sizes."""

import json
import sys
import time
from dataclasses import dataclass

import numpy as np

import cost
import group
from abacus.settings import at_least, one_of
from start import JOINED, lines

SMALLEST, FACTOR = 2**10, 4  # bytes: from one to the next
FAST = 0.1  # reported is what a tenth of the sums were faster than: what other work on the machine disturbs least
WARM = 2


@dataclass
class Config:
    joined: str = one_of(*JOINED)  # what joins the processes
    processes: int = at_least(2)  # processes that sum an array
    largest: int = at_least(
        SMALLEST
    )  # bytes of the largest array; the smallest has 1024, each next one four times as many
    rounds: int = at_least(1)  # times that all is measured; the fastest counts


def reduce(cfg: Config, job):
    """Milliseconds of an all-reduce of float32 against the bytes, and α and β of the model that fit them best (eq. 7)."""
    took = measured(cfg.processes, cfg.joined, cfg.largest, cfg.rounds, job)
    network = cost.fitted(cfg.processes, list(took), list(took.values()))
    for size, seconds in took.items():
        job.log(bytes=size, seconds=seconds, model=cost.all_reduce(cfg.processes, size, network))
    named = {f"{size // 1024} KB, ms": 1e3 * seconds for size, seconds in took.items()}
    return named | {"latency α, µs": 1e6 * network.latency, "bandwidth β, GB/s": network.bandwidth / 1e9}


def measured(processes, joined, largest, rounds, job):
    """{bytes: seconds}, the fastest of so many rounds."""
    took = {}
    for k in range(rounds):
        for line in lines(main, [largest], processes, joined):
            took[line["bytes"]] = min(line["seconds"], took.get(line["bytes"], np.inf))
            job.progress((k + 0.5) / rounds, f"{line['bytes']} bytes")
    return took


def main(largest=2**24):
    """One process of a group; rank 0 prints the seconds of an all-reduce of each size."""
    processes, size = group.join(), SMALLEST
    while size <= int(largest):
        array, seconds = np.zeros(size // cost.FLOAT, np.float32), []
        for _ in range(max(8, min(200, 2**25 // size))):
            started = time.perf_counter()
            processes.all_reduce(array)
            seconds.append(time.perf_counter() - started)
        if processes.rank == 0:
            print(json.dumps({"bytes": size, "seconds": float(np.quantile(seconds[WARM:], FAST))}), flush=True)
        size *= FACTOR


if __name__ == "__main__":
    main(*sys.argv[1:])
