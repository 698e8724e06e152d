"""Commands for a file of the reader's: their exit status, and lines that fit."""

import subprocess
import sys

import pytest

from abacus import command
from abacus.errors import BadInput, Unavailable


@pytest.mark.parametrize(
    ("error", "status"), [(BadInput("wrong"), 2), (Unavailable("no room"), 1), (KeyboardInterrupt(), 130), (None, 0)]
)
def test_what_ends_a_command_is_one_line_and_a_status(error, status, capsys):
    @command.guarded
    def main(arguments):
        if error:
            raise error

    assert main([]) == status
    assert capsys.readouterr().err == ("" if status in (0, 130) else f"{error}\n")


def test_a_fault_of_ours_keeps_its_traceback():
    @command.guarded
    def main(arguments):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        main([])


SAYS = """
import sys
from abacus import command

@command.guarded
def main(arguments):
    command.tell(["\\u03b2"] * int(arguments[0]))

sys.exit(main(sys.argv[1:]))
"""


def test_a_closed_pipe_ends_quietly_and_a_narrow_terminal_shows_escapes(monkeypatch):
    with subprocess.Popen(
        [sys.executable, "-c", SAYS, "100000"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    said = subprocess.run([sys.executable, "-c", SAYS, "1"], capture_output=True)
    assert (said.returncode, said.stdout.split()) == (0, [b"\\u03b2"])


def test_a_table_is_aligned_and_prose_is_broken_with_its_indent(capsys):
    assert command.table([["", "b"], ["long name", "1.5"]]) == ["             b", "long name  1.5"]
    command.tell(["  " + "word " * 30])
    first, second = capsys.readouterr().out.splitlines()
    assert len(first) <= command.WIDTH and second.startswith("    word")


def test_a_picture_is_refused_before_any_work_where_it_cannot_be_kept(tmp_path):
    command.expect_png("--plots", None)
    command.expect_png("--plots", tmp_path / "a.png")
    for name, said in ((tmp_path / "a.txt", "ends in .png"), (tmp_path / "none" / "a.png", "no folder")):
        with pytest.raises(BadInput, match=said):
            command.expect_png("--plots", str(name))
