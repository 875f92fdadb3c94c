"""What a digest is about: a few words, and words that must or must not stand in an article."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from corpus.article import Article, BlockKind


@dataclass(frozen=True, slots=True)
class Topic:
    """`text` in anyone's words, "" for everything. Every one of `must` and none of `not_words` stands in an article.

    Those two are words or phrases, compared without case, whole words only.
    """

    text: str = ""
    must: tuple[str, ...] = ()
    not_words: tuple[str, ...] = ()

    @property
    def is_everything(self) -> bool:
        return not self.text.strip()

    def admits(self, article: Article) -> bool:
        """Whether an article has every word that it must and none that it must not; likeness is another question."""
        wording = readable_words(article)
        return not self.lacks(wording) and not self.bars(wording)

    def lacks(self, wording: str) -> tuple[str, ...]:
        """The words that must stand in a text and do not."""
        return tuple(word for word in self.must if not stands_in(word, wording))

    def bars(self, wording: str) -> tuple[str, ...]:
        """The words that must not stand in a text and do."""
        return tuple(word for word in self.not_words if stands_in(word, wording))


@dataclass(frozen=True, slots=True)
class Sources:
    """Where a digest's articles may be from: one of these collections or outlets, or anywhere when none is named.

    Never from a `hidden` collection: one that the readers of the digest may not see.
    """

    collections: frozenset[str] = frozenset()
    outlets: frozenset[str] = frozenset()
    hidden: frozenset[str] = frozenset()

    def have(self, article: Article) -> bool:
        return self.admit(article.collection, article.outlet)

    def admit(self, collection: str, outlet: str | None) -> bool:
        """Whether what is in a collection, from an outlet if it has one, is from here."""
        if collection in self.hidden:
            return False
        if not self.collections and not self.outlets:
            return True
        return collection in self.collections or (outlet or "").casefold() in {one.casefold() for one in self.outlets}


ANYWHERE = Sources()


def readable_words(article: Article) -> str:
    """What an article says itself: title, headings, body and captions; no quoted mail and no furniture."""
    own = (BlockKind.HEADING, BlockKind.PARAGRAPH, BlockKind.CAPTION)
    return "\n".join([article.title or "", *(article.words_of(block) for block in article.blocks if block.kind in own)])


def stands_in(words: str, text: str) -> bool:
    """Whether a word or phrase stands in a text as whole words, whatever its case, its apostrophes and line breaks."""
    pattern = _pattern(words)
    return pattern is not None and pattern.search(_plain(text)) is not None


def words_to_compare(text: str) -> frozenset[str]:
    """The whole words of a text as `stands_in` compares them: a phrase can stand only where all of its words do."""
    return frozenset(_WHOLE_WORD.findall(_plain(text)))


def is_whole_word(words: str) -> bool:
    """Whether a phrase is one word, so that it stands wherever `words_to_compare` has it."""
    return _WHOLE_WORD.fullmatch(_plain(words).strip()) is not None


def usable_words(words: Iterable[str]) -> tuple[str, ...]:
    """The words of a list that can be looked for, trimmed, each once; blank ones mean nothing."""
    return tuple(dict.fromkeys(word.strip() for word in words if word.strip()))


@lru_cache(maxsize=512)
def _pattern(words: str) -> re.Pattern[str] | None:
    parts = _plain(words).split()
    if not parts:
        return None
    return re.compile(r"(?<!\w)" + r"\s+".join(map(re.escape, parts)) + r"(?!\w)")


def _plain(text: str) -> str:
    return text.casefold().replace("’", "'")


_WHOLE_WORD = re.compile(r"\w+")
