"""The terminal chat: read a line, answer it, print the pages; until the input ends or somebody leaves."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Final, Protocol, TextIO

from bot.console.conversation import Conversation, Farewell, can_be_followed
from bot.console.digest_desk import DigestDesk
from bot.console.printing import print_page, terminal
from bot.desk import Desk
from bot.rendering.page import Page

HISTORY_FILE: Final = "chat-history"
_PROMPT: Final = "> "


class LineReader(Protocol):
    """Gives the next line; raises EOFError at the end and KeyboardInterrupt on Ctrl-C."""

    def __call__(self) -> str: ...


def chat(
    desk: Desk,
    *,
    data: Path,
    digests: DigestDesk | None = None,
    input: TextIO | None = None,
    output: TextIO | None = None,
    now: Callable[[], dt.datetime] = lambda: dt.datetime.now().astimezone(),
) -> int:
    """Chat until the input ends (Ctrl-D) or `/quit`; gives the exit code 0.

    At a keyboard there are history (kept in the data folder), completion and numbered choices. A pipe is read line by
    line, and Ctrl-C there raises KeyboardInterrupt as in any other command.
    """
    lines, pages = input or sys.stdin, output or sys.stdout
    conversation = Conversation(desk, digests, now)
    at_keyboard = lines.isatty() and pages.isatty() and input is None
    reader = _keyboard(desk, data) if at_keyboard else _piped(lines)
    return talk(conversation, reader, pages, at_keyboard=at_keyboard)


def talk(conversation: Conversation, reader: LineReader, output: TextIO, *, at_keyboard: bool) -> int:
    """The loop of `chat`, over any reader.

    Answers come from a worker, so that Ctrl-C gets the prompt back at once; what the worker was doing it finishes
    unseen, since a search that is torn off half-way might leave the index half-way too. Ctrl-C after that leaves.
    """
    before: Page | None = None
    answer: Page | None = None
    stopped = False
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="chat") as worker:
        if at_keyboard:
            print_page(worker.submit(conversation.welcome).result(), output=output, now=conversation.now())
            worker.submit(conversation.desk.warm_up)
        while True:
            try:
                line = reader()
            except EOFError:
                return 0
            except KeyboardInterrupt:
                if not at_keyboard:
                    raise
                if stopped:
                    return 0
                continue
            stopped = False
            try:
                with _searching(output, at_keyboard):
                    replies = _result(worker.submit(conversation.reply, line, before, answer))
            except Farewell:
                return 0
            except KeyboardInterrupt:
                if not at_keyboard:
                    raise
                stopped = True
                output.write("Stopped. Ctrl-C once more leaves.\n")
                continue
            for page in replies:
                print_page(page, output=output, now=conversation.now())
                output.write("\n")
                before = page
                answer = page if can_be_followed(page) else answer
            output.flush()


def _result(answer: Future[tuple[Page, ...]]) -> tuple[Page, ...]:
    """The answer, waited for in short steps: on Windows a wait without an end cannot be interrupted."""
    while True:
        try:
            return answer.result(timeout=0.5)
        except NotYet:
            if answer.done():
                raise


def _searching(output: TextIO, at_keyboard: bool) -> AbstractContextManager[object]:
    return terminal(output).status("Searching…") if at_keyboard else nullcontext()


def _piped(lines: TextIO) -> LineReader:
    def read() -> str:
        line = lines.readline()
        if not line:
            raise EOFError
        return line

    return read


def _keyboard(desk: Desk, data: Path) -> LineReader:
    from prompt_toolkit import PromptSession
    from prompt_toolkit.history import FileHistory, History, InMemoryHistory

    from bot.console.completion import CommandCompleter, Names

    history: History = InMemoryHistory()
    if data.is_dir():
        path = data / HISTORY_FILE
        try:
            path.touch(mode=0o600)  # what was asked is nobody else's business
            history = FileHistory(str(path))
        except OSError:  # a folder that can only be read has no history; asking works all the same
            pass
    names = Names(desk.headings(limit=2000), [name for name, _ in desk.outlets()])
    session: PromptSession[str] = PromptSession(
        _PROMPT, history=history, completer=CommandCompleter(names), complete_while_typing=True
    )
    return session.prompt
