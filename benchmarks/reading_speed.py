"""Messages a second on the way in, beside perceval and the standard library's `mailbox`, in one run.

Usage: python benchmarks/reading_speed.py [--archives FOLDER] [--messages N] [--rounds N]
Needs: pip install perceval

The product is measured in three depths: `read` (container to typed blocks), `extract` (and headline, byline, dates,
language), `store` (and identity, passages, full-text rows, SQLite on disk). Nothing is embedded. Each measurement is a
process of its own and counts that process's CPU time, because the machine is shared; rounds take turns, the median of
each is shown, and the ratio is against perceval in the same run where it can read the material.

- `mailbox`: `mailbox.mbox` over the unpacked file, headers and payloads decoded (it does not split Pipermail rightly)
- `perceval`: its mbox backend, which reads .txt.gz as well
- for MHonArc pages nothing exists that reads them: the peer is `lxml.html` parsing the bare pages and no more

The mbox is made: N mails of some 2.5 KB with a fixed seed: plain, HTML beside plain, replies that quote, base64.
"""

from __future__ import annotations

import argparse
import base64
import datetime as dt
import gzip
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from email.utils import format_datetime
from pathlib import Path

from memory import peak_megabytes

_START = dt.datetime(2015, 1, 5, 8, 0, tzinfo=dt.UTC)
_SYLLABLES = "ba ber con dal den der ful gar hin in kel lor mar men nor pal per ran sol tar ten ver win zel".split()


# The contenders; each runs in a process of its own and gives the number of messages that it found


def with_mailbox(path: Path) -> int:
    import mailbox

    count = 0
    for file in _text_files(path):
        for message in mailbox.mbox(file):
            _ = [message[name] for name in ("from", "subject", "date", "message-id")]
            for part in message.walk():
                if not part.is_multipart():
                    part.get_payload(decode=True)
            count += 1
    return count


def with_perceval(path: Path) -> int:
    from perceval.backends.core.mbox import MBox

    folder = path if path.is_dir() else path.parent
    count = 0
    for place in sorted({file.parent for file in _text_files(folder)}):
        count += sum(1 for _ in MBox(str(place), str(place)).fetch())
    return count


def with_lxml(path: Path) -> int:
    import lxml.html

    pages = sorted(path.rglob("msg*.html"))
    for file in pages:
        lxml.html.document_fromstring(file.read_bytes())
    return len(pages)


def product_read(path: Path) -> int:
    from corpus.article import RawItem
    from corpus.readers.opening import read_items

    return sum(isinstance(item, RawItem) for item in read_items(path))


def product_extract(path: Path) -> int:
    from corpus.article import RawItem
    from corpus.extraction.drafting import draft_of
    from corpus.readers.opening import read_items

    return sum(bool(draft_of(item)) for item in read_items(path) if isinstance(item, RawItem))


def product_store(path: Path) -> int:
    from corpus.archive import Archive
    from corpus.ingest import Status, ingest
    from corpus.readers.opening import read_items

    with tempfile.TemporaryDirectory(prefix="reading-speed-") as data, Archive.open(Path(data)) as archive:
        reports = ingest(archive, read_items(path), collection="bench")
        return sum(report.status is not Status.REJECTED for report in reports)


CONTENDERS: dict[str, Callable[[Path], int]] = {
    "mailbox": with_mailbox,
    "perceval": with_perceval,
    "lxml only": with_lxml,
    "read": product_read,
    "extract": product_extract,
    "store": product_store,
}


def _text_files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    return sorted(file for file in path.rglob("*") if file.name.endswith((".txt", ".txt.gz", ".mbox")))


# Material


def make_mbox(path: Path, messages: int) -> None:
    """A mailbox that is the same for the same number of messages."""
    chance = random.Random(20_261_125)
    words = ["".join(chance.choices(_SYLLABLES, k=chance.randint(1, 3))) for _ in range(6000)]

    def sentence() -> str:
        text = " ".join(chance.choices(words, k=chance.randint(8, 24)))
        return f"{text.capitalize()} {chance.randint(2, 9999)}."

    def paragraphs(count: int) -> list[str]:
        return [" ".join(sentence() for _ in range(chance.randint(2, 4))) for _ in range(count)]

    def wrapped(text: str) -> str:
        lines, line = [], ""
        for word in text.split():
            if len(line) + len(word) > 71:
                lines.append(line)
                line = ""
            line += (" " if line else "") + word
        return "\n".join([*lines, line])

    said: list[str] = []
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for number in range(messages):
            when = _START + dt.timedelta(minutes=17 * number)
            name = f"{chance.choice(words).title()} {chance.choice(words).title()}"
            title = " ".join(chance.choices(words, k=7)).title()
            head = [
                f"From poster{number % 400}@lists.example.org {when:%a %b} {when.day:2} {when:%H:%M:%S %Y}",
                f"From: {name} <poster{number % 400}@lists.example.org>",
                "To: round@lists.example.org",
                f"Subject: [Round] {title}",
                f"Date: {format_datetime(when)}",
                f"Message-ID: <{number}.{chance.getrandbits(48):x}@mail.example.org>",
                "List-Id: Round <round.lists.example.org>",
                "MIME-Version: 1.0",
            ]
            form = number % 10
            body = paragraphs(chance.randint(3, 8))
            plain = "\n\n".join(map(wrapped, [title, f"By {name}  {when:%B} {when.day}, {when.year}", *body]))
            if form < 5:
                head += ["Content-Type: text/plain; charset=utf-8"]
                text = plain
            elif form < 7 and said:
                head[3] = f"Subject: Re: [Round] {title}"
                head += ["Content-Type: text/plain; charset=utf-8", f"In-Reply-To: <{number - 1}@mail.example.org>"]
                quote = "\n".join(f"> {line}" for line in said[-1].split("\n")[:25])
                text = f"{wrapped(sentence())}\n\nOn {when:%a, %b} {when.day}, {name} wrote:\n{quote}\n"
            elif form < 9:
                head += ['Content-Type: multipart/alternative; boundary="=-part"']
                markup = "".join(f"<p>{paragraph}</p>" for paragraph in body)
                text = (
                    f"--=-part\nContent-Type: text/plain; charset=utf-8\n\n{plain}\n\n--=-part\n"
                    f"Content-Type: text/html; charset=utf-8\n\n<html><body><h1>{title}</h1>{markup}</body></html>\n\n"
                    "--=-part--\n"
                )
            else:
                head += ["Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: base64"]
                text = base64.encodebytes(plain.encode()).decode()
            said = [plain]
            file.write("\n".join(head) + "\n\n" + text.replace("\nFrom ", "\n>From ") + "\n\n")


def unpacked_months(archive: Path, folder: Path) -> Path:
    """The month files of a Pipermail archive, unpacked for the standard library."""
    target = folder / "months"
    target.mkdir()
    for file in sorted(archive.rglob("*.txt.gz")):
        (target / file.name.removesuffix(".gz")).write_bytes(gzip.decompress(file.read_bytes()))
    return target


# Measuring


def measured(contender: str, path: Path) -> tuple[int, float, float]:
    """Messages found, CPU seconds without the imports, peak memory in MB; from a process of its own."""
    run = [sys.executable, __file__, "--one", contender, str(path)]
    said = subprocess.run(run, check=True, capture_output=True, text=True).stdout.split()
    return int(said[0]), float(said[1]), float(said[2])


def one(contender: str, path: Path) -> None:
    work = CONTENDERS[contender]
    with tempfile.TemporaryDirectory() as folder:
        warm = Path(folder) / "warm.mbox"
        make_mbox(warm, 12)
        if contender != "lxml only":
            work(warm)  # imports and compiled patterns are paid once, whatever the archive
    start = time.process_time()
    count = work(path)
    spent = time.process_time() - start
    sys.stdout.write(f"{count} {spent:.4f} {peak_megabytes():.0f}\n")


def table(title: str, contenders: list[str], paths: dict[str, Path], peer: str, rounds: int) -> None:
    runs: dict[str, list[tuple[int, float, float]]] = {name: [] for name in contenders}
    for _ in range(rounds):
        for name in contenders:
            runs[name].append(measured(name, paths.get(name, paths[""])))
    print(f"\n{title}\n")
    print("| contender | messages | CPU s | messages a CPU second | ratio to " + peer + " | peak MB |")
    print("|---|---|---|---|---|---|")
    speed = {name: statistics.median(count / spent for count, spent, _ in runs[name]) for name in contenders}
    for name in contenders:
        count, _, peak = runs[name][0]
        spent = statistics.median(seconds for _, seconds, _ in runs[name])
        print(f"| {name} | {count} | {spent:.2f} | {speed[name]:.0f} | {speed[name] / speed[peer]:.2f} | {peak:.0f} |")
    sys.stdout.flush()


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--archives", type=Path, default=Path("../shared/archives"))
    asked.add_argument("--messages", type=int, default=100_000)
    asked.add_argument("--rounds", type=int, default=3)
    asked.add_argument("--one", nargs=2, help=argparse.SUPPRESS)
    options = asked.parse_args()
    if options.one:
        one(options.one[0], Path(options.one[1]))
        return
    folder = Path(tempfile.mkdtemp(prefix="reading-speed-"))
    try:
        twisted, shell = options.archives / "pipermail-twisted", options.archives / "mhonarc-es"
        if twisted.is_dir():
            months = unpacked_months(twisted, folder)
            paths = {"": months}
            every = ["mailbox", "perceval", "read", "extract", "store"]
            table("Pipermail month files (pipermail-twisted)", every, paths, "perceval", options.rounds)
            table(
                "The same archive whole, pages too", ["read", "extract", "store"], {"": twisted}, "read", options.rounds
            )
        if shell.is_dir():
            every = ["lxml only", "read", "extract", "store"]
            table("MHonArc pages (mhonarc-es)", every, {"": shell}, "lxml only", options.rounds)
        made = folder / "made"
        made.mkdir()
        make_mbox(made / "made.mbox", options.messages)
        size = (made / "made.mbox").stat().st_size / 1e6
        every = ["mailbox", "perceval", "read", "extract", "store"]
        title = f"A made mbox of {options.messages} messages, {size:.0f} MB"
        table(title, every, {"": made / "made.mbox", "perceval": made}, "perceval", max(1, options.rounds // 2))
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
