"""Pipermail archives over HTTP, and their fusion with MHonArc: the index names the months, each has a text file.

Newest month first, and only what changed is fetched again. A part that was cut out of a mail as an HTML attachment is
fetched only when the mail has no other words.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from urllib.parse import urljoin

from corpus.article import RawItem, Unreadable
from corpus.sources.fetching import Failed, Fetched, Fetcher, Unchanged
from corpus.sources.month_files import MonthFile
from corpus.sources.page_links import PageLink, links_of
from corpus.sources.portion import Means, Portion, Progress, SourceTrouble, fetched_or_trouble
from corpus.sources.source import NO_VALIDATORS, Source, Validators, masked

_MOST_INDEX_BYTES = 8 * 1024 * 1024
_MOST_ATTACHMENT_BYTES = 8 * 1024 * 1024
# A month may still change after it ended: mails in transit, a nightly job that packs the file. Older ones stay.
_NEWEST_ASKED_AGAIN = 2
_TIMES_INCOMPLETE = 3  # a file that comes cut so often is cut where it lies
_MONTHS_IN_TROUBLE = 3
_MOST_ATTACHMENTS = 200  # of one month, in one poll
_MONTHS = "January February March April May June July August September October November December".split()
# The periods of Pipermail (a list's option): month, quarter, year, week, day. Source: HyperArch.py, dateToVolName.
_PERIOD = re.compile(
    r"(?P<year>\d{4})(?:-(?P<month>" + "|".join(_MONTHS) + r")|q(?P<quarter>[1-4])|(?P<day>\d{4}))?"
    r"|Week-of-Mon-(?P<week>\d{8})"
)
_TEXT_FILE = re.compile(r"(?P<period>[\w-]{4,30})\.(?:txt|mbox)(?:\.gz)?$")
_VIEWS = frozenset("thread.html date.html subject.html author.html threads.html maillist.html index.html".split())
_SUFFIXES = (".txt.gz", ".txt")
_IN_ATTACHMENTS = re.compile(r"attachments/\d{8}/[0-9a-f]{4,16}/[\w.-]{1,80}")


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A stretch of a list's life that has a text file of its own; `first` is its first day, as eight digits."""

    first: str
    name: str

    @classmethod
    def named(cls, name: str) -> Period | None:
        said = _PERIOD.fullmatch(name)
        if said is None:
            return None
        if said["week"]:
            return cls(said["week"], name)
        if said["day"]:
            return cls(f"{said['year']}{said['day']}", name)
        month = 1
        if said["month"]:
            month = _MONTHS.index(said["month"]) + 1
        elif said["quarter"]:
            month = 3 * int(said["quarter"]) - 2
        return cls(f"{said['year']}{month:02}01", name)


def periods_of(links: Iterator[PageLink], index_url: str) -> dict[Period, list[str]]:
    """The periods that an index names, newest first, each with the addresses its text may have, likeliest first.

    Links to text files count before guesses from the folders of pages, and packed ones before plain ones. Nothing
    outside the index's own folder is taken.
    """
    folder = urljoin(index_url, ".")
    named: dict[Period, set[str]] = {}
    for link in links:
        if not link.url.startswith(folder):
            continue
        rest = link.url[len(folder) :].partition("?")[0]
        text = _TEXT_FILE.fullmatch(rest)
        first, slash, view = rest.partition("/")
        if text is not None and (period := Period.named(text["period"])) is not None:
            named.setdefault(period, set()).add(link.url)
        elif slash and (view in _VIEWS or not view) and (period := Period.named(first)) is not None:
            named.setdefault(period, set())
    return {
        period: sorted(named[period], key=lambda url: (not url.endswith(".gz"), url))
        or [f"{folder}{period.name}{suffix}" for suffix in _SUFFIXES]
        for period in sorted(named, reverse=True)
    }


def portions(source: Source, marks: Mapping[str, str], means: Means) -> Iterator[Portion]:
    """A portion for each month that is new or has changed, newest first.

    A month that cannot be had just now does not hold up the others; three of them are taken for the server's trouble.
    """
    outcome = means.fetcher.fetch(source.address, accept="text/html, */*;q=0.5", most_bytes=_MOST_INDEX_BYTES)
    index = fetched_or_trouble(outcome)
    if index is None:  # a server that answers "unchanged" to a plain question
        raise SourceTrouble("its index did not come")
    months = periods_of(links_of(index.body, index.url), index.url)
    if not months:
        raise SourceTrouble("what came is no index of a Pipermail archive: it names no months")
    today, named = (f"{moment.astimezone(dt.UTC):%Y%m%d}" for moment in (means.now, source.added_at))
    # Mails with wrong dates make months that are still to come; they are no measure of what is new.
    present = [period for period in months if period.first <= today]
    asked_again = [period for period in present if period.name in marks][:_NEWEST_ASKED_AGAIN]
    trouble = _Trouble()
    is_first = not marks
    for period in [*present, *(period for period in months if period.first > today)]:
        mark = _Mark.of(marks.get(period.name))
        is_known = period.name in marks
        if is_known and period not in asked_again and not mark.is_incomplete:
            continue
        with MonthFile() as file:
            found = _fetch_month(file, months[period], mark, means.fetcher)
            if isinstance(found, Unchanged):
                continue
            if isinstance(found, Failed) and not found.lasting:
                trouble.note(found)
                continue
            attachments = _Attachments(index.url, means.fetcher)
            if isinstance(found, Failed):
                trouble.missing(found)
                items: Iterator[RawItem | Unreadable] = iter(())
            else:
                trouble.had()
                items = file.items(f"{masked(index.url)}{period.name}", "pipermail", attachments)
            yield Portion(
                items=items,
                progress=partial(_progress, period, mark, found, file, attachments, index.moved_to),
                # What had begun when the source was named is history at its first reading, and no news. The very first
                # reading is left to be the collection's first import, if it is that.
                backfill=not is_known and not is_first and not named < period.first <= today,
            )
            is_first = False
    trouble.raise_if_due()


@dataclass(frozen=True, slots=True)
class _Mark:
    """What is known of a month's file: what to ask "has it changed?" with, and how often it came incomplete."""

    validators: Validators = NO_VALIDATORS
    times_incomplete: int = 0

    @classmethod
    def of(cls, text: str | None) -> _Mark:
        try:
            etag, modified, times = json.loads(text) if text else (None, None, 0)
            return cls(Validators(etag, modified), int(times))
        except (ValueError, TypeError):
            return cls()

    @property
    def is_incomplete(self) -> bool:
        return 0 < self.times_incomplete < _TIMES_INCOMPLETE

    def text(self) -> str:
        return json.dumps([self.validators.etag, self.validators.last_modified, self.times_incomplete])


class _Trouble:
    """What went wrong with single months, and whether it adds up to a poll that failed."""

    def __init__(self) -> None:
        self._first: Failed | None = None
        self._in_a_row = 0
        self._last_missing: Failed | None = None
        self._had = 0

    def note(self, failed: Failed) -> None:
        """A month that may be had later. Raises when it is not this month but the server."""
        self._first = self._first or failed
        self._in_a_row += 1
        if failed.retry_after is not None or self._in_a_row >= _MONTHS_IN_TROUBLE:
            raise SourceTrouble(failed.reason, retry_after=failed.retry_after)

    def missing(self, failed: Failed) -> None:
        self._last_missing = failed
        self._in_a_row = 0

    def had(self) -> None:
        self._had += 1
        self._in_a_row = 0

    def raise_if_due(self) -> None:
        if self._first is not None:
            raise SourceTrouble(self._first.reason, retry_after=self._first.retry_after)
        if self._last_missing is not None and not self._had:
            raise SourceTrouble(f"the text file of a month that its index names {self._last_missing.reason}")


class _Attachments:
    """Reads the HTML parts that the archive cut out of mails, from the archive's own folder and nowhere else."""

    def __init__(self, index_url: str, fetcher: Fetcher) -> None:
        self._folder = urljoin(index_url, ".")
        self._fetcher = fetcher
        self._asked = 0
        self.some_may_come_later = False

    def __call__(self, url: str) -> bytes | None:
        named = _IN_ATTACHMENTS.search(url)
        if named is None:
            return None
        self._asked += 1
        if self._asked > _MOST_ATTACHMENTS:
            self.some_may_come_later = True
            return None
        outcome = self._fetcher.fetch(
            self._folder + named[0], accept="text/html, */*;q=0.5", most_bytes=_MOST_ATTACHMENT_BYTES
        )
        if isinstance(outcome, Fetched):
            return outcome.body
        if isinstance(outcome, Failed) and not outcome.lasting:
            self.some_may_come_later = True
        return None


def _fetch_month(file: MonthFile, addresses: list[str], mark: _Mark, fetcher: Fetcher) -> Fetched | Unchanged | Failed:
    """The first of a month's addresses that gives something; why not, when none does."""
    failed = Failed("is not there", lasting=True)
    for address in addresses:
        match file.fetch(fetcher, address, mark.validators):
            case Fetched() as fetched if not file.begins_like_a_page():
                return fetched
            case Unchanged() as unchanged:
                return unchanged
            case Failed(lasting=False) as failed:
                return failed
            case Failed() as failed:
                pass
            case _:
                failed = Failed("is a page", lasting=True)
    return failed


def _progress(
    period: Period,
    mark: _Mark,
    found: Fetched | Failed,
    file: MonthFile,
    attachments: _Attachments,
    moved_to: str | None,
) -> Progress:
    new = _Mark()
    if isinstance(found, Fetched):
        incomplete = file.trouble is not None or attachments.some_may_come_later
        times = mark.times_incomplete + 1 if incomplete else 0
        new = _Mark(NO_VALIDATORS if 0 < times < _TIMES_INCOMPLETE else found.validators, times)
    return Progress(marks={period.name: new.text()}, address=moved_to)
