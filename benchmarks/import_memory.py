"""How much memory an import takes: an mbox of any size is made, then read, extracted and stored, each by a process.

    python benchmarks/import_memory.py MEGABYTES [--enclosed KB] [--folder DIR] [--until read|extract|store]

One mail in four encloses a file, of 200 KB unless it is told otherwise; all have 3 KB of text. The table shows the peak
of resident memory beside what the standard library's `mailbox` takes to go through the same file. The made files are
removed at the end.
"""

from __future__ import annotations

import argparse
import base64
import mailbox
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from memory import peak_megabytes

_SYLLABLES = "ba ko ri ten mar lu sha ver ol din ka per so mi tra gen u fe lo han est".split()
_STAGES = ("stdlib mailbox", "read", "extract", "store")


def made_mailbox(path: Path, megabytes: int, enclosed_kilobytes: int) -> int:
    """An mbox of about so many megabytes; the number of its mails."""
    chance = random.Random(20310507)
    words = ["".join(chance.choices(_SYLLABLES, k=chance.randint(1, 4))) for _ in range(20_000)]
    enclosed = base64.encodebytes(chance.randbytes(enclosed_kilobytes * 750))
    count = size = 0
    with path.open("wb") as file:
        while size < megabytes << 20:
            count += 1
            paragraphs = [" ".join(chance.choices(words, k=60)).capitalize() + "." for _ in range(7)]
            mail = _mail(count, "\n\n".join(paragraphs), enclosed if count % 4 == 0 else None)
            file.write(mail)
            size += len(mail)
    return count


def _mail(number: int, text: str, enclosed: bytes | None) -> bytes:
    day = 1 + number % 28
    head = (
        f"From ana@one.example Wed May {day:2} 10:00:00 2031\nFrom: Ana Quill <ana{number % 900}@one.example>\n"
        f"Subject: [Made] Number {number} of many\nMessage-ID: <{number}@one.example>\n"
        f"Date: Wed, {day} May 2031 10:00:00 +0000\nMIME-Version: 1.0\n"
    )
    if enclosed is None:
        return f"{head}Content-Type: text/plain; charset=utf-8\n\n{text}\n\n".encode()
    parts = (
        f"{head}Content-Type: multipart/mixed; boundary=cut\n\n--cut\nContent-Type: text/plain\n\n{text}\n--cut\n"
        "Content-Type: application/octet-stream\nContent-Transfer-Encoding: base64\n\n"
    )
    return parts.encode() + enclosed + b"--cut--\n\n"


def _stdlib(path: Path) -> int:
    return sum(1 for message in mailbox.mbox(path, create=False) if message["message-id"])


def _read(path: Path) -> int:
    from corpus.readers.opening import read_items

    return sum(1 for _ in read_items(path))


def _extract(path: Path) -> int:
    from corpus.article import RawItem
    from corpus.extraction.drafting import draft_of
    from corpus.readers.opening import read_items

    return sum(1 for item in read_items(path) if isinstance(item, RawItem) and draft_of(item).text)


def _store(path: Path) -> int:
    from corpus.archive import Archive
    from corpus.ingest import ingest
    from corpus.readers.opening import read_items

    def archived() -> Iterator[int]:
        with tempfile.TemporaryDirectory(dir=path.parent) as data, Archive.open(Path(data)) as archive:
            for report in ingest(archive, read_items(path), collection="made"):
                yield report.article is not None

    return sum(archived())


_WORK: dict[str, Callable[[Path], int]] = {
    "stdlib mailbox": _stdlib,
    "read": _read,
    "extract": _extract,
    "store": _store,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("megabytes", type=int)
    parser.add_argument("--enclosed", type=int, default=200, metavar="KB")
    parser.add_argument("--folder", type=Path, default=None, help="where to make the files (twice the size is needed)")
    parser.add_argument("--until", choices=_STAGES[1:], default="store")
    parser.add_argument("--stage", choices=_STAGES, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.stage:
        started = time.monotonic()
        count = _WORK[options.stage](options.folder)
        print(count, f"{time.monotonic() - started:.1f}", f"{peak_megabytes():.0f}")
        return
    with tempfile.TemporaryDirectory(dir=options.folder, prefix="import-memory-") as folder:
        path = Path(folder) / "made.mbox"
        count = made_mailbox(path, options.megabytes, options.enclosed)
        print(f"an mbox of {path.stat().st_size >> 20:,} MB, {count:,} mails\n")
        print("| work | mails | seconds | mails a second | peak memory, MB | to mailbox |")
        print("|---|---:|---:|---:|---:|---:|", flush=True)
        peer = 0.0
        for stage in _STAGES[: _STAGES.index(options.until) + 1]:
            command = [sys.executable, __file__, "0", "--stage", stage, "--folder", str(path)]
            told = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
            found, seconds, peak = int(told[0]), float(told[1]), float(told[2])
            peer = peer or peak
            rate = found / max(seconds, 0.1)
            print(f"| {stage} | {found:,} | {seconds:.1f} | {rate:,.0f} | {peak:.0f} | {peak / peer:.2f} |", flush=True)


if __name__ == "__main__":
    main()
