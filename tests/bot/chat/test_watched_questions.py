"""A question as the topic of a digest, in a simulated Discord: from the preview to what is said of each article."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from chat_world import World, labels, text, texts, world
from digest_walks import choose, posted, started
from drafts import NOON, draft
from small_desk import add_articles

from bot.rendering.quotes import shown_quotes
from corpus.article import Draft

QUESTION = "How many sheep drowned off Jura?"
FIRST = "The coastguard says that 12 sheep drowned off Jura in the storm."
BETTER = "By now 40 sheep drowned off Jura, farmers fear."
COUNT = "A count says 55 sheep drowned off Jura."
COPY = "Off Jura, 12 sheep are drowned: so many that nobody remembers worse."


def report(words: str, title: str = "Sheep in the storm", day: str = "2026-01-02") -> Draft:
    return draft(words, title=title, outlet="Jura Post", published=day)


async def tomorrow(place: World, *drafts: Draft) -> list[Any]:
    """What is new in the channel when these arrived and a day passed."""
    before = len(posted(place))
    add_articles(place.archive, drafts)
    await place.pass_days(1)
    return posted(place)[before:]


async def test_a_question_is_watched_from_no_answer_to_a_better_one_and_a_removed_one(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        added = await place.mia.slash(place.channel, "digest add", topic=QUESTION, at="9")
        assert texts(added.response)[0] == f"**{QUESTION}**"
        assert "it posts only when the best evidence changes" in text(added.response)
        assert "Nothing in the archive answers it yet." in text(added.response)
        assert labels(added.response) == ["Start", "Change", "Words and sources", "Place and ping", "Cancel"]
        await place.mia.click(added.response, label="Start")
        assert f"**{QUESTION}** · D1\nWatched question · every day at 09:00" in text(added.response)

        assert await tomorrow(place, report("Ferries to Islay sail again on Monday.")) == []
        [first] = await tomorrow(place, report(FIRST))
        assert text(first).startswith(f"**{QUESTION}** · there is an answer · 1 new quote · 2 Jan\n**Now**\n")
        assert "Nothing in the archive answered it." in text(first)
        assert shown_quotes(text(first)) == [FIRST]
        await place.restart()
        assert await tomorrow(place, report(COPY)) == []  # says no more
        [better] = await tomorrow(place, report(BETTER, "More sheep lost", "2026-01-05"))
        assert "best evidence changed · 1 new quote · 5 Jan\nSources differ:" in text(better)
        assert shown_quotes(text(better)) == [BETTER, FIRST]
        assert "Jura Post · 5 Jan 2026 · A-7" in text(better)

        with place.archive.transaction():
            place.archive.remove([7], NOON)
        assert await tomorrow(place) == []  # what is left was told
        [third] = await tomorrow(place, report(COUNT, "Sheep counted", "2026-01-07"))
        assert shown_quotes(text(third))[0] == COUNT
        assert BETTER not in text(third)


async def test_what_became_of_each_article_is_told_and_one_can_be_marked(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        page = await started(place, topic=QUESTION)
        [first] = await tomorrow(place, report(FIRST), report("Ferries to Islay sail again on Monday.", "Ferries"))
        opened = await place.alex.select(first, ["4"])
        assert labels(opened.response) == ["Read", "Ask", "Why", "Not relevant"]
        await place.alex.click(opened.response, label="Why")
        assert "It was posted: it is among the best evidence, and says something that nothing before said." in text(
            opened.response
        )
        assert "Chance that its quote is an answer: 0.79; it counts as one from 0.50 on." in text(opened.response)

        [better] = await tomorrow(place, report(BETTER), report(COPY))
        opened = await place.mia.select(better, ["4"])
        await place.mia.click(opened.response, label="Why")
        assert "It was shown as what the best evidence was before." in text(opened.response)
        await place.mia.click(opened.response, label="Not relevant")
        assert f"is no evidence for **{QUESTION}** any more." in text(opened.response)

        await place.mia.click(page, label="History")
        assert "posted 1 · 2 articles checked" in text(page)
        await choose(place.mia, page)
        assert "posted 1 · seen before 1 · shown as the evidence before 1" in text(page)
        assert "A quote counts as an answer from a chance of 0.50 on." in text(page)
        assert "A-7 · seen before in A-4" in text(page)
        assert "A-4 · shown as the evidence before\n" in text(page) + "\n"

        assert await tomorrow(place) == []  # what is left was told
        assert [one.article for one in place.ledger.evidence.of(1).current] == [6]


async def test_a_question_that_is_edited_rests_on_what_there_is_now(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        add_articles(place.archive, [report(FIRST)])
        page = await started(place, topic=QUESTION)
        [evidence] = place.ledger.evidence.of(1).current
        assert evidence.article == 4
        assert await tomorrow(place, report(COPY)) == []
        await place.mia.click(page, label="Edit")
        assert FIRST in "\n".join(shown_quotes(text(page)))
        form = await place.mia.click(page, label="Change")
        await place.mia.submit_modal(form, {"topic": "sheep", "days": ["daily"], "at": "9", "zone": "UTC"})
        await place.mia.click(page, label="Save")
        assert place.ledger.evidence.of(1).current is None
        [digest] = await tomorrow(place, report("The sheep of Jura were counted from a boat.", "Counting"))
        assert text(digest).startswith("**sheep** · ")


async def test_a_question_that_could_not_be_answered_can_be_watched_by_who_may(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        asked = await place.alex.slash(place.channel, "ask", question="Which zebra nebula walrus trombone parliament?")
        assert labels(asked.response) == ["Show closest anyway", "Watch this question", "👍", "👎"]
        refused = await place.alex.click(asked.response, label="Watch this question")
        assert "Manage Server" in text(refused.response)
        await place.restart()
        offered = await place.mia.click(asked.response, label="Watch this question")
        assert offered.ephemeral
        assert "This watches the question" in text(offered.response)
        await place.mia.click(offered.response, label="Start")
        assert place.ledger.subscriptions.get(1).topic.text == "Which zebra nebula walrus trombone parliament?"
