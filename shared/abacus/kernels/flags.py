"""How every kernel is compiled."""

FAST = {"contract", "nsz", "arcp", "reassoc"}  # not nnan, ninf: a NaN has to stay one
ORDERED = FAST | {"nnan"}  # lets a loop find its maximum by vectors; every NaN must reach the result by another way
JIT = {"cache": True, "nogil": True, "error_model": "numpy", "fastmath": FAST}
# Said, not left out: a kernel that does not name fastmath is compiled with that of whoever calls it first, and kept so on disk.
EXACT = JIT | {"fastmath": False}
