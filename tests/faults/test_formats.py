"""Torn, mangled and hostile files: each ends in one Damaged that names the file, within bounded memory."""

import functools
import gzip
import io
import lzma
import struct
import tarfile
import zipfile

import bombs
import mutating
import numpy as np
import pytest

from abacus.data import archives, formats, plain_pickle
from abacus.errors import Damaged

CAP = 1 << 20
ROUNDS = 300  # mutants of each sample; the campaign behind the marker `slow` makes ten times as many


def idx_bytes():
    """Twelve images of 3 × 5 in the idx format."""
    return struct.pack(">4B3I", 0, 0, 8, 3, 12, 3, 5) + bytes(range(180))


def tar_bytes(names=("a/one.txt", "a/two.txt")):
    """A tar of two small files."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name in names:
            member = tarfile.TarInfo(name)
            member.size = 700
            archive.addfile(member, io.BytesIO(name.encode().ljust(700, b".")))
    return out.getvalue()


def zip_bytes():
    """A zip of two small files, one of them deflated."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("one.txt", b"1" * 700, zipfile.ZIP_DEFLATED)
        archive.writestr("two.txt", b"2" * 70)
    return out.getvalue()


def pickled():
    """A dict with an array, a list and text, as Python 3 writes it, but spelled out."""
    array = (
        b"cnumpy.core.multiarray\n_reconstruct\nq\x00cnumpy\nndarray\nq\x01K\x00\x85C\x01b\x87Rq\x02"
        b"(K\x01K\x02K\x03\x86cnumpy\ndtype\nX\x02\x00\x00\x00f8K\x00K\x01\x87Rq\x03"
        b"(K\x03X\x01\x00\x00\x00<NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb\x89C"
        b"\x30" + np.arange(6.0).tobytes() + b"tb"
    )
    text = b"X\x01\x00\x00\x00"
    return b"\x80\x03}q\x05(" + text + b"x" + array + text + b"l](K\x01K\x02M\x00\x01eu."


ARFF = """% a comment
@relation small
@attribute 'petal length' REAL
@attribute kind {a, 'b c', d}
@data
1.5,a
?,'b c'
"""

SAMPLES = {
    "idx": (idx_bytes(), functools.partial(formats.idx, cap=CAP)),
    "idx.gz": (gzip.compress(idx_bytes()), functools.partial(formats.idx, cap=CAP)),
    "csv": (b'a,"b c",d\n1,x,NA\n2.5,"y,z",3\n', functools.partial(formats.table, cap=CAP)),
    "matrix": (b"1 2 3\n4 5e-1 6\n", functools.partial(formats.matrix, cap=CAP)),
    "arff": (ARFF.encode(), lambda path: formats.arff(path, formats.text(path, cap=CAP))),
    "xz": (lzma.compress(b"0123456789" * 300), functools.partial(archives.expand, cap=CAP)),
    "tar": (tar_bytes(), functools.partial(archives.members, cap=CAP)),
    "tar.gz": (gzip.compress(tar_bytes()), functools.partial(archives.members, cap=CAP)),
    "tar.xz": (lzma.compress(tar_bytes()), functools.partial(archives.members, cap=CAP)),
    "zip": (zip_bytes(), functools.partial(archives.members, cap=CAP)),
    "pickle": (pickled(), functools.partial(plain_pickle.read, cap=CAP)),
}


@pytest.mark.parametrize("kind", SAMPLES)
def test_the_sample_itself_is_read(kind, tmp_path):
    body, read = SAMPLES[kind]
    (tmp_path / kind).write_bytes(body)
    assert len(read(tmp_path / kind)) > 0


def test_what_is_read_is_right(tmp_path):
    for kind, (body, _) in SAMPLES.items():
        (tmp_path / kind).write_bytes(body)
    assert np.array_equal(formats.idx(tmp_path / "idx.gz"), np.arange(180, dtype=np.uint8).reshape(12, 3, 5))
    table = formats.table(tmp_path / "csv")
    assert table.names == ["a", "b c", "d"] and list(table.columns["b c"]) == ["x", "y,z"]
    assert np.array_equal(table.columns["d"], [np.nan, 3], equal_nan=True)
    arff = SAMPLES["arff"][1](tmp_path / "arff")
    assert arff.values == {"kind": ["a", "b c", "d"]} and list(arff.columns["kind"]) == ["a", "b c"]
    assert np.array_equal(arff.columns["petal length"], [1.5, np.nan], equal_nan=True)
    for kind in ("tar", "tar.gz", "tar.xz"):
        assert archives.members(tmp_path / kind, CAP)["a/two.txt"] == b"a/two.txt".ljust(700, b".")
    held = plain_pickle.read(tmp_path / "pickle")
    assert np.array_equal(held["x"], np.arange(6.0).reshape(2, 3)) and held["l"] == [1, 2, 256]


def attack(kind, path, rounds):
    """How many mutants of a sample are refused, each in one Damaged that names the file."""
    body, read = SAMPLES[kind]
    rng = np.random.default_rng(sum(kind.encode()))
    return mutating.attack(path, read, Damaged, mutating.mutants(body, rng, rounds))


@pytest.mark.parametrize("kind", SAMPLES)
def test_mutants_end_in_one_named_error(kind, tmp_path):
    assert attack(kind, tmp_path / "mutant", ROUNDS) > 0


@pytest.mark.slow
@pytest.mark.parametrize("kind", SAMPLES)
def test_many_mutants_end_in_one_named_error(kind, tmp_path):
    assert attack(kind, tmp_path / "mutant", 10 * ROUNDS) > 0


@pytest.mark.parametrize("kind", ["idx", "idx.gz", "xz", "tar.gz", "tar.xz", "zip", "pickle"])
def test_every_cut_is_noticed(kind, tmp_path):
    body, read = SAMPLES[kind]
    first = 1 if kind == "xz" else 0  # an empty file is an empty text
    for length in range(first, len(body)):
        (tmp_path / "cut").write_bytes(body[:length])
        with pytest.raises(Damaged):
            read(tmp_path / "cut")


BOMBS = """
import gzip, lzma, struct, sys, tarfile, zipfile
from pathlib import Path

import bombs
from abacus.data import archives, formats, plain_pickle
from abacus.errors import Damaged

folder = Path(sys.argv[1])
zeros, cap = bytes(1 << 20), 16 << 20
packed = {gzip: gzip.compress(zeros), lzma: lzma.compress(zeros)}


def squeezed(name, module, head=b""):
    (folder / name).write_bytes(module.compress(head) + packed[module] * 1024)


squeezed("gz", gzip)
squeezed("xz", lzma)
squeezed("idx.gz", gzip, struct.pack(">4BI", 0, 0, 8, 1, 1000))
squeezed("claims.gz", gzip, struct.pack(">4B4I", 0, 0, 8, 4, *[2**31] * 4))
member = tarfile.TarInfo("a")
member.size = 1 << 30
squeezed("tar.gz", gzip, member.tobuf())
with zipfile.ZipFile(folder / "zip", "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
    with archive.open("a", "w") as file:
        for _ in range(512):
            file.write(zeros)
sparse = tarfile.TarInfo("a")
sparse.type = tarfile.GNUTYPE_SPARSE
block = bytearray(sparse.tobuf(tarfile.GNU_FORMAT))
block[483:495] = b"77777777777\\0"
block[148:156] = b"%06o\\0 " % (sum(block[:148]) + 8 * 32 + sum(block[156:512]))
(folder / "sparse.tar").write_bytes(block + bytes(1024))
raw = bytes(1 << 20)
array = (b"cnumpy.core.multiarray\\n_reconstruct\\ncnumpy\\nndarray\\nK\\0\\x85C\\x01b\\x87R(K\\x01J\\0\\0\\x10\\0\\x85"
         b"cnumpy\\ndtype\\nX\\2\\0\\0\\0u1K\\0K\\x01\\x87R(K\\3X\\1\\0\\0\\0|NNNJ\\xff\\xff\\xff\\xffJ\\xff\\xff\\xff\\xffK\\0tb\\x89")
body = b"\\x80\\x03(" + array + b"B\\0\\0\\x10\\0" + raw + b"q\\0tb" + (array + b"h\\0tb") * 4000 + b"t."
(folder / "pickle").write_bytes(body)
(folder / "claims.pickle").write_bytes(b"\\x80\\x03B\\xff\\xff\\xff\\x7fabc.")
(folder / "deep.pickle").write_bytes(b"\\x80\\x03N" + b"\\x85" * 1000000 + b".")
(folder / "deep.key.pickle").write_bytes(b"\\x80\\x03}N" + b"\\x85" * 1000000 + b"Ns.")
(folder / "deep.list.pickle").write_bytes(b"\\x80\\x03" + b"]" * 1000000 + b"a" * 999999 + b".")
(folder / "memo.pickle").write_bytes(b"\\x80\\x03]r\\x00\\x00\\x00\\x10.")
(folder / "memo.text.pickle").write_bytes(b"]p268435456\\n.")
(folder / "longer.claims.pickle").write_bytes(b"\\x80\\x04\\x8e" + b"\\xff" * 7 + b"\\x0fabc.")
(folder / "wide.csv").write_bytes(b'"' + b"a" * (8 << 20))

readers = {
    "gz": lambda path: archives.expand(path, cap),
    "idx.gz": formats.idx,
    "claims.gz": formats.idx,
    "xz": lambda path: archives.expand(path, cap),
    "zip": lambda path: archives.members(path, cap),
    "tar.gz": lambda path: archives.members(path, cap),
    "sparse.tar": lambda path: archives.members(path, cap),
    "pickle": lambda path: plain_pickle.read(path, 4 * cap),
    **dict.fromkeys(
        ("claims.pickle", "deep.pickle", "deep.key.pickle", "deep.list.pickle", "memo.pickle", "memo.text.pickle",
         "longer.claims.pickle"), lambda path: plain_pickle.read(path, 4 * cap)),
    "wide.csv": lambda path: formats.table(path, cap=cap),
}
with bombs.bounded():
    bombs.refused(folder, readers, Damaged)
"""


def test_bombs_are_refused_in_bounded_memory(tmp_path):
    assert bombs.are_refused(BOMBS, tmp_path)


ARRAY = b"cnumpy.core.multiarray\n_reconstruct\n"
TYPE = b"cnumpy\ndtype\nX\x02\x00\x00\x00f8K\x00K\x01\x87R"
EMPTY = ARRAY + b"cnumpy\nndarray\nK\x00\x85C\x01b\x87R"


@pytest.mark.parametrize(
    "body",
    [
        b"cos\nsystem\n(X\x04\x00\x00\x00truetR.",
        b"cbuiltins\neval\n(X\x01\x00\x00\x001tR.",
        b"\x80\x02" + ARRAY + b"cbuiltins\nlist\nK\x00\x85C\x01b\x87R.",
        b"\x80\x02" + EMPTY + b".",  # an array that is never filled
        b"\x80\x02" + EMPTY + b"(K\x01K\x01\x85cnumpy\ndtype\nX\x02\x00\x00\x00O8\x85R\x89]tb.",
        b"\x80\x02" + EMPTY + b"(K\x01K\x01\x85" + TYPE + b"\x89C\x08........tb.",  # a type that is never filled
        b"\x80\x02" + EMPTY + b"(K\x01J\xff\xff\xff\xff\x85" + TYPE + b"(K\x03X\x01\x00\x00\x00<NNNtb\x89C\x00tb.",
        b"\x80\x02" + TYPE + b".",
        b"\x80\x03cnumpy\ndtype\nX\x01\x00\x00\x00OK\x00K\x01\x87R.",
        b"\x80\x02ccollections\ndefaultdict\ncbuiltins\nlist\n\x85R(K\x01K\x02s.",
        b"\x80\x02ccollections\ndefaultdict\n)R.",
        b"\x80\x02ccollections\ndefaultdict\ncnumpy\ndtype\n\x85R.",
        b"\x80\x04\x8c\x02os\x8c\x06system\x93.",
        b"\x80\x04\x8c\x02o\n\x8c\x06system\x93.",
        b"(S'os'\nS'system'\nios\nsystem\n.",
        b"\x80\x02}(]K\x01u.",
        b"\x80\x02}(K\x01\x85K\x01u.",
        b"\x80\x02]q\x00h\x00a.",  # it holds itself
        b"\x80\x02]q\x00h\x00a(lp.",
        b"\x80\x02cnumpy\ndtype\n.",
        b"\x80\x02cnumpy\ndtype\n\x85.",
        b"\x80\x02cnumpy\ndtype\n\x85\x85.",
        b"\x80\x02](cnumpy\ndtype\ne.",
        b"\x80\x02](cnumpy\nndarray\ne.",
        b"\x80\x02cnumpy\ndtype\n}X\x05\x00\x00\x00stateNsb.",  # states for what is no instance
        b"\x80\x02ccollections\ndefaultdict\nN}X\x0c\x00\x00\x00__setstate__Ns\x86b.",
        b"\x80\x02cnumpy\nndarray\n}X\x01\x00\x00\x00aNsb.",
        b"\x80\x02cscipy.sparse.csr\ncsr_matrix\n)\x81.",
        b"\x80\x02cscipy.sparse.csr\ncsr_matrix\n)\x81}b.",
        b"\x80\x04\x8f.",  # a set
        b"\x80\x02K\x01.extra",
        b"\x80\x02K\x01Q.",
        b"\x80\x02\x82\x01.",
        b"\x80\x05\x97.",
        b".",
        b"",
    ],
)
def test_a_pickle_that_wants_more_than_plain_data_is_refused(body, tmp_path):
    (tmp_path / "evil").write_bytes(body)
    with pytest.raises(Damaged, match="evil") as error:
        plain_pickle.read(tmp_path / "evil")
    assert "\n" not in str(error.value)
    (tmp_path / "good").write_bytes(pickled())  # and it has left nothing behind
    assert np.array_equal(plain_pickle.read(tmp_path / "good")["x"], np.arange(6.0).reshape(2, 3))


def test_a_pickle_that_refers_to_one_list_many_times_is_read_once(tmp_path):
    """Forty lists, each twice in the next one: 2^40 if each mention were a copy."""
    body = b"\x80\x02]q\x00" + b"".join(b"](h%ch%ceq%c" % (i, i, i + 1) for i in range(40)) + b"."
    (tmp_path / "laughs").write_bytes(body)
    held = plain_pickle.read(tmp_path / "laughs")
    for _ in range(40):
        assert len(held) == 2 and held[0] is held[1]
        held = held[0]
    assert held == []


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE])
def test_links_and_devices_in_a_tar_are_refused(kind, tmp_path):
    with tarfile.open(tmp_path / "t.tar", "w") as archive:
        member = tarfile.TarInfo("a")
        member.type, member.linkname = kind, "/etc/passwd"
        archive.addfile(member)
    with pytest.raises(Damaged, match="neither a file nor a folder"):
        archives.members(tmp_path / "t.tar", CAP)


def test_a_name_that_comes_twice_is_refused(tmp_path):
    (tmp_path / "t.tar").write_bytes(tar_bytes(("a", "a")))
    with pytest.raises(Damaged, match="twice"):
        archives.members(tmp_path / "t.tar", CAP)


def test_streams_one_after_the_other_are_one_content(tmp_path):
    for name, pack in {"gz": gzip.compress, "xz": lzma.compress}.items():
        (tmp_path / name).write_bytes(pack(b"one ") + pack(b"two"))
        assert archives.expand(tmp_path / name, 7) == b"one two"
        with pytest.raises(Damaged):
            archives.expand(tmp_path / name, 6)


def test_numbers_are_numbers_and_missing_is_nan():
    assert np.array_equal(formats.column(["1", "NA", "-2e3"]), [1, np.nan, -2000], equal_nan=True)
    assert formats.column(["1_000"]).dtype.kind == "U" and formats.column(["1", "x"]).dtype.kind == "U"


def test_lines_are_split_at_newlines_alone(tmp_path):
    (tmp_path / "text").write_bytes("one\x85still one\r\ntwo\n".encode("latin-1"))
    assert formats.lines(tmp_path / "text", "latin-1") == ["one\x85still one", "two"]
