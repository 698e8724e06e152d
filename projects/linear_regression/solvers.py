"""Every way to the coefficients of a NIST set, by name: from the set's name to b, float64."""

import numpy as np

import centring
import cholesky
import descent
import nist
import qr
import refinement
import svd

STEPS = 10_000  # of gradient descent


def _of_design(least_squares):
    """The solver that is given X and y as float64 holds them, powers and all."""

    def solve(name):
        y, x = nist.design(name)
        return least_squares(x, y)

    return solve


def _centred(name):
    """Powers of x − c where the model is a polynomial of degree 2 or more, else the design as it is."""
    if nist.DEGREE.get(name, 1) == 1:
        return SOLVERS["QR, refined"](name)
    y, x = nist.observed(name)
    return centring.least_squares(np.array(x, dtype=np.float64)[:, 0], np.array(y, dtype=np.float64), nist.DEGREE[name])


def _descent(x, y):
    """Gradient descent on columns of length 1."""
    lengths = np.sqrt((x * x).sum(axis=0))
    lengths[lengths == 0] = 1.0
    return descent.gradient_descent(x / lengths, y, STEPS)[-1] / lengths


def _exact(name):
    y, x = nist.exact_design(name)
    return qr.least_squares(x, y).round()


SOLVERS = {
    "gradient descent": _of_design(_descent),
    "normal equations": _of_design(cholesky.least_squares),
    "numpy.linalg.lstsq": _of_design(lambda x, y: np.linalg.lstsq(x, y, rcond=None)[0]),
    "SVD": _of_design(svd.least_squares),
    "QR": _of_design(qr.least_squares),
    "QR, refined": _of_design(refinement.least_squares),
    "QR, centred and refined": _centred,
    "QR, double-double": _exact,
}
