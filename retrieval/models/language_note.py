"""Whether a question, or most of an archive, is in a language that the embedding model does not know.

Such a model puts texts of other languages nowhere in particular: what is still found is found by exact words. A note
that is wrong is worse than none, so a short text in Latin letters is taken for another language only on strong signs.
Measured in benchmarks/RESULTS.md, "A note about languages".
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from corpus.language import language_of, likeliest, main_script

# Languages of some size in scripts that several languages share; a script that is not here has one, or is Latin.
_OF_SCRIPT = {
    "Cyrillic": frozenset("ru uk be bg sr mk kk ky mn tg".split()),
    "Arabic": frozenset("ar fa ur ps ug ckb sd".split()),
    "Devanagari": frozenset("hi mr ne sa".split()),
    "Bengali": frozenset("bn as".split()),
    "Han": frozenset("zh ja".split()),
    "Hebrew": frozenset("he yi".split()),
    "Ethiopic": frozenset("am ti".split()),
}
_SCRIPT_TAGS = {  # ISO 15924
    "Cyrillic": "Cyrl",
    "Arabic": "Arab",
    "Devanagari": "Deva",
    "Bengali": "Beng",
    "Han": "Hani",
    "Hebrew": "Hebr",
    "Ethiopic": "Ethi",
}
# Words that an English question hardly does without, and that the other languages in Latin letters do not write so.
_ENGLISH = frozenset(
    "the of what who whom whose which how why where when did does do is are were has have had and from with for by "
    "this that these those many much long been can could will would should".split()
)
_WORD = re.compile(r"[^\W\d_]+")
_LEAST_WORDS, _LEAST_LETTERS, _LEAST_PROBABILITY = 3, 12, 0.6
_LEAST_KNOWN = 5  # articles whose language is known, before anything is said of most of them
_MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class LanguageNote:
    """What there is to tell: languages are BCP 47 tags; at least one of `asked` and `archived` says something."""

    known: frozenset[str]  # by the model
    asked: str | None  # the question's; ``und-Cyrl`` for one of Cyrillic letters that cannot be told from the others
    archived: tuple[str, ...]  # most of the articles', three at most, those with the most articles first


def language_note(question: str, articles: Mapping[str, int], model: Collection[str] | None) -> LanguageNote | None:
    """What to say of the languages of a question, of some articles and of a model; None when there is nothing to say.

    `articles`: how many articles of the archive, or of a sample of it, are in each language (BCP 47, the language
    alone). `model`: the languages that the model knows; None, for unknown or many, says nothing.
    """
    if not model:
        return None
    known = frozenset(model)
    asked = foreign_language(question, known)
    foreign = {tag: count for tag, count in articles.items() if tag not in known}
    total = sum(articles.values())
    mostly_foreign = total >= _LEAST_KNOWN and 2 * sum(foreign.values()) > total
    archived = sorted(foreign, key=lambda tag: (-foreign[tag], tag))[:_MOST_NAMED] if mostly_foreign else []
    return LanguageNote(known, asked, tuple(archived)) if asked or archived else None


def foreign_language(question: str, known: Collection[str]) -> str | None:
    """The language of a question (BCP 47), if it is surely none of the known ones; else None."""
    script = main_script(question)
    words = _WORD.findall(question.lower())
    if script is None or ("en" in known and not _ENGLISH.isdisjoint(words)):
        return None
    found = language_of(question)
    if script != "Latin":
        of_script = _OF_SCRIPT.get(script) or (frozenset({found.tag}) if found else frozenset())
        if not of_script or not of_script.isdisjoint(known):
            return None
        return found.tag if found and found.tag in of_script else f"und-{_SCRIPT_TAGS[script]}"
    if 2 * sum(word[0].islower() for word in _WORD.findall(question)) < len(words):
        return None  # mostly names, which are of any language
    tag = found.tag if found else None
    if tag is None and len(words) >= _LEAST_WORDS and sum(map(len, words)) >= _LEAST_LETTERS:
        likely, probability = likeliest(question)
        tag = likely if probability >= _LEAST_PROBABILITY else None
    return None if tag is None or tag in known else tag
