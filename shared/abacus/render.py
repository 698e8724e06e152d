def terminal(*a, **k): return ""
