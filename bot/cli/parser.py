"""The commands and their options: the contract of docs/commands.md."""

from __future__ import annotations

import argparse
import datetime as dt
from importlib.metadata import PackageNotFoundError, version

from corpus.readers.formats import FORMATS
from corpus.sources.intervals import parse_interval
from corpus.sources.source import SourceKind

EPILOG = "Exit codes: 0 done, 1 some items rejected, 2 usage, 3 archive in use, 4 cannot work, 130 interrupted."


def program_version() -> str:
    try:
        return version("briefing-bot")
    except PackageNotFoundError:
        return "0 (not installed)"


def build_parser() -> argparse.ArgumentParser:
    """The whole command line; each command's `command` value names a function of `bot.__main__`."""
    parser = argparse.ArgumentParser(
        prog="briefing-bot",
        description="Answers from an archive of articles with exact quotes, and digests that arrive once.",
        epilog=EPILOG,
    )
    parser.add_argument("--version", action="version", version=f"briefing-bot {program_version()}")
    _add_data(parser, default=None)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    _add_running(commands)
    _add_importing(commands)
    _add_asking(commands)
    _add_reading(commands)
    _add_digests(commands)
    _add_sources(commands)
    _add_people(commands)
    _add_keeping(commands)
    _add_evaluating(commands)
    return parser


def _add_running(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    _command(commands, "run", "start the Discord bot (DISCORD_TOKEN in the environment or .env)")
    _command(commands, "chat", "ask in this terminal")
    _command(commands, "start", "run where there is a token, else a chat over the bundled sample archive")


def _add_importing(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = _command(commands, "import", "read files and folders into the archive", json=True)
    command.add_argument("paths", nargs="+", metavar="PATH", help="a file or a folder")
    command.add_argument("--collection", metavar="NAME", help="default: the list's tag, else the folder's name")
    command.add_argument("--format", default="auto", choices=FORMATS, help="default: auto, by content")
    command.add_argument("--backfill", action="store_true", help="old material: never enters a digest")
    command.add_argument("--dry-run", action="store_true", help="show what would be archived, store nothing")
    command.add_argument("--limit", type=Between(1, 1_000_000_000), metavar="N", help="stop after N items")
    command.add_argument("--watch", action="store_true", help="go on with what is added or changed, until Ctrl-C")


def _add_asking(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = _command(commands, "ask", "answer a question with exact quotes", json=True)
    command.add_argument("question", nargs="?", metavar="QUESTION", help="- reads one a line from standard input")
    _add_scope(command)
    command.add_argument("--quotes", type=Between(1, 20), default=3, metavar="N", help="1 to 20, default 3")
    command = _command(commands, "search", "list the articles that match", json=True)
    command.add_argument("question", nargs="?", metavar="QUERY", help="- reads one a line from standard input")
    _add_scope(command)
    command.add_argument("--limit", type=Between(1, 1000), default=10, metavar="N", help="1 to 1000, default 10")


def _add_reading(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = _command(commands, "article", "show one article with its text", json=True)
    command.add_argument("id", metavar="ID", help="such as A-12")
    command.add_argument("--fields", action="store_true", help="show which rule found each field")
    command = _command(commands, "articles", "list, remove or restore articles", json=True)
    command.add_argument("action", nargs="?", choices=("remove", "restore"), help="default: list")
    command.add_argument("ids", nargs="*", metavar="ID")
    command.add_argument("--text", action="store_true", help="with their texts")
    command.add_argument("--collection", metavar="NAME")
    command = _command(commands, "export", "all articles with texts and offsets, as JSON Lines", json=True)
    command.add_argument("--collection", metavar="NAME")
    command = _command(commands, "collections", "list the collections, or keep one to certain servers", json=True)
    command.add_argument("action", nargs="?", choices=("restrict", "open"), help="default: list")
    command.add_argument("name", nargs="?", metavar="NAME")
    command.add_argument(
        "--server",
        type=_discord_id,
        action="append",
        default=[],
        metavar="ID",
        help="a server that may see it; repeatable",
    )
    _command(commands, "stats", "what the archive holds", json=True)


def _add_digests(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    group = commands.add_parser("digests", help="look at digests, have them run, or skip one", epilog=EPILOG)
    actions = group.add_subparsers(dest="digests_command", metavar="COMMAND", required=True)
    command = _command(actions, "preview", "what a digest on a topic would hold", json=True, named="digests_preview")
    command.add_argument("--topic", required=True, metavar="TEXT", help='"" is everything')
    command.add_argument("--must", action="append", default=[], metavar="W", help="only with this word (repeatable)")
    command.add_argument("--not", action="append", default=[], dest="not_words", metavar="W", help="without this word")
    command.add_argument("--since", metavar="D", help="2024, 2024-07, 2024-07-04, 30d, last month")
    command.add_argument("--until", metavar="D")
    command.add_argument("--max", type=Between(1, 10_000), default=8, metavar="N", help="default 8")
    command.add_argument("--seen", metavar="FILE", help="ids already posted, one a line")
    command.add_argument("--collection", metavar="NAME")
    command = _command(actions, "list", "the subscriptions", json=True, named="digests_list")
    _add_terminal(command)
    command = _command(actions, "history", "the last runs of a subscription", json=True, named="digests_history")
    command.add_argument("id", metavar="ID", help="such as D3")
    _add_terminal(command)
    command = _command(actions, "run", "have a digest posted, now or that of a day", json=True, named="digests_run")
    command.add_argument("id", metavar="ID", help="such as D3")
    command.add_argument(
        "--slot",
        type=_day,
        metavar="DATE",
        help="the digest of a day, such as 2026-11-23: one that was skipped, failed or is owed, or the next one early",
    )
    command.add_argument("--dry-run", action="store_true", help="show what it would post now; post and keep nothing")
    _add_terminal(command)
    command = _command(actions, "skip", "leave out the next digest", json=True, named="digests_skip")
    command.add_argument("id", metavar="ID", help="such as D3")
    command.add_argument("--slot", type=_day, metavar="DATE", help="only if the next digest is that of this day")
    command.add_argument("--undo", action="store_true", help="let the one that was skipped come after all")
    _add_terminal(command)
    command = _command(
        actions, "export", "what digests are and have done, as JSON Lines", json=True, named="digests_export"
    )
    command.add_argument("id", nargs="?", metavar="ID", help="such as D3; default: all")
    _add_terminal(command)


def _add_terminal(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--terminal", action="store_true", help="the digests of the terminal chat instead of the bot's"
    )


def _add_sources(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    group = commands.add_parser("source", help="name and poll where new items come from", epilog=EPILOG)
    actions = group.add_subparsers(dest="source_command", metavar="COMMAND", required=True)
    command = _command(actions, "add", "name a source", json=True, named="source_add")
    command.add_argument("address", metavar="URL|PATH", help="a feed, a list archive, a mailbox, a folder or file")
    command.add_argument("--collection", metavar="C", required=True, help="where its items go")
    command.add_argument("--kind", choices=[str(kind) for kind in SourceKind], help="default: its server is asked")
    _add_polling(command)
    _command(actions, "list", "the sources and how they fare", json=True, named="source_list")
    command = _command(actions, "remove", "forget sources; their articles stay", json=True, named="source_remove")
    command.add_argument("ids", nargs="+", metavar="ID", help="such as S-3")
    command = _command(actions, "poll", "look what is new, now", json=True, named="source_poll")
    command.add_argument("id", nargs="?", metavar="ID", help="default: all")
    command.add_argument("--due", action="store_true", help="only those whose time has come, as run does by itself")
    command = _command(actions, "import", "name the feeds of an OPML file", json=True, named="source_import")
    command.add_argument("path", metavar="FILE.opml")
    command.add_argument("--collection", metavar="C", help="default: the feed's folder in the file, else its name")
    _add_polling(command)


def _add_polling(command: argparse.ArgumentParser) -> None:
    command.add_argument("--every", type=_interval, metavar="15m", help="15m, 2h or 1d; default 15m")
    command.add_argument(
        "--fetch-pages", action="store_true", help="fetch an item's page where the feed holds only a summary"
    )


def _discord_id(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 2**63):
        raise argparse.ArgumentTypeError(f"use an id as Discord copies it (digits), not {text!r}")
    return int(text)


def _day(text: str) -> dt.date:
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or text != day.isoformat():
        raise argparse.ArgumentTypeError(f"use a local day such as 2026-11-23, not {text!r}")
    return day


def _interval(text: str) -> dt.timedelta:
    try:
        return parse_interval(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _add_people(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    _command(commands, "feedback", "the notes that people sent about answers", json=True)
    command = _command(commands, "purge-user", "delete everything that is kept about a person", named="purge_user")
    command.add_argument("id", type=_discord_id, metavar="ID", help="the person's id in Discord")
    command = _command(commands, "purge-guild", "delete a server's settings and digests", named="purge_guild")
    command.add_argument("id", type=_discord_id, metavar="ID", help="the server's id in Discord")


def _add_keeping(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    group = commands.add_parser("index", help="check or rebuild the search index", epilog=EPILOG)
    actions = group.add_subparsers(dest="index_command", metavar="COMMAND", required=True)
    _command(actions, "verify", "compare the index with the archive", json=True, named="index_verify")
    _command(actions, "rebuild", "make the index anew from the archive", json=True, named="index_rebuild")
    group = commands.add_parser("models", help="which embedding models there are, and their vectors", epilog=EPILOG)
    actions = group.add_subparsers(dest="models_command", metavar="COMMAND", required=True)
    _command(actions, "list", "the models on this machine and in the archive", json=True, named="models_list")
    command = _command(actions, "fetch", "download a model by its public name", json=True, named="models_fetch")
    command.add_argument("name", metavar="NAME", help="such as intfloat/multilingual-e5-small")
    command = _command(actions, "forget", "delete a model's vectors from the archive", json=True, named="models_forget")
    command.add_argument("name", metavar="NAME", help="as `models list` shows it")
    _command(commands, "version", "show the version")


def _share(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value < 1:
        raise argparse.ArgumentTypeError(f"use a share from 0 to less than 1, such as 0.05, not {text!r}")
    return value


def _add_evaluating(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    group = commands.add_parser("eval", help="measure on question sets, and calibrate", epilog=EPILOG)
    actions = group.add_subparsers(dest="eval_command", metavar="COMMAND", required=True)
    command = _command(actions, "run", "corpus.jsonl and queries.jsonl of a folder", json=True, named="eval_run")
    command.add_argument("folder", metavar="DIR")
    command.add_argument("--only-negatives", action="store_true", help="give only the documents known not to answer")
    command.add_argument("--failures", metavar="FILE", help="the questions that went wrong, to read; - prints them")
    command.add_argument("--plot", metavar="FILE.png", help="precision over answered rate, with the thresholds")
    command.add_argument("--save", metavar="FILE.json", help="the whole run, for eval compare")
    command = _command(
        actions, "calibrate", "fit confidence and thresholds for the models in use", json=True, named="eval_calibrate"
    )
    command.add_argument("folders", nargs="+", metavar="DIR", help="question sets")
    command.add_argument(
        "--false-refusals",
        type=_share,
        default=0.03,
        metavar="SHARE",
        help="of the answerable questions, told that nothing answers; default 0.03",
    )
    command.add_argument(
        "--unsure",
        type=_share,
        default=0.15,
        metavar="SHARE",
        help="of the answerable questions, with those, given no more than closest passages; default 0.15",
    )
    command.add_argument("--out", metavar="FILE.json", help="default: calibration.json in the data folder")
    command = _command(
        actions,
        "calibrate-topics",
        "fit the scores and the threshold of digests for the encoder in use",
        json=True,
        named="eval_calibrate_topics",
    )
    command.add_argument("folders", nargs="+", metavar="DIR", help="topic sets: corpus.jsonl and topics.jsonl")
    command.add_argument(
        "--precision",
        type=_share,
        default=0.75,
        metavar="SHARE",
        help="of the articles that match, how many are to be about the topic; default 0.75",
    )
    command.add_argument("--out", metavar="FILE.json", help="default: topic_calibration.json in the data folder")
    command = _command(actions, "compare", "two runs of one set, question by question", json=True, named="eval_compare")
    command.add_argument("runs", nargs="+", metavar="A.json B.json | DIR", help="two saved runs, or a set to run twice")
    command.add_argument(
        "--with", dest="with_model", metavar="MODEL", help="for DIR; default: the model of the settings"
    )
    command.add_argument(
        "--against", metavar="MODEL", help='for DIR; "packaged" is the one that comes with the program'
    )


def _command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    help_text: str,
    *,
    json: bool = False,
    named: str | None = None,
) -> argparse.ArgumentParser:
    command = commands.add_parser(name, help=help_text, description=help_text[0].upper() + help_text[1:], epilog=EPILOG)
    command.set_defaults(command=named or name)
    _add_data(command, default=argparse.SUPPRESS)
    if json:
        command.add_argument("--json", action="store_true", help="JSON Lines on standard output and nothing else")
    return command


def _add_data(parser: argparse.ArgumentParser, default: str | None) -> None:
    parser.add_argument(
        "--data", metavar="DIR", default=default, help="the data folder (default: BRIEFING_DATA, else ./data)"
    )


def _add_scope(command: argparse.ArgumentParser) -> None:
    command.add_argument("--since", metavar="D", help="2024, 2024-07, 2024-07-04, 30d, last month")
    command.add_argument("--until", metavar="D", help="inclusive, as --since")
    command.add_argument("--source", metavar="S", help="an outlet, in any case")
    command.add_argument("--collection", metavar="C")


class Between:
    """An argument type: a whole number within bounds, said in the message when it is not."""

    def __init__(self, least: int, most: int) -> None:
        self._least, self._most = least, most

    def __call__(self, text: str) -> int:
        try:
            number = int(text)
        except ValueError:
            number = self._least - 1
        if not self._least <= number <= self._most:
            raise argparse.ArgumentTypeError(f"use a whole number from {self._least} to {self._most}, not {text!r}")
        return number
