"""The wording of the errors is promised; PRODUCT's list, one by one."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hostile import NOW, complaints_about, monstrous, written
from hypothesis import given

from bot.rendering import notices
from bot.rendering.actions import AskAgain, DigestStart, decode, scope_fields
from bot.rendering.echo import question_of
from bot.rendering.page import Button, Card, Page
from bot.rendering.spans import lines_of
from corpus.article import Scope

SOON = f"<t:{int(NOW.timestamp())}:R>"
START = DigestStart(5)
SCOPE = Scope(since=dt.date(2024, 7, 1), until=dt.date(2024, 1, 31))


def words(markdown: str) -> str:
    return "\n".join(line.text for line in lines_of(markdown, NOW))


@pytest.mark.parametrize(
    ("notice", "text"),
    [
        (notices.bad_date("soon"), 'I couldn\'t read "soon" as a date. Use 2024, 2024-07, 2024-07-04 or 30d.'),
        (notices.timed_out(), "That took too long and was stopped. Try again, or narrow it with since: or source:."),
        (notices.busy(20), "The bot is busy (20 waiting). Try again in a moment."),
        (notices.dates_swapped(), "since is after until. Swap them?"),
        (notices.no_such_article("A-99"), "No article A-99. Start typing a title and pick from the list."),
        (
            notices.source_not_allowed(),
            "That collection isn't available in this channel. "
            "Ask a server manager (Manage Server) to allow it in /settings.",
        ),
        (
            notices.channel_not_enabled(),
            "Asking is turned off in this channel. Try #ask, or message me directly.",
        ),
        (
            notices.missing_permission("#briefing", ["Send Messages"]),
            "I can't post in #briefing: missing Send Messages. Fix it in the channel's permissions, then press Retry.",
        ),
        (
            notices.unknown_zone("EST5"),
            'I don\'t know the time zone "EST5". Pick one like America/New_York from the list.',
        ),
        (notices.archive_empty(), "The archive is empty. The operator can add articles with: import <folder>."),
        (notices.index_out_of_date(62), "Search is being rebuilt (62%). Answers may be incomplete."),
        (notices.search_unavailable(), "Search isn't available right now."),
        (notices.old_button(), "That answer is older than 30 days. Ask again?"),
        (notices.something_wrong("7F3K"), "Something went wrong (ref 7F3K). The operator can look it up."),
        (notices.cannot_read_replies(), "I can't read replies here. Press Follow up, or mention me."),
    ],
)
def test_a_notice_reads_as_promised(notice: str, text: str) -> None:
    assert words(notice) == text


def test_the_limit_says_when_to_come_back() -> None:
    assert notices.over_user_limit(6, 10, NOW) == f"That's 6 questions in 10 minutes. You can ask again {SOON}."


@given(monstrous)
def test_what_was_typed_is_quoted_back_as_typed_or_cut(text: str) -> None:
    for notice in (notices.bad_date(text), notices.no_such_article(text), notices.unknown_zone(text)):
        assert complaints_about(notices.notice_page(notice)) == []


@given(written)
def test_a_notice_that_asks_again_keeps_the_question(question: str) -> None:
    for page in (
        notices.timed_out_page(question, SCOPE),
        notices.dates_swapped_page(question, SCOPE),
        notices.source_only_alone_page(question, SCOPE),
        notices.old_button_page(question, AskAgain(**scope_fields(SCOPE))),
    ):
        assert complaints_about(page) == []
        assert question_of(first_card(page)) in (question.strip(), None)


@given(monstrous)
def test_a_retry_keeps_the_topic(topic: str) -> None:
    page = notices.missing_permission_page(topic, "<#42>", ["Send Messages"], START)
    assert complaints_about(page) == []
    assert question_of(first_card(page)) in (topic.strip() or "Everything new", None)
    assert decode(only_button(page).action) == START


def test_swapping_swaps() -> None:
    button = only_button(notices.dates_swapped_page("Who?", SCOPE))
    assert decode(button.action) == AskAgain(since=SCOPE.until, until=SCOPE.since)


def test_swapping_stays_in_the_article_that_was_asked() -> None:
    button = only_button(notices.dates_swapped_page("Who?", replace(SCOPE, article=12)))
    assert decode(button.action) == AskAgain(since=SCOPE.until, until=SCOPE.since, article=12)


def first_card(page: Page) -> str:
    assert isinstance(page.cards[0], Card)
    return page.cards[0].text


def only_button(page: Page) -> Button:
    ((button,),) = page.rows
    assert isinstance(button, Button)
    return button
