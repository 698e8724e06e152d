"""Write with a trained model, character by character as it comes.

python sample.py                                     the model that was trained last
python sample.py runs/cpu/... --prompt "ROMEO:"      the model in that folder, or a file model.checkpoint
python sample.py --temperature 0.5 --top-k 10 --length 1000 --seed 3
"""

import argparse
import sys
from pathlib import Path

import numpy as np

from abacus import streams, vocabulary
from abacus.errors import BadInput, Unavailable
from abacus.evidence import records
from abacus.running import checkpoint, state
from generate import write
from model import Shape, Transformer


def newest(folder):
    """The checkpoint in `folder` (or anywhere below it) that was written last; a path of a file is itself."""
    if folder.is_file():
        return folder
    found = sorted(folder.rglob("model.checkpoint"), key=lambda path: path.stat().st_mtime)
    if not found:
        raise BadInput(f"{folder}: no trained model in it; `python run.py` trains one")
    return found[-1]


def load(path):
    """(model, vocabulary) from a checkpoint that a run left. BadInput where it is of something else."""
    tree = checkpoint.read(path).get("0", {})
    if not isinstance(tree, dict) or not {"vocabulary", "shape", "model"} <= tree.keys():
        raise BadInput(f"{path}: a checkpoint, but not of a model of this project")
    try:
        shape = Shape(**tree["shape"])
    except TypeError:
        raise BadInput(f"{path}: its shape is {tree['shape']}, wanted {', '.join(Shape._fields)}") from None
    characters = vocabulary.characters(tree["vocabulary"])
    if len(characters) != shape.characters:
        raise BadInput(f"{path}: {len(characters)} characters, but a model of {shape.characters}")
    model = Transformer(shape, streams.rng(0, "init"))
    try:
        state.restore(model, tree["model"])
    except BadInput as error:
        raise BadInput(f"{path}: {error}") from None
    return model, characters


def options():
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0], formatter_class=argparse.ArgumentDefaultsHelpFormatter
    )
    project = Path(__file__).resolve().parent
    parser.add_argument("run", nargs="?", type=Path, default=records.runs_folder(project), help="folder or checkpoint")
    parser.add_argument("--prompt", default="\n", help="what the text begins with")
    parser.add_argument("--length", type=int, default=500, help="characters to write")
    parser.add_argument("--temperature", type=float, default=0.8, help="0 always takes the likeliest character")
    parser.add_argument("--top-k", type=int, default=0, help="draw among so many; 0: among all")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    if not 0 <= given.temperature < np.inf:
        raise BadInput(f"--temperature {given.temperature}: wanted 0 or more, and finite")
    for name in ("length", "top_k", "seed"):
        if getattr(given, name) < 0:
            raise BadInput(f"--{name.replace('_', '-')} {getattr(given, name)}: wanted 0 or more")
    return given


def main():
    given = options()
    model, known = load(newest(given.run))
    prompt, rng = known.encode(given.prompt), streams.rng(given.seed, "sample")
    written = write(model, prompt, given.length, given.temperature, given.top_k, rng)
    print(given.prompt, end="", flush=True)
    for number in written:
        print(known.tokens[number], end="", flush=True)
    print()


if __name__ == "__main__":
    try:
        main()
    except (BadInput, Unavailable, OSError) as error:
        sys.exit(f"sample.py: {error}")
    except KeyboardInterrupt:
        sys.exit(130)
