"""The picture: words and their nearest ones, in the plane in which they lie furthest apart."""

import numpy as np

import texts

MARKS = "osD^vP*X"


def plane(figure, model, found):
    """Each asked-for word (large) and its nearest words: their unit vectors on two principal axes; found {word: [(word, _)]}."""
    groups = {word: [word, *(name for name, _ in near)] for word, near in found.items()}
    shown = list(dict.fromkeys(name for names in groups.values() for name in names))
    unit = texts.normalised(np.asarray(model.vectors_, np.float64))[[model.vocabulary_[name] for name in shown]]
    centred = unit - unit.mean(axis=0)
    axes_of = np.linalg.svd(centred, full_matrices=False)[2][:2]
    places = dict(zip(shown, centred @ np.array([a * (1 if a[np.abs(a).argmax()] > 0 else -1) for a in axes_of]).T))
    axes = figure.subplots()
    for number, (word, names) in enumerate(groups.items()):
        x, y = np.array([places[name] for name in names]).T
        axes.scatter(x, y, s=18, marker=MARKS[number % len(MARKS)], color=f"C{number % 10}", label=f"near {word}")
        axes.annotate(word, (x[0], y[0]), fontsize=10, weight="bold", color=f"C{number % 10}")
        for name, a, b in zip(names[1:], x[1:], y[1:]):
            axes.annotate(name.replace("$", r"\$"), (a, b), fontsize=7)
    axes.set(xticks=[], yticks=[])
    axes.legend(fontsize=7)
