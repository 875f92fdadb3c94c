from __future__ import annotations

import datetime as dt
from dataclasses import fields

import numpy as np
from drafts import NOON, draft
from fakes import WordHashEmbedder
from hypothesis import given
from hypothesis import strategies as st

from corpus.article import Article, Draft
from retrieval.stories import (
    DAYS_APART,
    Report,
    Reporter,
    event_log_odds,
    fold,
    pack,
    unpack,
    word_share_said,
)

EMBEDDER = WordHashEmbedder(dimension=512)
QUAKE = "An earthquake of magnitude 6.1 hit the Iranian island of Qeshm on Sunday and levelled two villages."
QUAKE_TOO = (
    "Two villages on Qeshm were levelled when a 6.1 earthquake hit the Iranian island on Sunday, officials said."
)
OTHER = "The central bank of Norway left its interest rate unchanged and said that inflation was falling slowly."


def report(number: int, text: str, published: str | None = None, **given_fields: str) -> Report:
    made = draft(text, published=published, **given_fields)
    same = {one.name: getattr(made, one.name) for one in fields(Draft)}
    article = Article(**same, number=number, revision="r", collection="wire", archived_at=NOON)
    return Reporter(EMBEDDER.name).report(article, EMBEDDER.embed_passages([text])[0], [text])


def test_two_reports_of_one_event_are_one_story() -> None:
    assert fold([report(1, QUAKE), report(2, OTHER), report(3, QUAKE_TOO)]) == [[0, 2], [1]]


def test_the_same_words_a_month_later_are_another_event() -> None:
    early, late = report(1, QUAKE, "2024-07-01"), report(2, QUAKE, "2024-08-01")
    assert fold([early, late]) == [[0], [1]]
    assert event_log_odds(early, late) < 0 < event_log_odds(early, report(3, QUAKE, "2024-07-06"))


def test_days_are_compared_as_far_as_they_are_known() -> None:
    july = report(1, QUAKE, "2024-07")
    assert fold([july, report(2, QUAKE, "2024-07-31")]) == [[0, 1]]
    assert fold([july, report(2, QUAKE, "2024-08-05")]) == [[0, 1]]  # five days after the last it can mean
    assert fold([july, report(2, QUAKE, "2024-08-06")]) == [[0], [1]]
    assert fold([july, report(2, QUAKE)]) == [[0, 1]]
    assert DAYS_APART == 5


def test_likeness_of_meaning_alone_is_not_one_event() -> None:
    """Two reports whose vectors are the same, but which share no name and no number."""
    one = report(1, "A man was charged with murder after a shooting at an office in Vancouver.")
    other = report(2, "Police arrested a former employee of a Michigan accounting firm, Anthony LaCalamita.")
    twin = Report(2, 2, other.model, one.vector, other.words, other.names, None)
    assert fold([one, twin]) == [[0], [1]]


def test_reports_of_different_models_are_not_compared() -> None:
    one = report(1, QUAKE)
    other = Report(2, 2, "another model", one.vector, one.words, one.names, None)
    assert fold([one, other]) == [[0], [1]]
    assert event_log_odds(one, other) < 0


def test_what_was_said_is_known_by_its_words() -> None:
    told = [report(1, QUAKE)]
    reporter = Reporter(EMBEDDER.name)
    assert word_share_said(reporter.hashes("Earthquake hits Qeshm, an Iranian island"), told) > 0.9
    assert word_share_said(reporter.hashes(OTHER), told) < 0.2
    assert word_share_said(reporter.hashes("and so it is"), told) == 1.0  # says nothing, so nothing new
    assert word_share_said(reporter.hashes(OTHER), []) == 0.0


def test_a_report_comes_back_from_its_bytes_and_holds_no_words() -> None:
    one = report(12, QUAKE, "2024-07-01")
    packed = pack(one)
    again = unpack(packed)
    for name in ("number", "story", "model", "words", "names", "days", "sentences"):
        assert getattr(again, name) == getattr(one, name)
    assert np.allclose(again.vector, one.vector, atol=1e-3)
    assert b"Qeshm" not in packed
    undated = report(1, OTHER)
    assert unpack(pack(undated)).days is None


@given(
    texts=st.lists(st.sampled_from([QUAKE, QUAKE_TOO, OTHER, "", "Qeshm 6.1", "¿Qué? İstanbul 12,5"]), max_size=9),
    days=st.lists(st.integers(0, 20), min_size=9, max_size=9),
)
def test_every_report_is_in_exactly_one_story(texts: list[str], days: list[int]) -> None:
    first = dt.date(2024, 7, 1)
    reports = [
        report(place + 1, text or "x", str(first + dt.timedelta(days=days[place]))) for place, text in enumerate(texts)
    ]
    groups = fold(reports)
    assert sorted(place for group in groups for place in group) == list(range(len(reports)))
    assert [group[0] for group in groups] == sorted(group[0] for group in groups)
