from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_sets import ANSWERABLE, UNANSWERABLE, verdict

from retrieval.evaluation.failures import FailureKind, failure_of, has_right_sentence, kind_of
from retrieval.evaluation.figures import auroc, falsely_refused_at, report_of
from retrieval.evaluation.precision_curve import point_at, precision_curve
from retrieval.evaluation.verdict import average_precision, holds_any, shares_words

SCORES = st.lists(st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.75, 1.0]), min_size=1, max_size=12)


@settings(deadline=None)
@given(SCORES, SCORES)
def test_auroc_is_the_chance_of_the_right_order_with_ties_counting_half(good: list[float], bad: list[float]) -> None:
    pairs = [(one > other) + 0.5 * (one == other) for one in good for other in bad]
    assert auroc(good, bad) == pytest.approx(sum(pairs) / len(pairs))


@settings(deadline=None)
@given(SCORES, SCORES, st.floats(0.01, 1))
def test_the_threshold_of_false_refusals_refuses_at_least_so_many(
    good: list[float], bad: list[float], refused: float
) -> None:
    lost = falsely_refused_at(good, bad, refused)
    enough = [at for at in [*good, *bad] if sum(score <= at for score in bad) >= refused * len(bad)]
    assert lost == pytest.approx(min(sum(score <= at for score in good) for at in enough) / len(good))


def test_figures_of_nothing_are_not_made_up() -> None:
    assert auroc([], [1.0]) is None
    assert falsely_refused_at([1.0], []) is None
    empty = report_of("empty", 0, [], 0.0).as_data()
    assert {name for name, value in empty.items() if value is not None} == {
        *("set_name documents questions answerable unanswerable quotes embed_seconds".split())
    }


def test_a_report_counts_each_question_where_it_belongs() -> None:
    second = verdict(
        ranks=("other", "as right"),
        evidence_at=2,
        in_quote_at=None,
        first_document="other",
        state="closest",
        confidence=0.4,
    )
    missed = verdict(ranks=("other",), evidence_at=None, in_quote_at=None, state="not_in_archive", confidence=0.1)
    silent = verdict(UNANSWERABLE, state="not_in_archive", confidence=0.1, quotes=0, exact=0)
    fooled = verdict(UNANSWERABLE, confidence=0.5, exact=1)
    report = report_of("made", 3, [verdict(), second, missed, silent, fooled], 2.0)
    assert (report.answerable, report.unanswerable) == (3, 2)
    assert report.recall_at_1 == pytest.approx(1 / 3)
    assert report.recall_at_5 == pytest.approx(2 / 3)
    assert report.mrr_at_10 == pytest.approx((1 + 1 / 2) / 3)
    assert report.evidence_at_1 == pytest.approx(1 / 3)
    assert report.evidence_at_5 == pytest.approx(2 / 3)
    assert report.quoted_at_1 == pytest.approx(1 / 3)
    assert report.answer_in_first_quote == 1  # the second's first quote is from another document: it does not count
    assert (report.answered, report.falsely_refused) == (pytest.approx(1 / 3), pytest.approx(1 / 3))
    assert (report.refused, report.falsely_answered) == (0.5, 0.5)
    assert report.auroc == pytest.approx(3.5 / 6)
    assert (report.quotes, report.quote_exactness) == (8, 7 / 8)
    assert report.all_gold_at_10 is None  # no question takes several documents
    assert report.map is None


def test_all_of_several_gold_documents_must_be_found() -> None:
    both = replace(ANSWERABLE, gold=("right", "too"), right=frozenset({"right", "too"}))
    found, half = verdict(both, ranks=("x", "too", "right")), verdict(both, ranks=("right", "x"))
    assert report_of("made", 3, [found, half, verdict()], 0.0).all_gold_at_10 == 0.5


def test_average_precision_ranks_what_was_not_found_last() -> None:
    right = frozenset({"a", "c"})
    assert average_precision(["x", "c", "b"], ["a", "b", "c"], right) == pytest.approx((1 + 2 / 3) / 2)
    assert average_precision([], ["b", "a"], right) == pytest.approx(1 / 2)
    assert average_precision(["b"], ["b"], right) == 0


def test_words_are_compared_without_white_space_and_answers_without_case() -> None:
    assert holds_any("in the  SOUTHERN\nparts", ["southern parts"])
    assert not holds_any("anything", ["", "  "])
    assert shares_words(["Long and longer."], ["longer.\n"])
    assert not shares_words(["Long and longer."], ["Longer."])


@pytest.mark.parametrize(
    ("one", "kind"),
    [
        (verdict(), None),
        (verdict(state="closest"), None),
        (verdict(state="not_in_archive"), FailureKind.REFUSED),
        (verdict(first_document="other"), FailureKind.WRONG_ARTICLE),
        (verdict(first_document=None, first_quote=None), FailureKind.WRONG_ARTICLE),
        (verdict(in_quote_at=2, first_quote="It rained."), FailureKind.WRONG_SENTENCE),
        (verdict(in_quote_at=None, first_quote="It was 14."), None),  # the answer in other words of the right article
        (verdict(replace(ANSWERABLE, evidence=(), answers=()), in_quote_at=None), None),
        (verdict(UNANSWERABLE), FailureKind.FALSELY_ANSWERED),
        (verdict(UNANSWERABLE, state="closest"), None),
    ],
)
def test_a_failure_has_the_first_kind_that_applies(one: object, kind: FailureKind | None) -> None:
    assert kind_of(one) is kind  # type: ignore[arg-type]


def test_a_failure_shows_what_was_expected_and_what_was_quoted() -> None:
    assert failure_of(verdict()) is None
    failure = failure_of(verdict(first_document="other", first_quote="It rained."))
    assert failure is not None
    assert failure.as_data() == {
        "id": "a",
        "kind": "wrong article",
        "question": "How many were closed?",
        "expected": ["14 were closed."],
        "expected_documents": ["right"],
        "quoted": "It rained.",
        "quoted_document": "other",
        "state": "answered",
        "confidence": 0.9,
    }


CONFIDENCES = st.lists(st.tuples(st.sampled_from([0.1, 0.3, 0.5, 0.9]), st.booleans()), min_size=1, max_size=20)


@settings(deadline=None)
@given(CONFIDENCES)
def test_the_curve_says_of_every_threshold_what_answering_from_it_on_gives(made: list[tuple[float, bool]]) -> None:
    verdicts = [verdict(ANSWERABLE if right else UNANSWERABLE, confidence=chance) for chance, right in made]
    points = precision_curve(verdicts)
    assert points[-1].answered == 1
    for point in points:
        answered = [one for one in verdicts if one.confidence >= point.threshold]
        assert point.answered == pytest.approx(len(answered) / len(verdicts))
        assert point.precision == pytest.approx(sum(map(has_right_sentence, answered)) / len(answered))
    assert point_at(points, 0.0) == points[-1]
    assert point_at(points, 0.95) is None
