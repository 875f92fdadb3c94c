"""Lines that say who wrote an article, where and when it appeared. Strict: a line with anything else in it is text."""

from __future__ import annotations

import re
from dataclasses import dataclass

from corpus.article import PublicationDate
from corpus.dates import find_publication_date
from corpus.outlets import known_outlet

_BY = re.compile(r"^[\s*_]{0,6}(?P<by>By|BY|Par|PAR|Von|VON|Di|De|Por|Door|by)\s?:?[ \u00a0]+(?P<rest>\S.{1,240})$")
_GAP = re.compile("[ \u00a0\t]{2,}|[ \u00a0]*[|•·●/][ \u00a0]*|[ \u00a0][-–—][ \u00a0]|\n")
_AND = re.compile(r",?[ \u00a0]+(?:and|&|et|und|y|e|with|en)[ \u00a0]+|,[ \u00a0]*")
_PARTICLES = frozenset(
    "de da di do dos das del della van von der den ter la le los bin ibn al el y du zu af av san".split()
)
_SMALL = frozenset("the of and on for in de la le du des et & der die das und del y a an".split())
_ABOUT_TIME = re.compile(
    r"^(?:(?:first |last )?(?:published|updated|posted|modified)(?: (?:on|at))?:?|on|at|date:?"
    r"|(?:mon|tues|wednes|thurs|fri|satur|sun)day"
    r"|(?:at )?\d{1,2}[:.h]\d{2}.{0,20}|\d{1,2} ?[ap]\.?m\.?.{0,8}|\(?[A-Z]{2,4}\)?|updated.{0,40})?$",
    re.IGNORECASE,
)
_LONGEST_LINE = 260
_OUTLET_WORDS = frozenset(
    "agency bulletin chronicle courier daily dispatch examiner express gazette globe guardian herald independent "
    "inquirer journal ledger magazine mail manifest mercury mirror monitor monthly nachrichten news newspaper observer "
    "online post press quarterly radio record register report reporter review rundschau sentinel standard star sun "
    "telegraph television times today tribune tv weekly wire zeitung".split()
)


@dataclass(frozen=True, slots=True)
class Byline:
    """What one line says; a field that it does not say is None. `weak` names the fields that were guessed."""

    rule: str
    author: str | None = None
    outlet: str | None = None
    published: PublicationDate | None = None
    weak: frozenset[str] = frozenset()


def read_byline(line: str) -> Byline | None:
    """``By NAME  DATE  OUTLET`` and its shorter forms; None when the line is no byline."""
    found = _BY.match(line) if len(line) <= _LONGEST_LINE else None
    if found is None or (found["by"] in ("De", "Di", "by") and not find_publication_date(line)):
        return None  # "De" begins sentences in five languages, so it needs a date on the same line
    rest = found["rest"].rstrip(" *_\u00a0")
    dated = find_publication_date(rest)
    before = rest if dated is None else rest[: dated[1]]
    after = "" if dated is None else rest[dated[2] :]
    left = [part.strip(" ,;\u00a0") for part in _GAP.split(before)]
    left = [part for part in left if part and not _ABOUT_TIME.match(part)]
    right = [part.strip(" ,;\u00a0") for part in _GAP.split(after)]
    right = [part for part in right if part and not _ABOUT_TIME.match(part)]
    if not left:
        return None
    names, outlet = _names_and_outlet(left[0], alone_is_enough=dated is not None or len(left) > 1)
    if not names and outlet is None:
        return None
    weak = {"outlet"} if outlet is not None and known_outlet(outlet) is None else set()
    for candidate, trusted in [*((part, False) for part in left[1:]), *((part, True) for part in right)]:
        known = known_outlet(candidate)
        if known:
            outlet = candidate
        elif outlet is None and _is_title_case(candidate):
            outlet = candidate
            if not trusted:  # after the date stands the publication; before it may stand a job title
                weak.add("outlet")
        elif outlet is None and len(candidate.split()) > 8:
            return None
    author = " ".join(names.split()) if names else None
    return Byline("byline", author, _one_line(outlet), dated[0] if dated else None, frozenset(weak))


def read_credit_line(line: str) -> Byline | None:
    """A line of nothing but a date, a known outlet and a name, in any order: ``Name, Outlet, date``; else None."""
    line = line.strip(" *_()[]—–-\u00a0")
    line = re.sub(r"^(?:Source|From|Via|Published (?:in|by)):? ", "", line)
    if not 2 <= len(line) <= 160:
        return None
    if (whole := known_outlet(line)) is not None:
        return Byline("outlet-line", outlet=whole)
    dated = find_publication_date(line)
    residue = line if dated is None else f"{line[: dated[1]]} | {line[dated[2] :]}"
    parts = [part.strip(" .,;:()\u00a0") for chunk in _GAP.split(residue) for part in re.split(r",[ \u00a0]", chunk)]
    parts = [part for part in parts if part and not _ABOUT_TIME.match(part)]
    published = dated[0] if dated else None
    if not parts:
        return Byline("date-line", published=published)
    signed = [part[3:].strip() for part in parts if part[:3].lower() == "by "]
    parts = [part for part in parts if part[:3].lower() != "by "]
    outlets = [part for part in parts if known_outlet(part)] or [part for part in parts if names_an_outlet(part)]
    others = [part for part in parts if part not in outlets]
    known = bool(outlets) and known_outlet(outlets[0]) is not None
    if published is None and not (known and (others or signed)) and not (outlets and signed):
        return None
    if not outlets and len(others) == 2 and not signed:
        outlets, others = others[1:], others[:1]  # "Name, Outlet, date" is the usual order
    elif not outlets and len(others) == 1 and (signed or others[0].lower().startswith("the ")):
        outlets, others = others, []
    names = signed or others
    if len(outlets) > 1 or len(names) > 1 or (signed and others) or not all(map(_is_title_case, outlets)):
        return None
    if not all(map(is_name, names)):
        return None
    weak = ({"author"} if others else set()) | ({"outlet"} if outlets and not known else set())
    return Byline(
        "credit-line",
        _one_line(names[0]) if names else None,
        _one_line(outlets[0]) if outlets else None,
        published,
        frozenset(weak),
    )


def names_an_outlet(text: str) -> bool:
    """Whether a title of a few words is a publication's by what such names are made of: "Harbour Gazette"."""
    words = text.casefold().split()
    return 1 < len(words) <= 8 and _is_title_case(text) and (words[0] == "the" or words[-1].strip(".") in _OUTLET_WORDS)


def is_name(text: str) -> bool:
    """Whether the text could be one person's name by its shape: two to five capitalised words."""
    tokens = text.split()
    if not 2 <= len(tokens) <= 5 or len(text) > 60:
        return False
    return all(_is_name_token(token) for token in tokens) and tokens[0].lower() not in _SMALL


def _is_name_token(token: str) -> bool:
    bare = token.strip(".,'’\"")
    if token.lower() in _PARTICLES:
        return True
    letters = bare.replace("-", "").replace("'", "").replace("’", "").replace(".", "")
    return letters.isalpha() and not letters[0].islower()


def _names_and_outlet(text: str, *, alone_is_enough: bool) -> tuple[str | None, str | None]:
    """The names in the first part of a byline, as written, and an outlet among them: "Jane Doe, Reuters"."""
    if known_outlet(text):
        return None, text
    if len(text) > 160:
        return None, None
    parts = _AND.split(text)
    if (
        len(parts) == 2
        and "," in text
        and all(map(is_name, parts))
        and not re.search(r"[ \u00a0](?:and|&)[ \u00a0]", text)
    ):
        return parts[0], parts[1]  # two authors are joined by "and"; a comma comes before the publication
    kept_until = 0
    outlet: str | None = None
    position = 0
    for part in parts:
        start = text.index(part, position)
        position = start + len(part)
        if known_outlet(part) or (kept_until and names_an_outlet(part)):
            outlet = part
        elif is_name(part) or (alone_is_enough and _is_name_token(part)):
            kept_until = position
        elif kept_until == 0:
            return None, None
        else:
            break  # a job title after the name
    return (text[:kept_until] or None), outlet


def _is_title_case(text: str) -> bool:
    words = text.split()
    return (
        1 <= len(words) <= 8
        and all(word.lower() in _SMALL or not word[0].islower() for word in words)
        and text[0].isalpha()
    )


def _one_line(text: str | None) -> str | None:
    return " ".join(text.split()) if text else None
