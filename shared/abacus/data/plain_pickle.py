"""A reader of pickles that hold plain data: it builds arrays, CSR matrices, dicts, lists, tuples, numbers and text, no
more.

Some public data sets (MNIST-1D, Planetoid) are pickles of plain arrays. Python's own reader of pickles calls whatever
the file names; this one walks the opcodes as `pickletools` lists them and knows a fixed few. Any other opcode, any
other global, and anything that does not fit raises Damaged. Text of Python 2 is read as latin-1.
"""

import pickletools
import re
import warnings
from pathlib import Path

import numpy as np

from abacus.errors import Damaged

CAP = 1 << 28  # bytes of all arrays together; also of the file

_GLOBALS = {
    "numpy.core.multiarray _reconstruct": "reconstruct",
    "numpy._core.multiarray _reconstruct": "reconstruct",
    "numpy ndarray": "ndarray",
    "numpy dtype": "dtype",
    "scipy.sparse.csr csr_matrix": "csr",
    "scipy.sparse._csr csr_matrix": "csr",
    "collections defaultdict": "defaultdict",
    "__builtin__ list": "list",
    "builtins list": "list",
}
_PUSHED = {"BININT", "BININT1", "BININT2", "BINFLOAT", "BINUNICODE", "BINBYTES", "SHORT_BINBYTES"}
_PUSHED |= {"BINSTRING", "SHORT_BINSTRING"}  # text of Python 2, or the bytes of its arrays
_CONSTANTS = {"NONE": None, "NEWTRUE": True, "NEWFALSE": False}
_MARK = object()


class _Wrong(Exception):
    """What the file says cannot be built."""


class _Global:
    """One of the few functions and classes that may be named; nothing is imported or called by that name."""

    def __init__(self, name):
        self.name = name


class _Arguments(tuple):
    """A tuple with a name in it: good for a call only."""


class _Unfinished:
    """An array, dtype or matrix between the opcode that makes it and the BUILD that fills it."""

    def __init__(self, kind, dtype=None):
        self.kind, self.dtype, self.value = kind, dtype, None


def read(path, cap=CAP):
    """The object that the pickle at `path` holds; arrays are read-only views. At most `cap` bytes of file and of
    arrays.
    """
    path = Path(path)
    if path.stat().st_size > cap:
        raise Damaged(f"{path}: {path.stat().st_size} bytes, expected no more than {cap}")
    data = path.read_bytes()
    try:
        with warnings.catch_warnings():  # the standard library's, over text that is no text
            warnings.simplefilter("ignore")
            return _Machine(cap).run(data)
    except (_Wrong, ValueError, TypeError, KeyError, IndexError, OverflowError) as error:
        raise Damaged(f"{path}: not a pickle of plain arrays ({error})") from error


class _Machine:
    """The stack, the memo and how many more bytes of arrays may be built."""

    def __init__(self, cap):
        self.stack, self.memo, self.left = [], {}, cap

    def run(self, data):
        for opcode, argument, position in pickletools.genops(data):
            if opcode.name == "STOP":
                result = self.pop()
                if self.stack or position != len(data) - 1:
                    raise _Wrong("something is left over")
                return result
            self.step(opcode.name, argument)
        raise _Wrong("it ends too soon")

    def step(self, name, argument):
        if name in _PUSHED:
            self.stack.append(argument)
        elif name in ("BINPUT", "LONG_BINPUT"):
            self.memo[argument] = self.stack[-1]
        elif name in ("BINGET", "LONG_BINGET"):
            self.stack.append(self.memo[argument])
        elif name in _CONSTANTS:
            self.stack.append(_CONSTANTS[name])
        elif name == "MARK":
            self.stack.append(_MARK)
        elif name == "GLOBAL":
            if argument not in _GLOBALS:
                raise _Wrong(f"it names {argument.replace(' ', '.')}")
            self.stack.append(_Global(_GLOBALS[argument]))
        elif name == "PROTO":
            if argument not in (2, 3):
                raise _Wrong(f"protocol {argument}")
        else:
            getattr(self, f"do_{name.lower()}", self.unknown(name))()

    def unknown(self, name):
        def refuse():
            raise _Wrong(f"opcode {name}")

        return refuse

    def pop(self):
        """The top of the stack, finished, and plain data."""
        top = self.pop_named()
        if isinstance(top, (_Global, _Arguments)):
            raise _Wrong("a name where data should be")
        return top

    def pop_named(self):
        """The top of the stack, finished: data, or a name, or the arguments of a call with a name among them."""
        top = self.stack.pop()
        if top is _MARK:
            raise _Wrong("a mark where a value should be")
        if isinstance(top, _Unfinished):
            if top.value is None:
                raise _Wrong(f"a {top.kind} that is never filled")
            return top.value
        return top

    def marked(self):
        """What lies above the last mark, finished, and the mark removed."""
        items = []
        while self.stack[-1] is not _MARK:
            items.append(self.pop())
        self.stack.pop()
        return items[::-1]

    def do_empty_dict(self):
        self.stack.append({})

    def do_empty_list(self):
        self.stack.append([])

    def do_empty_tuple(self):
        self.stack.append(())

    def do_tuple(self):
        self.stack.append(tuple(self.marked()))

    def do_tuple1(self):
        self.take(1)

    def do_tuple2(self):
        self.take(2)

    def do_tuple3(self):
        self.take(3)

    def take(self, count):
        items = [self.pop_named() for _ in range(count)][::-1]
        if any(isinstance(item, _Arguments) for item in items):
            raise _Wrong("a name where data should be")
        named = any(isinstance(item, _Global) for item in items)
        self.stack.append(_Arguments(items) if named else tuple(items))

    def do_append(self):
        self.extend([self.pop()])

    def do_appends(self):
        self.extend(self.marked())

    def extend(self, items):
        if type(self.stack[-1]) is not list:
            raise _Wrong("items for what is no list")
        self.stack[-1].extend(items)

    def do_setitem(self):
        value, key = self.pop(), self.pop()
        self.update([key, value])

    def do_setitems(self):
        self.update(self.marked())

    def update(self, items):
        if type(self.stack[-1]) is not dict or len(items) % 2:
            raise _Wrong("items for what is no dict")
        for key, value in zip(items[::2], items[1::2]):
            if type(key) not in (str, int):
                raise _Wrong("a key that is neither text nor a whole number")
            self.stack[-1][key] = value

    def do_reduce(self):
        arguments, called = self.pop_named(), self.pop_named()
        name = called.name if isinstance(called, _Global) else None
        if name == "reconstruct" and len(arguments) == 3 and getattr(arguments[0], "name", None) == "ndarray":
            self.stack.append(_Unfinished("array"))
        elif name == "dtype" and re.fullmatch("[biuf][1248]", str(arguments[0])):
            self.stack.append(_Unfinished("dtype", np.dtype(arguments[0])))
        elif name == "defaultdict" and len(arguments) == 1 and getattr(arguments[0], "name", None) == "list":
            self.stack.append({})
        else:
            raise _Wrong("a call of something else than an array, a dtype or a defaultdict of lists")

    def do_newobj(self):
        arguments, called = self.pop_named(), self.pop_named()
        if arguments != () or not isinstance(called, _Global) or called.name != "csr":
            raise _Wrong("an object that is no csr_matrix")
        self.stack.append(_Unfinished("matrix"))

    def do_build(self):
        state, built = self.pop(), self.stack[-1]
        if not isinstance(built, _Unfinished) or built.value is not None:
            raise _Wrong("a state for something finished")
        built.value = {"array": self.array, "dtype": _dtype, "matrix": _matrix}[built.kind](state, built)

    def array(self, state, built):
        _, shape, dtype, fortran, values = state
        if not isinstance(dtype, np.dtype) or not all(type(length) is int and length >= 0 for length in shape):
            raise _Wrong("an array without a plain type and shape")
        raw = values.encode("latin-1") if isinstance(values, str) else values
        self.left -= len(raw)
        if self.left < 0:
            raise _Wrong("arrays of too many bytes")
        return np.frombuffer(raw, dtype).reshape(shape, order="F" if fortran else "C")


def _dtype(state, built):
    order = state[1]
    if state[2:5] != (None, None, None) or order not in ("<", ">", "|", "="):
        raise _Wrong("a type with fields")
    return built.dtype.newbyteorder(order)


def _matrix(state, built):
    from scipy.sparse import csr_matrix

    rows, columns = state["_shape"]
    values, indices, starts = state["data"], state["indices"], state["indptr"]
    if not all(isinstance(each, np.ndarray) and each.ndim == 1 for each in (values, indices, starts)):
        raise _Wrong("a matrix without its arrays")
    if indices.dtype.kind != "i" or starts.dtype.kind != "i" or len(indices) != len(values):
        raise _Wrong("a matrix whose arrays do not fit")
    if len(starts) != rows + 1 or starts[0] != 0 or starts[-1] != len(values) or (np.diff(starts) < 0).any():
        raise _Wrong("a matrix whose rows do not fit")
    if len(indices) and not 0 <= indices.min() <= indices.max() < columns:
        raise _Wrong("a matrix with an entry outside it")
    return csr_matrix((values, indices, starts), shape=(rows, columns))
