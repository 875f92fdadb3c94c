"""Archives that mean harm: nothing is written, nothing outside is read, and what is good in them is kept."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import random
import struct
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from made_archives import tar_of, zip_of

from corpus.article import RawItem, Unreadable
from corpus.readers import packed
from corpus.readers.contents import Contents
from corpus.readers.opening import read_items
from corpus.readers.places import DiskFile

_GOOD = b"From: Ana Quill <ana@one.example>\nSubject: good\nMessage-ID: <good@one.example>\n\nThe good mail's words.\n"


@pytest.fixture(autouse=True)
def nothing_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> object:
    """Whatever a test reads, no file appears beside its own, nor among the temporary ones."""
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    (tmp_path / "in").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    yield
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in", "temporary"]
    assert list(temporary.iterdir()) == []


def _read(tmp_path: Path, raw: bytes, name: str = "x") -> tuple[list[RawItem], dict[str, str]]:
    """The items of an archive, and the reasons for what is none, by source."""
    (tmp_path / "in" / name).write_bytes(raw)
    found = list(read_items(tmp_path / "in"))
    refused = {item.source: item.reason for item in found if isinstance(item, Unreadable)}
    return [item for item in found if isinstance(item, RawItem)], refused


_NAMES = {
    "../climbs.eml": "leads out",
    "a/../../climbs.eml": "leads out",
    "/etc/absolute.eml": "leads out",
    "C:/drive.eml": "leads out",
    "long/" + "n" * 2000: "a name of more than 1,024 characters",
    "/".join("d" * 200) + "/deep.eml": "more than 64 folders deep",
}


@pytest.mark.parametrize("pack", [zip_of, tar_of])
@pytest.mark.parametrize("name", _NAMES)
def test_a_name_that_leads_anywhere_else_is_refused_alone(
    tmp_path: Path, pack: Callable[[dict[str, bytes]], bytes], name: str
) -> None:
    items, refused = _read(tmp_path, pack({name: _GOOD, "good.eml": _GOOD}))
    assert [item.source for item in items] == ["x/good.eml"]
    ((source, reason),) = refused.items()
    assert _NAMES[name] in reason and source.startswith(f"x/{name[:50]}") and len(source) < 1100


def test_windows_separators_are_separators_in_a_zip(tmp_path: Path) -> None:
    items, refused = _read(tmp_path, zip_of({"..\\climbs.eml": _GOOD, "cur\\good:2,S": _GOOD}))
    assert [(item.source, item.format) for item in items] == [("x/cur/good:2,S", "maildir")]
    assert list(refused) == ["x/../climbs.eml"]


@pytest.mark.parametrize("pack", [zip_of, tar_of])
def test_odd_names_do_no_harm_and_do_not_reach_the_report(
    tmp_path: Path, pack: Callable[[dict[str, bytes]], bytes]
) -> None:
    names = ["a:b?*<>|.eml", "bell\x07\x1b[2J.eml", "CON", "turn\u202eeb.eml", "line\nbreak.eml", " ", "ü.eml"]
    items, refused = _read(tmp_path, pack(dict.fromkeys(names, _GOOD)))
    assert len(items) == len(names) and not refused
    told = "".join(item.source + (item.location or "") for item in items)
    assert not {"\x07", "\x1b", "\u202e", "\n"} & set(told)
    assert "ü.eml" in told


def test_a_name_that_is_no_utf_8_can_be_told(tmp_path: Path) -> None:
    raw = tar_of({"n_me.eml": _GOOD}).replace(b"n_me.eml", b"n\xffme.eml")
    summed = bytearray(raw)
    summed[148:156] = b" " * 8
    summed[148:156] = b"%06o\0 " % sum(summed[:512])
    items, _ = _read(tmp_path, bytes(summed))
    assert [item.source for item in items] == ["x/n�me.eml"]
    items[0].source.encode("utf-8")


def _as_link(member: tarfile.TarInfo) -> None:
    member.type, member.linkname, member.size = tarfile.SYMTYPE, "/etc/passwd", 0


def _as_hard_link(member: tarfile.TarInfo) -> None:
    member.type, member.linkname, member.size = tarfile.LNKTYPE, "good.eml", 0


def _as_device(member: tarfile.TarInfo) -> None:
    member.type, member.devmajor, member.devminor, member.size = tarfile.CHRTYPE, 1, 9, 0


def _as_pipe(member: tarfile.TarInfo) -> None:
    member.type, member.size = tarfile.FIFOTYPE, 0


@pytest.mark.parametrize(
    ("change", "word"),
    [(_as_link, "link"), (_as_hard_link, "link"), (_as_device, "regular"), (_as_pipe, "regular")],
)
def test_a_tars_links_and_devices_are_refused_alone(
    tmp_path: Path, change: Callable[[tarfile.TarInfo], None], word: str
) -> None:
    items, refused = _read(tmp_path, tar_of({"bad.eml": b"", "good.eml": _GOOD}, change))
    assert [item.source for item in items] == ["x/good.eml"]
    assert list(refused) == ["x/bad.eml"] and word in refused["x/bad.eml"]


def test_a_link_that_is_an_archives_first_page_is_as_little_an_item_as_the_page(tmp_path: Path) -> None:
    items, refused = _read(tmp_path, tar_of({"2031-May/index.html": b"", "good.eml": _GOOD}, _as_link))
    assert len(items) == 1 and not refused


@pytest.mark.parametrize(("kind", "word"), [(0o120777, "link"), (0o020666, "regular"), (0o010666, "regular")])
def test_a_zips_links_and_devices_are_refused_alone(tmp_path: Path, kind: int, word: str) -> None:
    def change(member: zipfile.ZipInfo) -> None:
        member.external_attr = kind << 16

    items, refused = _read(tmp_path, zip_of({"bad.eml": b"/etc/passwd", "good.eml": _GOOD}, change))
    assert [item.source for item in items] == ["x/good.eml"]
    assert word in refused["x/bad.eml"]


def test_encrypted_members_are_refused_alone(tmp_path: Path) -> None:
    raw = bytearray(zip_of({"bad.eml": _GOOD, "good.eml": _GOOD}))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        raw[raw.index(mark) + offset] |= 1
    items, refused = _read(tmp_path, bytes(raw))
    assert [item.source for item in items] == ["x/good.eml"]
    assert refused == {"x/bad.eml": "encrypted"}


def test_a_way_of_packing_that_knows_no_limit_is_refused_alone(tmp_path: Path) -> None:
    def change(member: zipfile.ZipInfo) -> None:
        member.compress_type = zipfile.ZIP_LZMA

    items, refused = _read(tmp_path, zip_of({"bad.eml": _GOOD, "good.eml": _GOOD}, change))
    assert len(items) == 1 and "packed in a way that is not read" in refused["x/bad.eml"]


def _overlapping_zip(count: int) -> bytes:
    """Many names for one member's bytes, as in a bomb that needs no great ratio."""
    body = b"From: a@b.example\nSubject: s\n\n" + b"words of it " * 50
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    data = packer.compress(body) + packer.flush()
    common = struct.pack("<HHHHHIII", 20, 0, 8, 0, 0, zlib.crc32(body), len(data), len(body))
    local = b"PK\x03\x04" + common + struct.pack("<HH", 5, 0) + b"0.eml"
    directory = b"".join(
        b"PK\x01\x02" + b"\x14\x03" + common + struct.pack("<HHHHHII", 5, 0, 0, 0, 0, 0, 0) + b"%d.eml" % number
        for number in range(count)
    )
    end = struct.pack("<HHHHIIH", 0, 0, count, count, len(directory), len(local) + len(data), 0)
    return local + data + directory + b"PK\x05\x06" + end


def test_members_made_of_the_same_bytes_are_refused(tmp_path: Path) -> None:
    items, refused = _read(tmp_path, _overlapping_zip(9))
    assert len(items) <= 1
    assert len(refused) >= 8 and "overlaps another file of the archive" in refused.values()


def test_a_bomb_in_a_zip_is_refused_and_its_neighbours_are_kept(tmp_path: Path) -> None:
    raw = zip_of({"bomb.txt": b"words of a bomb " * 3_000_000, "good.eml": _GOOD})
    assert len(raw) < 1_000_000
    items, refused = _read(tmp_path, raw)
    assert len(items) == 1 and "refused: it unpacks to more than" in refused["x/bomb.txt"]


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_a_bomb_around_a_tar_is_refused_and_what_came_before_it_is_kept(
    tmp_path: Path, pack: Callable[[bytes], bytes]
) -> None:
    raw = pack(tar_of({"good.eml": _GOOD, "bomb.txt": b"words of a bomb " * 700_000}))
    items, refused = _read(tmp_path, raw)
    assert [item.source for item in items] == ["x/good.eml"]
    assert "refused: it unpacks to more than" in refused["x"]


def test_packing_twice_does_not_square_what_may_come_out(tmp_path: Path) -> None:
    inner = gzip.compress(random.Random(7).randbytes(400).hex().encode() + b"words of a bomb " * 4_000_000)
    items, refused = _read(tmp_path, gzip.compress(inner * 40))
    assert not items and "refused" in refused["x"]


def test_three_times_packed_is_said(tmp_path: Path) -> None:
    items, refused = _read(tmp_path, gzip.compress(bz2.compress(gzip.compress(_GOOD))))
    assert not items and refused == {"x": "packed more than 2 times over"}


def test_a_million_members_are_not_listed(tmp_path: Path) -> None:
    entry = b"PK\x01\x02" + struct.pack("<HHHHHHIIIHHHHHII", 20, 20, 0, 0, 0, 0, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0)
    local = b"PK\x03\x04".ljust(36, b"\0")
    directory = entry.ljust(52, b"x") * 1_000_000
    end = b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 0xFFFF, 0xFFFF, len(directory), len(local), 0)
    items, refused = _read(tmp_path, local + directory + end)
    assert not items and refused == {"x": "a header or list of files of more than 32 MB"}


@pytest.mark.parametrize(("pack", "opened"), [(zip_of, packed.opened_zip), (tar_of, packed.opened_tar)])
def test_more_members_than_anybody_has_are_cut_off_and_said(
    tmp_path: Path,
    pack: Callable[[dict[str, bytes]], bytes],
    opened: Callable[..., AbstractContextManager[packed.Opened]],
) -> None:
    path = tmp_path / "in" / "x"
    path.write_bytes(pack({f"{number}.eml": _GOOD for number in range(12)}))
    file = DiskFile(path, path.parent)
    with opened(file, Contents(file.chunks()), most_members=10) as archive:
        assert archive.trouble == "more than 10 files in one archive: kept what was readable"
        assert len(archive.root.names()) == 10


def test_a_header_that_asks_for_a_gigabyte_is_not_believed(tmp_path: Path) -> None:
    header = tarfile.TarInfo("longname")
    header.type, header.size = tarfile.GNUTYPE_LONGNAME, 1 << 30
    raw = tar_of({"good.eml": _GOOD})[:1024] + header.tobuf() + b"n" * (3 << 20)
    items, refused = _read(tmp_path, raw)
    assert len(items) == 1 and "header" in refused["x"]


def test_a_size_below_nothing_does_not_lead_round_for_ever(tmp_path: Path) -> None:
    header = bytearray(tarfile.TarInfo("bad").tobuf(tarfile.GNU_FORMAT))
    header[124:136] = b"\xff" * 10 + b"\xfc\x00"  # -1024 in the binary form
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    items, refused = _read(tmp_path, tar_of({"good.eml": _GOOD})[:1024] + bytes(header) + b"\0" * 1024)
    assert len(items) == 1 and "damaged tar" in refused["x"]


def test_a_few_bytes_that_stand_for_terabytes_are_not_read(tmp_path: Path) -> None:
    def change(member: tarfile.TarInfo) -> None:
        member.pax_headers = {
            "GNU.sparse.major": "1",
            "GNU.sparse.minor": "0",
            "GNU.sparse.name": "bad.eml",
            "GNU.sparse.realsize": str(1 << 42),
        }

    blocks = b"1\n0\n0\n".ljust(512, b"\0")
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name, raw in (("bad.eml", blocks), ("good.eml", _GOOD)):
            member = tarfile.TarInfo(name)
            member.size = len(raw)
            if name == "bad.eml":
                change(member)
            archive.addfile(member, io.BytesIO(raw))
    items, refused = _read(tmp_path, made.getvalue())
    assert len(items) == 1 and "holes" in refused["x/bad.eml"]


def test_a_file_that_is_also_a_folder(tmp_path: Path) -> None:
    items, refused = _read(tmp_path, tar_of({"a": _GOOD, "a/b.eml": _GOOD, "good.eml": _GOOD}))
    assert [item.source for item in items] == ["x/a", "x/good.eml"]
    assert refused == {"x/a/b.eml": "lies in a file, not in a folder"}


def test_of_two_members_of_one_name_the_later_counts(tmp_path: Path) -> None:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as archive:
        for words in (b"First words of it.\n", b"Later words of it.\n"):
            member = tarfile.TarInfo("a.txt")
            member.size = len(words)
            archive.addfile(member, io.BytesIO(words))
    items, _ = _read(tmp_path, made.getvalue())
    assert [item.blocks[0].text for item in items] == ["Later words of it."]


@pytest.mark.parametrize("pack", [zip_of, tar_of, lambda members: gzip.compress(tar_of(members))])
@pytest.mark.parametrize("part", [0.3, 0.5, 0.75])
def test_a_cut_archive_is_no_end_of_the_import(
    tmp_path: Path, pack: Callable[[dict[str, bytes]], bytes], part: float
) -> None:
    noise = random.Random(7)
    members = {f"{number}.eml": _GOOD + noise.randbytes(700).hex().encode() for number in range(20)}
    raw = pack(members)
    (tmp_path / "in" / "good.eml").write_bytes(_GOOD)
    items, refused = _read(tmp_path, raw[: int(len(raw) * part)])
    assert items[0].source == "good.eml" and "x" in refused
    assert all(len(item.original) > 1400 for item in items[1:])  # none was cut


@pytest.mark.parametrize("pack", [zip_of, tar_of, lambda members: gzip.compress(tar_of(members))])
def test_any_damage_is_an_answer(tmp_path: Path, pack: Callable[[dict[str, bytes]], bytes]) -> None:
    noise = random.Random(7)
    whole = pack({f"d/{number}.eml": _GOOD + noise.randbytes(99).hex().encode() for number in range(3)})
    for _ in range(150):
        raw = bytearray(whole)
        for _ in range(noise.randint(1, 6)):
            raw[noise.randrange(len(raw))] = noise.randrange(256)
        items, refused = _read(tmp_path, bytes(raw))
        assert items or refused or not raw.startswith(b"PK\x03\x04")


def test_an_import_that_is_given_up_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "in" / "x").write_bytes(gzip.compress(tar_of({f"{number}.eml": _GOOD for number in range(9)})))
    items = read_items(tmp_path / "in")
    next(items)
    items.close()  # type: ignore[attr-defined]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs a process to kill")
def test_an_import_that_is_killed_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "in" / "x").write_bytes(gzip.compress(tar_of({f"{number}.eml": _GOOD for number in range(9)})))
    child = os.fork()
    if child == 0:  # pragma: no cover
        next(read_items(tmp_path / "in"))
        os.kill(os.getpid(), 9)
    _, status = os.waitpid(child, 0)
    assert os.WTERMSIG(status) == 9
