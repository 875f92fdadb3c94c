from __future__ import annotations

import json

from hostile import hostile
from hypothesis import given
from hypothesis import strategies as st

from bot.rendering.page import Button, Card, Choice, Look, Option, Page, Picture, Rule
from bot.rendering.page_data import page_as_data, page_from_data

buttons = st.builds(Button, hostile, hostile, st.sampled_from(Look), st.booleans())
pictures = st.builds(Picture, hostile, st.binary(max_size=8), hostile)
cards = st.builds(Card, hostile, st.none() | buttons) | st.just(Rule()) | pictures
choices = st.builds(
    Choice, hostile, hostile, st.lists(st.builds(Option, hostile, hostile, st.none() | hostile), max_size=3).map(tuple)
)
rows = st.lists(buttons, max_size=3).map(tuple) | choices
pages = st.builds(Page, st.lists(cards, max_size=4).map(tuple), st.lists(rows, max_size=3).map(tuple))


@given(pages)
def test_a_page_comes_back_from_json(page: Page) -> None:
    assert page_from_data(json.loads(json.dumps(page_as_data(page)))) == page
