from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from drafts import draft
from hostile import NOW, article_of, articles, complaints_about, monstrous, names, quotes, written
from hypothesis import given, settings
from hypothesis import strategies as st
from made_digests import buttons

from bot.rendering.actions import (
    AskArticle,
    DigestNotRelevant,
    DigestRelevantAgain,
    DigestRunPage,
    DigestWhy,
    ReadArticle,
    decode,
)
from bot.rendering.digest_history_pages import OUTCOMES, FateLine, RunLine, digest_history_page, digest_run_page
from bot.rendering.digest_item_pages import ItemView, digest_item_page, digest_marked_page, digest_why_page
from bot.rendering.digest_reasons import shown_score
from bot.rendering.page import Choice, Page
from corpus.article import Article
from corpus.passage import Quote

RUN = "D3-20261123"
FERRY = article_of(draft("The ferry sails in May.", title="Ferry", outlet="Night Post", published="2026-11-20"), 12)
OTHER = article_of(draft("It sails indeed.", title="Sailing", outlet="Gazette"), 14)
WORDS = st.lists(written, max_size=5).map(tuple)
NUMBER = st.integers(1, 10**18 - 1)


def line(run: str = RUN, result: str = "posted 8", *, considered: int = 214, is_manual: bool = False) -> RunLine:
    return RunLine(run, NOW, result, considered, is_manual)


def run_page(topic: str, fates: Sequence[FateLine], page: int = 0) -> Page:
    outcomes = [fate.outcome for fate in fates]
    return digest_run_page(topic, 3, line(), outcomes, fates.__getitem__, threshold=0.3, page=page)


def view(**fields: Any) -> ItemView:
    plain = ItemView(
        run=RUN,
        topic="ferries",
        article=FERRY,
        sentence=Quote(FERRY, 0, 23),
        outcome="posted",
        score=0.62,
        threshold=0.3,
        words=("ferries",),
    )
    return replace(plain, **fields)


@given(monstrous, st.lists(names, max_size=30))
def test_a_history_is_within_every_limit_whatever_its_texts(topic: str, results: list[str | None]) -> None:
    runs = [line(f"D{10**17}-20261124m{number}", result or "posted 8") for number, result in enumerate(results)]
    assert complaints_about(digest_history_page(topic, 10**18, runs)) == []


def test_a_history_tells_each_run_and_opens_it() -> None:
    by_hand = line("D3-20261122m1", "nothing new", considered=0, is_manual=True)
    page = digest_history_page("ferries", 3, [line(), by_hand])
    seconds = int(NOW.timestamp())
    assert page.text == (
        f"**ferries** · D3\n<t:{seconds}:f> · posted 8 · 214 articles checked\n<t:{seconds}:f> · nothing new · by hand"
    )
    menu = page.rows[0]
    assert isinstance(menu, Choice)
    assert [option.value for option in menu.options] == [RUN, "D3-20261122m1"]
    assert "has not run yet" in digest_history_page("ferries", 3, []).text


@settings(max_examples=30)
@given(
    monstrous,
    st.lists(
        st.tuples(articles(), st.sampled_from([*OUTCOMES, "strange"]), st.floats(0, 1)),
        max_size=4,
        unique_by=lambda drawn: drawn[0].number,
    ),
    st.integers(0, 60),
    st.integers(0, 99),
)
def test_a_run_is_within_every_limit_whatever_its_texts(
    topic: str, drawn: list[tuple[Article, str, float]], more: int, page: int
) -> None:
    fates = [FateLine(article, outcome, score, "A-1") for article, outcome, score in drawn]
    fates += [FateLine(None, "folded", 0.5)] * more
    assert complaints_about(run_page(topic, fates, page)) == []


def test_a_run_says_what_became_of_each_article() -> None:
    fates = [
        FateLine(FERRY, "posted", 0.62),
        FateLine(OTHER, "folded", 0.6, "A-12"),
        FateLine(OTHER, "seen", 0.6, "A-9"),
        FateLine(OTHER, "below_threshold", 0.299),
        FateLine(None, "over_limit", 0.4),
    ]
    text = run_page("ferries", fates).text
    assert (
        "-# posted 1 · folded into another 1 · seen before 1 · below the topic threshold 1 · over the limit 1" in text
    )
    for told in (
        "**Ferry** · A-12 · posted (0.62)",
        "**Sailing** · A-14 · folded into A-12 (0.60)",
        "**Sailing** · A-14 · seen before in A-9 (0.60)",
        "**Sailing** · A-14 · below the topic threshold (0.29)",
        "an article that can't be shown here · over the limit (0.40)",
    ):
        assert told in text


def test_a_long_run_is_turned_page_by_page() -> None:
    fates = [FateLine(article_of(draft("x"), number), "posted", 1.0) for number in range(1, 41)]
    seen: list[str] = []
    for number in range(3):
        page = run_page("", fates, number)
        seen += [option.value for row in page.rows if isinstance(row, Choice) for option in row.options]
        following = next(button for button in buttons(page) if button.label == "Next")
        assert following.disabled == (number == 2)
        assert decode(following.action) == DigestRunPage(RUN, number + 1)
    assert seen == [str(number) for number in range(1, 41)]


def test_what_is_only_counted_is_in_the_counts_and_said() -> None:
    fates = [FateLine(FERRY, "posted", 0.6), FateLine(OTHER, "below_threshold", 0.2)]
    counted = {"below_threshold": 19_500, "over_limit": 3}
    page = digest_run_page(
        "ferries",
        3,
        line(considered=19_505),
        [fate.outcome for fate in fates],
        fates.__getitem__,
        threshold=0.3,
        page=0,
        counted=counted,
    )
    assert "-# posted 1 · below the topic threshold 19,501 · over the limit 3" in page.text
    assert "-# 19,503 articles are only counted: the list has those with the best scores." in page.text
    assert "only counted" not in run_page("ferries", fates).text


def test_only_the_articles_of_a_page_are_looked_up() -> None:
    looked_up = []

    def fate(place: int) -> FateLine:
        looked_up.append(place)
        return FateLine(FERRY, "posted", 1.0)

    text = digest_run_page("", 3, line(), ["posted"] * 40, fate, threshold=0.3, page=1).text
    assert "-# posted 40" in text
    assert looked_up == list(range(15, 30))


@settings(max_examples=50)
@given(monstrous, quotes(), st.lists(articles(), max_size=4), WORDS, st.sampled_from([*OUTCOMES, None]), st.booleans())
def test_an_item_is_within_every_limit_whatever_its_texts(
    topic: str, quote: Quote, others: list[Article], words: tuple[str, ...], outcome: str | None, marked: bool
) -> None:
    also = {other.number: other for other in others}
    shown = view(
        topic=topic,
        article=quote.article,
        sentence=quote,
        also=tuple(also.values()) + ((OTHER,) if OTHER.number not in also else ()),
        told_by=quote.article,
        words=words,
        lacks=words if marked else (),
        outcome=outcome,
        marked=marked,
    )
    for page in (digest_item_page(shown), digest_why_page(shown), digest_marked_page(shown, 0.3, 0.35, 0.05)):
        assert complaints_about(page) == []


def test_an_item_can_be_read_asked_about_explained_and_marked() -> None:
    page = digest_item_page(view(also=(OTHER,)))
    assert page.text == (
        "**Ferry**\nNight Post · 20 Nov 2026 · A-12\n> The ferry sails in May.\n"
        "-# 1 more reports this:\nSailing · Gazette · undated · A-14"
    )
    assert [(button.label, decode(button.action)) for button in buttons(page)] == [
        ("Read", ReadArticle(12, 1, 0)),
        ("Ask", AskArticle(12)),
        ("Why", DigestWhy(RUN, 12)),
        ("Not relevant", DigestNotRelevant(RUN, 12)),
    ]
    menu = page.rows[1]
    assert isinstance(menu, Choice)
    assert [option.value for option in menu.options] == ["14"]


def test_why_names_the_words_the_score_and_the_threshold() -> None:
    reasons = {
        "It was posted: has the words: ferries.": view(),
        "It was posted: close to the topic in meaning.": view(words=()),
        "It was posted: everything new.": view(topic=""),
        "It matches (has the words: ferries), but others matched better: it was over the limit.": view(
            outcome="over_limit"
        ),
        "It tells the same story as Sailing.": view(outcome="folded", told_by=OTHER),
        "Its story was posted before, with another article, and it adds nothing new.": view(outcome="seen"),
        "It was left out: score 0.29, below 0.30.": view(outcome="below_threshold", score=0.2999),
        "It was left out: lacks the word: Islay.": view(outcome="below_threshold", lacks=("Islay",)),
        "It was left out: has the excluded word: football.": view(outcome="below_threshold", bars=("football",)),
        "What this run decided is not kept any longer. Judged now: has the words: ferries.": view(outcome=None),
    }
    for text, one in reasons.items():
        assert text in digest_why_page(one).text
    assert "Score 0.62, threshold 0.30." in digest_why_page(view()).text
    assert "Score" not in digest_why_page(view(topic="")).text


def test_a_mark_says_what_it_changed_and_can_be_taken_back() -> None:
    page = digest_marked_page(view(marked=True), 0.3, 0.35, 0.05)
    assert "**Ferry** is not relevant for **ferries**." in page.text
    assert "Its threshold went from 0.30 to 0.35: each mark is a step of 0.05." in page.text
    assert decode(buttons(page)[0].action) == DigestRelevantAgain(RUN, 12)
    undone = digest_marked_page(view(), 0.35, 0.3, 0.05)
    assert "counts as relevant for **ferries** again" in undone.text
    assert decode(buttons(undone)[0].action) == DigestNotRelevant(RUN, 12)
    highest = digest_marked_page(view(marked=True), 0.8, 0.8, 0.05)
    assert "Word the topic more narrowly" in highest.text


@given(st.floats(0, 1), st.floats(0, 1))
def test_a_score_below_a_threshold_is_never_shown_above_it(one: float, other: float) -> None:
    assert (one <= other) <= (shown_score(one) <= shown_score(other))
