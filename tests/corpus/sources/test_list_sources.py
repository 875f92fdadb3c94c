"""List archives over HTTP: Pipermail months and HyperKitty exports, as their programs lay them out."""

from __future__ import annotations

import datetime as dt
import gzip

import pytest
from odd_web import Player, answer, conditional, raw, redirect
from source_world import World

from corpus.sources.page_links import PageLink
from corpus.sources.pipermail_lists import Period, periods_of
from corpus.sources.polling import PollStatus
from corpus.sources.source import Source, SourceKind

LIST = "http://lists.example/pipermail/harbour/"


def letter(number: int, day: str = "Fri Jul  5", words: str | None = None, year: int = 2024) -> bytes:
    text = words or (
        f"The ferry number {number} left the old basin on time, and the harbour master counted {number * 37} crates of "
        f"apples on its deck. Nobody had expected it after the storm of week {number}."
    )
    return (
        f"From ana at harbour.example  {day} 09:{number % 60:02}:00 {year}\n"
        f"From: ana at harbour.example (Ana Berg)\nDate: {day[:3]}, {day[-2:].strip()} {day[4:7]} {year} "
        f"09:{number % 60:02}:00 +0000\nSubject: [Harbour] Ferry number {number}\n"
        f"Message-ID: <m{number}@harbour.example>\n\n"
        f"{text}\n\n"
    ).encode()


def index(*months: str, view: str = "{month}/thread.html", text: str = "{month}.txt.gz") -> bytes:
    rows = "".join(
        f'<tr><td>{month}:</td><td><A href="{view.format(month=month)}">[ Thread ]</a></td>'
        + (f'<td><A href="{text.format(month=month)}">[ Gzip\'d Text 2 KB ]</a></td>' if text else "")
        + "</tr>"
        for month in months
    )
    return (
        f'<html><title>The Harbour Archives</title><a href="/mailman/listinfo/harbour">info</a>{rows}</html>'.encode()
    )


def month(*letters: bytes, etag: str = '"1"') -> Player:
    return conditional(gzip.compress(b"".join(letters), mtime=0), etag, Content_Type="application/x-gzip")


@pytest.fixture
def source(world: World) -> Source:
    world.now = dt.datetime(2024, 7, 20, tzinfo=dt.UTC)
    return world.named(LIST, SourceKind.PIPERMAIL)


def months_asked(world: World, since: int = 0) -> list[str]:
    return [path.rpartition("/")[2] for path in world.web.paths[since:] if ".txt" in path]


def test_the_first_poll_takes_every_month_newest_first_and_none_of_it_is_news(world: World, source: Source) -> None:
    world.web.pages |= {
        "/pipermail/harbour/": answer(index("2024-July", "2024-June", "2023-December")),
        "/pipermail/harbour/2024-July.txt.gz": month(letter(5), letter(6)),
        "/pipermail/harbour/2024-June.txt.gz": month(letter(3, "Mon Jun  3"), letter(4, "Tue Jun  4")),
        "/pipermail/harbour/2023-December.txt.gz": month(letter(1, "Fri Dec  1", year=2023)),
    }
    result = world.poll(source)
    assert (result.found, result.added, result.status) == (5, 5, PollStatus.OK)
    assert months_asked(world) == ["2024-July.txt.gz", "2024-June.txt.gz", "2023-December.txt.gz"]
    assert world.news() == []
    assert world.archive.collections()[0].name == "news"


def test_afterwards_only_what_changed_is_fetched_and_what_is_new_is_news(world: World, source: Source) -> None:
    pages = world.web.pages
    pages["/pipermail/harbour/"] = answer(index("2024-July", "2024-June", "2024-May"))
    for name, number in (("2024-July", 3), ("2024-June", 2), ("2024-May", 1)):
        pages[f"/pipermail/harbour/{name}.txt.gz"] = month(letter(number))
    world.poll(source)
    pages["/pipermail/harbour/2024-July.txt.gz"] = month(letter(3), letter(4), etag='"2"')
    before = len(world.web.requests)
    result = world.poll(source)
    assert months_asked(world, before) == ["2024-July.txt.gz", "2024-June.txt.gz"]  # May is past changing
    assert (result.found, result.added) == (2, 1)
    assert world.news() == ["Ferry number 4"]
    pages["/pipermail/harbour/"] = answer(index("2024-August", "2024-July", "2024-June", "2024-May"))
    pages["/pipermail/harbour/2024-August.txt.gz"] = month(letter(5, "Thu Aug  1"))
    world.now = dt.datetime(2024, 8, 1, 10, tzinfo=dt.UTC)
    assert world.poll(source).added == 1
    assert world.news() == ["Ferry number 4", "Ferry number 5"]


def test_months_of_mails_with_wrong_dates_hide_nothing(world: World, source: Source) -> None:
    pages = world.web.pages
    pages["/pipermail/harbour/"] = answer(index("2038-January", "2037-May", "2024-July", "2024-June", "1970-January"))
    for number, name in enumerate(("2038-January", "2037-May", "2024-July", "2024-June", "1970-January")):
        pages[f"/pipermail/harbour/{name}.txt.gz"] = month(letter(number))
    assert (world.poll(source).added, world.news()) == (5, [])
    pages["/pipermail/harbour/2024-July.txt.gz"] = month(letter(2), letter(7), etag='"2"')
    assert world.poll(source).added == 1
    pages["/pipermail/harbour/"] = answer(index("2038-January", "2024-August", "2024-July"))
    pages["/pipermail/harbour/2024-August.txt.gz"] = month(letter(8))
    world.now = dt.datetime(2024, 8, 1, 10, tzinfo=dt.UTC)
    assert world.poll(source).added == 1
    assert world.news() == ["Ferry number 7", "Ferry number 8"]


def test_months_added_to_a_collection_that_has_news_already_bring_no_old_news(world: World, source: Source) -> None:
    world.archive.open_collection("news", world.now)
    world.archive.settle(["news"])
    world.web.pages |= {
        "/pipermail/harbour/": answer(index("2024-July", "2024-June")),
        "/pipermail/harbour/2024-July.txt.gz": month(letter(2)),
        "/pipermail/harbour/2024-June.txt.gz": month(letter(1)),
    }
    assert world.poll(source).added == 2
    assert world.news() == ["Ferry number 2"]


def test_a_poll_that_breaks_off_goes_on_where_it_was(world: World, source: Source) -> None:
    pages = world.web.pages
    names = ["2024-July", "2024-June", "2024-May", "2024-April"]
    pages["/pipermail/harbour/"] = answer(index(*names))
    for number, name in enumerate(names):
        pages[f"/pipermail/harbour/{name}.txt.gz"] = month(letter(9 - number))
    pages["/pipermail/harbour/2024-May.txt.gz"] = answer(status=503, Retry_After="3600")
    broken = world.poll(source)
    assert (broken.added, broken.status) == (2, PollStatus.FAILED)
    assert broken.next is not None and (broken.next - world.now).total_seconds() == 3600
    pages["/pipermail/harbour/2024-May.txt.gz"] = month(letter(7))
    before = len(world.web.requests)
    rest = world.poll(source)
    assert (rest.added, rest.status) == (2, PollStatus.OK)
    assert months_asked(world, before) == [f"{name}.txt.gz" for name in names]
    assert world.news() == []


def test_a_long_history_can_be_read_in_pieces_and_stays_due(world: World, source: Source) -> None:
    names = ["2024-July", "2024-June", "2024-May"]
    world.web.pages["/pipermail/harbour/"] = answer(index(*names))
    for number, name in enumerate(names):
        world.web.pages[f"/pipermail/harbour/{name}.txt.gz"] = month(letter(9 - number))
    for _ in names:
        piece = world.poll(source, enough=lambda: True)
        assert (piece.added, piece.next) == (1, world.now)
    assert world.poll(source, enough=lambda: True).next == world.now + dt.timedelta(minutes=15)
    assert world.news() == []


def test_one_month_that_cannot_be_had_does_not_hold_up_the_others(world: World, source: Source) -> None:
    pages = world.web.pages
    pages["/pipermail/harbour/"] = answer(index("2024-July", "2024-June", "2024-May"))
    pages["/pipermail/harbour/2024-July.txt.gz"] = month(letter(3))
    pages["/pipermail/harbour/2024-June.txt.gz"] = answer(status=500)
    pages["/pipermail/harbour/2024-May.txt.gz"] = month(letter(1))
    result = world.poll(source)
    assert (result.added, result.status) == (2, PollStatus.FAILED)
    assert result.reason == "answered 500 Internal Server Error"
    pages["/pipermail/harbour/2024-June.txt.gz"] = month(letter(2))
    assert (world.poll(source).added, world.news()) == (1, [])


def test_three_months_in_trouble_are_taken_for_the_server(world: World, source: Source) -> None:
    names = [f"20{year:02}-January" for year in range(24, 4, -1)]
    world.web.pages["/pipermail/harbour/"] = answer(index(*names))
    for name in names:
        world.web.pages[f"/pipermail/harbour/{name}.txt.gz"] = answer(status=500)
    assert world.poll(source).status is PollStatus.FAILED
    assert len(months_asked(world)) == 3


def test_a_month_that_comes_cut_is_asked_for_again_but_not_for_ever(world: World, source: Source) -> None:
    packed = gzip.compress(letter(1) + letter(2) + letter(3), mtime=0)
    pages = world.web.pages
    pages["/pipermail/harbour/"] = answer(index("2024-July", "2024-June", "2024-May"))
    pages["/pipermail/harbour/2024-July.txt.gz"] = month(letter(9))
    pages["/pipermail/harbour/2024-June.txt.gz"] = month(letter(8))
    pages["/pipermail/harbour/2024-May.txt.gz"] = conditional(packed[:-20], '"cut"')
    first = world.poll(source)
    assert first.added == 4  # the last mail of the cut month may not be whole
    for _ in range(4):
        world.poll(source)
    assert months_asked(world).count("2024-May.txt.gz") == 3
    pages["/pipermail/harbour/2024-May.txt.gz"] = conditional(packed, '"whole"')
    world.poll(source)
    assert len(world.titles()) == 4


def test_a_cut_month_that_is_mended_is_read_whole(world: World, source: Source) -> None:
    packed = gzip.compress(letter(1) + letter(2) + letter(3), mtime=0)
    world.web.pages["/pipermail/harbour/"] = answer(index("2024-May"))
    world.web.pages["/pipermail/harbour/2024-May.txt.gz"] = answer(packed[:-20])
    assert world.poll(source).added == 2
    world.web.pages["/pipermail/harbour/2024-May.txt.gz"] = answer(packed)
    assert world.poll(source).added == 1


def test_a_part_that_was_cut_out_is_fetched_only_when_a_mail_has_no_other_words(world: World, source: Source) -> None:
    where = "http://old-name.example/pipermail/harbour/attachments/20240705/{}/attachment.html"
    note = "-------------- next part --------------\nAn HTML attachment was scrubbed...\nURL: <{}>\n"
    spoken = letter(1, words="Words of its own, quite enough of them.\n" + note.format(where.format("aaaa1111")))
    mute = letter(2, words=note.format(where.format("bbbb2222")))
    lost = letter(3, words=note.format(where.format("cccc3333")))
    base = "/pipermail/harbour/attachments/20240705"
    world.web.pages |= {
        "/pipermail/harbour/": answer(index("2024-July")),
        "/pipermail/harbour/2024-July.txt.gz": month(spoken, mute, lost),
        f"{base}/bbbb2222/attachment.html": answer(
            b"<p>The words of the second mail stood in its HTML part alone.</p>"
        ),
    }
    result = world.poll(source)
    assert (result.added, result.rejected) == (2, 1)
    assert {host for host, _ in world.network.connected} == {"8.8.8.8"}
    assert {request.host for request in world.web.requests} == {"lists.example"}
    assert [path for path in world.web.paths if "attachments" in path] == [
        f"{base}/bbbb2222/attachment.html",
        f"{base}/cccc3333/attachment.html",
    ]


def test_an_attachment_that_cannot_be_had_just_now_is_asked_for_again(world: World, source: Source) -> None:
    url = "http://lists.example/pipermail/harbour/attachments/20240705/bbbb2222/attachment.html"
    path = url.removeprefix("http://lists.example")
    world.web.pages |= {
        "/pipermail/harbour/": answer(index("2024-July")),
        "/pipermail/harbour/2024-July.txt.gz": month(
            letter(1, words=f"An HTML attachment was scrubbed...\nURL: <{url}>\n")
        ),
        path: answer(status=500),
    }
    assert world.poll(source).rejected == 1
    world.web.pages[path] = answer(b"<p>The words that were missing are here at last, all of them.</p>")
    assert world.poll(source).added == 1


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        (answer(b"<html><p>Welcome</p></html>"), "it names no months"),
        (answer(index()), "it names no months"),
        (answer(status=404), "404"),
        (answer(index("2024-July")), "404"),
        (raw(b""), "cut"),
    ],
)
def test_what_is_no_archive_is_a_failure(world: World, source: Source, page: Player, reason: str) -> None:
    world.web.pages["/pipermail/harbour/"] = page
    result = world.poll(source)
    assert result.status is PollStatus.FAILED
    assert reason in (result.reason or "")


def test_a_page_in_place_of_a_text_file_is_not_read(world: World, source: Source) -> None:
    world.web.pages["/pipermail/harbour/"] = answer(index("2024-July"))
    world.web.pages["/pipermail/harbour/2024-July.txt.gz"] = answer(b"<!DOCTYPE html><p>Please log in</p>")
    result = world.poll(source)
    assert (result.status, result.found) == (PollStatus.FAILED, 0)


def test_the_fusion_with_mhonarc_names_folders_only(world: World, source: Source) -> None:
    world.web.pages |= {
        "/pipermail/harbour/": answer(index("2015-September", "2015-August", view="{month}/date.html", text="")),
        "/pipermail/harbour/2015-September.txt.gz": month(letter(2)),
        "/pipermail/harbour/2015-August.txt": answer(letter(1)),
    }
    assert world.poll(source).added == 2


def test_an_index_that_moved_is_followed(world: World, source: Source) -> None:
    world.web.pages |= {
        "/pipermail/harbour/": redirect("http://archive.example/harbour/", 301),
        "archive.example/harbour/": answer(index("2024-July")),
        "archive.example/harbour/2024-July.txt.gz": month(letter(1)),
    }
    assert world.poll(source).added == 1
    assert world.health(source).address == "http://archive.example/harbour/"


def test_a_link_that_is_no_address_takes_no_period_away() -> None:
    links = [PageLink(f"{LIST}{path}") for path in ("//[", "a]b", "2024-July/thread.html?sort=[", "2024-June.txt")]
    assert [period.name for period in periods_of(iter(links), LIST)] == ["2024-July", "2024-June"]


def test_periods_of_all_kinds_are_put_in_order() -> None:
    names = ["2024-July", "2024q3", "2024q4", "2023", "Week-of-Mon-20240701", "20240705", "2024-December"]
    links = [PageLink(f"{LIST}{name}.txt.gz") for name in names]
    links += [PageLink(f"{LIST}2024-July.txt"), PageLink(f"{LIST}notes.txt"), PageLink(f"{LIST}2024-Juli.txt.gz")]
    links += [PageLink(f"{LIST}../other/2022.txt.gz"), PageLink("http://evil.example/2021-July.txt.gz")]
    links += [PageLink(f"{LIST}sub/2020.txt.gz"), PageLink(f"{LIST}harbour.mbox/harbour.mbox")]
    found = periods_of(iter(links), LIST)
    assert [period.name for period in found] == [
        "2024-December",
        "2024q4",
        "20240705",
        "Week-of-Mon-20240701",
        "2024q3",
        "2024-July",
        "2023",
    ]
    july = Period.named("2024-July")
    assert july is not None and found[july] == [f"{LIST}2024-July.txt.gz", f"{LIST}2024-July.txt"]


# HyperKitty

KITTY = "http://lists.example/archives/list/harbour@lists.example/"
PATH = "/archives/list/harbour@lists.example"


def export(start: str, end: str) -> str:
    return f"{PATH}/export/harbour@lists.example-{start}.mbox.gz?start={start}&end={end}"


def kitty_page(*months: str) -> Player:
    links = "".join(f'<a href="{PATH.replace("@", "%40")}/{month}/">{month}</a>' for month in months)
    return answer(f'<html><a href="/archives/list/other@lists.example/1999/1/">other</a>{links}</html>'.encode())


def mails(*numbers: int) -> Player:
    text = b"".join(
        letter(number).replace(b"ana at harbour.example  Fri", b"ana@harbour.example Fri") + b"\n" for number in numbers
    )
    return answer(gzip.compress(text, mtime=0), Content_Type="application/gzip")


@pytest.fixture
def kitty(world: World) -> Source:
    world.web.pages[f"{PATH}/latest"] = kitty_page("2026/11", "2026/10", "2024/7", "9999/0", "2026/13")
    world.web.pages[export("2026-11-01", "2026-11-25")] = mails(7, 8)
    world.web.pages[export("2026-10-01", "2026-11-01")] = mails(5, 6)
    world.web.pages[export("2024-07-01", "2024-08-01")] = mails(1)
    return world.named(KITTY, SourceKind.HYPERKITTY)


def test_the_present_comes_first_and_then_the_history_by_months(world: World, kitty: Source) -> None:
    result = world.poll(kitty)
    assert (result.added, result.status) == (5, PollStatus.OK)
    assert world.web.paths == [
        export("2026-11-01", "2026-11-25"),
        f"{PATH}/latest",
        export("2026-10-01", "2026-11-01"),
        export("2024-07-01", "2024-08-01"),
    ]
    assert world.news() == []


def test_afterwards_only_the_last_days_are_asked_for(world: World, kitty: Source) -> None:
    world.poll(kitty)
    before = len(world.web.requests)
    world.web.pages[export("2026-11-20", "2026-11-25")] = mails(8, 9)
    result = world.poll(kitty)
    assert world.web.paths[before:] == [export("2026-11-20", "2026-11-25")]
    assert (result.found, result.added) == (2, 1)
    assert world.news() == ["Ferry number 9"]


def test_an_empty_stretch_is_nothing_wrong(world: World, kitty: Source) -> None:
    world.poll(kitty)
    world.web.pages[export("2026-11-20", "2026-11-25")] = answer(gzip.compress(b""))
    result = world.poll(kitty)
    assert (result.status, result.found) == (PollStatus.OK, 0)


def test_a_history_that_breaks_off_goes_on_where_it_was(world: World, kitty: Source) -> None:
    world.web.pages[export("2024-07-01", "2024-08-01")] = answer(status=503)
    assert (world.poll(kitty).added, world.health(kitty).failures) == (4, 1)
    world.web.pages[export("2024-07-01", "2024-08-01")] = mails(1)
    world.web.pages[export("2026-11-20", "2026-11-25")] = mails(8)
    before = len(world.web.requests)
    result = world.poll(kitty)
    assert (result.added, result.status) == (1, PollStatus.OK)
    assert export("2026-10-01", "2026-11-01") not in world.web.paths[before:]
    assert world.news() == []


def test_an_export_that_breaks_off_is_tried_three_times(world: World, kitty: Source) -> None:
    whole = gzip.compress(letter(5) + letter(6), mtime=0)
    world.web.pages[export("2026-10-01", "2026-11-01")] = answer(whole[:-12])
    world.web.pages[export("2026-11-20", "2026-11-25")] = mails(8)
    assert [world.poll(kitty).status for _ in range(3)] == [PollStatus.FAILED, PollStatus.FAILED, PollStatus.OK]
    assert sorted(world.titles(), key=str) == [f"Ferry number {number}" for number in (1, 5, 7, 8)]


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        (answer(b"Archive download disabled.", 400), "may not let its mails be exported"),
        (answer(b"<!DOCTYPE html><p>Sign in</p>"), "may be private"),
        (answer(status=502), "502"),
    ],
)
def test_an_export_that_is_not_given_is_a_failure(world: World, kitty: Source, page: Player, reason: str) -> None:
    world.web.pages[export("2026-11-01", "2026-11-25")] = page
    result = world.poll(kitty)
    assert result.status is PollStatus.FAILED
    assert reason in (result.reason or "")
