"""Parts that behave like the real ones, without a model: for tests of everything around them."""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from retrieval.models.embedding import Vectors

_WORD = re.compile(r"\w+")


class WordHashEmbedder:
    """An embedder whose vectors count words: texts that share words lie close together."""

    def __init__(self, dimension: int = 64, name: str = "word-hash/1") -> None:
        self._dimension = dimension
        self._name = name
        self.embedded: list[str] = []  # every passage text that was ever encoded, in order

    @property
    def name(self) -> str:
        return self._name

    @property
    def dimension(self) -> int:
        return self._dimension

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        self.embedded.extend(texts)
        return self._count(texts)

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        return self._count(texts)

    def _count(self, texts: Sequence[str]) -> Vectors:
        vectors = np.zeros((len(texts), self._dimension), dtype=np.float32)
        for row, text in zip(vectors, texts, strict=True):
            for word in _WORD.findall(text.lower()) or [""]:
                row[zlib.crc32(word.encode("utf-8", "surrogatepass")) % self._dimension] += 1
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors


class WordOverlapReranker:
    """A reranker that counts which share of the question's words a text has, from -10 (none) to 10 (all)."""

    name = "word-overlap/1"

    def scores(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        asked = set(_WORD.findall(question.lower()))
        shares = [len(asked & set(_WORD.findall(text.lower()))) / max(len(asked), 1) for text in texts]
        return np.asarray([20 * share - 10 for share in shares], dtype=np.float32)

    def matches(self, question: str, texts: Sequence[str]) -> NDArray[np.float32] | None:
        return None
