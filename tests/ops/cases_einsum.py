"""Cases of Einstein's sums."""

import numpy as np

from abacus import ops

EQUATIONS = (
    *(
        ("ij,jk->ik", (2, 3), (3, 4)),
        ("bij,bjk->bik", (2, 3, 4), (2, 4, 2)),
        ("i,j", (2,), (3,)),
        ("i,i->", (3,), (3,)),
    ),
    *(("ij->", (2, 3)), ("ii", (3, 3)), ("ii->i", (3, 3)), ("...ii->...i", (2, 3, 3)), ("iii->i", (2, 2, 2))),
    *(
        ("ijk->kij", (2, 3, 4)),
        ("...ij,...jk", (3, 1, 2, 3), (2, 3, 2)),
        ("i...->...", (2, 3)),
        ("ij,ij->i", (1, 3), (2, 3)),
    ),
    *(("ij,jk,kl->il", (2, 3), (3, 2), (2, 2)), ("iji,j->i", (2, 3, 2), (3,)), ("b..., c... -> bc...", (2, 3), (3, 3))),
    *(("ij,jk->ik", (0, 3), (3, 2)), ("ij,jk->ik", (2, 0), (0, 3)), ("...,...", (), (2,)), ("ij,j->i", (2, 1), (3,))),
    *(("ab,b", (2, 3), (3,)), ("ba,ca", (2, 3), (2, 3)), ("i,i,i->i", (2,), (1,), (2,)), ("->", ())),
)


def einsum(some):
    equation, *shapes = some.one_of(*EQUATIONS)

    def plain(*arrays):
        """The sum written as a product over all letters, an entry at a time."""
        left, arrow, right = equation.replace(" ", "").partition("->")
        terms = left.split(",")
        if not arrow:
            letters = sorted(set(left) - set(",."))
            right = "..." * ("..." in left) + "".join(c for c in letters if left.count(c) == 1)
        lead = [a.ndim - len(term.replace("...", "")) for a, term in zip(arrays, terms)]
        free = "XYZ"[: max([n for n, term in zip(lead, terms) if "..." in term], default=0)]
        terms = [term.replace("...", free[len(free) - n :]) for n, term in zip(lead, terms)]
        right = right.replace("...", free)
        sizes = {}
        for a, term in zip(arrays, terms):
            for c, n in zip(term, a.shape):
                sizes[c] = n if sizes.get(c, 1) == 1 else sizes[c]
        letters = list(sizes)
        y = np.zeros([sizes[c] for c in right])
        for place in np.ndindex(*sizes.values()):
            at = dict(zip(letters, place))
            product = 1.0
            for a, term in zip(arrays, terms):
                product *= a[tuple(at[c] if n > 1 else 0 for c, n in zip(term, a.shape))]
            y[tuple(at[c] for c in right)] += product
        return y

    return {
        "call": lambda *arrays: ops.einsum(equation, *arrays),
        "arrays": tuple(some.array(*shape) for shape in shapes),
        "plain": plain,
        "torch": (lambda t, *arrays: t.einsum(equation, *arrays)) if equation != "->" else None,
    }


X = np.ones((2, 3))
WRONG = {
    "einsum: 'ij,jk' names 2 operands, wanted 1": lambda: ops.einsum("ij,jk", X),
    "einsum: 'i' does not name the axes of operand 0, which has shape (2, 3)": lambda: ops.einsum("i", X),
    "einsum: 'i1' does not name the axes": lambda: ops.einsum("i1", X),
    "einsum: i has the lengths 2 and 3 in 'ii'": lambda: ops.einsum("ii", X),
    "einsum: j has the lengths 3 and 2 in 'ij,jk'": lambda: ops.einsum("ij,jk", X, X),
    "einsum: i has the lengths 1 and 3 in one operand": lambda: ops.einsum("ii", X[:1]),
    "einsum: ... has the lengths 3 and 2 in": lambda: ops.einsum("...,i...", X, X.T[:, :, None] * np.ones(2)),
    "einsum: the result of 'ij->k' must have letters of the operands": lambda: ops.einsum("ij->k", X),
    "einsum: the result of 'ij->ii' must have letters of the operands, each once": lambda: ops.einsum("ij->ii", X),
    "einsum: 'i2' in 'ij->i2' is no list of letters": lambda: ops.einsum("ij->i2", X),
    "einsum: the equation is ": lambda: ops.einsum(X, X),
}
