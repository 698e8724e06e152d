"""A VAE of 784-200-200-50 and back with tanh, batch 20 (as in the paper on importance weighting), one draw, Adam."""

import itertools
import sys
from pathlib import Path

import numpy as np
from workloads import steps

PIXELS, HIDDEN, LATENTS, BATCH, RATE = 784, (200, 200), 50, 20, 1e-3
PROJECT = Path(__file__).resolve().parents[3] / "projects" / "vae"
THREADS = "BLAS"  # halves of such a batch cost more than they give


def setting():
    """([(w, b)], [(black and white pictures, noise)]): the encoder's three layers, then the decoder's; 16 batches."""
    rng = np.random.default_rng(0)
    sizes = [[PIXELS, *HIDDEN, 2 * LATENTS], [LATENTS, *HIDDEN[::-1], PIXELS]]
    pairs = [pair for part in sizes for pair in itertools.pairwise(part)]
    layers = [(rng.standard_normal((a, b)) / a**0.5, np.zeros(b)) for a, b in pairs]
    layers = [(w.astype(np.float32), b.astype(np.float32)) for w, b in layers]
    black = [(rng.random((BATCH, PIXELS)) < 0.2).astype(np.float32) for _ in range(16)]
    return layers, [(x, rng.standard_normal((1, BATCH, LATENTS), dtype=np.float32)) for x in black]


def abacus(threads):
    sys.path.insert(0, str(PROJECT))
    import network
    import objectives
    from abacus import nn
    from abacus.optim import Adam

    layers, batches = setting()
    model = network.VAE(PIXELS, list(HIDDEN), LATENTS, np.random.default_rng(0))
    for layer, (w, b) in zip(model.encoder.layers + model.decoder.layers, layers):
        layer.w.value[...], layer.b.value[...] = w, b

    def loss_of(x, noise):
        return -objectives.elbo(model, x, noise, None, 1.0)[0]

    return steps.ours(loss_of, Adam(nn.parameters(model), lr=RATE), batches)


def torch(threads, compiled=False):
    import torch as t

    t.set_num_threads(threads)
    layers, batches = setting()
    networks = []
    for part in (layers[:3], layers[3:]):
        network = t.nn.Sequential()
        for w, b in part:
            linear = t.nn.Linear(*w.shape)
            linear.weight.data, linear.bias.data = t.tensor(w.T.copy()), t.tensor(b)
            network.extend([linear, t.nn.Tanh()])
        networks.append(network[:-1])
    encoder, decoder = networks
    optimiser = t.optim.Adam([*encoder.parameters(), *decoder.parameters()], lr=RATE)
    batches = [(t.tensor(x), t.tensor(noise[0])) for x, noise in batches]

    def loss_of(x, noise):
        mean, log_variance = encoder(x).chunk(2, dim=1)
        logits = decoder(mean + t.exp(0.5 * log_variance) * noise)
        fit = t.nn.functional.binary_cross_entropy_with_logits(logits, x, reduction="sum")
        kl = 0.5 * (mean.square() + log_variance.exp() - 1 - log_variance).sum()
        return (fit + kl) / BATCH

    return steps.of_torch(loss_of, optimiser, batches, compiled)


def products(threads):
    encoder = steps.through(BATCH, [PIXELS, *HIDDEN, 2 * LATENTS])
    decoder = itertools.chain(
        *(steps.there_and_back(BATCH, *pair) for pair in itertools.pairwise([LATENTS, *HIDDEN, PIXELS]))
    )
    return steps.products([*encoder, *decoder])


PEERS = {
    "abacus": abacus,
    "torch eager": torch,
    "torch compile": lambda threads: torch(threads, compiled=True),
    "products": products,
}
