"""Networks: who hangs together (union-find), the cheapest net that joins all, and how much can flow through one."""

import math

from abacus.errors import BadInput
from containers import Heap
from graphs import breadth_first, known, path


class UnionFind:
    """Sets that only ever merge. Each is a tree whose root stands for it; `steps` counts moves towards a root.

    A smaller tree is hung under a larger one, so that no way is longer than lg n; and every look-up makes its way
    half as long (Tarjan and van Leeuwen 1984), so that m look-ups take m α(n) steps, α ≤ 4 for any n that exists.
    """

    def __init__(self, things=()):
        self._above, self._size, self.steps = {}, {}, 0
        self.sets = 0
        for thing in things:
            self.add(thing)

    def add(self, thing):
        """A set of its own; nothing where the thing is there already."""
        if thing not in self._above:
            self._above[thing], self._size[thing] = thing, 1
            self.sets += 1

    def find(self, thing):
        """The root of the thing's set: the same for all of the set."""
        above = self._above
        if thing not in above:
            raise BadInput(f"{thing!r} is in none of the sets")
        while above[thing] != thing:
            above[thing] = above[above[thing]]  # eq. 8
            thing = above[thing]
            self.steps += 1
        return thing

    def union(self, a, b):
        """Merges the sets of a and b; False where they are one already."""
        a, b = self.find(a), self.find(b)
        if a == b:
            return False
        if self._size[a] < self._size[b]:
            a, b = b, a
        self._above[b] = a
        self._size[a] += self._size.pop(b)
        self.sets -= 1
        return True


def kruskal(graph):
    """Edges (cost, v, u) of a spanning tree of least cost, of each part: the cheapest first, none that closes a circle."""
    joined = UnionFind(graph)
    edges = [(cost, i, v, u) for i, v in enumerate(graph) for u, cost in graph[v].items()]
    return [(cost, v, u) for cost, _, v, u in sorted(edges, key=lambda e: e[:2]) if joined.union(v, u)]


def prim(graph, start):
    """Edges (cost, v, u) of a spanning tree of least cost, grown from the start: always the cheapest edge out of it."""
    tree, inside, entered = [], {known(graph, start)}, 0
    ways = Heap()
    v = start
    while True:
        for u, cost in graph[v].items():
            entered += 1
            ways.push((cost, entered, v, u))
        while len(ways):
            cost, _, v, u = ways.pop()
            if u not in inside:
                break
        else:
            return tree
        inside.add(u)
        tree.append((cost, v, u))
        v = u


def max_flow(graph, source, sink):
    """The largest flow from source to sink, {v: {u: flow}}, and the source's side of a cut that is no larger (eq. 9).

    `graph[v][u]` is the capacity of the edge from v to u. Each round sends what fits along a way with the fewest edges
    (Edmonds and Karp 1972): at most V E rounds. What flows may be sent back: a way may use an edge backwards.
    """
    if known(graph, source) == known(graph, sink):
        raise BadInput(f"source and sink are both {source!r}")
    room = {v: {} for v in graph}  # what can still be sent
    for v in graph:
        for u, capacity in graph[v].items():
            if not 0 <= capacity < math.inf:
                raise BadInput(f"the edge from {v!r} to {u!r} has capacity {capacity}: wanted at least 0, and finite")
            room[v][u] = room[v].get(u, 0) + capacity
            room[known(graph, u)].setdefault(v, 0)
    while True:
        free = {v: [u for u in room[v] if room[v][u] > 0] for v in room}
        came_from = breadth_first(free, source)
        way = path(came_from, sink)
        if not way:
            flow = {v: {u: max(0, c - room[v][u]) for u, c in graph[v].items()} for v in graph}
            return flow, set(came_from)
        sent = min(room[v][u] for v, u in zip(way, way[1:]))
        for v, u in zip(way, way[1:]):
            room[v][u] -= sent
            room[u][v] += sent


def value(flow, source):
    """What leaves the source, less what comes back to it."""
    return sum(flow[source].values()) - sum(edges.get(source, 0) for edges in flow.values())
