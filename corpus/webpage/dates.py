"""When a page's article was published, to the day; a day of change only when there is no other, and none is made up."""

from __future__ import annotations

import datetime as dt
import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import lxml.etree
import lxml.html

from corpus.article import Precision, PublicationDate
from corpus.dates import date_in_url, find_publication_date, stated_date
from corpus.webpage.segments import Segment, is_enormous
from corpus.webpage.structured_data import Declared

# Meta elements that say "published", and those that say no more than "date", which is often the day of saving.
_PUBLISHED_META = (
    "article:published_time", "article:published", "og:published_time", "og:article:published_time", "datepublished",
    "date-published", "parsely-pub-date", "sailthru.date", "pubdate", "publish-date", "publish_date", "publishdate",
    "publication_date", "published-date", "publisheddate", "vr:published-time", "cxenseparse:publishtime",
    "citation_publication_date", "bt:pubdate", "rnews:datepublished", "prism.publicationdate", "og:release_date",
    "dc.date.issued", "dcterms.issued",
)  # fmt: skip
_DATED_META = (
    "dcterms.date", "dc.date", "dc.date.created", "dcterms.created", "displaydate", "date", "created", "datecreated",
    "ob:date", "last-published", "citation_date",
)  # fmt: skip
_CHANGED_META = ("article:modified_time", "og:updated_time", "datemodified", "dcterms.modified", "dc.date.modified")
_CHANGED = re.compile(
    r"updated?|modified|changed|revised|edited|revision|aktualisiert|geändert|änderung|stand\s?:|mis à jour|modifié"
    r"|actualizad|modificad|atualizad|aggiornat|bijgewerkt|aktualizac|обновлен",
    re.IGNORECASE,
)
_PUBLISHED = re.compile(
    r"(?:published|posted|veröffentlicht|erschienen|erstellt|publiée?|publicad[oa]|pubblicato|gepubliceerd"
    r"|opublikowan\w|date(?! of birth)|datum|fecha|data)\b[^.!?]{0,30}$",
    re.IGNORECASE,
)
_DATE_CLASS = re.compile(
    r"(?:^|[\s_-])(?:datum|time|timestamp|pubdate|posted|fecha|data|meta|byline|dateline)(?:$|[\s_-])|date\b|publi",
    re.IGNORECASE,
)
_YEAR_AND_DAY = re.compile(r"((?:19|20)\d\d)(?=\d{1,2}\.\s)")
_DAY_AND_MONTH = re.compile(
    r"(?<![\d/.-])(?P<first>\d{1,2})(?P<sign>[/.-])(?P<second>\d{1,2})(?P=sign)(?P<year>(?:19|20)?\d{2})(?![\d/.-])"
)
_YEAR_FIRST = re.compile(r"(?<![\d.-])(?P<year>(?:19|20)\d{2})\.(?P<month>\d{1,2})\.(?P<day>\d{1,2})(?![\d.])")
# A date without a time that a system east of Greenwich keeps as a moment in UTC belongs to the day after.
_EASTERN_MIDNIGHT = re.compile(r"(\d{4}-\d{2}-\d{2})T2[0-3]:00(?::00(?:\.0{1,6})?)?(?:Z|\+00:?00)")
_MONTH_FIRST = frozenset({"en-us", "en-ph"})
_DAY_FIRST = frozenset({"en-gb", "en-uk", "en-au", "en-ie", "en-in", "en-nz", "en-za"})
# "Karlsruhe, (12.11.2021). " and "Hamburg, den 2. November 2021 – " begin press releases.
_PLACE = re.compile(r"\W?[^\W\d_][^\d.,:;!?]{1,40},?\s\(?(?:den\s)?")
_YEARS = range(1990, 2101)  # of pages; what is written near one in other years is a phone number or a birth
_BEFORE, _AFTER = 6, 16
_MOST_SEGMENTS, _MOST_LINES = 2000, 100
_LONGEST_LINE = 160
_MOST_OTHER_WORDS = 12  # in a line with a date of publication


@dataclass(frozen=True, slots=True)
class Published:
    """A date and the rule that found it; `in_zone` when it is known to be the day of the newsroom's own zone."""

    date: PublicationDate
    rule: str
    in_zone: bool = False


def published_on(
    root: lxml.html.HtmlElement,
    declared: Declared,
    segments: Sequence[Segment],
    headline_at: int | None,
    url: str | None,
) -> Published | None:
    """What the markup claims, corrected by what the page shows near its headline, then ever weaker signs.

    A date shown wins over a claim of the day before or after, as a server's clock is in another zone than the
    newsroom, and where another claim agrees with it.
    """
    order = _day_comes_first(declared.language, url or declared.canonical)
    claims = list(_claims(root, declared))
    dated = list(_from_meta(declared, _DATED_META, " (weak)"))
    shown = _shown(segments, headline_at, order)
    if claims:
        first = claims[0]
        if shown is not None:
            apart = abs((_day(shown) - _day(first.date)).days)
            if (apart == 1 and not first.in_zone) or (
                apart and any(other.date == shown for other in (*claims[1:], *dated))
            ):
                return Published(shown, "shown-date")
        return first
    if shown is not None:
        return Published(shown, "shown-date")
    start = max((headline_at or 0) - _BEFORE, 0)
    near = {segment.element for segment in segments[start : (headline_at or 0) + _AFTER]}
    for time in root.iter("time"):
        around = [time, *itertools.islice(time.iterancestors(), 3)]
        if not near.isdisjoint(around) and "updated" not in time.get("class", "") and (date := _stated(_moment(time))):
            return Published(date, "time-element")
    if dated:
        return dated[0]
    by_weak_signs = _by_weak_signs(root, declared, segments[headline_at or 0 :], order, url)
    if by_weak_signs is not None:
        return by_weak_signs
    return _changed(declared, segments[start:], order) or _month_or_year(declared, url)


def with_dates_apart(text: str) -> str:
    """Themes of WordPress write the day of posting and the hidden day of a change without a space between them."""
    return _YEAR_AND_DAY.sub(r"\1 ", text)


def _by_weak_signs(
    root: lxml.html.HtmlElement,
    declared: Declared,
    segments: Sequence[Segment],
    order: bool | None,
    url: str | None,
) -> Published | None:
    for segment in segments[:_MOST_SEGMENTS]:
        for line in segment.text.split("\n")[:_MOST_LINES]:
            if (found := _day_in(line, order)) is not None:
                before = line[: found[1]]
                if _PUBLISHED.search(before[-60:]) and not _CHANGED.search(before[-30:]):
                    return Published(found[0], "labelled-date")
    for time in root.iter("time"):
        if "updated" not in time.get("class", "") and (date := _stated(time.get("datetime", ""))) is not None:
            return Published(date, "time-element (weak)")
    for segment in segments[:_MOST_SEGMENTS]:
        if len(segment.text) <= _LONGEST_LINE and (found := _day_in(segment.text, order)) is not None:
            parent = segment.element.getparent()
            names = [f"{e.get('class', '')} {e.get('id', '')}" for e in (segment.element, parent) if e is not None]
            if _DATE_CLASS.search(" ".join(names)[:400]) and not _CHANGED.search(segment.text[: found[1]]):
                return Published(found[0], "date-class (weak)")
    for address in (url, declared.canonical, declared.first("og:url")):
        if address and (date := date_in_url(address)) is not None and date.precision is Precision.DAY:
            return Published(date, "url (weak)")
    if is_enormous(root, segments):
        return None
    import htmldate

    try:
        guessed = htmldate.find_date(root, original_date=True, url=url)
    except Exception:  # it promises nothing about odd trees
        return None
    date = stated_date(guessed) if guessed else None
    # Of a copyright line or a month it makes the first day; nobody published on a day that is written nowhere.
    if date is None or (str(date.text).endswith("-01") and not _is_written(date, segments, order)):
        return None
    return Published(date, "htmldate (weak)")


def _is_written(date: PublicationDate, segments: Sequence[Segment], order: bool | None) -> bool:
    found = (_day_in(segment.text, order) for segment in segments[:_MOST_SEGMENTS])
    return any(written[0] == date for written in found if written is not None)


def _changed(declared: Declared, segments: Sequence[Segment], order: bool | None) -> Published | None:
    """The day of the last change, when the page tells no other day."""
    said = [value for value in declared.said_in_json("dateModified") if isinstance(value, str)]
    said += [value for name in _CHANGED_META for value in declared.meta.get(name, ())[:1]]
    for value in said:
        if (date := _stated(value)) is not None:
            return Published(date, "day-of-change (weak)")
    for segment in segments[: _BEFORE + _AFTER]:
        found = _day_in(segment.text, order) if len(segment.text) <= _LONGEST_LINE else None
        if found is not None and _CHANGED.search(segment.text[: found[1]]):
            return Published(found[0], "day-of-change (weak)")
    return None


def _month_or_year(declared: Declared, url: str | None) -> Published | None:
    """What is no more exact than that in the page's claims or in its address."""
    said = [("json-ld", value) for value in declared.said_in_json("datePublished") if isinstance(value, str)]
    said += [(f"meta {name}", value) for name in _PUBLISHED_META for value in declared.meta.get(name, ())[:1]]
    for rule, value in said:
        date = stated_date(value[:100])
        if date is not None and date.text and date.precision is not Precision.DAY and int(date.text[:4]) in _YEARS:
            return Published(date, rule)
    for address in filter(None, (url, declared.canonical)):
        if (date := date_in_url(address)) is not None:
            return Published(date, "url (weak)")
    return None


def _claims(root: lxml.html.HtmlElement, declared: Declared) -> Iterator[Published]:
    for value in declared.said_in_json("datePublished"):
        if isinstance(value, str) and (date := _stated(value)) is not None:
            yield Published(date, "json-ld", _is_eastern_midnight(value))
    yield from _from_meta(declared, _PUBLISHED_META, "")
    for element in root.iter(lxml.etree.Element):
        if "datePublished" in element.get("itemprop", "").split() and (date := _stated(_moment(element))) is not None:
            yield Published(date, "microdata")
            break
    for element in root.iter("time", "abbr"):
        names = element.get("class", "").split()
        marked = element.get("pubdate") is not None or "published" in names or "entry-date" in names
        if marked and (date := _stated(_moment(element))) is not None:
            yield Published(date, "time-element")
            break


def _from_meta(declared: Declared, names: Sequence[str], weak: str) -> Iterator[Published]:
    for name in names:
        for value in declared.meta.get(name, ())[:1]:
            if (date := _stated(value)) is not None:
                yield Published(date, f"meta {name}{weak}", _is_eastern_midnight(value))


def _moment(element: lxml.html.HtmlElement) -> str:
    return element.get("datetime") or element.get("content") or element.get("title") or ""


def _stated(value: str) -> PublicationDate | None:
    """The day in a machine's time stamp; a stamp keeps its own date whatever its zone."""
    value = value.strip()
    if not value or len(value) > 100:
        return None
    if (midnight := _EASTERN_MIDNIGHT.fullmatch(value)) is not None:
        try:
            return PublicationDate((dt.date.fromisoformat(midnight.group(1)) + dt.timedelta(days=1)).isoformat())
        except (ValueError, OverflowError):
            return None
    date = stated_date(value)
    if date is None or date.precision is not Precision.DAY:
        found = _day_in(value, None)
        date = found[0] if found is not None and found[1] <= 12 else None
    return date if date is not None and _day(date).year in _YEARS else None


def _is_eastern_midnight(value: str) -> bool:
    return _EASTERN_MIDNIGHT.fullmatch(value.strip()) is not None


def _shown(segments: Sequence[Segment], headline_at: int | None, order: bool | None) -> PublicationDate | None:
    """The date on a short line near the headline, or at the beginning of a paragraph; below it first, then above."""
    at = headline_at or 0
    below = segments[at : at + (_AFTER if headline_at is not None else 12)]
    for segment in (*below, *segments[max(at - _BEFORE, 0) : at]):
        for line in segment.text.split("\n"):
            found = _day_in(line, order)
            if found is None:
                continue
            date, start, end = found
            if len(line) > _LONGEST_LINE:
                at_beginning = start <= 1 or _PLACE.fullmatch(line[:start]) is not None
                if at_beginning and re.match(r"\W?\s?[-–—:|).]", line[end : end + 4]):
                    return date
                continue
            other_words = len(line[:start].split()) + len(line[end:].split())
            if other_words <= _MOST_OTHER_WORDS and not _CHANGED.search(line[:start][-40:]):
                return date
    return None


def _day_in(text: str, day_first: bool | None) -> tuple[PublicationDate, int, int] | None:
    """The first whole date in a text and where it stands, also in figures, whose order only the page's country tells.

    `day_first` is None when nobody can tell; 3/4/2024 is then no date, and 13/4/2024 is one.
    """
    text = with_dates_apart(text[:400])
    found: list[tuple[int, int, dt.date]] = []
    written = find_publication_date(text)
    if written is not None and written[0].precision is Precision.DAY:
        found.append((written[1], written[2], _day(written[0])))
    for figures in _DAY_AND_MONTH.finditer(text):
        if (date := _in_order(figures, day_first)) is not None:
            found.append((figures.start(), figures.end(), date))
            break
    for figures in _YEAR_FIRST.finditer(text):
        if (date := _date(int(figures["year"]), int(figures["month"]), int(figures["day"]))) is not None:
            found.append((figures.start(), figures.end(), date))
            break
    usable = [candidate for candidate in found if candidate[2].year in _YEARS]
    if not usable:
        return None
    start, end, day = min(usable, key=lambda candidate: candidate[0])
    return PublicationDate(day.isoformat()), start, end


def _in_order(figures: re.Match[str], day_first: bool | None) -> dt.date | None:
    first, second, year = int(figures["first"]), int(figures["second"]), int(figures["year"])
    if year < 100:
        if figures["sign"] != ".":
            return None
        year += 2000
    if figures["sign"] == "." or first > 12 or first == second or (second <= 12 and day_first):
        return _date(year, second, first)
    if second > 12 or day_first is False:
        return _date(year, first, second)
    return None


def _day_comes_first(language: str | None, url: str | None) -> bool | None:
    """The order of figures in the page's country; None for plain "en" and for an unknown language."""
    tag = (language or "").lower().replace("_", "-")
    if tag in _MONTH_FIRST:
        return False
    if tag in _DAY_FIRST or (tag and not tag.startswith("en")):
        return True
    if url and re.search(r"\.(?:uk|au|ie|nz|za|in)(?:[/:]|$)", url[:80]):
        return True
    return None


def _date(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def _day(date: PublicationDate) -> dt.date:
    return dt.date.fromisoformat(date.text or "")
