"""A plugin of pytest (-p mutant): one module of the core is read from another file; nothing in the tree is touched.

ABACUS_MUTANT is "abacus.ops.losses=/tmp/losses.py".
"""

import importlib.machinery
import importlib.util
import os
import sys
from pathlib import Path

from hypothesis import Phase, settings


class _Loader(importlib.machinery.SourceFileLoader):
    """Takes the code from the mutant, and everything else (its place, its name) from the module's own file."""

    def get_code(self, fullname):
        return self.source_to_code(Path(_file).read_bytes(), self.path)


class _Finder:
    @staticmethod
    def find_spec(fullname, path=None, target=None):
        if fullname != _name:
            return None
        found = importlib.machinery.PathFinder.find_spec(fullname, path)
        return importlib.util.spec_from_file_location(
            fullname,
            found.origin,
            loader=_Loader(fullname, found.origin),
            submodule_search_locations=found.submodule_search_locations,
        )


_name, _, _file = os.environ["ABACUS_MUTANT"].partition("=")
sys.meta_path.insert(0, _Finder)
settings.register_profile("mutants", phases=[Phase.explicit, Phase.generate])  # one failure is enough: it is not shrunk
settings.load_profile("mutants")
