"""The odd web, for every test of sources."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from odd_web import OddNetwork, OddWeb
from source_world import World

from corpus.archive import Archive


@pytest.fixture
def world() -> Iterator[World]:
    with OddWeb() as web, Archive.empty() as archive, World(web, archive, OddNetwork(web.port)) as made:
        yield made


@pytest.fixture
def safe_world() -> Iterator[World]:
    """As `world`, but its server is encrypted."""
    with OddWeb(encrypted=True) as web, Archive.empty() as archive, World(web, archive, OddNetwork(web.port)) as made:
        yield made
