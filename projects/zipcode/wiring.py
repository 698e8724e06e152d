"""Who is connected with whom, and how many parameters, connections and units that makes (p. 545)."""

from dataclasses import dataclass

import numpy as np

# "eight of the twelve", "according to a scheme that will not be described here". Ours: in three blocks of four maps,
# each block sees two of the three blocks of H1, so that every map of H1 is seen by eight
SEES = np.kron([[1, 1, 0], [0, 1, 1], [1, 0, 1]], np.ones((4, 4))).astype(bool)  # [map of H2, map of H1]


@dataclass
class Nothing:
    """No settings: there is one network."""


def count(cfg: Nothing, job):
    """Parameters, connections and units of every layer, and of the whole."""
    return {layer: dict(zip(("parameters", "connections", "units"), found)) for layer, found in counts().items()}


def counts():
    """{layer: (parameters, connections, units)} and their total, where the 256 inputs are units too."""
    seen = 25 * int(SEES.sum())  # weights of H2
    found = {
        "H1": (12 * 25 + 768, 768 * (25 + 1), 768),
        "H2": (seen + 192, 16 * seen + 192, 192),
        "H3": (30 * 192 + 30, 30 * 192 + 30, 30),
        "output": (10 * 30 + 10, 10 * 30 + 10, 10),
    }
    parameters, connections, units = (sum(column) for column in zip(*found.values()))
    return found | {"total": (parameters, connections, units + 256)}


def connected():
    """1 where the parameter vector holds a parameter, 0 where H2 has no connection."""
    from network import END, H2, H2B

    present = np.ones(END, np.float32)
    present[H2:H2B] = np.broadcast_to(SEES[:, None, :], (12, 25, 12)).ravel()
    return present


def initial(exponent, rng):
    """Parameters uniform within ±2.4 / F^exponent, F the inputs of the unit, its bias included (p. 546 prints 2.4 / F)."""
    from network import SIZES

    inputs = np.repeat((26, 26, 201, 201, 193, 193, 31, 31), SIZES)
    start = 2.4 / inputs**exponent * rng.uniform(-1, 1, len(inputs))
    return start.astype(np.float32) * connected()
