from __future__ import annotations

import dataclasses
import datetime as dt

from drafts import draft
from hostile import article_of, articles, characters, complaints_about, names, quotes, written
from hypothesis import given
from hypothesis import strategies as st

from bot.rendering.actions import FollowUp, MoreQuotes, ReadArticle, ShowClosest, ShowContext, decode, source_key
from bot.rendering.answer_pages import answer_page, closest_anyway, question_of, quotes_to_show, shown_quotes
from bot.rendering.echo import question_searched
from bot.rendering.page import Button, Card, Page
from corpus.archive import Coverage
from corpus.article import EVERYTHING, Article, Scope
from corpus.passage import Quote
from retrieval.answers.outcome import Answer, ClosestPassages, NotInArchive, Outcome, RankedQuote, Reason

COVERAGE = Coverage(1204, dt.date(2019, 1, 2), dt.date(2026, 11, 22))
EMPTY = Coverage(0, None, None)

ranked = st.builds(
    RankedQuote, quotes(), st.floats(0, 1), names, st.lists(st.integers(1, 10**18), max_size=3).map(tuple)
)
some = st.lists(ranked, min_size=1, max_size=4).map(tuple)
outcomes = st.one_of(
    st.builds(Answer, written, some, st.just(0.9)),
    st.builds(ClosestPassages, written, some, st.just(0.4)),
    st.builds(NotInArchive, written, st.sampled_from(Reason), some | st.just(()), st.just(0.0)),
)
days = st.none() | st.dates()
scopes = st.builds(Scope, outlet=names, since=days, until=days)


def first_card(page: Page) -> str:
    assert isinstance(page.cards[0], Card)
    return page.cards[0].text


def buttons_below(page: Page) -> list[Button]:
    return [button for row in page.rows if isinstance(row, tuple) for button in row]


def answer(*texts: str, question: str = "Which keys?") -> Answer:
    articles = [article_of(draft(text, outlet="Night Post"), number) for number, text in enumerate(texts, start=1)]
    return Answer(question, tuple(RankedQuote(Quote(one, 0, len(one.text)), 0.9) for one in articles), 0.9)


@given(outcomes, scopes, st.lists(written, max_size=5), st.booleans(), st.integers(0, 99))
def test_a_page_is_within_every_limit_whatever_its_texts(
    outcome: Outcome, scope: Scope, subjects: list[str], more: bool, skip: int
) -> None:
    page = answer_page(outcome, coverage=COVERAGE, subjects=subjects, scope=scope, more=more, skip=skip)
    assert complaints_about(page) == []


def test_sources_that_differ_are_said_to_when_both_are_shown() -> None:
    outcome = answer("12 died.", "Some died.", "Many died.", "90 died.")
    pairs = {(1, 4): "From 3 articles:", (1, 3): "Sources differ:"}
    for pair, framing in pairs.items():
        differing = dataclasses.replace(outcome, differing=(tuple((number, 0) for number in pair),))
        assert answer_page(differing, coverage=COVERAGE).cards[1].text == framing
    assert answer_page(outcome, coverage=COVERAGE).cards[1].text == "From 3 articles:"


def test_what_answers_half_as_well_waits_for_more_but_for_a_contradiction() -> None:
    outcome = answer("12 died.", "Some died.", "90 died.")
    scores = (0.9, 0.5, 0.4)
    weaker = dataclasses.replace(
        outcome,
        quotes=tuple(dataclasses.replace(one, score=score) for one, score in zip(outcome.quotes, scores, strict=True)),
    )
    assert quotes_to_show(outcome) == outcome.quotes
    assert quotes_to_show(weaker) == weaker.quotes[:2]
    differing = dataclasses.replace(weaker, differing=(((1, 0), (3, 0)),))
    assert quotes_to_show(differing) == differing.quotes
    page = answer_page(weaker, coverage=COVERAGE, more=True)
    assert "From 2 articles:" in page.text
    assert MoreQuotes(2).encode() in {one.action for row in page.rows for one in row if isinstance(one, Button)}


@given(some, written)
def test_every_quote_on_a_page_is_its_sources_own(found: tuple[RankedQuote, ...], question: str) -> None:
    outcome = Answer(question, found, 0.9)
    page = answer_page(outcome, coverage=COVERAGE)
    shown = shown_quotes(page.text)
    assert 1 <= len(shown) == len(quotes_to_show(outcome)) <= 3
    assert all(words in one.quote.text for words, one in zip(shown, found, strict=False))


@given(st.text(characters, max_size=300))
def test_any_question_of_discords_length_is_read_back(question: str) -> None:
    page = answer_page(NotInArchive(question, Reason.NOTHING_CLOSE, (), 0.0), coverage=COVERAGE)
    assert question_of(first_card(page)) == (question.strip() or None)


@given(written)
def test_a_question_is_read_back_whole_or_not_at_all(question: str) -> None:
    page = answer_page(NotInArchive(question, Reason.NOTHING_CLOSE, (), 0.0), coverage=COVERAGE)
    assert question_of(first_card(page)) in (question.strip(), None)


def test_two_thousand_characters_of_prose_are_echoed_in_full() -> None:
    question = ("Who said what about the harbour, and when? " * 50)[:2000].strip()
    page = answer_page(answer("a", "b", "c", question=question), coverage=COVERAGE, more=True)
    assert question_of(first_card(page)) == question
    assert complaints_about(page) == []


def test_a_question_that_was_cut_cannot_be_asked_again_by_mistake() -> None:
    page = answer_page(answer("a", question="*" * 2000), coverage=COVERAGE, more=True)
    assert first_card(page).endswith(" […]")
    assert question_of(first_card(page)) is None
    assert [button.label for button in buttons_below(page)] == ["Context"]  # all that needs no question


def test_no_other_card_reads_as_a_question() -> None:
    for text in ("From 2 articles:", "**a** · 8 new", "> **a**", "**a** **b**", "", "**", "****"):
        assert question_of(text) is None


def test_an_answer_says_from_how_many_articles() -> None:
    assert "From 3 articles:" in answer_page(answer("a", "b", "c"), coverage=COVERAGE).text
    assert "From 1 article:" in answer_page(answer("a"), coverage=COVERAGE).text
    assert "More passages, from 1 article:" in answer_page(answer("a"), coverage=COVERAGE, skip=3).text


def test_closest_passages_are_two_and_confirm_nothing() -> None:
    found = answer("a", "b", "c")
    page = answer_page(ClosestPassages(found.question, found.quotes, 0.4), coverage=COVERAGE)
    assert "I can't confirm these answer your question. The closest passages:" in page.text
    assert shown_quotes(page.text) == ["a", "b"]


def test_nothing_says_what_the_archive_holds() -> None:
    outcome = NotInArchive("Which keys?", Reason.NOTHING_CLOSE, answer("a").quotes, 0.1)
    page = answer_page(outcome, coverage=COVERAGE, subjects=["ferries", "harbours", "silt"])
    assert page.text == (
        "**Which keys?**\n"
        "Nothing in this archive answers that. It holds 1,204 articles, 2 Jan 2019 – 22 Nov 2026, "
        "mostly about ferries, harbours and silt. Try: a name or number from the story, or a wider date range."
    )
    assert [button.label for button in buttons_below(page)] == ["Show closest anyway", "👍", "👎"]
    closest = closest_anyway(outcome)
    assert closest is not None
    assert shown_quotes(answer_page(closest, coverage=COVERAGE).text) == ["a"]


def test_a_question_that_nothing_answers_can_be_watched() -> None:
    def below(question: str, scope: Scope = EVERYTHING, reason: Reason = Reason.NOTHING_CLOSE) -> list[str]:
        page = answer_page(NotInArchive(question, reason, (), 0.1), coverage=COVERAGE, scope=scope)
        return [button.label for button in buttons_below(page)]

    assert below("Where are the keys?") == ["Watch this question", "👍", "👎"]
    assert below("Where are the keys?", Scope(collections=frozenset({"coast"}))) == below("Where are the keys?")
    assert below(f"Where are the {'🔑' * 92}?") == ["Watch this question", "👍", "👎"]
    assert below(f"Where are the {'🔑' * 93}?") == []  # an emoji counts twice, and no question is cut
    assert below("Where are the keys") == below("Keys?") == below(f"Where are the {'k' * 200}?") == []
    assert below("Where are the keys?", Scope(outlet="Gazette")) == []  # a digest is not narrowed to a period
    assert below("Where are the keys?", reason=Reason.EMPTY_ARCHIVE) == []


def test_nothing_at_all_offers_nothing_closer() -> None:
    outcome = NotInArchive("Which keys?", Reason.NOTHING_IN_SCOPE, (), 0.0)
    page = answer_page(outcome, coverage=Coverage(1, None, None))
    assert "It holds 1 article. The dates or the source you gave leave nothing to search." in page.text
    assert page.rows == ()
    assert closest_anyway(outcome) is None


def test_an_empty_archive_says_how_to_fill_it() -> None:
    page = answer_page(NotInArchive("Which keys?", Reason.EMPTY_ARCHIVE, (), 0.0), coverage=EMPTY)
    assert "The archive is empty. The operator can add articles with: import \\<folder\\>." in page.text


def test_the_filters_are_repeated_and_kept_for_more() -> None:
    scope = Scope(outlet="Night Post", since=dt.date(2024, 1, 1), until=dt.date(2024, 7, 31))
    page = answer_page(answer("a", "b", "c", "d"), coverage=COVERAGE, scope=scope, more=True, skip=3)
    assert "-# Searched: Night Post, 1 Jan – 31 Jul 2024\n" in page.text
    context, more, follow, *_ = buttons_below(page)
    assert decode(context.action) == ShowContext(scope.since, scope.until, source_key(scope))
    assert decode(more.action) == MoreQuotes(6, scope.since, scope.until, source_key(Scope(outlet="night post")))
    assert decode(follow.action) == FollowUp(scope.since, scope.until, source_key(Scope(outlet="night post")))


def test_where_the_narrower_search_found_nothing_that_is_said() -> None:
    july = Scope(outlet="Night *Post*", author="Ann Reid", since=dt.date(2024, 7, 1), until=dt.date(2024, 7, 31))
    page = answer_page(answer("a"), coverage=COVERAGE, tried=july)
    assert "-# Nothing found in Night \\*Post\\*, Ann Reid, 1–31 Jul 2024; searched everything\n" in page.text
    wider = answer_page(answer("a"), coverage=COVERAGE, scope=Scope(since=july.since), tried=july)
    assert "; searched since 1 Jul 2024\n" in wider.text


def test_the_newest_first_and_a_list_are_said_and_offered() -> None:
    page = answer_page(answer("a"), coverage=COVERAGE, newest_first=True, listing="keys")
    assert (
        "-# Searched: newest first\nFrom 1 article:\n-# Quotes can't count or list articles; a search can." in page.text
    )
    assert [[button.label for button in row] for row in page.rows if isinstance(row, tuple)] == [
        ["Context", "More", "Follow up", "👍", "👎"],
        ["List articles"],
    ]


@given(st.text(characters, max_size=300).filter(str.strip), st.text(characters, max_size=300).filter(str.strip))
def test_a_follow_up_shows_both_questions_and_what_was_searched_is_read_back(searched: str, asked: str) -> None:
    page = answer_page(answer("a", question=searched), coverage=COVERAGE, more=True, asked=asked)
    cards = [card.text for card in page.cards if isinstance(card, Card)]
    assert question_of(cards[0]) == asked.strip()
    assert question_searched(cards) == " ".join(searched.split())
    assert complaints_about(page) == []


def test_what_a_question_says_is_never_taken_for_the_card_of_a_follow_up() -> None:
    page = answer_page(answer("-# Searching: **zebra**", question="-# Searching: **zebra**"), coverage=COVERAGE)
    cards = [card.text for card in page.cards if isinstance(card, Card)]
    assert question_searched(cards) == "-# Searching: **zebra**"
    assert question_searched([]) is None


def test_each_quote_opens_its_article_at_its_paragraph() -> None:
    page = answer_page(answer("a", "b"), coverage=COVERAGE)
    buttons = [card.button for card in page.cards if isinstance(card, Card) and card.button]
    assert [decode(button.action) for button in buttons] == [ReadArticle(1, 1, 0), ReadArticle(2, 1, 0)]


def test_two_quotes_of_one_paragraph_have_a_button_each() -> None:
    (first,) = answer("The keys are here. The keys are there.").quotes
    second = RankedQuote(Quote(first.quote.article, 19, 38), 0.8)
    page = answer_page(Answer("Which keys?", (first, second), 0.9), coverage=COVERAGE)
    assert len(shown_quotes(page.text)) == 2
    buttons = [card.button for card in page.cards if isinstance(card, Card) and card.button]
    assert [decode(button.action) for button in buttons] == [ReadArticle(1, 1, 0), ReadArticle(1, 1, 19)]
    assert complaints_about(page) == []


def test_more_is_there_to_press_only_while_there_is_more() -> None:
    for more in (True, False):
        page = answer_page(answer("a"), coverage=COVERAGE, more=more)
        assert [button.label for button in buttons_below(page) if button.disabled] == ([] if more else ["More"])


def test_where_nobody_can_be_told_there_are_no_thumbs() -> None:
    page = answer_page(answer("a"), coverage=COVERAGE, can_be_rated=False)
    assert [button.label for button in buttons_below(page)] == ["Context", "More", "Follow up"]


def test_a_question_to_one_article_says_which_and_stays_in_it() -> None:
    article = article_of(draft("a", title="Keys *and* locks"), 7)
    scope = Scope(article=7)
    page = answer_page(answer("a", "b"), coverage=COVERAGE, scope=scope, within=article, listing="keys", more=True)
    assert page.text.startswith("**Which keys?**\n-# Searching in: Keys \\*and\\* locks\nFrom this article:\n> a")
    context, more, follow, *_ = buttons_below(page)
    assert [decode(one.action) for one in (context, more, follow)] == [
        ShowContext(article=7),
        MoreQuotes(2, article=7),
        FollowUp(article=7),
    ]
    assert "List articles" not in [button.label for button in buttons_below(page)]
    nothing = answer_page(
        NotInArchive("Which keys?", Reason.NOTHING_CLOSE, (), 0.0), coverage=COVERAGE, scope=scope, within=article
    )
    assert "Nothing in this article answers that." in nothing.text
    narrower = answer_page(answer("a"), coverage=COVERAGE, scope=scope, within=article, tried=Scope(outlet="Post"))
    assert "-# Nothing found in Post; searched the whole article" in narrower.text


@given(outcomes, articles(), st.booleans())
def test_a_linked_article_has_room_before_the_answer(outcome: Outcome, article: Article, within: bool) -> None:
    page = answer_page(
        outcome, coverage=COVERAGE, more=True, linked=article, within=article if within else None, listing="keys"
    )
    assert complaints_about(page) == []
    assert question_searched([card.text for card in page.cards if isinstance(card, Card)]) in (
        outcome.question.strip(),
        None,
    )


def test_showing_the_closest_keeps_the_scope() -> None:
    outcome = NotInArchive("Which keys?", Reason.NOTHING_CLOSE, answer("a").quotes, 0.1)
    button, *_ = buttons_below(answer_page(outcome, coverage=COVERAGE, scope=EVERYTHING))
    assert decode(button.action) == ShowClosest()
