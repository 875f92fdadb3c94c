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

    The last `remembered` judgements of either kind are kept, so that for "More", which asks the same question again,
    nothing is read a second time on whatever worker it lands.
    """

    def __init__(self, reranker: Reranker, *, remembered: int = REMEMBERED) -> None:
        self._reranker = reranker
        self._scores = _Judgements(remembered)
        self._matches = _Judgements(remembered)

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


class _Judgements:
    """The last judgements of one kind, by question and text."""

    def __init__(self, remembered: int) -> None:
        self._remembered = remembered
        self._lock = threading.Lock()
        self._known: OrderedDict[tuple[str, str], float] = OrderedDict()  # the one longest unasked first

    def known(self, question: str, texts: Sequence[str]) -> dict[str, float]:
        found: dict[str, float] = {}
        with self._lock:
            for text in texts:
                if (question, text) in self._known:
                    self._known.move_to_end((question, text))
                    found[text] = self._known[question, text]
        return found

    def kept(self, question: str, texts: Sequence[str], judged: NDArray[np.float32]) -> dict[str, float]:
        """The judgements by text, which are remembered from now on."""
        found = dict(zip(texts, map(float, judged), strict=True))
        with self._lock:
            self._known.update(((question, text), judgement) for text, judgement in found.items())
            while len(self._known) > self._remembered:
                self._known.popitem(last=False)
        return found


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
