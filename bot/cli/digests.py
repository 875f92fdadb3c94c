"""`digests preview`, `digests list`, `digests history`: what subscriptions would get, and what they got."""

from __future__ import annotations

import argparse
import datetime as dt
from pathlib import Path

from bot.briefings.delivery import Account, Delivery
from bot.briefings.ledger import Overview
from bot.briefings.plan import Plan
from bot.cli.asking import scope_of
from bot.cli.output import print_json, print_line
from bot.errors import UsageError
from bot.wiring import archive_to_read, composer_for, ledger_to_read, settings_for
from corpus.article import article_id
from retrieval.digest import Digest, digest_as_data
from retrieval.digesting import preview
from retrieval.topic import Topic


def preview_digest(options: argparse.Namespace) -> int:
    """What a digest on a topic would hold; uses no ledger, posts nothing."""
    settings = settings_for(options)
    seen = _seen_ids(options.seen)
    topic = Topic(options.topic, must=tuple(options.must), not_words=tuple(options.not_words))
    with archive_to_read(settings.data) as archive:
        scope = scope_of(options, archive, dt.datetime.now().astimezone().date())
        digest = preview(archive, composer_for(archive, settings), topic, scope, options.max, seen)
    if options.json:
        print_json(digest_as_data(digest))
    else:
        _print_digest(digest)
    return 0


def list_subscriptions(options: argparse.Namespace) -> int:
    """Every subscription, with its next run and what became of the last one."""
    settings = settings_for(options)
    now = dt.datetime.now(dt.UTC)
    with ledger_to_read(settings.data) as ledger:
        for subscription in ledger.subscriptions.everyone():
            overview = next(o for o in ledger.overview(subscription.guild, now) if o.subscription.id == subscription.id)
            if options.json:
                print_json(_overview_as_data(overview))
            else:
                data = _overview_as_data(overview)
                print_line(
                    "  ".join(str(data[name]) for name in ("id", "topic", "days", "at", "zone", "state", "last_result"))
                )
    return 0


def show_history(options: argparse.Namespace) -> int:
    """The last runs of a subscription and what became of each article."""
    settings = settings_for(options)
    digits = options.id.strip().upper().removeprefix("D")
    if not (digits.isascii() and digits.isdigit()):
        raise UsageError(f"No digest {options.id}. The command digests list shows them.")
    with ledger_to_read(settings.data) as ledger:
        if int(digits) not in {subscription.id for subscription in ledger.subscriptions.everyone()}:
            raise UsageError(f"No digest {options.id}. The command digests list shows them.")
        for delivery, accounts in ledger.history(int(digits)):
            if options.json:
                print_json(_delivery_as_data(delivery, accounts))
                continue
            print_line(f"{delivery.label}  {delivery.result}")
            for account in accounts:
                print_line(f"    {article_id(account.article):<8} {account.outcome} {account.score:.2f}")
    return 0


def _print_digest(digest: Digest) -> None:
    print_line(f"{len(digest.items)} items of {digest.considered} articles considered, {len(digest.left_out)} left out")
    for item in digest.items:
        article = item.article
        about = (article.published.text, article.outlet, article.title)
        print_line()
        print_line(f"{article.id}  {' · '.join(part for part in about if part)}")
        print_line(f"    “{' '.join(item.sentence.text.split())}”")
        also = f"; also {', '.join(article_id(number) for number in item.also)}" if item.also else ""
        print_line(f"    {item.why}{also}")


def _seen_ids(path: str | None) -> list[str]:
    if path is None:
        return []
    try:
        return Path(path).read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8 text"
        raise UsageError(f"cannot read {path} ({reason}): --seen takes a file with one id a line") from error


def _overview_as_data(overview: Overview) -> dict[str, object]:
    subscription = overview.subscription
    return {
        "id": subscription.name,
        "server": subscription.guild,
        **Plan.of(subscription).as_data(),
        "raised": round(subscription.raised, 4),
        "state": str(subscription.state),
        "next_run": overview.next_run.isoformat() if overview.next_run else None,
        "last_result": overview.last.result if overview.last else None,
    }


def _delivery_as_data(delivery: Delivery, accounts: list[Account]) -> dict[str, object]:
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
