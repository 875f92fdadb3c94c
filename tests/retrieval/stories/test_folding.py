from __future__ import annotations

import datetime as dt
from collections.abc import Sequence, Set
from dataclasses import fields, replace
from random import Random

import numpy as np
import pytest
from drafts import NOON, draft
from fakes import WordHashEmbedder
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.article import Article, Draft
from retrieval.stories.folding import continued, fold
from retrieval.stories.reports import Report, Reporter
from retrieval.stories.story_evidence import DAYS_APART, NO_EVIDENCE, event_log_odds
from retrieval.stories.story_parting import TOGETHER, parting, two_events

EMBEDDER = WordHashEmbedder(dimension=512)
QUAKE = "An earthquake of magnitude 6.1 hit the Iranian island of Qeshm on Sunday and levelled two villages."
QUAKE_TOO = (
    "Two villages on Qeshm were levelled when a 6.1 earthquake hit the Iranian island on Sunday, officials said."
)
OTHER = "The central bank of Norway left its interest rate unchanged and said that inflation was falling slowly."


def report(number: int, text: str, published: str | None = None) -> Report:
    made = draft(text, published=published)
    same = {one.name: getattr(made, one.name) for one in fields(Draft)}
    article = Article(**same, number=number, revision="r", collection="wire", archived_at=NOON)
    return Reporter(EMBEDDER.name).report(article, EMBEDDER.embed_passages([text])[0], [text])


def reports(*texts: str) -> list[Report]:
    return [report(place + 1, text) for place, text in enumerate(texts)]


TWO_QUAKES = (
    [
        "An earthquake of magnitude 5.4 shook the island of Lesbos on Tuesday; no one was hurt in Mytilene.",
        "Lesbos shaken: a 5.4 earthquake rattled windows in Mytilene on Tuesday, and no one was hurt.",
        "No one was hurt in Mytilene when the island of Lesbos was shaken by an earthquake of magnitude 5.4.",
        "Tuesday's earthquake of magnitude 5.4 shook Mytilene on the island of Lesbos but hurt no one.",
    ],
    [
        "An earthquake of magnitude 6.3 struck the island of Lesbos on Monday and killed a woman in Vrisa.",
        "A woman died in Vrisa when a 6.3 earthquake struck the island of Lesbos on Monday, rescuers said.",
        "Rescuers in Vrisa, on the island of Lesbos, found a woman killed by the 6.3 earthquake that struck on Monday.",
        "Vrisa on Lesbos: a woman was killed as an earthquake of magnitude 6.3 struck the island, rescuers said.",
    ],
)
TWO_TRIALS = (
    [
        "Jonas Brandt was convicted of fraud by a court in Bremen on Friday over loans to the Weser shipyard.",
        "A court in Bremen convicted the banker Jonas Brandt of fraud over loans to the Weser shipyard.",
        "Fraud over loans to the Weser shipyard: a Bremen court convicted Jonas Brandt on Friday.",
    ],
    [
        "Jonas Brandt was acquitted by a tax court in Vienna, which found that the Danube Trust was properly declared.",
        "A Vienna tax court acquitted the banker Jonas Brandt; the Danube Trust was properly declared, it found.",
        "The Danube Trust was properly declared, a tax court in Vienna found, and Jonas Brandt was acquitted.",
    ],
)
FOUR_OUTLETS = (
    [
        "The ferry Aurora ran aground off Karpathos on Tuesday night with 212 people on board.",
        "212 people were on board the ferry Aurora when it ran aground off Karpathos.",
        "Ferry Aurora aground off Karpathos, all 212 people on board are safe, coast guard says.",
        "The coast guard said that all 212 people on the ferry Aurora, aground off Karpathos, were safe.",
    ],
)
A_CORRECTION = (
    [
        "The ferry Aurora ran aground off Karpathos on Tuesday night with 212 people on board, the coast guard said.",
        "Correction: the ferry Aurora ran aground off Karpathos on Tuesday night with 221 people on board, not 212.",
    ],
)
UNLIKE = ([QUAKE, QUAKE_TOO], [OTHER], ["Olive farmers in Andalusia expect the smallest harvest in ten years."])


@pytest.mark.parametrize("events", [TWO_QUAKES, TWO_TRIALS, FOUR_OUTLETS, A_CORRECTION, UNLIKE])
def test_reports_are_grouped_by_event(events: Sequence[list[str]]) -> None:
    groups, places = [], iter(range(100))
    for event in events:
        groups.append([next(places) for _ in event])
    assert fold(reports(*(text for event in events for text in event))) == groups


def test_one_report_of_each_of_two_like_events_is_not_folded() -> None:
    assert fold(reports(TWO_QUAKES[0][0], TWO_QUAKES[1][1])) == [[0], [1]]


def test_a_group_parts_by_what_one_half_says_and_the_other_never() -> None:
    both = reports(*TWO_QUAKES[0], *TWO_QUAKES[1])
    side = parting(both)
    assert side.tolist() in ([True] * 4 + [False] * 4, [False] * 4 + [True] * 4)
    odds = np.array([[event_log_odds(one, other) for other in both] for one in both])
    assert two_events(both, odds) is not None
    assert two_events(both[:4], odds[:4, :4]) is None
    unlikely = np.full((4, 4), TOGETHER - 0.1)
    assert two_events(both[:4], unlikely) is not None  # one subject on average, so not one event


def test_the_same_words_a_month_later_are_another_event() -> None:
    early, late = report(1, QUAKE, "2024-07-01"), report(2, QUAKE, "2024-08-01")
    assert fold([early, late]) == [[0], [1]]
    assert event_log_odds(early, late) == NO_EVIDENCE
    assert event_log_odds(early, report(3, QUAKE, "2024-07-06")) > 0


def test_days_are_compared_as_far_as_they_are_known() -> None:
    july = report(1, QUAKE, "2024-07")
    assert fold([july, report(2, QUAKE, "2024-07-31")]) == [[0, 1]]
    assert fold([july, report(2, QUAKE, "2024-08-05")]) == [[0, 1]]  # five days after the last it can mean
    assert fold([july, report(2, QUAKE, "2024-08-06")]) == [[0], [1]]
    assert fold([july, report(2, QUAKE)]) == [[0, 1]]
    assert DAYS_APART == 5


def test_likeness_of_meaning_alone_is_not_one_event() -> None:
    """Two reports whose vectors are close (cosine 0.8), but which share no name and no number."""
    one = report(1, "A man was charged with murder after a shooting at an office in Vancouver.")
    other = report(2, "Police arrested a former employee of a Michigan accounting firm, Anthony LaCalamita.")
    aside = other.vector - (other.vector @ one.vector) * one.vector
    near = 0.8 * one.vector + 0.6 * aside / np.linalg.norm(aside)
    assert fold([one, replace(other, vector=near)]) == [[0], [1]]


def test_reports_of_different_models_are_not_compared() -> None:
    one, other = report(1, QUAKE), replace(report(2, QUAKE), model="another model")
    assert fold([one, other]) == [[0], [1]]
    assert event_log_odds(one, other) == NO_EVIDENCE


def test_a_report_of_the_older_form_is_still_compared() -> None:
    """Its names were not stemmed and held the numbers."""
    one, other = reports(QUAKE, QUAKE_TOO)
    assert one.numbers
    older = replace(one, names=one.names | one.numbers, numbers=None)
    assert fold([older, other]) == [[0, 1]]


def test_a_told_story_goes_on_and_its_look_alike_begins_one() -> None:
    told = [replace(one, story=71) for one in reports(*TWO_QUAKES[0][:2])]
    told += [replace(one, story=72) for one in reports(*TWO_TRIALS[0])]
    more, alike = reports(*TWO_QUAKES[0][2:]), reports(*TWO_QUAKES[1])
    same = continued(more, told)
    assert same is not None and same.story == 71
    assert continued(more[:1], told) is not None
    assert continued(alike, told) is None
    assert continued(reports(OTHER), told) is None
    assert continued(more, []) is None


@pytest.mark.parametrize("copies", [1, 2, 3, 6])
def test_a_story_goes_on_however_often_the_same_words_of_it_were_told(copies: int) -> None:
    words = (
        "The ferry Aurora ran aground off Karpathos on Tuesday night with 212 people on board, the coast guard said."
    )
    told = [replace(report(number, words), story=1) for number in range(1, copies + 1)]
    corrected = report(9, "219 people were on board the ferry Aurora when it ran aground off Karpathos.")
    same = continued([corrected], told)
    assert same is not None and same.story == 1
    news = [replace(corrected, number=10 + number) for number in range(copies)]
    assert continued(news, told[:1]) is told[0]


def test_another_figure_in_the_same_words_is_the_same_event() -> None:
    words = (
        "The district of Blekinge says that {} people were taken to hospital after the ferry Aurora struck the pier of "
        "Karlskrona in thick fog, and that the captain, {}, was questioned by the harbour police."
    )
    first, second = words.format(12, "Nils Ek"), words.format(17, "Sten Aho")
    told = [report(1, first, "2026-04-04"), report(2, f"Twelve hurt. {first}", "2026-04-05")]
    news = [report(3, second, "2026-04-05"), report(4, f"Harbour police: {second}", "2026-04-06")]
    assert continued(news, [replace(one, story=1) for one in told]) is not None
    assert fold([*told, *news]) == [[0, 1, 2, 3]]


def test_a_story_of_long_ago_is_not_gone_on_with_and_one_that_runs_is_known_by_its_last_days() -> None:
    first = replace(report(1, QUAKE, "2024-07-01"), story=1)
    days = [replace(report(day, QUAKE, f"2024-07-{day:02}"), story=1) for day in (5, 9, 13)]
    late = report(9, QUAKE_TOO, "2024-07-15")
    assert continued([late], [first]) is None
    assert continued([late], [first, *days]) is days[-1]


TEXTS = st.sampled_from(
    [*TWO_QUAKES[0], *TWO_QUAKES[1], *TWO_TRIALS[0], *TWO_TRIALS[1], OTHER, "Qeshm 6.1", "¿Qué? İstanbul 12,5"]
)
DRAWN = st.lists(st.tuples(TEXTS, st.integers(0, 9)), max_size=14).map(
    lambda drawn: [
        report(place + 1, text, str(dt.date(2024, 7, 1) + dt.timedelta(days=days)))
        for place, (text, days) in enumerate(drawn)
    ]
)


@settings(deadline=None)
@given(DRAWN)
def test_every_report_is_in_exactly_one_story(drawn: list[Report]) -> None:
    groups = fold(drawn)
    assert sorted(place for group in groups for place in group) == list(range(len(drawn)))
    assert [group[0] for group in groups] == sorted(group[0] for group in groups)
    assert all(group == sorted(group) for group in groups)


@settings(deadline=None)
@given(DRAWN, st.randoms(use_true_random=False))
def test_the_order_of_reports_does_not_change_the_groups(drawn: list[Report], random: Random) -> None:
    shuffled = list(drawn)
    random.shuffle(shuffled)
    assert _numbers(shuffled) == _numbers(drawn)


@settings(deadline=None)
@given(DRAWN)
def test_copies_are_together_and_change_nothing(drawn: list[Report]) -> None:
    copies = [replace(one, number=one.number + 100) for one in drawn]
    groups = _numbers([*drawn, *copies])
    assert groups == {frozenset({*group, *(number + 100 for number in group)}) for group in _numbers(drawn)}


@settings(deadline=None)
@given(DRAWN)
def test_folding_what_was_folded_changes_nothing(drawn: list[Report]) -> None:
    """Neither in the order of the groups, nor with each group told by its first report and its copies."""
    groups = fold(drawn)
    assert _numbers([drawn[place] for group in groups for place in group]) == _numbers(drawn)
    for group in groups:
        assert len(fold([replace(drawn[group[0]], number=place) for place in group])) == 1


class CountedWords(frozenset[int]):
    """Words that count how often they are compared with others."""

    compared = 0

    def __and__(self, other: Set[int], /) -> frozenset[int]:
        CountedWords.compared += 1
        return super().__and__(other)


@pytest.mark.parametrize("likeness", [0.5, 0.99])  # many events of one subject; one event without end
def test_comparisons_grow_with_the_number_of_reports_and_not_with_its_square(likeness: float) -> None:
    def comparisons(count: int) -> int:
        draw = np.random.default_rng(6)
        apart = draw.normal(size=(count, 32)).astype(np.float32)
        apart /= np.linalg.norm(apart, axis=1, keepdims=True)
        vectors = np.hstack([np.full((count, 1), likeness**0.5), (1 - likeness) ** 0.5 * apart]).astype(np.float32)
        told = frozenset(range(20))
        drawn = [
            Report(place, place, "m", vector, CountedWords(told | {100 + place}), told, None)
            for place, vector in enumerate(vectors)
        ]
        CountedWords.compared = 0
        fold(drawn)
        return CountedWords.compared

    few, many = comparisons(300), comparisons(1200)
    assert 300 < few < 300 * 150
    assert many < 5 * few


def _numbers(folded: Sequence[Report]) -> set[frozenset[int]]:
    return {frozenset(folded[place].number for place in group) for group in fold(folded)}
