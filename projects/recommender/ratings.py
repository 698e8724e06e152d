"""Who liked what: a sparse matrix of users by items, from lists or a file, cut into what is known and what is asked."""

import numpy as np
from scipy import sparse

from abacus import data, sheet
from abacus.errors import BadInput


def matrix(users, items, values, shape):
    """The CSR matrix (users, items) of float64 from three lists of equal length; an entry that stands there twice is refused."""
    users, items, values = np.asarray(users), np.asarray(items), np.asarray(values, np.float64)
    for name, index, size in (("user", users, shape[0]), ("item", items, shape[1])):
        if index.dtype.kind not in "iu" or index.shape != values.shape:
            raise BadInput(f"{name}s must be {values.size} whole numbers, got {index.size} of type {index.dtype}")
        if index.size and not 0 <= index.min() <= index.max() < size:
            wrong = index.min() if index.min() < 0 else index.max()
            raise BadInput(f"unknown {name} {wrong}: there are {size}, from 0 to {size - 1}")
    if not np.isfinite(values).all():
        raise BadInput("a rating is not a finite number")
    found = sparse.csr_array((values, (users, items)), shape=shape)
    if found.nnz < values.size:
        pairs, counts = np.unique(users.astype(np.int64) * shape[1] + items, return_counts=True)
        again = pairs[counts > 1][0]
        raise BadInput(f"user {again // shape[1]} has rated item {again % shape[1]} twice")
    found.sort_indices()
    return found


def histories(start, items, count):
    """The matrix of ones whose row k has the items[start[k] : start[k + 1]], out of `count`."""
    users = np.repeat(np.arange(len(start) - 1), np.diff(start))
    return matrix(users, items, np.ones(len(items)), (len(start) - 1, count))


def msweb():
    """(train, test) of Microsoft's visits as matrices of ones, (32 711, 294) and (5 000, 294), and the areas' titles."""
    web = data.load("msweb")
    train, test = ((web.train_start, web.train_area), (web.test_start, web.test_area))
    return histories(*train, len(web.titles)), histories(*test, len(web.titles)), web.titles


def read_csv(path, columns=("user", "item", "rating"), scale=(-np.inf, np.inf)):
    """(matrix, names of the users, names of the items) of a reader's file with these columns; without a third, of ones.

    BadInput names the file and what is wrong: a column that is not there, a value that is missing or outside of `scale`,
    somebody who rates a thing twice.
    """
    table = sheet.read(path, words=columns[:2])
    shown = sheet.printable(str(path).rsplit("/", 1)[-1])
    used = [table[sheet.find(name, table, shown)] for name in columns]
    for column in used:
        if None in column.values:
            raise BadInput(f"{shown}: row {column.values.index(None) + 1} has no {column.name}")
    if len(used) > 2 and not used[2].numeric:
        raise BadInput(f"{shown}: the column {used[2].name} holds words; ratings are numbers")
    values = np.array(used[2].values if len(used) > 2 else [1.0] * len(used[0].values))
    outside = (values < scale[0]) | (values > scale[1])
    if outside.any():
        raise BadInput(
            f"{shown}: a rating of {values[outside][0]:g} is outside of the scale {scale[0]:g} to {scale[1]:g}"
        )
    names, places = zip(*(np.unique(np.array(column.values, str), return_inverse=True) for column in used[:2]))
    try:
        found = matrix(*places, values, (len(names[0]), len(names[1])))
    except BadInput:
        pairs, counts = np.unique(np.stack(places), axis=1, return_counts=True)
        user, item = pairs[:, counts > 1][:, 0]
        raise BadInput(f"{shown}: {names[0][user]} has rated {names[1][item]} twice") from None
    return found, names[0].tolist(), names[1].tolist()


def by_user(x, share, rng):
    """(train, test): a share of the rows, whole users, goes to the test: nothing of them is learnt."""
    order = rng.permutation(x.shape[0])
    cut = round(share * x.shape[0])
    return x[np.sort(order[cut:])], x[np.sort(order[:cut])]


def by_time(times, share):
    """(train, test), masks of the events: the last `share` of them by time, all of one instant on one side."""
    times = np.asarray(times)
    cut = np.sort(times)[min(round((1 - share) * times.size), times.size - 1)]
    return times < cut, times >= cut


def given(x, count, rng):
    """(known, asked): of every user with more than `count` items that many are drawn; "all but 1" leaves one out.

    Both are matrices with a row for each user that has enough items; the other users are left out (Breese et al., p. 5).
    """
    sizes = np.diff(x.indptr)
    rows = np.flatnonzero(sizes > (1 if count == "all but 1" else count))
    return split(x, rows, lambda size: size - 1 if count == "all but 1" else count, rng.permutation)


def split(x, rows, known, order):
    """(known, asked) of these rows: the first known(size) of a row's entries in the order(size) in which they are drawn."""
    mask = np.zeros(x.nnz, bool)
    for row in rows:
        begin, size = x.indptr[row], x.indptr[row + 1] - x.indptr[row]
        mask[begin + order(size)[: known(size)]] = True
    return kept(x, mask)[rows], kept(x, ~mask)[rows]


def kept(x, mask):
    """The matrix with those of its entries only for which the mask (entries,) is true."""
    part = sparse.csr_array((x.data * mask, x.indices.copy(), x.indptr.copy()), shape=x.shape)
    part.eliminate_zeros()
    return part


def low_rank(users, items, rank, share, noise, rng):
    """(ratings, truth): a share of the entries of a (users, items) matrix of this rank, its entries of variance 1, with noise.

    `ratings` is sparse and holds truth + noise · N(0, 1) where an entry was drawn; nobody can predict with a smaller error
    than `noise`.
    """
    truth = rng.standard_normal((users, rank)) @ rng.standard_normal((rank, items)) / np.sqrt(rank)
    drawn = rng.random((users, items)) < share
    at = np.nonzero(drawn)
    values = truth[at] + noise * rng.standard_normal(at[0].size)
    return matrix(*at, values, truth.shape), truth
