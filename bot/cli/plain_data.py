"""Articles, answers and hits as the JSON of the command-line contract (docs/commands.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from corpus.article import Article, Scope, article_id, draft_as_data
from retrieval.answers.outcome import STATE, Answer, Outcome, RankedQuote

if TYPE_CHECKING:  # with numpy and faiss they are half of what `version`, `article` and `stats` took
    from retrieval.answers.replying import Reply
    from retrieval.article_search import SearchHit, SearchResult


def article_as_data(article: Article, *, words: bool = True) -> dict[str, Any]:
    """The article object; without `words` it lacks ``text`` and ``blocks``."""
    said = draft_as_data(article)
    data: dict[str, Any] = {
        "id": article.id,
        "external_id": said.pop("external_id"),
        "revision": article.revision,
        "collection": article.collection,
        **said,
        "duplicate_of": article_id(article.duplicate_of) if article.duplicate_of else None,
        "excerpt_of": article_id(article.excerpt_of) if article.excerpt_of else None,
    }
    if not words:
        del data["blocks"], data["text"]
    return data


def outcome_as_data(asked_id: str | None, outcome: Outcome, took_ms: float) -> dict[str, Any]:
    return {
        "id": asked_id,
        "question": outcome.question,
        "state": STATE[type(outcome)],
        "confidence": round(outcome.confidence, 4),
        "quotes": [_quote_as_data(quote) for quote in outcome.quotes],
        "sources_differ": isinstance(outcome, Answer) and outcome.sources_differ(),
        "took_ms": round(took_ms, 1),
    }


def narrowing_as_data(reply: Reply, scope: Scope) -> dict[str, Any]:
    """``searched``, for a question that itself says where to look or what comes first; nothing for any other."""
    if reply.scope == scope and reply.tried is None and not reply.newest_first and reply.listing is None:
        return {}
    searched = reply.tried or reply.scope
    return {
        "searched": {
            "since": searched.since.isoformat() if searched.since else None,
            "until": searched.until.isoformat() if searched.until else None,
            "outlet": searched.outlet,
            "author": searched.author,
            "widened": reply.tried is not None,
            "newest_first": reply.newest_first,
            "listing": reply.listing,
        }
    }


def search_as_data(asked_id: str | None, result: SearchResult) -> dict[str, Any]:
    return {
        "id": asked_id,
        "query": result.query,
        "total": result.total,
        "total_semantic": result.total_semantic,
        "hits": [_hit_as_data(hit) for hit in result.hits],
    }


def _quote_as_data(ranked: RankedQuote) -> dict[str, Any]:
    quote = ranked.quote
    article = quote.article
    return {
        "article": article.id,
        "external_id": article.external_id,
        "revision": article.revision,
        "title": article.title,
        "outlet": article.outlet,
        "author": article.author,
        "published": article.published.text,
        "speaker": ranked.speaker,
        "paragraph": quote.paragraph,
        "start": quote.start,
        "end": quote.end,
        "text": quote.text,
        "highlight": list(quote.highlight) if quote.highlight else None,
        "score": round(ranked.score, 4),
    }


def _hit_as_data(hit: SearchHit) -> dict[str, Any]:
    return {
        "article": hit.article.id,
        "external_id": hit.article.external_id,
        "paragraph": hit.paragraph,
        "start": hit.start,
        "end": hit.end,
        "text": hit.text,
        "score": round(hit.score, 4),
    }
