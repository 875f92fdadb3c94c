"""What is peculiar to MHonArc: its own rotation, its comments, its quotes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from postings import POSTINGS

from corpus.article import BlockKind, RawItem, Unreadable
from corpus.extraction import draft_of
from corpus.readers.mhonarc import is_page, read_page, turned_back

_PAGE = (POSTINGS / "msg00007.html").read_bytes()


def test_the_rotation_has_twenty_eight_capitals() -> None:
    assert turned_back("Oan Sknzcyr <nanNyno.rknzcyr.rqh>") == "Ana Example <ana@lab.example.edu>"
    assert turned_back("M") == "["
    assert turned_back("N") == "@"


@given(st.text())
def test_turning_twice_is_no_turn(text: str) -> None:
    assert turned_back(turned_back(text)) == text


def test_the_address_comes_from_the_comment_that_the_page_masks() -> None:
    item = read_page(
        _PAGE.replace(b"<li><em>Reply-to</em>", b"<li><em>Other</em>").replace(b" via Lamplight", b""), "x"
    )
    assert isinstance(item, RawItem)
    assert (item.sender_name, item.sender_address) == ("Sofü", "lamplight@lists.example.org")


def test_a_list_rewrote_the_sender_and_reply_to_names_the_person() -> None:
    item = read_page(_PAGE, "x")
    assert isinstance(item, RawItem)
    assert (item.sender_name, item.sender_address) == ("Sofü", "sof@nine.example")


@pytest.mark.parametrize(
    "mark", [b"<!--X-Body-of-Message-End-->", b"<!--X-Head-of-Message-End-->", b"<!--X-Head-End-->"]
)
def test_a_page_that_lost_a_mark_still_gives_its_words(mark: bytes) -> None:
    page = _PAGE.replace(mark, b"")
    assert is_page(page)
    item = read_page(page, "x")
    assert isinstance(item, RawItem)
    assert "nobody’s hand" in " ".join(block.text for block in item.blocks)


def test_a_page_without_its_body_is_refused() -> None:
    assert isinstance(read_page(_PAGE.replace(b"<!--X-Body-of-Message-->", b""), "x"), Unreadable)


def test_a_real_quotation_of_one_line_stays_one() -> None:
    item = read_page(_PAGE.replace(b"\nFrom the tower", b"\nAt the tower"), "x")
    assert isinstance(item, RawItem)
    assert draft_of(item).blocks[0].kind is BlockKind.QUOTED


def test_an_old_page_without_a_charset_is_read_by_its_bytes() -> None:
    page = _PAGE.replace(b'<meta http-equiv="Content-Type" content="text/html; charset=utf-8">', b"")
    item = read_page(page.replace(b"It was nobody&#x2019;s hand", b"C'\xe9tait nobody"), "x")
    assert isinstance(item, RawItem)
    assert any("C'était nobody" in block.text for block in item.blocks)
