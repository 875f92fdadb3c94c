"""Words that an archive has in place of those that it has not: what somebody may have meant.

A word is replaced where no passage has it in any form and one that is there differs by a letter or two. Words with
digits, and of scripts that the word index does not part, stay as they are.
"""

from __future__ import annotations

import difflib
import re
import unicodedata

from corpus.article import Scope
from corpus.full_text import quoted
from corpus.passage_store import PassageStore
from retrieval.questions.question import STOP_WORDS
from retrieval.stemming import Stemmer

SHORTEST = 4  # letters; shorter words have too many neighbours
BEGINNING = 2  # letters that are taken to be right: slips seldom touch them, and the whole index need not be read
TRIED = 12  # terms for one word, those most like its stem
ALIKE = 0.6  # difflib's ratio of two stems; the stem of a misspelled word keeps what the right one loses
LETTERS_FOR_A_SLIP = 4  # so many letters of a word for each that may be wrong
MOST_WORDS = 8  # that are looked at
_ENDINGS = ("e", "s", "es", "ed", "ing", "er")  # a term is looked for as a word, and "lighthous" would be stemmed again
_WORD = re.compile(r"[^\W\d_]+")


def other_words(text: str, passages: PassageStore, scope: Scope, stemmer: Stemmer) -> str | None:
    """The text with every word replaced that can be; None where none is. Only words that a scope may see are given."""
    replaced: dict[str, str] = {}
    for word in list(dict.fromkeys(_WORD.findall(text)))[:MOST_WORDS]:
        stem = stemmer.stem(word)
        if len(word) < SHORTEST or word.casefold() in STOP_WORDS or _holder(word, passages, scope):
            continue
        if (other := _nearest(word, stem, passages, scope, stemmer)) is not None:
            replaced[word] = other
    if not replaced:
        return None
    return _WORD.sub(lambda match: replaced.get(match[0], match[0]), text)


def slips_between(one: str, other: str) -> int:
    """How many letters have to be put in, left out, exchanged or swapped with the next to make one word the other.

    The optimal string alignment distance (Damerau's four kinds of error, CACM 1964).
    """
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, start=1):
        following = [i]
        for j, wanted in enumerate(other, start=1):
            least = min(row[j] + 1, following[j - 1] + 1, row[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                least = min(least, before[j - 2] + 1)
            following.append(least)
        before, row = row, following
    return row[-1]


def _nearest(word: str, stem: str, passages: PassageStore, scope: Scope, stemmer: Stemmer) -> str | None:
    """The word that differs from another by the fewest slips, as a passage that a scope may see writes it."""
    typed = _plain(word)
    found: dict[str, int] = {}
    terms = [term for term in passages.terms(stem[:BEGINNING]) if abs(len(term) - len(stem)) < SHORTEST]
    for term in difflib.get_close_matches(stem, terms, n=TRIED, cutoff=ALIKE):
        form = next((one for one in (term, *(term + end for end in _ENDINGS)) if stemmer.stem(one) == term), term)
        if (number := _holder(form, passages, scope)) is None:
            continue
        for other in _WORD.findall(" ".join(passages.words_of(number))):
            if stemmer.stem(other) == term and len(other) <= 2 * len(word):
                found[other] = slips_between(typed, _plain(other))
    # At the beginning of a sentence any word has a capital.
    best = min(found, key=lambda other: (found[other], other[0].isupper() != word[0].isupper(), other), default=None)
    return best if best is not None and found[best] <= len(word) // LETTERS_FOR_A_SLIP else None


def _holder(word: str, passages: PassageStore, scope: Scope) -> int | None:
    """The number of a passage of a scope that has a word in any form."""
    return passages.any_matching(quoted(word), scope)


def _plain(word: str) -> str:
    """Without case and accents, which are no slips: the index knows neither."""
    letters = unicodedata.normalize("NFD", word.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))
