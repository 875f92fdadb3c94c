"""The files of a folder in a stable order that people would give them: months by date, numbers by value."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from corpus.charsets import storable

_TOKEN = re.compile(r"\d{1,18}|\D+")
_MONTHS = {
    name: number
    for number, name in enumerate(
        "january february march april may june july august september october november december".split(), start=1
    )
}
_PAGE_NAME = re.compile(r"^(?:msg\d{5,8}|\d{5,8})\.html?(?:\.gz)?$")
# What MHonArc cuts out of mails and saves beside its pages: bin00002.bin, gz00004.gz, pgp8fV8iP3EnF.pgp
_SAVED_PART = re.compile(r"^(?!msg)[a-z]{1,5}(?:\d{5,8}|[A-Za-z0-9_]{10})\.[a-z0-9]{2,5}$")
_DATED_FOLDER = re.compile(r"^\d{8}$")


@dataclass(frozen=True, slots=True)
class Found:
    """A file to read, and its name in reports; `trouble` says why it cannot be read, if that is known before."""

    path: Path
    source: str
    in_maildir: bool = False
    trouble: str | None = None


def natural_key(name: str) -> list[tuple[int, int, str]]:
    """Sorts "2024-July" before "2024-August", msg9 before msg10, and a folder before the text file of its name."""
    numbered = re.sub(r"[A-Za-z]+", lambda word: str(_MONTHS.get(word[0].lower(), word[0])), name)
    return [
        (0, int(token), "") if token.isascii() and token.isdigit() else (1, 0, token.casefold())
        for token in _TOKEN.findall(numbered)
    ]


def walk(root: Path) -> Iterator[Found]:
    """Everything in a folder that could be an item; its marker, hidden and attached files are left out.

    Links are followed to files inside the folder only, and to no folder, so that a walk ends.
    """
    inside = root.resolve()
    open_folders: list[Iterator[Found | Path]] = [_listed(root, root, inside)]
    while open_folders:
        entry = next(open_folders[-1], None)
        if entry is None:
            open_folders.pop()
        elif isinstance(entry, Found):
            yield entry
        else:
            open_folders.append(_listed(entry, root, inside))


def _listed(folder: Path, root: Path, inside: Path) -> Iterator[Found | Path]:
    """The files of one folder and, as bare paths, the folders in it, in order."""
    try:
        entries = sorted(folder.iterdir(), key=lambda entry: (natural_key(entry.name), entry.name))
    except OSError as error:
        yield Found(folder, _relative(folder, root), trouble=f"cannot be read: {error.strerror or error}")
        return
    names = {entry.name for entry in entries}
    if {"HEAD", "objects", "refs"} <= names:
        yield Found(folder, _relative(folder, root), trouble="public-inbox archives are not read yet")
        return
    has_pages = any(_PAGE_NAME.match(name) for name in names)
    for entry in entries:
        try:
            if entry.is_symlink() and (entry.is_dir() or not entry.resolve().is_relative_to(inside)):
                continue
            if entry.is_dir():
                if _is_wanted(entry, names):
                    yield entry
            elif entry.name.startswith(".") or not entry.exists():
                continue
            elif not entry.is_file():
                yield Found(entry, _relative(entry, root), trouble="not a regular file")
            elif not (has_pages and _SAVED_PART.match(entry.name)):
                yield Found(entry, _relative(entry, root), in_maildir=folder.name in ("cur", "new"))
        except OSError as error:  # a loop of links, a folder that may not be searched
            yield Found(entry, _relative(entry, root), trouble=f"cannot be read: {error.strerror or error}")


def _is_wanted(folder: Path, beside: set[str]) -> bool:
    if folder.name == "tmp" and {"cur", "new"} & beside:
        return False  # a Maildir's deliveries under way
    if folder.name.startswith("."):
        return (folder / "cur").is_dir()  # ".Sent" of a Maildir
    # Pipermail's cut-out parts belong to the mails that name them.
    return folder.name != "attachments" or not any(_DATED_FOLDER.match(child.name) for child in folder.iterdir())


def _relative(path: Path, root: Path) -> str:
    return storable(path.relative_to(root).as_posix())
