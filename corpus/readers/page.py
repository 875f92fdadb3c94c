"""A saved web page: the article on it, with what the page declares about it."""

from __future__ import annotations

import logging

from corpus.article import BlockKind, RawBlock, RawItem, Unreadable
from corpus.charsets import charset_of_page, decoded
from corpus.dates import stated_date
from corpus.markup import parsed
from corpus.webpage.body import votes
from corpus.webpage.segments import segments_of
from corpus.webpage.structured_data import declared_in

logging.getLogger("trafilatura").setLevel(logging.CRITICAL)


def read_page(
    raw: bytes, source: str, location: str | None, *, url: str | None = None, fallback_charset: str | None = None
) -> RawItem | Unreadable:
    """The article on a page. Total: any bytes give an item or the reason why there is none; nothing is fetched.

    `url` is where the page was fetched from, if it was; `fallback_charset` is what the transport said of its letters.
    """
    text, complaint = decoded(raw, charset_of_page(raw) or fallback_charset)
    root, too_deep = parsed(text)
    if root is None:
        return Unreadable(source, "a page without any text")
    declared = declared_in(root)
    segments = segments_of(root)
    chosen = [vote >= 0.5 for vote in votes(root, segments)]
    blocks = tuple(
        RawBlock(BlockKind.HEADING if segment.tag in ("h1", "h2", "h3", "h4") else BlockKind.PARAGRAPH, segment.text)
        for segment, body in zip(segments, chosen, strict=True)
        if body
    )
    if not blocks:
        return Unreadable(source, "a page without any text")
    published = next(
        (date for value in declared.said_in_json("datePublished") if (date := stated_date(str(value)))), None
    )
    return RawItem(
        source=source,
        format="html",
        original=raw,
        blocks=blocks,
        location=location,
        title=declared.first("og:title") or declared.page_title,
        author=", ".join(name for value in declared.said_in_json("author") for name in declared.names(value)) or None,
        outlet=declared.first("og:site_name"),
        published=published,
        url=declared.canonical or url,
        warnings=(complaint,) if complaint else (),
    )
