"""Telling a person's name from a publication's by its shape. Shapes deceive: callers mark fields found so as weak."""

from __future__ import annotations

import re

from corpus.extraction.outlets import known_outlet

_PARTICLES = frozenset(
    "de da di do dos das del della van von der den ter la le los bin ibn al el y du zu af av san zur vom ten te "
    "ben abu abd ul dr. prof. sir".split()
)
SMALL = frozenset("the of and on for in de la le du des et & der die das und del y a an für".split())
# Words that stand last in the names of publications. A surname among them (Press, Post) is rarer than the paper.
_OUTLET_WORDS = frozenset(
    "agency blog bulletin chronicle compass courier daily diario digest dispatch examiner express gazeta gazette globe "
    "guardian herald independent inquirer insider jornal journal kurier ledger magazin magazine mail manifest mercury "
    "mirror monitor monthly nachrichten news newsletter newspaper noticias observer online packet podcast post presse "
    "press quarterly radio record redaktion register report reporter review revista revue rundschau sentinel spectator "
    "standard star substack sun telegraph television times today tribune tv weekly wiki wire zeitung".split()
)
_OUTLET_ENDINGS = ("zeitung", "anzeiger", "nachrichten", "rundschau", "kurier", "magazin", "tagblatt", "presse", ".com")
# What else is no person's name: bodies that sign their own news.
_BODY_WORDS = frozenset(
    "agency association bureau centre center club commission committee company corporation council department "
    "deutschland foundation germany group institut institute international library ministry museum network office "
    "organisation organization partei party school society staff stiftung team union university universität verband "
    "verein".split()
)
_HOST = re.compile(
    r"(?:www\.)?[A-Za-z0-9][\w-]{0,40}(?:\.[A-Za-z0-9][\w-]{0,40}){0,2}\."
    r"(?:com|org|net|info|news|online|blog|press|media|co|io|tv|[a-z]{2}|COM|ORG|NET|TV|[A-Z]{2})"
)
_HAN_NAME = re.compile(r"[一-鿿]{2,4}(?:[ 、·][一-鿿]{2,4}){0,3}")


# What newspapers print above or below a headline for the part of the paper that it stands in.
_SECTIONS = frozenset(
    "analysis arts business column commentary culture deutschland economy editorial essay europe exclusive feature "
    "features feuilleton finance health international interview letters lifestyle meinung national news op-ed opinion "
    "perspective politics politik review science sport sports tech technology travel us world wirtschaft".split()
)


def one_line(text: str) -> str:
    return " ".join(text.split())


def letters_of(text: str) -> str:
    """What names and headlines are compared by: letters and digits alone, without case."""
    return re.sub(r"[\W_]+", "", text.casefold())


def is_section(text: str) -> bool:
    """Whether a line names a part of a newspaper: "Opinion", "World News"."""
    return all(word.casefold().strip(".:|/&") in _SECTIONS | {"and", ""} for word in text.split())


def names_an_outlet(text: str) -> bool:
    """Whether a title of a few words is a publication's by what such names are made of: "Harbour Gazette"."""
    words = text.casefold().split()
    if not words or len(words) > 8:
        return False
    if _HOST.fullmatch(text.strip()):
        return True
    if known_outlet(text) is not None:
        return True
    if words[-1].endswith(_OUTLET_ENDINGS) and is_title_case(text):
        return True
    return len(words) > 1 and is_title_case(text) and (words[0] == "the" or words[-1].strip(".") in _OUTLET_WORDS)


def is_name(text: str) -> bool:
    """Whether the text could be one person's name by its shape: two to five capitalised words."""
    tokens = text.split()
    if not 2 <= len(tokens) <= 5 or len(text) > 60:
        return False
    return all(map(is_name_token, tokens)) and tokens[0].casefold() not in SMALL


_BY_WORDS = frozenset({"By", "Von", "Par", "Por", "Di", "De", "Door", "Av"})


def is_person(text: str) -> bool:
    """A stricter `is_name` for a line without "By": no word of a body's name, no run of capitals beside other words."""
    words = [word.strip(".,") for word in text.split()]
    if not is_name(text) or len(words) > 4 or names_an_outlet(text) or words[0] in _BY_WORDS:
        return False
    if {word.casefold() for word in words} & (_BODY_WORDS | _OUTLET_WORDS):
        return False
    capitals = [word for word in words if len(word) > 2 and word.isupper()]
    return not capitals or len(capitals) == len([word for word in words if len(word) > 2])


def is_short_name(text: str) -> bool:
    """One word that somebody may sign with: a first name, a pen name, a name in Chinese characters."""
    return _HAN_NAME.fullmatch(text) is not None or (
        re.fullmatch(r"\w[\w.’'-]{1,30}", text) is not None and not text[0].isdigit()
    )


def is_name_token(token: str) -> bool:
    if token.casefold() in _PARTICLES:
        return True
    letters = re.sub(r"[-'’.,\"]", "", token)
    return letters.isalpha() and not letters[0].islower()


def is_title_case(text: str) -> bool:
    words = text.split()
    return (
        1 <= len(words) <= 8
        and all(word.casefold() in SMALL or not word[0].islower() for word in words)
        and text[0].isalpha()
    )
