"""What full-text search finds: words and strings of any script, within a scope, for as long as they are there."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from drafts import NOON, draft
from hypothesis import example, given
from hypothesis import strategies as st

from corpus.archive import Archive
from corpus.article import EVERYTHING, Draft, Scope
from corpus.full_text import quoted
from corpus.ingest import merge_words
from corpus.posting_records import PostingKeys
from corpus.schema import MIGRATIONS

NOTHING = Archive.empty()
# At the ends of the ranges of scripts, and beyond them.
ODD = st.sampled_from(
    "aZ+# é’“\u036f\u0370\u1cff\u1d00\u1eff\u1f00\u1fff\u2000\u303f\u3040\ud7ff\uf8ff\uf900\ufafa\ufb01"
)
ODD |= st.sampled_from("\ufb13\ufdff\ufe0f\ufe70\ufefc\ufeff\uff01\uff10\uffdc\ufffd\U0001f600\U00020000\U0003ffff")
BEFORE_TRIGRAMS = next(
    n for n, one in enumerate(MIGRATIONS) if "passage_trigrams" in one
)  # migrations of an archive that has no table of trigrams yet


@pytest.fixture
def archive() -> Iterator[Archive]:
    with Archive.empty() as empty:
        yield empty


def add(archive: Archive, one: Draft, collection: str = "press") -> int:
    with archive.transaction():
        keys = PostingKeys(location=None, body_hash=one.text, sender_key=None, moment=None, sketch=())
        return archive.add(one, collection=collection, original=b"", keys=keys, now=NOON, news=True).number


def held_by(archive: Archive, piece: str) -> list[int]:
    """The numbers of the articles that hold a string."""
    passages = archive.passages
    return sorted(one.article for one in passages.get(passages.holding(piece, limit=100)).values())


@pytest.mark.parametrize(
    ("text", "piece"),
    [
        ("中国外交部发言人在北京说。", "北京"),
        ("会议在北京", "北京"),  # at the very end, where no trigram begins with it
        ("会议在北京", "京"),
        ("在Google工作的人", "google"),
        ("東京オリンピックが開幕した。", "オリンピック"),
        ("서울에서 회담이 열렸다.", "서울"),
        ("การประชุมจัดขึ้นที่กรุงเทพ", "กรุงเทพ"),
        ("Президента Путина встретили в Москве.", "путин"),
        ("They wrote it in C++ and not in C.", "C++"),
        ("They wrote it in C# again.", "C#"),
        ('Er sagte: "Да, конечно".', '"Да'),
    ],
)
def test_strings_are_found_wherever_they_stand(archive: Archive, text: str, piece: str) -> None:
    number = add(archive, draft(text))
    add(archive, draft("Nothing of this in a text by A C, of 2,000 words."))
    assert held_by(archive, piece) == [number]


def test_an_archive_in_english_pays_nothing(archive: Archive) -> None:
    add(archive, draft("O’Brien’s café: 107,000 “people” — £2bn, 4-AP; see #3 and a + b. Ünïcödé naïveté 😀 ½ €"))
    assert not archive.passages.has_trigrams()


def test_what_is_removed_is_not_found_and_what_is_restored_is(archive: Archive) -> None:
    number = add(archive, draft("会议在北京举行。"))
    with archive.transaction():
        archive.remove([number], NOON)
    assert held_by(archive, "北京") == [] == held_by(archive, "会议在")
    with archive.transaction():
        archive.restore([number])
    assert held_by(archive, "北京") == [number] == held_by(archive, "会议在")


def test_a_new_revision_is_found_by_its_own_words_alone(archive: Archive) -> None:
    number = add(archive, draft("会议在北京举行。"))
    changed = draft("会议在上海举行。")
    keys = PostingKeys(location=None, body_hash=changed.text, sender_key=None, moment=None, sketch=())
    with archive.transaction():
        archive.revise(number, changed, original=b"", keys=keys, now=NOON)
    assert held_by(archive, "北京") == []
    assert held_by(archive, "上海") == [number]


def test_an_archive_of_the_format_before_is_filled(tmp_path: Path) -> None:
    with Archive.open(tmp_path) as archive:
        chinese = add(archive, draft("会议在北京举行。", title="外交"))
        add(archive, draft("A meeting was held."))
        russian = add(archive, draft("Встреча прошла в Москве."))
    connection = sqlite3.connect(tmp_path / "archive.sqlite3")
    connection.executescript(
        "DROP INDEX articles_removed; DROP TABLE passage_trigram_places; DROP TABLE passage_trigrams;"
        f"PRAGMA user_version = {BEFORE_TRIGRAMS};"
    )
    connection.close()
    with Archive.open(tmp_path) as archive:
        assert held_by(archive, "北京") == [chinese] == held_by(archive, "外交")
        assert held_by(archive, "москв") == [russian]
        assert archive.passages.holding("meeting", limit=9) == []
        with archive.transaction():
            archive.remove([chinese], NOON)
        assert held_by(archive, "北京") == []


@given(title=st.text(ODD, max_size=3), body=st.text(ODD, max_size=8))
@example(title="", body="C++")
@example(title="C", body="++")
def test_an_import_and_the_change_of_format_choose_the_same_passages(title: str, body: str) -> None:
    step = MIGRATIONS[BEFORE_TRIGRAMS]
    condition = step[step.index("SELECT rowid, title") : step.index(";", step.index("SELECT rowid, title"))]
    connection = NOTHING.passages._connection
    connection.execute("BEGIN")
    NOTHING.passages._add_words(1, title, body)
    imported = connection.execute("SELECT rowid, title, body FROM passage_trigrams").fetchall()
    assert connection.execute(condition).fetchall() == imported
    connection.execute("ROLLBACK")


def test_a_scope_limits_what_is_found_and_counted(archive: Archive) -> None:
    add(archive, draft("A meeting about tariffs.", outlet="Gazette", published="2024-05-01"))
    add(archive, draft("Another meeting.", outlet="Herald", published="2025-05-01"), "wire")
    passages = archive.passages
    for scope, number in (
        (Scope(outlet="gazette"), 1),
        (Scope(collections=frozenset({"wire"})), 2),
        (Scope(since=dt.date(2025, 1, 1)), 2),
        (Scope(until=dt.date(2024, 12, 31)), 1),
    ):
        found = passages.matching('"meeting"', limit=9, scope=scope)
        assert [one.article for one in passages.get(number for number, _ in found).values()] == [number]
        assert passages.matching_articles('"meeting"', scope) == 1
    assert passages.matching_articles('"meeting"', EVERYTHING) == 2
    assert passages.matching_articles('"meeting"', Scope(collections=frozenset())) == 0


def test_articles_are_counted_once_over_words_and_pieces(archive: Archive) -> None:
    add(archive, draft("The summit 会议在北京举行。", "x " * 200, "summit 北京"))
    add(archive, draft("The summit."))
    add(archive, draft("北京"))
    count = archive.passages.matching_articles
    assert count('"summit"', EVERYTHING, pieces=("北京",)) == 3
    assert count('"summit"', EVERYTHING, pieces=("北京",), every=True) == 1
    assert count(None, EVERYTHING, pieces=("北京", "会议在"), every=True) == 1
    assert count(None, EVERYTHING) == 0


def test_counts_follow_what_is_written(archive: Archive) -> None:
    assert archive.passages.how_many('"meeting"') == 0
    add(archive, draft("A meeting."))
    assert archive.passages.how_many('"meeting"') == 1


def scattered_archive(archive: Archive, count: int) -> None:
    for number in range(count):
        add(archive, draft(f"The harbour of town {number} was dredged, said {'the council, ' * number}its master."))


def test_a_scattered_index_is_merged_step_by_step_and_everything_is_found_meanwhile(archive: Archive) -> None:
    scattered_archive(archive, 60)
    passages = archive.passages
    assert passages.is_scattered()
    before = passages.matching('"harbour" OR "council"', limit=99, scope=EVERYTHING)
    steps, due = 0, True
    while due:
        with archive.transaction():
            due = passages.merge_words(begin=steps == 0, pages=1)
        steps += 1
        assert passages.matching('"harbour" OR "council"', limit=99, scope=EVERYTHING) == before
    assert steps > 1
    assert not passages.is_scattered()
    with archive.transaction():
        assert not passages.merge_words(begin=True)  # nothing is left to do
    archive.check()


def test_a_merge_that_was_broken_off_can_be_begun_anew(archive: Archive) -> None:
    scattered_archive(archive, 60)
    with archive.transaction():
        assert archive.passages.merge_words(begin=True, pages=1)
    number = add(archive, draft("A lighthouse."))
    merge_words(archive)
    assert not archive.passages.is_scattered()
    assert [one for one, _ in archive.passages.matching('"lighthouse"', limit=9, scope=EVERYTHING)] == [number]


def test_an_index_of_nothing_is_not_scattered(archive: Archive) -> None:
    assert not archive.passages.is_scattered()


@given(words=st.text(min_size=1, max_size=60))
@example(words='" OR "')
@example(words="a\0b")
def test_quoted_words_are_always_an_expression(words: str) -> None:
    words = words.encode("utf-8", "replace").decode()
    NOTHING.passages.matching(quoted(words), limit=1, scope=EVERYTHING)
    NOTHING.passages.holding(words, limit=1)
