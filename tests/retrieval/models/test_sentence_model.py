"""Models of every shape that sentence-transformers writes: what their files say, and what becomes of texts."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tiny_models import WIDTH, lay_in_cache, write_bert, write_model

from retrieval.errors import ModelUnusable
from retrieval.models.model_files import languages_of, read_model
from retrieval.models.model_settings import ModelSettings
from retrieval.models.sentence_model import SentenceModel

pytestmark = pytest.mark.real  # torch and sentence-transformers take seconds to load
Maker = Callable[..., Path]


@pytest.fixture(scope="session")
def bert(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_bert(tmp_path_factory.mktemp("models") / "bert")


@pytest.fixture
def made(bert: Path, tmp_path: Path) -> Maker:
    """Writes a model as `write_model` does, under a name: `made("odd", dense=8)`."""

    def make(name: str = "tiny", **shape: Any) -> Path:
        return write_model(tmp_path / name, bert, **shape)

    return make


def model(folder: Path, **settings: Any) -> SentenceModel:
    return SentenceModel(ModelSettings(source=str(folder), **settings))


def alone(folder: Path, texts: list[str]) -> Any:
    """What sentence-transformers gives for texts as they stand, as unit vectors."""
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(str(folder), device="cpu").encode(texts, prompt="", normalize_embeddings=True)


@pytest.mark.parametrize(
    ("shape", "dimension"),
    [
        ({}, WIDTH),
        ({"pooling": "cls", "normalize": True}, WIDTH),
        ({"pooling": ("mean", "max")}, 2 * WIDTH),
        ({"dense": 8}, 8),
        ({"dense": 48, "normalize": True, "pooling": ("cls", "mean")}, 48),
    ],
)
def test_the_dimension_is_read_from_the_files_and_is_that_of_the_vectors(
    made: Maker, shape: dict[str, Any], dimension: int
) -> None:
    embedder = model(made(**shape))
    assert embedder.dimension == dimension
    vectors = embedder.embed_passages(["the ferry was named", "prices rose"])
    assert vectors.shape == (2, dimension) and vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)
    assert embedder.embed_questions([]).shape == (0, dimension)


def test_vectors_are_those_of_sentence_transformers(made: Maker) -> None:
    folder = made(dense=24)
    texts = ["the ferry was named", "prices rose", "who was arrested ?", ""]
    assert np.allclose(model(folder).embed_passages(texts), alone(folder, texts), atol=1e-6)


def test_a_plain_transformer_without_modules_is_read_as_sentence_transformers_reads_it(bert: Path) -> None:
    texts = ["prices rose", "who was arrested"]
    embedder = model(bert)
    assert embedder.dimension == WIDTH and embedder.most_tokens == 48
    assert np.allclose(embedder.embed_questions(texts), alone(bert, texts), atol=1e-6)


@pytest.mark.parametrize("passage_key", ["document", "passage", "corpus"])
def test_a_model_reads_questions_and_passages_after_its_own_prompts(made: Maker, passage_key: str) -> None:
    folder = made(prompts={"query": "query: ", passage_key: "passage: "})
    embedder = model(folder)
    assert (embedder.query_prompt, embedder.passage_prompt) == ("query: ", "passage: ")
    assert np.allclose(embedder.embed_questions(["prices"]), alone(folder, ["query: prices"]), atol=1e-6)
    assert np.allclose(embedder.embed_passages(["prices"]), alone(folder, ["passage: prices"]), atol=1e-6)
    assert not np.allclose(embedder.embed_passages(["prices"]), alone(folder, ["prices"]), atol=1e-3)


def test_prompts_that_are_set_come_before_the_models_own(made: Maker) -> None:
    folder = made(prompts={"query": "query: "})
    embedder = model(folder, query_prompt="", passage_prompt="the ")
    assert np.allclose(embedder.embed_questions(["prices"]), alone(folder, ["prices"]), atol=1e-6)
    assert np.allclose(embedder.embed_passages(["prices"]), alone(folder, ["the prices"]), atol=1e-6)


def test_the_name_changes_with_everything_that_changes_a_vector_and_with_nothing_else(made: Maker) -> None:
    prompts = {"query": "query: "}
    folder = made(prompts=prompts, card="language: en")
    names = [
        model(folder).name,
        model(folder, passage_prompt="passage: ").name,
        model(folder, query_prompt="who ").name,
        model(folder, query_prompt="").name,
        model(folder, passage_prompt="query: ", query_prompt="").name,
        model(folder, dimension=16).name,
        model(folder, dimension=24).name,
        model(made("other/tiny", prompts={"query": "a "})).name,
        model(made("third/tiny", prompts=prompts, tokens=16)).name,
        model(made("fourth/tiny", prompts=prompts, dense=32)).name,
    ]
    assert len(set(names)) == len(names)
    assert all(name.startswith("tiny/") for name in names)
    assert model(folder, query_prompt="query: ", passage_prompt="", dimension=WIDTH).name == names[0]
    (folder / "README.md").write_text("another card", "utf-8")
    assert model(folder).name == names[0]


def test_the_name_changes_with_the_weights_of_any_layer(made: Maker) -> None:
    from safetensors.numpy import load_file, save_file

    folder = made(dense=8)
    before = model(folder).name
    weights = next(folder.glob("2_Dense/*.safetensors"))
    tensors = load_file(weights)
    save_file({name: tensor + 1 for name, tensor in tensors.items()}, weights)
    assert model(folder).name != before


def test_the_packaged_model_keeps_the_name_that_its_calibration_goes_by() -> None:
    embedder = SentenceModel()
    calibrated = json.loads(Path("retrieval/answers/calibration.json").read_text("utf-8"))["models"]
    assert any(name.startswith(f"{embedder.name}+") for name in calibrated)
    assert (embedder.dimension, embedder.most_tokens, embedder.languages) == (384, 256, frozenset({"en"}))


def test_a_shorter_dimension_is_the_beginning_of_the_vector_made_a_unit_again(made: Maker) -> None:
    folder = made()
    texts = ["the ferry was named", "prices rose"]
    whole, cut = model(folder).embed_passages(texts), model(folder, dimension=16)
    beginning = whole[:, :16] / np.linalg.norm(whole[:, :16], axis=1, keepdims=True)
    assert cut.dimension == 16
    assert np.allclose(cut.embed_passages(texts), beginning, atol=1e-6)


def test_a_cut_that_the_models_files_ask_for_is_part_of_the_model(made: Maker) -> None:
    folder = made()
    settings = folder / "config_sentence_transformers.json"
    settings.write_text(json.dumps({**json.loads(settings.read_text("utf-8")), "truncate_dim": 20}), "utf-8")
    embedder = model(folder)
    assert embedder.dimension == 20
    assert embedder.name == f"tiny/{embedder.name.rpartition('/')[2]}"  # no part after the fingerprint
    assert embedder.embed_passages(["prices"]).shape == (1, 20)


@pytest.mark.parametrize("dimension", [15, WIDTH + 1])
def test_a_dimension_that_the_model_has_not_is_refused_with_those_it_has(made: Maker, dimension: int) -> None:
    with pytest.raises(ModelUnusable, match="have 32 dimensions: set BRIEFING_DIMENSION from 16 to 32"):
        model(made(), dimension=dimension)


def test_a_model_of_other_modules_says_its_dimension_once_it_is_loaded(tmp_path: Path, bert: Path) -> None:
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(bert / "tokenizer.json"))
    folder = tmp_path / "static"
    SentenceTransformer(modules=[StaticEmbedding(tokenizer, embedding_dim=20)], device="cpu").save(str(folder))
    assert read_model(str(folder)).dimension is None
    embedder = model(folder)
    assert embedder.dimension == 20
    assert embedder.embed_passages(["prices rose"]).shape == (1, 20)


def test_broken_text_is_still_encoded(made: Maker) -> None:
    assert model(made()).embed_passages(["half a pair \ud800 of surrogates"]).shape == (1, WIDTH)


def test_what_is_no_model_is_refused_with_what_to_do(tmp_path: Path, made: Maker) -> None:
    with pytest.raises(ModelUnusable, match="is incomplete: install it again"):
        model(tmp_path)
    damaged = made()
    next(damaged.glob("*.safetensors")).write_bytes(b"no weights")
    with pytest.raises(ModelUnusable, match=r"cannot load the model in .*: install it again"):
        model(damaged).embed_passages(["prices"])
    (made("odd") / "modules.json").write_text("[{}]", "utf-8")
    with pytest.raises(ModelUnusable, match="cannot be read"):
        model(tmp_path / "odd")
    with pytest.raises(ModelUnusable, match=r"no model no-such/model here: .*models fetch no-such/model"):
        SentenceModel(ModelSettings(source="no-such/model"))


def test_a_model_whose_files_contradict_each_other_is_refused(made: Maker) -> None:
    folder = made(dense=8)
    config = folder / "2_Dense" / "config.json"
    before = config.read_text("utf-8")
    read = model(folder)
    config.write_text(before.replace('"out_features": 8', '"out_features": 9'), "utf-8")
    other = model(folder)
    config.write_text(before, "utf-8")
    assert read.embed_passages(["a"]).shape == (1, 8)
    with pytest.raises(ModelUnusable, match="says that its vectors have 9 dimensions, and they have 8"):
        other.embed_passages(["a"])


@pytest.mark.parametrize(
    ("card", "languages"),
    [
        ("language: en", {"en"}),
        ("language:\n- en\n- zh-Hans\n- de", {"en", "zh", "de"}),
        ("language: multilingual", None),
        ("language:\n- multilingual\n- en", None),
        ("license: mit", None),
        ("language: [", None),
        ("language: 7", None),
        ("- a list", None),
    ],
)
def test_the_card_names_the_languages_or_nothing(tmp_path: Path, card: str, languages: set[str] | None) -> None:
    (tmp_path / "README.md").write_text(f"---\n{card}\n---\n# A model\n", "utf-8")
    assert languages_of(tmp_path) == (None if languages is None else frozenset(languages))


def test_without_a_card_the_languages_are_unknown(tmp_path: Path) -> None:
    assert languages_of(tmp_path) is None
    (tmp_path / "README.md").write_text("# No front matter\nlanguage: en\n", "utf-8")
    assert languages_of(tmp_path) is None


def test_a_name_that_was_fetched_is_found_in_the_cache_without_network(made: Maker, tmp_path: Path) -> None:
    lay_in_cache(made(prompts={"query": "query: "}), tmp_path / "hub", "some-lab/tiny")
    script = (
        "from retrieval.models.model_files import fetched, read_model\n"
        "from retrieval.models.sentence_model import fetch\n"
        "files = read_model('some-lab/tiny')\n"
        "print(files.label, files.dimension, repr(files.query_prompt), fetched())\n"
        "import sys\n"
        "for name in ('some-lab/other', 'no name'):\n"
        "    try: fetch(name)\n"
        "    except Exception as error: print(type(error).__name__, error)\n"
    )
    with socket.socket() as closed:  # bound and not listening: nobody answers there
        closed.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{closed.getsockname()[1]}"
        environment = {**os.environ, "HF_HUB_CACHE": str(tmp_path / "hub"), "HF_ENDPOINT": address, "PYTHONPATH": "."}
        environment.pop("HF_HUB_OFFLINE", None)
        done = subprocess.run(
            [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=False, timeout=120
        )
    lines = done.stdout.splitlines()
    assert lines[0] == "some-lab/tiny 32 'query: ' ['some-lab/tiny']", done.stderr
    assert lines[1].startswith("ModelUnusable cannot fetch the model some-lab/other (")
    assert lines[1].endswith("): check the network and try again")
    assert lines[2].startswith("ModelUnusable 'no name' is no name of a model")
