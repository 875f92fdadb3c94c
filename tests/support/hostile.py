"""Texts that try to be more than text, articles made of them, and what every page has to keep to."""

from __future__ import annotations

import datetime as dt

from hypothesis import strategies as st

from bot.rendering.actions import decode
from bot.rendering.limits import (
    BUTTON_LABEL,
    BUTTONS_IN_ROW,
    CUSTOM_ID,
    DESCRIPTION,
    OPTION_TEXT,
    OPTIONS,
    PAGE_COMPONENTS,
    PAGE_TEXT,
    PLACEHOLDER,
    units,
)
from bot.rendering.page import Button, Card, Choice, Page, Picker, Picture
from corpus.article import Article, Block, BlockKind, Draft, Kind, PublicationDate
from corpus.passage import Quote

PIECES = (
    "**",
    "*",
    "__",
    "_",
    "~~",
    "||",
    "`",
    "```",
    "\\",
    "\\\\",
    "> ",
    ">>> ",
    "# ",
    "-# ",
    "- ",
    "* ",
    "1. ",
    "12.",
    "[x](y)",
    "[",
    "]",
    "(",
    ")",
    "<@123>",
    "<@&1>",
    "<#1>",
    "<t:1:R>",
    "<:x:1>",
    "</cmd:1>",
    "<id:home>",
    "https://evil.example/a_b",
    "http://",
    "steam://run",
    "discord.gg/raid",
    "DISCORD.com/invite/x",
    "@everyone",
    "@here",
    ":smile:",
    ":",
    "::",
    "10:30:45",
    "¯\\_(ツ)_/¯",
    "[…]",
    "…",
    "\n",
    "\n\n",
    "\r",
    "\r\n",
    "\t",
    " ",
    "\u00a0",
    "\u2028",
    "\u200f",
    "\u202e",
    "\x00",
    "\x1b[31m",
    "مرحبا",
    "שלום",
    "中文字",
    "ｆｕｌｌ",
    "👩‍👩‍👧‍👦",
    "🏴󠁧󠁢󠁥󠁮󠁧󠁿",
    "🇩🇪🇫🇷",
    "e\u0301",
    "a" * 50,
    "word",
    "Last year, on Tuesday. ",
    "$%&{}^~#",
)

characters = st.characters(exclude_categories=("Cs",))
hostile = st.lists(st.one_of(st.sampled_from(PIECES), st.text(characters, max_size=8)), max_size=40).map("".join)
monstrous = st.one_of(
    hostile,
    st.tuples(st.sampled_from(PIECES), st.integers(1, 10_000)).map(lambda drawn: (drawn[0] * drawn[1])[:10_000]),
)
written = monstrous.filter(lambda text: text.strip() != "")
names = st.none() | written
dates = st.none() | st.dates(dt.date(1, 1, 1)).map(lambda day: day.isoformat())

NOW = dt.datetime(2026, 11, 23, 9, tzinfo=dt.UTC)


def article_of(draft: Draft, number: int = 1) -> Article:
    """A draft as if it were archived under a number."""
    fields = {name: getattr(draft, name) for name in Draft.__dataclass_fields__}
    return Article(**fields, number=number, revision="0" * 16, collection="c", archived_at=NOW)


@st.composite
def articles(draw: st.DrawFn, texts: st.SearchStrategy[str] = written) -> Article:
    """An article with one to four blocks of any kind, the first of them a paragraph."""
    parts = draw(st.lists(texts, min_size=1, max_size=4))
    kinds = [BlockKind.PARAGRAPH, *draw(st.lists(st.sampled_from(BlockKind), min_size=len(parts) - 1, max_size=3))]
    blocks, position = [], 0
    for kind, part in zip(kinds, parts, strict=False):
        blocks.append(Block(kind, position, position + len(part)))
        position += len(part) + 2
    return Article(
        text="\n\n".join(parts),
        blocks=tuple(blocks),
        kind=draw(st.sampled_from(Kind)),
        title=draw(names),
        author=draw(names),
        outlet=draw(names),
        list_name=draw(names),
        sender_name=draw(names),
        url=draw(names | st.sampled_from(["https://x.example/" + "a_" * 400, "https://x.example/*"])),
        published=PublicationDate(draw(dates)),
        posted=draw(st.none() | st.just(NOW)),
        number=draw(st.integers(1, 10**18)),
        revision="0" * 16,
        collection="c",
        archived_at=NOW,
    )


@st.composite
def quotes(draw: st.DrawFn) -> Quote:
    """A stretch of the first paragraph of an article, with or without a highlight."""
    article = draw(articles())
    end = article.blocks[0].end
    start = draw(st.integers(0, min(end - 1, 20)))
    if not draw(st.booleans()):
        return Quote(article, start, end)
    first = draw(st.integers(start, end - 1))
    return Quote(article, start, end, (first, draw(st.integers(first + 1, end))))


def complaints_about(page: Page) -> list[str]:
    """Everything that Discord would refuse about a page."""
    cards = [card for card in page.cards if isinstance(card, Card)]
    buttons = [card.button for card in cards if card.button]
    found = [f"empty card {card}" for card in cards if not card.text.strip()]
    pictures = [card for card in page.cards if isinstance(card, Picture)]
    found += [f"picture {one.name}" for one in pictures if not 1 <= units(one.description) <= DESCRIPTION]
    components = len(page.cards) + 2 * len(buttons)
    for row in page.rows:
        if isinstance(row, Choice):
            components += 2
            found += _complaints_about_menu(row)
        elif isinstance(row, Picker):
            components += 2
            if not 1 <= units(row.placeholder) <= PLACEHOLDER or len(row.chosen) > row.most or row.most > OPTIONS:
                found.append(f"picker {row}")
        else:
            components += 1 + len(row)
            buttons.extend(row)
            if not 1 <= len(row) <= BUTTONS_IN_ROW:
                found.append(f"{len(row)} buttons in a row")
    text = sum(units(card.text) for card in cards)
    if text > PAGE_TEXT or components > PAGE_COMPONENTS:
        found.append(f"{text} units of text, {components} components")
    found += [f"button {button}" for button in buttons if not _is_fine(button)]
    menus = [row.action for row in page.rows if isinstance(row, Choice | Picker)]
    ids = [*menus, *(button.action for button in buttons)]
    return found + [f"the id {one} twice" for one in set(ids) if ids.count(one) > 1]


def _complaints_about_menu(menu: Choice) -> list[str]:
    texts = [text for option in menu.options for text in (option.label, option.value, option.description or "-")]
    found = [f"option text {text!r}" for text in texts if not 1 <= units(text) <= OPTION_TEXT]
    if not 1 <= len(menu.options) <= OPTIONS or len({option.value for option in menu.options}) != len(menu.options):
        found.append(f"options {menu.options}")
    if not 1 <= units(menu.placeholder) <= PLACEHOLDER or decode(menu.action) is None:
        found.append(f"menu {menu}")
    return found


def _is_fine(button: Button) -> bool:
    is_ours = len(button.action) <= CUSTOM_ID and decode(button.action) is not None
    return is_ours and 1 <= units(button.label) <= BUTTON_LABEL
