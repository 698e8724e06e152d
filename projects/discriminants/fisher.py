"""Fisher 1936, worked again: the numbers of his tables from the measurements of his Table I."""

import numpy as np

from abacus import papers

MEASUREMENTS = ("sepal length", "sepal width", "petal length", "petal width")
SPECIES = ("setosa", "versicolor", "virginica")


def irises():
    """Table I: {species: its fifty plants, (50, 4) in cm}."""
    header, rows = papers.rows("iris1936")
    species = np.array([row[header.index("species")] for row in rows])
    plants = np.array([row[:4] for row in rows], dtype=np.float64)
    return {name: plants[species == name] for name in SPECIES}


def products(plants):
    """Sums of squares and products of the deviations from the mean, (4, 4)."""
    deviations = plants - plants.mean(axis=0)
    return deviations.T @ deviations


def difference(iris):
    """d, Table II: mean of versicolor less mean of setosa."""
    return iris["versicolor"].mean(axis=0) - iris["setosa"].mean(axis=0)


def within(iris):
    """S, Table III: sums of squares and products within setosa and versicolor, 98 degrees of freedom."""
    return products(iris["setosa"]) + products(iris["versicolor"])


def means(iris):
    """Table II."""
    columns = {"versicolor": iris["versicolor"].mean(axis=0), "setosa": iris["setosa"].mean(axis=0)}
    return by_measurement(columns | {"V - S": difference(iris)})


def sums(iris):
    """Table III."""
    return by_measurement(dict(zip(MEASUREMENTS, within(iris))))


def reciprocal(iris):
    """Table IV, S⁻¹, and the coefficients λ = S⁻¹ d, eq. (1), that he finds from it."""
    inverse = np.linalg.inv(within(iris))
    return by_measurement(dict(zip(MEASUREMENTS, inverse)) | {"lambda": inverse @ difference(iris)})


def compound(iris):
    """The compound X whose coefficient of sepal length is one, its means, and the analysis of variance of Table V."""
    coefficients = np.linalg.solve(within(iris), difference(iris))  # eq. 1
    coefficients /= coefficients[0]
    setosa, versicolor = (iris[name].mean(axis=0) @ coefficients for name in ("setosa", "versicolor"))
    inside = coefficients @ within(iris) @ coefficients
    between = 25 * (setosa - versicolor) ** 2  # n1 n2 / (n1 + n2) = 25
    values = dict(zip(MEASUREMENTS[1:], coefficients[1:])) | {
        "mean of setosa": setosa,
        "mean of versicolor": versicolor,
        "difference": setosa - versicolor,
        "within species": inside,
        "between species": between,
        "per cent within": 100 * inside / (inside + between),
        "z": 0.5 * np.log((between / 4) / (inside / 95)),  # 4 and 95 degrees of freedom
    }
    return {name: {"value": float(value)} for name, value in values.items()}


def hybrid(iris):
    """Table IX: the compound for three species if versicolor is a hybrid, λ = 100 (16 Vi + Ve + 25 Se)⁻¹ (4 vi + ve - 5 se)."""
    weights = {"virginica": 4, "versicolor": 1, "setosa": -5}
    matrix = sum(weight**2 * products(iris[name]) for name, weight in weights.items())
    contrast = sum(weight * iris[name].mean(axis=0) for name, weight in weights.items())
    coefficients = 100 * np.linalg.solve(matrix, contrast)
    out = {}
    for name in weights:
        square = coefficients @ products(iris[name]) @ coefficients
        mean = iris[name].mean(axis=0) @ coefficients
        values = {"mean": mean, "sum of squares": square, "mean square": square / 49, "sd": np.sqrt(square / 49)}
        out[name] = {column: float(value) for column, value in values.items()}
    return out


def by_measurement(columns):
    """{measurement: {column: value}} from columns of four numbers."""
    return {
        name: {column: float(values[place]) for column, values in columns.items()}
        for place, name in enumerate(MEASUREMENTS)
    }
