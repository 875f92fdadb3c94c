"""What can go wrong around a question, a command or a digest.

BotError
+-- UsageError       the command line was used wrongly: a bad option, date, id or path
+-- SettingsError    the environment or `.env` holds something unusable
+-- DataInUse        another process works on the same data folder
+-- CannotWork       the token, the model, the disk or the database keeps the program from working at all
+-- UnknownZone      a time zone that does not exist
+-- TooManyDigests   a server or a channel has as many digests as it may have
+-- NoSuchDigest     no subscription of that number, or not one to which this can be done
+-- GoneFromDigest   an article or a run that a button is about is not there any more
"""

from __future__ import annotations

from bot.rendering.wording import gettext as _


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


class UnknownZone(BotError):
    """A name that is no IANA time zone."""

    def __init__(self, zone: str) -> None:
        notice = _('I don\'t know the time zone "{zone}". Pick one like America/New_York from the list.')
        super().__init__(notice.format(zone=zone))


class TooManyDigests(BotError):
    """A server or a channel has as many digests as it may have."""

    def __init__(self, place: str, limit: int) -> None:
        notice = (
            _("This channel has {limit} digests, which is the limit. Remove one first.")
            if place == "channel"
            else _("This server has {limit} digests, which is the limit. Remove one first.")
        )
        super().__init__(notice.format(limit=limit))


class NoSuchDigest(BotError):
    """There is no subscription of that number, or it is not one to which this can be done."""

    @classmethod
    def numbered(cls, number: int) -> NoSuchDigest:
        return cls(_("There is no digest D{number}. /digest list shows those that exist.").format(number=number))


class GoneFromDigest(BotError):
    """An article or a run that a digest's button is about is not there any more, or not for whoever pressed."""
