"""A digest of a part of the archive, tried out: at the command line, and where digests are measured."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace

from corpus.archive import Archive
from corpus.article import Scope, article_number
from retrieval.digests.digest import Digest
from retrieval.digests.digesting import DigestComposer
from retrieval.topics.topic import Topic


def preview(
    archive: Archive,
    composer: DigestComposer,
    topic: Topic,
    scope: Scope,
    limit: int,
    seen_ids: Iterable[str] = (),
) -> Digest:
    """What a digest of a part of the archive would hold, whenever it arrived, without any ledger.

    Dates are compared by publication, else posting; an article without either is always included. `seen_ids` are
    external ids or ids (``A-12``) of articles that count as posted; unknown ones are passed over. PRODUCT.md, 16.
    """
    undated = replace(scope, since=None, until=None)
    chosen: list[int] = []
    by_external_id: dict[str, int] = {}
    wanted = {identifier.strip() for identifier in seen_ids if identifier.strip()}
    for article in archive.articles(undated):
        if article.external_id in wanted:
            by_external_id.setdefault(article.external_id, article.number)
        if _within(article.days(), scope):
            chosen.append(article.number)
    seen = {by_external_id.get(identifier, article_number(identifier)) for identifier in wanted}
    known = composer.seen_articles(sorted(number for number in seen if number is not None))
    return composer.compose(topic, chosen, seen=known, limit=limit)


def _within(days: tuple[dt.date, dt.date] | None, scope: Scope) -> bool:
    if days is None:
        return True
    return (scope.since is None or days[1] >= scope.since) and (scope.until is None or days[0] <= scope.until)
