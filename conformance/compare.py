"""Is a result what the answer says: namespace, shape, dtype, device, then every number.

Nothing here returns a bare yes or no: what is wrong comes back in words.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

import array_api_compat
import numpy as np

from .backends import Backend, device_of
from .model import Exact, rounds_to


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with an array, and the largest distance of its numbers in ulps."""

    problems: tuple[str, ...]
    ulps: float = math.inf


def compare(name: str, result: Any, like: Any, exact: Exact, *, backend: Backend, ulps: int) -> Finding:
    """Compare one array with its exact answer.

    Parameters
    ----------
    name : str
        What the array is, for the words.
    result : array
        What the library under test returned.
    like : array
        The model output, whose namespace, dtype and device the result must have.
    exact : Exact
        Shape and numbers that it must have.
    backend : Backend
        Where it was computed.
    ulps : int
        How far off a number may be.

    Returns
    -------
    Finding
        Without problems if everything agrees.
    """
    wrong = _metadata(result, like, exact, backend)
    if wrong:
        return Finding((f"{name} {wrong}",))
    numbers = backend.numpy(result)
    # What the array holds, not only what it says of itself.
    if (numbers.shape, numbers.dtype.name) != (exact.shape, _dtype_name(like)):
        return Finding((f"{name} holds {numbers.dtype} numbers of shape {numbers.shape}",))
    distances = [distance(n, e) for n, e in zip(numbers.reshape(-1), exact.values, strict=True)]
    if not distances:
        return Finding((), 0.0)
    worst = max(range(len(distances)), key=distances.__getitem__)
    if distances[worst] <= ulps:
        return Finding((), distances[worst])
    number, truth = numbers.reshape(-1)[worst], exact.values[worst]
    text = f"{name}[{worst}] is {number!r}, {distances[worst]:.3g} ulps from {truth}"
    return Finding((text,), distances[worst])


def compare_printed(result: Any, printed: tuple[str, ...], backend: Backend) -> tuple[str, ...]:
    """What is wrong with a result, when rounded to the decimals that were printed."""
    numbers = backend.numpy(result).reshape(-1)
    return tuple(
        f"value[{i}] is {number!r}, which does not print as {text}"
        for i, (number, text) in enumerate(zip(numbers, printed, strict=True))
        if not rounds_to(Decimal(float(number)), text)
    )


def distance(number: np.floating[Any], exact: str) -> float:
    """How far a number is from the exact one, in ulps of its dtype at the exact one.

    A number too small for the dtype must be 0, a number too large infinite; anything
    else is infinitely far off, and so is NaN from every number but NaN.

    Parameters
    ----------
    number : floating
        A NumPy scalar.
    exact : str
        A decimal number.

    Returns
    -------
    float
        The distance.
    """
    facts, own = np.finfo(number.dtype), float(number)
    truth = Decimal(exact)
    if truth.is_nan():
        return 0.0 if math.isnan(own) else math.inf
    if truth.is_infinite() or abs(truth) > Decimal(float(facts.max)):
        return 0.0 if own == math.copysign(math.inf, truth) else math.inf
    if abs(truth) < Decimal(float(facts.smallest_subnormal)):
        return 0.0 if own == 0.0 else math.inf
    if not math.isfinite(own):
        return math.inf
    # frexp gives 2^(e-1) <= |x| < 2^e; the spacing there is 2^(e-1-nmant). A truth that
    # rounds up to a power of two gets the wider spacing above it, half an ulp too kind.
    exponent = math.frexp(float(Fraction(truth)))[1]
    ulp = max(Fraction(2) ** (exponent - 1 - facts.nmant), Fraction(float(facts.smallest_subnormal)))
    return float(abs(Fraction(own) - Fraction(truth)) / ulp)


def _metadata(result: Any, like: Any, exact: Exact, backend: Backend) -> str:
    """What is wrong with a result before any number is looked at."""
    try:
        namespace = array_api_compat.array_namespace(result)
    except TypeError:
        return f"is a {type(result).__name__}, no array"
    if namespace is not array_api_compat.array_namespace(like):
        return f"belongs to {namespace.__name__}, not to {backend.xp.__name__}"
    if tuple(result.shape) != exact.shape:
        return f"has shape {tuple(result.shape)}, not {exact.shape}"
    if result.dtype != like.dtype:
        return f"has dtype {result.dtype}, not {like.dtype}"
    if device_of(result) != device_of(like):
        return f"is on device {device_of(result)}, not {device_of(like)}"
    return ""


def _dtype_name(array: Any) -> str:
    """The standard's name of an array's dtype."""
    return str(array.dtype).rpartition(".")[2]
