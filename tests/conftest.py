"""Fixtures: every backend that is at hand."""

from __future__ import annotations

import pytest

from .backends import BACKENDS, Backend


@pytest.fixture(params=list(BACKENDS))
def backend(request: pytest.FixtureRequest) -> Backend:
    """Each backend in turn."""
    return BACKENDS[request.param]
