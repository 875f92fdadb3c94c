"""The sample archive's golden questions, asked of the real models: how many are answered by the right sentence first.

The floors are what was measured when they were set, less a few questions; benchmarks/RESULTS.md has the figures.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from bot.sample import prepare_sample
from bot.settings import Settings
from bot.wiring import archive_to_read, desk_for
from retrieval.answers.outcome import Answer

README = Path(__file__).parents[2] / "README.md"
QUESTIONS = Path(__file__).parents[1] / "samples" / "questions.jsonl"
RIGHT_FIRST, NOT_ANSWERED = 50, 11


def collapsed(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.real
def test_golden_questions(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path)
    prepare_sample(settings, on_reading=lambda done, total: None, on_embedding=lambda done, total: None)
    questions = [json.loads(line) for line in QUESTIONS.read_text("utf-8").splitlines()]
    right, not_answered = [], []
    with archive_to_read(tmp_path) as archive:
        desk = desk_for(archive, settings)
        for one in questions:
            outcome = desk.ask(one["question"])
            for ranked in outcome.quotes:
                quote = ranked.quote
                stored = archive.article(quote.article.number, quote.article.revision)
                assert stored is not None and stored.text[quote.start : quote.end] == quote.text
            if not one["answerable"]:
                if not isinstance(outcome, Answer):
                    not_answered.append(one["id"])
            elif outcome.quotes and collapsed(one["quote"]) in collapsed(outcome.quotes[0].quote.text):
                right.append(one["id"])
        assert desk.dropped_quotes == 0
        invited = re.search(r"^> (How .*\?)$", README.read_text("utf-8"), re.MULTILINE)
        assert invited is not None
        assert isinstance(desk.ask(invited.group(1)), Answer)  # what a newcomer is told to try is answered
    assert len(right) >= RIGHT_FIRST
    assert len(not_answered) >= NOT_ANSWERED
