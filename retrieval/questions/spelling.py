"""Other spellings under which a text may have the same word or number, and strings that have to be looked for. Pure.

The full-text index sees ``107,000`` as the phrase ``107 000``: what it parts, a phrase finds again, and nothing else
does. So two spellings meet as soon as the one is asked for as the other: each costs a look into the index.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from corpus.full_text import SCRIPTS

MOST_PIECES = 64
_GROUPED = re.compile(r"(\d{1,3}(?:[,.'’\u00a0\u2009\u202f]\d{3}){1,5})([.,]\d{1,6})?")
_PLAIN = re.compile(r"(\d{4,15})(\.\d{1,6})?")
_SCALED = re.compile(
    r"(\d{1,15}(?:[.,]\d{1,6})?)[- ]?(bn|b|billion|mn|m|million|tn|trillion|k|thousand)", re.IGNORECASE
)
_SCALES = (("bn", "b", "billion"), ("m", "mn", "million"), ("tn", "trillion"), ("k", "thousand"))
_AMOUNT = re.compile(
    r"(?<![\d.,])\d{1,6}(?:[.,]\d{1,6})?[ -](?:billion|million|trillion|thousand|bn|mn|tn)\b", re.IGNORECASE
)
_DOTTED = re.compile(r"(?:[A-Za-z]\.){1,5}[A-Za-z]\.?")
_CAPITALS = re.compile(r"[A-Z]{2,6}")
_COMPOUND = re.compile(r"[^\W_]{1,40}(?:[-‑'’][^\W_]{1,40}){1,3}")
_LETTERS_THEN_DIGITS = re.compile(r"([^\W\d_]{2,30})(\d{1,6})|(\d{1,6})([^\W\d_]{2,30})")


def alike(term: str) -> list[str]:
    """Other spellings of one word or number: ``107,000`` and ``107000``, ``$1.2bn`` and ``1.2 billion``, ``US`` and
    ``U.S.``, ``COVID-19`` and ``Covid19``. Each is a word or a phrase as the index parts it.
    """
    if found := _SCALED.fullmatch(term):
        amount, scale = found[1], found[2].lower()
        same = next(group for group in _SCALES if scale in group)
        return [other for one in same for other in (f"{amount}{one}", f"{amount} {one}") if other != term]
    if found := _GROUPED.fullmatch(term):
        joined = re.sub(r"\D", "", found[1]) + (found[2] or "")
        return [joined]
    if found := _PLAIN.fullmatch(term):
        return [f"{int(found[1]):,}".replace(",", " ") + (found[2] or "")] if found[1][0] != "0" else []
    if _DOTTED.fullmatch(term):
        return [term.replace(".", "")]
    others = []
    if _CAPITALS.fullmatch(term):
        others.append(" ".join(term))
    if _COMPOUND.fullmatch(term):
        others.append(re.sub(r"[-‑'’]", "", term))
    if found := _LETTERS_THEN_DIGITS.fullmatch(term):
        others.append(" ".join(part for part in found.groups() if part))
    return others


def amounts_in(text: str) -> list[str]:
    """The amounts of a text in words ("1.2 billion"), each in all its spellings."""
    return [other for found in _AMOUNT.findall(text) for other in (found, *alike(found))]


# Strings to look for wherever they stand

_JOINED = (
    "\u1100-\u11ff\u3040-\u318f\u31a0-\u31ff\u3400-\u4dbf\u4e00-\ua4cf\ua960-\ua97f\uac00-\ud7ff"
    "\uf900-\ufaff\uff66-\uffdc\U00020000-\U0003ffff"
)
_SOUTH_EAST = "\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff"
_RUN = re.compile(
    rf"(?P<joined>[{_JOINED}]{{1,2000}})|(?P<asian>[{_SOUTH_EAST}]{{1,2000}})|(?P<parted>[{SCRIPTS}]{{1,2000}})"
    r"|(?P<code>(?<![A-Za-z])[A-Za-z](?:\+\+|#))"
)
_OF_SCRIPTS = re.compile(f"[{SCRIPTS}]")
_WHOLE = 12  # characters; a longer run is a sentence rather than a word


def pieces_of(text: str, phrases: Sequence[str]) -> tuple[str, ...]:
    """The strings of a question that the word index cannot find, none twice, at most `MOST_PIECES`.

    Chinese, Japanese and Korean by pairs of characters, as is usual where nothing parts words; Thai, Lao, Khmer and
    Burmese by three; words of other scripts whole, Russian ones without their ending; ``C++`` as it stands.
    """
    found = [phrase for phrase in phrases if _OF_SCRIPTS.search(phrase)]
    for match in _RUN.finditer(text):
        found.extend(_pieces(match[0], match.lastgroup or ""))
    long = [piece for piece in found if len(piece) > 1 or not piece.isalpha()]
    return tuple(dict.fromkeys(long or found))[:MOST_PIECES]


def is_beyond_words(word: str) -> bool:
    """Whether a word has letters of a script that is looked for by pieces."""
    return _OF_SCRIPTS.search(word) is not None


def _pieces(run: str, kind: str) -> Iterator[str]:
    size = {"joined": 2, "asian": 3}.get(kind, len(run))
    if len(run) <= _WHOLE:
        yield without_ending(run)
    for start in range(len(run) - size + 1):
        if size < len(run):
            yield run[start : start + size]


# Case endings of Russian by length: the light stemmer of Dolamic and Savoy (2009), as Lucene has it.
_ENDINGS: tuple[tuple[int, Iterable[str]], ...] = (
    (6, "иями оями".split()),
    (5, "иям иях оях ями оям оьв ами его ему ери ими ого ому ыми оев".split()),
    (4, "ая яя ях юю ах ею их ия ию ьв ою ую ям ых ея ам ем ей ём ев ий им ое ой ом ов ые ый ым ми".split()),
    (3, "а е и о у й ы я ь".split()),
)


def without_ending(word: str) -> str:
    """A Russian word without its case ending; any other as it is."""
    low = word.lower()
    for longer_than, endings in _ENDINGS:
        for ending in endings:
            if len(low) > longer_than and low.endswith(ending):
                return word[: -len(ending)]
    return word
