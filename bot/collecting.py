"""Keep the collector of garbage from holding everybody up.

It holds the interpreter while it looks through all objects that may be part of a cycle: with those of the libraries and
of a large digest 0.1 to 0.5 s, in which the event loop stands still. What is in no cycle is freed without it.
"""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_NEVER = 2**31 - 1
_lock = threading.Lock()
_running = 0  # blocks
_usual = gc.get_threshold()


def keep_for_good() -> None:
    """What is loaded now stays: it is not looked through again. For once, when a program is ready to work."""
    gc.freeze()


@contextmanager
def only_young_collected() -> Iterator[None]:
    """While any such block runs garbage is looked for among young objects alone, in every thread.

    For work of seconds or minutes that makes many objects and few cycles. The young are a few thousand at a time.
    """
    global _running, _usual
    with _lock:
        if not _running:
            _usual = gc.get_threshold()
            gc.set_threshold(*_usual[:2], _NEVER)
        _running += 1
    try:
        yield
    finally:
        with _lock:
            _running -= 1
            if not _running:
                gc.set_threshold(*_usual)
