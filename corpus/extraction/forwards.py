"""A mail passed on within a mail: on lists that pass articles on, what is forwarded is the article."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass

import quotequail

from corpus.article import BlockKind, RawBlock
from corpus.dates import find_publication_date, header_date
from corpus.extraction.attributions import is_attribution
from corpus.plain_text import typed_blocks

_WORDS = (
    r"(?:Begin forwarded message|Forwarded message|Anfang der weitergeleiteten (?:E-Mail|Nachricht)"
    r"|Weitergeleitete Nachricht|Début du message (?:réexpédié|transféré)|Message transféré"
    r"|Inicio del mensaje reenviado|Mensaje reenviado"
    r"|Mensagem encaminhada|Inizio messaggio inoltrato|Messaggio inoltrato|Begin doorgestuurd bericht"
    r"|Doorgestuurd bericht|Vidarebefordrat meddelande|Videresendt (?:melding|besked)|Przekazana wiadomość"
    r"|Početak prosleđene poruke|Пересылаемое сообщение|Начало переадресованного сообщения|Пересланное сообщение"
    r"|İletilen ileti|转发的邮件|开始转发的邮件|转发邮件信息|轉寄郵件|以下是轉寄的郵件"
    r"|転送メッセージ|転送されたメッセージ|전달된 메시지)"
)
_MARK = re.compile(
    rf"^(?:> ?){{0,3}}(?:{_WORDS} ?[:：]|-{{2,}} ?(?:{_WORDS}|Forwarded by).{{0,100}})\s*$",
    re.IGNORECASE,
)
_ORIGINAL_MARK = re.compile(
    r"^-{2,} ?(?:Original [Mm]essage|Ursprüngliche Nachricht|Mensaje [Oo]riginal|Message d'origine"
    r"|Oorspronkelijk bericht|Messaggio originale|原始邮件|原始郵件|Исходное сообщение)(?: ?-{2,})?$"
)
_ASIAN_LABELS = (
    "发件人|寄件者|寄件人|主题|主旨|日期|时间|发送时间|收件人|收件者|抄送|副本"
    "|差出人|件名|日付|送信日時|宛先|보낸 ?사람|제목|날짜|받는 ?사람"
)
_LABEL = re.compile(rf"^[*>_ ]{{0,4}}(?:[A-ZÀ-ÖА-Я][\w \-À-ÿА-я]{{0,24}}\s?:[*\s]|(?:{_ASIAN_LABELS})\s?[:：])")
_HEADER = re.compile(
    r"^[*>_ ]{0,4}(?:From|To|Cc|Bcc|Sent|Date|Subject|Reply-To|Von|An|Datum|Gesendet|Betreff|De|À|Pour|Objet"
    r"|Sujet|Envoyé|Para|Asunto|Fecha|Enviado|Da|A|Oggetto|Inviato|Data|Assunto|Van|Aan|Onderwerp|Verzonden|От|Кому|Тема|Дата"
    rf"|{_ASIAN_LABELS})\s?[:：]"
)
_DATE_LABEL = re.compile(
    r"^[*>_ ]{0,4}(?:Date|Sent|Datum|Gesendet|Envoyé|Enviado|Fecha|Data|Inviato|Verzonden|Skickat|Sendt|Wysłano"
    r"|Дата|Отправлено|日期|时间|发送时间|日付|送信日時|날짜)\s?[:：]\*?\s*(?P<date>.{6,80})$",
    re.MULTILINE,
)
# A mark and a head stand in at most this many neighbouring blocks and lines.
_BLOCKS_OF_HEAD, _LINES_OF_HEAD = 12, 24
_MOST_TRIES = 100  # lines that look like a head and are none: a table of "Name: value" could hold thousands


@dataclass(frozen=True, slots=True)
class Unwrapped:
    """A forward taken apart: what stood before it, the mark and head of the inner mail, and the inner mail."""

    before: list[RawBlock]
    head: list[RawBlock]
    inner: list[RawBlock]
    sent: dt.datetime | None  # the inner mail's own date
    sent_text: str | None


def is_forward_mark(text: str) -> bool:
    """Whether the text begins with a mail program's "Begin forwarded message:" or the like."""
    return bool(text) and _MARK.match(text.split("\n", 1)[0].strip()[:160]) is not None


def unwrapped(blocks: Sequence[RawBlock], *, forwarded: bool) -> Unwrapped | None:
    """The outermost forward in the blocks, or None.

    `forwarded` says that the subject calls it a forward: then the copied head alone, as Outlook leaves it, will do.
    """
    tried = 0
    for number, block in enumerate(blocks):
        if tried >= _MOST_TRIES:
            return None
        if block.kind is BlockKind.QUOTED and not forwarded:
            continue
        lines = block.text.split("\n")
        for place, line in enumerate(lines[:60]):
            marked = is_forward_mark(line) or (forwarded and _ORIGINAL_MARK.match(line.strip()) is not None)
            if marked or (forwarded and _LABEL.match(line)):
                tried += 1
                found = _taken_apart(blocks, number, place, marked)
                if found is not None:
                    return found
    return _quoted_whole(blocks) if forwarded else None


def _quoted_whole(blocks: Sequence[RawBlock]) -> Unwrapped | None:
    """A mail passed on by answering it: a line of attribution, and below it nothing but the quoted mail."""
    first = next((place for place, block in enumerate(blocks) if block.kind is BlockKind.QUOTED), None)
    if not first or any(block.kind is not BlockKind.QUOTED for block in blocks[first:]):
        return None
    attribution = blocks[first - 1].text
    if not is_attribution(attribution, before_quote=True):
        return None
    head = [RawBlock(BlockKind.BOILERPLATE, attribution)]
    dated = find_publication_date(attribution)
    inner = _unquoted(list(blocks[first:]))
    return Unwrapped(list(blocks[: first - 1]), head, inner, None, attribution if dated else None)


def _taken_apart(blocks: Sequence[RawBlock], number: int, place: int, marked: bool) -> Unwrapped | None:
    window: list[tuple[int, str]] = []  # the block that a line stands in, and the line
    for at, block in enumerate(blocks[number : number + _BLOCKS_OF_HEAD], start=number):
        lines = block.text.split("\n")[place if at == number else 0 :]
        window.extend((at, line) for line in lines[:_LINES_OF_HEAD])
        window.append((at, ""))
    written = "\n".join(line for _, line in window)
    facts = quotequail.unwrap(written)
    with_head = facts is not None and "from" in facts and ("subject" in facts or "date" in facts)
    if not with_head and not marked:
        return None
    end = _end_of_head(window, marked)
    if end == 0:
        return None
    last = window[end - 1][0]
    first_lines = blocks[number].text.split("\n")
    before = list(blocks[:number])
    if place:
        before.append(RawBlock(blocks[number].kind, "\n".join(first_lines[:place])))
    head = [
        RawBlock(BlockKind.BOILERPLATE, text)
        for at in range(number, last + 1)
        if (text := "\n".join(line for owner, line in window[:end] if owner == at).strip("\n"))
    ]
    taken = sum(1 for owner, _ in window[:end] if owner == last)
    rest = "\n".join(blocks[last].text.split("\n")[taken + (place if last == number else 0) :])
    inner = [RawBlock(blocks[last].kind, rest)] if rest.strip() else []
    inner.extend(blocks[last + 1 :])
    date_text = facts.get("date") if facts else None
    if date_text is None and (dated := _DATE_LABEL.search("\n".join(block.text for block in head))) is not None:
        date_text = dated["date"]
    return Unwrapped(before, head, _unquoted(inner), header_date(date_text), date_text)


def _end_of_head(window: list[tuple[int, str]], marked: bool) -> int:
    """How many lines of the window are mark and head: up to the last line of the first run of labelled lines."""
    end = 1 if marked else 0
    labels = 0
    for place in range(end, len(window)):
        line = window[place][1].strip()
        if _LABEL.match(line + " ") and (labels or len(line) < 400):
            labels += 1
            end = place + 1
        elif not line:
            # HTML mail has a block for each line of the head; an article's own "Photo: ..." is no line of a head.
            if labels >= 2 and not (place + 1 < len(window) and _HEADER.match(window[place + 1][1].strip())):
                break
        elif labels and window[place][0] == window[end - 1][0] and window[place - 1][1].strip():
            end = place + 1  # a long subject or a list of addresses goes on in the next line
        else:
            break
    return end if labels >= 2 or marked else 0


def _unquoted(inner: list[RawBlock]) -> list[RawBlock]:
    """What is forwarded with quote marks before every line is read again without them."""
    words = sum(len(block.text) for block in inner if block.kind is BlockKind.PARAGRAPH)
    quoted = sum(len(block.text) for block in inner if block.kind is BlockKind.QUOTED)
    if quoted <= words * 4 or (inner and inner[0].kind is not BlockKind.QUOTED):
        return inner
    end = next((place for place, block in enumerate(inner) if block.kind is not BlockKind.QUOTED), len(inner))
    text = "\n\n".join(block.text for block in inner[:end])
    return [*typed_blocks(text), *inner[end:]]


def forwarded_day(unwrapped_mail: Unwrapped) -> str | None:
    """The day on which the inner mail was sent, as its sender's program wrote it."""
    if unwrapped_mail.sent is not None:
        return unwrapped_mail.sent.date().isoformat()
    found = find_publication_date(unwrapped_mail.sent_text or "")
    return found[0].text if found else None
