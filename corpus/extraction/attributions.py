"""How mail programs introduce the mail that is answered: "On such a day, so and so wrote:", or a copy of its head.

The forms are those that programs write in the languages of their users. A sentence of an article may look the same, so
how much is asked of a line depends on what stands below it: see `is_attribution`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from mailparser_reply.constants import MAIL_LANGUAGES

from corpus.dates import find_publication_date

_WROTE = (
    r"(?:wrote|writes?|schrieb|schreibt|schreef|schrijft|geschreven|écrit|écrivait|a scris|escribió|escribe"
    r"|ha scritto|scrive|escreveu|escribiu|va escriure|skrev|skriver|skrifaði|napisał(?:\(a\)|a)?|pisze|nadesłał(?:a)?"
    r"|napsala?(?:\(a\))?|napísala?(?:\(a\))?|napisa[lo](?:\(la\)|la)?|написала?(?:\(а\))?|пишет|пише"
    r"|написав(?:\(ла\))?|написа|yazdı|kirjoitti|írta|έγραψε|parašė|rašė|rakstīja|kirjutas|menulis|đã viết"
    r"|כתבה?|כתב/ה|كتبت?|نوشت)"
)
# Words that follow a name without a space.
_WROTE_UNSPACED = r"(?:写道|寫道|작성(?:하였습니다)?|님이 씀|のメール|書きました)"
# Before a quote nearly anything that ends so is an attribution; elsewhere it has to name a time or an address too.
_LOOSE = re.compile(
    rf"(?:(?:^|[\s,>\"\])]){_WROTE}(?:\b|(?=[:：]))|{_WROTE_UNSPACED})(?P<after>.{{0,60}})$", re.IGNORECASE
)
_NAME_SAID = re.compile(r"^[^\W\d_]{2,20}(?: [^\W\d_.]{1,20}\.?){0,2} (?:said|says|wrote|writes)[:,]$")
_STRICT = re.compile(
    rf"^[-_*> ]{{0,12}}(?:On|Am|Le|El|Il|Op|Den|Em|Dnia|Dne|Dňa|Pe|Στις|Na dan|V|В|Pada|Vào)\b.{{6,300}}\b{_WROTE}"
    r"(?: .{0,100})?\s?(?:[:：]|-{2,6})$"
    r"|^\d{4}[-/]\d{1,2}[-/]\d{1,2}\b.{1,200}<[^<>\s]{3,120}>:?$"
    r"|^(?:Quoting|Zitat von|Citando|Quota|Citerar|Citation de|Wiadomość napisana przez|Excerpts from) .{2,200}:$"
    r"|^.{6,120}تمت كتابة ما يلي بواسطة .{2,120}:$"
)
# A program that says it without a verb: a whole date with its time, and somebody, before a colon.
_DAY = re.compile(
    r"\b\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d{2})\b|\b(?:19|20)\d{2}[./-]\d{1,2}[./-]\d{1,2}\b"
    r"|\b\d{1,2}\.? [^\W\d_]{3,12}\.?,? (?:19|20)\d{2}\b|\b[^\W\d_]{3,12}\.? \d{1,2},? (?:19|20)\d{2}\b"
    r"|\b(?:19|20)\d{2} ?[年년] ?\d{1,2} ?[月월] ?\d{1,2} ?[日일]"
)
_CLOCK = re.compile(r"\b\d{1,2}[:.h]\d{2}\b")
_ADDRESS = re.compile(r"<[^<>\s]{3,120}@|\S@\S| at \S+\.\w{2,6}>")
_SOMEBODY = re.compile(r"<[^<>\s]{3,120}@[^<>\s]{3,120}>|\[[^\[\]]{8,60}\]:$|\S@\S")
_NAME_AND_DATE = re.compile(r"^[^\W\d_][^()]{1,60} \(\d{4}-\d{2}-\d{2} \d{2}:\d{2}(?::\d{2})?\)$")
_ADDRESS_FIRST = re.compile(r"^[^\s<>]{1,60}@[^\s<>]{3,80}(?: \([^()]{1,60}\))?(?: [^\W\d_]{2,20}){0,3} ?:$")
_ENDS_OPEN = re.compile(rf"(?:[:：;>]|\.{{3}}|…|{_WROTE})$", re.IGNORECASE)
_SENTENCE_BREAK = re.compile(r"[^\W\d_]{3,}[.!?;] ")
_NOT_YET_WRITTEN = re.compile(
    r"\b(?:suppose|if|would|could|should|might|may|can|had|have|has|must|to)\b", re.IGNORECASE
)
_LONGEST = 400
_MOST_WORDS_UNDATED = 12

ORIGINAL_MARK = re.compile(
    r"^[-_*]{2,} ?(?:Original(?:[- ]?[Mm]essage| E-?Mail| Mail)|Reply [Mm]essage|Mensaje original|Mensagem original"
    r"|Ursprüngliche (?:Nachricht|Mail|E-Mail)|Message (?:d['’]origine|original)|Messaggio originale"
    r"|Oorspronkelijk bericht|Oorspronkelĳk bericht|Origineel bericht|Oprindelig (?:meddelelse|besked)"
    r"|Opprinnelig melding|Ursprungligt meddelande|Originalmeddelande|Alkuperäinen viesti|Oryginalna wiadomość"
    r"|Wiadomość oryginalna|Původní (?:zpráva|e-mail)|Pôvodná správa|Eredeti üzenet|Mesaj original|Orijinal Mesaj"
    r"|Исходное сообщение|Оригинальное сообщение|Оригінальне повідомлення|原始邮件|邮件原件|原始郵件|原邮件"
    r"|元のメッセージ|Original-Nachricht|원본 메시지|원본 메일)(?: ?[-_*]{2,})?$",
    re.IGNORECASE,
)
_SENDER = (
    r"(?:From|Von|De|Van|Da|Från|Fra|Od|От(?: кого)?|Від|Expéditeur|Afzender|Avsändare|Lähettäjä|Feladó|Kimden|Gönderen"
    r"|Nadawca|Από|差出人|发件人|寄件者|보낸 ?사람)"
)
_HEAD_FIELDS = (
    r"(?:Date|Sent|Datum|Gesendet(?: am)?|Envoyé(?: le)?|Fecha|Enviad[oa](?: el| em)?|Data|Inviato(?: il)?|Verzonden"
    r"|Skickat|Sendt|Dato|Wysłan[oey]|Odesláno|Odoslané|Päivämäärä|Lähetetty|Küldve|Dátum|Tarih|Gönderilme|Trimis"
    r"|Дата|Отправлено|Надіслано|Ημερομηνία|日付|送信日時|发送时间|发送日期|日期|傳送日期|보낸 ?날짜|날짜)",
    r"(?:To|An|À|A|Pour|Para|Aan|Till|Til|Do|Komu|Кому|Pro|Către|Vastaanottaja|Címzett|Kime|Alıcı|Προς|宛先|收件人"
    r"|收件者|받는 ?사람)",
    r"(?:Subject|Betreff|Objet|Sujet|Asunto|Oggetto|Assunto|Onderwerp|Ämne|Emne|Temat|Předmět|Predmet|Subiect|Aihe"
    r"|Tárgy|Konu|Тема|Θέμα|件名|主题|主旨|제목)",
    r"(?:Cc|Bcc|Copie|Kopie|Kopia|Kopi|Copia|DW|Копия|Копія|Reply[- ]To|Antwort an|Répondre à|Responder a|Risposta"
    r"|Importance|Priority|Organi[sz]ation|Attachments?|Newsgroups|Message-I[dD]|In-Reply-To|References|抄送|참조)",
)
# Some programs put marks of writing direction, some stars, around the labels.
_BEFORE_LABEL, _AFTER_LABEL = r"^[\s*>_\u200e\u200f]{0,8}", r"\s?\*?\s?[:：]"
_SENDER_LABEL = re.compile(rf"{_BEFORE_LABEL}{_SENDER}{_AFTER_LABEL}", re.IGNORECASE)
_FIELD_LABELS = tuple(re.compile(rf"{_BEFORE_LABEL}{names}{_AFTER_LABEL}", re.IGNORECASE) for names in _HEAD_FIELDS)
_OTHER_FIELD = len(_HEAD_FIELDS) - 1
_MOST_LINES_OF_HEAD, _MOST_LINES_LOOKED_AT = 24, 60


@lru_cache(maxsize=1)
def _program_forms() -> tuple[re.Pattern[str], ...]:
    return tuple(
        re.compile(language["wrote_header"]) for language in MAIL_LANGUAGES.values() if "wrote_header" in language
    )


def is_attribution(text: str, *, before_quote: bool = False) -> bool:
    """Whether the text is a mail program's "On such a day, so and so wrote:".

    `before_quote` says that lines with quote marks follow. Then "Ana writes:" is enough. Elsewhere it may be a sentence
    ("On May 2 the minister wrote:"), and only a whole date with its time, or an address, makes it a program's.
    """
    if len(text) > 2 * _LONGEST:
        return False
    line = " ".join(text.split())
    if not 4 <= len(line) <= _LONGEST:
        return False
    addressed, timed = _ADDRESS.search(line) is not None, _CLOCK.search(line) is not None
    whole_date = timed and _DAY.search(line) is not None
    if not before_quote and not addressed and not whole_date:
        return False
    dated = addressed or timed
    if _STRICT.match(line):
        return True
    if (verb := _LOOSE.search(line)) is not None:
        if not before_quote:
            return line[-1] in ":："
        # What the writer leads up to a quotation with is his own: more than a few words, or an end of a sentence.
        if not dated and (
            line.count(" ") >= _MOST_WORDS_UNDATED
            or _SENTENCE_BREAK.search(line)
            or _NOT_YET_WRITTEN.search(line[: verb.start()])
        ):
            return False
        return _ENDS_OPEN.search(line) is not None or verb["after"].strip() == ""
    if before_quote and (
        _NAME_SAID.match(line) or _NAME_AND_DATE.match(line) or (addressed and _SENDER_LABEL.match(line))
    ):
        return True
    if line[-1] not in ":：":
        return False
    if whole_date and len(line) <= 200:
        somebody, date_first = _SOMEBODY.search(line) is not None, _starts_with_day(line)
        if (somebody and date_first) or (before_quote and (somebody or date_first)):
            return True
    if before_quote and _ADDRESS_FIRST.match(line):
        return True
    return any(form.match(line) for form in _program_forms())


def names_writer(line: str) -> bool:
    """Whether the line is nothing but a name of up to three words and "wrote:" or "said:", or names a time, an address.

    What is only indented below may be the writer's own example, so less than this does not introduce it.
    """
    line = " ".join(line.split())[:_LONGEST]
    return is_attribution(line, before_quote=True) and (_NAME_SAID.match(line) is not None or _dated(line))


def _starts_with_day(line: str) -> bool:
    """Whether the line begins with its date, or with a weekday before it."""
    day = _DAY.search(line)
    return day is not None and day.start() <= 16


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


def attribution_within(lines: Sequence[str]) -> tuple[int, int] | None:
    """Where the first whole attribution with text below it stands, as it does above a mail quoted without marks."""
    for end, line in enumerate(lines[:_MOST_LINES_LOOKED_AT], start=1):
        if line.rstrip().endswith((":", "：")) and end < len(lines):
            for start in range(end - 1, max(end - 4, -1), -1):
                if is_attribution("\n".join(lines[start:end])):
                    return start, end
    return None


def _dated(line: str) -> bool:
    return (
        _CLOCK.search(line) is not None or _ADDRESS.search(line) is not None or find_publication_date(line) is not None
    )


def head_length(lines: Sequence[str]) -> int:
    """How many lines, from the first on, copy the head of a mail (From, Sent, To, Subject); 0 when they do not.

    There has to be a sender and two more fields, or a sender with a date or a subject. A long field may go on in a
    line of its own, empty lines may part the fields.
    """
    found: set[int] = set()
    sender = False
    end = 0
    for number, line in enumerate(lines[:_MOST_LINES_OF_HEAD]):
        if not line.strip():
            continue
        if _SENDER_LABEL.match(line):
            sender = True
            end = number + 1
        elif (field := _field(line)) is not None:
            found.add(field)
            end = number + 1
        elif end == number and number and (line[0] in " \t" or lines[number - 1].rstrip().endswith((",", ";"))):
            end = number + 1  # a folded field, a list of addresses
        elif end != number or number == 0 or not _goes_on(lines, number):
            break
    return end if sender and (found - {_OTHER_FIELD} and (len(found) >= 2 or found & {0, 2})) else 0


def _field(line: str) -> int | None:
    return next((number for number, label in enumerate(_FIELD_LABELS) if label.match(line)), None)


def _goes_on(lines: Sequence[str], number: int) -> bool:
    """Whether the line is a long field's second one, by the label of the line after it."""
    after = lines[number + 1] if number + 1 < len(lines) else ""
    return _SENDER_LABEL.match(after) is not None or _field(after) is not None


def starts_head(line: str) -> bool:
    """Whether a copied head may begin at the line: cheap, and true for many lines that begin none."""
    return (":" in line[:40] or "：" in line[:40]) and (
        _SENDER_LABEL.match(line) is not None or _field(line) is not None
    )
