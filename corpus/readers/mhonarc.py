"""Message pages made by MHonArc, also those of its fusion with Pipermail.

Read by the X- comments, which all versions write and no page's looks change; the visible head adds what they lack.
"""

from __future__ import annotations

import datetime as dt
import html
import re
import string
from collections.abc import Callable

from corpus.article import BlockKind, Link, RawBlock, RawItem, Unreadable
from corpus.charsets import charset_of_page, decoded
from corpus.dates import header_date
from corpus.headers import answered_id, message_id, parsed_address, real_sender, words
from corpus.markup import typed_markup
from corpus.plain_text import typed_blocks
from corpus.readers.mail import name_of_list

Sibling = Callable[[str], bytes | None]
"""The bytes of a file that lies beside the page, by its bare name; None when there is none of that name."""

_COMMENT = re.compile(r"^<!--X-(?P<name>[A-Za-z0-9-]{1,30}): (?P<value>.*) -->[ \t\r]*$", re.MULTILINE)
# The visible head is a list, a table or lines with breaks, as the archive's owner liked it; each field is a line of it.
_LINE_END = re.compile(r"</?(?:li|tr|p|div|ul|dl)\b[^<>]{0,200}>|<(?:br|hr|dt)\b[^<>]{0,200}>|</dd>", re.IGNORECASE)
_FIELD = re.compile(r"^(?P<label>[A-Za-z][A-Za-z -]{1,38}?) ?: ?(?P<value>.*)$")
_TAG = re.compile(r"<[^<>]{0,2000}>")
# A part that MHonArc saved as a file beside the page, when it may hold the words that the page lacks.
_TEXT_FILE = re.compile(r"^\w[\w.-]{0,80}\.(?P<kind>html?|te?xt)$", re.ASCII | re.IGNORECASE)
_ABOUT_A_FILE = re.compile(r"^(?:Attachment|Description|Attached file|Content-type|Size):", re.IGNORECASE)
# mrot13 of MHonArc's source: "@A-Z[" is turned by fourteen places, "a-z" by thirteen. The stock codec is another thing.
_CAPITALS = "@" + string.ascii_uppercase + "["
_LETTERS = string.ascii_lowercase
_TURNED = str.maketrans(_CAPITALS + _LETTERS, _CAPITALS[14:] + _CAPITALS[:14] + _LETTERS[13:] + _LETTERS[:13])


def is_page(raw: bytes) -> bool:
    """Whether these bytes are a message page; an index that MHonArc made has none of these marks."""
    return any(mark in raw for mark in (b"<!--X-Head-End-->", b"<!--X-Message-Id: ", b"<!--X-Body-of-Message-->"))


def turned_back(value: str) -> str:
    """The address and name in an X-From-R13 comment."""
    return value.translate(_TURNED)


def read_page(raw: bytes, source: str, sibling: Sibling | None = None) -> RawItem | Unreadable:
    """The posting on a page; `sibling` gives the files beside it, where the archive may have put the mail's words."""
    text, complaint = decoded(raw, charset_of_page(raw))
    head, _, _ = text.partition("<!--X-Head-End-->")
    comments: dict[str, list[str]] = {}
    for found in _COMMENT.finditer(head[:200_000]):
        comments.setdefault(found["name"].lower(), []).append(html.unescape(found["value"].strip()))
    body = _between(text, "<!--X-Body-of-Message-->", "<!--X-Body-of-Message-End-->")
    if body is None:
        return Unreadable(source, "a MHonArc page without the marks of its body")
    shown = _visible_fields(_between(text, "<!--X-Head-of-Message-->", "<!--X-Head-of-Message-End-->") or "")
    blocks, links, trouble = typed_markup(body)
    warnings = [note for note in (complaint, trouble) if note]
    if derived := comments.get("derived"):
        blocks, links, notes = _with_saved_parts(blocks, links, derived, sibling)
        warnings += notes

    def first(name: str) -> str | None:
        return next(iter(comments.get(name, ())), None)

    received = header_date(first("x-date") or first("date"))
    posted = header_date(shown.get("date"))
    if posted is None:
        posted, note = _archives_date(received)
        warnings += note
    turned = first("from-r13")
    hidden = words(turned_back(turned)) if turned else words(first("from") or "")
    sender = real_sender(shown.get("from") or hidden, shown.get("reply-to"))
    by_comment = parsed_address(hidden)
    if sender.name == parsed_address(shown.get("from") or hidden).name:
        # No list rewrote it, so the comment holds the address that the page masks.
        address = by_comment.address or sender.address
    else:
        address = sender.address
    references = tuple(dict.fromkeys(filter(None, (message_id(value) for value in comments.get("reference", ())))))
    subject = words(first("subject") or shown.get("subject") or "")
    replied_to = answered_id(shown.get("in-reply-to")) or (references[-1] if references else None)
    return RawItem(
        source=source,
        format="mhonarc",
        original=raw,
        blocks=blocks,
        subject=subject or None,
        list_name=_list_name(shown.get("list-id"), subject),
        sender_name=sender.name or by_comment.name,
        sender_address=address,
        posted=posted,
        received=received,
        message_id=message_id(first("message-id")),
        in_reply_to=replied_to,
        references=references,
        links=links,
        warnings=tuple(warnings),
    )


def _with_saved_parts(
    blocks: tuple[RawBlock, ...], links: tuple[Link, ...], derived: list[str], sibling: Sibling | None
) -> tuple[tuple[RawBlock, ...], tuple[Link, ...], list[str]]:
    """What the page says of its files is furniture; where it says nothing else, the files' words are the posting's."""
    files = frozenset(derived)
    kept = tuple(
        RawBlock(BlockKind.BOILERPLATE, block.text) if _is_about_files(block, files) else block for block in blocks
    )
    found: list[RawBlock] = []
    found_links: list[Link] = []
    if not any(block.kind not in (BlockKind.BOILERPLATE, BlockKind.QUOTED) for block in kept):
        for name in derived:
            part = _TEXT_FILE.match(name)
            raw = sibling(name) if part and sibling else None
            if part is None or raw is None:
                continue
            text, _ = decoded(raw, charset_of_page(raw))
            if part["kind"].lower().startswith("h"):
                more, more_links, _ = typed_markup(text)
                found_links.extend(more_links)
            else:
                more = typed_blocks(text)
            found.extend(more)
    names = sorted(files) if not found else [name for name in derived if _TEXT_FILE.match(name) is None]
    notes = ["not read: " + ", ".join(names)[:300]] if names else []
    return (*found, *kept), (*found_links, *links), notes


def _is_about_files(block: RawBlock, files: frozenset[str]) -> bool:
    lines = [line.strip() for line in block.text.split("\n")]
    return all(line in files or _ABOUT_A_FILE.match(line) for line in lines)


def _archives_date(received: dt.datetime | None) -> tuple[dt.datetime | None, list[str]]:
    return received, ["no sender's date on the page: the archive's own was taken"] if received else []


def _visible_fields(head: str) -> dict[str, str]:
    """The labelled lines of the page's head, tags taken off, by lower-case label; the first of each."""
    fields: dict[str, str] = {}
    for line in _LINE_END.split(head[:100_000]):
        found = _FIELD.match(" ".join(html.unescape(_TAG.sub("", line)).split()))
        if found is not None:
            fields.setdefault(found["label"].lower(), words(found["value"]))
    return fields


def _list_name(list_id: str | None, subject: str) -> str | None:
    """The name that the head's List-Id gives, or the subject's tag when that names the same list."""
    if not list_id:
        return None
    phrase, _, address = list_id.partition("<")
    return name_of_list(phrase.strip(" \"'"), address.split(".")[0].strip(" <>"), subject)


def _between(text: str, start: str, end: str) -> str | None:
    """What stands between two marks; to the end of the page when the second is missing."""
    at = text.find(start)
    if at < 0:
        return None
    stop = text.rfind(end)
    return text[at + len(start) : stop if stop > at else len(text)]
