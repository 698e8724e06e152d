"""A binary search tree that keeps its balance: AVL (Adelson-Velsky and Landis 1962), the first one."""

import operator

from abacus.errors import BadInput


class Node:
    """A key, the smaller keys at the left, the larger ones at the right; `height` is 1 for a leaf."""

    __slots__ = ("height", "key", "left", "right")

    def __init__(self, key):
        self.key, self.left, self.right, self.height = key, None, None, 1


class AVL:
    """A set of keys in order. At every node the heights of left and right differ by at most one (eq. 5).

    So n keys have a height of at most 1.4405 lg(n + 2) − 0.3277; finding, adding and removing take that many steps.
    """

    def __init__(self, keys=(), less=operator.lt):
        self.root, self._less, self._length = None, less, 0
        for key in keys:
            self.add(key)

    def __len__(self):
        return self._length

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
        """Adds a key; one that is there already stays as it is."""
        self.root = self._add(self.root, key)

    def remove(self, key):
        """Takes a key out; BadInput where it is not there."""
        self.root = self._remove(self.root, key)
        self._length -= 1

    def _add(self, node, key):
        if node is None:
            self._length += 1
            return Node(key)
        if self._less(key, node.key):
            node.left = self._add(node.left, key)
        elif self._less(node.key, key):
            node.right = self._add(node.right, key)
        return balanced(node)

    def _remove(self, node, key):
        if node is None:
            raise BadInput(f"{key!r} is not in the tree")
        if self._less(key, node.key):
            node.left = self._remove(node.left, key)
        elif self._less(node.key, key):
            node.right = self._remove(node.right, key)
        elif node.left is None or node.right is None:
            return node.left or node.right
        else:  # two below it: the next larger key takes its place
            node.key = _least(node.right)
            node.right = self._remove(node.right, node.key)
        return balanced(node)


def height(node):
    """Nodes on the longest way down; 0 of an empty tree."""
    return node.height if node else 0


def balanced(node):
    """The tree under `node`, one side of which may be two higher, turned until eq. 5 holds; its new top."""
    lean = height(node.left) - height(node.right)
    if lean > 1:
        if height(node.left.left) < height(node.left.right):
            node.left = _turn_left(node.left)
        return _turn_right(node)
    if lean < -1:
        if height(node.right.right) < height(node.right.left):
            node.right = _turn_right(node.right)
        return _turn_left(node)
    return _measured(node)


def _turn_right(node):
    """The left child comes up; what lay between the two changes its parent. The order of keys stays."""
    top = node.left
    node.left, top.right = top.right, node
    _measured(node)
    return _measured(top)


def _turn_left(node):
    top = node.right
    node.right, top.left = top.left, node
    _measured(node)
    return _measured(top)


def _measured(node):
    node.height = 1 + max(height(node.left), height(node.right))  # eq. 5
    return node


def _least(node):
    while node.left:
        node = node.left
    return node.key
