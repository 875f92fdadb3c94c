"""While a digest is composed only young objects are looked through, in whatever thread; afterwards all are again."""

from __future__ import annotations

import gc

import pytest

from bot.collecting import only_young_collected

USUAL = gc.get_threshold()


def is_usual() -> bool:
    return gc.isenabled() and gc.get_threshold() == USUAL


def test_nothing_old_is_collected_until_the_last_block_is_over() -> None:
    assert is_usual()
    with only_young_collected():
        with only_young_collected():
            assert not is_usual()
        assert not is_usual() and gc.isenabled()
    assert is_usual()


def test_it_goes_on_after_an_error() -> None:
    @only_young_collected()
    def broken() -> None:
        assert not is_usual()
        raise RuntimeError

    for _ in range(2):
        with pytest.raises(RuntimeError):
            broken()
        assert is_usual()
