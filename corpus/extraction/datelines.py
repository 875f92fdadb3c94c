"""Datelines: the place, and at times day and agency, that open an article's first paragraph. They stay in its text."""

from __future__ import annotations

import re
from dataclasses import dataclass

from corpus.extraction.outlets import known_outlet

_PLACE = (
    r"[A-ZÀ-ÞА-Я][A-ZÀ-ÞА-Я.'’-]{1,30}"
    r"(?:(?:, | |/|-)(?:[A-ZÀ-ÞА-Я][A-ZÀ-ÞА-Я.'’-]{0,30}|(?:de|del|la|sur|am)(?= ))){0,5}"
)
_REGION = r"(?:, [A-Z][A-Za-z.]{1,20}(?: [A-Z][a-z]{2,15})?){0,2}"  # ", Calif.", ", South Africa"
_DAY = r"(?:,? (?P<day>[A-Z][a-z]{2,8}\.? \d{1,2}|\d{1,2}\.? [A-Za-zé]{3,9}\.?))?"
_DASH = r"(?:[ \u00a0]?[—–][ \u00a0]?|[ \u00a0]--?[ \u00a0]|-{2}[ \u00a0]?)"
_BEGINS = r"(?=[\"“„«‘'(\[]{0,3}[A-ZÀ-ÞА-Я\d…])"  # a sentence: not "NATO—an alliance that"
_WITH_AGENCY = re.compile(
    rf"^(?P<place>{_PLACE}{_REGION}|[A-ZÀ-Þ][\w.'’-]{{1,30}}(?:[ -][A-ZÀ-Þ][\w.'’-]{{1,30}}){{0,3}}{_REGION}){_DAY}"
    rf",? ?\((?P<outlet>[A-Za-z .-]{{2,30}})\)[ \u00a0]?(?:{_DASH}|[.-]{{1,2}}[ \u00a0]?)" + _BEGINS
)
_WITHOUT = re.compile(rf"^(?P<place>{_PLACE}{_REGION}){_DAY}{_DASH}" + _BEGINS)
_LONGEST = 90
# In capitals and before a dash, but the beginning of a headline or of a transcript, not a place.
_NO_PLACE = frozenset("breaking update updated exclusive opinion analysis watch video live note correction q a".split())


@dataclass(frozen=True, slots=True)
class Dateline:
    """``BEIJING, July 4 (Reuters) —``: the place as written, the day without its year and the agency where given."""

    place: str
    day: str | None
    outlet: str | None


def read_dateline(paragraph: str) -> Dateline | None:
    """The dateline that the paragraph begins with; None without one."""
    head = paragraph[: _LONGEST + 10]
    found = _WITH_AGENCY.match(head) or _WITHOUT.match(head)
    if found is None or found.end() > _LONGEST:
        return None
    place = found["place"].strip(" ,")
    if sum(map(str.isalpha, place)) < 3 or place.split()[0].casefold().strip(".:") in _NO_PLACE:
        return None
    agency = found.groupdict().get("outlet")
    outlet = known_outlet(agency) if agency else None
    if agency and outlet is None:
        return None
    return Dateline(place, found["day"], outlet)
