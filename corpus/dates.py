"""Dates in mail headers, and dates of publication as people write them. A missing date is never made up."""

from __future__ import annotations

import datetime as dt
import email.utils
import re
from functools import lru_cache

from corpus.article import PublicationDate

# Longest first where one is the beginning of another; English, German, French, Spanish, Italian, Portuguese, Dutch,
# Polish, Russian (in the case that a date has).
_MONTH_NAMES: dict[int, str] = {
    1: "january|januar|jänner|janvier|enero|gennaio|janeiro|januari|jan|janv|stycznia|января",
    2: "february|februar|février|febrero|febbraio|fevereiro|februari|feb|févr|fev|lutego|февраля",
    3: "march|märz|mars|marzo|março|maart|mar|mrz|marca|марта",
    4: "april|avril|abril|aprile|apr|avr|abr|kwietnia|апреля",
    5: "may|mai|mayo|maggio|maio|mei|maja|мая",
    6: "june|juni|juin|junio|giugno|junho|jun|czerwca|июня",
    7: "july|juli|juillet|julio|luglio|julho|jul|juil|lipca|июля",
    8: "august|août|agosto|augustus|aug|ago|sierpnia|августа",
    9: "september|septembre|septiembre|settembre|setembro|sept|sep|set|września|сентября",
    10: "october|oktober|octobre|octubre|ottobre|outubro|oct|okt|ott|out|października|октября",
    11: "november|novembre|noviembre|novembro|nov|listopada|ноября",
    12: "december|dezember|décembre|diciembre|dicembre|dezembro|dec|dez|déc|dic|grudnia|декабря",
}
_MONTHS = {name: number for number, names in _MONTH_NAMES.items() for name in names.split("|")}
MONTH_WORDS = frozenset(name for name in _MONTHS if len(name) > 3)  # shorter ones are words of other meaning too
_MONTH = "(?:" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\b\.?"
_WEEKDAY = r"(?:\b(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?[ \u00a0])?"
_SPACE = "[ \u00a0]{1,3}"
_YEAR = r"(?:19|20)\d{2}(?!\d)"
_HAS_YEAR = re.compile(_YEAR)

# 31 Feb and the like are found here and refused by the calendar afterwards.
_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"{_WEEKDAY}(?P<month>{_MONTH}){_SPACE}(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?{_SPACE}(?P<year>{_YEAR})",
        rf"{_WEEKDAY}(?<!\d)(?P<day>\d{{1,2}})(?:st|nd|rd|th|\.|er)?{_SPACE}(?:of |de )?(?P<month>{_MONTH}),?"
        rf"(?:{_SPACE}de)?{_SPACE}(?P<year>{_YEAR})",
        rf"(?<![\d-])(?P<year>{_YEAR})-(?P<number>\d{{2}})-(?P<day>\d{{2}})(?![\d-])",
        # With dots the day comes first everywhere, with the year in front the month follows; only 7/4/2024 is in doubt.
        rf"(?<![\d.])(?P<day>\d{{1,2}})\.[ \u00a0]?(?P<number>\d{{1,2}})\.[ \u00a0]?(?P<year>{_YEAR})",
        rf"(?<![\d/])(?P<year>{_YEAR})/(?P<number>\d{{1,2}})/(?P<day>\d{{1,2}})(?![\d/])",
        rf"(?<!\d)(?P<year>{_YEAR})年[ \u00a0]?(?P<number>\d{{1,2}})月(?:[ \u00a0]?(?P<day>\d{{1,2}})日)?",
        rf"(?P<month>{_MONTH}),?{_SPACE}(?P<year>{_YEAR})",
    )
)
_ISO_PREFIX = re.compile(r"(?P<date>\d{4}(?:-\d{2}(?:-\d{2})?)?)(?:[T ]\d{2}:?\d{2}.{0,40})?")
_IN_URL = (
    re.compile(r"/(?P<year>(?:19|20)\d{2})[/-](?P<number>\d{1,2})[/-](?P<day>\d{1,2})(?=[/-]|$)"),
    re.compile(r"/(?P<year>(?:19|20)\d{2})/(?P<month>[a-z]{3})/(?P<day>\d{1,2})(?=[/-]|$)"),
    re.compile(r"[/-](?P<year>(?:19|20)\d{2})(?P<number>[01]\d)(?P<day>[0-3]\d)(?=[/.-]|$)"),
    re.compile(r"/(?P<year>(?:19|20)\d{2})/(?P<number>\d{2})(?=/|$)"),
)

# Zone names that mail programs and Pipermail write and that Python does not know all of; hours east of UTC.
_ZONES = {
    "UTC": 0, "GMT": 0, "UT": 0, "Z": 0, "WET": 0, "WEST": 1, "BST": 1, "CET": 1, "CEST": 2, "MET": 1, "MEST": 2,
    "EET": 2, "EEST": 3, "MSK": 3, "IST": 5.5, "JST": 9, "KST": 9, "AEST": 10, "AEDT": 11, "NZST": 12, "NZDT": 13,
    "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7, "AKST": -9, "AKDT": -8,
    "HST": -10,
}  # fmt: skip
_CLOCK = r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}))?"
_HALF = r"(?:[ \u00a0\u202f]?(?P<half>[AaPp])\.?[Mm]\b\.?)?"
_ZONE = r"(?P<zone>[A-Za-z]{1,5}|[+-]\d{4})"
_RFC5322 = re.compile(
    rf"(?:[A-Za-z]{{3}}, )?(?P<day>\d{{1,2}}) (?P<month>[A-Za-z]{{3}}) (?P<year>\d{{4}}) {_CLOCK}(?: {_ZONE})?"
    r"(?: \([^()]{0,60}\))?"
)
_ASCTIME = re.compile(
    rf"(?:[A-Za-z]{{3}},? )?(?P<month>[A-Za-z]{{3}}) (?P<day>\d{{1,2}}) {_CLOCK} (?:{_ZONE} )?(?P<year>\d{{4}})"
    r"(?: (?P<after>[+-]\d{4}))?"
)
_AT_TIME = r",?(?: (?:at|à|um|às|alle|om|kl\.?|a las))?[ \u00a0]"
# Within other words, as forwards have it ("Friday, July 5, 2024 9:12 AM"), and in mail programs' own languages.
_WRITTEN_OUT = (
    re.compile(
        rf"(?P<month>[^\W\d_]{{3,10}})\.? (?P<day>\d{{1,2}}), (?P<year>\d{{4}}){_AT_TIME}{_CLOCK}{_HALF}(?: {_ZONE})?"
    ),
    re.compile(
        rf"(?<!\d)(?P<day>\d{{1,2}})\.? (?:de )?(?P<month>[^\W\d_]{{3,10}})\.?,? (?:de )?(?P<year>\d{{4}}){_AT_TIME}"
        rf"{_CLOCK}{_HALF}(?: {_ZONE})?"
    ),
)
_SAYS_HALF = re.compile(r"\d[ \u00a0\u202f]?[AaPp]\.?[Mm]\b")
_NAMED_ZONE = re.compile(r" ([A-Z]{3,4})(?: \(.*\))?$")
_DATE_COMMENT = re.compile(r" ?\([^()]{0,100}\)")
_SPACED_COLON = re.compile(r" ?: ?")
# No mail is older, not even those in RFCs (1969), and beyond the other no clock is believed.
_FIRST_YEAR, _LAST_YEAR = 1960, 2199


def header_date(value: str | None) -> dt.datetime | None:
    """An aware moment from a Date or Received header, a Pipermail page or a From_ line; None when unreadable.

    A date without a zone is taken as UTC, as RFC 5322 has it for ``-0000``. A zone such as ``-3000`` or a time such as
    ``59:10`` is no date.
    """
    if not value or len(value) > 400:
        return None
    value = " ".join(value.split())
    if (found := _RFC5322.fullmatch(value) or _ASCTIME.fullmatch(value)) is not None:
        return _moment(found)
    if value[:4].isdigit():
        return _as_iso(value)
    value = _SPACED_COLON.sub(":", _DATE_COMMENT.sub("", value))  # comments may stand anywhere, also in a time
    if _SAYS_HALF.search(value) is None and (moment := _as_rfc5322(value)) is not None:
        return moment  # the standard library takes 6:09 PM for 6:09
    return next((_moment(found) for form in _WRITTEN_OUT if (found := form.search(value)) is not None), None)


def _as_iso(value: str) -> dt.datetime | None:
    try:
        moment = dt.datetime.fromisoformat(value.replace(" +", "+").replace(" -", "-").removesuffix(" UTC"))
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
    return moment if _FIRST_YEAR <= moment.year <= _LAST_YEAR else None


def _as_rfc5322(value: str) -> dt.datetime | None:
    try:
        moment = email.utils.parsedate_to_datetime(value)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=dt.UTC)
        moment.astimezone(dt.UTC)  # a date in the year 1 cannot be moved to another zone
    except (ValueError, TypeError, OverflowError, IndexError, AttributeError):
        return None
    if moment.utcoffset() == dt.timedelta(0) and (named := _NAMED_ZONE.search(value)):
        # The standard library reads zone names that it does not know as UTC.
        moment = moment.replace(tzinfo=_zone(named.group(1)))
    return moment if _FIRST_YEAR <= moment.year <= _LAST_YEAR else None


def _moment(found: re.Match[str]) -> dt.datetime | None:
    parts = found.groupdict()
    month = _MONTHS.get(parts["month"].lower())
    if month is None or not _FIRST_YEAR <= int(parts["year"]) <= _LAST_YEAR:
        return None
    hour = int(parts["hour"])
    if half := parts.get("half"):
        hour = hour % 12 + (12 if half.lower() == "p" else 0)
    second = min(int(parts["second"] or 0), 59)  # a leap second is one of the minute before it
    try:
        return dt.datetime(
            int(parts["year"]), month, int(parts["day"]), hour, int(parts["minute"]), second,
            tzinfo=_zone(parts["zone"] or parts.get("after")),
        )  # fmt: skip
    except ValueError:
        return None


@lru_cache(maxsize=256)
def _zone(name: str | None) -> dt.tzinfo:
    """The zone of an offset or a name; UTC when none is given or none is known by that name.

    Raises ValueError for an offset of a day and more.
    """
    if not name:
        return dt.UTC
    if name[0] in "+-":
        offset = dt.timedelta(hours=int(name[1:3]), minutes=int(name[3:5]))
        return dt.timezone(offset if name[0] == "+" else -offset)
    hours = _ZONES.get(name.upper())
    return dt.UTC if hours is None else dt.timezone(dt.timedelta(hours=hours))


def find_publication_date(text: str) -> tuple[PublicationDate, int, int] | None:
    """The first date written out in the text, and where it stands; only the first 400 characters are looked at.

    A bare year, ``7/4/2024`` (whose order is unknown) and anything relative are not dates of publication.
    """
    text = text[:400]
    if _HAS_YEAR.search(text) is None:  # each form has one, and most texts have none
        return None
    best: tuple[PublicationDate, int, int] | None = None
    for form in _FORMS:
        for found in form.finditer(text):
            date = _calendar_date(found.groupdict())
            if date is not None and (best is None or (found.start(), -found.end()) < (best[1], -best[2])):
                best = date, found.start(), found.end()
    return best


def stated_date(value: str) -> PublicationDate | None:
    """The date in a field that holds nothing else; a time stamp is cut to its own date, whatever its zone."""
    value = value.strip()
    if (iso := _ISO_PREFIX.fullmatch(value)) is not None:
        try:
            return PublicationDate(iso["date"])
        except ValueError:
            return None
    if (found := find_publication_date(value)) is not None and found[1] == 0 and len(value) - found[2] <= 40:
        return found[0]
    moment = _as_rfc5322(value)
    return PublicationDate(moment.date().isoformat()) if moment else None


def date_in_url(url: str) -> PublicationDate | None:
    """The date that many publishers put into an article's address, to the day or the month."""
    path = re.sub(r"^[a-z]+://[^/]*", "", url.lower()).partition("?")[0][:500]
    for form in _IN_URL:
        if (found := form.search(path)) is not None and (date := _calendar_date(found.groupdict())) is not None:
            return date
    return None


def _calendar_date(parts: dict[str, str | None]) -> PublicationDate | None:
    number = parts.get("number")
    month = int(number) if number else _MONTHS.get((parts.get("month") or "").lower().rstrip("."))
    if month is None:
        return None
    text = f"{parts['year']}-{month:02}"
    if (day := parts.get("day")) is not None:
        text += f"-{int(day):02}"
    try:
        return PublicationDate(text)
    except ValueError:
        return None
