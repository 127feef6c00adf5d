"""Logistic regression over ``training.features``."""

# mypy: disable-error-code="import-not-found,import-untyped"
from dataclasses import dataclass

import numpy
from scipy.optimize import minimize

from training.features import Array, Features


@dataclass(frozen=True)
class Linear:
    """Weights (b × k) and biases (k) of k classes; a single one stands for a probability of its own."""

    weights: Array
    biases: Array

    def probabilities(self, features: Features) -> Array:
        """n × k."""
        return _probabilities(features.times(self.weights) + self.biases)


def _probabilities(scores: Array) -> Array:
    if scores.shape[1] == 1:
        return 1 / (1 + numpy.exp(-numpy.clip(scores, -30, 30)))
    parts = numpy.exp(scores - scores.max(axis=1, keepdims=True))
    return parts / parts.sum(axis=1, keepdims=True)


def fit(features: Features, truth: Array, weight: Array, strength: float, rounds: int = 120) -> Linear:
    """Logistic regression by L-BFGS.

    ``truth`` is n × k, shares of the classes (or of the one thing asked); ``weight`` is n; the larger ``strength``,
    the closer to the examples and the less even the weights.
    """
    buckets, classes = features.pieces.shape[1], truth.shape[1]
    whole = weight.sum()

    def loss(flat: Array) -> tuple[float, Array]:
        weights, biases = flat[: buckets * classes].reshape(buckets, classes), flat[buckets * classes :]
        found = _probabilities(features.times(weights) + biases)
        certain = numpy.clip(found, 1e-12, 1 - 1e-12)
        surprise = -truth * numpy.log(certain)
        if classes == 1:
            surprise -= (1 - truth) * numpy.log(1 - certain)
        errors = (found - truth) * weight[:, None]
        total = (surprise.sum(axis=1) * weight).sum() + (weights**2).sum() / (2 * strength)
        slope = numpy.concatenate([(features.back(errors) + weights / strength).ravel(), errors.sum(axis=0)])
        return total / whole, slope / whole

    found = minimize(
        loss,
        numpy.zeros(buckets * classes + classes),
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": rounds, "maxcor": 8, "ftol": 1e-7, "gtol": 1e-6},
    )
    return Linear(found.x[: buckets * classes].reshape(buckets, classes), found.x[buckets * classes :])
