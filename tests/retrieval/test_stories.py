from __future__ import annotations

import json
import zlib
from dataclasses import fields

import numpy as np
from drafts import NOON, draft
from fakes import WordHashEmbedder

from corpus.article import Article, Draft
from retrieval.stories import Report, Reporter, pack, unpack, word_share_said

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
    readable = zlib.decompress(packed).lower()
    assert not any(word in readable for word in (b"qeshm", b"earthquake", b"6.1"))
    undated = report(1, OTHER)
    assert unpack(pack(undated)).days is None


def test_a_report_of_the_older_form_is_read_and_stays_what_it_is() -> None:
    """As a ledger holds it that was written before numbers were told apart from names."""
    plain = json.loads(zlib.decompress(pack(report(12, QUAKE))))
    del plain["numbers"]
    older = unpack(zlib.compress(json.dumps(plain).encode()))
    assert older.numbers is None
    assert unpack(pack(older)).numbers is None


def test_names_are_words_too_and_numbers_are_neither() -> None:
    one = report(1, "Iran's island of Qeshm, home to 120,000 people, was hit by a 6.1 earthquake.")
    assert one.names == Reporter(EMBEDDER.name).hashes("Iran Qeshm")
    assert one.names < one.words
    assert one.numbers is not None and len(one.numbers) == 2
    assert not one.numbers & one.words
