"""A watched question over an archive that grows, with models that count words: half of a question's words answer it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from drafts import NOON, draft
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule
from small_desk import add_articles, archive_with, desk_over

from corpus.archive import Archive
from corpus.article import Kind, Window
from corpus.identity import body_of, keys_of
from retrieval.topics.topic import Sources, Topic
from retrieval.watches.statements import Evidence
from retrieval.watches.watching import Change, Fate, QuestionWatcher

QUESTION = "How many sheep drowned off Jura?"
FIRST = "The coastguard says that 12 sheep drowned off Jura in the storm."
MORE = "By now 40 sheep drowned off Jura, farmers fear."
OTHER_WORDS = "Off Jura, 12 sheep are drowned: so many that nobody remembers worse."
ELSEWHERE = "The library of Visby has a new wing for children and is paid for by a shipping company."


@dataclass
class Watch:
    """A question, and what was told of it, as the ledger would keep it."""

    archive: Archive
    watcher: QuestionWatcher
    topic: Topic = field(default_factory=lambda: Topic(QUESTION))
    known: list[Evidence] = field(default_factory=list)
    current: list[Evidence] | None = field(default_factory=list)
    cursor: int = 0
    marked: frozenset[int] = frozenset()
    sources: Sources = field(default_factory=Sources)

    def arrive(self, *texts: str, news: bool = True, **fields: Any) -> list[int]:
        return add_articles(self.archive, [draft(text, **fields) for text in texts], news=news)

    def begin(self) -> None:
        self.cursor = self.archive.last_arrival()
        present = self.watcher.present(self.topic, sources=self.sources)
        self.known = self.current = list(present.evidence)

    def look(self) -> Change:
        window = Window(self.cursor, self.archive.last_arrival())
        return self.watcher.compare(
            self.topic,
            sources=self.sources,
            window=window,
            known=self.known,
            current=self.current,
            marked=self.marked,
        )

    def run(self) -> Change:
        self.cursor, change = self.archive.last_arrival(), self.look()
        if change.evidence is not None:
            self.current = list(change.evidence)
            self.known = [*self.known, *change.evidence]
        return change

    def remove(self, *numbers: int) -> None:
        with self.archive.transaction():
            assert self.archive.remove(numbers, NOON) == list(numbers)


@pytest.fixture
def watch(tmp_path: Path) -> Iterator[Watch]:
    with archive_with(tmp_path, ()) as archive:
        archive.passages.count()
        yield Watch(archive, QuestionWatcher(archive, desk_over(archive, tmp_path).ready))


def now(change: Change) -> list[str]:
    return [one.quote.text for one in change.now]


def before(change: Change) -> list[str]:
    return [one.quote.text for one in change.before]


def fates(change: Change) -> dict[int, str]:
    return {one.article: str(one.fate) for one in change.judged}


def test_the_first_answer_is_told_and_then_what_is_new(watch: Watch) -> None:
    watch.begin()
    watch.arrive(ELSEWHERE)
    assert watch.run().is_empty
    watch.arrive(FIRST)
    change = watch.run()
    assert (now(change), before(change), change.considered) == ([FIRST], [], 1)
    watch.arrive(MORE, ELSEWHERE + " It opened.")
    change = watch.run()
    assert (now(change), before(change), change.gone) == ([MORE], [FIRST], 0)
    assert change.sources_differ
    assert sorted(fates(change).values()) == ["not_best", "posted"]


def test_what_there_was_at_the_beginning_is_what_it_is_compared_with(watch: Watch) -> None:
    (number,) = watch.arrive(FIRST)
    watch.begin()
    watch.arrive(OTHER_WORDS)
    change = watch.run()
    assert change.is_empty
    [judged] = change.judged
    assert (judged.fate, judged.into) == (Fate.SEEN, number)
    watch.arrive(MORE)
    assert before(watch.run()) == [FIRST]


def test_nothing_arrived_and_all_stands_then_nobody_is_asked(tmp_path: Path) -> None:
    def never() -> Any:
        raise AssertionError("a model was asked")

    with archive_with(tmp_path, ()) as archive:
        asking = Watch(archive, QuestionWatcher(archive, desk_over(archive, tmp_path).ready))
        asking.arrive(FIRST)
        asking.begin()
        quiet = Watch(archive, QuestionWatcher(archive, never), known=asking.known, current=asking.current)
        quiet.cursor = asking.cursor
        assert quiet.run() == Change(QUESTION, 0)
        quiet.arrive(MORE, kind=Kind.REPLY)  # replies report nothing themselves
        assert quiet.run() == Change(QUESTION, 0)


def test_there_and_back_again_tells_only_what_is_new(watch: Watch) -> None:
    watch.begin()
    told = []
    for text in (FIRST, MORE, FIRST + " Nobody was hurt.", "The coastguard: 12 sheep drowned off Jura.", MORE + " So."):
        watch.arrive(text)
        told += now(watch.run())
    assert told == [FIRST, MORE]


def test_two_reports_of_one_window_that_say_the_same_are_one(watch: Watch) -> None:
    watch.begin()
    watch.arrive(FIRST, OTHER_WORDS)
    change = watch.run()
    assert len(change.now) == 1
    assert sorted(fates(change).values()) == ["folded", "posted"]


def test_another_posting_of_a_text_is_no_change(watch: Watch) -> None:
    (number,) = watch.arrive(FIRST)
    watch.begin()
    (again,) = watch.arrive(FIRST, external_id="again")
    with watch.archive.transaction():
        watch.archive.fold(again, number)
    change = watch.run()
    assert change.is_empty
    assert [(one.fate, one.into) for one in change.judged] == [(Fate.SEEN, number)]


def test_evidence_that_is_gone_gives_way_to_the_next_best(watch: Watch) -> None:
    first, *_ = watch.arrive(
        FIRST, MORE, "Experts count 55 drowned sheep off Jura now.", "A boat saw 3 sheep off Jura."
    )
    watch.begin()
    assert watch.current is not None and len(watch.current) == 3
    rested = {one.article for one in watch.current}
    watch.remove(first)
    change = watch.run()
    assert change.gone == 1
    assert {one.quote.article.number for one in change.now} == {1, 2, 3, 4} - rested
    assert watch.run() == Change(QUESTION, 0)  # what is gone is gone once


def test_nothing_takes_the_place_of_the_only_answer(watch: Watch) -> None:
    (first,) = watch.arrive(FIRST)
    watch.begin()
    watch.remove(first)
    assert watch.run().is_empty
    assert watch.current == []
    watch.arrive(FIRST)  # its words were told, though they are not in the archive any more
    assert watch.run().is_empty
    watch.arrive(MORE)
    assert now(watch.run()) == [MORE]


@pytest.mark.parametrize("pause", [False, True], ids=["at once", "a run later"])
def test_what_says_the_same_again_takes_the_place_of_what_is_gone(watch: Watch, pause: bool) -> None:
    (first,) = watch.arrive(FIRST)
    watch.begin()
    watch.remove(first)
    if pause:
        assert watch.run().is_empty
    (again,) = watch.arrive(FIRST)
    assert watch.run().is_empty  # it was told
    assert watch.current is not None and [one.article for one in watch.current] == [again]
    watch.arrive(MORE)
    change = watch.run()
    assert (now(change), before(change)) == ([MORE], [FIRST])


def test_a_correction_of_the_evidence_is_told_beside_what_is_gone(watch: Watch) -> None:
    (number,) = watch.arrive(FIRST)
    watch.begin()
    corrected = draft(FIRST.replace("12", "21"))
    with watch.archive.transaction():
        keys = keys_of(corrected, body_of(corrected), None)
        watch.archive.revise(number, corrected, original=b"", keys=keys, now=NOON)
    change = watch.run()
    assert (now(change), before(change), change.gone) == ([FIRST.replace("12", "21")], [], 1)


def test_what_may_not_be_held_is_neither_evidence_nor_shown(watch: Watch) -> None:
    (first,) = watch.arrive(FIRST, outlet="Gazette")
    watch.begin()
    watch.sources = Sources(hidden=frozenset({"coast"}))
    watch.arrive(MORE)
    change = watch.run()
    assert (change.now, change.before, change.considered) == ((), (), 0)
    watch.sources = Sources(outlets=frozenset({"gazette"}))
    watch.arrive("Now 70 sheep drowned off Jura.", outlet="Post")
    assert watch.run().considered == 0
    watch.arrive("Now 80 sheep drowned off Jura.", outlet="Gazette")
    assert now(watch.run()) == ["Now 80 sheep drowned off Jura."]
    assert first


def test_words_that_must_or_must_not_stand_hold_for_the_evidence(watch: Watch) -> None:
    watch.topic = Topic(QUESTION, must=("coastguard",), not_words=("storm",))
    watch.begin()
    watch.arrive(FIRST, MORE)
    change = watch.run()
    assert [(one.fate, one.lacks, one.bars) for one in change.judged] == [
        (Fate.LACKING, (), ("storm",)),
        (Fate.LACKING, ("coastguard",), ()),
    ]
    watch.arrive("The coastguard says 9 sheep drowned off Jura.")
    assert len(watch.run().now) == 1


def test_what_was_marked_is_never_evidence_again(watch: Watch) -> None:
    (first,) = watch.arrive(FIRST)
    watch.begin()
    (second,) = watch.arrive(MORE)
    watch.marked = frozenset({first, second})
    change = watch.run()
    assert (change.is_empty, fates(change)) == (True, {second: "marked"})
    assert watch.current == []


def test_old_material_is_no_news(watch: Watch) -> None:
    watch.begin()
    watch.arrive(FIRST, news=False)
    watch.arrive(ELSEWHERE)
    assert watch.run().is_empty


def test_where_nobody_wrote_the_beginning_down_what_is_older_counts_as_known(watch: Watch) -> None:
    watch.arrive(FIRST)
    watch.cursor, watch.current = watch.archive.last_arrival(), None
    watch.arrive(OTHER_WORDS)
    assert watch.run().is_empty
    watch.cursor, watch.current = 1, None
    watch.arrive(MORE)
    change = watch.look()
    assert (now(change), before(change)) == ([MORE], [FIRST])


def test_what_is_still_to_come_is_not_what_it_rests_on(watch: Watch) -> None:
    watch.arrive(FIRST)
    present = watch.watcher.present(watch.topic, sources=Sources(), without=Window(0, 1))
    assert (present.quotes, present.evidence) == ((), ())
    assert len(watch.watcher.present(watch.topic, sources=Sources()).quotes) == 1


TELLINGS = (
    "The coastguard says that {} sheep drowned off Jura in the storm.",
    "Off Jura {} sheep drowned, farmers fear.",
    "In one night {} sheep drowned off Jura, a neighbour wrote to us.",
)
FIGURES = st.integers(2, 9).map(lambda number: 10 * number)


class WatchMachine(RuleBasedStateMachine):
    """Reports of a few figures in a few wordings arrive, vanish and come again in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        folder = Path(self.folder.name)
        self.archive = archive_with(folder, ())
        self.watch = Watch(self.archive, QuestionWatcher(self.archive, desk_over(self.archive, folder).ready))
        self.waiting: dict[int, int | None] = {}  # the figure that each article of the coming window tells, if any
        self.figures: dict[int, int] = {}  # that articles which are there tell
        self.told: set[int] = set()
        self.words: set[str] = set()

    def teardown(self) -> None:
        self.archive.close()
        self.folder.cleanup()

    @initialize(figures=st.lists(FIGURES, max_size=4))
    def begin(self, figures: list[int]) -> None:
        for figure in figures:
            (number,) = self.watch.arrive(TELLINGS[0].format(figure))
            self.figures[number] = figure
        self.watch.begin()
        assert self.watch.current is not None
        self.told = {self.figures[one.article] for one in self.watch.current}

    @rule(figure=FIGURES, telling=st.sampled_from(TELLINGS))
    def a_report_arrives(self, figure: int, telling: str) -> None:
        (number,) = self.watch.arrive(telling.format(figure))
        self.waiting[number] = self.figures[number] = figure

    @rule()
    def something_else_arrives(self) -> None:
        self.waiting[self.watch.arrive(ELSEWHERE)[0]] = None

    @rule(data=st.data())
    def a_report_is_removed(self, data: st.DataObject) -> None:
        if self.figures:
            number = data.draw(st.sampled_from(sorted(self.figures)))
            self.watch.remove(number)
            del self.figures[number]
            self.waiting.pop(number, None)

    @rule()
    def a_slot_falls_due(self) -> None:
        arrived, self.waiting = self.waiting, {}
        change = self.watch.run()
        assert change.considered == len(arrived)
        assert sorted(one.article for one in change.judged) == sorted(arrived)
        assert len(change.now) <= 3
        for one in change.now:
            quote = one.quote
            article = self.archive.article(quote.article.number)
            assert article is not None and article.text[quote.start : quote.end] == quote.text  # the source's own words
            assert quote.text not in self.words  # never the same words twice
            self.words.add(quote.text)
            figure = self.figures[quote.article.number]
            assert figure not in self.told  # nor the same figure in others
            self.told.add(figure)
        for number, tells in arrived.items():
            assert tells is None or tells in self.told or len(change.now) == 3, number  # and nothing is lost
        for one in change.before:
            assert one.quote.article.number in self.figures  # what was removed is not shown again


WatchMachine.TestCase.settings = settings(max_examples=25, stateful_step_count=12, deadline=None)
TestWatching = WatchMachine.TestCase
