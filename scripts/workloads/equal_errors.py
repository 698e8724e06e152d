"""What the workloads of calculus share: every peer is as right as the others, by the same request or by its loosest one."""

LOOSEST, EACH = 1e-3, 10 ** (-1 / 4)  # tolerances that are tried: four a decade


def tuned(solve, truth, wanted):
    """A step that calls solve(tolerance), at the first tolerance from loose to tight with |solve − truth| ≤ wanted.

    solve returns a number. ArithmeticError where 1e-13 is not enough.
    """
    tolerance = LOOSEST
    while tolerance > 1e-13:
        if abs(solve(tolerance) - truth) <= wanted:
            return lambda: float(solve(tolerance))
        tolerance *= EACH
    raise ArithmeticError(f"no tolerance gives an error of {wanted}")


def asked(solve, truth, tolerance):
    """A step that calls solve(tolerance); ArithmeticError where its relative error is larger than that."""
    if abs(solve(tolerance) - truth) > tolerance * abs(truth):
        raise ArithmeticError(f"asked for {tolerance}, and off by {abs(solve(tolerance) / truth - 1)}")
    return lambda: float(solve(tolerance))
