from __future__ import annotations

import base64
import datetime as dt
import json
import zlib
from dataclasses import fields, replace

import numpy as np
from drafts import NOON, draft
from fakes import WordHashEmbedder
from hypothesis import given
from hypothesis import strategies as st

from corpus.article import Article, Draft
from retrieval.stories.reports import (
    Outline,
    Report,
    Reporter,
    SeenStories,
    StoredReports,
    pack,
    unpack,
    word_share_said,
)
from retrieval.stories.story_evidence import near_in_time

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
    for name in ("number", "story", "model", "words", "names", "numbers", "days", "sentences"):
        assert getattr(again, name) == getattr(one, name)
    assert np.allclose(again.vector, one.vector, atol=1e-3)
    readable = packed.lower()
    assert not any(word in readable for word in (b"qeshm", b"earthquake", b"6.1"))
    undated = report(1, OTHER)
    assert unpack(pack(undated)).days is None


def packed_as_json(one: Report, *, numbers: bool = True) -> bytes:
    """As the first versions packed it; the very first knew no numbers apart from names."""
    assert one.numbers is not None
    plain = {
        "number": one.number,
        "story": one.story,
        "model": one.model,
        "vector": base64.b64encode(one.vector.astype("<f2").tobytes()).decode("ascii"),
        "words": sorted(one.words),
        "names": sorted(one.names),
        "days": [day.isoformat() for day in one.days] if one.days else None,
        "sentences": [sorted(sentence) for sentence in one.sentences],
        **({"numbers": sorted(one.numbers)} if numbers else {}),
    }
    return zlib.compress(json.dumps(plain, separators=(",", ":")).encode("ascii"))


def test_what_earlier_versions_packed_is_read_and_stays_what_it_is() -> None:
    one = report(12, QUAKE, "2024-07")
    for old in (unpack(packed_as_json(one)), unpack(packed_as_json(one, numbers=False))):
        new = unpack(pack(old))
        for name in ("number", "story", "model", "words", "names", "numbers", "days", "sentences"):
            assert getattr(new, name) == getattr(old, name)
        assert (old.words, old.days, old.sentences) == (one.words, one.days, one.sentences)
        assert np.array_equal(new.vector, old.vector)
    assert unpack(packed_as_json(one, numbers=False)).numbers is None


@given(days_of=st.lists(st.none() | st.integers(0, 40), max_size=12), told=st.lists(st.none() | st.integers(0, 40)))
def test_near_leaves_out_only_what_no_article_can_go_on_with(days_of: list[int | None], told: list[int | None]) -> None:
    """Every story has three reports: one that matters brings the others along."""
    one = report(0, QUAKE)
    articles = [replace(one, days=_days(day)) for day in days_of]
    reports = [replace(one, number=n, story=n // 3, days=_days(day)) for n, day in enumerate(told)]
    matter = {one.story for one in reports if any(near_in_time(one, article) for article in articles)}
    days = [article.days for article in articles]
    expected = [one.number for one in reports if one.story in matter]
    assert [one.number for one in SeenStories(reports=tuple(reports)).near(days)] == expected
    stored = StoredReports(
        [Outline(one.story, one.days) for one in reports], lambda places: [reports[p] for p in places]
    )
    assert [one.number for one in SeenStories(reports=stored).near(days)] == expected
    assert [one.number for one in stored] == list(range(len(reports)))


def _days(day: int | None) -> tuple[dt.date, dt.date] | None:
    if day is None:
        return None
    first = dt.date(2024, 2, 1) + dt.timedelta(days=day)
    return first, first + dt.timedelta(days=day % 4 * 9)


def test_names_are_words_too_and_numbers_are_neither() -> None:
    one = report(1, "Iran's island of Qeshm, home to 120,000 people, was hit by a 6.1 earthquake.")
    assert one.names == Reporter(EMBEDDER.name).hashes("Iran Qeshm")
    assert one.names < one.words
    assert one.numbers is not None and len(one.numbers) == 2
    assert not one.numbers & one.words
