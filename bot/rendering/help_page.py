"""What the archive holds, how to ask, and what is kept about a person."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bot.rendering.actions import ShowMyData
from bot.rendering.answer_pages import holdings
from bot.rendering.notices import archive_empty
from bot.rendering.page import Button, Card, Page, Rule
from bot.rendering.quotes import short_markdown
from bot.rendering.wording import N_, command
from bot.rendering.wording import gettext as _
from corpus.archive import Coverage

HOW: Final = N_("""\
**I answer from an archive of articles, with their own words**
/ask finds the passages that answer a question; since:, until: and source: narrow it.
Every quote is word for word. Read opens the article it is from, More shows further passages.
/search counts and lists what mentions something; /article opens an article by its title or id, to read or to cite.
/digest add posts what is new on a topic, or when the answer to a question changes; /digest list shows what is set up.
When the archive does not answer, I say so instead of guessing.""")

PRIVACY: Final = N_(
    "**Privacy** The text of your questions is neither stored nor logged. Kept are: how many questions you asked in "
    "the last minutes, in memory; who set up a digest, and its topic or the question that it watches, until it is "
    "removed; and a note that you send about an answer, "
    "with its question, for 30 days. Nothing is sent to anybody else."
)


def help_page(
    coverage: Coverage, subjects: Sequence[str] = (), examples: Sequence[str] = (), *, in_chat: bool = False
) -> Page:
    """`examples` are titles of real articles; up to three become questions to try. In chat there is **My data**."""
    holds = _("It holds {holdings}.").format(holdings=holdings(coverage, subjects))
    cards: list[Card | Rule] = [Card(_(HOW)), Rule(), Card(holds if coverage.articles else archive_empty())]
    if examples:
        question = _("What is said about “{title}”?")
        tries = (f"/{command('ask')} {question.format(title=short_markdown(title, 140))}" for title in examples[:3])
        cards.append(Card("\n".join([f"**{_('Try')}**", *tries])))
    return Page((*cards, Rule(), Card(_(PRIVACY), Button(_("My data"), ShowMyData().encode()) if in_chat else None)))
