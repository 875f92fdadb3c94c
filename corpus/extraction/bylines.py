"""Lines that begin with "By" in one of several languages: names, and the publication and date behind them.

Strict: a line with anything else in it is text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from corpus.article import PublicationDate
from corpus.dates import find_publication_date
from corpus.extraction.clues import NO_CLUES, Clues
from corpus.extraction.names import is_name, is_name_token, is_short_name, is_title_case, one_line
from corpus.extraction.outlets import known_outlet

_BY = re.compile(
    r"^[\s*_]{0,6}(?:"
    r"(?P<by>(?:(?:Words|Text|Story|Written|Reported|Posted|Analysis|Opinion|Commentary|Column|Interview|Review"
    r"|Guest [Ee]ssay) )?(?:By|by)|BY|Par|PAR|Von|VON|Di|De|Por|POR|Door|Av|Autor(?:a|in|en)?(?=:)|Auteure?(?= ?:)"
    r"|Authors?(?=:)|Автор(?=:))\s?:?[ \u00a0]+"
    r"|(?P<han>作者|记者|文)[ \u00a0]?[:：/／|丨][ \u00a0]?)(?P<rest>\S.{0,240})$"
)
# In these languages the word begins sentences too, so it needs a date on the same line.
_NEEDS_DATE = frozenset({"De", "Di", "by", "Av"})
GAP = re.compile("[ \u00a0\t]{2,}|[ \u00a0]*[|•·●/—][ \u00a0]*|[ \u00a0][-–][ \u00a0]|\n")
_AND = re.compile(r",?[ \u00a0]+(?:and|&|et|und|y|e|with|en|и|i)[ \u00a0]+|,[ \u00a0]*|、")
_JOINED = re.compile(r"[ \u00a0](?:and|&|et|und|y|e|и)[ \u00a0]")
_TIME_WORDS = (
    r"(?:first |last )?(?:published|updated|posted|modified)(?: (?:on|at))?"
    r"|(?:publi(?:é|cado|cato|cada)|mis à jour|actualizado|aggiornato)(?: (?:le|el|il|em))?"
    r"|stand|(?:veröffentlicht|aktualisiert|erschienen)(?: am)?"
    r"|опубликовано|обновлено|on|at|am|le|el|il|date|vom|um"
)
_WEEKDAYS = (
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:mon|diens|donners|frei|sams|sonn)tag|mittwoch|lundi|mardi|mercredi"
    r"|jeudi|vendredi|samedi|dimanche|lunes|martes|miércoles|jueves|viernes|sábado|domingo"
)
ABOUT_TIME = re.compile(
    rf"^(?:(?:{_TIME_WORDS}):?|{_WEEKDAYS}|(?:at |um |à |T)?\d{{1,2}}[:.h]\d{{2}}.{{0,20}}"
    r"|\d{1,2} ?[ap]\.?m\.?.{0,8}"
    r"|\(?(?:[ECMP][SD]?T|GMT|UTC|BST|CES?T|EES?T|MSK|IST|JST|HKT|SGT|AE[SD]T)\)?|Uhr|г\.?|updated.{0,40})?$",
    re.IGNORECASE,
)
_SPECIAL_TO = re.compile(r"^(?:special|exclusive) (?:to|for) (?P<outlet>.{2,60})$", re.IGNORECASE)
_FOR_OUTLET = re.compile(r"[ \u00a0](?:for|für|pour|para)[ \u00a0](?P<outlet>.{2,60})$")
LONGEST_LINE = 260


@dataclass(frozen=True, slots=True)
class Byline:
    """What one line says; a field that it does not say is None. `weak` names the fields that were guessed."""

    rule: str
    author: str | None = None
    outlet: str | None = None
    published: PublicationDate | None = None
    weak: frozenset[str] = frozenset()


def read_byline(line: str, clues: Clues = NO_CLUES, *, alone: bool = False) -> Byline | None:
    """``By NAME  DATE  OUTLET`` and its shorter forms; None when the line is no byline.

    `alone` says that the line stands where a byline stands, by itself: then one word is a name too.
    """
    found = _BY.match(line) if len(line) <= LONGEST_LINE else None
    if found is None or (found["by"] in _NEEDS_DATE and not find_publication_date(line)):
        return None
    rest = found["rest"].rstrip(" *_\u00a0")
    written = find_publication_date(rest)
    dated = written or clues.day_without_year(rest)
    before = rest if dated is None else rest[: dated[1]]
    after = "" if dated is None else rest[dated[2] :]
    left, right = parts_of(before), parts_of(after)
    if not left:
        return None
    single = alone or found["han"] is not None or len(left) > 1 or written is not None
    names, outlet, weak = _names_and_outlet(left[0], clues, single=single)
    if not names and outlet is None:
        return None
    for candidate, trusted in [*((part, False) for part in left[1:]), *((part, True) for part in right)]:
        special = special_to(candidate)
        known = known_outlet(special or candidate)
        if known or special:
            outlet = special or candidate
            weak = weak - {"outlet"} if known else weak | {"outlet"}
        elif outlet is None and is_title_case(candidate):
            outlet = candidate
            if not trusted:  # after the date stands the publication; before it may stand a job title
                weak |= {"outlet"}
        elif outlet is None and len(candidate.split()) > 8:
            return None
    if dated is not None and written is None:
        weak |= {"published"}  # its year is the posting's
    author, outlet = (one_line(said) if said else None for said in (names, outlet))
    return Byline("byline", author, outlet, dated[0] if dated else None, weak)


def special_to(text: str) -> str | None:
    """The publication in ``Special to The Brae Post``."""
    found = _SPECIAL_TO.match(text.strip(" *_()\u00a0"))
    return found["outlet"].strip(" .*_") if found and is_title_case(found["outlet"]) else None


def parts_of(text: str) -> list[str]:
    """What stands between the marks of a line, without the words around a date."""
    parts = (part.strip(" ,;\u00a0") for part in GAP.split(text))
    return [part for part in parts if part and not ABOUT_TIME.match(part)]


def _names_and_outlet(text: str, clues: Clues, *, single: bool) -> tuple[str | None, str | None, frozenset[str]]:
    """The names in the first part of a byline, as written, and an outlet among them: "Jane Doe, Reuters"."""
    if known_outlet(text):
        return None, text, frozenset()
    if len(text) > 160:
        return None, None, frozenset()
    if (behind := _FOR_OUTLET.search(text)) is not None and (
        clues.names_outlet(behind["outlet"]) or is_title_case(behind["outlet"])
    ):
        names, _, _ = _names_and_outlet(text[: behind.start()], clues, single=single)
        return names, behind["outlet"], frozenset() if known_outlet(behind["outlet"]) else frozenset({"outlet"})
    kept_until = position = 0
    outlet: str | None = None
    weak: frozenset[str] = frozenset()
    parts = _AND.split(text)
    if len(parts) == 2 and "," in text and all(map(is_name, parts)) and _JOINED.search(text) is None:
        # Two authors are joined by "and"; a comma comes before the publication, most of the time.
        return parts[0], parts[1], frozenset() if known_outlet(parts[1]) else frozenset({"outlet"})
    for part in parts:
        start = text.index(part, position)
        position = start + len(part)
        bare = special_to(part) or part
        if known_outlet(bare) or bare != part or (kept_until and clues.names_outlet(bare)):
            outlet = bare
            weak |= frozenset() if known_outlet(bare) else {"outlet"}
        elif is_name(part):
            kept_until = position
        elif kept_until and is_name(text[:kept_until]) and is_title_case(part) and part == parts[-1] and single:
            outlet, weak = part, weak | {"outlet"}  # "Von Änne Öhl, Inselbote"
        elif single and (_is_single(part) if len(parts) == 1 else is_name_token(part)):
            weak |= {"author"}  # a first name or a pen name
            kept_until = position
        elif kept_until == 0:
            return None, None, frozenset()
        else:
            break  # a job title after the name
    return (text[:kept_until] or None), outlet, weak


def _is_single(part: str) -> bool:
    return is_short_name(part) and not ABOUT_TIME.match(part) and find_publication_date(f"{part} 1, 2000") is None
