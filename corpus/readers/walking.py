"""The files of a folder in a stable order that people would give them: months by date, numbers by value."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from corpus.article import Unreadable
from corpus.readers import public_inbox
from corpus.readers.contents import contents_of
from corpus.readers.mhonarc import is_page as is_mhonarc_page
from corpus.readers.places import DiskFolder, File, Folder, Refused, is_file, is_folder, shown, why_not

_TOKEN = re.compile(r"\d{1,18}|\D+")
_MONTHS = {
    name: number
    for number, name in enumerate(
        "january february march april may june july august september october november december".split(), start=1
    )
}
_PAGE_NAME = re.compile(r"^(?:msg\d{5,8}|\d{5,8})\.html?(?:\.gz)?$")
_RENAMED_PAGE = re.compile(r"^(?P<prefix>[A-Za-z]{1,20})\d{5,8}\.html?$")  # MHonArc's MSGPREFIX
_MOST_PREFIXES = 5
# What MHonArc cuts out of mails and saves beside its pages: bin00002.bin, gz00004.gz, pgp8fV8iP3EnF.pgp
_SAVED_PART = re.compile(r"^(?!msg)[a-z]{1,5}(?:\d{5,8}|[A-Za-z0-9_]{10})\.[a-z0-9]{2,5}$")
_DATED_FOLDER = re.compile(r"^\d{8}$")
# Mailman keeps what it knows of a list as pickles and marshalled objects: "pipermail.pck", "config.pck", and a folder
# "database" of "2031-May-article", "2031-May-date" and so on. Opening one would run what is in it.
_PICKLE = re.compile(r"\.(?:pck|pickle)(?:\.(?:tmp|bak|last|safety))?$", re.IGNORECASE)
_PIPERMAIL_DATABASE = re.compile(r"-(?:article|author|date|subject|thread)$")
# Folders that a browser puts beside a page it saved, by its language; the names are those that Windows keeps together
# with the page ("connected files").
_SAVED_PAGE_FOLDER = re.compile(
    r"(?P<page>.+)(?:[_ .-]files|_file|-Dateien|_fichiers|_archivos|_arquivos|_ficheiros|_bestanden|_fitxers|-filer"
    r"|_soubory|_pliki|_dosyalar|_tiedostot)$"
)
_PAGE_ENDINGS = (".html", ".htm", ".xhtml", ".shtml")
_BARE = ("HEAD", "objects", "refs")


@dataclass(frozen=True, slots=True)
class Found:
    """A file to read, and its name in reports."""

    file: File
    source: str

    @property
    def in_maildir(self) -> bool:
        return self.file.folder.name in ("cur", "new")


@dataclass(frozen=True, slots=True)
class FoundRepository:
    """A folder that is read as a whole: a git repository, as public-inbox keeps mails in."""

    folder: Folder
    source: str


def natural_key(name: str) -> str:
    """Sorts "2024-July" before "2024-August", msg9 before msg10, and a folder before the text file of its name.

    One string for a name, not a list of parts: a million names are sorted in 200 MB instead of 700.
    """
    numbered = re.sub(r"[A-Za-z]+", lambda word: str(_MONTHS.get(word[0].lower(), word[0])), name)
    return "".join(
        f"\1{int(token):019}" if token.isascii() and token.isdigit() else f"\2{token.casefold()}"
        for token in _TOKEN.findall(numbered)
    )


def walk(root: Folder, source: str = "") -> Iterator[Found | FoundRepository | Unreadable]:
    """Everything in a folder that could be an item, named from `source` on; markers and attached files are left out.

    One folder's names are in memory at a time for each level of depth.
    """
    open_folders = [_listed(root, source)]
    while open_folders:
        entry = next(open_folders[-1], None)
        if entry is None:
            open_folders.pop()
        elif isinstance(entry, _Deeper):
            open_folders.append(_listed(entry.folder, entry.source))
        else:
            yield entry


@dataclass(frozen=True, slots=True)
class _Deeper:
    folder: Folder
    source: str


def _listed(folder: Folder, source: str) -> Iterator[Found | FoundRepository | Unreadable | _Deeper]:
    """The files of one folder and the folders in it, in order."""
    try:
        names = folder.names()
    except OSError as error:
        yield Unreadable(source or ".", why_not(error))
        return
    if _is_repository(folder, names):
        yield FoundRepository(folder, source or shown(folder.name))
        return
    names.sort(key=lambda name: (natural_key(name), name))
    pages = _list_pages(folder, names)
    for name in names:
        entry = folder.entry(name)
        below = f"{source}/{shown(name)}" if source else shown(name)
        if entry is None or (_is_hidden(name) and (isinstance(entry, Refused) or not is_folder(entry))):
            continue
        if isinstance(entry, Refused):
            yield Unreadable(below, entry.reason)
        elif is_folder(entry):
            try:
                if _is_wanted(entry, folder):
                    yield _Deeper(entry, below)
            except OSError as error:
                yield Unreadable(below, why_not(error))
        elif (
            is_file(entry)
            and not _PICKLE.search(name)
            and not (pages and _SAVED_PART.match(name) and not pages.match(name))
        ):
            yield Found(entry, below)


def _list_pages(folder: Folder, names: list[str]) -> re.Pattern[str] | None:
    """The names of the pages of a list archive that lies here; where they were changed, what is in them tells."""
    if any(_PAGE_NAME.match(name) for name in names):
        return _PAGE_NAME
    if not any(_SAVED_PART.match(name) for name in names):
        return None
    renamed = {found["prefix"]: name for name in names if (found := _RENAMED_PAGE.match(name)) is not None}
    for prefix, name in list(renamed.items())[:_MOST_PREFIXES]:
        page = folder.file(name)
        if page is not None and is_mhonarc_page(contents_of(page).head):
            return re.compile(rf"^{prefix}\d{{5,8}}\.html?$")
    return None


def _is_hidden(name: str) -> bool:
    return name.startswith(".") and "/" not in name  # "../x" is how an archive lists a member that has no place in it


def _is_repository(folder: Folder, names: list[str]) -> bool:
    """A bare git repository, of whatever: its inside is nothing to walk. Of other folders, those that hold mails."""
    if all(folder.entry(name) is not None for name in _BARE):
        return True
    return (
        isinstance(folder, DiskFolder)
        and any(name.endswith("git") for name in names)  # the epochs' folder, an epoch, a clone's own
        and public_inbox.is_repository(folder.path)
    )


def _is_wanted(folder: Folder, within: Folder) -> bool:
    if folder.name == "tmp":
        return within.entry("cur") is None and within.entry("new") is None  # a Maildir's deliveries under way
    if folder.name.startswith("."):
        return folder.entry("cur") is not None  # ".Sent" of a Maildir
    if folder.name == "attachments":  # Pipermail's cut-out parts belong to the mails that name them
        return not any(_DATED_FOLDER.match(name) for name in folder.names())
    if folder.name == "database":
        names = folder.names()
        return not names or not all(_PIPERMAIL_DATABASE.search(name) for name in names)
    saved = _SAVED_PAGE_FOLDER.match(folder.name)
    return saved is None or all(within.entry(saved["page"] + ending) is None for ending in _PAGE_ENDINGS)
