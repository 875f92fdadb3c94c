"""Which embedding model an operator wants and how it is to be asked: plain values, without the model's libraries."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from enum import StrEnum

NO_PROMPT = "none"  # what an operator writes for "no prompt, although the model's files name one"
LEAST_DIMENSION = 16


class Backend(StrEnum):
    """What computes the vectors. The vectors are the same, so they go by the same name."""

    TORCH = "torch"
    OPENVINO = "openvino"


@dataclass(frozen=True, slots=True)
class ModelSettings:
    """A model, and what is set over its own files. None leaves to the model what its files say.

    A prompt is text that is put before every question or passage; models that were trained with one ("query: ") find
    markedly less without it. `dimension` keeps only the first numbers of each vector, which is meant for models trained
    so (Matryoshka representation learning, arXiv 2205.13147).
    """

    source: str | None = None  # a folder, or a public name that was fetched before; None: the packaged model
    query_prompt: str | None = None
    passage_prompt: str | None = None
    dimension: int | None = None
    backend: Backend = Backend.TORCH


def vector_name(label: str, fingerprint: str, *, prompts: tuple[str, str] | None, dimension: int | None) -> str:
    """What vectors go by in the archive, in the index and in the calibration: another name for any other vectors.

    `prompts` (query, passage) and `dimension` are those that differ from the model's own, else None: they are part of
    the fingerprint already. The prompt of questions counts too, although it changes no stored vector: scores change
    with it, and so does the calibration that is looked up by this name.
    """
    name = f"{label}/{fingerprint}"
    if prompts is not None:
        name += f"/p{hashlib.sha256(json.dumps(prompts).encode()).hexdigest()[:6]}"
    if dimension is not None:
        name += f"/d{dimension}"
    return name
