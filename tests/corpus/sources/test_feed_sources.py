"""Feeds, polled from a server: what is new, what is kept in mind, how trouble is shown and passes."""

from __future__ import annotations

import datetime as dt
import gzip

import pytest
from odd_web import Player, answer, conditional, raw, redirect
from source_world import World

from corpus.article import Window
from corpus.sources.intervals import FAILURES_UNTIL_FAILING
from corpus.sources.polling import PollStatus
from corpus.sources.source import Source, SourceKind, SourceState, Validators

WORDS = (
    "The harbour master said on Monday that {} tonnes of silt were moved from the old basin, more than in any year "
    "since the port was opened, and that the work would go on until the ferry company has its new berth in spring."
)


def feed(*numbers: int, summary: bool = False, title: str = "Harbour Gazette") -> bytes:
    items = "".join(
        f"<item><guid isPermaLink='false'>n{number}</guid><title>Report number {number}</title>"
        f"<link>http://news.example/{number}.html</link><pubDate>Mon, 23 Nov 2026 0{number}:00:00 GMT</pubDate>"
        f"<description>{'Silt was moved.' if summary else WORDS.format(number * 1111)}</description></item>"
        for number in numbers
    )
    return f"<rss version='2.0'><channel><title>{title}</title>{items}</channel></rss>".encode()


def page(number: int) -> bytes:
    paragraphs = "".join(f"<p>{WORDS.format(number * 1000 + line)}</p>" for line in range(6))
    return (
        f"<html><head><title>Report number {number}</title></head><body><article><h1>Report number {number}</h1>"
        f"{paragraphs}</article></body></html>"
    ).encode()


@pytest.fixture
def source(world: World) -> Source:
    return world.named("http://news.example/feed", SourceKind.FEED)


def test_the_first_poll_is_a_first_import_and_later_items_are_news(world: World, source: Source) -> None:
    world.web.pages["/feed"] = conditional(feed(1, 2), '"1"')
    first = world.poll(source)
    assert (first.found, first.added, first.status, first.reason) == (2, 2, PollStatus.OK, None)
    assert first.next == world.now + dt.timedelta(minutes=15)
    assert world.news() == []
    unchanged = world.poll(source)
    assert (unchanged.found, unchanged.added, unchanged.status) == (0, 0, PollStatus.UNCHANGED)
    world.web.pages["/feed"] = conditional(feed(1, 2, 3), '"2"')
    later = world.poll(source)
    assert (later.found, later.added) == (3, 1)
    assert world.news() == ["Report number 3"]
    assert world.health(source).last_result == "3 found, 1 added"
    assert world.health(source).validators == Validators('"2"')


def test_what_comes_after_an_empty_first_look_is_news(world: World, source: Source) -> None:
    world.web.pages["/feed"] = answer(feed())
    assert world.poll(source).status is PollStatus.OK
    world.web.pages["/feed"] = answer(feed(1))
    assert world.poll(source).added == 1
    assert world.news() == ["Report number 1"]


def test_an_item_that_was_changed_is_a_new_revision(world: World, source: Source) -> None:
    world.web.pages["/feed"] = answer(feed(1))
    world.poll(source)
    world.web.pages["/feed"] = answer(feed(1).replace(b"1111 tonnes", b"2222 tonnes"))
    result = world.poll(source)
    assert (result.found, result.added, result.updated) == (1, 0, 1)
    (article,) = world.archive.articles()
    assert "2222 tonnes" in article.text


def test_a_permanent_move_is_remembered_once_a_feed_came_from_there(world: World, source: Source) -> None:
    world.web.pages["/feed"] = redirect("/new", 301)
    world.web.pages["/new"] = answer(b"<html>We have moved</html>")
    assert world.poll(source).reason == "what came is no feed"
    assert world.health(source).address == "http://news.example/feed"
    world.web.pages["/new"] = answer(feed(1))
    assert world.poll(source).added == 1
    assert world.health(source).address == "http://news.example/new"
    other = world.named("http://news.example/feed", SourceKind.FEED)
    assert world.poll(other).status is PollStatus.OK
    assert world.health(other).address == "http://news.example/feed"  # two sources are not made one


def test_a_source_that_is_gone_is_not_polled_again_by_itself(world: World, source: Source) -> None:
    world.web.pages["/feed"] = answer(status=410)
    result = world.poll(source)
    assert (result.status, result.next) == (PollStatus.GONE, None)
    assert world.health(source).state is SourceState.GONE
    assert world.archive.sources.due(world.now + dt.timedelta(days=365)) == []
    assert world.archive.sources.next_due() is None
    world.web.pages["/feed"] = answer(status=500)
    assert world.poll(source).next is None
    world.web.pages["/feed"] = answer(feed(1))
    assert world.poll(source).status is PollStatus.OK  # named by hand, it may come back
    assert world.health(source).next_poll is not None


def test_ten_failures_make_a_source_failing_and_one_success_makes_it_well(world: World, source: Source) -> None:
    world.web.pages["/feed"] = answer(status=404)
    statuses = [world.poll(source).status for _ in range(FAILURES_UNTIL_FAILING + 1)]
    assert statuses == [PollStatus.FAILED] * 9 + [PollStatus.FAILING] * 2
    ill = world.health(source)
    assert (ill.state, ill.failures) == (SourceState.FAILING, 11)
    assert ill.next_poll == world.now + dt.timedelta(days=1)
    assert ill.last_result == "failing: answered 404 Not Found"
    world.web.pages["/feed"] = answer(feed(1))
    assert world.poll(source).status is PollStatus.OK
    well = world.health(source)
    assert (well.state, well.failures, well.next_poll) == (SourceState.OK, 0, world.now + dt.timedelta(minutes=15))


def test_a_server_says_when_to_come_back(world: World, source: Source) -> None:
    world.web.pages["/feed"] = answer(status=429, Retry_After="7200")
    result = world.poll(source)
    assert (result.status, result.next) == (PollStatus.FAILED, world.now + dt.timedelta(hours=2))


def test_of_a_feed_that_came_cut_the_whole_items_are_kept(world: World, source: Source) -> None:
    packed = gzip.compress(feed(1, 2, 3) + b" " * 100_000, mtime=0)
    world.web.pages["/feed"] = answer(packed[:-6], Content_Encoding="gzip", ETag='"1"')
    result = world.poll(source)
    assert (result.added, result.status) == (3, PollStatus.FAILED)
    assert result.reason == "truncated gzip: kept what was readable"
    assert world.health(source).validators == Validators()  # so that it is asked for in full
    world.web.pages["/feed"] = raw(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n" + feed(4)[:300])
    assert world.poll(source).status is PollStatus.FAILED


def test_a_feed_in_a_wrong_charset_keeps_its_letters(world: World, source: Source) -> None:
    body = feed(1, title="Gazette").replace(b"harbour master", "Hafenmeister Jörg Müller".encode("latin-1"))
    world.web.pages["/feed"] = answer(body, Content_Type="application/rss+xml; charset=utf-8")
    assert world.poll(source).added == 1
    (article,) = world.archive.articles()
    assert "Jörg Müller" in article.text


def test_no_password_reaches_the_archive_or_a_report(world: World) -> None:
    source = world.named("http://ana:s3cret@news.example/feed?token=hidd3n", SourceKind.FEED)
    world.web.pages["/feed?token=hidd3n"] = answer(feed(1).replace(b"http://news.example/1.html", b"/1.html"))
    result = world.poll(source)
    assert result.added == 1
    (article,) = world.archive.articles()
    assert article.url == "http://news.example/1.html"
    world.web.pages["/feed?token=hidd3n"] = answer(status=500)
    failed = world.poll(source)
    for shown in (
        repr(article),
        repr(result),
        repr(failed),
        result.source.name,
        world.health(source).last_result or "",
    ):
        assert "s3cret" not in shown and "hidd3n" not in shown


# Pages of items


def test_pages_are_fetched_only_where_the_operator_allowed_it(world: World) -> None:
    world.web.pages["/feed"] = answer(feed(1, summary=True))
    world.web.pages["/1.html"] = answer(page(1), Content_Type="text/html")
    assert world.poll(world.named("http://news.example/feed", SourceKind.FEED)).added == 1
    assert world.web.paths == ["/feed"]
    assert world.poll(world.named("http://news.example/feed", SourceKind.FEED, "whole", fetch_pages=True)).added == 1
    assert world.web.paths[1:] == ["/feed", "/robots.txt", "/1.html"]
    summary, whole = world.archive.articles()
    assert "1005 tonnes" not in summary.text
    assert "1005 tonnes" in whole.text
    assert (whole.title, whole.external_id, whole.published.text) == (summary.title, summary.external_id, "2026-11-23")


def test_a_page_is_fetched_once_for_each_summary(world: World) -> None:
    source = world.named("http://news.example/feed", SourceKind.FEED, fetch_pages=True)
    world.web.pages["/feed"] = answer(feed(1, 2, summary=True))
    world.web.pages |= {f"/{number}.html": answer(page(number), Content_Type="text/html") for number in (1, 2, 3)}
    world.poll(source)
    world.web.pages["/feed"] = answer(feed(2, 3, summary=True))
    before = len(world.web.requests)
    result = world.poll(source)
    assert (result.found, result.added, result.updated) == (2, 1, 0)
    assert world.web.paths[before:] == ["/feed", "/robots.txt", "/3.html"]
    assert all("tonnes" in article.text for article in world.archive.articles())
    assert set(world.archive.sources.marks(source.number)) == {
        article.external_id for article in world.archive.articles() if article.number > 1
    }


def test_a_page_that_cannot_be_had_just_now_is_tried_again_and_then_left(world: World) -> None:
    source = world.named("http://news.example/feed", SourceKind.FEED, fetch_pages=True)
    world.web.pages["/feed"] = conditional(feed(1, 2, summary=True), '"1"')
    world.web.pages |= {"/1.html": answer(status=500), "/2.html": answer(status=500)}
    assert [world.poll(source).added for _ in range(2)] == [0, 0]
    world.web.pages["/1.html"] = answer(page(1), Content_Type="text/html; charset=utf-8")
    assert world.poll(source).added == 2
    texts = [article.text for article in world.archive.articles()]
    assert ["1005 tonnes" in text for text in texts] == [True, False]
    assert world.poll(source).status is PollStatus.UNCHANGED


@pytest.mark.parametrize(
    ("robots", "fetched"),
    [
        (answer(b"User-agent: *\nDisallow: /"), False),
        (answer(b"User-agent: briefing-bot\nDisallow: /1"), False),
        (answer(b"User-agent: *\nDisallow: /private"), True),
        (answer(b"User-agent: other\nDisallow: /"), True),
        (answer(status=404), True),
        (answer(status=503), False),
        (answer(b"\xff\xfe\0 nonsense"), True),
        (answer("User-agent: *\nCrawl-delay: ²".encode()), False),  # over these two the parser stumbles
        (answer(b"User-agent: *\nDisallow: //["), False),
    ],
)
def test_a_site_is_asked_what_it_wants_left_alone(world: World, robots: Player, fetched: bool) -> None:
    source = world.named("http://news.example/feed", SourceKind.FEED, fetch_pages=True)
    world.web.pages["/feed"] = answer(feed(1, summary=True))
    world.web.pages["/1.html"] = answer(page(1), Content_Type="text/html")
    world.web.pages["/robots.txt"] = robots
    assert world.poll(source).added == 1
    assert ("/1.html" in world.web.paths) is fetched


@pytest.mark.parametrize("link", ["http://news.example:x/1", "http://news.example]/1", "http://[/1", "http://a..b/"])
def test_a_link_that_is_no_address_leaves_its_item_a_summary(world: World, link: str) -> None:
    source = world.named("http://news.example/feed", SourceKind.FEED, fetch_pages=True)
    world.web.pages["/feed"] = answer(feed(1, summary=True).replace(b"http://news.example/1.html", link.encode()))
    result = world.poll(source)
    assert (result.status, result.reason, result.added) == (PollStatus.OK, None, 1)


def test_a_page_that_leads_to_a_private_address_is_not_fetched(world: World) -> None:
    source = world.named("http://news.example/feed", SourceKind.FEED, fetch_pages=True)
    world.web.pages["/feed"] = answer(feed(1, 2, summary=True).replace(b"http://news.example/2", b"http://127.0.0.1/2"))
    world.web.pages["/1.html"] = redirect("http://169.254.169.254/latest/")
    assert world.poll(source).added == 2
    assert {host for host, _ in world.network.connected} == {"8.8.8.8"}
    assert world.archive.news(Window(0, 99)) == []
