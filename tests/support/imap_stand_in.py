"""A mail server on this machine (pymap, in memory) for one user and as many mailboxes as a test makes."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import imaplib
import socket
import ssl
import threading

from listening import PATIENCE_SECONDS, TLS, Listening
from proxyprotocol.noop import ProxyProtocolNoop
from proxyprotocol.reader import ProxyProtocolReader
from pymap.backend.dict import Config, DictBackend
from pymap.imap import IMAPServer
from pysasl.hashing import BuiltinHash

USER, PASSWORD = "ana", "a secret of ana"


class ImapStandIn:
    """The server in a thread of its own; use it as a context. `encryption`: ``none``, ``starttls`` or ``imaps``."""

    def __init__(self, encryption: str = "none") -> None:
        self.port = 0
        self._encryption = encryption
        self._ready = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._stop = asyncio.Event()
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> ImapStandIn:
        self._thread.start()
        assert self._ready.wait(PATIENCE_SECONDS)
        if self._failure is not None:
            raise self._failure
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(PATIENCE_SECONDS)

    def deliver(self, *mails: bytes, folder: str = "INBOX") -> None:
        client = self.client()
        for mail in mails:
            said, _ = client.append(folder, "", "", mail)
            assert said == "OK"
        client.logout()

    def make_anew(self, folder: str, *mails: bytes) -> None:
        """A folder of this name with other numbers than before."""
        client = self.client()
        client.delete(folder)
        assert client.create(folder)[0] == "OK"
        client.logout()
        self.deliver(*mails, folder=folder)

    def flags(self, folder: str = "INBOX") -> list[str]:
        """What every mail of a folder is marked with."""
        client = self.client()
        client.select(folder, readonly=True)
        _, found = client.fetch("1:*", "(FLAGS)")
        client.logout()
        return [line.decode() for line in found if isinstance(line, bytes)]

    def client(self) -> imaplib.IMAP4:
        """A client that may write, as people's mail programs do."""
        context = ssl.create_default_context(cafile=str(TLS / "authority.pem"))
        context.check_hostname = False
        client: imaplib.IMAP4
        if self._encryption == "imaps":
            client = imaplib.IMAP4_SSL("127.0.0.1", self.port, ssl_context=context, timeout=PATIENCE_SECONDS)
        else:
            client = imaplib.IMAP4("127.0.0.1", self.port, timeout=PATIENCE_SECONDS)
            if self._encryption == "starttls":
                client.starttls(context)
        client.login(USER, PASSWORD)
        return client

    def _run(self) -> None:
        try:
            self._loop.run_until_complete(self._serve())
        except BaseException as error:
            self._failure = error
        finally:
            self._ready.set()
            self._loop.close()

    async def _serve(self) -> None:
        encrypted = self._encryption != "none"
        options = argparse.Namespace(
            debug=False, host=None, port="0", tls=encrypted, proxy_protocol=None, passlib_cfg=None,
            cert=str(TLS / "server.pem") if encrypted else None, key=str(TLS / "server.key") if encrypted else None,
            inherited_sockets=None, demo_data=False, demo_user=USER, demo_password=PASSWORD,
        )  # fmt: skip
        backend, config = await DictBackend.init(
            options, hash_context=BuiltinHash(rounds=1)
        )  # safe and slow is not asked for
        config.apply_context()
        context = None
        if self._encryption == "imaps":
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(TLS / "server.pem", TLS / "server.key")
        assert isinstance(config, Config)
        serve = ProxyProtocolReader(ProxyProtocolNoop()).get_callback(IMAPServer(backend.login, config))
        server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stop.wait()
        server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.wait(others, timeout=1) if others else None


class CuttingRelay(Listening):
    """Passes everything on to a server, but cuts its first connection when a command is given for the n-th time."""

    def __init__(self, port: int, *, after_commands: int, command: bytes) -> None:
        super().__init__()
        self.connections = 0
        self._target = port
        self._left = after_commands
        self._command = command

    def _serve(self, connection: socket.socket) -> None:
        self.connections += 1
        watched = self.connections == 1
        far = socket.create_connection(("127.0.0.1", self._target), timeout=PATIENCE_SECONDS)
        self._start(self._pass_on, far, connection, False)
        self._pass_on(connection, far, watched)

    def _pass_on(self, one: socket.socket, other: socket.socket, watched: bool) -> None:
        with contextlib.suppress(OSError), one, other:
            while chunk := one.recv(65536):
                if watched and self._command in chunk:
                    self._left -= 1
                    if not self._left:
                        break
                other.sendall(chunk)
            for end in (one, other):
                with contextlib.suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)
