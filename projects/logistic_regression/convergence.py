"""The warning of a minimisation that ends before its tolerance is met."""

import warnings


class NotConverged(RuntimeWarning):
    """The minimum was not reached: the answer is the best point met."""


def warn(method, steps, left, tol):
    """A NotConverged that says how steep the function still is."""
    warnings.warn(
        f"{method} ended after {steps} steps with a gradient of {left:.2g}, not below tol={tol:.2g}: "
        "more steps, another tol or scaled predictors may help",
        NotConverged,
        stacklevel=3,
    )
