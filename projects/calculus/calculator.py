"""Calculus with a formula of your own: python calculator.py integrate "exp(-x**2)" 0 inf

Limits, derivatives and gradients, Taylor polynomials, integrals, differential equations: `python calculator.py --help`.
A formula has numbers, names, + - * / **, pi, e, and the functions exp, log, sqrt, sin, ..., abs.
"""

import argparse
import math
import sys

import numpy as np

import adaptive
import autodiff
import differences
import runge_kutta
import series
import stiff as radau
from abacus.errors import BadInput
from expressions import Formula, number, variables_of

SETTLED = np.sqrt(np.finfo(float).eps)  # two estimates of a limit agree
TOLERANCES = 1e-13, 0.1  # of a differential equation
TERMS, LINES = 100, 10  # of a Taylor polynomial, at most; of a solution that are printed


def main(arguments):
    """Parse, compute, print; the exit status: 0, or 2 for bad input."""
    reader = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    verbs = reader.add_subparsers(dest="verb", required=True)
    for verb, (places, about) in VERBS.items():
        one = verbs.add_parser(verb, help=about, description=about)
        for place, text in places.items():
            one.add_argument(place, help=text, nargs="+" if place == "point" else None)
        if verb in ("integrate", "solve"):
            one.add_argument("--tolerance", default="1e-10", help="relative (1e-10)")
        if verb == "solve":
            one.add_argument("--stiff", action="store_true", help="Radau's method: for rates of very unequal size")
    answers = {answer.__name__: answer for answer in (limit, differentiate, taylor, integrate, solve)}
    wanted = vars(
        reader.parse_args([f" {word}" if word[:1] == "-" and word[1:2] not in "-h" else word for word in arguments])
    )
    wanted = {name: word.strip() if isinstance(word, str) else word for name, word in wanted.items()}
    try:  # a blank before a minus: so argparse does not take -1 or -x for an option
        with np.errstate(all="ignore"):  # what is not finite is found, and said
            for line in answers[wanted.pop("verb")](**wanted):
                print(line)
    except BadInput as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def limit(formula, point):
    """From either side, by extrapolation."""
    f, name = _of_one(formula)
    at = number(point[0], "point") if len(point) == 1 else math.nan
    if math.isnan(at):
        raise BadInput(f"point={' '.join(point)}: wanted one number, or inf")
    if math.isinf(at):
        yield from _one_limit(lambda h: f(math.copysign(1 / h, at)), f"{name} → {at:g}")
        return
    above, below = (differences.limit(lambda h, s=sign: f(at + s * h)) for sign in (1, -1))
    if all(error <= SETTLED * max(1, abs(x)) for x, error in (above, below)):
        if abs(above[0] - below[0]) <= 10 * SETTLED * max(1, abs(above[0])):
            yield f"{name} → {at:g}: {above[0]:.10g}, up to {max(above[1], below[1], np.finfo(float).eps):.0e}"
            return
        yield f"no common limit: {above[0]:.10g} from above, {below[0]:.10g} from below"
        return
    yield from _one_limit(lambda h: f(at + h), f"{name} → {at:g} from above")
    yield from _one_limit(lambda h: f(at - h), f"{name} → {at:g} from below")


def _one_limit(g, where):
    x, error = differences.limit(g)
    if error <= SETTLED * max(1, abs(x)):
        yield f"{where}: {x:.10g}, up to {max(error, np.finfo(float).eps):.0e}"
    else:
        yield f"{where}: none is seen (the estimates do not settle: infinite, oscillating, undefined, or slow)"


def differentiate(formula, point):
    """Value, slope, gradient and second derivatives, all by the chain rule, and the complex step beside them."""
    names = variables_of(formula) or ["x"]
    at = _point(point, names)
    f = Formula(formula, names)
    value, slopes = autodiff.gradient(f, at)
    if not np.isfinite([value, *slopes]).all():
        raise BadInput(f"{formula} or its derivative is infinite or undefined at {', '.join(f'{x:g}' for x in at)}")
    yield f"value                 {value:.15g}"
    for name, slope in zip(names, slopes):
        yield f"{f'd/d{name}':<21} {slope:.15g}"
    if len(names) == 1:
        h = min(1e-200, 1e-8 * abs(at[0])) or 1e-200  # (h/x)² is below rounding
        yield f"by the complex step   {differences.complex_step(f, at[0], h):.15g}"
        aside = differences.central(f, at[0], 1e-5 * max(1, abs(at[0])))
        yield f"by a central step     {f'{aside:.10g}' if np.isfinite(aside) else 'none: it leaves the domain'}"
    second = np.array(autodiff.hessian(f, at), dtype=np.float64)
    for i, j in zip(*np.triu_indices(len(names))):
        found = f"{second[i, j]:.15g}" if np.isfinite(second[i, j]) else "infinite or undefined"
        yield f"{f'd²/d{names[i]}d{names[j]}':<21} {found}"


def taylor(formula, at, order):
    """The coefficients of the Taylor polynomial at a point."""
    f, name = _of_one(formula)
    terms, (at,) = number(order, "order"), _point([at], [name])
    if not 0 <= terms <= TERMS or terms != int(terms):
        raise BadInput(f"order={order}: wanted a whole number from 0 to {TERMS}")
    found = [float(c) for c in series.taylor(f, np.float64(at), int(terms))]
    if not np.isfinite(found).all():
        raise BadInput(
            f"{formula} has no Taylor polynomial of order {int(terms)} at {at:g}: a derivative is infinite there"
        )
    base = name if at == 0 else f"({name} {'-' if at > 0 else '+'} {abs(at):g})"
    for k, c in enumerate(found):
        yield f"{c + 0.0:+.15g}" + (f" {base}**{k}" if k else "")


def integrate(formula, low, high, tolerance):
    """The integral, its estimated error, and what it cost."""
    f, _ = _of_one(formula)
    ends, allowed = (number(low, "low"), number(high, "high")), number(tolerance, "tolerance")
    value, error, evaluations = adaptive.integrate(f, *ends, allowed)
    yield f"{value:.15g}, up to about {max(error, np.finfo(float).eps * abs(value)):.0e}; {evaluations} evaluations"


def solve(slope, start, end, tolerance, stiff):
    """y at equal times from 0 to the end, for y′ = slope(t, y)."""
    f, y, last = Formula(slope, ("t", "y")), number(start, "start"), number(end, "end")
    allowed = number(tolerance, "tolerance")
    if not (0 < last < math.inf and math.isfinite(y) and TOLERANCES[0] <= allowed <= TOLERANCES[1]):
        raise BadInput(
            f"start={start}, end={end}, tolerance={tolerance}: wanted a finite y at t = 0, a finite end after it, and a "
            f"tolerance of {TOLERANCES[0]} to {TOLERANCES[1]}"
        )
    times = last * np.arange(1, LINES + 1) / LINES
    if stiff:
        found = radau.solve(lambda t, v: [f(t, v[0])], 0.0, [y], times, allowed, allowed)
        values = found.values[:, 0]
    else:
        found = runge_kutta.solve(lambda t, v: np.array([f(t, v[0])]), 0.0, [y], last, allowed, allowed)
        values = [found(t)[0] for t in times]
    for t, value in zip([0.0, *times], [y, *values]):
        yield f"t = {t:<12.6g} y = {value:.10g}"
    yield f"{found.steps} steps, {found.evaluations} evaluations"


def _of_one(formula):
    names = variables_of(formula) or ["x"]
    if len(names) > 1:
        raise BadInput(f"{formula}: one variable is wanted, and there are {', '.join(names)}")
    return Formula(formula, names), names[0]


def _point(words, names):
    at = [number(word, "point") for word in words]
    if len(at) != len(names) or not np.isfinite(at).all():
        raise BadInput(f"point={' '.join(words)}: wanted a finite number for each of {', '.join(names)}")
    return at


VERBS = {
    "limit": ({"formula": "a formula", "point": "where, or inf"}, "the limit of a formula, from both sides"),
    "differentiate": (
        {"formula": "a formula", "point": "a number for each variable, in the order of the alphabet"},
        "value, gradient and second derivatives",
    ),
    "taylor": ({"formula": "a formula", "at": "where", "order": "the highest power"}, "the Taylor polynomial"),
    "integrate": ({"formula": "a formula", "low": "or -inf", "high": "or inf"}, "the integral, with its error"),
    "solve": ({"slope": "y' as a formula of t and y", "start": "y at t = 0", "end": "the last t"}, "y' = slope(t, y)"),
}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
