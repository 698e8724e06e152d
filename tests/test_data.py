"""Finding and verifying data sets: places, damage, errors, batches, fingerprints. Nothing here touches the network."""

import gzip
import hashlib
import os
import shutil
import subprocess
import sys

import numpy as np
import pytest

from abacus import data
from abacus.data import catalogue, digest
from abacus.errors import BadInput, Damaged, Unavailable

LABELS = "t10k-labels-idx1-ubyte.gz"


@pytest.fixture(autouse=True)
def _offline(monkeypatch):
    monkeypatch.setenv("ABACUS_OFFLINE", "1")


@pytest.fixture
def labels(tmp_path, monkeypatch):
    """A mirror and a cache of our own, the mirror with one true file in it: its path."""
    try:
        true = data.file("mnist", LABELS)
    except Unavailable as error:
        pytest.skip(str(error))
    for name in ("ABACUS_DATA", "ABACUS_CACHE"):
        monkeypatch.setenv(name, str(tmp_path / name))
        (tmp_path / name / "mnist").mkdir(parents=True)
    return shutil.copy(true, tmp_path / "ABACUS_DATA" / "mnist" / LABELS)


def test_the_mirror_comes_before_the_cache(labels, tmp_path):
    cached = shutil.copy(labels, tmp_path / "ABACUS_CACHE" / "mnist" / LABELS)
    assert data.file("mnist", LABELS) == labels
    labels.unlink()
    assert data.file("mnist", LABELS) == cached


@pytest.mark.parametrize("harm", ["flipped", "cut", "grown", "empty"])
def test_a_damaged_file_of_the_mirror_is_refused_and_a_good_one_in_the_cache_is_taken(labels, tmp_path, harm):
    content = bytearray(labels.read_bytes())
    cached = shutil.copy(labels, tmp_path / "ABACUS_CACHE" / "mnist" / LABELS)
    content[100] ^= 1
    harmed = {"flipped": content, "cut": content[:-1], "grown": content + b"x", "empty": b""}[harm]
    labels.write_bytes(harmed)
    assert data.file("mnist", LABELS) == cached
    cached.unlink()
    with pytest.raises(Damaged, match=str(labels)):
        data.file("mnist", LABELS)


def test_damage_after_a_good_look_is_seen(labels):
    data.file("mnist", LABELS)
    content = bytearray(labels.read_bytes())
    content[-1] ^= 1
    labels.write_bytes(content)
    os.utime(labels, ns=(1, 1))
    with pytest.raises(Damaged):
        data.file("mnist", LABELS)


def test_a_missing_file_is_one_line_with_all_that_is_needed(labels, tmp_path):
    labels.unlink()
    with pytest.raises(Unavailable) as caught:
        data.load("mnist")
    line = str(caught.value)
    first = catalogue.entry("mnist", "train-images-idx3-ubyte.gz").containers[0]
    wanted = [
        first.name,
        first.sha256,
        str(first.bytes),
        *first.addresses,
        "ABACUS_DATA",
        str(tmp_path / "ABACUS_CACHE"),
    ]
    assert "\n" not in line and all(word in line for word in wanted)


def test_unknown_names_are_answered_with_the_nearest():
    with pytest.raises(BadInput, match="did you mean mnist"):
        data.load("mnits")
    with pytest.raises(BadInput, match="did you mean prostate"):
        data.load("esl", "prostrate")
    with pytest.raises(BadInput, match=f"did you mean {LABELS}"):
        data.file("mnist", "t10k-labels-idx1-ubyte")
    for strange in ("", "../data", None, 3):
        with pytest.raises(BadInput):
            data.load(strange)


def test_works_without_a_home(labels):
    keep = {key: os.environ[key] for key in ("PATH", "PYTHONPATH", "ABACUS_DATA") if key in os.environ}
    code = f"from abacus import data; print(data.file('mnist', {LABELS!r})); print(data.cache().is_absolute())"
    done = subprocess.run([sys.executable, "-c", code], env=keep, capture_output=True, text=True, timeout=60)
    assert done.stdout.split() == [str(labels), "True"], done.stderr


def test_another_container_is_judged_by_its_content(tmp_path):
    text = b"0.5 1.5\n" * 1000
    first, second = gzip.compress(text, mtime=0), gzip.compress(text, mtime=1)
    other = gzip.compress(text.replace(b"0.5", b"0.6"), mtime=1)
    container = catalogue.Container("a.gz", len(first), hashlib.sha256(first).hexdigest(), [])
    content = catalogue.Content(len(text), hashlib.sha256(text).hexdigest(), None)
    file = catalogue.File("a.gz", [container], content, False, "")
    for name, body in {"first": first, "second": second}.items():
        (tmp_path / name).write_bytes(body)
        digest.check(tmp_path / name, file)
    (tmp_path / "other").write_bytes(other)
    with pytest.raises(Damaged):
        digest.check(tmp_path / "other", file)
    with pytest.raises(Damaged):
        (tmp_path / "bomb").write_bytes(gzip.compress(text * 2, 9))
        digest.check(tmp_path / "bomb", file)


def test_line_ends_of_a_text_do_not_count(tmp_path):
    text = b"y x\n1 2\n"
    container = catalogue.Container("a.dat", len(text), hashlib.sha256(text).hexdigest(), [])
    file = catalogue.File("a.dat", [container], None, True, "")
    for name, body in {"lf": text, "crlf": text.replace(b"\n", b"\r\n")}.items():
        (tmp_path / name).write_bytes(body)
        digest.check(tmp_path / name, file)
    (tmp_path / "wrong").write_bytes(text.replace(b"1", b"7"))
    with pytest.raises(Damaged):
        digest.check(tmp_path / "wrong", file)


def test_batches_in_order_and_shuffled():
    x, y = np.arange(10), np.arange(10) * 2
    assert [len(a) for a, _ in data.batches((x, y), 4)] == [4, 4, 2]
    assert np.array_equal(np.concatenate([a for a, _ in data.batches((x, y), 4)]), x)
    seen = list(data.batches((x, y), 3, np.random.default_rng(0)))
    order = np.concatenate([a for a, _ in seen])
    assert sorted(order) == list(x) and not np.array_equal(order, x)
    assert all(np.array_equal(2 * a, b) for a, b in seen)
    again = np.concatenate([a for a, _ in data.batches((x, y), 3, np.random.default_rng(0))])
    assert np.array_equal(order, again)


def test_batches_refuse_what_does_not_fit():
    with pytest.raises(BadInput, match="3, 4 items"):
        list(data.batches((np.zeros(3), np.zeros(4)), 2))
    with pytest.raises(BadInput, match="at least 1"):
        list(data.batches((np.zeros(3),), 0))


def test_opened_names_what_was_asked_for(labels):
    data.file("mnist", LABELS)
    assert "mnist" in data.opened()


def test_a_given_file_of_an_installed_package_has_one_name_on_every_machine():
    data.given(np.__file__)
    (name,) = [name for name in data.opened() if name.endswith("numpy/__init__.py")]
    assert name == "file:packages/numpy/__init__.py" and len(data.fingerprint(name)) == 64


def test_importing_data_stays_cheap():
    code = "import sys; from abacus import data; print({'pooch', 'scipy', 'requests', 'pandas'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "set()"
