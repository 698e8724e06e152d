"""Train LeNet-5 or nanoGPT's CPU model in one process or several: a share of every batch each.

python scripts/data_parallel.py lenet                                             one process
python -m abacus.distributed -n 2 scripts/data_parallel.py transformer            two, joined by shared memory
python -m abacus.distributed -n 2 --mpi scripts/data_parallel.py transformer      two, joined by MPI
python -m abacus.distributed -n 8 --hosts a:4,b:4 scripts/data_parallel.py lenet  two machines

--parts 4 cuts every batch in four whatever the number of processes: 1, 2 and 4 of them then print the same bits.
"""

import argparse
import json
import statistics
import sys
import time
from pathlib import Path

import numpy as np

from abacus import distributed, nn, streams
from abacus.errors import BadInput
from abacus.optim import SGD, clip

PROJECTS = Path(__file__).resolve().parents[1] / "projects"
WARM = 5  # steps before the clock starts
FAST = 0.1  # a tenth of the steps are as fast as what is reported: those that no other work on the machine disturbed


def lenet(batch):
    """(model, optimiser, loss_of, draw): LeNet-5 on digits rendered from fonts, as projects/lenet's bare run has it."""
    sys.path.insert(0, str(PROJECTS / "lenet"))
    import fonts
    import patterns
    from layers import Start
    from networks import LeNet5

    digits = fonts.digits(2000, 1, streams.rng(0, "fonts"))
    images = patterns.seen(digits.images, LeNet5.side)
    model = LeNet5(Start(1, streams.rng(0, "init")))
    optimiser = SGD(nn.parameters(model), lr=0.002, momentum=0.9)

    def draw(step):
        some = streams.rng(0, "batch", step).integers(0, len(images), batch)
        return images[some], digits.labels[some]

    return model, optimiser, lambda x, y: model.loss(x, y, 1), draw


def transformer(batch):
    """(model, optimiser, loss_of, draw): nanoGPT's CPU model on Python's manual, as projects/char_transformer trains it."""
    sys.path.insert(0, str(PROJECTS / "char_transformer"))
    import training
    from abacus import ops, vocabulary
    from model import Shape, Transformer
    from text import batch as windows
    from text import manual

    text = manual()
    characters = vocabulary.characters(text)
    numbers = characters.encode(text)
    model = Transformer(Shape(len(characters), layers=4, heads=4, width=128, block=64), streams.rng(0, "init"))

    def draw(step):
        return windows(numbers, 64, batch, streams.rng(0, "batch", step))

    return model, training.optimiser_of(model), lambda x, y: ops.softmax_cross_entropy(model(x), y), draw


MODELS = {"lenet": (lenet, 32), "transformer": (transformer, 12)}  # and the projects' batches


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", choices=MODELS)
    parser.add_argument("--batch", type=int, help="examples of a step, of all processes together (the project's)")
    parser.add_argument("--parts", type=int, help="pieces of a batch (one a process)")
    parser.add_argument("--steps", type=int, default=200)
    parser.add_argument(
        "--json", action="store_true", help="print one line for programs: losses, seconds a step, bytes"
    )
    asked = parser.parse_args()
    build, batch = MODELS[asked.model]
    try:
        train(distributed.join(), *build(asked.batch or batch), asked)
    except BadInput as error:
        print(f"data_parallel: {error}", file=sys.stderr)
        return 2
    return 0


def train(group, model, optimiser, loss_of, draw, asked):
    """`steps` steps, all processes together; rank 0 says how they went."""
    replicas = distributed.Replicas(group, nn.parameters(model), asked.parts)
    losses, seconds = [], []
    for step in range(asked.steps):
        started = time.perf_counter()
        loss, gradients = replicas.backward(loss_of, draw(step))
        optimiser.step(clip(gradients, 1.0) if asked.model == "transformer" else gradients)
        seconds.append(time.perf_counter() - started)
        losses.append(float(loss))
        if group.rank == 0 and not asked.json and (step % 20 == 0 or step + 1 == asked.steps):
            print(f"step {step}: loss {losses[-1]:.6f}, {1e3 * statistics.median(seconds[-20:]):.1f} ms a step")
    if group.rank == 0 and asked.json:
        said = {
            "processes": group.size,
            "losses": losses,
            "seconds": float(np.quantile(seconds[WARM:], FAST)),
            "bytes": int(sum(np.prod(p.value.shape) * p.value.itemsize for p in replicas.parameters)),
        }
        print(json.dumps(said))


if __name__ == "__main__":
    sys.exit(main())
