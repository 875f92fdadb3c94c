"""`digests list|history|run|skip|export`, as scripts use them beside a bot or without one."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from commands import Run, briefing_bot
from digest_walks import DREDGING
from small_desk import add_articles, archive_with

from bot.briefings.ledger import FILE_NAME, Ledger
from bot.briefings.subscription import Schedule, next_slot
from bot.locks import held
from bot.servers.server_book import ServerBook
from retrieval.topics.topic import Topic

NOW = dt.datetime.now(dt.UTC)
SERVER, CHANNEL, MAKER = 10**18 + 1, 10**18 + 7, 10**18 + 3  # what a JSON number cannot hold
# Twelve hours away, so that no test meets the moment at which it falls due.
AT = (NOW + dt.timedelta(hours=12)).time().replace(second=0, microsecond=0)
NEXT = next_slot(Schedule(at=AT), NOW).local_date


def subscribe(data: Path, *topics: str, **fields: Any) -> None:
    with Ledger.open(data) as ledger:
        for topic in topics:
            chosen: dict[str, Any] = {
                "guild": SERVER,
                "channel": CHANNEL,
                "creator": MAKER,
                "topic": Topic(topic),
                "schedule": Schedule(at=AT),
                "cursor": 0,
                "now": NOW - dt.timedelta(hours=1),
                **fields,
            }
            ledger.subscriptions.add(**chosen)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """An archive with one article that is news, and D1, which takes everything."""
    with archive_with(tmp_path) as archive:
        add_articles(archive, [DREDGING])
    subscribe(tmp_path, "")
    return tmp_path


@pytest.fixture
def beside_a_bot(data: Path) -> Iterator[Path]:
    with held(data, "run", "run"):
        yield data


def refused(run: Run) -> str:
    """The one line of a refusal; nothing was asked for."""
    assert (run.code, run.out) == (2, "")
    assert len(run.err.splitlines()) == 1
    return run.err.removeprefix("briefing-bot: ").rstrip()


def waiting(data: Path) -> list[Any]:
    with Ledger.open(data) as ledger:
        return [(one.subscription, one.slot) for one in ledger.requests.waiting()]


# Running


def test_a_dry_run_shows_what_would_be_posted_and_writes_nothing(beside_a_bot: Path) -> None:
    before = (beside_a_bot / FILE_NAME).read_bytes()
    (previewed,) = briefing_bot("digests", "preview", "--topic", "", "--json", "--data", beside_a_bot).lines
    dry = briefing_bot("digests", "run", "--dry-run", "D1", "--json", "--data", beside_a_bot)
    (digest,) = dry.lines
    assert (dry.code, list(digest)) == (0, list(previewed))
    assert [item.keys() for item in digest["items"]] == [previewed["items"][0].keys()]
    assert [item["title"] for item in digest["items"]] == [DREDGING.title]
    assert "nothing is posted" in dry.err
    assert (
        "Harbour silt goes to the farms" in briefing_bot("digests", "run", "1", "--dry-run", "--data", beside_a_bot).out
    )
    assert (beside_a_bot / FILE_NAME).read_bytes() == before


def test_a_dry_run_knows_what_was_told_and_what_its_readers_may_not_see(data: Path) -> None:
    with ServerBook.opened(data) as book:
        book.keep_to_servers("coast", [SERVER + 1])
    (digest,) = briefing_bot("digests", "run", "d1", "--dry-run", "--json", "--data", data).lines
    assert (digest["considered"], digest["items"]) == (0, [])
    with ServerBook.opened(data) as book:
        book.keep_to_servers("coast", None)
    subscribe(data, "", cursor=99)
    assert briefing_bot("digests", "run", "D2", "--dry-run", "--json", "--data", data).lines[0]["considered"] == 0


def test_a_run_is_asked_for_once_and_posted_by_the_bot(data: Path) -> None:
    run = briefing_bot("digests", "run", "D1", "--data", data)
    assert run.out == "D1: what is new since its last run is posted when the bot starts\n"
    with held(data, "run", "run"):
        again = briefing_bot("digests", "run", "1", "--json", "--data", data)
    assert again.lines == [
        {"id": "D1", "status": "same", "slot": None, "run": None, "early": False, "posted": "within 30 seconds"}
    ]
    assert waiting(data) == [(1, None)]
    (listed,) = briefing_bot("digests", "list", "--json", "--data", data).lines
    assert listed["requested"] == ["now"]
    (line,) = briefing_bot("digests", "history", "D1", "--json", "--data", data).lines
    assert (line["kind"], line["state"], line["articles"]) == ("requested", "waiting", [])


def test_the_next_slot_is_run_early(data: Path) -> None:
    run = briefing_bot("digests", "run", "D1", "--slot", NEXT.isoformat(), "--data", data)
    assert run.out == (
        f"D1: its digest of {NEXT} (#D1-{NEXT:%Y%m%d}), ahead of {AT:%H:%M} and instead of then, "
        "is posted when the bot starts\n"
    )
    assert waiting(data) == [(1, NEXT)]


@pytest.mark.parametrize("command", [("run",), ("run", "--dry-run"), ("skip",), ("skip", "--undo"), ("history",)])
@pytest.mark.parametrize("unknown", ["D9", "x", "D", "-", "٣", "9" * 30])
def test_an_unknown_digest_is_a_usage_error(data: Path, command: tuple[str, ...], unknown: str) -> None:
    run = briefing_bot("digests", command[0], "--data", data, *command[1:], "--", unknown)
    assert refused(run).startswith("No digest ")
    assert waiting(data) == []


def test_where_there_is_no_ledger_none_is_made(tmp_path: Path) -> None:
    for command in ("run", "skip"):
        assert refused(briefing_bot("digests", command, "D1", "--data", tmp_path)).startswith("No digest D1")
    assert briefing_bot("digests", "list", "--data", tmp_path).code == 0
    assert not Ledger.exists(tmp_path)


@pytest.mark.parametrize("day", ["tomorrow", "2026-13-01", "20261123", "2026-W48-1", "", "2026-11-23T09:00"])
@pytest.mark.parametrize("command", ["run", "skip"])
def test_what_is_no_day_is_a_usage_error(data: Path, command: str, day: str) -> None:
    run = briefing_bot("digests", command, "D1", "--slot", day, "--data", data)
    assert run.code == 2
    assert "use a local day such as 2026-11-23" in run.err


def test_a_refusal_says_what_to_do(data: Path) -> None:
    after = NEXT + dt.timedelta(days=1)
    for command in ("run", "skip"):
        told = refused(briefing_bot("digests", command, "D1", "--slot", after.isoformat(), "--data", data))
        assert told.endswith(f"that of {NEXT} comes first: use --slot {NEXT}")
    with Ledger.open(data) as ledger:
        ledger.subscriptions.pause(1, NOW)
    told = refused(briefing_bot("digests", "run", "D1", "--data", data))
    assert told == "D1 is paused: resume it in /digest list first"
    dry = briefing_bot("digests", "run", "D1", "--dry-run", "--data", data)
    assert dry.code == 0 and "D1 is paused" in dry.err


# Skipping


def test_the_next_digest_is_skipped_and_comes_after_all(data: Path) -> None:
    following = f"{NEXT + dt.timedelta(days=1):%a %Y-%m-%d} {AT:%H:%M}"
    label = f"#D1-{NEXT:%Y%m%d}"
    skipped = briefing_bot("digests", "skip", "D1", "--data", data)
    assert skipped.out == f"D1: {label} is skipped; the next one, {following}, carries what it would have held\n"
    again = briefing_bot("digests", "skip", "D1", "--slot", NEXT.isoformat(), "--json", "--data", data)
    assert [again.lines[0][key] for key in ("id", "status", "slot", "run")] == ["D1", "same", NEXT.isoformat(), label]
    assert "skipped: by the operator" in briefing_bot("digests", "history", "D1", "--data", data).out
    (listed,) = briefing_bot("digests", "list", "--json", "--data", data).lines
    assert listed["next_run"].startswith((NEXT + dt.timedelta(days=1)).isoformat())
    assert listed["last_result"] == "skipped: by the operator; the next one carries it"
    back = briefing_bot("digests", "skip", "D1", "--undo", "--data", data)
    assert back.out == f"D1: {label} comes after all, at {NEXT:%a %Y-%m-%d} {AT:%H:%M}\n"
    assert "can be taken back" in refused(briefing_bot("digests", "skip", "D1", "--undo", "--data", data))


# Looking


def test_the_list_is_a_table_with_a_row_a_digest(data: Path) -> None:
    subscribe(data, "Fentanyl \x1b[31mprecursors", guild=None)
    with Ledger.open(data) as ledger:
        ledger.subscriptions.pause(2, NOW)
    out = briefing_bot("digests", "list", "--data", data).out
    heading, _rule, first, *rest = [line for line in out.splitlines() if line.strip()]
    assert heading.split() == ["id", "topic", "channel", "when", "next", "last"]
    assert first.split()[:3] == ["D1", "Everything", "new"]
    assert any("D2" in line and "paused" in line for line in rest)
    assert "\x1b" not in out


def test_ids_of_discord_are_texts_in_every_list(data: Path) -> None:
    (listed,) = briefing_bot("digests", "list", "--json", "--data", data).lines
    (exported,) = briefing_bot("digests", "export", "--data", data).lines
    for one in (listed, exported):
        assert (one["server"], one["channel"], one["ping"]) == (str(SERVER), str(CHANNEL), None)
    assert exported["creator"] == str(MAKER)


def test_an_export_has_everything_and_no_person_who_wants_to_be_forgotten(data: Path) -> None:
    subscribe(data, "harbour")
    briefing_bot("digests", "skip", "D1", "--data", data)
    briefing_bot("digests", "run", "D1", "--data", data)
    with Ledger.open(data) as ledger:
        ledger.subscriptions.remove(2, NOW)
        ledger.people.forget(MAKER)
    everything = briefing_bot("digests", "export", "--json", "--data", data).lines
    assert [(one["record"], one.get("digest") or one["id"]) for one in everything] == [
        ("subscription", "D1"),
        ("run", "D1"),
        ("request", "D1"),
        ("subscription", "D2"),
    ]
    assert everything[3]["state"] == "removed"
    assert str(MAKER) not in json.dumps(everything)
    assert briefing_bot("digests", "export", "D2", "--data", data).lines == everything[3:]
    assert refused(briefing_bot("digests", "export", "D3", "--data", data)).startswith("No digest D3")


def test_listing_many_digests_reads_each_once(data: Path) -> None:
    subscribe(data, *(f"topic {number}" for number in range(60)), limits=(100, 100))
    statements: list[str] = []
    with Ledger.open(data) as ledger:
        ledger._connection.set_trace_callback(statements.append)
        assert len(ledger.overview_of_all(NOW)) == 61
    assert len(statements) < 5


# The terminal's own


def test_the_digests_of_the_terminal_are_posted_to_whoever_asks(data: Path) -> None:
    subscribe(data / "terminal", "", guild=None, channel=0, creator=0)
    here = ("--terminal", "--data", data)
    assert "this terminal" in briefing_bot("digests", "list", *here).out
    assert briefing_bot("digests", "run", "D1", "--dry-run", "--json", *here).lines[0]["considered"] == 1
    posted = briefing_bot("digests", "run", "D1", *here)
    assert (posted.code, "Harbour silt goes to the farms" in posted.out) == (0, True)
    again = briefing_bot("digests", "run", "D1", "--slot", NEXT.isoformat(), *here)
    assert (again.out, "D1: nothing new since its last run; digests history D1 --terminal" in again.err) == ("", True)
    assert [one["result"] for one in briefing_bot("digests", "history", "D1", "--json", *here).lines] == [
        "nothing new",
        "posted 1",
    ]
    assert briefing_bot("digests", "history", "D1", "--json", "--data", data).lines == []
    (ran,) = briefing_bot("digests", "run", "D1", "--json", *here).lines
    assert (ran["kind"], ran["state"]) == ("manual-2", "empty")
    skipped = briefing_bot("digests", "skip", "D1", "--json", *here).lines
    assert skipped[0]["slot"] == (NEXT + dt.timedelta(days=1)).isoformat()
    assert refused(briefing_bot("digests", "run", "D2", *here)).startswith("No digest D2")
