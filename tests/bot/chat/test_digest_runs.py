"""What can be pressed on a posted digest, and the history of one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from chat_world import labels, text, world
from digest_walks import DREDGING, choose, forge, menu_of, posted_tomorrow, started
from drafts import draft
from small_desk import add_articles

from bot.briefings.subscription import RAISE_STEP
from bot.servers.access import CollectionRule

SAME_AGAIN = draft(
    "The silt from the harbour will be sold as fertiliser, Ann Reid announced on Monday at noon.",
    "Farmers pay nine pounds a tonne for harbour silt, she said.",
    title="Harbour silt will go to the farms",
    outlet="Coast Herald",
    published="2026-01-02",
)
FOOTBALL = draft(
    "United won three to one after extra time in front of nobody.",
    title="United wins",
    outlet="Coast Herald",
    published="2026-01-02",
)


async def test_an_item_opens_only_for_whoever_chooses_it(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        await place.allow_whole_texts()
        await started(place)
        (digest,) = await posted_tomorrow(place, DREDGING)
        await place.restart()
        opened = await choose(place.alex, digest)
        assert opened.ephemeral
        assert text(opened.response).startswith(
            "**Harbour silt goes to the farms**\nHarbour Gazette · 2 Jan 2026 · A-4"
        )
        assert labels(opened.response) == ["Read", "Ask", "Why", "Not relevant"]
        read = await place.alex.click(opened.response, label="Read")
        assert "Farmers pay nine pounds a tonne" in text(read.response or opened.response)


async def test_why_tells_words_score_and_threshold(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        await started(place)
        (digest,) = await posted_tomorrow(place, DREDGING)
        opened = await choose(place.alex, digest)
        await place.alex.click(opened.response, label="Why")
        assert "It was posted: has the words: harbour, silt." in text(opened.response)
        assert "threshold 0.05." in text(opened.response)
        await place.alex.click(opened.response, label="Back")
        assert labels(opened.response) == ["Read", "Ask", "Why", "Not relevant"]


async def test_other_reports_of_a_story_open_from_its_item(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        await place.allow_whole_texts()
        await started(place)
        (digest,) = await posted_tomorrow(place, DREDGING, SAME_AGAIN)
        assert labels(digest) == ["also: 1 more"]
        opened = await place.alex.click(digest, label="also: 1 more")
        assert opened.ephemeral
        assert "1 more reports this:\nHarbour silt will go to the farms · Coast Herald" in text(opened.response)
        read = await choose(place.alex, opened.response)
        assert "Farmers pay nine pounds a tonne for harbour silt, she said." in text(read.response or opened.response)


async def test_not_relevant_raises_the_threshold_visibly_and_can_be_undone(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        await started(place)
        (digest,) = await posted_tomorrow(place, DREDGING)
        refused = await place.alex.click((await choose(place.alex, digest)).response, label="Not relevant")
        assert "Only members with Manage Server can change digests here." in said_by(refused)
        assert place.ledger.subscriptions.get(1).raised == 0

        opened = await choose(place.mia, digest)
        await place.mia.click(opened.response, label="Not relevant")
        assert "Its threshold went from 0.05 to 0.10: each mark is a step of 0.05." in text(opened.response)
        await place.mia.click(await forge(place, "irrelevant:D1-20260101:4"), label="Press")  # pressed twice
        assert place.ledger.subscriptions.get(1).raised == RAISE_STEP
        await place.restart()
        await place.mia.click(opened.response, label="Undo “not relevant”")
        assert "counts as relevant for **harbour silt** again" in text(opened.response)
        assert place.ledger.subscriptions.get(1).raised == 0


async def test_a_digest_of_everything_has_no_threshold_to_raise(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        await place.mia.click((await place.mia.slash(place.channel, "digest add")).response, label="Start")
        (digest,) = await posted_tomorrow(place, DREDGING)
        opened = await choose(place.mia, digest)
        refused = await place.mia.click(opened.response, label="Not relevant")
        assert "so it has no threshold to raise" in said_by(refused)


def said_by(result: Any) -> str:
    return "\n".join(map(text, [*([result.response] if result.response else []), *result.followups]))


async def test_the_history_tells_what_became_of_each_article_and_why(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        page = await started(place)
        await posted_tomorrow(place, DREDGING, SAME_AGAIN, FOOTBALL)
        await place.pass_days(1)
        await place.mia.click(page, label="History")
        lines = text(page).split("\n")
        assert "nothing new" in lines[1]
        assert "posted 1 · 3 articles checked" in lines[2]
        await choose(place.mia, page, 1)
        assert "posted 1 · folded into another 1 · below the topic threshold 1" in text(page)
        assert "**Harbour silt will go to the farms** · A-5 · folded into A-4" in text(page)
        values = [option["value"] for option in menu_of(page)["options"]]
        await choose(place.mia, page, values.index("6"))
        assert text(page).startswith("**United wins**")
        await place.mia.click(page, label="Why")
        assert "It was left out: score 0.0" in text(page)


async def test_what_a_reader_may_not_see_is_in_no_history_and_no_item(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        page = await started(place)
        (digest,) = await posted_tomorrow(place, DREDGING)
        await place.room.servers.set_rule(place.guild.id, "coast", CollectionRule(visible=False))
        opened = await choose(place.alex, digest)
        assert "No article A-4." in said_by(opened)
        await place.mia.click(page, label="History")
        await choose(place.mia, page)
        assert "an article that can't be shown here · posted" in text(page)
        assert "Harbour silt goes" not in text(page)


async def test_an_item_of_a_digest_that_is_forgotten_still_opens_its_article(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        await started(place)
        (digest,) = await posted_tomorrow(place, DREDGING)
        place.ledger.subscriptions.purge_guild(place.guild.id)
        opened = await choose(place.alex, digest)
        assert opened.ephemeral
        assert text(opened.response).startswith("**Harbour silt goes to the farms**\nHarbour Gazette")
        assert labels(opened.response) == ["Cite", "Ask about this"]
        await place.room.servers.set_rule(place.guild.id, "coast", CollectionRule(visible=False))
        assert "No article A-4." in said_by(await choose(place.alex, digest))


async def test_a_press_on_what_is_not_kept_any_more_says_so(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        await started(place)
        add_articles(place.archive, [DREDGING])
        for custom_id in ("why:D1-20250101:1", "rest:D1-20260101:0", "run:D1-20261399:0"):
            pressed = await place.mia.click(await forge(place, custom_id), label="Press")
            assert "not kept any longer" in said_by(pressed), custom_id
