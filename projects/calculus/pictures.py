"""The figures: errors against h, slope fields, the orbit, three substances over eleven decades."""

import numpy as np

import adaptive
import differences as limits
import problems
import quadrature
import runge_kutta
import stiff
from expressions import Formula

GREY, BLUE, RED, GREEN, GOLD = "0.6", "#1b6ca8", "#d1495b", "#2e8b57", "#c98b00"
COLOURS = {"forward": RED, "central": BLUE, "five points": GREEN, "complex step": "black"}
STEPPED = {"Euler": RED, "Heun": GOLD, "RK4": BLUE, "DOPRI5": GREEN}  # midpoint lies on Heun
TINY, HUGE = 1e-17, 1e100  # drawn where an error is 0, or larger than any axis
COUNTS = [2**k for k in range(1, 11)]  # of steps, on the axes of errors


def look(figure, f, wrong, integral, equation, orbit):
    """The bare run's figure: errors of differences, of quadrature, a slope field, the orbit."""
    figure.set_size_inches(12, 9.5)
    (top_left, top_right), (left, right) = figure.subplots(2, 2)
    _differences(top_left, wrong)
    _rules(top_right, f, *integral)
    _field(left, *equation)
    _orbit(right, orbit)


def differences(results, save):
    """|error| of each formula against h, for each function."""
    with save("errors", figsize=(5.5 * len(results), 4.5)) as figure:
        for axes, record in zip(np.atleast_1d(figure.subplots(1, len(results))), results):
            cfg = record["config"]
            _differences(axes, limits.errors(Formula(cfg["function"], ("x",)), cfg["at"], limits.STEPS))
            axes.set_title(f"{cfg['function']} at {cfg['at']:g}")


def _differences(axes, wrong):
    for name, errors in wrong.items():
        style = "--" if name == "central" else ".-"  # it lies on the complex step's until rounding
        axes.loglog(limits.STEPS, np.maximum(errors, TINY), style, color=COLOURS[name], label=name, markersize=4)
    axes.loglog(limits.STEPS, np.finfo(float).eps / limits.STEPS, ":", color=GREY, label="ε/h")
    axes.set(
        xlabel="h",
        ylabel="relative error of f′",
        title="differences: too large an h, too small an h",
        ylim=(TINY / 3, 10),
    )
    axes.legend(loc="center left")


def rules(results, save):
    """|error| of each rule against the number of evaluations, for the function of Romberg's triangle."""
    cfg = quadrature.Triangle(**results[0]["config"])
    f = Formula(cfg.function, ("x",))
    with save("rules", figsize=(6.5, 4.5)) as figure:
        _rules(figure.subplots(), f, cfg.low, cfg.high, adaptive.integrate(f, cfg.low, cfg.high, 1e-13)[0])


def _rules(axes, f, low, high, truth):
    scale = abs(truth) or 1.0
    curves = {}
    for name, points in (("trapezoids", 2), ("Simpson", 3), ("Boole", 5)):
        weights = quadrature.newton_cotes(points)
        curves[name] = {k * (points - 1): quadrature.composite(f, low, high, weights, k) for k in COUNTS}
    curves["Romberg"] = {2**k: row[-1] for k, row in enumerate(quadrature.romberg(f, low, high, 9))}
    curves["Gauss"] = {n: quadrature.gauss(f, low, high, n) for n in (*range(1, 12), *range(12, 65, 4))}
    for (name, found), colour in zip(curves.items(), (RED, GOLD, GREEN, BLUE, "black")):
        errors = np.abs(np.array(list(found.values())) - truth) / scale
        seen = np.isfinite(errors)
        label = name if seen.any() else f"{name}: none, f is infinite at an end"
        axes.loglog(list(found), np.where(seen, np.clip(errors, TINY, HUGE), np.nan), ".-", color=colour, label=label)
    axes.set(xlabel="evaluations", ylabel="relative error of ∫ f", title="quadrature", ylim=(TINY / 3, 10))
    axes.legend(loc="upper right")


def fields(results, save):
    """The slope field with coarse solutions of every method, and the errors of all methods against h."""
    cfg = runge_kutta.Equation(**results[0]["config"])
    f = Formula(cfg.slope, ("t", "y"))
    with save("fields", figsize=(11, 4.5)) as figure:
        left, right = figure.subplots(1, 2)
        _field(left, f, cfg.start, cfg.until, cfg.steps)
        truth = runge_kutta.solve(f, 0.0, [cfg.start], cfg.until, runge_kutta.TIGHT, runge_kutta.TIGHT).values[-1, 0]
        for name, colour in STEPPED.items():
            ends = [runge_kutta.fixed(f, 0.0, [cfg.start], cfg.until, n, name)[1][-1, 0] for n in COUNTS]
            errors = np.maximum(np.abs(np.array(ends) - truth), TINY)
            right.loglog(cfg.until / np.array(COUNTS), errors, ".-", color=colour, label=name)
        right.set(
            xlabel="h", ylabel=f"error at t = {cfg.until:g}", title="a method of order p: error ∝ hᵖ, until rounding"
        )
        right.legend(loc="lower right")


def _field(axes, f, start, until, steps):
    """Slopes on a grid, Euler's polygon, and the solution."""
    from matplotlib.collections import LineCollection

    exact = runge_kutta.solve(f, 0.0, [start], until, 1e-10, 1e-10)
    t = np.linspace(0, until, 200)
    y = np.array([exact(x)[0] for x in t])
    times, polygon = runge_kutta.fixed(f, 0.0, [start], until, steps, "Euler")
    heights = np.concatenate([y, polygon[np.abs(polygon) < HUGE]])  # Euler's may run off to infinity
    low, high = heights.min(), heights.max()
    low, high = low - 0.25 * (high - low) - 1e-9, high + 0.25 * (high - low) + 1e-9
    grid = np.array([(a, b) for a in np.linspace(0, until, 25) for b in np.linspace(low, high, 19)])
    way = np.array([(1 / until, f(a, b) / (high - low)) for a, b in grid], dtype=np.float64)
    with np.errstate(invalid="ignore"):  # an infinite slope is not drawn
        way = 0.014 * way / np.hypot(*way.T)[:, None] * (until, high - low)  # of one length, in the picture's own units
    axes.add_collection(LineCollection(np.stack([grid - way, grid + way], axis=1), colors=GREY, linewidths=1))
    axes.plot(t, y, color=BLUE, label="solution")
    axes.plot(times, polygon[:, 0], "o-", color=RED, markersize=3, label=f"Euler, {steps} steps")
    axes.set(xlabel="t", ylabel="y", title=f"y′ = {f}", xlim=(0, until), ylim=(low, high))
    axes.legend(loc="upper left")


def _orbit(axes, orbit):
    x, y = np.array([orbit(t)[:2] for t in np.linspace(0, orbit.times[-1], 1500)]).T
    axes.plot(x, y, color=BLUE)
    axes.plot(*orbit.values[:, :2].T, ".", color=BLUE, markersize=4)
    moon = float(problems.MOON)
    axes.plot([-moon], [0], "o", color=GREEN, markersize=12)
    axes.plot([1 - moon], [0], "o", color=GREY, markersize=6)
    axes.annotate("earth", (-moon, 0), xytext=(8, 8), textcoords="offset points")
    axes.annotate("moon", (1 - moon, 0), xytext=(8, 8), textcoords="offset points")
    axes.set(title=f"Arenstorf's orbit: {orbit.steps} steps of DOPRI5", xlabel="x", ylabel="y", aspect="equal")


def orbits(results, save):
    """The orbit, the size of its steps, and what each evaluation buys."""
    cfg = problems.Orbit(**results[0]["config"])
    start = problems.starting(cfg.velocity)
    tolerances = [10.0**-k for k in range(4, 14)]
    found = {e: runge_kutta.solve(problems.arenstorf, 0.0, start, cfg.period, e, e) for e in tolerances}
    with save("orbit", figsize=(14, 4.3)) as figure:
        left, middle, right = figure.subplots(1, 3)
        orbit = runge_kutta.solve(problems.arenstorf, 0.0, start, cfg.period, cfg.tolerance, cfg.tolerance)
        _orbit(left, orbit)
        middle.semilogy(orbit.times[:-1], np.diff(orbit.times), color=BLUE)
        middle.set(xlabel="t", ylabel="h", title="its steps: short where the body is near the moon or the earth")
        missed = [np.hypot(*(run.values[-1] - start)[:2]) for run in found.values()]
        right.loglog(
            [run.evaluations for run in found.values()],
            missed,
            "o-",
            color=BLUE,
            label="DOPRI5, tolerance 1e-4 … 1e-13",
        )
        for name, colour in (("Euler", RED), ("RK4", GOLD)):
            stages, counts = len(runge_kutta.METHODS[name][0]), (1000, 4000, 16000)
            ends = [runge_kutta.fixed(_array, 0.0, np.array(start), cfg.period, n, name)[1][-1] for n in counts]
            right.loglog(
                [n * stages for n in counts],
                [np.hypot(*(e - start)[:2]) for e in ends],
                "o-",
                color=colour,
                label=f"{name}, equal steps",
            )
        right.set(xlabel="evaluations", ylabel="the orbit misses itself by", title="what an evaluation buys")
        right.legend()


def _array(t, y):
    return np.array(problems.arenstorf(t, y))


def kinetics(results, save):
    """Every problem's solution, each number against its own largest value; of Robertson's over the decades."""
    records = list({record["config"]["problem"]: record for record in results}.values())
    with save("solutions", figsize=(6.5 * min(2, len(records)), 3.8 * ((len(records) + 1) // 2))) as figure:
        grid = figure.subplots((len(records) + 1) // 2, min(2, len(records)), squeeze=False).ravel()
        for axes, record in zip(grid, records):
            cfg = problems.Stiff(**record["config"])
            f, start = problems.PROBLEMS[cfg.problem]
            end, decades = cfg.times[-1], cfg.problem == "Robertson"
            times = np.logspace(-5, np.log10(end), 200) if decades else np.linspace(0, end, 601)[1:]
            found = stiff.solve(f, 0.0, start, times, 1e-6, 1e-6 * cfg.floor).values
            for k, values in enumerate(found.T, 1):
                size = np.abs(values).max()
                axes.plot(times, values / size, label=f"y{k} / {size:.2g}")
            axes.set(xlabel="t", title=cfg.problem, xscale="log" if decades else "linear")
            axes.legend(fontsize="small")
