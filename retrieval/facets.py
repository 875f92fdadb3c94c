"""What the articles that were found have in common, counted: their outlets, their years and months. Pure.

A count is what a search narrowed to it would find: an article that is dated by its year alone counts in each month of
that year, as it is found in each.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from corpus.article import Scope
from corpus.full_text import Match


def within(matches: Iterable[Match], scope: Scope) -> list[Match]:
    """Those of an outlet and between the dates of a scope; the rest of the scope is the archive's to judge."""
    outlet = scope.outlet.casefold() if scope.outlet is not None else None
    since = scope.since.isoformat() if scope.since else ""
    until = scope.until.isoformat() if scope.until else "9999-12-31"
    found = []
    for match in matches:
        if scope.dated and (match.last_day is None or match.last_day < since or (match.first_day or "") > until):
            continue
        if outlet is not None and (match.outlet is None or match.outlet.casefold() != outlet):
            continue
        found.append(match)
    return found


def unnarrowed(scope: Scope) -> Scope:
    """The scope without outlet and dates: what facets are counted in."""
    return replace(scope, outlet=None, since=None, until=None)


def by_outlet(matches: Iterable[Match]) -> list[tuple[str, int]]:
    """Each outlet, whatever its case, and its articles; most first. Those that name none are left out."""
    spelled = Counter(match.outlet for match in matches)
    counts: Counter[str] = Counter()
    names: dict[str, str] = {}
    for outlet, count in spelled.items():
        if outlet is not None:
            key = outlet.casefold()
            counts[key] += count
            names[key] = min(outlet, names.get(key, outlet))
    return sorted(((names[key], count) for key, count in counts.items()), key=lambda one: (-one[1], one[0]))


def by_year(matches: Iterable[Match]) -> list[tuple[int, int]]:
    """Each year and its articles, newest first. What has no date is left out."""
    counts: Counter[str] = Counter()
    for spelled, count in Counter((match.first_day, match.last_day) for match in matches).items():
        if spelled[0] is not None and spelled[1] is not None:
            for year in range(int(spelled[0][:4]), int(spelled[1][:4]) + 1):
                counts[f"{year:04}"] += count
    return [(int(year), counts[year]) for year in sorted(counts, reverse=True)]


def by_month(matches: Iterable[Match], year: int) -> list[tuple[int, int]]:
    """Each month of a year (1 to 12) and its articles, newest first; months without any are left out."""
    counts: Counter[int] = Counter()
    for spelled, count in Counter((match.first_day, match.last_day) for match in matches).items():
        if spelled[0] is not None and spelled[1] is not None:
            months = range(_months(spelled[0]), _months(spelled[1]) + 1)
            counts.update({month % 12 + 1: count for month in months if month // 12 == year})
    return sorted(counts.items(), reverse=True)


def undated(matches: Iterable[Match]) -> int:
    return sum(match.first_day is None for match in matches)


def in_order_of_date(matches: Sequence[Match], *, newest_first: bool) -> list[Match]:
    """By the last day that a date can mean, newest first, or by the first, oldest first; without a date at the end."""
    dated = [match for match in matches if match.first_day is not None]
    if newest_first:
        dated.sort(key=lambda match: (match.last_day or "", match.article), reverse=True)
    else:
        dated.sort(key=lambda match: (match.first_day or "", match.article))
    return dated + [match for match in matches if match.first_day is None]


def _months(day: str) -> int:
    """Months since the year 0 of an ISO day."""
    return int(day[:4]) * 12 + int(day[5:7]) - 1
