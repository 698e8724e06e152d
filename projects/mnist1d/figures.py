"""The figures: the ten shapes and what becomes of them, accuracy while training, sparsity, width."""

import numpy as np

import signals


def curves(figure, log):
    """Test accuracy by update, with the points in order and shuffled."""
    axes = figure.subplots()
    for which, label in enumerate(("MNIST-1D", "shuffled")):
        lines = [line for line in log if line.get("shuffled") == which]
        axes.plot([line["step"] for line in lines], [line["accuracy"] for line in lines], "o-", label=label)
    axes.set_xlabel("update")
    axes.set_ylabel("test accuracy, %")
    axes.set_ylim(0, 100)
    axes.legend()


def of_signals(results, save):
    """Beside Table 1: the ten shapes."""
    with save("shapes", figsize=(10, 2.4)) as figure:
        shapes(figure)


def of_widths(results, save):
    with save("width") as figure:
        width(figure, results)


def of_sparsities(results, save):
    columns = list(dict.fromkeys(name for record in results for name in record["values"] or {}))
    with save("sparsity") as figure:
        sparsity(figure, results, columns)


def shapes(figure):
    """Each digit's template, and the first signal made of it."""
    rng = signals.old_generator(42)
    for digit, (axes, shape) in enumerate(zip(figure.subplots(2, 10).T, signals.shapes(), strict=True)):
        axes[0].plot(shape, np.arange(len(shape)), color="black")
        axes[0].set_title(str(digit))
        axes[1].plot(signals.signal(shape, rng), np.arange(signals.LENGTH))
        for one in axes:
            one.invert_yaxis()
            one.set_axis_off()


def width(figure, results):
    """Test error by width: every seed, and the means."""
    axes = figure.subplots()
    rows = list(dict.fromkeys(record["row"] for record in results))
    at = [int(row.split()[-1]) for row in rows]
    for column, colour in (("clean", "#1b6ca8"), ("noisy", "#d1495b")):
        values = [[r["values"][column] for r in results if r["row"] == row and r["values"]] for row in rows]
        axes.plot(at, [np.mean(v) for v in values], "-", color=colour, label=f"{column} labels")
        for x, v in zip(at, values, strict=True):
            axes.plot([x] * len(v), v, ".", color=colour, alpha=0.4)
    axes.set_xscale("log")
    axes.set_xlabel("neurons in each hidden layer")
    axes.set_ylabel("test error, %")
    axes.legend()


def sparsity(figure, results, columns):
    """Test accuracy by sparsity, lottery and random tickets: every seed, and the means."""
    axes = figure.subplots()
    for row in dict.fromkeys(record["row"] for record in results):
        found = [record["values"] for record in results if record["row"] == row and record["values"]]
        here = [name for name in columns if name in found[0]]
        at = [int(name.split()[0]) for name in here]
        (line,) = axes.plot(at, [np.mean([v[name] for v in found]) for name in here], label=row)
        for x, name in zip(at, here, strict=True):
            axes.plot([x] * len(found), [v[name] for v in found], ".", color=line.get_color(), alpha=0.4)
    axes.set_xlabel("weights dropped, %")
    axes.set_ylabel("test accuracy, %")
    axes.legend()


def rates(figure, log):
    """The learning rate after each of its own steps, from both sides."""
    axes = figure.subplots()
    axes.plot([line["epoch"] + 1 for line in log], [line["rates"] for line in log])
    axes.set_xlabel("step of the learning rate")
    axes.set_ylabel("learning rate")
    axes.set_ylim(0)
