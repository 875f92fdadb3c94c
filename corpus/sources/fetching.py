"""The one polite fetcher: asks one thing at a time, only public machines, and no longer or larger than it may.

Made of httpcore2 (the engine of httpx2): its network backend is a public hook, so that the address which was checked is
the one contacted; its bodies are streamed. Redirects, packing and waiting are ours, since each of them needs a limit.
"""

from __future__ import annotations

import base64
import datetime as dt
import email.utils
import http
import ssl
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from importlib.metadata import PackageNotFoundError, version
from typing import BinaryIO

import httpcore2
import httpx2

from corpus.errors import UnusableAddress
from corpus.readers.places import CutShort
from corpus.sources.allowed_hosts import PUBLIC_HOSTS, AllowedHosts
from corpus.sources.connecting import AddressRefused, CheckedBackend, Resolver, TimeLimit, system_resolver
from corpus.sources.source import NO_VALIDATORS, Validators, masked, message_of
from corpus.sources.unpacking import ACCEPTED, Unpackable, unpacked
from corpus.sources.web_addresses import is_safe_move, is_same_origin, joined, web_address

MOST_REDIRECTS = 8
MOST_BYTES = 16 * 1024 * 1024  # the largest feeds, of podcasts with thousands of episodes, have some 10 MB
PAUSE_SECONDS = 1.0  # between two requests to one host
CONNECT_SECONDS = 10.0
SILENCE_SECONDS = 30.0  # how long a server may say nothing
TOTAL_SECONDS = 120.0  # for one exchange, however steadily it drips
AGENT_NAME = "briefing-bot"
_PERMANENT = frozenset({301, 308})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_ASKS_TO_WAIT = frozenset({429, 503})
_MOST_VALIDATOR = 1000  # characters; sent back with every request


def user_agent() -> str:
    try:
        return f"{AGENT_NAME}/{version('briefing-bot')} (reads feeds and list archives for a local archive)"
    except PackageNotFoundError:
        return AGENT_NAME


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A body that came.

    `body` is empty when it was written to a file. `url` is where it came from in the end, without what is secret.
    `moved_to` is an address to ask from now on, when permanent redirects led to it and it is safe to remember.
    `trouble` says why the body ends too early, if it does; then there are no validators.
    """

    url: str
    body: bytes = b""
    content_type: str | None = None
    validators: Validators = NO_VALIDATORS
    moved_to: str | None = None
    trouble: str | None = None


@dataclass(frozen=True, slots=True)
class Unchanged:
    """304: what the validators stand for is still what there is."""


@dataclass(frozen=True, slots=True)
class Gone:
    """410: it is gone for good, and nobody should ask again."""


@dataclass(frozen=True, slots=True)
class Failed:
    """No body came, for a reason to show. `lasting`: the same request would be refused again (404, a private address).

    `retry_after` is when the server said to come back. `refused`: its address may not be contacted.
    """

    reason: str
    lasting: bool = False
    refused: bool = False
    retry_after: dt.datetime | None = None


Outcome = Fetched | Unchanged | Gone | Failed


class Fetcher:
    """Asks servers, one request at a time over all hosts, with a pause between two to the same one.

    Clock, waiting, name look-ups and connections are arguments. Close it, or use it as a context.
    """

    def __init__(
        self,
        allowed: AllowedHosts = PUBLIC_HOSTS,
        *,
        resolve: Resolver = system_resolver,
        network: httpcore2.NetworkBackend | None = None,
        ssl_context: ssl.SSLContext | None = None,
        clock: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        pause_seconds: float = PAUSE_SECONDS,
        silence_seconds: float = SILENCE_SECONDS,
    ) -> None:
        self.allowed = allowed
        self.resolve = resolve
        self.clock = clock
        self._limit = TimeLimit(monotonic)
        self._pool = httpcore2.ConnectionPool(
            ssl_context=ssl_context,
            network_backend=CheckedBackend(allowed, resolve, self._limit, network),
            max_connections=2,
            keepalive_expiry=10,
        )
        self._monotonic = monotonic
        self._sleep = sleep
        self._pause_seconds = pause_seconds
        self._silence_seconds = silence_seconds
        self._pauses: dict[str, float] = {}  # seconds, where a host asks for more than ours
        self._free_at: dict[str, float] = {}
        self._closed_until: dict[str, dt.datetime] = {}

    def close(self) -> None:
        self._pool.close()

    def __enter__(self) -> Fetcher:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def ask_slower(self, host: str, pause_seconds: float) -> None:
        """Leave a host so long between two requests from now on, if that is longer than our own pause."""
        self._pauses[host] = max(self._pauses.get(host, self._pause_seconds), pause_seconds)

    def fetch(
        self,
        address: str,
        *,
        validators: Validators = NO_VALIDATORS,
        accept: str = "*/*",
        most_bytes: int = MOST_BYTES,
        total_seconds: float = TOTAL_SECONDS,
        into: BinaryIO | None = None,
    ) -> Outcome:
        """What an address gives now. Whatever servers do is an outcome; nothing of it is raised.

        Redirects are followed to addresses that may be contacted, eight at most. With `into` the body is written there.
        """
        try:
            url = start = web_address(address)
        except UnusableAddress as error:
            return Failed(str(error), lasting=True)
        permanent = True  # as long as every redirect so far was
        seen = {str(url)}
        for _ in range(MOST_REDIRECTS + 1):
            outcome = self._once(url, start, validators, accept, most_bytes, total_seconds, into)
            if not isinstance(outcome, _Redirect):
                if isinstance(outcome, Failed) and outcome.refused and url != start:
                    return replace(outcome, reason=f"redirects elsewhere: {outcome.reason}")
                if isinstance(outcome, Fetched) and url != start and permanent and is_safe_move(start, url):
                    return replace(outcome, moved_to=str(url))
                return outcome
            permanent = permanent and outcome.permanent
            try:
                url = joined(url, outcome.target)
            except (UnusableAddress, httpx2.InvalidURL):
                return Failed(f"redirects to {masked(outcome.target)[:200]!a}, which is no web address", lasting=True)
            if str(url) in seen:
                return Failed("redirects in a circle", lasting=True)
            seen.add(str(url))
        return Failed(f"redirects more than {MOST_REDIRECTS} times", lasting=True)

    def _once(
        self,
        url: httpx2.URL,
        start: httpx2.URL,
        validators: Validators,
        accept: str,
        most_bytes: int,
        total_seconds: float,
        into: BinaryIO | None,
    ) -> Outcome | _Redirect:
        until = self._closed_until.get(url.host)
        if until is not None and until > self.clock():
            return Failed(f"{url.host} asked to be left alone for a while", retry_after=until)
        self._wait_for(url.host)
        self._limit.start(total_seconds)
        # A name and password go to where they were meant for, not to where a redirect leads.
        headers = _headers(url, validators, accept, start if is_same_origin(url, start) else None)
        try:
            with self._pool.stream(
                "GET",
                httpcore2.URL(scheme=url.scheme, host=url.raw_host, port=url.port, target=url.raw_path),
                headers=headers,
                extensions={
                    "timeout": {
                        "connect": CONNECT_SECONDS,
                        "read": self._silence_seconds,
                        "write": self._silence_seconds,
                        "pool": CONNECT_SECONDS,
                    }
                },
            ) as response:
                return self._outcome_of(response, url, most_bytes, into)
        except AddressRefused as error:
            return Failed(str(error), lasting=True, refused=True)
        except Unpackable as error:
            return Failed(str(error))
        except TimeoutError:
            return Failed(f"took longer than {total_seconds:.0f} seconds")
        except httpcore2.ConnectTimeout:
            return Failed(f"{url.host} cannot be reached: no connection within {CONNECT_SECONDS:.0f} seconds")
        except (httpcore2.TimeoutException, httpcore2.ConnectionNotAvailable):
            return Failed(f"said nothing for {self._silence_seconds:.0f} seconds")
        except httpcore2.ConnectError as error:
            return Failed(f"{url.host} cannot be reached ({message_of(error)})")
        except (httpcore2.NetworkError, httpcore2.ProtocolError, httpcore2.UnsupportedProtocol) as error:
            return Failed(f"the connection was cut or made no sense ({message_of(error)})")
        finally:
            self._free_at[url.host] = self._monotonic()

    def _outcome_of(
        self, response: httpcore2.Response, url: httpx2.URL, most_bytes: int, into: BinaryIO | None
    ) -> Outcome | _Redirect:
        status = response.status
        headers = {name.decode("latin-1").lower(): _text(value) for name, value in response.headers[::-1]}
        if status in _REDIRECTS:
            target = headers.get("location", "").strip()
            return _Redirect(target, status in _PERMANENT) if target else Failed(f"answered {_named(status)}")
        if status == 304:
            return Unchanged()
        if status == 410:
            return Gone()
        if status != 200:
            retry_after = retry_moment(headers.get("retry-after"), self.clock())
            if status in _ASKS_TO_WAIT and retry_after is not None:
                self._closed_until[url.host] = retry_after
            lasting = 400 <= status < 500 and status not in (408, 425, 429)
            return Failed(f"answered {_named(status)}", lasting=lasting, retry_after=retry_after)
        length = headers.get("content-length", "")
        if length.isascii() and length.isdigit() and int(length[:18]) > most_bytes:
            return Failed(f"more than {most_bytes >> 20} MB", lasting=True)
        gathered: list[bytes] = []
        write = into.write if into is not None else gathered.append
        trouble = None
        size = 0
        try:
            for piece in _limited(response.iter_stream(), headers.get("content-encoding", ""), most_bytes):
                size += len(piece)
                if size > most_bytes:
                    return Failed(f"more than {most_bytes >> 20} MB", lasting=True)
                write(piece)
        except CutShort as error:
            trouble = str(error)
        return Fetched(
            url=str(url.copy_with(userinfo=b"")),
            body=b"".join(gathered),
            content_type=headers.get("content-type"),
            validators=NO_VALIDATORS if trouble else _validators(headers),
            trouble=trouble,
        )

    def _wait_for(self, host: str) -> None:
        free_at = self._free_at.get(host)
        if free_at is None:
            return
        left = free_at + self._pauses.get(host, self._pause_seconds) - self._monotonic()
        if left > 0:
            self._sleep(left)


@dataclass(frozen=True, slots=True)
class _Redirect:
    target: str
    permanent: bool


def retry_moment(said: str | None, now: dt.datetime) -> dt.datetime | None:
    """When a ``Retry-After`` of seconds, or of a date, is over; None when it says nothing usable."""
    said = (said or "").strip()
    if said.isascii() and said.isdigit() and len(said) <= 9:
        return now + dt.timedelta(seconds=int(said))
    try:
        moment = email.utils.parsedate_to_datetime(said)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)


def _headers(
    url: httpx2.URL, validators: Validators, accept: str, credentials: httpx2.URL | None
) -> list[tuple[bytes, bytes]]:
    headers = [
        (b"Host", url.netloc),
        (b"User-Agent", user_agent().encode("ascii")),
        (b"Accept", accept.encode("ascii")),
        (b"Accept-Encoding", ACCEPTED),
    ]
    for name, value in ((b"If-None-Match", validators.etag), (b"If-Modified-Since", validators.last_modified)):
        if value is not None:
            headers.append((name, value.encode("latin-1", "ignore")))
    if credentials is not None and credentials.userinfo:
        plain = f"{credentials.username}:{credentials.password}".encode()
        headers.append((b"Authorization", b"Basic " + base64.b64encode(plain)))
    return headers


def _validators(headers: dict[str, str]) -> Validators:
    etag, modified = headers.get("etag"), headers.get("last-modified")
    return Validators(
        etag if etag and len(etag) <= _MOST_VALIDATOR else None,
        modified if modified and len(modified) <= _MOST_VALIDATOR else None,
    )


def _limited(chunks: Iterable[bytes], encoding: str, most_bytes: int) -> Iterator[bytes]:
    """The unpacked body, of which no more than so many packed bytes are read."""

    def counted() -> Iterator[bytes]:
        taken = 0
        for chunk in chunks:
            taken += len(chunk)
            yield chunk
            if taken > most_bytes:
                raise Unpackable(f"more than {most_bytes >> 20} MB")

    return unpacked(counted(), encoding)


def _text(value: bytes) -> str:
    """A header's value: bytes by the standard, and UTF-8 where servers put an address with letters into it."""
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")


def _named(status: int) -> str:
    try:
        return f"{status} {http.HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)
