"""How many parameters and connections a LeNet has, layer by layer (section II.B)."""

from dataclasses import dataclass

import numpy as np

from abacus import nn
from abacus.settings import one_of
from abacus.tensor import no_grad
from layers import Start
from networks import NETWORKS


@dataclass
class Config:
    network: str = one_of(*NETWORKS)  # whose parameters and connections are counted


def count(cfg: Config, job):
    """Parameters and connections of every layer, of the whole as `total`, and under the network's own name."""
    found = counts(NETWORKS[cfg.network](Start(1, np.random.default_rng(0))))
    found[cfg.network] = found["total"]
    wanted = found if job.rows == ["run"] else job.rows
    return {row: dict(zip(("parameters", "connections"), found[row])) for row in wanted}


def counts(network):
    """{layer: (parameters, connections)} and their total. LeNet-5's fixed bitmaps are connections and no parameters."""
    with no_grad():
        maps = network.maps(np.zeros((1, 1, network.side, network.side), np.float32))
    found = {}
    for name, layer in network.layers().items():
        found[name] = nn.count(layer), layer.connections(maps[name].shape[-1])
    fixed = network.centres.size if hasattr(network, "centres") else 0
    found["total"] = sum(p for p, _ in found.values()), sum(c for _, c in found.values()) + fixed
    return found
