"""What a definition computes with: numbers of many digits here, balls in `balls`.

A definition uses the operators of its numbers and the functions of an `Arithmetic`, so
that it is written once and says nothing of how numbers are kept.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from mpmath import mp

Number = Any  # whatever the arithmetic at hand computes with
Row = list[Any]


class Arithmetic(ABC):
    """The functions of real numbers that definitions need; infinities count as numbers."""

    infinity: Number
    nan: Number

    @abstractmethod
    def number(self, x: float) -> Number:
        """A Python number, exactly."""

    @abstractmethod
    def is_nan(self, x: Number) -> bool:
        """Whether it is no number at all."""

    @abstractmethod
    def pi(self) -> Number:
        """The area of the unit circle."""

    @abstractmethod
    def exp(self, x: Number) -> Number:
        """The exponential."""

    @abstractmethod
    def log(self, x: Number) -> Number:
        """The natural logarithm; of 0 it is minus infinity, of a negative number NaN."""

    @abstractmethod
    def log1p(self, x: Number) -> Number:
        """The logarithm of 1 + x, without the sum: x may be far smaller than any digit of 1."""

    @abstractmethod
    def sqrt(self, x: Number) -> Number:
        """The square root."""

    @abstractmethod
    def sinh(self, x: Number) -> Number:
        """The hyperbolic sine."""

    @abstractmethod
    def tanh(self, x: Number) -> Number:
        """The hyperbolic tangent."""

    @abstractmethod
    def angle(self, x: Number, y: Number) -> Number:
        """The angle of the point (x, y) to the first axis, 0 of the origin."""

    @abstractmethod
    def cos(self, x: Number) -> Number:
        """The cosine."""

    @abstractmethod
    def sin(self, x: Number) -> Number:
        """The sine."""

    @abstractmethod
    def power(self, x: Number, y: Number) -> Number:
        """X to the y, of a positive x."""

    @abstractmethod
    def log_gamma(self, x: Number) -> Number:
        """The logarithm of the gamma function, of a positive number."""

    @abstractmethod
    def digamma(self, x: Number) -> Number:
        """Its derivative."""

    def times(self, share: Number, quantity: Number) -> Number:
        """The product, which is 0 for a share of 0 of whatever is a number: 0 log 0 = 0."""
        if share == 0 and not self.is_nan(quantity):
            return self.number(0)
        return share * quantity

    def over(self, share: Number, quantity: Number) -> Number:
        """The quotient, which is 0 for a share of 0 and infinite for any other over 0."""
        if share == 0:
            return self.number(0)
        return share * self.infinity if quantity == 0 else share / quantity

    def sign(self, x: Number) -> Number:
        """-1, 0 or 1; NaN of NaN."""
        if self.is_nan(x):
            return x
        return self.number((x > 0) - (x < 0))

    def hinge(self, x: Number) -> tuple[Number, Number]:
        """max(0, x) and its derivative, which is 0 at 0; both NaN of NaN."""
        if self.is_nan(x):
            return x, x
        return (x, self.number(1)) if x > 0 else (self.number(0), self.number(0))


class Digits(Arithmetic):
    """Floating-point numbers of as many digits as mpmath is set to, with unbounded exponents."""

    infinity = mp.inf
    nan = mp.nan

    def number(self, x: float) -> Number:
        """A Python number; every float is exact from 17 digits on."""
        return mp.mpf(x)

    def is_nan(self, x: Number) -> bool:
        """Whether it is NaN."""
        return bool(mp.isnan(x))

    def pi(self) -> Number:
        """Pi to as many digits."""
        return +mp.pi

    def exp(self, x: Number) -> Number:
        """The exponential."""
        return mp.exp(x)

    def log(self, x: Number) -> Number:
        """The natural logarithm."""
        return mp.nan if x < 0 else mp.log(x)

    def log1p(self, x: Number) -> Number:
        """The logarithm of 1 + x."""
        return mp.nan if x < -1 else mp.log1p(x)

    def sqrt(self, x: Number) -> Number:
        """The square root."""
        return mp.sqrt(x)

    def sinh(self, x: Number) -> Number:
        """The hyperbolic sine."""
        return mp.sinh(x)

    def tanh(self, x: Number) -> Number:
        """The hyperbolic tangent."""
        return mp.tanh(x)

    def angle(self, x: Number, y: Number) -> Number:
        """The angle of a point."""
        return mp.atan2(y, x)

    def cos(self, x: Number) -> Number:
        """The cosine."""
        return mp.cos(x)

    def sin(self, x: Number) -> Number:
        """The sine."""
        return mp.sin(x)

    def power(self, x: Number, y: Number) -> Number:
        """X to the y."""
        return x**y

    def log_gamma(self, x: Number) -> Number:
        """The logarithm of the gamma function."""
        return mp.loggamma(x)

    def digamma(self, x: Number) -> Number:
        """Its derivative."""
        return mp.digamma(x)
