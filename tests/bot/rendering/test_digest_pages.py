from __future__ import annotations

import datetime as dt

from drafts import draft
from hostile import NOW, article_of, complaints_about, hostile, monstrous, names, quotes, written
from hypothesis import given
from hypothesis import strategies as st

from bot.rendering.actions import (
    DigestPause,
    DigestPostNow,
    DigestRemove,
    DigestResume,
    DigestStart,
    DigestUndoRemove,
    decode,
)
from bot.rendering.digest_pages import (
    DigestRow,
    digest_list_page,
    digest_pages,
    digest_preview_page,
    digest_row_page,
    part_label,
)
from bot.rendering.echo import topic_of
from bot.rendering.page import Button, Card, Choice, Page
from bot.rendering.quotes import shown_quotes
from corpus.passage import Quote
from retrieval.digest import Digest, DigestItem, LeftOut, LeftOutReason
from retrieval.topic import Topic


def item(number: int, text: str = "The ferry sails in May.", **fields: object) -> DigestItem:
    article = article_of(draft(text, **{"title": f"Ferry {number}", "outlet": "Night Post", **fields}), number)  # type: ignore[arg-type]
    return DigestItem(article, Quote(article, 0, len(text)), "about ferries", 0.9)


def digest(*items: DigestItem, over: int = 0, topic: str = "Ferries") -> Digest:
    left = tuple(LeftOut(1000 + one, None, LeftOutReason.OVER_LIMIT, None, 0.1) for one in range(over))
    return Digest(Topic(topic), len(items) + over, items, left)


@st.composite
def digests(draw: st.DrawFn) -> Digest:
    few = draw(st.lists(quotes(), max_size=3, unique_by=lambda quote: quote.article.number))
    items = [
        DigestItem(quote.article, quote, "why", 0.5, draw(st.sampled_from([(), (5, 6)])), draw(st.none() | st.just(7)))
        for quote in few
    ]
    # Up to thirty items are what fills two messages; drawing each of them anew would take all day.
    many = [item(2 * 10**18 + number, draw(st.just("x" * 300))) for number in range(draw(st.integers(0, 30)))]
    return digest(*items, *many, over=draw(st.integers(0, 3)), topic=draw(st.just("") | monstrous))


def texts(pages: list[Page]) -> str:
    return "\n".join(page.text for page in pages)


@given(digests(), st.none() | hostile)
def test_messages_are_within_every_limit_whatever_their_texts(given_digest: Digest, covers: str | None) -> None:
    pages = digest_pages(given_digest, label="#D3-20261123", zone="Europe/London", covers=covers)
    assert 1 <= len(pages) <= 2
    assert [complaints_about(page) for page in pages] == [[]] * len(pages)
    for part, page in enumerate(pages, start=1):
        assert page.text.splitlines()[-1] == f"-# #D3-20261123-{part} · times in Europe/London"


@given(digests())
def test_what_is_not_shown_is_counted(given_digest: Digest) -> None:
    pages = digest_pages(given_digest, label="#D3-20261123", zone="UTC")
    shown = sum(len(row.options) for page in pages for row in page.rows if isinstance(row, Choice))
    total = len(given_digest.items) + len(given_digest.left_out)
    assert len(shown_quotes(texts(pages))) == shown
    assert (f"{total - shown} more matched and are not shown here." in texts(pages)) == (shown < total)
    assert all(
        words in one.sentence.text for words, one in zip(shown_quotes(texts(pages)), given_digest.items, strict=False)
    )


def test_a_digest_reads_as_the_product_says() -> None:
    first = item(12, published="2026-11-20")
    second = item(14, published="2026-11-23")
    folded = DigestItem(second.article, second.sentence, "why", 0.8, also=(15, 16), update_of=9)
    (page,) = digest_pages(digest(first, folded), label="#D3-20261123", zone="Europe/London")
    assert page.text == (
        "**Ferries** · 2 new · 20–23 Nov\n"
        "**Ferry 12**\nNight Post · 20 Nov 2026 · A-12\n> The ferry sails in May.\n"
        "**Update: Ferry 14**\nNight Post · 23 Nov 2026 · A-14\n> The ferry sails in May.\n-# also: 2 more\n"
        "-# #D3-20261123-1 · times in Europe/London"
    )
    (menu,) = page.rows
    assert isinstance(menu, Choice)
    assert [option.value for option in menu.options] == ["12", "14"]


def test_a_gap_is_said_and_everything_has_a_name() -> None:
    covers = "Covers 20–23 Nov (the bot was offline)"
    (page,) = digest_pages(digest(item(1), over=4, topic=""), label="#D3-20261123", zone="UTC", covers=covers)
    assert page.text.startswith("**Everything new** · 1 of 5 new\nCovers 20–23 Nov (the bot was offline)\n")


def test_given_days_are_shown_rather_than_the_articles() -> None:
    days = (dt.date(2026, 11, 22), dt.date(2026, 11, 23))
    (page,) = digest_pages(digest(item(1, published="2019")), label="#D3-20261123", zone="UTC", days=days)
    assert page.text.startswith("**Ferries** · 1 new · 22–23 Nov\n")


def test_twenty_five_items_stand_on_two_messages() -> None:
    text = "The ferry sails in the rain with nobody on board but the captain and a sheep. " * 4
    pages = digest_pages(digest(*(item(n, text) for n in range(1, 26))), label="#D3-20261123", zone="UTC")
    assert len(pages) == 2
    assert texts(pages).count("> The ferry") == 25
    assert "**Ferries** · continued" in pages[1].text


def test_parts_can_be_told_apart() -> None:
    assert part_label("#D3-20261123", 2) == "#D3-20261123-2"


# Before a digest is saved


def preview(given_digest: Digest, **fields: object) -> Page:
    plan = {"days": "daily", "at": dt.time(9), "zone": "Europe/London", "channel": 42, "next_run": NOW, **fields}
    return digest_preview_page(given_digest, **plan)  # type: ignore[arg-type]


@given(digests())
def test_a_preview_is_within_every_limit_whatever_its_texts(given_digest: Digest) -> None:
    page = preview(given_digest)
    assert complaints_about(page) == []
    assert isinstance(page.cards[0], Card)
    assert topic_of(page.cards[0].text) in (given_digest.topic.text.strip(), None)


def test_a_preview_says_when_the_first_one_comes_and_starts_it() -> None:
    page = preview(digest(item(1), item(2), item(3), item(4)))
    seconds = int(NOW.timestamp())
    assert "Every day at 09:00 (Europe/London), in <#42>." in page.text
    assert f"Next: <t:{seconds}:F> (<t:{seconds}:R>)" in page.text
    assert "4 of 4 articles of the last 7 days match:" in page.text
    assert page.text.endswith("-# and 1 more")
    (row,) = page.rows
    assert isinstance(row, tuple)
    assert [button.label for button in row] == ["Start", "Change", "Cancel"]
    assert decode(row[0].action) == DigestStart("daily", dt.time(9), "Europe/London", 42)


def test_a_preview_without_matches_or_zone_says_so() -> None:
    page = preview(digest(topic=""), zone="UTC", channel=0, zone_is_default=True)
    assert "Every day at 09:00 (UTC), in this terminal." in page.text
    assert "No time zone was set yet, so this is UTC." in page.text
    assert page.text.endswith("0 of 0 articles of the last 7 days match. Only new articles will be posted.")
    assert isinstance(page.cards[0], Card)
    assert topic_of(page.cards[0].text) == ""


# The list


def row(number: int = 3, **fields: object) -> DigestRow:
    plain = {
        "subscription": number,
        "topic": "Ferries",
        "channel": 42,
        "days": "weekly",
        "at": dt.time(17, 30),
        "zone": "Europe/London",
        "state": "active",
        "next_run": NOW,
        "last_result": "posted 8",
    }
    return DigestRow(**{**plain, **fields})  # type: ignore[arg-type]


def row_buttons(page: Page) -> dict[str, Button]:
    return {button.label: button for one in page.rows if isinstance(one, tuple) for button in one}


@given(st.lists(st.tuples(monstrous, names, st.sampled_from(["active", "paused", "blocked"])), max_size=30))
def test_a_list_is_within_every_limit_whatever_its_texts(drawn: list[tuple[str, str | None, str]]) -> None:
    rows = [row(n, topic=topic, last_result=last, state=state) for n, (topic, last, state) in enumerate(drawn)]
    page = digest_list_page(rows)
    assert complaints_about(page) == []


@given(st.integers(2, 25), written)
def test_every_digest_of_a_full_list_can_be_chosen(count: int, topic: str) -> None:
    page = digest_list_page([row(n, topic=topic, zone="America/Argentina/ComodRivadavia") for n in range(count)])
    (menu,) = page.rows
    assert isinstance(menu, Choice)
    assert [option.value for option in menu.options] == [str(n) for n in range(count)]


def test_no_digest_says_how_to_get_one() -> None:
    assert "/digest add" in digest_list_page([]).text


def test_a_single_digest_has_its_buttons_right_here() -> None:
    page = digest_list_page([row()])
    seconds = int(NOW.timestamp())
    assert page.text == (
        f"**Ferries** · D3\nEvery Monday at 17:30 (Europe/London), in <#42> · next <t:{seconds}:F> · posted 8"
    )
    assert [decode(button.action) for button in row_buttons(page).values()] == [
        DigestPause(3),
        DigestPostNow(3),
        DigestRemove(3),
    ]


def test_a_paused_digest_can_be_resumed_and_a_removed_one_brought_back() -> None:
    paused = row_buttons(digest_row_page(row(state="paused")))
    assert decode(paused["Resume"].action) == DigestResume(3)
    assert paused["Post now"].disabled
    removed = digest_row_page(row(state="removed", next_run=None))
    assert [decode(button.action) for button in row_buttons(removed).values()] == [DigestUndoRemove(3)]
