"""The operator and the owner's look, as in the console's tests."""

from tests.admin.conftest import rows, staff

__all__ = ["rows", "staff"]
