"""What is read once for many digests gives what reading everything anew for each would give."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from drafts import NOON, record
from fakes import WordHashEmbedder
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from topic_scores import article_score

from corpus.archive import Archive
from corpus.article import Article, Kind
from corpus.ingest import ingest
from retrieval.digests.article_columns import Occurrences
from retrieval.digests.column_reading import ColumnReader, passages_of
from retrieval.digests.digest import Digest, LeftOutReason
from retrieval.digests.digesting import DigestComposer
from retrieval.digests.window_reader import READ_AT_ONCE, WindowReader
from retrieval.index.passage_vectors import encoder_input
from retrieval.stories.folding import continued, fold
from retrieval.stories.reports import NOTHING_SEEN, Report, Reporter, SeenStories
from retrieval.topics.desks import subject_words
from retrieval.topics.relevance import TopicJudge, share
from retrieval.topics.topic import ANYWHERE, Sources, Topic, readable_words

EMBEDDER = WordHashEmbedder(dimension=256)
SENTENCES = (
    "A ferry with 214 passengers ran aground off Karpathos on Monday and was pulled free by three tugs.",
    "Three tugs pulled free a ferry that ran aground off Karpathos on Monday with 214 passengers aboard.",
    "The owner of the tugs said that salvage would cost the shipping line more than two million euros.",
    "Olive growers in Andalusia expect the smallest harvest for thirty years.",
    "No rain fell in spring. Reservoirs near Seville hold a fifth of what they can.",
    "The town library of Visby reopened with a children's wing, paid for by a shipping company.",
    "Don’t panic: the prime minister of Norway said that the snow_plough fleet was ready, in STRASSE and Straße alike.",
)
WORDS = (
    "ferry",
    "FERRY",
    "olive",
    "the tugs",
    "prime minister",
    "minister prime",
    "don't",
    "snow_plough",
    "snow",
    "€",
    "",
)
TOPICS = ("", "ferries off Karpathos", "shipping and the sea", "sports", "harvest in Andalusia", "the")
DAYS = (None, "2026-11-20", "2026-11-22", "2026-11", "2026-10-02")

Outcome = tuple[str, int | None, tuple[str, ...], tuple[str, ...], tuple[str, ...]]


class Plain:
    """Reads every article anew, one at a time: what each is about, which of them are one story, what was told."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive
        self.judge = TopicJudge(EMBEDDER)
        self.reporter = Reporter(EMBEDDER.name)

    def outcomes(
        self, topic: Topic, numbers: Sequence[int], seen: SeenStories, least: float, sources: Sources
    ) -> tuple[dict[int, Outcome], dict[int, float]]:
        """What becomes of each article (of an item: nothing or what it goes on with), and their scores."""
        found: dict[int, Outcome] = {}
        scores: dict[int, float] = {}
        fresh: list[tuple[Article, Report]] = []
        for number in dict.fromkeys(numbers):
            article = self.archive.article(number)
            if article is None or article.kind is not Kind.ARTICLE or not sources.have(article):
                continue
            wording = readable_words(article)
            lacks, bars = topic.lacks(wording), topic.bars(wording)
            score, words, report = self.stands(topic, article)
            scores[number] = score = 0.0 if lacks or bars else score
            if lacks or bars or score < least:
                found[number] = ("below_threshold", None, () if lacks or bars else words, lacks, bars)
            elif (before := self.shown_as(article, seen)) is not None:
                found[number] = ("seen", before, (), (), ())
            else:
                fresh.append((article, report))
        for story in self.stories(fresh):
            same = continued([report for _, report in story], seen.reports)
            lead = lead_of([article for article, _ in story])
            for article, _ in story:
                if same is not None:
                    found[article.number] = ("told before", same.story, (), (), ())
                else:
                    is_lead = article.number == lead
                    found[article.number] = ("item", None, (), (), ()) if is_lead else ("folded", lead, (), (), ())
        return found, scores

    def stands(self, topic: Topic, article: Article) -> tuple[float, tuple[str, ...], Report]:
        texts = [encoder_input(article, passage) for passage in passages_of(article, ())]
        vectors = EMBEDDER.embed_passages(texts).astype(np.float16).astype(np.float32)
        report = self.reporter.report(article, vectors[0])
        if topic.is_everything:
            return 1.0, (), report
        stems = self.reporter.stems(readable_words(article))
        subject = tuple(subject_words(topic.text))
        shared = share(self.reporter.stems(" ".join(subject)), stems)
        score = article_score(self.judge, topic.text, self.judge.passage_scores(topic.text, vectors), shared)
        opening = "\n".join([article.title or "", *map(article.words_of, article.body[:1])])
        wanted = self.reporter.stems(" ".join(subject))
        if wanted and wanted <= self.reporter.stems(opening) and not self.judge.aim(topic.text).breadth:
            score = max(score, self.judge.threshold)
        return score, tuple(w for w in subject if self.reporter.stems(w) & stems), report

    def shown_as(self, article: Article, seen: SeenStories) -> int | None:
        if article.number in seen.articles:
            return article.number
        for number in sorted(seen.articles):
            other = self.archive.article(number)
            text = number if other is None else other.duplicate_of or number
            if text == (article.duplicate_of or article.excerpt_of or article.number):
                return number
        return None

    def stories(self, fresh: Sequence[tuple[Article, Report]]) -> list[list[tuple[Article, Report]]]:
        texts: dict[int, list[tuple[Article, Report]]] = {}
        for article, report in fresh:
            texts.setdefault(article.duplicate_of or article.excerpt_of or article.number, []).append((article, report))
        listed = [sorted(postings, key=lambda one: one[0].number) for postings in texts.values()]
        return [[one for place in group for one in listed[place]] for group in fold([some[0][1] for some in listed])]


def lead_of(articles: Sequence[Article]) -> int:
    def size(article: Article) -> int:
        return sum(block.end - block.start for block in article.body)

    def day(article: Article) -> tuple[bool, str]:
        days = article.days()
        return (days is None, days[0].isoformat() if days else "")

    earliest = min(articles, key=lambda article: (day(article), article.number))
    fullest = max(articles, key=lambda article: (size(article), -article.number))
    return (fullest if size(fullest) >= 2 * size(earliest) else earliest).number


def outcomes_of(digest: Digest) -> tuple[dict[int, Outcome], dict[int, float]]:
    found: dict[int, Outcome] = {}
    scores = {item.article.number: item.score for item in digest.items}
    for item in digest.items:
        told = ("item", None) if item.update_of is None else ("told before", item.update_of)
        found[item.article.number] = (*told, (), (), ())
    going_on = {item.article.number: item.update_of for item in digest.items if item.update_of is not None}
    for left in digest.left_out:
        scores[left.article] = left.score
        words = left.words if left.reason is LeftOutReason.BELOW_THRESHOLD else ()
        found[left.article] = (str(left.reason), left.into, words, left.lacks, left.bars)
        if left.reason is LeftOutReason.FOLDED and left.into in going_on:
            found[left.article] = ("told before", going_on[left.into], (), (), ())
    return found, scores


texts = st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=4, unique=True).map(" ".join)
topics = st.builds(
    Topic,
    st.sampled_from(TOPICS),
    st.lists(st.sampled_from(WORDS), max_size=2).map(tuple),
    st.lists(st.sampled_from(WORDS), max_size=1).map(tuple),
)
sources = st.sampled_from((ANYWHERE, Sources(collections=frozenset({"wire"})), Sources(hidden=frozenset({"wire"}))))


@given(
    st.lists(st.tuples(texts, st.sampled_from(DAYS), st.booleans()), min_size=1, max_size=9),
    st.lists(st.tuples(topics, sources, st.sampled_from((0.0, 0.3, 0.5))), min_size=1, max_size=4),
    st.integers(0, 3),
)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_digests_are_those_of_a_plain_composer(
    arrivals: list[tuple[str, str | None, bool]], wanted: list[tuple[Topic, Sources, float]], told: int
) -> None:
    with Archive.empty() as archive:
        for number, (text, day, is_wire) in enumerate(arrivals):
            item = record(f"x{number}", text, published=day)
            list(ingest(archive, [item], collection="wire" if is_wire else "list", clock=lambda: NOON))
        composer, plain = DigestComposer(archive, EMBEDDER), Plain(archive)
        numbers = [*range(archive.last_arrival() + 1, 0, -1), 1]
        seen = composer.seen_articles(range(1, told + 1))
        for topic, places, least in wanted:
            digest = composer.compose(topic, numbers, seen=seen, limit=100, threshold=least, sources=places)
            expected, scores = plain.outcomes(topic, numbers, seen, least, places)
            found, own_scores = outcomes_of(digest)
            # Whether a story that goes on has news is decided elsewhere; here only that it goes on.
            telling = {n: one if one[0] != "told before" else ("seen", *one[1:]) for n, one in expected.items()}
            assert {n: one if one[0] != "told before" else ("seen", *one[1:]) for n, one in found.items()} == telling
            assert own_scores == pytest.approx(scores, abs=1e-3)
            assert digest.considered == len(expected)


def shelf(folder: Path, count: int) -> Archive:
    archive = Archive.open(folder)
    items = [
        record(f"x{n}", f"{SENTENCES[n % len(SENTENCES)]} It was the {n}th report of that day.") for n in range(count)
    ]
    list(ingest(archive, items, collection="wire", clock=lambda: NOON))
    return archive


def read(reader: WindowReader, numbers: Sequence[int]) -> dict[int, str]:
    return {
        numbers[place]: columns.standings[row][0]
        for columns, rows, places in reader.read(numbers)
        for row, place in zip(rows.tolist(), places.tolist(), strict=True)
    }


def test_what_changes_in_the_archive_is_read_again_and_nothing_else(tmp_path: Path) -> None:
    with shelf(tmp_path, 4) as archive:
        counted = WordHashEmbedder()
        reader = WindowReader(archive, ColumnReader(archive, counted))
        first = read(reader, [1, 2, 3, 4, 99])
        assert sorted(first) == [1, 2, 3, 4]
        encoded = len(counted.embedded)
        assert encoded == 4
        assert read(reader, [4, 3, 2, 1]) == first
        assert len(counted.embedded) == encoded
        changed = [record("x1", "Another text stands here now, and it is about olives in Andalusia.")]
        list(ingest(archive, changed, collection="wire", clock=lambda: NOON))
        with Archive.open(tmp_path) as other, other.transaction():
            other.remove([3], NOON)
        again = read(reader, [1, 2, 3, 4])
        assert sorted(again) == [1, 2, 4]
        assert again[2] != first[2] and (again[1], again[4]) == (first[1], first[4])
        assert len(counted.embedded) == encoded + 1


def test_what_there_is_no_room_for_is_read_all_the_same(tmp_path: Path) -> None:
    with shelf(tmp_path, READ_AT_ONCE + 20) as archive:
        numbers = list(range(1, READ_AT_ONCE + 21))
        whole = WindowReader(archive, ColumnReader(archive, EMBEDDER))
        small = WindowReader(archive, ColumnReader(archive, EMBEDDER), most_passages=100)
        assert read(small, numbers) == read(whole, numbers)
        assert small.passages <= 100
        assert whole.passages == len(numbers)
        assert read(small, numbers[:5]) == read(whole, numbers[:5])


def test_a_word_is_found_in_any_number_of_articles() -> None:
    rows = 70_000
    having = Occurrences([("ferry",) if row == rows - 1 else ("olive",) for row in range(rows)]).having("ferry")
    assert np.flatnonzero(having).tolist() == [rows - 1]


def test_reading_ahead_ends(tmp_path: Path) -> None:
    with shelf(tmp_path, READ_AT_ONCE + 20) as archive:
        numbers = list(range(1, READ_AT_ONCE + 30))
        reader = WindowReader(archive, ColumnReader(archive, EMBEDDER))
        assert [reader.read_ahead(numbers) for _ in range(3)] == [True, True, False]
        small = WindowReader(archive, ColumnReader(archive, EMBEDDER), most_passages=100)
        assert not small.read_ahead(numbers)


def test_of_what_is_left_out_the_best_are_told_and_the_others_counted(tmp_path: Path) -> None:
    with shelf(tmp_path, 30) as archive:
        composer = DigestComposer(archive, EMBEDDER, threshold=0.0)
        numbers = list(range(1, 31))
        topic = Topic("ferries off Karpathos")
        whole = composer.compose(topic, numbers, limit=2, rest=3, threshold=0.2)
        short = composer.compose(topic, numbers, limit=2, rest=3, threshold=0.2, detail=4)
        assert (short.items, short.rest, short.stories) == (whole.items, whole.rest, whole.stories)
        assert set(short.left_out) < set(whole.left_out)
        for reason in LeftOutReason:
            listed = [left for left in short.left_out if left.reason is reason]
            of_all = [left for left in whole.left_out if left.reason is reason]
            assert len(listed) + short.counted.get(reason, 0) == len(of_all)
            told = {item.article.number for item in whole.rest} | {n for item in whole.rest for n in item.also}
            plain = [left for left in listed if left.article not in told and left.into not in told]
            assert len(plain) <= 4 + sum(len(item.also) for item in whole.items)
            others = {left.score for left in of_all} - {left.score for left in listed}
            assert not others or max(others) <= min(left.score for left in plain)
        assert whole.counted == {}


def test_a_digest_does_not_depend_on_those_before_it(tmp_path: Path) -> None:
    with shelf(tmp_path, 12) as archive:
        numbers = list(range(1, 13))
        fresh = DigestComposer(archive, EMBEDDER).compose(Topic("olive growers"), numbers, seen=NOTHING_SEEN)
        used = DigestComposer(archive, EMBEDDER)
        for topic in ("sports", "", "the town library"):
            used.compose(Topic(topic), numbers)
        assert used.compose(Topic("olive growers"), numbers) == fresh
