"""Entries put in an order, and sums along it."""

from __future__ import annotations

from typing import Any

from ._namespace import device_of, eager, index_dtype, shape_is_known, sorts
from ._stable import clip
from ._typing import Namespace


def take(xp: Namespace, rows: Any, places: Any) -> Any:
    """The entries of each row in an order; by comparison where a library cannot gather along an axis."""
    if hasattr(xp, "take_along_axis"):
        return xp.take_along_axis(rows, places, axis=-1)
    return xp.sum(xp.where(places[..., None] == _numbers(xp, places), rows[..., None, :], 0), axis=-1)


def orders(xp: Namespace, keys: Any) -> tuple[Any, Any]:
    """The places of the entries of each row from the least to the greatest, and the way back.

    Equal ones stay as they come; none is NaN.
    """
    if sorts(xp, keys):
        order = xp.argsort(keys, axis=-1, stable=True)
        if not eager(xp):
            return order, xp.argsort(order, axis=-1, stable=True)
        back = xp.empty_like(order)
        xp.put_along_axis(back, order, xp.broadcast_to(_numbers(xp, keys), order.shape), -1)
        return order, back
    number = _numbers(xp, keys)
    own, other = keys[..., :, None], keys[..., None, :]
    before = (other < own) | ((other == own) & (number < number[:, None]))
    back = xp.sum(xp.astype(before, number.dtype), axis=-1, dtype=number.dtype)
    at = xp.astype(back[..., None, :] == number[:, None], number.dtype)
    return xp.sum(at * number, axis=-1, dtype=number.dtype), back


def _numbers(xp: Namespace, rows: Any) -> Any:
    """The places of a row."""
    return xp.arange(rows.shape[-1], dtype=index_dtype(xp, rows), device=device_of(rows))


def jaccard_steps(xp: Namespace, errors: Any, labels: Any) -> Any:
    """By how much each entry raises the Jaccard loss of a set of 0 and 1, taken from the largest error down.

    After k entries with n labels of 0 among G of 1, it is k / (G + n). Each step is written as
    one quotient of whole numbers.
    """
    # NaN comes first, where its step is not 0.
    order, back = orders(xp, xp.where(xp.isnan(errors), -xp.inf, -errors))
    ones = take(xp, xp.astype(labels > 0, order.dtype), order)
    hits, zeros = _running(xp, ones), _running(xp, 1 - ones)
    missing, union = hits[..., -1:] - hits, hits[..., -1:] + zeros
    whole = (ones > 0) | (union == 1)
    missing, union = (xp.astype(count, errors.dtype) for count in (missing, union))
    part = missing / xp.where(whole, 1.0, union - 1.0)
    return take(xp, xp.where(whole, 1.0, part) / union, back)


def _running(xp: Namespace, counts: Any) -> Any:
    """The running sums of each row, by a library's own name: torch.compile warns of array-api-compat's."""
    add = getattr(xp, "cumsum", None) or xp.cumulative_sum
    return add(counts, axis=-1, dtype=counts.dtype)


def totals_from(xp: Namespace, exponents: Any, factors: Any) -> tuple[Any, Any]:
    """Σ factor · exp(exponent) over each entry and all after it, as exponents and factors of the same kind.

    The exponents are finite and the factors not negative, so nothing overflows and nothing cancels.
    """
    step, end = 1, -float(xp.finfo(exponents.dtype).max)
    while step < exponents.shape[-1]:
        others, more = later(xp, exponents, step, end), later(xp, factors, step, 0.0)
        gap = exponents - others
        above = gap >= 0
        small = xp.exp(xp.where(above, -gap, gap))
        factors = xp.where(above, factors + more * small, factors * small + more)
        exponents, step = xp.where(above, exponents, others), 2 * step
    return exponents, factors


def later(xp: Namespace, rows: Any, step: int, end: float) -> Any:
    """Each row moved some places towards its beginning."""
    if not shape_is_known(rows):  # Dask concatenates nothing of unknown length
        number = _numbers(xp, rows)
        return xp.where(number < rows.shape[-1] - step, take(xp, rows, number + step), end)
    return xp.concat([rows[..., step:], xp.zeros_like(rows[..., :step]) + end], axis=-1)


def order_costs(xp: Namespace, scores: Any) -> tuple[Any, Any]:
    """What it costs to draw each entry from those that are left, by the softmax of their scores.

    The entries of a row are drawn from first to last. Returns the cost of each, and a function
    that gives the derivative of their sum.
    """
    huge = float(xp.finfo(scores.dtype).max)
    level = clip(xp, scores, -huge, huge)
    exponents, totals = totals_from(xp, level, xp.astype(scores != -xp.inf, scores.dtype))
    beyond, rest = later(xp, exponents, 1, -huge), later(xp, totals, 1, 0.0)
    gap = beyond - level
    above = gap > 0
    gap = xp.where(above & ((beyond == huge) | (level == -huge)), xp.inf, gap)
    small = xp.exp(xp.where(above, -gap, gap))
    # log(1 + rest exp(gap)), of which the last entry has no rest
    costs = xp.where(above, gap + xp.log(xp.where(above, rest + small, 1.0)), xp.log1p(rest * small))

    def slopes() -> Any:
        # Σ_{i<j} exp(s_j) / total_i − (1 − exp(s_j) / total_j)
        own = xp.where(above, small, 1.0)
        missed = xp.where(above, rest, rest * small)
        missed = missed / (missed + own)
        none = totals == 0
        inverse = xp.where(none, -huge, -exponents), xp.where(none, 0.0, 1.0 / xp.where(none, 1.0, totals))
        before = totals_from(xp, *(xp.flip(part, axis=-1) for part in inverse))
        under, share = (
            xp.flip(later(xp, b, 1, end), axis=-1) for b, end in zip(before, (-huge, 0.0), strict=True)
        )
        return share * xp.exp(level + under) - missed

    return xp.where(rest == 0, 0.0 * level, costs), slopes
