"""Figures: the students' probabilities, the households' quantiles, the ways down, and what errors do to each loss."""

import numpy as np

import descents
import glm
import losses
import quantile
import tables


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
