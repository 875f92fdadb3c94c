"""One reranker for several searchers: what one of them had judged, the others need not ask again."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from retrieval.reranking import Reranker

REMEMBERED = 5_000  # judgements: of a hundred questions or more; some 4 MB, most of it the texts


class SharedReranker:
    """A `Reranker` in front of another one that any number of threads may call at once.

    The last `remembered` judgements are kept, so that for "More", which asks the same question again, nothing is read a
    second time on whatever worker it lands.
    """

    def __init__(self, reranker: Reranker, *, remembered: int = REMEMBERED) -> None:
        self._reranker = reranker
        self._remembered = remembered
        self._lock = threading.Lock()
        self._known: OrderedDict[tuple[str, str], float] = OrderedDict()  # the one longest unasked first

    @property
    def name(self) -> str:
        return self._reranker.name

    def scores(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        found: dict[str, float] = {}
        with self._lock:
            for text in texts:
                if (question, text) in self._known:
                    self._known.move_to_end((question, text))
                    found[text] = self._known[question, text]
        fresh = [text for text in dict.fromkeys(texts) if text not in found]
        if fresh:
            judged = dict(zip(fresh, map(float, self._reranker.scores(question, fresh)), strict=True))
            found |= judged
            with self._lock:
                self._known.update(((question, text), score) for text, score in judged.items())
                while len(self._known) > self._remembered:
                    self._known.popitem(last=False)
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
