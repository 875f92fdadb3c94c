"""One worker for the model: micro-batches, a memory with an end, errors for everybody, a clean close."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

import numpy as np
import pytest
from fakes import WordHashEmbedder
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.errors import EncoderClosed, ModelUnusable
from retrieval.models.embedding import Vectors
from retrieval.models.question_encoder import PASSAGES_TOGETHER, QUESTIONS_TOGETHER, QuestionEncoder

WAIT = 30  # seconds; only a failing test waits so long


class HeldEmbedder(WordHashEmbedder):
    """Counts words; waits before each batch of questions until it is let go on, and can be told to fail."""

    def __init__(self) -> None:
        super().__init__()
        self.batches: list[list[str]] = []
        self.begun = threading.Semaphore(0)
        self.go_on = threading.Semaphore(0)
        self.fault: Exception | None = None

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        self.batches.append(list(texts))
        self.begun.release()
        assert self.go_on.acquire(timeout=WAIT)
        if self.fault is not None:
            raise self.fault
        return super().embed_questions(texts)


Ask = Callable[..., "Future[Vectors]"]


@contextmanager
def asking(model: HeldEmbedder, **options: int) -> Iterator[tuple[QuestionEncoder, Ask]]:
    """An encoder whose worker is busy with the question "first", and a way to ask it from threads."""
    encoder = QuestionEncoder(model, **options)
    with ThreadPoolExecutor(max_workers=64) as threads:
        arrived = threading.Semaphore(0)

        def ask(*texts: str) -> Future[Vectors]:
            def come() -> Vectors:
                arrived.release()
                return encoder.embed_questions(texts)

            asked = threads.submit(come)
            assert arrived.acquire(timeout=WAIT)
            return asked

        first = ask("first")
        assert model.begun.acquire(timeout=WAIT)
        try:
            yield encoder, ask
        finally:
            model.go_on.release(1000)
            first.exception(timeout=WAIT)
            encoder.close()


def waiting_for(encoder: QuestionEncoder, count: int) -> None:
    """Until so many different texts have come to the encoder; threads need a moment from their start to there."""
    passed = threading.Event()
    while len(encoder._asked) < count:
        passed.wait(0.001)


def test_what_waits_is_encoded_as_one_batch_and_the_same_text_once() -> None:
    model = HeldEmbedder()
    with asking(model) as (encoder, ask):
        answers = [ask(f"question {number}") for number in range(5)] + [ask("question 0"), ask("first", "question 4")]
        waiting_for(encoder, 6)
        model.go_on.release(2)
        plain = WordHashEmbedder()
        for number in range(5):
            expected = plain.embed_questions([f"question {number}"])
            np.testing.assert_array_equal(answers[number].result(WAIT), expected)
        np.testing.assert_array_equal(answers[5].result(WAIT), plain.embed_questions(["question 0"]))
        np.testing.assert_array_equal(answers[6].result(WAIT), plain.embed_questions(["first", "question 4"]))
    assert model.batches[0] == ["first"]
    assert sorted(model.batches[1]) == [f"question {number}" for number in range(5)]
    assert len(model.batches) == 2


def test_a_batch_has_an_end() -> None:
    model = HeldEmbedder()
    with asking(model) as (encoder, ask):
        texts = [f"question {number}" for number in range(QUESTIONS_TOGETHER + 3)]
        answer = ask(*texts)
        waiting_for(encoder, len(texts) + 1)
        model.go_on.release(3)
        np.testing.assert_array_equal(answer.result(WAIT), WordHashEmbedder().embed_questions(texts))
    assert [len(batch) for batch in model.batches] == [1, QUESTIONS_TOGETHER, 3]


def test_an_error_reaches_everybody_who_waits_and_the_next_try_is_a_fresh_one() -> None:
    model = HeldEmbedder()
    with asking(model) as (encoder, ask):
        model.fault = ModelUnusable("no weights")
        answers = [ask("a"), ask("b", "c"), ask("a")]
        waiting_for(encoder, 4)
        model.go_on.release(3)  # one more than waits: the second "a" may come when the first has its error already
        for answer in answers:
            with pytest.raises(ModelUnusable, match="no weights"):
                answer.result(WAIT)
        model.fault = None
        model.go_on.release(1)
        np.testing.assert_array_equal(encoder.embed_questions(["a"]), WordHashEmbedder().embed_questions(["a"]))


def test_closing_ends_the_batch_in_hand_and_turns_away_the_rest() -> None:
    model = HeldEmbedder()
    with asking(model) as (encoder, ask), ThreadPoolExecutor(1) as other:
        waits = ask("too late")
        waiting_for(encoder, 2)
        closing = other.submit(encoder.close)
        model.go_on.release(1)
        closing.result(WAIT)
        with pytest.raises(EncoderClosed):
            waits.result(WAIT)
        with pytest.raises(EncoderClosed):
            encoder.embed_questions(["later"])
        with pytest.raises(EncoderClosed):
            encoder.embed_passages(["later"])
        np.testing.assert_array_equal(  # it is known, so nothing has to be encoded
            encoder.embed_questions(["first"]), WordHashEmbedder().embed_questions(["first"])
        )
    assert model.batches == [["first"]]


def test_the_question_longest_unasked_is_forgotten_first() -> None:
    class Counting(WordHashEmbedder):
        encoded: list[str]

        def embed_questions(self, texts: Sequence[str]) -> Vectors:
            self.encoded += texts
            return super().embed_questions(texts)

    model = Counting()
    model.encoded = []
    encoder = QuestionEncoder(model, remembered=2)
    for text in ("a", "b", "a", "c", "a", "b"):
        encoder.embed_questions([text])
    encoder.close()
    assert model.encoded == ["a", "b", "c", "b"]


def test_what_a_caller_does_to_its_vectors_changes_nobody_elses() -> None:
    encoder = QuestionEncoder(WordHashEmbedder())
    encoder.embed_questions(["a"])[:] = 7
    np.testing.assert_array_equal(encoder.embed_questions(["a"]), WordHashEmbedder().embed_questions(["a"]))
    encoder.close()


def test_passages_are_encoded_in_pieces_so_that_a_question_comes_in_between() -> None:
    order: list[str] = []

    class Asked(WordHashEmbedder):
        """While it encodes the first passages, somebody asks a question."""

        def embed_passages(self, texts: Sequence[str]) -> Vectors:
            order.append(f"{len(texts)} passages")
            if len(order) == 1:
                asker.submit(encoder.embed_questions, ["a question"])
                waiting_for(encoder, 1)
            return super().embed_passages(texts)

        def embed_questions(self, texts: Sequence[str]) -> Vectors:
            order.append(texts[0])
            return super().embed_questions(texts)

    encoder = QuestionEncoder(Asked())
    texts = [f"passage {number}" for number in range(2 * PASSAGES_TOGETHER + 1)]
    with ThreadPoolExecutor(1) as asker:
        vectors = encoder.embed_passages(texts)
    np.testing.assert_array_equal(vectors, WordHashEmbedder().embed_passages(texts))
    assert order == [f"{PASSAGES_TOGETHER} passages", "a question", f"{PASSAGES_TOGETHER} passages", "1 passages"]
    assert encoder.embed_passages([]).shape == (0, encoder.dimension)
    encoder.close()


@settings(deadline=None)
@given(st.lists(st.lists(st.sampled_from("abcdefgh"), max_size=5), max_size=12), st.integers(0, 4))
def test_whoever_asks_whatever_in_whatever_company_gets_the_models_own_vectors(
    asked: list[list[str]], remembered: int
) -> None:
    encoder, plain = QuestionEncoder(WordHashEmbedder(), remembered=remembered), WordHashEmbedder()
    with ThreadPoolExecutor(4) as threads:
        for texts, vectors in zip(asked, threads.map(encoder.embed_questions, asked), strict=True):
            np.testing.assert_array_equal(vectors, plain.embed_questions(texts))
    encoder.close()


@pytest.mark.real
def test_the_packaged_models_vectors_do_not_depend_on_what_shares_their_batch() -> None:
    from retrieval.models.sentence_model import SentenceModel

    questions = ["Who was arrested?", "How many died of overdoses in the United States last year, and of what?", "x"]
    model = SentenceModel()
    together = model.embed_questions(questions)
    for question, vector in zip(questions, together, strict=True):
        np.testing.assert_allclose(model.embed_questions([question])[0], vector, atol=1e-6)
