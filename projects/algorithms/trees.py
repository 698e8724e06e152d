"""Three trees: the heap gives the least value, the AVL tree keeps an order, union-find knows what hangs together.

`less(a, b)` says whether a comes before b; a counter in its place counts the comparisons.
A heap, as Python's own, orders what `less` orders: NaN, which is less than nothing and nothing than it, spoils the order.
"""

import operator

from abacus.errors import BadInput


class Heap:
    """The least of many values at hand: none is less than the one above it, number (i − 1) // 2 of the row (eq. 2).

    push compares at most lg n times, pop 2 lg n; building from n values takes fewer than 2n comparisons.
    """

    def __init__(self, values=(), less=operator.lt):
        self._row, self._less = list(values), less
        for i in reversed(range(len(self._row) // 2)):
            self._sink(i)

    def __len__(self):
        return len(self._row)

    def push(self, value):
        row, i = self._row, len(self._row)
        row.append(value)
        while i and self._less(row[i], row[(i - 1) // 2]):  # eq. 2
            row[i], row[(i - 1) // 2] = row[(i - 1) // 2], row[i]
            i = (i - 1) // 2

    def pop(self):
        """Takes the least value out; the last of the row comes to its place and sinks."""
        if not self._row:
            raise BadInput("pop from an empty heap")
        last = self._row.pop()
        if not self._row:
            return last
        least, self._row[0] = self._row[0], last
        self._sink(0)
        return least

    def _sink(self, i):
        row = self._row
        while 2 * i + 1 < len(row):
            below = 2 * i + 1
            if below + 1 < len(row) and self._less(row[below + 1], row[below]):
                below += 1
            if not self._less(row[below], row[i]):
                return
            row[i], row[below] = row[below], row[i]
            i = below


class Node:
    """A key; smaller keys at the left, larger ones at the right; `height` is 1 for a leaf."""

    __slots__ = ("height", "key", "left", "right")

    def __init__(self, key):
        self.key, self.left, self.right, self.height = key, None, None, 1


class AVL:
    """A set of keys in order, as a search tree in which left and right differ in height by at most one (eq. 3).

    Hence a height of at most 1.4405 lg(n + 2) − 0.3277 with n keys (Adelson-Velsky and Landis 1962): so many steps does
    it take to find, to add and to remove one.
    """

    def __init__(self, keys=(), less=operator.lt):
        self.root, self._less = None, less
        for key in keys:
            self.add(key)

    def __iter__(self):
        """The keys in order."""
        above, node = [], self.root
        while above or node:
            while node:
                above.append(node)
                node = node.left
            node = above.pop()
            yield node.key
            node = node.right

    def __contains__(self, key):
        node = self.root
        while node:
            if self._less(key, node.key):
                node = node.left
            elif self._less(node.key, key):
                node = node.right
            else:
                return True
        return False

    def add(self, key):
        """Adds a key; one that is there stays as it is. BadInput for one that is not even equal to itself (NaN)."""
        if key != key:
            raise BadInput(f"{key!r} is no key: it has no place in an order")
        self.root = self._add(self.root, key)

    def remove(self, key):
        """Takes a key out; BadInput where it is not there."""
        self.root = self._remove(self.root, key)

    def _add(self, node, key):
        if node is None:
            return Node(key)
        if self._less(key, node.key):
            node.left = self._add(node.left, key)
        elif self._less(node.key, key):
            node.right = self._add(node.right, key)
        return _balanced(node)

    def _remove(self, node, key):
        if node is None:
            raise BadInput(f"{key!r} is not in the tree")
        if self._less(key, node.key):
            node.left = self._remove(node.left, key)
        elif self._less(node.key, key):
            node.right = self._remove(node.right, key)
        elif node.left is None or node.right is None:
            return node.left or node.right
        else:  # the next larger key takes its place
            after = node.right
            while after.left:
                after = after.left
            node.key, node.right = after.key, self._remove(node.right, after.key)
        return _balanced(node)


def height(node):
    """Nodes on the longest way down; 0 where there is none."""
    return node.height if node else 0


def _balanced(node):
    """The top of the tree under `node`, one side of which may be two higher, after the turns that restore eq. 3."""
    if height(node.left) > height(node.right) + 1:
        if height(node.left.left) < height(node.left.right):
            node.left = _turned(node.left, "right", "left")
        return _turned(node, "left", "right")
    if height(node.right) > height(node.left) + 1:
        if height(node.right.right) < height(node.right.left):
            node.right = _turned(node.right, "left", "right")
        return _turned(node, "right", "left")
    return _measured(node)


def _turned(node, side, other):
    """The child on one side comes to the top; what lay between it and the node goes under the node. No order changes."""
    top = getattr(node, side)
    setattr(node, side, getattr(top, other))
    setattr(top, other, _measured(node))
    return _measured(top)


def _measured(node):
    node.height = 1 + max(height(node.left), height(node.right))  # eq. 3
    return node


class UnionFind:
    """Sets that only ever merge: each a tree whose root stands for it. `sets` are left; `steps` counts moves upwards.

    The smaller tree goes under the larger, so no way is longer than lg n; and every search makes its way half as long
    (eq. 4): m searches take m α(n) steps, and α is below 5 for every n that fits into the world (Tarjan 1975).
    """

    def __init__(self, things=()):
        self._above = {thing: thing for thing in things}
        if any(thing != thing for thing in self._above):
            raise BadInput("nan is no thing of a set: it is not equal to itself")
        self._size = dict.fromkeys(self._above, 1)
        self.sets, self.steps = len(self._above), 0

    def find(self, thing):
        """The root: the same for all of a set, and for no other."""
        above = self._above
        if thing not in above:
            raise BadInput(f"{thing!r} is in none of the sets")
        while above[thing] != thing:
            above[thing] = above[above[thing]]  # eq. 4
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
        self._size[a] += self._size[b]
        self.sets -= 1
        return True
