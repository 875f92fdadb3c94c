"""Feeds of every kind against what they should give, and against what is made to hurt."""

from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.article import BlockKind, PublicationDate, RawItem, Unreadable
from corpus.readers.feed import SUMMARY_ONLY, is_feed, read_feed

_SAMPLES = Path(__file__).parent.parent / "samples" / "feeds"
_GERMAN_SUMMER = dt.timezone(dt.timedelta(hours=2))


def _items(raw: bytes, **served: str) -> list[RawItem]:
    items = list(read_feed(raw, "f", **served))  # type: ignore[arg-type]
    assert all(isinstance(item, RawItem) for item in items), items
    return [item for item in items if isinstance(item, RawItem)]


def _sample(name: str) -> list[RawItem]:
    return _items((_SAMPLES / name).read_bytes())


def _rss(inside: str, *, head: str = "<title>Feed</title>") -> bytes:
    return f'<?xml version="1.0"?><rss version="2.0"><channel>{head}{inside}</channel></rss>'.encode()


def _texts(item: RawItem) -> list[str]:
    return [block.text for block in item.blocks]


def test_rss_with_its_full_content_in_windows_1252() -> None:
    first, second = _sample("rss.xml")
    assert first.source == "f#1"
    assert _texts(first) == [
        "Harbour & bridge reopen after the flood",
        "Ships are “back” in the harbour – after nine days.",
        "See the map.",
        "The post Harbour & bridge appeared first on Somewhere.",
    ]
    assert [block.kind for block in first.blocks][-1] is BlockKind.BOILERPLATE
    assert (first.title, first.author, first.outlet) == (
        "Harbour & bridge reopen after the flood",
        "Ana Example, Ben Sample",
        "The Guardian",
    )
    assert first.url == "https://www.theguardian.com/world/2031/may/07/harbour"  # without tracking
    assert first.published == PublicationDate("2031-05-07")  # the day where it was written, not the day in UTC
    assert first.external_id == "https://www.theguardian.com/world#harbour-17"
    assert first.language == "en-gb"
    assert [link.url for link in first.links] == ["https://www.theguardian.com/world/map"]
    assert first.original.startswith(b"<item>") and first.original.endswith(b"</item>")
    assert first.warnings == ()
    assert _texts(second)[1] == "Only the first lines — and then…"  # escaped twice
    assert second.warnings == ("unreadable date 'yesterday at tea'", SUMMARY_ONLY)
    assert second.published is None and second.posted is None


def test_atom_with_a_base_inherited_authors_and_a_date_of_change_alone() -> None:
    first, second = _sample("atom.xml")
    assert (first.title, first.author, first.url) == (
        "Die Brücke steht",
        "Redaktion",
        "https://paper.example/stadt/1",
    )
    assert first.posted == dt.datetime(2031, 5, 7, 23, 30, tzinfo=_GERMAN_SUMMER)
    assert [link.url for link in first.links] == ["https://paper.example/plan"]
    assert second.title == "Text <b> bleibt Text"
    assert second.author == "Cleo Muster"
    assert second.published is None  # it says when it was changed, not when it was published
    assert second.posted == dt.datetime(2031, 5, 8, 10, tzinfo=dt.UTC)
    assert SUMMARY_ONLY in second.warnings and SUMMARY_ONLY not in first.warnings


def test_rdf_and_its_dublin_core_month() -> None:
    (item,) = _sample("rdf.xml")
    assert item.published == PublicationDate("2031-05")
    assert item.posted is None  # a month is no moment
    assert item.outlet == "Le Papier"


def test_cdf() -> None:
    (item,) = _sample("channel.cdf")
    assert (item.title, item.url, item.published) == ("First", "https://paper.example/one", None)
    assert _texts(item) == ["First", "What it says."]


def test_json_feed() -> None:
    first, second = _sample("feed.json")
    assert (first.external_id, first.author, first.outlet) == (
        "https://reader.example/#7",
        "Dora Example",
        "Notes of a Reader",
    )
    assert _texts(first) == ["Seven", "Full words.", "More of them."]
    assert second.author == "Emil Sample, Fay Sample"
    assert second.url == "https://other.example/8"
    assert second.outlet is None  # somebody else's page, that this feed only points to
    assert SUMMARY_ONLY in second.warnings


def test_a_hyperkitty_feed_holds_mails_with_their_addresses_undone() -> None:
    (item,) = _sample("hyperkitty.xml")
    assert (item.subject, item.list_name, item.title) == ("Re: [Readers] The bridge", "Readers", None)
    assert (item.sender_name, item.sender_address) == ("Ana Example", "ana@one.example")
    assert "<ben@two.example>" in item.blocks[0].text and "A lone ＠ stays" in item.blocks[0].text
    assert [block.kind for block in item.blocks] == [BlockKind.PARAGRAPH, BlockKind.QUOTED]


def _public_inbox_id(message_id: str) -> str:
    digits = hashlib.sha1(message_id.encode()).hexdigest()
    return f"urn:uuid:{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:32]}"


def test_a_public_inbox_feed_proves_its_message_ids() -> None:
    def entry(identifier: str) -> RawItem:
        raw = f"""<?xml version="1.0" encoding="us-ascii"?>
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:thr="http://purl.org/syndication/thread/1.0"><title>readers</title>
<entry><author><name>Ana Example</name><email>ana@one.example</email></author><title>Re: bridge</title>
<updated>2031-05-07T10:00:00Z</updated><link href="https://inbox.example/readers/a%2Fb@one.example/"/>
<id>{identifier}</id><thr:in-reply-to ref="{_public_inbox_id("first@one.example")}"
href="https://inbox.example/readers/first@one.example/"/>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><pre style="white-space:pre-wrap">It is open.

<span class="q">&gt; Is it?
</span>[-- Attachment #2: plan.png --]
[-- Type: image/png, Size: 833 bytes --]
</pre></div></content></entry></feed>"""
        return _items(raw.encode())[0]

    mail = entry(_public_inbox_id("a/b@one.example"))
    assert (mail.message_id, mail.in_reply_to) == ("a/b@one.example", "first@one.example")
    assert (mail.subject, mail.external_id) == ("Re: bridge", None)
    assert mail.sender_address == "ana@one.example"
    assert [block.kind for block in mail.blocks] == [BlockKind.PARAGRAPH, BlockKind.QUOTED, BlockKind.BOILERPLATE]
    other = entry("urn:uuid:00000000-0000-0000-0000-000000000000")
    assert (other.message_id, other.title) == (None, "Re: bridge")


def test_the_same_id_in_two_feeds_is_two_ids_and_a_changed_text_keeps_its_id() -> None:
    def identifier(home: str, text: str) -> str | None:
        entry = f"<item><guid isPermaLink='false'>1</guid><description>{text}</description></item>"
        return _items(_rss(entry, head=f"<link>{home}</link>"))[0].external_id

    assert identifier("https://a.example/", "x") != identifier("https://b.example/", "x")
    assert identifier("https://a.example/", "x") == identifier("https://a.example/", "y")


def test_an_entry_without_an_id_is_known_by_its_link_else_by_its_title_and_date() -> None:
    linked, dated = _items(
        _rss(
            "<item><link>https://a.example/1?utm_source=x</link><description>a</description></item>"
            "<item><title>T</title><pubDate>Wed, 07 May 2031 10:00:00 GMT</pubDate><description>b</description></item>"
        )
    )
    assert linked.external_id == "https://a.example/1"
    assert dated.external_id is not None and dated.external_id.startswith("sha256:")
    again = _items(
        _rss(
            "<item><title>T</title><pubDate>Wed, 07 May 2031 10:00:00 GMT</pubDate><description>c</description></item>"
        )
    )
    assert again[0].external_id == dated.external_id


@pytest.mark.parametrize(
    ("declared", "served", "codec"),
    [
        ("utf-8", None, "utf-8"),
        ("iso-8859-1", None, "utf-8"),  # declared wrongly: nothing else looks like UTF-8 by accident
        ("windows-1252", None, "windows-1252"),
        ("iso-8859-1", None, "windows-1252"),
        ("koi8-r", None, "koi8-r"),
        ("no-such-thing", None, "utf-8"),
        (None, "text/xml; charset=koi8-r", "koi8-r"),
        (None, "text/xml", "utf-8"),
        ("utf-16", None, "utf-16"),
    ],
)
def test_character_sets_by_what_the_bytes_are(declared: str | None, served: str | None, codec: str) -> None:
    word = "Мост открыт" if "koi8" in codec else "Café – “so”"
    declaration = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    document = f"{declaration}<rss version='2.0'><channel><item><title>{word}</title></item></channel></rss>"
    raw = document.encode(codec)
    assert is_feed(raw)
    items = _items(raw, content_type=served) if served else _items(raw)
    assert items[0].title == word


def test_a_script_that_nobody_declared_is_recognised_and_said() -> None:
    text = "Сегодня утром мост через реку снова открыт для всех жителей города. " * 3
    raw = f"<rss><channel><item><title>x</title><description>{text}</description></item></channel></rss>".encode(
        "koi8-r"
    )
    (item,) = _items(raw)
    assert _texts(item)[1] == text.strip()
    assert "no character set declared: read as koi8_r" in item.warnings


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b"<?xml version='1.0'?><!-- <html> --><rss version='2.0'>", True),
        (b"\xef\xbb\xbf\r\n<feed xmlns='http://www.w3.org/2005/Atom'>", True),
        (b"<a:feed xmlns:a='http://www.w3.org/2005/Atom'>", True),
        (b"<rdf:RDF xmlns='http://purl.org/rss/1.0/'>", True),
        (b"<rdf:RDF xmlns:foaf='http://xmlns.com/foaf/0.1/'>", False),
        (b"<feed xmlns='urn:of:cattle'>", False),
        (b"<html><body><rss></body></html>", False),
        (b"<opml version='2.0'>", False),
        (b'{"version": "https://jsonfeed.org/version/1", "items": []}', True),
        (b'{"version": "1", "items": []}', False),
        (b"rss", False),
        (b"", False),
    ],
)
def test_a_feed_is_known_by_its_root(head: bytes, expected: bool) -> None:
    assert is_feed(head) is expected


def test_what_was_cut_off_is_not_kept() -> None:
    whole = _rss("<item><title>One</title></item><item><title>Two</title><description>All of it</description></item>")
    items = list(read_feed(whole[: whole.index(b"All of") + 3], "f"))
    assert [type(item) for item in items] == [RawItem, Unreadable]
    assert items[1] == Unreadable("f#2", "the feed ends within this entry")


def test_entries_of_nothing() -> None:
    items = list(read_feed(_rss("<item></item><item><link>https://a.example/1</link></item>"), "f"))
    assert items[0] == Unreadable("f#1", "an entry without a title, a text or a link")
    assert isinstance(items[1], RawItem) and _texts(items[1]) == ["https://a.example/1"]
    assert SUMMARY_ONLY in items[1].warnings
    assert list(read_feed(_rss(""), "f")) == []


@pytest.mark.parametrize("link", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "http://[broken"])
def test_only_web_addresses_are_links(link: str) -> None:
    item, other = _items(
        _rss(
            f"<item><title>T</title><link>{link}</link></item><item><title>U</title><link>https://a.example/</link></item>",
            head=f"<title>Feed</title><link>{link}</link>",
        )
    )
    assert (item.url, other.url) == (None, "https://a.example/")


def test_a_text_that_breaks_off_is_a_summary_whatever_it_is_called() -> None:
    encoded = '<content:encoded xmlns:content="http://purl.org/rss/1.0/modules/content/">{}</content:encoded>'
    words = ("It was opened this morning and", "It was opened this morning and [...]")
    items = _items(_rss("".join(f"<item>{encoded.format(text)}</item>" for text in words)))
    assert [SUMMARY_ONLY in item.warnings for item in items] == [False, True]


@pytest.mark.parametrize(
    "date", ["0001-01-01T00:00:00Z", "Thu, 01 Jan 1970 00:00:00 GMT", "Fri, 31 Feb 2031 10:00:00 GMT"]
)
def test_a_date_that_means_none_is_none(date: str) -> None:
    (item,) = _items(_rss(f"<item><title>T</title><pubDate>{date}</pubDate></item>"))
    assert (item.published, item.posted) == (None, None)


def _bomb() -> bytes:
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    document = (
        f'<!DOCTYPE x [<!ENTITY e0 "ha">{levels}]><rss version="2.0"><channel><title>&e11;</title></channel></rss>'
    )
    return document.encode()


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"<rss>" + b"x" * (17 << 20), "a feed of more than 16 MB"),
        (b"<rss><channel><item>" + b"& " * (5 << 20), "damaged markup, and more than 4 MB of it"),
        (_bomb(), "entities that grow without end"),
        (_rss("<item " + " ".join(f'a{n}="1"' for n in range(500)) + "/>"), "an element of more than 200 attributes"),
        (_rss(f"<item><author>{'a.' * 5000}@{'b.' * 5000}</author></item>"), "an author of more than 3000 characters"),
        (_rss(f"<item>{'<category>c</category>' * 2000}</item>"), "an entry of more than 1000 categories"),
        (b'{"version":"https://jsonfeed.org/version/1","items":' + b"[" * 100000, "not JSON that can be read"),
        (b"<p>No feed", "no feed in it"),
        (b"", "an empty feed"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_made_to_hurt_is_refused(raw: bytes, reason: str) -> None:
    assert list(read_feed(raw, "f")) == [Unreadable("f", reason)]


def test_no_outside_entity_is_opened(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("treasure")
    raw = (
        f'<!DOCTYPE x [<!ENTITY a SYSTEM "{secret.as_uri()}">]>'.encode()
        + _rss("<item><title>T &a;</title></item>")[21:]
    )
    assert "treasure" not in repr(list(read_feed(raw, "f")))


def test_nested_tags_cost_no_more_than_their_words() -> None:
    items = list(
        read_feed(_rss(f"<item><title>T</title><description>{'&lt;b&gt;' * 20000}w</description></item>"), "f")
    )
    assert isinstance(items[0], RawItem) and _texts(items[0])[1].strip() == "w"


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=200), st.integers(min_value=0, max_value=1200))
def test_any_bytes_give_items_and_no_exception(noise: bytes, place: int) -> None:
    whole = (_SAMPLES / "rss.xml").read_bytes()
    for item in read_feed(whole[:place] + noise + whole[place + len(noise) :], "f"):
        assert item.source.startswith("f")
