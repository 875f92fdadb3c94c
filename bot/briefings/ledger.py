"""The ledger: what was promised to whom, and what was kept. Small, precious, and on disk before anything is sent.

Here is what changes deliveries; what is read of them is in `run_history.py`.
"""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from bot.briefings.delivery import (
    SCHEDULED,
    Delivery,
    DeliveryPart,
    Run,
    RunState,
    nonce_of,
)
from bot.briefings.delivery_rows import accounts_as_text, write_skipped
from bot.briefings.draft_book import DraftBook
from bot.briefings.evidence_book import EvidenceBook
from bot.briefings.feedback_book import FeedbackBook
from bot.briefings.instants import instant_text
from bot.briefings.notice_book import NoticeBook
from bot.briefings.personal_data import PersonalRecords
from bot.briefings.relevance_marks import RelevanceMarks
from bot.briefings.request_book import Asked, RequestBook
from bot.briefings.run_history import HISTORY_RUNS, RunHistory
from bot.briefings.schema import APPLICATION_ID, MIGRATIONS
from bot.briefings.subscription import Slot, Subscription, next_run
from bot.briefings.subscription_book import SubscriptionBook
from bot.rendering.page import Page
from bot.rendering.page_data import page_as_data
from corpus.article import Window
from corpus.database import open_database, transaction, unusable
from retrieval.stories.reports import pack

FILE_NAME = "ledger.sqlite3"
ADDED_NOTHING = -1  # instead of a part, of an article that only repeats a told story: it is remembered with it
WITHHELD = "it was paused or removed before it was sent"
HISTORY_DAYS = 30  # as long as the buttons of a message work, PRODUCT.md, section 4


@dataclass(frozen=True, slots=True)
class Overview:
    """What a list of digests shows of one; `next_run` is None while it is paused."""

    subscription: Subscription
    next_run: dt.datetime | None
    last: Delivery | None


class Ledger(RunHistory):
    """Deliveries and stories; `subscriptions` is the book of who wants what, `drafts` of what is being set up, `marks`
    of what was not relevant, `notices` of what is to be told.

    Every method is one transaction, or part of that of a `together`. Made for one thread at a time; others, and other
    processes, may write beside it through connections of their own. Errors of the database become an `ArchiveUnusable`
    with one line to read.
    """

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        self._path = path
        self._is_together = False
        self.subscriptions = SubscriptionBook(connection, self._transaction)
        self.feedback = FeedbackBook(connection, self._transaction)
        self.people = PersonalRecords(connection, self._transaction, self.subscriptions, self.feedback)
        self.drafts = DraftBook(connection, self._transaction)
        self.marks = RelevanceMarks(connection, self._transaction)
        self.evidence = EvidenceBook(connection, self._transaction)
        self.notices = NoticeBook(connection, self._transaction, self.subscriptions)
        self.requests = RequestBook(connection, self._transaction, self.subscriptions)

    @classmethod
    def open(cls, folder: Path, *, writable: bool = True) -> Self:
        path = (folder / FILE_NAME).absolute()
        connection = open_database(path, MIGRATIONS, application_id=APPLICATION_ID, writable=writable, durable=True)
        return cls(connection, path)

    @classmethod
    def empty(cls) -> Self:
        """A ledger in memory without a subscription, to stand in for one that was never made."""
        path = Path(":memory:")
        return cls(open_database(path, MIGRATIONS, application_id=APPLICATION_ID, durable=True), path)

    @staticmethod
    def exists(folder: Path) -> bool:
        return (folder / FILE_NAME).exists()

    def close(self) -> None:
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @contextmanager
    def together(self) -> Iterator[None]:
        """What is done with the ledger in this block is one transaction: all of it or nothing."""
        with self._transaction():
            before, self._is_together = self._is_together, True
            try:
                yield
            finally:
                self._is_together = before

    # Deliveries

    def enqueue(
        self, run: Run, now: dt.datetime, asked: Asked | None = None, *, of: Subscription | None = None
    ) -> Delivery | None:
        """Write a run down with all its pages; None, and nothing is written, if its slot has a delivery already.

        Either way the slot is settled. `of`: the subscription as it was when the run was composed; None, and nothing
        at all happens, if it was changed, paused or removed since. `asked`: the request that it carries out, which ends
        with it; None also if that was ended already. A run without posts is over at once: it is `empty`, and the cursor
        advances.
        """
        with self._transaction():
            if of is not None and not self.subscriptions.is_as(of):
                return None
            if asked is not None and not self.requests.make_room(asked):
                return None
            if run.kind == SCHEDULED:
                self.subscriptions.settle(run.subscription, run.due_at)
            added = self._connection.execute(
                "INSERT INTO deliveries (subscription_id, local_date, kind, due_at, planned_at, window_after, "
                "window_upto, state, considered, items, account, finished_at, threshold, carries, watched, counted) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
                "ON CONFLICT (subscription_id, local_date, kind) DO NOTHING",
                (
                    run.subscription,
                    run.local_date.isoformat(),
                    run.kind,
                    instant_text(run.due_at),
                    instant_text(now),
                    run.window.after,
                    run.window.upto,
                    str(RunState.RENDERED if run.posts else RunState.EMPTY),
                    run.considered,
                    run.items,
                    accounts_as_text(run.accounts),
                    None if run.posts else instant_text(now),
                    run.threshold,
                    run.carries,
                    run.watched,
                    json.dumps(dict(run.counted)) if run.counted else None,
                ),
            )
            if not added.rowcount:
                return None
            number = added.lastrowid
            assert number is not None
            told_by = {article: part for part, post in enumerate(run.posts, start=1) for article in post.articles}
            for part, post in enumerate(run.posts, start=1):
                self._connection.execute(
                    "INSERT INTO parts (delivery_id, part, page, nonce, title, under, spare) "
                    "VALUES (?, ?, ?, ?, ?, ?, ?)",
                    (
                        number,
                        part,
                        json.dumps(page_as_data(post.page)),
                        nonce_of(run.subscription, run.local_date, run.kind, part),
                        post.title,
                        post.under,
                        post.spare,
                    ),
                )
            self._connection.executemany(
                "INSERT OR IGNORE INTO stories (subscription_id, article, story, delivery_id, report, part, first_day, "
                "last_day) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    (
                        run.subscription,
                        report.number,
                        report.story,
                        number,
                        pack(report),
                        part,
                        *([day.toordinal() for day in report.days] if report.days else (None, None)),
                    )
                    for report, part in (
                        *((report, told_by.get(report.number)) for report in run.reports),
                        *((report, ADDED_NOTHING) for report in run.repeats),
                    )
                ),
            )
            if asked is not None:
                self.requests.carried_out(asked, run.label, now)
            if run.evidence is not None and run.posts:
                self.evidence.wait(run.subscription, number, run.evidence)
            elif run.evidence is not None:
                self.evidence.replace(run.subscription, run.evidence)
            delivery = self.delivery(number)
            if not run.posts:
                self._complete(delivery, now)
            return delivery

    def skip(
        self, subscription: int, local_date: dt.date, due_at: dt.datetime, window: Window, reason: str, now: dt.datetime
    ) -> None:
        """Write down that a slot is skipped: the next one carries what it would have held."""
        with self._transaction():
            write_skipped(self._connection, subscription, Slot(local_date, due_at), window, reason, now)
            self.subscriptions.settle(subscription, due_at)

    def mark_sending(self, part: DeliveryPart, now: dt.datetime) -> bool:
        """From now on the part may be in its channel, whatever happens to us.

        False, and only the reason is written down, if no part of the run can be there yet and its digest is not served
        any more.
        """
        with self._transaction():
            run = self._find("id = ?", part.delivery)
            if run is None:
                return False
            if not self.subscriptions.get(run.subscription).is_served and not self.requests.may_be_posted(run):
                self._give_reason(run.id, WITHHELD)
                return False
            self._connection.execute(
                "UPDATE parts SET sending_since = ?, sent_to = ? WHERE delivery_id = ? AND part = ?",
                (instant_text(now), part.channel, part.delivery, part.part),
            )
            self._connection.execute(
                "UPDATE deliveries SET state = 'sending', reason = NULL, retry_at = NULL WHERE id = ?", (part.delivery,)
            )
            return True

    def mark_posted(self, part: DeliveryPart, message_id: int, now: dt.datetime) -> bool:
        """Store a message's id; with the last one the run is over, and cursor and stories advance with it.

        True when the run is over. All of it is one transaction.
        """
        with self._transaction():
            self._connection.execute(
                "UPDATE parts SET message_id = ? WHERE delivery_id = ? AND part = ?",
                (message_id, part.delivery, part.part),
            )
            return self._finish_if_posted(part.delivery, None, now)

    def give_up_spare(self, delivery: int, reason: str, now: dt.datetime) -> None:
        """Do without the spare parts that were not posted; with them the run may be over."""
        with self._transaction():
            self._connection.execute(
                "DELETE FROM parts WHERE delivery_id = ? AND spare AND message_id IS NULL", (delivery,)
            )
            self._finish_if_posted(delivery, reason, now)

    def redact(self, part: DeliveryPart, page: Page, articles: Collection[int]) -> None:
        """Before a part is posted: it has this page now, which tells of these articles no more."""
        with self._transaction():
            self._set_page(part, page)
            self._connection.execute(
                "UPDATE stories SET part = 0 WHERE delivery_id = ? AND article IN (SELECT value FROM json_each(?))",
                (part.delivery, json.dumps(list(articles))),
            )

    def mark_corrected(self, part: DeliveryPart, page: Page, articles: Collection[int], now: dt.datetime) -> None:
        """After a message that was posted was told that these articles are gone: it has this page now."""
        with self._transaction():
            self._set_page(part, page)
            self._connection.executemany(
                "UPDATE stories SET corrected_at = ? WHERE delivery_id = ? AND article = ?",
                ((instant_text(now), part.delivery, article) for article in articles),
            )

    def note(self, delivery: int, reason: str) -> None:
        """Keep what a run that is over could not do besides."""
        with self._transaction():
            self._give_reason(delivery, reason)

    def mark_unsent(self, part: DeliveryPart) -> None:
        """This attempt certainly posted nothing. `part` is as it was before: an earlier attempt stays on record."""
        with self._transaction():
            self._connection.execute(
                "UPDATE parts SET sending_since = ?, sent_to = ? WHERE delivery_id = ? AND part = ?",
                (
                    instant_text(part.sending_since) if part.sending_since else None,
                    part.sent_to,
                    part.delivery,
                    part.part,
                ),
            )

    def mark_blocked(self, delivery: int, reason: str, retry_at: dt.datetime) -> None:
        """The channel does not take it; it is left alone until `retry_at`."""
        with self._transaction():
            self._connection.execute(
                "UPDATE deliveries SET state = 'blocked', reason = ?, retry_at = ? WHERE id = ?",
                (reason, instant_text(retry_at), delivery),
            )

    def close_unposted(self, delivery: Delivery, state: RunState, reason: str, now: dt.datetime) -> None:
        """End a delivery as skipped or failed.

        What was posted of it counts as shown; the rest leaves no trace in cursor and stories: the next run holds it.
        """
        with self._transaction():
            shown = self._connection.execute(
                "SELECT count(*) FROM parts WHERE delivery_id = ? AND message_id IS NOT NULL", (delivery.id,)
            ).fetchone()[0]
            self._connection.execute(
                "UPDATE deliveries SET state = ?, reason = ?, retry_at = NULL, finished_at = ? WHERE id = ?",
                (str(state), reason, instant_text(now), delivery.id),
            )
            if shown:
                self._complete(delivery, now)
            else:
                self._connection.execute("DELETE FROM stories WHERE delivery_id = ?", (delivery.id,))
                self.evidence.not_posted(delivery.id)

    def overview(self, guild: int | None, now: dt.datetime) -> list[Overview]:
        """A server's digests, oldest first, each with its next run and what became of the last one."""
        return self._overviews(self.subscriptions.of_guild(guild), now)

    def overview_of_all(self, now: dt.datetime) -> list[Overview]:
        """The same of every server and person."""
        return self._overviews(self.subscriptions.everyone(), now)

    # Parts of the above

    def _overviews(self, subscriptions: Sequence[Subscription], now: dt.datetime) -> list[Overview]:
        last = self.last_run_of_each([one.id for one in subscriptions])
        return [Overview(one, next_run(one, now), last.get(one.id)) for one in subscriptions]

    def _give_reason(self, delivery: int, reason: str) -> None:
        self._connection.execute("UPDATE deliveries SET reason = ? WHERE id = ?", (reason, delivery))

    def _set_page(self, part: DeliveryPart, page: Page) -> None:
        self._connection.execute(
            "UPDATE parts SET page = ? WHERE delivery_id = ? AND part = ?",
            (json.dumps(page_as_data(page)), part.delivery, part.part),
        )

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        if self._is_together:
            yield
            return
        try:
            with transaction(self._connection):
                yield
        except sqlite3.Error as error:
            raise unusable(self._path, error) from error

    def _finish_if_posted(self, delivery: int, reason: str | None, now: dt.datetime) -> bool:
        """End a run of which no part is left to be posted; whether that is so."""
        left = self._connection.execute(
            "SELECT count(*) FROM parts WHERE delivery_id = ? AND message_id IS NULL", (delivery,)
        ).fetchone()[0]
        if left:
            return False
        self._connection.execute(
            "UPDATE deliveries SET state = 'posted', reason = ?, retry_at = NULL, finished_at = ? WHERE id = ?",
            (reason, instant_text(now), delivery),
        )
        self._complete(self.delivery(delivery), now)
        return True

    def _complete(self, delivery: Delivery, now: dt.datetime) -> None:
        """The run is over: the stories of its messages count as seen, and its window is behind us.

        Unless a story of it is in no message: then the next run looks at all of the window again, and holds what was
        not told.
        """
        self.evidence.posted(delivery.subscription, delivery.id)
        untold = self._connection.execute(
            "DELETE FROM stories WHERE delivery_id = ?1 AND part >= 0 AND part NOT IN "
            "(SELECT part FROM parts WHERE delivery_id = ?1 AND message_id IS NOT NULL)",
            (delivery.id,),
        ).rowcount
        self._connection.execute(
            "UPDATE stories SET posted_at = ? WHERE delivery_id = ?", (instant_text(now), delivery.id)
        )
        (carries,) = self._connection.execute("SELECT carries FROM deliveries WHERE id = ?", (delivery.id,)).fetchone()
        cursor = delivery.window.after if untold or carries else delivery.window.upto
        waiting_since = max(delivery.due_at, delivery.planned_at)
        self.subscriptions.advance(delivery.subscription, cursor, waiting_since=waiting_since)
        self._connection.execute(
            "UPDATE deliveries SET account = '[]' WHERE subscription_id = ? AND planned_at < ? AND account != '[]' "
            "AND id NOT IN (SELECT id FROM deliveries WHERE subscription_id = ? ORDER BY id DESC LIMIT ?)",
            (
                delivery.subscription,
                instant_text(now - dt.timedelta(days=HISTORY_DAYS)),
                delivery.subscription,
                HISTORY_RUNS,
            ),
        )
