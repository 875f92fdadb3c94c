"""The messages of a watched question, from one quote to three against three, whatever they hold."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from drafts import draft
from hostile import article_of, complaints_about, hostile, monstrous, quotes
from hypothesis import given, settings
from hypothesis import strategies as st
from made_digests import buttons

from bot.briefings.plan import Plan
from bot.rendering.digest_corrections import told_on, without_articles
from bot.rendering.digest_pages import DigestMessages
from bot.rendering.limits import units
from bot.rendering.page import Page
from bot.rendering.quotes import shown_quotes
from bot.rendering.watch_pages import watch_messages
from bot.rendering.watch_preview_pages import watch_preview_page
from corpus.passage import Quote
from retrieval.answers.outcome import RankedQuote
from retrieval.watches.watching import Change, Present

LABEL = "#D3-20261123"
QUESTION = "How many sheep drowned off Jura?"


def ranked(number: int, text: str = "Off Jura 40 sheep drowned.", **fields: Any) -> RankedQuote:
    article = article_of(draft(text, **{"title": f"Sheep {number}", "outlet": "Night Post", **fields}), number)
    return RankedQuote(Quote(article, 0, len(text)), 0.9)


several = st.lists(quotes(), max_size=6, unique_by=lambda quote: quote.article.number)


@st.composite
def changes(draw: st.DrawFn) -> Change:
    """At most three quotes on either side, each of another article."""
    drawn = [RankedQuote(quote, 0.5, draw(st.none() | hostile)) for quote in draw(several)]
    return Change(
        draw(monstrous.map(lambda text: text[:200])),
        draw(st.integers(0, 10**6)),
        now=tuple(drawn[:3]),
        before=tuple(drawn[3:]),
        gone=draw(st.integers(0, 3)),
        sources_differ=draw(st.booleans()),
    )


def pages_of(messages: DigestMessages) -> list[Page]:
    return [*messages.pages, *messages.rest]


def texts(messages: DigestMessages) -> str:
    return "\n".join(page.text for page in pages_of(messages))


@settings(max_examples=30)
@given(changes(), st.none() | hostile, st.none() | st.integers(1, 10**19), st.booleans(), st.booleans())
def test_messages_are_within_every_limit_whatever_their_texts(
    change: Change, covers: str | None, ping: int | None, thread: bool, headline_only: bool
) -> None:
    messages = watch_messages(
        change, label=LABEL, zone="UTC", covers=covers, ping=ping, thread=thread, headline_only=headline_only
    )
    pages = pages_of(messages)
    assert 1 <= len(messages.pages) <= 2 and len(pages) <= 3
    assert [complaints_about(page) for page in pages] == [[]] * len(pages)
    for part, page in enumerate(pages, start=1):
        assert page.text.splitlines()[-1].startswith(f"-# {LABEL}-{part} · ")
    assert units(messages.title) <= 100 and messages.title.split()[-1] == LABEL
    if not (thread and headline_only):
        assert messages.rest == ()


@settings(max_examples=30)
@given(changes())
def test_every_quote_is_shown_in_the_words_of_its_source_and_can_be_opened(change: Change) -> None:
    messages = watch_messages(change, label=LABEL, zone="UTC")
    sides = [*change.now, *change.before] if change.now else []
    shown = shown_quotes(texts(messages))
    assert len(shown) == len(sides)
    assert all(words in one.quote.text for words, one in zip(shown, sides, strict=True))
    opened = [number for page in messages.pages for number in told_on(page)]
    assert opened == [one.quote.article.number for one in sides]


@settings(max_examples=15)
@given(changes(), st.data())
def test_a_correction_takes_out_one_quote_and_no_other(change: Change, data: st.DataObject) -> None:
    for page in watch_messages(change, label=LABEL, zone="UTC").pages:
        if not (told := told_on(page)):
            continue
        gone = data.draw(st.sampled_from(told))
        corrected = without_articles(page, [gone])
        assert len(shown_quotes(corrected.text)) == len(told) - 1
        assert "One item was removed." in corrected.text
        assert told_on(corrected) == [number for number in told if number != gone]


def test_a_change_reads_as_it_should() -> None:
    new = replace(ranked(12, published="2026-11-22"), speaker="Ann Reid")
    old = ranked(3, "Off Jura 12 sheep drowned last year.", published="2026-11-20")
    change = Change(QUESTION, 214, now=(new,), before=(old,), sources_differ=True)
    (page,) = watch_messages(change, label=LABEL, zone="Europe/London").pages
    assert page.text == (
        "**How many sheep drowned off Jura?** · best evidence changed · 1 new quote · 22 Nov\n"
        "Sources differ:\n"
        "**Now**\n"
        "**Sheep 12**\nAnn Reid (as reported) · Night Post · 22 Nov 2026 · A-12\n> Off Jura 40 sheep drowned.\n"
        "**Before**\n"
        "**Sheep 3**\nNight Post · 20 Nov 2026 · A-3\n> Off Jura 12 sheep drowned last year.\n"
        "(relative to 20 Nov 2026)\n"
        "-# #D3-20261123-1 · times in Europe/London"
    )


def test_the_first_answer_says_so() -> None:
    change = Change(QUESTION, 2, now=(ranked(12), ranked(13)))
    messages = watch_messages(change, label=LABEL, zone="UTC", covers="Covers 20–23 Nov (the bot was offline)")
    assert messages.pages[0].text.startswith(
        "**How many sheep drowned off Jura?** · there is an answer · 2 new quotes\n"
        "Covers 20–23 Nov (the bot was offline)\n**Now**\n"
    )
    assert "**Before**\n-# Nothing in the archive answered it." in messages.pages[0].text
    assert messages.title == "How many sheep drowned off Jura? · #D3-20261123"


def test_that_sources_differ_stands_right_above_the_quotes() -> None:
    change = Change(QUESTION, 1, now=(ranked(12),), before=(ranked(13),), sources_differ=True)
    (page,) = watch_messages(change, label=LABEL, zone="UTC", covers="Covers 20–23 Nov").pages
    assert "\nCovers 20–23 Nov\nSources differ:\n**Now**\n" in page.text


def test_an_outlet_is_not_named_twice_as_its_own_source() -> None:
    change = Change(QUESTION, 1, now=(replace(ranked(12), speaker="Night Post"),))
    assert "(as reported)" not in texts(watch_messages(change, label=LABEL, zone="UTC"))


def test_one_article_is_counted_as_one() -> None:
    assert "(checked 1 article)." in texts(watch_messages(Change(QUESTION, 1), label=LABEL, zone="UTC"))


def test_what_is_gone_is_counted_and_never_shown() -> None:
    text = texts(watch_messages(Change(QUESTION, 0, now=(ranked(12),), gone=2), label=LABEL, zone="UTC"))
    assert "best evidence changed" in text
    assert "2 quotes from before are gone: their articles were removed or revised" in text
    assert len(shown_quotes(text)) == 1


def test_three_against_three_of_usual_length_stand_on_one_message() -> None:
    text = (
        "The coastguard of Jura said that the storm had washed some forty sheep into the sea before the morning. " * 2
    )
    change = Change(
        QUESTION, 9, now=tuple(ranked(n, text) for n in (1, 2, 3)), before=(ranked(4, text), ranked(5, text))
    )
    assert len(watch_messages(change, label=LABEL, zone="UTC").pages) == 1


def test_long_quotes_have_a_message_for_each_side() -> None:
    long, fields = "_" * 500, {"title": "*" * 300, "outlet": "_" * 50}
    now, before = (tuple(ranked(n, long, **fields) for n in some) for some in ((1, 2, 3), (4, 5, 6)))
    change = Change(QUESTION, 9, now=now, before=before)
    first, second = watch_messages(change, label=LABEL, zone="UTC", ping=7).pages
    assert (told_on(first), told_on(second)) == ([1, 2, 3], [4, 5, 6])
    assert first.text.startswith("<@&7>\n") and "**Before**" not in first.text
    assert second.text.startswith("**How many sheep drowned off Jura?** · continued\n**Before**\n")
    assert "#D3-20261123-2" in second.text


def test_no_change_is_said_where_people_want_to_hear_it() -> None:
    (page,) = watch_messages(Change(QUESTION, 214), label=LABEL, zone="UTC").pages
    assert page.text == (
        "**How many sheep drowned off Jura?**\n"
        "The best evidence has not changed (checked 214 articles).\n"
        "-# #D3-20261123-1 · times in UTC"
    )


def test_in_a_thread_the_channel_gets_the_headline() -> None:
    change = Change(QUESTION, 1, now=(ranked(12),), before=(ranked(3),))
    messages = watch_messages(change, label=LABEL, zone="UTC", thread=True, headline_only=True)
    assert [len(shown_quotes(page.text)) for page in pages_of(messages)] == [0, 2]
    assert len(watch_messages(change, label=LABEL, zone="UTC", headline_only=True).rest) == 0


NOON = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)


def preview(present: Present, plan: Plan) -> Page:
    return watch_preview_page(present, plan, draft=4, zone="UTC", next_run=NOON)


def test_a_preview_says_what_is_watched_and_how_to_get_a_digest_instead() -> None:
    nothing = preview(Present((), False, ()), Plan(topic=QUESTION, channel=7))
    assert "it posts only when the best evidence changes" in nothing.text
    assert "leave out the question mark" in nothing.text
    assert "Nothing in the archive answers it yet. The first answer will be posted." in nothing.text
    assert "at most 8 items" not in nothing.text
    assert buttons(nothing)[0].label == "Start"
    some = preview(Present((ranked(12),), False, ()), Plan(topic=QUESTION, channel=7, must=("sheep",)))
    assert shown_quotes(some.text) == ["Off Jura 40 sheep drowned."]
    assert "must have: sheep" in some.text


@settings(max_examples=20)
@given(several, monstrous.map(lambda text: text[:200]), st.booleans())
def test_a_preview_is_within_every_limit(found: list[Quote], topic: str, differ: bool) -> None:
    present = Present(tuple(RankedQuote(quote, 0.5) for quote in found[:3]), differ, ())
    words = tuple(f"*{number}*" * 20 for number in range(20))
    plan = Plan(topic=topic, channel=7, must=words, not_words=words, post_when_empty=True, ping=7)
    assert complaints_about(preview(present, plan)) == []
