"""PDF documents: read by a process of their own, within limits of time, memory and pages."""

from __future__ import annotations

import json
import struct
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any

from corpus.article import BlockKind, RawBlock, RawItem, Unreadable
from corpus.charsets import storable

# A page full of text takes 0.15 s and 3 KB or more, so a true document has four times as long as it needs, also on a
# slow machine, and one that runs in circles is given up soon.
_LEAST_SECONDS = 15.0
_SECONDS_PER_BYTE = 1 / 10_000
_MOST_SECONDS = 180.0
MOST_MEMORY = 1 << 30  # bytes of address space, of which Python and the library take 150 MB
_DOCUMENTS_OF_A_WORKER = 200  # then a new one: what the library keeps of documents would add up
LENGTH = struct.Struct(">Q")
_ROOT = Path(__file__).resolve().parents[2]  # where "corpus" is, installed or not
_ENDED = "damaged PDF: the process that read it ended"


class PdfReader:
    """Reads one document after the other, in one process that is started for the first. Close it, or use ``with``.

    Starting takes 0.25 s, an article of three pages 0.2 s: a folder of documents shares a process.
    """

    def __init__(self, *, most_seconds: float = _MOST_SECONDS, most_memory: int = MOST_MEMORY) -> None:
        self._most_seconds = most_seconds
        self._most_memory = most_memory
        self.worker: subprocess.Popen[bytes] | None = None  # started for the first document
        self._count = 0

    def __enter__(self) -> PdfReader:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """End the process, whatever it is at."""
        worker, self.worker = self.worker, None
        if worker is None:
            return
        worker.kill()
        assert worker.stdin is not None
        with suppress(OSError):  # what could not be sent to it any more is still in the buffer
            worker.stdin.close()
        with worker:  # closes the other pipe and waits
            pass

    def read(self, raw: bytes, source: str, location: str | None) -> RawItem | Unreadable:
        """The text in a PDF as one item. Its scripts, forms, pictures and attached files are never looked at."""
        answer = self._asked(raw)
        if isinstance(answer, str):
            return Unreadable(source, answer)
        blocks = tuple(RawBlock(BlockKind(kind), storable(text)) for kind, text in answer["blocks"])
        return RawItem(
            source=source,
            format="pdf",
            original=raw,
            blocks=blocks,
            location=location,
            title=answer["title"],
            warnings=tuple(answer["warnings"]),
        )

    def _asked(self, raw: bytes) -> dict[str, Any] | str:
        """The worker's answer, or the reason why there is none."""
        if self.worker is None or self._count >= _DOCUMENTS_OF_A_WORKER:
            self.close()
            try:
                self.worker = _started(self._most_memory)
            except OSError as error:
                return f"no process to read PDF with could be started: {error.strerror or error}"
            self._count = 0
        self._count += 1
        worker = self.worker
        assert worker.stdin is not None and worker.stdout is not None
        seconds = min(_LEAST_SECONDS + _SECONDS_PER_BYTE * len(raw), self._most_seconds)
        late = threading.Event()

        def end() -> None:
            late.set()
            worker.kill()

        timer = threading.Timer(seconds, end)
        timer.start()
        try:
            worker.stdin.write(LENGTH.pack(len(raw)) + raw)
            worker.stdin.flush()
            head = worker.stdout.read(LENGTH.size)
            answer = worker.stdout.read(LENGTH.unpack(head)[0]) if len(head) == LENGTH.size else b""
            found: dict[str, Any] = json.loads(answer)
        except (OSError, ValueError):  # a broken pipe, half an answer: it was ended, or fell over
            self.close()
            return f"it takes more than {seconds:.0f} seconds to read" if late.is_set() else _ENDED
        finally:
            timer.cancel()
        return str(found["reason"]) if "reason" in found else found


def _started(most_memory: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "corpus.readers.pdf_worker", str(most_memory)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=_ROOT,
    )
