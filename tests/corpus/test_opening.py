"""From a path to items: what is found, in which order, and what is left out or refused."""

from __future__ import annotations

import gzip
import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from made_pdf import column, made_pdf
from postings import POSTINGS

from corpus.article import RawItem, Unreadable
from corpus.errors import NothingThere, UnknownFormat
from corpus.extraction.drafting import draft_of
from corpus.readers.formats import FORMATS
from corpus.readers.opening import read_items

_PAGE = (POSTINGS / "msg00007.html").read_bytes()
_MAIL = (
    b"From: Ana Quill <ana@one.example>\nSubject: s%d\nMessage-ID: <m%d@one.example>\n\nWords of mail number %d.\n\n"
)
_SEPARATOR = b"From ana@one.example Wed May  7 10:00:00 2031\n"


def _mail(number: int) -> bytes:
    return _MAIL % (number, number, number)


def _mailbox(count: int) -> bytes:
    return b"".join(_SEPARATOR + _mail(number) for number in range(1, count + 1))


def _sources(path: Path, format: str = "auto") -> list[str]:
    return [item.source for item in read_items(path, format)]


def _only(path: Path, format: str = "auto") -> RawItem | Unreadable:
    (item,) = read_items(path, format)
    return item


def test_a_path_that_is_not_there_is_said_before_anything_is_read(tmp_path: Path) -> None:
    with pytest.raises(NothingThere, match="no file or folder"):
        read_items(tmp_path / "gone")


def test_a_name_that_is_no_format_is_answered_with_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(UnknownFormat) as refusal:
        read_items(tmp_path, "docx")
    assert all(name in str(refusal.value) for name in FORMATS)


def test_an_empty_folder_gives_nothing(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert _sources(tmp_path) == []


def test_months_come_by_date_pages_before_their_text_and_numbers_by_value(tmp_path: Path) -> None:
    for month in ("2031-August", "2031-July", "2030-December"):
        (tmp_path / month).mkdir()
        (tmp_path / f"{month}.txt").write_bytes(_mailbox(1))
        for number in (10, 9):
            (tmp_path / month / f"msg000{number:02}.html").write_bytes(_PAGE)
    assert _sources(tmp_path) == [
        f"{month}{rest}"
        for month in ("2030-December", "2031-July", "2031-August")
        for rest in ("/msg00009.html", "/msg00010.html", ".txt#1")
    ]


def test_what_an_archive_makes_to_find_its_mails_by_is_no_item(tmp_path: Path) -> None:
    (tmp_path / "msg00000.html").write_bytes(_PAGE)
    index = b"<!-- MHonArc v2.6.19 -->\n<html><body><ul><li><a href=msg00000.html>x</a></ul></body></html>"
    for name in ("maillist.html", "threads.html", "date.html", "renamed by somebody.html"):
        (tmp_path / name).write_bytes(index)
    (tmp_path / "index.html").write_bytes(b"")
    (tmp_path / "thread.html").write_bytes(b"date.html")  # a link that became a file
    (tmp_path / ".mhonarc.db").write_bytes(b"# MHonArc Database\nexit 0;\n")
    (tmp_path / ".keep").write_bytes(b"")
    (tmp_path / "bin00002.bin").write_bytes(b"\0\1\2")
    (tmp_path / "pgp8fV8iP3EnF.pgp").write_bytes(b"-----BEGIN PGP SIGNATURE-----\n")
    assert _sources(tmp_path) == ["msg00000.html"]


def test_attachments_of_a_pipermail_archive_are_no_items(tmp_path: Path) -> None:
    folder = tmp_path / "attachments" / "20310512" / "deadbeef"
    folder.mkdir(parents=True)
    (folder / "attachment.html").write_text("<p>words</p>")
    assert _sources(tmp_path) == []


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("expected.json", b'{\n "about": "something",\n "text": "x"\n}'),
        ("queries.jsonl", b'{"id": "q", "question": "who?"}\n'),
        ("table.csv", b"a,b\n1,2\n"),
        ("program.py", b"import os\n"),
        ("picture", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8),
        ("zeros", b"\0" * 100_000),
        ("numbers", b"1 2 3 4 5 {} [] <> 77 88 99 %% $$ " * 40),
    ],
)
def test_a_file_of_another_kind_is_refused_with_the_reason(tmp_path: Path, name: str, raw: bytes) -> None:
    (tmp_path / name).write_bytes(raw)
    assert _only(tmp_path) == Unreadable(name, "not a kind of file this program reads")


def test_content_decides_and_not_the_name(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(_mailbox(2))
    (tmp_path / "b.jpg").write_bytes(_mail(3))
    (tmp_path / "c.txt").write_bytes(b'{"id": "x", "text": "words"}\n')
    (tmp_path / "d.html").write_bytes(gzip.compress(_PAGE))
    formats = [item.format for item in read_items(tmp_path) if isinstance(item, RawItem)]
    assert formats == ["mbox", "mbox", "eml", "jsonl", "mhonarc"]


def test_a_single_file_is_named_by_its_own_name_and_items_are_numbered(tmp_path: Path) -> None:
    (tmp_path / "box").write_bytes(_mailbox(2))
    assert _sources(tmp_path / "box") == ["box#1", "box#2"]


def test_only_containers_of_one_document_a_file_have_a_location(tmp_path: Path) -> None:
    (tmp_path / "cur").mkdir()
    (tmp_path / "new").mkdir()
    (tmp_path / "cur" / "1.M1.host:2,S").write_bytes(_mail(1))
    (tmp_path / "letter.eml").write_bytes(_SEPARATOR + _mail(2))
    (tmp_path / "box").write_bytes(_mailbox(1))
    (tmp_path / "words.txt").write_text("A headline\n\nA sentence follows it here.\n")
    (tmp_path / "msg00000.html").write_bytes(_PAGE)
    located = {item.format: item.location is not None for item in read_items(tmp_path) if isinstance(item, RawItem)}
    assert located == {"maildir": False, "eml": True, "mbox": False, "text": True, "mhonarc": False}


def test_a_maildir_is_its_mails_and_not_its_markers(tmp_path: Path) -> None:
    for folder in ("cur", "new", "tmp", ".Sent/cur"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / ".keep").write_bytes(b"")
    for number, name in enumerate(("cur/1:2,S", "new/2", "tmp/3", ".Sent/cur/4;2,S"), start=1):
        (tmp_path / name).write_bytes(_mail(number))
    assert _sources(tmp_path, "maildir") == [".Sent/cur/4;2,S", "cur/1:2,S", "new/2"]


def test_links_out_of_the_folder_and_links_to_folders_are_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.eml").write_bytes(_mail(1))
    root = tmp_path / "root"
    root.mkdir()
    (root / "mine.eml").write_bytes(_mail(2))
    (root / "again.eml").symlink_to("mine.eml")
    (root / "out.eml").symlink_to(outside / "secret.eml")
    (root / "folder").symlink_to(outside)
    (root / "loop").symlink_to(root)
    (root / "broken").symlink_to("nowhere")
    assert _sources(root) == ["again.eml", "mine.eml"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert _only(tmp_path) == Unreadable("pipe", "not a regular file")


def test_a_name_that_is_not_utf_8_does_not_reach_the_report_as_it_is(tmp_path: Path) -> None:
    try:
        (Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.eml"))).write_bytes(_mail(1))
    except OSError:
        pytest.skip("this file system has only UTF-8 names")
    item = _only(tmp_path)
    assert isinstance(item, RawItem)
    (item.source + (item.location or "")).encode("utf-8")


def test_a_truncated_gzip_gives_the_whole_mails_and_says_so(tmp_path: Path) -> None:
    noise = random.Random(7)
    mails = b"".join(_SEPARATOR + _mail(n) + noise.randbytes(3000).hex().encode() + b"\n\n" for n in range(1, 30))
    (tmp_path / "2031-May.txt.gz").write_bytes(gzip.compress(mails)[:-20_000])
    *whole, last = read_items(tmp_path)
    assert isinstance(last, Unreadable)
    assert last.source == "2031-May.txt.gz"
    assert last.reason.startswith("truncated gzip: kept what was readable")
    assert 3 < len(whole) < 29
    for number, item in enumerate(whole, start=1):
        assert isinstance(item, RawItem)
        assert item.source == f"2031-May.txt.gz#{number}"
        body = draft_of(item).text
        assert body.endswith(tuple("0123456789abcdef")) and len(body.split()[-1]) == 6000  # none was cut


def test_a_gzip_cut_in_its_last_bytes_still_gives_up_its_last_mail(tmp_path: Path) -> None:
    (tmp_path / "box.gz").write_bytes(gzip.compress(_mailbox(3))[:-4])
    *whole, last = read_items(tmp_path)
    assert len(whole) == 2 and isinstance(last, Unreadable)


def test_damaged_gzip_is_no_harm(tmp_path: Path) -> None:
    packed = bytearray(gzip.compress(random.Random(7).randbytes(50_000).hex().encode()))
    packed[400:420] = b"\xff" * 20
    (tmp_path / "x.gz").write_bytes(bytes(packed))
    item = _only(tmp_path)
    assert isinstance(item, Unreadable)


def test_members_of_a_gzip_follow_one_another_and_gzip_within_gzip_is_opened(tmp_path: Path) -> None:
    (tmp_path / "two.gz").write_bytes(gzip.compress(_mailbox(1)) + gzip.compress(_mailbox(2)) + b"\0" * 512)
    (tmp_path / "twice.gz").write_bytes(gzip.compress(gzip.compress(_mailbox(1))))
    assert _sources(tmp_path) == ["twice.gz#1", "two.gz#1", "two.gz#2", "two.gz#3"]


def test_a_gzip_bomb_is_refused_before_it_fills_anything(tmp_path: Path) -> None:
    bomb = gzip.compress(_mailbox(1) + _SEPARATOR + _mail(2) + b"boom " * 8_000_000)
    assert len(bomb) < 200_000
    (tmp_path / "bomb.gz").write_bytes(bomb)
    first, refusal = read_items(tmp_path)
    assert isinstance(first, RawItem)
    assert isinstance(refusal, Unreadable) and "refused: it unpacks to more than" in refusal.reason


def test_a_part_that_pipermail_cut_out_is_found_beside_the_month(tmp_path: Path) -> None:
    month = (POSTINGS / "2031-May.txt").read_bytes()
    (tmp_path / "2031-May.txt").write_bytes(month)
    folder = tmp_path / "attachments" / "20310512" / "deadbeef"
    folder.mkdir(parents=True)
    (folder / "attachment.html").write_text(
        "<h1>All of it</h1><p>The words of the mail are in here, all eleven of them.</p>"
    )
    third = list(read_items(tmp_path))[2]
    assert isinstance(third, RawItem)
    draft = draft_of(third)
    assert [draft.words_of(block) for block in draft.body] == ["The words of the mail are in here, all eleven of them."]


def test_an_address_in_a_mail_never_becomes_a_path(tmp_path: Path) -> None:
    (tmp_path / "secret.html").write_text("<p>These words are nobody's business at all.</p>")
    list_folder = tmp_path / "list"
    (list_folder / "attachments" / "20310512").mkdir(parents=True)
    (list_folder / "attachments" / "20310512" / "deadbeef").symlink_to(tmp_path)
    (tmp_path / "attachment.html").write_text("<p>These words are nobody's business at all.</p>")
    stub = b"An HTML attachment was scrubbed...\nURL: <https://x.example/attachments/20310512/deadbeef/%s>\n\n"
    for number, name in enumerate((b"attachment.html", b"../../../secret.html", b"attachment/../../secret.html")):
        (list_folder / f"box{number}.txt").write_bytes(
            _SEPARATOR + _mail(1).replace(b"Words of mail number 1.", stub % name)
        )
    for item in read_items(list_folder):
        words = draft_of(item).text if isinstance(item, RawItem) else ""
        assert "nobody's business" not in words


def test_a_mail_that_its_page_gave_in_full_is_not_reported_as_cut_out(tmp_path: Path) -> None:
    stub = (
        b"An HTML attachment was scrubbed...\nURL: <https://x.example/attachments/20310512/deadbeef/attachment.html>\n"
    )
    mail = b"From: a@b.example\nMessage-ID: <bell-3@nine.example>\nSubject: s\n\n" + stub
    (tmp_path / "2031-May.txt").write_bytes(_SEPARATOR + mail)
    assert isinstance(_only(tmp_path), Unreadable)
    (tmp_path / "2031-May").mkdir()
    (tmp_path / "2031-May" / "msg00007.html").write_bytes(_PAGE)
    assert _sources(tmp_path) == ["2031-May/msg00007.html"]


def test_a_pipermail_page_takes_its_senders_date_and_thread_from_the_month(tmp_path: Path) -> None:
    (tmp_path / "2031-May").mkdir()
    (tmp_path / "2031-May" / "000004.html").write_bytes((POSTINGS / "000004.html").read_bytes())
    mail = (
        b"From: eva at ten.example (Eva Strand)\nDate: Mon, 12 May 2031 20:59:30 +0200\nSubject: s\n"
        b"In-Reply-To: <moss-2@eleven.example>\nMessage-ID: <moss-4@ten.example>\n\nOther words.\n"
    )
    (tmp_path / "2031-May.txt.gz").write_bytes(gzip.compress(_SEPARATOR + mail))
    page, _ = read_items(tmp_path)
    assert isinstance(page, RawItem)
    assert page.posted is not None and page.posted.isoformat() == "2031-05-12T20:59:30+02:00"
    assert page.in_reply_to == "moss-2@eleven.example"


def test_a_named_format_reads_what_it_is_told_to(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(_mail(1))
    item = _only(tmp_path, "text")
    assert isinstance(item, RawItem) and item.format == "text"
    assert isinstance(_only(tmp_path, "mbox"), Unreadable)
    assert {item.reason[:11] for item in read_items(tmp_path, "jsonl") if isinstance(item, Unreadable)} == {
        "not JSON at"
    }


@pytest.mark.parametrize("format", ["text", "markdown", "html", "eml"])
def test_no_name_of_a_format_makes_a_text_of_a_pdf(tmp_path: Path, format: str) -> None:
    (tmp_path / "x").write_bytes(b"%PDF-1.4\n1 0 obj << /Type /Catalog >> endobj\ntrailer << >>\n%%EOF\n")
    assert isinstance(_only(tmp_path, format), Unreadable)


def test_a_git_repository_is_one_thing_and_not_its_files(tmp_path: Path) -> None:
    for name in ("objects", "refs"):
        (tmp_path / "some.git" / name).mkdir(parents=True)
    (tmp_path / "some.git" / "HEAD").write_text("ref: refs/heads/master\n")
    (tmp_path / "some.git" / "description").write_text("Unnamed repository; edit this file to name it.\n")
    item = _only(tmp_path)
    assert isinstance(item, Unreadable) and item.source.startswith("some.git") and "git" in item.reason
    other = _only(tmp_path, "text")
    assert isinstance(other, Unreadable) and "nothing that --format text reads" in other.reason


_FEED = (
    b"<?xml version='1.0'?><rss version='2.0'><channel><title>News</title>"
    b"<item><title>One</title>%s</item></channel></rss>"
)
_SORTS = {
    "mbox": _mailbox(2),
    "mailbox with a byte-order mark": b"\xef\xbb\xbf" + _mailbox(1),
    "eml": _mail(1),
    "eml with blank lines first": b"\r\n\r\n" + _mail(1),
    "mhtml": b"MIME-Version: 1.0\nContent-Type: text/html\n\n<p>Words of a page that was saved whole.</p>\n",
    "mhonarc": _PAGE,
    "pipermail": (POSTINGS / "000004.html").read_bytes(),
    "html": b"<!DOCTYPE html>\n<html><head><title>t</title></head><body><h1>A</h1><p>Words of it.</p></body></html>",
    "html without a head": b"<div><p>Words of a page that has nothing around it, and some more.</p></div>",
    "html in utf-16": "<html><body><h1>A page</h1><p>Words of it.</p></body></html>".encode("utf-16"),
    "feed": _FEED % b"<description>Words of an entry.</description>",
    "json feed": (
        b'{"version": "https://jsonfeed.org/version/1.1", "title": "t", "items": [{"id": "1", "content_text": "x"}]}'
    ),
    "jsonl": b'{"id": "x", "text": "words"}\n{"id": "y", "text": "more"}\n',
    "pdf": made_pdf([column(["A line of text in a document."])]),
    "text": b"A headline\n\nA sentence follows it here, and then another.\n",
    "text in utf-16": "A headline\n\nA sentence follows it here.\n".encode("utf-16"),
    "text about mail": b"Subject: what is it good for?\n\nA sentence about mails follows it here.\n",
    "text about HTML": b"A page has a <title> and then a <p> for each paragraph.\n\nA second paragraph of it.\n",
    "html that begins with words": b"Words first.<p>Words of a page.</p><p>More of it.</p><div>The last of it.</div>",
    "text about PDF": b"Readers look for %PDF-1.4 at the beginning of a file.\n\nA second paragraph of it.\n",
    "text about MHonArc": b"A page has a mark like <!--X-Head-End--> in it.\n\nA second paragraph of it.\n",
    "markdown": b"# A headline\n\nA sentence follows it here.\n",
}
_FORMATS = {"mailbox with a byte-order mark": "mbox", "mhtml": "eml", "json feed": "feed"}


@pytest.mark.parametrize("packed", [bytes, gzip.compress])
@pytest.mark.parametrize("name", ["x", "x.txt", "x.html", "x.jpg", "no name at all"])
@pytest.mark.parametrize("sort", _SORTS)
def test_every_sort_is_known_by_its_content(
    tmp_path: Path, sort: str, name: str, packed: Callable[[bytes], bytes]
) -> None:
    (tmp_path / name).write_bytes(packed(_SORTS[sort]))
    found = list(read_items(tmp_path))
    assert found
    for item in found:
        assert isinstance(item, RawItem), item
        assert item.format == _FORMATS.get(sort, sort.split(" ")[0])


@pytest.mark.parametrize("format", ["html", "feed", "pdf"])
def test_a_format_that_is_named_is_tried_on_anything(tmp_path: Path, format: str) -> None:
    (tmp_path / "good").write_bytes(_SORTS[format])
    (tmp_path / "other").write_bytes(b"Two words\n\nand a few more of them.\n")
    good, other = read_items(tmp_path, format)
    assert isinstance(good, RawItem) and good.format == format
    assert format == "html" or isinstance(other, Unreadable)


def test_the_folder_that_a_browser_saves_beside_a_page_is_part_of_the_page(tmp_path: Path) -> None:
    for page, folder in (("A page.html", "A page_files"), ("b.htm", "b-Dateien"), ("c.html", "c_fichiers")):
        (tmp_path / page).write_bytes(_SORTS["html"])
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "frame.html").write_bytes(_SORTS["html"])
    (tmp_path / "my_files").mkdir()
    (tmp_path / "my_files" / "mine.html").write_bytes(_SORTS["html"])
    assert _sources(tmp_path) == ["A page.html", "b.htm", "c.html", "my_files/mine.html"]


@pytest.mark.parametrize(
    "page",
    [
        b"<html><head><title>The Salon Archives</title></head><body>Downloadable version</body></html>",
        b"<html><title>The Example's Archives</title><table><tr><td>Writing to the list</td></tr></table></html>",
        b"<html><title>The Salon May 2031 Archive by thread</title><body><ul></ul></body></html>",
        b"<html><head><title>Index of /pipermail/salon</title></head><body><pre></pre></body></html>",
    ],
)
def test_pages_that_lead_to_others_are_no_items(tmp_path: Path, page: bytes) -> None:
    (tmp_path / "anything").write_bytes(page)
    assert _sources(tmp_path) == []


def test_a_page_about_archives_is_a_page(tmp_path: Path) -> None:
    page = _SORTS["html"].replace(b"<title>t<", b"<title>The City Archives<")
    (tmp_path / "x").write_bytes(page)
    assert isinstance(_only(tmp_path), RawItem)


@pytest.mark.parametrize(
    ("raw", "word"),
    [
        (b"7z\xbc\xaf\x27\x1c\0\4", "7z"),
        (b"Rar!\x1a\x07\x01\0", "rar"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0", "Office"),
        (b"{\\rtf1\\ansi words}", "RTF"),
    ],
)
def test_what_is_known_and_not_read_is_called_by_its_name(tmp_path: Path, raw: bytes, word: str) -> None:
    (tmp_path / "x.txt").write_bytes(raw)
    item = _only(tmp_path)
    assert isinstance(item, Unreadable) and word in item.reason


def test_a_name_does_not_move_the_cursor_of_who_reads_the_report(tmp_path: Path) -> None:
    (tmp_path / "a\x1b[2J\x07.eml").write_bytes(_mail(1))
    assert _sources(tmp_path) == ["a�[2J�.eml"]
