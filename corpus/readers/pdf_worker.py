"""The process in which PDFs are taken apart: the libraries for them trust a file's every number.

Started by `pdf` with ``python -m corpus.readers.pdf_worker BYTES``, the most memory it may take. On standard input a
document after its length, on standard output an answer as JSON after its length (both eight bytes, big-endian), until
standard input ends.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
from typing import BinaryIO

from pdfminer.pdfdocument import PDFEncryptionError

from corpus.readers.pdf import LENGTH
from corpus.readers.pdf_text import NoText, text_of


def _answer(raw: bytes, most_memory: int) -> dict[str, object]:
    try:
        text = text_of(raw)
    except NoText as reason:
        return {"reason": str(reason)}
    except PDFEncryptionError:
        return {"reason": "encrypted in a way that is not read"}
    except MemoryError:
        return {"reason": f"it takes more than {most_memory >> 20} MB of memory to read"}
    except Exception as error:  # broken files make the library raise anything at all
        return {"reason": f"damaged PDF ({type(error).__name__})"}
    return {"blocks": text.blocks, "title": text.title, "warnings": text.warnings}


def _limit_memory(most: int) -> None:
    try:
        import resource
    except ImportError:  # Windows: only the time is limited there
        return
    for kind, limit in ((resource.RLIMIT_AS, most), (resource.RLIMIT_CORE, 0)):
        try:
            resource.setrlimit(kind, (limit, limit))
        except (ValueError, OSError):  # a lower limit is set already, or the system knows none
            continue


def _end_with(parent: int) -> None:
    """A parent that was killed tells nobody; a document may have a minute left by then."""
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)


def _exactly(stream: BinaryIO, count: int) -> bytes | None:
    raw = stream.read(count)
    return raw if len(raw) == count else None


def main(most_memory: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to the whole group; the parent decides
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    _limit_memory(most_memory)
    while (length := _exactly(sys.stdin.buffer, LENGTH.size)) is not None:
        raw = _exactly(sys.stdin.buffer, LENGTH.unpack(length)[0])
        if raw is None:
            return
        answer = json.dumps(_answer(raw, most_memory)).encode("utf-8")
        sys.stdout.buffer.write(LENGTH.pack(len(answer)) + answer)
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]))
