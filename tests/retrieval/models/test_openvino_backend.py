"""OpenVINO in place of PyTorch. It is an extra: where it is not installed, only its absence can be tested."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tiny_models import write_bert, write_model

from retrieval.errors import ModelUnusable
from retrieval.models.model_settings import Backend, ModelSettings
from retrieval.models.sentence_model import SentenceModel

pytestmark = pytest.mark.real  # torch and sentence-transformers take seconds to load
INSTALLED = importlib.util.find_spec("openvino") is not None
installed = pytest.mark.skipif(not INSTALLED, reason="openvino is not installed")
TEXTS = ["the ferry was named", "prices rose", "who was arrested ?", "", "prices fell " * 40]


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models")
    return write_model(folder / "tiny", write_bert(folder / "bert"), dense=24, prompts={"query": "query: "})


@pytest.mark.skipif(INSTALLED, reason="openvino is installed")
def test_where_it_is_not_installed_the_setting_is_refused_with_what_to_install(tiny: Path) -> None:
    model = SentenceModel(ModelSettings(source=str(tiny), backend=Backend.OPENVINO))
    with pytest.raises(ModelUnusable, match=r"not installed: pip install \"briefing-bot\[openvino\]\""):
        model.embed_passages(["prices"])


@installed
def test_its_vectors_are_those_of_torch_and_go_by_the_same_name(tiny: Path) -> None:
    from retrieval.models.openvino_backend import least_cosine

    torch, other = (SentenceModel(ModelSettings(source=str(tiny), backend=backend)) for backend in Backend)
    assert torch.name == other.name
    assert least_cosine(torch.embed_passages(TEXTS), other.embed_passages(TEXTS)) > 0.99999
    assert least_cosine(torch.embed_questions(TEXTS), other.embed_questions(TEXTS)) > 0.99999
    assert sys.modules["openvino_telemetry"] is None  # it would report over the network
    assert "openvino_telemetry.main" not in sys.modules


@installed
def test_a_model_that_it_computes_otherwise_is_refused_and_left_to_torch(tiny: Path) -> None:
    from retrieval.models.openvino_backend import use_openvino

    model: Any = SentenceModel(ModelSettings(source=str(tiny)))._model
    before = model[0].model
    with pytest.raises(ModelUnusable, match=r"gives other vectors than PyTorch .* set BRIEFING_BACKEND=torch"):
        use_openvino(model, needed=1.1)
    assert model[0].model is before


def test_the_least_cosine_is_that_of_the_worst_pair_and_no_number_where_there_is_none() -> None:
    from retrieval.models.openvino_backend import least_cosine

    some = np.asarray([[1, 0], [1, 1]], dtype=np.float32)
    assert least_cosine(some, some) == pytest.approx(1)
    assert least_cosine(some, np.asarray([[2, 0], [1, 0]], dtype=np.float32)) == pytest.approx(2**-0.5)
    assert np.isnan(least_cosine(some, np.zeros((2, 2), dtype=np.float32)))
