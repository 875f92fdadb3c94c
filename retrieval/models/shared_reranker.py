"""One reranker for several searchers: what one of them had judged, the others need not ask again."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from retrieval.models.judgements import Judgements
from retrieval.models.reranking import Reranker

REMEMBERED = 5_000  # judgements: of a hundred questions or more; some 4 MB, most of it the texts


class SharedReranker:
    """A `Reranker` in front of another one that any number of threads may call at once.

    The last `remembered` judgements of either kind are kept, so that for "More", which asks the same question again,
    nothing is read a second time on whatever worker it lands.
    """

    def __init__(self, reranker: Reranker, *, remembered: int = REMEMBERED) -> None:
        self._reranker = reranker
        self._scores = Judgements(remembered)
        self._matches = Judgements(remembered)

    @property
    def name(self) -> str:
        return self._reranker.name

    def scores(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        found = self._scores.known(question, texts)
        fresh = [text for text in dict.fromkeys(texts) if text not in found]
        if fresh:
            found |= self._scores.kept(question, fresh, self._reranker.scores(question, fresh))
        return np.asarray([found[text] for text in texts], dtype=np.float32)

    def matches(self, question: str, texts: Sequence[str]) -> NDArray[np.float32] | None:
        found = self._matches.known(question, texts)
        fresh = [text for text in dict.fromkeys(texts) if text not in found]
        if fresh:
            matches = self._reranker.matches(question, fresh)
            if matches is None:
                return None
            found |= self._matches.kept(question, fresh, matches)
        return np.asarray([found[text] for text in texts], dtype=np.float32)


class InterruptibleReranker:
    """A `Reranker` that calls `check` before each reading: nine tenths of a question's time go by in here.

    `check` raises to break the question off.
    """

    def __init__(self, reranker: Reranker, check: Callable[[], None]) -> None:
        self._reranker = reranker
        self._check = check

    @property
    def name(self) -> str:
        return self._reranker.name

    def scores(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        self._check()
        return self._reranker.scores(question, texts)

    def matches(self, question: str, texts: Sequence[str]) -> NDArray[np.float32] | None:
        self._check()
        return self._reranker.matches(question, texts)
