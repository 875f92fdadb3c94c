"""A run over very many articles: read in steps, listed in part and counted whole, remembered without being unpacked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from briefings import MONDAY, at_once, plain_pages, run_of, subscribed
from channels import FakeChannels
from digest_world.wire import Wire

from bot.briefings.delivery import MOST_LISTED, Account
from bot.briefings.delivery_rows import accounts_as_text, accounts_in
from bot.briefings.dispatch import Dispatcher
from bot.briefings.ledger import Ledger
from retrieval.digests.digest import Digest, LeftOut, LeftOutReason
from retrieval.stories.reports import Report, StoredReports
from retrieval.topics.topic import Topic

DUE = MONDAY + dt.timedelta(hours=1)
NOBODY: frozenset[int] = frozenset()


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger.open(tmp_path) as ledger:
        yield ledger


@dataclass
class StepByStep:
    """A `Composer` that reads in three steps and counts what it does not list."""

    threshold: float = 0.3
    unread: int = 3
    log: list[str] = field(default_factory=list)

    def read_ahead(self, numbers: Sequence[int]) -> bool:
        self.log.append(f"read {len(numbers)}")
        self.unread -= 1
        return self.unread > 0

    def compose(self, topic: Topic, numbers: Sequence[int], *, detail: int | None = None, **_: Any) -> Digest:
        self.log.append("compose")
        assert detail is not None
        left = tuple(LeftOut(n, None, LeftOutReason.BELOW_THRESHOLD, None, 0.1) for n in numbers[:detail])
        return Digest(
            topic, len(numbers), (), left, counted={LeftOutReason.BELOW_THRESHOLD: max(0, len(numbers) - detail)}
        )


async def test_a_run_is_read_in_steps_between_which_others_have_their_turn(ledger: Ledger) -> None:
    wire, composer = Wire(), StepByStep()
    for _ in range(MOST_LISTED + 40):
        wire.arrive("harbour", MONDAY, published="2026-11-22", news=True)
    subscribed(ledger)

    async def one_by_one(work: Callable[..., Any], *args: Any) -> Any:
        composer.log.append("|")
        return await at_once(work, *args)

    await Dispatcher(ledger, wire, composer, FakeChannels(DUE), plain_pages, one_by_one).settle_due(DUE)
    steps = [part.split() for part in " ".join(composer.log).split("|") if part.strip()]
    assert steps == [["read", "340"]] * 3 + [["compose"]]
    run = ledger.last_run(1)
    assert run is not None and run.considered == MOST_LISTED + 40
    assert len(ledger.accounts(run)) == MOST_LISTED
    assert run.counted == {"below_threshold": 40}


def test_a_run_of_which_all_is_listed_counts_nothing_besides(ledger: Ledger) -> None:
    subscription = subscribed(ledger)
    account = Account(5, "posted", None, 0.5, ("r", 0, 4), ("ferry",), (), ("tug",))
    delivery = ledger.enqueue(run_of(subscription, accounts=(account,)), DUE)
    assert delivery is not None and delivery.counted == {}
    assert ledger.accounts(delivery) == [account]


def test_what_became_of_thousands_comes_back_in_order_and_an_earlier_form_too(ledger: Ledger) -> None:
    subscription = subscribed(ledger)
    accounts = tuple(Account(n, "over_limit", None, n / 9000, ("r", 0, n), ("føroyar\u2028",)) for n in range(1, 2001))
    delivery = ledger.enqueue(run_of(subscription, accounts=accounts), DUE)
    assert delivery is not None
    assert tuple(ledger.accounts(delivery)) == accounts
    assert accounts_in('[[5, "posted", null, 0.5], [6, "folded", 5, 0.25, null, ["a"], [], []]]') == [
        Account(5, "posted", None, 0.5),
        Account(6, "folded", 5, 0.25, None, ("a",)),
    ]
    assert accounts_in("[]") == [] and accounts_as_text(()) == "[]"


def report(number: int, story: int, day: dt.date | None) -> Report:
    vector = np.full(4, 0.5, dtype=np.float32)
    days = (day, day + dt.timedelta(days=number % 3)) if day else None
    return Report(number, story, "m", vector, frozenset({number}), NOBODY, days, (frozenset({number, 7}),))


def test_of_what_was_told_only_that_is_read_which_matters(ledger: Ledger) -> None:
    subscription = subscribed(ledger)
    first = dt.date(2026, 1, 1)
    told = [report(n, n // 2 * 2, None if n == 40 else first + dt.timedelta(days=7 * n)) for n in range(1, 45)]
    delivery = ledger.enqueue(run_of(subscription, reports=tuple(told), parts=1), DUE)
    assert delivery is not None
    assert ledger.seen(subscription.id).articles == NOBODY
    ledger.mark_posted(ledger.parts(delivery)[0], 1, DUE)
    seen = ledger.seen(subscription.id)
    assert seen.articles == set(range(1, 45))
    assert [one.number for one in seen.reports] == list(range(1, 45))
    day = told[20].days
    assert day is not None
    near = seen.near([(day[0], day[0])])
    assert [one.number for one in near] == [20, 21, 40, 41]  # its story, and that of the one without a date
    assert [(one.story, one.days, one.sentences) for one in near] == [
        (one.story, one.days, one.sentences) for one in told if one.number in (20, 21, 40, 41)
    ]
    assert len(seen.near([None])) == len(told)
    assert isinstance(seen.reports, StoredReports) and seen.reports[-1].number == 44
    assert [one.number for one in seen.reports[2:4]] == [3, 4]
