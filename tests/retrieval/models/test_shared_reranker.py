"""One reranker for several searchers: nothing is read twice, and a question can be broken off."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from fakes import WordOverlapReranker
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from retrieval.models.shared_reranker import InterruptibleReranker, SharedReranker


class CountingReranker(WordOverlapReranker):
    def __init__(self) -> None:
        self.read: list[tuple[str, str]] = []

    def scores(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        self.read += [(question, text) for text in texts]
        return super().scores(question, texts)


def test_what_was_read_for_a_question_is_not_read_again_until_it_is_forgotten() -> None:
    model = CountingReranker()
    shared = SharedReranker(model, remembered=2)
    assert list(shared.scores("a b", ["a", "b c", "a"])) == [0, 0, 0]
    assert list(shared.scores("a b", ["b c", "a b"])) == [0, 10]
    assert model.read == [("a b", "a"), ("a b", "b c"), ("a b", "a b")]
    shared.scores("a b", ["a"])  # forgotten: two newer ones are kept
    shared.scores("b", ["a b"])  # another question
    assert model.read[3:] == [("a b", "a"), ("b", "a b")]
    assert len(shared.scores("a", [])) == 0


words = st.lists(st.sampled_from(["a", "b", "a b", "c", "b c"]), max_size=6)


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["a", "a b"]), words), max_size=10), st.integers(0, 3))
def test_scores_are_the_models_own_in_the_order_asked(asked: list[tuple[str, list[str]]], remembered: int) -> None:
    shared, plain = SharedReranker(WordOverlapReranker(), remembered=remembered), WordOverlapReranker()
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(lambda one: shared.scores(*one), asked))
    for (question, texts), scores in zip(asked, found, strict=True):
        np.testing.assert_array_equal(scores, plain.scores(question, texts))


class MatchingReranker(CountingReranker):
    def matches(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        return self.scores(question, texts) + 1


def test_matches_are_remembered_beside_the_scores() -> None:
    model = MatchingReranker()
    shared = SharedReranker(model)
    shared.scores("a", ["a"])
    for _ in range(2):
        matches = shared.matches("a", ["a", "b", "a"])
        assert matches is not None
        assert list(matches) == [11, -9, 11]
    assert list(shared.scores("a", ["a"])) == [10]
    assert model.read == [("a", "a"), ("a", "a"), ("a", "b")]


def test_a_model_that_cannot_tell_matches_is_not_made_to() -> None:
    assert SharedReranker(WordOverlapReranker()).matches("a", ["a"]) is None
    assert InterruptibleReranker(WordOverlapReranker(), lambda: None).matches("a", ["a"]) is None


def test_a_question_that_nobody_waits_for_is_not_read_on() -> None:
    class Enough(Exception):
        pass

    left = [None, Enough()]

    def check() -> None:
        if (reason := left.pop(0)) is not None:
            raise reason

    model = CountingReranker()
    reranker = InterruptibleReranker(model, check)
    assert reranker.name == model.name
    assert list(reranker.scores("a", ["a"])) == [10]
    with pytest.raises(Enough):
        reranker.scores("a", ["b"])
    assert model.read == [("a", "a")]
