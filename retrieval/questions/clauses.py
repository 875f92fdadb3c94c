"""The clauses of a long question, each of which another article may answer. Pure.

By rule, from words and signs alone: "Which company, described by the Herald as a monopolist, is also sued by a
publisher that the Courier interviewed?" asks for what two articles tell. A clause is searched for and never shown, so
that it need not be a sentence.
"""

from __future__ import annotations

import re
from itertools import pairwise

from corpus.sentences import sentence_spans
from retrieval.questions.question import QUOTED, STOP_WORDS

FEWEST_WORDS = 4  # content words of a clause; what is shorter goes on into the next one
MOST_CLAUSES = 6  # each costs a search of its own


def clauses_of(question: str) -> tuple[str, ...]:
    """The question in at most `MOST_CLAUSES` pieces that have all its words in their order; one piece where it is short
    or nothing parts it. Words in quotation marks stay together. Any text is a question.
    """
    # A quotation is one word here, of the same length.
    words = list(_WORD.finditer(QUOTED.sub(lambda found: "q" * len(found[0]), question)))
    content = [_content_words(question[word.start() : word.end()]) for word in words]
    least = max(FEWEST_WORDS, -(-sum(content) // MOST_CLAUSES))
    begins = {start for start, _ in sentence_spans(question)}
    cuts = [0]
    held = 0
    for number, (before, after) in enumerate(pairwise(words)):
        held += content[number]
        gap = question[before.end() : after.start()]
        # A sign that closes stays with the words before it, one that opens goes with those after it.
        space = _SPACE.search(gap)
        if space is None or held < least:
            continue
        following = words[number + 2][0] if number + 2 < len(words) else ""
        if before.end() + space.end() in begins or _may_part(before[0], gap, after[0], following):
            cuts.append(before.end() + space.end())
            held = 0
    if len(cuts) > 1 and held + sum(content[-1:]) < least:
        cuts.pop()
    pieces = (question[start:end].strip(_BETWEEN) for start, end in pairwise([*cuts, len(question)]))
    return tuple(piece for piece in pieces if piece) or (question,)


_WORD = re.compile(r"[^\W_]+(?:[-‑'’.,&/:+][^\W_]+)*")
_SPACE = re.compile(r"\s+")
_BETWEEN = " \t\r\n,;:–—-"
_SIGN = re.compile(r"[^\w\s]*[,;:–—)](?:\W|$)|\s[-–—]\s")
_YEAR = re.compile(r"\d{4}")
_CONNECTING = frozenset(
    "and but or while whereas which who whose whom that when where after before because although though versus".split()
)


def _content_words(text: str) -> int:
    """How many words there are to search for; a number is none by itself: "the Herald of March 3, 2024"."""
    words = (word.casefold().replace("’", "'") for word in _WORD.findall(text))
    return sum(not word.isdecimal() and word not in STOP_WORDS for word in words)


def _may_part(before: str, gap: str, after: str, following: str) -> bool:
    """Whether a clause may end between two neighbouring words of one sentence.

    Not between two names: "Herald, Courier and Post" is a list, "Marks and Spencer" a name.
    """
    if after.casefold() in _CONNECTING:
        return after not in ("and", "or") or not _are_names(before, following)
    return _SIGN.match(gap) is not None and not _YEAR.fullmatch(after) and not _are_names(before, after)


def _are_names(before: str, after: str) -> bool:
    return before[:1].isupper() and after[:1].isupper()
