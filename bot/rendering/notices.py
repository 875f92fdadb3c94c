"""Every short text that says why something did not work, and what to do: the complete list.

Functions of a text give Discord markdown; whatever came from outside is escaped in them. `notice_page` makes any of
them a page. Where the notice has a button that needs the question or the topic, the page's first card echoes it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from bot.rendering.actions import Action, AskAgain, scope_fields
from bot.rendering.echo import echo_card, topic_card
from bot.rendering.limits import PAGE_TEXT, clip, fitting
from bot.rendering.markdown import escaped
from bot.rendering.page import Button, Card, Look, Page
from bot.rendering.wording import by_commas, ngettext
from bot.rendering.wording import gettext as _
from corpus.article import Scope


def notice_page(text: str, *buttons: Button) -> Page:
    """One card with a notice (markdown), and at most five buttons under it."""
    return Page((Card(text[: fitting(text, PAGE_TEXT)]),), (buttons,) if buttons else ())


def over_user_limit(questions: int, minutes: int, again: dt.datetime) -> str:
    text = ngettext(
        "That's {count} question in {minutes} minutes. You can ask again {when}.",
        "That's {count} questions in {minutes} minutes. You can ask again {when}.",
        questions,
    )
    return text.format(count=questions, minutes=minutes, when=moment(again, "R"))


def over_server_limit(again: dt.datetime) -> str:
    text = _("This server has asked as much as it may for now. You can ask again {when}.")
    return text.format(when=moment(again, "R"))


def still_answering() -> str:
    return _("Your last question is still being answered. Ask the next one when its answer is there.")


def busy(waiting: int) -> str:
    return _("The bot is busy ({count} waiting). Try again in a moment.").format(count=waiting)


def timed_out() -> str:
    return _("That took too long and was stopped. Try again, or narrow it with since: or source:.")


def timed_out_page(question: str, scope: Scope) -> Page:
    """With **Try again**, which reads the question from the first card."""
    again = Button(_("Try again"), AskAgain(**scope_fields(scope)).encode(), Look.PRIMARY)
    return _asked_page(question, timed_out(), again)


def bad_date(text: str) -> str:
    notice = _('I couldn\'t read "{text}" as a date. Use 2024, 2024-07, 2024-07-04 or 30d.')
    return notice.format(text=_short(text))


def dates_swapped() -> str:
    return _("since is after until. Swap them?")


def dates_swapped_page(question: str, scope: Scope) -> Page:
    """With a button that asks with the two dates of the scope swapped."""
    swapped = replace(scope, since=scope.until, until=scope.since)
    swap = Button(_("Swap them"), AskAgain(**scope_fields(swapped)).encode(), Look.PRIMARY)
    return _asked_page(question, dates_swapped(), swap)


def no_such_article(find: str) -> str:
    return _("No article {article}. Start typing a title and pick from the list.").format(article=_short(find))


def source_not_allowed() -> str:
    return _(
        "That collection isn't available in this channel. Ask a server manager (Manage Server) to allow it in "
        "/settings."
    )


def source_only_alone_page(question: str, scope: Scope) -> Page:
    """For somebody who may see the scope's source where not everybody may; with a button that asks for them alone."""
    text = _("Answers from that source can't be shown to everybody here. Ask only for yourself?")
    return _asked_page(question, text, Button(_("Ask only for me"), AskAgain(**scope_fields(scope)).encode()))


def channel_not_enabled(instead: str = "#ask") -> str:
    """`instead` is markdown that names a channel where asking is allowed, such as ``<#123>``."""
    return _("Asking is turned off in this channel. Try {channel}, or message me directly.").format(channel=instead)


def asking_is_off() -> str:
    """Where a server chose no channel at all for questions."""
    return _("Asking is turned off in this server. Message me directly.")


def missing_permission(channel: str, missing: Sequence[str]) -> str:
    """`channel` is markdown, such as ``<#123>``; `missing` are Discord's own names of permissions."""
    notice = _(
        "I can't post in {channel}: missing {permissions}. Fix it in the channel's permissions, then press Retry."
    )
    return notice.format(channel=channel, permissions=by_commas(*map(_, missing)))


def missing_permission_page(topic: str, channel: str, missing: Sequence[str], retry: Action) -> Page:
    """With **Retry**, which does again what could not be done."""
    return Page(
        (topic_card(topic), Card(missing_permission(channel, missing))),
        ((Button(_("Retry"), retry.encode(), Look.PRIMARY),),),
    )


def unknown_zone(zone: str) -> str:
    notice = _('I don\'t know the time zone "{zone}". Pick one like America/New\\_York from the list.')
    return notice.format(zone=_short(zone))


def archive_empty() -> str:
    return _("The archive is empty. The operator can add articles with: import \\<folder\\>.")


def index_out_of_date(percent: int) -> str:
    return _("Search is being rebuilt ({percent}%). Answers may be incomplete.").format(percent=percent)


def search_unavailable() -> str:
    """For people; the operator's log names the model that is missing."""
    return _("Search isn't available right now.")


def old_button() -> str:
    return _("That answer is older than 30 days. Ask again?")


def old_button_page(question: str, again: AskAgain) -> Page:
    return _asked_page(question, old_button(), Button(_("Ask again"), again.encode(), Look.PRIMARY))


def gone_button() -> str:
    """For a press whose message no longer says what it was about."""
    return _("That button can't be used any more. Ask again with /ask.")


def restarting() -> str:
    return _("The bot is restarting. Ask again in a moment.")


def something_wrong(reference: str) -> str:
    return _("Something went wrong (ref {reference}). The operator can look it up.").format(reference=reference)


def may_not_manage_digests(role: int | None = None) -> str:
    """`role` is the one that the server's managers chose for it."""
    if role is None:
        return _("Only members with Manage Server can change digests here. Ask one of them to do it.")
    notice = _("Only members with Manage Server or {role} can change digests here. Ask one of them to do it.")
    return notice.format(role=f"<@&{role}>")


def no_personal_digests() -> str:
    return _(
        "Digests in direct messages are turned off for this bot; its operator can turn them on. In a server, "
        "/digest add posts them to a channel."
    )


def no_more_quotes() -> str:
    return _("There are no further passages. Try other words, or a wider date range.")


def cannot_read_replies() -> str:
    return _("I can't read replies here. Press Follow up, or mention me.")


def mention_hint() -> str:
    return _("Mention me with a question, or use /ask. /help shows what the archive holds.")


def moment(when: dt.datetime, style: str = "F") -> str:
    """Discord's time stamp, which every reader sees in their own zone. Raises ValueError on a naive time."""
    if when.tzinfo is None:
        raise ValueError("a moment needs a zone")
    return f"<t:{int(when.timestamp())}:{style}>"


def _asked_page(question: str, text: str, button: Button) -> Page:
    return Page((echo_card(question), Card(text)), ((button,),))


def _short(text: str) -> str:
    return escaped(clip(text, 100))
