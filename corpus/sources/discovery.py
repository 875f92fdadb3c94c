"""What an address is a source of, when the operator does not say."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from corpus.errors import NothingThere, UnusableAddress
from corpus.readers.contents import HEAD
from corpus.readers.feed import is_feed
from corpus.sources.fetching import Failed, Fetched, Fetcher, Gone
from corpus.sources.hyperkitty_lists import list_base
from corpus.sources.imap_mailboxes import Mailbox
from corpus.sources.page_links import links_of
from corpus.sources.pipermail_lists import periods_of
from corpus.sources.source import SourceKind, masked
from corpus.sources.web_addresses import web_address

_SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]{1,30}):(?://)?")
_HOST = re.compile(r"[\w-]{1,63}(?:\.[\w-]{1,63}){1,9}(?:/|$)")  # typed without https://
_FEED_TYPES = frozenset(
    "application/rss+xml application/atom+xml application/feed+json application/rdf+xml application/x-rss+xml".split()
)


@dataclass(frozen=True, slots=True)
class Discovery:
    """A kind, and the address to poll: for a page that names its feed, the feed's."""

    kind: SourceKind
    address: str


def checked_address(text: str, kind: SourceKind) -> str:
    """The address to keep for a source of a kind. Raises `UnusableAddress` or `NothingThere`; asks no server."""
    match kind:
        case SourceKind.FOLDER:
            path = Path(text).expanduser()
            if not _is_there(path):
                raise NothingThere(path)
            return str(path.resolve())
        case SourceKind.IMAP:
            Mailbox.at(text)
            return text.strip()
    url = web_address(text)
    if "/mailman/private/" in url.path:
        raise UnusableAddress("a private archive asks for a login: import what you were handed over instead")
    if kind is SourceKind.HYPERKITTY:
        base = list_base(str(url))
        if base is None:
            raise UnusableAddress(f"not a HyperKitty list: {masked(str(url))}. Use https://.../list/NAME@HOST/")
        return f"{base}/"
    return str(url)


def discovered(text: str, fetcher: Fetcher) -> Discovery:
    """What an address or a path is. Raises `UnusableAddress`, also when its server does not say enough."""
    scheme = _SCHEME.match(text.strip())
    if scheme is None or len(scheme[1]) == 1:  # "C:\..." is a path
        if _HOST.match(text.strip()) and not _is_there(Path(text).expanduser()):
            raise UnusableAddress(
                f"there is no file or folder {text.strip()[:200]}. A web address begins with https://"
            )
        return Discovery(SourceKind.FOLDER, checked_address(text, SourceKind.FOLDER))
    if scheme[1].lower() in ("imap", "imaps"):
        return Discovery(SourceKind.IMAP, checked_address(text, SourceKind.IMAP))
    if _is_there(Path(text)) and scheme[1].lower() not in ("http", "https", "feed"):
        return Discovery(SourceKind.FOLDER, checked_address(text, SourceKind.FOLDER))
    address = checked_address(text, SourceKind.FEED)
    fetched = _fetched(address, fetcher)
    if is_feed(fetched.body[:HEAD]):
        return Discovery(SourceKind.FEED, fetched.moved_to or address)
    links = list(links_of(fetched.body, fetched.url))
    if list_base(address) is not None and any("/export/" in link.url or "/latest" in link.url for link in links):
        return Discovery(SourceKind.HYPERKITTY, checked_address(address, SourceKind.HYPERKITTY))
    if periods_of(iter(links), fetched.url):
        return Discovery(SourceKind.PIPERMAIL, fetched.moved_to or address)
    feeds = [link for link in links if "alternate" in link.rel.split() and link.type in _FEED_TYPES]
    for link in sorted(feeds, key=lambda link: "comment" in (link.title + urlsplit(link.url).path).lower())[:3]:
        named = fetcher.fetch(link.url)
        if isinstance(named, Fetched) and is_feed(named.body[:HEAD]):
            return Discovery(SourceKind.FEED, named.moved_to or checked_address(link.url, SourceKind.FEED))
    raise UnusableAddress(
        f"{masked(address)} is no feed, names none, and is no list archive that is known: give its feed's address, "
        "or say what it is with --kind"
    )


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # a name that is too long, a folder that may not be entered
        return False


def _fetched(address: str, fetcher: Fetcher) -> Fetched:
    match fetcher.fetch(address):
        case Fetched() as fetched:
            return fetched
        case Gone():
            reason = "it is gone for good (410)"
        case Failed(refused=True, reason=reason):
            raise UnusableAddress(f"{masked(address)}: {reason}")
        case Failed(reason=reason):
            pass
        case _:
            reason = "nothing came"
    raise UnusableAddress(f"cannot tell what {masked(address)} is: {reason}. If you know, say it with --kind")
