"""What the terminal chat answers to a search and to presses on what it found; a timeline is drawn with letters."""

from __future__ import annotations

from typing import Final

from bot.desk import Desk
from bot.rendering import actions, notices
from bot.rendering.echo import question_of
from bot.rendering.page import Page
from bot.searches import VIEWS, found_at, instead, narrowed, page_in_text, scope_searched

SearchPress = actions.FindArticles | actions.FindByOutlet | actions.FindByDate | actions.FindInstead

_SUGGESTION: Final = 2  # the place of other words among a page's texts


def pressed_search(desk: Desk, action: SearchPress, value: str | None, words: str | None, texts: list[str]) -> Page:
    """What follows from a press on a page that lists what `words` found; None where it says none whole."""
    match action:
        case actions.FindInstead():
            words = question_of(texts[_SUGGESTION]) if len(texts) > _SUGGESTION else None
            search = instead(action)
        case actions.FindByOutlet() | actions.FindByDate():
            search = narrowed(action, value or "")
        case actions.FindArticles():
            search = action
    scope = scope_searched(desk, search)
    if words is None or scope is None or search.view not in VIEWS:
        return notices.notice_page(notices.gone_button())
    return page_in_text(found_at(desk, words, scope, search.view, search.skip), search.view)
