"""The quotes of a message of ours, read back out of its cards: what is shown is all that is known of an old answer.

Independent of the language that the message was written in: only marks and ids are read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from bot.rendering.quotes import shown_quotes
from corpus.article import Article
from corpus.passage import Quote

# The place is the last id of a source line: what stands before it (names) came from outside, what follows is ours.
_PLACE: Final = re.compile(r"\bA-(?P<article>[0-9]{1,19})(?: ¶(?P<paragraph>[0-9]{1,6}))?")


@dataclass(frozen=True, slots=True)
class ShownQuote:
    """Words that a card quotes, and the article and paragraph (from 1) that it names for them."""

    words: str
    article: int
    paragraph: int | None = None


def quotes_in(cards: Iterable[str]) -> list[ShownQuote]:
    """The quotes of the cards in order; those whose card names no article are left out.

    An answer names it below the quote, a digest above.
    """
    return [quote for card in cards for quote in _quotes_in(card.split("\n"))]


def place_in(article: Article, shown: ShownQuote) -> Quote | None:
    """Where the words stand in an article, in the named paragraph if they do; None where it has no such words."""
    body = article.body
    if shown.paragraph is not None and shown.paragraph <= len(body):
        block = body[shown.paragraph - 1]
        at = article.text.find(shown.words, block.start)
        if block.start <= at < block.end:
            return Quote(article, at, at + len(shown.words))
    at = article.text.find(shown.words)
    return Quote(article, at, at + len(shown.words)) if at >= 0 and shown.words else None


def found_again(cards: Iterable[str], article: Callable[[int], Article | None]) -> list[Quote]:
    """The quotes of the cards that still stand in their articles as these are now; `article` looks one up by number."""
    found = []
    for shown in quotes_in(cards):
        source = article(shown.article)
        quote = place_in(source, shown) if source is not None else None
        if quote is not None:
            found.append(quote)
    return found


def _quotes_in(lines: list[str]) -> Iterable[ShownQuote]:
    at = 0
    while at < len(lines):
        end = at
        while end < len(lines) and (lines[end].startswith("> ") or lines[end] == ">"):
            end += 1
        if end > at:
            (words,) = shown_quotes("\n".join(lines[at:end]))
            place = _place_in(lines[end : end + 1]) or _place_in(lines[max(at - 1, 0) : at])
            if place is not None and words:
                yield ShownQuote(words, *place)
        at = max(end, at + 1)


def _place_in(line: list[str]) -> tuple[int, int | None] | None:
    found = list(_PLACE.finditer(line[0])) if line else []
    if not found:
        return None
    paragraph = found[-1]["paragraph"]
    return int(found[-1]["article"]), int(paragraph) if paragraph else None
