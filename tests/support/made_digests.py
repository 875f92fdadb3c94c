"""Digests for the tests of their pages, from plain ones to those that fill every message."""

from __future__ import annotations

from drafts import draft
from hostile import article_of, monstrous, quotes
from hypothesis import strategies as st

from bot.rendering.page import Button, Card, Page
from corpus.passage import Quote
from retrieval.digests.digest import Digest, DigestItem, LeftOut, LeftOutReason
from retrieval.topics.topic import Topic


def item(number: int, text: str = "The ferry sails in May.", **fields: object) -> DigestItem:
    article = article_of(draft(text, **{"title": f"Ferry {number}", "outlet": "Night Post", **fields}), number)  # type: ignore[arg-type]
    return DigestItem(article, Quote(article, 0, len(text)), "about ferries", 0.9)


def digest(*items: DigestItem, rest: tuple[DigestItem, ...] = (), over: int = 0, topic: str = "Ferries") -> Digest:
    """`over`: how many stories over the limit are only counted, beside `rest`."""
    left = [LeftOut(one.article.number, None, LeftOutReason.OVER_LIMIT, None, 0.1) for one in rest]
    left += [LeftOut(1000 + one, None, LeftOutReason.OVER_LIMIT, None, 0.1) for one in range(over)]
    return Digest(Topic(topic), len(items) + len(left), items, tuple(left), rest)


@st.composite
def digests(draw: st.DrawFn) -> Digest:
    """At most 25 items, which is what a digest in chat may have, and what is over the limit."""
    few = draw(st.lists(quotes(), max_size=3, unique_by=lambda quote: quote.article.number))
    items = [
        DigestItem(quote.article, quote, "why", 0.5, draw(st.sampled_from([(), (5, 6)])), draw(st.none() | st.just(7)))
        for quote in few
    ]
    # Up to 25 items are what fills two messages; drawing each of them anew would take all day.
    text, title = draw(st.sampled_from(["x" * 300, "# > *" * 60, "字" * 300])), draw(st.sampled_from(["_" * 300, "t"]))
    many = [item(2 * 10**18 + number, text, title=title) for number in range(draw(st.integers(0, 25 - len(items))))]
    rest = tuple(item(3 * 10**18 + number, text, title=title) for number in range(draw(st.integers(0, 30))))
    topic = draw(st.just("") | monstrous)
    return digest(*items, *many, rest=rest if items or many else (), over=draw(st.integers(0, 3)), topic=topic)


def buttons(page: Page) -> list[Button]:
    in_rows = [button for row in page.rows if isinstance(row, tuple) for button in row]
    return [card.button for card in page.cards if isinstance(card, Card) and card.button] + in_rows
