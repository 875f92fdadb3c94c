"""What polls gave is kept in English, and told in other languages."""

from __future__ import annotations

import datetime as dt

import pytest
from hostile import NOW
from hypothesis import given
from hypothesis import strategies as st

from bot.rendering.poll_results import shown_poll
from bot.rendering.wording import speaking
from corpus.sources.polling import PollResult, PollStatus
from corpus.sources.source import Source, SourceKind


def kept(status: PollStatus, *counts: int, reason: str | None = None) -> str:
    source = Source(
        number=1,
        address="https://news.example/feed",
        kind=SourceKind.FEED,
        collection="Press",
        every=dt.timedelta(hours=1),
        added_at=NOW,
    )
    found, added, updated, rejected = counts
    return PollResult(
        source=source,
        found=found,
        added=added,
        updated=updated,
        rejected=rejected,
        status=status,
        reason=reason,
        next=None,
    ).text


@pytest.mark.parametrize(
    ("result", "english", "spanish"),
    [
        (kept(PollStatus.UNCHANGED, 0, 0, 0, 0), "nothing new", "nada nuevo"),
        (
            kept(PollStatus.OK, 1204, 3, 2, 1),
            "1,204 found, 3 added, 2 updated, 1 rejected",
            "encontrados: 1.204, añadidos: 3, actualizados: 2, rechazados: 1",
        ),
        (
            kept(PollStatus.FAILING, 0, 0, 0, 0, reason="answered 404 Not Found"),
            "failing: answered 404 Not Found",
            "fallando: answered 404 Not Found",
        ),
        (
            kept(PollStatus.GONE, 2, 1, 0, 0, reason="answered 410 Gone"),
            "gone: answered 410 Gone; 2 found, 1 added",
            "desaparecida: answered 410 Gone; encontrados: 2, añadidos: 1",
        ),
    ],
)
def test_a_result_is_told_in_the_language_that_is_spoken(result: str, english: str, spanish: str) -> None:
    assert shown_poll(result) == english
    with speaking("es"):
        assert shown_poll(result) == spanish


@given(st.text(max_size=200))
def test_what_nobody_knows_stays_as_it_was_written(text: str) -> None:
    assert shown_poll(f"failed: {text}.") == f"failed: {text}."
