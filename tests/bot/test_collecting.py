"""The collector of garbage rests while a digest is composed, in whatever thread, and goes on afterwards."""

from __future__ import annotations

import gc

import pytest

from bot.collecting import nothing_collected


def test_nothing_is_collected_until_the_last_block_is_over() -> None:
    assert gc.isenabled()
    with nothing_collected():
        with nothing_collected():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()


def test_it_goes_on_after_an_error() -> None:
    @nothing_collected()
    def broken() -> None:
        assert not gc.isenabled()
        raise RuntimeError

    for _ in range(2):
        with pytest.raises(RuntimeError):
            broken()
        assert gc.isenabled()
