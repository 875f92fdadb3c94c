"""What somebody may have meant whose words nobody wrote."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from drafts import archived, draft
from hypothesis import given
from hypothesis import strategies as st

from corpus.archive import Archive
from corpus.article import EVERYTHING, Scope
from retrieval.other_words import other_words, slips_between
from retrieval.stemming import Stemmer

COAST = Scope(collections=frozenset({"coast"}))


@pytest.fixture(scope="module")
def archive() -> Iterator[Archive]:
    with Archive.empty() as archive:
        archived(archive, draft("The government listed three precursors.", list_name="coast"))
        archived(archive, draft("Reuters wrote of Müller’s election.", list_name="coast"))
        archived(archive, draft("The lighthouse keeper.", list_name="closed"))
        yield archive


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("goverment", "government"),
        ("electoin of the goverment", "election of the government"),
        ("“precursers”, 4-AP", "“precursors”, 4-AP"),
        ("reutters", "Reuters"),
        ("muler", "Müller"),
        ("precursor", None),
        ("zebra", None),
        ("4-APX", None),
        ("the", None),
        ("会议", None),
        ("", None),
    ],
)
def test_a_slip_or_two_are_made_good(archive: Archive, text: str, meant: str | None) -> None:
    found = other_words(text, archive.passages, EVERYTHING, Stemmer())
    assert (found or "").casefold() == (meant or "").casefold()


def test_no_word_is_given_that_a_scope_may_not_see(archive: Archive) -> None:
    assert other_words("lighthuose", archive.passages, EVERYTHING, Stemmer()) == "lighthouse"
    assert other_words("lighthuose", archive.passages, COAST, Stemmer()) is None
    # What only others can see is as good as not there: that a word is not replaced would tell that it is.
    assert other_words("lighthouse", archive.passages, COAST, Stemmer()) is None
    with Archive.empty() as other:
        archived(other, draft("A lighthause by the sea.", list_name="coast"))
        archived(other, draft("The lighthouse keeper.", list_name="closed"))
        assert other_words("lighthouse", other.passages, COAST, Stemmer()) == "lighthause"


@given(st.text(max_size=300))
def test_any_text_is_fine(text: str) -> None:
    with Archive.empty() as archive:
        archived(archive, draft("The government listed three precursors."))
        other_words(text, archive.passages, EVERYTHING, Stemmer())


words = st.text("abc", max_size=8)


@given(words, words)
def test_slips_are_counted_both_ways(one: str, other: str) -> None:
    slips = slips_between(one, other)
    assert slips == slips_between(other, one)
    assert (slips == 0) == (one == other)
    assert abs(len(one) - len(other)) <= slips <= max(len(one), len(other))


@given(words, st.integers(0, 6), st.sampled_from("abcx"))
def test_each_kind_of_slip_counts_once(word: str, place: int, letter: str) -> None:
    assert slips_between(word, word[:place] + letter + word[place:]) == 1
    if place + 1 < len(word) and word[place] != word[place + 1]:
        assert slips_between(word, word[:place] + word[place + 1] + word[place] + word[place + 2 :]) == 1
