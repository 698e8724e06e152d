"""The file that a learner begins with: imports, signature and docstring of the function, and what it may call."""

import ast
import textwrap

HEAD = '''"""{title}: write {function}, of projects/{project}/{file}.

{task}
{reach}
Then, at the root of the repository:  python scripts/learn.py check {key}
"""

'''


def text(exercise):
    """The stub of an Exercise."""
    imports, reach = in_scope(exercise)
    paragraphs = [textwrap.fill(f"{name}: {about}", 110, subsequent_indent="    ") for name, about in reach.items()]
    known = (
        "\n".join(["", "You may call, without importing it:", *(f"  {line}" for line in paragraphs), ""])
        if reach
        else ""
    )
    about = {"title": exercise.title, "function": exercise.function, "file": exercise.file.name, "key": exercise.key}
    task = textwrap.fill(exercise.task, 110)
    head = HEAD.format(**about, project=exercise.folder.name, task=task, reach=known)
    return head + "".join(f"{line}\n" for line in imports) + ("\n\n" if imports else "\n") + body(exercise)


def body(exercise):
    """The function without its answer."""
    return exercise.head.rstrip("\n") + "\n    raise NotImplementedError\n"


def in_scope(exercise):
    """(import statements, {name: what it is}) of what the repository's own function uses of its file."""
    tree = ast.parse("".join(exercise.lines))
    used = {node.id for node in ast.walk(exercise.node) if isinstance(node, ast.Name)} - {exercise.function} | {"np"}
    beside = {file.stem for file in exercise.folder.glob("*.py")} | {
        p.name for p in exercise.folder.iterdir() if p.is_dir()
    }
    imports, reach = [], {}
    for node in tree.body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            named = [alias for alias in node.names if (alias.asname or alias.name.split(".")[0]) in used]
            own = any((getattr(node, "module", None) or alias.name).split(".")[0] in beside for alias in node.names)
            if named and own:
                reach |= {
                    alias.asname or alias.name: f"of {getattr(node, 'module', None) or alias.name}.py"
                    for alias in named
                }
            elif named:
                imports.append(ast.unparse(_only(node, named)))
        elif isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name in used:
            said = (ast.get_docstring(node) or "").partition("\n")[0]
            reach[f"{node.name}({_arguments(node)})"] = said or "defined beside it"
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names = {n.id for target in targets for n in ast.walk(target) if isinstance(n, ast.Name)}
            for name in sorted(names & used):
                value = ast.unparse(node.value)
                reach[name] = value if len(value) <= 60 and len(names) == 1 else "a constant of the file"
    return imports, reach


def _only(node, named):
    if isinstance(node, ast.Import):
        return ast.Import(named)
    return ast.ImportFrom(node.module, named, node.level)


def _arguments(node):
    return ast.unparse(node.args) if isinstance(node, ast.FunctionDef) else "..."
