"""Which layer feeds which, and the weights: of one network, or of many at once along a leading axis of seeds."""

from dataclasses import dataclass

import numpy as np

ON = "on"  # the unit that is always on: a unit's bias is its weight from there (p. 533)


@dataclass(frozen=True)
class Network:
    """Layers of units, from the inputs up; `below[j]` are the layers that feed layer j, () for an input."""

    units: tuple[int, ...]
    below: tuple[tuple[int, ...], ...]

    @property
    def links(self):
        """The keys of the weights: (i, j) from layer i to layer j, (ON, j) the biases of layer j."""
        return [(i, j) for j, feeding in enumerate(self.below) if feeding for i in (*feeding, ON)]

    def size(self, link):
        """Rows and columns of the weights of a link."""
        i, j = link
        return (1 if i == ON else self.units[i]), self.units[j]

    def weights(self, reach, rngs):
        """Weights and biases uniform on (-reach, reach): {link: (seeds, rows, columns)}, one seed for each generator."""
        drawn = [{link: rng.uniform(-reach, reach, self.size(link)) for link in self.links} for rng in rngs]
        return {link: np.stack([one[link] for one in drawn]) for link in self.links}


def layered(*units):
    """Each layer feeds the next one."""
    return Network(units, ((), *((j,) for j in range(len(units) - 1))))


def shortcut(*units):
    """Three layers, the inputs feeding the outputs as well."""
    return Network(units, ((), (0,), (0, 1)))
