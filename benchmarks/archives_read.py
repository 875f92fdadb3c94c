"""Every mail and list archive of a folder of samples, read and held against what is known of it.

Usage: python benchmarks/archives_read.py ARCHIVES [--differences]
Needs: nothing; with `pip install perceval mail-parser` those are shown beside the product

A table: for each set and reader the items wanted and found, and how many of the wanted subjects, senders, dates of
posting and message ids came out right. Wanted are: the set's own `expected.json`; the visible head of a MHonArc page
(read here with lxml, while the product goes by the comments); the heading of a Pipermail page and the list's date
index; for single mails and mailboxes the standard library's newer parser (`email.policy.default`, and its older one
where that raises), which shares no code with the product's reading of headers; numbers counted by hand. White space is
collapsed before comparing. Every difference is either explained in `_EXPLAINED` (the product is then right, or the
material has no right answer) or counted as wrong; the exit code is 1 if one is left.
"""

from __future__ import annotations

import argparse
import datetime as dt
import email
import email.header
import email.policy
import email.utils
import gzip
import html
import importlib.util
import json
import logging
import mailbox
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

import lxml.html

from corpus.article import RawItem, Unreadable
from corpus.extraction.drafting import draft_of
from corpus.readers.opening import read_items

_FIELDS = ("subject", "sender", "date", "id")


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a posting; a field that the source does not tell is left out of `told`."""

    subject: str | None = None
    sender: str | None = None  # the name, or the address of somebody without one
    date: dt.datetime | None = None
    id: str | None = None
    told: tuple[str, ...] = _FIELDS


@dataclass
class Row:
    """A line of the table."""

    set: str
    reader: str
    wanted: int
    found: int
    right: Counter[str] = field(default_factory=Counter)
    of: Counter[str] = field(default_factory=Counter)
    explained: int = 0
    wrong: list[str] = field(default_factory=list)
    note: str = ""

    def shown(self) -> str:
        parts = [f"{self.right[name]} of {self.of[name]}" if self.of[name] else "-" for name in _FIELDS]
        return (
            f"| {self.set} | {self.reader} | {self.wanted} | {self.found} | {' | '.join(parts)} "
            f"| {self.explained or '-'} | {self.note or '-'} |"
        )


# Where the product differs from what was wanted, and is not wrong. By set, source and field.
_CROSSED_OUT = "an address crossed out with x is nobody's, and no name"
_EXPLAINED: dict[tuple[str, str, str], str] = {
    ("notmuch", "crypto/encrypted-signed.eml", "date"): "the date says PM and EDT, which the parser passes over",
    ("ruby-mail", "mime_emails/raw_email11.eml", "sender"): _CROSSED_OUT,
    ("ruby-mail", "mime_emails/raw_email4.eml", "sender"): _CROSSED_OUT,
    ("ruby-mail", "plain_emails/raw_email5.eml", "sender"): _CROSSED_OUT,
    ("ruby-mail", "plain_emails/raw_email6.eml", "sender"): _CROSSED_OUT,
    ("ruby-mail", "plain_emails/raw_email10.eml", "sender"): _CROSSED_OUT,
    ("ruby-mail", "plain_emails/raw_email_bad_time.eml", "date"): "the year 3609: the first server's date is taken",
    ("ruby-mail", "plain_emails/raw_email_with_bad_date.eml", "date"): "unreadable: the first server's date is taken",
    ("ruby-mail", "plain_emails/raw_email_incorrect_header.eml", "date"): "no Date: the first server's is taken",
    ("ruby-mail", "plain_emails/mix_caps_content_type.eml", "sender"): "Big Bug BB@bug.com: no mail name holds spaces",
    ("ruby-mail", "rfc2822/example10.eml", "sender"): "a name keeps what its owner put in brackets within it",
    (
        "perceval/mbox_iso8859_encoding.mbox",
        "mbox_iso8859_encoding.mbox#1",
        "sender",
    ): "Latin-1 that calls itself UTF-8",
    (
        "perceval/mbox_no_fields.mbox",
        "mbox_no_fields.mbox#6",
        "sender",
    ): "goran at domain.com is an address that is masked",
    (
        "mimekit/content-length.mbox.txt",
        "content-length.mbox.txt#7",
        "sender",
    ): "develop!nextmime@ebony@host: a path of UUCP, which the parser drops",
    ("mimekit", "feedback-report.txt", "subject"): "behind a byte-order mark the parser finds no head",
    ("mimekit", "feedback-report.txt", "sender"): "behind a byte-order mark the parser finds no head",
    ("mimekit", "feedback-report.txt", "date"): "behind a byte-order mark the parser finds no head",
    ("mimekit", "issue358.txt", "sender"): "its name is half an address; the whole one stands in brackets",
    ("mail-parser", "mail_test_1", "date"): "no Date: the first server's is taken",
}


# What came out, and what is known


def sender_of(item: RawItem) -> str | None:
    return item.sender_name or item.sender_address


def as_known(item: RawItem) -> Known:
    return Known(item.subject, sender_of(item), item.posted, item.message_id)


def one_line(text: str | None) -> str | None:
    return " ".join(text.split()) or None if text else None


def same(wanted: Known, found: Known, name: str) -> bool:
    one, other = getattr(wanted, name), getattr(found, name)
    return (one_line(one) == one_line(other)) if name in ("subject", "sender") else one == other


def compared(name: str, reader: str, wanted: Mapping[str, Known], found: Mapping[str, Known], note: str = "") -> Row:
    """The row of a set; only the product's differences can be explained."""
    row = Row(name, reader, len(wanted), sum(source in found for source in wanted), note=note)
    for source, known in wanted.items():
        if source not in found:
            row.wrong.append(f"{name} {source}: not found")
            continue
        for part in known.told:
            row.of[part] += 1
            if same(known, found[source], part):
                row.right[part] += 1
            elif reader == "product" and (name, source, part) in _EXPLAINED:
                row.explained += 1
            else:
                row.wrong.append(
                    f"{name} {source} {part}: wanted {getattr(known, part)!r}, found {getattr(found[source], part)!r}"
                )
    row.wrong.extend(f"{name} {source}: not wanted" for source in found.keys() - wanted.keys())
    return row


def items_in(path: Path) -> dict[str, RawItem]:
    return {item.source: item for item in read_items(path) if isinstance(item, RawItem)}


def known_in(items: Mapping[str, RawItem]) -> dict[str, Known]:
    return {source: as_known(item) for source, item in items.items()}


# Single mails and mailboxes, by the standard library


def by_standard_parser(raw: bytes) -> Known:
    """The head of a mail as `policy.default` reads it; what that cannot read as `compat32` and `parseaddr` do."""
    from_line = b""
    if raw.startswith((b"From ", b">From ")):
        from_line, _, raw = raw.partition(b"\n")
    old = email.message_from_bytes(raw)
    raw_sender = _decoded(old["from"]) or ""
    try:
        new = email.message_from_bytes(raw, policy=email.policy.default)
        subject = new["subject"] and str(new["subject"])
        name = new["from"].addresses[0].display_name if new["from"] and new["from"].addresses else ""
        address = new["from"].addresses[0].addr_spec if new["from"] and new["from"].addresses else ""
        date = _date(new["date"] and str(new["date"]))
    except Exception:  # on unknown charsets, groups, broken headers, with all sorts of exceptions
        subject, name, address, date = _decoded(old["subject"]), "", "", _date(old["date"])
    old_name, old_address = email.utils.parseaddr(raw_sender)
    identifier = re.search(r"<([^<>]+)>", str(old["message-id"] or ""))
    return Known(
        _unescaped(subject),
        _unescaped(name or _decoded(old_name) or address.lower() or old_address.lower()),
        date or _from_line_date(from_line),
        "".join(identifier.group(1).split()) if identifier else _bare_id(old["message-id"]),
    )


def _unescaped(value: str | None) -> str | None:
    """UTF-8 that stands in a header as it is, and that the parsers leave as escapes."""
    return value.encode("utf-8", "surrogateescape").decode("utf-8", "replace") if value else None


def _from_line_date(line: bytes) -> dt.datetime | None:
    """The date of a mailbox's separator, for a mail that has none."""
    try:
        return dt.datetime.strptime(line.decode("ascii").strip()[-24:], "%a %b %d %H:%M:%S %Y").replace(tzinfo=dt.UTC)
    except ValueError:
        return None


def _decoded(value: object) -> str | None:
    if value is None:
        return None
    try:
        return str(email.header.make_header(email.header.decode_header(str(value))))
    except (LookupError, UnicodeError, email.errors.HeaderParseError):
        return str(value)


def _date(value: object) -> dt.datetime | None:
    try:
        moment = email.utils.parsedate_to_datetime(str(value)) if value else None
    except (ValueError, TypeError):
        return None
    return moment.replace(tzinfo=dt.UTC) if moment and moment.tzinfo is None else moment


def _bare_id(value: object) -> str | None:
    return str(value).strip().strip("<>") or None if value else None


def by_mail_parser(raw: bytes) -> Known:
    import mailparser

    mail = mailparser.parse_from_bytes(raw)
    name, address = mail.from_[0] if mail.from_ else ("", "")
    moment = mail.date.replace(tzinfo=dt.UTC) if mail.date else None
    subject = mail.subject[0] if isinstance(mail.subject, list) else mail.subject  # a list where there are two
    return Known(subject or None, name or address.lower() or None, moment, _bare_id(mail.message_id))


def single_mails(name: str, folder: Path) -> Iterator[Row]:
    """A folder of files that hold one mail each; files that are no mail are left out by hand, not by the product."""
    items = items_in(folder)
    files = [path for path in sorted(folder.rglob("*")) if path.is_file() and _is_single(path, folder)]
    raws = {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}
    wanted = {source: by_standard_parser(raw) for source, raw in raws.items()}
    # The older test mails of HyperKitty begin with a line "From ": mailboxes of one mail.
    found = {source.removesuffix("#1"): as_known(item) for source, item in items.items()}
    yield compared(name, "product", wanted, {source: found[source] for source in wanted if source in found})
    if importlib.util.find_spec("mailparser") is None:
        return
    yield compared(name, "mail-parser", wanted, {source: by_mail_parser(raw) for source, raw in raws.items()})


_NOT_MAIL = {
    "notmuch": r"README",
    "mimekit": r".*mbox.*|content-length-summary.*",
    "talon": r".*\.(?:html|py)|.*(?:_body|_sender|_signature|_reply_text|unicode_msg)|signature/tmp/.*",
}


def _is_single(path: Path, folder: Path) -> bool:
    return not re.fullmatch(_NOT_MAIL.get(folder.name, r"$^"), path.relative_to(folder).as_posix())


def mailboxes(name: str, files: Mapping[Path, int]) -> Iterator[Row]:
    """Mailboxes whose mails were counted by hand; the standard library's `mailbox` where it finds as many."""
    for path, count in files.items():
        label = f"{name}/{path.name}"
        items = items_in(path)
        box = mailbox.mbox(path, create=False)
        letters = [
            box.get_bytes(key, from_=True) for key in box.iterkeys()
        ]  # as messages they raise on bytes beyond ASCII
        sources = [f"{path.name}#{number}" for number in range(1, count + 1)]
        told = letters if len(letters) == count else []
        wanted = {
            source: by_standard_parser(told[number]) if told else Known(told=())
            for number, source in enumerate(sources)
        }
        yield compared(label, "product", wanted, known_in(items))
        peer = perceval_on(path)
        if peer is not None:
            yield compared(label, "perceval", wanted, paired(wanted, peer))


def paired(wanted: Mapping[str, Known], found: list[Known]) -> dict[str, Known]:
    """Mails that came without a place of their own: in order where none is missing, else by their ids."""
    if len(found) == len(wanted):
        return dict(zip(wanted, found, strict=True))
    left = list(found)
    pairs: dict[str, Known] = {}
    for source, known in wanted.items():
        match = next((one for one in left if one.id == known.id), None)
        if match is not None:
            left.remove(match)
            pairs[source] = match
    return pairs


def perceval_on(path: Path) -> list[Known] | None:
    """What perceval finds in a mailbox, in order; None where it is not installed."""
    try:
        from perceval.backends.core.mbox import MBox
    except ImportError:
        return None
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / path.name).write_bytes(path.read_bytes())
        mails = [one["data"] for one in MBox("mailto:x", folder).fetch()]
    found = []
    for mail in mails:
        fields = {key.lower(): value for key, value in mail.items() if isinstance(value, str)}
        name, address = email.utils.parseaddr(fields.get("from", ""))
        found.append(
            Known(
                fields.get("subject"), name or address.lower() or None, _date(fields.get("date")),
                _bare_id(fields.get("message-id")),
            )
        )  # fmt: skip
    return found


# MHonArc pages


def mhonarc_pages(name: str, folder: Path) -> Iterator[Row]:
    wanted = {path.name: by_visible_head(path) for path in sorted(folder.glob("msg*.html"))}
    items = items_in(folder)
    yield compared(name, "product", wanted, known_in(items), "against the visible heads")
    listed = by_date_index((folder / "maillist.html").read_text("utf-8"))
    there = {source: known for source, known in listed.items() if source in wanted}
    note = f"against the date index, which lists {len(listed)} pages"
    found = {source: known for source, known in known_in(items).items() if source in there}
    yield compared(f"{name}, index", "product", there, found, note)


def by_visible_head(path: Path) -> Known:
    page = path.read_text("utf-8", "replace")
    head = page.split("<!--X-Head-of-Message-->")[1].split("<!--X-Head-of-Message-End-->")[0]
    fields: dict[str, str] = {}
    for line in lxml.html.fragment_fromstring(head, create_parent="div").iter("li"):
        label, _, value = " ".join(line.text_content().split()).partition(":")
        fields.setdefault(label.strip().lower(), value.strip())
    # Written without brackets by MHonArc; the comment is the only place of the id.
    comment = re.search(r"<!--X-Message-Id: (.*) -->", page)
    return Known(
        fields.get("subject"),
        shown_name(fields.get("from", "")),
        _date(fields.get("date")),
        html.unescape(comment.group(1)) if comment else None,
    )


def shown_name(sender: str) -> str | None:
    """A visible From: what stands before the address, or in brackets behind it; else the address."""
    if (behind := re.fullmatch(r"[^<>()]+ \((.*)\)", sender)) is not None:
        return behind.group(1)
    name, _, rest = sender.partition("<")
    return name.strip(' "') or rest.rstrip(">").lower() or None if "<" in sender else sender.lower() or None


def by_date_index(page: str) -> dict[str, Known]:
    entries = re.findall(
        r'<li><strong><a name="\d+" href="(msg\d+\.html)">(.*?)</a></strong>\s*<ul><li><em>From</em>: (.*?)</li></ul>',
        page,
        re.DOTALL,
    )
    return {
        href: Known(
            None if subject == "[no subject]" else html.unescape(subject),
            shown_name(html.unescape(sender)),
            told=("subject", "sender"),
        )
        for href, subject, sender in entries
    }


# Pipermail

# Mails in the months' text files, by hand (in 1999-August each of the 14 mails stands three times in the text, four
# times among the pages and twice in the index), and the different mails among them.
_MONTHS = {
    "divunal-author/1999-August": (56, 42, 14),
    "divunal-list/2003-September": (2, 2, 2),
    "twisted-web/2004-February": (51, 51, 51),
    "twisted-python/2020-January": (4, 4, 4),
    "twisted-python/2021-August": (16, 16, 16),
}


def pipermail(name: str, folder: Path) -> Iterator[Row]:
    items = items_in(folder)
    everything: set[tuple[object, ...]] = set()
    for month, (pages, mails, different) in _MONTHS.items():
        wanted = {
            path.relative_to(folder).as_posix(): by_page(path) for path in sorted((folder / month).glob("0*.html"))
        }
        found = {source: as_known(item) for source, item in items.items() if source.startswith(f"{month}/")}
        assert len(wanted) == pages
        yield compared(f"{name}/{month}, pages", "product", wanted, found, "against the pages' headings")
        yield compared(
            f"{name}/{month}, index", "product", *_only_listed(folder / month / "date.html", f"{month}/", found)
        )
        text = folder / f"{month}.txt.gz"
        told = text_heads(text)
        sources = [f"{month}.txt.gz#{number}" for number in range(1, mails + 1)]
        heads = dict(zip(sources, told, strict=True)) if len(told) == mails else dict.fromkeys(sources, Known(told=()))
        of_text = {source: as_known(item) for source, item in items.items() if source.startswith(f"{month}.txt")}
        yield compared(f"{name}/{month}, text", "product", heads, of_text, "against the heads of the text")
        peer = perceval_on(text)
        if peer is not None:
            yield compared(f"{name}/{month}, text", "perceval", heads, paired(heads, peer))
        union = {_identity(item) for source, item in items.items() if source.startswith((f"{month}/", f"{month}.txt"))}
        everything |= union
        yield Row(f"{name}/{month}, union", "product", different, len(union), note="different mails, by id or head")
    yield Row(f"{name}, union", "product", sum(month[2] for month in _MONTHS.values()), len(everything))


def _identity(item: RawItem) -> tuple[object, ...]:
    """The same for a mail's page and its text: its id, or where the archive never had one subject, sender and date."""
    if item.message_id:
        return (item.message_id,)
    return (one_line(item.subject), item.sender_name, item.posted and item.posted.timestamp())


def by_page(path: Path) -> Known:
    """The heading, the bold name and the date in italics of a page, and the id in the address of its reply link."""
    raw = path.read_bytes().partition(b"<!--beginarticle-->")[0]
    try:
        page = raw.decode("utf-8")
    except UnicodeDecodeError:
        page = raw.decode("cp1252")
    tree = lxml.html.document_fromstring(page)
    name = one_line(tree.findtext(".//b"))
    address = one_line(tree.find(".//b").getnext().text_content())
    identifier = re.search(r'In-Reply-To=([^"]+)"', page)
    told = _FIELDS if identifier else _FIELDS[:3]
    date = pipermail_date(one_line(tree.findtext(".//i")) or "")
    sender = name if name and "@" not in name and " at " not in name else (address or "").replace(" at ", "@").lower()
    return Known(
        tree.findtext(".//h1"), sender, date, _bare_id(unquote(identifier.group(1))) if identifier else None, told
    )


def pipermail_date(value: str) -> dt.datetime | None:
    """RFC 5322, or "Sun Jan  5 00:05:21 MST 2020"."""
    zones = {"MST": "-0700", "MDT": "-0600", "EDT": "-0400", "EST": "-0500"}
    words = value.split()
    if len(words) == 6 and words[4] in zones:
        return dt.datetime.strptime(" ".join([*words[1:4], zones[words[4]], words[5]]), "%b %d %H:%M:%S %z %Y")
    return _date(value)


def _only_listed(
    index: Path, folder: str, found: Mapping[str, Known]
) -> tuple[dict[str, Known], dict[str, Known], str]:
    entries = re.findall(
        r'<LI>\s*<A HREF="(\d+\.html)">(.*?)</A>\s*<A NAME="\d+">.*?</A>\s*<I>(.*?)</I>',
        index.read_text("utf-8", "replace"),
        re.DOTALL | re.IGNORECASE,
    )
    wanted = {}
    for href, subject, name in entries:
        sender = one_line(_decoded(html.unescape(name).strip())) or ""
        sender = sender.replace(" at ", "@").lower() if "@" in sender or " at " in sender else sender
        wanted[folder + href] = Known(html.unescape(subject), sender, told=("subject", "sender"))
    there = {source: known for source, known in found.items() if source in wanted}
    return wanted, there, f"against the date index, which has {len(entries)} lines"


def text_heads(path: Path) -> list[Known]:
    """The heads of a month's text: a line "From ", and directly below it a line "Date:" or "From:"."""
    text = gzip.decompress(path.read_bytes()).decode("utf-8", "replace")
    found = []
    for piece in re.split(r"^From \S.*\n(?=(?:From|Date): )", text, flags=re.MULTILINE)[1:]:
        head = re.sub(r"\n[ \t]+", " ", piece.partition("\n\n")[0])
        fields = {
            label.lower(): value for label, value in re.findall(r"^([A-Za-z-]+): *(.*)$", head, flags=re.MULTILINE)
        }
        masked = re.match(r"(.*?) \((.*)\)$", fields.get("from", ""))
        name = masked.group(2) if masked else fields.get("from", "").rpartition(" ")[0]
        address = masked.group(1) if masked else fields.get("from", "").rpartition(" ")[2]
        sender = _decoded(name) if name and "@" not in name and " at " not in name else address.replace(" at ", "@")
        found.append(
            Known(
                _decoded(fields.get("subject")), sender, _date(fields.get("date")), _bare_id(fields.get("message-id"))
            )
        )
    return found


# The first archive's article in eight forms


def salon(name: str, folder: Path) -> Iterator[Row]:
    expected = json.loads((folder / "expected.json").read_text("utf-8"))
    messages = [
        Known(
            message["subject"], message["poster"], dt.datetime.fromisoformat(message["posted"]), message["message_id"]
        )
        for message in expected["messages"]
    ]
    first = email.message_from_bytes((folder / "eml" / "01.eml").read_bytes(), policy=email.policy.default)
    plain = first.get_body(("plain",))
    assert plain is not None
    lines = [line for line in plain.get_content().splitlines() if line.strip()]
    forms = {
        "salon.mbox": [f"salon.mbox#{number}" for number in range(1, 5)],
        "eml": [f"0{number}.eml" for number in range(1, 5)],
        "Maildir": [f"cur/172018000{number}.M{number}P100.host_2,S" for number in range(1, 5)],
        "mhonarc-default": [f"msg0000{number}.html" for number in range(4)],
        "fusion": [f"2024-July/msg0000{number}.html" for number in range(4)],
        "pipermail": [f"2024-July/00000{number}.html" for number in range(4)],
        "hyperkitty-export": [f"salon@lists.example.org-2024-07.mbox.gz#{number}" for number in range(1, 5)],
    }
    for form, sources in forms.items():
        items = items_in(folder / form)
        wanted = dict(zip(sources, messages, strict=True))
        row = compared(
            f"{name}/{form}",
            "product",
            wanted,
            {source: as_known(items[source]) for source in sources if source in items},
        )
        judge = _judged(items[sources[0]], lines, expected, masked=form == "pipermail")
        row.note = judge[0]
        row.wrong += [f"{name}/{form}: {problem}" for problem in judge[1]]
        yield row
        texts = {source: as_known(item) for source, item in items.items() if ".txt.gz#" in source}
        if texts:
            by_id = {message.id: message for message in messages}
            note = (
                "" if len(texts) == len(messages) else "the text has only a stub of the others, which their pages give"
            )
            told = {source: by_id[known.id] for source, known in texts.items()}
            yield compared(f"{name}/{form}, text", "product", told, texts, note)
    for path in sorted((folder / "folder").iterdir()):
        (item,) = items_in(path).values()
        note, wrong = _judged(item, lines, expected, masked=False)
        yield Row(
            f"{name}/folder/{path.name}", "product", 1, 1, note=note, wrong=[f"{name}/{path.name}: {w}" for w in wrong]
        )


def _judged(item: RawItem, lines: list[str], expected: dict[str, object], *, masked: bool) -> tuple[str, list[str]]:
    """How many of the article's lines are in its text unchanged, and what is in its body that should not be."""
    draft = draft_of(item)
    if masked:  # Pipermail writes "user at host", in the article too
        lines = [re.sub(r"(\S)@(\S)", r"\1 at \2", line) for line in lines]
    there = [line.strip() for line in draft.text.split("\n")]
    collapsed = {one_line(line) for line in there}
    kept = sum(line.strip() in there for line in lines)
    changed = [f"line not kept: {line[:60]!r}" for line in lines if one_line(line) not in collapsed]
    article = expected["article"]
    assert isinstance(article, dict)
    body = [draft.words_of(block) for block in draft.body]
    barred = article["not_in_body"]["captions_and_credits"] + [
        article["not_in_body"]["author_mail_line"],
        article["not_in_body"]["archive_footer"],
    ]
    inside = [f"in the body: {words[:60]!r}" for words in barred if any(words in one for one in body)]
    facts = {
        "title": (draft.title, article["headline"]),
        "author": (draft.author, article["byline"]),
        "published": (draft.published.text, article["published"]),
        "paragraphs": (len(body), article["body_paragraphs"]),
    }
    off = [f"{name}: wanted {want!r}, found {got!r}" for name, (got, want) in facts.items() if got != want]
    note = f"{kept} of {len(lines)} lines unchanged"
    if kept < len(lines):
        note += f", {len(lines) - len(changed)} but for white space"
    return f"{note}; {len(inside)} captions or furniture in the body", changed + inside + off


# All of it


def closed(name: str, folder: Path) -> Iterator[Row]:
    """Outlook's winmail.dat files: named, not opened."""
    results = list(read_items(folder))
    named = sum(isinstance(one, Unreadable) and "TNEF" in one.reason for one in results)
    yield Row(
        name, "product", 0, len(results) - named, note=f"{named} of {len(results)} named as TNEF, which is not opened"
    )


def rows(archives: Path) -> Iterator[Row]:
    yield from salon("salon-sample", archives / "salon-sample")
    yield from mhonarc_pages("mhonarc-es", archives / "mhonarc-es")
    yield from pipermail("pipermail-twisted", archives / "pipermail-twisted")
    counts = {"complex": 2, "iso8859_encoding": 1, "multipart": 2, "no_fields": 6, "single": 1, "unixfrom_encoding": 1,
              "unknown_encoding": 1}  # fmt: skip
    perceval = archives / "perceval"
    files = {perceval / "mbox" / f"mbox_{name}.mbox": count for name, count in counts.items()}
    yield from mailboxes("perceval", {**files, perceval / "pipermail" / "pipermail_2015_november.mbox": 4})
    mimekit = archives / "mimekit"
    yield from mailboxes("mimekit", {mimekit / "content-length.mbox.txt": 29, mimekit / "simple.mbox.txt": 3})
    for name in ("notmuch", "public-inbox", "ruby-mail", "mail-parser", "mimekit", "hyperkitty", "talon"):
        yield from single_mails(name, archives / name)
    yield from closed("tnef", archives / "tnef")


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("archives", type=Path)
    parser.add_argument("--differences", action="store_true", help="also list those of the peers")
    asked = parser.parse_args(arguments)
    logging.disable(logging.WARNING)  # perceval names each mail that it leaves out
    print("| set | reader | items wanted | found | subjects | senders | dates | message ids | explained | remarks |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    wrong: list[str] = []
    used: set[str] = set()
    for row in rows(asked.archives):
        print(row.shown(), flush=True)
        if row.reader == "product":
            wrong += row.wrong
            if row.wanted != row.found:
                wrong.append(f"{row.set}: wanted {row.wanted}, found {row.found}")
        elif asked.differences:
            used.update(f"{row.reader}: {one}" for one in row.wrong)
    print(f"\nExplained differences: {len(_EXPLAINED)}")
    for (name, source, part), reason in _EXPLAINED.items():
        print(f"- {name} {source}, {part}: {reason}")
    for one in sorted(used):
        print(f"- {one}")
    print(f"\nLeft: {len(wrong)}")
    for one in wrong:
        print(f"- {one}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
