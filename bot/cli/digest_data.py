"""Subscriptions, runs and requests as the JSON of the command-line contract (docs/commands.md)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from bot.briefings.delivery import Account, Delivery
from bot.briefings.ledger import Ledger, Overview
from bot.briefings.personal_data import NOBODY
from bot.briefings.plan import Plan
from bot.briefings.request_book import RunRequest
from bot.briefings.subscription import Subscription
from corpus.article import article_id

if TYPE_CHECKING:
    from corpus.archive import Archive
    from retrieval.watches.watching import Change

ALL_RUNS = -1  # as a LIMIT of SQLite


def overview_as_data(overview: Overview, waiting: Sequence[RunRequest]) -> dict[str, Any]:
    """A line of `digests list`. Ids of Discord are texts, which JSON's numbers cannot hold."""
    subscription = overview.subscription
    return {
        **_plan_as_data(subscription),
        "raised": round(subscription.raised, 4),
        "state": str(subscription.state),
        "next_run": _instant(overview.next_run),
        "last_result": overview.last.result if overview.last else None,
        "requested": [one.slot.isoformat() if one.slot else "now" for one in waiting],
    }


def run_as_data(delivery: Delivery, accounts: Sequence[Account]) -> dict[str, Any]:
    """A line of `digests history`."""
    return {
        "id": delivery.label,
        "kind": delivery.kind,
        "due_at": delivery.due_at.isoformat(),
        "state": str(delivery.state),
        "result": delivery.result,
        "threshold": delivery.threshold,
        "articles": [
            {
                "article": article_id(account.article),
                "outcome": account.outcome,
                "into": article_id(account.into) if account.into else None,
                "score": round(account.score, 4),
                "words": list(account.words),
                "lacks": list(account.lacks),
                "bars": list(account.bars),
            }
            for account in accounts
        ],
    }


def request_as_data(request: RunRequest) -> dict[str, Any]:
    """A run that was asked for and is not there (yet), with the keys of a run; `slot` is the local day or null."""
    return {
        "id": None,
        "kind": "requested",
        "due_at": None,
        "state": "waiting" if request.ended_at is None else "refused",
        "result": "waits for the bot to run" if request.ended_at is None else f"not carried out: {request.refusal}",
        "threshold": None,
        "articles": [],
        "slot": request.slot.isoformat() if request.slot else None,
        "asked_at": request.asked_at.isoformat(),
    }


def change_as_data(change: Change, archive: Archive) -> dict[str, Any]:
    """What a run of a watched question would post, with the keys of `digests preview`: its items are the new quotes."""
    shown = {one.quote.article.number for one in change.now}
    return {
        "topic": change.question,
        "considered": change.considered,
        "items": [
            {
                "article": one.quote.article.id,
                "external_id": one.quote.article.external_id,
                "title": one.quote.article.title,
                "outlet": one.quote.article.outlet,
                "published": one.quote.article.published.text,
                "sentence": {"start": one.quote.start, "end": one.quote.end, "text": one.quote.text},
                "why": "new among the best evidence",
                "score": round(one.score, 4),
                "also": [],
                "update_of": None,
            }
            for one in change.now
        ],
        "left_out": [
            {
                "article": article_id(one.article),
                "external_id": article.external_id if (article := archive.article(one.article)) else None,
                "reason": str(one.fate),
                "into": article_id(one.into) if one.into is not None else None,
                "score": round(one.score, 4),
            }
            for one in change.judged
            if one.article not in shown
        ],
    }


def export_of(ledger: Ledger, subscription: Subscription) -> Iterator[dict[str, Any]]:
    """Everything that is kept of a subscription: itself, then its runs, its requests, the stories that it told, and the
    evidence of a watched question.

    Of persons it has the id of who made it, and nothing where they wanted to be forgotten.
    """
    name = subscription.name
    yield {
        "record": "subscription",
        **_plan_as_data(subscription),
        "creator": None if subscription.creator == NOBODY else str(subscription.creator),
        "created_at": subscription.created_at.isoformat(),
        "state": str(subscription.state),
        "reason": subscription.reason,
        "state_since": _instant(subscription.state_since),
        "raised": round(subscription.raised, 4),
        "not_relevant": [article_id(number) for number in sorted(ledger.marks.articles(subscription.id))],
        "cursor": subscription.cursor,
        "settled_upto": subscription.settled_upto.isoformat(),
        "waiting_since": subscription.waiting_since.isoformat(),
    }
    for run in reversed(ledger.last_runs(subscription.id, ALL_RUNS)):
        yield {
            "record": "run",
            "digest": name,
            **run_as_data(run, ledger.accounts(run)),
            "planned_at": run.planned_at.isoformat(),
            "finished_at": _instant(run.finished_at),
            "window": [run.window.after, run.window.upto],
            "considered": run.considered,
            "items": run.items,
            "messages": [str(part.message_id) for part in ledger.parts(run) if part.message_id is not None],
        }
    for request in ledger.requests.of(subscription.id):
        yield {
            "record": "request",
            "digest": name,
            "slot": request.slot.isoformat() if request.slot else None,
            "asked_at": request.asked_at.isoformat(),
            "ended_at": _instant(request.ended_at),
            "run": request.run,
            "refusal": request.refusal,
        }
    for article, story, label, posted_at in ledger.told(subscription.id):
        yield {
            "record": "story",
            "digest": name,
            "story": article_id(story),
            "article": article_id(article),
            "run": label,
            "posted_at": posted_at.isoformat(),
        }
    known = ledger.evidence.of(subscription.id)
    for evidence in known.everything:
        yield {
            "record": "evidence",
            "digest": name,
            "article": article_id(evidence.article),
            "revision": evidence.revision,
            "start": evidence.start,
            "end": evidence.end,
            "current": evidence in (known.current or ()),
        }


def _plan_as_data(subscription: Subscription) -> dict[str, Any]:
    """What was chosen for a digest, as in the export of `/settings`."""
    return {
        "id": subscription.name,
        "server": None if subscription.guild is None else str(subscription.guild),
        **Plan.of(subscription).as_data(),
        "channel": str(subscription.channel),
        "ping": None if subscription.ping is None else str(subscription.ping),
    }


def _instant(moment: dt.datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
