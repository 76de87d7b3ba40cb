"""Fixtures: every backend that is at hand."""

from __future__ import annotations

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
