"""What holds for all tests."""

from __future__ import annotations

from hypothesis import settings

# A deadline measures the machine, and other jobs on it: a first call that imports a library has failed here.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")
