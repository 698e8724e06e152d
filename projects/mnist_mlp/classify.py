"""Read digits from pictures of yours:  python classify.py digit.png [more.png ...] [--mnist] [--out read.png]

The network has learnt printed digits (seconds, no download), with --mnist handwriting (MNIST, 11 MB; about a minute). It learns
once, when it is first asked, and is then kept in runs/.
"""

import argparse
import sys
from pathlib import Path

import numpy as np

import digits
import figures
from abacus import command, streams
from abacus.data import pictures
from abacus.errors import BadInput, Damaged
from abacus.evidence import records
from abacus.launch import compose
from abacus.running import checkpoint, plot, state
from network import Network

HERE = Path(__file__).resolve().parent
SHOWN = 3  # digits that are named for each picture
MOST = 12  # pictures that are drawn


@command.guarded
def main(arguments):
    """Prepare the pictures as MNIST's, read them, say the likeliest digits, draw what was read."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pictures", nargs="+", help="each a PNG of one digit, dark on light or light on dark")
    parser.add_argument("--mnist", action="store_true", help="a network that has learnt handwriting")
    parser.add_argument("--out", help="where to draw the pictures as the network gets them, with its probabilities")
    chosen = parser.parse_intermixed_args(arguments)
    command.expect_png("--out", chosen.out)
    images = np.stack([pictures.digit(path) for path in chosen.pictures])
    network = kept("mnist" if chosen.mnist else "printed")
    p = probabilities(network, digits.inputs(images, 0, 1))
    for path, each in zip(chosen.pictures, p):
        said = ", ".join(f"{digit} ({100 * each[digit]:.1f} %)" for digit in np.argsort(-each)[:SHOWN])
        print(f"{path}: {said}")
    if chosen.out:
        with plot.figure(chosen.out, figsize=(6, 1.6 * min(len(p), MOST))) as figure:
            figures.read(figure, images[:MOST], p[:MOST])
        print(f"drawn: {chosen.out}")


def probabilities(network, x):
    """softmax of the outputs, (n, 10)."""
    z = network.outputs(x).astype(np.float64)
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)  # eq. 4


def kept(what):
    """The network that has learnt "printed" digits, or "mnist": from runs/ where it is there, else trained now."""
    path = records.runs_folder(HERE) / f"classify-{what}.checkpoint"
    settings = compose.mapping(HERE / "conf" / ("learn.yaml" if what == "mnist" else "config.yaml"))
    network = Network([digits.SIDE**2, *settings["hidden"], 10], streams.rng(0, "init"))
    if path.exists():
        try:
            state.restore([network], checkpoint.read(path))
            return network
        except (BadInput, Damaged):  # torn, or of other settings: it is made anew
            path.unlink()
    given = digits.mnist(settings["train"], "test digits", 0, 1) if what == "mnist" else _printed(settings)
    command.tell(
        [f"learning from {len(given.x):,} {'digits of MNIST' if what == 'mnist' else 'printed digits'} (once) ..."]
    )
    how = {name: settings[name] for name in ("passes", "batch", "rate", "momentum", "schedule")}
    network.fit(given.x, given.labels, **how)
    wrong = np.mean(network.predict(given.test_x) != given.test_labels)
    command.tell([f"  of {len(given.test_x):,} digits that it has not seen it misreads {100 * wrong:.1f} %", ""])
    path.parent.mkdir(parents=True, exist_ok=True)
    checkpoint.write(path, state.collect([network]))
    return network


def _printed(settings):
    return digits.printed(settings["train"], streams.rng(0, "fonts"))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
