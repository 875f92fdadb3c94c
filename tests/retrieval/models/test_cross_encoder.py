"""The packaged reranker itself: it loads in a second or two."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pytest

from retrieval.errors import ModelUnusable
from retrieval.models.cross_encoder import FOLDER, INNER, OUTPUT, CrossEncoder
from retrieval.models.packaged_onnx import PackagedOnnx, Read

pytestmark = pytest.mark.real

QUESTION = "Who won the world cup in 1966?"
RIGHT = "England won the world cup in 1966."
WRONG = "The wheat harvest was poor that year."


class CountingModel(PackagedOnnx):
    def read(self, texts: Sequence[str] | Sequence[tuple[str, str]]) -> Iterator[Read]:
        self.texts = [*getattr(self, "texts", []), *(text[1] for text in texts)]
        return super().read(texts)


@pytest.fixture(scope="module")
def encoder() -> CrossEncoder:
    return CrossEncoder()


def test_what_is_read_off_inside_changes_no_score(encoder: CrossEncoder) -> None:
    plain = PackagedOnnx("reranker_en", "logits", 256)
    logits = [float(one.tensors["logits"][0]) for one in plain.read([(QUESTION, RIGHT), (QUESTION, WRONG)])]
    np.testing.assert_array_equal(encoder.scores(QUESTION, [RIGHT, WRONG]), np.asarray(logits, dtype=np.float32))
    assert logits[0] > logits[1] + 5


def test_a_text_that_answers_meets_the_question_better(encoder: CrossEncoder) -> None:
    right, wrong = encoder.matches(QUESTION, [RIGHT, WRONG])
    assert right > wrong


def test_what_was_scored_is_not_read_again_and_gives_the_same(encoder: CrossEncoder) -> None:
    model = CountingModel(FOLDER, OUTPUT, 256, list(INNER.values()))
    counted = CrossEncoder(model)
    counted.scores(QUESTION, [RIGHT, WRONG])
    assert model.texts == [RIGHT, WRONG]
    matches = counted.matches(QUESTION, [WRONG, RIGHT, WRONG])
    assert model.texts == [RIGHT, WRONG]
    np.testing.assert_array_equal(matches, encoder.matches(QUESTION, [WRONG, RIGHT, WRONG]))
    counted.matches(QUESTION, [RIGHT, "Another text."])
    assert model.texts == [RIGHT, WRONG, "Another text."]


def test_broken_text_and_none_at_all_have_a_match(encoder: CrossEncoder) -> None:
    assert np.isfinite(encoder.matches("", ["", "\ud800", "x" * 5000])).all()
    assert encoder.matches(QUESTION, []).shape == (0,)


def test_a_model_that_lacks_what_is_read_off_is_unusable() -> None:
    model = PackagedOnnx("reranker_en", "logits", 256, ["/no/such/tensor"])
    with pytest.raises(ModelUnusable, match="install it again"):
        list(model.read([("a", "b")]))
