"""Whether a digest's topic is a question, which is then watched. Pure, and light enough for whoever only shows it."""

from __future__ import annotations

import re

FEWEST_WORDS = 3  # "Really?" and "China?" are topics with a question mark; so are three letters of CJK at least
_MARKS = "?\N{FULLWIDTH QUESTION MARK}\N{ARABIC QUESTION MARK}"
_AFTER_MARK = "\"'\N{RIGHT DOUBLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}»)]! \t\n"
_WORD = re.compile(r"[^\W_]+")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


def is_question(topic: str) -> bool:
    """Whether a topic ends with a question mark and has words enough to be asked."""
    asked = topic.rstrip(_AFTER_MARK)
    if not asked or asked[-1] not in _MARKS:
        return False
    return len(_WORD.findall(asked)) >= FEWEST_WORDS or len(_CJK.findall(asked)) >= FEWEST_WORDS
