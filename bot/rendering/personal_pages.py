"""**My data**: what is kept about a person, and what deleting it does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.rendering.actions import DeleteMyData, ShowMyData
from bot.rendering.digest_items import shown_topic
from bot.rendering.limits import PAGE_TEXT
from bot.rendering.listed import listed
from bot.rendering.notices import moment
from bot.rendering.page import Button, Card, Look, Page
from bot.rendering.quotes import short_markdown
from bot.rendering.wording import gettext as _
from retrieval.watches.asked_topic import is_question

if TYPE_CHECKING:
    from bot.briefings.personal_data import PersonalData
    from bot.briefings.subscription import Subscription

_PART = (PAGE_TEXT - 900) // 3


def my_data_page(data: PersonalData) -> Page:
    """Every row with the person's id, in words; what does not fit is counted."""
    heading = _("**What is kept about you**")
    memory = "-# " + _(
        "Besides, in memory only: when you asked in the last 10 minutes. The text of your questions is neither stored "
        "nor logged, unless you send a note about an answer."
    )
    if not data:
        return Page((Card(f"{heading}\n" + _("Nothing.")), Card(memory)))
    notes = [
        f"{moment(one.written_at, 'd')} {short_markdown(one.note, 200)} · {short_markdown(one.question, 100)}"
        for one in data.feedback
    ]
    parts = (
        (_("**Digests of servers that you set up** (your id stands beside them)"), [_digest(one) for one in data.made]),
        (_("**Digests that you get in direct messages**"), [_digest(one) for one in data.personal]),
        (_("**Notes on answers** (kept 30 days, with the question)"), notes),
    )
    cards = [Card(listed(title, lines, _PART)) for title, lines in parts if lines]
    delete = Button(_("Delete"), DeleteMyData(0).encode(), Look.DANGER)
    return Page((Card(heading), *cards, Card(memory)), ((delete,),))


def delete_my_data_page() -> Page:
    """What will be gone, before it is."""
    text = _(
        "Your notes and your personal digests are deleted, and your id is taken from the digests of servers, which "
        "stay. This can't be undone."
    )
    sure = Button(_("Delete it all"), DeleteMyData(1).encode(), Look.DANGER)
    return Page((Card(text),), ((sure, Button(_("Keep it"), ShowMyData().encode())),))


def _digest(one: Subscription) -> str:
    parts = [f"{one.name} {shown_topic(one.topic.text, 80)}"]
    if is_question(one.topic.text):
        parts.append(_("watched question"))
    if one.guild is not None:
        parts.append(f"<#{one.channel}>")
    return " · ".join(parts)
