"""What the terminal chat answers: a line in, a page out. Knows neither keyboard nor screen."""

from __future__ import annotations

import datetime as dt
import logging
import secrets
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

from bot.console.article_talk import opened_article, pressed_article
from bot.console.commands import (
    AddDigest,
    Ask,
    Command,
    Filters,
    Follow,
    Help,
    ListDigests,
    Misread,
    OpenArticle,
    Press,
    PreviewDigest,
    Quit,
    Search,
    read_command,
)
from bot.console.digest_desk import DigestDesk
from bot.console.digest_talk import pressed_digest, preview
from bot.console.printing import Control, controls_of
from bot.console.search_talk import pressed_search
from bot.desk import Desk
from bot.errors import BotError
from bot.rendering import actions, notices
from bot.rendering.answer_pages import SHOWN, answer_page, closest_anyway, quotes_to_show
from bot.rendering.context_page import context_page
from bot.rendering.digest_settings_pages import digest_list_page
from bot.rendering.echo import question_searched
from bot.rendering.help_page import help_page
from bot.rendering.limits import clip
from bot.rendering.markdown import escaped
from bot.rendering.page import Card, Page
from bot.rendering.read_back import found_again
from bot.rendering.search_page import dates_swapped_page, search_page
from bot.searches import found_at, page_in_text
from corpus.article import EVERYTHING, Scope, article_id
from corpus.errors import CorpusError
from retrieval.answers.outcome import NotInArchive
from retrieval.errors import RetrievalError
from retrieval.questions.follow_up import Earlier, FollowUpQuestion, follow_up

log = logging.getLogger(__name__)

IN_A_TERMINAL: Final = (
    "**In this terminal** a line without a slash is a question, a number presses a choice. Ctrl-C stops an "
    "answer, Ctrl-D leaves."
)


class Farewell(Exception):
    """The person wants to leave."""


class Conversation:
    """Answers lines over one desk. Keeps no state of its own: the pages before are arguments.

    `now` gives the aware time in the zone of whoever sits at the terminal. An article's **File** is written into
    `folder`, by default the one that the program was started in. Not for two threads at once.
    """

    def __init__(
        self, desk: Desk, digests: DigestDesk | None, now: Callable[[], dt.datetime], folder: Path = Path()
    ) -> None:
        self.desk = desk
        self.folder = folder
        self.digests = digests
        self.now = now

    def reply(self, line: str, before: Page | None = None, answer: Page | None = None) -> tuple[Page, ...]:
        """The pages that answer a line; the last one is the one whose choices can then be pressed.

        `answer` is the last page that a question can follow (`can_be_followed`).
        What goes wrong is a page too: nothing but `Farewell` and an interruption is raised.
        """
        try:
            command = read_command(line, self.now().date())
            return () if command is None else self._done(command, before, answer)
        except Farewell:
            raise
        except (BotError, RetrievalError, CorpusError) as error:
            return (notices.notice_page(escaped(str(error))),)
        except Exception:
            reference = secrets.token_hex(2).upper()
            log.exception("ref %s", reference)
            return (notices.notice_page(notices.something_wrong(reference)),)

    def welcome(self) -> Page:
        titles = [article.title for article in self.desk.recent() if article.title]
        page = help_page(self.desk.coverage(), self.desk.subjects(), titles)
        return Page((*page.cards, Card(IN_A_TERMINAL)))

    def _done(self, command: Command, before: Page | None, answer: Page | None) -> tuple[Page, ...]:
        match command:
            case Ask(question, filters):
                return (self._asked(question, filters),)
            case Follow(question, filters):
                return (self._followed(question, filters, answer),)
            case Search(words, filters, view):
                return (self._searched(words, filters, view),)
            case OpenArticle(find, part):
                return (opened_article(self.desk, find, part, self.folder),)
            case Help():
                return (self.welcome(),)
            case Quit():
                raise Farewell
            case Misread(usage):
                return (notices.notice_page(f"Write: {escaped(usage)}"),)
            case Press(number):
                choices = controls_of(before) if before else []
                if not 1 <= number <= len(choices):
                    return (notices.notice_page(_no_choice(number, len(choices))),)
                assert before is not None
                return self._pressed(choices[number - 1], before)
            case ListDigests():
                return (digest_list_page(self._digests().rows(self.now())),)
            case PreviewDigest(topic):
                return (preview(self._digests(), AddDigest(topic), self.now()),)
            case AddDigest():
                return (preview(self._digests(), command, self.now()),)

    # Questions

    def _asked(self, question: str, filters: Filters) -> Page:
        scope = self._scope(filters)
        if scope is None:
            return self._no_such_source(filters.source or "")
        return self._answer(question, scope)

    def _followed(self, question: str, filters: Filters, answer: Page | None) -> Page:
        followed = _followed_in(answer) if answer is not None else None
        if followed is None:
            return notices.notice_page("There is no answer to follow up. Ask a question first.")
        asked, action = followed
        scope = self._scope(filters)
        if scope is None:
            return self._no_such_source(filters.source or "")
        scope = replace(scope, article=scope.article or action.article)  # what follows on one article stays in it
        follows = follow_up(question, [Earlier(asked, self._scope_of(action))], self.now().date())
        return self._answer(question, scope, follows=follows)

    def _answer(
        self,
        question: str,
        scope: Scope,
        *,
        follows: FollowUpQuestion | None = None,
        skip: int = 0,
        anyway: bool = False,
    ) -> Page:
        searched = follows.text if follows else question
        if scope.since and scope.until and scope.since > scope.until:
            return notices.dates_swapped_page(searched, scope)
        within = None if scope.article is None else self.desk.article(article_id(scope.article))
        if scope.article is not None:
            if within is None:
                return notices.notice_page(notices.no_such_article(article_id(scope.article)))
            # The words of another posting of an article are not searched; those of the main one are.
            scope = replace(scope, article=within.duplicate_of or within.number)
        # One more than is shown tells whether there is more.
        reply = self.desk.reply(
            searched,
            today=self.now().date(),
            scope=scope,
            carried=follows.carried if follows else EVERYTHING,
            quotes=max(SHOWN.values()) + 1,
            skip=skip,
        )
        outcome = reply.outcome
        if isinstance(outcome, NotInArchive) and (anyway or skip):
            closest = closest_anyway(outcome)
            if closest is None:
                return notices.notice_page(notices.no_more_quotes())
            outcome = closest
        return answer_page(
            outcome,
            coverage=self.desk.coverage(),
            subjects=self.desk.subjects(),
            scope=reply.scope,
            more=len(outcome.quotes) > len(quotes_to_show(outcome)),
            skip=skip,
            asked=question if follows else None,
            tried=reply.tried,
            newest_first=reply.newest_first,
            listing=reply.listing,
            language_note=self.desk.language_note(outcome.question),
            within=within,
            can_be_rated=False,
        )

    def _searched(self, words: str, filters: Filters, view: str) -> Page:
        scope = self._scope(filters)
        if scope is None:
            return self._no_such_source(filters.source or "")
        if scope.since and scope.until and scope.since > scope.until:
            return dates_swapped_page(words, view, scope)
        return page_in_text(found_at(self.desk, words, scope, view), view)

    def _scope(self, filters: Filters) -> Scope | None:
        """None when the archive has no such source. Part of an outlet's name will do if it is one outlet's alone."""
        outlet = filters.source
        if outlet is not None:
            names = [name for name, _ in self.desk.outlets()]
            same = [name for name in names if name.casefold() == outlet.casefold()]
            alike = same or [name for name in names if outlet.casefold() in name.casefold()]
            if len(alike) != 1:
                return None
            outlet = alike[0]
        return Scope(outlet=outlet, since=filters.since, until=filters.until, article=filters.article)

    def _scope_of(self, action: actions.Scoped) -> Scope:
        named = (source for source in self.desk.sources() if actions.source_key(source) == action.outlet)
        return replace(next(named, EVERYTHING), since=action.since, until=action.until, article=action.article)

    def _listed(self, question: str, scope: Scope) -> Page:
        narrowing = self.desk.narrowing(question, self.now().date(), scope)
        within = narrowing.within(scope)
        return search_page(found_at(self.desk, narrowing.listing or question, within))

    def _no_such_source(self, source: str) -> Page:
        some = ", ".join(name for name, _ in self.desk.outlets()[:5])
        there_is = f": there is {some}" if some else ""
        return notices.notice_page(escaped(f"No source {clip(source, 100)} in this archive{there_is}."))

    def _digests(self) -> DigestDesk:
        if self.digests is None:
            raise BotError("Digests can't be set up here: this archive was opened for reading only.")
        return self.digests

    # Choices

    def _pressed(self, control: Control, page: Page) -> tuple[Page, ...]:
        texts = [card.text for card in page.cards if isinstance(card, Card)]
        match actions.decode(control.action):
            case (
                actions.ReadArticle()
                | actions.ArticlePage()
                | actions.CiteArticle()
                | actions.ArticleFile()
                | actions.ArticleSelect()
                | actions.JumpToParagraph()
                | actions.AskArticle()
            ) as action:
                return (pressed_article(self.desk, action, control.value, self.folder),)
            case actions.DigestItemSelect(None):
                return (pressed_article(self.desk, actions.ArticleSelect(), control.value, self.folder),)
            case actions.ShowContext():
                quotes = found_again(texts, lambda number: self.desk.article(article_id(number)))
                return (context_page(quotes) if quotes else notices.notice_page(notices.gone_button()),)
            case actions.FoundSelect():
                return self._pressed(Control(control.label, control.value or ""), page)
            case (
                actions.FindArticles() | actions.FindByOutlet() | actions.FindByDate() | actions.FindInstead()
            ) as action:
                return (pressed_search(self.desk, action, control.value, question_searched(texts), texts),)
            case actions.DigestOfSearch() | actions.WatchQuestion():
                return (preview(self._digests(), AddDigest(question_searched(texts) or ""), self.now()),)
            case actions.FollowUp():
                return (notices.notice_page("Write /follow and your next question."),)
            case actions.ListArticles() as action:
                question = question_searched(texts)
                if question is None:
                    return (notices.notice_page(notices.gone_button()),)
                return (self._listed(question, self._scope_of(action)),)
            case actions.MoreQuotes() | actions.ShowClosest() | actions.AskAgain() as action:
                question = question_searched(texts)
                if question is None:
                    return (notices.notice_page(notices.gone_button()),)
                scope = self._scope_of(action)
                skip = action.skip if isinstance(action, actions.MoreQuotes) else 0
                return (self._answer(question, scope, skip=skip, anyway=isinstance(action, actions.ShowClosest)),)
            case None:
                return (notices.notice_page(notices.gone_button()),)
            case action:
                return pressed_digest(self._digests(), action, control.value, self.now())


def can_be_followed(page: Page) -> bool:
    """Whether `/follow` can ask on after a page."""
    return _followed_in(page) is not None


def _no_choice(number: int, count: int) -> str:
    if not count:
        return "There is nothing to choose here. A line without a slash is a question; /help lists the commands."
    return f"There is no choice {number} here: they go from 1 to {count}."


def _followed_in(page: Page) -> tuple[str, actions.FollowUp] | None:
    """The question that a page answers, and its **Follow up** button."""
    question = question_searched([card.text for card in page.cards if isinstance(card, Card)])
    found = (actions.decode(control.action) for control in controls_of(page))
    action = next((one for one in found if isinstance(one, actions.FollowUp)), None)
    return (question, action) if question is not None and action is not None else None
