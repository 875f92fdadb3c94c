"""What an address is a source of; and lists of feeds."""

from __future__ import annotations

from pathlib import Path

import pytest
from odd_web import answer, redirect
from source_world import World

from corpus.errors import CorpusError, NothingThere, UnusableAddress
from corpus.sources.discovery import Discovery, checked_address, discovered
from corpus.sources.opml import Outline, read_opml
from corpus.sources.source import SourceKind

RSS = b"<?xml version='1.0'?><rss version='2.0'><channel><title>Gazette</title></channel></rss>"
JSON = b'{"version": "https://jsonfeed.org/version/1.1", "title": "Gazette", "items": []}'


def page(*links: str) -> bytes:
    return f"<html><head>{''.join(links)}</head><body><p>Welcome</p></body></html>".encode()


@pytest.mark.parametrize("body", [RSS, JSON, b"<feed xmlns='http://www.w3.org/2005/Atom'/>"])
def test_a_feed_is_known_by_what_it_is_not_by_its_type(world: World, body: bytes) -> None:
    world.web.pages["/x"] = answer(body, Content_Type="text/html")
    assert discovered("http://news.example/x", world.fetcher()) == Discovery(SourceKind.FEED, "http://news.example/x")


def test_a_page_names_its_feed(world: World) -> None:
    world.web.pages["/"] = answer(
        page(
            '<link rel="alternate" hreflang="de" href="/de">',
            '<link rel="alternate" type="application/rss+xml" title="Comments" href="/comments/feed">',
            '<link rel="alternate" type="application/rss+xml" href="/broken">',
            '<LINK REL="Alternate" TYPE="application/atom+xml; charset=utf-8" HREF="feed.xml">',
        )
    )
    world.web.pages["/feed.xml"] = answer(RSS)
    found = discovered("http://news.example/", world.fetcher())
    assert found == Discovery(SourceKind.FEED, "http://news.example/feed.xml")


def test_a_page_cannot_name_a_private_address(world: World) -> None:
    world.web.pages["/"] = answer(page('<link rel="alternate" type="application/rss+xml" href="http://127.0.0.1/f">'))
    with pytest.raises(UnusableAddress, match="is no feed, names none"):
        discovered("http://news.example/", world.fetcher())
    assert {host for host, _ in world.network.connected} == {"8.8.8.8"}


def test_list_archives_are_known_by_their_indexes(world: World) -> None:
    world.web.pages["/pipermail/harbour/"] = answer(page('<a href="2024-July.txt.gz">text</a>'))
    world.web.pages["/pipermail/harbour"] = redirect("/pipermail/harbour/", 301)
    world.web.pages["/list/harbour@lists.example/"] = answer(
        page('<a href="/list/harbour@lists.example/latest">all</a>')
    )
    fetcher = world.fetcher()
    for typed in ("http://lists.example/pipermail/harbour/", "http://lists.example/pipermail/harbour"):
        assert discovered(typed, fetcher) == Discovery(SourceKind.PIPERMAIL, "http://lists.example/pipermail/harbour/")
    found = discovered("http://lists.example/list/harbour@lists.example/", fetcher)
    assert found == Discovery(SourceKind.HYPERKITTY, "http://lists.example/list/harbour@lists.example/")


def test_paths_and_mailboxes_ask_no_server(world: World, tmp_path: Path) -> None:
    fetcher = world.fetcher()
    assert discovered(str(tmp_path), fetcher) == Discovery(SourceKind.FOLDER, str(tmp_path.resolve()))
    found = discovered("imaps://ana@mail.example/Lists", fetcher)
    assert found == Discovery(SourceKind.IMAP, "imaps://ana@mail.example/Lists")
    assert world.web.requests == []


@pytest.mark.parametrize("typed", ["ftp://news.example/", "javascript:alert(1)", "imaps://mail.example/", "/no/such"])
def test_what_cannot_be_a_source_is_refused(world: World, typed: str) -> None:
    with pytest.raises((UnusableAddress, NothingThere)):
        discovered(typed, world.fetcher())
    assert world.network.connected == []


def test_a_server_that_does_not_answer_leaves_the_operator_to_say(world: World) -> None:
    world.web.pages["/x"] = answer(status=503)
    with pytest.raises(UnusableAddress, match=r"answered 503 .* say it with --kind"):
        discovered("http://ana:secret@news.example/x", world.fetcher())


def test_a_private_address_is_not_to_be_had_with_another_option(world: World) -> None:
    with pytest.raises(UnusableAddress, match="BRIEFING_ALLOW_HOSTS") as refused:
        discovered("http://169.254.169.254/latest", world.fetcher())
    assert "--kind" not in str(refused.value)


@pytest.mark.parametrize("typed", ["news.example", "news.example/feed.xml"])
def test_an_address_without_its_beginning_is_told_from_a_path(world: World, typed: str) -> None:
    with pytest.raises(UnusableAddress, match="begins with https://"):
        discovered(typed, world.fetcher())


def test_a_path_that_no_disk_can_have_is_not_there(world: World) -> None:
    with pytest.raises(NothingThere):
        discovered("/" + "x" * 300, world.fetcher())


@pytest.mark.parametrize(
    ("typed", "kind", "kept"),
    [
        ("http://News.example/x", SourceKind.FEED, "http://news.example/x"),
        (
            "https://l.example/archives/list/a@b.example/thread/XYZ/",
            SourceKind.HYPERKITTY,
            "https://l.example/archives/list/a@b.example/",
        ),
        (
            "https://l.example/archives/list/a%40b.example/2024/7/",
            SourceKind.HYPERKITTY,
            "https://l.example/archives/list/a@b.example/",
        ),
    ],
)
def test_an_address_is_kept_in_the_form_its_kind_needs(typed: str, kind: SourceKind, kept: str) -> None:
    assert checked_address(typed, kind) == kept


@pytest.mark.parametrize(
    ("typed", "kind"),
    [
        ("https://l.example/mailman/private/harbour/", SourceKind.PIPERMAIL),
        ("https://l.example/pipermail/harbour/", SourceKind.HYPERKITTY),
        ("/no/such/folder", SourceKind.FOLDER),
    ],
)
def test_an_address_that_its_kind_cannot_have_is_refused(typed: str, kind: SourceKind) -> None:
    with pytest.raises(CorpusError):
        checked_address(typed, kind)


# OPML


def test_a_list_of_feeds_is_read_with_its_folders() -> None:
    raw = b"""<?xml version="1.0"?><opml version="2.0"><head><title>Mine</title></head><body>
      <outline text="Coast"><outline type="rss" text="Gazette" xmlUrl="https://gazette.example/rss" htmlUrl="x"/>
        <outline title="Deeper"><outline text="Tides &amp; winds" XMLURL=" https://tides.example/ "/></outline>
      </outline>
      <outline text="no feed"/><outline xmlUrl="https://bare.example/"/></body></opml>"""
    assert read_opml(raw) == [
        Outline("https://gazette.example/rss", "Gazette", "Coast"),
        Outline("https://tides.example/", "Tides & winds", "Deeper"),
        Outline("https://bare.example/", None, None),
    ]


@pytest.mark.parametrize("raw", [b"", b"not xml", RSS, b"<html><body/></html>", b"\0\0\0"])
def test_what_is_no_list_of_feeds_is_refused(raw: bytes) -> None:
    with pytest.raises(UnusableAddress, match="no OPML file"):
        read_opml(raw)


def test_a_list_of_feeds_opens_no_entity_and_no_file(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("s3cret")
    bomb = "".join(f'<!ENTITY e{number} "{f"&e{number - 1};" * 10}">' for number in range(1, 12))
    raw = f"""<?xml version="1.0"?><!DOCTYPE opml [<!ENTITY e0 "ha"><!ENTITY f SYSTEM "{secret.as_uri()}">{bomb}]>
      <opml><body><outline text="&e11;" xmlUrl="https://a.example/&f;"/></body></opml>"""
    try:
        outlines = read_opml(raw.encode())
    except UnusableAddress:
        return
    assert "s3cret" not in repr(outlines) and len(repr(outlines)) < 1000


def test_a_list_of_feeds_out_of_measure_is_refused() -> None:
    many = b"<opml><body>" + b'<outline xmlUrl="https://a.example/"/>' * 10_001 + b"</body></opml>"
    with pytest.raises(UnusableAddress, match="more than 10000 feeds"):
        read_opml(many)
    with pytest.raises(UnusableAddress, match="16 MB"):
        read_opml(b" " * (17 << 20))
