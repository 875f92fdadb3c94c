"""`digests run|skip`: have a digest run, look at what it would post, or leave one out.

The command line never talks to Discord: what is to be posted is written into the ledger, and the bot posts it.
"""

from __future__ import annotations

import argparse
import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from bot.briefings.delivery import SCHEDULED, delivery_label
from bot.briefings.ledger import Ledger
from bot.briefings.operator_desk import OperatorDesk, Requested, Skipped, UnknownDigest
from bot.briefings.subscription import State, Subscription, zone_of
from bot.cli.digest_data import change_as_data, run_as_data
from bot.cli.digests import ledger_folder, show_digest
from bot.cli.output import print_json, print_line, say
from bot.errors import CannotWork
from bot.locks import is_held
from bot.servers.access import Place, audience_of
from bot.servers.server_book import ServerBook
from bot.wiring import archive_to_read, composer_for, desk_for, ledger_to_read, settings_for, watcher_for
from corpus.article import Window

if TYPE_CHECKING:
    from bot.settings import Settings

BEFORE_A_TICK = "within 30 seconds"  # PRODUCT.md, section 7: the bot looks every 30 seconds


def run_digest(options: argparse.Namespace) -> int:
    """Have a digest posted now, or a slot of it; with ``--dry-run`` only show what it would post."""
    settings = settings_for(options)
    now = dt.datetime.now(dt.UTC)
    if options.dry_run:
        return _dry_run(settings, options, now)
    with _ledger_to_write(ledger_folder(settings, options), options.id) as ledger:
        desk = OperatorDesk(ledger)
        requested = desk.request_run(desk.subscription(options.id, removed=True), options.slot, now)
        if options.terminal:
            return _run_here(settings, ledger, requested, options, now)
    _tell_requested(requested, options, when=_when(settings))
    return 0


def skip_digest(options: argparse.Namespace) -> int:
    """Leave out the next digest, or that of a day; with ``--undo`` let it come after all."""
    settings = settings_for(options)
    now = dt.datetime.now(dt.UTC)
    with _ledger_to_write(ledger_folder(settings, options), options.id) as ledger:
        desk = OperatorDesk(ledger)
        subscription = desk.subscription(options.id, removed=True)
        change = desk.take_back_skip if options.undo else desk.skip
        skipped = change(subscription, options.slot, now)
    _tell_skipped(skipped, options)
    return 0


# Looking


def _dry_run(settings: Settings, options: argparse.Namespace, now: dt.datetime) -> int:
    from bot.briefings.planning import composed
    from bot.briefings.watch_runs import WatchRuns
    from retrieval.digests.digest import digest_as_data
    from retrieval.watches.asked_topic import is_question

    with ledger_to_read(ledger_folder(settings, options)) as ledger, archive_to_read(settings.data) as archive:
        desk = OperatorDesk(ledger)
        subscription = desk.subscription(options.id, removed=True)
        choice = desk.choice(subscription, options.slot, now) if options.slot else None
        hidden = frozenset[str]() if options.terminal else _hidden_from(settings, subscription)
        composer = composer_for(archive, settings)
        if is_question(subscription.topic.text):
            window = Window(subscription.cursor, archive.last_arrival())
            watcher = watcher_for(archive, desk_for(archive, settings))
            change = WatchRuns(ledger, watcher, composer).change(subscription, window, hidden)
            data = change_as_data(change, archive)
        else:
            window, digest = composed(ledger, archive, composer, subscription, hidden, detail=None)
            data = digest_as_data(digest)
    of = delivery_label(subscription.id, choice.slot.local_date, SCHEDULED) if choice else subscription.name
    state = "" if subscription.state is State.ACTIVE else f"; {subscription.name} is {subscription.state}"
    arrivals = f"{window.after + 1:,} to {window.upto:,}" if window.upto > window.after else "none"
    say(f"{of} as it would be now (arrivals: {arrivals}); nothing is posted{state}")
    show_digest(data, json=options.json)
    return 0


def _hidden_from(settings: Settings, subscription: Subscription) -> frozenset[str]:
    """The collections that a digest's readers may not see, as far as its channel tells: a thread's parent is only known
    to Discord, so what is kept to that is left out."""
    with ServerBook.opened(settings.data, writable=False) as book:
        rules = book.rules()
    place = Place(subscription.guild, frozenset({subscription.channel}))
    hidden = audience_of(rules, place, public=True).hidden
    return hidden | frozenset(rules.servers) if subscription.publish else hidden


# Telling


def _tell_requested(requested: Requested, options: argparse.Namespace, when: str) -> None:
    subscription, choice = requested.subscription, requested.choice
    if options.json:
        print_json(
            {
                "id": subscription.name,
                "status": "requested" if requested.new else "same",
                "slot": choice.slot.local_date.isoformat() if choice else None,
                "run": requested.label,
                "early": choice.early if choice else False,
                "posted": when,
            }
        )
        return
    what = f"its digest of {choice.slot.local_date} ({requested.label})" if choice else "what is new since its last run"
    if choice and choice.early:
        at = choice.slot.due_at.astimezone(zone_of(subscription.schedule.zone))
        what += f", ahead of {at:%H:%M} and instead of then,"
    before = "" if requested.new else f"asked for already at {requested.request.asked_at.astimezone():%Y-%m-%d %H:%M}; "
    print_line(f"{subscription.name}: {before}{what} is posted {when}")


def _tell_skipped(skipped: Skipped, options: argparse.Namespace) -> None:
    name = skipped.subscription.name
    if options.json:
        print_json(
            {
                "id": name,
                "status": "taken back" if skipped.back else "skipped" if skipped.new else "same",
                "slot": skipped.local_date.isoformat(),
                "run": skipped.label,
                "next_run": skipped.next_run.isoformat() if skipped.next_run else None,
            }
        )
        return
    zone = zone_of(skipped.subscription.schedule.zone)
    following = f"{skipped.next_run.astimezone(zone):%a %Y-%m-%d %H:%M}" if skipped.next_run else "unknown"
    if skipped.back:
        print_line(f"{name}: {skipped.label} comes after all, at {skipped.due_at.astimezone(zone):%a %Y-%m-%d %H:%M}")
        return
    done = "is skipped" if skipped.new else "was skipped already"
    print_line(f"{name}: {skipped.label} {done}; the next one, {following}, carries what it would have held")


def _when(settings: Settings) -> str:
    return BEFORE_A_TICK if is_held(settings.data, "run") else "when the bot starts"


@contextmanager
def _ledger_to_write(folder: Path, written: str) -> Iterator[Ledger]:
    """The ledger of a folder; asking for a digest that cannot be there makes none."""
    if not Ledger.exists(folder):
        raise UnknownDigest(written)
    with Ledger.open(folder) as ledger:
        yield ledger


# In the terminal


def _run_here(
    settings: Settings, ledger: Ledger, requested: Requested, options: argparse.Namespace, now: dt.datetime
) -> int:
    """The terminal's digests are posted to whoever looks: here and now."""
    from bot.console.own_digests import OwnDigests
    from bot.console.printing import print_page

    with archive_to_read(settings.data) as archive:
        watcher = watcher_for(archive, desk_for(archive, settings))
        pages = OwnDigests(ledger, archive, composer_for(archive, settings), watcher).requested(now)
    run = ledger.last_run(requested.subscription.id)
    if run is None or any(one.id == requested.request.id for one in ledger.requests.waiting()):
        raise CannotWork(f"{requested.subscription.name} could not be composed: run the same command again")
    if options.json:
        print_json(run_as_data(run, ledger.accounts(run)))
        return 0
    for page in pages:
        print_page(page, controls=False)
    if not pages:
        name = requested.subscription.name
        say(f"{name}: nothing new since its last run; digests history {name} --terminal tells of each article")
    return 0
