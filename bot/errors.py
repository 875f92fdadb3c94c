"""What can go wrong around a question, a command or a digest.

BotError
+-- UsageError       the command line was used wrongly: a bad option, date, id or path
+-- SettingsError    the environment or `.env` holds something unusable
+-- DataInUse        another process works on the same data folder
+-- CannotWork       the token, the model, the disk or the database keeps the program from working at all
"""

from __future__ import annotations


class BotError(Exception):
    """The family of everything this room raises; the message is one line that says what to do."""


class UsageError(BotError):
    """The command line was used wrongly: a bad option, date, id or path."""


class SettingsError(BotError):
    """The environment or `.env` holds something unusable."""


class DataInUse(BotError):
    """Another process works on the same data folder."""


class CannotWork(BotError):
    """The token, the model, the disk or the database keeps the program from working at all."""
