"""The losses of the catalogue as users of NumPy write them, or find them in SciPy and scikit-learn."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from .library import Functions
from .peers import scikit_learn, scipy

Formula = Callable[..., Any]


def naive(xp: Any) -> Functions:
    """One array per operation, in the namespace of NumPy or CuPy: each value, and its derivative."""
    tables = (_of_errors(xp), _of_rates(xp), _of_labels(xp))
    return {name: partial(_mean, *formulas) for table in tables for name, formulas in table.items()}


def _mean(value: Formula, derivative: Formula, output: Any, target: Any, gradient: bool) -> Any:
    found = value(output, target).mean()
    return (found, derivative(output, target) / output.size) if gradient else found


def _by_error(value: Formula, derivative: Formula) -> tuple[Formula, Formula]:
    return lambda p, t: value(p - t), lambda p, t: derivative(p - t)


def _of_errors(xp: Any) -> dict[str, tuple[Formula, Formula]]:
    """Those of predictions less targets."""
    formulas: dict[str, tuple[Formula, Formula]] = {
        "absolute error": (xp.abs, xp.sign),
        "smooth L1": (
            lambda e: xp.where(xp.abs(e) < 0.5, e**2, xp.abs(e) - 0.25),
            lambda e: xp.clip(2 * e, -1, 1),
        ),
        "log-cosh": (lambda e: xp.log(xp.cosh(e)), xp.tanh),
        "pseudo-Huber": (lambda e: xp.sqrt(1 + e**2) - 1, lambda e: e / xp.sqrt(1 + e**2)),
        "quantile": (lambda e: xp.maximum(0.2 * e, -0.8 * e), lambda e: xp.where(e > 0, 0.2, -0.8)),
        "expectile": (lambda e: xp.where(e > 0, 0.2, 0.8) * e**2, lambda e: xp.where(e > 0, 0.4, 1.6) * e),
        "epsilon-insensitive": (
            lambda e: xp.maximum(xp.abs(e) - 0.1, 0),
            lambda e: xp.where(xp.abs(e) > 0.1, xp.sign(e), 0),
        ),
        "Charbonnier": (lambda e: xp.sqrt(e**2 + 1) - 1, lambda e: e / xp.sqrt(e**2 + 1)),
        "Cauchy": (lambda e: xp.log1p(e**2 / 2), lambda e: e / (1 + e**2 / 2)),
        "Geman-McClure": (lambda e: 2 * e**2 / (e**2 + 4), lambda e: 16 * e / (e**2 + 4) ** 2),
        "Welsch": (lambda e: 1 - xp.exp(-(e**2) / 2), lambda e: e * xp.exp(-(e**2) / 2)),
    }
    return {name: _by_error(*each) for name, each in formulas.items()}


def _of_rates(xp: Any) -> dict[str, tuple[Formula, Formula]]:
    """Those of numbers that are more than 0, or of their logarithms."""
    return {
        "squared log error": (
            lambda p, t: (xp.log1p(p) - xp.log1p(t)) ** 2,
            lambda p, t: 2 * (xp.log1p(p) - xp.log1p(t)) / (1 + p),
        ),
        "absolute percentage error": (lambda p, t: xp.abs((p - t) / t), lambda p, t: xp.sign(p - t) / t),
        "Poisson of log rates": (lambda x, k: xp.exp(x) - k * x, lambda x, k: xp.exp(x) - k),
        "Poisson of rates": (lambda r, k: r - k * xp.log(r), lambda r, k: 1 - k / r),
        "Poisson deviance": (
            lambda r, k: 2 * (k * xp.log(xp.where(k > 0, k, 1) / r) - k + r),
            lambda r, k: 2 * (1 - k / r),
        ),
        "gamma deviance": (lambda p, t: 2 * (t / p - 1 - xp.log(t / p)), lambda p, t: 2 * (p - t) / p**2),
        "Tweedie deviance": (
            lambda p, t: 4 * (t / xp.sqrt(p) + xp.sqrt(p) - 2 * xp.sqrt(t)),
            lambda p, t: 2 * (p - t) / p**1.5,
        ),
    }


def _of_labels(xp: Any) -> dict[str, tuple[Formula, Formula]]:
    """Those of two classes, 0 and 1, or 1 and -1."""

    def right(x: Any, y: Any) -> Any:
        """The probability of the label."""
        return 1 / (1 + xp.exp(xp.where(y > 0, -x, x)))

    return {
        "binary cross-entropy": (
            lambda p, y: -(y * xp.log(p) + (1 - y) * xp.log(1 - p)),
            lambda p, y: (p - y) / (p * (1 - p)),
        ),
        "sigmoid focal": (
            lambda x, y: -((1 - (q := right(x, y))) ** 2) * xp.log(q),
            lambda x, y: (2 * y - 1) * (1 - (q := right(x, y))) ** 2 * (2 * q * xp.log(q) - (1 - q)),
        ),
        "hinge": (lambda s, y: xp.maximum(0, 1 - y * s), lambda s, y: xp.where(y * s < 1, -y, 0)),
        "squared hinge": (
            lambda s, y: xp.maximum(0, 1 - y * s) ** 2,
            lambda s, y: -2 * y * xp.maximum(0, 1 - y * s),
        ),
        "modified Huber": (
            lambda s, y: xp.where(y * s < -1, -4 * y * s, xp.maximum(0, 1 - y * s) ** 2),
            lambda s, y: xp.where(y * s < -1, -4 * y, -2 * y * xp.maximum(0, 1 - y * s)),
        ),
        "perceptron": (lambda s, y: xp.maximum(0, -y * s), lambda s, y: xp.where(y * s < 0, -y, 0)),
        "exponential": (lambda s, y: xp.exp(-y * s), lambda s, y: -y * xp.exp(-y * s)),
        "soft margin": (lambda s, y: xp.log1p(xp.exp(-y * s)), lambda s, y: -y / (1 + xp.exp(y * s))),
        "hinge embedding": (
            lambda d, y: xp.where(y > 0, d, xp.maximum(0, 1 - d)),
            lambda d, y: xp.where(y > 0, 1, xp.where(d < 1, -1, 0)),
        ),
        "contrastive": (
            lambda d, y: xp.where(y > 0, d, xp.maximum(0, 1 - d)) ** 2,
            lambda d, y: xp.where(y > 0, 2 * d, -2 * xp.maximum(0, 1 - d)),
        ),
    }


def _scipy_pseudo_huber(predictions: Any, targets: Any, gradient: bool) -> Any:
    errors = predictions - targets
    roots = scipy("pseudo_huber")(type(errors.flat[0])(1), errors)
    return (roots.mean(), errors / (1 + roots) / errors.size) if gradient else roots.mean()


def _scipy_generalized_kl(rates: Any, targets: Any, gradient: bool) -> Any:
    value = scipy("kl_div")(targets, rates).sum() / len(rates)
    return (value, (1 - targets / rates) / len(rates)) if gradient else value


SCIPY: Functions = {
    "pseudo-Huber": _scipy_pseudo_huber,
    "generalized KL": _scipy_generalized_kl,
}

SKLEARN: Functions = {
    "absolute error": partial(scikit_learn, "AbsoluteError"),
    "quantile": partial(scikit_learn, "PinballLoss", quantile=0.8),
    "Poisson of log rates": partial(scikit_learn, "HalfPoissonLoss"),
    "Poisson deviance": partial(scikit_learn, "HalfTweedieLossIdentity", times=2, power=1.0),
    "gamma deviance": partial(scikit_learn, "HalfTweedieLossIdentity", times=2, power=2.0),
    "Tweedie deviance": partial(scikit_learn, "HalfTweedieLossIdentity", times=2, power=1.5),
}
