"""`collections`: what there is, and which servers of Discord may see it."""

from __future__ import annotations

import argparse

from bot.cli.output import print_json, print_line, say
from bot.errors import UsageError
from bot.servers.server_book import ServerBook
from bot.wiring import archive_to_read, settings_for


def collections(options: argparse.Namespace) -> int:
    """List the collections, or keep one to certain servers (`restrict`), or offer it to all of them (`open`)."""
    settings = settings_for(options)
    if options.action is None and (options.name or options.server):
        raise UsageError("collections takes restrict NAME --server ID, or open NAME, or nothing to list them")
    with archive_to_read(settings.data) as archive:
        counts = {collection.name: collection.articles for collection in archive.collections()}
    if options.action is not None:
        if options.name not in counts:
            raise UsageError(f"No collection {options.name or ''}. The command collections lists them.")
        if options.action == "open" and options.server:
            raise UsageError("open offers a collection to every server: leave out --server")
        with ServerBook.opened(settings.data) as book:
            book.keep_to_servers(options.name, options.server if options.action == "restrict" else None)
        if options.action == "restrict" and not options.server:
            say(f"No server sees {options.name} now; give --server ID for each that may")
    with ServerBook.opened(settings.data, writable=False) as book:
        kept_to = book.rules().servers
    for name, articles in counts.items():
        if options.name not in (None, name):
            continue
        servers = sorted(kept_to[name]) if name in kept_to else None
        if options.json:
            print_json(
                {"name": name, "articles": articles, "servers": None if servers is None else list(map(str, servers))}
            )
        else:
            only = "" if servers is None else "  only for " + (", ".join(map(str, servers)) or "no server")
            print_line(f"{articles:>8}  {name}{only}")
    return 0
