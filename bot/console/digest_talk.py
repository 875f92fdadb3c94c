"""The digests' part of the terminal chat: set one up, look at it, change it."""

from __future__ import annotations

import datetime as dt

from bot.briefings.plan import Plan
from bot.briefings.subscription import Days
from bot.briefings.written_time import read_time
from bot.console.commands import AddDigest
from bot.console.digest_desk import DigestDesk
from bot.errors import UsageError
from bot.rendering import actions, notices
from bot.rendering.digest_settings_pages import WHEN, digest_list_page, digest_row_page
from bot.rendering.limits import clip
from bot.rendering.markdown import escaped
from bot.rendering.page import Page

NOTHING_NEW = "Nothing new since the last run. History tells what became of each article."
MOST_CHOSEN = 18  # digits of a number that a menu gives


def preview(digests: DigestDesk, wanted: AddDigest, now: dt.datetime) -> Page:
    """What would be posted, and when, before anything is saved. Raises a `BotError` on an option that says nothing."""
    days = (wanted.when or Days.DAILY).lower()
    if days not in set(Days):
        raise UsageError(f"when: is one of {', '.join(WHEN)}.")
    at = read_time(wanted.at) if wanted.at else dt.time(9)
    if at is None:
        raise UsageError(f'I couldn\'t read "{clip(wanted.at or "", 20)}" as a time. Use 09:00 or 17:30.')
    return digests.begin(Plan(topic=wanted.topic.strip(), days=Days(days), at=at, zone=wanted.zone), now)


def pressed_digest(
    digests: DigestDesk, action: actions.Action, value: str | None, now: dt.datetime
) -> tuple[Page, ...]:
    """What follows from a press on a page about digests; `value` is what was chosen from a menu."""
    match action:
        case actions.DigestStart(draft):
            return (digest_row_page(digests.start(draft, now)),)
        case actions.DigestChange(draft, _):
            return (
                notices.notice_page(escaped(f"Write it again with what you want changed: {_written(digests, draft)}")),
            )
        case actions.DigestPreview(draft):
            return (digests.preview(draft, now),)
        case actions.DigestMatches(draft, page):
            return (digests.matches(draft, page),)
        case actions.DigestCancel():
            return (notices.notice_page("Nothing was saved."),)
        case actions.DigestSelect():
            return (digest_row_page(digests.row(_number(value), now)),)
        case actions.DigestShow(number):
            return (digest_row_page(digests.row(number, now)),)
        case actions.DigestEdit(number):
            return (digests.edit(number, now),)
        case actions.DigestPause(number):
            return (digest_row_page(digests.pause(number, now)),)
        case actions.DigestResume(number):
            return (digest_row_page(digests.resume(number, now)),)
        case actions.DigestRemove(number):
            return (digest_row_page(digests.remove(number, now)),)
        case actions.DigestUndoRemove(number):
            return (digest_row_page(digests.undo_remove(number, now)),)
        case actions.DigestPostNow(number):
            return tuple(digests.post_now(number, now)) or (notices.notice_page(NOTHING_NEW),)
        case actions.DigestHistory(number):
            return (digests.history(number),)
        case actions.DigestRunSelect():
            return (digests.run(value or "", 0),)
        case actions.DigestRunPage(run, page):
            return (digests.run(run, page),)
        case actions.DigestItemSelect(str(run)):
            return (digests.item(run, _number(value)),)
        case actions.DigestItem(run, article):
            return (digests.item(run, article),)
        case actions.DigestMore(run, page):
            return (digests.more(run, page),)
        case actions.DigestWhy(run, article):
            return (digests.why(run, article),)
        case actions.DigestNotRelevant(run, article):
            return (digests.mark(run, article, now),)
        case actions.DigestRelevantAgain(run, article):
            return (digests.unmark(run, article),)
        case actions.DigestList(page):
            return (digest_list_page(digests.rows(now), page or 0),)
        case _:
            return (notices.notice_page(notices.gone_button()),)


def _written(digests: DigestDesk, draft: int) -> str:
    plan = digests.plan_of(draft)
    zone = f" zone:{plan.zone}" if plan.zone else ""
    return f"/digest add {plan.topic} when:{plan.days} at:{plan.at:%H:%M}{zone}"


def _number(value: str | None) -> int:
    chosen = value or ""
    return int(chosen) if chosen.isascii() and chosen.isdigit() and len(chosen) <= MOST_CHOSEN else 0
