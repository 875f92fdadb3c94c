"""The end of a mail: "-- " and what stands below it, "Best regards, Ana", "Sent from my ...", notes on confidence.

Only "-- " and what programs write is marked in any mail. What people close with by hand is told by their own name in
the mail's head, and looked for only at the end of what they wrote.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from mailparser_reply.constants import MAIL_LANGUAGES

from corpus.article import BlockKind, RawBlock
from corpus.headers import Sender
from corpus.plain_text import SIGNATURE_MARK

_SENT_FROM = "|".join(language["sent_from"] for language in MAIL_LANGUAGES.values() if language.get("sent_from"))
_DEVICE_LINE = re.compile(
    r"^(?:Sent from (?:my \S{1,30}(?: \S{1,30}){0,6}|(?:Mail|Outlook) for .{2,30}|Yahoo.{0,60}|Outlook.{0,60}"
    r"|Airmail.{0,30}|Windows.{0,30}|Proton ?Mail.{0,40}|(?:a|an) (?:\S{1,20} ){1,3}device)"
    r"|Sent (?:with|via|using) \S{2,30}(?: \S{2,20}){0,2}(?: ?[(<].{5,100})?|Get (?:Outlook|BlueMail) for .{2,100}"
    r"|(?:Von meinem|Diese Nachricht wurde von meinem) .{2,40} gesendet\.?|Envoyé (?:de|depuis) mon .{2,40}"
    r"|Enviado (?:desde|do) (?:mi|meu) .{2,40}|Inviato (?:da|dal mio) i?P.{2,30}"
    r"|V(?:erstuurd|erzonden) vanaf mijn .{2,40}"
    r"|Skickat från min .{2,30}|Sendt fra min .{2,30}|Lähetetty .{2,30}|Wysłane z .{2,40}|Odesláno z .{2,40}"
    rf"|Отправлено (?:с|из) .{{2,40}}|Надіслано з .{{2,40}}|发自我的 ?.{{2,30}}|從我的 ?.{{2,30}}|iPhoneから送信"
    rf"|(?:{_SENT_FROM})\b[^.!?]{{0,40}})[.!]?$"
)
_CONFIDENCE_NOTE = re.compile(
    r"^\W{0,4}(?:(?:legal |e-?mail )?(?:confidentiality|disclaimer|privacy)\b|(?:the|this|diese[rs]?|der|ce|este|esta"
    r"|questo|dit|deze|les|le) (?:e-?mail|message|communication|transmission|information|contents?|nachricht|inhalt"
    r"|courriel|mensaje|correo|mensagem|messaggio|bericht)\b)",
    re.IGNORECASE,
)
# What such notes speak of. An article may open a paragraph with "The message was intended"; it has not three of these.
_SPOKEN_OF_IN_NOTES = re.compile(
    r"\b(confiden|vertraulich|riservat|vertrouwelijk|privileg|intended|bestimmt|bestemd|destin|recipient|addressee"
    r"|empfänger|geadresseerde|attach|anhänge|anlage|allegat|adjunt|jointe|bijlage|in error|irrtüm|erreur|errore|delet"
    r"|lösch|notif|sender|absender|disclos|unauthori|unbefugt)",
    re.IGNORECASE,
)
_LEAST_SPOKEN_OF = 3
# Lines a signature may hold; more below the mark than this is text after a divider.
_SIGNATURE_LINES = 12
_LONGEST_FIRST_LINE = 100  # of several lines below a mark that has lost its space, as dividers have none
_LONGEST_NOTE = 3000
_WORDS_BEFORE = r"(?:(?:many|much|very|with|my|our|mit|avec|med|z|con|met|as|in) )?"
_CLOSINGS = (
    # English
    r"(?:(?:best|kind|kindest|warm|warmest) )?(?:regards|wishes)|cheers|best|all the best|take care"
    r"|sincerely(?: yours)?|yours(?: (?:truly|sincerely|faithfully|ever))?|respectfully|cordially"
    r"|love|thx|tia|hth|rgds|br|kr"
    r"|thanks?(?: you)?(?: (?:again|a lot|so much|very much|in advance|everyone|everybody|all|guys|for your help))?"
    # German, Dutch, Scandinavian
    r"|(?:freundliche[nmr]?|beste[n]?|liebe[nr]?|viele[n]?|herzliche[nmr]?|schöne[nr]?) (?:grü(?:ß|ss)en?|gruessen?"
    r"|gru(?:ß|ss))|grü(?:ß|ss)e|gru(?:ß|ss)|mfg|lg|vg|hochachtungsvoll|danke|vielen dank"
    r"|(?:vriendelijke|hartelijke) groet(?:en)?|groet(?:en|jes)?|mvg|bedankt"
    r"|(?:vänliga|bästa|venlig|vennlig|bedste|beste) (?:hälsningar|hilsen|hilsner)"
    r"|hälsningar|hilsen|mvh|tack|takk|tak|ystävällisin terveisin|terveisin"
    # Romance
    r"|(?:bien )?cordialement|(?:sincères|meilleures|cordiales) salutations|salutations|amicalement|amitiés"
    r"|bien à (?:vous|toi)|merci(?: d['’]avance| beaucoup)?|à bientôt|(?:un )?saludos?(?: cordiales)?"
    r"|(?:muy )?atentamente|(?:muchas )?gracias|un abrazo|cordialmente|abraços?|abs|(?:muito )?obrigad[oa]"
    r"|atenciosamente|cumprimentos|att|(?:cordiali |distinti )?saluti|grazie(?: mille)?|cu stimă|mulțumesc"
    # Slavic and others
    r"|pozdrawiam(?: serdecznie)?|poważaniem|pozdrowienia|s pozdrav[eo]m|s úctou|děkuji|с уважением|спасибо"
    r"|с наилучшими пожеланиями|з повагою|дякую|üdvözlettel|udvozlettel|üdv|saygılarımla|teşekkürler"
    r"|此致|敬礼|祝好|谢谢|敬具|감사합니다"
)
_CLOSING = re.compile(
    rf"^{_WORDS_BEFORE}(?:{_CLOSINGS})(?:,? (?:and|&|und|et|y|e|en) {_WORDS_BEFORE}(?:{_CLOSINGS}))?"
    r"(?P<end>[ ]?[,.!;:–—-]{0,3})(?: (?P<name>\S.{0,40}))?$",
    re.IGNORECASE,
)
_SHORT_CLOSING = re.compile(r"^[^\W\d_][\w'’-]{0,14}(?: [\w'’-]{1,15}){0,2},$")
_DIVIDER = re.compile(r"^[-_=*~–—]{2,80}$")
_NAME_LIKE = re.compile(r"^[^\W\d_][\w'’.-]{0,20}(?: [^\W\d_][\w'’.-]{0,20}){0,3}[.,]?$")
_AROUND_NAME = " \t-–—_~*/.,!()[]\"'"
_CONTACT = re.compile(
    r"\S@\S|\bat \S{2,40}\.(?:com|org|net|edu|[a-z]{2})\b|https?://|\bwww\.|(?:\+|\(0?)\d[\d ()/.-]{5,}\d"
    r"|\b\d{3}[ .-]\d{3,4}[ .-]\d{2,4}\b|^[\d ()/.-]{7,20}$"
    r"|\b\d{2}(?:[ .]\d{2}){3,4}\b"
    r"|^(?:t[ée]l(?:[ée]ph?one?)?|phone|mob(?:ile)?|fax|cell|fon|skype|web|mail|e-?mail)\.?\s?:",
    re.IGNORECASE,
)
_TITLE_LINE = re.compile(r"^(?:[^\W\d_a-z]|via |sent |from )[^.!?;]{0,70}$")
_POSTSCRIPT = re.compile(r"^\(?P\.? ?P?\.?S\b|^\[(?:\d{1,3}|\*)\]", re.IGNORECASE)  # or a footnote
_LINES_OF_CLOSE, _LONGEST_LINE_OF_CLOSE, _DETAILS = 12, 110, 8


@dataclass(frozen=True, slots=True)
class _Names:
    """The ways in which somebody may write his own name below a mail, in lower case."""

    forms: frozenset[str]
    full: str | None
    address: str | None


def is_device_line(line: str) -> bool:
    """Whether a mail program wrote it to say where the mail was written ("Sent from my iPhone")."""
    return len(line) <= 140 and _DEVICE_LINE.match(line) is not None


def marked_signatures(blocks: Sequence[RawBlock]) -> list[RawBlock]:
    """From a line "-- " to the end of the writer's own text, when what follows is as short as a signature."""
    result: list[RawBlock] = []
    number = 0
    while number < len(blocks):
        block = blocks[number]
        number += 1
        result.append(block)
        if block.kind is not BlockKind.PARAGRAPH:
            continue
        lines = block.text.split("\n")
        at = next((place for place, line in enumerate(lines) if SIGNATURE_MARK.match(line)), None)
        if at is None:
            continue
        end = number
        while end < len(blocks) and end < number + _SIGNATURE_LINES and blocks[end].kind is BlockKind.PARAGRAPH:
            end += 1
        below = len(lines) - at - 1 + sum(other.text.count("\n") + 1 for other in blocks[number:end])
        if below > _SIGNATURE_LINES or (end < len(blocks) and blocks[end].kind is BlockKind.PARAGRAPH):
            continue
        first = [*lines[at + 1 :], *(blocks[number].text.split("\n") if number < end else [])][:1]
        if lines[at] == "--" and first and len(first[0]) > _LONGEST_FIRST_LINE and (below > 1 or end < len(blocks)):
            continue
        result[-1:] = [RawBlock(block.kind, "\n".join(lines[:at]))] if at else []
        result.append(RawBlock(BlockKind.BOILERPLATE, "\n".join(lines[at:])))
        result.extend(RawBlock(BlockKind.BOILERPLATE, other.text) for other in blocks[number:end])
        number = end
    return result


def marked_closings(blocks: Sequence[RawBlock], signer: Sender, *, reply: bool) -> list[RawBlock]:
    """The blocks with notes on confidence and the sender's closing words marked.

    In a posting that is no reply only a closing phrase above the sender's own name counts: an article may end with its
    author's name, and a letter that is passed on with that of whoever wrote it.
    """
    marked = list(blocks)
    own = [number for number, block in enumerate(marked) if block.kind is BlockKind.PARAGRAPH]
    for number in own[1:][-3:]:
        if _is_confidence_note(marked[number].text):
            marked[number] = RawBlock(BlockKind.BOILERPLATE, marked[number].text)
    names = _names_of(signer)
    tail = _tail(marked)
    lines = [line.strip() for _, _, line in tail]
    start = next((n for n in range(len(lines)) if _is_close(lines[n:], names, reply=reply)), None)
    if start is None:
        return marked
    number, place, _ = tail[start]
    if place == 0 and not any(block.kind is BlockKind.PARAGRAPH for block in marked[:number]):
        return marked  # "Thanks, Ana" is all that she wrote
    if place == 0 and start == len(tail) - 1 and marked[number - 1].kind is BlockKind.QUOTED:
        return marked  # a name right below a quotation answers it
    for other in range(number + (place > 0), tail[-1][0] + 1):
        if marked[other].kind is BlockKind.PARAGRAPH:
            marked[other] = RawBlock(BlockKind.BOILERPLATE, marked[other].text)
    if place:
        cut = marked[number].text.split("\n")
        marked[number : number + 1] = [
            RawBlock(BlockKind.PARAGRAPH, "\n".join(cut[:place])),
            RawBlock(BlockKind.BOILERPLATE, "\n".join(cut[place:])),
        ]
    return marked


def _is_confidence_note(text: str) -> bool:
    if len(text) > _LONGEST_NOTE or not _CONFIDENCE_NOTE.match(text):
        return False
    return len({found.lower() for found in _SPOKEN_OF_IN_NOTES.findall(text)}) >= _LEAST_SPOKEN_OF


def _tail(blocks: Sequence[RawBlock]) -> list[tuple[int, int, str]]:
    """The last lines that are the writer's own: the number of the block, of the line in it, and the line."""
    end = len(blocks)
    while end and blocks[end - 1].kind in (BlockKind.QUOTED, BlockKind.BOILERPLATE):
        end -= 1
    tail: list[tuple[int, int, str]] = []
    for number in range(end - 1, -1, -1):
        if blocks[number].kind is not BlockKind.PARAGRAPH or len(tail) >= _LINES_OF_CLOSE:
            break
        lines = blocks[number].text.split("\n")
        first = max(0, len(lines) + len(tail) - _LINES_OF_CLOSE)
        tail[:0] = [(number, place, lines[place]) for place in range(first, len(lines))]
    return tail


def _names_of(signer: Sender) -> _Names:
    name = " ".join((signer.name or "").casefold().split())
    words = [word.strip(_AROUND_NAME) for word in re.split(r"[\s,]+", name)]
    parts = [word for word in words if word and not word.isdigit()][:6]
    local = (signer.address or "").partition("@")[0].casefold()
    forms = {part for part in parts if len(part) >= 2} | {part for part in re.split(r"[._+-]", local) if len(part) >= 2}
    if len(parts) >= 2:
        initials = "".join(part[0] for part in parts)
        forms |= {" ".join(parts), f"{parts[0]} {parts[-1]}", f"{parts[0][0]}. {parts[-1]}", initials}
        forms |= {initials[0] + initials[-1], " ".join(reversed(parts))}
    if local:
        forms.add(local)
    return _Names(frozenset(forms), " ".join(parts) if len(parts) >= 2 else None, (signer.address or "").casefold())


def _is_own_name(line: str, names: _Names) -> bool:
    bare = " ".join(line.strip(_AROUND_NAME).casefold().split())
    if not bare or len(bare) > 60:
        return False
    if bare in names.forms:
        return True
    # "Chris" for Christopher; "--p" and "-g" only with a dash before them.
    short = line[:1] in "-–—_" and len(bare) == 1
    return bare.isalpha() and any(form.startswith(bare) for form in names.forms if len(bare) >= 4 or short)


def _is_close(lines: Sequence[str], names: _Names, *, reply: bool) -> bool:
    """Whether the lines, the first of them as much as the last, are all closing words, name and how to be reached."""
    if not lines or any(len(line) > _LONGEST_LINE_OF_CLOSE or _POSTSCRIPT.match(line) for line in lines):
        return False
    first, rest = lines[0], lines[1:]
    closing = _CLOSING.match(first)
    if closing is not None and closing["name"] is not None:  # "Cheers, Ana"; but "Thanks, Bo" thanks somebody
        return _is_own_name(closing["name"], names) and _are_details(rest)
    if closing is not None or (reply and _SHORT_CLOSING.match(first)):
        if rest and _DIVIDER.match(rest[0]):
            rest = rest[1:]
        if not rest:
            return False
        own = _is_own_name(rest[0], names)
        like_a_name = reply and closing is not None and _NAME_LIKE.match(rest[0]) and not _CLOSING.match(rest[0])
        return bool(own or like_a_name) and _are_details(rest[1:])
    if not reply:
        return False
    if _DIVIDER.match(first):
        return bool(rest) and (
            _is_close(rest, names, reply=True) or (_names_sender(rest, names) and _are_details(rest))
        )
    if _is_own_name(first, names):
        return _are_details(rest)
    if names.full is None or not first.casefold().startswith(names.full):
        return False
    titled = first[len(names.full) :].lstrip()[:1] in ("|", "/", "•", "·")
    return (titled or any(map(_CONTACT.search, lines))) and _are_details(rest)


def _names_sender(lines: Sequence[str], names: _Names) -> bool:
    text = " ".join(" ".join(lines).casefold().split())
    return bool((names.full and names.full in text) or (names.address and names.address in text))


def _are_details(lines: Sequence[str]) -> bool:
    """Titles, employers, numbers and addresses below a name, none of it a sentence."""
    if len(lines) > _DETAILS:
        return False
    reached = any(map(_CONTACT.search, lines))
    return all(
        _CONTACT.search(line) or (_TITLE_LINE.match(line) and (reached or line.count(" ") <= 6)) or _DIVIDER.match(line)
        for line in lines
    )
