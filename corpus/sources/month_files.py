"""Files full of mails that come over the network: kept in a temporary file, read a mail at a time."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from typing import BinaryIO

from corpus.article import RawItem, Unreadable
from corpus.readers.contents import Contents
from corpus.readers.digests import without_digests
from corpus.readers.mail import MOST_BYTES
from corpus.readers.mailbox import split_mailbox
from corpus.readers.pipermail import Attachment, read_letter
from corpus.readers.places import chunks_of
from corpus.sources.fetching import Fetched, Fetcher, Outcome
from corpus.sources.source import NO_VALIDATORS, Validators

MOST_FILE_BYTES = 512 * 1024 * 1024  # a month of the busiest lists has some 30 MB, a list's whole export a few hundred
FILE_SECONDS = 900.0
ACCEPT = "application/gzip, application/x-gzip, text/plain, application/mbox, */*;q=0.5"


class MonthFile:
    """The mails of one fetched file. Use it as a context; `trouble` is known once all items were taken."""

    def __init__(self) -> None:
        self._file: BinaryIO = tempfile.TemporaryFile(prefix="briefing-month-")  # noqa: SIM115 - closed by __exit__
        self.trouble: str | None = None

    def __enter__(self) -> MonthFile:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def fetch(self, fetcher: Fetcher, address: str, validators: Validators = NO_VALIDATORS) -> Outcome:
        """Have it written to the temporary file."""
        self._file.seek(0)
        self._file.truncate()
        outcome = fetcher.fetch(
            address,
            validators=validators,
            accept=ACCEPT,
            most_bytes=MOST_FILE_BYTES,
            total_seconds=FILE_SECONDS,
            into=self._file,
        )
        if isinstance(outcome, Fetched):
            self.trouble = outcome.trouble
        return outcome

    def begins_like_a_page(self) -> bool:
        """Whether a page came where a file was asked for: a server that says "not found" with a friendly 200."""
        self._file.seek(0)
        return self._file.read(512).lstrip().lower().startswith((b"<!doctype html", b"<html"))

    def items(self, name: str, format: str, attachment: Attachment) -> Iterator[RawItem | Unreadable]:
        """Its mails, named ``name#n``; of a file that was cut the last one is left out, since it may not be whole."""
        self._file.seek(0)
        contents = Contents(chunks_of(self._file))
        held: RawItem | Unreadable | None = None
        for number, letter in enumerate(without_digests(split_mailbox(contents)), start=1):
            if held is not None:
                yield held
            source = f"{name}#{number}"
            if letter.whole:
                held = read_letter(letter, source, format, attachment)
            else:
                held = Unreadable(source, f"a mail of more than {MOST_BYTES >> 20} MB")
        self.trouble = self.trouble or contents.trouble
        if self.trouble is None and held is not None:
            yield held
