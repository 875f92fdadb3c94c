"""Mailboxes over IMAP: what was delivered since the last poll, by UID. Never marks, moves or deletes anything.

The folder is opened with EXAMINE and mails are read with BODY.PEEK, so a server does not even note that they were read.
The connection goes to an address that was checked, and its certificate has to be that of the name in the address.
"""

from __future__ import annotations

import imaplib
import ipaddress
import json
import ssl
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import Any
from urllib.parse import unquote, urlsplit

import imapclient
from imapclient.exceptions import CapabilityError, IMAPClientError, LoginError

from corpus.article import RawItem, Unreadable
from corpus.errors import UnusableAddress
from corpus.readers.digests import named_mails
from corpus.readers.mail import MOST_BYTES, read_mail
from corpus.sources.connecting import AddressRefused, addresses_to_contact
from corpus.sources.portion import Means, Portion, Progress, SourceTrouble
from corpus.sources.source import Source, masked, message_of

_PORTS = {"imaps": 993, "imap": 143}
_CONNECT_SECONDS = 10.0
_SILENCE_SECONDS = 60.0
_PORTION_MAILS = 50
_PORTION_BYTES = 16 * 1024 * 1024  # of mails fetched together, unless a single one is larger


@dataclass(frozen=True, slots=True)
class Mailbox:
    """Where a mailbox is, and whose it is."""

    host: str
    port: int
    user: str
    folder: str
    encrypted: bool  # from the first byte; else by STARTTLS, which only a server on this machine may lack

    @classmethod
    def at(cls, address: str) -> Mailbox:
        """From ``imaps://user@host/Folder``; raises `UnusableAddress`, also for a password in it."""
        shown = masked(address)[:200]
        try:
            parts = urlsplit(address.strip())
            port = parts.port
        except ValueError as error:
            raise UnusableAddress(f"not a mailbox: {shown!a}. Use imaps://user@host/Folder") from error
        if parts.password is not None:
            raise UnusableAddress("leave the password out of the address: BRIEFING_IMAP_PASSWORD in .env is for it")
        if parts.scheme not in _PORTS or not parts.hostname or not parts.username or parts.query or parts.fragment:
            raise UnusableAddress(f"not a mailbox: {shown!a}. Use imaps://user@host/Folder (%40 for an @ in user)")
        user, folder = unquote(parts.username), unquote(parts.path.strip("/")) or "INBOX"
        if any(ord(character) < 32 for character in user + folder):
            raise UnusableAddress(f"not a mailbox: {shown!a}: control characters")
        return cls(parts.hostname, port or _PORTS[parts.scheme], user, folder, parts.scheme == "imaps")


@dataclass(frozen=True, slots=True)
class _Cursor:
    """The highest UID that was read, under which UIDVALIDITY, and up to which UID the mailbox is history, not news."""

    validity: int
    last: int
    history: int

    @classmethod
    def of(cls, text: str) -> _Cursor | None:
        try:
            validity, last, history = json.loads(text)
            return cls(int(validity), int(last), int(history))
        except (ValueError, TypeError):
            return None

    def text(self) -> str:
        return json.dumps([self.validity, self.last, self.history])


def portions(source: Source, marks: Mapping[str, str], means: Means) -> Iterator[Portion]:
    """Fifty mails at a time, oldest first. When the server has numbered its mails anew, all are looked at again.

    A connection that breaks is made again where it got on since it was made, and goes on from what was stored.
    """
    mailbox = Mailbox.at(source.address)
    password = means.password_of(source)
    if not password:
        raise SourceTrouble(f"no password: put BRIEFING_IMAP_PASSWORD_{source.number}=... into .env")
    reached = _Cursor.of(source.cursor)
    while True:
        got_on = False
        try:
            with _connected(mailbox, means) as client:
                _log_in(client, mailbox, password)
                for cursor, items, backfill in _read(client, reached, mailbox):
                    yield Portion(items=items, progress=partial(Progress, cursor=cursor.text()), backfill=backfill)
                    reached, got_on = cursor, True
            return
        except AddressRefused as error:
            raise SourceTrouble(str(error)) from error
        except (IMAPClientError, OSError) as error:
            is_cut = isinstance(error, imaplib.IMAP4.abort | OSError)
            if not (is_cut and got_on):
                raise SourceTrouble(_reason(error, mailbox)) from error


def _log_in(client: imapclient.IMAPClient, mailbox: Mailbox, password: str) -> None:
    try:
        client.login(mailbox.user, password)
    except LoginError as error:
        raise SourceTrouble(f"the server refuses the name or password of {mailbox.user}") from error


def _read(
    client: imapclient.IMAPClient, cursor: _Cursor | None, mailbox: Mailbox
) -> Iterator[tuple[_Cursor, list[RawItem | Unreadable], bool]]:
    """Mails to store, how far they reach, and whether they are history."""
    opened = client.select_folder(mailbox.folder, readonly=True)
    validity = int(opened.get(b"UIDVALIDITY", 0))
    if cursor is None:
        cursor = _Cursor(validity, 0, int(opened.get(b"UIDNEXT", 1)) - 1)
    elif cursor.validity != validity:
        cursor = _Cursor(validity, 0, 0)  # identity tells the old mails from new ones
    # "n:*" always means the last mail at least, even when that is an older one.
    uids = sorted(uid for uid in client.search(["UID", f"{cursor.last + 1}:*"]) if uid > cursor.last)
    old = sum(uid <= cursor.history for uid in uids)
    for some, backfill in ((uids[:old], True), (uids[old:], False)):
        for first in range(0, len(some), _PORTION_MAILS):
            for last, items in _mails(client, some[first : first + _PORTION_MAILS], mailbox):
                cursor = replace(cursor, last=last)
                yield cursor, items, backfill
    if not uids:
        yield cursor, [], False


def _mails(
    client: imapclient.IMAPClient, uids: list[int], mailbox: Mailbox
) -> Iterator[tuple[int, list[RawItem | Unreadable]]]:
    """The mails of these UIDs with the last of them, in lots that are no burden on memory.

    A mail that was deleted meanwhile is no item.
    """
    found = client.fetch(uids, ["RFC822.SIZE"])
    sizes = {uid: int(found[uid].get(b"RFC822.SIZE", 0)) for uid in uids if uid in found}
    together: list[int] = []
    for uid in uids:
        if together and sum(_worth_fetching(sizes, one) for one in (*together, uid)) > _PORTION_BYTES:
            yield together[-1], _fetched(client, together, sizes, mailbox)
            together = []
        together.append(uid)
    yield uids[-1], _fetched(client, together, sizes, mailbox)


def _worth_fetching(sizes: Mapping[int, int], uid: int) -> int:
    """How many bytes of a mail will be fetched: none of one that is gone or too large."""
    size = sizes.get(uid, 0)
    return size if size <= MOST_BYTES else 0


def _fetched(
    client: imapclient.IMAPClient, uids: list[int], sizes: Mapping[int, int], mailbox: Mailbox
) -> list[RawItem | Unreadable]:
    wanted = [uid for uid in uids if sizes.get(uid, MOST_BYTES + 1) <= MOST_BYTES]
    found: dict[int, dict[bytes, Any]] = client.fetch(wanted, ["BODY.PEEK[]"])
    items: list[RawItem | Unreadable] = []
    for uid in uids:
        if sizes.get(uid, 0) > MOST_BYTES:
            items.append(Unreadable(_place(mailbox, uid), f"a mail of more than {MOST_BYTES >> 20} MB"))
        elif isinstance(raw := found.get(uid, {}).get(b"BODY[]"), bytes):
            items += [read_mail(mail, place, "eml") for mail, place in named_mails(raw, _place(mailbox, uid))]
    return items


def _place(mailbox: Mailbox, uid: int) -> str:
    return f"{mailbox.host}/{mailbox.folder}#{uid}"


def _connected(mailbox: Mailbox, means: Means) -> imapclient.IMAPClient:
    """A connection to a checked address of the host, encrypted unless the server is on this very machine."""
    addresses = addresses_to_contact(mailbox.host, mailbox.port, means.fetcher.allowed, means.fetcher.resolve)
    context = _context_for(mailbox.host, means.certificates)
    timeout = imapclient.SocketTimeout(connect=_CONNECT_SECONDS, read=_SILENCE_SECONDS)
    failure: OSError | None = None
    for address in addresses:
        try:
            client = imapclient.IMAPClient(
                address,
                port=mailbox.port,
                ssl=mailbox.encrypted,
                ssl_context=context if mailbox.encrypted else None,
                timeout=timeout,
            )
        except ssl.SSLError:
            raise
        except OSError as error:
            failure = error
            continue
        try:
            if not mailbox.encrypted:
                _start_encryption(client, context, address)
        except BaseException:
            with suppress(OSError):  # a failed handshake has closed it already
                client.shutdown()
            raise
        return client
    assert failure is not None
    raise failure


def _start_encryption(client: imapclient.IMAPClient, context: ssl.SSLContext, address: str) -> None:
    try:
        client.starttls(context)
    except CapabilityError:
        if not ipaddress.ip_address(address).is_loopback:
            raise


class _NamedContext(ssl.SSLContext):
    """Checks the certificate for the name that was asked for: the connection itself was made to a bare address."""

    name: str

    def wrap_socket(self, *args: Any, **options: Any) -> ssl.SSLSocket:
        return super().wrap_socket(*args, **{**options, "server_hostname": self.name})


def _context_for(host: str, certificates: str | None) -> ssl.SSLContext:
    context = _NamedContext(ssl.PROTOCOL_TLS_CLIENT)
    context.name = host
    if certificates is None:
        context.load_default_certs()
    else:
        context.load_verify_locations(cadata=certificates)
    return context


def _reason(error: Exception, mailbox: Mailbox) -> str:
    match error:
        case ssl.SSLError() | CapabilityError():
            return f"no safe connection to {mailbox.host} ({message_of(error)})"
        case TimeoutError():
            return f"{mailbox.host} said nothing for {_SILENCE_SECONDS:.0f} seconds"
        case OSError():
            return f"{mailbox.host} cannot be reached ({message_of(error)})"
    return f"{mailbox.host} answers: {message_of(error)}"
