from __future__ import annotations

from hostile import hostile
from hypothesis import given
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document

from bot.console.commands import COMMANDS
from bot.console.completion import CommandCompleter, Names, completions
from corpus.archive import Heading

NAMES = Names(
    [Heading(1, "Port Ellen dredges its harbour", "Harbour Gazette", None), Heading(12, "Islay ferry", None, None)],
    ["Harbour Gazette", "Night Post"],
)


def completed(line: str) -> list[str]:
    """The whole line as each completion would make it."""
    found = completions(line, NAMES)
    return [line[: len(line) + one.start_position] + one.text for one in found]


def test_commands_articles_options_and_outlets_are_completed() -> None:
    assert completed("/") == list(COMMANDS)
    assert completed("/ar") == ["/article"]
    assert completed("/article ferry") == ["/article A-12"]
    assert completed("/article gazette ellen") == ["/article A-1"]
    assert completed("/digest p") == ["/digest preview"]
    assert completed("/digest add ferries when:w") == [
        "/digest add ferries when:weekdays",
        "/digest add ferries when:weekly",
    ]
    assert completed("/ask who? sou") == ['/ask who? source:"Harbour Gazette"', '/ask who? source:"Night Post"']
    assert completed("/ask who? ") == []
    assert completed("/search ferry sort:n") == ["/search ferry sort:newest"]
    assert completed("/ask ferry sort:n") == []


def test_a_question_is_left_alone() -> None:
    completer = CommandCompleter(NAMES)
    assert list(completer.get_completions(Document("since when?"), CompleteEvent())) == []
    assert list(completer.get_completions(Document("/he"), CompleteEvent()))


@given(hostile.map(lambda text: f"/{text}"))
def test_any_line_can_be_completed(line: str) -> None:
    assert all(len(line) + one.start_position >= 0 for one in completions(line, NAMES))
