"""Connections that go to the very address that was checked, and that end when their time is up."""

from __future__ import annotations

import ipaddress
import socket
import ssl
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import httpcore2

from corpus.sources.allowed_hosts import Address, AllowedHosts

Resolver = Callable[[str, int], Sequence[str]]
"""The addresses of a host, best first. Raises `OSError` when it has none."""

_MOST_ADDRESSES = 4  # tried one after another; a name with more of them is not more reachable


class AddressRefused(Exception):
    """A host that is, or resolves to, an address that may not be contacted."""


def system_resolver(host: str, port: int) -> Sequence[str]:
    """What this machine's own resolver says; it also reads ``0177.1`` and ``2130706433`` as addresses."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError as error:  # an empty label, or one of more than 63 letters
        raise OSError("not a host name") from error
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def addresses_to_contact(host: str, port: int, allowed: AllowedHosts, resolve: Resolver) -> list[str]:
    """The addresses of a host that may be contacted; the host is looked up once, so nothing can change in between.

    Raises `AddressRefused` when there are only others, `OSError` when the host is not known.
    """
    found = [host] if _address_of(host) is not None else list(resolve(host, port))
    checked = [(text, address) for text in found if (address := _address_of(text)) is not None]
    if not checked:
        raise OSError("host not known")
    admitted = [text for text, address in checked if allowed.admits(host, port, address)]
    if not admitted:
        # As it would be listed: the host may be there for another port.
        where = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        if checked[0][0] != host:
            where = f"{where} ({checked[0][0]})"
        raise AddressRefused(
            f"{where} is not a public address: if it is yours to poll, list it in BRIEFING_ALLOW_HOSTS"
        )
    return admitted[:_MOST_ADDRESSES]


class TimeLimit:
    """Until when the exchange that is under way may last; set anew for each request."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._ends = float("inf")

    def start(self, seconds: float) -> None:
        self._ends = self._monotonic() + seconds

    def of(self, seconds: float | None) -> float:
        """How long one step may take. Raises `TimeoutError` when the time is up."""
        left = self._ends - self._monotonic()
        if left <= 0:
            raise TimeoutError
        return left if seconds is None else min(seconds, left)


class CheckedBackend(httpcore2.NetworkBackend):
    """Resolves, checks and connects in one step, so that the address checked is the address contacted.

    A server that sends a byte a minute never runs into a limit for each read; `limit` counts for the whole exchange.
    """

    def __init__(
        self,
        allowed: AllowedHosts,
        resolve: Resolver,
        limit: TimeLimit,
        inner: httpcore2.NetworkBackend | None = None,
    ) -> None:
        self._allowed = allowed
        self._resolve = resolve
        self._limit = limit
        self._inner = inner or httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        try:
            addresses = addresses_to_contact(host, port, self._allowed, self._resolve)
        except OSError as error:
            raise httpcore2.ConnectError("host not known") from error
        failure: httpcore2.ConnectError | httpcore2.ConnectTimeout | None = None
        for address in addresses:
            try:
                stream = self._inner.connect_tcp(
                    address,
                    port,
                    timeout=self._limit.of(timeout),
                    local_address=local_address,
                    socket_options=socket_options,
                )
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failure = error
            else:
                return _TimedStream(stream, self._limit)
        assert failure is not None
        raise failure


class _TimedStream(httpcore2.NetworkStream):
    """A stream every step of which keeps to the limit of the whole."""

    def __init__(self, inner: httpcore2.NetworkStream, limit: TimeLimit) -> None:
        self._inner = inner
        self._limit = limit

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, self._limit.of(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, self._limit.of(timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        return _TimedStream(self._inner.start_tls(ssl_context, server_hostname, self._limit.of(timeout)), self._limit)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


def _address_of(text: str) -> Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None
