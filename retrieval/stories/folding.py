"""Which articles report the same event.

First reports are gathered that may be of one event: a report joins by what it shares with all of a group, so that a
chain of likenesses cannot join two events at its ends. That gathers look-alikes too. Then each group is looked at as a
whole, and parted for as long as its halves speak for two events (`story_parting.py`). Measured: benchmarks/DIGESTS.md.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from retrieval.breaking_off import Check, go_on
from retrieval.stories.close_pairs import close_pairs
from retrieval.stories.letting_go import let_go
from retrieval.stories.reports import Report
from retrieval.stories.story_evidence import NO_EVIDENCE, event_log_odds, log_odds, near_in_time, odds_between
from retrieval.stories.story_parting import TOGETHER, are_two_events, two_events

GATHERED = -3.0  # log-odds, on average; what does not belong together is parted afterwards
_WORTH_COMPARING = 0.4  # cosine
_STORIES_AT_ONCE, _AT_ONCE = 512, 4_096
_ROUNDING = 1e-6
_MOST_NEIGHBOURS = 64  # of a report; it also bounds a group, since those that are no neighbours count `NO_EVIDENCE`


def fold(reports: Sequence[Report], check: Check = go_on) -> list[list[int]]:
    """The places of `reports` in groups, one an event, each group and the list of them in the order given.

    Which reports are grouped does not depend on their order, and copies count as one. `check` is called from time
    to time, at least every second or two.
    """
    copies: dict[tuple[object, ...], list[int]] = {}
    for place, report in enumerate(reports):
        copies.setdefault(_content(report), []).append(place)
    ordered = _in_steps(list(copies))
    different = [reports[copies[content][0]] for content in ordered]
    groups = [part for group in _gathered(different, check) for part in _parts(different, group)]
    folded = [sorted(place for one in group for place in copies[ordered[one]]) for group in groups]
    let_go(ordered, copies)
    return sorted(folded, key=lambda group: group[0])


def continuations(
    stories: Sequence[Sequence[Report]], told: Sequence[Report], check: Check = go_on
) -> list[Report | None]:
    """`continued` of many stories; only those are looked at closely that are likely enough to go on with anything.

    `check` is called for every 512 stories.
    """
    found: list[Report | None] = [None] * len(stories)
    if not told:
        return found
    for start in range(0, len(stories), _STORIES_AT_ONCE):
        check()
        some = stories[start : start + _STORIES_AT_ONCE]
        likeliest = odds_between([report for story in some for report in story], told).max(axis=1)
        ends = np.cumsum([0, *map(len, some)])
        for place, story in enumerate(some):
            # The mean is of those reports that are near in time to the story, so it may be that of a single one.
            if likeliest[ends[place] : ends[place + 1]].max() > TOGETHER - _ROUNDING:
                found[start + place] = continued(story, told)
    return found


def continued(news: Sequence[Report], told: Sequence[Report]) -> Report | None:
    """The report in `told` of the story that `news`, reports of one event, go on with; None when they begin one.

    Only the story of the likeliest report is looked at, by the same rules as in `fold`. On both sides only what is near
    in time counts: a story that runs for weeks is known by its last days, and goes on with the first of the new ones.
    Copies count as one: what was printed by many is no surer for that.
    """
    news = _different(news)
    near = _different([one for one in told if any(_may_go_on(new, one) for new in news)])
    if not near:
        return None
    odds = np.array([[event_log_odds(new, one) for one in near] for new in news])
    likeliest = near[int(np.argmax(odds.max(axis=0)))]
    of_story = [place for place, one in enumerate(near) if one.story == likeliest.story]
    first = [row for row, new in enumerate(news) if any(_may_go_on(new, near[place]) for place in of_story)]
    news = [news[row] for row in first]
    across = odds[np.ix_(first, of_story)]
    if float(across.max(axis=1).mean()) < TOGETHER:
        return None
    if across.size > 1:
        both = [*news, *(near[place] for place in of_story)]
        side = np.arange(len(both)) < len(news)
        all_by_all = np.zeros((len(both), len(both)))
        all_by_all[: len(news), len(news) :] = across
        if are_two_events(both, side, all_by_all):
            return None
    return likeliest


def _different(reports: Iterable[Report]) -> list[Report]:
    """One of each that only repeat each other within a story."""
    return list({(report.story, _content(report)): report for report in reports}.values())


def _may_go_on(new: Report, told: Report) -> bool:
    return new.model == told.model and near_in_time(new, told)


def _content(report: Report) -> tuple[object, ...]:
    """What tells two reports apart, whatever their numbers; fit to sort by."""
    return (
        report.model,
        report.vector.tobytes(),
        report.days or (),
        *(tuple(sorted(some or ())) for some in (report.words, report.names, report.numbers)),
    )


def _in_steps(contents: list[tuple[object, ...]]) -> list[tuple[object, ...]]:
    """Sorted. In one go no other thread would run meanwhile: 0.1 s for 50,000."""
    some = (contents[start : start + _AT_ONCE] for start in range(0, len(contents), _AT_ONCE))
    return list(heapq.merge(*map(sorted, some)))


def _gathered(reports: Sequence[Report], check: Check) -> Iterator[list[int]]:
    """Average linkage of the log-odds among near neighbours.

    Averages never rise above what they are made of, so what is not linked by likely pairs is never gathered: each part
    of the reports that hangs together is gathered by itself, which needs memory for its own pairs alone.
    """
    pairs = _pairs(reports, check)
    parts = Parts(len(reports))
    for one, other, odds in pairs:
        if odds > GATHERED:
            parts.join(one, other)
    by_part: dict[int, list[tuple[int, int, float]]] = {}
    for pair in pairs:
        if (part := parts.of(pair[0])) == parts.of(pair[1]):
            by_part.setdefault(part, []).append(pair)
    for place in range(len(reports)):
        if parts.of(place) not in by_part:
            yield [place]
    del pairs
    while by_part:  # freed part by part: a million pairs at once would hold everybody up
        check()
        yield from _linked(by_part.popitem()[1])


def _pairs(reports: Sequence[Report], check: Check) -> list[tuple[int, int, float]]:
    """Two places each, and the log-odds of their reports, where these are worth comparing and say anything."""
    by_model: dict[str, list[int]] = {}
    for place, report in enumerate(reports):
        by_model.setdefault(report.model, []).append(place)
    found = []
    for places in by_model.values():
        vectors = np.empty((len(places), len(reports[places[0]].vector)), dtype=np.float32)
        for row, place in zip(vectors, places, strict=True):  # stacked at once they would hold everybody up
            row[:] = reports[place].vector
        close = close_pairs(vectors, _WORTH_COMPARING, _MOST_NEIGHBOURS, check)
        for start in range(0, len(close.ones), _AT_ONCE):
            check()
            some = (column[start : start + _AT_ONCE].tolist() for column in close)
            for one, other, likeness in zip(*some, strict=True):
                pair = reports[places[one]], reports[places[other]]
                if near_in_time(*pair) and (odds := log_odds(*pair, likeness)) > NO_EVIDENCE:
                    found.append((places[one], places[other], odds))
    return found


def _linked(pairs: Sequence[tuple[int, int, float]]) -> list[list[int]]:
    links: dict[int, dict[int, float]] = {}
    for one, other, odds in pairs:
        links.setdefault(one, {})[other] = links.setdefault(other, {})[one] = odds
    groups = {place: [place] for place in links}
    waiting = [(-odds, one, other) for one, other, odds in pairs if odds > GATHERED]
    heapq.heapify(waiting)
    while waiting:
        odds, one, other = heapq.heappop(waiting)
        if links.get(one, {}).get(other) != -odds:  # one of the two has been merged since
            continue
        _merge(links, one, other, len(groups[one]), len(groups[other]))
        groups[one] += groups.pop(other)
        for near, average in links[one].items():
            if average > GATHERED:
                heapq.heappush(waiting, (-average, min(one, near), max(one, near)))
    return [sorted(group) for group in groups.values()]


def _parts(reports: Sequence[Report], group: Sequence[int]) -> Iterable[list[int]]:
    """The group as it is, or what it falls into."""
    odds = np.zeros((len(group), len(group)))
    for row, one in enumerate(group):
        for column, other in enumerate(group[:row]):
            odds[row, column] = odds[column, row] = event_log_odds(reports[one], reports[other])
    waiting = [np.arange(len(group))]
    while waiting:
        places = waiting.pop()
        members = [reports[group[place]] for place in places.tolist()]
        side = two_events(members, odds[np.ix_(places, places)]) if len(members) > 1 else None
        if side is None:
            yield [group[place] for place in places.tolist()]
        else:
            waiting += [places[side], places[~side]]


def _merge(links: dict[int, dict[int, float]], kept: int, gone: int, kept_size: int, gone_size: int) -> None:
    mine, theirs = links[kept], links.pop(gone)
    for other in {*mine, *theirs} - {kept, gone}:
        weighed = kept_size * mine.get(other, NO_EVIDENCE) + gone_size * theirs.get(other, NO_EVIDENCE)
        mine[other] = links[other][kept] = weighed / (kept_size + gone_size)
        links[other].pop(gone, None)
    mine.pop(gone, None)


class Parts:
    """Places that hang together (a union of disjoint sets)."""

    def __init__(self, count: int) -> None:
        self._above = list(range(count))

    def of(self, place: int) -> int:
        """The place that stands for all that hang together with one."""
        while (above := self._above[place]) != place:
            self._above[place] = self._above[above]
            place = above
        return place

    def join(self, one: int, other: int) -> None:
        self._above[max(self.of(one), self.of(other))] = min(self.of(one), self.of(other))
