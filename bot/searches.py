"""What a press on a search means, at a desk: for the chat room and the console alike. Blocking calls."""

from __future__ import annotations

from dataclasses import replace

from bot.desk import Desk
from bot.rendering.actions import ANY, FindArticles, FindByDate, FindByOutlet, FindInstead, source_key
from bot.rendering.page import Choice, Page
from bot.rendering.search_controls import SHOWN_ARTICLES, TIMELINE, author_key, dates_of
from bot.rendering.search_page import Found, search_page
from bot.rendering.timeline import Timeline, timeline
from bot.rendering.timeline_page import timeline_page
from corpus.article import Scope
from retrieval.listing import Counted, Sort

VIEWS = (*map(str, Sort), TIMELINE)
_OFFERED = 6  # choices of a menu in a terminal
MOST_WORDS = 300  # characters that a command takes, as of a question


def found_at(desk: Desk, words: str, scope: Scope, view: str = str(Sort.BEST), skip: int = 0) -> Found:
    """What words find, for a view of it. A timeline lists nothing, so it takes the order that costs least."""
    sort = Sort(view) if view != TIMELINE else Sort.NEWEST
    listing = desk.listing(words, scope, sort=sort, skip=skip, count=SHOWN_ARTICLES)
    is_empty = not listing.articles and desk.coverage().articles == 0
    # A page has room for the words twice where they are as short as a command takes them.
    misspelled = listing.counted is not Counted.EVERY and len(words) <= MOST_WORDS
    return Found(listing, is_empty, desk.other_words(words) if misspelled and not is_empty else None)


def timeline_in(found: Found, view: str) -> Timeline | None:
    """The timeline to draw; None for another view, and where nothing was found: that is said as by any search."""
    return timeline(found.listing.found) if view == TIMELINE and found.listing.found else None


def page_of(found: Found, shown: Timeline | None, png: bytes | None = None) -> Page:
    """The page of what was found, over time where there is a timeline; without a picture it is drawn with letters."""
    return search_page(found) if shown is None else timeline_page(found.listing, shown, png)


def page_in_text(found: Found, view: str) -> Page:
    """The page for a terminal: of a menu only the first choices, which stand above the line that is typed."""
    page = page_of(found, timeline_in(found, view))
    rows = (replace(row, options=row.options[:_OFFERED]) if isinstance(row, Choice) else row for row in page.rows)
    return replace(page, rows=tuple(rows))


def scope_searched(desk: Desk, action: FindArticles) -> Scope | None:
    """The scope of a button; None when its collection, outlet or author is not there any more, or may not be seen."""
    scope = Scope(since=action.since, until=action.until)
    if action.collection or action.outlet:
        by_key = {source_key(source): source for source in desk.sources()}
        for key in filter(None, (action.collection, action.outlet)):
            if (source := by_key.get(key)) is None:
                return None
            scope = replace(
                scope, outlet=source.outlet or scope.outlet, collections=source.collections or scope.collections
            )
    if action.author:
        author = next((name for name in desk.authors() if author_key(name) == action.author), None)
        if author is None:
            return None
        scope = replace(scope, author=author)
    return scope


def instead(action: FindInstead) -> FindArticles:
    """The search for other words in the same scope."""
    return FindArticles(str(Sort.BEST), 0, action.since, action.until, action.collection, action.outlet, action.author)


def narrowed(action: FindByOutlet | FindByDate, value: str) -> FindArticles:
    """The search that a choice from a menu asks for, from its first page on. Raises ValueError for a foreign value."""
    if isinstance(action, FindByDate):
        since, until = dates_of(value)
        return FindArticles(action.view, 0, since, until, action.collection, action.outlet, action.author)
    outlet = None if value == ANY else value
    return FindArticles(action.view, 0, action.since, action.until, action.collection, outlet, action.author)
