"""The figures: five samplers, the bioassay's posterior, the Nile."""

import numpy as np


def samplers(figure, shown, truth):
    """A trace of one chain's τ for each sampler, and the density of τ by all draws beside the exact one."""
    figure.set_size_inches(10, 6)
    grid = figure.add_gridspec(len(shown), 2, width_ratios=(2, 1), hspace=0.15)
    for k, (name, columns) in enumerate(shown.items()):
        left, right = figure.add_subplot(grid[k, 0]), figure.add_subplot(grid[k, 1])
        left.plot(columns["tau"][:300, 0], lw=0.8)
        left.axhline(truth.tau[0], color="black", lw=0.6, ls="--")
        left.set(yscale="log", ylim=(0.02, 40), ylabel=name, xlim=(0, len(columns["tau"][:300])))
        right.hist(
            columns["tau"].ravel(), bins=np.linspace(0, 15, 61), weights=_shares(columns["tau"], 0.25), alpha=0.5
        )
        right.plot(truth.nodes, truth.density, color="black", lw=1)
        right.set(yticks=[], xlim=(0, 15))
        if k == 0:
            left.set_title("τ along one chain")
            right.set_title("τ of all draws, and exact")
        if k < len(shown) - 1:
            left.set_xticklabels([])
            right.set_xticklabels([])
    left.set_xlabel("draw")
    right.set_xlabel("τ")


def _shares(x, width):
    """Weights that make a histogram of bins so wide a density, draws beyond its end counted too."""
    return np.full(x.size, 1 / (x.size * width))


def bioassay(figure, sums, points, peak):
    """The posterior of both coefficients by the grid, and the ellipses of the normal law at its mode."""
    figure.set_size_inches(6, 4.5)
    axes = figure.subplots()
    shape = points, points
    alpha, beta, p = sums.points[:, 0].reshape(shape), sums.points[:, 1].reshape(shape), sums.weights.reshape(shape)
    axes.contour(alpha, beta, p / p.max(), levels=(0.01, 0.05, 0.25, 0.5, 0.75, 0.95), cmap="viridis")
    angle, root = np.linspace(0, 2 * np.pi, 100), np.linalg.cholesky(peak.covariance)
    for level in (0.05, 0.5):
        ring = peak.mode + np.sqrt(-2 * np.log(level)) * np.column_stack([np.cos(angle), np.sin(angle)]) @ root.T
        axes.plot(*ring.T, color="black", ls="--", lw=0.9)
    axes.plot([], [], color="black", ls="--", label="normal law at the mode (50 %, 5 % of its height)")
    axes.plot(*peak.mode, "k+")
    axes.set(xlabel="α", ylabel="β", xlim=(-3, 6), ylim=(-8, 42))
    axes.legend(fontsize="small", loc="lower right")


def nile(figure, years, y, filtered, smoothed):
    """Flows, the filtered level and the smoothed one with two standard deviations."""
    figure.set_size_inches(8, 4)
    axes = figure.subplots()
    axes.plot(years, y, ".", color="0.5", label="flow of a year")
    axes.plot(years, filtered.mean, lw=1, ls="--", label="level, by the years so far")
    spread = 2 * np.sqrt(smoothed.variance)
    axes.fill_between(years, smoothed.mean - spread, smoothed.mean + spread, alpha=0.2)
    axes.plot(years, smoothed.mean, lw=2, label="level, by all years (band: 2 standard deviations)")
    axes.axvline(1899, color="black", lw=0.8, ls=":")
    axes.annotate("dam begun", (1899, axes.get_ylim()[1]), xytext=(3, -12), textcoords="offset points")
    axes.set(xlabel="year", ylabel="10⁸ cubic metres")
    axes.legend(fontsize="small")
