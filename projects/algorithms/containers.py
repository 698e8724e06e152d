"""A row of numbered boxes in memory, and what is made of it: growing array, stack, queue, heap; and the list of links."""

import operator

from abacus.errors import BadInput


class Array:
    """A row that grows: where all boxes are full, move to a row of twice as many (eq. 1).

    `copies` counts the values moved. Reading, writing and appending take a constant time, appending on average.
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
        """Takes the last value out. At a quarter full the row is halved: a later append never pays twice."""
        if not self._used:
            raise BadInput("pop from an empty array")
        self._used -= 1
        value, self._boxes[self._used] = self._boxes[self._used], None
        if 0 < self._used <= len(self._boxes) // 4:
            self._move(len(self._boxes) // 2)
        return value

    def _inside(self, i):
        if not 0 <= i < self._used:
            raise BadInput(f"index {i} of an array that holds {self._used} values; the first is 0")
        return i

    def _move(self, boxes):
        row = [None] * boxes
        for i in range(self._used):
            row[i] = self._boxes[i]
        self.copies += self._used
        self._boxes = row


class LinkedList:
    """Each value knows the next. Putting one in front is constant, finding the i-th takes i steps."""

    def __init__(self, values=()):
        self._first, self._length = None, 0
        for value in reversed(list(values)):
            self.push(value)

    def __len__(self):
        return self._length

    def __iter__(self):
        link = self._first
        while link:
            value, link = link
            yield value

    def push(self, value):
        self._first = [value, self._first]
        self._length += 1

    def pop(self):
        if not self._first:
            raise BadInput("pop from an empty list")
        value, self._first = self._first
        self._length -= 1
        return value

    def reverse(self):
        """Turns every link round, in one walk and without a copy."""
        behind, link = None, self._first
        while link:
            link[1], behind, link = behind, link, link[1]
        self._first = behind


class Queue:
    """First in, first out: a row bent to a ring, whose first value moves on as values are taken out."""

    def __init__(self):
        self._ring, self._first, self._length = [None], 0, 0

    def __len__(self):
        return self._length

    def push(self, value):
        boxes = len(self._ring)
        if self._length == boxes:
            self._ring = [self._ring[(self._first + i) % boxes] for i in range(boxes)] + [None] * boxes
            self._first, boxes = 0, 2 * boxes
        self._ring[(self._first + self._length) % boxes] = value
        self._length += 1

    def pop(self):
        if not self._length:
            raise BadInput("pop from an empty queue")
        value, self._ring[self._first] = self._ring[self._first], None
        self._first = (self._first + 1) % len(self._ring)
        self._length -= 1
        return value


class Heap:
    """The least of many values at hand: no value is less than the one above it, number (i − 1) // 2 (eq. 2).

    `less(a, b)` says whether a comes before b. push compares at most lg n times, pop 2 lg n.
    """

    def __init__(self, values=(), less=operator.lt):
        self._row, self._less = list(values), less
        for i in reversed(range(len(self._row) // 2)):  # from the last that has one below it: fewer than 2n comparisons
            self._sink(i)

    def __len__(self):
        return len(self._row)

    def push(self, value):
        row = self._row
        row.append(value)
        i = len(row) - 1
        while i and self._less(row[i], row[(i - 1) // 2]):  # eq. 2
            row[i], row[(i - 1) // 2] = row[(i - 1) // 2], row[i]
            i = (i - 1) // 2

    def pop(self):
        if not self._row:
            raise BadInput("pop from an empty heap")
        least, last = self._row[0], self._row.pop()
        if self._row:
            self._row[0] = last
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
