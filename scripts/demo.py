"""Make book/lenet.json, the weights of the demonstration in the book: LeNet-5 of projects/lenet as eight-bit numbers.

python scripts/demo.py               train (experiment=fig9_distorted, seed 0: some minutes, MNIST is downloaded), then write
python scripts/demo.py CHECKPOINT    write from a model.checkpoint of that project
"""

import argparse
import base64
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
LENET = ROOT / "projects" / "lenet"
sys.path.insert(0, str(LENET))

import classify  # noqa: E402
import layers  # noqa: E402
import networks  # noqa: E402
import patterns  # noqa: E402
from abacus.data import fonts  # noqa: E402

SAMPLES = 10  # digits of fonts that the page can show by itself, one of each


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint", nargs="?", type=Path, help="a model.checkpoint of LeNet-5")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        network = classify.restored(asked.checkpoint or train(Path(folder)))
    tensors = {name: eight_bits(values) for name, values in folded(network).items()}
    rounded = {name: values["scale"] * np.frombuffer(base64.b64decode(values["data"]), np.int8).reshape(values["shape"])
               for name, values in tensors.items()}  # fmt: skip
    test = patterns.mnist(1)
    read = networks.answers(network, test.test_images)
    content = {
        "made": "scripts/demo.py from projects/lenet, experiment=fig9_distorted, seed 0",
        "test error": networks.error(read, test.test_labels),
        "test error, eight bits": networks.error(answers(rounded, test.test_images), test.test_labels),
        "tensors": tensors,
        "centres": ["".join("#" if ink > 0 else "." for ink in row) for row in network.centres],
        "samples": [base64.b64encode(image.tobytes()).decode() for image in samples()],
    }
    path = ROOT / "book" / "lenet.json"
    path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    errors = content["test error"], content["test error, eight bits"]
    print(
        f"{path.relative_to(ROOT)}: {path.stat().st_size / 1e3:.0f} kB; test error {errors[0]:.2f} %, {errors[1]:.2f} "
        f"% in eight bits"
    )
    return 0


def train(folder):
    """The checkpoint that the paper's network leaves when it has learnt distorted digits."""
    command = [sys.executable, "run.py", "experiment=fig9_distorted", "seed=0"]
    subprocess.run(command, cwd=LENET, env=os.environ | {"ABACUS_RUNS": str(folder)}, check=True)
    return next(folder.rglob("model.checkpoint"))


def folded(network):
    """{name: array} with the constants A and S multiplied in: a layer is tanh of a sum, and no more."""
    found = {}
    for name, layer in network.layers().items():
        if isinstance(layer, layers.Subsampling):
            w, b = layers.inside(layer.coefficient, layer.bias, layers.A)
        elif isinstance(layer, layers.Full):
            w, b = layers.inside(layer.w, layer.b, layers.A)
        else:
            w, b = layers.inside(layer.w, layer.b, layer.scale)
            w = layers.connect(w, layer.links)
        found |= {f"{name}.w": w.value, f"{name}.b": b.value}
    return found


def eight_bits(values):
    """An array as whole numbers from −127 to 127 and what one of them is worth."""
    scale = float(np.abs(values).max()) / 127
    data = np.rint(values / scale).astype(np.int8)
    return {"shape": list(values.shape), "scale": scale, "data": base64.b64encode(data.tobytes()).decode()}


def answers(tensors, images):
    """The digits that the network of the page reads: the same sums as in book/static/demo.js, many images at once."""
    return np.concatenate([distances(tensors, part).argmin(axis=1) for part in np.array_split(images, 40)])


def distances(tensors, images):
    """(n, 10) distances to the drawn digits, of images uint8 (n, 28, 28), all in float64."""
    x = np.full((len(images), 1, 32, 32), patterns.WHITE)
    x[:, 0, 2:30, 2:30] += images * ((patterns.BLACK - patterns.WHITE) / 255)
    for name in ("C1", "S2", "C3", "S4", "C5"):
        w, b = tensors[f"{name}.w"], tensors[f"{name}.b"][None, :, None, None]
        if name[0] == "S":
            n, maps, side, _ = x.shape
            x = x.reshape(n, maps, side // 2, 2, side // 2, 2).sum(axis=(3, 5)) * w[None, :, None, None]
        else:
            windows = np.lib.stride_tricks.sliding_window_view(x, (5, 5), axis=(2, 3))
            x = np.einsum("nirckl,oikl->norc", windows, w, optimize=True)
        x = np.tanh(x + b)
    x = layers.A * np.tanh(x.reshape(len(x), -1) @ tensors["F6.w"] + tensors["F6.b"])
    return np.square(x[:, None] - networks.rbf.bitmaps()).sum(axis=2)


def samples():
    """One printed digit of each kind, as the page shows them."""
    images, labels = fonts.digits(fonts.UNSEEN, 4 * SAMPLES, np.random.default_rng(0))
    return [images[labels == digit][0] for digit in range(SAMPLES)]


if __name__ == "__main__":
    sys.exit(main())
