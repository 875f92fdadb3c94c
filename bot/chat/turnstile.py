"""Who may ask now: fair shares, one question at a time for each person, and a queue with an end."""

from __future__ import annotations

import datetime as dt
from collections import deque
from dataclasses import dataclass

from bot.rendering import notices


@dataclass(frozen=True, slots=True)
class Limits:
    """How much may be asked; the defaults are those of the product."""

    per_user: int = 6
    per_server: int = 60
    minutes: int = 10
    waiting: int = 20


class Turnstile:
    """Counts questions in memory. Whoever was let in with `enter` goes out with `leave`."""

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._asked: dict[tuple[str, int], deque[dt.datetime]] = {}
        self._inside: set[int] = set()

    def enter(
        self, user: int, server: int | None, now: dt.datetime, *, counted: bool = True, limits: Limits | None = None
    ) -> str | None:
        """The notice that turns somebody away, or None: they are in.

        `counted` is False for what continues an answer, such as further passages: only the queue limits those.
        `limits` are the server's own, where it chose some; the span of time and the queue are the same for all.
        """
        limits = limits or self._limits
        if user in self._inside:
            return notices.still_answering()
        if len(self._inside) >= limits.waiting:
            return notices.busy(len(self._inside))
        if counted:
            if again := self._free_at(("user", user), limits.per_user, now):
                return notices.over_user_limit(limits.per_user, limits.minutes, again)
            if server is not None and (again := self._free_at(("server", server), limits.per_server, now)):
                return notices.over_server_limit(again)
            self._asked.setdefault(("user", user), deque()).append(now)
            if server is not None:
                self._asked.setdefault(("server", server), deque()).append(now)
        self._inside.add(user)
        return None

    def leave(self, user: int) -> None:
        self._inside.discard(user)

    def _free_at(self, who: tuple[str, int], limit: int, now: dt.datetime) -> dt.datetime | None:
        """When there is room again; None when there is room now."""
        span = dt.timedelta(minutes=self._limits.minutes)
        for known in [known for known, times in self._asked.items() if times[-1] + span <= now]:
            del self._asked[known]  # so that memory holds the last minutes only
        times = self._asked.get(who)
        while times and times[0] + span <= now:
            times.popleft()
        return times[0] + span if times and len(times) >= limit else None


class Hints:
    """What was hinted to whom: a hint that comes at every turn is a nuisance."""

    def __init__(self, pause: dt.timedelta = dt.timedelta(hours=1)) -> None:
        self._pause = pause
        self._given: dict[tuple[str, int], dt.datetime] = {}

    def is_due(self, kind: str, user: int, now: dt.datetime) -> bool:
        """Whether this hint may be given to this person now; if so, it counts as given."""
        self._given = {key: when for key, when in self._given.items() if when + self._pause > now}
        if (kind, user) in self._given:
            return False
        self._given[(kind, user)] = now
        return True
