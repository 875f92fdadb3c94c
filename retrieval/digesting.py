"""What is new on a topic: one item a story, one sentence an item, and an account of everything that was left out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from corpus.archive import Archive
from corpus.article import Article, Kind, Scope, article_number
from corpus.passage import Quote
from retrieval.digest import Digest, DigestItem, LeftOut, LeftOutReason, Match, digest_as_data
from retrieval.embedding import Embedder
from retrieval.folding import continued, fold
from retrieval.news_article import NewsArticle, NewsReader
from retrieval.relevance import THRESHOLD, TopicJudge, share
from retrieval.stories import NOTHING_SEEN, Report, SeenStories
from retrieval.topic import ANYWHERE, Sources, Topic, readable_words
from retrieval.updates import news_in

__all__ = ["Digest", "DigestComposer", "DigestItem", "LeftOut", "LeftOutReason", "Topic", "digest_as_data", "preview"]

MOST_ITEMS = 10_000
DEFAULT_ITEMS = 8


@dataclass(frozen=True, slots=True)
class _Story:
    """Articles of one event, the one that leads first; `news` is what it adds to the story that it is an update of."""

    members: tuple[NewsArticle, ...]
    update_of: int | None = None
    news: Quote | None = None

    @property
    def lead(self) -> NewsArticle:
        return self.members[0]


class DigestComposer:
    """Composes digests from articles of one archive. Has no effects, so it may be repeated. For one thread at a time.

    Only postings of kind `article` are considered: replies, bare links and forwards in which no article was found
    report nothing themselves. `threshold` is the least score (0 to 1) of an item; the default was measured for the
    packaged model (benchmarks/DIGESTS.md).
    """

    def __init__(self, archive: Archive, embedder: Embedder, *, threshold: float = THRESHOLD) -> None:
        self._archive = archive
        self._embedder = embedder
        self._judge = TopicJudge(embedder)
        self._reader = NewsReader(archive, embedder)
        self._threshold = threshold

    def compose(
        self,
        topic: Topic,
        numbers: Sequence[int],
        *,
        seen: SeenStories = NOTHING_SEEN,
        limit: int = DEFAULT_ITEMS,
        rest: int = 0,
        threshold: float | None = None,
        sources: Sources = ANYWHERE,
    ) -> Digest:
        """The best `limit` (1 to 10,000) stories on a topic among some articles; numbers of none are passed over.

        Best first: by score, then the story that more articles tell, then the newer one. `rest` is how many of those
        over the limit are told too (`Digest.rest`). `threshold` is the least score instead of the composer's own.
        """
        if not 1 <= limit <= MOST_ITEMS:
            raise ValueError(f"a digest has 1 to {MOST_ITEMS} items, not {limit}")
        least = self._threshold if threshold is None else threshold
        considered = self._considered(numbers, sources)
        left_out: list[LeftOut] = []
        fitting = self._fitting(topic, considered, least, left_out)
        fresh = self._without_known_postings(fitting, seen, left_out)
        stories = self._untold(self._stories(fresh), seen, left_out)
        stories.sort(key=_rank)
        for story in stories[limit:]:
            left_out.append(_left(story.lead, LeftOutReason.OVER_LIMIT))
        for story in stories:
            left_out += [_left(other, LeftOutReason.FOLDED, story.lead.number) for other in story.members[1:]]
        told = self._items(topic, stories[: limit + rest])
        return Digest(topic, len(considered), tuple(told[:limit]), tuple(left_out), tuple(told[limit:]), least)

    def matches(self, topic: Topic, numbers: Sequence[int], *, sources: Sources = ANYWHERE) -> list[Match]:
        """How each article stands to a topic, in the order given; what is no article at all is passed over."""
        return [self._match(topic, news)[0] for news in self._reader.read(self._considered(numbers, sources))]

    @property
    def threshold(self) -> float:
        """The least score of an item unless `compose` is told another."""
        return self._threshold

    def seen_articles(self, numbers: Iterable[int]) -> SeenStories:
        """What it means that these articles were posted: they, the postings of the same text, and their stories."""
        articles = list(self._articles(numbers))
        reports = [self._reader.report_in_full(news) for news in self._reader.read(articles)]
        return SeenStories(frozenset(article.number for article in articles), tuple(reports))

    # The steps of composing, in order

    def _articles(self, numbers: Iterable[int]) -> Iterable[Article]:
        for number in dict.fromkeys(numbers):
            if (article := self._archive.article(number)) is not None:
                yield article

    def _considered(self, numbers: Sequence[int], sources: Sources) -> list[Article]:
        articles = self._articles(numbers)
        return [article for article in articles if article.kind is Kind.ARTICLE and sources.have(article)]

    def _fitting(
        self, topic: Topic, articles: Sequence[Article], least: float, left_out: list[LeftOut]
    ) -> list[NewsArticle]:
        """Those that are about the topic, with their scores; the rest is left out."""
        admitted = []
        for article in articles:
            if topic.admits(article):
                admitted.append(article)
            else:
                wording = readable_words(article)
                match = Match(article, 0.0, lacks=topic.lacks(wording), bars=topic.bars(wording))
                left_out.append(_below_threshold(match))
        fitting = []
        for news in self._reader.read(admitted):
            match, scored = self._match(topic, news)
            if match.reaches(least) and news.passages:
                fitting.append(scored)
            else:
                left_out.append(_below_threshold(match))
        return fitting

    def _match(self, topic: Topic, news: NewsArticle) -> tuple[Match, NewsArticle]:
        """How an article stands to a topic, and the article with what that says of it."""
        wording = readable_words(news.article)
        lacks, bars = topic.lacks(wording), topic.bars(wording)
        if topic.is_everything:
            scored = replace(news, score=1.0)
        else:
            stems = self._reader.stems(wording)
            by_passage = self._judge.passage_scores(topic.text, news.vectors)
            shared = share(self._reader.stems(topic.text), stems)
            scored = replace(
                news,
                score=self._judge.article_score(topic.text, by_passage, shared),
                best_passages=tuple(int(place) for place in np.argsort(-by_passage, kind="stable")[:2]),
                words=tuple(word for word in dict.fromkeys(topic.text.split()) if self._reader.stems(word) & stems),
            )
        return Match(news.article, scored.score, scored.words, lacks, bars), scored

    def _without_known_postings(
        self, fitting: Sequence[NewsArticle], seen: SeenStories, left_out: list[LeftOut]
    ) -> list[NewsArticle]:
        """Those whose very text was not posted before, neither under this number nor as another posting."""
        shown = {self._text_of(number): number for number in sorted(seen.articles, reverse=True)}
        fresh = []
        for news in fitting:
            before = news.number if news.number in seen.articles else shown.get(_text(news.article))
            if before is None:
                fresh.append(news)
            else:
                left_out.append(_left(news, LeftOutReason.SEEN, before))
        return fresh

    def _text_of(self, number: int) -> int:
        """The text that was shown with an article: of an excerpt no more than itself, so that the whole may be news."""
        article = self._archive.article(number)
        return number if article is None else article.duplicate_of or number

    def _comparable(self, reports: Sequence[Report]) -> tuple[Report, ...]:
        """Reports with vectors of the model in use; those of another model or of the older form are made anew.

        Where the article is gone, one of another model cannot be compared, and one of the older form is as it is.
        """
        dated = [report for report in reports if report.model != self._embedder.name or report.numbers is None]
        story_of = {report.number: report.story for report in dated}
        again = self._reader.read(list(self._articles(story_of)))
        renewed = {
            news.number: replace(self._reader.report_in_full(news), story=story_of[news.number]) for news in again
        }
        comparable = (renewed.get(report.number, report) for report in reports)
        return tuple(report for report in comparable if report.model == self._embedder.name)

    def _stories(self, fresh: Sequence[NewsArticle]) -> list[_Story]:
        by_text: dict[int, list[NewsArticle]] = {}
        for news in fresh:
            by_text.setdefault(_text(news.article), []).append(news)
        texts = [sorted(postings, key=lambda news: news.number) for postings in by_text.values()]
        groups = fold([postings[0].report for postings in texts])
        return [_Story(_lead_first([news for place in group for news in texts[place]])) for group in groups]

    def _untold(self, stories: Sequence[_Story], seen: SeenStories, left_out: list[LeftOut]) -> list[_Story]:
        """New stories, and those that were told before and go on; the others are left out."""
        told_before = self._comparable(seen.reports) if stories else ()
        untold = []
        for story in stories:
            told = self._told(story, told_before)
            if not told:
                untold.append(story)
            elif (update := self._update(story, told)) is not None:
                untold.append(update)
            else:
                left_out += [_left(member, LeftOutReason.SEEN, told[0].story) for member in story.members]
        return untold

    def _told(self, story: _Story, told_before: Sequence[Report]) -> tuple[Report, ...]:
        """All reports of the story that this one continues, the likeliest first; none if it is new."""
        same = continued([member.report for member in story.members], told_before)
        if same is None:
            return ()
        return (same, *(report for report in told_before if report.story == same.story and report is not same))

    def _update(self, story: _Story, told: tuple[Report, ...]) -> _Story | None:
        """The story led by the first of its articles that adds something; None when none does."""
        for member in story.members:
            if (news := news_in(self._reader, self._archive, member, told)) is not None:
                others = (other for other in story.members if other is not member)
                return _Story((member, *others), update_of=told[0].story, news=news)
        return None

    def _items(self, topic: Topic, stories: Sequence[_Story]) -> list[DigestItem]:
        untold = [story for story in stories if story.news is None]
        best = iter(self._reader.best_sentences([story.lead for story in untold], topic.text))
        return [
            DigestItem(
                article=story.lead.article,
                sentence=story.news if story.news is not None else next(best),
                why=_why(topic, story.lead.words),
                words=story.lead.words,
                score=story.lead.score,
                also=tuple(sorted(member.number for member in story.members[1:])),
                update_of=story.update_of,
                reports=tuple(
                    replace(self._reader.report_in_full(member), story=story.update_of or story.lead.number)
                    for member in story.members
                ),
            )
            for story in stories
        ]


def preview(
    archive: Archive,
    composer: DigestComposer,
    topic: Topic,
    scope: Scope,
    limit: int,
    seen_ids: Iterable[str] = (),
) -> Digest:
    """What a digest of a part of the archive would hold, whenever it arrived, without any ledger.

    Dates are compared by publication, else posting; an article without either is always included. `seen_ids` are
    external ids or ids (``A-12``) of articles that count as posted; unknown ones are passed over. PRODUCT.md, 16.
    """
    undated = replace(scope, since=None, until=None)
    chosen: list[int] = []
    by_external_id: dict[str, int] = {}
    wanted = {identifier.strip() for identifier in seen_ids if identifier.strip()}
    for article in archive.articles(undated):
        if article.external_id in wanted:
            by_external_id.setdefault(article.external_id, article.number)
        if _within(article.days(), scope):
            chosen.append(article.number)
    seen = {by_external_id.get(identifier, article_number(identifier)) for identifier in wanted}
    known = composer.seen_articles(sorted(number for number in seen if number is not None))
    return composer.compose(topic, chosen, seen=known, limit=limit)


def _within(days: tuple[dt.date, dt.date] | None, scope: Scope) -> bool:
    if days is None:
        return True
    return (scope.since is None or days[1] >= scope.since) and (scope.until is None or days[0] <= scope.until)


def _text(article: Article) -> int:
    """The number of the main posting of the text that an article carries, whole or in part."""
    return article.duplicate_of or article.excerpt_of or article.number


def _lead_first(members: list[NewsArticle]) -> tuple[NewsArticle, ...]:
    """The earliest report leads, unless another one is at least twice as full."""
    earliest = min(members, key=lambda news: (news.day is None, news.day or dt.date.max, news.number))
    fullest = max(members, key=lambda news: (news.size, -news.number))
    lead = fullest if fullest.size >= 2 * earliest.size else earliest
    return (lead, *(news for news in members if news is not lead))


def _rank(story: _Story) -> tuple[float, int, int, int]:
    newest = max((news.day.toordinal() for news in story.members if news.day is not None), default=0)
    return (-story.lead.score, -len(story.members), -newest, story.lead.number)


def _left(news: NewsArticle, reason: LeftOutReason, into: int | None = None) -> LeftOut:
    return LeftOut(news.number, news.article.external_id, reason, into, news.score)


def _below_threshold(match: Match) -> LeftOut:
    return LeftOut(
        match.article.number,
        match.article.external_id,
        LeftOutReason.BELOW_THRESHOLD,
        None,
        match.score,
        match.words,
        match.lacks,
        match.bars,
    )


def _why(topic: Topic, words: Sequence[str]) -> str:
    """Why an article is in the digest, in a few words for a person at the command line."""
    if topic.is_everything:
        return f"has your words: {', '.join(topic.must)}" if topic.must else "everything new"
    return f"has the words: {', '.join(words)}" if words else "close to the topic in meaning"
