"""Ways through a graph: in breadth, in depth, by least cost (Dijkstra 1959), and with a guess of what is left (A*).

A graph is a dict: `graph[v]` holds v's neighbours, {u: cost of the edge}, or any collection where costs do not matter.
"""

import math

from abacus.errors import BadInput
from containers import Heap, Queue


def breadth_first(graph, start):
    """{v: the vertex from which v was first met} of all that can be reached, nearest first; the start has None."""
    came_from, waiting = {known(graph, start): None}, Queue()
    waiting.push(start)
    while len(waiting):
        v = waiting.pop()
        for u in graph[v]:
            if u not in came_from:
                came_from[u] = v
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


def depth_first(graph, starts):
    """The vertices in the order in which a walk into the depth leaves them: each after all that it leads to."""
    seen, left = set(), []
    for start in starts:
        ahead = []  # the stack: vertices on the way here, each with the edges that it has not yet tried
        if known(graph, start) not in seen:
            seen.add(start)
            ahead.append((start, iter(graph[start])))
        while ahead:
            v, edges = ahead[-1]
            u = next((u for u in edges if u not in seen), None)
            if u is None:
                left.append(v)
                ahead.pop()
            else:
                seen.add(u)
                ahead.append((u, iter(graph[u])))
    return left


def topological(graph):
    """An order of the vertices in which every edge leads forwards: leaving, backwards. A circle raises BadInput."""
    order = depth_first(graph, graph)[::-1]
    place = {v: i for i, v in enumerate(order)}
    for v in order:
        for u in graph[v]:
            if place[u] <= place[v]:
                raise BadInput(f"no order exists: the edge from {v!r} to {u!r} lies on a circle")
    return order


def dijkstra(graph, start):
    """Least costs from the start, {v: cost}, and {v: the vertex before v}. A negative edge raises BadInput."""
    cost, came_from, done = {known(graph, start): 0}, {start: None}, set()
    waiting = Heap([(0, 0, start)])
    entered = 1  # numbers the entries, so that vertices are never compared
    while len(waiting):
        _, _, v = waiting.pop()
        if v in done:
            continue  # an older, dearer entry
        done.add(v)  # eq. 6: no way through a dearer vertex can be cheaper
        for u, edge in graph[v].items():
            if not edge >= 0:
                raise BadInput(f"the edge from {v!r} to {u!r} costs {edge}: Dijkstra's costs are at least 0")
            if cost[v] + edge < cost.get(u, math.inf):
                cost[u], came_from[u] = cost[v] + edge, v
                waiting.push((cost[u], entered, u))
                entered += 1
    return cost, came_from


def a_star(graph, start, goal, guess):
    """A cheapest way to the goal, and the vertices opened, in their order (Hart, Nilsson and Raphael 1968).

    `guess(v)` must never be more than what is left from v, nor fall by more than an edge costs.
    """
    cost, came_from, opened = {known(graph, start): 0}, {start: None}, {}
    waiting = Heap([(guess(start), 0, start)])
    entered = 0  # of equals the latest goes first: deep rather than wide
    while len(waiting) and goal not in opened:
        _, _, v = waiting.pop()
        if v in opened:
            continue
        opened[v] = None
        for u, edge in graph[v].items():
            if cost[v] + edge < cost.get(u, math.inf):
                cost[u], came_from[u] = cost[v] + edge, v
                entered -= 1
                waiting.push((cost[u] + guess(u), entered, u))  # eq. 7
    return path(came_from, goal) if goal in opened else [], list(opened)


def known(graph, v):
    """v, once it is known to be a vertex."""
    if v not in graph:
        raise BadInput(f"{v!r} is not a vertex of this graph")
    return v
