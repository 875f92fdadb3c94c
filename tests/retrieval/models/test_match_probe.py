from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.models.match_probe import LAYERS, OF_FIRST, OF_QUESTION, MatchProbe, as_json, inner_state

DIMENSION = 384


def layers_of(pieces: int, dimension: int = 2) -> dict[int, np.ndarray]:
    """Every number tells its layer and its word piece: 803 is the fourth one of layer 8."""
    rows = np.arange(pieces, dtype=np.float32)[:, None]
    return {layer: np.repeat(100 * layer + rows, dimension, axis=1) for layer in LAYERS}


def test_the_question_counts_by_its_own_word_pieces_and_the_whole_by_the_first() -> None:
    # [CLS] q q q [SEP] t t [SEP]
    state = inner_state(layers_of(8), np.asarray([0, 0, 0, 0, 0, 1, 1, 1], dtype=bool))
    expected = [100 * layer + 2 for layer in OF_QUESTION] + [100 * layer for layer in OF_FIRST]
    np.testing.assert_array_equal(state, np.repeat(np.asarray(expected, dtype=np.float32), 2))


@settings(deadline=None)
@given(st.integers(0, 5), st.integers(0, 5))
def test_a_question_or_a_text_may_be_empty(question: int, text: int) -> None:
    of_text = np.asarray([False] * (question + 2) + [True] * (text + 1))
    assert np.isfinite(inner_state(layers_of(len(of_text)), of_text)).all()


def test_without_a_text_all_is_question() -> None:
    state = inner_state(layers_of(4), np.zeros(4, dtype=bool))  # [CLS] q q [SEP]
    assert state[0] == 100 * OF_QUESTION[0] + 1.5


def test_a_probe_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    chance = np.random.default_rng(5)
    probe = MatchProbe(chance.normal(0, 0.1, 4 * 3).astype(np.float32), -0.25)
    (tmp_path / "probe.json").write_text(as_json(probe, "Made up."), "utf-8")
    read = MatchProbe.packaged(tmp_path / "probe.json")
    np.testing.assert_allclose(read.weights, probe.weights, atol=6e-6)
    assert read.bias == probe.bias
    state = chance.normal(0, 1, 12).astype(np.float32)
    assert read.log_odds(state) == pytest.approx(float(state @ probe.weights) - 0.25, abs=1e-3)
    assert json.loads((tmp_path / "probe.json").read_text("utf-8"))["about"] == "Made up."


def test_the_packaged_probe_has_a_weight_for_every_number() -> None:
    probe = MatchProbe.packaged()
    assert probe.weights.shape == ((len(OF_QUESTION) + len(OF_FIRST)) * DIMENSION,)
    assert np.abs(probe.weights).max() > 0
