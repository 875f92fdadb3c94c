"""How much memory a process took."""

from __future__ import annotations

import resource
import sys
import threading
from pathlib import Path
from types import TracebackType


def peak_megabytes() -> float:
    """Of this process. The kernel's own figure: that of `getrusage` begins with the parent's."""
    status = Path("/proc/self/status")
    if status.exists():
        return next(int(line.split()[1]) / 1024 for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1024)


def held_megabytes() -> tuple[float, float]:
    """What this process holds now: (its own, pages of files that it maps, which the system takes back when it likes).

    Linux only: elsewhere the system does not tell them apart.
    """
    lines = (line.split() for line in Path("/proc/self/status").read_text().splitlines())
    kilobytes = {words[0]: int(words[1]) for words in lines if words[0] in ("RssAnon:", "RssFile:")}
    return kilobytes["RssAnon:"] / 1024, kilobytes["RssFile:"] / 1024


class MostOwn:
    """Within `with`: the most memory of its own that this process was seen to hold, looked at every 50 ms."""

    def __init__(self) -> None:
        self.megabytes = 0.0
        self._over = threading.Event()
        self._watch = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> MostOwn:
        self._watch.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._over.set()
        self._watch.join()

    def _look(self) -> None:
        while True:
            self.megabytes = max(self.megabytes, held_megabytes()[0])
            if self._over.wait(0.05):
                return
