"""What outlets publish, with the truth about it: which story each article tells, and which of its sentences are news.

An archive of its own is filled by the real import, so that re-imports, revisions, near-duplicates and postings of a
mailing list become what they become. Stories have no word in common beyond the grammar, so that what a digest makes of
them can be held against the truth; how it does with real ones is measured elsewhere (benchmarks/DIGESTS.md).
"""

from __future__ import annotations

import datetime as dt
import random
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from pathlib import Path

from drafts import letter, record

from corpus.archive import Archive
from corpus.article import EVERYTHING, Article, RawItem, Scope, Window
from corpus.ingest import ItemReport, Status, ingest

OUTLETS = ("Gazette", "Courier", "Herald", "Mercury", "Tribune", "Wire Service")
SUBJECTS = ("harbour", "bridges", "ferries", "schools", "hospitals")
DAY = dt.timedelta(days=1)
Later = list[tuple[dt.timedelta, Callable[[dt.datetime], "Later"]]]
_SYLLABLES = tuple(first + vowel for first, vowel in product("bdfgklmnprstvz", "aeiou"))
_SENTENCE = re.compile(r"[^.]+\.")


@dataclass
class Story:
    """What happened, and every sentence of it that was published; a fact is a handful of words that belong together."""

    number: int
    subject: str
    names: tuple[str, ...]
    figures: list[int]
    facts: list[tuple[str, ...]]
    articles: list[int] = field(default_factory=list)


@dataclass
class Truth:
    """What is known of an article: its story, and what it said from when on (its revisions)."""

    story: int
    item: RawItem
    texts: list[tuple[dt.datetime, str]]
    arrival: int
    day: dt.date  # of its publication, else of its posting
    removed_at: dt.datetime | None = None

    def text_at(self, moment: dt.datetime) -> str:
        return [text for since, text in self.texts if since <= moment][-1]


class Newsroom:
    """A `NewsSource` over an archive in a folder; `truth` is by article number."""

    def __init__(self, folder: Path, seed: int, start: dt.datetime) -> None:
        self.archive = Archive.open(folder)
        self.chance = random.Random(seed)
        self.truth: dict[int, Truth] = {}
        self.stories: list[Story] = []
        self.happened: Counter[str] = Counter()
        self._marks: list[tuple[dt.datetime, int]] = [(start, 0)]
        self._words: set[str] = set()
        for subject in SUBJECTS:  # the first import into a collection is no news
            self._import(record(f"old-{subject}", f"What was in the {subject} before."), subject, start)
        self._mark(start)

    def close(self) -> None:
        self.archive.close()

    # A news source

    def news(self, window: Window, scope: Scope = EVERYTHING) -> list[int]:
        return self.archive.news(window, scope)

    def last_arrival(self) -> int:
        return self.archive.last_arrival()

    def removed_since(self, moment: dt.datetime | None) -> list[int]:
        return self.archive.removed_since(moment)

    def article(self, number: int) -> Article | None:
        return self.archive.article(number)

    def arrivals_until(self, moment: dt.datetime) -> int:
        return self._marks[bisect_right(self._marks, moment, key=lambda mark: mark[0]) - 1][1]

    def arrived_between(self, after: int, upto: int) -> set[int]:
        """The numbers of articles by their arrival, also of those that were removed since."""
        return {number for number, truth in self.truth.items() if after < truth.arrival <= upto}

    # What happens

    def story(self, now: dt.datetime) -> Later:
        """Something happens and is published; gives what follows, and how much later."""
        chance = self.chance
        names = tuple(self._word().capitalize() for _ in range(4))
        story = Story(len(self.stories), chance.choice(SUBJECTS), names, [chance.randrange(11, 999)], [])
        story.facts += [self._fact() for _ in range(4)]
        self.stories.append(story)
        late = chance.choice((0, 0, 0, 0, 30, 4000)) * DAY
        self._publish(story, now - late, now)
        if late:
            self.happened["late-dated"] += 1
            return []
        later: Later = []
        for report, odds, longest in (
            (self._other_report, 0.5, 1.5),
            (self._other_report, 0.3, 2.0),
            (self._copy, 0.3, 3.0),
            (self._repost, 0.25, 3.0),
            (self._same_again, 0.3, 40.0),
            (self._revise, 0.15, 6.0),
            (self._corrected_figure, 0.15, 2.0),
            (self._follow_up, 0.4, 4.0),
            (self._remove, 0.12, 30.0),
        ):
            if chance.random() < odds:
                later.append((chance.uniform(0.02, longest) * DAY, lambda at, report=report: report(story, at)))
        return later

    def _other_report(self, story: Story, now: dt.datetime) -> Later:
        self.happened["other reports"] += 1
        self._publish(story, now, now)
        return []

    def _corrected_figure(self, story: Story, now: dt.datetime) -> Later:
        self.happened["reports with another figure"] += 1
        story.figures.append(story.figures[-1] + 7)
        self._publish(story, now, now)
        return []

    def _follow_up(self, story: Story, now: dt.datetime) -> Later:
        """A new sentence at the head of a report; the next one may come days later, and so for weeks."""
        self.happened["follow-ups"] += 1
        story.facts.insert(0, self._fact())
        self._publish(story, now, now)
        if self.chance.random() < 0.6:
            return [(self.chance.uniform(0.5, 4.0) * DAY, lambda at: self._follow_up(story, at))]
        return []

    def _copy(self, story: Story, now: dt.datetime) -> Later:
        """Another outlet prints the same with a line of its own."""
        if (original := self._some(story)) is not None:
            self.happened["near-duplicates"] += 1
            text = f"{self.truth[original.number].text_at(now)} Reporting by our staff."
            self._new(story, text, original.title or "", now, now)
        return []

    def _repost(self, story: Story, now: dt.datetime) -> Later:
        """Somebody sends it to the mailing list."""
        if (original := self._some(story)) is not None:
            self.happened["postings to a list"] += 1
            body = self.truth[original.number].text_at(now)
            item = letter(body, original.title, message_id=f"<{len(self.truth)}@list.example>", posted=now)
            self._learn(story, item, body, now)
        return []

    def _same_again(self, story: Story, now: dt.datetime) -> Later:
        """The feed gives an old item again, or under another address."""
        if (original := self._some(story)) is not None:
            self.happened["re-imports"] += 1
            truth = self.truth[original.number]
            assert self._import(truth.item, story.subject, now).status is Status.SAME
            if self.chance.random() < 0.5:
                self._new(story, truth.text_at(now), original.title or "", now, now)
        return []

    def _revise(self, story: Story, now: dt.datetime) -> Later:
        """An outlet changes what it published: a figure, and often a sentence."""
        original = self._some(story)
        if original is not None and original.external_id:
            self.happened["revisions"] += 1
            truth = self.truth[original.number]
            story.figures.append(story.figures[-1] + 3)
            text = re.sub(r"\d+", str(story.figures[-1]), truth.text_at(now))
            if self.chance.random() < 0.5:
                text = f"{text} {self._sentence(story, self._fact())}"
            truth.item = replace(truth.item, exact_text=text, original=text.encode())
            assert self._import(truth.item, story.subject, now).status is Status.UPDATED
            truth.texts.append((now, text))
        return []

    def _remove(self, story: Story, now: dt.datetime) -> Later:
        """The operator takes an article out."""
        if (original := self._some(story)) is not None:
            self.happened["removals"] += 1
            with self.archive.transaction():
                self.archive.remove([original.number], now)
            self.truth[original.number].removed_at = now
        return []

    # Words

    def _publish(self, story: Story, published: dt.datetime, now: dt.datetime) -> None:
        """A report of the story as it stands, worded by an outlet: the newest facts first, how it began at the end."""
        first, *others = story.facts[:-3]
        facts = [first, *others[:1], *story.facts[-3:]]
        text = " ".join(self._sentence(story, fact) for fact in facts)
        title = f"{story.names[0]} and {story.names[1]}: {' '.join(first[:3])}"
        self._new(story, text, title, published, now)

    def _sentence(self, story: Story, fact: Sequence[str]) -> str:
        words = list(fact)
        self.chance.shuffle(words)
        names = self.chance.sample(story.names[:3], 2)
        return f"{names[0]} of {story.names[3]} {' '.join(words)} {story.figures[-1]} with {names[1]}."

    def _fact(self) -> tuple[str, ...]:
        return tuple(self._word() for _ in range(9))

    def _word(self) -> str:
        while (word := "".join(self.chance.choices(_SYLLABLES, k=4))) in self._words:
            pass
        self._words.add(word)
        return word

    # Into the archive

    def _new(self, story: Story, text: str, title: str, published: dt.datetime, now: dt.datetime) -> None:
        item = record(
            f"item-{len(self.truth)}",
            text,
            title=title,
            outlet=self.chance.choice(OUTLETS),
            published=f"{published:%Y-%m-%d}",
        )
        self._learn(story, item, text, now)

    def _learn(self, story: Story, item: RawItem, text: str, now: dt.datetime) -> None:
        report = self._import(item, story.subject, now)
        assert report.article is not None and report.status in (Status.ADDED, Status.DUPLICATE), report
        days = report.article.days()
        assert days is not None
        self.truth[report.article.number] = Truth(
            story.number, item, [(now, text)], self.archive.last_arrival(), days[0]
        )
        story.articles.append(report.article.number)

    def _import(self, item: RawItem, subject: str, now: dt.datetime) -> ItemReport:
        (report,) = ingest(self.archive, [item], collection=subject, clock=lambda: now)
        self._mark(now)
        return report

    def _mark(self, now: dt.datetime) -> None:
        self._marks.append((now, self.archive.last_arrival()))

    def _some(self, story: Story) -> Article | None:
        """One of its articles that is there."""
        there = [one for one in story.articles if self.truth[one].removed_at is None]
        return self.archive.article(self.chance.choice(there)) if there else None


def sentences_of(text: str) -> Iterator[str]:
    return (match[0].strip() for match in _SENTENCE.finditer(text))
