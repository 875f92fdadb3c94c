"""Pipermail's pages and month files of all ages, and the layouts that a list's archive may have."""

from __future__ import annotations

from pathlib import Path

import pytest
from postings import POSTINGS

from corpus.article import RawItem, Unreadable
from corpus.readers import pipermail
from corpus.readers.mailbox import split_mailbox
from corpus.readers.opening import read_items

_PAGE = (POSTINGS / "000004.html").read_bytes()
_OLD_PAGE = (POSTINGS / "000031.html").read_bytes()
_MHONARC_PAGE = (POSTINGS / "msg00007.html").read_bytes()
_MONTH = b"""From hal at fourteen.example  Tue Jun  3 12:36:40 2031
From: hal at fourteen.example (Hal Moen)
Date: Tue, 3 Jun 2031 12:36:40 -0500
Subject: [Lamplight] Ferry to
\tBrae sails
In-Reply-To: <ferry-0@fourteen.example>
References: <ferry-0@fourteen.example>
Message-ID: <ferry-1@fourteen.example>

Another form of the words.

"""


def _nothing(url: str) -> bytes | None:
    return None


def _read(raw: bytes, month: bytes = b"") -> RawItem:
    item = pipermail.read_page(raw, "x", _nothing, pipermail.month_entries(split_mailbox([month])))
    assert isinstance(item, RawItem)
    return item


def _with_reply_link(query: bytes) -> bytes:
    return _OLD_PAGE.replace(
        b"mailto:lamplight%40lists.example.org", b"mailto:lamplight%40lists.example.org?Subject=x&" + query
    )


@pytest.mark.parametrize(
    "query",
    [
        b"In-Reply-To=%3Cferry-9%40fourteen.example%3E",
        b"In-Reply-To=ferry-9%40fourteen.example",
        b"In-Reply-To=&lt;ferry-9%40fourteen.example&gt;",
    ],
)
def test_the_id_is_in_the_reply_link_with_or_without_brackets(query: bytes) -> None:
    assert _read(_with_reply_link(query)).message_id == "ferry-9@fourteen.example"


def test_a_page_without_an_id_gets_what_the_month_says_of_the_mail() -> None:
    item = _read(_OLD_PAGE, _MONTH)
    assert (item.message_id, item.in_reply_to) == ("ferry-1@fourteen.example", "ferry-0@fourteen.example")
    assert item.references == ("ferry-0@fourteen.example",)


@pytest.mark.parametrize(
    "month",
    [
        _MONTH.replace(b"12:36:40", b"12:36:41"),
        _MONTH.replace(b"Ferry", b"Boat"),
        _MONTH + _MONTH.replace(b"ferry-1", b"ferry-2"),  # two mails of one second and subject: nobody knows which
        b"",
    ],
)
def test_a_page_is_not_given_the_id_of_another_mail(month: bytes) -> None:
    assert _read(_OLD_PAGE, month).message_id is None


def test_printed_parts_that_are_not_whole_stay_as_they_are_printed() -> None:
    item = _read(_OLD_PAGE.replace(b"--Ferry-Mail-4-885--", b""))
    assert any("Content-Transfer-Encoding" in block.text for block in item.blocks)


def test_a_page_without_its_marks_is_refused() -> None:
    assert isinstance(pipermail.read_page(_PAGE.replace(b"<!--beginarticle-->", b""), "x", _nothing), Unreadable)


@pytest.mark.parametrize("period", ["2031", "2031q2", "2031-May", "Week-of-Mon-20310505", "20310507"])
@pytest.mark.parametrize(("name", "page"), [("msg00000.html", _MHONARC_PAGE), ("000000.html", _OLD_PAGE)])
def test_an_archive_may_have_a_folder_for_any_period(tmp_path: Path, period: str, name: str, page: bytes) -> None:
    """Pages and text of one period name each other; the numbers begin again in the next."""
    for folder in (period, f"{period}-next"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / name).write_bytes(page)
        for index in ("date.html", "thread.html", "index.html"):
            (tmp_path / folder / index).write_bytes(b"")
    (tmp_path / f"{period}.txt").write_bytes(_MONTH)
    items = list(read_items(tmp_path))
    assert {item.source for item in items} == {f"{period}/{name}", f"{period}-next/{name}", f"{period}.txt#1"}
    first = next(item for item in items if item.source == f"{period}/{name}")
    assert isinstance(first, RawItem)
    if page is _OLD_PAGE:
        assert first.message_id == "ferry-1@fourteen.example"
