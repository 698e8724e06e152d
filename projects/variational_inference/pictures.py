"""The figures: what mean field misses, four families on one density, eruptions, the year of a change, eight schools."""

import numpy as np

import schools
from abacus.tensor import Tensor, no_grad


def families(figure, target, constant, clouds, rows):
    """Draws of each family over the contours of the density."""
    figure.set_size_inches(11, 3.2)
    for axes, (name, cloud) in zip(figure.subplots(1, len(clouds)), clouds.items()):
        contours(axes, target, constant)
        axes.plot(*cloud[:1500].T, ".", ms=2, alpha=0.4)
        axes.set(
            title=f"{name}: KL {max(0.0, rows[name]['KL(q, p)'][0]):.3f}", xlim=(-4, 4), ylim=(-4, 4), aspect="equal"
        )


def products(results, save):
    """Two correlated normal variables (ellipses of one and two standard deviations), and the closest products both ways."""
    results = [record for record in results if record["seed"] == 0]
    angle = np.linspace(0, 2 * np.pi, 200)
    circle = np.stack([np.cos(angle), np.sin(angle)])
    with save("products") as figure:
        figure.set_size_inches(3.4 * len(results), 3.9)
        for axes, record in zip(figure.subplots(1, len(results), squeeze=False)[0], results):
            r, narrow = record["config"]["correlation"], record["values"]["variance"]
            roots = {
                "p": np.linalg.cholesky(np.array([[1, r], [r, 1]])),
                "q closest in KL(q, p): mean field": np.sqrt(narrow) * np.eye(2),
                "q closest in KL(p, q)": np.eye(2),
            }
            for (name, root), colour, line in zip(roots.items(), ("black", "C0", "C1"), ("-", "-", "--")):
                for size in (1, 2):
                    axes.plot(*(size * root @ circle), line, color=colour, lw=1.2, label=name if size == 1 else None)
            axes.set(
                title=f"correlation {r}", xlim=(-2.2, 2.2), ylim=(-2.2, 2.2), aspect="equal", xlabel="x", ylabel="y"
            )
        figure.legend(*axes.get_legend_handles_labels(), loc="outside lower center", ncols=3, frameon=False)


def density(figure, target, cloud, constant, cfg):
    """Draws of one family over the contours of the density."""
    figure.set_size_inches(4, 4)
    axes = figure.subplots()
    contours(axes, target, constant)
    axes.plot(*cloud.T, ".", ms=2, alpha=0.3)
    axes.set(title=f"{cfg.target}: {cfg.family}", xlim=(-4, 4), ylim=(-4, 4), aspect="equal")


def contours(axes, target, constant):
    """Lines of equal density, down to a thousandth of the highest."""
    side = np.linspace(-4, 4, 161)
    x, y = np.meshgrid(side, side)
    with no_grad():
        p = np.exp(target(Tensor(np.column_stack([x.ravel(), y.ravel()]))).value - constant).reshape(x.shape)
    axes.contour(x, y, p, levels=p.max() * np.array([0.001, 0.03, 0.2, 0.6]), colors="black", linewidths=0.8)


def eruptions(figure, x, model):
    """Old Faithful, and an ellipse of two standard deviations for each component that survives."""
    axes = figure.subplots()
    axes.plot(*x.T, ".", color="0.6")
    angle = np.linspace(0, 2 * np.pi, 100)
    for k in model.survivors_:
        root = np.linalg.cholesky(model.covariances_[k])
        ring = model.means_[k] + 2 * np.column_stack([np.cos(angle), np.sin(angle)]) @ root.T
        axes.plot(*ring.T, lw=2, label=f"weight {model.weights_[k]:.3f}")
    gone = len(model.weights_) - len(model.survivors_)
    axes.set(
        xlabel="length of an eruption, minutes",
        ylabel="wait for the next, minutes",
        title=f"{gone} components are gone",
    )
    axes.legend()


def change(figure, first, y, years, exact, approximate):
    """Disasters of each year, and the probability of each year as the last one of the old rate."""
    figure.set_size_inches(8, 4.5)
    upper, lower = figure.subplots(2, 1, sharex=True)
    upper.bar(first + np.arange(len(y)), y, color="0.7")
    upper.set(ylabel="disasters")
    lower.plot(years, exact.after, "o-", ms=3, label="exact")
    lower.plot(years, approximate.after, "x--", ms=4, label="mean field")
    lower.set(xlabel="last year of the old rate", ylabel="probability", xlim=(first, first + len(y)))
    lower.legend()


def eight_schools(results, save):
    """Standard deviations by each model and family, beside the exact ones."""
    truth = schools.exact(*schools.schools(), 5.0, 5.0)
    exact = [*truth.theta[1], truth.mu[1][0], truth.tau[1][0]]
    with save("spreads") as figure:
        figure.set_size_inches(9, 4)
        axes = figure.subplots()
        places = np.arange(10)
        axes.bar(places, exact, color="0.85", label="exact")
        for k, record in enumerate(record for record in results if record["seed"] == 0):
            found = record["log"][-1]["sd"]
            shift = (k - 2.5) * 0.12
            axes.plot(places + shift, found, "os^Dvx"[k % 6], ms=4, label=record["row"])
        axes.set_xticks(places, [f"θ{j}" for j in range(1, 9)] + ["μ", "τ"])
        axes.set(ylabel="posterior standard deviation")
        axes.legend(fontsize="small", ncols=3, loc="lower center", bbox_to_anchor=(0.5, 1.0))
