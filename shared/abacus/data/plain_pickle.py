"""A reader of pickles that hold plain data: arrays, CSR matrices, dicts, lists, tuples, numbers and text, and no more.

Two public data sets (MNIST-1D, Planetoid) are pickles of plain arrays. Python's own reader of pickles calls whatever a
file names; this one is that reader with a white list: for the few names on it the file gets stand-ins of ours, which keep
what they are given and do nothing, and any other name raises Damaged. Arrays are built afterwards, from what the
stand-ins kept, once it is seen to fit. The files are verified by their hash before they come here (`data.file`), and this
is the one module that may import pickle (tests/test_floors.py).
"""

import io
import pickle
import pickletools
import re
import warnings
from pathlib import Path

import numpy as np

from abacus.errors import Damaged

CAP = 1 << 28  # bytes of all arrays together; also of the file
TUPLES = 1000  # of a whole file; these files have fewer than 50, and what is nested deeper exhausts the stack


def read(path, cap=CAP):
    """The object that the pickle at `path` holds; arrays are read-only views. At most `cap` bytes of file and of arrays.

    A defaultdict comes as a dict, text of Python 2 is read as latin-1. Damaged for everything that is not plain.
    """
    path = Path(path)
    if path.stat().st_size > cap:
        raise Damaged(f"{path}: {path.stat().st_size} bytes, expected no more than {cap}")
    data = path.read_bytes()
    try:
        with warnings.catch_warnings():  # the standard library's, over text that is no text
            warnings.simplefilter("ignore")
            _survey(data)
            return _Builder(cap).plain(_Reader(io.BytesIO(data), encoding="latin-1").load())
    except MemoryError:
        raise
    except Exception as error:  # Python promises no list of those that a pickle may raise
        raise Damaged(f"{path}: not a pickle of plain arrays ({' '.join(str(error).split())})") from error


def _survey(data):
    """ValueError where a pickle is not whole, or would cost more than its size before a word of it is understood."""
    tuples = end = 0
    for opcode, argument, position in pickletools.genops(data):  # a string that claims too many bytes ends here
        tuples, end = tuples + opcode.name.startswith("TUPLE"), position
        if opcode.name.endswith("PUT") and argument > len(data):
            raise ValueError("a place in the memo beyond the length of the file")
    if tuples > TUPLES:
        raise ValueError(f"{tuples} tuples, expected no more than {TUPLES}")
    if end != len(data) - 1:
        raise ValueError("something is left over")


class _StandIn:
    """What a pickle makes by one of the names below: it keeps arguments and state, and does nothing."""

    arguments, state = (), None

    def __init__(self, *arguments):
        self.arguments = arguments

    def __setstate__(self, state):
        self.state = state


class _Array(_StandIn):
    pass


class _Type(_StandIn):
    pass


class _Matrix(_StandIn):
    pass


class _Groups(_StandIn, dict):
    """A defaultdict: the pickle puts its items in."""


_NDARRAY, _LIST = object(), object()  # named only as an argument of the others
_NAMES = {
    "numpy.core.multiarray _reconstruct": _Array,
    "numpy._core.multiarray _reconstruct": _Array,
    "numpy dtype": _Type,
    "numpy ndarray": _NDARRAY,
    "scipy.sparse.csr csr_matrix": _Matrix,
    "scipy.sparse._csr csr_matrix": _Matrix,
    "collections defaultdict": _Groups,
    "__builtin__ list": _LIST,
    "builtins list": _LIST,
}
_SCALARS = bool, int, float, str, bytes, type(None)


class _Reader(pickle.Unpickler):
    def find_class(self, module, name):
        """The stand-in for a name on the white list; ValueError for any other: nothing is imported."""
        if f"{module} {name}" not in _NAMES:
            raise ValueError(f"it names {module}.{name}")
        return _NAMES[f"{module} {name}"]


class _Builder:
    """Plain data from what was read, each thing once; `left` is how many more bytes of arrays may be built."""

    def __init__(self, cap):
        self.left, self.built = cap, {}

    def plain(self, thing):
        """`thing` with arrays and matrices in place of stand-ins. ValueError where it is, or holds, something else."""
        if type(thing) in _SCALARS:
            return thing
        if id(thing) not in self.built:
            self.built[id(thing)] = self  # under way
            self.built[id(thing)] = self.build(thing)
        if self.built[id(thing)] is self:
            raise ValueError("something that holds itself")
        return self.built[id(thing)]

    def build(self, thing):
        match thing:
            case _Array(arguments=(kind, _, _), state=(_, shape, code, fortran, values)) if kind is _NDARRAY:
                return self.array(shape, code, fortran, values)
            case _Matrix(arguments=(), state=dict()):
                return _matrix(
                    {name: self.plain(thing.state[name]) for name in ("_shape", "data", "indices", "indptr")}
                )
        if type(thing) is dict or (type(thing) is _Groups and thing.arguments == (_LIST,)):
            if any(type(key) not in (str, int) for key in thing):
                raise ValueError("a key that is neither text nor a whole number")
            return {key: self.plain(value) for key, value in thing.items()}
        if type(thing) in (list, tuple):
            return type(thing)([self.plain(item) for item in thing])
        raise ValueError(f"it holds {type(thing).__name__}, not filled or not as it should be")

    def array(self, shape, code, fortran, values):
        if not all(type(length) is int and length >= 0 for length in shape):
            raise ValueError("an array without a plain shape")
        raw = values.encode("latin-1") if isinstance(values, str) else values
        self.left -= len(raw)
        if self.left < 0:
            raise ValueError("arrays of too many bytes")
        return np.frombuffer(raw, _type(code)).reshape(shape, order="F" if fortran else "C")


def _type(code):
    """The dtype behind its stand-in: a plain kind of number in a byte order."""
    match code:
        case _Type(arguments=(str(name), _, _), state=(_, "<" | ">" | "|" | "=" as order, None, None, None, *_)):
            if re.fullmatch("[biuf][1248]", name):
                return np.dtype(name).newbyteorder(order)
    raise ValueError("an array of something else than plain numbers")


def _matrix(state):
    from scipy.sparse import csr_matrix

    rows, columns = state["_shape"]
    values, indices, starts = state["data"], state["indices"], state["indptr"]
    if not all(isinstance(each, np.ndarray) and each.ndim == 1 for each in (values, indices, starts)):
        raise ValueError("a matrix without its arrays")
    if indices.dtype.kind != "i" or starts.dtype.kind != "i" or len(indices) != len(values):
        raise ValueError("a matrix whose arrays do not fit")
    if len(starts) != rows + 1 or starts[0] != 0 or starts[-1] != len(values) or (np.diff(starts) < 0).any():
        raise ValueError("a matrix whose rows do not fit")
    if len(indices) and not 0 <= indices.min() <= indices.max() < columns:
        raise ValueError("a matrix with an entry outside it")
    return csr_matrix((values, indices, starts), shape=(rows, columns))
