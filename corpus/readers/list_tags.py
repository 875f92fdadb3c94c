"""The tag that a list puts before its subjects, as the beginning of its mailbox or its archive's index shows it.

A list may call itself "salon-l" or "Friday reading" and write "[FR]": only many subjects together tell.
"""

from __future__ import annotations

import html
import re
from dataclasses import replace

from corpus.article import RawItem, Unreadable
from corpus.extraction.subjects import common_tag
from corpus.headers import words

_SUBJECT = re.compile(rb"^Subject:[ \t]*([^\r\n]{0,300})", re.IGNORECASE | re.MULTILINE)
_INDEX_LINE = re.compile(
    rb"<a\b[^<>]{0,200}\bhref=\"?(?:msg)?\d{5,8}\.html?\"?[^<>]{0,200}>([^<]{0,300})", re.IGNORECASE
)
INDEX_NAMES = ("date.html", "maillist.html", "index.html", "thread.html", "threads.html")


def tag_in_mailbox(head: bytes) -> str | None:
    """The tag of most subjects in the first bytes of a mailbox."""
    return common_tag(words(subject) for subject in _SUBJECT.findall(head))


def tag_in_index(head: bytes) -> str | None:
    """The tag of most subjects in the first bytes of an archive's index."""
    return common_tag(html.unescape(words(subject)) for subject in _INDEX_LINE.findall(head))


def tagged(item: RawItem | Unreadable, tag: str | None) -> RawItem | Unreadable:
    """The item as one of this list, where its own subject has the tag too: a mailbox may hold many lists."""
    if tag is None or isinstance(item, Unreadable) or f"[{tag}]" not in (item.subject or ""):
        return item
    return replace(item, list_name=tag)
