"""The controls of what a search found: menus that narrow it, buttons that turn its pages and lead on. Also read back.

A count in a menu is what choosing it gives.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any, Final

from bot.rendering.actions import (
    ANY,
    DigestOfSearch,
    FindArticles,
    FindByDate,
    FindByOutlet,
    FindInstead,
    Key,
    source_key,
)
from bot.rendering.days import shown_published
from bot.rendering.limits import OPTION_TEXT, OPTIONS, PLACEHOLDER, clip, units
from bot.rendering.page import Button, Choice, Option
from bot.rendering.wording import gettext as _
from bot.rendering.wording import number
from corpus.article import PublicationDate, Scope
from retrieval.facets import by_month, by_outlet, by_year, undated, within
from retrieval.listing import Listing, Sort

SHOWN_ARTICLES: Final = 5  # on one page
TIMELINE: Final = "timeline"  # a view beside those of `Sort`


def find(view: str, scope: Scope, skip: int = 0) -> FindArticles:
    """A search of a scope that a person named: of one collection at most."""
    return FindArticles(view, skip, since=scope.since, until=scope.until, outlet=_outlet_key(scope), **_named(scope))


def author_key(author: str) -> Key:
    """Eight hex digits for an author, as `source_key` for a source."""
    key = source_key(Scope(outlet="author\0" + author))
    assert key is not None
    return key


def find_instead(scope: Scope) -> FindInstead:
    """A search of the same scope for other words."""
    return FindInstead(since=scope.since, until=scope.until, outlet=_outlet_key(scope), **_named(scope))


def narrowing_menus(listing: Listing, view: str) -> list[Choice]:
    """A menu of outlets and one of years or months, each with the count that choosing it gives."""
    return [menu for menu in (_outlet_menu(listing, view), _date_menu(listing, view)) if menu]


def ways_on(listing: Listing, view: str) -> list[Button]:
    """The other views, and the digest; three."""
    best, newest = str(Sort.BEST), str(Sort.NEWEST)
    labels = {best: _("Best first"), newest: _("Newest first"), TIMELINE: _("Timeline")}
    others = {best: (newest, TIMELINE), TIMELINE: (best, newest)}.get(view, (best, TIMELINE))
    undrawable = len(listing.found) == undated(listing.found)
    return [
        *(
            Button(labels[other], find(other, listing.scope).encode(), disabled=other == TIMELINE and undrawable)
            for other in others
        ),
        Button(_("Get this as a digest"), _digest_of(listing.scope).encode()),
    ]


def _digest_of(scope: Scope) -> DigestOfSearch:
    return DigestOfSearch(source_key(Scope(collections=scope.collections)), _outlet_key(scope))


def turning(listing: Listing, shown: int) -> list[Button]:
    """To the pages before and after, where there is more than one."""
    if listing.listed <= shown:
        return []
    labels = {
        Sort.BEST: (_("Prev"), _("Next")),
        Sort.NEWEST: (_("Newer"), _("Older")),
        Sort.OLDEST: (_("Older"), _("Newer")),
    }[listing.sort]
    before, after = max(0, listing.skip - SHOWN_ARTICLES), listing.skip + shown
    view = str(listing.sort)
    return [
        Button(labels[0], find(view, listing.scope, before).encode(), disabled=listing.skip == 0),
        Button(labels[1], find(view, listing.scope, after).encode(), disabled=after >= listing.listed),
    ]


def _outlet_menu(listing: Listing, view: str) -> Choice | None:
    scope = listing.scope
    matches = within(listing.matches, replace(scope, outlet=None))
    outlets = by_outlet(matches)
    if scope.outlet is None and len(outlets) < 2:
        return None
    everywhere = Option(_counted_label(_("All outlets"), len(matches)), ANY)
    offered = outlets[: OPTIONS - 1]
    options = [everywhere, *(Option(_counted_label(name, count), _key_of(name)) for name, count in offered)]
    placeholder = _("By outlet")
    if len(offered) < len(outlets):
        placeholder = _("By outlet: {count} of {total}, those with the most").format(
            count=len(offered), total=number(len(outlets))
        )
    action = FindByOutlet(view, scope.since, scope.until, **_named(scope))
    return _menu(action.encode(), placeholder, options, _outlet_key(scope) or ANY)


def _date_menu(listing: Listing, view: str) -> Choice | None:
    """Years; within a year, or where there is only one, its months."""
    scope = listing.scope
    matches = within(listing.matches, replace(scope, since=None, until=None))
    years = by_year(matches)
    anytime = Option(_counted_label(_("Any time"), len(matches)), ANY)
    placeholder = _("By date")
    if (year := _year_of(scope) or (years[0][0] if len(years) == 1 else None)) is not None:
        whole = _counted_label(_("All of {year}").format(year=year), dict(years).get(year, 0))
        offered = [_month_option(year, month, count) for month, count in by_month(matches, year)]
        options = [anytime, Option(whole, f"{year:04}"), *offered]
    else:
        offered = [Option(_counted_label(str(one), count), f"{one:04}") for one, count in years[: OPTIONS - 1]]
        options = [anytime, *offered]
        if len(offered) < len(years):
            placeholder = _("By date: the newest {count} of {total} years").format(
                count=len(offered), total=number(len(years))
            )
    if len(offered) < 2 and not scope.dated:
        return None
    action = FindByDate(view, outlet=_outlet_key(scope), **_named(scope))
    return _menu(action.encode(), placeholder, options, _chosen_dates(scope))


def _year_of(scope: Scope) -> int | None:
    """The one year that a scope's dates lie in."""
    if scope.since is None or scope.until is None or scope.since.year != scope.until.year:
        return None
    return scope.since.year


def _menu(action: str, placeholder: str, options: list[Option], chosen: str | None) -> Choice:
    is_offered = any(option.value == chosen for option in options)
    return Choice(action, clip(placeholder, PLACEHOLDER), tuple(options), chosen if is_offered else None)


def _month_option(year: int, month: int, count: int) -> Option:
    value = f"{year:04}-{month:02}"
    return Option(_counted_label(shown_published(PublicationDate(value)) or value, count), value)


def _chosen_dates(scope: Scope) -> str | None:
    """The value of the option that a scope's dates are: a whole year, a whole month, any time; None for others."""
    if scope.since is None or scope.until is None:
        return None if scope.dated else ANY
    for value in (f"{scope.since.year:04}", f"{scope.since.year:04}-{scope.since.month:02}"):
        if PublicationDate(value).days() == (scope.since, scope.until):
            return value
    return None


def dates_of(value: str) -> tuple[dt.date, dt.date] | tuple[None, None]:
    """The first and last day of a chosen option. Raises ValueError for any other text."""
    if value == ANY:
        return None, None
    days = PublicationDate(value).days()
    assert days is not None
    return days


def _counted_label(name: str, count: int) -> str:
    """A name, cut so that its count stays in sight."""
    shown = f" ({number(count)})"
    return clip(name, OPTION_TEXT - units(shown)) + shown


def _named(scope: Scope) -> dict[str, Any]:
    """The `collection` and the `author` of an action that stays in a scope."""
    only = Scope(collections=scope.collections)
    return {"collection": source_key(only), "author": author_key(scope.author) if scope.author else None}


def _outlet_key(scope: Scope) -> Key | None:
    return _key_of(scope.outlet) if scope.outlet is not None else None


def _key_of(outlet: str) -> Key:
    key = source_key(Scope(outlet=outlet))
    assert key is not None
    return key
