"""The port to a model that reads a question and a text together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


class Reranker(Protocol):
    """Says how well each text answers a question; slower and better than comparing vectors."""

    @property
    def name(self) -> str: ...

    def scores(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        """One number a text on the model's own scale, larger is better; comparable within one model only."""

    def matches(self, question: str, texts: Sequence[str]) -> NDArray[np.float32] | None:
        """How well each text meets all that is asked, log-odds; None from a model that cannot tell it from `scores`."""
