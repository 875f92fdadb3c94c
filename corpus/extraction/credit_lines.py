"""Lines of nothing but a name, a publication and a date, in any order, and the few words about an author at the end."""

from __future__ import annotations

import re

from corpus.article import Precision, PublicationDate
from corpus.dates import find_publication_date
from corpus.extraction.bylines import GAP, Byline, parts_of, special_to
from corpus.extraction.clues import NO_CLUES, Clues, year_alone
from corpus.extraction.names import is_name, is_person, is_title_case, one_line
from corpus.extraction.outlets import is_plain_word, known_outlet

_SOURCE_WORD = re.compile(
    r"^(?:Source|From|Via|Quelle|Fuente|Fonte|Источник|来源|Published (?:in|by)|Originally published (?:in|by|at)"
    r"|First published (?:in|by))[:：]?[ \u00a0]?",
    re.IGNORECASE,
)
_FULL_STOP = re.compile(r"(?<!\b[A-Z])(?<!\b[JS]r)\.$")  # a full stop at the end, but not of "Ana C." or "Jr."
_COMMA = re.compile(r",[ \u00a0]")
_VERB = r"(?:is|are|was|were|has been|teaches|covers|writes|reports|serves|works|lives|ist|lehrt|schreibt|est|es)\b"
_ABOUT_AUTHOR = re.compile(
    r"^[-—–*_•\s]{0,4}(?:About the (?:author|writer)s?\b"
    rf"|(?:The (?:writer|author)s?|Der Autor|Die Autorin|L[’']auteure?|El autor|La autora) {_VERB}"
    rf"|(?P<name>[A-ZÀ-Þ][^\n,:;!?]{{3,50}}?),? (?={_VERB}|an? ))"
)
_MARKED = re.compile(r"^[\s(\[]{0,3}(?:[—–*_•]|-- ?)")
_MOST_PARTS = 3  # of a line of credits
_MOST_WORDS_ABOUT_AUTHOR = 70


def read_credit_line(line: str, clues: Clues = NO_CLUES, *, alone: bool = False) -> Byline | None:
    """``Name, Outlet, date`` and what is left of it when one is missing; None for a line with other words in it.

    `alone` says that the line stands where credits stand, by itself: then its date counts beside names that could be
    anybody's or anything's, and those are left unsaid.
    """
    line = line.strip(" *_()[]—–-\u00a0")
    said = _SOURCE_WORD.match(line)
    line = line[said.end() :] if said else line
    if not 2 <= len(line) <= 160:
        return None
    if (whole := known_outlet(line)) is not None and not is_plain_word(line):
        return Byline("outlet-line", outlet=whole)
    if (special := special_to(line)) is not None:
        return Byline("special-to", outlet=special, weak=frozenset(() if known_outlet(special) else ("outlet",)))
    if said is not None and is_title_case(line) and clues.names_outlet(line):
        return Byline("source-line", outlet=one_line(line), weak=frozenset({"outlet"}))
    published, guessed, parts, behind = _date_and_parts(line, clues)
    if not parts:
        dated_only = Byline("date-line", published=published, weak=frozenset({"published"} if guessed else ()))
        return dated_only if published is not None else None
    signed = [part[3:].strip() for part in parts if part[:3].casefold() == "by "]
    parts = [part for part in parts if part[:3].casefold() != "by "]
    outlets = [part for part in parts if known_outlet(part)] or [part for part in parts if clues.names_outlet(part)]
    others = [part for part in parts if part not in outlets]
    known = bool(outlets) and known_outlet(outlets[0]) is not None
    if published is not None and published.precision is Precision.YEAR and not outlets:
        return None  # a name and a number
    if published is None and not (known and (others or signed)) and not (outlets and signed):
        return None
    if not outlets and len(others) == 2 and not signed:
        outlets, others = others[1:], others[:1]  # "Name, Outlet, date" is the usual order
    elif not outlets and len(others) == 1 and signed:
        outlets, others = others, []
    names = signed or others
    # Behind a date alone may stand a name or a publication, and nothing tells which.
    unclear = published is not None and len(parts) == len(behind) == len(others) == 1
    unclear = unclear or len(outlets) > 1 or len(names) > 1 or bool(signed and others)
    unclear = unclear or not all(map(is_title_case, outlets))
    if unclear or not all(map(is_name if signed or (outlets and known) else is_person, names)):
        short = len(names + outlets) <= _MOST_PARTS and all(len(part.split()) <= 5 for part in names + outlets)
        dated_alone = alone and published is not None and short and all(map(is_title_case, names + outlets))
        return Byline("credit-line", published=published, weak=frozenset({"published"})) if dated_alone else None
    weak = {"author"} if others else set()
    weak |= {"outlet"} if outlets and not known else set()
    weak |= {"published"} if guessed else set()
    return Byline(
        "credit-line",
        one_line(names[0]) if names else None,
        one_line(outlets[0]) if outlets else None,
        published,
        frozenset(weak),
    )


def _date_and_parts(line: str, clues: Clues) -> tuple[PublicationDate | None, bool, list[str], list[str]]:
    """The date in a line, whether its year was guessed, what else the line says, and what of that follows the date."""
    written = find_publication_date(line)
    dated = written or clues.day_without_year(line)
    guessed = dated is not None and written is None
    if dated is None and _COMMA.search(line) and (year := year_alone(line)) is not None and year[2] == len(line):
        dated = year
    if dated is None:
        return None, False, _parts(line), []
    behind = line[dated[2] :]
    if (again := find_publication_date(behind)) is not None:  # "Published ... | Updated ..."
        behind = f"{behind[: again[1]]} | {behind[again[2] :]}"
    following = _parts(behind)
    return dated[0], guessed, [*_parts(line[: dated[1]]), *following], following


def _parts(text: str) -> list[str]:
    pieces = (piece.strip(" :()") for chunk in GAP.split(text) for piece in _COMMA.split(chunk))
    return [part for piece in pieces for part in parts_of(_FULL_STOP.sub("", piece))]


def about_author(paragraph: str, author: str | None) -> str | None:
    """The name in a closing paragraph about the writer ("Ana Bee teaches history at ..."); "" where it says none.

    None for any other paragraph. A person is not the writer because the article ends with him: it takes the known
    author's name, "The writer", or a mark before the line.
    """
    text = paragraph.strip(" *_[]()\u00a0")
    if not 3 <= len(text.split()) <= _MOST_WORDS_ABOUT_AUTHOR or "\n" in text:
        return None
    if (found := _ABOUT_AUTHOR.match(text)) is None:
        return None
    name = found["name"]
    if name is None:
        return ""
    name = name.strip(" -—–*_•")
    if author is not None:
        one, other = name.casefold(), author.casefold()
        return name if one in other or other in one else None
    return name if _MARKED.match(paragraph) and is_person(name) else None
