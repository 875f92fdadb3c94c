"""JSON Lines, an article a line: ``{id, title, author, source, published, url, text}``. The text is kept exactly."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from corpus.article import RawItem, Unreadable
from corpus.charsets import is_storable, storable
from corpus.dates import stated_date
from corpus.readers.mailbox import lines_of

MOST_BYTES = 64 * 1024 * 1024


def read_lines(chunks: Iterable[bytes], source: str) -> Iterator[RawItem | Unreadable]:
    """An item for each line that is not blank, numbered from 1."""
    number = 0
    for line in _whole_lines(chunks):
        if line is not None and not line.strip():
            continue
        number += 1
        name = f"{source}#{number}"
        yield Unreadable(name, f"a line of more than {MOST_BYTES >> 20} MB") if line is None else read_line(line, name)


def _whole_lines(chunks: Iterable[bytes]) -> Iterator[bytes | None]:
    """Lines without their ends; None for one that is too long to hold."""
    pieces: list[bytes] = []
    size = 0
    begun = False
    for piece, begins in lines_of(chunks):
        if begins and begun:
            yield b"".join(pieces) if size <= MOST_BYTES else None
            pieces, size = [], 0
        begun = True
        size += len(piece)
        if size <= MOST_BYTES:
            pieces.append(piece)
    if begun:
        yield b"".join(pieces) if size <= MOST_BYTES else None


def read_line(line: bytes, source: str) -> RawItem | Unreadable:
    """The article on one line. Only its text is required; an empty string anywhere else means unknown."""
    line = line.strip(b"\r\n")
    try:
        record = json.loads(line.removeprefix(b"\xef\xbb\xbf").decode("utf-8"))
    except UnicodeDecodeError as error:
        return Unreadable(source, f"not UTF-8 at byte {error.start}")
    except json.JSONDecodeError as error:
        return Unreadable(source, f"not JSON at character {error.pos}: {error.msg}")
    except (ValueError, RecursionError):  # a number of thousands of digits; brackets nested without end
        return Unreadable(source, "not JSON that can be read: too long a number, or nested too deeply")
    if not isinstance(record, dict):
        return Unreadable(source, "a line has to be an object with a text")
    text = record.get("text")
    if not isinstance(text, str) or not text.strip():
        return Unreadable(source, "no text" if text in (None, "") or isinstance(text, str) else "its text is no string")
    if not is_storable(text):
        # To put another character in its place would break the promise that the text is kept exactly.
        return Unreadable(source, "its text holds a NUL or half a surrogate pair, which cannot be stored")
    warnings: list[str] = []
    identifier = record.get("id")
    if isinstance(identifier, int) and not isinstance(identifier, bool):
        identifier = str(identifier)
    if identifier is not None and (not isinstance(identifier, str) or not is_storable(identifier)):
        return Unreadable(source, "its id is no string")

    def words(name: str) -> str | None:
        value = record.get(name)
        if value is None or isinstance(value, str):
            return storable(value).strip() or None if value else None
        warnings.append(f"{name} is no string: left out")
        return None

    stated = words("published")
    published = stated_date(stated) if stated else None
    if stated and published is None:
        warnings.append(f"cannot read {stated[:40]!a} as a date")
    return RawItem(
        source=source,
        format="jsonl",
        original=line,
        blocks=(),
        external_id=identifier or None,
        title=words("title"),
        author=words("author"),
        outlet=words("source"),
        published=published,
        url=words("url"),
        exact_text=text,
        warnings=tuple(warnings),
    )
