"""The polynomials inside the kernels, and where compiled code is kept."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from numba import njit
from scipy import special

from abacus import kernels
from abacus.kernels import exponential

exp, tanh, sigmoid, normal = exponential.exp, exponential.tanh, exponential.sigmoid, exponential.normal


@njit(fastmath=kernels.FAST)
def _all(x, y):
    for i in range(x.size):
        y[0, i], y[1, i], y[2, i], y[3, i] = exp(x[i]), tanh(x[i]), sigmoid(x[i]), normal(x[i])[0]


EXACT = np.exp, np.tanh, special.expit, special.ndtr
ULPS = 2, 4, 4  # as exponential.py's docstring says


def inputs():
    rng = np.random.default_rng(0)
    return np.concatenate([scale * rng.standard_normal(20_000) for scale in (1e-3, 1, 20)]).astype(np.float32)


def test_float32_polynomials_are_as_near_as_they_say():
    x = inputs()
    y = np.empty((4, x.size), np.float32)
    _all(x, y)
    with np.errstate(over="ignore"):
        exact = [f(x.astype(float)) for f in EXACT]
    usual = (x > -87.3) & (x < 88)
    for got, wanted, ulps in zip(y, exact, ULPS):
        unit = np.spacing(np.abs(wanted[usual]).astype(np.float32))
        assert (np.abs(got[usual] - wanted[usual]) / unit).max() <= ulps
    assert np.abs(y[3] - exact[3]).max() < 3e-7  # of Φ


def test_float64_is_that_of_the_library():
    x = inputs().astype(float)
    y = np.empty((4, x.size))
    _all(x, y)
    for got, f in zip(y, EXACT):
        near = np.abs(x) < 30
        np.testing.assert_allclose(got[near], f(x[near]), rtol=1e3 * np.finfo(float).eps)


def test_what_is_not_finite():
    x = np.array([np.nan, np.inf, -np.inf], np.float32)
    y = np.empty((4, 3), np.float32)
    _all(x, y)
    np.testing.assert_array_equal(y[0], np.array([np.nan, np.inf, 0], np.float32))
    np.testing.assert_array_equal(y[1], np.array([np.nan, 1, -1], np.float32))
    np.testing.assert_array_equal(y[2], np.array([np.nan, 1, 0], np.float32))


@pytest.mark.parametrize("refused", [(), ("__pycache__",), ("__pycache__", ".cache"), ("",)])
def test_compiled_code_finds_a_folder(refused, monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / ".cache"))
    monkeypatch.setattr(kernels.tempfile, "tempdir", str(tmp_path))
    writes = kernels._ours_to_write
    monkeypatch.setattr(
        kernels, "_ours_to_write", lambda folder: not any(r in str(folder) for r in refused) and writes(folder)
    )
    folder = Path(kernels._cache())
    assert folder.is_dir() and os.access(folder, os.W_OK)
    assert ("__pycache__" in folder.parts) == (refused == ())


def test_compiled_code_is_kept_in_no_folder_that_others_write_in(monkeypatch, tmp_path):
    monkeypatch.setattr(kernels.tempfile, "tempdir", str(tmp_path))
    places = list(kernels._places())
    assert places[-1].parent == tmp_path
    places[-1].chmod(0o777)
    assert list(kernels._places()) == places[:-1]
    places[-1].rmdir()
    places[-1].symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    (tmp_path / "elsewhere").mkdir()
    assert list(kernels._places()) == places[:-1]
    for mode, taken in ((0o700, True), (0o770, False), (0o702, False)):
        (tmp_path / "elsewhere").chmod(mode)
        assert kernels._ours_to_write(tmp_path / "elsewhere") is taken
    (tmp_path / "elsewhere").chmod(0o700)
    assert not kernels._ours_to_write(places[-1]), "a link may lead anywhere"


@pytest.mark.parametrize("first", ["numba", "abacus.kernels"])
def test_numba_keeps_compiled_code_there_whichever_is_imported_first(first):
    code = (
        f"import {first}, os, numba, abacus.kernels;"
        "path = abacus.kernels.rows.softmax._cache.cache_path;"
        "assert os.path.dirname(path) == os.environ['NUMBA_CACHE_DIR'], path"
    )
    kept = {k: v for k, v in os.environ.items() if k in ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH")}
    subprocess.run([sys.executable, "-c", code], env=kept, check=True, timeout=120)


def test_the_folder_is_another_one_for_every_edition_of_any_kernel(monkeypatch, tmp_path):
    copied = tmp_path / "kernels"
    shutil.copytree(Path(kernels.__file__).parent, copied, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(kernels, "__file__", str(copied / "__init__.py"))
    folders = [kernels._cache()]
    for path in ("rows.py", "conv/direct.py", "vectors/tile.py"):
        (copied / path).write_text((copied / path).read_text() + "# another edition\n")
        folders.append(kernels._cache())
    assert len(set(folders)) == 4


def test_a_kernel_runs_without_home_and_ops_import_no_numba():
    code = (
        "import sys; from abacus import ops; assert 'numba' not in sys.modules; import numpy as np;"
        "assert ops.softmax(np.zeros((1, 2), np.float32)).value.tolist() == [[0.5, 0.5]]; assert 'numba' in sys.modules"
    )
    kept = {k: v for k, v in os.environ.items() if k in ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH")}
    subprocess.run([sys.executable, "-c", code], env=kept, check=True, timeout=120)


@pytest.mark.slow
def test_no_index_leaves_its_array(tmp_path):
    """The operations' and optimisers' own tests with numba's checks of every index compiled in: an IndexError fails them."""
    root = Path(__file__).resolve().parents[1]
    environment = os.environ | {"NUMBA_BOUNDSCHECK": "1", "NUMBA_CACHE_DIR": str(tmp_path)}
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-n",
        "0",
        "-p",
        "no:cacheprovider",
        "tests/optim",
        "tests/ops/test_ops.py",
    ]
    chosen = "value_is_the_plain or another_shape or pullback_twice or optimiser or gradient_of_another"
    done = subprocess.run([*command, "-k", chosen], cwd=root, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-3000:]
