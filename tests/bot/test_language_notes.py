"""Where a note about languages is shown: the desk knows the archive and the model, the page has the line."""

from __future__ import annotations

from pathlib import Path

from drafts import draft
from small_desk import add_articles

from bot.desk import Desk
from bot.rendering.answer_pages import answer_page
from corpus.archive import Archive
from corpus.article import Scope
from corpus.catalogue import Coverage
from retrieval.answers.outcome import NotInArchive, Reason

QUESTION = "What was agreed?"


def never() -> None:
    raise AssertionError("a note needs no model")


def desk_of(archive: Archive, *languages: str | None, known: frozenset[str] | None = frozenset({"en"})) -> Desk:
    add_articles(archive, [draft(f"Text {number}.", language=tag) for number, tag in enumerate(languages)])
    return Desk(archive, never, lambda: known)  # type: ignore[arg-type]


def test_languages_are_counted_by_their_main_tag_over_the_newest_articles_of_a_scope(tmp_path: Path) -> None:
    with Archive.open(tmp_path) as archive:
        desk_of(archive, "en", "de", "de-AT", None, "fr")
        assert archive.languages() == {"en": 1, "de": 2, "fr": 1}
        assert archive.languages(sample=2) == {"fr": 1}
        assert archive.languages(Scope(collections=frozenset({"elsewhere"}))) == {}


def test_the_desk_tells_of_the_articles_that_the_asker_may_see_alone(tmp_path: Path) -> None:
    with Archive.open(tmp_path) as archive:
        desk = desk_of(archive, *["de"] * 6, "en")
        told = desk.language_note(QUESTION)
        assert told is not None and "most articles here are in German" in told
        assert desk.language_note(QUESTION, Scope(collections=frozenset({"elsewhere"}))) is None


def test_the_desk_is_silent_where_nobody_knows_the_models_languages(tmp_path: Path) -> None:
    with Archive.open(tmp_path) as archive:
        assert desk_of(archive, *["de"] * 6, known=None).language_note(QUESTION) is None


def test_the_note_is_a_small_line_of_the_page() -> None:
    outcome = NotInArchive(QUESTION, Reason.NOTHING_CLOSE, (), 0.0)
    page = answer_page(outcome, coverage=Coverage(9, None, None), language_note="The search model knows English only.")
    assert "\n-# The search model knows English only." in page.text
    assert "English" not in answer_page(outcome, coverage=Coverage(9, None, None)).text
