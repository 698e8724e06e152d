"""The figures: digits by solver, coefficient paths, distance from the solution beside its bound."""

from itertools import pairwise

import numpy as np

from abacus.running import plot


def digits(figure, solvers, sets, lre):
    """A map of correct digits, solvers (rows) by sets (columns). lre (solvers, sets)."""
    axes = figure.subplots()
    axes.imshow(lre, cmap="Blues", vmin=0, vmax=22, aspect="auto")
    for i, j in np.ndindex(lre.shape):
        axes.text(j, i, f"{lre[i, j]:.1f}", ha="center", va="center", fontsize=8)
    axes.set_xticks(range(len(sets)), sets, rotation=45, ha="right", fontsize=8)
    axes.set_yticks(range(len(solvers)), solvers, fontsize=8)
    axes.set_title("correct digits of the worst coefficient")
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0)


def path(figure, at, coefficients, names, chosen, label):
    """Coefficients (m, p) along a tuning parameter `at` (m,), and a line where the table reads them."""
    axes, coefficients = figure.subplots(), np.array(coefficients)
    heights = _apart(coefficients[-1], np.ptp(coefficients) / 25)
    for k, name in enumerate(names):
        (line,) = axes.plot(at, coefficients[:, k], linewidth=1.2, linestyle="-" if k < 6 else "-.")
        axes.text(at[-1] * 1.01, heights[k], name, fontsize=7, color=line.get_color(), va="center")
    axes.axvline(chosen, color="black", linewidth=1, linestyle="--")
    axes.axhline(0, color="black", linewidth=0.5)
    axes.set_xlabel(label)
    axes.set_ylabel("coefficient")


def _apart(heights, gap):
    """The heights (p,), each raised as far as it needs to stand `gap` above the one below."""
    heights = heights.copy()
    order = np.argsort(heights)
    for below, above in pairwise(order):
        heights[above] = max(heights[above], heights[below] + gap)
    return heights


def convergence(figure, distance, bound, ylabel):
    """Distance from the solution after each step, and the bound above it; both (steps + 1,)."""
    axes = figure.subplots()
    axes.semilogy(bound, color="black", linewidth=1, linestyle="--", label="bound")
    axes.semilogy(distance, label="ours")
    axes.set_xlabel("step")
    axes.set_ylabel(ylabel)
    axes.legend()


def residuals(figure, found, rows, target):
    """Four looks at a regression: residuals by fitted values, against normal quantiles, their size, and the rows it hangs on."""
    from scipy import stats

    (by_fit, normal), (size, pull) = figure.subplots(2, 2)
    standing = np.isfinite(found.studentised)
    t, fitted = found.studentised[standing], found.fitted[standing]
    plot.dots(by_fit, found.fitted, found.residuals)
    by_fit.axhline(0, color="black", linewidth=0.8)
    by_fit.set(xlabel=f"fitted {target}", ylabel="residual", title="a band without bends?")
    in_order = np.sort(t)
    expected = stats.norm.ppf((np.arange(len(t)) + 0.5) / max(1, len(t)))
    plot.dots(normal, expected, in_order)
    normal.plot(expected, expected, color="black", linewidth=0.8)
    normal.set(xlabel="normal quantile", ylabel="residual / its error", title="on the line?")
    plot.dots(size, fitted, np.sqrt(np.abs(t)))
    size.set(xlabel=f"fitted {target}", ylabel="root of |residual / its error|", title="as wide everywhere?")
    plot.dots(pull, found.leverages[standing], t)
    pull.set(xlabel="leverage", ylabel="residual / its error", title="rows far right and far from 0 pull")
    cook = np.nan_to_num(found.cook[standing])
    for k in cook.argsort()[::-1][:3]:
        pull.annotate(f"row {rows[standing][k]}", (found.leverages[standing][k], t[k]), fontsize=7)
