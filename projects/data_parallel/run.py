"""1 and 2 processes train the same network, each with a share of every batch, and end with the same bytes."""

from dataclasses import dataclass

import alexnet
import cost
import pictures
import reducing
import scaling
import train
from abacus.launch import launch
from abacus.settings import at_least, one_of
from start import JOINED, lines


@dataclass
class Config:
    network: str = one_of(*train.NETWORKS)  # convolutional: much work for each parameter; dense: little
    processes: int = at_least(1)  # processes that train together
    parts: int = at_least(1)  # pieces in which each batch is cut, a multiple of the processes
    joined: str = one_of(*JOINED)  # what joins several processes
    batch: int = at_least(1)  # examples of a step, of all processes together
    steps: int = at_least(1)  # steps of the training


def learn(cfg: Config, job):
    """One training by so many processes: its end, and a checksum of its weights, which shows where bytes differ."""
    options = [
        f"--batch={cfg.batch}",
        f"--parts={cfg.parts}",
        f"--steps={cfg.steps}",
        f"--keep={job.folder / pictures.WEIGHTS}",
    ]
    options.append(f"--seed={job.rng('training').integers(2**31)}")
    for said in lines(train.main, [cfg.network, "--json", *options], cfg.processes, cfg.joined):
        if "loss" in said:
            job.log(**said)
            job.progress((said["step"] + 1) / cfg.steps)
            loss = said["loss"]
    return {
        "last loss": loss,
        "test error, %": said["error"],
        "weights": said["weights"],
        "crc32 of the weights": said["crc32"],
    }


if __name__ == "__main__":
    launch(
        learn,
        alexnet.count,
        alexnet.layers,
        cost.exchange,
        reducing.reduce,
        scaling.scaling,
        figures={
            learn: pictures.training,
            alexnet.layers: pictures.layers,
            cost.exchange: pictures.exchange,
            scaling.scaling: pictures.scaling,
        },
    )
