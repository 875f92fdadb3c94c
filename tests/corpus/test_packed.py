"""Archives around anything: the same items as from the unpacked folder, whatever packs them."""

from __future__ import annotations

import bz2
import gzip
import lzma
import shutil
import tarfile
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from made_archives import tar_of, zip_of
from postings import POSTINGS

from corpus.article import RawItem, Unreadable
from corpus.readers.opening import read_items

_SEPARATOR = b"From ana at one.example  Wed May  7 10:00:00 2031\n"
_STUB = (
    b"From: fern at one.example (Fern Low)\nSubject: s3\nMessage-ID: <fern-3@one.example>\n"
    b"Date: Wed, 7 May 2031 10:00:00 +0000\n\nAn HTML attachment was scrubbed...\n"
    b"URL: <https://x.example/attachments/20310507/deadbeef/attachment.html>\n\n"
)


def _mail(number: int) -> bytes:
    return (
        b"From: Ana Quill <ana@one.example>\nSubject: s%d\nMessage-ID: <m%d@one.example>\n"
        b"Date: Wed, 7 May 2031 10:00:00 +0000\n\nWords of mail number %d.\n\n"
    ) % (number, number, number)


def _maildir(folder: Path) -> None:
    for part in ("cur", "new", "tmp"):
        (folder / "Mail" / part).mkdir(parents=True)
        (folder / "Mail" / part / ".keep").write_bytes(b"")
    for number, name in enumerate(("cur/1.M1.host:2,S", "new/2.M2.host", "tmp/3.M3.host"), start=1):
        (folder / "Mail" / name).write_bytes(_mail(number))


def _mhonarc(folder: Path) -> None:
    for number in (7, 10):
        page = (POSTINGS / "msg00007.html").read_bytes().replace(b"bell-3@", b"bell-%d@" % number)
        (folder / f"msg{number:05}.html").write_bytes(page)
    (folder / "maillist.html").write_bytes(b"<!-- MHonArc v2.6.19 -->\n<html><body><ul></ul></body></html>")
    (folder / "bin00002.bin").write_bytes(b"\0\1\2")
    (folder / ".mhonarc.db").write_bytes(b"# MHonArc Database\n")


def _pipermail(folder: Path) -> None:
    cut_out = folder / "attachments" / "20310507" / "deadbeef"
    cut_out.mkdir(parents=True)
    (cut_out / "attachment.html").write_text("<p>The words that were cut out are in here, and here alone.</p>")
    (folder / "2031-May").mkdir()
    (folder / "2031-May" / "000004.html").write_bytes((POSTINGS / "000004.html").read_bytes())
    (folder / "2031-May" / "thread.html").write_bytes(b"<title>x</title>Messages sorted by: <a>date</a>")
    page_again = (
        b"From: eva at ten.example (Eva Strand)\nDate: Mon, 12 May 2031 20:59:30 +0200\nSubject: s\n"
        b"In-Reply-To: <moss-2@eleven.example>\nMessage-ID: <moss-4@ten.example>\n\nOther words.\n\n"
    )
    month = _SEPARATOR + page_again + _SEPARATOR + _STUB
    (folder / "2031-May.txt.gz").write_bytes(gzip.compress(month))
    (folder / "2031-June.txt").write_bytes(_SEPARATOR + _mail(5))


def _mixed(folder: Path) -> None:
    (folder / "boxes").mkdir()
    (folder / "boxes" / "one").write_bytes(_SEPARATOR + _mail(1) + _SEPARATOR + _mail(2))
    (folder / "boxes" / "packed.jpg").write_bytes(bz2.compress(_SEPARATOR + _mail(3)))
    (folder / "a.txt").write_text("A headline\n\nA sentence follows it here, and one more.\n")
    (folder / "b.html").write_text(
        "<html><body><h1>A page</h1><p>Its words, of which there are some.</p></body></html>"
    )
    (folder / "b_files").mkdir()
    (folder / "b_files" / "advert.html").write_text("<html><body><p>Buy words now.</p></body></html>")
    (folder / "c.jsonl").write_text('{"id": "x", "text": "words"}\n')
    (folder / "d.eml").write_bytes(_mail(4))


def _zip(folder: Path, target: Path) -> None:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*"), reverse=True):
            archive.write(path, path.relative_to(folder))


def _tar(mode: str) -> Callable[[Path, Path], None]:
    def pack(folder: Path, target: Path) -> None:
        with tarfile.open(target, f"w{mode}") as archive:
            for path in sorted(folder.rglob("*"), reverse=True):
                archive.add(path, f"./{path.relative_to(folder)}", recursive=False)

    return pack


def _zipped_twice(folder: Path, target: Path) -> None:
    _zip(folder, target)
    target.write_bytes(gzip.compress(target.read_bytes()))


PACKERS = {
    "zip": _zip,
    "zip.gz": _zipped_twice,
    "tar": _tar(""),
    "tar.gz": _tar(":gz"),
    "tar.bz2": _tar(":bz2"),
    "tar.xz": _tar(":xz"),
}


def _told(path: Path, format: str = "auto") -> list[object]:
    """What an import gives, but for the places it is read from."""
    items: list[object] = []
    for item in read_items(path, format):
        items.append(
            replace(item, source=item.source.removeprefix(f"{path.name}/"), location=item.location and "somewhere")
            if isinstance(item, RawItem)
            else replace(item, source=item.source.removeprefix(f"{path.name}/"))
        )
    return items


@pytest.mark.parametrize("packer", PACKERS)
@pytest.mark.parametrize("kind", [_maildir, _mhonarc, _pipermail, _mixed])
def test_a_packed_folder_gives_what_the_folder_gives(tmp_path: Path, packer: str, kind: Callable[[Path], None]) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    kind(folder)
    packed = tmp_path / "packed"  # its name says nothing
    PACKERS[packer](folder, packed)
    expected = _told(folder)
    shutil.rmtree(folder)
    assert len(expected) > 1
    assert _told(packed) == expected


def test_the_parts_that_were_cut_out_are_found_in_the_archive(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    _pipermail(tmp_path / "folder")
    _tar(":gz")(tmp_path / "folder", tmp_path / "list.tgz")
    items = {item.source: item for item in read_items(tmp_path / "list.tgz")}
    page, stub = items["list.tgz/2031-May/000004.html"], items["list.tgz/2031-May.txt.gz#2"]
    assert isinstance(page, RawItem) and page.in_reply_to == "moss-2@eleven.example"  # from the month's text
    assert isinstance(stub, RawItem) and "cut out are in here" in stub.blocks[0].text


def test_a_named_format_is_kept_to_inside_an_archive(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    _maildir(tmp_path / "folder")
    _zip(tmp_path / "folder", tmp_path / "x.zip")
    assert [item.format for item in read_items(tmp_path / "x.zip", "maildir") if isinstance(item, RawItem)] == [
        "maildir",
        "maildir",
    ]


def test_names_and_places_are_the_archives_and_the_members(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    with zipfile.ZipFile(tmp_path / "in" / "all.zip", "w") as archive:
        archive.writestr("2031-May/msg00007.html", (POSTINGS / "msg00007.html").read_bytes())
        archive.writestr("box", _SEPARATOR + _mail(1))
        archive.writestr("words.txt", "A headline\n\nA sentence follows it here.\n")
    first = list(read_items(tmp_path / "in"))
    assert [item.source for item in first] == [
        "all.zip/2031-May/msg00007.html",
        "all.zip/box#1",
        "all.zip/words.txt",
    ]
    text = first[-1]
    assert isinstance(text, RawItem) and text.location == str(tmp_path.resolve() / "in" / "all.zip" / "words.txt")
    assert first == list(read_items(tmp_path / "in"))


def test_an_archive_in_an_archive_is_opened_and_a_third_is_not(tmp_path: Path) -> None:
    innermost = zip_of({"c.eml": _mail(3)})
    inner = gzip.compress(tar_of({"b.eml": _mail(2), "third.zip": innermost}))
    (tmp_path / "all").write_bytes(zip_of({"a.eml": _mail(1), "second": inner}))
    found = list(read_items(tmp_path / "all"))
    assert [item.source for item in found] == ["all/a.eml", "all/second/b.eml", "all/second/third.zip"]
    assert isinstance(found[2], Unreadable) and "archives in one another" in found[2].reason


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_a_packed_file_is_known_by_its_bytes(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    (tmp_path / "x.html").write_bytes(pack(_SEPARATOR + _mail(1)) + pack(_SEPARATOR + _mail(2)) + b"\0" * 100)
    assert [item.source for item in read_items(tmp_path)] == ["x.html#1", "x.html#2"]


@pytest.mark.parametrize(("pack", "name"), [(bz2.compress, "bzip2"), (lzma.compress, "xz")])
def test_a_packed_file_cut_short_keeps_its_whole_mails(
    tmp_path: Path, pack: Callable[[bytes], bytes], name: str
) -> None:
    mails = b"".join(_SEPARATOR + _mail(number) for number in range(1, 40))
    (tmp_path / "box").write_bytes(pack(mails) + pack(mails)[:-30])
    *whole, last = read_items(tmp_path)
    assert len(whole) >= 38 and isinstance(last, Unreadable) and last.reason.startswith(f"truncated {name}")


def test_a_document_that_is_a_zip_is_not_taken_apart(tmp_path: Path) -> None:
    (tmp_path / "report.docx").write_bytes(zip_of({"[Content_Types].xml": b"<x/>", "word/document.xml": b"<x/>"}))
    (item,) = read_items(tmp_path)
    assert item == Unreadable("report.docx", "a zip that is a document, a book or a program")


def test_an_empty_archive_gives_nothing(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(zip_of({}))
    (tmp_path / "b").write_bytes(tar_of({"folder/.keep": b""}))
    assert list(read_items(tmp_path)) == []
