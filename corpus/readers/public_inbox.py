"""public-inbox archives: mails in git. Every date is the mail's own; what commits say is wrong by a day in mirrors.

Version 2 keeps a commit for each mail, in epochs ``git/0.git``, ``git/1.git``...: a file ``m`` is the mail, a file
``d`` one that was deleted later. Version 1 keeps a single tree of files named by the SHA-1 of the message id.
"""

from __future__ import annotations

import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from corpus.article import RawItem, Unreadable
from corpus.readers.digests import named_mails
from corpus.readers.git_store import (
    BrokenStore,
    GitStore,
    git_folder,
    is_bundle,
    opened_bundle,
    opened_repository,
)
from corpus.readers.mail import read_mail, without_from_line

__all__ = ["is_bundle", "is_repository", "read_repository"]

_EPOCH = re.compile(r"^(\d{1,9})\.git$")
_TWO_DIGITS = re.compile(rb"^[0-9a-f]{2}$")
_REST_OF_DIGEST = re.compile(rb"^[0-9a-f]{38}$")
_MAIL, _DELETED = b"m", b"d"
_NOT_AN_INBOX = "a git repository, but not of mails as public-inbox keeps them"


def is_repository(folder: Path) -> bool:
    """Whether a folder is a public-inbox: one with epochs, or a repository (bare, or a working clone) of its form.

    A repository of anything else, such as a folder of articles under version control, is not.
    """
    try:
        if _epochs(folder):
            return True
        place = git_folder(folder)
        if place is None:
            return False
        with opened_repository(place) as store:
            return _is_inbox(store)
    except (OSError, BrokenStore):
        return False


def read_repository(path: Path, source: str) -> Iterator[RawItem | Unreadable]:
    """The mails of a public-inbox folder, repository or git bundle, oldest commit first, without the deleted ones.

    They are numbered ``source#n`` by their commits, in each epoch from 1 (``source/git/0.git#n``); the mails of a
    digest are ``#n.1``, ``#n.2``... A mail that cannot be read is `Unreadable`; when the store breaks, what it still
    holds is given.
    """
    epochs = [] if path.is_file() else _epochs(path)
    place = path if path.is_file() or epochs else git_folder(path)
    if place is None:
        yield Unreadable(source, "not a git repository")
    elif epochs:
        yield from _read_epochs(epochs, [f"{source}/{epoch.relative_to(path).as_posix()}" for epoch in epochs])
    else:
        try:
            with opened_bundle(place) if place.is_file() else opened_repository(place) as store:
                yield from _read_mails(store, _listed(store, set()), source)
        except BrokenStore as error:
            yield Unreadable(source, str(error))


def _epochs(folder: Path) -> list[Path]:
    """The epochs of version 2 in order of their numbers; the folder may be the inbox or its ``git``."""
    for parent in (folder / "git", folder):
        numbered = [
            (int(found.group(1)), entry)
            for entry in (parent.iterdir() if parent.is_dir() and not parent.is_symlink() else ())
            if (found := _EPOCH.match(entry.name)) and not entry.is_symlink() and git_folder(entry) is not None
        ]
        if numbered:
            return [entry for _, entry in sorted(numbered)]
    return []


def _read_epochs(places: list[Path], names: list[str]) -> Iterator[RawItem | Unreadable]:
    """Epochs oldest first. A later one may delete a mail of an earlier, so all are listed before, newest first."""
    deleted: set[bytes] = set()
    lists: list[_Mails | str] = []
    for place in reversed(places):
        try:
            with opened_repository(place) as store:
                lists.append(_listed(store, deleted))
        except BrokenStore as error:
            lists.append(str(error))
    for place, name, mails in zip(places, names, reversed(lists), strict=True):
        if isinstance(mails, str):
            yield Unreadable(name, mails)
            continue
        try:
            with opened_repository(place) as store:
                yield from _read_mails(store, mails, name)
        except BrokenStore as error:
            yield Unreadable(name, str(error))


@dataclass(frozen=True, slots=True)
class _Mails:
    """The ids of an epoch's mails, one after another, oldest last; nothing but zeros for one that was deleted."""

    names: bytes
    trouble: str | None = None


def _listed(store: GitStore, deleted: set[bytes]) -> _Mails:
    """What is to be read from a store, some 20 bytes for each mail. Adds to `deleted` and takes from it.

    A deletion names the mail by its object; a mail that was put back after it is a new one and stays.
    """
    tree, _ = store.commit(store.tip)
    entries = store.tree(tree)
    if _is_version_1(entries):
        return _Mails(b"".join(reversed(list(_named_by_digest(store, entries)))))
    if not _is_version_2(entries):
        raise BrokenStore(_NOT_AN_INBOX)
    names = bytearray()
    nothing = bytes(len(store.tip))
    commit: bytes | None = store.tip
    newer = None
    try:
        while commit is not None:
            tree, commit = store.commit(commit)
            if tree == newer:  # a commit that changed nothing; `newer` was already taken
                continue
            newer = tree
            for name, _, blob in store.tree(tree):
                if name == _DELETED:
                    deleted.add(blob)
                elif name == _MAIL:
                    names += nothing if blob in deleted else blob
                    deleted.discard(blob)
    except BrokenStore as error:
        return _Mails(bytes(names), f"the history before its oldest mail here cannot be read: {error}")
    return _Mails(bytes(names))


def _read_mails(store: GitStore, mails: _Mails, source: str) -> Iterator[RawItem | Unreadable]:
    if mails.trouble is not None:
        yield Unreadable(source, mails.trouble)
    size = len(store.tip)
    nothing = bytes(size)
    for number, at in enumerate(range(len(mails.names) - size, -1, -size), start=1):
        name = mails.names[at : at + size]
        if name == nothing:
            continue
        try:
            raw = store.get(name)
        except BrokenStore as error:
            yield Unreadable(f"{source}#{number}", str(error))
            continue
        for mail, place in named_mails(without_from_line(raw), f"{source}#{number}"):
            yield read_mail(mail, place, "public-inbox")


def _is_inbox(store: GitStore) -> bool:
    tree, _ = store.commit(store.tip)
    entries = store.tree(tree)
    return _is_version_1(entries) or _is_version_2(entries)


def _is_version_2(entries: list[tuple[bytes, int, bytes]]) -> bool:
    return all(name in (_MAIL, _DELETED) and stat.S_ISREG(mode) for name, mode, _ in entries) and len(entries) > 0


def _is_version_1(entries: list[tuple[bytes, int, bytes]]) -> bool:
    return all(_TWO_DIGITS.match(name) and stat.S_ISDIR(mode) for name, mode, _ in entries) and len(entries) > 0


def _named_by_digest(store: GitStore, entries: list[tuple[bytes, int, bytes]]) -> Iterator[bytes]:
    """The mails of version 1; where two share a message id, their name is a folder of both."""
    for _, _, folder in entries:
        for name, mode, blob in store.tree(folder):
            if not _REST_OF_DIGEST.match(name):
                continue
            if stat.S_ISDIR(mode):
                yield from (inner for _, inner_mode, inner in store.tree(blob) if stat.S_ISREG(inner_mode))
            elif stat.S_ISREG(mode):
                yield blob
