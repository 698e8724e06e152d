"""What `python run.py --help` prints: the settings with their values and ranges, and the experiments."""

import ast
import dataclasses
import typing


def show(run_file, Config):
    """Print the help of the project whose command is `run_file`; nothing heavy is imported. Status 0."""
    folder = run_file.parent
    said = ast.get_docstring(ast.parse(run_file.read_text(encoding="utf-8"))) or folder.name
    print(f"{said}\n\nusage: python run.py [experiment=NAME] [setting=value ...]\n\nsettings (conf/config.yaml):")
    for field in dataclasses.fields(Config):
        kind = getattr(field.type, "__name__", None) if typing.get_origin(field.type) is None else None
        print(f"  {field.name:<22} {kind or field.type!s:<12} {field.metadata.get('wanted', '')}".rstrip())
    print("\nof every project:")
    for name, meaning in OF_ALL.items():
        print(f"  {name:<22} {meaning}")
    print("\nexperiments (conf/experiment):")
    for path in sorted((folder / "conf" / "experiment").glob("*.yaml")):
        print(f"  {path.stem:<22} {_first_comment(path)}".rstrip())
    print("\nlook at a configuration: python run.py experiment=NAME --cfg job     sweep: python run.py -m setting=a,b")
    print(
        "on another engine: python run.py -m 'seed=range(10)' hydra/launcher=joblib (or submitit_slurm: see CLUSTER.md)"
    )
    return 0


OF_ALL = {
    "rows=NAME": "only this row of the table (or rows=[A,B])",
    "seed=N": "only this seed (null: all)",
    "seeds=K": "seeds 0 to K-1 of every row",
    "workers=N": "processes (null: one a core; 0: run in this process, for a debugger)",
    "strict=true": "exit status 3 where a cell is not reproduced",
    "estimate=true": "say what the table would cost, run nothing",
    "tensorboard=true": "write the logs also as TensorBoard's event files",
}


def _first_comment(path):
    """The first comment of an experiment's file after its package line: what it reproduces."""
    comments = [line[1:].strip() for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("#")]
    return next((c for c in comments if not c.startswith("@package")), "")
