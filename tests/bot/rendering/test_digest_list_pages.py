from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from hostile import NOW, complaints_about, monstrous, names, written
from hypothesis import given
from hypothesis import strategies as st

from bot.rendering.actions import (
    DigestEdit,
    DigestHistory,
    DigestList,
    DigestPause,
    DigestPostNow,
    DigestRemove,
    DigestResume,
    DigestUndoRemove,
    decode,
)
from bot.rendering.digest_settings_pages import DigestRow, digest_list_page, digest_row_page
from bot.rendering.page import Button, Choice, Page


def row(number: int = 3, **fields: Any) -> DigestRow:
    plain = DigestRow(
        subscription=number,
        topic="Ferries",
        channel=42,
        days="weekly",
        at=dt.time(17, 30),
        zone="Europe/London",
        state="active",
        next_run=NOW,
        last_result="posted 8",
    )
    return replace(plain, **fields)


def row_buttons(page: Page) -> dict[str, Button]:
    return {button.label: button for one in page.rows if isinstance(one, tuple) for button in one}


@given(
    st.lists(st.tuples(monstrous, names, st.sampled_from(["active", "paused", "blocked"])), max_size=40),
    st.integers(0, 3),
)
def test_a_list_is_within_every_limit_whatever_its_texts(drawn: list[tuple[str, str | None, str]], at: int) -> None:
    rows = [row(n, topic=topic, last_result=last, state=state) for n, (topic, last, state) in enumerate(drawn)]
    page = digest_list_page(rows, at)
    assert complaints_about(page) == []


@given(st.integers(2, 25), written)
def test_every_digest_of_a_full_list_can_be_chosen(count: int, topic: str) -> None:
    page = digest_list_page([row(n, topic=topic, zone="America/Argentina/ComodRivadavia") for n in range(count)])
    (menu,) = page.rows
    assert isinstance(menu, Choice)
    assert [option.value for option in menu.options] == [str(n) for n in range(count)]


def test_more_digests_than_a_menu_holds_are_turned_page_by_page() -> None:
    rows = [row(number) for number in range(1, 61)]
    seen: list[str] = []
    for number in range(3):
        page = digest_list_page(rows, number)
        assert complaints_about(page) == []
        assert page.text.startswith("**60 digests**")
        menu = page.rows[0]
        assert isinstance(menu, Choice)
        seen += [option.value for option in menu.options]
        assert decode(row_buttons(page)["Next"].action) == DigestList(number + 1)
        assert row_buttons(page)["Next"].disabled == (number == 2)
    assert seen == [str(number) for number in range(1, 61)]
    assert digest_list_page(rows, 99) == digest_list_page(rows, 2)


def test_no_digest_says_how_to_get_one() -> None:
    assert "/digest add" in digest_list_page([]).text


def test_a_single_digest_has_its_buttons_right_here() -> None:
    page = digest_list_page([row()])
    seconds = int(NOW.timestamp())
    assert page.text == (
        f"**Ferries** · D3\nEvery Monday at 17:30 (Europe/London), in <#42> · next <t:{seconds}:F> · posted 8"
    )
    assert [decode(button.action) for button in row_buttons(page).values()] == [
        DigestEdit(3),
        DigestPause(3),
        DigestPostNow(3),
        DigestHistory(3),
        DigestRemove(3),
        DigestList(),
    ]


def test_a_paused_digest_can_be_resumed_and_a_removed_one_brought_back() -> None:
    paused = row_buttons(digest_row_page(row(state="paused")))
    assert decode(paused["Resume"].action) == DigestResume(3)
    assert paused["Post now"].disabled
    removed = digest_row_page(row(state="removed", next_run=None))
    assert [decode(button.action) for button in row_buttons(removed).values()] == [DigestUndoRemove(3), DigestList()]
