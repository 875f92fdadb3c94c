"""Questions that say where to look: answered there, and elsewhere where nothing is to be found there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from drafts import draft
from small_desk import add_articles, archive_with, desk_over

from bot.desk import Desk
from corpus.article import EVERYTHING, Draft, Scope
from corpus.passage import Quote
from retrieval.answers.outcome import Answer, NotInArchive, RankedQuote, Reason
from retrieval.answers.replying import by_date

TODAY = dt.date(2024, 8, 6)
GAZETTE, WIRE = "Harbour Gazette", "Meridian Wire"


def report(words: str, outlet: str | None, published: str, author: str | None = None) -> Draft:
    return draft(words, title="Notes", outlet=outlet, published=published, author=author)


ARTICLES = [
    report("The council says ferry fares rise to nine pounds.", GAZETTE, "2024-07-04", "Sam Hill"),
    report("The council says ferry fares rise to eight pounds.", WIRE, "2024-06-04", "Ann Reid"),
    report("The council says ferry fares rise to seven pounds.", WIRE, "2023-06-04", "Ann Reid"),
    report("The lighthouse keeper found forty crates of oranges on the beach.", WIRE, "2024-07-08", "Jo Doe"),
    report("Sam Hill told the council about oranges.", WIRE, "2022-01-02", "Jo Doe"),
]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with archive_with(tmp_path, ARTICLES) as archive:
        yield desk_over(archive, tmp_path)


def test_a_question_is_answered_from_the_outlet_it_names(desk: Desk) -> None:
    question = "According to the Harbour Gazette, do ferry fares rise to nine pounds?"
    reply = desk.reply(question, today=TODAY)
    assert isinstance(reply.outcome, Answer)
    assert reply.outcome.question == question
    assert reply.scope == Scope(outlet=GAZETTE)
    assert reply.tried is None
    assert [one.quote.article.outlet for one in reply.outcome.quotes] == [GAZETTE]


def test_the_day_on_which_it_was_asked_says_what_last_month_was(desk: Desk) -> None:
    question = "articles from last month about ferry fares"
    july = desk.reply(question, today=TODAY)
    assert july.scope == Scope(since=dt.date(2024, 7, 1), until=dt.date(2024, 7, 31))
    assert "nine pounds" in july.outcome.quotes[0].quote.text
    june = desk.reply(question, today=dt.date(2024, 7, 6))
    assert "eight pounds" in june.outcome.quotes[0].quote.text


@pytest.mark.parametrize(
    "question",
    [
        "According to the Harbour Gazette, what did the lighthouse keeper found on the beach?",
        "articles from 1999 about the lighthouse keeper found forty crates",
    ],
)
def test_where_nothing_is_found_there_all_is_searched_and_that_is_said(desk: Desk, question: str) -> None:
    reply = desk.reply(question, today=TODAY)
    assert isinstance(reply.outcome, Answer)
    assert "forty crates" in reply.outcome.quotes[0].quote.text
    assert reply.scope == EVERYTHING
    assert reply.tried is not None and reply.tried != EVERYTHING


def test_options_are_never_widened(desk: Desk) -> None:
    here = Scope(outlet=WIRE, since=dt.date(2024, 1, 1))
    for question in (
        "According to the Harbour Gazette, when do ferry fares rise?",
        "articles from 2023 on ferry fares",
    ):
        reply = desk.reply(question, today=TODAY, scope=here)
        for one in reply.outcome.quotes:
            assert one.quote.article.outlet == WIRE
            assert one.quote.article.published.text >= "2024"  # type: ignore[operator]


def test_what_may_not_be_seen_is_neither_searched_nor_known_by_name(desk: Desk) -> None:
    nowhere = Scope(collections=frozenset({"elsewhere"}))
    reply = desk.reply("According to the Harbour Gazette, when do ferry fares rise?", today=TODAY, scope=nowhere)
    assert isinstance(reply.outcome, NotInArchive)
    assert reply.outcome.reason is Reason.NOTHING_IN_SCOPE
    assert reply.scope == nowhere
    assert reply.tried is None


def test_an_author_is_a_source_unless_articles_speak_of_them(desk: Desk) -> None:
    assert desk.narrowing("According to Ann Reid, when do ferry fares rise?", TODAY).author == "Ann Reid"
    # Sam Hill writes, and told somebody something: what is "according to" him may stand in another's article.
    assert desk.narrowing("According to Sam Hill, what about oranges?", TODAY).author is None
    assert desk.narrowing("What has Sam Hill written about ferry fares?", TODAY).author == "Sam Hill"
    reply = desk.reply("articles by Ann Reid on ferry fares rise to seven pounds", today=TODAY)
    assert {one.quote.article.author for one in reply.outcome.quotes} == {"Ann Reid"}


def test_a_new_outlet_is_known_by_name_at_once(desk: Desk) -> None:
    question = "What did the Island Herald say about oranges?"
    assert desk.narrowing(question, TODAY).outlet is None
    add_articles(desk.archive, [report("Oranges are dear.", "Island Herald", "2024-08-01")])
    assert desk.narrowing(question, TODAY).outlet == "Island Herald"


def test_the_latest_comes_first(desk: Desk) -> None:
    reply = desk.reply("What's the latest on ferry fares?", today=TODAY)
    dates = [one.quote.article.published.text for one in reply.outcome.quotes]
    assert dates[:3] == ["2024-07-04", "2024-06-04", "2023-06-04"]
    assert reply.newest_first
    assert isinstance(reply.outcome, Answer)


def test_the_latest_is_looked_for_among_the_newest_articles_about_it(tmp_path: Path) -> None:
    notes = [
        report(f"Ferry fares ferry fares ferry fares note {month}.", WIRE, f"2020-{month:02d}-01")
        for month in range(1, 13)
    ]
    with archive_with(tmp_path, [*notes, report("Late: the ferry fares rise.", WIRE, "2024-01-01")]) as archive:
        reply = desk_over(archive, tmp_path).reply("latest news about ferry fares", today=TODAY)
    assert reply.outcome.quotes[0].quote.article.published.text == "2024-01-01"


def test_quotes_much_worse_than_the_best_do_not_come_first_for_being_new(desk: Desk) -> None:
    outcome = desk.ask("the council says ferry fares rise to seven pounds", quotes=5)
    first = by_date(outcome, 5).quotes[0]
    assert first.score >= 0.5 * outcome.quotes[0].score
    assert by_date(NotInArchive("q", Reason.NOTHING_CLOSE, (), 0.0), 3).quotes == ()


def test_more_of_the_latest_goes_on_where_it_ended(tmp_path: Path) -> None:
    # The better a quote, the older it is: were all put in order by date, each further one would come first.
    with archive_with(tmp_path, [report("Ferries.", WIRE, f"2020-01-{day:02d}") for day in range(1, 13)]) as archive:
        articles = [article for number in range(1, 13) if (article := archive.article(number)) is not None]
    quotes = tuple(RankedQuote(Quote(one, 0, 8), 0.9 - place / 100) for place, one in enumerate(articles))
    few, many = (by_date(Answer("q", quotes[:count], 0.9), count).quotes for count in (9, 12))
    assert many[:9] == few
    assert few[0] != quotes[0]


def test_more_of_a_narrowed_answer_goes_on_where_it_ended(desk: Desk) -> None:
    question = "What did Meridian Wire say about ferry fares rise?"
    whole = desk.reply(question, today=TODAY, quotes=4).outcome.quotes
    first = desk.reply(question, today=TODAY, quotes=1)
    # A button carries the scope that was searched, and asks the question again.
    rest = desk.reply(question, today=TODAY, scope=first.scope, quotes=3, skip=1)
    places = [(one.quote.article.number, one.quote.start) for one in (*first.outcome.quotes, *rest.outcome.quotes)]
    assert places == [(one.quote.article.number, one.quote.start) for one in whole]
    beyond = desk.reply(question, today=TODAY, scope=first.scope, quotes=3, skip=99)
    assert isinstance(beyond.outcome, NotInArchive)


def test_what_is_carried_over_narrows_where_the_question_says_nothing(desk: Desk) -> None:
    july = Scope(since=dt.date(2024, 7, 1), until=dt.date(2024, 7, 31), outlet=WIRE)
    reply = desk.reply("When do ferry fares rise?", today=TODAY, carried=Scope(outlet=GAZETTE))
    assert reply.scope == Scope(outlet=GAZETTE)
    own = desk.reply("According to the Harbour Gazette, do ferry fares rise to nine pounds?", today=TODAY, carried=july)
    assert own.scope == Scope(since=july.since, until=july.until, outlet=GAZETTE)
    lost = desk.reply("do ferry fares rise to seven pounds", today=TODAY, carried=july)
    assert lost.scope == EVERYTHING
    assert lost.tried == july
