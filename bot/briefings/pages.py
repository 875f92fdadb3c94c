"""What people see of the ledger: the messages of a digest, and a subscription as a row of a list."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from bot.briefings.covering import Covers
from bot.briefings.delivery import Delivery, Post, RunState
from bot.briefings.ledger import Ledger
from bot.briefings.subscription import Subscription, next_run
from bot.rendering.digest_corrections import told_on
from bot.rendering.digest_pages import DigestMessages, covers_line, digest_messages
from bot.rendering.digest_settings_pages import DigestRow
from bot.rendering.page import Page
from bot.rendering.stored_reasons import shown_reason
from bot.rendering.wording import gettext as _
from bot.rendering.wording import number
from retrieval.digests.digest import Digest


def posts_of(
    digest: Digest, subscription: Subscription, label: str, covers: Covers | None, takes_threads: bool
) -> list[Post]:
    """The messages of a digest. `covers`: the local days of a gap that it makes up for."""
    messages = digest_messages(
        digest,
        label=label,
        zone=subscription.schedule.zone,
        covers=covered(covers),
        ping=subscription.ping,
        thread=takes_threads,
        headline_only=subscription.in_thread,
    )
    posts = placed(messages, subscription, takes_threads)
    articles = _told_by(digest, [post.page for post in posts])
    return [replace(post, articles=told) for post, told in zip(posts, articles, strict=True)]


def covered(covers: Covers | None) -> str | None:
    """The line that says what a run covers, if it covers more than its own day."""
    return covers_line((covers.first, covers.last), offline=covers.offline) if covers else None


def placed(messages: DigestMessages, subscription: Subscription, takes_threads: bool) -> list[Post]:
    """The messages of a run, each with where it is to stand; what they tell is not said yet."""
    last = len(messages.pages)
    in_thread = subscription.in_thread and takes_threads
    return [
        *(Post(page, messages.title) for page in messages.pages),
        *(Post(page, messages.title, under=last, spare=not in_thread) for page in messages.rest),
    ]


def _told_by(digest: Digest, pages: Sequence[Page]) -> list[tuple[int, ...]]:
    """The articles whose stories each page tells; those behind a button are told by the last page, which has it."""
    told = {number: place for place, page in enumerate(pages) for number in told_on(page)}
    articles: list[list[int]] = [[] for _page in pages]
    for item in (*digest.items, *digest.rest):
        articles[told.get(item.article.number, -1)] += [item.article.number, *item.also]
    return [tuple(some) for some in articles]


def row_of(ledger: Ledger, subscription: Subscription, now: dt.datetime) -> DigestRow:
    """A subscription with its next run and what became of the last one."""
    last = ledger.last_run(subscription.id)
    return DigestRow(
        subscription=subscription.id,
        topic=subscription.topic.text,
        channel=subscription.channel,
        days=str(subscription.schedule.days),
        at=subscription.schedule.at,
        zone=subscription.schedule.zone,
        state=str(subscription.state),
        next_run=next_run(subscription, now),
        last_result=shown_result(last) if last else None,
    )


def shown_result(delivery: Delivery) -> str:
    """The outcome of a run in a few words for a person: "posted 8", "nothing new", "blocked: missing Send Messages"."""
    reason = shown_reason(delivery.reason or "")
    match delivery.state:
        case RunState.POSTED:
            text = _("posted {count}").format(count=number(delivery.items))
            return f"{text} ({reason})" if reason else text
        case RunState.EMPTY:
            return _("nothing new")
        case RunState.RENDERED | RunState.SENDING:
            return _("not sent yet: {reason}").format(reason=reason) if reason else _("being posted")
        case RunState.BLOCKED:
            return _("blocked: {reason}").format(reason=reason)
        case RunState.SKIPPED:
            return _("skipped: {reason}").format(reason=reason)
        case _other:
            return _("failed: {reason}").format(reason=reason)
