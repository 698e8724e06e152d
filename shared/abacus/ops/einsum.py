"""Einstein's sums: products of arrays, summed over the letters that the result lacks."""

import math

import numpy as np

from abacus.errors import BadInput
from abacus.ops.floats import floats
from abacus.tensor import op


def einsum(equation, *tensors):
    """The sum of products that the equation names: einsum("bij,bjk->bik", a, b) is a product of matrices for every b.

    A letter names an axis; letters that stand twice in one array take its diagonal; "..." are leading axes that
    broadcast; axes of length 1 broadcast too. Without "->" the result has the letters that stand once, in their order.
    The gradient of an array is the same sum with the result's gradient in its place. Conventions of torch.einsum.
    """
    if not isinstance(equation, str):
        raise BadInput(f"einsum: the equation is {equation!r}, wanted text such as 'ij,jk->ik'")
    return _einsum(*tensors, equation=equation)


@op
def _einsum(*arrays, equation=""):
    arrays = [floats("einsum", f"operand {i}", a) for i, a in enumerate(arrays)]
    terms, result = _parsed(equation, arrays)
    sizes = _sizes(equation, terms, arrays)
    if any(letter not in sizes for letter in result) or len(set(result)) < len(result):
        raise BadInput(f"einsum: the result of {equation!r} must have letters of the operands, each once")
    values = [_diagonals(a, term) for a, term in zip(arrays, terms)]
    y = _sum(values, result, {})

    def pullback(dy):
        return [(lambda i=i: _gradient(i, dy)) for i in range(len(arrays))]

    def _gradient(i, dy):
        a, term = values[i]
        others = [*values[:i], *values[i + 1 :], (dy, result)]
        inner = _sum(others, term, dict(zip(term, a.shape)))
        return _onto_diagonals(inner, term, terms[i], arrays[i])

    return y, pullback


def _parsed(equation, arrays):
    """The letters of each array, and of the result; the axes of "..." get capital letters beyond Z."""
    left, arrow, right = equation.replace(" ", "").partition("->")
    terms = left.split(",")
    if len(terms) != len(arrays):
        raise BadInput(f"einsum: {equation!r} names {len(terms)} operands, wanted {len(arrays)}, as many as there are")
    most, spares = 0, []
    for i, (term, a) in enumerate(zip(terms, arrays)):
        letters = term.replace("...", "", 1)
        spare = a.ndim - len(letters)
        if not all(c.isascii() and c.isalpha() for c in letters) or spare < 0 or (spare and "..." not in term):
            raise BadInput(f"einsum: {term!r} does not name the axes of operand {i}, which has shape {a.shape}")
        spares.append(spare if "..." in term else 0)
        most = max(most, spares[-1])
    free = [chr(0x100 + i) for i in range(most)]
    full = [term.replace("...", "".join(free[most - spare :])) for term, spare in zip(terms, spares)]
    if not arrow:
        every = "".join(terms).replace(".", "")
        right = "..." + "".join(sorted(c for c in set(every) if every.count(c) == 1))
    rest = right.replace("...", "", 1)
    if not all(c.isascii() and c.isalpha() for c in rest):
        raise BadInput(f"einsum: {right!r} in {equation!r} is no list of letters")
    return full, right.replace("...", "".join(free))


def _sizes(equation, terms, arrays):
    """The length of each letter."""
    sizes = {}
    for term, a in zip(terms, arrays):
        for letter, n in zip(term, a.shape):
            if sizes.get(letter, 1) != 1 and n not in (1, sizes[letter]):
                shown = letter if letter.isascii() else "..."
                raise BadInput(f"einsum: {shown} has the lengths {sizes[letter]} and {n} in {equation!r}")
            sizes[letter] = n if sizes.get(letter, 1) == 1 else sizes[letter]
    return sizes


def _diagonals(a, term):
    """(array, letters), each letter once: of a letter that stands twice the diagonal."""
    while len(set(term)) < len(term):
        letter = next(c for c in term if term.count(c) > 1)
        i, j = (k for k, c in enumerate(term) if c == letter and term[:k].count(letter) < 2)
        if a.shape[i] != a.shape[j]:
            raise BadInput(f"einsum: {letter} has the lengths {a.shape[i]} and {a.shape[j]} in one operand")
        a, term = a.diagonal(0, i, j), "".join(c for k, c in enumerate(term) if k not in (i, j)) + letter
    return a, term


def _onto_diagonals(inner, term, full, like):
    """The adjoint of `_diagonals`: inner, whose letters are `term`, as an array with the letters `full`."""
    if term == full:
        return inner
    out = np.zeros(like.shape, inner.dtype)
    view, _ = _diagonals(out, full)
    view.flags.writeable = True
    view[...] = inner
    return out


def _sum(values, result, least):
    """The sum over the letters that `result` lacks; a letter of no operand is repeated to the length that `least` says.

    An axis of length 1 is left out where another operand is longer. The operands are joined two by two.
    """
    sizes = {}
    for a, term in values:
        for letter, n in zip(term, a.shape):
            sizes[letter] = max(n, sizes.get(letter, 1)) if n else 0
    operands = []
    for a, term in values:
        kept = [k for k, letter in enumerate(term) if a.shape[k] == sizes[letter]]
        operands.append((a[tuple(slice(None) if k in kept else 0 for k in range(a.ndim))], [term[k] for k in kept]))
    there = [c for c in result if c in sizes and least.get(c, -1) != 1]
    while len(operands) > 1:
        first, second, *others = operands
        wanted = set(there).union(*(term for _, term in others))
        operands = [_joined(*first, *second, wanted, sizes), *others]
    y, term = _summed(*operands[0], set(there))
    y = y.transpose([term.index(c) for c in there]).reshape([sizes[c] if c in there else 1 for c in result])
    return np.broadcast_to(y, [least.get(c, n) for c, n in zip(result, y.shape)]) if least else y


def _summed(a, term, wanted):
    """(array, letters) summed over the letters that nobody wants."""
    kept = [c for c in term if c in wanted]
    return a.sum(axis=tuple(k for k, c in enumerate(term) if c not in wanted)), kept


def _joined(a, left, b, right, wanted, sizes):
    """The product of two, summed over the letters of both that nobody wants further: a product of matrices (BLAS)."""
    a, left = _summed(a, left, wanted | set(right))
    b, right = _summed(b, right, wanted | set(left))
    both = [c for c in left if c in right and c in wanted]
    inner = [c for c in left if c in right and c not in wanted]
    own, other = [c for c in left if c not in right], [c for c in right if c not in left]

    def matrices(x, term, *groups):
        order = [term.index(c) for group in (both, *groups) for c in group]
        lengths = [math.prod(sizes[c] for c in group) for group in groups]
        return np.transpose(x, order).reshape([sizes[c] for c in both] + lengths)

    if inner:
        y = matrices(a, left, own, inner) @ matrices(b, right, inner, other)
    else:
        y = matrices(a, left, own, []) * matrices(b, right, [], other)
    return y.reshape([sizes[c] for c in both + own + other]), both + own + other
