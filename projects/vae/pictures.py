"""The figures: the map of the latents, samples, reconstructions, a walk that never ends, and the curves of the tables."""

import numpy as np

import images
from abacus.running import plot

ACROSS, REACH = 13, 2.2  # pictures of a map's line, and how many standard deviations it goes to each side
STOPS, BETWEEN = 8, 8  # pictures that the walk visits, and how many steps lie between two


def all_of(job, model, given):
    """Reconstructions and samples; the map where there are two latents; the walk."""
    labels = given.test_labels if model.classes else None
    with job.figure("reconstructions") as figure:
        reconstructions(figure, model, given.test_x[:20], None if labels is None else labels[:20])
    with job.figure("samples") as figure:
        asked = np.arange(50) // 5 if model.classes else None
        plot.grid(figure, square(model.sample(50, job.rng("samples"), asked)), limits=(0, 1))
    if model.latents == 2 and not model.classes:
        with job.figure("map") as figure:
            latent_map(figure, model, given)
    job.animation("walk", list(walk(model, given)), 90)


def square(rows):
    """Rows of pixels as pictures (n, 28, 28)."""
    return rows.reshape(-1, images.SIDE, images.SIDE)


def coarse(pictures):
    """Pictures in 17 greys: a file of a third of the size, and nobody sees it."""
    return np.rint(16 * pictures) / 16


def reconstructions(figure, model, x, labels):
    """Ten pictures above what the decoder makes of their means, and ten more."""
    made = model.reconstruct(x, labels)
    pairs = np.concatenate([part for i in (0, 10) for part in (x[i : i + 10], made[i : i + 10])])
    plot.grid(figure, square(pairs), rows=["seen", "made", "seen", "made"], limits=(0, 1))


def latent_map(figure, model, given):
    """At the left what the decoder draws all over the plane of latents; at the right where the test pictures lie."""
    figure.set_size_inches(9, 4.7)
    left, right = figure.subplots(1, 2)
    side = model.prior_sd * np.linspace(-REACH, REACH, ACROSS)
    z = np.stack(np.meshgrid(side, side[::-1]), axis=-1).reshape(-1, 2)
    tiles = coarse(square(model.pictures(z))).reshape(ACROSS, ACROSS, images.SIDE, images.SIDE)
    edge = side[-1]
    left.imshow(
        np.block([[tile for tile in line] for line in tiles]),
        cmap="gray_r",
        extent=(-edge, edge, -edge, edge),
        interpolation="nearest",
    )
    means = model.mean(given.test_x)
    colours = [f"C{c}" for c in range(images.CLASSES)]
    for c in range(images.CLASSES):
        own = means[given.test_labels == c]
        right.plot(*own.T, ".", ms=2, color=colours[c])
        if len(own):
            box = {"boxstyle": "circle,pad=0.2", "fc": "white", "ec": colours[c]}
            right.text(*np.median(own, axis=0), str(c), ha="center", va="center", size=10, bbox=box)
    left.set(xlabel="first latent", ylabel="second latent", title="what the decoder draws there")
    right.set(xlabel="first latent", title="where unseen pictures lie", aspect="equal")


def walk(model, given):
    """Frames of a walk in straight lines between the means of the first test pictures of several classes, and back."""
    stops = [np.flatnonzero(given.test_labels == c) for c in range(images.CLASSES)]
    stops = np.array([found[0] for found in stops if len(found)][:STOPS])
    labels = given.test_labels[stops] if model.classes else None
    means = model.mean(given.test_x[stops], labels)
    share = np.arange(BETWEEN)[:, None] / BETWEEN
    z = np.concatenate([(1 - share) * a + share * b for a, b in zip(means, np.roll(means, -1, axis=0))])
    told = None if labels is None else np.repeat(labels, BETWEEN)
    for picture in coarse(square(model.pictures(z, told))):
        grey = np.rint(255 * (1 - picture)).astype(np.uint8)
        yield np.repeat(np.repeat(np.repeat(grey, 5, axis=0), 5, axis=1)[:, :, None], 3, axis=2)


def compared(results, save):
    """What each way of learning pays for the latents and for the pixels."""
    results = [record for record in results if record["seed"] == 0]
    with save("nats") as figure:
        figure.set_size_inches(7, 0.6 + 0.4 * len(results))
        axes = figure.subplots()
        names = [record["row"] for record in results][::-1]
        for what, left, colour in (("KL", None, "C0"), ("pixels", "KL", "0.8")):
            values = [record["values"][what] for record in results][::-1]
            start = None if left is None else [record["values"][left] for record in results][::-1]
            axes.barh(
                names, values, left=start, color=colour, label=f"for the {'latents' if left is None else 'pixels'}"
            )
        axes.set(xlabel="nats for an unseen picture")
        figure.legend(loc="outside upper center", ncols=2, frameon=False)


def collapsed(results, save):
    """The bound over the steps, a line for each β."""
    with save("bounds") as figure:
        axes = figure.subplots()
        plot.curves(axes, [r for r in results if r["seed"] == 0], "step", {"bound": ""})
        axes.set(xlabel="step of Adam", ylabel="bound, nats a digit", ylim=(-285, -165))


def bounds(results, save):
    """log p(x) − L_k against k, beside the slope −1 to which it tends."""
    rows = sorted((r["config"]["k"], r["values"]) for r in results)
    k = np.array([row[0] for row in rows])
    gap = np.array([row[1]["gap"][0] for row in rows])
    exact = np.array([row[1]["exact L_k"][0] for row in rows])
    sampled = np.array([row[1]["L_k"][0] for row in rows])
    with save("gap") as figure:
        axes = figure.subplots()
        axes.loglog(k, gap, "-", label="exactly, by two integrals")
        axes.loglog(k, gap + exact - sampled, "o", label="by sampling")
        axes.loglog(k, gap[-1] * k[-1] / k, ":", color="0.5", label="half the variance of w / p(x), over k")
        axes.set(xlabel="k, draws in a bound", ylabel="log p(x) − L_k, nats")
        axes.legend()


def signals(results, save):
    """How much of a gradient is signal, against k, for the encoder's and the decoder's."""
    with save("signal") as figure:
        axes = figure.subplots()
        log = next(r["log"] for r in results if r["seed"] == 0)
        for i, name in enumerate(("IWAE, encoder", "DReG, encoder", "IWAE, decoder")):
            axes.loglog([line["k"] for line in log], [line[name] for line in log], "os^"[i] + "-", label=name)
        axes.set(xlabel="k, draws in a bound", ylabel="|mean| over standard deviation of a gradient")
        axes.legend()


def stages(results, save):
    """−L_50 of test pictures after each pass of the schedule."""
    with save("curve") as figure:
        axes = figure.subplots()
        plot.curves(axes, results, "epoch", {"nll": ""})
        axes.set(xlabel="pass", ylabel="−L₅₀, nats a test picture")
