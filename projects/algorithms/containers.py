"""A row of numbered boxes in memory, and what is made of it: a growing array (a stack), a queue; and a list of links."""

from abacus.errors import BadInput


class Array:
    """A row that grows: where all boxes are full, its values move to a row of twice as many. `copies` counts them.

    append and pop, at the end, make it a stack. Both take a constant time on the average (eq. 1).
    """

    def __init__(self):
        self._boxes, self._used, self.copies = [None], 0, 0

    def __len__(self):
        return self._used

    def __getitem__(self, i):
        return self._boxes[self._inside(i)]

    def __setitem__(self, i, value):
        self._boxes[self._inside(i)] = value

    def append(self, value):
        if self._used == len(self._boxes):
            self._move(2 * len(self._boxes))  # eq. 1
        self._boxes[self._used] = value
        self._used += 1

    def pop(self):
        """Takes the last value out. A row that is a quarter full is halved, no earlier: the next append has room."""
        if not self._used:
            raise BadInput("pop from an empty array")
        self._used -= 1
        value, self._boxes[self._used] = self._boxes[self._used], None
        if 0 < self._used <= len(self._boxes) // 4:
            self._move(len(self._boxes) // 2)
        return value

    def _inside(self, i):
        if not 0 <= i < self._used:
            raise BadInput(f"index {i} of an array of {self._used} values: the first is number 0")
        return i

    def _move(self, boxes):
        row = [None] * boxes
        for i in range(self._used):
            row[i] = self._boxes[i]
        self._boxes = row
        self.copies += self._used


class LinkedList:
    """Each value knows the next one. Putting one in front takes one step, finding the i-th takes i."""

    def __init__(self, values=()):
        self._first = None
        for value in reversed(list(values)):
            self.push(value)

    def __iter__(self):
        link = self._first
        while link:
            value, link = link
            yield value

    def push(self, value):
        self._first = [value, self._first]

    def pop(self):
        if not self._first:
            raise BadInput("pop from an empty list")
        value, self._first = self._first
        return value


class Queue:
    """First in, first out: a row bent to a ring, in which the place of the first value moves on."""

    def __init__(self):
        self._ring, self._first, self._length = [None], 0, 0

    def __len__(self):
        return self._length

    def push(self, value):
        ring = self._ring
        if self._length == len(ring):
            self._ring = ring = ring[self._first :] + ring[: self._first] + [None] * len(ring)
            self._first = 0
        ring[(self._first + self._length) % len(ring)] = value
        self._length += 1

    def pop(self):
        if not self._length:
            raise BadInput("pop from an empty queue")
        value, self._ring[self._first] = self._ring[self._first], None
        self._first = (self._first + 1) % len(self._ring)
        self._length -= 1
        return value
