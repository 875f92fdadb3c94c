"""Which posting of an article is the main one: the earliest, whatever the order in which they were archived.

A main posting is one that repeats no earlier main posting. Whenever a posting comes, changes or comes back, this is
made true again: it is folded into the earliest main posting that it repeats, or it becomes a main one, and later main
postings that repeat it are folded into it. What had been folded into those is judged anew, earliest first, so no chain
forms and nothing stays folded into a text that does not hold its words. Where one of two dates is unknown, the posting
that was there first stays the main one unless it only repeats a part of the other.
"""

from __future__ import annotations

import heapq
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass

from corpus.archive import Archive
from corpus.article import Draft, Kind
from corpus.identity import DUPLICATE_JACCARD, Body, Likeness, body_of, jaccard, keys_of, likeness
from corpus.posting_records import PostingKeys

_CANDIDATES = 8
_MOST_VARIANTS = 3  # texts of one frame with other facts: what repeats one of them shares the rarer words and is first
_LEAST_WORDS = 30  # two short replies may well use the same words
_MOST_JUDGED_ANEW = 64  # a text that was posted thousands of times, each a little different, is not compared to death
_REMEMBERED_WORDS = 60_000  # of bodies compared lately, some 30 MB


@dataclass(frozen=True, slots=True)
class Place:
    """Where a posting belongs among the main ones: their numbers."""

    duplicate_of: int | None = None
    excerpt_of: int | None = None
    repeated_by: tuple[int, ...] = ()  # main postings that become its duplicates
    excerpts: tuple[int, ...] = ()  # postings that turn out to be its excerpts


class Grouping:
    """Keeps the groups of one archive true. For one import: it remembers texts that were compared lately."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._bodies: OrderedDict[int, Body] = OrderedDict()
        self._remembered = 0

    def place_of(self, collection: str, kind: Kind, body: Body, keys: PostingKeys, number: int | None = None) -> Place:
        """Where a posting belongs, one that is not archived yet (`number` None) or one that is."""
        if kind is not Kind.ARTICLE and len(body.words) < _LEAST_WORDS:
            return Place()
        postings = self._archive.postings
        duplicate_of: tuple[bool, str, int] | None = None
        repeated_by, excerpts, wholes = [], [], []
        variants = 0
        for main in postings.alike(collection, keys.body_hash, keys.sketch, limit=_CANDIDATES + 1):
            if main == number or variants == _MOST_VARIANTS or (known := self.body(main)) is None:
                continue
            moment = postings.moment(main)
            found = Likeness.DIFFERENT
            if not _is_earlier(keys.moment, moment):
                found = likeness(body, known)
                if found is Likeness.DUPLICATE:
                    duplicate_of = min(duplicate_of or (True, "~", main), (moment is None, moment or "", main))
                    continue
            if found is Likeness.DIFFERENT and not _is_earlier(moment, keys.moment):
                found = likeness(known, body)
                if found is Likeness.DUPLICATE:
                    repeated_by.append(main)
            if found is Likeness.EXCERPT:
                if len(body.words) < len(known.words):
                    wholes.append((len(known.words), main))
                else:
                    excerpts.append(main)
            variants += found is Likeness.DIFFERENT and jaccard(body, known) >= DUPLICATE_JACCARD
        if duplicate_of is not None:
            return Place(duplicate_of=duplicate_of[2])
        return Place(None, max(wholes)[1] if wholes else None, tuple(repeated_by), tuple(excerpts))

    def carry_out(self, number: int, place: Place) -> None:
        """Fold and link what a place says of others; of an archived posting that has the links of its own."""
        self._settle(self._take_in(number, place))

    def settle(self, number: int) -> None:
        """Find an archived posting's place anew: after it was revised or came back."""
        self.forget(number)
        postings = self._archive.postings
        for excerpt in postings.excerpts_of(number):
            part, whole = self.body(excerpt), self.body(number)
            if part is not None and whole is not None and likeness(part, whole) is not Likeness.EXCERPT:
                self._archive.link_excerpt(excerpt, None)
        self._settle([number, *postings.duplicates_of(number, limit=_MOST_JUDGED_ANEW)])

    def body(self, number: int) -> Body | None:
        """The words of an article's current revision; None if it was removed."""
        if (known := self._bodies.get(number)) is not None:
            self._bodies.move_to_end(number)
            return known
        article = self._archive.article(number)
        if article is None:
            return None
        body = body_of(article)
        self.remember(number, body)
        return body

    def forget(self, number: int) -> None:
        """An article has other words now."""
        if (body := self._bodies.pop(number, None)) is not None:
            self._remembered -= _size(body)

    def remember(self, number: int, body: Body) -> None:
        """Keep a text that was just read: what comes next may well be compared with it."""
        self.forget(number)
        self._bodies[number] = body
        self._remembered += _size(body)
        while self._remembered > _REMEMBERED_WORDS:
            _, dropped = self._bodies.popitem(last=False)
            self._remembered -= _size(dropped)

    def _take_in(self, number: int, place: Place) -> list[int]:
        """Fold and link the others that a place names; gives what has to be settled anew for that."""
        followers = [follower for main in place.repeated_by for follower in self._fold(main, number)]
        for excerpt in place.excerpts:
            self._archive.link_excerpt(excerpt, number)
        return followers

    def _fold(self, number: int, into: int) -> list[int]:
        """Fold a posting; gives what had been folded into it and does not simply repeat `into`."""
        followers = self._archive.postings.followers_of(number, into, limit=_MOST_JUDGED_ANEW)
        self._archive.fold(number, into)
        return followers

    def _settle(self, numbers: Iterable[int]) -> None:
        """Find the places of archived postings anew, earliest first; each once, since likeness is not transitive."""
        postings = self._archive.postings
        judged = set[int]()
        pending = [(postings.moment(number) or "~", number) for number in set(numbers)]  # "~" sorts after every date
        heapq.heapify(pending)
        while pending:
            _, number = heapq.heappop(pending)
            article = self._archive.article(number)
            if article is None or number in judged:
                continue
            judged.add(number)
            body = body_of(article)
            place = self.place_of(article.collection, article.kind, body, keys_of(article, body, None), number)
            followers: list[int] = []
            if place.duplicate_of is not None:
                if place.duplicate_of != article.duplicate_of:
                    followers = self._fold(number, place.duplicate_of)
            else:
                if article.duplicate_of is not None:
                    self._archive.unfold(number)
                self._archive.link_excerpt(number, place.excerpt_of)
                followers = self._take_in(number, place)
            for one in followers:
                heapq.heappush(pending, (postings.moment(one) or "~", one))


def restore(archive: Archive, numbers: Iterable[int]) -> list[int]:
    """Bring removed articles back to their places; gives those that were brought back. Belongs in a transaction."""
    restored = archive.restore(numbers)
    grouping = Grouping(archive)
    for number in restored:
        grouping.settle(number)
    return restored


def bring_keys_up_to_date(archive: Archive, *, portion: int = 500) -> None:
    """Compute the keys of articles that were archived before there were fingerprints; most often there are none.

    Opens transactions of its own.
    """
    while numbers := archive.postings.without_sketch(limit=portion):
        with archive.transaction():
            for number in numbers:
                draft: Draft | None = archive.article(number, include_removed=True)
                assert draft is not None
                archive.rekey(number, draft, keys_of(draft, body_of(draft), None))


def _size(body: Body) -> int:
    return len(body.words) + len(body.draft.text) // 20


def _is_earlier(one: str | None, other: str | None) -> bool:
    return one is not None and other is not None and one < other
