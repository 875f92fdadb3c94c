"""`article`, `articles`, `export`, `stats`, `version`: what the archive holds."""

from __future__ import annotations

import argparse
import datetime as dt

from bot.cli.output import print_json, print_line
from bot.cli.parser import program_version
from bot.cli.plain_data import article_as_data
from bot.errors import UsageError
from bot.wiring import archive_to_read, archive_to_write, refresh_index, settings_for
from corpus.archive import Archive
from corpus.article import EVERYTHING, Article, Scope, article_id, article_number
from corpus.grouping import restore


def article(options: argparse.Namespace) -> int:
    """Show one article with its text."""
    with archive_to_read(settings_for(options).data) as archive:
        found = archive.article(_number(archive, options.id))
        assert found is not None
        if options.json:
            print_json(article_as_data(found))
            return 0
        print_line(_headline(found))
        for name, value in _facts(found, with_rules=options.fields).items():
            print_line(f"{name + ':':<11}{value}")
        for name, rule in sorted(found.fields.items()) if options.fields else ():
            print_line(f"  {name} was found by: {rule}")
        print_line()
        print_line(found.text)
    return 0


def articles(options: argparse.Namespace) -> int:
    """List the articles, oldest id first; or take some out of the archive, or back in."""
    if options.action is not None:
        return _remove_or_restore(options)
    with archive_to_read(settings_for(options).data) as archive:
        for found in archive.articles(_collection_scope(archive, options.collection)):
            if options.json:
                print_json(article_as_data(found, words=options.text))
                continue
            print_line(_headline(found))
            if options.text:
                print_line(f"\n{found.text}\n")
    return 0


def export(options: argparse.Namespace) -> int:
    """Every article with its text and offsets, as JSON Lines."""
    with archive_to_read(settings_for(options).data) as archive:
        for found in archive.articles(_collection_scope(archive, options.collection)):
            print_json(article_as_data(found))
    return 0


def stats(options: argparse.Namespace) -> int:
    with archive_to_read(settings_for(options).data) as archive:
        coverage = archive.coverage()
        counted = {
            **archive.counts(),
            "collections": len(archive.collections()),
            "outlets": len(archive.outlets()),
            "first": coverage.first.isoformat() if coverage.first else None,
            "last": coverage.last.isoformat() if coverage.last else None,
        }
    if options.json:
        print_json(counted)
    else:
        for name, value in counted.items():
            print_line(f"{name + ':':<13}{value if value is not None else '-'}")
    return 0


def show_version(options: argparse.Namespace) -> int:
    print_line(f"briefing-bot {program_version()}")
    return 0


def _remove_or_restore(options: argparse.Namespace) -> int:
    if not options.ids:
        raise UsageError(f"articles {options.action} needs at least one id, such as A-12")
    settings = settings_for(options)
    if not Archive.exists(settings.data):
        raise UsageError(f"No article {options.ids[0]}: there is no archive in {settings.data}.")
    with archive_to_write(settings.data) as archive:
        with archive.transaction():
            numbers = [_any_number(archive, identifier) for identifier in options.ids]
            if options.action == "remove":
                changed = archive.remove(numbers, dt.datetime.now(dt.UTC))
            else:
                changed = restore(archive, numbers)
        if changed and options.action == "restore":
            refresh_index(archive, settings)
    done = "removed" if options.action == "remove" else "restored"
    for number in numbers:
        status = done if number in changed else f"already {done}" if done == "removed" else "was not removed"
        if options.json:
            print_json({"id": article_id(number), "status": status})
        else:
            print_line(f"{article_id(number)} {status}")
    return 0


def _number(archive: Archive, identifier: str) -> int:
    number = article_number(identifier)
    if number is None or archive.article(number) is None:
        raise UsageError(f"No article {identifier}. The command articles lists them.")
    return number


def _any_number(archive: Archive, identifier: str) -> int:
    """The number of an article that exists or existed."""
    number = article_number(identifier)
    if number is None or archive.postings.body_hash(number) is None:
        raise UsageError(f"No article {identifier}. The command articles lists them.")
    return number


def _collection_scope(archive: Archive, name: str | None) -> Scope:
    return EVERYTHING if name is None else Scope(collections=known_collection(archive, name))


def known_collection(archive: Archive, name: str) -> frozenset[str]:
    """The collection as the archive spells it, or an error that lists what there is."""
    names = [collection.name for collection in archive.collections()]
    for known in names:
        if known.casefold() == name.casefold():
            return frozenset({known})
    raise UsageError(f"no collection {name!r}: there is {', '.join(names) or 'none yet'}")


def _headline(article: Article) -> str:
    parts = (article.published.text, article.outlet, article.title or "(no title)")
    also = f" (duplicate of {article_id(article.duplicate_of)})" if article.duplicate_of else ""
    kind = "" if article.kind == "article" else f" [{article.kind}]"
    return f"{article.id}  {' · '.join(part for part in parts if part)}{kind}{also}"


def _facts(article: Article, *, with_rules: bool) -> dict[str, str]:
    facts = {
        "by": article.author,
        "published": article.published.text,
        "posted": article.posted.isoformat() if article.posted else None,
        "list": article.list_name,
        "sender": article.sender_name,
        "link": article.url,
        "revision": article.revision if with_rules else None,
    }
    return {name: value for name, value in facts.items() if value}
