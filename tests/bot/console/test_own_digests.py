"""Digests of the terminal: set up, posted to the screen, asked about."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from digest_walks import DREDGING, harbour_news
from drafts import draft
from fakes import WordHashEmbedder
from small_desk import add_articles, archive_with, desk_over

from bot.briefings.ledger import Ledger
from bot.briefings.plan import Plan
from bot.console.conversation import Conversation
from bot.console.own_digests import OwnDigests
from bot.console.printing import controls_of
from bot.rendering.page import Page
from corpus.archive import Archive
from retrieval.digests.digesting import DigestComposer
from retrieval.watches.watching import QuestionWatcher

NOW = dt.datetime(2026, 1, 5, 8, tzinfo=dt.UTC)


@dataclass
class Terminal:
    conversation: Conversation
    archive: Archive
    ledger: Ledger
    pages: list[Page] = field(default_factory=list)

    def write(self, line: str) -> str:
        self.pages = list(self.conversation.reply(line, self.pages[-1] if self.pages else None))
        return "\n".join(page.text for page in self.pages)

    def press(self, label: str) -> str:
        labels = [control.label for control in controls_of(self.pages[-1])]
        return self.write(str(labels.index(label) + 1))


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    with archive_with(tmp_path) as archive, Ledger.open(tmp_path / "terminal") as ledger:
        composer = DigestComposer(archive, WordHashEmbedder(), threshold=0.05)
        desk = desk_over(archive, tmp_path)
        own = OwnDigests(ledger, archive, composer, QuestionWatcher(archive, desk.ready))
        yield Terminal(Conversation(desk, own, lambda: NOW), archive, ledger)


def test_a_digest_is_set_up_posted_and_asked_about(terminal: Terminal) -> None:
    shown = terminal.write("/digest add harbour silt when:weekdays at:9pm")
    assert "Monday to Friday at 21:00 (UTC), in this terminal." in shown
    assert "of the newest 3 articles match" in shown
    terminal.press("Why")
    terminal.press("Back")
    assert "**harbour silt** · D1" in terminal.press("Start")
    add_articles(terminal.archive, [DREDGING])
    assert "**harbour silt** · 1 new · 2 Jan" in terminal.press("Post now")
    assert "Harbour silt goes to the farms" in terminal.press("Harbour silt goes to the farms")
    assert "It was posted: has the words: harbour, silt." in terminal.press("Why")
    assert "Its threshold went from 0.05 to 0.10" in terminal.press("Not relevant")
    assert "counts as relevant" in terminal.press("Undo “not relevant”")


def test_a_question_is_watched_here_too(terminal: Terminal) -> None:
    shown = terminal.write("/digest add How many sheep drowned off Jura?")
    assert "it posts only when the best evidence changes" in shown
    assert "Watched question" in terminal.press("Start")
    add_articles(terminal.archive, [draft("The coastguard says that 12 sheep drowned off Jura in the storm.")])
    assert "there is an answer · 1 new quote" in terminal.press("Post now")
    assert "It was posted: it is among the best evidence" in (terminal.press("Untitled"), terminal.press("Why"))[1]
    assert "is no evidence for **How many sheep drowned off Jura?** any more" in terminal.press("Not relevant")
    assert "can be evidence for" in terminal.press("Undo “not relevant”")


def test_what_is_over_the_limit_is_behind_more(terminal: Terminal) -> None:
    terminal.write("/digest add")
    terminal.press("Start")
    add_articles(terminal.archive, harbour_news(8))
    subscription = terminal.ledger.subscriptions.get(1)
    smaller = replace(Plan.of(subscription), max_items=3)
    terminal.ledger.subscriptions.revise(1, smaller, subscription.schedule, NOW)
    assert "**Everything new** · 3 of 8 new" in terminal.press("Post now")
    assert "over the limit, 1–5 of 5" in terminal.press("More (5)")


def test_history_and_changes_are_here_too(terminal: Terminal) -> None:
    terminal.write("/digest add harbour silt")
    terminal.press("Start")
    terminal.write("/digest list")
    assert "It has not run yet." in terminal.press("History")
    terminal.press("Back")
    assert "Monday" not in terminal.press("Edit")
    assert "Write it again with what you want changed: /digest add harbour silt" in terminal.press("Change")
    terminal.write("/digest list")
    assert "It was removed." in terminal.press("Remove")
    assert "D1" in terminal.press("Undo")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("/digest add x at:noonish", 'I couldn\'t read "noonish" as a time.'),
        ("/digest add x zone:EST5", 'I don\'t know the time zone "EST5".'),
        ("/digest add x when:hourly", "when: is one of daily, weekdays, weekly, monthly."),
    ],
)
def test_what_cannot_be_read_is_said(terminal: Terminal, line: str, said: str) -> None:
    assert said in terminal.write(line).replace("\\", "")
    assert terminal.ledger.subscriptions.of_guild(None) == []
