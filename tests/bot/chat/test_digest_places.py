"""Where digests are posted, by whose leave, and what their readers may see."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from chat_world import World, labels, text, texts, world
from digest_walks import DREDGING, allow, choose, harbour_news, posted, posted_tomorrow, started
from drafts import NOON, draft
from small_desk import add_articles

from bot.briefings.digest_desk import PREVIEW_ARTICLES
from bot.briefings.plan import Plan
from bot.servers.access import CollectionRule
from bot.servers.server_book import ServerBook
from corpus.article import PublicationDate
from corpus.posting_records import PostingKeys

FEWEST = {"must": "", "not": "", "max": "3", "empty": ["no"], "sources": []}


async def placed(place: World, **chosen: Any) -> Any:
    """The preview after the form for place and ping was sent in."""
    added = await place.mia.slash(place.channel, "digest add", topic="harbour")
    form = await place.mia.click(added.response, label="Place and ping")
    given = {"channel": [place.channel], "ping": [], "manner": ["message"], "publish": ["no"], **chosen}
    await place.mia.submit_modal(form, given)
    return added.response


# Who may


async def test_only_managers_may_and_the_refusal_says_who(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        for command in ("digest add", "digest list"):
            refused = await place.alex.slash(place.channel, command)
            assert refused.ephemeral
            assert "Only members with Manage Server can change digests here." in text(refused.response)
        role = place.guild.create_role("Editors")
        await place.room.servers.change(place.guild.id, digest_role=role.id)
        refused = await place.alex.slash(place.channel, "digest add")
        assert f"Only members with Manage Server or <@&{role.id}> can change digests here." in text(refused.response)
        kim = place.guild.add_member(place.env.create_user("kim"), roles=[role])
        added = await kim.slash(place.channel, "digest add", topic="harbour")
        await place.room.servers.change(place.guild.id, digest_role=None)
        await kim.click(added.response, label="Start")  # the role was taken away meanwhile
        assert place.ledger.subscriptions.of_guild(place.guild.id) == []


async def test_a_digest_in_direct_messages_needs_the_operators_word(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        refused = await place.alex.user.slash("digest add", topic="harbour")
        assert "Digests in direct messages are turned off for this bot" in text(refused.response)


async def test_a_personal_digest_is_posted_to_its_person_alone(tmp_path: Path) -> None:
    async with world(tmp_path, bot_options={"personal_digests": True}) as place:
        added = await place.alex.user.slash("digest add", topic="harbour")
        assert "Place and ping" not in labels(added.response)
        await place.alex.user.click(added.response, label="Start")
        (subscription,) = place.ledger.subscriptions.of_person(place.alex.user.id)
        assert subscription.guild is None
        others = await place.mia.user.slash("digest list")
        assert "There is no digest here yet." in text(others.response)
        await posted_tomorrow(place, DREDGING)
        told = [one for one in place.alex.user.dm_channel.history() if "#D1-" in text(one)]
        assert [text(one).partition("\n")[0] for one in told] == ["**harbour** · 1 new · 2 Jan"]
        opened = await choose(place.alex.user, told[0])
        await place.alex.user.click(opened.response, label="Not relevant")
        assert "is not relevant for **harbour**" in text(opened.response)


# Where


async def test_what_is_over_the_limit_stands_in_a_thread_under_the_message(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        added = await place.mia.slash(place.channel, "digest add")
        form = await place.mia.click(added.response, label="Words and sources")
        await place.mia.submit_modal(form, FEWEST)
        await place.mia.click(added.response, label="Start")
        (digest,) = await posted_tomorrow(place, *harbour_news(8))
        assert text(digest).startswith("**Everything new** · 3 of 8 new")
        assert "5 more in the thread below." in text(digest)
        thread = place.env.bot.get_channel(digest.id)
        assert thread.name.startswith("Everything new · ") and thread.name.endswith("#D1-20260101")
        inside = [message async for message in thread.history(oldest_first=True) if message.components]
        assert "-# #D1-20260101-2 · times in UTC" in text(inside[0])
        add_articles(place.archive, [])
        await place.pass_days(1)
        assert len(posted(place)) == 1  # what stands in the thread does not come again


async def test_without_the_permission_for_threads_the_rest_is_behind_a_button(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        await allow(place, place.channel, create_public_threads=False)
        added = await place.mia.slash(place.channel, "digest add")
        form = await place.mia.click(added.response, label="Words and sources")
        await place.mia.submit_modal(form, FEWEST)
        await place.mia.click(added.response, label="Start")
        (digest,) = await posted_tomorrow(place, *harbour_news(8))
        assert labels(digest)[-1] == "More (5)"
        await place.restart()
        more = await place.alex.click(digest, label="More (5)")
        assert more.ephemeral
        assert text(more.response).startswith("**Everything new** · over the limit, 1–5 of 5")
        opened = await choose(place.alex, more.response)
        assert labels(opened.response or more.response) == ["Read", "Ask", "Why", "Not relevant"]


async def test_a_forum_gets_one_post_for_each_digest(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        forum = place.guild.create_forum_channel("briefings")
        await started(place, where=forum)
        add_articles(place.archive, [DREDGING])
        await place.pass_days(1)
        (post,) = place.env.bot.get_channel(forum.id).threads
        assert post.name == "harbour silt · 2 Jan · #D1-20260101"
        [message] = [one async for one in post.history() if one.components]
        assert "Harbour silt goes to the farms" in text(message)

        # The same run again, as after a crash before it was marked: the post is found by its title.
        connection = place.ledger._connection
        connection.execute("UPDATE parts SET message_id = NULL")
        connection.execute("UPDATE deliveries SET state = 'sending'")
        await place.rounds().ring(place.env.now())
        assert len(place.env.bot.get_channel(forum.id).threads) == 1
        last = place.ledger.last_run(1)
        assert last is not None and last.result == "posted 1"


async def test_a_digest_can_be_posted_as_a_thread(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        page = await placed(place, manner=["thread"])
        assert "in a thread" in text(page)
        await place.mia.click(page, label="Start")
        (headline,) = await posted_tomorrow(place, DREDGING)
        assert texts(headline) == [
            "**harbour** · 1 new · 2 Jan",
            "-# In the thread below.",
            "-# #D1-20260101-1 · times in UTC",
        ]
        thread = place.env.bot.get_channel(headline.id)
        inside = [text(one) async for one in thread.history() if one.components]
        assert ["Harbour silt goes to the farms" in one for one in inside] == [True]


async def test_inside_a_thread_a_digest_is_posted_there(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        message = await place.env.bot.get_channel(place.channel.id).send("what we talk about")
        thread = await message.create_thread(name="harbours")
        await started(place)
        plan = replace(Plan.of(place.ledger.subscriptions.get(1)), topic="", channel=thread.id, max_items=3)
        place.ledger.subscriptions.revise(1, plan, plan.schedule("UTC"), place.env.now())
        add_articles(place.archive, harbour_news(8))
        await place.pass_days(1)
        [digest] = [one async for one in thread.history() if one.components]
        assert labels(digest)[-1].startswith("More (")  # there is no thread inside a thread


async def test_an_announcement_is_published_where_that_is_wanted(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        news = place.guild.create_news_channel("news")
        page = await placed(place, channel=[place.channel], publish=["yes"])
        assert "is no announcement channel" in text(page)
        form = await place.mia.click(page, label="Open the form again")
        await place.mia.submit_modal(form, {"channel": [news], "ping": [], "manner": ["message"], "publish": ["yes"]})
        await place.mia.click(page, label="Start")
        add_articles(place.archive, [DREDGING])
        await place.pass_days(1)
        (digest,) = posted(place, news)
        published = [sent.path for sent in place.env.http_requests if sent.path.endswith("/crosspost")]
        assert len(published) == 1 and str(digest.id) in published[0]


# Pings


async def test_a_role_that_cannot_be_mentioned_is_refused_with_the_fix(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        silent = place.guild.create_role("Silent")
        await withhold_mentions(place)
        added = await place.mia.slash(place.channel, "digest add", topic="harbour", ping=silent)
        assert f"I can't mention <@&{silent.id}>." in text(added.response)
        assert "Allow anyone to @mention this role" in text(added.response)
        assert place.ledger.subscriptions.of_guild(place.guild.id) == []


async def test_a_role_that_lost_its_mention_after_the_preview_is_refused_when_saving(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        silent = place.guild.create_role("Silent")
        added = await place.mia.slash(place.channel, "digest add", topic="harbour", ping=silent)
        assert "Start" in labels(added.response)
        await withhold_mentions(place)
        await place.mia.click(added.response, label="Start")
        assert f"I can't mention <@&{silent.id}>." in text(added.response)
        assert "Open the form again" in labels(added.response)
        assert place.ledger.subscriptions.of_guild(place.guild.id) == []


async def withhold_mentions(place: World) -> None:
    """Take Mention Everyone from the bot, which the simulation makes an administrator."""
    await allow(place, place.channel, mention_everyone=False)


async def test_a_chosen_role_is_pinged_and_nobody_else(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        role = place.guild.create_role("Readers", mentionable=True)
        await started(place, ping=role)
        (digest,) = await posted_tomorrow(place, DREDGING)
        assert texts(digest)[0] == f"<@&{role.id}>"
        sent = [
            one.json
            for one in place.env.http_requests
            if one.path.endswith(f"/{place.channel.id}/messages") and one.json
        ]
        assert sent[-1]["allowed_mentions"]["roles"] == [str(role.id)] or sent[-1]["allowed_mentions"]["roles"] == [
            role.id
        ]
        assert sent[-1]["allowed_mentions"].get("parse", []) == []


# What the readers may see


async def test_a_collection_that_is_hidden_later_falls_out_of_the_next_digest(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        await started(place)
        add_articles(place.archive, [DREDGING])
        await place.room.servers.set_rule(place.guild.id, "coast", CollectionRule(visible=False))
        await place.pass_days(1)
        assert posted(place) == []
        shown = await place.mia.slash(place.channel, "digest add", topic="harbour")
        assert "0 of 0 articles of the last 7 days match." in text(shown.response)


async def test_what_the_operator_keeps_to_this_server_is_posted_here_and_not_published_to_others(
    tmp_path: Path,
) -> None:
    async with world(tmp_path) as place:
        news = place.guild.create_news_channel("news")
        with ServerBook.opened(tmp_path) as book:
            book.keep_to_servers("coast", [place.guild.id])
        await started(place)
        page = await placed(place, channel=[news], publish=["yes"])
        assert "of the newest" not in text(page)
        await place.mia.click(page, label="Start")
        assert len(await posted_tomorrow(place, DREDGING)) == 1
        assert posted(place, news) == []


async def test_a_preview_finds_what_its_readers_see_beside_any_number_of_hidden_articles(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        day = f"{place.env.now():%Y-%m-%d}"
        add_articles(place.archive, [replace(DREDGING, published=PublicationDate(day))])
        hidden = (
            draft(f"Harbour secret {n}.", title=f"Secret {n}", published=day) for n in range(PREVIEW_ARTICLES + 1)
        )
        with place.archive.transaction():
            for one in hidden:
                keys = PostingKeys(None, one.text, None, ())
                place.archive.add(one, collection="vault", original=b"", keys=keys, now=NOON, news=False)
        await place.room.servers.set_rule(place.guild.id, "vault", CollectionRule(visible=False))
        added = await place.mia.slash(place.channel, "digest add", topic="harbour")
        assert "1 of 1 articles of the last 7 days matches." in text(added.response)
        assert "Harbour silt goes to the farms" in text(added.response)
        assert "Secret" not in text(added.response)


async def test_what_is_kept_to_roles_is_in_no_digest(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        role = place.guild.create_role("Insiders")
        await started(place)
        await place.room.servers.set_rule(place.guild.id, "coast", CollectionRule(roles=frozenset({role.id})))
        assert await posted_tomorrow(place, DREDGING) == []


async def test_what_waits_to_be_posted_is_withdrawn_when_it_is_hidden(tmp_path: Path) -> None:
    async with world(tmp_path) as place:
        await started(place)
        await allow(place, place.channel, send_messages=False)
        assert await posted_tomorrow(place, DREDGING) == []
        await place.room.servers.set_rule(place.guild.id, "coast", CollectionRule(visible=False))
        await allow(place, place.channel, send_messages=True)
        await place.pass_days(2)
        assert posted(place) == []
