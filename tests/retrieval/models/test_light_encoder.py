"""The packaged kind of model without the library: the same vectors, and only where they would be the same."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
from fakes import WordHashEmbedder
from hypothesis import given
from hypothesis import strategies as st

from retrieval.models.light_encoder import LightModel, _gelu, can_encode

FILES: dict[str, object] = {
    "modules.json": [
        {"type": f"sentence_transformers.models.{name}"} for name in ("Transformer", "Pooling", "Normalize")
    ],
    "config.json": {"model_type": "bert", "hidden_act": "gelu", "hidden_size": 384},
    "1_Pooling/config.json": {
        "word_embedding_dimension": 384,
        "pooling_mode_mean_tokens": True,
        "pooling_mode_cls_token": False,
    },
    "tokenizer.json": {},
    "model.safetensors": {},
}


def model_folder(folder: Path, **others: object) -> Path:
    for name, content in {
        **FILES,
        **{name.replace("__", "/") + ".json": other for name, other in others.items()},
    }.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(content), encoding="utf-8")
    return folder


def test_only_a_model_of_the_kind_that_is_computed_here_is_taken(tmp_path: Path) -> None:
    assert can_encode(model_folder(tmp_path), 384)
    assert not can_encode(tmp_path, 128)  # its vectors are to be cut


@pytest.mark.parametrize(
    "other",
    [
        {"config": {"model_type": "mpnet", "hidden_act": "gelu", "hidden_size": 384}},
        {"config": {"model_type": "bert", "hidden_act": "relu", "hidden_size": 384}},
        {
            "config": {
                "model_type": "bert",
                "hidden_act": "gelu",
                "hidden_size": 384,
                "position_embedding_type": "relative_key",
            }
        },
        {"config": ["nonsense"]},
        {"modules": [{"type": "sentence_transformers.models.Transformer"}]},
        {"1_Pooling__config": {"pooling_mode_cls_token": True}},
        {"1_Pooling__config": {"pooling_mode_mean_tokens": True, "pooling_mode_max_tokens": True}},
    ],
)
def test_any_other_model_is_left_to_the_library(tmp_path: Path, other: dict[str, object]) -> None:
    assert not can_encode(model_folder(tmp_path, **other), 384)


def test_a_folder_without_its_files_is_left_to_the_library(tmp_path: Path) -> None:
    assert not can_encode(tmp_path, 384)
    (model_folder(tmp_path) / "model.safetensors").unlink()
    assert not can_encode(tmp_path, 384)


def test_an_embedder_that_has_no_folder_has_no_light_form() -> None:
    assert LightModel.of(WordHashEmbedder()) is None


@given(st.lists(st.floats(-30, 30, width=32), min_size=1, max_size=20))
def test_the_activation_is_that_of_the_error_function(numbers: list[float]) -> None:
    exact = [x * 0.5 * (1 + math.erf(x / math.sqrt(2))) for x in numbers]
    np.testing.assert_allclose(_gelu(np.asarray([numbers], dtype=np.float32))[0], exact, atol=2e-6)


@pytest.mark.real
def test_the_packaged_models_vectors_are_those_of_the_library() -> None:
    from retrieval.models.sentence_model import SentenceModel

    texts = ["Who was arrested?", "", "word " * 400, "héllo 中文 \ud800 4-AP", "x", *(f"Number {n}" for n in range(20))]
    library = SentenceModel()
    light = LightModel.of(library)
    assert light is not None
    assert light.embed_questions([]).shape == (0, 384)
    together = light.embed_questions(texts)
    np.testing.assert_allclose(together, library.embed_questions(texts), atol=1e-6)
    np.testing.assert_allclose(light.embed_passages(texts[:2]), library.embed_passages(texts[:2]), atol=1e-6)
    for text, vector in zip(texts[:5], together, strict=False):  # whatever shares its batch
        np.testing.assert_allclose(light.embed_questions([text])[0], vector, atol=1e-6)
