"""The estimator: multinomial logistic regression with an L2 or L1 penalty, or none."""

import warnings

import numpy as np

import descent
import lbfgs
import separation
import softmax
from abacus import inputs
from abacus.errors import BadInput

WIDE = 2000  # columns from which on the Hessian at 0 costs more than the steps that it saves
SMALL = 1 / np.finfo(np.float64).eps  # deviations: the penalty of a weight is then 1 / eps² of the data's curvature
WEAK = 100.0  # C of the answer where, without a penalty, there is none


class LogisticRegression:
    """p(c | x) = softmax(W x + b)_c; minimises C Σ_i -log p(y_i | x_i) + penalty(W), eqs. (12) and (13).

    penalty: "l2" is ½ ‖W‖², "l1" is Σ |W|, None is nothing; b is never penalised. Two classes have one row of weights.
    Fitted: classes_, coef_ (K or 1, p), intercept_, n_iter_, loss_ (the objective), n_features_in_.
    """

    def __init__(self, C=1.0, penalty="l2", tol=1e-4, max_iter=1000):
        self.C = C
        self.penalty = penalty
        self.tol = tol
        self.max_iter = max_iter

    def fit(self, x, y):
        x = inputs.matrix(x, name=type(self).__name__)
        self.classes_, index = inputs.labels(y, len(x))
        self._check()
        self.n_features_in_ = x.shape[1]
        self._minimise(x, index, self.penalty, self.C)
        if self.penalty is None and self._separable(x, index):
            warnings.warn(
                "the classes are separable: without a penalty the likelihood grows for ever and its maximum does not "
                f'exist. The answer is that of penalty="l2" with C={WEAK:g}.',
                separation.Separation,
                stacklevel=2,
            )
            self._minimise(x, index, "l2", WEAK)
        return self

    def _minimise(self, x, index, penalty, C):
        """The minimum of the objective as coef_ and intercept_, whatever the units of the columns.

        Of a column so small that the penalty ½ ‖W‖² outweighs the data by more than a float64 can tell, the descent sees
        zeros. No weight of it moves any score, so that eq. (13) says what it is: C Σ_i (onehot - softmax)_i x_i.
        """
        near, reach = softmax.within_reach(x)
        small = (penalty == "l2") & (reach / softmax.scale(near)[1] > SMALL * np.sqrt(C * len(x)))
        if small.any():
            near, reach = np.where(small, near.dtype.type(0), near), np.where(small, 1.0, reach)
        self._descend(near, reach, index, penalty, C)
        if small.any():
            off = np.eye(len(self.classes_))[index] - self.predict_proba(x)
            weights = C * off.T @ (x[:, small] - x[:, small].mean(axis=0, dtype=np.float64))
            self.coef_[:, small] = weights[1:] if len(self.coef_) == 1 else weights

    def _descend(self, x, reach, index, penalty, C):
        """L-BFGS or proximal steps from zero, on predictors of mean 0 and deviation 1; `reach` is what x was multiplied by.

        So neither units nor means matter to the descent; each weight is penalised by its unit. What must be flat to
        `tol` is the objective over C n: the mean loss, whatever C and n are.
        """
        two = len(self.classes_) == 2
        shape = (1 if two else len(self.classes_), x.shape[1] + 1)
        centre, unit = softmax.scale(x)
        share = 1.0 / (C * len(x))

        def mean_loss(beta):
            weights = beta.reshape(shape) / np.append(unit, 1.0)
            loss, gradient = softmax.loss_and_gradient(_both(weights) if two else weights, x, index, centre)
            loss, gradient = loss / len(x), (gradient[1:] if two else gradient) / len(x)
            if penalty == "l2":
                of_given = weights[:, :-1] * reach
                gradient[:, :-1] += share * of_given * reach
                loss += 0.5 * share * (of_given**2).sum()
            gradient[:, :-1] /= unit
            return loss, gradient.ravel()

        start = np.zeros(shape).ravel()
        if penalty == "l1":
            penalties = np.tile(np.append(share * reach / unit, 0.0), shape[0])
            beta, self.n_iter_ = descent.proximal(mean_loss, start, penalties, self.tol, self.max_iter)
        else:
            inverse = None
            if x.shape[1] < min(len(x), WIDE):
                curvature = 1.0 / ((4 if two else len(self.classes_)) * len(x))
                inverse = softmax.inverse_at_zero(
                    x, centre, unit, curvature, share * reach**2 if penalty == "l2" else 0.0
                )
            beta, _, self.n_iter_ = lbfgs.minimise(mean_loss, start, self.tol, self.max_iter, inverse)
        self.coef_, self.intercept_ = beta.reshape(shape)[:, :-1] / unit, beta.reshape(shape)[:, -1].copy()
        self.intercept_ -= self.coef_ @ centre
        self.coef_ *= reach
        self.loss_ = mean_loss(beta)[0] / share + (np.abs(self.coef_).sum() if penalty == "l1" else 0.0)

    def _separable(self, x, index):
        """Whether the classes are separable, told from the weights that the descent has reached."""
        x, reach = softmax.within_reach(x)
        weights = np.column_stack([self.coef_ / reach, self.intercept_])
        x = np.column_stack([x, np.ones(len(x))]).astype(np.float64)
        return separation.separable(x, index, _both(weights) if len(weights) == 1 else weights)

    def _check(self):
        if len(self.classes_) < 2:
            raise BadInput("LogisticRegression needs at least 2 classes, y has 1 class")
        if not self.C > 0:
            raise BadInput(f"C must be above 0, got {self.C}")
        if self.penalty not in ("l1", "l2", None):
            raise BadInput(f'penalty must be "l1", "l2" or None, got {self.penalty!r}')

    def decision_function(self, x):
        """W x + b, (samples, K); of two classes the log-odds of the second, (samples,)."""
        coef = inputs.fitted(self, "coef_")
        x = inputs.matrix(x, self.n_features_in_, name=type(self).__name__)
        scores = x @ coef.T + self.intercept_
        return scores[:, 0] if len(coef) == 1 else scores

    def predict(self, x):
        scores = self.decision_function(x)
        best = (scores > 0).astype(np.int64) if scores.ndim == 1 else scores.argmax(axis=1)
        return self.classes_[best]

    def predict_proba(self, x):
        """p(c | x), (samples, K)."""
        scores = self.decision_function(x)
        if scores.ndim == 1:
            scores = np.column_stack([np.zeros_like(scores), scores])
        p = np.exp(scores - scores.max(axis=1, keepdims=True))
        return p / p.sum(axis=1, keepdims=True)

    def predict_log_proba(self, x):
        return np.log(self.predict_proba(x))

    def score(self, x, y):
        """The proportion of samples whose class is predicted."""
        predicted = self.predict(x)
        return float(np.mean(predicted == inputs.column(y, len(predicted))))


def _both(weights):
    """The weights of two classes from those of the second: the first has zeros."""
    return np.concatenate([np.zeros_like(weights), weights])
