"""Fixtures: every backend that is at hand."""

from __future__ import annotations

import pytest
import torch

from .backends import BACKENDS, Backend

# The workers share the cores: threads of each would only wait for each other.
torch.set_num_threads(1)


@pytest.fixture(params=list(BACKENDS))
def backend(request: pytest.FixtureRequest) -> Backend:
    """Each backend in turn."""
    return BACKENDS[request.param]
