"""Dynamic programming: a table of answers to smaller questions, filled once. Strings: where a pattern stands in a text."""

import math

from abacus.errors import BadInput


def edit_distance(a, b, change=1):
    """Fewest letters put in, taken out (1 each) or changed (`change`) that make b of a (Levenshtein 1965; eq. 14)."""
    if not change >= 0:
        raise BadInput(f"change={change}: a cost of at least 0 is wanted")
    row = list(range(len(b) + 1))  # of the table, only the last row is kept
    for i, x in enumerate(a):
        corner, row[0] = i, i + 1
        for j, y in enumerate(b):
            corner, row[j + 1] = row[j + 1], min(row[j + 1] + 1, row[j] + 1, corner + change * (x != y))  # eq. 14
    return row[-1]


def common(a, b):
    """A longest sequence that stands in both, not necessarily without gaps."""
    n, m = len(a), len(b)
    longest = [[0] * (m + 1) for _ in range(n + 1)]  # longest[i][j]: of a[i:] and b[j:]
    for i in reversed(range(n)):
        for j in reversed(range(m)):
            longest[i][j] = 1 + longest[i + 1][j + 1] if a[i] == b[j] else max(longest[i + 1][j], longest[i][j + 1])
    i, j, found = 0, 0, []
    while i < n and j < m:
        if a[i] == b[j]:
            found.append(a[i])
            i, j = i + 1, j + 1
        elif longest[i + 1][j] >= longest[i][j + 1]:
            i += 1
        else:
            j += 1
    return found


def knapsack(weights, values, room):
    """Largest total value of things whose weights, whole numbers, add up to at most `room`; and which things."""
    if any(not (isinstance(w, int) and w >= 0) for w in (*weights, room)):
        raise BadInput(f"weights={weights}, room={room}: whole numbers of at least 0 are wanted")
    if len(weights) != len(values):
        raise BadInput(f"{len(weights)} weights and {len(values)} values: as many are wanted")
    if any(value != value for value in values):
        raise BadInput(f"values={values}: numbers are wanted")
    best = [[0] * (room + 1)]  # best[k][r]: of the first k things, in room r
    for weight, value in zip(weights, values):
        last = best[-1]
        best.append([max(last[r], last[r - weight] + value if weight <= r else 0) for r in range(room + 1)])
    chosen, r = [], room
    for k in reversed(range(len(weights))):
        if best[k + 1][r] != best[k][r]:
            chosen.append(k)
            r -= weights[k]
    return best[-1][room], chosen[::-1]


def matrix_chain(sizes):
    """Fewest multiplications of numbers for a product of matrices sizes[0] × sizes[1], sizes[1] × sizes[2], ..."""
    if len(sizes) < 2 or any(size != size // 1 or size < 1 for size in sizes):
        raise BadInput(f"sizes={sizes}: two or more are wanted, whole numbers, none below 1")
    n = len(sizes) - 1
    cost = {(i, i): 0 for i in range(n)}
    for length in range(2, n + 1):
        for i in range(n - length + 1):
            j = i + length - 1
            cost[i, j] = min(cost[i, k] + cost[k + 1, j] + sizes[i] * sizes[k + 1] * sizes[j + 1] for k in range(i, j))
    return cost[0, n - 1]


def held_karp(d):
    """Length of a shortest tour by distances d (n, n): best[S, j] ends a way through the set S at j (eq. 15).

    n² 2ⁿ steps (Bellman 1962; Held and Karp 1962), where trying all tours takes (n − 1)!/2.
    """
    n = len(d)
    if not n or any(len(row) != n for row in d) or not all(abs(x) < math.inf for row in d for x in row):
        raise BadInput(f"distances of {n} cities: a square of finite numbers is wanted, of one city or more")
    best = {(1 << j, j): d[n - 1][j] for j in range(n - 1)}  # a set is the bits of a number; city n − 1 is the start
    for chosen in range(1, 1 << (n - 1)):
        inside = [j for j in range(n - 1) if chosen >> j & 1]
        for j in inside if len(inside) > 1 else ():
            before = chosen ^ 1 << j
            best[chosen, j] = min(best[before, k] + d[k][j] for k in inside if k != j)  # eq. 15
    return min((best[(1 << (n - 1)) - 1, j] + d[j][n - 1] for j in range(n - 1)), default=0)


def search(text, pattern):
    """Places where the pattern begins, and comparisons of letters: try every place, stop at the first difference."""
    places, compared = [], 0
    for i in range(len(text) - len(_wanted(pattern)) + 1):
        k = 0
        while k < len(pattern):
            compared += 1
            if text[i + k] != pattern[k]:
                break
            k += 1
        else:
            places.append(i)
    return places, compared


def borders(pattern):
    """For each k the longest proper beginning of pattern[: k + 1] that is also its end, as a length (eq. 16)."""
    length = [0] * len(pattern)
    for k in range(1, len(pattern)):
        b = length[k - 1]
        while b and pattern[b] != pattern[k]:
            b = length[b - 1]  # eq. 16
        length[k] = b + (pattern[b] == pattern[k])
    return length


def knuth_morris_pratt(text, pattern):
    """As `search`, never going back in the text: at most 2n comparisons (Knuth, Morris and Pratt 1977)."""
    length, places, compared, k = borders(_wanted(pattern)), [], 0, 0
    for i, letter in enumerate(text):
        while True:
            compared += 1
            if letter == pattern[k]:
                k += 1
            elif k:
                k = length[k - 1]
                continue
            break
        if k == len(pattern):
            places.append(i - k + 1)
            k = length[k - 1]
    return places, compared


def horspool(text, pattern):
    """As `search`, from the pattern's end: a letter that it lacks lets it jump its whole length (Horspool 1980)."""
    m, places, compared, i = len(_wanted(pattern)), [], 0, 0
    jump = {letter: m - 1 - k for k, letter in enumerate(pattern[:-1])}
    while i + m <= len(text):
        k = m - 1
        while k >= 0:
            compared += 1
            if text[i + k] != pattern[k]:
                break
            k -= 1
        else:
            places.append(i)
        i += jump.get(text[i + m - 1], m)
    return places, compared


def _wanted(pattern):
    if not len(pattern):
        raise BadInput("an empty pattern stands everywhere: one letter at least is wanted")
    return pattern
