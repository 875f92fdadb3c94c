"""The port to a model that turns texts into vectors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
"""One row a text, unit length, so that an inner product is a cosine."""


class Embedder(Protocol):
    """Turns texts into unit vectors; similar meanings lie close together."""

    @property
    def name(self) -> str:
        """Stands beside every stored vector and in the index manifest; changes whenever the vectors would."""

    @property
    def dimension(self) -> int: ...

    def embed_passages(self, texts: Sequence[str]) -> Vectors: ...

    def embed_questions(self, texts: Sequence[str]) -> Vectors: ...
