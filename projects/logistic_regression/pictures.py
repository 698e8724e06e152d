"""Figures: the students' probabilities, the households' quantiles, the ways down, and what errors do to each loss."""

import numpy as np

import descents
import glm
import losses
import quantile
import tables
from abacus.running import plot


def students_of(results, save):
    with save("students") as figure:
        students(figure)


def households_of(results, save):
    with save("households") as figure:
        households(figure)


def ways_of(results, save):
    with save("descent") as figure:
        ways_down(figure, results)


def angles_of(results, save):
    with save("angles") as figure:
        angles(figure, results)


def students(figure):
    """Probability of a better grade by GPA, for a student of mean TUCE, with and without the new course."""
    x, y = tables.students()
    gpa = np.linspace(2, 4, 200)
    axes = figure.subplots()
    for psi, color in ((0, "C0"), (1, "C1")):
        chosen = x[:, 3] == psi
        axes.scatter(x[chosen, 1], y[chosen], color=color, s=18, label=f"PSI = {psi}")
        grid = np.column_stack([np.ones_like(gpa), gpa, np.full_like(gpa, x[:, 2].mean()), np.full_like(gpa, psi)])
        for link, style in (("logit", "-"), ("probit", "--")):
            beta = glm.maximum_likelihood(x, y, link).coefficients
            axes.plot(gpa, np.exp(glm.LINKS[link](grid @ beta)[0]), style, color=color, label=f"{link}, PSI = {psi}")
    axes.set(xlabel="grade point average", ylabel="p(grade rises)")
    axes.legend(fontsize="small")


def households(figure):
    """Engel's households with the regression quantiles 0.05 to 0.95."""
    x, y = tables.households()
    axes = figure.subplots()
    axes.scatter(x[:, 1], y, s=8, color="0.6")
    income = np.linspace(x[:, 1].min(), x[:, 1].max(), 2)
    for q in (0.05, 0.25, 0.5, 0.75, 0.95):
        beta = quantile.fit(x, y, q).coefficients
        axes.plot(income, beta[0] + beta[1] * income, label=f"q = {q}")
    axes.set(xlabel="income, francs a year", ylabel="expenditure on food")
    axes.legend()


def ways_down(figure, results):
    """The loss above its minimum, step by step, where it was logged."""
    lowest = descents.minimum(*descents.problem())
    axes = figure.subplots()
    for record in results:
        if record["log"]:
            steps, losses = zip(*((line["step"], line["loss"] - lowest) for line in record["log"]))
            axes.loglog(steps, np.maximum(losses, 1e-17), label=record["row"])
    axes.set(xlabel="steps", ylabel="mean loss above its minimum")
    axes.legend()


def angles(figure, results):
    """Mean angle by the share of gross errors, one curve a loss."""
    axes = figure.subplots()
    for row in dict.fromkeys(record["row"] for record in results):
        found = [record["values"] for record in results if record["row"] == row]
        shares = list(found[0])
        mean = [np.mean([values[share] for values in found]) for share in shares]
        axes.plot(
            [float(share.split()[0]) for share in shares],
            mean,
            "s--" if row in losses.CLASSIFICATION else "o-",
            label=row,
        )
    axes.set(xlabel="gross errors, %", ylabel="degrees from the true direction", yscale="log")
    axes.legend()


def answers(figure, found, rows, event):
    """Four looks at a logistic regression: fitted and seen in groups, residuals by η, the ROC curve, the rows it hangs on."""
    (groups, by_eta), (roc, pull) = figure.subplots(2, 2)
    fitted, seen, size = found.calibration
    groups.plot([0, 1], [0, 1], color="black", linewidth=0.8)
    error = np.sqrt(fitted * (1 - fitted) / size)
    groups.errorbar(fitted, seen, error, fmt="o", color="#1b6ca8", markersize=4, linewidth=1)
    groups.set(xlabel=f"fitted probability of {event}", ylabel="share seen", title="on the line, within its error?")
    plot.dots(by_eta, found.eta, found.deviances)
    parts = np.array_split(np.argsort(found.eta, kind="stable"), len(size))
    means = [[values[part].mean() for part in parts] for values in (found.eta, found.y - found.p)]
    by_eta.plot(*means, color="#c8553d", label="mean of y - p in ten groups")
    by_eta.axhline(0, color="black", linewidth=0.8)
    by_eta.legend(fontsize=7)
    by_eta.set(xlabel="fitted log-odds", ylabel="deviance residual", title="means near 0, without a bend?")
    order = np.argsort(-found.eta, kind="stable")
    last = np.append(np.diff(found.eta[order]) != 0, True)  # rows of equal log-odds are one step
    hits, alarms = (np.append(0, np.cumsum(found.y[order] == k)[last]) for k in (1, 0))
    roc.plot(alarms / alarms[-1], hits / hits[-1], color="#1b6ca8")
    roc.plot([0, 1], [0, 1], color="black", linewidth=0.8)
    roc.set(xlabel="share of the others taken for it", ylabel=f"share of {event} found", title=f"area {found.area:.3f}")
    pull.set(xlabel="leverage", ylabel="deviance residual", title="rows far right and far from 0 pull")
    if not found.separated:
        plot.dots(pull, found.leverages, found.deviances)
        for k in found.cook.argsort()[::-1][:3]:
            pull.annotate(f"row {rows[k]}", (found.leverages[k], found.deviances[k]), fontsize=7)
