"""One document a file: plain text, also in the shape of a list archive's page reduced to text, and Markdown."""

from __future__ import annotations

import re

from corpus.article import BlockKind, Link, RawBlock, RawItem, Unreadable
from corpus.charsets import decoded
from corpus.dates import stated_date
from corpus.extraction.subjects import taken_apart
from corpus.plain_text import typed_blocks

_TITLE = re.compile(r"^(#{1,6})[ \t]+(?P<words>.{1,500}?)[ \t]*#*$")
_EMPHASIS = re.compile(r"^(?P<mark>\*{1,3}|_{1,3})(?=\S)(?P<words>[^*_\n]{1,1000})(?P=mark)$")
_INLINE_EMPHASIS = re.compile(r"(?<![\w*\\])(\*{1,2})(?=[^\s*])([^*\n]{1,500})(?<=[^\s*\\])\1(?![\w*])")
_IMAGE = re.compile(r"!\[(?P<words>[^\[\]\n]{0,500})\]\([^()\s]{0,2000}(?:[ \t]+\"[^\"\n]{0,300}\")?\)")
_LINK = re.compile(r"\[(?P<words>[^\[\]\n]{1,500})\]\((?P<url>https?://[^()\s]{1,2000})(?:[ \t]+\"[^\"\n]{0,300}\")?\)")
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+\-.!>~|])")
_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(?P<lines>(?:[^\n]{0,2000}\n){0,60}?)---[ \t]*(?:\n|\Z)")
_SETTEXT = re.compile(r"^(?:={3,}|-{3,})$")


def read_text(raw: bytes, source: str, location: str) -> RawItem | Unreadable:
    """A plain text. First line ``[Tag] subject``, then the body: what a list archive's page gives when copied."""
    text, complaint = _text_of(raw)
    if not text.strip():
        return Unreadable(source, "an empty file")
    first, _, rest = text.lstrip("\n").partition("\n")
    subject = taken_apart(first)
    shaped = subject.tag is not None and len(first) <= 500 and (not rest.strip() or not rest.split("\n", 1)[0].strip())
    return RawItem(
        source=source,
        format="text",
        original=raw,
        blocks=typed_blocks(rest if shaped else text),
        location=location,
        subject=first.strip() if shaped else None,
        list_name=subject.tag if shaped else None,
        warnings=(complaint,) if complaint else (),
    )


def read_markdown(raw: bytes, source: str, location: str) -> RawItem | Unreadable:
    """A Markdown document: its marks of headings, emphasis and links are its container's and go; its words stay."""
    text, complaint = _text_of(raw)
    if not text.strip():
        return Unreadable(source, "an empty file")
    matter = _FRONT_MATTER.match(text)
    given = _front_matter(matter["lines"]) if matter else {}
    blocks: list[RawBlock] = []
    links: list[Link] = []
    body = text[matter.end() :] if matter else text
    for block in typed_blocks(re.sub(r"(?m)^> ?", "", body)):  # a ">" is a quotation in an article, not in a mail
        for heading, words in _headings_apart(block.text):
            emphasis = _EMPHASIS.match(words)
            bare = _ESCAPE.sub(r"\1", _inline(emphasis["words"] if emphasis else words, links)).strip("\n")
            # A line all in emphasis right below the title is how a dek is set.
            dek = emphasis is not None and len(blocks) == 1 and blocks[0].kind is BlockKind.HEADING
            if bare.strip():
                blocks.append(RawBlock(BlockKind.HEADING if heading or dek else BlockKind.PARAGRAPH, bare))
    return RawItem(
        source=source,
        format="markdown",
        original=raw,
        blocks=tuple(blocks),
        location=location,
        links=tuple(links),
        title=given.get("title"),
        author=given.get("author") or given.get("byline"),
        outlet=given.get("source") or given.get("outlet") or given.get("publication"),
        published=stated_date(given.get("date") or given.get("published") or ""),
        url=given.get("url") or given.get("link"),
        warnings=(complaint,) if complaint else (),
    )


def _text_of(raw: bytes) -> tuple[str, str | None]:
    declared = next((name for mark, name in _MARKS if raw.startswith(mark)), None)
    text, complaint = decoded(raw, declared)
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n"), complaint


_MARKS = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


def _front_matter(lines: str) -> dict[str, str]:
    """The plain ``key: value`` lines between the two rules; anything deeper is left alone."""
    found: dict[str, str] = {}
    for line in lines.split("\n"):
        key, colon, value = line.partition(":")
        value = value.strip().strip("\"'")
        if colon and value and key.strip().isidentifier():
            found.setdefault(key.strip().lower(), value)
    return found


def _headings_apart(text: str) -> list[tuple[bool, str]]:
    """A block's heading lines, ``#`` or underlined, apart from the rest of its lines."""
    lines = text.split("\n")
    if len(lines) == 2 and _SETTEXT.match(lines[1].strip()) and lines[0].strip():
        return [(True, lines[0])]
    pieces: list[tuple[bool, str]] = []
    for line in lines:
        if (title := _TITLE.match(line)) is not None:
            pieces.append((True, title["words"]))
        elif pieces and not pieces[-1][0]:
            pieces[-1] = (False, f"{pieces[-1][1]}\n{line}")
        elif not _SETTEXT.match(line.strip()):
            pieces.append((False, line))
    return pieces


def _inline(words: str, links: list[Link]) -> str:
    words = _IMAGE.sub("", words)
    links.extend(Link(found["url"], found["words"]) for found in _LINK.finditer(words))
    return _INLINE_EMPHASIS.sub(r"\2", _LINK.sub(lambda found: found["words"], words))
