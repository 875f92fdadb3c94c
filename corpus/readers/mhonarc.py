"""Message pages made by MHonArc, also those of its fusion with Pipermail.

Read by the X- comments, which all versions write and no page's looks change; the visible head adds what they lack.
"""

from __future__ import annotations

import datetime as dt
import html
import re
import string

from corpus.article import RawItem, Unreadable
from corpus.charsets import charset_of_page, decoded
from corpus.dates import header_date
from corpus.headers import message_id, parsed_address, real_sender, words
from corpus.markup import typed_markup
from corpus.subjects import names_the_list, taken_apart

_COMMENT = re.compile(r"^<!--X-(?P<name>[A-Za-z0-9-]{1,30}): (?P<value>.*) -->[ \t\r]*$", re.MULTILINE)
_FIELD = re.compile(
    r"<li>\s*<(?:em|strong|b|i)>\s*(?P<label>[^<>]{1,40}?)\s*:?\s*</(?:em|strong|b|i)>\s*:?(?P<value>.*?)"
    r"(?=<li>|</ul>|\Z)",
    re.IGNORECASE | re.DOTALL,
)
_TAG = re.compile(r"<[^<>]{0,2000}>")
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


def read_page(raw: bytes, source: str) -> RawItem | Unreadable:
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
    replied_to = message_id(shown.get("in-reply-to")) or (references[-1] if references else None)
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


def _archives_date(received: dt.datetime | None) -> tuple[dt.datetime | None, list[str]]:
    return received, ["no sender's date on the page: the archive's own was taken"] if received else []


def _visible_fields(head: str) -> dict[str, str]:
    """The labelled lines of the page's head, tags taken off, by lower-case label; the first of each."""
    fields: dict[str, str] = {}
    for found in _FIELD.finditer(head[:100_000]):
        value = " ".join(html.unescape(_TAG.sub("", found["value"])).split())
        fields.setdefault(found["label"].strip().lower(), words(value))
    return fields


def _list_name(list_id: str | None, subject: str) -> str | None:
    """The name that the head's List-Id gives, or the subject's tag when that names the same list."""
    if not list_id:
        return None
    phrase, _, address = list_id.partition("<")
    phrase, local = phrase.strip(" \"'"), address.split(".")[0].strip(" <>")
    tag = taken_apart(subject).tag
    if tag and any(names_the_list(tag, name) for name in (phrase, local) if name):
        return tag
    return phrase if phrase and len(phrase.split()) <= 3 else local or None


def _between(text: str, start: str, end: str) -> str | None:
    """What stands between two marks; to the end of the page when the second is missing."""
    at = text.find(start)
    if at < 0:
        return None
    stop = text.rfind(end)
    return text[at + len(start) : stop if stop > at else len(text)]
