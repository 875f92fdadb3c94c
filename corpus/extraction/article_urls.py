"""Which of the addresses in a posting is the article's own."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from corpus.addresses import cleaned, may_be_article, urls_in
from corpus.article import BlockKind, Kind, Link, RawBlock
from corpus.extraction.headlines import likeness
from corpus.extraction.outlets import known_outlet, outlet_of

_LINES_OF_HEAD = 6  # blocks after the headline in which an address alone is the article's
_LABELLED = re.compile(
    r"^(?:(?:URL|Link|Source|Read (?:it )?(?:here|at)|Full (?:story|article)|Original|Quelle|Fuente)\s?:?\s)", re.I
)


def article_urls(blocks: Sequence[RawBlock], links: Sequence[Link]) -> list[str]:
    """The addresses in a posting that could be an article's, those of links first."""
    written = [url for block in blocks if block.kind is BlockKind.PARAGRAPH for url in urls_in(block.text)]
    return [url for url in dict.fromkeys([*(link.url for link in links), *written]) if may_be_article(url)]


def urls_alone(blocks: Sequence[RawBlock], links: Sequence[Link]) -> dict[int, str]:
    """The places of blocks that are nothing but an address, and the address of each."""
    carried: dict[str, str] = {}
    for link in links:
        carried.setdefault(link.text.strip(), link.url)
    found = ((place, _only_url(block, carried)) for place, block in enumerate(blocks))
    return {place: url for place, url in found if url is not None}


def _only_url(block: RawBlock, carried: Mapping[str, str]) -> str | None:
    """The address of a block that is nothing but one address or the words of one link with an address for words."""
    if block.kind not in (BlockKind.PARAGRAPH, BlockKind.HEADING):
        return None
    text = block.text.strip(" <>\u00a0")
    text = _LABELLED.sub("", text) if len(text) < 2000 else text
    if len(text) > 2000 or len(text.split()) > 2:
        return None
    if text in carried and text.startswith(("http://", "https://")):
        return carried[text]
    urls = urls_in(text)
    return urls[0] if len(urls) == 1 and len(text) - len(urls[0]) <= 12 and may_be_article(urls[0]) else None


def find_url(
    blocks: Sequence[RawBlock],
    links: Sequence[Link],
    alone: dict[int, str],
    *,
    kind: Kind,
    title: str | None,
    outlet: str | None,
    headline_at: int,
) -> tuple[str, str, bool] | None:
    """The address, the rule that found it, and whether the rule is weak; None when nothing points to one."""
    possible = [link for link in links if may_be_article(link.url)]
    for link in possible:
        if title and likeness(link.text, title) > 0:
            return cleaned(link.url), "link-on-headline", False
    head = [url for place, url in alone.items() if place <= headline_at + _LINES_OF_HEAD]
    if head:
        return cleaned(head[0]), "link-alone-in-head", False
    if outlet and (known := known_outlet(outlet)):
        for url in article_urls(blocks, links):
            if outlet_of(cleaned(url)) == known:
                return cleaned(url), "link-to-outlet", True
    if alone:
        return cleaned(list(alone.values())[-1]), "link-alone", True
    if kind is not Kind.ARTICLE and len(urls := article_urls(blocks, links)) == 1:
        return cleaned(urls[0]), "only-link", False
    return None
