"""The choice of what the usual run asks leaves out what it says, and no kind of loss."""

from __future__ import annotations

from typing import Any

import pytest

from .backends import BACKENDS
from .catalogue import CATALOGUE
from .choice import TYPICAL, VARIANTS, Choice, _chosen, default, typical

FOCAL, HUBER, SOFTMAX = (CATALOGUE[name] for name in ("sigmoid_focal", "huber", "softmax_cross_entropy"))
WEIGHTED = next(i for i, each in enumerate(SOFTMAX.parameters) if set(each) == {"class_weights"})
SMOOTHED = next(i for i, each in enumerate(SOFTMAX.parameters) if set(each) == {"label_smoothing"})


def test_there_is_a_typical_loss_of_each_kind():
    kinds = {(each.along_axis, each.coupled, len(each.outputs)) for each in CATALOGUE.values()}
    assert {(e.along_axis, e.coupled, len(e.outputs)) for e in map(CATALOGUE.__getitem__, TYPICAL)} == kinds


@pytest.mark.parametrize(
    ("given", "choice", "libraries", "asked"),
    [
        ({"entry": HUBER}, typical, (), True),
        ({"entry": FOCAL}, typical, (), False),
        ({"name": "sigmoid_focal"}, typical, (), False),
        ({"entry": FOCAL}, default, (), True),
        ({"entry": FOCAL, "setting": 1}, default, (), False),
        ({"entry": SOFTMAX, "setting": WEIGHTED}, typical, (), True),
        ({"entry": SOFTMAX, "setting": SMOOTHED}, typical, (), False),
        ({"entry": FOCAL, "backend": BACKENDS["jax"]}, typical, ("jax", "dask"), False),
        ({"entry": FOCAL, "library": "jax"}, typical, ("jax",), False),
        ({"entry": FOCAL, "library": "torch"}, typical, ("jax",), True),
        ({"entry": FOCAL, "backend": "strict-no_x64"}, typical, VARIANTS, False),
        ({"entry": FOCAL, "backend": "strict"}, typical, VARIANTS, True),
    ],
)
def test_what_is_asked(given: dict[str, Any], choice: Choice, libraries: tuple[str, ...], asked: bool):
    assert bool(_chosen(given, choice, *libraries)) == asked
