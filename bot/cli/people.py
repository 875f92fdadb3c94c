"""`feedback`, `purge-user`, `purge-guild`: what people sent, and deleting what is kept about them."""

from __future__ import annotations

import argparse
import datetime as dt

from bot.briefings.ledger import Ledger
from bot.cli.output import print_json, print_line, say
from bot.wiring import ledger_to_read, settings_for
from corpus.article import article_id


def show_feedback(options: argparse.Namespace) -> int:
    """The notes of the last 30 days, oldest first, without names: whose they are nobody needs to know."""
    with ledger_to_read(settings_for(options).data) as ledger:
        notes = ledger.feedback.everyones(dt.datetime.now(dt.UTC))
    for one in notes:
        articles = [article_id(number) for number in one.articles]
        if options.json:
            print_json(
                {
                    "id": one.id,
                    "server": None if one.server is None else str(one.server),
                    "question": one.question,
                    "note": one.note,
                    "articles": articles,
                    "written": one.written_at.isoformat(),
                }
            )
        else:
            print_line(f"{one.written_at:%Y-%m-%d %H:%M}  {one.question}  [{', '.join(articles)}]")
            print_line(f"    {one.note}")
    if not notes:
        say("Nobody sent a note about an answer in the last 30 days.")
    return 0


def purge_user(options: argparse.Namespace) -> int:
    """Delete what is kept about a person; digests that they set up for servers stay, without their id."""
    data = settings_for(options).data
    if Ledger.exists(data):
        with Ledger.open(data) as ledger:
            ledger.people.forget(options.id)
    say(f"Nothing is kept about the person {options.id} now.")
    return 0


def purge_guild(options: argparse.Namespace) -> int:
    """Delete a server's settings, rules for collections, and digests with their history."""
    data = settings_for(options).data
    digests = 0
    if Ledger.exists(data):
        with Ledger.open(data) as ledger:
            digests = ledger.subscriptions.purge_guild(options.id)
    counted = f"{digests} digest{'' if digests == 1 else 's'}"
    say(f"Nothing is kept about the server {options.id} now ({counted} deleted).")
    return 0
