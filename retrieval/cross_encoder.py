"""The reranker made of a cross-encoder: reads a question and a text together."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from retrieval.packaged_onnx import PackagedOnnx

MOST_WORD_PIECES = 256  # of question and text together; passages are cut to less


class CrossEncoder:
    """ms-marco-MiniLM-L-12-v2 as int8 ONNX. Scores are logits, about -11 to 11. Raises `ModelUnusable`."""

    name = "ms-marco-MiniLM-L-12-v2/int8"

    def __init__(self) -> None:
        self._model = PackagedOnnx("reranker_en", "logits", MOST_WORD_PIECES)

    def scores(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        """One logit a text, in the order given."""
        logits = self._model.outputs([(question, text) for text in texts])
        return np.fromiter((float(logit[0]) for logit in logits), dtype=np.float32, count=len(texts))
