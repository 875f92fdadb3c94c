"""Another encoder than the one that searches: a second opinion on the few passages that came out first."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from retrieval.models.embedding import Vectors
from retrieval.models.packaged_onnx import PackagedOnnx

MOST_WORD_PIECES = 256
OUTPUT = "last_hidden_state"
QUERY_PROMPT = "Represent this sentence for searching relevant passages: "  # of the model's authors


class SecondEncoder:
    """bge-small-en-v1.5 as int8 ONNX, an `Embedder`: 384 dimensions, unit length.

    Nothing of it is stored: it only gives its opinion on what the embedder in use has found. Raises `ModelUnusable`.
    """

    name = "bge-small-en-v1.5/int8"
    dimension = 384

    def __init__(self) -> None:
        self._model = PackagedOnnx("bge_small_en", OUTPUT, MOST_WORD_PIECES)

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        return self.embed_passages([QUERY_PROMPT + text for text in texts])

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        # The first word piece stands for the whole, as the model was trained.
        vectors = np.stack([one.tensors[OUTPUT][0] for one in self._model.read(texts)])
        vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
        return vectors
