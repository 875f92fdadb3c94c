"""Days as people read them: 4 Jul 2024. By the language that is spoken, the same on every machine."""

from __future__ import annotations

import datetime as dt
import re
from typing import Final

from bot.rendering.wording import ENGLISH, spoken
from bot.rendering.wording import gettext as _
from corpus.article import Draft, PublicationDate

MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

_WEEKDAY: Final = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_MONTH: Final = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?"
    r"|Nov(?:ember)?|Dec(?:ember)?)"
)
_UNIT: Final = (
    r"(?:night|week|weekend|month|quarter|year|decade|century|season|spring|summer|autumn|fall|winter|Christmas|Easter"
    r"|Ramadan|Thanksgiving)"
)
# "her last year in office", "the last week of May" and "the next morning" are told from the story, not from today.
_NOT_OF_A_STORY: Final = "".join(
    rf"(?<!\b{word}\s)" for word in ("the", "The", "his", "her", "its", "my", "our", "their", "His", "Her", "Its")
)
_RELATIVE: Final = re.compile(
    rf"\b(?:today|tonight|yesterday|tomorrow"
    rf"|{_NOT_OF_A_STORY}(?<![’']s\s)(?:last|next|past|previous|coming)\s(?:{_UNIT}|{_WEEKDAY}|{_MONTH})"
    rf"|this\s(?:past\s|coming\s)?(?:{_UNIT}|{_WEEKDAY}|{_MONTH}|morning|afternoon|evening)"
    # "over the past two years", "in the coming days"
    rf"|(?:in|over|during|within|for|of)\sthe\s(?:last|past|next|coming)\s(?:[\w-]{{1,12}}\s){{0,2}}(?:{_UNIT}|day|hour)s?"
    rf"(?!\sof)"
    rf"|(?:{_UNIT}|day|hour|minute)s?(?:\sand\sa\shalf)?\sago"
    # A weekday that no date follows means the one next to the day of publication: "on Monday", "said Tuesday".
    rf"|(?:on|late|early|since|until|by|before|after|through|from|said|told\s\w{{1,20}}|[a-z]{{2,15}}ed)\s{_WEEKDAY}"
    rf"(?!,?\s(?:{_MONTH}\b|\d)|\s(?:Times|Telegraph|Mail|Mirror|school|Night\b))"
    rf"|(?<!every\s)(?<!each\s){_WEEKDAY}\s(?-i:morning|afternoon|evening|night)(?!,?\s(?:{_MONTH}\b|\d)))\b",
    re.IGNORECASE,
)


def shown_day(day: dt.date) -> str:
    """``4 Jul 2024``; in Spanish ``4 jul 2024``, in Chinese ``2024年7月4日``."""
    return _in_order("yMMMd", day) or f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def shown_published(published: PublicationDate) -> str | None:
    """No more exact than the source: ``4 Jul 2024``, ``Jul 2024`` or ``2024``; None when nothing is known."""
    days = published.days()
    if days is None or published.text is None:
        return None
    day = days[0]
    match len(published.text):
        case 4:
            return _in_order("y", day) or f"{day.year}"
        case 7:
            return _in_order("yMMM", day) or f"{MONTHS[day.month - 1]} {day.year}"
        case _:
            return shown_day(day)


def shown_date(article: Draft) -> str:
    """When an article was published; else when it was posted, which is said; else ``undated``."""
    if published := shown_published(article.published):
        return published
    if article.posted is None:
        return _("undated")
    return _("posted {day}").format(day=shown_day(article.posted.date()))


def shown_range(first: dt.date | None, last: dt.date | None, *, year: bool = True) -> str:
    """``20–23 Nov 2026``, ``28 Oct – 2 Nov 2026``, ``since 1 Jan 2024``, ``until 31 Jul 2024``; "" for no days.

    Without `year` it goes where both days share one: ``20–23 Nov``.
    """
    if first is None or last is None:
        if first:
            return _("since {day}").format(day=shown_day(first))
        return _("until {day}").format(day=shown_day(last)) if last else ""
    if first.year != last.year:
        return _between("yMMMd", first, last) or f"{shown_day(first)} – {shown_day(last)}"
    if local := _between("yMMMd" if year else "MMMd", first, last):
        return local
    end = f"{last.day} {MONTHS[last.month - 1]}" + (f" {last.year}" if year else "")
    if first == last:
        return end
    if first.month == last.month:
        return f"{first.day}–{end}"
    return f"{first.day} {MONTHS[first.month - 1]} – {end}"


def has_relative_time(text: str) -> bool:
    """Whether a text says "last year", "yesterday", "on Tuesday": words that mean nothing without its own date.

    "Recently", "now" and a month without its year are left alone: no day follows from them that the source's own date
    beside the quote does not already tell, and marking them would mark most of what newspapers write.
    """
    return _RELATIVE.search(text) is not None


def _in_order(skeleton: str, day: dt.date) -> str | None:
    """The parts of a day as the language has them (Unicode's CLDR); None in English, which we write in our own way."""
    if (language := spoken()) == ENGLISH:
        return None
    from babel.dates import format_skeleton

    return format_skeleton(skeleton, day, locale=language)


def _between(skeleton: str, first: dt.date, last: dt.date) -> str | None:
    """As `_in_order`, for the days from one to another."""
    if (language := spoken()) == ENGLISH:
        return None
    from babel.dates import format_interval

    return format_interval(first, last, skeleton, locale=language).replace("\u2009", " ")
