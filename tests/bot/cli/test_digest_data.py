"""What was posted, as data."""

from __future__ import annotations

from pathlib import Path

from operated import Operated

from bot.cli.digest_data import export_of


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
