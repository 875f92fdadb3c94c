"""What narrows a search, and what must not: the right article left out is the worst that can happen."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.article import EVERYTHING, Scope
from retrieval.questions.narrowing import narrow
from retrieval.questions.source_names import SourceNames

TODAY = dt.date(2026, 11, 25)
WSJ, NYT = "The Wall Street Journal", "The New York Times"
NAMES = SourceNames([WSJ, NYT, "Harbour Gazette", "Nature"], ["Brian Spegele", "Ana Swanson and Keith Bradsher"])


def days(text: str) -> tuple[dt.date | None, dt.date | None]:
    since, _, until = text.partition("..")
    return (
        dt.date.fromisoformat(since) if since else None,
        dt.date.fromisoformat(until) if until else None,
    )


@pytest.mark.parametrize(
    "question",
    [
        # A date of what is asked about
        "Who won the 2024 election?",
        "World Cup 2022",
        "Olympics in 2012",
        "Which city hosted the Olympics in 2012?",
        "How many overdose deaths last year?",
        "How many overdose deaths were there in 2020?",
        "How many deaths were reported in July 2024?",
        "What did the price of oil rise to in 1979 globally?",
        "In which state did overdose deaths climb by 75 percent in 2021?",
        "Which park was closed this week after a flood?",
        "What happened in Paris in July 2024?",
        "Who was president before 2020?",
        "What has China done since the summit?",
        "How many people have died since 2020?",
        "Which book was published in 1984?",
        "What ideas did the report in 1964 state?",
        "In what year were the Articles of Confederation signed?",
        "Articles about the deaths of last year",
        "Which former prime minister hit the headlines this week?",
        "Who was in the news last month for a resignation?",
        'Who wrote "articles from 2023" on the wall?',
        # Comparisons need both
        "Do the articles from 2020 agree with the articles from 2021?",
        "Did both the WSJ and the New York Times say that?",
        "Does the WSJ article agree with the New York Times article?",
        "Was a WSJ report confirmed by another article?",
        # A source that is asked about, or that is none of this archive's
        "Who owns the Wall Street Journal?",
        "Why was the Wall Street Journal reporter arrested?",
        "According to the White House, how many were there?",
        "What did the Daily Planet say about silt?",
        "Articles of the week about nature",
        # No request for the newest, and no list
        "What is the latest iPhone?",
        "What is the most recent version of Android?",
        "How many articles does the constitution have?",
        "How many articles are in the treaty?",
        "",
        "?",
    ],
)
def test_what_is_asked_about_narrows_nothing(question: str) -> None:
    narrowing = narrow(question, TODAY, NAMES)
    assert not narrowing.filters
    assert not narrowing.newest_first
    assert narrowing.listing is None
    assert narrowing.words == question
    assert narrowing.within(EVERYTHING) == EVERYTHING


@pytest.mark.parametrize(
    ("question", "range_of_days", "words"),
    [
        ("articles from 2023 about silt", "2023-01-01..2023-12-31", "articles about silt"),
        ("What do articles from 2023 say on silt?", "2023-01-01..2023-12-31", "What do articles say on silt?"),
        ("News in July 2024 about silt", "2024-07-01..2024-07-31", "News about silt"),
        ("stories published since March on silt", "2026-03-01..", "stories on silt"),
        ("What did articles before the 2020s say?", "..2019-12-31", "What did articles say?"),
        ("July 2024 articles about silt", "2024-07-01..2024-07-31", "articles about silt"),
        ("last month's news", "2026-10-01..2026-10-31", "news"),
        ("articles about silt from July 2024", "2024-07-01..2024-07-31", "articles about silt"),
        ("anything about silt in the last 30 days?", "2026-10-27..2026-11-25", "anything about silt?"),
        ("What's new this week?", "2026-11-23..2026-11-25", "What's new?"),
        ("What’s new on silt since March?", "2026-03-01..", "What’s new on silt?"),
        ("What happened last week?", "2026-11-16..2026-11-22", "What happened?"),
        ("What was posted last month on the 2020 law?", "2026-10-01..2026-10-31", "What was posted on the 2020 law?"),
        ("Was there news on 4 July 2024 about silt?", "2024-07-04..2024-07-04", "Was there news about silt?"),
    ],
)  # fmt: skip
def test_a_date_of_publication_narrows(question: str, range_of_days: str, words: str) -> None:
    narrowing = narrow(question, TODAY, NAMES)
    assert (narrowing.since, narrowing.until) == days(range_of_days)
    assert narrowing.words == words
    assert narrowing.outlet is None and narrowing.author is None


@pytest.mark.parametrize(
    ("question", "outlet", "range_of_days", "words"),
    [
        ("What did the WSJ say about silt?", WSJ, "..", "What did the article say about silt?"),
        ("what did wsj say about silt", WSJ, "..", "what did the article say about silt"),
        ("Who was arrested, according to the New York Times?", NYT, "..", "Who was arrested?"),
        ("What did Wei say in the Harbour Gazette?", "Harbour Gazette", "..", "What did Wei say?"),
        ("nyt articles on silt", NYT, "..", "articles on silt"),
        ("Did the WSJ say last month why?", WSJ, "2026-10-01..2026-10-31", "Did the article say why?"),
        ("In July 2024, what did the NYT say?", NYT, "2024-07-01..2024-07-31", "what did the article say?"),
        ("the WSJ's July 2024 coverage of silt", WSJ, "2024-07-01..2024-07-31", "the coverage of silt"),
        ("last month's WSJ articles on silt", WSJ, "2026-10-01..2026-10-31", "articles on silt"),
        ("What has the WSJ said about silt since March?", WSJ, "2026-03-01..", "What has the article said about silt?"),
        # The date may be that of what the outlet speaks of: only the outlet narrows.
        ("What did the WSJ say on deaths in 2020?", WSJ, "..", "What did the article say on deaths in 2020?"),
        ("What did the WSJ say on prices last month?", WSJ, "..", "What did the article say on prices last month?"),
        ("What did the WSJ say on the 2024 election?", WSJ, "..", "What did the article say on the 2024 election?"),
        ("How many died according to the WSJ in 2020?", WSJ, "..", "How many died in 2020?"),
        ("In 2020, how many died according to the WSJ?", WSJ, "..", "In 2020, how many died?"),
        ("Does the WSJ say 2024 was hot?", WSJ, "..", "Does the article say 2024 was hot?"),
        ("and the NYT? (silt tonnes)", NYT, "..", "and? (silt tonnes)"),
    ],
)  # fmt: skip
def test_a_named_outlet_narrows(question: str, outlet: str, range_of_days: str, words: str) -> None:
    narrowing = narrow(question, TODAY, NAMES)
    assert narrowing.outlet == outlet
    assert (narrowing.since, narrowing.until) == days(range_of_days)
    assert narrowing.words == words


@pytest.mark.parametrize(
    ("question", "by_words"),
    [
        ("According to Keith Bradsher, who was arrested?", False),
        ("What did keith bradsher say about silt?", False),
        ("What has Keith Bradsher written about silt?", True),
        ("articles by Keith Bradsher on silt", True),
    ],
)
def test_a_named_author_narrows_and_it_is_known_whether_as_a_writer(question: str, by_words: bool) -> None:
    narrowing = narrow(question, TODAY, NAMES)
    assert (narrowing.author, narrowing.by_words) == ("Keith Bradsher", by_words)


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("What's the latest on silt?", "What is reported about silt?"),
        ("latest news about silt", "What is reported about silt"),
        ("What is the most recent news about the harbour?", "What is reported about harbour?"),
        ("show me the newest articles on silt", "What is reported about silt"),
        ("silt in the harbour, newest first", "silt in the harbour"),
    ],
)
def test_the_latest_is_asked_for(question: str, words: str) -> None:
    narrowing = narrow(question, TODAY, NAMES)
    assert narrowing.newest_first
    assert narrowing.words == words


@pytest.mark.parametrize(
    ("question", "listing"),
    [
        ("How many articles mention silt?", "silt"),
        ("How many WSJ articles from 2023 mention silt?", "silt"),
        ("how many stories are there about Port Ellen", "Port Ellen"),
        ("List all articles about silt since March", "silt"),
        ("show me everything about Ann Reid", "Ann Reid"),
        ("Which articles mention silt?", "silt"),
        ("Tell me everything about silt!", "silt"),
    ],
)
def test_a_list_or_a_count_is_asked_for(question: str, listing: str) -> None:
    assert narrow(question, TODAY, NAMES).listing == listing


def test_options_win_and_collections_are_never_touched() -> None:
    narrowing = narrow("What did the WSJ report last month on silt?", TODAY, NAMES)
    here = frozenset({"coast"})
    options = Scope(collections=here, outlet=NYT, since=dt.date(2020, 1, 1))
    assert narrowing.within(options) == options
    assert not narrowing.holds_in(options)
    narrowed = narrowing.within(Scope(collections=here))
    assert narrowed == Scope(here, WSJ, dt.date(2026, 10, 1), dt.date(2026, 10, 31))
    assert narrowing.holds_in(narrowed)
    assert narrowing.within(narrowed) == narrowed  # a button that carries the scope asks the same again


WHOLE = (
    "what did|the WSJ|say|articles|from 2023|in July 2024|about|silt|Brian Spegele|latest|news|on|how many|mention|by"
    "|and|last month|?|,|according to|newest first|'|the|published|list all|since March|NYT|\ue000|(|this week"
)
PIECES = st.sampled_from(WHOLE.split("|"))


@given(st.lists(PIECES, max_size=14).map(" ".join) | st.text(max_size=300))
def test_any_question_is_read_and_what_is_left_to_search_for_has_words(question: str) -> None:
    narrowing = narrow(question, TODAY, NAMES)
    assert narrowing.words == question or any(character.isalnum() for character in narrowing.words)
    assert narrowing.listing is None or narrowing.listing.strip()
    assert narrowing.since is None or narrowing.until is None or narrowing.since <= narrowing.until
    assert narrowing.holds_in(narrowing.within(EVERYTHING))
