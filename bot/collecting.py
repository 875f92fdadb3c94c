"""Keep the collector of garbage from holding everybody up.

It holds the interpreter while it looks through all objects that may be part of a cycle: with those of the libraries and
of a large digest 0.1 to 0.5 s, in which the event loop stands still. What is in no cycle is freed without it.
"""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_lock = threading.Lock()
_paused = 0  # blocks that are running


def keep_for_good() -> None:
    """What is loaded now stays: it is not looked through again. For once, when a program is ready to work."""
    gc.freeze()


@contextmanager
def nothing_collected() -> Iterator[None]:
    """While any such block runs no garbage is looked for, in no thread. For work of seconds that makes few cycles."""
    global _paused
    with _lock:
        _paused += 1
        gc.disable()
    try:
        yield
    finally:
        with _lock:
            _paused -= 1
            if not _paused:
                gc.enable()
