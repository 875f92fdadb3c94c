"""What was posted, as data."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from made_digests import digest, item
from operated import Operated
from small_desk import ARTICLES, archive_with

from bot.cli.digest_data import change_as_data, export_of
from corpus.passage import Quote
from retrieval.answers.outcome import RankedQuote
from retrieval.digests.digest import digest_as_data
from retrieval.watches.watching import Change, Fate, Judged


async def test_an_export_tells_which_run_told_which_story_in_which_messages(tmp_path: Path) -> None:
    with Operated(tmp_path) as bot:
        subscription = bot.subscribe()
        bot.arrive(3)
        bot.run()
        await bot.round()
        whole, run, request, *stories = export_of(bot.ledger, subscription)
        messages = [str(message.id) for message in bot.channels.messages[7]]
    assert (whole["record"], whole["id"], whole["state"]) == ("subscription", "D1", "active")
    assert (run["id"], run["window"], run["items"], run["messages"]) == ("#D1-20261123m1", [0, 3], 3, messages)
    assert [one["outcome"] for one in run["articles"]] == ["posted"] * 3
    assert (request["slot"], request["run"], request["refusal"]) == (None, "#D1-20261123m1", None)
    assert [(one["story"], one["article"], one["run"]) for one in stories] == [
        (f"A-{number}", f"A-{number}", "#D1-20261123m1") for number in (1, 2, 3)
    ]


def test_a_change_of_a_watched_question_has_the_keys_of_a_preview(tmp_path: Path) -> None:
    with archive_with(tmp_path, ARTICLES) as archive:
        article = archive.article(1)
        assert article is not None
        judged = (Judged(1, Fate.POSTED, score=0.9), Judged(2, Fate.SEEN, into=1, score=0.5))
        change = Change("How much silt?", 2, (RankedQuote(Quote(article, 0, 20), 0.9),), judged=judged)
        data = change_as_data(change, archive)
    expected: dict[str, Any] = digest_as_data(digest(item(1), over=1))
    assert (data.keys(), data["considered"]) == (expected.keys(), 2)
    assert [one.keys() for one in data["items"]] == [expected["items"][0].keys()]
    assert data["items"][0]["sentence"] == {"start": 0, "end": 20, "text": article.text[:20]}
    assert data["left_out"] == [
        {"article": "A-2", "external_id": None, "reason": "seen", "into": "A-1", "score": 0.5},
    ]
