"""A reader's own graph: a file of links, and labels of some nodes; communities of a graph of any size."""

from collections import deque
from pathlib import Path
from typing import NamedTuple

import numpy as np

from abacus import sheet
from abacus.errors import BadInput

NODES, LINKS = 200_000, 1_000_000  # at most
ROUNDING = 1e3 * np.finfo(np.float64).eps  # of a gain, as a share of the node's links: less is no gain


class Graph(NamedTuple):
    """`names` of the n nodes; `edges` (m, 2), each once, between different nodes; `said`: lines on what was read."""

    names: list
    edges: np.ndarray
    said: list


def read(path, known=(), head=None):
    """The Graph in a file of two names a line; `known` are names of nodes that need no link.

    Commas, semicolons, tabs or spaces separate the names. Without a word on `head`, the first line is one if it holds words
    of which none occurs again.
    A name alone is a node without links. A third column is not used; direction and repetition of links count for nothing.
    """
    shown = sheet.printable(Path(path).name)
    rows = sheet.rows(path, separators=",;\t ")
    if not rows:
        raise BadInput(f"{shown}: the file is empty")
    said, wide = [], False
    pairs = []
    for line, fields in rows:
        named = [field for field in fields[:2] if field]
        if not named:
            raise BadInput(f"{shown}, line {line}: no name of a node; wanted two")
        pairs.append((line, named))
        wide = wide or len(fields) > 2
    if _is_head(pairs) if head is None else head:
        said.append(f"the first line, {sheet.printable(', '.join(pairs[0][1]), 60)}, is taken for the columns' names")
        pairs = pairs[1:]
    if wide:
        said.append("a third column (a weight?) is not used")
    places = {}
    links = [[places.setdefault(name, len(places)) for name in named] for _, named in pairs]
    unlinked = [name for name in known if name not in places]
    for name in unlinked:
        places[name] = len(places)
    if len(places) > NODES or len(links) > LINKS:
        raise BadInput(
            f"{shown}: {len(places):,} nodes and {len(links):,} lines; at most {NODES:,} and {LINKS:,} are read"
        )
    loops = sum(len(link) == 2 and link[0] == link[1] for link in links)
    two = [sorted(link) for link in links if len(link) == 2 and link[0] != link[1]]
    if not two:
        raise BadInput(f"{shown}: there is no link between two different nodes")
    edges = np.unique(np.array(two), axis=0)
    if loops:
        said.append(f"{loops:,} links of a node to itself are left out: each node sees itself anyway")
    if len(two) > len(edges):
        said.append(f"{len(two) - len(edges):,} links occur again, in this or in the other direction: each counts once")
    return Graph(list(places), edges, said)


def labels(path):
    """{node: label} of a file with the columns node and label (names in the first line); nodes without a label are left out."""
    shown = sheet.printable(Path(path).name)
    columns = list(sheet.read(path, words=None).values())
    if len(columns) != 2:
        raise BadInput(
            f"{shown}: {len(columns)} columns; wanted two, the node and its label, with names in the first line"
        )
    found = {}
    for node, label in zip(*(column.values for column in columns)):
        if node is None or label is None:
            continue
        if found.setdefault(node, label) != label:
            raise BadInput(
                f"{shown}: {sheet.printable(node)} has two labels, {sheet.printable(found[node])} and {sheet.printable(label)}"
            )
    if len(set(found.values())) < 2:
        raise BadInput(f"{shown}: {len(set(found.values()))} different labels; at least two are wanted")
    return found


def communities(edges, n, rng):
    """Labels (n,) of a division of high modularity: nodes move to the best neighbouring community until none wants to, then
    the communities are the nodes of a smaller graph, and so on (Blondel et al. 2008, the Louvain method)."""
    near = [{} for _ in range(n)]
    for a, b in edges.tolist():
        near[a][b] = near[b][a] = 1.0
    loops, whole, members = [0.0] * n, 2.0 * len(edges), np.arange(n)
    while True:
        label = _moved(near, loops, whole, rng)
        names = {c: k for k, c in enumerate(dict.fromkeys(label))}
        label = [names[c] for c in label]
        members = np.array(label)[members]
        if len(names) == len(near):
            break
        near, loops = _merged(near, loops, label, len(names))
    _, first, inverse = np.unique(members, return_index=True, return_inverse=True)
    return np.argsort(np.argsort(first))[inverse]


def _moved(near, loops, whole, rng):
    """The community of each node when no move to a neighbour's community raises Q; `whole` is twice the weight of all links.

    Within a round only a node whose neighbour has moved is asked again (Traag et al. 2019); the last round moves none.
    """
    degree = [sum(around.values()) + loop for around, loop in zip(near, loops)]
    label, total = list(range(len(near))), list(degree)
    while _round(near, degree, label, total, whole, rng):
        pass
    return label


def _round(near, degree, label, total, whole, rng):
    """Ask every node, in random order, and again where neighbours have moved; changes label and total: whether any moved."""
    waiting, waits, moved = deque(rng.permutation(len(near)).tolist()), [True] * len(near), False
    while waiting:
        node = waiting.popleft()
        waits[node], own, share, around = False, label[node], degree[node] / whole, {}
        for other, weight in near[node].items():
            c = label[other]
            around[c] = around.get(c, 0.0) + weight
        total[own] -= degree[node]
        best, most = own, around.get(own, 0.0) - total[own] * share
        for c, weight in around.items():  # gain: links into c, less those that chance would give
            gain = weight - total[c] * share
            if gain > most + ROUNDING * degree[node]:
                best, most = c, gain
        total[best] += degree[node]
        if best != own:
            label[node], moved = best, True
            for other in near[node]:
                if not waits[other] and label[other] != best:
                    waits[other] = True
                    waiting.append(other)
    return moved


def _merged(near, loops, label, count):
    """(links between communities, twice the weight of the links inside each)."""
    between, inside = [{} for _ in range(count)], [0.0] * count
    for node, around in enumerate(near):
        c = label[node]
        inside[c] += loops[node]
        for other, weight in around.items():
            d = label[other]
            if c == d:
                inside[c] += weight
            else:
                between[c][d] = between[c].get(d, 0.0) + weight
    return between, inside


def _is_head(pairs):
    """Whether the first line holds two words, no numbers, of which none comes again, and a link comes after it."""
    first, others = pairs[0][1], [named for _, named in pairs[1:]]
    if len(first) < 2 or any(name.lstrip("-").isdigit() for name in first):
        return False
    return any(len(set(named)) == 2 for named in others) and not set(first) & {
        name for named in others for name in named
    }
