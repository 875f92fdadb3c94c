"""One `run`, one bulk job and one poll for each data folder; everything else works side by side."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from bot.errors import CannotWork, DataInUse

BULK = "bulk"
BULK_WORK = "import, poll, rebuild or restore"  # what may hold the lock, for who is refused
POLL = "poll"  # two polls of one source at once would ask its server for everything twice
_PATIENCE_SECONDS = 0.2  # enough for `is_held` of another process, which holds a lock for a moment


def is_held(folder: Path, name: str) -> bool:
    """Whether another process holds a lock of a data folder right now."""
    lock = FileLock(folder / f"{name}.lock", timeout=0)
    try:
        lock.acquire()
    except Timeout:
        return True
    except (OSError, NotImplementedError):  # nobody can hold a lock where none can be made
        return False
    lock.release()
    return False


@contextmanager
def held(folder: Path, name: str, doing: str) -> Iterator[None]:
    """Hold a lock of a data folder while the block runs; the system frees it if the process dies.

    Raises `DataInUse` when another process holds it, `CannotWork` where the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / f"{name}.lock", timeout=_PATIENCE_SECONDS, poll_interval=0.02)
        lock.acquire()
    except Timeout as error:
        raise DataInUse(f"another {doing} is at work in {folder}: wait for it to end, or stop it") from error
    except (OSError, NotImplementedError) as error:
        reason = getattr(error, "strerror", None) or error
        raise CannotWork(f"cannot write to {folder} ({reason}): choose another folder with --data") from error
    try:
        yield
    finally:
        lock.release()
