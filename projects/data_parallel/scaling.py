"""What several processes give on this machine, measured beside the cost model, and what the model says of 100 machines."""

import os
from dataclasses import dataclass
from typing import NamedTuple

import cost
import reducing
import train
from abacus.settings import at_least, one_of
from start import lines

BY_MEMORY = "shared memory"


@dataclass
class Config:
    network: str = one_of(*train.NETWORKS)  # convolutional: much work for each parameter; dense: little
    batch: int = at_least(8)  # examples of a step in one process
    steps: int = at_least(10)  # steps of each training that is timed
    rounds: int = at_least(1)  # times that each training is timed, in turn; the fastest counts
    processes: list[int] = at_least(2)  # numbers of processes that are timed
    machines: int = at_least(2)  # machines for which the model is asked


class Case(NamedTuple):
    """One training to be timed: examples of a step in all, processes, threads of each."""

    batch: int
    processes: int = 1
    threads: int = 1


def scaling(cfg: Config, job):
    """Milliseconds a step and speed-up in examples a second: strong scaling (one batch for all), weak (a batch each)."""
    b = cfg.batch
    alone = [Case(b), Case(b // 2), Case(b // 4)]
    several = {n: (Case(b, n), Case(n * b, n)) for n in cfg.processes}
    seed = int(job.rng("training").integers(2**31))
    took, size = _timed(cfg, job, seed, [*alone, Case(b, 1, 2), *(case for both in several.values() for case in both)])
    step = cost.fitted_step([case.batch for case in alone], [took[case] for case in alone], b, size)
    one, threads = took[Case(b)] / b, took[Case(b, 1, 2)]
    rows = {"1 process": _row(step, b, 1, step.computing(b)) | _measured(b, took[Case(b)], one)}
    rows["1 process"]["load of the machine"] = os.getloadavg()[0]
    rows["2 threads sharing a batch"] = {"processes": 1, "batch": b} | _measured(b, threads, one)
    for n, (strong, weak) in several.items():
        times = reducing.measured(n, BY_MEMORY, max(size, 2**18), 1, job)
        network = cost.fitted(n, list(times), list(times.values()))
        waiting = max(0.0, n / (os.cpu_count() or 1) - 1)  # more processes than processors take turns
        shared = cost.same_batch(step, n, network) + waiting * step.computing(b / n)
        each = cost.batch_each(step, n, network) + waiting * step.computing(b)
        rows[f"{n} processes sharing a batch"] = _row(step, b, n, shared) | _measured(b, took[strong], one)
        rows[f"{n} processes with a batch each"] = _row(step, n * b, n, each) | _measured(n * b, took[weak], one)
    return rows | _on_paper(cfg, step)


def _timed(cfg, job, seed, cases):
    """({case: seconds a step}, bytes of the gradients): what the fastest tenth of the steps took in the fastest round."""
    took = {}
    for k in range(cfg.rounds):
        for i, case in enumerate(cases):
            job.progress((k + i / len(cases)) / cfg.rounds, f"{case.processes} processes, batch {case.batch}")
            options = [f"--batch={case.batch}", f"--threads={case.threads}", f"--steps={cfg.steps}", f"--seed={seed}"]
            *_, said = lines(train.main, [cfg.network, "--json", *options], case.processes, BY_MEMORY)
            took[case] = min(said["seconds"], took.get(case, said["seconds"]))
    return took, said["bytes"]


def _on_paper(cfg, step):
    """Rows of the model alone: so many machines, joined by each of the networks that people have."""
    rows, n, b = {}, cfg.machines, step.batch
    for name, network in cost.NETWORKS.items():
        best = min(b, cost.pays_up_to(step, network))
        shared = cost.same_batch(step, best, network) if best > 1 else step.computing(b)
        rows[f"{n} machines with a batch each on {name}"] = _row(step, n * b, n, cost.batch_each(step, n, network))
        rows[f"as many machines as pay on {name}"] = _row(step, b, best, shared)
    return rows


def _row(step, batch, processes, model):
    """What the model says of `processes` that take `model` seconds for a step of `batch` examples in all."""
    gain = batch / model * step.computing(step.batch) / step.batch
    return {"processes": processes, "batch": batch, "model: ms a step": 1e3 * model, "model: speed-up": gain}


def _measured(batch, seconds, one):
    """The same as measured; `one`: seconds that an example takes in one process."""
    return {"ms a step": 1e3 * seconds, "speed-up": batch * one / seconds}
