"""Every loss and every setting of it, to call with arrays of any backend."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from .backends import Backend, numpy_of
from .catalogue import CALL_IDS, CALLS, CATALOGUE, Entry

by_call = pytest.mark.parametrize(("entry", "setting"), CALLS, ids=CALL_IDS)
by_loss = pytest.mark.parametrize("entry", CATALOGUE.values(), ids=CATALOGUE)


def arguments_of(
    entry: Entry, backend: Backend, setting: int = 0, dtype: str | None = None
) -> dict[str, Any]:
    """Operands and parameters as the backend's arrays."""
    return backend.arrays(entry.operands() | entry.parameters[setting], dtype)


def close(result: Any, expected: Any, dtype: Any = "float64") -> None:
    """Require the same numbers within a few roundings of the dtype, on whichever backends."""
    rtol = 64 * float(np.finfo(dtype).eps)
    np.testing.assert_allclose(numpy_of(result), numpy_of(expected), rtol=rtol, atol=rtol)


def gradients_of(result: Any) -> tuple[Any, ...]:
    """The gradients, also where there is only one."""
    return result if isinstance(result, tuple) else (result,)
