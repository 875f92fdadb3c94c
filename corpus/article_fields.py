"""Headline, dek, byline, dates and address of an article, each by the first rule that finds it.

Every rule is named in `fields`; the names of rules that may be wrong end in `WEAK`. What was found is also marked in
the blocks, so that the body is what is left.
"""

from __future__ import annotations

import datetime as dt
import itertools
import re

from corpus.addresses import cleaned, may_be_article, urls_in
from corpus.article import BlockKind, Kind, Link, Precision, PublicationDate, RawBlock, RawItem
from corpus.bylines import is_name, names_an_outlet, read_byline, read_credit_line
from corpus.captions import is_caption
from corpus.charsets import storable
from corpus.dates import date_in_url
from corpus.headlines import likeness, outlet_beside
from corpus.outlets import known_outlet, outlet_of
from corpus.subjects import Subject

WEAK = " (weak)"  # ends the name of a rule that may be wrong

_DATELINE = re.compile(
    r"^[A-ZÀ-Þ][A-ZÀ-Þ .,'’/-]{2,40}(?:,? [A-Z][a-z]{2,8}\.? \d{1,2})?"
    r"(?: ?\((?P<outlet>[A-Za-z .]{2,30})\))? ?[—–-]{1,2} ?\S"
)
_ENDS_SENTENCE = re.compile(r"[.!?…][\"”’')\]]*$")
_HEAD_BLOCKS = 12
_DEK_WORDS = range(4, 46)


class ArticleFields:
    """What is known of one posting as an article, found step by step; `blocks` are judged again on the way."""

    def __init__(self, item: RawItem, subject: Subject, blocks: list[RawBlock]) -> None:
        self.item = item
        self.subject = subject
        self.blocks = blocks
        self.rules: dict[str, str] = {}
        self.title: str | None = None
        self.dek: str | None = None
        self.author: str | None = None
        self.outlet: str | None = None
        self.published = PublicationDate()
        self.url: str | None = None
        self._headline_at: int | None = None
        self._byline_at: int | None = None

    def find_all(self, kind: Kind, forwarded_day: str | None) -> None:
        """Every field. The order matters: captions stand where a dek stands, so they are set aside first."""
        if forwarded_day is not None:
            self.published = PublicationDate(forwarded_day)
            self.rules["published"] = "forwarded-mail" + WEAK
        self._take_given()
        self._split_captions()
        self._find_headline()
        self._find_byline()
        self._find_dek()
        self._find_url(kind)
        self._fill_from_url()
        self._check_published()

    def find_title(self) -> None:
        """The title alone, as a reply has it: what it answers to."""
        self._subject_as_title()

    def _take_given(self) -> None:
        item = self.item
        for name in ("title", "dek", "author", "outlet", "url"):
            if value := clean(getattr(item, name)):
                setattr(self, name, value)
                self.rules[name] = item.given_rules.get(name, "given")
        if item.published is not None and item.published.precision is not Precision.UNKNOWN:
            self.published, self.rules["published"] = item.published, item.given_rules.get("published", "given")

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
            shared = likeness(self.blocks[place].text, words)
            if shared > best:
                best, self._headline_at = shared, place
        if self._headline_at is not None:
            self._set("title", _one_line(self.blocks[self._headline_at].text), "heading-like-subject")
        elif words:
            self._subject_as_title()
        else:
            self._first_line_as_title()
        if self._headline_at is not None:
            self._mark(self._headline_at, BlockKind.HEADING)
            if words and (prefix := outlet_beside(words)) is not None:
                self._set("outlet", prefix[0], "subject" + WEAK)

    def _split_head_lines(self) -> None:
        """Headline, byline and date on neighbouring lines are blocks of their own; verse and lists stay whole."""
        places = self._content(4)
        for place in reversed(places):
            lines = self.blocks[place].text.split("\n")
            if not 2 <= len(lines) <= 8 or any(len(line) > 300 for line in lines):
                continue
            heads = [
                likeness(line, self.subject.words) > 0
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
        if (beside := outlet_beside(words)) is not None:
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
                self._headline_at = place
                self._set("title", text, "heading" if block.kind is BlockKind.HEADING else "first-line" + WEAK)
            return

    def _find_byline(self) -> None:
        """By-lines and the lines of date and outlet around them, in the head; else one at the very end."""
        long_paragraphs = 0
        for place in self._content(_HEAD_BLOCKS):
            if place == self._headline_at:
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
                if place != self._headline_at and len(self.blocks[place].text) <= 260:
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
        if line.published and (self.published.text is None or self.rules["published"].endswith(WEAK)):
            self.published, self.rules["published"] = line.published, rule
        self._mark(place, BlockKind.BOILERPLATE)
        if self._byline_at is None or line.author:
            self._byline_at = place
        return True

    def _lines_beside_credit(self) -> None:
        """A name or a publication on a line of its own, among the lines of byline and date or right beside them."""
        if self._byline_at is None:
            return
        at = self._byline_at
        near = sorted(range(max(at - 3, 0), min(at + 4, len(self.blocks))), key=lambda place: abs(place - at))
        for place in near[1:]:
            nearer = place + 1 if place < at else place - 1
            if self.blocks[nearer].kind not in (BlockKind.BOILERPLATE, BlockKind.HEADING):
                continue
            block = self.blocks[place]
            text = _one_line(block.text)
            if place == self._headline_at or block.kind is not BlockKind.PARAGRAPH or _DATELINE.match(text):
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
        if self._headline_at is None:
            return
        for place in range(self._headline_at + 1, min(self._headline_at + 4, len(self.blocks))):
            block = self.blocks[place]
            words = block.text.split()
            if block.kind in (BlockKind.CAPTION, BlockKind.BOILERPLATE):
                continue
            if likeness(block.text, self.title or "") >= 0.9:  # the headline once more
                self._mark(place, BlockKind.HEADING)
                continue
            bounded = self._byline_at is not None and self._byline_at > place
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
            if self.title and likeness(link.text, self.title) > 0:
                return self._set("url", cleaned(link.url), "link-on-headline")
        head = [url for place, url in alone.items() if place <= max(first, self._headline_at or 0) + 6]
        if head:
            return self._set("url", cleaned(head[0]), "link-alone-in-head")
        if self.outlet and (known := known_outlet(self.outlet)):
            for url in article_urls(self.blocks, self.item.links):
                if outlet_of(cleaned(url)) == known:
                    return self._set("url", cleaned(url), "link-to-outlet" + WEAK)
        if alone:
            return self._set("url", cleaned(list(alone.values())[-1]), "link-alone" + WEAK)
        if kind is not Kind.ARTICLE and len(urls := article_urls(self.blocks, self.item.links)) == 1:
            self._set("url", cleaned(urls[0]), "only-link")
        return None

    def _fill_from_url(self) -> None:
        if not self.url:
            return
        if self.outlet is None and (outlet := outlet_of(self.url)) is not None:
            self._set("outlet", outlet, "url-host" + WEAK)
        weak = self.rules.get("published", "").endswith(WEAK)
        if (self.published.text is None or weak) and (date := date_in_url(self.url)) is not None:
            self.published, self.rules["published"] = date, "url" + WEAK

    def _check_published(self) -> None:
        """A date of publication after the posting is a mistake of the rule that found it; then none is known."""
        days = self.published.days()
        posted = self.item.posted or self.item.received
        if days is None or posted is None:
            return
        if days[0] > posted.date() + dt.timedelta(days=1):
            self.rules["published"] = (
                f"refused: {self.rules['published']} gave {self.published.text}, after the posting"
            )
            self.published = PublicationDate()

    def _set(self, name: str, value: str, rule: str) -> None:
        held = self.rules.get(name)
        if getattr(self, name) is None or (held is not None and held.endswith(WEAK) and not rule.endswith(WEAK)):
            setattr(self, name, value)
            self.rules[name] = rule

    def _mark(self, place: int, kind: BlockKind) -> None:
        self.blocks[place] = RawBlock(kind, self.blocks[place].text)


def _by_line(lines: list[str], kinds: list[BlockKind]) -> list[RawBlock]:
    """Every caption a block of its own, the lines between them together."""
    result: list[RawBlock] = []
    for kind, run in itertools.groupby(zip(kinds, lines, strict=True), key=lambda pair: pair[0]):
        together = [line for _, line in run]
        for text in together if kind is BlockKind.CAPTION else ("\n".join(together),):
            if kept := trimmed(text):
                result.append(RawBlock(kind, kept))
    return result


def trimmed(text: str) -> str:
    """Without white space around it; a no-break space at the end is the source's own and stays, unless it is all."""
    return storable(text).replace("\r", "").strip("\n\t ") if text.strip() else ""


def _one_line(text: str) -> str:
    return " ".join(text.split())


def clean(text: str | None) -> str | None:
    return _one_line(storable(text)) or None if text else None


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


def article_urls(blocks: list[RawBlock], links: tuple[Link, ...]) -> list[str]:
    """The addresses in a posting that could be an article's, those of links first."""
    written = [url for block in blocks if block.kind is BlockKind.PARAGRAPH for url in urls_in(block.text)]
    return [url for url in dict.fromkeys([*(link.url for link in links), *written]) if may_be_article(url)]
