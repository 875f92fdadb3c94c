"""Mailman 3 archives (HyperKitty) over HTTP: its export gives the mails of any stretch of days as a mailbox.

Source of the addresses and of what the days mean: HyperKitty 1.3, ``urls.py`` and ``export_mbox``: the days compare the
mails' own dates, the first is included and the last is not. Exports are made while they are sent and cannot be asked
for conditionally, so after the history only the days since the last poll are asked for.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx2

from corpus.sources.fetching import Failed, Fetched
from corpus.sources.month_files import MonthFile
from corpus.sources.page_links import links_of
from corpus.sources.portion import Means, Portion, Progress, SourceTrouble, fetched_or_trouble
from corpus.sources.source import Source

_LIST_PAGE = re.compile(r"(?P<base>.*/list/(?P<list>[^/@]{1,100}@[^/@]{1,255}))(?:/.*)?$")
_MONTH = re.compile(r"/(?P<year>[0-9]{4})/(?P<month>0?[1-9]|1[0-2])/?$")
_MOST_PAGE_BYTES = 8 * 1024 * 1024
# Mails arrive late, and with the dates of clocks that are wrong: asked again for so many days back, and ahead.
_DAYS_BACK = 3
_DAYS_AHEAD = 2
_TIMES_CUT = 3  # an export that breaks off so often does so at a mail that its server cannot write out


@dataclass(frozen=True, slots=True)
class _Cursor:
    """`month` is the oldest month of the history that was read, `day` up to when the present was read."""

    day: dt.date
    month: str | None

    @classmethod
    def of(cls, text: str) -> _Cursor | None:
        try:
            day, month = json.loads(text)
            return cls(dt.date.fromisoformat(day), month)
        except (ValueError, TypeError):
            return None

    def text(self) -> str:
        return json.dumps([self.day.isoformat(), self.month])


def list_base(address: str) -> str | None:
    """The address of a list's own page, ``.../list/NAME@HOST``, from that of any page of it; None for others."""
    parts = urlsplit(address.replace("%40", "@"))
    named = _LIST_PAGE.match(parts.path)
    return f"{parts.scheme}://{parts.netloc}{named['base']}" if named else None


def portions(source: Source, marks: Mapping[str, str], means: Means) -> Iterator[Portion]:
    """What came since the last poll, then the history by months, newest first; a portion for each request."""
    base = list_base(source.address)
    if base is None:
        raise SourceTrouble("its address is not that of a HyperKitty list: .../list/NAME@HOST/")
    today = means.now.astimezone(dt.UTC).date()
    cursor = _Cursor.of(source.cursor)
    recent = today.replace(day=1) if cursor is None else cursor.day - dt.timedelta(days=_DAYS_BACK)
    history = cursor.month if cursor else f"{recent:%Y-%m}"
    for start, end in _by_months(recent, today + dt.timedelta(days=_DAYS_AHEAD)):
        read_until = min(end, today)
        yield from _exported(base, start, end, means, marks, _Cursor(read_until, history).text(), backfill=False)
    if history is None:
        return
    for month in _months_before(base, history, means):
        start = dt.date.fromisoformat(month + "-01")
        yield from _exported(base, start, _next_month(start), means, marks, _Cursor(today, month).text(), backfill=True)
    yield Portion(items=(), progress=lambda: Progress(cursor=_Cursor(today, None).text()))


def _exported(
    base: str, start: dt.date, end: dt.date, means: Means, marks: Mapping[str, str], cursor: str, *, backfill: bool
) -> Iterator[Portion]:
    """The mails with dates from `start` up to, not including, `end`."""
    name = base.rpartition("/")[2]
    address = f"{base}/export/{name}-{start:%Y-%m-%d}.mbox.gz?start={start}&end={end}"
    with MonthFile() as file:
        outcome = file.fetch(means.fetcher, address)
        if isinstance(outcome, Failed) and outcome.lasting:
            raise SourceTrouble(f"{outcome.reason}: its server may not let its mails be exported")
        if not isinstance(fetched_or_trouble(outcome), Fetched) or file.begins_like_a_page():
            raise SourceTrouble("a page came where an export was asked for: the list may be private")
        cut = _TimesCut(f"cut {start}", marks)
        yield Portion(
            items=file.items(f"{name} {start}", "hyperkitty", lambda url: None),
            progress=lambda: cut.progress(file, cursor),
            backfill=backfill,
        )
        if file.trouble is not None and not cut.for_good:
            raise SourceTrouble(f"{file.trouble}: kept what was readable")


class _TimesCut:
    """How often an export came cut. It is made anew for each request, so it is asked for again, but not for ever."""

    def __init__(self, part: str, marks: Mapping[str, str]) -> None:
        self._part = part
        before = marks.get(part, "")
        self._times = (int(before) if before.isdigit() else 0) + 1
        self.for_good = self._times >= _TIMES_CUT

    def progress(self, file: MonthFile, cursor: str) -> Progress:
        if file.trouble is None or self.for_good:
            return Progress(cursor=cursor, marks={self._part: None})
        return Progress(marks={self._part: str(self._times)})


def _months_before(base: str, month: str, means: Means) -> list[str]:
    """The months of a list before a given one, newest first, as the links on its page tell."""
    page = fetched_or_trouble(means.fetcher.fetch(f"{base}/latest", accept="text/html", most_bytes=_MOST_PAGE_BYTES))
    if page is None:
        raise SourceTrouble("its page did not come")
    path = httpx2.URL(base).path
    found = set()
    for link in links_of(page.body, page.url):
        place = urlsplit(link.url.replace("%40", "@")).path
        if place.startswith(f"{path}/") and (named := _MONTH.search(place)):
            found.add(f"{named['year']}-{int(named['month']):02}")
    return sorted((one for one in found if "1970-01" < one < month), reverse=True)


def _by_months(start: dt.date, end: dt.date) -> Iterator[tuple[dt.date, dt.date]]:
    """A stretch of days cut where months begin, so that no request is for more than a month and a few days."""
    while (following := _next_month(start)) < end and (end - start).days > 31:
        yield start, following
        start = following
    yield start, end


def _next_month(day: dt.date) -> dt.date:
    return (day.replace(day=1) + dt.timedelta(days=31)).replace(day=1)
