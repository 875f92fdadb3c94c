"""What the command line prints about a question that narrows its own search."""

from __future__ import annotations

import datetime as dt

from bot.cli.plain_data import narrowing_as_data
from corpus.article import EVERYTHING, Scope
from retrieval.answers.outcome import NotInArchive, Reason
from retrieval.answers.replying import Reply

NOTHING = NotInArchive("Which keys?", Reason.NOTHING_CLOSE, (), 0.0)
JULY = Scope(outlet="Night Post", author="Ann Reid", since=dt.date(2024, 7, 1), until=dt.date(2024, 7, 31))


def test_a_question_that_says_nothing_has_no_further_key() -> None:
    assert narrowing_as_data(Reply(NOTHING, EVERYTHING), EVERYTHING) == {}
    assert narrowing_as_data(Reply(NOTHING, JULY), JULY) == {}  # the options said it


def test_what_a_question_says_is_printed() -> None:
    searched = {
        "since": "2024-07-01",
        "until": "2024-07-31",
        "outlet": "Night Post",
        "author": "Ann Reid",
        "widened": False,
        "newest_first": True,
        "listing": None,
    }
    assert narrowing_as_data(Reply(NOTHING, JULY, newest_first=True), EVERYTHING) == {"searched": searched}
    widened = {**searched, "widened": True, "newest_first": False, "listing": "keys"}
    assert narrowing_as_data(Reply(NOTHING, EVERYTHING, JULY, listing="keys"), EVERYTHING) == {"searched": widened}
