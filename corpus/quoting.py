"""Which stretches of a mail are somebody else's: attribution lines, quoted replies, the mail below an answer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

import quotequail
from mailparser_reply.constants import MAIL_LANGUAGES

from corpus.article import BlockKind, RawBlock
from corpus.dates import find_publication_date

# Before a quote nearly anything that ends so is an attribution; elsewhere only the exact forms of mail programs are.
_LOOSE = re.compile(
    r"\b(?:wrote|writes|write|said|says|schrieb|schreef|écrit|escribió|scritto|escreveu|skrev)\b"
    r"[^:\n]{0,60}:?\s*$",
    re.IGNORECASE,
)
_STRICT = re.compile(
    r"^(?:[-_*> ]{0,12})?(?:On|Am|Le|El|Il|Op|Den|Em|Dnia)\b.{6,300}"
    r"(?:wrote|schrieb\b.{0,100}|a écrit|escribió|ha scritto|schreef\b.{0,100}|skrev\b.{0,100}"
    r"|escreveu|napisał(?:\(a\))?)\s?:$"
    r"|^\d{4}[-/]\d{1,2}[-/]\d{1,2}\b.{1,200}<[^<>\s]{3,120}>:?$"
)
_LONGEST = 400


@lru_cache(maxsize=1)
def _program_forms() -> tuple[re.Pattern[str], ...]:
    return tuple(
        re.compile(language["wrote_header"]) for language in MAIL_LANGUAGES.values() if "wrote_header" in language
    )


def is_attribution(text: str, *, before_quote: bool = False) -> bool:
    """Whether the text is a mail program's "On such a day, so and so wrote:"."""
    line = " ".join(text.split())
    if not 4 <= len(line) <= _LONGEST:
        return False
    if before_quote and _LOOSE.search(line):
        return True
    if _STRICT.match(line):
        return True
    dated = ":" in line[-3:] and (re.search(r"\d{1,2}[:.]\d{2}", line) or find_publication_date(line))
    return bool(dated) and any(form.match(line) for form in _program_forms())


def without_attribution(text: str, *, before_quote: bool) -> tuple[str, str] | None:
    """The text before an attribution that ends it, and the attribution, which may be wrapped over up to four lines."""
    lines = text.split("\n")
    for count in (1, 2, 3, 4):
        if count > len(lines):
            break
        tail = "\n".join(lines[-count:])
        # A loose form may not swallow a line of the answer: it must stand on a line of its own.
        if is_attribution(tail, before_quote=before_quote and count == 1):
            head = lines[:-count]
            if before_quote and count == 1 and head and _STRICT.match(" ".join((head[-1] + " " + tail).split())):
                head, tail = head[:-1], head[-1] + "\n" + tail
            return "\n".join(head), tail
    return None


def marked_quotes(blocks: Sequence[RawBlock], *, reply: bool) -> list[RawBlock]:
    """The blocks with attributions marked as quoted, and in a reply all that stands below one without quote marks."""
    marked: list[RawBlock] = []
    below = False
    for number, block in enumerate(blocks):
        if block.kind is BlockKind.QUOTED:
            if "\n" not in block.text and block.text.startswith("From ") and _stands_alone(blocks, number):
                # Mailboxes put ">" before such a line, and MHonArc shows that as a quotation.
                block = RawBlock(BlockKind.PARAGRAPH, block.text)
            marked.append(block)
            continue
        if below and block.kind is not BlockKind.BOILERPLATE:
            marked.append(RawBlock(BlockKind.QUOTED, block.text))
            continue
        before_quote = number + 1 < len(blocks) and blocks[number + 1].kind is BlockKind.QUOTED
        split = (
            without_attribution(block.text, before_quote=before_quote) if block.kind is BlockKind.PARAGRAPH else None
        )
        if split is None and reply and block.kind is BlockKind.PARAGRAPH and (cut := _cut_at_headers(block.text)):
            split, below = cut, True
        if split is None:
            marked.append(block)
            continue
        if split[0].strip():
            marked.append(RawBlock(block.kind, split[0].strip("\n")))
        marked.append(RawBlock(BlockKind.QUOTED, split[1]))
        below = below or (reply and not before_quote)
    return marked


def _stands_alone(blocks: Sequence[RawBlock], number: int) -> bool:
    near = [blocks[place] for place in (number - 1, number + 1) if 0 <= place < len(blocks)]
    return not any(other.kind is BlockKind.QUOTED for other in near) and not (
        number > 0 and is_attribution(blocks[number - 1].text, before_quote=True)
    )


def _cut_at_headers(text: str) -> tuple[str, str] | None:
    """Outlook's and its like's copy of the answered mail's head, with no mark before it: From, Sent, To, Subject."""
    if ":" not in text or len(text) > 4000:
        return None
    lines = text.split("\n")
    for start in range(min(len(lines), 40)):
        if re.match(r"^[*> ]{0,4}(?:From|Von|De|Van|Da|Från|От кого)\s?:", lines[start]) or re.match(
            r"^-{3,}.*-{3,}$", lines[start]
        ):
            found = quotequail.unwrap("\n".join(lines[start : start + 12]))
            if (found and "from" in found and ("subject" in found or "date" in found or "to" in found)) or (
                re.match(r"^-{3,} ?Original Message ?-{3,}$", lines[start], re.IGNORECASE)
            ):
                return "\n".join(lines[:start]), "\n".join(lines[start:])
    return None
