"""Which passages a scope may see, as a search asks for it; the archive's own conditions decide."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from corpus.article import Scope
from corpus.passage_store import PassageStore
from retrieval.index.vector_index import Ids
from retrieval.remembered import Remembered

KEPT_SCOPES = 8  # whose numbers are kept, the last ones asked: 8 bytes a passage, so 8 MB for a million


class ScopedPassages:
    """The passages of one scope. Made for as long as the archive is open.

    A few passages are looked up, whatever the size of the archive. All numbers are read only for a narrow scope, and
    only once: passages do not change and their numbers only grow, so that later only newer ones are read. Those that
    are gone since stay in; an index does not have them.
    """

    def __init__(self, passages: PassageStore, scope: Scope) -> None:
        self._passages = passages
        self._scope = scope
        self._ids: Ids | None = None
        self._seen = 0  # the newest passage there was when `_ids` was read

    @property
    def count(self) -> int | None:
        return None if self._ids is None else len(self._ids)

    def among(self, ids: Ids) -> NDArray[np.bool_]:
        within = self._passages.which_within(ids.tolist(), self._scope)
        return np.fromiter((number in within for number in ids.tolist()), dtype=bool, count=len(ids))

    def everything(self) -> Ids:
        newest = self._passages.newest()  # asked first: what comes meanwhile is read once more
        if self._ids is None:
            self._ids = np.frombuffer(self._passages.ids_within(self._scope), dtype=np.int64)
        elif newest > self._seen:
            fresh = np.frombuffer(self._passages.ids_within(self._scope, after=self._seen), dtype=np.int64)
            self._ids = np.union1d(self._ids, fresh)
        self._seen = newest
        return self._ids


class ScopeCache:
    """The last scopes that were asked for; for one thread at a time."""

    def __init__(self, passages: PassageStore, most: int = KEPT_SCOPES) -> None:
        self._passages = passages
        self._kept: Remembered[Scope, ScopedPassages] = Remembered(most)

    def of(self, scope: Scope) -> ScopedPassages:
        return self._kept.of(scope, lambda: ScopedPassages(self._passages, scope))
