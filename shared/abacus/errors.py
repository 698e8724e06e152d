"""The errors that reach the reader as one line instead of a traceback."""


class BadInput(ValueError):
    """Something the reader gave is wrong (a key, a value, a file): the message names it. Exit status 2."""


class Unavailable(OSError):
    """Something the machine should give is not there (disk, memory, network, a data set). Exit status 1."""


class Damaged(Unavailable):
    """A file is torn, truncated or altered: the message names the file and what was expected. Exit status 1."""
