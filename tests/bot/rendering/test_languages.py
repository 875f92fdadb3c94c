"""Pages in the languages of the catalogues: what is said changes, what is quoted and what is read back does not."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rendering.days import shown_day, shown_published, shown_range
from bot.rendering.echo import echo_card, question_searched, searching_card
from bot.rendering.wording import LANGUAGES, number, series, speaking
from corpus.article import PublicationDate

DAY = dt.date(2024, 7, 4)


@pytest.mark.parametrize("made", LANGUAGES)
@pytest.mark.parametrize("read", LANGUAGES)
def test_a_follow_up_reads_back_in_every_language(made: str, read: str) -> None:
    with speaking(made):
        cards = [echo_card("And how **many**?").text, searching_card("And how many? silt: harbour").text]
    with speaking(read):
        assert question_searched(cards) == "And how many? silt: harbour"


@given(
    asked=st.text(min_size=1, max_size=60).filter(str.strip),
    made=st.sampled_from(LANGUAGES),
    read=st.sampled_from(LANGUAGES),
)
def test_any_follow_up_reads_back_in_any_language(asked: str, made: str, read: str) -> None:
    with speaking(made):
        cards = [echo_card("So?").text, searching_card(asked).text]
    with speaking(read):
        assert question_searched(cards) == " ".join(asked.split())


def test_days_are_written_as_the_language_writes_them() -> None:
    shown = {}
    for language in LANGUAGES:
        with speaking(language):
            shown[language] = (
                shown_day(DAY),
                shown_published(PublicationDate("2024-07")),
                shown_published(PublicationDate("2024")),
                shown_range(DAY, dt.date(2024, 7, 20)),
                shown_range(DAY, dt.date(2024, 9, 2), year=False),
                shown_range(DAY, dt.date(2025, 1, 2), year=False),
                shown_range(DAY, DAY),
            )
    assert shown == {
        "en": (
            "4 Jul 2024",
            "Jul 2024",
            "2024",
            "4–20 Jul 2024",
            "4 Jul – 2 Sep",
            "4 Jul 2024 – 2 Jan 2025",
            "4 Jul 2024",
        ),
        "es": (
            "4 jul 2024",
            "jul 2024",
            "2024",
            "4–20 jul 2024",
            "4 jul – 2 sept",
            "4 jul 2024 – 2 ene 2025",
            "4 jul 2024",
        ),
        "zh_Hans": (
            "2024年7月4日",
            "2024年7月",
            "2024年",
            "2024年7月4日至20日",
            "7月4日至9月2日",
            "2024年7月4日至2025年1月2日",
            "2024年7月4日",
        ),
    }


def test_numbers_and_lists_are_written_as_the_language_writes_them() -> None:
    shown = {}
    for language in LANGUAGES:
        with speaking(language):
            shown[language] = number(1204), series(["a", "b", "c"]), series(["a"]), series([])
    assert shown == {
        "en": ("1,204", "a, b and c", "a", ""),
        "es": ("1.204", "a, b y c", "a", ""),
        "zh_Hans": ("1,204", "a、b和c", "a", ""),
    }
