"""Facts of compress.py: every file comes back, and whatever is no code of a file is refused in one line with status 2."""

import os
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import compress
import lz78
import texts

each_code = pytest.mark.parametrize("code", compress.CODES)
MEGABYTE = 1 << 20


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)

    def said(*arguments):
        status = compress.main([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        return status, out + err

    return said


@each_code
@pytest.mark.parametrize("data", [b"", b"a", b"a" * 3000, bytes(range(256)) * 3, texts.manual()[:30_000]])
def test_a_file_comes_back_as_it_was(code, data, run, tmp_path, monkeypatch):
    monkeypatch.setattr(compress, "BLOCK", 1000)
    (tmp_path / "file.txt").write_bytes(data)
    status, said = run("file.txt", "--code", code)
    made = (tmp_path / "file.txt.abc").stat().st_size
    assert status == 0 and f"{len(data)} bytes became {made}" in said
    assert run("--decompress", "file.txt.abc", "--out", "back")[0] == 0
    assert (tmp_path / "back").read_bytes() == data
    (tmp_path / "file.txt").unlink()
    assert run("--decompress", "file.txt.abc") == (0, f"file.txt: {len(data)} bytes, checksums agree\n")
    assert sorted(os.listdir(tmp_path)) == ["back", "file.txt", "file.txt.abc"]


def coded(folder, code, data):
    """The bytes of a code of `data`."""
    (folder / "data").write_bytes(data)
    assert compress.main([str(folder / "data"), "--code", code]) == 0
    (folder / "data").unlink()
    return (folder / "data.abc").read_bytes()


def refused(folder, code, why=""):
    """Assert that these bytes are refused in one line, and leave nothing behind."""
    (folder / "hostile.abc").write_bytes(code)
    before = sorted(os.listdir(folder))
    status, said = _quietly(["--decompress", str(folder / "hostile.abc")])
    assert status == 2 and said.count("\n") == 1 and said.startswith("compress: ") and why in said, said
    assert sorted(os.listdir(folder)) == before


def _quietly(arguments):
    import contextlib
    import io

    with contextlib.redirect_stderr(io.StringIO()) as said:
        return compress.main(arguments), said.getvalue()


@each_code
def test_a_code_that_is_cut_anywhere_is_refused(code, tmp_path):
    whole = coded(tmp_path, code, texts.manual()[:300])
    for kept in range(len(whole)):
        why = "does not begin" if kept < len(compress.MAGIC) else "truncated"
        refused(tmp_path, whole[:kept], why)
    refused(tmp_path, whole + b"\0", "damaged")


@each_code
def test_a_code_with_any_byte_altered_is_refused(code, tmp_path):
    whole = coded(tmp_path, code, texts.manual()[:300])
    for place in range(len(whole)):
        refused(tmp_path, whole[:place] + bytes([whole[place] ^ 1 << place % 8]) + whole[place + 1 :])


def forged(code, order, length, check, bits):
    """A code whose own checksum agrees, whatever it says."""
    return compress.head(code, order, length, check, compress.zlib.crc32(bits)) + bits


@each_code
def test_a_huge_length_is_refused_before_anything_is_decoded(code, tmp_path):
    number = compress.CODES[code]
    for length in (2**30 + 1, 2**63, 2**64 - 1):
        refused(tmp_path, forged(number, 0, length, 0, b"abcd"), "--limit")
    refused(tmp_path, forged(number, 0, 2**30, 0, bytes(8)), "truncated")


@each_code
def test_lies_with_a_right_checksum_are_refused(code, tmp_path):
    number = compress.CODES[code]
    refused(tmp_path, forged(number, 13, 1, 0, b"abcd"), "does not know")
    refused(tmp_path, forged(9, 0, 1, 0, b"abcd"), "does not know")
    refused(tmp_path, forged(number, 0, 0, 0, b"abcdefgh"), "damaged")
    honest = coded(tmp_path, code, b"abracadabra")
    bits, order = honest[compress.HEAD :], honest[len(compress.MAGIC) + 1]
    refused(tmp_path, forged(number, order, 11, 0, bits), "checksum of the file")
    refused(tmp_path, forged(number, order, 10, 0, bits))


@settings(deadline=None, max_examples=60)
@given(st.sampled_from([1, 2]), st.integers(0, 255), st.integers(0, 2**64 - 1), st.binary(max_size=80))
def test_any_bytes_behind_a_right_checksum_are_refused(tmp_path_factory, code, order, length, bits):
    folder = tmp_path_factory.mktemp("hostile")
    refused(folder, forged(code, order, length, 12345, bits))


def test_memory_does_not_grow_with_what_a_code_says(tmp_path, monkeypatch):
    """Zeros by LZ78: each phrase is one byte longer than the one before, so a few bytes of code stand for many."""
    monkeypatch.setattr(compress, "BLOCK", MEGABYTE // 16)
    bits = lz78.encode(bytes(2 * MEGABYTE))
    assert len(bits) < compress.BLOCK
    (tmp_path / "zeros.abc").write_bytes(forged(2, 0, 2 * MEGABYTE, compress.zlib.crc32(bytes(2 * MEGABYTE)), bits))
    tracemalloc.start()
    try:
        assert compress.main(["--decompress", str(tmp_path / "zeros.abc")]) == 0
        assert tracemalloc.get_traced_memory()[1] < MEGABYTE
    finally:
        tracemalloc.stop()
    assert (tmp_path / "zeros").read_bytes() == bytes(2 * MEGABYTE)


def test_a_wrong_command_is_one_line(run, tmp_path):
    (tmp_path / "file").write_bytes(b"text")
    assert run("file")[0] == 0
    for arguments, why in (
        ([], "required"),
        (["missing"], "no such file"),
        (["."], "no such file"),
        (["a\0b"], "no such file"),
        (["file"], "already"),
        (["file", "--out", "no/where"], "no folder"),
        (["file", "--order", "13", "--out", "x"], "0 to 12"),
        (["file", "--order", "few"], "invalid int"),
        (["file", "--code", "zip"], "invalid choice"),
        (["--decompress", "file"], "does not end in .abc"),
        (["--decompress", "file.abc"], "already"),
        (["--decompress", "file.abc", "--out", "x", "--limit", "3"], "--limit 4"),
    ):
        status, said = run(*arguments)
        assert status == 2 and why in said and said.count("\n") == 1, (arguments, said)
    assert sorted(os.listdir(tmp_path)) == ["file", "file.abc"]
