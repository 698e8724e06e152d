"""A command for the reader's own file: how it ends, and how it says what it found."""

import functools
import os
import sys
import textwrap
from pathlib import Path

from abacus import sheet
from abacus.errors import BadInput

WIDTH = 100  # of a printed line


def guarded(main):
    """`main(arguments)` with an exit status: 0 done, 2 wrong input, 1 where the machine lacks something, each in one line.

    Characters that the terminal cannot show are written as escapes; a reader that closes the pipe (`| head`) ends it quietly.
    Matrix products use one thread, as in every run: the same bytes, and none waits for another.
    """

    from threadpoolctl import threadpool_limits

    @functools.wraps(main)
    def status(arguments):
        if hasattr(sys.stdout, "reconfigure"):
            sys.stdout.reconfigure(errors="backslashreplace")
        try:
            with threadpool_limits(1):
                main(arguments)
            sys.stdout.flush()
        except BadInput as error:
            print(error, file=sys.stderr)
            return 2
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 0
        except OSError as error:
            print(error, file=sys.stderr)
            return 1
        except KeyboardInterrupt:
            return 130
        return 0

    return status


def expect_png(option, name):
    """BadInput unless no picture is wanted, or the file that `option` names ends in .png and its folder is there."""
    if name and Path(name).suffix != ".png":
        raise BadInput(f"{option} {sheet.printable(name)}: wanted the name of a file that ends in .png")
    if name and not Path(name).parent.is_dir():
        raise BadInput(
            f"{option} {sheet.printable(name)}: there is no folder {sheet.printable(str(Path(name).parent))}"
        )


def p(value):
    """A p value as a sentence says it: "p = 0.0123"."""
    return "p < 0.0001" if value < 1e-4 else f"p = {float(value):.3g}"


def tell(lines):
    """Print lines of prose, broken at WIDTH; what is broken goes on two spaces further in."""
    for line in lines:
        indent = " " * (len(line) - len(line.lstrip()) + 2)
        print(textwrap.fill(line, WIDTH, subsequent_indent=indent, break_long_words=False))


def table(rows):
    """Lines of a table from rows of texts, the first the head: the first column to the left, the others to the right."""
    widths = [max(map(len, column)) for column in zip(*rows)]
    return [
        "  ".join(
            word.ljust(width) if k == 0 else word.rjust(width) for k, (word, width) in enumerate(zip(row, widths))
        )
        for row in rows
    ]
