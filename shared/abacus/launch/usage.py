"""What `python run.py --help` prints: each study's settings with comments, values and ranges, and the experiments."""

import ast
import dataclasses
import io
import re
import textwrap
import tokenize
import typing

WIDTH = 118


def show(run_file, studies, arguments):
    """Print the help of the project whose command is `run_file`; nothing heavy is imported. Status 0."""
    folder = run_file.parent
    said = ast.get_docstring(ast.parse(run_file.read_text(encoding="utf-8"))) or folder.name
    print(f"{said}\n\nusage: python run.py [experiment=NAME] [setting=value ...]")
    for i, study in enumerate(studies.values()):
        place = "config" if i == 0 else study.name
        print(
            f"\nstudy {study.name}{', the one of the bare run' if i == 0 and len(studies) > 1 else ''}: {_first_line(study.run)}"
        )
        values, remarks = _values(folder / "conf" / f"{place}.yaml")
        comments = _comments(study)
        for field in dataclasses.fields(study.Config):
            _setting(field, values.get(field.name, ""), comments.get(field.name, ""), remarks.get(field.name, ""))
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


def _setting(field, value, comment, remark):
    """Lines for one setting: name=value of the bare run, what it is, what may stand there, and the paper's page."""
    kind = getattr(field.type, "__name__", None) if typing.get_origin(field.type) is None else None
    wanted = field.metadata.get("wanted", "")
    meaning = "; ".join(filter(None, [comment, f"{kind or field.type!s}{', ' + wanted if wanted else ''}", remark]))
    shown = value if len(value) <= 40 else f"{value[:37]}..."
    head = f"  {field.name}={shown}" if value else f"  {field.name}"
    lines = textwrap.wrap(meaning, WIDTH - 27) or [""]
    if len(head) > 25:
        print(head)
        head = ""
    for line in lines:
        print(f"{head:<26} {line}".rstrip())
        head = ""


def _first_line(function):
    return (function.__doc__ or "").strip().partition("\n")[0]


def _comments(study):
    """{field: the comment behind it} of a study's dataclass, as its file has it."""
    import inspect

    found, name = {}, None
    kinds = [kind for kind in reversed(study.Config.__mro__) if dataclasses.is_dataclass(kind)]
    source = "".join(textwrap.dedent(inspect.getsource(kind)) for kind in kinds)  # what it inherits first
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.NAME and token.start[1] == 4:
            name = token.string
        elif token.type == tokenize.COMMENT and name and token.start[1] > 4:
            found[name] = f"{found[name]} {token.string[1:].strip()}" if name in found else token.string[1:].strip()
    return found


def _values(path):
    """({setting: its value as written}, {setting: the comment behind it}) of a file of conf/."""
    values, remarks = {}, {}
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
        match = re.fullmatch(r"([A-Za-z_]\w*):\s*([^#]*?)\s*(?:#\s*(.*))?", line)
        if match:
            values[match[1]], remarks[match[1]] = match[2], match[3] or ""
    return values, remarks


OF_ALL = {
    "rows=NAME": "only this row of the table (or rows=[A,B])",
    "seed=N": "only this seed (null: all)",
    "seeds=K": "seeds 0 to K-1 of every row",
    "workers=N": "processes (null: one a core; 0: run in this process, for a debugger)",
    "strict=true": "exit status 3 where a cell is not reproduced",
    "estimate=true": "say what the table would cost, run nothing",
    "write=true": "write results/ and its figures, from committed code alone",
    "study=NAME": "run another study of the project, as its file in conf/ says",
}


def _first_comment(path):
    """The first comment of an experiment's file after its package line: what it reproduces."""
    comments = [line[1:].strip() for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("#")]
    return next((c for c in comments if not c.startswith("@package")), "")
