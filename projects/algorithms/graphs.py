"""Ways through a graph, the cheapest net that joins all of it, how much can flow through it; and 5,757 words as one.

A graph is a dict: `graph[v]` holds v's neighbours, {u: cost of the edge}, or any collection where costs do not matter.
"""

import math
from dataclasses import dataclass
from itertools import pairwise

from abacus import data
from abacus.errors import BadInput
from abacus.settings import between
from containers import Array, Queue
from trees import Heap, UnionFind

WORDS = 5757


def breadth_first(graph, start):
    """{v: the vertex from which v was first met} of all that can be reached, nearest first; the start has None."""
    came_from, waiting = {known(graph, start): None}, Queue()
    waiting.push(start)
    while len(waiting):
        v = waiting.pop()
        for u in graph[v]:
            if u not in came_from:
                came_from[known(graph, u)] = v
                waiting.push(u)
    return came_from


def path(came_from, goal):
    """The vertices from the start to the goal; [] where the goal was not reached."""
    way, v = [], goal
    while v in came_from:
        way.append(v)
        v = came_from[v]
    return way[::-1]


def components(graph):
    """The sets of vertices that hang together; every edge stands at both of its ends."""
    seen, found = set(), []
    for v in graph:
        if v not in seen:
            found.append(set(breadth_first(graph, v)))
            seen |= found[-1]
    return found


def depth_first(graph):
    """All vertices in the order in which a walk into the depth leaves them: each after all that it leads to."""
    seen, left, ahead = set(), [], Array()
    for start in graph:
        if start in seen:
            continue
        seen.add(start)
        ahead.append(
            (start, iter(graph[start]))
        )  # the stack: the way to here, and at each vertex the edges not yet tried
        while len(ahead):
            v, edges = ahead[len(ahead) - 1]
            u = next((u for u in edges if u not in seen), None)
            if u is None:
                left.append(v)
                ahead.pop()
            else:
                seen.add(known(graph, u))
                ahead.append((u, iter(graph[u])))
    return left


def topological(graph):
    """An order of the vertices in which every edge leads forwards; BadInput where a circle forbids it."""
    order = depth_first(graph)[::-1]
    place = {v: i for i, v in enumerate(order)}
    for v in order:
        for u in graph[v]:
            if place[u] <= place[v]:
                raise BadInput(f"no order exists: the edge from {v!r} to {u!r} lies on a circle")
    return order


def dijkstra(graph, start):
    """Least costs from the start, {v: cost}, and {v: the vertex before v} (Dijkstra 1959)."""
    cost, came_from, done = {known(graph, start): 0}, {start: None}, set()
    waiting, entered = Heap([(0, 0, start)]), 0  # entries are numbered, so that vertices are never compared
    while len(waiting):
        v = waiting.pop()[2]
        if v in done:
            continue  # an older, dearer entry
        done.add(v)  # all that still waits costs at least as much, and no edge costs less than nothing
        for u, edge in edges(graph, v):
            if cost[v] + edge < cost.get(u, math.inf):
                cost[u], came_from[u], entered = cost[v] + edge, v, entered + 1  # eq. 11
                waiting.push((cost[u], entered, u))
    return cost, came_from


def a_star(graph, start, goal, guess):
    """A cheapest way to the goal, [] if there is none, and the vertices opened (Hart, Nilsson and Raphael 1968).

    `guess(v)`, of what is left from v, must never be too high, nor fall by more than an edge costs.
    """
    known(graph, goal)
    cost, came_from, opened = {known(graph, start): 0}, {start: None}, {}
    waiting, entered = Heap([(guess(start), 0, start)]), 0  # of equals the latest is opened first: deep, not wide
    while len(waiting) and goal not in opened:
        v = waiting.pop()[2]
        if v in opened:
            continue
        opened[v] = None
        for u, edge in edges(graph, v):
            if cost[v] + edge < cost.get(u, math.inf):
                cost[u], came_from[u], entered = cost[v] + edge, v, entered - 1
                waiting.push((cost[u] + guess(u), entered, u))  # eq. 12
    return path(came_from, goal) if goal in opened else [], list(opened)


def edges(graph, v):
    """(u, cost) of each edge from v. BadInput where it leads to no vertex, or costs less than nothing, or NaN."""
    for u, cost in graph[v].items():
        if not cost >= 0:
            raise BadInput(f"the edge from {v!r} to {u!r} costs {cost}: a cost of at least 0 is wanted")
        yield known(graph, u), cost


def kruskal(graph):
    """Edges (cost, v, u) of the cheapest net that joins all that hangs together: by cost, those that close no circle."""
    sets, all_edges = UnionFind(graph), [(cost, v, u) for v in graph for u, cost in graph[v].items()]
    for cost, v, u in all_edges:
        if cost != cost:
            raise BadInput(f"the edge from {v!r} to {u!r} costs {cost}: a number is wanted")
    return [edge for edge in sorted(all_edges, key=lambda edge: edge[0]) if sets.union(*edge[1:])]


def max_flow(graph, source, sink):
    """The most that can flow from source to sink, and the source's side of a cut that lets through no more.

    `graph[v][u]` is what the edge from v to u can carry. Each round fills a way of the fewest edges, at most V E times
    (Edmonds and Karp 1972). A way may lead back along an edge: that takes some of its flow back.
    """
    if known(graph, source) == known(graph, sink):
        raise BadInput(f"source and sink are both {source!r}")
    room = {v: {} for v in graph}
    for v in graph:
        for u, capacity in graph[v].items():
            if not 0 <= capacity < math.inf:
                raise BadInput(f"the edge from {v!r} to {u!r} carries {capacity}: wanted at least 0, and finite")
            room[v][u] = room[v].get(u, 0) + capacity
            room[known(graph, u)].setdefault(v, 0)
    total = 0
    while True:
        came_from = breadth_first({v: [u for u in room[v] if room[v][u] > 0] for v in room}, source)
        way = path(came_from, sink)
        if not way:
            return total, set(came_from)  # eq. 13
        sent = min(room[v][u] for v, u in pairwise(way))
        for v, u in pairwise(way):
            room[v][u], room[u][v] = room[v][u] - sent, room[u][v] + sent
        total += sent


def known(graph, v):
    """v, once it is known to be a vertex."""
    if v not in graph:
        raise BadInput(f"{v!r} is not a vertex of this graph")
    return v


def joined(words, keys):
    """The graph of words in which those that share one of their `keys(word)` are neighbours."""
    sharing, graph = {}, {word: {} for word in words}
    for word in words:
        for key in set(keys(word)):
            sharing.setdefault(key, []).append(word)
    for group in sharing.values():
        for word in group:
            graph[word].update(dict.fromkeys(group, 1))
    for word in words:
        del graph[word][word]
    return graph


def in_place(words):
    """Neighbours differ in one letter, the others in their places."""
    return joined(words, lambda word: (word[:i] + "." + word[i + 1 :] for i in range(len(word))))


def in_any_order(words):
    """Neighbours differ in one letter, the others in any order; words of the same letters are none."""
    graph = joined(words, lambda word: ("".join(sorted(word[:i] + word[i + 1 :])) for i in range(len(word))))
    return {v: {u: 1 for u in near if sorted(u) != sorted(v)} for v, near in graph.items()}


@dataclass
class Config:
    words: int = between(1, WORDS)  # how many words, the commonest first


def census(cfg: Config, job):
    """Vertices, edges and parts of the graph of words, by either rule of what a neighbour is."""
    words = data.load("words").words[: cfg.words]
    return {"letters in place": _counted(in_place(words)), "letters in any order": _counted(in_any_order(words))}


def _counted(graph):
    sizes = [len(part) for part in components(graph)]
    degrees = [len(near) for near in graph.values()]
    return {
        "vertices": len(graph),
        "edges": sum(degrees) // 2,
        "components": len(sizes),
        "isolated": sizes.count(1),
        "pairs": sizes.count(2),
        "largest": max(sizes),
        "most neighbours": max(degrees),
    }


@dataclass
class Ladder:
    words: int = between(1, WORDS)  # how many words, the commonest first
    start: str  # the word at the ladder's foot
    goal: str  # the word at its top


def ladder(cfg: Ladder, job):
    """Steps of a shortest way between two words, one letter changed at a time; printed as well."""
    graph = in_place(data.load("words").words[: cfg.words])
    way = path(breadth_first(graph, cfg.start), known(graph, cfg.goal))
    print(" ".join(way) if way else f"no ladder leads from {cfg.start} to {cfg.goal}")
    return {"steps": len(way) - 1} if way else {}
