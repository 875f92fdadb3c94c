"""One line when a question, or most of an archive, is in a language that the embedding model does not know.

Such a model puts texts of other languages nowhere in particular: what is still found is found by exact words. A note
that is wrong is worse than none, so a short text in Latin letters is taken for another language only on strong signs.
Measured in benchmarks/RESULTS.md, "A note about languages".
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

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
# Words that an English question hardly does without, and that the other languages in Latin letters do not write so.
_ENGLISH = frozenset(
    "the of what who whom whose which how why where when did does do is are were has have had and from with for by "
    "this that these those many much long been can could will would should".split()
)
_WORD = re.compile(r"[^\W\d_]+")
_LEAST_WORDS, _LEAST_LETTERS, _LEAST_PROBABILITY = 3, 12, 0.6
_LEAST_KNOWN = 5  # articles whose language is known, before anything is said of most of them
_MOST_NAMED = 3


def language_note(question: str, articles: Mapping[str, int], model: Collection[str] | None) -> str | None:
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
    match asked, archived:
        case None, []:
            return None
        case None, _:
            subject = f"most articles here are in {_listed(archived)}"
        case _, []:
            subject = f"this question seems to be in {asked}"
        case _:
            subject = f"this question seems to be in {asked}, and most articles here are in {_listed(archived)}"
    return f"The search model {_knows(known)}; {subject}: only exact words and names are found."


def foreign_language(question: str, known: Collection[str]) -> str | None:
    """The language of a question in words, if it is surely none of the known ones; else None."""
    script = main_script(question)
    words = _WORD.findall(question.lower())
    if script is None or ("en" in known and not _ENGLISH.isdisjoint(words)):
        return None
    found = language_of(question)
    if script != "Latin":
        of_script = _OF_SCRIPT.get(script) or (frozenset({found.tag}) if found else frozenset())
        if not of_script or not of_script.isdisjoint(known):
            return None
        return _name(found.tag) if found and found.tag in of_script else f"a language in {script} letters"
    if 2 * sum(word[0].islower() for word in _WORD.findall(question)) < len(words):
        return None  # mostly names, which are of any language
    tag = found.tag if found else None
    if tag is None and len(words) >= _LEAST_WORDS and sum(map(len, words)) >= _LEAST_LETTERS:
        likely, probability = likeliest(question)
        tag = likely if probability >= _LEAST_PROBABILITY else None
    return None if tag is None or tag in known else _name(tag)


def _knows(known: frozenset[str]) -> str:
    if len(known) <= _MOST_NAMED:
        return f"knows {_listed(sorted(known))} only"
    return f"knows {len(known)} languages"


def _listed(tags: Collection[str]) -> str:
    *first, last = [_name(tag) for tag in tags]
    return f"{', '.join(first)} and {last}" if first else last


def _name(tag: str) -> str:
    """``de`` -> ``German``; a tag without a name stays a tag."""
    from babel import Locale

    return str(Locale("en").languages.get(tag, tag))
