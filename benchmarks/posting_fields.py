"""Headline, author, outlet and date of articles passed on by mail, in nine layouts and one without any credit.

Usage: python benchmarks/posting_fields.py EXTRACT_TRA EXTRACT_AEB [--show LAYOUT]

The mails are made here; what they say is real: headline, author and date of the gold of extract_tra, the outlet from
the page's og:site_name, the first paragraphs from its gold segments, the rest of the body from texts of extract_aeb.
What surrounds a headline on a list (tag, wrapping, forms of date, order) is drawn by the hash of the page's id, by
which pages are also halved: rules were developed on one half. "Wrong" is a value that is not the gold's; an author that
was found in part is wrong. The layout "bare" gives nothing but headline and body: what is found there is made up.
"""

from __future__ import annotations

import datetime as dt
import gzip
import json
import re
import sys
import textwrap
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from html import unescape
from pathlib import Path

from halves import drawn, held_out

from corpus.article import Draft, RawItem
from corpus.charsets import charset_of_page, decoded
from corpus.extraction.datelines import read_dateline
from corpus.extraction.drafting import draft_of
from corpus.readers.mail import read_mail

_MONTHS = {
    "en": "January February March April May June July August September October November December",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
}
_BY = {"en": "By", "de": "Von", "fr": "Par", "es": "Por"}
_AND = {"en": "and", "de": "und", "fr": "et", "es": "y"}
_SITE = re.compile(r"<meta[^>]{0,300}?og:site_name[^>]{0,300}?content=[\"']([^\"'<>]{2,60})[\"']", re.IGNORECASE)
_LANG = re.compile(r"<html[^>]{0,2000}?\slang\s*=\s*[\"']?([A-Za-z]{2})", re.IGNORECASE)
_NAMES_APART = re.compile(r"\s*(?:[,;/&]|\b(?:and|und|et|y)\b)\s*")
FIELDS = ("title", "author", "outlet", "published")


@dataclass(frozen=True, slots=True)
class Story:
    """What is known of one page. Fields that its gold does not have are None."""

    id: str
    title: str
    author: str | None
    outlet: str | None
    date: dt.date | None
    url: str
    language: str
    body: list[str]

    def draw(self, what: str, count: int) -> int:
        """A number below `count`, the same in every run."""
        return drawn(f"{self.id} {what}") % count


def stories(tra: Path, aeb: Path) -> Iterator[Story]:
    fillers = [json.loads(line)["text"] for line in (aeb / "gold.jsonl").read_text("utf-8").splitlines()]
    for line in (tra / "gold.jsonl").read_text("utf-8").splitlines():
        page = json.loads(line)
        title = " ".join((page["title"] or "").split())
        if not title:
            continue
        raw = gzip.decompress((tra / page["file"]).read_bytes())
        markup, _ = decoded(raw, charset_of_page(raw))
        site = _SITE.search(markup)
        said = _LANG.search(markup[:20_000])
        language = said.group(1).lower() if said and said.group(1).lower() in _BY else "en"
        author = re.sub(r"^(?:Von|By|Par|Por)\s+", "", " ".join((page["author"] or "").split()), flags=re.IGNORECASE)
        filler = [part.strip() for part in fillers[drawn(page["id"]) % len(fillers)].split("\n") if part.strip()]
        filler = [part for part in filler if read_dateline(part) is None]  # it would name another outlet
        yield Story(
            page["id"],
            title,
            author or None,
            unescape(site.group(1)).strip() if site else None,
            day_of(page["date"]),
            page["url"],
            language,
            [" ".join(part.split()) for part in page["must_contain"]] + filler[:12],
        )


def day_of(value: str | None) -> dt.date | None:
    try:
        return dt.date.fromisoformat((value or "")[:10])
    except ValueError:  # some are a month alone
        return None


def dated(story: Story, what: str) -> str:
    """The day in one of the forms that newspapers of the language use; empty without one."""
    day = story.date
    if day is None:
        return ""
    month = _MONTHS[story.language].split()[day.month - 1]
    forms = {
        "en": [
            f"{month} {day.day}, {day.year}",
            f"{day.day} {month} {day.year}",
            f"{day:%A}, {month} {day.day}, {day.year}",
            f"{day:%b}. {day.day}, {day.year}" if day.month != 5 else f"May {day.day}, {day.year}",
            f"{month} {day.day}, {day.year} at 9:40 a.m. EDT",
            f"Updated {month} {day.day}, {day.year} 11:05 pm ET",
            day.isoformat(),
            f"{day:%d %b %Y}",
        ],
        "de": [
            f"{day.day}. {month} {day.year}",
            f"{day:%d.%m.%Y}",
            f"{day:%d.%m.%Y}, 14:05 Uhr",
            f"{day.day}.{day.month}.{day.year}",
            f"Stand: {day:%d.%m.%Y} 9:12 Uhr",
        ],
        "fr": [f"{day.day} {month} {day.year}", f"Publié le {day.day} {month} {day.year} à 09h40", day.isoformat()],
        "es": [f"{day.day} de {month} de {day.year}", f"{day.day} {month} {day.year}", day.isoformat()],
    }[story.language]
    return forms[story.draw("date " + what, len(forms))]


def joined(separator: str, *parts: str | None) -> str:
    return separator.join(part for part in parts if part)


def names(story: Story) -> str:
    if story.author is None:
        return ""
    parts = [part for part in re.split(r"\s*[;/]\s*", story.author) if part]
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} {_AND[story.language]} {parts[-1]}"


def by(story: Story) -> str:
    return f"{_BY[story.language]} {names(story)}" if story.author else ""


# Each gives the subject and the blocks of the mail. A story says what it lacks by leaving it out.
LAYOUTS: dict[str, Callable[[Story], tuple[str, list[str]]]] = {
    "bare": lambda s: (s.title, [s.title, *s.body]),
    "byline, date, outlet": lambda s: (
        s.title,
        [s.title, joined("\u00a0\u00a0 ", by(s), dated(s, "1"), s.outlet), *s.body],
    ),
    "outlet first": lambda s: (s.title, [joined("\n", s.outlet, dated(s, "2")), s.title, by(s), *s.body]),
    "name, outlet, date": lambda s: (s.title, [s.title, joined(", ", names(s), s.outlet, dated(s, "3")), *s.body]),
    "credits last": lambda s: (
        s.title,
        [s.title, *s.body, joined(" | ", by(s), s.outlet, dated(s, "4"))],
    ),
    "stacked lines": lambda s: (s.title, [s.title, joined("\n", names(s), s.outlet, dated(s, "5")), *s.body]),
    "outlet in subject": lambda s: (
        [joined(" | ", s.title, s.outlet), joined(" - ", s.title, s.outlet), joined(": ", s.outlet, s.title)][
            s.draw("subject", 3)
        ],
        [s.title, by(s), dated(s, "6"), *s.body],
    ),
    "headline in subject": lambda s: (s.title, [joined("\n", by(s), dated(s, "7")), *s.body, s.url]),
    "shortened subject": lambda s: (
        s.title[: max(len(s.title) * 2 // 3, 12)].rstrip() + "...",
        [s.title.upper() if s.draw("capitals", 4) == 0 else s.title, joined(" • ", by(s), dated(s, "8")), *s.body],
    ),
    "address first": lambda s: (s.title, [s.url, s.title, joined(" / ", names(s), s.outlet, dated(s, "9")), *s.body]),
}


def posted(story: Story, layout: str) -> RawItem:
    subject, blocks = LAYOUTS[layout](story)
    mail = EmailMessage()
    mail["From"] = "Ana Bee <ana@x.example>"
    mail["Subject"] = f"[Salon] {subject}"
    day = (story.date or dt.date(2031, 5, 2)) + dt.timedelta(days=story.draw("posted", 4))
    mail["Date"] = f"{day:%a, %d %b %Y} 18:00:00 +0000"
    mail["List-Id"] = "Salon <salon.x.example>"
    width = 72 if story.draw("wrapped", 2) else 100_000
    text = "\n\n".join(
        "\n".join("\n".join(textwrap.wrap(line, width)) for line in block.split("\n")) for block in blocks if block
    )
    mail.set_content(text, cte="8bit")
    item = read_mail(mail.as_bytes(), story.id, "eml")
    assert isinstance(item, RawItem)
    return item


def canonical(name: str, value: str) -> object:
    value = " ".join(value.casefold().split())
    if name == "author":
        return frozenset(part for part in _NAMES_APART.split(value) if part)
    return value.removeprefix("the ") if name == "outlet" else value


def wanted(story: Story, name: str, layout: str) -> str | None:
    has = {
        "title": story.title,
        "author": story.author,
        "outlet": story.outlet,
        "published": story.date.isoformat() if story.date else None,
    }
    no_outlet = {"outlet"}
    absent = {
        "bare": {"author", "outlet", "published"},
        "headline in subject": no_outlet,
        "shortened subject": no_outlet,
    }
    return None if name in absent.get(layout, set()) else has[name]


def found(draft: Draft, name: str) -> str | None:
    return draft.published.text if name == "published" else getattr(draft, name)


def main() -> None:
    known = list(stories(Path(sys.argv[1]), Path(sys.argv[2])))
    show = sys.argv[4] if len(sys.argv) > 4 else None
    print(f"{len(known)} pages with a headline; cells: right of what is there (wrong values; made up where none is)")
    for half in (False, True):
        print(f"\n| {'held out' if half else 'developed on'} | {' | '.join(FIELDS)} | not an article |")
        print("|---|" + "---|" * (len(FIELDS) + 1))
        total: dict[str, Counter[str]] = defaultdict(Counter)
        for layout in LAYOUTS:
            counts: dict[str, Counter[str]] = defaultdict(Counter)
            for story in known:
                if held_out(story.id) is not half:
                    continue
                draft = draft_of(posted(story, layout))
                counts["kind"][str(draft.kind)] += 1
                for name in FIELDS:
                    gold, value = wanted(story, name, layout), found(draft, name)
                    if gold is None:
                        # og:site_name is not always there to know an outlet by, so a known one is no invention.
                        outcome = "made up" if value is not None and (name, layout) != ("outlet", "bare") else "none"
                        outcome = "none" if name == "outlet" and "url-host" in draft.fields.get(name, "") else outcome
                    elif value is None:
                        outcome = "missing"
                    else:
                        outcome = "right" if canonical(name, value) == canonical(name, gold) else "wrong"
                    counts[name][outcome] += 1
                    total[name][outcome] += 1
                    if show == layout and not half and outcome in ("wrong", "made up", "missing"):
                        print(f"  {outcome} {name}: {value!r} for {gold!r} by {draft.fields.get(name)}")
            print(f"| {layout} | {' | '.join(cell(counts[name]) for name in FIELDS)} | {other(counts['kind'])} |")
        print(f"| all | {' | '.join(cell(total[name]) for name in FIELDS)} | |", flush=True)


def cell(counts: Counter[str]) -> str:
    there = counts["right"] + counts["wrong"] + counts["missing"]
    share = f"{counts['right'] / there:.3f}" if there else "-"
    return f"{share} ({counts['wrong']}; {counts['made up']})"


def other(counts: Counter[str]) -> int:
    return sum(counts.values()) - counts["article"]


if __name__ == "__main__":
    main()
