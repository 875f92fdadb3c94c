"""The archive keeps every word and every number it ever gave out."""

from __future__ import annotations

import datetime as dt
import sqlite3
from pathlib import Path

import pytest
from drafts import NOON, draft
from hypothesis import given
from hypothesis import strategies as st

from corpus.archive import FILE_NAME, Archive
from corpus.article import Article, Draft, Scope, Window
from corpus.errors import ArchiveTooNew, ArchiveUnusable
from corpus.identity import body_of, keys_of
from corpus.schema import APPLICATION_ID, MIGRATIONS


def added(archive: Archive, said: Draft, *, collection: str = "Roundtable", news: bool = False) -> Article:
    with archive.transaction():
        return archive.add(
            said,
            collection=collection,
            original=said.text.encode(),
            keys=keys_of(said, body_of(said), None),
            now=NOON,
            news=news,
        )


def test_an_article_comes_back_as_it_was_said(tmp_path: Path) -> None:
    said = draft(
        "BEIJING—“Absurd,” he said.",
        "It’s 1,000 of them.",
        title="Curly “quotes”",
        author="Zoë",
        outlet="Échos",
        published="2024-07",
        posted=dt.datetime(2024, 7, 5, 9, 12, 44, tzinfo=dt.timezone(dt.timedelta(hours=-4))),
        references=("a@b", "c@d"),
        fields={"author": "byline"},
    )
    with Archive.open(tmp_path) as archive:
        number = added(archive, said).number
    with Archive.open(tmp_path, writable=False) as archive:
        stored = archive.article(number)
    assert stored is not None
    assert {name: getattr(stored, name) for name in Draft.__dataclass_fields__} == {
        name: getattr(said, name) for name in Draft.__dataclass_fields__
    }
    assert stored.id == "A-1"
    assert stored.revision == said.revision_hash()


@given(text=st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_any_text_is_stored_code_point_for_code_point(text: str) -> None:
    with Archive.empty() as archive:
        assert added(archive, draft(text)).text == text


def test_a_revision_keeps_the_old_words_readable(tmp_path: Path) -> None:
    with Archive.open(tmp_path) as archive:
        first = added(archive, draft("It closed 14 platforms."))
        corrected = draft("It closed 15 platforms.")
        with archive.transaction():
            second = archive.revise(
                first.number, corrected, original=b"", keys=keys_of(corrected, body_of(corrected), None), now=NOON
            )
        assert second.number == first.number
        assert second.revision != first.revision
        old, new = archive.article(1, first.revision), archive.article(1)
        assert old is not None and old.text == "It closed 14 platforms."
        assert new is not None and new.text == "It closed 15 platforms."
        assert archive.passages.matching('"14"', limit=5, scope=Scope()) == []


def test_numbers_are_never_given_out_again(tmp_path: Path) -> None:
    with Archive.open(tmp_path) as archive:
        added(archive, draft("One."))
        passages = {passage.id for passage in archive.passages.of_article(1)}
        with archive.transaction():
            assert archive.remove([1], NOON) == [1]
            assert archive.remove([1], NOON) == []
        assert archive.article(1) is None
        assert added(archive, draft("Two.")).number == 2
        with archive.transaction():
            assert archive.restore([1]) == [1]
        assert archive.article(1) is not None
        assert passages.isdisjoint(passage.id for passage in archive.passages.of_article(1))


def test_removing_a_main_posting_leaves_its_duplicate_as_the_source(tmp_path: Path) -> None:
    said = draft("The same words in two postings.")
    with Archive.open(tmp_path) as archive:
        added(archive, said)
        with archive.transaction():
            archive.add(
                said,
                collection="Roundtable",
                original=b"",
                keys=keys_of(said, body_of(said), None),
                now=NOON,
                news=False,
                duplicate_of=1,
            )
        assert archive.passages.of_article(2) == []
        with archive.transaction():
            archive.remove([1], NOON)
        heir = archive.article(2)
        assert heir is not None and heir.duplicate_of is None
        assert len(archive.passages.of_article(2)) == 1


def test_a_scope_sees_its_part_and_nothing_else(tmp_path: Path) -> None:
    with Archive.open(tmp_path) as archive:
        added(archive, draft("Alpha.", published="2023-05-02", outlet="Harbour Gazette", author="Sam Hill, ANN Reid"))
        added(archive, draft("Alpha two.", published="2024", outlet="Meridian Wire", author="Joann Reid"))
        added(archive, draft("Alpha three."), collection="Other")

        def seen(scope: Scope) -> list[int]:
            listed = [article.number for article in archive.articles(scope)]
            assert listed == sorted(
                {p.article for p in archive.passages.get(archive.passages.ids_within(scope)).values()}
            )
            found = {passage for passage, _ in archive.passages.matching("alpha", limit=9, scope=scope)}
            assert found == set(archive.passages.ids_within(scope))
            assert archive.passages.matching_articles("alpha", scope) == len(listed)
            assert archive.coverage(scope).articles == len(listed)
            return listed

        assert seen(Scope()) == [1, 2, 3]
        assert seen(Scope(collections=frozenset({"Other"}))) == [3]
        assert seen(Scope(collections=frozenset())) == []
        assert seen(Scope(outlet="HARBOUR gazette")) == [1]
        assert seen(Scope(since=dt.date(2024, 6, 1))) == [2]  # a year can mean June; no date is in no period
        assert seen(Scope(until=dt.date(2023, 12, 31))) == [1]
        assert seen(Scope(author="Ann Reid")) == [1]  # a whole name, not the end of another
        assert seen(Scope(article=2)) == [2]
        assert seen(Scope(article=2, collections=frozenset({"Other"}))) == []
        assert archive.authors() == ["Joann Reid", "Sam Hill, ANN Reid"]
        assert archive.authors(Scope(collections=frozenset({"Other"}))) == []


def test_an_archive_from_before_authors_were_columns_knows_them_afterwards(tmp_path: Path) -> None:
    with Archive.open(tmp_path) as archive:
        added(archive, draft("Alpha.", author="Sam Hill"))
        added(archive, draft("Beta."))
    step = next(migration for migration in MIGRATIONS if "ADD COLUMN author" in migration)
    connection = sqlite3.connect(tmp_path / FILE_NAME)
    connection.executescript(f"ALTER TABLE articles DROP COLUMN author; {step}")
    connection.close()
    with Archive.open(tmp_path) as archive:
        assert archive.authors() == ["Sam Hill"]


def test_what_arrives_later_is_news_and_windows_do_not_overlap(tmp_path: Path) -> None:
    with Archive.open(tmp_path) as archive:
        added(archive, draft("Old."), news=False)
        seen = archive.last_arrival()
        added(archive, draft("New."), news=True)
        added(archive, draft("Newer."), news=True)
        assert archive.news(Window(0, archive.last_arrival())) == [2, 3]
        assert archive.news(Window(seen, archive.last_arrival())) == [2, 3]
        assert archive.news(Window(archive.last_arrival() - 1, archive.last_arrival())) == [3]
        within = Scope(news=Window(0, 2))
        assert [article.number for article in archive.articles(within)] == [2]
        assert {one.article for one in archive.passages.get(archive.passages.ids_within(within)).values()} == {2}


def test_the_journal_tells_an_index_everything(tmp_path: Path) -> None:
    with Archive.open(tmp_path) as archive:
        added(archive, draft("One."))
        passage = archive.passages.without_vector("m")[0]
        with archive.transaction():
            archive.passages.store_vectors("m", [(passage.id, b"hash", b"\0\0"), (999, b"hash", b"\0\0")])
        assert archive.passages.vector_of_input("m", b"hash") == b"\0\0"
        with archive.transaction():
            archive.remove([1], NOON)
        events = [(line.passage, line.model) for line in archive.passages.journal(after=0)]
        assert events == [(passage.id, "m"), (passage.id, None)]
        assert list(archive.passages.vectors("m")) == []
        assert archive.passages.journal(after=archive.passages.journal_position()) == []


@given(st.text(max_size=40))
def test_an_odd_expression_is_refused_and_harmless(expression: str) -> None:
    with Archive.empty() as archive:
        added(archive, draft("One."))
        try:
            archive.passages.matching(expression, limit=3, scope=Scope())
        except ValueError as error:
            assert "full-text" in str(error)
        assert archive.passages.count() == 1


def test_headings_are_found_by_words_newest_first(tmp_path: Path) -> None:
    with Archive.open(tmp_path) as archive:
        added(archive, draft("x", title="Precursor talks", outlet="Meridian Wire", published="2023-01-01"))
        added(archive, draft("y", title="Talks resume", published="2024-01-01"))
        added(archive, draft("z", title="Talks undated"))
        assert [heading.number for heading in archive.headings(words="talks")] == [2, 1, 3]
        assert [heading.number for heading in archive.headings(words="meridian TALKS")] == [1]
        assert [heading.number for heading in archive.headings(words="a-3")] == [3]


def test_a_crash_in_the_middle_leaves_the_archive_as_it_was(tmp_path: Path) -> None:
    with Archive.open(tmp_path) as archive:
        added(archive, draft("One."))
        with pytest.raises(KeyboardInterrupt), archive.transaction():
            said = draft("Two.")
            archive.add(
                said, collection="x", original=b"", keys=keys_of(said, body_of(said), None), now=NOON, news=False
            )
            raise KeyboardInterrupt
        assert archive.counts()["articles"] == 1
        archive.check()


@pytest.mark.parametrize("content", [b"not a database, but long enough to be read as one" * 30, b"\0" * 4096])
def test_a_damaged_file_is_named_and_left_alone(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE_NAME).write_bytes(content)
    with pytest.raises(ArchiveUnusable) as refusal:
        Archive.open(tmp_path)
    assert "\n" not in str(refusal.value)
    assert (tmp_path / FILE_NAME).read_bytes() == content


def test_a_later_format_is_refused(tmp_path: Path) -> None:
    Archive.open(tmp_path).close()
    connection = sqlite3.connect(tmp_path / FILE_NAME)
    connection.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    connection.close()
    with pytest.raises(ArchiveTooNew, match="newer version"):
        Archive.open(tmp_path)


def test_another_programs_database_is_refused(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / FILE_NAME)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID + 1}")
    connection.execute("CREATE TABLE theirs (x)")
    connection.close()
    with pytest.raises(ArchiveUnusable, match="another program"):
        Archive.open(tmp_path)
