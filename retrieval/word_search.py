"""Full-text search for a question: which passages its words find, in the order of BM25, and how many articles.

Scoring is what costs: BM25 of every passage that holds any of the words takes 29 ms of CPU at 10^5 passages. So only
those are scored that hold one of the rarer words, together at most about `SCORED` passages, or in a large archive
`SCORED_SHARE` of all; the more frequent words then count in full for these. What that leaves out could only be carried
by frequent words. A small archive is scored whole.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence, Set

from corpus.article import EVERYTHING, Scope
from corpus.full_text import Match
from corpus.passage_store import PassageStore
from retrieval.questions.question import Question, any_of

SCORED = 1500
SCORED_SHARE = 0.015  # from 100,000 passages on; with 1,500 of 761,000 a quarter of the first ten was lost
FREQUENT = 0.10  # of the passages: a word that more of them hold is left out where it is not all there is
FEW_PASSAGES = 2000  # below this no word is too frequent
MOST_HOLDING = 2000  # places of a string; one with more is left out where it is not all there is
PROMISING = 500  # passages whose scope is looked up at a time


def best_passages(
    question: Question, passages: PassageStore, scope: Scope, limit: int, *, scored: int | None = None
) -> list[tuple[int, float]]:
    """At most `limit` passages that hold any of the question's words: (number, BM25), best first.

    `scored` is about how many of them are scored, by default what suits the size of the archive.
    """
    scores = _by_words(question, passages, scope, limit, scored)
    if not question.pieces or not passages.has_trigrams():
        return scores
    best = dict(scores)
    for number, score in _by_pieces(question, passages, scope, limit):
        # Both count the same words: a piece stands for a word in whatever form.
        best[number] = max(score, best.get(number, 0.0))
    return _ranked(best, limit)


def scored_of(passages: int) -> int:
    """About how many passages are scored for a question, of so many in the archive."""
    return max(SCORED, int(SCORED_SHARE * passages))


def count_articles(question: Question, passages: PassageStore, scope: Scope) -> int:
    """How many articles hold every word of the question in one passage; if none does, any of them."""
    every = passages.matching_articles(question.every_term(), scope, pieces=question.pieces, every=True)
    if every:
        return every
    return passages.matching_articles(_any_term(question, passages), scope, pieces=question.pieces)


def matching_articles(question: Question, passages: PassageStore, scope: Scope) -> tuple[bool, list[Match]]:
    """The articles that `count_articles` counts, duplicates left out, and whether they have every word."""
    every = passages.matches(question.every_term(), scope, pieces=question.pieces, every=True)
    return bool(every), every or passages.matches(_any_term(question, passages), scope, pieces=question.pieces)


def _any_term(question: Question, passages: PassageStore) -> str | None:
    rare, common = _parted(question, passages)
    return any_of([*rare, *common]) or None


def _by_words(
    question: Question, passages: PassageStore, scope: Scope, limit: int, scored: int | None
) -> list[tuple[int, float]]:
    rare, common = _parted(question, passages, scored)
    if not rare:
        return []
    # A passage without any common word has its score from the first search. One that has some is among the best of
    # the second, with all of its words, wherever it is among the best at all.
    scores = dict(passages.matching(any_of(rare), limit=limit, scope=scope))
    if common:
        both = f"({any_of(rare)}) AND ({any_of(common)})"
        scores.update(passages.matching(both, limit=limit, scope=scope))
    return _ranked(scores, limit)


def _parted(question: Question, passages: PassageStore, scored: int | None = None) -> tuple[list[str], list[str]]:
    held_by = {unit: count for unit in question.units if (count := passages.how_many(any_of([unit])))}
    total = passages.count()
    most = max(int(FREQUENT * total), FEW_PASSAGES)
    return parted(held_by, certain=question.certain, most=most, scored=scored_of(total) if scored is None else scored)


def parted(held_by: Mapping[str, int], *, certain: Set[str], most: int, scored: int) -> tuple[list[str], list[str]]:
    """The units that find passages, rarest first, and those that only add to their scores.

    `held_by` tells how many passages hold each unit. One that more than `most` hold is in neither list, unless it is
    certain or all are as frequent. The first list has at least one unit, and is held by `scored` passages otherwise.
    """
    kept = [unit for unit in held_by if unit in certain or held_by[unit] <= most] or list(held_by)
    kept.sort(key=held_by.__getitem__)
    found = 0
    for place, unit in enumerate(kept):
        found += held_by[unit]
        if place and found > scored:
            return kept[:place], kept[place:]
    return kept, []


def _by_pieces(question: Question, passages: PassageStore, scope: Scope, limit: int) -> list[tuple[int, float]]:
    """Passages that hold strings of the question, by the weights of these; each counts once, as in a short passage."""
    latin = [unit for unit in question.terms if len(unit) > 2 and unit.isascii()]  # within Chinese, nothing parts them
    holding = [passages.holding(piece, limit=MOST_HOLDING) for piece in (*question.pieces, *latin)]
    total = passages.count()
    scores: dict[int, float] = {}
    for held in map(set, [places for places in holding if len(places) < MOST_HOLDING] or holding):
        weight = math.log(max(total - len(held) + 0.5, len(held) + 1) / (len(held) + 0.5))
        for number in held:
            scores[number] = scores.get(number, 0.0) + weight
    return _within(_ranked(scores, len(scores)), passages, scope, limit)


def _within(
    ranked: Sequence[tuple[int, float]], passages: PassageStore, scope: Scope, limit: int
) -> list[tuple[int, float]]:
    """The first so many of a ranking that a scope may see."""
    if scope == EVERYTHING:
        return list(ranked[:limit])
    found: list[tuple[int, float]] = []
    for start in range(0, len(ranked), PROMISING):
        some = ranked[start : start + PROMISING]
        seen = passages.which_within([number for number, _ in some], scope)
        found.extend(one for one in some if one[0] in seen)
        if len(found) >= limit:
            break
    return found[:limit]


def _ranked(scores: dict[int, float] | Iterable[tuple[int, float]], limit: int) -> list[tuple[int, float]]:
    return sorted(dict(scores).items(), key=lambda one: (-one[1], one[0]))[:limit]
