"""What people can ask of a digest's runs, as plain blocking calls: history, one article, why, more, not relevant."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence

from bot.briefings.delivery import SCHEDULED, Account, Delivery
from bot.briefings.digest_desk import Owner
from bot.briefings.ledger import Ledger
from bot.briefings.pages import shown_result
from bot.briefings.planning import Judge
from bot.briefings.subscription import RAISE_STEP, Subscription
from bot.errors import GoneFromDigest, NoSuchDigest
from bot.rendering.digest_history_pages import FateLine, RunLine, digest_history_page, digest_run_page
from bot.rendering.digest_item_pages import ItemView, digest_item_page, digest_marked_page, digest_why_page
from bot.rendering.digest_pages import MORE_ITEMS, rest_page
from bot.rendering.page import Page
from bot.rendering.wording import gettext as _
from corpus.archive import Archive
from corpus.article import Article, article_id
from corpus.passage import Quote
from retrieval.digests.digest import DigestItem

_RUN = re.compile(r"D([0-9]{1,18})-([0-9]{8})(?:m([0-9]{1,9}))?")


class RunDesk:
    """The runs of servers and persons. For the workbench's thread.

    `run` is the id of a delivery without its hash sign, ``D3-20261123``. Raises `NoSuchDigest` for what is not the
    owner's, `GoneFromDigest` for an article or a run that is not there (for these readers).
    """

    def __init__(self, ledger: Ledger, archive: Archive, composer: Judge) -> None:
        self._ledger = ledger
        self._archive = archive
        self._composer = composer

    def subscription_of(self, run: str) -> int:
        """The number of the digest whose run it is."""
        match = _RUN.fullmatch(run)
        if match is None:
            raise GoneFromDigest(_gone())
        return int(match[1])

    # For those who manage digests

    def history(self, owner: Owner, number: int) -> Page:
        """The last 20 runs."""
        subscription = self._of(owner, number)
        runs = [_line(delivery) for delivery in self._ledger.last_runs(number)]
        return digest_history_page(subscription.topic.text, number, runs)

    def run(self, owner: Owner, run: str, page: int) -> Page:
        """What became of each article of a run."""
        subscription, delivery = self._run(owner, run)
        accounts = self._ledger.accounts(delivery)
        return digest_run_page(
            subscription.topic.text,
            subscription.id,
            _line(delivery),
            [account.outcome for account in accounts],
            lambda place: self._fate(owner, accounts[place]),
            threshold=delivery.threshold,
            page=page,
            counted=delivery.counted,
            watched=delivery.watched,
        )

    def mark(self, owner: Owner, run: str, article: int, now: dt.datetime) -> Page:
        """Say that an article is not relevant, which raises the digest's threshold by a step.

        Of a watched question it is never evidence again.
        """
        subscription, _delivery = self._run(owner, run)
        if subscription.topic.is_everything:
            raise GoneFromDigest(
                _("This digest takes everything new, so it has no threshold to raise. Give it a topic with Edit.")
            )
        self._article(owner, article)
        self._ledger.marks.add(subscription.id, article, now)
        return self._marked(owner, run, article, before=subscription)

    def unmark(self, owner: Owner, run: str, article: int) -> Page:
        """Take that back."""
        subscription, _delivery = self._run(owner, run)
        self._article(owner, article)
        self._ledger.marks.remove(subscription.id, article)
        return self._marked(owner, run, article, before=subscription)

    # For every reader

    def item(self, owner: Owner, run: str, article: int) -> Page:
        """An article of a run, and what can be done with it."""
        return digest_item_page(self._view(owner, run, article))

    def why(self, owner: Owner, run: str, article: int) -> Page:
        """Why an article is in a run, or is not."""
        return digest_why_page(self._view(owner, run, article))

    def more(self, owner: Owner, run: str, page: int) -> Page:
        """What was over the limit of a run."""
        subscription, delivery = self._run(owner, run)
        accounts = self._ledger.accounts(delivery)
        over = [one for one in accounts if one.outcome == "over_limit" and one.place]
        if not over:
            raise GoneFromDigest(_("That list is not kept any longer. /search finds its articles."))
        page = max(0, min(page, (len(over) - 1) // MORE_ITEMS))
        here = over[page * MORE_ITEMS : (page + 1) * MORE_ITEMS]
        items = [item for one in here if (item := self._item(owner, one, accounts)) is not None]
        return rest_page(subscription.topic.text, items, run, page, len(over))

    # Parts of the above

    def _of(self, owner: Owner, number: int) -> Subscription:
        subscription = self._ledger.subscriptions.get(number)
        if not owner.has(subscription):
            raise NoSuchDigest.numbered(number)
        return subscription

    def _run(self, owner: Owner, run: str) -> tuple[Subscription, Delivery]:
        match = _RUN.fullmatch(run)
        if match is None:
            raise GoneFromDigest(_gone())
        subscription = self._of(owner, int(match[1]))
        try:
            day = dt.date.fromisoformat(match[2])
        except ValueError as error:
            raise GoneFromDigest(_gone()) from error
        delivery = self._ledger.run_of(subscription.id, day, f"manual-{match[3]}" if match[3] else SCHEDULED)
        if delivery is None:
            raise GoneFromDigest(_gone())
        return subscription, delivery

    def _visible(self, owner: Owner, number: int | None) -> Article | None:
        article = self._archive.article(number) if number is not None else None
        return article if article is not None and article.collection not in owner.hidden else None

    def _article(self, owner: Owner, number: int) -> Article:
        article = self._visible(owner, number)
        if article is None:
            text = _("No article {article}. Start typing a title and pick from the list.")
            raise GoneFromDigest(text.format(article=article_id(number)))
        return article

    def _fate(self, owner: Owner, account: Account) -> FateLine:
        teller = self._visible(owner, account.into)
        article = self._visible(owner, account.article)
        return FateLine(article, account.outcome, account.score, teller.id if teller else None)

    def _view(self, owner: Owner, run: str, number: int) -> ItemView:
        subscription, delivery = self._run(owner, run)
        article = self._article(owner, number)
        accounts = self._ledger.accounts(delivery)
        account = next((one for one in accounts if one.article == number), None)
        threshold = delivery.threshold
        if threshold is None:
            threshold = subscription.threshold(self._composer.threshold)
        if account is None and delivery.watched:
            account = Account(number, "", None, 0.0)  # nobody asks the question anew for one article
        if account is None:
            found = self._composer.matches(subscription.topic, [number])
            match = found[0] if found else None
            account = Account(
                number,
                "",
                None,
                match.score if match else 0.0,
                words=match.words if match else (),
                lacks=match.lacks if match else (),
                bars=match.bars if match else (),
            )
        return ItemView(
            run=run,
            topic=subscription.topic.text,
            article=article,
            sentence=_sentence(article, account),
            outcome=account.outcome or None,
            score=account.score,
            threshold=threshold,
            also=tuple(self._others(owner, number, accounts)),
            told_by=self._visible(owner, account.into),
            words=account.words,
            lacks=account.lacks,
            bars=account.bars,
            marked=self._ledger.marks.has(subscription.id, number),
            watched=delivery.watched,
        )

    def _marked(self, owner: Owner, run: str, number: int, *, before: Subscription) -> Page:
        usual = self._composer.threshold
        after = self._ledger.subscriptions.get(before.id)
        return digest_marked_page(
            self._view(owner, run, number), before.threshold(usual), after.threshold(usual), RAISE_STEP
        )

    def _others(self, owner: Owner, number: int, accounts: Sequence[Account]) -> list[Article]:
        """The articles that were folded into one."""
        folded = [one.article for one in accounts if one.outcome == "folded" and one.into == number]
        return [article for one in folded if (article := self._visible(owner, one)) is not None]

    def _item(self, owner: Owner, account: Account, accounts: Sequence[Account]) -> DigestItem | None:
        """An item as it was told; None when it cannot be shown (any more)."""
        article = self._visible(owner, account.article)
        sentence = _sentence(article, account) if article is not None else None
        if article is None or sentence is None:
            return None
        also = tuple(other.number for other in self._others(owner, account.article, accounts))
        return DigestItem(article, sentence, "", account.score, also, account.into)


def _sentence(article: Article, account: Account) -> Quote | None:
    """The words that were shown; None when the article has been revised since, and they may not be its words now."""
    if account.place is None:
        return None
    revision, start, end = account.place
    if revision != article.revision or not 0 <= start < end <= len(article.text):
        return None
    return Quote(article, start, end)


def _line(delivery: Delivery) -> RunLine:
    return RunLine(
        run=delivery.label.removeprefix("#"),
        when=delivery.finished_at or delivery.planned_at,
        result=shown_result(delivery),
        considered=delivery.considered,
        is_manual=delivery.kind != SCHEDULED,
    )


def _gone() -> str:
    return _("That run is not kept any longer. /digest list shows the last ones.")
