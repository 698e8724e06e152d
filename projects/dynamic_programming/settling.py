"""When to stop a method that creeps towards its values: because they have settled, or because they will not in good time."""

import math

from abacus.errors import BadInput
from values import rounding

MOST = 1_000_000  # sweeps: far more than any of our models takes


class Settling:
    """Whether values have settled, told the largest change again and again.

    `size` is how many backups make a sweep (1 where sweeps are told). At each power of 2 the changes are compared with those
    of half as many before; BadInput where, at this speed, more than MOST sweeps were needed. In the first S² sweeps nothing
    is judged: a reward at the other end of the model may not have come round yet.
    """

    def __init__(self, model, gamma, size=1):
        self.model, self.gamma, self.size = model, gamma, size
        self.count, self.largest, self.before = 0, 0.0, math.inf

    def enough(self, v):
        """A change that is not more than rounding, whatever comes after it."""
        return rounding(self.model, v) * (1 - self.gamma if self.gamma < 1 else 1)

    def told(self, change, v):
        """Whether it is over, one sweep (or backup) of this `change` later."""
        self.count, self.largest = self.count + 1, max(self.largest, change)
        if self.count & (self.count - 1) == 0:
            if self.count >= max(1024, self.model.states**2) * min(self.size, 4):
                self._judge(v)
            self.before, self.largest = self.largest, 0.0
        return change <= self.enough(v)

    def _judge(self, v):
        most, now = MOST * self.size, self.largest
        if now <= rounding(self.model, v) and self.count < most:
            return  # the last digits: they may stand still for a while
        if now >= self.before:
            raise BadInput(f"with gamma={self.gamma:g} the values do not settle: wanted gamma < 1, or a task that ends")
        left = self.count / 2 * math.log(now / self.enough(v)) / math.log(self.before / now)
        if self.count + left > most:
            raise BadInput(
                f"gamma={self.gamma:g}: the values need more than {MOST} sweeps to settle, "
                "wanted a smaller gamma, or policy iteration"
            )
