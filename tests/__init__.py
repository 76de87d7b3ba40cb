"""The manners of the package: what it accepts, refuses, returns and keeps."""

import pytest

# The helpers assert too; rewritten, their failures show the values.
pytest.register_assert_rewrite(
    *(f"tests.{name}" for name in ("calls", "laws", "poison", "problems", "wrong_arguments"))
)
