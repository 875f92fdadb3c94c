"""The embedder made of sentence-transformers; the only module that imports it."""

from __future__ import annotations

import contextlib
import logging
import os
import warnings
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from retrieval.errors import ModelUnusable
from retrieval.models.embedding import Vectors
from retrieval.models.model_files import ModelFiles, languages_of, public_names, read_model
from retrieval.models.model_settings import LEAST_DIMENSION, Backend, ModelSettings, vector_name

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

LARGEST_BATCH = 32  # larger ones are no faster on a processor and hold more memory


class SentenceModel:
    """A sentence-transformers model, on the processor, in float32, one thread, without network.

    Its name, prompts and dimension are read from its files and the settings; the weights are loaded at the first text.
    Vectors are of unit length whatever the model's own last layer does. Raises `ModelUnusable`.
    """

    def __init__(self, settings: ModelSettings | None = None) -> None:
        settings = settings or ModelSettings()
        self._files = files = read_model(settings.source)
        self._backend = settings.backend
        own = (files.query_prompt, files.passage_prompt)
        self.query_prompt = own[0] if settings.query_prompt is None else settings.query_prompt
        self.passage_prompt = own[1] if settings.passage_prompt is None else settings.passage_prompt
        whole = files.dimension if files.dimension is not None else self._loaded_dimension()
        cut = None if settings.dimension in (None, whole) else settings.dimension
        if cut is not None and not LEAST_DIMENSION <= cut <= whole:
            raise ModelUnusable(
                f"vectors of {files.label} have {whole} dimensions: set BRIEFING_DIMENSION from {LEAST_DIMENSION} to "
                f"{whole}, or leave it out"
            )
        self.dimension = cut or whole
        used = (self.query_prompt, self.passage_prompt)
        self.name = vector_name(files.label, files.fingerprint, prompts=None if used == own else used, dimension=cut)

    @property
    def folder(self) -> Path:
        return self._files.folder

    @property
    def most_tokens(self) -> int | None:
        """How much of a text, with its prompt, goes into its vector; None where the files do not tell."""
        return self._files.most_tokens

    @cached_property
    def languages(self) -> frozenset[str] | None:
        """The languages that the model's card names; None where it is silent or names none."""
        return languages_of(self._files.folder)

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
        # Both are told apart for models that treat them in layers of their own (Router), not by their prompts alone.
        encode = self._model.encode_query if query else self._model.encode_document
        with _one_thread():
            vectors = encode(
                clean,
                prompt=self.query_prompt if query else self.passage_prompt,
                batch_size=LARGEST_BATCH,
                show_progress_bar=False,
                convert_to_numpy=True,
                normalize_embeddings=True,
                truncate_dim=self.dimension,
            )
        return np.asarray(vectors, dtype=np.float32)

    @cached_property
    def _model(self) -> SentenceTransformer:
        with _offline_and_quiet():
            try:
                from sentence_transformers import SentenceTransformer

                model = SentenceTransformer(str(self._files.folder), device="cpu", local_files_only=True)
                model = model.eval().float()
                if self._backend is Backend.OPENVINO:
                    from retrieval.models.openvino_backend import use_openvino

                    use_openvino(model)
            except ModelUnusable:
                raise
            except Exception as error:  # whatever a broken folder provokes inside three libraries
                raise _cannot_load(self._files, error) from error
        said, stands = self._files.dimension, model.get_embedding_dimension()
        if said is not None and stands not in (None, said):
            raise ModelUnusable(
                f"the model in {self._files.folder} says that its vectors have {said} dimensions, and they have "
                f"{stands}: install it again"
            )
        return model

    def _loaded_dimension(self) -> int:
        dimension = self._model.get_embedding_dimension()
        if dimension is None:
            raise ModelUnusable(
                f"the model in {self._files.folder} does not say how long its vectors are: choose another"
            )
        return int(dimension)


def fetch(name: str) -> str:
    """Download a model by its public name into the usual cache; gives the name that it was found under.

    The only function here that uses the network. Weights for other libraries are left out. Raises `ModelUnusable`.
    """
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, RepositoryNotFoundError

    others = ["*.onnx", "*.h5", "*.ot", "*.msgpack", "onnx/*", "openvino/*"]
    for candidate in public_names(name):
        try:
            # Old models have no safetensors; of those that do, the second copy in *.bin is not needed.
            for left_out in ([*others, "*.bin"], others):
                folder = Path(snapshot_download(candidate, ignore_patterns=left_out))
                if any(folder.rglob("*.safetensors")):
                    break
        except RepositoryNotFoundError:
            continue
        except HFValidationError as error:
            raise ModelUnusable(
                f"{name!r} is no name of a model: use such as {public_names('all-mpnet-base-v2')[0]}"
            ) from error
        except Exception as error:
            raise ModelUnusable(
                f"cannot fetch the model {name} ({_reason(error)}): check the network and try again"
            ) from error
        return candidate
    raise ModelUnusable(f"there is no public model {name}: check the name at the model hub")


def _cannot_load(files: ModelFiles, error: Exception) -> ModelUnusable:
    if files.runs_own_code:
        return ModelUnusable(
            f"the model in {files.folder} needs program code of its own, which is never run here: choose another"
        )
    return ModelUnusable(f"cannot load the model in {files.folder} ({_reason(error)}): install it again")


def _reason(error: Exception) -> str:
    """The first line of what an error says, else its type."""
    return next((line.strip() for line in str(error).splitlines() if line.strip()), type(error).__name__)


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
