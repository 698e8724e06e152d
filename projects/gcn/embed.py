"""Communities and an embedding of your own graph:  python embed.py edges.csv [--labels labels.csv] [--picture graph.png]

The file has two names a line. Without labels, the network of the karate club learns one member of each community; with them,
it learns the labelled nodes and says what the others are.
"""

import argparse
import csv
import sys
from pathlib import Path

import numpy as np

import club
import communities
import links
from abacus import command, nn, ops, sheet, streams
from abacus.optim import Adam
from abacus.tensor import backward
from propagation import adjacency, renormalised

HIDDEN, ITERATIONS, RATE = 4, 300, 0.01  # appendix A, p. 12
STARTS, WORK = 10, 20_000  # divisions of which the best is kept; links that are gone through for it
COLOURED = 8  # communities, the largest, that are learnt and coloured
HELD, FEWEST = 5, 10  # one of so many labelled nodes is held back, where there are at least so many
SHOWN = 10  # of what is listed


@command.guarded
def main(arguments):
    """Read, divide, learn, say what was found, write and draw it."""
    reader = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    reader.add_argument("edges", help="a link a line: two names, with a comma, semicolon, tab or space between them")
    reader.add_argument("--no-names", action="store_true", help="the first line is a link, not the columns' names")
    reader.add_argument("--labels", metavar="FILE", help="a CSV of nodes and their labels, names in the first line")
    reader.add_argument("--out", metavar="CSV", help="write each node's community, label and place there")
    reader.add_argument("--picture", metavar="PNG", help="draw the embedding there")
    wanted = reader.parse_args(arguments)
    command.expect_png("--picture", wanted.picture)
    given = links.labels(wanted.labels) if wanted.labels else {}
    graph = links.read(wanted.edges, given, head=False if wanted.no_names else None)
    division = divided(graph)
    command.tell(about(graph, division, sheet.printable(Path(wanted.edges).name)))
    if given:
        words, targets = coded(graph, given)
        command.tell(["", *tried(graph, targets, words)])
    else:
        words, targets = None, leaders(graph, division)
    model = learnt(graph, targets)
    if given:
        command.tell(guessed(graph, model, targets, words))
    if wanted.out:
        write(wanted.out, graph, division, model, targets, words)
        command.tell(
            ["", f"{sheet.printable(wanted.out)}: {len(graph.names):,} nodes, with their communities and places"]
        )
    if wanted.picture:
        import pictures
        from abacus.running import plot  # needs matplotlib

        shown = np.where(targets < 0, model.guess(), targets) if given else np.minimum(division, COLOURED)
        with plot.figure(wanted.picture, figsize=(7, 6)) as figure:
            pictures.own(figure, model.embedding(), shown, np.flatnonzero(targets >= 0), graph)
        command.tell(["", f"drawn: {wanted.picture}"])


def divided(graph):
    """The best of some divisions by modularity, the largest community first, (n,)."""
    n, starts = len(graph.names), max(1, min(STARTS, WORK // len(graph.edges)))
    found = [links.communities(graph.edges, n, streams.rng(0, "order", k)) for k in range(starts)]
    best = max(found, key=lambda division: communities.modularity(division, graph.edges))
    order = np.argsort(-np.bincount(best), kind="stable")
    return np.argsort(order)[best]


def about(graph, division, shown):
    """The size of the graph and its communities, in words."""
    n, degree = len(graph.names), degrees(graph)
    whole = communities.components(graph.edges.tolist(), n)
    alone, parts = int((degree == 0).sum()), len(set(whole[degree > 0].tolist()))
    lines = [
        f"{shown}: {n:,} nodes, {len(graph.edges):,} links, {_parts(parts)}{f', {alone:,} nodes without links' if alone else ''}"
    ]
    lines += [f"  {line}" for line in graph.said]
    sizes = np.bincount(division[degree > 0])
    sizes = sizes[sizes > 0]
    q = communities.modularity(division, graph.edges)
    lines.append(f"  {len(sizes):,} communities by modularity (Q = {q:.3f}; 0 is what chance gives)")
    for c in range(min(SHOWN, len(sizes))):
        members = np.flatnonzero((division == c) & (degree > 0))
        most = members[np.argsort(-degree[members], kind="stable")][:SHOWN]
        more = f" and {len(members) - len(most):,} more" if len(members) > len(most) else ""
        lines.append(f"    {c + 1}: {', '.join(sheet.printable(graph.names[k]) for k in most)}{more}")
    if len(sizes) > SHOWN:
        lines.append(f"    and {len(sizes) - SHOWN:,} more")
    return lines


def leaders(graph, division):
    """(n,): of each of the largest communities one node, that with most links, has the community's number; the others -1."""
    degree, targets = degrees(graph), np.full(len(graph.names), -1)
    for c in range(min(COLOURED, division.max() + 1)):
        members = np.flatnonzero(division == c)
        targets[members[degree[members].argmax()]] = c
    return targets


def coded(graph, given):
    """(the labels in their order, (n,) the number of each node's label or -1)."""
    words = sorted(set(given.values()))
    number = {word: k for k, word in enumerate(words)}
    return words, np.array([number[given[name]] if name in given else -1 for name in graph.names])


def learnt(graph, targets):
    """The club's network, trained on the nodes whose target is not -1."""
    n, known = len(graph.names), np.flatnonzero(targets >= 0)
    model = club.Network(renormalised(adjacency(graph.edges, n)), n, HIDDEN, targets.max() + 1, streams.rng(0, "init"))
    optimiser = Adam(nn.parameters(model), lr=RATE)
    for _ in range(ITERATIONS):
        loss = ops.softmax_cross_entropy(model.softmax(model.hidden())[known], targets[known])
        optimiser.step(backward(loss))
    return model


def tried(graph, targets, words):
    """How many labels come out right of labelled nodes that are held back."""
    known = np.flatnonzero(targets >= 0)
    lines = [f"{len(known):,} nodes with {len(words)} labels: " + ", ".join(_sizes(targets[known], words))]
    held = streams.rng(0, "held").permutation(known)[: len(known) // HELD]
    seen = targets.copy()
    seen[held] = -1
    if len(known) < FEWEST or len(set(seen[seen >= 0].tolist())) < 2:
        return [*lines, f"  too few to hold some back: at least {FEWEST} are wanted, and two labels among the others"]
    right = int((learnt(graph, seen).guess()[held] == targets[held]).sum())
    often = np.bincount(seen[seen >= 0]).argmax()
    return [
        *lines,
        f"  learnt without {len(held):,} of them, the network is right for {right:,} of these; always saying "
        f"{sheet.printable(words[often])}, for {int((targets[held] == often).sum()):,}",
    ]


def guessed(graph, model, targets, words):
    """What the network says of the nodes without a label."""
    unknown, guess = np.flatnonzero(targets < 0), model.guess()
    if not len(unknown):
        return ["  every node has a label"]
    lines = [f"  of the {len(unknown):,} others it says: " + ", ".join(_sizes(guess[unknown], words))]
    for k in unknown[:SHOWN]:
        lines.append(f"    {sheet.printable(graph.names[k])}: {sheet.printable(words[guess[k]])}")
    return [*lines, f"    and {len(unknown) - SHOWN:,} more (--out FILE)"] if len(unknown) > SHOWN else lines


def write(path, graph, division, model, targets, words):
    """A CSV: node, community (from 1, the largest), what the network says, whether that was given, and the two numbers."""
    at, guess = model.embedding(), model.guess()
    with open(path, "w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(["node", "links", "community", *(["label", "given"] if words else []), "x", "y"])
        for k, (name, links_of) in enumerate(zip(graph.names, degrees(graph))):
            label = (
                [words[targets[k] if targets[k] >= 0 else guess[k]], "yes" if targets[k] >= 0 else "no"]
                if words
                else []
            )
            out.writerow([name, links_of, division[k] + 1, *label, f"{at[k, 0]:.4f}", f"{at[k, 1]:.4f}"])


def degrees(graph):
    """How many links each node has, (n,)."""
    return np.bincount(graph.edges.ravel(), minlength=len(graph.names))


def _sizes(numbers, words):
    count = np.bincount(numbers, minlength=len(words))
    most = np.argsort(-count, kind="stable")[:SHOWN]
    more = [f"and {len(words) - SHOWN} more labels"] if len(words) > SHOWN else []
    return [f"{sheet.printable(words[k])} {count[k]:,}" for k in most] + more


def _parts(parts):
    return "all connected" if parts == 1 else f"in {parts:,} parts"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
