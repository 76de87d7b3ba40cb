"""Losses of a few logits per row: those of its own classes, and those of samples that all rows share."""

from __future__ import annotations

import math
from inspect import Parameter, Signature
from typing import Any, NamedTuple

from ..._check import FLAG, value_error
from ..._classes import as_indices
from ..._namespace import compiling, in_dtype
from ..._roles import Role
from .. import domain
from ..call import Call, facts_of, prepare
from ..check import Facts
from ..evaluate import strategy_of
from ..formula import Formula, along_axis
from ..items import Problem, both, contains, masked
from . import columns
from .evaluate import differentiated, linear, logits_of, marks_of
from .layer import Layer, computed, with_logits

Pair = tuple[Any, Any]


class Sampling(NamedTuple):
    """The formula of a row of logits, its own first, and those that say what classes must be.

    Those have a class, and the logarithm of how often it is expected, for each item.
    """

    rows: Formula
    own: Formula
    shared: Formula


def sampling(name: str, rows: Formula, *, own: dict[str, Role], shared: dict[str, Role]) -> Sampling:
    """The formulas of a loss: of the logits, and what its own and shared classes and log counts must be."""
    return Sampling(linear(name, rows), _says(name, rows, own), _says(name, rows, shared))


def _says(name: str, rows: Formula, roles: dict[str, Role]) -> Formula:
    """A formula of which nothing is computed."""

    def nothing(*_: Any) -> tuple[Any, ...]:
        return ()

    parts: dict[str, Any] = {"logits": rows.roles[0], **roles}
    taken = [Parameter(each, Parameter.POSITIONAL_ONLY) for each in ("xp", *parts)]
    nothing.__signature__ = Signature(taken)  # type: ignore[attr-defined]
    return linear(name, along_axis(**parts)(nothing))


class Candidates(NamedTuple):
    """Classes whose logits are wanted, and what to add to those: minus their log counts, or NaN."""

    classes: Any
    terms: Any


class Sampled:
    """Some logits of a linear layer, and the way back from their derivatives.

    Parameters
    ----------
    call : Call
        The checked call.
    layer : Layer
        What the logits are made of.
    own, shared : Candidates
        Those of each row along the last axis, and those of all rows.
    """

    def __init__(self, call: Call, layer: Layer, own: Candidates, shared: Candidates) -> None:
        self.call, self.layer, self.own, self.shared = call, computed(call, layer), own, shared
        self.xp, self.dtype = call.library.xp, layer.features.dtype
        xp, kernel = self.xp, self.layer.kernel
        flat = columns.take(xp, kernel, xp.reshape(own.classes, (-1,)))
        self.rows = xp.reshape(xp.permute_dims(flat, (1, 0)), (*own.classes.shape, kernel.shape[0]))
        self.columns = columns.take(xp, kernel, shared.classes)

    def logits(self, *, remove_hits: bool) -> Any:
        """Those of the own classes, then those of the samples; −inf for a sample that is one of them."""
        xp, (features, _, bias) = self.xp, self.layer
        own = xp.sum(features[..., None, :] * self.rows, axis=-1)
        shared = xp.matmul(features, self.columns)
        if bias is not None:
            flat = columns.take(xp, bias, xp.reshape(self.own.classes, (-1,)))
            own = own + xp.reshape(flat, own.shape)
            shared = shared + columns.take(xp, bias, self.shared.classes)
        if remove_hits:
            hits = xp.any(self.own.classes[..., None] == self.shared.classes, axis=-2)
            shared = xp.where(hits, -math.inf, shared)
        return xp.concat((own + self.own.terms, shared + self.shared.terms), axis=-1)

    def value(self, logits: Any) -> Any:
        """The loss."""
        strategy = strategy_of(self.call.library)
        return in_dtype(self.xp, strategy.value(with_logits(self.call, logits)), self.dtype)

    def value_and_grads(self, logits: Any, wanted: tuple[int, ...]) -> tuple[Any, tuple[Any, ...]]:
        """The loss and its gradients with respect to the wanted ones of features, kernel and bias."""
        strategy = strategy_of(self.call.library)
        loss, (slopes,) = strategy.value_and_grads(with_logits(self.call, logits), (0,))
        count = self.own.classes.shape[-1]
        own, shared = slopes[..., :count], slopes[..., count:]
        by = (self._by_features, self._by_kernel, self._by_bias)
        grads = [in_dtype(self.xp, by[position](own, shared), self.dtype) for position in wanted]
        return in_dtype(self.xp, loss, self.dtype), tuple(grads)

    def _by_features(self, own: Any, shared: Any) -> Any:
        xp, where = self.xp, self.call.arrays.where
        found = xp.sum(own[..., None] * self.rows, axis=-2)
        found = found + xp.matmul(shared, xp.permute_dims(self.columns, (1, 0)))
        return masked(xp, None if where is None else where[..., None], found)

    def _by_kernel(self, own: Any, shared: Any) -> Any:
        xp, (features, kernel, _) = self.xp, self.layer
        products = xp.reshape(features[..., None, :] * own[..., None], (-1, features.shape[-1]))
        entries = (xp.permute_dims(products, (1, 0)), self.layer.back(xp, shared, (1,))[0])
        return columns.add(xp, kernel, self._classes(), xp.concat(entries, axis=-1))

    def _by_bias(self, own: Any, shared: Any) -> Any:
        entries = (self.xp.reshape(own, (-1,)), self.layer.back(self.xp, shared, (2,))[0])
        return columns.add(self.xp, self.layer.bias, self._classes(), self.xp.concat(entries, axis=-1))

    def _classes(self) -> Any:
        """All classes in a row."""
        return self.xp.concat((self.xp.reshape(self.own.classes, (-1,)), self.shared.classes), axis=0)


def evaluate_sampled(
    sampling: Sampling, given: Layer, own: Pair, shared: Pair, *, remove_accidental_hits: Any, **words: Any
) -> Any:
    """Check a call of a loss of some logits of a linear layer, and run it.

    Parameters
    ----------
    sampling : Sampling
        The formulas.
    given : Layer
        What the logits are made of; what is marked is differentiated.
    own, shared : tuple of array
        The classes, and the logarithms of their expected counts or None.
    remove_accidental_hits : bool
        Whether a sample that is a row's own class is left out there.
    **words
        The four words of every loss.
    """
    FLAG.check(sampling.rows.name, "remove_accidental_hits", remove_accidental_hits)
    marks, layer = marks_of(sampling.rows, given)
    logits = logits_of(sampling.rows, layer)
    truths, draws = _own(sampling.own, logits, own), _shared(sampling.shared, logits, shared)
    rank = len(logits.shape) - 1
    count = math.prod(truths.arrays.operands[1].shape[rank:])
    wide = (*logits.shape[:rank], count + draws.arrays.operands[1].shape[0])
    call = prepare(sampling.rows, (logits._replace(shape=wide),), {"own": count}, axis=-1, **words)
    with call.library.quiet():
        sampled = Sampled(call, layer, _rows(call, truths, rank), _candidates(draws, None))
        found = sampled.logits(remove_hits=remove_accidental_hits)
        if not marks:
            return sampled.value(found)
        return differentiated(marks, *sampled.value_and_grads(found, tuple(marks)))


def _own(formula: Formula, logits: Any, given: Pair) -> Call:
    """The checked call of the classes of the rows: one each, or several along one more axis."""
    labels = facts_of(given[0])
    if isinstance(logits, Facts) and isinstance(labels, Facts) and len(labels.shape) == len(logits.shape):
        logits = logits._replace(shape=(*logits.shape[:-1], labels.shape[-1], logits.shape[-1]))
    return prepare(formula, (logits, *given), {}, axis=-1, reduction="none")


def _shared(formula: Formula, logits: Any, given: Pair) -> Call:
    """The checked call of the samples."""
    samples = facts_of(given[0])
    if isinstance(samples, Facts):
        if len(samples.shape) != 1:
            name = tuple(formula.operands)[1]
            raise value_error(
                formula.name, name, f"has shape {samples.shape}", "one axis, a class per sample"
            )
        logits = logits._replace(shape=(*samples.shape, logits.shape[-1]))
    return prepare(formula, (logits, *given), {}, axis=-1, reduction="none")


def _rows(call: Call, truths: Call, rank: int) -> Candidates:
    """The classes of the rows along one more axis, also if there is one each."""
    where, several = call.arrays.where, truths.arrays.operands[1].ndim > rank
    seen = where[..., None] if where is not None and several else where
    found = _candidates(truths, seen)
    return found if several else Candidates(*[array[..., None] for array in found])


def _candidates(call: Call, seen: Any) -> Candidates:
    """Classes made safe, where values can be read after an error for one that is none."""
    library, spec, (operands, *_) = call
    xp, (_, classes, log_counts) = library.xp, operands
    problem = Problem(library, spec, operands, None, seen, None)
    if library.readable:
        domain.verify(problem, "items")
    elif library.strategy == "torch" and not compiling():
        strategy_of(library).verify(problem)
    good = contains(problem, classes, spec.formula.roles[1])
    indices = as_indices(xp, classes)
    terms = xp.zeros_like(indices, dtype=spec.compute)
    if log_counts is not None:
        terms = -in_dtype(xp, log_counts, spec.compute)
    terms = masked(xp, seen, xp.where(good, terms, math.nan))
    kept = both(good, seen)
    return Candidates(xp.where(kept, indices, xp.zeros_like(indices)), terms)
