"""One polite fetcher against a server that plays the odd ones."""

from __future__ import annotations

import datetime as dt
import gzip
import io
import itertools
import ssl
import zlib

import httpcore2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from odd_web import PUBLIC, TLS, OddNetwork, OddWeb, answer, conditional, endless, raw, redirect, silent
from source_world import NOON, World

from corpus.sources.allowed_hosts import AllowedHosts
from corpus.sources.connecting import system_resolver
from corpus.sources.fetching import Failed, Fetched, Fetcher, Gone, Unchanged, retry_moment
from corpus.sources.source import Validators

MB = 1 << 20


def test_it_says_who_it_is_and_brings_the_body_and_its_validators(world: World) -> None:
    world.web.pages["/feed"] = answer(b"words", ETag='"1"', Last_Modified="Mon, 23 Nov 2026 08:00:00 GMT")
    outcome = world.fetcher().fetch("http://news.example/feed#top")
    assert outcome == Fetched(
        url="http://news.example/feed",
        body=b"words",
        validators=Validators('"1"', "Mon, 23 Nov 2026 08:00:00 GMT"),
    )
    (request,) = world.web.requests
    assert request.host == "news.example"
    assert request.headers["user-agent"].startswith("briefing-bot/")
    assert "cookie" not in request.headers and "authorization" not in request.headers


def test_what_has_not_changed_is_not_sent_again(world: World) -> None:
    world.web.pages["/feed"] = conditional(b"words", '"1"')
    fetcher = world.fetcher()
    first = fetcher.fetch("http://news.example/feed")
    assert isinstance(first, Fetched)
    assert fetcher.fetch("http://news.example/feed", validators=first.validators) == Unchanged()


@pytest.mark.parametrize(
    ("statuses", "moved"), [([301, 308], True), ([301, 302], False), ([307, 308], False), ([303], False)]
)
def test_redirects_are_followed_and_only_permanent_ones_are_remembered(
    world: World, statuses: list[int], moved: bool
) -> None:
    for number, status in enumerate(statuses):
        world.web.pages[f"/{number}"] = redirect(f"/{number + 1}", status)
    end = f"/{len(statuses)}"
    world.web.pages[end] = answer(b"there")
    outcome = world.fetcher().fetch("http://news.example/0")
    assert isinstance(outcome, Fetched)
    assert (outcome.body, outcome.url) == (b"there", f"http://news.example{end}")
    assert outcome.moved_to == (f"http://news.example{end}" if moved else None)


def test_a_move_that_gives_up_encryption_is_followed_and_not_remembered(safe_world: World) -> None:
    safe_world.web.pages["/feed"] = redirect("http://other.example/feed", 301)
    safe_world.names.table["other.example"] = [["9.9.9.9"]]
    context = ssl.create_default_context(cafile=str(TLS / "authority.pem"))
    with OddWeb() as plain:
        plain.pages["/feed"] = answer(b"words")
        network = OddNetwork(safe_world.web.port, elsewhere={"9.9.9.9": plain.port})
        outcome = safe_world.fetcher(network=network, ssl_context=context).fetch("https://news.example/feed")
    assert isinstance(outcome, Fetched)
    assert (outcome.body, outcome.moved_to) == (b"words", None)


def test_a_certificate_has_to_be_that_of_the_name_though_the_connection_goes_to_an_address(safe_world: World) -> None:
    safe_world.web.pages["/"] = answer(b"safe")
    fetcher = safe_world.fetcher(ssl_context=ssl.create_default_context(cafile=str(TLS / "authority.pem")))
    assert isinstance(fetcher.fetch("https://news.example/"), Fetched)
    assert safe_world.network.connected == [(PUBLIC, 443)]
    wrong = fetcher.fetch("https://stranger.example/")
    assert isinstance(wrong, Failed)
    assert "certificate" in wrong.reason


@pytest.mark.parametrize(
    "target",
    [
        "http://127.0.0.1/x",
        "http://localhost/x",
        "http://[::1]/x",
        "http://0.0.0.0/x",
        "http://[::]/x",
        "http://10.1.2.3/x",
        "http://172.16.0.1/x",
        "http://192.168.1.1/x",
        "http://100.64.0.1/x",
        "http://169.254.169.254/latest/meta-data/",
        "http://224.0.0.1/x",
        "http://255.255.255.255/x",
        "http://2130706433/x",
        "http://0x7f.1/x",
        "http://0177.0.0.1/x",
        "http://[::ffff:127.0.0.1]/x",
        "http://[::ffff:7f00:1]/x",
        "http://[64:ff9b::7f00:1]/x",
        "http://[2002:7f00:1::]/x",
        "http://[fe80::1]/x",
        "http://[fe80::1%25eth0]/x",
        "http://[fd00::1]/x",
        "http://[fec0::1]/x",
        "http://news.example@127.0.0.1/x",
        "http://127.0.0.1\\@news.example/x",
        "http://user:pass@[::1]/x",
        "http://127.0.0.1.:80/x",
        "file:///etc/passwd",
        "ftp://news.example/x",
        "gopher://127.0.0.1:70/x",
        "javascript:alert(1)",
        "//127.0.0.1/x",
        "http://news.example:0/x",
        "http://news.example:99999/x",
    ],
)
def test_no_redirect_leads_to_a_private_address_or_another_scheme(world: World, target: str) -> None:
    world.web.pages["/feed"] = redirect(target)

    def resolve(host: str, port: int) -> list[str]:
        # Numbers in all their spellings are read as this machine reads them; that asks no server.
        return [PUBLIC] if host == "news.example" else list(system_resolver(host, port))

    outcome = world.fetcher(resolve=resolve).fetch("http://news.example/feed")
    assert isinstance(outcome, Failed)
    assert outcome.lasting or "reached" in outcome.reason
    assert world.network.connected == [(PUBLIC, 80)]
    assert world.web.paths == ["/feed"]


@pytest.mark.parametrize("target", ["127.0.0.1:9", "[::1]:9"])
def test_a_refusal_names_the_port_and_whose_doing_it_was(world: World, target: str) -> None:
    world.web.pages["/feed"] = redirect(f"http://{target}/x")
    led, typed = (world.fetcher().fetch(url) for url in ("http://news.example/feed", f"http://{target}/x"))
    assert isinstance(led, Failed) and isinstance(typed, Failed)
    assert led.refused and led.reason.startswith(f"redirects elsewhere: {target} is not a public address")
    assert typed.refused and typed.reason.startswith(f"{target} is not a public address")


def test_the_address_that_was_checked_is_the_one_that_is_contacted(world: World) -> None:
    world.names.table["news.example"] = [[PUBLIC], ["127.0.0.1"]]
    world.web.pages["/feed"] = raw(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nwords")
    fetcher = world.fetcher()
    assert isinstance(fetcher.fetch("http://news.example/feed"), Fetched)
    assert (world.names.asked, world.network.connected) == (["news.example"], [(PUBLIC, 80)])
    second = fetcher.fetch("http://news.example/feed")
    assert isinstance(second, Failed)
    assert "not a public address" in second.reason
    assert world.network.connected == [(PUBLIC, 80)]


def test_of_several_addresses_only_the_public_ones_are_tried(world: World) -> None:
    world.names.table["news.example"] = [["10.0.0.1", "::1", "9.9.9.9"]]
    world.web.pages["/"] = answer(b"words")
    assert isinstance(world.fetcher().fetch("http://news.example/"), Fetched)
    assert world.network.connected == [("9.9.9.9", 80)]


def test_the_operator_may_list_private_hosts(world: World) -> None:
    world.web.pages["/"] = answer(b"words")
    world.names.table["intra.example"] = [["10.0.0.7"]]
    for listed, address, admitted in (
        ("127.0.0.1", "http://127.0.0.1:8000/", True),
        ("127.0.0.1", "http://[::ffff:127.0.0.1]:8000/", True),
        ("127.0.0.1:9000", "http://127.0.0.1:8000/", False),
        ("127.0.0.1:8000", "http://127.0.0.1:8000/", True),
        ("10.0.0.0/8", "http://intra.example/", True),
        ("intra.example", "http://INTRA.example/", True),
        ("intra.example:8080", "http://intra.example/", False),
        ("192.168.0.0/16", "http://intra.example/", False),
    ):
        outcome = world.fetcher(allowed=AllowedHosts.parse(listed)).fetch(address)
        assert isinstance(outcome, Fetched) is admitted, (listed, address, outcome)


def test_circles_and_endless_redirects_end(world: World) -> None:
    world.web.pages |= {"/a": redirect("/b"), "/b": redirect("/a"), "/nowhere": answer(status=302)}
    for number in range(20):
        world.web.pages[f"/{number}"] = redirect(f"/{number + 1}")
    fetcher = world.fetcher()
    assert fetcher.fetch("http://news.example/a") == Failed("redirects in a circle", lasting=True)
    assert fetcher.fetch("http://news.example/0") == Failed("redirects more than 8 times", lasting=True)
    assert isinstance(fetcher.fetch("http://news.example/nowhere"), Failed)


@pytest.mark.parametrize(
    ("status", "lasting"),
    [(404, True), (403, True), (401, True), (400, True), (429, False), (500, False), (503, False), (418, True)],
)
def test_a_refusal_says_what_it_was_and_whether_it_lasts(world: World, status: int, lasting: bool) -> None:
    world.web.pages["/x"] = answer(b"no", status)
    outcome = world.fetcher().fetch("http://news.example/x")
    assert isinstance(outcome, Failed)
    assert str(status) in outcome.reason and outcome.lasting is lasting
    assert outcome.retry_after is None


def test_gone_is_an_outcome_of_its_own(world: World) -> None:
    world.web.pages["/x"] = answer(status=410)
    assert world.fetcher().fetch("http://news.example/x") == Gone()


@pytest.mark.parametrize("said", ["120", "Mon, 23 Nov 2026 12:02:00 GMT"])
@pytest.mark.parametrize("status", [429, 503])
def test_a_host_that_asks_to_wait_is_left_alone_until_then(world: World, status: int, said: str) -> None:
    world.web.pages["/busy"] = answer(status=status, Retry_After=said)
    world.web.pages["/other"] = answer(b"words")
    fetcher = world.fetcher()
    until = NOON + dt.timedelta(minutes=2)
    outcome = fetcher.fetch("http://news.example/busy")
    assert isinstance(outcome, Failed) and outcome.retry_after == until
    left_alone = fetcher.fetch("http://news.example/other")
    assert isinstance(left_alone, Failed) and left_alone.retry_after == until
    assert world.web.paths == ["/busy"]
    assert isinstance(fetcher.fetch("http://else.example/other"), Fetched)
    world.now = until + dt.timedelta(seconds=1)
    assert isinstance(fetcher.fetch("http://news.example/other"), Fetched)


@pytest.mark.parametrize("said", ["", "soon", "-5", "1e3", "9" * 30, "Mon, 99 Foo 2026"])
def test_a_retry_after_that_makes_no_sense_is_none(said: str) -> None:
    assert retry_moment(said, NOON) is None


def test_a_body_without_an_end_is_cut_off(world: World) -> None:
    world.web.pages["/x"] = endless(b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 65536)
    outcome = world.fetcher().fetch("http://news.example/x", most_bytes=MB)
    assert outcome == Failed("more than 1 MB", lasting=True)


def test_a_body_that_says_it_is_too_large_is_not_even_begun(world: World) -> None:
    world.web.pages["/x"] = raw(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n")
    assert world.fetcher().fetch("http://news.example/x", most_bytes=MB) == Failed("more than 1 MB", lasting=True)


def test_packed_bodies_are_unpacked(world: World) -> None:
    words = b"words and words " * 1000
    bare = zlib.compressobj(wbits=-15)
    forms = {
        "gzip": gzip.compress(words),
        "x-gzip": gzip.compress(words[:5000]) + gzip.compress(words[5000:]),
        "deflate": zlib.compress(words),
        "Deflate": bare.compress(words) + bare.flush(),
        "identity": words,
    }
    for number, (coding, body) in enumerate(forms.items()):
        world.web.pages[f"/{number}"] = answer(body, Content_Encoding=coding)
        outcome = world.fetcher().fetch(f"http://news.example/{number}")
        assert isinstance(outcome, Fetched) and outcome.body == words, coding


@pytest.mark.parametrize("name", ["gzip", "deflate"])
def test_a_bomb_is_not_unpacked(world: World, name: str) -> None:
    zeros = bytes(24 * MB)
    bomb = gzip.compress(zeros) if name == "gzip" else zlib.compress(zeros)
    world.web.pages["/x"] = answer(bomb, Content_Encoding=name)
    outcome = world.fetcher().fetch("http://news.example/x", most_bytes=256 * MB)
    assert isinstance(outcome, Failed) and "unpacks to more than" in outcome.reason
    small = world.fetcher().fetch("http://news.example/x", most_bytes=MB)
    assert small == Failed("more than 1 MB", lasting=True)


def test_of_a_cut_gzip_what_was_readable_is_kept_and_the_rest_will_be_asked_for(world: World) -> None:
    words = bytes(range(256)) * 400
    for end, said in ((-8, "truncated gzip"), (-40, "truncated gzip")):
        world.web.pages["/x"] = answer(gzip.compress(words)[:end], Content_Encoding="gzip", ETag='"1"')
        outcome = world.fetcher().fetch("http://news.example/x")
        assert isinstance(outcome, Fetched)
        assert words.startswith(outcome.body) and outcome.body
        assert (outcome.trouble, outcome.validators) == (said, Validators())
    world.web.pages["/x"] = answer(b"no gzip at all", Content_Encoding="gzip")
    outcome = world.fetcher().fetch("http://news.example/x")
    assert isinstance(outcome, Fetched) and outcome.trouble == "damaged gzip"


def test_a_packing_that_was_not_asked_for_is_refused(world: World) -> None:
    world.web.pages["/x"] = answer(b"...", Content_Encoding="br")
    outcome = world.fetcher().fetch("http://news.example/x")
    assert isinstance(outcome, Failed) and "'br'" in outcome.reason


def test_a_body_that_drips_is_given_up_when_its_time_is_over(world: World) -> None:
    time = itertools.count(step=7)  # seconds pass with every look at the clock
    world.web.pages["/x"] = endless(b"HTTP/1.1 200 OK\r\n\r\n", b"x")
    world.web.pages["/head"] = endless(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n")
    fetcher = world.fetcher(monotonic=lambda: float(next(time)))
    assert fetcher.fetch("http://news.example/x") == Failed("took longer than 120 seconds")
    assert isinstance(fetcher.fetch("http://news.example/head", total_seconds=60), Failed)


def test_a_server_that_says_nothing_is_given_up(world: World) -> None:
    world.web.pages["/x"] = silent()
    outcome = world.fetcher(silence_seconds=0.1).fetch("http://news.example/x")
    assert isinstance(outcome, Failed) and "said nothing" in outcome.reason and not outcome.lasting


@pytest.mark.parametrize(
    "pieces",
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf",),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nwords\r\n",),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nwords\r\n",),
        (b"\x00\x01\x02 nonsense\r\n\r\n",),
        (b"HTTP/1.1 200 OK\r\nX: " + b"y" * 200_000,),
        (b"",),
    ],
)
def test_a_connection_that_is_cut_or_makes_no_sense_is_a_failure(world: World, pieces: tuple[bytes, ...]) -> None:
    world.web.pages["/x"] = raw(*pieces)
    outcome = world.fetcher().fetch("http://news.example/x")
    assert isinstance(outcome, Failed) and "cut" in outcome.reason and not outcome.lasting


def test_a_host_that_is_not_known_is_a_failure(world: World) -> None:
    outcome = world.fetcher().fetch("http://nowhere.test/x")
    assert isinstance(outcome, Failed) and outcome.reason == "nowhere.test cannot be reached (host not known)"


def test_names_and_passwords_go_to_their_own_host_only_and_into_no_report(world: World) -> None:
    world.web.pages |= {
        "news.example/feed": redirect("/inner", 301),
        "news.example/inner": redirect("http://else.example/feed", 301),
        "else.example/feed": redirect("http://ana:other@else.example/end", 301),
        "else.example/end": answer(b"words"),
    }
    outcome = world.fetcher().fetch("http://ana:p%40ss@news.example/feed")
    assert isinstance(outcome, Fetched)
    sent = [request.headers.get("authorization") for request in world.web.requests]
    assert sent == ["Basic YW5hOnBAc3M=", "Basic YW5hOnBAc3M=", None, None]
    assert outcome.moved_to is None
    assert "pass" not in repr(outcome) and "other" not in repr(outcome)
    refused = world.fetcher().fetch("ftp://ana:secret@news.example/?token=hidden")
    assert isinstance(refused, Failed)
    assert "secret" not in refused.reason and "hidden" not in refused.reason


def test_one_host_is_not_asked_twice_without_a_pause(world: World) -> None:
    fetcher = world.fetcher()
    for address in ("http://a.example/1", "http://a.example/2", "http://b.example/1", "http://a.example/3"):
        fetcher.fetch(address)
    assert world.slept == [1.0, 1.0]
    fetcher.ask_slower("a.example", 20)
    fetcher.ask_slower("a.example", 5)
    fetcher.fetch("http://a.example/4")
    assert world.slept[-1] == 20


def test_a_body_can_go_to_a_file(world: World) -> None:
    world.web.pages["/x"] = answer(gzip.compress(b"words"), Content_Encoding="gzip")
    file = io.BytesIO()
    outcome = world.fetcher().fetch("http://news.example/x", into=file)
    assert isinstance(outcome, Fetched)
    assert (outcome.body, file.getvalue()) == (b"", b"words")


@given(
    status=st.sampled_from([200, 301, 304, 307, 404, 410, 429, 503, 999]),
    headers=st.lists(
        st.tuples(
            st.sampled_from(
                [b"Location", b"Retry-After", b"Content-Length", b"Content-Encoding", b"ETag", b"Content-Type"]
            ),
            st.sampled_from([b"gzip", b"//[", b"http://[::1", b"?#\\", b"http://a:b:c/", b"9" * 5000])
            | st.binary(max_size=40),
        ),
        max_size=4,
    ),
    body=st.binary(max_size=200),
    whole=st.booleans(),
)
@settings(max_examples=300, deadline=None)
def test_whatever_a_server_says_is_an_outcome(
    status: int, headers: list[tuple[bytes, bytes]], body: bytes, whole: bool
) -> None:
    lines = b"".join(name + b": " + value + b"\r\n" for name, value in headers)
    said = b"HTTP/1.1 %d Said\r\n%s\r\n%s" % (status, lines, body) if whole else lines + body
    network = httpcore2.MockBackend([said])
    with Fetcher(resolve=lambda host, port: [PUBLIC], network=network, sleep=lambda seconds: None) as fetcher:
        assert isinstance(fetcher.fetch("http://news.example/"), Fetched | Unchanged | Gone | Failed)
