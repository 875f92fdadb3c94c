"""What a model judged of questions and texts, remembered for a while: reading is what costs."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


class Judgements:
    """The last `remembered` judgements of one kind, by question and text. For any number of threads at once."""

    def __init__(self, remembered: int) -> None:
        self._remembered = remembered
        self._lock = threading.Lock()
        self._known: OrderedDict[tuple[str, str], float] = OrderedDict()  # the one longest unasked first

    def known(self, question: str, texts: Sequence[str]) -> dict[str, float]:
        """Those that are remembered of some texts, by text."""
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
