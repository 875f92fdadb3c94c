"""Subscriptions and runs for tests, in one line."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from bot.briefings.delivery import SCHEDULED, Post, Run, footer_id
from bot.briefings.ledger import Ledger
from bot.briefings.subscription import Schedule, Subscription
from bot.rendering.page import Card, Page
from corpus.article import Window
from retrieval.digests.digest import Digest, DigestItem
from retrieval.topics.topic import Topic

MONDAY = dt.datetime(2026, 11, 23, 8, tzinfo=dt.UTC)  # an hour before the digest is due


def subscribed(ledger: Ledger, now: dt.datetime = MONDAY, **fields: Any) -> Subscription:
    chosen: dict[str, Any] = {
        "guild": 1,
        "channel": 7,
        "creator": 3,
        "topic": Topic(),
        "schedule": Schedule(),
        "cursor": 0,
        "now": now,
        **fields,
    }
    return ledger.subscriptions.add(**chosen)


def run_of(subscription: Subscription, *, parts: int = 1, kind: str = SCHEDULED, **fields: Any) -> Run:
    chosen: dict[str, Any] = {
        "subscription": subscription.id,
        "local_date": MONDAY.date(),
        "kind": kind,
        "due_at": MONDAY + dt.timedelta(hours=1),
        "window": Window(subscription.cursor, 12),
        "considered": 3,
        "items": parts,
        "posts": tuple(Post(Page((Card(f"page {part}"),))) for part in range(1, parts + 1)),
        "reports": (),
        "accounts": (),
        **fields,
    }
    return Run(**chosen)


def plain_pages(
    digest: Digest,
    subscription: Subscription,
    label: str,
    covers: tuple[dt.date, dt.date] | None,
    takes_threads: bool,
) -> Sequence[Post]:
    """Two items a page, each with the sentence and what it updates; the footer id stands as a word of its own.

    What is over the limit is a page in a thread under the last one.
    """
    heading = f"{subscription.topic.text or 'everything'}"
    if covers:
        heading += f" covers {covers[0]} to {covers[1]}"
    portions = [digest.items[start : start + 2] for start in range(0, len(digest.items), 2)] or [()]
    title = f"{heading} {label}"
    posts = [
        Post(_plain_page(heading, portion, label, part), title, articles=_articles(portion))
        for part, portion in enumerate(portions, start=1)
    ]
    if digest.rest and takes_threads:
        page = _plain_page("the rest", digest.rest, label, len(posts) + 1)
        posts.append(Post(page, title, under=len(posts), spare=True, articles=_articles(digest.rest)))
    elif digest.rest:  # as if behind a button
        posts[-1] = replace(posts[-1], articles=(*posts[-1].articles, *_articles(digest.rest)))
    return posts


def _articles(items: Sequence[DigestItem]) -> tuple[int, ...]:
    return tuple(number for item in items for number in (item.article.number, *item.also))


def _plain_page(heading: str, items: Sequence[DigestItem], label: str, part: int) -> Page:
    return Page(
        (
            Card(heading),
            *(Card(f"{'Update: ' if one.update_of else ''}{one.sentence.text}") for one in items),
            Card(f"-# {footer_id(label, part)} end"),
        )
    )


async def at_once(work: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Blocking work, done on the spot."""
    return work(*args, **kwargs)
