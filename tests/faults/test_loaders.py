"""Every reader of files against mutants: an answer or one named error, soon and in bounded memory.

Data formats: test_formats.py; the ray tracer's pictures and meshes: test_pictures.py.
"""

import hashlib
import json
import tempfile
import warnings
import zlib
from pathlib import Path

import bombs
import mutating
import numpy as np
import pytest

from abacus import data, papers
from abacus.errors import BadInput, Damaged, Unavailable
from abacus.evidence import records
from abacus.running import checkpoint

PAPER = b"""[paper]
title = "A paper"
authors = ["A. Author"]
year = 1998
venue = "here"
[facts]
"parameters" = 60000
[tables.one]
where = "p. 1"
metric = "error"
unit = "%"
better = "lower"
columns = ["a", "b"]
kind = ["rate", "mean"]
n = [1000, 2000]
runs = 10
spread = "sd"
protocol = { epochs = 20, rate = { one = 0.1 } }
orderings = [["one", "two"], ["two", "one", "b"]]
[tables.one.rows]
"one" = ["1.5", "2.5 +- 0.1"]
"two" = ["?2.5", ""]
"""
RECORD = {"rows": ["a"], "seed": 0, "settings": {"n": 1}, "code": "c", "diverged": None, "streams": ["init"]}
RECORD |= {"values": {"a": {"x": [1.5, 0.1]}}, "data": {"mnist": "0"}, "trail": [[0, 1, "d"]]}
RECORD |= {"meta": {"seconds": 1.0, "peak_mb": 3, "versions": {"numpy": "2"}}}
ABOUT = {"rows": ["a"], "settings": {"n": 1}, "code": "c", "data": {}, "trail": [[0, 1, "d"]]}
RESULTS = {
    "experiment": "e",
    "reproduces": None,
    "meta": {"a": ABOUT | {"seeds": {"0": {"seconds": 1}}}},
    "code": {"c": {"x/run.py:run": "0"}},
}
RESULTS |= {"values": {"a": {"deterministic": True, "asked": 1, "seeds": {"0": {"x": 1.0}}}}}
TREE = {"done": 3, "logged": 7, "state": {"0": {"w": np.arange(6.0).reshape(2, 3), "name": "x", "n": None, "on": True}}}


def _made(write):
    with tempfile.TemporaryDirectory() as folder:
        return mutating.made(write, Path(folder) / "x")


def paper(path):
    return papers.paper("x", path.parent)


def rows(path):
    return papers.rows("x", path.parent)


def result(path):
    content = records.read_results(path)
    records.results(content)
    return content


SAMPLES = {  # name of the file: its bytes, its reader, the errors that the reader may raise
    "x.toml": (PAPER, paper, BadInput),
    "x.csv": (b'# a remark\nyear,"deflator, in %",gnp\n1947,83.0,234289\n1948,88.5,259426\n', rows, BadInput),
    "a.checkpoint": (_made(lambda p: checkpoint.write(p, TREE)), checkpoint.read, Damaged),
    "record.json": (_made(lambda p: records.write(p, RECORD)), records.read, Damaged),
    "results.json": (json.dumps(RESULTS, indent=1).encode(), result, Damaged),
}


def attack(name, folder, bodies):
    _, read, known = SAMPLES[name]
    return mutating.attack(folder / name, read, known, bodies, f"papers/{name}" if read in (paper, rows) else None)


COUNTS = [100, pytest.param(4000, marks=pytest.mark.slow)]


@pytest.mark.parametrize("name", SAMPLES)
def test_the_sample_itself_is_read(name, tmp_path):
    assert attack(name, tmp_path, [SAMPLES[name][0]]) == 0


@pytest.mark.parametrize("count", COUNTS)
@pytest.mark.parametrize("name", SAMPLES)
def test_mutants_end_in_one_named_error(name, count, tmp_path):
    rng = np.random.default_rng(zlib.crc32(name.encode()))
    assert attack(name, tmp_path, mutating.mutants(SAMPLES[name][0], rng, count)) > 0


@pytest.mark.parametrize("count", COUNTS)
def test_mutants_of_a_checkpoint_with_a_right_hash_end_in_one_named_error(count, tmp_path):
    """What a damaged disk does not do, and somebody may."""
    body = SAMPLES["a.checkpoint"][0][:-32]
    found = (m for m in mutating.mutants(body, np.random.default_rng(0), count))
    assert attack("a.checkpoint", tmp_path, (m + hashlib.sha256(m).digest() for m in found)) > 0


@pytest.mark.parametrize(
    "header",
    [
        '{"a": ["<f8", [1e400], 0]}',
        '{"a": ["<f8", [99999999999999999999], 0]}',
        '{"a": ["<f8", [-1], 0]}',
        '{"a": ["O", [1], 0]}',
        '{"a": ["<f8,<f8", [1], 0]}',
        '{"a": ["(", [1], 0]}',
        '{"a": ["(1,f8", [1], 0]}',
        '{"a": ["<f8", [1], -8]}',
        '{"a": []}',
        '{"a": [[], [], []]}',
        '{"a": ["<f8", "x", 0]}',
        '{"a": ["<f8", [null], 0]}',
        '{"a": ["V8", [1], 0]}',
        '{"a": ["M8[s]", [1], 0]}',
        '{"a": ["<f8", [1], 1e9]}',
        '{"a": [{}, {}, {}]}',
        '{"a": ["<f8", [4294967296, 4294967296], 0]}',
        '{"a": ["<U99999999", [1], 0]}',
        '{"a": ["a0", [1], 0]}',
        '3',
        '"x"',
        'null',
        '',
        "[" * 100_000,
        '{"a":' * 100_000,
    ],
)  # fmt: skip
def test_a_checkpoint_of_nonsense_with_a_right_hash_is_damaged(header, tmp_path):
    body = checkpoint.MAGIC + len(header).to_bytes(8, "little") + header.encode() + bytes(16)
    (tmp_path / "x").write_bytes(body + hashlib.sha256(body).digest())
    with pytest.raises(Damaged, match="x: not a"):
        checkpoint.read(tmp_path / "x")


PARSERS = [
    ("mnist1d", None),
    ("esl", "prostate"),
    ("esl", "vowel"),
    ("uci", "iris"),
    ("nist-strd", None),
    ("usps", None),
    ("islr", None),
]
PARSERS += [
    ("planetoid", "cora"),
    ("sms-spam", None),
    ("tinyshakespeare", None),
    ("makemore", None),
    ("co2", None),
    ("lars-diabetes", None),
]
PARSERS += [
    ("polyphonic-music", "JSB_Chorales"),
    ("airfoil", None),
    ("timemachine", None),
    ("trec", None),
    ("sp500", None),
]


@pytest.mark.parametrize(
    ("name", "body"), [("sp500", b"Date,SP500\n1871-13-01,4\n"), ("lars-diabetes", b""), ("trec", b"What?\n")]
)
def test_a_file_that_its_parser_cannot_make_sense_of_is_damaged(name, body, tmp_path, monkeypatch):
    (tmp_path / "x").write_bytes(body)
    monkeypatch.setattr(data, "file", lambda name, file: tmp_path / "x")
    with pytest.raises(Damaged, match=str(tmp_path / "x")):
        data.load(name)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "part"), PARSERS, ids=str)
def test_mutants_of_real_files_end_in_one_named_error(name, part, tmp_path, monkeypatch, dataset):
    """A file that is altered and yet has the hash that is expected: what a parser sees if verification were gone."""
    dataset(name, part)
    true, paths, rng = data.file, {}, np.random.default_rng(zlib.crc32(name.encode()))

    def find(name, file, **how):
        if file not in paths:
            whole = Path(true(name, file, **how))
            paths[file] = tmp_path / whole.name
            paths[file].write_bytes(next(iter(mutating.mutants(whole.read_bytes(), rng, 1))))
        return paths[file]

    monkeypatch.setattr(data, "file", find)
    refused = 0
    for _ in range(12):
        paths.clear()
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                data.load(name, part)
        except (Damaged, Unavailable) as error:
            refused += 1
            assert any(str(path) in str(error) for path in paths.values()) and "\n" not in str(error)
    assert refused > 0


BOMBS = """
import hashlib, json, sys
from pathlib import Path

import bombs
from abacus import papers
from abacus.running import checkpoint
from abacus.errors import BadInput, Damaged

folder = Path(sys.argv[1])
header = json.dumps({"a": ["<f8", [1 << 27], 0]}).encode()
body = checkpoint.MAGIC + len(header).to_bytes(8, "little") + header + bytes(64)
(folder / "x").write_bytes(body + hashlib.sha256(body).digest())
(folder / "t.toml").write_text("a = " + "[" * 100000)

readers = {
    "x": checkpoint.read,
    "t.toml": lambda path: papers.paper("t", folder),
}
with bombs.bounded():
    bombs.refused(folder, readers, (BadInput, Damaged))
"""


def test_files_that_claim_or_expand_to_a_gigabyte_are_refused_in_bounded_memory(tmp_path):
    assert bombs.are_refused(BOMBS, tmp_path)
