"""Power series as polynomials, each no longer than the dtype that it is computed in needs.

The coefficients interpolate at Chebyshev's points; `of` gives the power series' own.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

from ._namespace import eager
from ._typing import Namespace


class Series(NamedTuple):
    """The coefficients of a polynomial in ascending order, for float32 and for float64."""

    single: tuple[float, ...]
    double: tuple[float, ...]

    def at(self, xp: Namespace, x: Any) -> Any:
        """Its value, by Horner's rule; without a new array for each term where arrays may be written.

        Of an array, or of a number, whose namespace is `math`.
        """
        short = not isinstance(x, float) and x.dtype == xp.float32
        first, *others = reversed(self.single if short else self.double)
        if not eager(xp):
            total: Any = first
            for coefficient in others:
                total = total * x + coefficient
            return total
        total = x * first
        for coefficient in others[:-1]:
            total += coefficient
            total *= x
        total += others[-1]
        return total


# How many terms of a power series whose coefficients fall as 1 / n! reach each dtype's last digit at 1.
_SINGLE, _DOUBLE = 11, 19


def of(coefficient: Callable[[int], float]) -> Series:
    """The power series whose coefficients, from 0 on, a function gives over (n + 2)!."""
    terms = tuple([coefficient(n) / math.factorial(n + 2) for n in range(_DOUBLE)])
    return Series(terms[:_SINGLE], terms)


# (expm1(x) − x) / x², for x from −1 to 1.
BEND = Series(
    (
        0.4999999978,
        0.1666666665,
        0.0416667366,
        0.008333339676,
        0.001388539691,
        0.0001983810197,
        2.535851224e-05,
        2.806280258e-06,
    ),
    (
        0.5,
        0.16666666666666666,
        0.04166666666666609,
        0.008333333333333299,
        0.0013888888888981404,
        0.00019841269841324198,
        2.4801587246096818e-05,
        2.7557319191381816e-06,
        2.755733506893373e-07,
        2.5052117695907823e-08,
        2.0874435575864273e-09,
        1.6057679623801638e-10,
        1.1639194124150522e-11,
        7.746178593018827e-13,
    ),
)

# (cosh x − 1) / x² in powers of x², for x from −1 to 1.
COSH = Series(
    (0.4999999978, 0.0416667366, 0.001388539691, 2.535851224e-05),
    (
        0.5,
        0.041666666666666664,
        0.001388888888888876,
        2.4801587301690853e-05,
        2.755731918331876e-07,
        2.0876765658642154e-09,
        1.1469721885352242e-11,
        4.842346201844238e-14,
    ),
)

# 2 (artanh x − x) / x³ in powers of x², for x² up to this.
_NEAR = 0.29
_ARTANH = Series(
    (
        0.6666666735,
        0.3999976844,
        0.2858402928,
        0.2196858436,
        0.2056359424,
        0.04332121183,
        0.364661619,
    ),
    (
        0.6666666666666665,
        0.40000000000016567,
        0.2857142856772871,
        0.2222222254671206,
        0.1818180338197154,
        0.15385018119761268,
        0.13326268027257454,
        0.11848313295967257,
        0.0984261287559759,
        0.1341558970129195,
        -0.06567687039314146,
        0.4786001550548626,
        -0.5665214134856731,
        0.5861596876480338,
    ),
)


def lag(xp: Namespace, share: Any, excess: Any, log: Any) -> tuple[Any, Any, Any]:
    """Factors s and c of s (change − c), which is change − log(1 + change), and where they hold.

    That is for changes, of which the excess is the share's, from −0.7 to 2.3. With s = change / (2 +
    change) the logarithm is 2 artanh s; and c is small beside the change, so that nothing cancels.
    The logarithm itself is only asked whether the change is −1, which half of the least number hides.
    """
    part = 0.5 * (excess / (share + 0.5 * excess))
    square = part * part
    return part, square * _ARTANH.at(xp, square), (square < _NEAR) & (log > -math.inf)
