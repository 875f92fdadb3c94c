"""`source add|list|remove|poll|import`, as scripts use them, against a server on this machine."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from commands import Run, briefing_bot, briefing_bot_process, one_readable_line
from odd_web import OddWeb, answer

from bot.cli.importing import fallback_collection
from bot.locks import POLL, held, is_held
from bot.settings import Settings, SettingsError
from corpus.archive import Archive

FEED = """<rss version="2.0"><channel><title>Harbour Gazette</title>{}</channel></rss>"""
ITEM = """<item><guid isPermaLink="false">n{0}</guid><title>Report number {0}</title><description>The harbour
master said on Monday that {0},200 tonnes of silt were moved from the old basin of Port Ellen.</description></item>"""
LIST_KEYS = set("id source kind collection every fetch_pages state failures last_poll last_result next".split())


def feed(*numbers: int) -> bytes:
    return FEED.format("".join(ITEM.format(number) for number in numbers)).encode()


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Iterator[OddWeb]:
    monkeypatch.setenv("BRIEFING_ALLOW_HOSTS", "127.0.0.1")
    with OddWeb() as started:
        started.pages["/feed"] = answer(feed(1, 2))
        yield started


def added(web: OddWeb, data: Path, *options: str, path: str = "/feed") -> Run:
    address = f"http://127.0.0.1:{web.port}{path}"
    return briefing_bot("source", "add", address, "--collection", "coast", "--data", data, "--json", *options)


def test_a_source_is_named_listed_and_removed(web: OddWeb, tmp_path: Path) -> None:
    data = tmp_path / "data"
    run = added(web, data, "--every", "2h")
    assert run.code == 0, run.err
    (line,) = run.lines
    assert line["status"] == "added"
    assert (line["id"], line["kind"], line["collection"], line["every"]) == ("S-1", "feed", "coast", "2h")
    (listed,) = briefing_bot("source", "list", "--json", "--data", data).lines
    assert set(listed) == LIST_KEYS
    assert (listed["state"], listed["last_poll"], listed["last_result"]) == ("ok", None, None)
    assert "S-1  feed  http://127.0.0.1" in briefing_bot("source", "list", "--data", data).out
    assert added(web, data).lines[0]["status"] == "same"
    assert added(web, data, "--every", "1d", "--fetch-pages").lines[0]["status"] == "updated"
    removed = briefing_bot("source", "remove", "s1", "--json", "--data", data)
    assert (removed.code, removed.lines) == (0, [{"id": "S-1", "status": "removed"}])
    assert briefing_bot("source", "list", "--json", "--data", data).lines == []
    assert added(web, data).lines[0]["id"] == "S-2"  # a number is for good


@pytest.mark.real
def test_a_poll_brings_what_is_new_and_search_finds_it(web: OddWeb, tmp_path: Path) -> None:
    added(web, tmp_path)
    first = briefing_bot("source", "poll", "--json", "--data", tmp_path)
    assert first.code == 0, first.err
    (line,) = first.lines
    assert {"id", "source", "found", "added", "status", "next"} <= set(line)
    assert (line["found"], line["added"], line["status"]) == (2, 2, "ok")
    assert dt.datetime.fromisoformat(line["next"]) > dt.datetime.now(dt.UTC)
    (found,) = briefing_bot("search", "2,200 tonnes of silt", "--json", "--data", tmp_path).lines
    assert "2,200" in found["hits"][0]["text"]
    assert briefing_bot("index", "verify", "--data", tmp_path).code == 0
    (listed,) = briefing_bot("source", "list", "--json", "--data", tmp_path).lines
    assert listed["last_result"] == "2 found, 2 added"


def test_a_source_that_fails_is_one_and_the_others_are_polled(web: OddWeb, tmp_path: Path) -> None:
    added(web, tmp_path, "--kind", "feed", path="/nowhere")
    added(web, tmp_path, "--kind", "feed", path="/empty")
    web.pages["/empty"] = answer(feed())
    run = briefing_bot("source", "poll", "--json", "--data", tmp_path)
    assert run.code == 1
    assert [(line["status"], line["reason"]) for line in run.lines] == [
        ("failed", "answered 404 Not Found"),
        ("ok", None),
    ]
    readable = briefing_bot("source", "list", "--data", tmp_path).out
    assert "failed: answered 404 Not Found" in readable


def test_only_what_is_due_is_polled_when_asked_so(web: OddWeb, tmp_path: Path) -> None:
    web.pages["/feed"] = answer(feed())
    added(web, tmp_path)
    assert len(briefing_bot("source", "poll", "--due", "--json", "--data", tmp_path).lines) == 1
    assert briefing_bot("source", "poll", "--due", "--json", "--data", tmp_path).lines == []


def test_one_source_is_polled_if_it_is_due(web: OddWeb, tmp_path: Path) -> None:
    web.pages["/feed"] = web.pages["/other"] = answer(feed())
    added(web, tmp_path)
    added(web, tmp_path, path="/other")
    for polled in (["S-2"], []):
        lines = briefing_bot("source", "poll", "--due", "S-2", "--json", "--data", tmp_path).lines
        assert [line["id"] for line in lines] == polled


def test_what_a_poll_cannot_read_is_named_with_its_reason(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    table = tmp_path / "in" / "table.csv"
    table.write_text("a,b\n1,2\n")
    os.utime(table, (1e9, 1e9))  # what has just changed waits for the next poll
    data = tmp_path / "data"
    briefing_bot("source", "add", tmp_path / "in", "--collection", "notes", "--data", data)
    run = briefing_bot("source", "poll", "--due", "--json", "--data", data)
    assert (run.code, run.lines[0]["rejected"]) == (1, 1)
    assert "rejected  table.csv  (" in run.err


@pytest.mark.parametrize("name", ["", " ", "a\nb", "\x1b[31mred"])
def test_a_collection_has_a_name_of_one_line(name: str, tmp_path: Path) -> None:
    for command in (("source", "add"), ("import",)):
        run = briefing_bot(*command, tmp_path, "--collection", name, "--data", tmp_path / "data")
        assert run.code == 2 and one_readable_line(run)


def test_a_folder_with_an_odd_name_makes_a_collection_with_a_name_of_one_line() -> None:
    assert fallback_collection(Path("/no/such/a\nb\x1b[31m")) == "a_b_[31m"


def test_a_title_gives_the_terminal_no_orders(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(
        "<html><head><title>Red &#27;]0;owned&#7; ferries</title></head><body><h1>Red "
        "\x1b]0;owned\x07 ferries</h1><p>The harbour master counted forty crates of apples.</p></body></html>"
    )
    os.utime(page, (1e9, 1e9))
    source = ("source", "add", page, "--collection", "Red")
    assert briefing_bot(*source, "--data", tmp_path / "data").code == 0
    assert briefing_bot("source", "poll", "--due", "--data", tmp_path / "data").code == 0
    out = briefing_bot("articles", "--text", "--data", tmp_path / "data").out
    assert "ferries" in out
    assert not {"\x1b", "\x07"} & set(out)


def test_a_folder_on_this_machine_is_a_source(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    data = tmp_path / "data"
    run = briefing_bot("source", "add", tmp_path / "in", "--collection", "notes", "--data", data, "--json")
    assert (run.lines[0]["kind"], run.lines[0]["source"]) == ("folder", str((tmp_path / "in").resolve()))
    assert briefing_bot("source", "poll", "--due", "--json", "--data", data).lines[0]["status"] == "unchanged"


def test_secrets_are_in_no_output(web: OddWeb, tmp_path: Path) -> None:
    address = f"http://ana:s3cret@127.0.0.1:{web.port}/feed?token=hidd3n"
    runs = [
        briefing_bot("source", "add", address, "--kind", "feed", "--collection", "c", "--data", tmp_path, *json_option)
        for json_option in ((), ("--json",))
    ]
    runs.append(briefing_bot("source", "add", address, "--collection", "c", "--data", tmp_path))
    for command in (("list",), ("list", "--json"), ("poll", "--due"), ("poll", "--due", "--json")):
        runs.append(briefing_bot("source", *command, "--data", tmp_path))
    for run in runs:
        assert "s3cret" not in run.out + run.err and "hidd3n" not in run.out + run.err
    assert "***" in runs[0].out
    assert "token=hidd3n" in web.paths[0]


@pytest.mark.parametrize(
    "arguments",
    [
        ("add",),
        ("add", "http://news.example/feed"),
        ("add", "http://news.example/feed", "--collection", " "),
        ("add", "ftp://news.example/feed", "--collection", "c"),
        ("add", "ftp://news.example/feed", "--collection", "c", "--kind", "feed"),
        ("add", "http://", "--collection", "c", "--kind", "feed"),
        ("add", "http://news.example/", "--collection", "c", "--kind", "gopher"),
        ("add", "http://news.example/", "--collection", "c", "--kind", "hyperkitty"),
        ("add", "http://news.example/", "--collection", "c", "--kind", "feed", "--every", "soon"),
        ("add", "http://news.example/", "--collection", "c", "--kind", "feed", "--every", "10s"),
        ("add", "http://news.example/x/", "--collection", "c", "--kind", "pipermail", "--fetch-pages"),
        ("add", "imaps://ana:secret@mail.example/", "--collection", "c"),
        ("add", "/no/such/folder", "--collection", "c"),
        ("add", "http://127.0.0.1:9/feed", "--collection", "c"),
        ("remove",),
        ("remove", "S-99"),
        ("remove", "nonsense"),
        ("poll", "S-99"),
        ("poll", "A-1"),
        ("import", "no-such-file.opml"),
        ("import", "."),
        (),
    ],
)
def test_wrong_usage_is_two_and_says_what_to_do(arguments: tuple[str, ...], tmp_path: Path) -> None:
    run = briefing_bot("source", *arguments, *(("--data", tmp_path / "none") if arguments else ()))
    assert run.code == 2
    assert run.out == ""
    assert run.err.strip() and "Traceback" not in run.err
    assert "secret" not in run.err
    assert not (tmp_path / "none").exists()


def test_without_sources_there_is_nothing_to_poll(tmp_path: Path) -> None:
    run = briefing_bot("source", "poll", "--data", tmp_path / "none")
    assert (run.code, run.out) == (0, "")
    assert one_readable_line(run) and "source add" in run.err
    assert briefing_bot("source", "list", "--data", tmp_path / "none").out == ""
    assert not (tmp_path / "none").exists()


def test_a_poll_beside_an_import_is_three_and_naming_sources_goes_on(web: OddWeb, tmp_path: Path) -> None:
    added(web, tmp_path)
    with held(tmp_path, "bulk", "import"):
        run = briefing_bot("source", "poll", "--data", tmp_path)
        assert run.code == 3 and one_readable_line(run)
        assert added(web, tmp_path, "--every", "3h").code == 0
        assert briefing_bot("source", "list", "--data", tmp_path).code == 0
    web.pages["/feed"] = answer(feed())
    with held(tmp_path, POLL, "poll"):
        run = briefing_bot("source", "poll", "--due", "--data", tmp_path)
        assert run.code == 3 and "another poll" in run.err
    assert not is_held(tmp_path, POLL)


def test_a_list_of_feeds_is_named_at_once(tmp_path: Path) -> None:
    opml = tmp_path / "mine.opml"
    opml.write_text(
        '<opml version="2.0"><body><outline text="Coast"><outline xmlUrl="https://gazette.example/rss"/></outline>'
        '<outline xmlUrl="https://ana:s3cret@tides.example/feed"/><outline xmlUrl="ftp://bad.example/"/></body></opml>'
    )
    data = tmp_path / "data"
    run = briefing_bot("source", "import", opml, "--every", "1h", "--json", "--data", data)
    assert run.code == 1
    assert [(line["status"], line["id"]) for line in run.lines] == [
        ("added", "S-1"),
        ("added", "S-2"),
        ("rejected", None),
    ]
    assert "s3cret" not in run.out
    listed = briefing_bot("source", "list", "--json", "--data", data).lines
    assert [(line["collection"], line["every"]) for line in listed] == [("Coast", "1h"), ("mine", "1h")]
    again = briefing_bot("source", "import", opml, "--json", "--data", data).lines
    assert [line["status"] for line in again] == ["same", "same", "rejected"]


def test_settings_of_sources_are_checked_and_kept_secret(tmp_path: Path) -> None:
    run = briefing_bot_process("source", "list", "--data", tmp_path, BRIEFING_ALLOW_HOSTS="10.0.0.0/99")
    assert run.code == 2 and "BRIEFING_ALLOW_HOSTS" in run.err and one_readable_line(run)
    run = briefing_bot_process("source", "list", "--data", tmp_path, BRIEFING_IMAP_PASSWORD_X="a")
    assert run.code == 2 and "BRIEFING_IMAP_PASSWORD_X" in run.err
    (tmp_path / "secret").write_text("from a file\n")
    settings = Settings.from_environ(
        {
            "BRIEFING_IMAP_PASSWORD": "for all",
            "BRIEFING_IMAP_PASSWORD_2": "for two",
            "BRIEFING_IMAP_PASSWORD_3_FILE": str(tmp_path / "secret"),
            "BRIEFING_IMAP_PASSWORD_4_FILE": str(tmp_path / "none"),
        }
    )
    assert [settings.imap_password(number) for number in (1, 2, 3)] == ["for all", "for two", "from a file"]
    with pytest.raises(SettingsError, match="BRIEFING_IMAP_PASSWORD_4_FILE"):
        settings.imap_password(4)
    assert "for" not in repr(settings) and Settings.from_environ({}).imap_password(1) is None


@pytest.mark.real
def test_a_poll_that_is_killed_anywhere_loses_and_doubles_nothing(web: OddWeb, tmp_path: Path) -> None:
    """The process dies once before its first month, and once between that and the second."""
    letters = [
        f"From ana at b.example  Fri Jul  5 09:12:{number:02} 2024\nFrom: ana at b.example (Ana)\n"
        f"Subject: Ferry {number}\nDate: Fri, 5 Jul 2024 09:12:{number:02} +0000\n"
        f"Message-ID: <m{number}@b.example>\n\nThe ferry number {number} was late again.\n\n"
        for number in range(4)
    ]
    pages = web.pages
    pages["/p/"] = answer(b'<a href="2024-July.txt">x</a><a href="2024-June.txt">x</a>')
    pages["/p/2024-July.txt"] = answer("".join(letters[2:]).encode())
    pages["/p/2024-June.txt"] = answer("".join(letters[:2]).encode())
    run = added(web, tmp_path, path="/p/")
    assert run.lines[0]["kind"] == "pipermail", run.err

    def killed(connection: object, request: object) -> None:
        for pid in child:
            os.kill(pid, 9)

    child: list[int] = []
    for page in ("/p/2024-July.txt", "/p/2024-June.txt"):
        kept, pages[page] = pages[page], killed
        assert _poll_that_is_killed(tmp_path, child) == -9
        pages[page] = kept
    with Archive.open(tmp_path, writable=False) as archive:
        assert [article.subject for article in archive.articles()] == ["Ferry 2", "Ferry 3"]
    (line,) = briefing_bot("source", "poll", "--due", "--json", "--data", tmp_path).lines
    assert (line["found"], line["added"], line["status"]) == (4, 2, "ok")


def _poll_that_is_killed(data: Path, child: list[int]) -> int:
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "source", "poll", "--due", "--data", str(data)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    child[:] = [process.pid]
    return process.wait(timeout=60)


def test_reading_a_source_list_of_json_is_one_line_each(web: OddWeb, tmp_path: Path) -> None:
    for path in ("/a", "/b"):
        added(web, tmp_path, "--kind", "feed", path=path)
    out = briefing_bot("source", "list", "--json", "--data", tmp_path).out
    assert [json.loads(line)["id"] for line in out.splitlines()] == ["S-1", "S-2"]
