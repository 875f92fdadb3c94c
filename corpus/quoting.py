"""Which stretches of a mail are somebody else's: attribution lines, quoted replies, the mail below an answer."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from functools import lru_cache

import quotequail
from mailparser_reply.constants import MAIL_LANGUAGES

from corpus.article import BlockKind, RawBlock
from corpus.dates import find_publication_date

_WROTE = (
    r"(?:wrote|writes?|schrieb|schreef|geschreven|a écrit|écrit|escribió|ha scritto|escreveu|skrev|napisał(?:\(a\))?"
    r"|napsal(?:\(a\))?|написала?|пише|yazdı)"
)
# Before a quote nearly anything that ends so is an attribution; elsewhere it has to name a time or an address too.
_LOOSE = re.compile(rf"(?:^|[\s,>]){_WROTE}\b.{{0,60}}$", re.IGNORECASE)
_STRICT = re.compile(
    rf"^(?:[-_*> ]{{0,12}})?(?:On|Am|Le|El|Il|Op|Den|Em|Dnia)\b.{{6,300}}\b{_WROTE}(?: .{{0,100}})?\s?:$"
    r"|^\d{4}[-/]\d{1,2}[-/]\d{1,2}\b.{1,200}<[^<>\s]{3,120}>:?$"
)
_TIME_OR_ADDRESS = re.compile(r"\d{1,2}[:.]\d{2}|<[^<>\s]{3,120}@|\S@\S| at \S+\.\w{2,6}>")
_MARK = re.compile(r"^[-_=* ]{4,}(?:[\w '’]{2,40}[-_=* ]{4,})?$")
_ORIGINAL_MARK = re.compile(
    r"^-{3,} ?(?:Original Message|Mensaje original|Ursprüngliche Nachricht|Message d'origine|Messaggio originale"
    r"|Oorspronkelijk bericht|Oprindelig meddelelse)(?: ?-{3,})?$",
    re.IGNORECASE,
)
_FROM_LABEL = re.compile(r"^[*> ]{0,4}(?:From|Von|De|Van|Da|Från|Fra|Od|От кого|发件人)\*?\s?[:：]")
_LABEL = re.compile(r"^[*> ]{0,4}[^\W\d_][\w\- ]{0,20}\*?\s?[:：]\*? ?\S")
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
    # In an article "On May 2 the minister wrote:" is a sentence: without a quote below, a clock or an address decides.
    if not before_quote and not _TIME_OR_ADDRESS.search(line):
        return False
    if _STRICT.match(line) or (_LOOSE.search(line) and (before_quote or line[-1] == ":")):
        return True
    return line[-1] in ":：" and any(form.match(line) for form in _program_forms())


def _dated(line: str) -> bool:
    return _TIME_OR_ADDRESS.search(line) is not None or find_publication_date(line) is not None


def without_attribution(text: str, *, before_quote: bool) -> tuple[str, str] | None:
    """The text before an attribution that ends it, and the attribution, which may be wrapped over up to four lines."""
    lines = text.split("\n")
    for count in range(1, min(len(lines), 4) + 1):
        # A loose form may not swallow a line of the answer: it must stand on a line of its own.
        if not is_attribution("\n".join(lines[-count:]), before_quote=before_quote and count == 1):
            continue
        # "wrote:" alone, or a date without its "On": the line above belongs to it.
        while count < min(len(lines), 4) and len(lines[-count]) <= 60 and _dated(lines[-count - 1]):
            count += 1
        return "\n".join(lines[:-count]), "\n".join(lines[-count:])
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
        elif marked and marked[-1].kind is BlockKind.PARAGRAPH and _MARK.match(marked[-1].text):
            marked[-1] = RawBlock(BlockKind.QUOTED, marked[-1].text)  # "-----Original Message-----", a rule
        marked.append(RawBlock(BlockKind.QUOTED, split[1]))
        below = below or (reply and not before_quote)
    return marked


def has_attribution(blocks: Sequence[RawBlock]) -> bool:
    """Whether a quote is introduced as somebody's mail, which makes the whole a reply whatever its subject is."""
    return any(
        block.kind is BlockKind.PARAGRAPH
        and after.kind is BlockKind.QUOTED
        and without_attribution(block.text, before_quote=True) is not None
        for block, after in itertools.pairwise(blocks)
    )


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
    for start, line in enumerate(lines[:40]):
        if _ORIGINAL_MARK.match(line.strip()):
            return "\n".join(lines[:start]), "\n".join(lines[start:])
        if _FROM_LABEL.match(line):
            labelled = sum(1 for _ in itertools.takewhile(_LABEL.match, lines[start : start + 12]))
            found = quotequail.unwrap("\n".join(lines[start : start + 12])) or {}
            if labelled >= 3 or ("from" in found and found.keys() & {"subject", "date", "to"}):
                while start and _MARK.match(lines[start - 1].strip()):
                    start -= 1
                return "\n".join(lines[:start]), "\n".join(lines[start:])
    return None
