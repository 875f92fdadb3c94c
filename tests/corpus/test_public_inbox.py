"""public-inbox archives, made here with dulwich: both forms, deletions, and stores that break or mean harm."""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections.abc import Sequence
from pathlib import Path

import pytest
from dulwich.bundle import create_bundle_from_repo, write_bundle
from dulwich.objects import Blob, Commit, ShaFile, Tree
from dulwich.repo import Repo

from corpus.article import RawItem, Unreadable
from corpus.readers.public_inbox import is_bundle, is_repository, read_repository


def _mail(number: int, body: str = "Some words.") -> bytes:
    return (
        f"From: Ana Example <ana@one.example>\nSubject: Mail {number}\nDate: Wed, {number:02} May 2031 10:00:00 -0700\n"
        f"Message-ID: <m{number}@one.example>\n\n{body}\n"
    ).encode()


def _store(repo: Repo, *objects: ShaFile) -> None:
    for one in objects:
        repo.object_store.add_object(one)  # a file each; packs stand in the bundle and in the bomb


def _commit(repo: Repo, tree: Tree) -> None:
    commit = Commit()
    commit.tree = tree.id
    commit.author = commit.committer = b"A <a@one.example>"
    commit.author_time = commit.commit_time = 1_000_000_000
    commit.author_timezone = commit.commit_timezone = 17 * 3600  # as a real mirror has it
    commit.message = b"mail"
    commit.parents = [repo.refs[b"refs/heads/master"]] if b"refs/heads/master" in repo.refs else []
    _store(repo, tree, commit)
    repo.refs[b"refs/heads/master"] = commit.id


def _epoch(folder: Path, steps: Sequence[tuple[bytes, bytes]]) -> Repo:
    """A repository with a commit for each (file name, contents)."""
    folder.mkdir(parents=True)
    repo = Repo.init_bare(folder)
    for name, contents in steps:
        blob, tree = Blob.from_string(contents), Tree()
        tree.add(name, 0o100644, blob.id)
        _store(repo, blob)
        _commit(repo, tree)
    return repo


def _read(path: Path) -> list[tuple[str, str | None]]:
    return [
        (item.source, item.subject if isinstance(item, RawItem) else item.reason) for item in read_repository(path, "x")
    ]


def test_a_bare_repository_gives_its_mails_in_the_order_of_their_commits(tmp_path: Path) -> None:
    _epoch(tmp_path / "a.git", [(b"m", _mail(2)), (b"m", _mail(1))]).close()
    assert is_repository(tmp_path / "a.git")
    first, second = read_repository(tmp_path / "a.git", "x")
    assert isinstance(first, RawItem) and isinstance(second, RawItem)
    assert [(item.source, item.subject, item.format) for item in (first, second)] == [
        ("x#1", "Mail 2", "public-inbox"),
        ("x#2", "Mail 1", "public-inbox"),
    ]
    assert first.posted is not None and first.posted.isoformat() == "2031-05-02T10:00:00-07:00"  # the mail's, not git's
    assert first.message_id == "m2@one.example"


def test_a_deleted_mail_is_gone_also_out_of_an_earlier_epoch_and_one_put_back_is_there(tmp_path: Path) -> None:
    one, two, three = map(_mail, (1, 2, 3))
    _epoch(tmp_path / "inbox/git/0.git", [(b"m", one), (b"m", two), (b"d", two), (b"m", three)]).close()
    _epoch(tmp_path / "inbox/git/1.git", [(b"m", two), (b"d", one)]).close()
    expected = [("x/git/0.git#3", "Mail 3"), ("x/git/1.git#1", "Mail 2")]
    assert is_repository(tmp_path / "inbox")
    assert _read(tmp_path / "inbox") == expected
    assert [subject for _, subject in _read(tmp_path / "inbox/git")] == ["Mail 3", "Mail 2"]


def test_epochs_are_read_by_number(tmp_path: Path) -> None:
    for number in (10, 9):
        _epoch(tmp_path / f"git/{number}.git", [(b"m", _mail(number))]).close()
    assert [subject for _, subject in _read(tmp_path)] == ["Mail 9", "Mail 10"]


def test_the_mails_of_a_digest_are_items_of_their_own(tmp_path: Path) -> None:
    digest = (
        b"From: list@one.example\nSubject: Round Digest\nMIME-Version: 1.0\n"
        b"Content-Type: multipart/digest; boundary=b\n\n--b\n\n" + _mail(1) + b"\n--b\n\n" + _mail(2) + b"\n--b--\n"
    )
    _epoch(tmp_path / "box.git", [(b"m", digest), (b"m", _mail(3))])
    assert _read(tmp_path / "box.git") == [("x#1.1", "Mail 1"), ("x#1.2", "Mail 2"), ("x#2", "Mail 3")]


def test_version_1_keeps_mails_by_the_digest_of_their_ids(tmp_path: Path) -> None:
    repo = _epoch(tmp_path / "v1.git", [])
    root = Tree()
    for number in (1, 2):
        digest = hashlib.sha1(f"m{number}@one.example".encode()).hexdigest().encode()
        blob, folder = Blob.from_string(_mail(number)), Tree()
        folder.add(digest[2:], 0o100644, blob.id)
        root.add(digest[:2], 0o040000, folder.id)
        _store(repo, blob, folder)
    _commit(repo, root)
    repo.close()
    assert is_repository(tmp_path / "v1.git")
    assert sorted(subject or "" for _, subject in _read(tmp_path / "v1.git")) == ["Mail 1", "Mail 2"]


def test_a_bundle_and_a_working_clone_hold_the_same(tmp_path: Path) -> None:
    repo = _epoch(tmp_path / "clone/.git", [(b"m", _mail(1)), (b"m", _mail(2))])
    bundle = create_bundle_from_repo(repo)
    with (tmp_path / "x.bundle").open("wb") as file:
        write_bundle(file, bundle)
    bundle.close()
    repo.close()
    assert is_bundle((tmp_path / "x.bundle").read_bytes()[:64])
    assert is_repository(tmp_path / "clone")
    assert _read(tmp_path / "x.bundle") == _read(tmp_path / "clone") == [("x#1", "Mail 1"), ("x#2", "Mail 2")]


@pytest.mark.parametrize("name", [b"README.md", b"article.txt"])
def test_a_folder_of_articles_under_version_control_is_no_inbox(tmp_path: Path, name: bytes) -> None:
    _epoch(tmp_path / "notes/.git", [(name, b"Words")]).close()
    assert not is_repository(tmp_path / "notes")
    assert not is_repository(tmp_path)
    assert _read(tmp_path / "notes") == [("x", "a git repository, but not of mails as public-inbox keeps them")]


def test_an_empty_repository_and_no_repository(tmp_path: Path) -> None:
    _epoch(tmp_path / "empty.git", []).close()
    assert not is_repository(tmp_path / "empty.git")
    assert _read(tmp_path / "empty.git") == [("x", "a git repository without a commit")]
    assert _read(tmp_path) == [("x", "not a git repository")]


def test_a_line_that_separates_mails_in_a_mailbox_is_no_part_of_one(tmp_path: Path) -> None:
    raw = b"From mboxrd@z Thu Jan  1 00:00:00 1970\n" + _mail(1, "From the sea\n>From the land")
    _epoch(tmp_path / "a.git", [(b"m", raw)]).close()
    (item,) = read_repository(tmp_path / "a.git", "x")
    assert isinstance(item, RawItem) and item.original == _mail(1, "From the sea\n>From the land")


def test_one_damaged_mail_does_not_take_the_others_with_it(tmp_path: Path) -> None:
    _epoch(tmp_path / "a.git", [(b"m", _mail(number)) for number in (1, 2, 3)]).close()
    name = Blob.from_string(_mail(2)).id.decode()
    damaged = tmp_path / "a.git/objects" / name[:2] / name[2:]
    damaged.chmod(0o600)
    damaged.write_bytes(b"nothing of zlib")
    first, second, third = _read(tmp_path / "a.git")
    assert (first[1], third[1]) == ("Mail 1", "Mail 3")
    assert second[0] == "x#2" and (second[1] or "").startswith("a damaged object")


def test_a_shallow_clone_gives_what_it_has_and_says_so(tmp_path: Path) -> None:
    repo = _epoch(tmp_path / "a.git", [(b"m", _mail(number)) for number in (1, 2, 3)])
    parent = repo[repo[repo.head()].parents[0]].parents[0].decode()
    repo.close()
    (tmp_path / "a.git/objects" / parent[:2] / parent[2:]).unlink()
    assert _read(tmp_path / "a.git") == [
        ("x", "the history before its oldest mail here cannot be read: an object is missing"),
        ("x#1", "Mail 2"),
        ("x#2", "Mail 3"),
    ]


def test_objects_of_another_repository_are_out_of_reach(tmp_path: Path) -> None:
    """Alternates and links name any folder of the machine; what they lead to was not handed over."""
    _epoch(tmp_path / "private.git", [(b"m", _mail(1, "Secret words."))]).close()
    head = (tmp_path / "private.git/refs/heads/master").read_text()
    _epoch(tmp_path / "a.git", []).close()
    (tmp_path / "a.git/refs/heads/master").write_text(head)
    (tmp_path / "a.git/objects/info").mkdir(exist_ok=True)
    (tmp_path / "a.git/objects/info/alternates").write_text(f"{tmp_path}/private.git/objects\n")
    assert not is_repository(tmp_path / "a.git")
    assert [item for item in read_repository(tmp_path / "a.git", "x") if isinstance(item, RawItem)] == []
    _epoch(tmp_path / "b.git", []).close()
    (tmp_path / "b.git/objects").rename(tmp_path / "b.git/old")
    (tmp_path / "b.git/objects").symlink_to(tmp_path / "private.git/objects")
    assert not is_repository(tmp_path / "b.git")


def test_hooks_and_configuration_are_not_obeyed(tmp_path: Path) -> None:
    _epoch(tmp_path / "a.git", [(b"m", _mail(1))]).close()
    mark = tmp_path / "ran"
    command = f"!touch {mark}"
    (tmp_path / "a.git/config").write_text(
        f'[core]\n\tfsmonitor = "{command}"\n\tpager = "{command}"\n\tsshCommand = "{command}"\n'
        f'[log]\n\tshowSignature = true\n[gpg]\n\tprogram = "{command}"\n[include]\n\tpath = /dev/zero\n'
    )
    assert [subject for _, subject in _read(tmp_path / "a.git")] == ["Mail 1"]
    assert not mark.exists()


def _size(number: int) -> bytes:
    written = bytearray()
    while number > 127:
        written.append(number & 127 | 128)
        number >>= 7
    return bytes([*written, number])


def _object_head(kind: int, size: int) -> bytes:
    first = kind << 4 | size & 15
    return bytes([first | 128]) + _size(size >> 4) if size > 15 else bytes([first])


def test_a_delta_that_stands_for_gigabytes_is_not_unpacked(tmp_path: Path) -> None:
    """A base of 64 KB, and a delta that copies it 100,000 times: a mail of 6 GB in a pack of a kilobyte or so."""
    base = bytes(65535)
    copies = b"\xb0\xff\xff" * 100_000  # copy 65,535 bytes from offset 0
    delta = _size(len(base)) + _size(65535 * 100_000) + copies
    mail = b"\x01" * 20  # what the index calls it; nobody can compute the digest of such an object
    tree, commit = Tree(), Commit()
    tree.add(b"m", 0o100644, mail.hex().encode())
    commit.tree = tree.id
    commit.author = commit.committer = b"A <a@one.example>"
    commit.author_time = commit.commit_time = commit.author_timezone = commit.commit_timezone = 0
    commit.message = b"mail"
    pack = b"PACK" + struct.pack(">LL", 2, 2)
    base_at = len(pack)
    pack += _object_head(3, len(base)) + zlib.compress(base)
    delta_at = len(pack)
    distance = delta_at - base_at
    assert distance < 128 + 16384
    offset = bytes([distance]) if distance < 128 else bytes([(distance - 128 >> 7) | 128, distance - 128 & 127])
    pack += _object_head(6, len(delta)) + offset + zlib.compress(delta)
    pack += hashlib.sha1(pack).digest()
    names = sorted([(mail, delta_at), (bytes.fromhex(Blob.from_string(base).id.decode()), base_at)])
    counts = [sum(name[0] <= first for name, _ in names) for first in range(256)]
    index = b"\xfftOc" + struct.pack(">L", 2) + struct.pack(">256L", *counts) + b"".join(name for name, _ in names)
    index += bytes(8) + b"".join(struct.pack(">L", at) for _, at in names) + pack[-20:]
    index += hashlib.sha1(index).digest()
    repo = _epoch(tmp_path / "a.git", [])
    _store(repo, tree, commit)
    repo.refs[b"refs/heads/master"] = commit.id
    repo.close()
    (tmp_path / "a.git/objects/pack/pack-bomb.pack").write_bytes(pack)
    (tmp_path / "a.git/objects/pack/pack-bomb.idx").write_bytes(index)
    assert list(read_repository(tmp_path / "a.git", "x")) == [Unreadable("x#1", "an object of more than 64 MB")]
    (tmp_path / "x.bundle").write_bytes(b"# v2 git bundle\n" + commit.id + b" HEAD\n\n" + pack)
    assert list(read_repository(tmp_path / "x.bundle", "x")) == [Unreadable("x", "an object of more than 64 MB")]


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"# v2 git bundle\n", "a git bundle without a commit"),
        (b"# v2 git bundle\n-" + b"1" * 40 + b" old\n", "an incremental git bundle: what it builds on is not in it"),
        (b"# v3 git bundle\n@filter=blob:none\n", "a git bundle of a partial clone: not all of its objects are in it"),
        (b"# v2 git bundle\n" + b"1" * 40 + b" HEAD\n\nPACKnonsense", "a damaged git bundle"),
        (
            b"# v2 git bundle\n"
            + b"1" * 40
            + b" HEAD\n\nPACK\0\0\0\2\0\0\0\1"
            + _object_head(3, 9)
            + zlib.compress(b"x")[:4],
            "a git bundle that was cut off",
        ),
        (
            b"# v2 git bundle\n"
            + b"1" * 40
            + b" HEAD\n\nPACK\0\0\0\2\0\0\0\1"
            + _object_head(3, 9)
            + zlib.compress(bytes(65 << 20)),
            "an object of more than 64 MB",
        ),
    ],
)
def test_a_bundle_that_cannot_be_read_says_why(tmp_path: Path, raw: bytes, reason: str) -> None:
    (tmp_path / "x.bundle").write_bytes(raw)
    (item,) = read_repository(tmp_path / "x.bundle", "x")
    assert isinstance(item, Unreadable) and item.reason.startswith(reason)
