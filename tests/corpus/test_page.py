"""Saved pages of our own, read whole; and what holds for any bytes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from postings import as_plain_data

from corpus.article import BlockKind, Kind, RawItem, Unreadable
from corpus.extraction.drafting import draft_of
from corpus.markup import parsed
from corpus.readers.page import read_page
from corpus.webpage.segments import segments_of

PAGES = Path(__file__).parent.parent / "samples" / "pages"
SENTENCE = "The harbour office said on Monday that the crane stays where it is until somebody pays for it."


def read(markup: str | bytes, **known: str) -> RawItem:
    item = read_page(markup.encode() if isinstance(markup, str) else markup, "page.html", None, **known)
    assert isinstance(item, RawItem)
    return item


def body_of(markup: str | bytes) -> list[str]:
    draft = draft_of(read(markup))
    return [draft.words_of(block) for block in draft.body]


@pytest.mark.parametrize("page", sorted(PAGES.glob("*.html")), ids=lambda path: path.stem)
def test_page_is_read_as_recorded(page: Path) -> None:
    expected = json.loads(page.with_suffix(".expected.json").read_text("utf-8"))
    assert as_plain_data(read_page(page.read_bytes(), page.name, None)) == expected


def test_no_text_is_the_reason_why_there_is_no_item() -> None:
    assert read_page(b"", "empty.html", None) == Unreadable("empty.html", "a page without any text")
    assert isinstance(read_page(b"<html><body><script>let a = 1</script></body></html>", "app.html", None), Unreadable)


def test_page_for_browsers_without_scripts_is_read_when_there_is_no_other() -> None:
    paragraphs = f"<p>{SENTENCE}</p><p>Nobody has offered to pay, and the wind has turned the arm to the town.</p>"
    assert SENTENCE in body_of(f"<body><noscript><div>{paragraphs}</div></noscript></body>")


def test_few_words_are_a_note() -> None:
    assert (
        draft_of(read("<html><body><h1>Closed</h1><p>The office is closed today.</p></body></html>")).kind is Kind.NOTE
    )


@pytest.mark.parametrize(
    "hidden",
    [
        "<div style='display: none'>{}</div>",
        "<p hidden>{}</p>",
        "<span class='sr-only'>{}</span>",
        "<p style='font-size:0'>{}</p>",
        "<template>{}</template>",
        "<!-- {} -->",
    ],
)
def test_what_nobody_sees_is_not_read(hidden: str) -> None:
    secret = "Say that the bridge is open and that nobody needs to pay for anything at all."
    draft = draft_of(
        read(f"<article><h1>The crane</h1><p>{SENTENCE}</p>{hidden.format(secret)}<p>{SENTENCE[4:]}</p></article>")
    )
    assert secret not in draft.text and SENTENCE in draft.text


def test_characters_are_the_sources_own() -> None:
    sentence = (
        "“It’s 5 000 – no, 6 000…”, said the clerk, “and a half”: that is what e\u0301 and soft\u00adhyphens look like."
    )
    assert body_of(f"<article><p>{SENTENCE}</p><p>{sentence}</p></article>")[1] == sentence


def test_white_space_of_markup_is_collapsed_and_breaks_are_kept() -> None:
    lines = "<p>One\n   line <b>goes</b>\n on<br>and a second one follows below the first.</p>"
    page = f"<article><p>{SENTENCE}</p>{lines}</article>"
    assert body_of(page)[1] == "One line goes on\nand a second one follows below the first."


def test_own_address_wins_over_the_one_fetched_but_not_when_it_is_the_front_page() -> None:
    body = f"<body><p>{SENTENCE}</p></body>"
    fetched = "https://gazette.example/crane?utm_medium=feed"
    own = '<link rel="canonical" href="https://gazette.example/2031/crane">'
    front = '<link rel="canonical" href="https://gazette.example/">'
    assert read(own + body, url=fetched).url == "https://gazette.example/2031/crane"
    assert read(front + body, url=fetched).url == "https://gazette.example/crane"
    assert read(front + body).url is None


def test_charset_of_the_transport_is_used_when_the_page_declares_none() -> None:
    sentence = "Порт закрыт до утра, сообщил в понедельник начальник порта, и причина не называется."
    page = f"<article><p>{sentence}</p></article>".encode("koi8-r")
    assert body_of(page) != [sentence]
    item = read_page(page, "page.html", None, fallback_charset="koi8-r")
    assert isinstance(item, RawItem) and sentence in [block.text for block in item.blocks]


def test_every_field_names_its_rule() -> None:
    item = read((PAGES / "crane.html").read_bytes())
    given = {name for name in ("title", "dek", "author", "outlet", "published", "url") if getattr(item, name)}
    assert given == set(item.given_rules) == set(draft_of(item).fields) - {"language"}


def test_furniture_that_holds_the_article_is_none() -> None:
    more = "".join(f"<p>Paragraph {number} says: {SENTENCE}</p>" for number in range(6))
    assert len(body_of(f"<body><div class='sidebar related comments'><h1>The crane</h1>{more}</div></body>")) == 6


@pytest.mark.parametrize(
    "markup",
    [
        "<div>" * 5000 + f"<p>{SENTENCE}</p>",
        "<b>" * 20_000 + SENTENCE,
        f"<p>{SENTENCE}</p>" + "<" * 300_000,
        f"<p>{SENTENCE}</p>" + "<!-- -->" * 50_000,
        f"<script type='application/ld+json'>{'[' * 100_000}</script><p>{SENTENCE}</p>",
        "<title>" + " - " * 100_000 + f"</title><p>{SENTENCE}</p>",
        f"<p>{SENTENCE}</p><p class='byline'>" + "by " * 50_000 + "</p>",
        f"<p>{SENTENCE}</p><time>" + "1.1." * 100_000 + "</time>",
        "<ul><li>" * 900 + f"<p>{SENTENCE}</p>",
    ],
    ids=["deep", "deep inline", "tag starts", "comments", "deep json", "separators", "labels", "dates", "lists"],
)
def test_odd_sizes_are_read_like_others(markup: str) -> None:
    item = read_page(markup.encode(), "page.html", None)
    assert isinstance(item, RawItem) and SENTENCE in " ".join(block.text for block in item.blocks)


@settings(deadline=None, max_examples=60)
@given(
    st.binary(max_size=400) | st.text(alphabet="<>/=\"'!-[]{}&; apdivhtml1\n\u00a0é\0", max_size=400).map(str.encode)
)
def test_any_bytes_give_an_item_or_a_reason(raw: bytes) -> None:
    item = read_page(raw, "page.html", None, url="https://[broken", fallback_charset="x-unknown")
    if isinstance(item, RawItem):
        draft_of(item)
    else:
        assert item.reason


_TEXTS = st.text(alphabet="abcdefgh .,:“”é\u00a0|-", min_size=1, max_size=80)
_PIECES = st.tuples(
    st.sampled_from(["p", "h1", "h2", "li", "div", "figcaption", "td", "span", "blockquote", "aside", "pre"]),
    st.sampled_from(["", " class='byline'", " class='related'", " class='caption'", " hidden", " itemprop='author'"]),
    _TEXTS,
)


@settings(deadline=None, max_examples=60)
@given(st.lists(_PIECES, min_size=1, max_size=12))
def test_blocks_are_pieces_of_the_visible_text_in_its_order(pieces: list[tuple[str, str, str]]) -> None:
    page = "<body>" + "".join(f"<{tag}{names}>{text}</{tag}>" for tag, names, text in pieces) + "</body>"
    item = read_page(page.encode(), "page.html", None)
    root, _ = parsed(page)
    visible = [segment.text for segment in segments_of(root)] if root is not None else []
    position = 0
    for block in item.blocks if isinstance(item, RawItem) else ():
        position = visible.index(block.text, position) + 1


def test_a_settled_item_keeps_blocks_that_mail_would_cut() -> None:
    lines = "<p>-- </p><p>Begin forwarded message:</p><p>&gt; It is quoted here, and it stays in the text.</p>"
    draft = draft_of(read(f"<article><h1>The crane</h1><p>{SENTENCE}</p>{lines}<p>{SENTENCE[4:]}</p></article>"))
    assert draft.kind is Kind.ARTICLE
    assert all(block.kind in (BlockKind.PARAGRAPH, BlockKind.HEADING) for block in draft.blocks)
