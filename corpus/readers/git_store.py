"""Objects of a git repository or bundle that somebody else made, read in place through dulwich.

Nothing of the repository is run or obeyed: no hook, no filter, no configuration beyond the length of its ids; nothing
is fetched for a partial clone; and neither alternates nor links lead to objects outside it. Objects are looked at for
their size before they are unpacked, because a few kilobytes of delta can stand for terabytes.
"""

from __future__ import annotations

import shutil
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import BinaryIO

from dulwich.object_format import SHA1, SHA256
from dulwich.object_store import BaseObjectStore, DiskObjectStore
from dulwich.objects import RawObjectID, parse_tree
from dulwich.pack import Pack, PackData
from dulwich.refs import DiskRefsContainer, Ref

MOST_OBJECT_BYTES = 64 * 1024 * 1024
_TOO_LARGE = f"an object of more than {MOST_OBJECT_BYTES >> 20} MB"
_LONGEST_CHAIN = 4096  # git writes chains of 50, and of 4,095 when told to
# Packs are mapped, and every page once read counts as this process's memory until the map is closed.
_READS_BEFORE_REOPENING = 2000
_CACHE_BYTES = 16 * 1024 * 1024
_BUNDLE_MARKS = (b"# v2 git bundle\n", b"# v3 git bundle\n")
_OFS_DELTA, _REF_DELTA = 6, 7
_MOST_BUNDLE_HEAD = 16 * 1024 * 1024


class BrokenStore(Exception):
    """An object, or the whole store, cannot be read; the message is the reason."""


class GitStore:
    """The objects of one repository, by binary id. Close it, or use `opened_repository` and `opened_bundle`."""

    def __init__(self, objects: Path, tip: bytes) -> None:
        self.tip = bytes.fromhex(tip.decode("ascii"))
        self._objects = objects
        self._format = SHA256 if len(self.tip) == 32 else SHA1
        self._open()

    def _open(self) -> None:
        self._store = _ClosedStore(
            self._objects,
            delta_base_cache_limit=_CACHE_BYTES,
            loose_object_size_limit=MOST_OBJECT_BYTES,
            object_format=self._format,
        )
        self._packs = [_SizedPack(pack) for pack in self._store.packs]
        self._reads = 0

    def close(self) -> None:
        for pack in self._packs:
            pack.close()
        self._store.close()

    def get(self, name: bytes) -> bytes:
        """An object's bytes. Raises `BrokenStore` for one that is missing, damaged or too large."""
        with _called_broken("a damaged object"):
            try:
                return self._bytes_of(RawObjectID(name))
            except KeyError as error:
                raise BrokenStore("an object is missing") from error

    def _bytes_of(self, name: RawObjectID) -> bytes:
        self._reads += 1
        if self._reads > _READS_BEFORE_REOPENING:
            self.close()
            self._open()
        for pack in self._packs:
            if (offset := pack.offset_of(name)) is not None:
                pack.check_size(offset)
                return bytes(pack.pack.get_raw(name)[1])
        return bytes(self._store.get_raw(name)[1])

    def tree(self, name: bytes) -> list[tuple[bytes, int, bytes]]:
        """The entries of a tree: file name, mode, binary id."""
        raw = self.get(name)
        try:
            entries = parse_tree(raw, len(self.tip))
            return [(entry, mode, bytes.fromhex(digits.decode("ascii"))) for entry, mode, digits in entries]
        except Exception as error:  # as in `_called_broken`
            raise BrokenStore("a damaged tree") from error

    def commit(self, name: bytes) -> tuple[bytes, bytes | None]:
        """A commit's tree and its first parent."""
        tree = parent = None
        for line in self.get(name).partition(b"\n\n")[0].split(b"\n"):
            key, _, value = line.partition(b" ")
            if key == b"tree" and tree is None:
                tree = value
            elif key == b"parent":
                parent = value
                break
        try:
            of_tree = bytes.fromhex((tree or b"?").decode("ascii"))
            return of_tree, bytes.fromhex(parent.decode("ascii")) if parent else None
        except ValueError as error:
            raise BrokenStore("a damaged commit") from error


@contextmanager
def _called_broken(what: str) -> Iterator[None]:
    """Turns anything raised into `BrokenStore`: what bytes that somebody made up do to a parser has no base class."""
    try:
        yield
    except BrokenStore:
        raise
    except Exception as error:
        raise BrokenStore(f"{what} ({type(error).__name__})") from error


class _ClosedStore(DiskObjectStore):
    """An object store without ways out: no alternates, and no index over several packs, which names files."""

    @property
    def alternates(self) -> list[BaseObjectStore]:
        return []

    def get_midx(self) -> None:
        return None


class _SizedPack:
    """A pack whose objects tell their size before they are unpacked."""

    def __init__(self, pack: Pack) -> None:
        self.pack = pack
        with Path(pack.data.path).open("rb") as file:
            self._bytes = mmap(file.fileno(), 0, access=ACCESS_READ)

    def close(self) -> None:
        self._bytes.close()

    def offset_of(self, name: RawObjectID) -> int | None:
        try:
            return self.pack.index.object_offset(name)
        except KeyError:
            return None

    def check_size(self, offset: int) -> None:
        """Raise `BrokenStore` unless the object there, its deltas and all their bases are of a size to unpack."""
        for _ in range(_LONGEST_CHAIN):
            kind, size, at = _header(self._bytes, offset)
            if size > MOST_OBJECT_BYTES:
                break
            if kind not in (_OFS_DELTA, _REF_DELTA):
                return
            base = offset
            if kind == _OFS_DELTA:
                distance, at = _distance(self._bytes, at)
                base = offset - distance
            else:
                length = self.pack.object_format.oid_length
                base = self.pack.index.object_offset(RawObjectID(self._bytes[at : at + length]))
                at += length
            if max(_sizes_of_delta(self._bytes, at)) > MOST_OBJECT_BYTES or base < 0:
                break
            offset = base
        raise BrokenStore(_TOO_LARGE)


def _header(data: mmap, at: int) -> tuple[int, int, int]:
    byte = data[at]
    kind, size, shift = byte >> 4 & 7, byte & 15, 4
    while byte & 128 and shift < 70:
        at += 1
        byte = data[at]
        size |= (byte & 127) << shift
        shift += 7
    return kind, size, at + 1


def _distance(data: mmap, at: int) -> tuple[int, int]:
    byte = data[at]
    distance = byte & 127
    while byte & 128 and distance < 1 << 62:
        at += 1
        byte = data[at]
        distance = (distance + 1) << 7 | byte & 127
    return distance, at + 1


def _sizes_of_delta(data: mmap, at: int) -> tuple[int, int]:
    """Of its base and of its result: two numbers at the beginning of a delta."""
    head = zlib.decompressobj().decompress(data[at : at + 1024], 24)  # tables of codes come first
    sizes = []
    place = 0
    for _ in range(2):
        size = shift = 0
        while True:
            byte = head[place]
            size |= (byte & 127) << shift
            shift += 7
            place += 1
            if not byte & 128:
                break
        sizes.append(size)
    return sizes[0], sizes[1]


def git_folder(folder: Path) -> Path | None:
    """Where a repository keeps its objects and refs: the folder itself when it is bare, or its ``.git``.

    None when it is no repository, and when links lead out of it.
    """
    for place in (folder, folder / ".git"):
        parts = (place, place / "objects", place / "objects" / "pack")
        if (place / "HEAD").is_file() and parts[1].is_dir() and ((place / "refs").is_dir() or _packed(place).is_file()):
            return None if any(part.is_symlink() for part in parts[1:]) or _is_link(place, folder) else place
    return None


def _is_link(place: Path, folder: Path) -> bool:
    return place != folder and place.is_symlink()


def _packed(place: Path) -> Path:
    return place / "packed-refs"


@contextmanager
def opened_repository(place: Path) -> Iterator[GitStore]:
    """The store at a `git_folder`. Raises `BrokenStore` when it has no commit or cannot be opened."""
    with _called_broken("a damaged git repository"):
        store = GitStore(place / "objects", _tip(place))
    with closing(store):
        yield store


def _tip(place: Path) -> bytes:
    refs = DiskRefsContainer(place)
    names = [Ref(b"HEAD"), Ref(b"refs/heads/master"), Ref(b"refs/heads/main"), *sorted(refs.keys(Ref(b"refs/heads")))]
    for name in names:
        for full in (name, Ref(b"refs/heads/" + name)):
            try:
                return bytes(refs[full])
            except KeyError:
                continue
    raise BrokenStore("a git repository without a commit")


def is_bundle(head: bytes) -> bool:
    """Whether a file that begins with these bytes is a git bundle."""
    return head.startswith(_BUNDLE_MARKS)


@contextmanager
def opened_bundle(path: Path) -> Iterator[GitStore]:
    """The store in a bundle file, unpacked to a temporary folder and indexed there. Raises `BrokenStore`."""
    with tempfile.TemporaryDirectory(prefix="briefing-bot-") as temporary:
        objects = Path(temporary) / "objects"
        (objects / "pack").mkdir(parents=True)
        with _called_broken("a damaged git bundle"):
            with path.open("rb") as file:
                tip = _bundle_head(file)
                pack = objects / "pack" / "pack-bundle.pack"
                with pack.open("wb") as copy:
                    shutil.copyfileobj(file, copy, 1 << 20)
            _index(pack, tip)
            store = GitStore(objects, tip)
        with closing(store):
            yield store


def _bundle_head(file: BinaryIO) -> bytes:
    """The commit that a bundle's HEAD or first branch names; the file then stands at its pack."""
    if file.readline(64) not in _BUNDLE_MARKS:
        raise BrokenStore("not a git bundle")
    tips: dict[bytes, bytes] = {}
    while (line := file.readline(65536)) not in (b"\n", b""):
        if file.tell() > _MOST_BUNDLE_HEAD:
            break
        if line.startswith(b"-"):
            raise BrokenStore("an incremental git bundle: what it builds on is not in it")
        if line.startswith(b"@filter="):
            raise BrokenStore("a git bundle of a partial clone: not all of its objects are in it")
        if not line.startswith(b"@"):
            name, _, ref = line.rstrip(b"\n").partition(b" ")
            tips[ref] = name
    for ref in (b"HEAD", b"refs/heads/master", b"refs/heads/main", *sorted(tips)):
        if ref in tips:
            return tips[ref]
    raise BrokenStore("a git bundle without a commit")


def _check_sizes(pack: Path, id_bytes: int) -> None:
    """Raise `BrokenStore` for a pack that holds an object too large: to index it is to unpack everything in it."""
    with pack.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as data:
        at = 12
        for _ in range(int.from_bytes(data[8:12], "big")):
            kind, size, at = _header(data, at)
            if kind == _OFS_DELTA:
                _, at = _distance(data, at)
            elif kind == _REF_DELTA:
                at += id_bytes
            of_delta = _sizes_of_delta(data, at) if kind in (_OFS_DELTA, _REF_DELTA) else (0, 0)
            if max(size, *of_delta) > MOST_OBJECT_BYTES:
                raise BrokenStore(_TOO_LARGE)
            at = _end_of_stream(data, at)


def _end_of_stream(data: mmap, at: int) -> int:
    """Where a compressed object ends, found in pieces, so that one that lies about its size costs no memory."""
    stream = zlib.decompressobj()
    given = 0
    while not stream.eof:
        piece = data[at : at + 65536]
        if not piece:
            raise BrokenStore("a git bundle that was cut off")
        given += len(stream.decompress(piece, 1 << 20))
        if given > MOST_OBJECT_BYTES:
            raise BrokenStore(_TOO_LARGE)
        at += len(piece) - len(stream.unconsumed_tail) - len(stream.unused_data)
    return at


def _index(pack: Path, tip: bytes) -> None:
    _check_sizes(pack, len(tip) // 2)
    data = PackData(pack, object_format=SHA256 if len(tip) == 64 else SHA1, delta_base_cache_limit=_CACHE_BYTES)
    try:
        data.create_index_v2(str(pack.with_suffix(".idx")))
    finally:
        data.close()
