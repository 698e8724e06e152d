"""The group of one process."""


class Alone:
    """Rank 0 of 1: a sum over one process is what it holds."""

    rank, size = 0, 1

    def all_reduce(self, array):
        """The array as it is."""
        return array
