"""My data shows every row, within Discord's limits."""

from __future__ import annotations

import datetime as dt

from hostile import NOW, complaints_about, written
from hypothesis import given
from hypothesis import strategies as st

from bot.briefings.feedback_book import Feedback
from bot.briefings.personal_data import PersonalData
from bot.briefings.subscription import Schedule, Subscription
from bot.rendering.personal_pages import delete_my_data_page, my_data_page
from retrieval.topics.topic import Topic


def subscription(number: int, topic: str, guild: int | None) -> Subscription:
    return Subscription(
        id=number,
        guild=guild,
        channel=5,
        creator=1,
        topic=Topic(topic),
        schedule=Schedule(at=dt.time(9)),
        cursor=0,
        settled_upto=NOW,
        waiting_since=NOW,
        created_at=NOW,
    )


made = st.builds(subscription, st.integers(1, 10**6), st.just("") | written, st.just(3))
personal = st.builds(subscription, st.integers(1, 10**6), written, st.none())
notes = st.builds(Feedback, st.just(1), st.none(), written, written, st.just((1, 2)), st.just(NOW))


@given(st.lists(made, max_size=8), st.lists(personal, max_size=8), st.lists(notes, max_size=8))
def test_it_keeps_to_the_limits(made: list[Subscription], personal: list[Subscription], notes: list[Feedback]) -> None:
    assert complaints_about(my_data_page(PersonalData(tuple(made), tuple(personal), tuple(notes)))) == []
    assert complaints_about(delete_my_data_page()) == []


def test_each_row_is_shown() -> None:
    note = Feedback(1, None, "Who was arrested?", "The quote is about somebody else.", (1,), NOW)
    data = PersonalData((subscription(3, "Harbour", 7),), (subscription(4, "", None),), (note,))
    text = my_data_page(data).text
    for part in ("D3 Harbour · <#5>", "D4 Everything new", "The quote is about somebody else.", "Who was arrested?"):
        assert part in text


def test_a_watched_question_is_called_one() -> None:
    asked = (subscription(3, "Who was arrested?", None), subscription(4, "Who was arrested", None))
    text = my_data_page(PersonalData((), asked, ())).text
    assert "D3 Who was arrested? · watched question" in text
    assert "D4 Who was arrested\n" in text + "\n"


def test_who_has_nothing_is_told_so_and_has_nothing_to_delete() -> None:
    page = my_data_page(PersonalData((), (), ()))
    assert "Nothing." in page.text
    assert page.rows == ()
