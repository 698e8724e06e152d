"""What every estimator of ours has in common with scikit-learn's: its settings can be read, set and shown."""

import inspect

import numpy as np

from abacus.errors import BadInput


class Estimator:
    """Settings are the arguments of __init__, kept under their names. repr shows those that are not the default."""

    def get_params(self, deep=True):
        """{name: value} of the settings; `deep` is there for scikit-learn, our estimators hold no others."""
        return {name: getattr(self, name) for name in _settings(type(self))}

    def set_params(self, **params):
        """Set some of the settings; returns self. BadInput for a name that is none."""
        known = _settings(type(self))
        for name, value in params.items():
            if name not in known:
                raise BadInput(f"{type(self).__name__} has no setting {name!r}; there are: {', '.join(known)}")
            setattr(self, name, value)
        return self

    def __repr__(self):
        given = {name: getattr(self, name) for name, default in _settings(type(self)).items()
                 if repr(getattr(self, name)) != repr(default)}  # fmt: skip
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in given.items())})"


def r_squared(y, guess, weights=None):
    """R² of guesses of y, both (n,): 1 less the (weighted) share of y's variance that is left; of a constant y 1 where it is
    hit and else 0."""
    left = np.average((y - guess) ** 2, weights=weights)
    spread = np.average((y - np.average(y, weights=weights)) ** 2, weights=weights)
    return float(1 - left / spread) if spread > 0 else float(left == 0)


def _settings(kind):
    """{name: default} of the arguments of a class's __init__."""
    found = list(inspect.signature(kind.__init__).parameters.values())[1:]
    return {parameter.name: parameter.default for parameter in found}
