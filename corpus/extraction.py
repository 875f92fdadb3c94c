"""From a posting to an article: headline, byline, dates and body. Knows no container, and never guesses silently.

The order of work matters. A forward is unwrapped before anything is cut, for what it quotes is the article; captions
are set aside before the dek is looked for, for they stand where a dek stands.
"""

from __future__ import annotations

import datetime as dt
import itertools
import re

from corpus.addresses import cleaned, may_be_article, urls_in
from corpus.article import Block, BlockKind, Draft, Kind, Link, Precision, PublicationDate, RawBlock, RawItem
from corpus.bylines import is_name, names_an_outlet, read_byline, read_credit_line
from corpus.captions import is_caption
from corpus.charsets import storable
from corpus.dates import date_in_url
from corpus.forwards import Unwrapped, forwarded_day, unwrapped
from corpus.furniture import marked_furniture
from corpus.outlets import known_outlet, outlet_of
from corpus.quoting import has_attribution, marked_quotes
from corpus.subjects import Subject, taken_apart

WEAK = " (weak)"  # ends the name of a rule that may be wrong

_PARAGRAPH_BREAK = re.compile(r"\n[ \t\r\u00a0]*\n\s*")
_DATELINE = re.compile(
    r"^[A-ZÀ-Þ][A-ZÀ-Þ .,'’/-]{2,40}(?:,? [A-Z][a-z]{2,8}\.? \d{1,2})?"
    r"(?: ?\((?P<outlet>[A-Za-z .]{2,30})\))? ?[—–-]{1,2} ?\S"
)
_ENDS_SENTENCE = re.compile(r"[.!?…][\"”’')\]]*$")
# Fewer words than this cannot be quoted from: a link, a line, a forward of nothing.
_LEAST_WORDS = 8
_HEAD_BLOCKS = 12
_DEK_WORDS = range(4, 46)


def draft_of(item: RawItem) -> Draft:
    """What the item says, as far as rules can tell. Total: any item gives a draft."""
    if item.exact_text is not None:
        return _exact_draft(item, item.exact_text)
    subject = taken_apart(storable(item.subject or ""), item.list_name)
    return _Reading(item, subject).draft()


def _exact_draft(item: RawItem, text: str) -> Draft:
    """A text that is kept code point for code point; its blocks are ranges and no rule judges them."""
    separator = _PARAGRAPH_BREAK if _PARAGRAPH_BREAK.search(text) else re.compile(r"\n")
    blocks: list[Block] = []
    start = 0
    for end, following in [*((gap.start(), gap.end()) for gap in separator.finditer(text)), (len(text), len(text))]:
        stretch = text[start:end]
        if stretch.strip():
            first = start + len(stretch) - len(stretch.lstrip())
            blocks.append(Block(BlockKind.PARAGRAPH, first, start + len(stretch.rstrip())))
        start = following
    given = {
        "title": item.title,
        "author": item.author,
        "outlet": item.outlet,
        "published": item.published,
        "url": item.url,
    }
    return Draft(
        text=text,
        blocks=tuple(blocks),
        kind=Kind.ARTICLE,
        title=item.title,
        author=item.author,
        outlet=item.outlet,
        published=item.published or PublicationDate(),
        url=item.url,
        external_id=item.external_id,
        posted=item.posted,
        received=item.received,
        fields={name: "given" for name, value in given.items() if value},
    )


class _Reading:
    """One item being read: its blocks, judged again step by step, and the fields found so far with their rules."""

    def __init__(self, item: RawItem, subject: Subject) -> None:
        self.item = item
        self.subject = subject
        self.blocks: list[RawBlock] = []
        self.fields: dict[str, str] = {}
        self.title: str | None = None
        self.dek: str | None = None
        self.author: str | None = None
        self.outlet: str | None = None
        self.published = PublicationDate()
        self.url: str | None = None
        self.headline_at: int | None = None
        self.byline_at: int | None = None

    def draft(self) -> Draft:
        kind = self._judge_kind()
        if kind is Kind.REPLY:
            self._subject_as_title()
        else:
            self._take_given()
            self._split_captions()
            self._find_headline()
            self._find_byline()
            self._find_dek()
            self._find_url(kind)
            self._fill_from_url()
            self._check_published()
        text, blocks = _joined(self.blocks)
        item = self.item
        list_name = item.list_name or self.subject.tag
        if list_name:
            self.fields["list"] = "container" if item.list_name else "subject-tag" + WEAK
        if item.posted:
            self.fields["posted"] = "container"
        return Draft(
            text=text,
            blocks=blocks,
            kind=kind,
            title=self.title,
            dek=self.dek,
            author=self.author,
            outlet=self.outlet,
            published=self.published,
            list_name=_clean(list_name),
            subject=_clean(item.subject),
            sender_name=_clean(item.sender_name),
            posted=item.posted,
            received=item.received,
            message_id=_clean(item.message_id),
            in_reply_to=_clean(item.in_reply_to),
            references=tuple(map(storable, item.references)),
            url=self.url,
            external_id=_clean(item.external_id),
            fields=self.fields,
        )

    # What the posting is, and whose words are whose.

    def _judge_kind(self) -> Kind:
        item, subject = self.item, self.subject
        blocks = [RawBlock(block.kind, text) for block in item.blocks if (text := _trimmed(block.text))]
        forward = unwrapped(blocks, forwarded=subject.forward)
        if forward is not None and not (subject.reply and not subject.forward and _count(forward.before) > 25):
            self.blocks = self._unwrap(forward)
            return Kind.ARTICLE if _count(self.blocks) >= _LEAST_WORDS else Kind.FORWARD
        quoted = any(block.kind is BlockKind.QUOTED for block in blocks)
        is_reply = subject.reply or (quoted and (item.in_reply_to is not None or has_attribution(blocks)))
        self.blocks = marked_furniture(marked_quotes(blocks, reply=is_reply))
        own_words = _count(self.blocks)
        if is_reply and not (own_words >= 200 and self._begins_with_byline()):
            return Kind.REPLY
        if own_words >= _LEAST_WORDS:
            return Kind.ARTICLE
        return Kind.FORWARD if subject.forward and not self._all_urls() else Kind.NOTE

    def _unwrap(self, forward: Unwrapped) -> list[RawBlock]:
        """What came before the forward, and its head, become boilerplate; a forward in a forward is opened too."""
        outer: list[RawBlock] = []
        day: str | None = None
        for _ in range(6):
            outer += [RawBlock(BlockKind.BOILERPLATE, block.text) for block in forward.before]
            outer += forward.head
            day = forwarded_day(forward)
            deeper = unwrapped(forward.inner, forwarded=False)
            if deeper is None or _count(deeper.before) > _LEAST_WORDS:
                break
            forward = deeper
        if day is not None:
            self.published = PublicationDate(day)
            self.fields["published"] = "forwarded-mail" + WEAK
        return outer + marked_furniture(marked_quotes(forward.inner, reply=False))

    def _begins_with_byline(self) -> bool:
        head = [block.text for block in self.blocks if block.kind is BlockKind.PARAGRAPH][:6]
        return any(read_byline(line) for text in head for line in text.split("\n")[:6])

    def _all_urls(self) -> list[str]:
        written = [url for block in self.blocks if block.kind is BlockKind.PARAGRAPH for url in urls_in(block.text)]
        return [
            url for url in dict.fromkeys([*(link.url for link in self.item.links), *written]) if may_be_article(url)
        ]

    # The fields of an article.

    def _take_given(self) -> None:
        item = self.item
        for name in ("title", "author", "outlet", "url"):
            if value := _clean(getattr(item, name)):
                setattr(self, name, value)
                self.fields[name] = "given"
        if item.published is not None and item.published.precision is not Precision.UNKNOWN:
            self.published, self.fields["published"] = item.published, "given"

    def _split_captions(self) -> None:
        result: list[RawBlock] = []
        for block in self.blocks:
            if block.kind is not BlockKind.PARAGRAPH:
                result.append(block)
                continue
            lines = block.text.split("\n")
            if is_caption(block.text) and not any(is_caption(line) for line in lines[:-1]):
                result.append(RawBlock(BlockKind.CAPTION, block.text))
            else:
                result += _by_line(lines, [BlockKind.CAPTION if is_caption(line) else block.kind for line in lines])
        self.blocks = result

    def _content(self, first: int) -> list[int]:
        """The places of the first blocks that could be headline, dek or byline."""
        places = [
            place for place, block in enumerate(self.blocks) if block.kind in (BlockKind.PARAGRAPH, BlockKind.HEADING)
        ]
        return places[:first]

    def _find_headline(self) -> None:
        self._split_head_lines()
        words = self.title or self.subject.words
        best = 0.0
        for place in self._content(5):
            likeness = _likeness(self.blocks[place].text, words)
            if likeness > best:
                best, self.headline_at = likeness, place
        if self.headline_at is not None:
            self._set("title", _one_line(self.blocks[self.headline_at].text), "heading-like-subject")
        elif words:
            self._subject_as_title()
        else:
            self._first_line_as_title()
        if self.headline_at is not None:
            self._mark(self.headline_at, BlockKind.HEADING)
            if words and (prefix := _outlet_beside(words)) is not None:
                self._set("outlet", prefix[0], "subject" + WEAK)

    def _split_head_lines(self) -> None:
        """Headline, byline and date on neighbouring lines are blocks of their own; verse and lists stay whole."""
        places = self._content(4)
        for place in reversed(places):
            lines = self.blocks[place].text.split("\n")
            if not 2 <= len(lines) <= 8 or any(len(line) > 300 for line in lines):
                continue
            heads = [
                _likeness(line, self.subject.words) > 0
                or read_byline(line) is not None
                or read_credit_line(line) is not None
                for line in lines
            ]
            if any(heads):
                kind = self.blocks[place].kind
                self.blocks[place : place + 1] = [RawBlock(kind, line) for line in lines if line.strip()]

    def _subject_as_title(self) -> None:
        words = self.subject.words
        if not words or self.title:
            return
        rule = "subject"
        if (beside := _outlet_beside(words)) is not None:
            outlet, words = beside
            self._set("outlet", outlet, "subject")
        self._set("title", words, rule)

    def _first_line_as_title(self) -> None:
        for place in self._content(3):
            block = self.blocks[place]
            text = _one_line(block.text)
            count = len(text.split())
            headline = block.kind is BlockKind.HEADING or (
                2 <= count <= 25
                and not _ENDS_SENTENCE.search(text)
                and "\n" not in block.text
                and not _DATELINE.match(text)
            )
            if read_byline(text) or read_credit_line(text) or urls_in(text):
                continue
            if headline:
                self.headline_at = place
                self._set("title", text, "heading" if block.kind is BlockKind.HEADING else "first-line" + WEAK)
            return

    def _find_byline(self) -> None:
        """By-lines and the lines of date and outlet around them, in the head; else one at the very end."""
        long_paragraphs = 0
        for place in self._content(_HEAD_BLOCKS):
            if place == self.headline_at:
                continue
            text = self.blocks[place].text
            if "\n" not in text and len(text) <= 260 and self._take_byline(place, "byline"):
                continue
            long_paragraphs += len(text.split()) >= 30
            if long_paragraphs == 2:
                break
        self._lines_beside_credit()
        if self.author is None and self.outlet is None:
            for place in reversed(self._content(len(self.blocks))[-3:]):
                if place != self.headline_at and len(self.blocks[place].text) <= 260:
                    self._take_byline(place, "last-line")
        if self.outlet is None:
            for place in self._content(6):
                dateline = _DATELINE.match(self.blocks[place].text)
                if dateline and dateline["outlet"] and (known := known_outlet(dateline["outlet"])):
                    self._set("outlet", known, "dateline" + WEAK)

    def _take_byline(self, place: int, where: str) -> bool:
        text = self.blocks[place].text
        line = read_byline(text) or read_credit_line(text)
        # At the end a date alone is no credit: it may be the last words of a letter.
        if line is None or (where != "byline" and not (line.author or line.outlet)):
            return False
        rule = line.rule if where == "byline" else where + WEAK
        for name, value in (("author", line.author), ("outlet", line.outlet)):
            if value:
                self._set(name, value, rule + (WEAK if name in line.weak else ""))
        if line.published and (self.published.text is None or self.fields["published"].endswith(WEAK)):
            self.published, self.fields["published"] = line.published, rule
        self._mark(place, BlockKind.BOILERPLATE)
        if self.byline_at is None or line.author:
            self.byline_at = place
        return True

    def _lines_beside_credit(self) -> None:
        """A name or a publication on a line of its own, among the lines of byline and date or right beside them."""
        if self.byline_at is None:
            return
        at = self.byline_at
        near = sorted(range(max(at - 3, 0), min(at + 4, len(self.blocks))), key=lambda place: abs(place - at))
        for place in near[1:]:
            nearer = place + 1 if place < at else place - 1
            if self.blocks[nearer].kind not in (BlockKind.BOILERPLATE, BlockKind.HEADING):
                continue
            block = self.blocks[place]
            text = _one_line(block.text)
            if place == self.headline_at or block.kind is not BlockKind.PARAGRAPH or _DATELINE.match(text):
                continue
            if self.outlet is not None and text.casefold() == self.outlet.casefold():
                self._mark(place, BlockKind.BOILERPLATE)
            elif self.outlet is None and (known_outlet(text) or names_an_outlet(text)):
                self._set("outlet", text, "line-beside-byline" + WEAK)
                self._mark(place, BlockKind.BOILERPLATE)
            elif self.author is None and is_name(text):
                self._set("author", text, "line-beside-byline" + WEAK)
                self._mark(place, BlockKind.BOILERPLATE)

    def _find_dek(self) -> None:
        """The block between the headline and the byline or the dateline, when it is as short as a dek."""
        if self.headline_at is None:
            return
        for place in range(self.headline_at + 1, min(self.headline_at + 4, len(self.blocks))):
            block = self.blocks[place]
            words = block.text.split()
            if block.kind in (BlockKind.CAPTION, BlockKind.BOILERPLATE):
                continue
            if _likeness(block.text, self.title or "") >= 0.9:  # the headline once more
                self._mark(place, BlockKind.HEADING)
                continue
            bounded = self.byline_at is not None and self.byline_at > place
            sure = bounded or block.kind is BlockKind.HEADING
            likely = self._dateline_follows(place) and not _ENDS_SENTENCE.search(block.text)
            of_length = len(words) in _DEK_WORDS and not _DATELINE.match(block.text) and not urls_in(block.text)
            if of_length and (sure or likely):
                self._set("dek", _one_line(block.text), "below-headline" if sure else "above-dateline" + WEAK)
                self._mark(place, BlockKind.HEADING)
            return

    def _dateline_follows(self, place: int) -> bool:
        after = [block for block in self.blocks[place + 1 : place + 4] if block.kind is BlockKind.PARAGRAPH]
        return bool(after) and _DATELINE.match(after[0].text) is not None

    def _find_url(self, kind: Kind) -> None:
        if self.url:
            self.url = cleaned(self.url)
            return None
        links = [link for link in self.item.links if may_be_article(link.url)]
        alone = {place: url for place, block in enumerate(self.blocks) if (url := _only_url(block, links)) is not None}
        first = self._content(1)[0] if self._content(1) else 0
        if kind is not Kind.NOTE:
            for place in alone:
                self._mark(place, BlockKind.BOILERPLATE)
        for link in links:
            if self.title and _likeness(link.text, self.title) > 0:
                return self._set("url", cleaned(link.url), "link-on-headline")
        head = [url for place, url in alone.items() if place <= max(first, self.headline_at or 0) + 6]
        if head:
            return self._set("url", cleaned(head[0]), "link-alone-in-head")
        if self.outlet and (known := known_outlet(self.outlet)):
            for url in self._all_urls():
                if outlet_of(cleaned(url)) == known:
                    return self._set("url", cleaned(url), "link-to-outlet" + WEAK)
        if alone:
            return self._set("url", cleaned(list(alone.values())[-1]), "link-alone" + WEAK)
        if kind is not Kind.ARTICLE and len(urls := self._all_urls()) == 1:
            self._set("url", cleaned(urls[0]), "only-link")
        return None

    def _fill_from_url(self) -> None:
        if not self.url:
            return
        if self.outlet is None and (outlet := outlet_of(self.url)) is not None:
            self._set("outlet", outlet, "url-host" + WEAK)
        weak = self.fields.get("published", "").endswith(WEAK)
        if (self.published.text is None or weak) and (date := date_in_url(self.url)) is not None:
            self.published, self.fields["published"] = date, "url" + WEAK

    def _check_published(self) -> None:
        """A date of publication after the posting is a mistake of the rule that found it; then none is known."""
        days = self.published.days()
        posted = self.item.posted or self.item.received
        if days is None or posted is None:
            return
        if days[0] > posted.date() + dt.timedelta(days=1):
            self.fields["published"] = (
                f"refused: {self.fields['published']} gave {self.published.text}, after the posting"
            )
            self.published = PublicationDate()

    def _set(self, name: str, value: str, rule: str) -> None:
        held = self.fields.get(name)
        if getattr(self, name) is None or (held is not None and held.endswith(WEAK) and not rule.endswith(WEAK)):
            setattr(self, name, value)
            self.fields[name] = rule

    def _mark(self, place: int, kind: BlockKind) -> None:
        self.blocks[place] = RawBlock(kind, self.blocks[place].text)


def _joined(blocks: list[RawBlock]) -> tuple[str, tuple[Block, ...]]:
    """The text, blocks in source order with one empty line between, and where each stands in it."""
    placed: list[Block] = []
    position = 0
    for block in blocks:
        placed.append(Block(block.kind, position, position + len(block.text)))
        position += len(block.text) + 2
    return "\n\n".join(block.text for block in blocks), tuple(placed)


def _by_line(lines: list[str], kinds: list[BlockKind]) -> list[RawBlock]:
    """Every caption a block of its own, the lines between them together."""
    result: list[RawBlock] = []
    for kind, run in itertools.groupby(zip(kinds, lines, strict=True), key=lambda pair: pair[0]):
        together = [line for _, line in run]
        for text in together if kind is BlockKind.CAPTION else ("\n".join(together),):
            if trimmed := _trimmed(text):
                result.append(RawBlock(kind, trimmed))
    return result


def _trimmed(text: str) -> str:
    """Without white space around it; a no-break space at the end is the source's own and stays, unless it is all."""
    return storable(text).replace("\r", "").strip("\n\t ") if text.strip() else ""


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _clean(text: str | None) -> str | None:
    return _one_line(storable(text)) or None if text else None


def _count(blocks: list[RawBlock]) -> int:
    """Words of the body, addresses not counted."""
    return sum(
        not word.startswith(("http://", "https://", "<http"))
        for block in blocks
        if block.kind is BlockKind.PARAGRAPH
        for word in block.text.split()
    )


def _likeness(text: str, subject: str) -> float:
    """How much a block is the subject's headline, 0 to 1; 0 when it is not taken for it.

    A subject is often shortened, or has the publication before it, so most of the shorter one's words must be shared.
    """
    if len(text) > 400 or not subject:
        return 0.0
    words, wanted = _words(text), _words(subject)
    if not words or not wanted or len(words) > 40 or len(words) > 3 * len(wanted) + 4:
        return 0.0
    shared = len(words & wanted)
    least = min(len(words), len(wanted))
    if shared < max(min(2, len(wanted)), 0.75 * least, 0.4 * len(words), 0.5 * len(wanted)):
        return 0.0
    return shared / len(words | wanted)


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.casefold().replace("’", "'").replace("'", "")))


def _outlet_beside(words: str) -> tuple[str, str] | None:
    """A known outlet in front of a headline or behind it, and the headline without it."""
    for pattern, outlet_first in ((r"^(.{2,40}?)\s*[-–—:|]\s+(.+)$", True), (r"^(.+)\s+[-–—|]\s+(.{2,40})$", False)):
        if (found := re.match(pattern, words[:600])) is not None:
            outlet, headline = found.groups() if outlet_first else found.groups()[::-1]
            if (known := known_outlet(outlet)) is not None:
                return known, headline
    return None


def _only_url(block: RawBlock, links: list[Link]) -> str | None:
    """The address of a block that is nothing but one address or the words of one link with an address for words."""
    if block.kind not in (BlockKind.PARAGRAPH, BlockKind.HEADING):
        return None
    text = block.text.strip(" <>\u00a0")
    if len(text) > 2000 or len(text.split()) > 2:
        return None
    for link in links:
        if link.text.strip() == text and text.startswith(("http://", "https://")):
            return link.url
    urls = urls_in(text)
    return urls[0] if len(urls) == 1 and len(text) - len(urls[0]) <= 12 and may_be_article(urls[0]) else None
