"""`digests preview|list|history|export`: what subscriptions would get, and what they got."""

from __future__ import annotations

import argparse
import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bot.briefings.ledger import Overview
from bot.briefings.operator_desk import OperatorDesk
from bot.briefings.request_book import RunRequest
from bot.briefings.subscription import State, zone_of
from bot.cli.digest_data import export_of, overview_as_data, request_as_data, run_as_data
from bot.cli.output import print_json, print_line, say
from bot.cli.tables import Column, print_table
from bot.errors import UsageError
from bot.rendering.echo import EVERYTHING_NEW
from bot.settings import Settings
from bot.wiring import TERMINAL_FOLDER, archive_to_read, composer_for, ledger_to_read, settings_for

_COLUMNS: list[Column] = [
    ("id", "left"),
    ("topic", "left"),
    ("channel", "left"),
    ("when", "left"),
    ("next", "left"),
    ("last", "left"),
]


def preview_digest(options: argparse.Namespace) -> int:
    """What a digest on a topic would hold; uses no ledger, posts nothing."""
    from bot.cli.asking import scope_of
    from retrieval.digests.digest import digest_as_data
    from retrieval.digests.preview import preview
    from retrieval.topics.topic import Topic

    settings = settings_for(options)
    seen = _seen_ids(options.seen)
    topic = Topic(options.topic, must=tuple(options.must), not_words=tuple(options.not_words))
    with archive_to_read(settings.data) as archive:
        scope = scope_of(options, archive, dt.datetime.now().astimezone().date())
        digest = preview(archive, composer_for(archive, settings), topic, scope, options.max, seen)
    show_digest(digest_as_data(digest), json=options.json)
    return 0


def list_subscriptions(options: argparse.Namespace) -> int:
    """Every subscription, with its next run and what became of the last one."""
    with ledger_to_read(ledger_folder(settings_for(options), options)) as ledger:
        overviews = ledger.overview_of_all(dt.datetime.now(dt.UTC))
        waiting: dict[int, list[RunRequest]] = {}
        for request in ledger.requests.waiting():
            waiting.setdefault(request.subscription, []).append(request)
    if options.json:
        for overview in overviews:
            print_json(overview_as_data(overview, waiting.get(overview.subscription.id, ())))
    elif overviews:
        rows = (_row(one, waiting.get(one.subscription.id, [])) for one in overviews)
        print_table("", _COLUMNS, rows, whole=("id", "channel", "next"))
    else:
        say("There is no digest yet: /digest add in chat makes one.")
    return 0


def show_history(options: argparse.Namespace) -> int:
    """The last runs of a subscription and what became of each article; and the runs that were asked for in vain."""
    with ledger_to_read(ledger_folder(settings_for(options), options)) as ledger:
        number = OperatorDesk(ledger).subscription(options.id).id
        runs = [(run.planned_at, run_as_data(run, accounts)) for run, accounts in ledger.history(number)]
        asked = [(one.asked_at, request_as_data(one)) for one in ledger.requests.of(number) if one.run is None]
    for _moment, data in sorted([*runs, *asked], key=lambda line: line[0], reverse=True):
        if options.json:
            print_json(data)
        else:
            _print_run(data)
    return 0


def export_digests(options: argparse.Namespace) -> int:
    """Everything that one digest, or every one, is and has done, as JSON Lines."""
    with ledger_to_read(ledger_folder(settings_for(options), options)) as ledger:
        book, desk = ledger.subscriptions, OperatorDesk(ledger)
        chosen = book.every_kept() if options.id is None else [desk.subscription(options.id, removed=True)]
        for subscription in chosen:
            for record in export_of(ledger, subscription):
                print_json(record)
    return 0


def ledger_folder(settings: Settings, options: argparse.Namespace) -> Path:
    """Where the ledger is that a command is about: the bot's, or with ``--terminal`` that of the terminal chat."""
    return settings.data / TERMINAL_FOLDER if options.terminal else settings.data


def show_digest(digest: dict[str, Any], *, json: bool) -> None:
    """A composed digest (`digest_as_data`), as it is or to be read."""
    if json:
        print_json(digest)
        return
    items, left_out = digest["items"], digest["left_out"]
    counted = "1 item" if len(items) == 1 else f"{len(items)} items"
    print_line(f"{counted} of {digest['considered']} articles considered, {len(left_out)} left out")
    for item in items:
        about = (item["published"], item["outlet"], item["title"])
        print_line()
        print_line(f"{item['article']}  {' · '.join(part for part in about if part)}")
        print_line(f"    “{' '.join(item['sentence']['text'].split())}”")
        also = f"; also {', '.join(one['article'] for one in item['also'])}" if item["also"] else ""
        print_line(f"    {item['why']}{also}")


def _row(overview: Overview, waiting: Sequence[RunRequest]) -> tuple[str, ...]:
    """A digest as a row of `digests list`; its next run in its own zone."""
    one, last = overview.subscription, overview.last.result if overview.last else "not run yet"
    following = str(one.state)
    if overview.next_run is not None:
        following = f"{overview.next_run.astimezone(zone_of(one.schedule.zone)):%a %Y-%m-%d %H:%M}"
    blocked = [f"blocked: {one.reason}"] if one.state is State.BLOCKED and not last.startswith("blocked") else []
    asked = [f"run of {request.slot} asked for" if request.slot else "run asked for" for request in waiting]
    return (
        one.name,
        one.topic.text.strip() or EVERYTHING_NEW,
        str(one.channel) if one.channel else "this terminal",
        f"{one.schedule.days} {one.schedule.at:%H:%M} {one.schedule.zone}",
        following,
        "; ".join([*asked, *blocked, last]),
    )


def _print_run(data: dict[str, Any]) -> None:
    print_line(f"{data['id'] or 'asked for ' + data['asked_at'][:16]}  {data['result']}")
    for account in data["articles"]:
        print_line(f"    {account['article']:<8} {account['outcome']} {account['score']:.2f}")


def _seen_ids(path: str | None) -> list[str]:
    if path is None:
        return []
    try:
        return Path(path).read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8 text"
        raise UsageError(f"cannot read {path} ({reason}): --seen takes a file with one id a line") from error
