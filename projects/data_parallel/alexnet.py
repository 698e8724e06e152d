"""AlexNet by arithmetic: neurons, parameters and work of each layer, whole or in towers; nothing is built."""

from dataclasses import dataclass
from typing import NamedTuple

from abacus.errors import BadInput
from abacus.settings import at_least


class Layer(NamedTuple):
    """`outputs` maps of side × side neurons, each with a kernel of size × size over `inputs` maps of the layer below.

    `within`: where the network stands in towers, a kernel sees only the maps of its own tower.
    """

    name: str
    outputs: int
    size: int
    inputs: int
    side: int
    within: bool = False

    def neurons(self):
        return self.outputs * self.side**2

    def weights(self, towers):
        """Of one kernel, the bias apart: a fully-connected layer is a kernel as large as the image below."""
        return self.size**2 * self.inputs // (towers if self.within else 1)  # eq. 6

    def parameters(self, towers):
        return self.outputs * (self.weights(towers) + 1)

    def multiply_adds(self, towers):
        """Of one image, forward: each neuron multiplies a kernel once."""
        return self.neurons() * self.weights(towers)


CONVOLUTIONS = (  # section 3.5; the sides follow from strides, paddings and pools as cuda-convnet has them
    Layer("conv1", 96, 11, 3, 55),
    Layer("conv2", 256, 5, 96, 27, within=True),
    Layer("conv3", 384, 3, 256, 13),  # sees the maps of both towers
    Layer("conv4", 384, 3, 384, 13, within=True),
    Layer("conv5", 256, 3, 384, 13, within=True),
)
DENSE = Layer("fc6", 4096, 6, 256, 1), Layer("fc7", 4096, 1, 4096, 1), Layer("fc8", 1000, 1, 4096, 1)
LAYERS = CONVOLUTIONS + DENSE
POOL2 = 256 * 13 * 13  # what conv3 reads: the second layer after its pool
TOWERS = 2  # the paper's, one a GPU


def total(what, towers, layers=LAYERS):
    """The sum over layers of "neurons", "parameters" or "multiply_adds"."""
    return sum(getattr(layer, what)(*() if what == "neurons" else (towers,)) for layer in layers)


@dataclass
class Config:
    towers: int = at_least(1)  # equal parts of the network, one a GPU; only conv3 and the dense layers see all of them


def count(cfg: Config, job):
    """Parameters of the whole network, as a number and in the units of the paper's abstract, and where the work is."""
    _check(cfg.towers)
    parameters, work = total("parameters", cfg.towers), total("multiply_adds", cfg.towers)
    dense = total("parameters", cfg.towers, DENSE)
    return {
        "parameters": parameters,
        "parameters, millions": parameters / 1e6,
        "neurons, thousands": total("neurons", cfg.towers) / 1e3,
        "multiply-adds, millions": work / 1e6,
        "parameters of the dense layers, %": 100 * dense / parameters,
        "work of the convolutions, %": 100 * total("multiply_adds", cfg.towers, CONVOLUTIONS) / work,
    }


def layers(cfg: Config, job):
    """Layer by layer: neurons, parameters, multiply-adds of one image."""
    _check(cfg.towers)
    return {
        layer.name: {
            "neurons": layer.neurons(),
            "parameters": layer.parameters(cfg.towers),
            "multiply-adds": layer.multiply_adds(cfg.towers),
        }
        for layer in LAYERS
    }


def _check(towers):
    """BadInput where a layer cannot be cut into so many equal towers."""
    for layer in LAYERS:
        if layer.within and (layer.outputs % towers or layer.inputs % towers):
            raise BadInput(
                f"towers={towers}: wanted a divisor of the {layer.outputs} and {layer.inputs} of {layer.name}"
            )
