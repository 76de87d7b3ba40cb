"""The losses as users of NumPy write them, or find them: values, and gradients by hand.

Each is called with the output, the truth and whether the gradient is wanted, and gives
the mean, or the mean and its gradient.
"""

from __future__ import annotations

from functools import partial
from importlib import import_module
from typing import Any

import numpy as np

from .library import Function, Functions
from .machine import threads


def textbook(xp: Any) -> Functions:
    """One array per operation, in the namespace of NumPy or CuPy."""
    formulas: dict[str, Function] = {
        "softmax cross-entropy": _softmax,
        "sigmoid cross-entropy": _sigmoid,
        "squared error": _squared,
        "Huber": _huber,
        "KL divergence": _divergence,
    }
    return {name: partial(formula, xp) for name, formula in formulas.items()}


def _softmax(xp: Any, logits: Any, labels: Any, gradient: bool) -> Any:
    rows = xp.arange(len(logits))
    shifted = logits - logits.max(axis=1, keepdims=True)
    powers = xp.exp(shifted)
    sums = powers.sum(axis=1, keepdims=True)
    value = (xp.log(sums[:, 0]) - shifted[rows, labels]).mean()
    return (value, _by_logits(powers / sums, rows, labels)) if gradient else value


def _by_logits(shares: Any, rows: Any, labels: Any) -> Any:
    shares[rows, labels] -= 1
    shares /= len(shares)
    return shares


def _sigmoid(xp: Any, logits: Any, labels: Any, gradient: bool) -> Any:
    power = xp.exp(-xp.abs(logits))
    value = (xp.maximum(logits, 0) - logits * labels + xp.log1p(power)).mean()
    if not gradient:
        return value
    return value, (xp.where(logits >= 0, 1, power) / (1 + power) - labels) / logits.size


def _squared(xp: Any, predictions: Any, targets: Any, gradient: bool) -> Any:
    errors = predictions - targets
    value = (errors**2).mean()
    return (value, errors * (2 / errors.size)) if gradient else value


def _huber(xp: Any, predictions: Any, targets: Any, gradient: bool) -> Any:
    errors = predictions - targets
    sizes = xp.abs(errors)
    value = xp.where(sizes <= 1, errors**2 / 2, sizes - 0.5).mean()
    return (value, xp.clip(errors, -1, 1) / errors.size) if gradient else value


def _divergence(xp: Any, logarithms: Any, targets: Any, gradient: bool) -> Any:
    safe = xp.where(targets > 0, targets, 1)
    value = (targets * (xp.log(safe) - logarithms)).sum() / len(targets)
    return (value, targets / -len(targets)) if gradient else value


def scipy(name: str) -> Any:
    """A function of `scipy.special`, imported where it is called."""
    return getattr(import_module("scipy.special"), name)


def _scipy_softmax(logits: Any, labels: Any, gradient: bool) -> Any:
    rows = np.arange(len(logits))
    sums = scipy("logsumexp")(logits, axis=1, keepdims=True)
    value = (sums[:, 0] - logits[rows, labels]).mean()
    return (value, _by_logits(np.exp(logits - sums), rows, labels)) if gradient else value


def _scipy_sigmoid(logits: Any, labels: Any, gradient: bool) -> Any:
    # log(1 - sigmoid(x)) = log(sigmoid(x)) - x
    value = ((1 - labels) * logits - scipy("log_expit")(logits)).mean()
    return (value, (scipy("expit")(logits) - labels) / logits.size) if gradient else value


def _scipy_huber(predictions: Any, targets: Any, gradient: bool) -> Any:
    errors = predictions - targets
    value = scipy("huber")(np.float32(1), errors).mean()
    return (value, np.clip(errors, -1, 1) / errors.size) if gradient else value


def _scipy_divergence(logarithms: Any, targets: Any, gradient: bool) -> Any:
    value = (scipy("xlogy")(targets, targets) - targets * logarithms).sum() / len(targets)
    return (value, targets / -len(targets)) if gradient else value


SCIPY: Functions = {
    "softmax cross-entropy": _scipy_softmax,
    "sigmoid cross-entropy": _scipy_sigmoid,
    "squared error": "SciPy has no such function",
    "Huber": _scipy_huber,
    "KL divergence": _scipy_divergence,
}


def scikit_learn(
    name: str, output: Any, target: Any, gradient: bool, *, times: int = 1, **settings: Any
) -> Any:
    """The mean as scikit-learn's linear models take it: per item first, then divided in place."""
    loss = getattr(import_module("sklearn._loss.loss"), name)(**settings)
    truth = target.astype(output.dtype, copy=False)
    call = loss.loss_gradient if gradient else loss.loss
    found = call(truth, output, n_threads=threads())
    if not gradient:
        return times * found.sum() / len(output)
    values, derivatives = found
    derivatives *= times / len(output)
    return times * values.sum() / len(output), derivatives


def _sklearn_softmax(logits: Any, labels: Any, gradient: bool) -> Any:
    return scikit_learn("HalfMultinomialLoss", logits, labels, gradient, n_classes=logits.shape[1])


SKLEARN: Functions = {
    "softmax cross-entropy": _sklearn_softmax,
    "sigmoid cross-entropy": partial(scikit_learn, "HalfBinomialLoss"),
    "squared error": partial(scikit_learn, "HalfSquaredError", times=2),
    "Huber": partial(scikit_learn, "HuberLoss", delta=1.0),
    "KL divergence": "scikit-learn has no such loss",
}


def _evaluate(formula: str, **arrays: Any) -> Any:
    return import_module("numexpr").evaluate(formula, local_dict=arrays)


def _numexpr_softmax(logits: Any, labels: Any, gradient: bool) -> Any:
    rows, top = np.arange(len(logits)), logits.max(axis=1, keepdims=True)
    powers = _evaluate("exp(x - top)", x=logits, top=top)
    sums = powers.sum(axis=1, keepdims=True)
    value = (np.log(sums) + top)[:, 0].mean() - logits[rows, labels].mean()
    return (value, _by_logits(_evaluate("p / s", p=powers, s=sums), rows, labels)) if gradient else value


def _numexpr(formula: str, derivative: str, output: Any, target: Any, gradient: bool) -> Any:
    """The mean and its gradient from two expressions of the output x, the truth y and the count n."""
    value = _evaluate(formula, x=output, y=target).sum() / len(output)
    if not gradient:
        return value
    return value, _evaluate(derivative, x=output, y=target, n=np.float32(len(output)))


NUMEXPR: Functions = {
    "softmax cross-entropy": _numexpr_softmax,
    "sigmoid cross-entropy": partial(
        _numexpr, "where(x > 0, x, 0) - x * y + log1p(exp(-abs(x)))", "(1 / (1 + exp(-x)) - y) / n"
    ),
    "squared error": partial(_numexpr, "(x - y) ** 2", "2 * (x - y) / n"),
    "Huber": partial(
        _numexpr,
        "where(abs(x - y) <= 1, (x - y) ** 2 / 2, (2 * abs(x - y) - 1) / 2)",
        "where(x - y > 1, 1, where(x - y < -1, -1, x - y)) / n",
    ),
    "KL divergence": partial(_numexpr, "y * (log(where(y > 0, y, 1)) - x)", "-y / n"),
}
