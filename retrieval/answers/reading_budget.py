"""How much of what was found the models read for one question: all that helps, or less while others wait."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass

REMEMBERED = 500  # questions read in a hurry; more than the reranker's judgements are kept of


@dataclass(frozen=True, slots=True)
class ReadingBudget:
    """What is read for one question, best passages first. What is quoted is exact with any budget.

    The reranker reads passages of `words` words together, headlines included, but no fewer than `fewest` passages; then
    `sentences` of the first, second ... of them; then `alone` of these without what leads up to them. A second encoder
    is heard on `opinions` passages. Sentences of `quotable` passages can be quoted, read or not.
    """

    words: int
    fewest: int
    sentences: tuple[int, ...]
    alone: int
    opinions: int
    quotable: int


WHOLE = ReadingBudget(words=1000, fewest=5, sentences=(4, 3, 2, 2, 1, 1), alone=5, opinions=3, quotable=40)
# Half as much to read; what it loses stands in benchmarks/RESULTS.md. Three passages in place of four lost more.
SHORT = ReadingBudget(words=400, fewest=4, sentences=(3, 2, 1, 1), alone=3, opinions=1, quotable=20)


class ReadingBudgets:
    """Gives every question of a program its budget as it begins. For any number of threads at once.

    What goes on with an answer ("More") is read as the answer was, since another budget may order quotes otherwise, and
    quotes would come twice or never. Only a restart, or hundreds of hurried questions, makes it forget that.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._hurried: OrderedDict[str, None] = OrderedDict()  # the one longest unasked first

    def begun(self, question: str, *, hurry: bool, goes_on: bool) -> ReadingBudget:
        """The budget of a question; `hurry` while others wait, `goes_on` where its first quotes were shown before."""
        with self._lock:
            if goes_on:
                hurry = question in self._hurried
            self._hurried.pop(question, None)
            if hurry:
                self._hurried[question] = None
                if len(self._hurried) > REMEMBERED:
                    self._hurried.popitem(last=False)
        return SHORT if hurry else WHOLE
