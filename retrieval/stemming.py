"""Words as the archive's full-text index sees them: folded, lower case, stemmed."""

from __future__ import annotations

import re
import sqlite3

TOKENIZER = "porter unicode61 remove_diacritics 2"  # that of passage_words in the archive's schema; a test compares
_WORD = re.compile(r"[^\W_]+")
_MOST_KEPT = 200_000


class Stemmer:
    """Asks SQLite's own tokenizer, so that words agree here exactly when they agree in the full-text index.

    Each word is asked once and kept. For one thread at a time. Asking costs 46 us of CPU for one word, 4 us each for a
    hundred together.
    """

    def __init__(self) -> None:
        self._connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        self._connection.execute(f'CREATE VIRTUAL TABLE words USING fts5(word, tokenize = "{TOKENIZER}")')
        self._connection.execute("CREATE VIRTUAL TABLE stems USING fts5vocab(words, instance)")
        self._known: dict[str, str] = {}

    def stem(self, word: str) -> str:
        """The stem of one word; empty when the index sees no word in it."""
        self._learn({word})
        return self._known[word]

    def stems(self, text: str) -> list[str]:
        """The stems of a text's words, in order."""
        words = _WORD.findall(text)
        self._learn(set(words))
        return [stem for word in words if (stem := self._known[word])]

    def _learn(self, words: set[str]) -> None:
        if len(self._known) >= _MOST_KEPT:
            self._known.clear()
        listed = list(words.difference(self._known))
        if not listed:
            return
        self._connection.execute("BEGIN")
        self._connection.executemany(
            "INSERT INTO words (rowid, word) VALUES (?, ?)",
            ((place, word.encode("utf-8", "replace").decode()) for place, word in enumerate(listed)),
        )
        # A word in which the index sees several has the first of them by the alphabet.
        found = dict(self._connection.execute("SELECT doc, min(term) FROM stems GROUP BY doc").fetchall())
        self._connection.execute("ROLLBACK")
        self._known.update((word, str(found.get(place, ""))) for place, word in enumerate(listed))
