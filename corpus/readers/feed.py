"""Feeds to items: RSS, RDF, Atom, CDF and JSON Feed, and the feeds that list archives make of their mails.

An entry of a publication's feed keeps its id as `external_id`: the same id with a changed text is a new revision. The
feed of a list archive holds mails, and they are given as mails, with a subject to take apart and quotes to mark.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import count, pairwise
from urllib.parse import unquote, urljoin, urlsplit

from corpus.addresses import cleaned
from corpus.article import BlockKind, Link, PublicationDate, RawBlock, RawItem, Unreadable
from corpus.charsets import storable
from corpus.dates import header_date, stated_date
from corpus.extraction.outlets import known_outlet, outlet_of
from corpus.headers import Sender, message_id, parsed_address
from corpus.markup import typed_markup
from corpus.plain_text import typed_blocks
from corpus.readers.feed_document import NotAFeed, is_feed
from corpus.readers.feed_entries import Entry, Feed, Stamp, Words, feed_of

__all__ = ["SUMMARY_ONLY", "is_feed", "read_feed"]

SUMMARY_ONLY = "the feed holds only a summary of it"
"""Among an item's warnings when its page would say more: whoever polls the feed may then fetch that page."""

# A description in RSS may be the whole article or its first lines; the standard does not say. So many words are whole.
_WORDS_OF_A_WHOLE = 150
_BREAKS_OFF = re.compile(
    r"(?:…|\.\.\.|\[…\]|\[\.\.\.\]|\b(?:read more|read the (?:full|rest)|continue reading|keep reading|weiterlesen"
    r"|lire la suite|leer más|continua a leggere|lees verder)\b.{0,80})[\s»→>]*$",
    re.IGNORECASE,
)
_FURNITURE = re.compile(  # what WordPress puts below an entry, and a link to the rest of it
    r"^(?:The post .{1,400} (?:appeared first on|first appeared on) .{1,200}"
    r"|\[?(?:read more|continue reading|keep reading|weiterlesen|lire la suite|leer más)\b.{0,200})$",
    re.IGNORECASE,
)
_TAG = re.compile(r"</?[a-zA-Z][a-zA-Z0-9:-]{0,30}(?:\s[^<>]{0,4000})?/?>")
_ESCAPED_TAG = re.compile(r"&lt;(?:p|div|br|a|em|strong|h[1-6]|ul|blockquote|span|img)\b", re.IGNORECASE)
_RELATIVE_LINK = re.compile(
    r"""(<a\b[^<>]{0,1000}?\bhref\s{0,9}=\s{0,9})(?:"([^"<>]{0,2000})"|'([^'<>]{0,2000})'|([^\s"'<>]{1,2000}))""", re.I
)
_SCHEME = re.compile(r"^[a-z][a-z0-9+.-]{0,30}:", re.IGNORECASE)
_BY = re.compile(r"^by (?=[A-Z])", re.IGNORECASE)
_TITLE_PARTS = re.compile(r"\s+[|>»:–—-]\s+|\s*[|>»]\s*|:\s+")
# HyperKitty 1.3: a mail's own address ends in the hash of its message id.
_HYPERKITTY = re.compile(r"/list/(?P<list>[^/@\s]{1,64})@[^/\s]{1,255}/message/[A-Z2-7]{32}/?$")
_WIDE_AT = re.compile(r"(?<![^\s<>(\[{\"':;,=])([\w.+-]{1,64})＠([\w-]{1,63}(?:\.[\w-]{1,63}){0,8})")
_PUBLIC_INBOX_MARK = re.compile(r"^(?:\[-- .{0,300} --\]\n?)+$")  # where it leaves out an attachment
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def read_feed(
    raw: bytes, source: str, *, url: str | None = None, content_type: str | None = None
) -> Iterator[RawItem | Unreadable]:
    """An item for each entry, numbered from 1 as ``source#n``, in the feed's own order; none for a feed without any.

    `url` is where the feed came from: relative addresses are relative to it. `content_type` is what the server said.
    Nothing is fetched, no entity is opened, and what is no feed is one `Unreadable`.
    """
    try:
        feed = feed_of(raw, url=url, content_type=content_type)
    except NotAFeed as error:
        yield Unreadable(source, str(error))
        return
    numbers = count(1)
    for entry in feed.entries:
        yield _item(entry, feed, f"{source}#{next(numbers)}", url)
    if feed.cut_entry:
        yield Unreadable(f"{source}#{next(numbers)}", "the feed ends within this entry")


def _item(entry: Entry, feed: Feed, source: str, feed_url: str | None) -> RawItem | Unreadable:
    base = feed_url or feed.link or ""
    url = _web_address(entry.link, base)
    mail = _list_mail(entry, feed, url)
    body = max(entry.contents, key=_fullness) if entry.contents else entry.summary
    blocks: tuple[RawBlock, ...] = ()
    links: tuple[Link, ...] = ()
    trouble: str | None = None
    if body is not None:
        blocks, links, trouble = _blocks(body, body.base or url or base, mail)
    published, posted, complaints = _dates(entry)
    title = _one_line(entry.title)
    item = RawItem(
        source=source,
        format="feed",
        original=entry.original,
        blocks=blocks,
        posted=posted,
        url=cleaned(url) if url else None,
        language=entry.language,
        links=links,
        warnings=tuple(note for note in (feed.complaint, trouble, *complaints) if note),
    )
    if mail is not None:
        return replace(
            item,
            subject=title,
            list_name=mail.list_name,
            sender_name=mail.sender.name,
            sender_address=mail.sender.address,
            message_id=mail.message_id,
            in_reply_to=mail.in_reply_to,
            external_id=None if mail.message_id else _identifier(entry, feed, feed_url, item),
        )
    blocks = _with_title(title, tuple(map(_judged, blocks)))
    if not blocks and item.url is None:
        return Unreadable(source, "an entry without a title, a text or a link")
    if not blocks:
        blocks = (RawBlock(BlockKind.PARAGRAPH, item.url or ""),)  # all it says is where to look
    if _holds_only_a_summary(entry, feed, blocks):
        item = replace(item, warnings=(*item.warnings, SUMMARY_ONLY))
    item = replace(
        item,
        blocks=blocks,
        title=title,
        author=", ".join(_BY.sub("", name) for name in entry.authors) or None,
        outlet=_outlet(entry, feed, url),
        published=published,
    )
    return replace(item, external_id=_identifier(entry, feed, feed_url, item))


# Identity


@dataclass(frozen=True, slots=True)
class _ListMail:
    """What a list archive's feed tells of the mail that an entry is."""

    list_name: str | None
    sender: Sender
    message_id: str | None = None
    in_reply_to: str | None = None
    is_plain: bool = False


def _list_mail(entry: Entry, feed: Feed, url: str | None) -> _ListMail | None:
    """The mail behind an entry of public-inbox or HyperKitty; None for an entry of anything else.

    public-inbox makes an entry's id of the SHA-1 of the message id, and its address of the message id itself: when the
    two agree, the message id is proven, and this is the same posting as in a mailbox.
    """
    if url is None:
        return None
    if (known := _HYPERKITTY.search(urlsplit(url).path)) is not None:
        named = feed.title if feed.title and len(feed.title.split()) <= 3 else known["list"]
        # feedparser does not know the address for one, and gives both for the name: "ana＠one.example (Ana)"
        return _ListMail(named, parsed_address(", ".join(entry.authors).replace("＠", "@")), is_plain=True)
    identifier = _last_segment(url)
    if not identifier or entry.id != _public_inbox_id(identifier):
        return None
    replied = None
    if entry.reply_to is not None:
        replied = _last_segment(entry.reply_to[1])
        if entry.reply_to[0] != _public_inbox_id(replied):
            replied = None
    sender = Sender(", ".join(entry.authors) or None, entry.address)
    return _ListMail(None, sender, message_id(f"<{identifier}>"), message_id(f"<{replied}>") if replied else None)


def _last_segment(url: str) -> str:
    return unquote(url.rstrip("/").rpartition("/")[2])


def _public_inbox_id(identifier: str) -> str:
    digits = hashlib.sha1(identifier.encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest()
    cuts = (0, 8, 12, 16, 20, 32)
    return "urn:uuid:" + "-".join(digits[a:b] for a, b in pairwise(cuts))


def _identifier(entry: Entry, feed: Feed, feed_url: str | None, item: RawItem) -> str:
    """The entry's id, made unlike the ids of other feeds: RSS lets a feed number its items 1, 2, 3."""
    home = feed.link or feed_url
    if entry.id:
        return entry.id if _SCHEME.match(entry.id) or not home else f"{home}#{entry.id}"
    if item.url:
        return item.url
    # What an editor corrects is the text, so a title with its date stands for the entry when it has both.
    stamp = entry.published or entry.updated
    told = [item.title or "", stamp.text] if item.title and stamp else [block.text for block in item.blocks]
    digest = hashlib.sha256("\0".join([home or "", *told]).encode("utf-8", "surrogatepass")).hexdigest()
    return f"sha256:{digest[:32]}"


def _web_address(link: str | None, base: str) -> str | None:
    if not link:
        return None
    try:
        url = link if _SCHEME.match(link) else urljoin(base, link)  # the base may be the broken one
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.hostname else None


# Body


def _fullness(words: Words) -> tuple[int, bool]:
    return len(_TAG.sub("", words.text)), words.is_markup


def _holds_only_a_summary(entry: Entry, feed: Feed, blocks: tuple[RawBlock, ...]) -> bool:
    own = [block for block in blocks if block.kind is not BlockKind.HEADING]
    words = sum(len(block.text.split()) for block in own if block.kind is BlockKind.PARAGRAPH)
    whole = entry.contents or (feed.version.startswith("rss") and words >= _WORDS_OF_A_WHOLE)
    breaks_off = any(_BREAKS_OFF.search(block.text[-200:]) for block in own[-3:])
    return not whole or words == 0 or breaks_off


def _blocks(
    body: Words, base: str, mail: _ListMail | None
) -> tuple[tuple[RawBlock, ...], tuple[Link, ...], str | None]:
    if mail is not None and mail.is_plain:  # the text of the mail, whatever the feed's format makes of it
        return typed_blocks(_WIDE_AT.sub(r"\1@\2", body.text)), (), None
    if not body.is_markup:
        return typed_blocks(body.text), (), None
    text = body.text
    if not _TAG.search(text) and _ESCAPED_TAG.search(text):  # escaped twice
        text = html.unescape(text)
    if not _TAG.search(text):  # plain text where markup is allowed: its lines are its own
        return typed_blocks(html.unescape(text)), (), None
    blocks, links, trouble = typed_markup(_RELATIVE_LINK.sub(lambda found: _absolute(found, base), text))
    if mail is not None:
        blocks = tuple(
            RawBlock(BlockKind.BOILERPLATE, block.text) if _PUBLIC_INBOX_MARK.match(block.text + "\n") else block
            for block in blocks
        )
    return blocks, links, trouble


def _absolute(found: re.Match[str], base: str) -> str:
    link = html.unescape(next((part for part in found.groups()[1:] if part is not None), "")).strip()
    if not base or _SCHEME.match(link) or link.startswith("#"):
        return found.group()
    try:
        return f'{found.group(1)}"{html.escape(urljoin(base, link))}"'
    except ValueError:
        return found.group()


def _judged(block: RawBlock) -> RawBlock:
    """Quotation in an entry is an article's own; only in mail is it somebody else's posting."""
    if block.kind is BlockKind.QUOTED:
        return RawBlock(BlockKind.PARAGRAPH, block.text)
    if block.kind is BlockKind.PARAGRAPH and _FURNITURE.match(block.text):
        return RawBlock(BlockKind.BOILERPLATE, block.text)
    return block


def _with_title(title: str | None, blocks: tuple[RawBlock, ...]) -> tuple[RawBlock, ...]:
    """The title as a heading above the text, where it stands on the page; once, if the text brings it too."""
    if not title:
        return blocks
    if blocks and " ".join(blocks[0].text.split()).casefold() == title.casefold():
        blocks = blocks[1:]
    return (RawBlock(BlockKind.HEADING, title), *blocks)


# Fields


def _one_line(words: Words | None) -> str | None:
    """A title's words. Tags are taken off where the feed says or shows that they are markup."""
    if words is None:
        return None
    text = words.text
    if words.is_markup:
        blocks, _, _ = typed_markup(text)
        text = " ".join(block.text for block in blocks)
    return " ".join(re.split(r"[ \t\r\n]+", storable(text).strip())) or None


def _outlet(entry: Entry, feed: Feed, url: str | None) -> str | None:
    """The publication: one we know by the feed's title or by a host, else the feed's own title for its own entries."""
    for title in (entry.source_title, feed.title):
        for part in (title, *_TITLE_PARTS.split(title)) if title else ():
            if part and (known := known_outlet(part)):
                return known
    for link in (url, entry.source_link, feed.link):
        if link and (known := outlet_of(link)):
            return known
    if entry.source_title:
        return entry.source_title
    return feed.title if feed.title and _same_site(url, feed.link) else None


def _same_site(one: str | None, other: str | None) -> bool:
    """Whether an entry is the feed's own and not one that it gathered elsewhere; by the last two labels of the host."""
    site, home = (_host(link).split(".")[-2:] if link else [""] for link in (one, other))
    return site == [""] or home == [""] or site == home


def _host(link: str) -> str:
    try:
        return urlsplit(link).hostname or ""
    except ValueError:
        return ""


def _dates(entry: Entry) -> tuple[PublicationDate | None, dt.datetime | None, list[str]]:
    """Date of publication, moment of posting, complaints. A date of change alone is no date of publication."""
    complaints = []
    published, posted = None, None
    for stamp in (entry.published, entry.updated):
        if stamp is None or posted is not None:
            continue
        date, moment = _read(stamp)
        if date is None and moment is None:
            complaints.append(f"unreadable date {stamp.text[:40]!a}")
        if stamp is entry.published:
            published = date
        posted = moment
    return published, posted, complaints


def _read(stamp: Stamp) -> tuple[PublicationDate | None, dt.datetime | None]:
    try:
        moment: dt.datetime | None = dt.datetime.fromisoformat(stamp.text)
    except ValueError:
        moment = header_date(stamp.text) or stamp.reading
    if moment is not None and moment.tzinfo is None:
        moment = moment.replace(tzinfo=dt.UTC)
    if moment is not None and (not 1970 <= moment.year < 2200 or moment == _EPOCH):  # what a program writes for "none"
        return None, None
    date = stated_date(stamp.text)
    if date is None and moment is not None:
        date = PublicationDate(moment.date().isoformat())
    if date is not None and date.text is not None and not "1600" < date.text < "2200":
        date = None
    return date, moment if date is None or len(date.text or "") == 10 else None
