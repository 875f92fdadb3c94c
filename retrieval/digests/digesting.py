"""What is new on a topic: one item a story, one sentence an item, and an account of everything that was left out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from corpus.archive import Archive
from corpus.passage import Quote
from retrieval.breaking_off import Check, go_on
from retrieval.digests.article_columns import TopicArticle
from retrieval.digests.column_reading import ColumnReader
from retrieval.digests.digest import Digest, DigestItem, LeftOutReason, Match
from retrieval.digests.left_out import LeftOutAccount
from retrieval.digests.news_article import NewsArticle, NewsReader
from retrieval.digests.story_gathering import Story, StoryGatherer, in_telling_order
from retrieval.digests.topic_matching import TopicMatcher, as_rows
from retrieval.digests.updates import news_in
from retrieval.digests.window_reader import MOST_PASSAGES, WindowReader
from retrieval.models.embedding import Embedder
from retrieval.stories.folding import continuations
from retrieval.stories.letting_go import let_go
from retrieval.stories.reports import NOTHING_SEEN, Report, SeenStories
from retrieval.topics.topic import ANYWHERE, Sources, Topic
from retrieval.topics.topic_calibration import TopicCalibration

MOST_ITEMS = 10_000
DEFAULT_ITEMS = 8
MOST_REST = 1_000  # stories over the limit that are told; each costs 2 ms, and a flood has tens of thousands


class DigestComposer:
    """Composes digests from articles of one archive. Has no effects, so it may be repeated. For one thread at a time.

    Only postings of kind `article` are considered: replies, bare links and forwards in which no article was found
    report nothing themselves. `threshold` is the least score (0 to 1) of an item; the default, like the weights behind
    the scores, is that of the calibration, which is the encoder's own if none is given (`TopicCalibration.for_model`).

    What a digest needs of an article before it is told is read once and kept for the next digest (`WindowReader`);
    in full are read those that are told. `kept_passages` is for how many passages that is kept.

    `check` is called at least every second or two while a digest is composed: what it raises ends the work.
    """

    def __init__(
        self,
        archive: Archive,
        embedder: Embedder,
        *,
        threshold: float | None = None,
        calibration: TopicCalibration | None = None,
        kept_passages: int = MOST_PASSAGES,
        check: Check = go_on,
    ) -> None:
        self._archive = archive
        self._embedder = embedder
        self._columns = ColumnReader(archive, embedder)
        self._window = WindowReader(archive, self._columns, most_passages=kept_passages)
        self._matcher = TopicMatcher(archive, embedder, calibration)
        self._reader = NewsReader(archive, embedder)
        self._threshold = self._matcher.threshold if threshold is None else threshold
        self._gatherer = StoryGatherer(check)
        self._check = check

    def read_ahead(self, numbers: Sequence[int]) -> bool:
        """Read some of the articles that `compose` will want, in about half a second; False when there are none left.

        Nobody has to: it parts what a first digest of many articles costs into steps, with room for others in between.
        """
        self._check()
        return self._window.read_ahead(numbers)

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
        detail: int | None = None,
    ) -> Digest:
        """The best `limit` (1 to 10,000) stories on a topic among some articles; numbers of none are passed over.

        Best first, and by turns of what they tell and where (`telling_order`). `rest` is how many of those
        over the limit are told too (`Digest.rest`), at most 1,000; their sentences are chosen without the model.
        `threshold` is the least score instead of the composer's own. Of the left out that tell no story the best
        `detail` for each reason are told one by one, the others counted; all of them without it.
        """
        if not 1 <= limit <= MOST_ITEMS:
            raise ValueError(f"a digest has 1 to {MOST_ITEMS} items, not {limit}")
        least = self._threshold if threshold is None else threshold
        left = LeftOutAccount(topic, detail)
        considered, fitting = self._fitting(topic, numbers, sources, least, left)
        repeats: list[Report] = []
        fresh = self._without_known_postings(fitting, seen, left, repeats)
        stories = self._untold(self._gatherer.stories(fresh), seen, left, repeats)
        stories = in_telling_order(stories, limit + rest)
        items, rest_items = self._items(topic, stories[:limit], stories[limit : limit + min(rest, MOST_REST)])
        for place, story in enumerate(stories):
            if place >= limit:
                left.add(story.lead, LeftOutReason.OVER_LIMIT, is_told=place < limit + len(rest_items))
            for other in story.members[1:]:
                left.add(other, LeftOutReason.FOLDED, story.lead.number, is_told=place < limit + len(rest_items))
        left_out, counted = left.told()
        digest = Digest(
            topic, considered, tuple(items), left_out, tuple(rest_items), least, counted, repeats=tuple(repeats)
        )
        left.let_go()
        let_go(fresh, stories, fitting)
        return digest

    def matches(self, topic: Topic, numbers: Sequence[int], *, sources: Sources = ANYWHERE) -> list[Match]:
        """How each article stands to a topic, in the order given; what is no article at all is passed over."""
        found: list[tuple[int, Match]] = []
        for columns, rows, places in self._window.read(numbers):
            stands = columns.from_sources(sources)[rows]
            matched = self._matcher.match(topic, columns)
            rows, places = rows[stands], places[stands]
            words, lacks, bars = (
                as_rows(labels, truths[rows])
                for labels, truths in (
                    (matched.labels, matched.words),
                    (topic.must, matched.lacks),
                    (topic.not_words, matched.bars),
                )
            )
            for at, (row, place) in enumerate(zip(rows.tolist(), places.tolist(), strict=True)):
                article = self._archive.article(int(columns.numbers[row]), columns.standings[row][0])
                if article is not None:
                    match = Match(article, float(matched.scores[row]), words[at], lacks[at], bars[at])
                    found.append((place, match))
        return [match for _, match in sorted(found, key=lambda one: one[0])]

    @property
    def threshold(self) -> float:
        """The least score of an item unless `compose` is told another."""
        return self._threshold

    def seen_articles(self, numbers: Iterable[int]) -> SeenStories:
        """What it means that these articles were posted: they, the postings of the same text, and their stories."""
        there = self._archive.standings(numbers)
        return SeenStories(frozenset(there), tuple(self._reports_in_full(list(there))))

    # The steps of composing, in order

    def _fitting(
        self, topic: Topic, numbers: Sequence[int], sources: Sources, least: float, left: LeftOutAccount
    ) -> tuple[int, list[TopicArticle]]:
        """How many articles are considered, and those that are about the topic, in the order given."""
        considered, fitting = 0, list[tuple[int, TopicArticle]]()
        for columns, rows, places in self._window.read(numbers):
            self._check()
            stands = columns.from_sources(sources)[rows]
            rows, places = rows[stands], places[stands]
            considered += len(rows)
            matched = self._matcher.match(topic, columns)
            admitted = matched.admitted[rows]
            fits = admitted & (matched.scores[rows] >= least) & (np.diff(columns.starts)[rows] > 0)
            words = as_rows(matched.labels, matched.words[rows[fits]])
            for row, place, own in zip(rows[fits].tolist(), places[fits].tolist(), words, strict=True):
                score = float(matched.scores[row])
                fitting.append((place, columns.topic_article(row, score, matched.best_passages(row), own)))
            left.add_below(columns, rows[~fits], places[~fits], matched)
        return considered, [article for _, article in sorted(fitting, key=lambda one: one[0])]

    def _without_known_postings(
        self, fitting: Sequence[TopicArticle], seen: SeenStories, left: LeftOutAccount, repeats: list[Report]
    ) -> list[TopicArticle]:
        """Those whose very text was not posted before, neither under this number nor as another posting.

        What was shown with an excerpt is no more than itself, so that the whole may be news. Another posting is
        remembered: it stays one when the first is revised.
        """
        standings = self._archive.standings(seen.articles) if fitting else {}
        shown: dict[int, int] = {}
        for number in sorted(seen.articles, reverse=True):
            shown[standings[number][2] or number if number in standings else number] = number
        fresh = []
        for article in fitting:
            before = article.number if article.number in seen.articles else shown.get(article.text)
            if before is None:
                fresh.append(article)
            else:
                left.add(article, LeftOutReason.SEEN, before)
                if article.number != before:
                    repeats.append(replace(article.report, story=seen.stories.get(before, before)))
        return fresh

    def _comparable(self, reports: Sequence[Report]) -> tuple[Report, ...]:
        """Reports with vectors of the model in use; those of another model or of the older form are made anew.

        Where the article is gone, one of another model cannot be compared, and one of the older form is as it is.
        """
        dated = {
            report.number: report.story
            for report in reports
            if report.model != self._embedder.name or report.numbers is None
        }
        renewed = {
            report.number: replace(report, story=dated[report.number]) for report in self._reports_in_full(list(dated))
        }
        comparable = (renewed.get(report.number, report) for report in reports)
        return tuple(report for report in comparable if report.model == self._embedder.name)

    def _untold(
        self, stories: Sequence[Story], seen: SeenStories, left: LeftOutAccount, repeats: list[Report]
    ) -> list[Story]:
        """New stories, and those that were told before and go on; the others are left out and go to the `repeats`.

        A story is known again by its last days, and the same text under another number or date by its postings, also of
        articles that added nothing.
        """
        days = {member.report.days for story in stories for member in story.members}
        told_before = self._comparable(seen.near(days))
        reports = [[member.report for member in story.members] for story in stories]
        untold = []
        for story, same in zip(stories, continuations(reports, told_before, self._check), strict=True):
            self._check()
            if same is None:
                untold.append(story)
                continue
            told = (same, *(one for one in told_before if one.story == same.story and one is not same))
            if (update := self._update(story, told)) is not None:
                untold.append(update)
            else:
                for member in story.members:
                    left.add(member, LeftOutReason.SEEN, same.story)
                    repeats.append(replace(member.report, story=same.story))
        return untold

    def _update(self, story: Story, told: tuple[Report, ...]) -> Story | None:
        """The story led by the first of its articles that adds something; None when none does."""
        for member in story.members:
            opened = self._reader.open(member)
            if opened is not None and (news := news_in(self._reader, self._archive, opened, told)) is not None:
                others = (other for other in story.members if other is not member)
                return Story((member, *others), update_of=told[0].story, news=news)
        return None

    def _items(
        self, topic: Topic, shown: Sequence[Story], rest: Sequence[Story]
    ) -> tuple[list[DigestItem], list[DigestItem]]:
        """The items of the digest, and those over the limit that are told too."""
        leads = self._opened(shown)
        chosen = iter(self._reader.best_sentences([one for story, one in leads if story.news is None], topic.text))
        items = [self._item(topic, story, one, story.news or next(chosen)) for story, one in leads]
        others = [
            self._item(topic, story, one, story.news or self._reader.likely_sentence(one, topic.text), roughly=True)
            for story, one in self._opened(rest)
        ]
        return items, others

    def _opened(self, stories: Sequence[Story]) -> list[tuple[Story, NewsArticle]]:
        """Stories with the article that leads; one that is removed while this is composed is not told."""
        opened = []
        for story in stories:
            self._check()
            if (news := self._reader.open(story.lead)) is not None:
                opened.append((story, news))
        return opened

    def _item(
        self, topic: Topic, story: Story, news: NewsArticle, sentence: Quote, *, roughly: bool = False
    ) -> DigestItem:
        self._check()
        members = [(story.lead, news), *((one, self._reader.open(one)) for one in story.members[1:])]
        reports = (
            self._reader.report_in_full(one, whole, roughly=roughly and one is not story.lead) if whole else one.report
            for one, whole in members
        )
        return DigestItem(
            article=news.article,
            sentence=sentence,
            why=_why(topic, story.lead.words),
            words=story.lead.words,
            score=story.lead.score,
            also=tuple(sorted(member.number for member in story.members[1:])),
            update_of=story.update_of,
            reports=tuple(replace(report, story=story.update_of or story.lead.number) for report in reports),
        )

    def _reports_in_full(self, numbers: Sequence[int]) -> list[Report]:
        columns = self._columns.read(numbers)
        found = [columns.topic_article(row) for row in np.flatnonzero(columns.is_article).tolist()]
        opened = ((one, self._reader.open(one)) for one in found)
        return [self._reader.report_in_full(one, news) for one, news in opened if news is not None]


def _why(topic: Topic, words: Sequence[str]) -> str:
    """Why an article is in the digest, in a few words for a person at the command line."""
    if topic.is_everything:
        return f"has your words: {', '.join(topic.must)}" if topic.must else "everything new"
    return f"has the words: {', '.join(words)}" if words else "close to the topic in meaning"
