"""Every short text that says why something did not work, and what to do: the complete list.

Functions of a text give Discord markdown; whatever came from outside is escaped in them. `notice_page` makes any of
them a page. Where the notice has a button that needs the question or the topic, the page's first card echoes it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from bot.rendering.actions import AskAgain, DigestStart, scope_fields
from bot.rendering.echo import echo_card, topic_card
from bot.rendering.limits import PAGE_TEXT, clip, fitting
from bot.rendering.markdown import escaped
from bot.rendering.page import Button, Card, Look, Page
from corpus.article import Scope


def notice_page(text: str, *buttons: Button) -> Page:
    """One card with a notice (markdown), and at most five buttons under it."""
    return Page((Card(text[: fitting(text, PAGE_TEXT)]),), (buttons,) if buttons else ())


def over_user_limit(questions: int, minutes: int, again: dt.datetime) -> str:
    return f"That's {questions} questions in {minutes} minutes. You can ask again {moment(again, 'R')}."


def over_server_limit(again: dt.datetime) -> str:
    return f"This server has asked as much as it may for now. You can ask again {moment(again, 'R')}."


def still_answering() -> str:
    return "Your last question is still being answered. Ask the next one when its answer is there."


def busy(waiting: int) -> str:
    return f"The bot is busy ({waiting} waiting). Try again in a moment."


def timed_out() -> str:
    return "That took too long and was stopped. Try again, or narrow it with since: or source:."


def timed_out_page(question: str, scope: Scope) -> Page:
    """With **Try again**, which reads the question from the first card."""
    again = Button("Try again", AskAgain(**scope_fields(scope)).encode(), Look.PRIMARY)
    return _asked_page(question, timed_out(), again)


def bad_date(text: str) -> str:
    return f'I couldn\'t read "{_short(text)}" as a date. Use 2024, 2024-07, 2024-07-04 or 30d.'


def dates_swapped() -> str:
    return "since is after until. Swap them?"


def dates_swapped_page(question: str, scope: Scope) -> Page:
    """With a button that asks with the two dates of the scope swapped."""
    swapped = Scope(collections=scope.collections, outlet=scope.outlet, since=scope.until, until=scope.since)
    return _asked_page(
        question, dates_swapped(), Button("Swap them", AskAgain(**scope_fields(swapped)).encode(), Look.PRIMARY)
    )


def no_such_article(find: str) -> str:
    return f"No article {_short(find)}. Start typing a title and pick from the list."


def source_not_allowed() -> str:
    return (
        "That collection isn't available in this channel. Ask a server manager (Manage Server) to allow it in "
        "/settings."
    )


def channel_not_enabled(instead: str = "#ask") -> str:
    """`instead` is markdown that names a channel where asking is allowed, such as ``<#123>``."""
    return f"Asking is turned off in this channel. Try {instead}, or message me directly."


def missing_permission(channel: str, missing: Sequence[str]) -> str:
    """`channel` is markdown, such as ``<#123>``; `missing` are Discord's own names of permissions."""
    return (
        f"I can't post in {channel}: missing {', '.join(missing)}. "
        "Fix it in the channel's permissions, then press Retry."
    )


def missing_permission_page(topic: str, channel: str, missing: Sequence[str], retry: DigestStart) -> Page:
    """With **Retry**, which saves the digest whose topic the first card echoes."""
    return Page(
        (topic_card(topic), Card(missing_permission(channel, missing))),
        ((Button("Retry", retry.encode(), Look.PRIMARY),),),
    )


def unknown_zone(zone: str) -> str:
    return f'I don\'t know the time zone "{_short(zone)}". Pick one like America/New\\_York from the list.'


def archive_empty() -> str:
    return "The archive is empty. The operator can add articles with: import \\<folder\\>."


def index_out_of_date(percent: int) -> str:
    return f"Search is being rebuilt ({percent}%). Answers may be incomplete."


def search_unavailable() -> str:
    """For people; the operator's log names the model that is missing."""
    return "Search isn't available right now."


def old_button() -> str:
    return "That answer is older than 30 days. Ask again?"


def old_button_page(question: str, scope: Scope) -> Page:
    again = Button("Ask again", AskAgain(**scope_fields(scope)).encode(), Look.PRIMARY)
    return _asked_page(question, old_button(), again)


def gone_button() -> str:
    """For a press whose message no longer says what it was about."""
    return "That button can't be used any more. Ask again with /ask."


def something_wrong(reference: str) -> str:
    return f"Something went wrong (ref {reference}). The operator can look it up."


def may_not_manage_digests() -> str:
    return "Only members with Manage Server can change digests here. Ask one of them to do it."


def no_more_quotes() -> str:
    return "There are no further passages. Try other words, or a wider date range."


def cannot_read_replies() -> str:
    return "I can't read replies here. Press Follow up, or mention me."


def mention_hint() -> str:
    return "Mention me with a question, or use /ask. /help shows what the archive holds."


def moment(when: dt.datetime, style: str = "F") -> str:
    """Discord's time stamp, which every reader sees in their own zone. Raises ValueError on a naive time."""
    if when.tzinfo is None:
        raise ValueError("a moment needs a zone")
    return f"<t:{int(when.timestamp())}:{style}>"


def _asked_page(question: str, text: str, button: Button) -> Page:
    return Page((echo_card(question), Card(text)), ((button,),))


def _short(text: str) -> str:
    return escaped(clip(text, 100))
