"""What is peculiar to MHonArc: its own rotation, its comments, its quotes."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from postings import POSTINGS

from corpus.article import BlockKind, RawItem, Unreadable
from corpus.extraction.drafting import draft_of
from corpus.readers.mhonarc import is_page, read_page, turned_back
from corpus.readers.opening import read_items

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


def _page(derived: str, body: str) -> bytes:
    marks = "".join(f"<!--X-Derived: {name} -->\n" for name in derived.split())
    page = _PAGE.decode().replace("<!--X-Head-End-->", f"{marks}<!--X-Head-End-->")
    before, _, rest = page.partition("<!--X-Body-of-Message-->")
    return f"{before}<!--X-Body-of-Message-->{body}<!--X-Body-of-Message-End-->{rest.partition('-End-->')[2]}".encode()


_LINKED = '<p><strong>Attachment:\n<a href="{0}" ><tt>{0}</tt></a></strong><br>\n<em>Description:</em> Text</p>'
_FILES = {
    "txt00001.txt": "The words in a file, caf\xe9 and all.".encode("latin-1"),
    "html8fV8iP3EnF.html": b"<h1>A heading</h1><p>The words in a page.</p>",
    "msg00001.html": b"another page",
    "bin00002.bin": b"\0\1",
}


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("txt00001.txt", ["The words in a file, café and all."]),
        ("html8fV8iP3EnF.html", ["A heading", "The words in a page."]),
        ("bin00002.bin", []),
        ("gone.txt", []),
        ("../txt00001.txt", []),
        ("sub/txt00001.txt", []),
        ("/etc/passwd.txt", []),
    ],
)
def test_words_that_the_archive_put_into_a_file_beside_the_page_are_its_body(name: str, words: list[str]) -> None:
    asked: list[str] = []

    def sibling(wanted: str) -> bytes | None:
        asked.append(wanted)
        return _FILES.get(wanted)

    item = read_page(_page(name, _LINKED.format(name)), "x", sibling)
    assert isinstance(item, RawItem)
    assert [block.text for block in item.blocks if block.kind is not BlockKind.BOILERPLATE] == words
    assert not any("/" in wanted for wanted in asked)
    assert bool(item.warnings) is not bool(words)


def test_a_page_with_words_of_its_own_does_not_take_those_of_its_files() -> None:
    item = read_page(_page("txt00001.txt", "<pre>Own words.</pre>" + _LINKED.format("txt00001.txt")), "x", _FILES.get)
    assert isinstance(item, RawItem)
    assert [str(block.kind) for block in item.blocks] == ["paragraph", "boilerplate"]


@pytest.mark.parametrize(
    "head",
    [
        "<table><tr><th>From:</th><td>Zo&euml; &lt;zoe@x.example&gt;</td></tr>"
        "<tr><th>Date:</th><td>{0}</td></tr></table>",
        "<B>From</B>: Zo&euml; &lt;zoe@x.example&gt;<BR><B>Date</B>: {0}<BR>",
        "<dl><dt>From:<dd>Zo&euml; &lt;zoe@x.example&gt;</dd><dt>Date:<dd>{0}</dd></dl>",
        "<UL><LI><EM>From</EM>: Zo&euml; &lt;<A HREF='mailto:zoe'>zoe@x.example</A>&gt;<LI><EM>Date</EM>: {0}</UL>",
    ],
)
def test_the_visible_head_may_have_any_layout(head: str) -> None:
    page = _PAGE.decode()
    before, _, rest = page.partition("<!--X-Head-of-Message-->")
    shown = head.format("Thu, 8 May 2031 10:00:00 +0200")
    page = f"{before}<!--X-Head-of-Message-->{shown}<!--X-Head-of-Message-End-->{rest.partition('-End-->')[2]}"
    item = read_page(page.encode(), "x")
    assert isinstance(item, RawItem) and item.posted is not None
    assert (item.sender_name, item.posted.isoformat()) == ("Zoë", "2031-05-08T10:00:00+02:00")


def test_a_comment_is_unescaped_turned_and_only_then_decoded() -> None:
    """TEXTENCODE leaves the letters themselves; without it the rotation goes over an encoded word."""
    turned = "=?vfb&#45;8859&#45;1?d?Mb=ro?= &#60;mbrNk.rknzcyr>"
    for comment in (turned, "[bë &#60;mbrNk.rknzcyr>"):
        lines = [line for line in _PAGE.decode().split("\n") if "X-From-R13" not in line and "<em>From" not in line]
        page = "\n".join(lines).replace("<!--X-Head-End-->", f"<!--X-From-R13: {comment} -->\n<!--X-Head-End-->")
        item = read_page(page.replace("<li><em>Reply-to</em>", "<li><em>Other</em>").encode(), "x")
        assert isinstance(item, RawItem)
        assert item.sender_address == "zoe@x.example"


@pytest.mark.parametrize("name", ["msg00007.html", "article00007.html"])
def test_parts_that_lie_beside_pages_of_any_name_are_no_items(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(_page("txt00001.txt", _LINKED.format("txt00001.txt")))
    (tmp_path / "txt00001.txt").write_bytes(_FILES["txt00001.txt"])
    (item,) = read_items(tmp_path)
    assert isinstance(item, RawItem)
    assert item.blocks[0].text == "The words in a file, café and all."


def test_a_note_beside_a_page_that_is_no_mhonarc_page_is_an_item(tmp_path: Path) -> None:
    (tmp_path / "story12345.html").write_text("<html><body><p>A page of its own, with enough words.</p></body></html>")
    (tmp_path / "notes12345.txt").write_text("A note of its own.")
    assert {item.source for item in read_items(tmp_path)} == {"notes12345.txt", "story12345.html"}
