"""The promise: what is shown as a quote is the source's own words."""

from __future__ import annotations

import pytest
from drafts import draft
from hostile import article_of, quotes, written
from hypothesis import given
from hypothesis import strategies as st

from bot.rendering.limits import units
from bot.rendering.quotes import quote_block, shortened, shown_quotes, source_line
from corpus.article import Article, Block, BlockKind, Kind
from corpus.passage import Quote


def quote_of(text: str, highlight: str | None = None, **fields: object) -> Quote:
    article = article_of(draft(text, **fields))  # type: ignore[arg-type]
    at = text.index(highlight) if highlight else 0
    return Quote(article, 0, len(text), (at, at + len(highlight)) if highlight else None)


@given(quotes(), written | st.none())
def test_a_shown_quote_is_a_stretch_of_its_source(quote: Quote, speaker: str | None) -> None:
    shown = shown_quotes(f"{quote_block(quote)}\n{source_line(quote, speaker=speaker)}")
    assert len(shown) == 1
    assert shown[0] in quote.text
    if len(quote.text) <= 400:
        assert shown[0] == quote.text


@given(quotes(), st.integers(1, 600), st.integers(60, 900))
def test_a_quote_keeps_to_its_room_and_says_what_it_leaves_out(quote: Quote, characters: int, room: int) -> None:
    block = quote_block(quote, characters=characters, room=room)
    (shown,) = shown_quotes(block)
    assert units(block) <= room or len(shown) == 1
    assert len(shown) <= max(characters, 1) or shown == quote.text
    assert shown in quote.text
    if shown != quote.text:
        assert block.startswith("> […] ") or block.endswith(" […]")


@given(quotes(), st.integers(1, 600))
def test_a_shortened_quote_keeps_the_start_of_its_highlight(quote: Quote, characters: int) -> None:
    if len(quote.text) <= characters:
        return
    part = shortened(quote, characters)
    assert len(part.text) <= characters
    if quote.highlight and quote.highlight[1] - quote.highlight[0] <= characters // 2:
        words = quote.article.text[slice(*quote.highlight)]
        assert words.strip() in part.text


def test_a_long_quote_ends_with_a_sentence() -> None:
    text = "The harbour was dredged in May. " * 20
    (shown,) = shown_quotes(quote_block(quote_of(text.strip())))
    assert shown.endswith("in May.")
    assert 300 < len(shown) <= 400


def test_a_long_sentence_ends_with_a_word_and_a_long_word_anywhere() -> None:
    (words,) = shown_quotes(quote_block(quote_of("harbour and " * 60)))
    assert words.endswith(("harbour", "and"))
    assert shown_quotes(quote_block(quote_of("x" * 10_000))) == ["x" * 400]


def test_a_late_highlight_stays_in_sight() -> None:
    text = "It rained all day long in the town. " * 20 + "The silt weighed 4,200 tonnes."
    block = quote_block(quote_of(text, "4,200 tonnes"))
    assert block.startswith("> […] It rained")
    assert block.endswith("The silt weighed **4,200 tonnes**.")


def test_two_paragraphs_of_a_quote_are_one_quote() -> None:
    block = quote_block(quote_of("One.\n\nTwo."))
    assert block == "> One.\n> \n> Two."
    assert shown_quotes(block) == ["One.\n\nTwo."]
    assert shown_quotes(block.replace("> \n", ">\n")) == ["One.\n\nTwo."]


def test_marks_of_the_source_are_not_ours() -> None:
    text = "[…] He **left** […]"
    assert shown_quotes(quote_block(quote_of(text))) == [text]


def test_a_page_without_quotes_shows_none() -> None:
    assert shown_quotes("**Question**\nNothing.") == []


# Where the words are from


def test_the_source_line_has_speaker_outlet_author_date_list_and_place() -> None:
    quote = quote_of(
        "It was closed.",
        author="Ann Reid",
        outlet="Harbour Gazette",
        published="2024-07-04",
        list_name="Coast",
    )
    assert source_line(quote, speaker="Wei", also=2) == (
        "Wei (as reported) · Harbour Gazette · Ann Reid · 4 Jul 2024 · via \\[Coast\\] · A-1 ¶1"
        " · also in 2 other articles"
    )


def test_a_source_that_quotes_itself_is_named_once() -> None:
    quote = quote_of("Reid wrote that it was closed.", author="Ann Reid", outlet="Harbour Gazette", published="2024")
    for speaker in ("Reid", "Harbour Gazette", " "):
        assert source_line(quote, speaker=speaker) == "Harbour Gazette · Ann Reid · 2024 · A-1 ¶1"
    assert source_line(quote, speaker="Tom Reid").startswith("Tom Reid (as reported) · Harbour Gazette · Ann Reid")


@pytest.mark.parametrize(
    ("published", "shown"), [("2024-07", "Jul 2024"), ("2024", "2024"), (None, "undated"), ("0987-01-02", "2 Jan 987")]
)
def test_a_date_is_no_more_exact_than_its_source(published: str | None, shown: str) -> None:
    assert source_line(quote_of("It was closed.", published=published)) == f"{shown} · A-1 ¶1"


def test_words_that_depend_on_the_day_name_it() -> None:
    quote = quote_of("It was closed last November.", published="2024-07-04")
    assert source_line(quote).endswith("A-1 ¶1 (relative to 4 Jul 2024)")
    assert "relative" not in source_line(quote_of("It was closed last November."))


def test_the_sender_is_the_author_of_a_reply_only() -> None:
    assert source_line(quote_of("I agree.", kind=Kind.REPLY, sender_name="Ann Reid")) == "Ann Reid · undated · A-1 ¶1"
    assert source_line(quote_of("I agree.", kind=Kind.ARTICLE, sender_name="Ann Reid")) == "undated · A-1 ¶1"


def test_a_place_that_is_no_paragraph_says_so() -> None:
    article = article_of(draft("A boat. Photo: Ann Reid"))
    fields = {name: getattr(article, name) for name in Article.__dataclass_fields__}
    caption = Article(**{**fields, "blocks": (Block(BlockKind.CAPTION, 0, len(article.text)),)})
    assert source_line(Quote(caption, 0, 7)) == "undated · A-1 (caption)"


@given(quotes(), written, st.integers(0, 10**6))
def test_a_source_line_is_short_whatever_the_names(quote: Quote, speaker: str, also: int) -> None:
    line = source_line(quote, speaker=speaker, also=also)
    assert units(line) <= 360
    assert "\n" not in line
