"""The program `briefing-bot`: runs a command and turns whatever went wrong into one line and an exit code."""

from __future__ import annotations

import errno
import logging
import os
import signal
import sys
from collections.abc import Sequence
from importlib import import_module

from bot.cli.output import say
from bot.cli.parser import build_parser
from bot.errors import BotError, DataInUse, SettingsError, UsageError

DONE, SOME_REJECTED, USAGE, IN_USE, CANNOT_WORK, INTERRUPTED = 0, 1, 2, 3, 4, 130

# Imported when asked for: `articles` should not wait for the libraries that `ask` needs.
_COMMANDS = {
    "run": "bot.cli.running:run",
    "chat": "bot.cli.running:chat",
    "start": "bot.cli.running:start",
    "import": "bot.cli.importing:import_paths",
    "ask": "bot.cli.asking:ask",
    "search": "bot.cli.asking:search",
    "article": "bot.cli.reading:article",
    "articles": "bot.cli.reading:articles",
    "export": "bot.cli.reading:export",
    "collections": "bot.cli.access:collections",
    "stats": "bot.cli.reading:stats",
    "version": "bot.cli.reading:show_version",
    "digests_preview": "bot.cli.digests:preview_digest",
    "digests_list": "bot.cli.digests:list_subscriptions",
    "digests_history": "bot.cli.digests:show_history",
    "digests_run": "bot.cli.digest_runs:run_digest",
    "digests_skip": "bot.cli.digest_runs:skip_digest",
    "digests_export": "bot.cli.digests:export_digests",
    "feedback": "bot.cli.people:show_feedback",
    "purge_user": "bot.cli.people:purge_user",
    "purge_guild": "bot.cli.people:purge_guild",
    "index_verify": "bot.cli.indexing:verify_index",
    "index_rebuild": "bot.cli.indexing:rebuild_index",
    "source_add": "bot.cli.sources:add_source",
    "source_list": "bot.cli.sources:list_sources",
    "source_remove": "bot.cli.sources:remove_source",
    "source_poll": "bot.cli.sources:poll_sources",
    "source_import": "bot.cli.sources:import_sources",
    "models_list": "bot.cli.models:list_models",
    "models_fetch": "bot.cli.models:fetch_model",
    "models_forget": "bot.cli.models:forget_model",
    "eval_run": "bot.cli.evaluating:run_evaluation",
    "eval_calibrate": "bot.cli.evaluating:calibrate_models",
    "eval_calibrate_topics": "bot.cli.topic_calibration:calibrate",
    "eval_compare": "bot.cli.evaluating:compare_runs",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; gives the exit code. Never a traceback."""
    _use_utf8()
    try:
        options = build_parser().parse_args(arguments)
        logging.basicConfig(level=logging.WARNING, format="%(message)s", stream=sys.stderr)
        module, function = _COMMANDS[options.command].split(":")
        return int(getattr(import_module(module), function)(options))
    except SystemExit as stop:  # argparse: help was shown, or the usage was wrong and said so
        return stop.code if isinstance(stop.code, int) else USAGE
    except KeyboardInterrupt:
        say("interrupted")
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of our output has gone, as in `briefing-bot articles | head`. Python would complain at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except Exception as error:  # the one place that apologises for a command
        return _apologise(error)


def _apologise(error: Exception) -> int:
    """Say what went wrong in one line on standard error."""
    from corpus.errors import CorpusError, NothingThere, UnknownFormat, UnusableAddress
    from retrieval.errors import RetrievalError, UnusableSet
    from retrieval.questions.period import UnreadableDate

    say(f"briefing-bot: {' '.join(str(error).split()) or type(error).__name__}")
    match error:
        case UsageError() | SettingsError() | NothingThere() | UnknownFormat() | UnusableAddress() | UnreadableDate():
            return USAGE
        case UnusableSet():
            return USAGE
        case DataInUse():
            return IN_USE
        case BotError() | CorpusError() | RetrievalError() | OSError():
            if isinstance(error, OSError) and error.errno == errno.ENOSPC:
                say("briefing-bot: free some space and run the same command again")
            return CANNOT_WORK
    say("briefing-bot: this is a fault of the program; run again with BRIEFING_TRACEBACK=1 to see where")
    if os.environ.get("BRIEFING_TRACEBACK"):
        raise error
    return CANNOT_WORK


def _use_utf8() -> None:
    """Whatever the locale says: articles hold curly quotes, and scripts read UTF-8."""
    for stream in (sys.stdout, sys.stderr, sys.stdin):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="replace" if stream is sys.stdin else "backslashreplace")


def entry() -> None:
    """The console script."""
    if hasattr(signal, "SIGPIPE"):
        signal.signal(signal.SIGPIPE, signal.SIG_IGN)  # a closed pipe is an error that we catch
    sys.exit(main())


if __name__ == "__main__":
    entry()
