"""The names in one line of a page, freed from what publishing systems write around them: labels, dates, jobs."""

from __future__ import annotations

import html
import itertools
import re

from corpus.dates import find_publication_date
from corpus.extraction.names import is_name, is_person, is_section, names_an_outlet
from corpus.extraction.outlets import known_outlet
from corpus.webpage.dates import with_dates_apart

_ROLE = (
    r"(?:gast)?autor(?:\*?in|en|innen)?|autore|authors?|auteurs?|verfasser(?:in)?|redakteur(?:in)?|redac(?:tor|ción)|editor|责任编辑|记者|作者"
    r"|текст|авторы?"
)
_PUBLISHED = (
    r"posted|published|veröffentlicht|erstellt|geschrieben|verfasst|eingestellt|gepostet|publiziert|hochgeladen"
    r"|hinzugefügt|publiée?|rédigée?|postée?|[ée]crit|escrito|publicado|scritto|pubblicato|geplaatst|geschreven|submitted"
)
_BEFORE_BY = (
    rf"articles?|textes?|testo|texto|tekst|propos recueillis|a cura|artikel|beitrag|bericht"
    rf"|text|story|words|fotos?|photos?|und|and|&|written|reported|{_PUBLISHED}|zeige"
    r"|analysis|alle beiträge|(?:view )?all posts|archive|posts?"
    r"|eine? (?:kolumne|beitrag|artikel|gastbeitrag|kommentar|text|interview|analyse|essay)|gastbeitrag|kolumne"
)
# "By", "Ein Beitrag von", "Text & Fotos:", "Auteur :", in English, German, French, Spanish, Italian, Dutch, Polish.
_LABEL = re.compile(
    rf"(?:【[^】]{{1,8}}】)?[\W_]{{0,4}}(?:(?:{_BEFORE_BY}|{_ROLE}|von|by|par|por)\s?[:/]?\s+){{0,5}}"
    rf"(?:(?:by|von|vom|par|por|di|da|door|av|af|przez|od)\b\s?:?"
    rf"|(?:{_ROLE}|text[eo]?|testo|tekst|words|interview|fotos?|photos?|redaktion)\s?[:：|])"
    rf"(?:\s(?:unserem|unserer|unseren)(?:\s\w{{4,30}})?(?=\s))?\s*",
    re.IGNORECASE,
)
# What the standard themes of WordPress write below a post, or above it (the oldest of them).
_SENTENCE = re.compile(
    r"(?:this (?:entry|post) was (?:posted|written)|dies(?:er|e) (?:beitrag|eintrag|artikel|post) wurde"
    r"|ce contenu a été publié)[^\n]{0,150}?\s(?:by|von|par)\s(?P<name>[^\n.,]{2,60}?)"
    r"(?=[.,]|\s(?:on|am|um|in|unter|veröffentlicht|geschrieben|erstellt|verfasst|gepostet|avec|le)\b|\s?$)"
    r"|(?:filed under|abgelegt unter|category|kategorien?)\s?:[^\n]{1,300}\s—\s(?P<poster>[^\n—@]{2,40})\s@"
    r"\s\d{1,2}:\d\d",
    re.IGNORECASE,
)
_PICTURES_LABEL = re.compile(r"[\W_]{0,4}(?:fotos?|photos?)(?:\s(?:by|von|par|por))?\s?[:：|]?\s*", re.IGNORECASE)
_ROLE_ALONE = re.compile(rf"[\W_]{{0,4}}(?:{_ROLE}|by|von)\s+", re.IGNORECASE)
_NOTHING_BUT_LABEL = re.compile(
    rf"[\W_]{{0,4}}(?:(?:{_PUBLISHED}|written|text|beitrag|artikel)\s)?(?:{_ROLE}|by|von|par|por|text)(?:\(s\))?\s?[:：]?",
    re.IGNORECASE,
)
# What follows a name on its line: a separator, a date or a time, an address, a place of work, a biography.
_AFTER_NAME = re.compile(
    r"\n|\t|\s?[|·•]|\s[–—~»›@(\[]|\(|\s-(?:\s|$)|\s{3}"
    r"|\s(?:am|vom|on|le|el|in|at)\s(?:\w{2,12}\.?,?\s)?\d"
    r"|\s(?-i:in|im|um|unter|dans|under|gespeichert)\s"
    r"|\s(?:updated|published|publicado|actualizado|aktualisiert|veröffentlicht|posted|lesezeit|is an?|ist|follow|via"
    r"|email|bio|latest|weitere)\b"
    r"|\s?\d{1,2}[./:]\s?\d|\s(?:mon|tues|wednes|thurs|fri|satur|sun)day\b"
    r"|\s\d{1,5}\s(?:kommentare?|comments?|commentaires?)\b"
    r"|,\s(?:\d|am\s|the\b|online|special|senior|staff|chef|leiter|redakt)",
    re.IGNORECASE,
)
_DANGLING = re.compile(
    r"[\s,]{1,3}(?:am|vom|on|le|el|in|at|den|um|à|il)(?:\s\w{2,12}tag|\s\w{3,6}day)?\W{0,3}$", re.IGNORECASE
)
_NUMERIC_DATE = re.compile(
    r"\W{0,3}\d{1,2}[./-]\d{1,2}[./-]\d{2,4}(?:\W{1,3}\d{1,2}:\d{2}(?: Uhr)?)?\W{1,4}", re.IGNORECASE
)
_BEFORE_DATE = re.compile(
    rf"[\W_]{{0,4}}(?:(?:{_PUBLISHED}|am|on|le|el|il|den|vom|datum|date)\s?:?\s+){{0,3}}(?:\w{{2,12}},?\s)?",
    re.IGNORECASE,
)
_TIME = re.compile(
    r"[\s,|·•@–-]{0,4}(?:(?:um|at|à)\s)?\d{1,2}[:.h]\d{2}(?::\d{2})?(?:\s?(?:uhr|[ap]\.?m\.?))?(?:\s(?-i:[A-Z]{3,4}))?(?=\W|$)",
    re.IGNORECASE,
)
_JOINED = re.compile(r"\s?[;,]\s?|\s(?:and|und|et|y|e|en|&|i|og|och)\s|(?<=\w)\s?/\s?(?=\w)", re.IGNORECASE)
_EDGES = " \n\t'\"*:|~–—-»›,→"
_NOBODY = re.compile(
    rf"(?:{_ROLE}|name|admin(?:istrator)?|webmaster|user(?:name)?|posted(?: on| by)?|published|veröffentlicht(?: am)?"
    r"|von|by|anonym(?:ous|e)?|anónimo|anonimo|guest|gast|staff|unknown|none|null|default|multiple sources|replying to"
    r"|more|share|follow|profile?|website"
    r"|kommentare?|comments?|e-?mail|archiv anzeigen|verantwortlich|herausgeber|publisher|about the author"
    r"|über (?:den autor|die autorin)|weitere beiträge|all posts|read more|mehr|alle beiträge|zur autorenseite"
    r"|facebook|twitter|wordpress|super ?user|abgelegt unter|filed under)\W*",
    re.IGNORECASE,
)
_JOB = re.compile(
    r"\b(?:correspondent|editor|reporter|writer|columnist|contributor|analyst|director|producer|professor|staff|bureau"
    r"|redakteur(?:in)?|korrespondent(?:in)?|leiter(?:in)?|chefredakteur(?:in)?|journalist(?:e|in|a)?|rédact(?:eur|rice)"
    r"|redactor|corresponsal|editora|redattore|redattrice)\b",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"https?:|www\.|@|//|facebook\.com")
_CLOCK_OR_NUMBER = re.compile(r"\W*\d[\d\W]*(?:h\d*|[ap]\.?m\b\.?)?(?:\s[A-Z]{2,4})?\W*", re.IGNORECASE)
_NAME_AND_REST = re.compile(r"(?P<name>[^|·•,\n–—]{5,60}?)\s?(?:[|·•,–—]|\s-\s)\s?(?P<rest>[^\n]{6,60})")
_HAN_NAME = re.compile(r"[一-鿿]{2,4}")
_FULL_STOP = re.compile(r"(?<=[^\W\d_]{4})\.$")  # of a sentence, not of "Jr." or an initial
_LONGEST_LINE = 160
_MOST_DATES = 3


def names_in(text: str) -> list[str]:
    """The names in a line of nothing but names and what publishers write around them."""
    text = html.unescape(text[: 3 * _LONGEST_LINE]).replace("\u00ad", "")
    if (sentence := _SENTENCE.match(text.strip())) is not None:
        text = sentence["name"] or sentence["poster"]
    text = with_dates_apart(text)[:_LONGEST_LINE].strip()
    text = without_label(text).strip(_EDGES)
    for _ in range(_MOST_DATES):
        rest = _without_date(text)
        if rest == text:
            break
        text = without_label(rest).strip(_EDGES)
    if (dated := find_publication_date(text)) is not None:
        text = text[: dated[1]]
    text = _DANGLING.sub("", text)
    if (after := _AFTER_NAME.search(text)) is not None and after.start() > 0:
        text = text[: after.start()]
    text = _DANGLING.sub("", text).strip(_EDGES)
    parts = [name for part in _JOINED.split(text) if (name := _FULL_STOP.sub("", " ".join(part.split()).strip(_EDGES)))]
    names = list(itertools.takewhile(_is_name_and_nothing_else, map(_without_outlet, parts)))
    if not names:
        names = [parts[0] if len(parts) > 1 and known_outlet(parts[0]) else " ".join(text.split())]
    return [name for name in dict.fromkeys(names) if _may_be_somebody(name)]


def without_label(text: str) -> str:
    """A line without the "By" or "Autor:" that it begins with."""
    for label in (_LABEL, _ROLE_ALONE):
        if (found := label.match(text)) is not None:
            return text[found.end() :]
    return text


def is_labelled(line: str) -> bool:
    """Whether a line begins with "By", "Autor:" and the like, of a text; who made the pictures is no author."""
    if is_posting_sentence(line):
        return True
    label = _LABEL.match(line) or _LABEL.match(_without_date(line))
    return label is not None and _PICTURES_LABEL.fullmatch(label.group()) is None


def is_label(line: str) -> bool:
    """Whether a line is a label alone, so that the name is the next line: "Auteur", "Geschrieben von:"."""
    return _NOTHING_BUT_LABEL.fullmatch(line) is not None


def is_han_name(name: str) -> bool:
    return _HAN_NAME.fullmatch(name) is not None


def is_posting_sentence(line: str) -> bool:
    """Whether a line is the sentence about a post's category, day and author of a standard theme of WordPress."""
    return _SENTENCE.match(line) is not None


def begins_with_figures(line: str) -> bool:
    """Whether a line begins with a date in figures, as "17.06.2031 - Hanne Ruland" does."""
    return _NUMERIC_DATE.match(line) is not None


def is_name_beside_date(line: str) -> bool:
    """Whether a line holds a name, a separator and a date, and nothing else: "Ines Calder | May 3, 2031"."""
    found = _NAME_AND_REST.fullmatch(line)
    if found is None or not is_person(found["name"]) or is_section(found["name"]) or _JOB.search(found["name"]):
        return False
    return not re.search(r"\w", _without_date(found["rest"])) and _without_date(found["rest"]) != found["rest"]


def _without_date(text: str) -> str:
    """What follows the date, and the time of day, that a line begins with; the whole line when it begins otherwise."""
    if (numeric := _NUMERIC_DATE.match(text)) is not None:
        end = numeric.end()
    else:
        dated = find_publication_date(text)
        if dated is None or _BEFORE_DATE.fullmatch(text[: dated[1]]) is None:
            return text
        end = dated[2]
    if (time := _TIME.match(text, end)) is not None:
        end = time.end()
    return text[end:].strip(_EDGES)


def _without_outlet(name: str) -> str:
    """A name without the paper that some systems write right behind it: "Ines Calder USA TODAY"."""
    words = name.split()
    for size in (3, 2, 1):
        if len(words) - size >= 2 and known_outlet(" ".join(words[-size:])):
            return " ".join(words[:-size])
    return name


def _is_name_and_nothing_else(part: str) -> bool:
    return is_name(part) and _JOB.search(part) is None and not names_an_outlet(part)


def _may_be_somebody(name: str) -> bool:
    words = name.split()
    return (
        0 < len(name) <= 70
        and len(words) <= 6
        and _NOBODY.fullmatch(name) is None
        and _ADDRESS.search(name) is None
        and _CLOCK_OR_NUMBER.fullmatch(name) is None
        and not (len(words) > 1 and any(map(str.isdigit, words[-1])))
    )
