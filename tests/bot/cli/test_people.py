"""`collections restrict|open`, `feedback`, `purge-user`, `purge-guild`, as scripts use them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from commands import briefing_bot
from small_desk import archive_with

from bot.briefings.ledger import Ledger
from bot.briefings.subscription import Schedule
from bot.servers.server_book import ServerBook
from retrieval.topics.topic import Topic

NOW = dt.datetime.now(dt.UTC)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    archive_with(tmp_path).close()
    return tmp_path


def test_a_collection_is_kept_to_servers_and_opened_again(data: Path) -> None:
    listed = briefing_bot("collections", "--json", "--data", data)
    assert listed.lines == [{"name": "coast", "articles": 3, "servers": None}]
    kept = briefing_bot("collections", "restrict", "coast", "--server", "12", "--server", "7", "--json", "--data", data)
    assert kept.lines == [{"name": "coast", "articles": 3, "servers": ["7", "12"]}]
    assert "coast  only for 7, 12" in briefing_bot("collections", "--data", data).out
    nobody = briefing_bot("collections", "restrict", "coast", "--data", data)
    assert "No server sees coast now" in nobody.err
    opened = briefing_bot("collections", "open", "coast", "--json", "--data", data)
    assert opened.lines == [{"name": "coast", "articles": 3, "servers": None}]


@pytest.mark.parametrize(
    "wrong",
    [
        ("restrict",),
        ("restrict", "unknown"),
        ("open", "coast", "--server", "7"),
        ("restrict", "coast", "--server", "x"),
    ],
)
def test_what_cannot_be_meant_is_a_usage_error_and_changes_nothing(data: Path, wrong: tuple[str, ...]) -> None:
    run = briefing_bot("collections", *wrong, "--data", data)
    assert run.code == 2
    with ServerBook.opened(data, writable=False) as book:
        assert book.rules().servers == {}


def test_listing_makes_no_ledger(data: Path) -> None:
    briefing_bot("collections", "--data", data)
    briefing_bot("feedback", "--data", data)
    assert not Ledger.exists(data)


def test_notes_are_listed_without_a_name_and_deleted_with_the_person(data: Path) -> None:
    with Ledger.open(data) as ledger:
        ledger.feedback.write(4242, 1, server=7, question="Who sails?", note="Nobody does.", articles=[1, 3], now=NOW)
        ledger.feedback.write(43, 1, server=None, question="When?", note="Too late.", articles=[], now=NOW)
    first, second = briefing_bot("feedback", "--json", "--data", data).lines
    assert (first["question"], first["note"], first["articles"], first["server"]) == (
        "Who sails?",
        "Nobody does.",
        ["A-1", "A-3"],
        "7",
    )
    assert second["server"] is None
    assert "4242" not in briefing_bot("feedback", "--data", data).out
    run = briefing_bot("purge-user", "4242", "--data", data)
    assert run.code == 0
    assert "Nothing is kept about the person 4242 now." in run.err
    assert [line["question"] for line in briefing_bot("feedback", "--json", "--data", data).lines] == ["When?"]


def test_a_server_is_forgotten_with_its_digests_and_settings(data: Path) -> None:
    with Ledger.open(data) as ledger:
        ledger.subscriptions.add(
            guild=7, channel=1, creator=4242, topic=Topic("ferries"), schedule=Schedule(), cursor=0, now=NOW
        )
    with ServerBook.opened(data) as book:
        book.change(7, zone="Europe/London")
    run = briefing_bot("purge-guild", "7", "--data", data)
    assert "(1 digest deleted)" in run.err
    assert briefing_bot("digests", "list", "--json", "--data", data).lines == []
    with ServerBook.opened(data, writable=False) as book:
        assert book.settings(7).rows() == {}


def test_an_id_is_digits(data: Path) -> None:
    run = briefing_bot("purge-user", "@mia", "--data", data)
    assert run.code == 2
    assert "use an id as Discord copies it (digits), not '@mia'" in run.err
