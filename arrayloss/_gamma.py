"""What Stirling's formula leaves of the gamma function, of arrays and of numbers alike.

The standard has no logarithm of the gamma function and NumPy has none. A polynomial is
the same on every library, and nothing cancels in losses that need only what is left.
"""

from __future__ import annotations

import math
from typing import Any

from ._series import Series
from ._typing import Namespace

# Chebyshev expansions on x >= 1 as polynomials in t = 2 / x − 1: of x δ(x) and of −x² δ′(x).
_ERROR = Series(
    (
        0.08268139191,
        -0.001230015176,
        -0.0004851027567,
        0.0001008363734,
        -1.284211043e-06,
        -6.648176023e-06,
        2.629486881e-06,
        -1.068389756e-07,
        -2.342276481e-07,
    ),
    (
        0.08268139191081861,
        -0.0012300100649060366,
        -0.00048510438810680476,
        0.00010076829938315878,
        -1.2621640739946877e-06,
        -6.4040426432190866e-06,
        2.547362678470012e-06,
        -4.2740368220462393e-07,
        -1.1714500431842724e-07,
        1.2995811379479393e-07,
        -6.001277811436648e-08,
        1.549556704029299e-08,
        1.5859066977998687e-09,
        -4.476752128545979e-09,
        2.3298080493149754e-09,
        -9.278475947341394e-10,
        1.1151509446971493e-09,
        -4.713654839754587e-10,
        -5.907856882120934e-10,
        4.404886829713767e-10,
        6.071641795175833e-11,
        -7.535904209976786e-11,
    ),
)
_FALL = Series(
    (
        0.08145138095,
        -0.003430228727,
        -0.001152963297,
        0.0003980154985,
        -3.869414735e-05,
        -2.306313477e-05,
        1.587442416e-05,
        -4.599278751e-06,
        -1.098060361e-06,
        1.041377043e-06,
    ),
    (
        0.08145138184591266,
        -0.0034302289060138824,
        -0.0011530082661819262,
        0.000398024540273605,
        -3.833103352351061e-05,
        -2.3140056709383936e-05,
        1.4839717878621306e-05,
        -4.356642918820841e-06,
        1.1523170179920316e-07,
        7.009860497825593e-07,
        -4.89067120433263e-07,
        1.9937412102921685e-07,
        -4.0029707647856655e-08,
        -1.707212760752668e-08,
        2.679706540462812e-08,
        -1.6399782474773545e-08,
        2.591403850511728e-09,
        -6.405295922914414e-10,
        4.43492339250055e-09,
        -6.971539498105895e-10,
        -3.826386507601892e-09,
        1.7322450745052848e-09,
        7.214673806905929e-10,
        -4.333540198419198e-10,
    ),
)


def stirling_error(xp: Namespace, inverse: Any) -> Any:
    """δ(x) = log Γ(x) - (x - ½) log x + x - ½ log 2π of x >= 1, given 1 / x; right to 3e-17 in float64."""
    return inverse * _ERROR.at(xp, 2.0 * inverse - 1.0)


def stirling_fall(xp: Namespace, inverse: Any) -> Any:
    """-δ'(x), which is log x - 1 / 2x less the digamma function, of x >= 1, given 1 / x."""
    return inverse * inverse * _FALL.at(xp, 2.0 * inverse - 1.0)


def half_step(x: float) -> float:
    """Log Γ(x) - log Γ(x + ½) + ½ log 2πx of a number, a sum of terms that are not negative but one."""
    if x < 1.0:  # Γ(x + 1) = x Γ(x)
        return half_step(x + 1.0) + 0.5 * math.log(x / (x + 1.0)) + math.log((x + 0.5) / x)
    rest = stirling_error(math, 1.0 / x) - stirling_error(math, 1.0 / (x + 0.5))
    return float(0.5 * math.log(2.0 * math.pi) + (0.5 - x * math.log1p(0.5 / x)) + rest)
