"""The small rules of sources: addresses, intervals, what is shown, what is packed. Pure."""

from __future__ import annotations

import datetime as dt
import gzip
import ipaddress
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from source_world import NOON

from corpus.errors import UnusableAddress
from corpus.sources.allowed_hosts import AllowedHosts, is_public
from corpus.sources.intervals import (
    LONGEST_RETRY_AFTER,
    SLOWEST_RETRY,
    interval_text,
    next_after_failure,
    next_after_success,
    parse_interval,
)
from corpus.sources.source import masked, source_id, source_number
from corpus.sources.unpacking import unpacked
from corpus.sources.web_addresses import web_address

QUARTER = dt.timedelta(minutes=15)


@given(st.ip_addresses(v=4))
def test_an_address_within_another_is_judged_by_what_it_is(inner: ipaddress.IPv4Address) -> None:
    number = int(inner)
    for outer in ((0xFFFF << 32) | number, (0x64FF9B << 96) | number, (0x2002 << 112) | (number << 80)):
        assert is_public(ipaddress.IPv6Address(outer)) == is_public(inner)


@given(st.ip_addresses(v=4))
def test_what_python_calls_private_is_never_public(address: ipaddress.IPv4Address) -> None:
    if address.is_private or address.is_multicast or address.is_reserved or not address.is_global:
        assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "2606:4700:4700::1111", "::ffff:8.8.8.8"])
def test_the_open_internet_is_public(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("wrong", ["10.0.0.0/33", "127.0.0", "a b!", "http://x/", "[::1", "-x", "300.1.1.1", "/etc"])
def test_a_list_of_hosts_names_what_is_wrong_in_it(wrong: str) -> None:
    with pytest.raises(ValueError, match="no host, address or network"):
        AllowedHosts.parse(f"localhost, {wrong}")


def test_a_list_of_hosts_is_read_with_commas_spaces_and_ports() -> None:
    allowed = AllowedHosts.parse(" localhost 10.0.0.0/8,[::1]:8080 , lists.intra:80,127.0.0.1:99 fd00::/8")
    assert allowed.names == {("localhost", None), ("lists.intra", 80)}
    assert [(str(network), port) for network, port in allowed.networks] == [
        ("10.0.0.0/8", None),
        ("::1/128", 8080),
        ("127.0.0.1/32", 99),
        ("fd00::/8", None),
    ]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" HTTP://News.Example:80/a b?q=ü#top ", "http://news.example/a%20b?q=%C3%BC"),
        ("feed:https://news.example/rss", "https://news.example/rss"),
        ("feed://news.example/rss", "https://news.example/rss"),
        ("https://bücher.example/", "https://xn--bcher-kva.example/"),
    ],
)
def test_web_addresses_are_kept_in_one_form(typed: str, kept: str) -> None:
    assert str(web_address(typed)) == kept


@pytest.mark.parametrize(
    "typed",
    ["", "news.example", "ftp://x/", "http://", "http://a\\@b/", "http://[fe80::1%25en0]/", "http://a:0/", "a\0"],
)
def test_what_is_no_web_address_is_refused(typed: str) -> None:
    with pytest.raises(UnusableAddress):
        web_address(typed)


@pytest.mark.parametrize("text", ["15m", "1m", "2h", "1d", "30d", "90m"])
def test_an_interval_is_written_as_it_is_read(text: str) -> None:
    assert interval_text(parse_interval(text)) == text


@pytest.mark.parametrize("text", ["", "15", "0m", "31d", "1w", "-5m", "soon", "1.5h", "9999999m", "٣m"])
def test_an_interval_out_of_measure_is_refused_with_a_hint(text: str) -> None:
    with pytest.raises(ValueError, match="Use 15m, 2h or 1d"):
        parse_interval(text)


def test_polls_are_spread_and_back_off_to_once_a_day() -> None:
    assert next_after_success(NOON, QUARTER, 0.0) == NOON + QUARTER
    assert next_after_success(NOON, QUARTER, 1.0) == NOON + QUARTER * 1.1
    waits = [next_after_failure(NOON, QUARTER, failures, 0.0) - NOON for failures in range(1, 40)]
    assert waits[:3] == [2 * QUARTER, 4 * QUARTER, 8 * QUARTER]
    assert waits == sorted(waits) and waits[-1] == SLOWEST_RETRY
    week = dt.timedelta(days=7)
    assert next_after_failure(NOON, week, 5, 0.0) == NOON + week  # never more often than it was asked for


def test_a_server_is_not_asked_before_it_said_nor_left_alone_for_ever() -> None:
    def after(wait: dt.timedelta) -> dt.timedelta:
        return next_after_failure(NOON, QUARTER, 1, 0.0, retry_after=NOON + wait) - NOON

    assert after(dt.timedelta(hours=5)) == dt.timedelta(hours=5)
    assert after(dt.timedelta(seconds=-5)) == 2 * QUARTER
    assert after(dt.timedelta(days=400)) == LONGEST_RETRY_AFTER


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://ana:secret@news.example/x", "https://***@news.example/x"),
        ("https://secret@news.example/x@y", "https://***@news.example/x@y"),
        ("see https://a:b@c/ and http://d:e@f/", "see https://***@c/ and http://***@f/"),
        ("imaps://ana@mail.example/INBOX", "imaps://ana@mail.example/INBOX"),
        ("imaps://ana:secret@mail.example/", "imaps://ana:***@mail.example/"),
        ("https://x/feed?a=1&token=secret&b=2", "https://x/feed?a=1&token=***&b=2"),
        ("https://x/?api_key=secret#t", "https://x/?api_key=***#t"),
        ("https://x/?user_auth=secret;sig=secret", "https://x/?user_auth=***;sig=***"),
        ("https://x/?authtoken=secret&accessKey=secret", "https://x/?authtoken=***&accessKey=***"),
        ("https://x/?monkey=x&design=y", "https://x/?monkey=x&design=y"),
        ("https://x/list/a@b.example/?author=x", "https://x/list/a@b.example/?author=x"),
        ("/srv/mail/a@b", "/srv/mail/a@b"),
    ],
)
def test_what_is_secret_in_an_address_is_not_shown(text: str, shown: str) -> None:
    assert masked(text) == shown


def test_ids_are_read_in_any_case() -> None:
    assert source_id(3) == "S-3"
    assert [source_number(text) for text in ("S-3", "s3", " 3 ", "A-3", "", "S--3", "3" * 19)] == [
        3,
        3,
        3,
        None,
        None,
        None,
        None,
    ]


@given(
    words=st.binary(max_size=5000),
    cuts=st.lists(st.integers(1, 400), max_size=30),
    form=st.sampled_from(["gzip", "deflate", "two members", "padded"]),
)
def test_what_was_packed_comes_back_however_it_arrives(words: bytes, cuts: list[int], form: str) -> None:
    packed = {
        "gzip": gzip.compress(words),
        "deflate": zlib.compress(words),
        "two members": gzip.compress(words) + gzip.compress(words),
        "padded": gzip.compress(words) + b"\0\0\0\0",
    }[form]
    chunks, position = [], 0
    for cut in [*cuts, len(packed)]:
        chunks.append(packed[position : position + cut])
        position += cut
    chunks.append(packed[position:])
    expected = words * 2 if form == "two members" else words
    coding = "deflate" if form == "deflate" else "gzip"
    assert b"".join(unpacked([chunk for chunk in chunks if chunk], coding)) == expected
