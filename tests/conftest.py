"""Fixtures: every backend that is at hand."""

from __future__ import annotations

import gc

import pytest
import torch

from .backends import BACKENDS, Backend
from .choice import is_left_out

# The workers share the cores: threads of each would only wait for each other.
torch.set_num_threads(1)


@pytest.fixture(params=list(BACKENDS))
def backend(request: pytest.FixtureRequest) -> Backend:
    """Each backend in turn."""
    return BACKENDS[request.param]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave to the exhaustive run what the usual one does not ask, before that is deselected."""
    for item in items:
        if is_left_out(item):
            item.add_marker("exhaustive")


def pytest_collection_finish() -> None:
    """Spare the collector of garbage the tests themselves: it went over all of them again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 50, 20)  # a compiler makes so many objects in a moment
