"""A public-inbox read by us, beside the git command reading the same objects and doing nothing with them.

python benchmarks/public_inbox_read.py --make 100000 /tmp/inbox     (needs git; writes some 200 MB)
python benchmarks/public_inbox_read.py /tmp/inbox
python benchmarks/public_inbox_read.py ../shared/archives/public-inbox-v2/linaro-mm-sig.0.bundle
"""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

from corpus.article import Unreadable
from corpus.readers.git_store import opened_bundle, opened_repository
from corpus.readers.public_inbox import read_repository


def main(path: Path) -> None:
    rows: list[tuple[str, int, float, str]] = []
    started = time.perf_counter()
    items = refused = 0
    for item in read_repository(path, path.name):
        items += 1
        refused += isinstance(item, Unreadable)
    rows.append((f"this reader ({refused} unreadable)", items, time.perf_counter() - started, _memory()))
    epoch = path if path.is_file() else next(iter(sorted((path / "git").glob("*.git"))), path)
    started = time.perf_counter()
    rows.append(("its objects alone", _objects(epoch), time.perf_counter() - started, _memory()))
    if not path.is_file():
        started = time.perf_counter()
        listing = f"git -C {epoch} log --format= --raw --no-abbrev | cut -d' ' -f4"
        command = f"{listing} | git -C {epoch} cat-file --batch | wc -c; {listing} | wc -l"
        done = subprocess.run(["sh", "-c", command], capture_output=True, check=True, text=True)
        rows.append(("git log and git cat-file", int(done.stdout.split()[-1]), time.perf_counter() - started, "-"))
    print("| reading | mails | seconds | peak memory, of it not mapped files (MB) |\n|---|---|---|---|")
    for name, count, seconds, memory in rows:
        print(f"| {name} | {count} | {seconds:.1f} | {memory} |")


def _objects(epoch: Path) -> int:
    count = 0
    with opened_bundle(epoch) if epoch.is_file() else opened_repository(epoch) as store:
        commit: bytes | None = store.tip
        while commit is not None:
            tree, commit = store.commit(commit)
            for _, _, blob in store.tree(tree):
                store.get(blob)
                count += 1
    return count


def _memory() -> str:
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return f"{int(status['VmHWM'].split()[0]) >> 10}, {int(status['RssAnon'].split()[0]) >> 10}"


def make(count: int, folder: Path) -> None:
    """An inbox of one epoch, a mail of 2 to 9 KB for each commit."""
    epoch = folder / "git" / "0.git"
    subprocess.run(["git", "init", "-q", "--bare", str(epoch)], check=True)
    draw = random.Random(7)
    words = ["".join(draw.choices("abcdefghijklmnopqrstuvwxyz", k=draw.randint(2, 9))) for _ in range(4000)]
    importer = subprocess.Popen(["git", "-C", str(epoch), "fast-import", "--quiet"], stdin=subprocess.PIPE)
    assert importer.stdin is not None
    for number in range(count):
        body = "\n".join(" ".join(draw.choices(words, k=11)) for _ in range(30 if number % 10 else 120))
        mail = (
            f"From: Ana Example <ana{number % 50}@one.example>\nSubject: Mail number {number}\n"
            f"Date: Wed, {1 + number // 3600 % 28:02} May 2031 {number // 60 % 24:02}:{number % 60:02}:00 +0200\n"
            f"Message-ID: <m{number}@one.example>\nList-Id: <list.one.example>\n\n{body}\n"
        ).encode()
        head = f"commit refs/heads/master\nmark :{number + 1}\ncommitter A <a@one.example> {10**9 + number} +0000\n"
        parent = f"from :{number}\n" if number else ""
        importer.stdin.write(f"{head}data 4\nmail\n{parent}deleteall\nM 100644 inline m\ndata {len(mail)}\n".encode())
        importer.stdin.write(mail + b"\n")
    importer.stdin.close()
    if importer.wait():
        sys.exit("git fast-import failed")


if __name__ == "__main__":
    if sys.argv[1] == "--make":
        make(int(sys.argv[2]), Path(sys.argv[3]))
    else:
        main(Path(sys.argv[1]))
