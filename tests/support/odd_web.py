"""An HTTP server on this machine that plays whatever servers do, and a network in which every name leads to it.

Nothing here contacts another machine: names are answered from a table, and any address is connected to the stand-in.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import httpcore2
from listening import TLS, Listening

PUBLIC = "8.8.8.8"  # an address of the open internet; never contacted


@dataclass(frozen=True)
class Request:
    """What was asked."""

    path: str
    headers: dict[str, str]

    @property
    def host(self) -> str:
        return self.headers["host"]


Player = Callable[[socket.socket, Request], None]


def answer(body: bytes = b"", status: int = 200, **headers: str) -> Player:
    """A well-behaved answer; a header's underscores are dashes."""
    said = {name.replace("_", "-"): value for name, value in headers.items()}
    said.setdefault("Content-Length", str(len(body)))
    head = f"HTTP/1.1 {status} Said\r\n" + "".join(f"{name}: {value}\r\n" for name, value in said.items()) + "\r\n"

    def play(connection: socket.socket, request: Request) -> None:
        connection.sendall(head.encode("latin-1") + body)

    return play


def redirect(target: str, status: int = 302) -> Player:
    return answer(status=status, Location=target)


def raw(*pieces: bytes) -> Player:
    """These very bytes, and then the connection is closed."""

    def play(connection: socket.socket, request: Request) -> None:
        for piece in pieces:
            connection.sendall(piece)
        connection.close()

    return play


def endless(head: bytes, piece: bytes) -> Player:
    """A body without an end, sent as long as somebody reads it."""

    def play(connection: socket.socket, request: Request) -> None:
        connection.sendall(head)
        while True:
            connection.sendall(piece)

    return play


def conditional(body: bytes, etag: str, **headers: str) -> Player:
    """Answers 304 to whoever has this version already."""

    def play(connection: socket.socket, request: Request) -> None:
        if request.headers.get("if-none-match") == etag:
            answer(status=304)(connection, request)
        else:
            answer(body, ETag=etag, **headers)(connection, request)

    return play


def silent() -> Player:
    """Takes the question and says nothing until the asker goes."""

    def play(connection: socket.socket, request: Request) -> None:
        connection.recv(1)

    return play


class OddWeb(Listening):
    """The server; `pages` maps ``host/path?query`` or ``/path?query`` to what it plays. Use it as a context."""

    def __init__(self, *, encrypted: bool = False) -> None:
        super().__init__()
        self.pages: dict[str, Player] = {}
        self.requests: list[Request] = []
        self._context: ssl.SSLContext | None = None
        if encrypted:
            self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._context.load_cert_chain(TLS / "server.pem", TLS / "server.key")

    @property
    def paths(self) -> list[str]:
        """What was asked for, in order."""
        return [request.path for request in self.requests]

    def _serve(self, connection: socket.socket) -> None:
        plain = connection
        # Whatever a client does, closing in the middle included, ends the connection and nothing else.
        with contextlib.suppress(OSError, ValueError):
            if self._context is not None:
                connection = self._context.wrap_socket(connection, server_side=True)
                self._open.add(connection)
            for request in _requests(connection):
                self.requests.append(request)
                page = self.pages.get(request.host + request.path) or self.pages.get(request.path)
                (page or answer(b"nothing here", 404))(connection, request)
        for one in {plain, connection}:
            one.close()
            self._open.discard(one)


def _requests(connection: socket.socket) -> Iterator[Request]:
    rest = b""
    while True:
        while b"\r\n\r\n" not in rest:
            chunk = connection.recv(65536)
            if not chunk:
                return
            rest += chunk
        head, _, rest = rest.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        yield Request(first.split()[1], headers)


@dataclass
class OddNetwork(httpcore2.NetworkBackend):
    """Connects every address to the stand-in, and remembers which were asked for."""

    port: int
    elsewhere: dict[str, int] = field(default_factory=dict)  # the ports of further stand-ins, by address
    connected: list[tuple[str, int]] = field(default_factory=list)

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        self.connected.append((host, port))
        return httpcore2.SyncBackend().connect_tcp("127.0.0.1", self.elsewhere.get(host, self.port), timeout=timeout)


@dataclass
class OddNames:
    """A table of names, each with an answer for every look-up; the last one is repeated. Other names are not known."""

    table: dict[str, list[list[str]]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def __call__(self, host: str, port: int) -> list[str]:
        self.asked.append(host)
        if host in self.table:
            answers = self.table[host]
            return answers.pop(0) if len(answers) > 1 else answers[0]
        if host.endswith(".example"):
            return [PUBLIC]
        raise OSError("name not known")
