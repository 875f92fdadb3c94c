"""Words as the archive's full-text index sees them: folded, lower case, stemmed."""

from __future__ import annotations

import re
import sqlite3

TOKENIZER = "porter unicode61 remove_diacritics 2"  # that of passage_words in the archive's schema; a test compares
_WORD = re.compile(r"[^\W_]+")
_MOST_KEPT = 200_000


class Stemmer:
    """Asks SQLite's own tokenizer, so that words agree here exactly when they agree in the full-text index.

    Each word is asked once and kept. For one thread at a time.
    """

    def __init__(self) -> None:
        self._connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        self._connection.execute(f'CREATE VIRTUAL TABLE words USING fts5(word, tokenize = "{TOKENIZER}")')
        self._connection.execute("CREATE VIRTUAL TABLE stems USING fts5vocab(words, row)")
        self._known: dict[str, str] = {}

    def stem(self, word: str) -> str:
        """The stem of one word; empty when the index sees no word in it."""
        if word not in self._known:
            if len(self._known) >= _MOST_KEPT:
                self._known.clear()
            self._known[word] = self._asked(word)
        return self._known[word]

    def stems(self, text: str) -> list[str]:
        """The stems of a text's words, in order."""
        return [stem for word in _WORD.findall(text) if (stem := self.stem(word))]

    def _asked(self, word: str) -> str:
        self._connection.execute(
            "INSERT INTO words (rowid, word) VALUES (1, ?)", (word.encode("utf-8", "replace").decode(),)
        )
        rows = self._connection.execute("SELECT term FROM stems LIMIT 1").fetchall()
        self._connection.execute("DELETE FROM words WHERE rowid = 1")
        return str(rows[0][0]) if rows else ""
