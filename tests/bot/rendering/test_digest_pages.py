from __future__ import annotations

import datetime as dt
import re

from hostile import complaints_about, hostile
from hypothesis import given, settings
from hypothesis import strategies as st
from made_digests import buttons, digest, digests, item

from bot.rendering.actions import DigestItem as OpenItem
from bot.rendering.actions import DigestItemSelect, DigestMore, decode
from bot.rendering.digest_pages import MORE_ITEMS, covers_line, digest_messages, part_label, rest_page
from bot.rendering.limits import units
from bot.rendering.page import Button, Choice, Page
from bot.rendering.quotes import shown_quotes
from retrieval.digests.digest import Digest, DigestItem
from retrieval.topics.topic import Topic

LABEL, RUN = "#D3-20261123", "D3-20261123"


def texts(pages: tuple[Page, ...]) -> str:
    return "\n".join(page.text for page in pages)


def chosen(pages: tuple[Page, ...]) -> list[str]:
    """The values of all menus."""
    return [option.value for page in pages for row in page.rows if isinstance(row, Choice) for option in row.options]


@settings(max_examples=40)
@given(digests(), st.none() | hostile, st.none() | st.integers(1, 10**19), st.booleans(), st.booleans())
def test_messages_are_within_every_limit_whatever_their_texts(
    given_digest: Digest, covers: str | None, ping: int | None, thread: bool, headline_only: bool
) -> None:
    messages = digest_messages(
        given_digest,
        label=LABEL,
        zone="Europe/London",
        covers=covers,
        ping=ping,
        thread=thread,
        headline_only=headline_only,
    )
    assert 1 <= len(messages.pages) <= 2
    pages = (*messages.pages, *messages.rest)
    assert [complaints_about(page) for page in pages] == [[]] * len(pages)
    for part, page in enumerate(pages, start=1):
        assert page.text.splitlines()[-1].startswith(f"-# {LABEL}-{part} · ")
    assert units(messages.title) <= 100
    assert messages.title.split()[-1] == LABEL
    if not thread:
        assert messages.rest == ()


@settings(max_examples=40)
@given(digests(), st.booleans())
def test_every_item_can_be_opened_and_the_rest_is_counted(given_digest: Digest, thread: bool) -> None:
    messages = digest_messages(given_digest, label=LABEL, zone="UTC", thread=thread)
    numbers = [str(one.article.number) for one in given_digest.items]
    assert chosen(messages.pages) == numbers
    shown = shown_quotes(texts(messages.pages))
    assert len(shown) == len(numbers)
    assert all(words in one.sentence.text for words, one in zip(shown, given_digest.items, strict=True))
    if given_digest.items and given_digest.rest:
        if thread:
            assert (
                chosen(messages.rest)
                == [str(one.article.number) for one in given_digest.rest][: len(chosen(messages.rest))]
            )
            assert f"{len(given_digest.rest)} more in the thread below." in texts(messages.pages)
        else:
            assert buttons(messages.pages[-1])[-1] == Button(
                f"More ({len(given_digest.rest)})", DigestMore(RUN, 0).encode()
            )
    unseen = given_digest.stories - len(numbers) - len(given_digest.rest)
    told = texts((*messages.pages, *messages.rest))
    if not messages.rest or len(chosen(messages.rest)) == len(given_digest.rest):
        matched = f"{unseen} more matched and {'is' if unseen == 1 else 'are'} not shown here."
        assert (matched in told) == (unseen > 0 and bool(given_digest.items))


def test_a_digest_reads_as_the_product_says() -> None:
    first = item(12, published="2026-11-20")
    second = item(14, published="2026-11-23")
    folded = DigestItem(second.article, second.sentence, "why", 0.8, also=(15, 16), update_of=9)
    messages = digest_messages(digest(first, folded), label=LABEL, zone="Europe/London")
    (page,) = messages.pages
    assert page.text == (
        "**Ferries** · 2 new · 20–23 Nov\n"
        "**Ferry 12**\nNight Post · 20 Nov 2026 · A-12\n> The ferry sails in May.\n"
        "**Update: Ferry 14**\nNight Post · 23 Nov 2026 · A-14\n> The ferry sails in May.\n"
        "-# #D3-20261123-1 · times in Europe/London"
    )
    (menu,) = page.rows
    assert isinstance(menu, Choice)
    assert decode(menu.action) == DigestItemSelect(RUN)
    assert [option.value for option in menu.options] == ["12", "14"]
    (also,) = buttons(page)
    assert (also.label, decode(also.action)) == ("also: 2 more", OpenItem(RUN, 14))
    assert messages.title == "Ferries · 20–23 Nov · #D3-20261123"


def test_a_gap_is_said_and_everything_has_a_name() -> None:
    covers = "Covers 20–23 Nov (the bot was offline)"
    (page,) = digest_messages(digest(item(1), over=4, topic=""), label=LABEL, zone="UTC", covers=covers).pages
    assert page.text.startswith("**Everything new** · 1 of 5 new\nCovers 20–23 Nov (the bot was offline)\n")
    assert "4 more matched and are not shown here." in page.text


def test_twenty_five_items_stand_on_two_messages() -> None:
    text = "The ferry sails in the rain with nobody on board but the captain and a sheep. " * 4
    pages = digest_messages(digest(*(item(n, text) for n in range(1, 26))), label=LABEL, zone="UTC").pages
    assert len(pages) == 2
    assert texts(pages).count("> The ferry") == 25
    assert "**Ferries** · continued" in pages[1].text


def test_what_is_over_the_limit_is_told_in_the_thread() -> None:
    rest = tuple(item(number) for number in range(10, 40))
    messages = digest_messages(digest(item(1), rest=rest), label=LABEL, zone="UTC", thread=True)
    assert messages.pages[0].text.startswith("**Ferries** · 1 of 31 new")
    assert "30 more in the thread below." in messages.pages[0].text
    assert chosen(messages.rest) == [str(one.article.number) for one in rest]
    assert "#D3-20261123-2 ·" in messages.rest[0].text


def test_a_digest_in_a_thread_has_a_headline_above() -> None:
    messages = digest_messages(digest(item(1), item(2)), label=LABEL, zone="UTC", thread=True, headline_only=True)
    assert texts(messages.pages) == "**Ferries** · 2 new\n-# In the thread below.\n-# #D3-20261123-1 · times in UTC"
    assert chosen(messages.rest) == ["1", "2"]
    whole = digest_messages(digest(item(1), item(2)), label=LABEL, zone="UTC", headline_only=True)
    assert chosen(whole.pages) == ["1", "2"]  # no thread can be made there


def test_a_role_is_mentioned_once() -> None:
    rest = tuple(item(number) for number in range(10, 40))
    messages = digest_messages(digest(item(1), rest=rest), label=LABEL, zone="UTC", ping=77, thread=True)
    assert re.findall(r"<@&\d+>", texts((*messages.pages, *messages.rest))) == ["<@&77>"]


def test_nothing_new_is_said_where_people_want_to_hear_it() -> None:
    (page,) = digest_messages(Digest(Topic("Ferries"), 214, (), ()), label=LABEL, zone="UTC").pages
    assert page.text == (
        "**Ferries**\nNothing new on this topic (checked 214 articles).\n-# #D3-20261123-1 · times in UTC"
    )


@settings(max_examples=30)
@given(digests(), st.integers(0, 99))
def test_more_is_within_every_limit_on_every_page(given_digest: Digest, page: int) -> None:
    items = [*given_digest.items, *given_digest.rest][:MORE_ITEMS]
    count = page * MORE_ITEMS + len(items) + 1
    assert complaints_about(rest_page(given_digest.topic.text, items, RUN, page, count)) == []


def test_more_turns_its_pages() -> None:
    items = [item(number, "The ferry sails. " * 20) for number in range(1, 31)]
    seen: list[str] = []
    for number in range(9):
        page = rest_page("Ferries", items[number * MORE_ITEMS :][:MORE_ITEMS], RUN, number, len(items))
        seen += chosen((page,))
        turn = {button.label: button for button in buttons(page)}
        if turn["Next"].disabled:
            break
        assert decode(turn["Next"].action) == DigestMore(RUN, number + 1)
    assert seen == [str(one.article.number) for one in items]


def test_what_is_beyond_a_thread_is_behind_more_at_its_end_and_nothing_in_between_is_left_out() -> None:
    rest = tuple(item(number, "The ferry sails. " * 20) for number in range(10, 410))
    for headline_only in (False, True):
        messages = digest_messages(
            digest(item(1), item(2), rest=rest), label=LABEL, zone="UTC", thread=True, headline_only=headline_only
        )
        in_thread = [int(number) for number in chosen(messages.rest)]
        beyond = len(rest) + (2 if headline_only else 0) - len(in_thread)
        more = buttons(messages.rest[-1])[-1]
        assert more.label == f"More ({beyond})"
        assert f"{beyond} more matched and are not shown here." in messages.rest[-1].text
        action = decode(more.action)
        assert isinstance(action, DigestMore)
        first = rest[action.page * MORE_ITEMS].article.number
        assert in_thread[-1] - MORE_ITEMS < first <= in_thread[-1] + 1
        assert "of 402 new" in messages.pages[0].text or "402 new" in messages.pages[0].text


def test_parts_can_be_told_apart() -> None:
    assert part_label(LABEL, 2) == "#D3-20261123-2"


def test_a_gap_is_told_in_days() -> None:
    days = dt.date(2026, 11, 20), dt.date(2026, 11, 23)
    assert covers_line(days) == "Covers 20–23 Nov (the bot was offline)"
