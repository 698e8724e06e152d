from collections import namedtuple
Result = namedtuple("Result", "values deterministic")
def judge(t, r): return []
