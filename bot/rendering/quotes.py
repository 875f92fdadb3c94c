"""A quote as it is shown: behind a bar, its highlight bold, what does not fit marked; and its source in one line.

Only two things are added to the source's words, and `shown_quotes` takes both away again: markdown, and `[…]` where the
display leaves something out. The source's own brackets are escaped, so the two can never be mistaken for each other.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from bot.rendering.days import has_relative_time, shown_date, shown_published
from bot.rendering.limits import clip, units, whole_before
from bot.rendering.markdown import emphasised, escaped, quoted_block, unescaped, unquoted
from bot.rendering.wording import gettext as _
from bot.rendering.wording import ngettext, number
from corpus.article import Article, BlockKind, Kind
from corpus.passage import Quote
from corpus.sentences import sentence_spans

SHOWN_CHARACTERS: Final = 400  # longer quotes are cut, on display only
LEFT_OUT: Final = "[…]"
SEPARATOR: Final = " · "
_NAME: Final = 48  # units, escaped, of a name in a source line

_BOLD_OR_ESCAPE: Final = re.compile(r"(\\[^0-9A-Za-z\s])|\*\*")


def quote_block(quote: Quote, *, characters: int = SHOWN_CHARACTERS, room: int = 10_000) -> str:
    """The quote's words as a block of markdown of at most `room` units (from 60).

    More than `characters` of the source, or than there is room for, is cut: at a sentence's end where one is near,
    else between words. The highlight stays in sight.
    """
    shown = quote if len(quote.text) <= characters else shortened(quote, characters)
    while units(block := _block(quote, shown)) > room and len(shown.text) > 1:
        shown = shortened(quote, min(len(shown.text) - 1, len(shown.text) * room // units(block)))
    return block


def shortened(quote: Quote, characters: int) -> Quote:
    """A part of a quote: at most so many characters (from 1), around its highlight if that is far from the start."""
    text, characters = quote.text, max(characters, 1)
    highlight = (
        (0, 1) if quote.highlight is None else (quote.highlight[0] - quote.start, quote.highlight[1] - quote.start)
    )
    start = 0
    if highlight[1] > characters:
        start = _start_near(text, highlight[0], characters - min(highlight[1] - highlight[0], characters))
    end = min(start + characters, len(text))
    if end < len(text):
        end = _end_near(text, start, end, least=min(highlight[1], end))
    while start < end - 1 and text[start].isspace():
        start += 1
    end = max(start + 1, start + len(text[start:end].rstrip()))
    kept = max(highlight[0], start), min(highlight[1], end)
    return replace(
        quote,
        start=quote.start + start,
        end=quote.start + end,
        highlight=(quote.start + kept[0], quote.start + kept[1]) if quote.highlight and kept[0] < kept[1] else None,
    )


def shown_quotes(page_text: str) -> list[str]:
    """The words of every quote in a text of ours (`Page.text`, or what Discord gives back), as the source has them.

    Each is a stretch of its source, without the marks for what was left out.
    """
    blocks: list[list[str]] = []
    inside = False
    for line in page_text.split("\n"):
        if line.startswith("> ") or line == ">":
            if not inside:
                blocks.append([])
            blocks[-1].append(line)
        inside = line.startswith(">")
    return [_words("\n".join(lines)) for lines in blocks]


def source_line(quote: Quote, *, speaker: str | None = None, also: int = 0) -> str:
    """Where the words are from: speaker, outlet, author, date, list, article and paragraph. At most 340 units."""
    article = quote.article
    parts = []
    if speaker and not is_source(speaker, article):
        parts.append(_("{speaker} (as reported)").format(speaker=_name(speaker)))
    if not article.outlet and article.title and article.title.strip():
        parts.append(_name(article.title))  # something that says what this is
    parts.extend(publication(article))
    if article.list_name:
        parts.append(_("via {list}").format(list=_name(f"[{article.list_name}]")))
    parts.append(place_of(quote))
    line = SEPARATOR.join(parts)
    if has_relative_time(quote.text) and (day := shown_published(article.published)):
        line += " " + _("(relative to {day})").format(day=day)
    if also:
        others = ngettext("also in {count} other article", "also in {count} other articles", also)
        line += SEPARATOR + others.format(count=number(also))
    return line


def is_source(speaker: str, article: Article) -> bool:
    """Whether a speaker is whoever wrote or published the words, who follow in the line anyway; or nobody at all."""
    said = set(speaker.casefold().split())
    return any(said <= set((name or "").casefold().split()) for name in (article.author, article.outlet, ""))


def author_of(article: Article) -> str | None:
    """Who wrote an article, as far as that is known. A list's member is the author of a reply only."""
    return article.author or (article.sender_name if article.kind is Kind.REPLY else None)


def publication(article: Article) -> list[str]:
    """Outlet, author and date, escaped, as far as they are known."""
    names = (article.outlet, author_of(article))
    return [*(_name(name) for name in names if name and name.strip()), shown_date(article)]


def place_of(quote: Quote) -> str:
    if quote.paragraph is not None:
        return f"{quote.article.id} ¶{quote.paragraph}"
    captions = (block for block in quote.article.blocks if block.kind is BlockKind.CAPTION)
    in_caption = any(block.start <= quote.start < block.end for block in captions)
    return f"{quote.article.id} {_('(caption)')}" if in_caption else quote.article.id


def title_of(article: Article) -> str:
    """What an article is called, as it stands: its title, else the subject of its mail."""
    return article.title or article.subject or _("Untitled")


def shown_title(article: Article, limit: int) -> str:
    """An article's title, escaped, of at most `limit` units."""
    return short_markdown(title_of(article), limit)


def short_markdown(text: str, limit: int) -> str:
    """A name or a title, escaped, on one line, of at most `limit` units when escaped; the end marked if it was cut."""
    characters = limit
    while units(shown := escaped(clip(text, characters))) > limit:
        characters -= max(1, (units(shown) - limit) // 2)
    return shown


def _name(text: str) -> str:
    return short_markdown(text, _NAME)


def _block(whole: Quote, shown: Quote) -> str:
    text = shown.text
    if shown.highlight is None or shown.highlight == (shown.start, shown.end):
        words = escaped(text)  # all bold would set nothing apart
    else:
        words = emphasised(text, shown.highlight[0] - shown.start, shown.highlight[1] - shown.start)
    before = f"{LEFT_OUT} " if shown.start > whole.start else ""
    after = f" {LEFT_OUT}" if shown.end < whole.end else ""
    return quoted_block(f"{before}{words}{after}")


def _words(block: str) -> str:
    words = unquoted(block).removeprefix(f"{LEFT_OUT} ").removesuffix(f" {LEFT_OUT}")
    return unescaped(_BOLD_OR_ESCAPE.sub(lambda match: match[1] or "", words))


def _start_near(text: str, highlight: int, before: int) -> int:
    """Where to begin so that at most `before` characters stand before the highlight: at a sentence, else a word."""
    earliest = max(highlight - before, 0)
    if earliest == 0:
        return 0
    # The window begins anywhere, so its first sentence need not begin there.
    sentences = [earliest + start for start, _ in sentence_spans(text[earliest : highlight + 1])[1:]]
    if sentences:
        return sentences[0]
    space = re.compile(r"\s").search(text, earliest, highlight)
    return space.end() if space else whole_before(text, earliest)


def _end_near(text: str, start: int, end: int, *, least: int) -> int:
    """Where to end at or before `end`: at a sentence if that keeps a third, else at a word, else anywhere whole."""
    least = max(least, start + (end - start) // 3)
    # A little more than fits is read, so that the last sentence which fits is seen to end.
    sentences = [start + last for _, last in sentence_spans(text[start : end + 60])[:-1]]
    words = [start + match.start() for match in re.finditer(r"\s", text[start : end + 1])]
    for ends in (sentences, words):
        if fitting_ends := [place for place in ends if least <= place <= end]:
            return fitting_ends[-1]
    return max(whole_before(text, end), start + 1)
