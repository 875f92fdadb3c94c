"""Mailboxes over IMAP, against a server from a package."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from imap_stand_in import PASSWORD, TLS, USER, CuttingRelay, ImapStandIn
from source_world import World

from corpus.errors import UnusableAddress
from corpus.sources.allowed_hosts import AllowedHosts
from corpus.sources.imap_mailboxes import Mailbox
from corpus.sources.polling import PollResult, PollStatus
from corpus.sources.source import Source, SourceKind


def mail(number: int) -> bytes:
    return (
        f"From: Ana Berg <ana@harbour.example>\r\nTo: harbour@lists.example\r\nSubject: Ferry number {number}\r\n"
        f"Date: Mon, 23 Nov 2026 09:{number % 60:02}:00 +0000\r\nMessage-ID: <m{number}@harbour.example>\r\n\r\n"
        f"The ferry number {number} left the old basin on time with {number * 37} crates of apples on its deck.\r\n"
    ).encode()


@pytest.fixture
def server() -> Iterator[ImapStandIn]:
    with ImapStandIn() as started:
        yield started


def mailbox(
    world: World, server: ImapStandIn, folder: str = "", scheme: str = "imap", host: str = "127.0.0.1"
) -> Source:
    world.options = {"allowed": AllowedHosts.parse("127.0.0.1")}
    world.names.table["mail.example"] = world.names.table["stranger.example"] = [["127.0.0.1"]]
    return world.named(f"{scheme}://{USER}@{host}:{server.port}/{folder}", SourceKind.IMAP)


def look(world: World, source: Source, password: str | None = PASSWORD) -> PollResult:
    certificates = (TLS / "authority.pem").read_text()
    return world.poll(source, password_of=lambda source: password, certificates=certificates)


def test_what_was_delivered_since_the_last_poll_is_news(world: World, server: ImapStandIn) -> None:
    server.deliver(*map(mail, range(1, 4)))
    source = mailbox(world, server)
    first = look(world, source)
    assert (first.found, first.added, first.status) == (3, 3, PollStatus.OK)
    assert world.news() == []
    assert (look(world, source).found, look(world, source).status) == (0, PollStatus.OK)
    server.deliver(mail(4), mail(5))
    assert look(world, source).added == 2
    assert world.news() == ["Ferry number 4", "Ferry number 5"]


def test_nothing_is_marked_moved_or_deleted(world: World, server: ImapStandIn) -> None:
    server.deliver(mail(1), mail(2))
    before = server.flags()
    look(world, mailbox(world, server))
    assert len(before) == 2
    assert server.flags() == before


def test_mails_come_in_portions_and_a_connection_that_breaks_is_made_again(world: World, server: ImapStandIn) -> None:
    server.deliver(*map(mail, range(53)))
    with CuttingRelay(server.port, after_commands=3, command=b"UID FETCH") as relay:
        source = mailbox(world, server)
        with world.archive.transaction():
            world.archive.sources.move(source.number, source.address.replace(str(server.port), str(relay.port)))
        result = look(world, source)
        assert (result.found, result.added, result.status) == (53, 53, PollStatus.OK)
        assert look(world, source).found == 0
    assert relay.connections == 3
    assert world.news() == []


def test_a_mailbox_that_was_numbered_anew_is_looked_at_again(world: World, server: ImapStandIn) -> None:
    server.make_anew("Lists", mail(1), mail(2))
    source = mailbox(world, server, "Lists")
    look(world, source)
    cursor = world.health(source).cursor
    server.make_anew("Lists", mail(1), mail(2), mail(3))
    result = look(world, source)
    assert world.health(source).cursor.split(",")[0] != cursor.split(",")[0]
    assert (result.found, result.added) == (3, 1)
    assert world.news() == ["Ferry number 3"]


def test_folders_have_any_name(world: World, server: ImapStandIn) -> None:
    client = server.client()
    client.create('"Presse &AOk-ditions"')
    client.logout()
    server.deliver(mail(1), folder='"Presse &AOk-ditions"')
    assert look(world, mailbox(world, server, "Presse%20%C3%A9ditions")).added == 1


@pytest.mark.parametrize("encryption", ["starttls", "imaps"])
def test_the_certificate_has_to_be_that_of_the_name(world: World, encryption: str) -> None:
    with ImapStandIn(encryption) as server:
        server.deliver(mail(1))
        scheme = "imaps" if encryption == "imaps" else "imap"
        assert look(world, mailbox(world, server, scheme=scheme, host="mail.example")).added == 1
        wrong = look(world, mailbox(world, server, scheme=scheme, host="stranger.example"))
    assert wrong.status is PollStatus.FAILED
    assert "no safe connection" in (wrong.reason or "")


@pytest.mark.parametrize(
    ("password", "folder", "reason"),
    [
        (None, "", "put BRIEFING_IMAP_PASSWORD_1=... into .env"),
        ("wrong", "", "refuses the name or password"),
        (PASSWORD, "Nowhere", "answers:"),
    ],
)
def test_what_does_not_work_is_said(
    world: World, server: ImapStandIn, password: str | None, folder: str, reason: str
) -> None:
    result = look(world, mailbox(world, server, folder), password)
    assert result.status is PollStatus.FAILED
    assert reason in (result.reason or "")
    assert PASSWORD not in (result.reason or "")


def test_a_fault_of_ours_is_a_failure_of_that_source_alone(world: World, server: ImapStandIn) -> None:
    def password_of(source: Source) -> str:
        raise KeyError(f"never to be shown: {PASSWORD}")

    result = world.poll(mailbox(world, server), password_of=password_of)
    assert result.status is PollStatus.FAILED
    assert (result.reason or "").startswith("a fault of this program: KeyError at test_imap_sources.py:")


def test_a_mail_server_at_a_private_address_has_to_be_listed(world: World, server: ImapStandIn) -> None:
    source = mailbox(world, server)
    world.options = {}
    assert "BRIEFING_ALLOW_HOSTS" in (look(world, source).reason or "")


def test_a_server_that_is_not_there_is_a_failure(world: World) -> None:
    with ImapStandIn() as server:
        source = mailbox(world, server)
    assert "cannot be reached" in (look(world, source).reason or "")


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("imaps://ana@mail.example", Mailbox("mail.example", 993, "ana", "INBOX", True)),
        ("imap://ana%40b.example@Mail.Example:1143/", Mailbox("mail.example", 1143, "ana@b.example", "INBOX", False)),
        ("imaps://ana@mail.example/Lists/Sal%C3%B3n", Mailbox("mail.example", 993, "ana", "Lists/Salón", True)),
    ],
)
def test_an_address_names_server_user_and_folder(address: str, expected: Mailbox) -> None:
    assert Mailbox.at(address) == expected


@pytest.mark.parametrize(
    "address",
    [
        "imaps://mail.example",
        "imaps://ana:secret@mail.example/",
        "pop3://ana@mail.example/",
        "imaps://ana@mail.example:port/",
        "imaps://ana@mail.example/?x=1",
        "imaps://ana@mail.example/a%0D%0Ab",
        "imaps://an%0Aa@mail.example/",
    ],
)
def test_an_address_with_something_else_in_it_is_refused(address: str) -> None:
    with pytest.raises(UnusableAddress) as refused:
        Mailbox.at(address)
    assert "secret" not in str(refused.value)
