"""An article as a digest reads it in full, once it is known that it is told: its sentences, and which tells most."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from corpus.archive import Archive
from corpus.article import Article, BlockKind
from corpus.passage import Passage, Quote
from retrieval.answers.highlighting import sentences_of
from retrieval.digests.article_columns import Hashes, TopicArticle
from retrieval.digests.column_reading import passages_of
from retrieval.digests.telling_sentence import Candidate, headline, most_telling
from retrieval.models.embedding import Embedder, Vectors
from retrieval.remembered import Remembered
from retrieval.stories.reports import Report, Reporter
from retrieval.topics.relevance import share

_BEGINNING = 5  # sentences that may be told of an article wherever it is closest to the topic
# Sentences whose vectors are kept, since digests of one round tell of the same articles: 13 MB of 384 dimensions.
_REMEMBERED = 16_384
_ARTICLES_HASHED = 2_048  # whose sentences' words are kept as they are remembered: 4 MB
_PASSAGES_REMEMBERED = 32_768  # whose sentences' places are known: 15 MB


Spans = tuple[tuple[int, int], ...]


class SentencePlaces:
    """Where the sentences of passages stand. To find them takes 1 ms an article, so what was found is remembered."""

    def __init__(self) -> None:
        self._known: Remembered[tuple[int, str, int, int], Spans] = Remembered(_PASSAGES_REMEMBERED)

    def of(self, article: Article, passages: Iterable[Passage]) -> list[Quote]:
        """Each sentence once, in the order of the passages."""
        spans = dict.fromkeys(span for passage in passages for span in self._spans(article, passage))
        return [Quote(article, start, end) for start, end in spans]

    def _spans(self, article: Article, passage: Passage) -> Spans:
        key = (article.number, article.revision, passage.start, passage.end)
        return self._known.of(key, lambda: tuple((one.start, one.end) for one in sentences_of(article, passage)))


@dataclass(frozen=True, slots=True, eq=False)
class NewsArticle:
    """An article read in full. `best_passages` are the places of those that are closest to the topic at hand."""

    article: Article
    passages: tuple[Passage, ...]
    places: SentencePlaces
    best_passages: tuple[int, ...] = ()

    @property
    def quotable(self) -> list[Passage]:
        """Passages of the body; all of them where an article has no body."""
        if not self.article.body:
            return list(self.passages)
        return [one for one in self.passages if one.kind is BlockKind.PARAGRAPH]

    def sentences(self) -> list[Quote]:
        """What can be quoted, in order."""
        return self.places.of(self.article, self.quotable)

    def stretches(self) -> list[str]:
        """The words of all sentences in longer or equal stretches, in order."""
        texts = (self.article.text[one.start : one.end] for one in self.quotable)
        return [stretch for text in texts for stretch in _SURE_END.split(text)]

    def lead_sentences(self, count: int) -> list[Quote]:
        """The first of them."""
        quotable = self.quotable
        for upto in range(1, len(quotable) + 1):
            if len(found := self.places.of(self.article, quotable[:upto])) >= count:
                return found[:count]
        return self.sentences()


class NewsReader:
    """Reads articles in full for a digest. For one thread."""

    def __init__(self, archive: Archive, embedder: Embedder) -> None:
        self._archive = archive
        self._embedder = embedder
        self._reporter = Reporter(embedder.name)
        self._places = SentencePlaces()
        self._hashed: Remembered[tuple[int, str, bool], Hashes] = Remembered(_ARTICLES_HASHED)
        self._remembered: OrderedDict[str, Vectors] = OrderedDict()  # of sentences, the one longest unused first

    def open(self, found: TopicArticle) -> NewsArticle | None:
        """An article at the revision at which it was found; None if it has been removed since."""
        article = self._archive.article(found.number, found.revision)
        return None if article is None else replace(self._whole(article), best_passages=found.best_passages)

    def report_in_full(self, found: TopicArticle, news: NewsArticle, *, roughly: bool = False) -> Report:
        """The report with every sentence, as it is kept once the article was posted.

        `roughly`: with stretches of text that end where a sentence surely does, found in a tenth of the time. What was
        said in a sentence was said in its stretch too, rare abbreviations apart, so nothing comes back by that.
        """

        def said() -> Hashes:
            texts = news.stretches() if roughly else [quote.text for quote in news.sentences()]
            return Hashes([self.hashes(text) for text in texts])

        hashed = self._hashed.of((found.number, found.revision, roughly), said)
        return replace(found.report, sentences=tuple(map(hashed.of, range(len(hashed)))))

    def hashes(self, text: str) -> frozenset[int]:
        return self._reporter.hashes(text)

    def sentences(self, articles: Iterable[Article]) -> list[str]:
        """The sentences of articles as they are now."""
        return [quote.text for article in articles for quote in self._whole(article).sentences()]

    def embed(self, sentences: Sequence[str]) -> Vectors:
        """A row each. What was encoded before is remembered."""
        known = {text: self._remembered[text] for text in sentences if text in self._remembered}
        if unknown := [text for text in dict.fromkeys(sentences) if text not in known]:
            known.update(zip(unknown, self._embedder.embed_passages(unknown).astype(np.float16), strict=True))
        for text in known:
            self._remembered[text] = known[text]
            self._remembered.move_to_end(text)
        while len(self._remembered) > _REMEMBERED:
            self._remembered.popitem(last=False)
        rows = np.zeros((len(sentences), self._embedder.dimension), dtype=np.float32)
        for row, text in zip(rows, sentences, strict=True):
            row[:] = known[text]
        return rows

    def best_sentences(self, several: Sequence[NewsArticle], topic: str) -> list[Quote]:
        """For each article the sentence that tells best what is new on a topic (`retrieval.digests.telling_sentence`).

        Taken from the beginning and from the passages closest to the topic, of the body; from captions or headings only
        where there is no body. For no topic by its words and place alone.
        """
        if not topic.strip():
            return [self.likely_sentence(news, topic) for news in several]
        candidates = [_candidates(news, news.best_passages) for news in several]
        texts = [quote.text for quotes in candidates if len(quotes) > 1 for quote in quotes]
        heads = [headline(news.article.title, quotes) for news, quotes in zip(several, candidates, strict=True)]
        rows = self.embed([*texts, *(head.text for head in heads)])
        vectors = dict(zip([*texts, *(head.text for head in heads)], rows, strict=True))
        asked = self._embedder.embed_questions([topic])[0]
        chosen = []
        for news, quotes, head in zip(several, candidates, heads, strict=True):
            own = [vectors[quote.text] for quote in quotes] if len(quotes) > 1 else []
            likeness = [(float(row @ asked), head.counts * float(row @ vectors[head.text])) for row in own]
            chosen.append(self._best(news, quotes, topic, likeness))
        return chosen

    def likely_sentence(self, news: NewsArticle, topic: str) -> Quote:
        """As `best_sentences`, from the beginning and the passage closest to the topic, by its words and place alone.

        To encode the sentences of an article costs some 30 ms, to choose among them like this 0.3 ms.
        """
        quotes = _candidates(news, news.best_passages[:1])
        return self._best(news, quotes, topic, [(0.0, 0.0)] * len(quotes))

    def _best(
        self, news: NewsArticle, quotes: Sequence[Quote], topic: str, likeness: Sequence[tuple[float, float]]
    ) -> Quote:
        if len(quotes) == 1:
            return quotes[0]
        wanted = self._reporter.stems(topic)
        before = {quote.start: place for place, quote in enumerate(news.sentences())}
        candidates = [
            Candidate(quote.text, before.get(quote.start, 0), share(wanted, self._reporter.stems(quote.text)), *likely)
            for quote, likely in zip(quotes, likeness, strict=True)
        ]
        return quotes[most_telling(candidates)]

    def _whole(self, article: Article) -> NewsArticle:
        passages = passages_of(article, self._archive.passages.of_article(article.number))
        return NewsArticle(article, passages, self._places)


def _candidates(news: NewsArticle, best: Sequence[int]) -> list[Quote]:
    """The sentences of the beginning and of the best passages, in the article's order; never none."""
    passages = [news.passages[place] for place in sorted(best)]
    body = [one for one in passages if one.kind is BlockKind.PARAGRAPH] if news.article.body else passages
    found = {quote.start: quote for quote in [*news.lead_sentences(_BEGINNING), *news.places.of(news.article, body)]}
    return [found[start] for start in sorted(found)] or [
        Quote(news.article, one.start, one.end) for one in news.passages[:1]
    ]


# After a word of three small letters or more, so not after an initial or a usual abbreviation; in other scripts never.
_SURE_END = re.compile(r"(?<=[a-z]{3}[.!?])\s+(?=[A-Z])|\n+")
