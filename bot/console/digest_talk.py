"""The digests' part of the terminal chat: set one up, look at it, change it."""

from __future__ import annotations

import datetime as dt
from typing import Final

from bot.console.commands import AddDigest
from bot.console.digest_desk import DigestDesk
from bot.errors import UsageError
from bot.rendering import actions, notices
from bot.rendering.digest_pages import digest_list_page, digest_preview_page, digest_row_page
from bot.rendering.digest_settings_pages import WHEN
from bot.rendering.echo import topic_of
from bot.rendering.limits import clip
from bot.rendering.markdown import escaped
from bot.rendering.page import Page

TERMINAL: Final = 0  # the channel of a digest that is for this terminal
DEFAULT_DAYS: Final = "daily"
DEFAULT_TIME: Final = dt.time(9)
DEFAULT_ZONE: Final = "UTC"


def preview(digests: DigestDesk, wanted: AddDigest, now: dt.datetime) -> Page:
    """What would be posted, and when, before anything is saved. Raises a `BotError` on an option that says nothing."""
    days = (wanted.when or DEFAULT_DAYS).lower()
    if days not in WHEN:
        raise UsageError(f"when: is one of {', '.join(WHEN)}.")
    at = _time(wanted.at) if wanted.at else DEFAULT_TIME
    zone = wanted.zone or DEFAULT_ZONE
    following = digests.next_run(days, at, zone, now)
    return digest_preview_page(
        digests.preview(wanted.topic, now),
        days=days,
        at=at,
        zone=zone,
        channel=TERMINAL,
        next_run=following,
        zone_is_default=wanted.zone is None,
    )


def pressed_digest(
    digests: DigestDesk, action: actions.Action, value: str | None, first_card: str, now: dt.datetime
) -> tuple[Page, ...]:
    """What follows from a press on a page about digests; `first_card` is that page's first text."""
    match action:
        case actions.DigestStart(days, at, zone, _):
            topic = topic_of(first_card)
            if topic is None:
                return (notices.notice_page(notices.gone_button()),)
            return (digest_row_page(digests.add(topic, days, at, zone, now)),)
        case actions.DigestChange(days, at, zone, _):
            written = f"/digest add {topic_of(first_card) or ''} when:{days} at:{at:%H:%M} zone:{zone}"
            return (notices.notice_page(escaped(f"Write it again with what you want changed: {written}")),)
        case actions.DigestCancel():
            return (notices.notice_page("Nothing was saved."),)
        case actions.DigestSelect():
            return (digest_list_page([row for row in digests.rows(now) if str(row.subscription) == value]),)
        case actions.DigestPause(number):
            return (digest_row_page(digests.pause(number, now)),)
        case actions.DigestResume(number):
            return (digest_row_page(digests.resume(number, now)),)
        case actions.DigestRemove(number):
            return (digest_row_page(digests.remove(number, now)),)
        case actions.DigestUndoRemove(number):
            return (digest_row_page(digests.undo_remove(number, now)),)
        case actions.DigestPostNow(number):
            return tuple(digests.post_now(number, now)) or (notices.notice_page("Nothing new on this topic."),)
        case _:
            return (digest_list_page(digests.rows(now)),)


def _time(text: str) -> dt.time:
    try:
        return dt.time.fromisoformat(text.zfill(5)).replace(second=0, microsecond=0, tzinfo=None)
    except ValueError as error:
        raise UsageError(f'I couldn\'t read "{clip(text, 20)}" as a time. Use 09:00 or 17:30.') from error
