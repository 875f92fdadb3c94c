"""What a list archive keeps in other files than the one at hand: cut-out parts, a month's text beside its pages."""

from __future__ import annotations

import re
from collections.abc import Callable

from corpus.article import RawItem, Unreadable
from corpus.readers import pipermail
from corpus.readers.contents import contents_of
from corpus.readers.list_tags import INDEX_NAMES, tag_in_index
from corpus.readers.mailbox import split_mailbox
from corpus.readers.places import File, Folder

_MOST_ATTACHMENT_BYTES = 16 * 1024 * 1024
_ATTACHMENT = re.compile(r"/attachments/(\d{8})/([0-9a-f]{4,16})/(attachment[\w-]{0,12}\.html?)$")
_MONTH_TEXT = re.compile(r"\.(?:txt|mbox)(?:\.gz)?$")


def attachments_in(folder: Folder | None) -> Callable[[str], bytes | None]:
    """Reads the parts that Pipermail cut out and keeps in `folder`.

    Only the pieces of an address that match are put together to a path, and only a file inside the folder is read.
    """

    def attachment(url: str) -> bytes | None:
        named = _ATTACHMENT.search(url)
        if named is None or folder is None:
            return None
        return _bytes_of(folder.file("attachments", *named.groups()))

    return attachment


def beside(folder: Folder) -> Callable[[str], bytes | None]:
    """Reads the files that lie in a page's own folder, by a bare name that its reader has checked."""
    return lambda name: _bytes_of(folder.file(name))


def _bytes_of(file: File | None) -> bytes | None:
    return None if file is None else contents_of(file).all(_MOST_ATTACHMENT_BYTES)


class Months:
    """What has been seen of a list's months so far in an import."""

    def __init__(self) -> None:
        self._ids_on_pages: dict[str, set[str]] = {}
        self._entries: tuple[str, dict[str, pipermail.MonthEntry]] | None = None
        self._tag: tuple[str, str | None] | None = None

    def seen_on_page(self, page: File, item: RawItem | Unreadable) -> RawItem | Unreadable:
        """The item, after its id was noted: the month's text repeats it."""
        if isinstance(item, RawItem) and item.message_id:
            self._ids_on_pages.setdefault(page.folder.location, set()).add(item.message_id)
        return item

    def ids_on_pages(self, text: File) -> set[str]:
        """The ids on the pages in the folder whose month this text holds: "2024-July" for 2024-July.txt.gz."""
        return self._ids_on_pages.get(f"{text.folder.location}/{_MONTH_TEXT.sub('', text.name)}", set())

    def entries_for(self, page: File) -> dict[str, pipermail.MonthEntry]:
        """What the text file beside a page's folder says of the month's mails; read once a folder."""
        folder = page.folder
        if self._entries is None or self._entries[0] != folder.location:
            entries: dict[str, pipermail.MonthEntry] = {}
            for suffix in (".txt", ".txt.gz", ".mbox"):
                text = folder.parent.file(folder.name + suffix) if folder.parent else None
                if text is not None:
                    entries = pipermail.month_entries(split_mailbox(contents_of(text)))
                    break
            self._entries = folder.location, entries
        return self._entries[1]

    def list_tag(self, page: File) -> str | None:
        """The tag in most lines of the index beside a page; read once a folder."""
        folder = page.folder
        if self._tag is None or self._tag[0] != folder.location:
            indexes = filter(None, (folder.file(name) for name in INDEX_NAMES))
            tags = (tag_in_index(contents_of(index).head) for index in indexes)
            self._tag = folder.location, next(filter(None, tags), None)
        return self._tag[1]
