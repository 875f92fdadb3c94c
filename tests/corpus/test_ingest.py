"""What is read again is known again; what changed becomes a revision, and old quotes keep their words."""

from __future__ import annotations

import datetime as dt
import sqlite3
from dataclasses import replace
from pathlib import Path
from typing import Any

from drafts import NOON

from corpus.archive import FILE_NAME, Archive
from corpus.article import BlockKind, RawBlock, RawItem, Scope, Window
from corpus.ingest import Status, ingest
from corpus.passage import Quote
from corpus.schema import MIGRATIONS

PARAGRAPHS = (
    "The board closed 14 platforms on Monday, said Ana Obando, who leads it, after a review of a whole year.",
    "The owners of the platforms have a month to answer, and two of them have said that they will go to court.",
)


def page(*paragraphs: str, footer: str = "", **fields: Any) -> RawItem:
    blocks = [RawBlock(BlockKind.PARAGRAPH, one) for one in paragraphs]
    blocks += [RawBlock(BlockKind.BOILERPLATE, footer)] if footer else []
    item = RawItem(
        source="page.html",
        format="html",
        original=b"<html>",
        blocks=tuple(blocks),
        location="/press/page.html",
        title="Platforms closed",
        subject="Platforms closed",
    )
    return replace(item, **fields)


def read(archive: Archive, *items: RawItem) -> list[Status]:
    return [report.status for report in ingest(archive, items, collection="press", clock=lambda: NOON)]


def test_a_changed_page_is_a_revision_and_an_old_quote_still_reads(tmp_path: Path) -> None:
    with Archive.open(tmp_path) as archive:
        assert read(archive, page(*PARAGRAPHS)) == [Status.ADDED]
        old = archive.article(1)
        assert old is not None
        start = old.text.index("closed 14")
        place = (old.number, old.revision, start, start + len("closed 14 platforms"))
        passages = {passage.id for passage in archive.passages.of_article(1)}
        seen = archive.last_arrival()

        assert read(archive, page(PARAGRAPHS[0].replace("14", "15"), PARAGRAPHS[1])) == [Status.UPDATED]

        new = archive.article(1)
        assert new is not None and new.revision != old.revision and "closed 15" in new.text
        number, revision, start, end = place
        cited = archive.article(number, revision)
        assert cited is not None and Quote(cited, start, end).text == "closed 14 platforms"
        assert archive.passages.matching('"14 platforms"', limit=5, scope=Scope()) == []
        assert len(archive.passages.matching('"15 platforms"', limit=5, scope=Scope())) == 1
        gone = {line.passage for line in archive.passages.journal(after=0) if line.model is None}
        assert gone == passages
        assert archive.passages.without_vector("any model")[0].revision == new.revision
        assert archive.news(Window(seen, archive.last_arrival())) == []

        with archive.transaction():
            archive.remove([1], NOON)
        assert archive.article(number, revision) is None
        assert read(archive, page(*PARAGRAPHS)) == [Status.SAME]
        with archive.transaction():
            archive.restore([1])
        cited = archive.article(number, revision)
        assert cited is not None and Quote(cited, start, end).text == "closed 14 platforms"
        assert archive.counts()["revisions"] == 2


def test_a_page_that_goes_back_to_what_it_said_has_its_first_revision_again(tmp_path: Path) -> None:
    with Archive.open(tmp_path) as archive:
        read(archive, page(*PARAGRAPHS))
        first = archive.article(1)
        read(archive, page(*PARAGRAPHS[:1]))
        assert read(archive, page(*PARAGRAPHS)) == [Status.UPDATED]
        assert archive.article(1) == first


def test_transport_and_furniture_make_no_revision() -> None:
    with Archive.empty() as archive:
        read(archive, page(*PARAGRAPHS, footer="Sign up for our letter."))
        for again in (
            page(*PARAGRAPHS, footer="Sign up for our new letter, now with pictures."),
            page(*PARAGRAPHS),
            page(*PARAGRAPHS, received=NOON),
            page(*PARAGRAPHS, format="text", original=b"other bytes"),
        ):
            assert read(archive, again) == [Status.SAME]
        assert archive.counts()["revisions"] == 1


def test_one_message_in_two_containers_is_one_posting() -> None:
    mail = page(*PARAGRAPHS, location=None, format="mbox", message_id="a@b", sender_name="Ana", posted=NOON)
    listed = replace(mail, format="pipermail", received=NOON + dt.timedelta(hours=1), source="000001.html")
    without_id = replace(listed, message_id=None)
    with Archive.empty() as archive:
        assert read(archive, mail, listed, without_id) == [Status.ADDED, Status.SAME, Status.SAME]
    with Archive.empty() as archive:
        assert read(archive, without_id, mail) == [Status.ADDED, Status.SAME]


def test_one_message_id_on_two_mails_is_two_mails() -> None:
    mail = page(*PARAGRAPHS, location=None, format="mbox", message_id="a@b", sender_name="Ana", posted=NOON)
    other = replace(mail, blocks=(RawBlock(BlockKind.PARAGRAPH, "Something else was said here, on another day."),))
    corrected = replace(mail, blocks=(RawBlock(BlockKind.PARAGRAPH, PARAGRAPHS[0].replace("14", "15")), mail.blocks[1]))
    with Archive.empty() as archive:
        assert read(archive, mail, other, corrected) == [Status.ADDED] * 3
        assert read(archive, corrected, other, mail) == [Status.SAME] * 3
        assert archive.counts()["duplicates"] == 0


def test_subject_sender_and_date_alone_make_two_mails_one_only_if_the_words_agree() -> None:
    mail = page(*PARAGRAPHS, location=None, format="mbox", sender_name="Ana", posted=NOON)
    other = replace(mail, blocks=(RawBlock(BlockKind.PARAGRAPH, "Something else was said here, on another day."),))
    with Archive.empty() as archive:
        assert read(archive, mail, other, mail) == [Status.ADDED, Status.ADDED, Status.SAME]


def test_an_archive_of_an_older_format_gets_its_fingerprints_with_the_next_import(tmp_path: Path) -> None:
    with Archive.open(tmp_path) as archive:
        read(archive, page(*PARAGRAPHS), page(*PARAGRAPHS, location="/press/copy.html", title="Copy", subject="Copy"))
        assert archive.counts()["duplicates"] == 1
    database = sqlite3.connect(tmp_path / FILE_NAME)
    database.executescript("UPDATE articles SET sketch = NULL, body_hash = 'of another way'; DELETE FROM fingerprints;")
    database.close()
    with Archive.open(tmp_path) as archive:
        third = page("See below.", *PARAGRAPHS, location="/press/third.html", title="Third", subject="Third")
        assert read(archive, third) == [Status.DUPLICATE]
        assert archive.postings.without_sketch(limit=9) == []
        assert archive.counts()["articles"] == 3


def test_every_older_format_is_brought_up_to_date(tmp_path: Path) -> None:
    for version in range(1, len(MIGRATIONS)):
        folder = tmp_path / str(version)
        folder.mkdir()
        database = sqlite3.connect(folder / FILE_NAME)
        for migration in MIGRATIONS[:version]:
            database.executescript(migration)
        database.execute(f"PRAGMA application_id = {0x42724172}")
        database.execute(f"PRAGMA user_version = {version}")
        database.commit()
        database.close()
        with Archive.open(folder, writable=False) as archive:  # a reader never stands before a closed door
            assert archive.counts()["articles"] == 0
        with Archive.open(folder) as archive:
            assert read(archive, page(*PARAGRAPHS)) == [Status.ADDED]
            archive.check()


def test_an_import_leaves_the_full_text_index_together_and_a_broken_off_one_to_the_next(tmp_path: Path) -> None:
    def pages(numbers: range) -> list[RawItem]:
        return [page(f"{PARAGRAPHS[0]} {number}", location=f"/press/{number}.html") for number in numbers]

    with Archive.open(tmp_path) as archive:
        for number in range(8):
            broken_off = ingest(archive, pages(range(number, number + 1)), collection="press", clock=lambda: NOON)
            next(broken_off)
        assert archive.passages.is_scattered()
        read(archive, *pages(range(7, 8)))
        assert not archive.passages.is_scattered()
