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
from .model import FORMATS, Exact, Format, rounds_to


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with an array, and its number that is furthest off."""

    problems: tuple[str, ...]
    ulps: float = math.inf
    condition: float | None = None
    index: int = 0
    got: str = ""
    exact: str = ""


@dataclass(frozen=True, slots=True)
class Ruler:
    """How to measure: the format at hand, how many ulps are allowed, whether 0 may stand for a subnormal."""

    dtype: str
    ulps: float
    flushes: bool = False


def compare(name: str, result: Any, like: Any, exact: Exact, *, backend: Backend, ruler: Ruler) -> Finding:
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
    ruler : Ruler
        How far off a number may be: so many ulps, times its condition number where
        that is more than 1, because nothing that rounds its own steps can do better.

    Returns
    -------
    Finding
        Without problems if everything agrees.
    """
    wrong = _metadata(result, like, exact, backend)
    if wrong:
        return Finding((f"{name} {wrong}",))
    # What the array holds, not only what it says of itself.
    return numbers(name, backend.numpy(result), exact, ruler)


def numbers(name: str, found: np.ndarray, exact: Exact, ruler: Ruler) -> Finding:
    """The number that is furthest off in units of what it may be off."""
    if (found.shape, found.dtype.name) != (exact.shape, ruler.dtype):
        return Finding((f"{name} holds {found.dtype} numbers of shape {found.shape}",))
    own = [float(number) for number in found.reshape(-1)]
    if not own:
        return Finding((), 0.0)
    form = FORMATS[ruler.dtype]
    ulps = [distance(n, e, form, flushes=ruler.flushes) for n, e in zip(own, exact.values, strict=True)]
    excess = [far / max(condition or 1.0, 1.0) for far, condition in zip(ulps, exact.condition, strict=True)]
    at = max(range(len(own)), key=lambda i: (excess[i], ulps[i]))
    facts = (ulps[at], exact.condition[at], at, repr(own[at]), exact.values[at])
    if excess[at] <= ruler.ulps:
        return Finding((), *facts)
    text = f"{name}[{at}] is {own[at]!r}, {ulps[at]:.3g} ulps from {exact.values[at]}"
    return Finding((text,), *facts)


def compare_printed(result: Any, printed: tuple[str, ...], backend: Backend) -> tuple[str, ...]:
    """What is wrong with a result, when rounded to the decimals that were printed."""
    numbers = backend.numpy(result).reshape(-1)
    return tuple(
        f"value[{i}] is {number!r}, which does not print as {text}"
        for i, (number, text) in enumerate(zip(numbers, printed, strict=True))
        if not rounds_to(Decimal(float(number)), text)
    )


def distance(own: float, exact: str, form: Format, *, flushes: bool = False) -> float:
    """How far a number is from the exact one, in ulps of its format at the exact one.

    Where the exact one is 0, too small for any format, or too large for this one, only
    0 or infinity will do; anything else is infinitely far off, and so is NaN from every
    number but NaN.

    Parameters
    ----------
    own : float
        The number, which the format holds.
    exact : str
        A decimal number.
    form : Format
        The format.
    flushes : bool
        Whether 0 may stand for a number below the normal range.

    Returns
    -------
    float
        The distance.
    """
    rough = float(exact)
    if rough == 0.0 or not math.isfinite(rough):
        return 0.0 if own == rough or (math.isnan(own) and math.isnan(rough)) else math.inf
    truth = Fraction(exact)
    if abs(truth) > form.largest + form.spacing(form.highest) / 2:
        return 0.0 if own == math.copysign(math.inf, truth) else math.inf
    if flushes and own == 0.0 and abs(truth) < Fraction(2) ** form.lowest:
        return 0.0
    if not math.isfinite(own):
        return math.inf
    return float(abs(Fraction(own) - truth) / form.spacing(_exponent(truth)))


def _exponent(number: Fraction) -> int:
    """The exponent e with 2**e <= |number| < 2**(e + 1)."""
    guess = abs(number.numerator).bit_length() - number.denominator.bit_length()
    return guess if abs(number) >= Fraction(2) ** guess else guess - 1


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
