from __future__ import annotations

import re
from typing import Any

from hostile import NOW, article_of, articles, complaints_about, hostile, monstrous, written
from hypothesis import given, settings
from hypothesis import strategies as st
from made_digests import buttons, digest, digests, item

from bot.briefings.plan import Plan
from bot.rendering.actions import DigestChange, DigestMatches, DigestStart, decode
from bot.rendering.digest_preview_pages import (
    digest_matches_page,
    digest_preview_page,
    form_errors_page,
    unread,
)
from bot.rendering.echo import question_of
from bot.rendering.page import Card, Page
from corpus.article import Article
from retrieval.digests.digest import Digest, Match

PLAN = Plan(topic="Ferries", zone="Europe/London", channel=42)
ID = st.integers(1, 10**19 - 1)
WORDS = st.lists(written, max_size=20).map(tuple)


def preview(given_digest: Digest, plan: Plan = PLAN, **fields: Any) -> Page:
    options = {"draft": 5, "zone": plan.zone or "UTC", "next_run": NOW, **fields}
    return digest_preview_page(given_digest, plan, **options)


@settings(max_examples=30)
@given(digests(), WORDS, WORDS, WORDS, st.none() | ID, st.booleans())
def test_a_preview_is_within_every_limit_whatever_its_texts(
    given_digest: Digest,
    must: tuple[str, ...],
    not_words: tuple[str, ...],
    outlets: tuple[str, ...],
    ping: int | None,
    turned_on: bool,
) -> None:
    plan = Plan(
        zone="America/Argentina/ComodRivadavia",
        channel=10**19,
        must=must,
        not_words=not_words,
        outlets=frozenset(outlets),
        ping=ping,
        post_when_empty=turned_on,
        in_thread=turned_on,
        publish=turned_on,
    )
    page = preview(given_digest, plan, matching=(10, 50), edits=3 if turned_on else None)
    assert complaints_about(page) == []
    assert isinstance(page.cards[0], Card)
    assert question_of(page.cards[0].text) in (given_digest.topic.text.strip() or "Everything new", None)


def test_a_preview_says_when_the_first_one_comes_and_starts_it() -> None:
    page = preview(digest(*(item(n) for n in range(1, 8))), matching=(7, 50))
    seconds = int(NOW.timestamp())
    assert "Every day at 09:00 (Europe/London), in <#42>." in page.text
    assert f"Next: <t:{seconds}:F> (<t:{seconds}:R>)" in page.text
    assert "7 of 7 articles of the last 7 days match. It would have posted:" in page.text
    assert "-# and 2 more" in page.text
    assert page.text.endswith("-# 7 of the newest 50 articles match.")
    by_label = {button.label: decode(button.action) for button in buttons(page)}
    assert by_label["Start"] == DigestStart(5)
    assert by_label["Change"] == DigestChange(5, "when")
    assert by_label["Why"] == DigestMatches(5, 0)
    assert list(by_label)[-1] == "Cancel"


def test_a_preview_without_matches_or_zone_says_so() -> None:
    page = preview(digest(topic=""), Plan(), zone="UTC", zone_is_default=True)
    assert "Every day at 09:00 (UTC), in this terminal." in page.text
    assert "No time zone was set yet, so this is UTC." in page.text
    assert page.text.endswith("0 of 0 articles of the last 7 days match. Only new articles will be posted.")
    assert isinstance(page.cards[0], Card)
    assert question_of(page.cards[0].text) == "Everything new"


def test_a_preview_names_what_is_not_as_usual() -> None:
    plan = Plan(
        topic="Ferries",
        channel=42,
        max_items=12,
        must=("Islay", "pier"),
        not_words=("football",),
        collections=frozenset({"wire"}),
        outlets=frozenset({"Night Post"}),
        post_when_empty=True,
        in_thread=True,
        publish=True,
        ping=9,
    )
    assert (
        "-# at most 12 items · must have: Islay, pier · must not have: football · only from: Night Post, wire · "
        "says so when nothing is new · in a thread · published · pings <@&9>"
    ) in preview(digest(), plan).text


def test_a_change_is_saved_rather_than_started() -> None:
    assert "Save" in [button.label for button in buttons(preview(digest(), edits=3))]


@settings(max_examples=30)
@given(st.lists(articles(), max_size=12), monstrous, WORDS, st.floats(0, 1), st.integers(0, 99))
def test_matches_are_within_every_limit_whatever_their_texts(
    some: list[Article], topic: str, words: tuple[str, ...], score: float, page: int
) -> None:
    matches = [
        Match(article, score, words, words if place % 3 == 1 else (), words if place % 3 == 2 else ())
        for place, article in enumerate(some)
    ]
    assert complaints_about(digest_matches_page(matches, 0.5, topic=topic, draft=5, page=page)) == []


def test_each_of_the_newest_articles_says_why_it_matches_or_does_not() -> None:
    from drafts import draft

    article = article_of(draft("The ferry sails in May.", title="Ferry", outlet="Night Post"), 4)
    matches = [
        Match(article, 0.82, ("ferry",)),
        Match(article, 0.61),
        Match(article, 0.299),
        Match(article, 0.9, ("ferry",), lacks=("Islay",)),
        Match(article, 0.9, ("ferry",), bars=("football",)),
    ]
    text = digest_matches_page(matches, 0.3, topic="ferry", draft=5, page=0).text
    assert "2 of the newest 5 articles match." in text
    assert "An article matches from a score of 0.30 on." in text
    for why in (
        "score 0.82, has the words: ferry",
        "score 0.61, close to the topic in meaning",
        "score 0.29, below 0.30",
        "lacks the word: Islay",
        "has the excluded word: football",
    ):
        assert text.count(why) == 1
    assert (text.count("✅"), text.count("➖")) == (2, 3)


def test_those_that_match_come_first_and_each_kind_newest_first() -> None:
    from drafts import draft

    news = [article_of(draft("The ferry sails.", title=f"Ferry {number}"), number) for number in range(1, 31)]
    matches = [Match(one, 0.9 if one.number in (7, 25) else 0.1, ()) for one in reversed(news)]
    first = digest_matches_page(matches, 0.3, topic="ferry", draft=5, page=0).text
    order = [int(number) for number in re.findall(r"Ferry (\d+)", first)]
    assert order == [25, 7, 30, 29, 28, 27, 26, 24, 23, 22]


@given(monstrous, st.lists(hostile, min_size=1, max_size=5))
def test_what_is_wrong_with_a_form_is_within_every_limit(topic: str, typed: list[str]) -> None:
    errors = [unread("At", text, "Use 09:00 or 18:30.") for text in typed]
    page = form_errors_page(topic, errors, draft=5, form="when")
    assert complaints_about(page) == []
    assert decode(buttons(page)[0].action) == DigestChange(5, "when")
