"""Abacus as a library: `from abacus import nn, ops, optim, backward`. LIBRARY.md has a table from PyTorch, and programs.

Every name is imported when it is first asked for: `import abacus` alone costs next to nothing. Editors read __init__.pyi.
A project's run.py takes its command from the package: `from abacus.launch import launch`.
"""

import importlib

__all__ = [
    "Parameter",
    "Tensor",
    "backward",
    "data",
    "launch",
    "nn",
    "no_grad",
    "ops",
    "optim",
    "papers",
    "verdict",
]
_OF_THE_TAPE = ("Parameter", "Tensor", "backward", "no_grad")


def __getattr__(name):
    if name not in __all__:
        raise AttributeError(
            f"abacus has no {name!r}; it offers {', '.join(__all__)}, and its modules by their own names"
        )
    if name not in _OF_THE_TAPE:
        return importlib.import_module(f"abacus.{name}")  # which makes it an attribute of the package
    importlib.import_module("abacus.ops")  # gives Tensor its operators and methods
    globals()[name] = getattr(importlib.import_module("abacus.tensor"), name)
    return globals()[name]


def __dir__():
    return sorted({*globals(), *__all__})
