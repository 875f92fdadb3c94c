"""Headline, dek, byline, dates and address of an article, each by the first rule that finds it.

Every rule is named in `fields`; the names of rules that may be wrong end in `WEAK`. What was found is also marked in
the blocks, so that the body is what is left.
"""

from __future__ import annotations

import datetime as dt
import itertools
import re
from dataclasses import replace

from corpus.addresses import cleaned, urls_in
from corpus.article import BlockKind, Kind, Precision, PublicationDate, RawBlock, RawItem
from corpus.article_urls import article_urls, find_url, urls_alone
from corpus.bylines import LONGEST_LINE, Byline, read_byline
from corpus.captions import is_caption
from corpus.charsets import storable
from corpus.clues import Clues, hosts_of
from corpus.credit_lines import about_author, read_credit_line
from corpus.datelines import read_dateline
from corpus.dates import date_in_url
from corpus.headlines import beside_headline, is_capitals, likeness, outlet_beside
from corpus.introductions import headline_above_byline, introduction, may_be_headline, several_articles
from corpus.names import is_person, is_section, is_title_case
from corpus.outlets import outlet_of
from corpus.subjects import Subject

WEAK = " (weak)"  # ends the name of a rule that may be wrong

_ENDS_SENTENCE = re.compile(r"[.!?…。！？][\"”’')\]]*$")
_HEAD_BLOCKS = 12
# Further down than this only a line that is no sentence, and so much like the subject, is the headline.
_SURE_HEAD_BLOCKS, _LIKELY = 5, 0.75
_DEK_WORDS = range(4, 46)
_LONG_PARAGRAPH, _SENTENCE = 30, 12  # words; two of the first or three of the second, and the head is over


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
        posted = item.posted or item.received
        self._clues = Clues(posted.date() if posted else None, hosts_of(article_urls(blocks, item.links)))

    def find_all(self, kind: Kind, forwarded_day: str | None) -> None:
        """Every field. The order matters: captions stand where a dek stands, so they are set aside first."""
        if forwarded_day is not None:
            self.published = PublicationDate(forwarded_day)
            self.rules["published"] = "forwarded-mail" + WEAK
        self._take_given()
        self._split_captions()
        self._find_headline()
        self._find_byline()
        self._set_introduction_aside()
        self._find_dek()
        self._find_dateline()
        self._find_url(kind)
        self._fill_from_url()
        self._check_published()
        self._check_several()

    def find_title(self) -> None:
        """The title alone, as a reply has it: what it answers to."""
        self._subject_as_title()

    def _take_given(self) -> None:
        item = self.item
        for name in ("title", "author", "outlet", "url"):
            if value := clean(getattr(item, name)):
                setattr(self, name, value)
                self.rules[name] = "given"
        if item.published is not None and item.published.precision is not Precision.UNKNOWN:
            self.published, self.rules["published"] = item.published, "given"

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
        kinds = (BlockKind.PARAGRAPH, BlockKind.HEADING)
        return list(itertools.islice((n for n, block in enumerate(self.blocks) if block.kind in kinds), first))

    def _find_headline(self) -> None:
        self._split_head_lines()
        words = self.title or self.subject.words
        best = 0.0
        for number, place in enumerate(self._content(_HEAD_BLOCKS)):
            text = self.blocks[place].text
            shared = likeness(text, words)
            if number >= _SURE_HEAD_BLOCKS and (shared < _LIKELY or not may_be_headline(text)):
                continue
            if shared > best:
                best, self._headline_at = shared, place
        if self._headline_at is not None:
            self._headline_found(words, "heading-like-subject")
        elif (above := headline_above_byline(self.blocks, self._content(_HEAD_BLOCKS))) is not None:
            self._headline_at = above
            self._headline_found(words, "above-byline" + WEAK)
        elif words:
            self._subject_as_title()
        else:
            self._first_line_as_title()

    def _headline_found(self, words: str, rule: str) -> None:
        assert self._headline_at is not None
        text = _one_line(self.blocks[self._headline_at].text)
        self._mark(self._headline_at, BlockKind.HEADING)
        beside = outlet_beside(words) if words else None
        if (other := beside_headline(words, text)) is not None:
            self._clues = replace(self._clues, beside=other)
            self._set("outlet", beside[0] if beside else other, "subject" + WEAK)
        elif beside is not None:
            self._set("outlet", beside[0], "subject" + WEAK)
        # A headline set in capitals is better taken from a subject with the same words.
        plain = beside[1] if beside else words
        if is_capitals(text) and plain and not is_capitals(plain) and plain.casefold() == text.casefold():
            self._set("title", plain, "subject")
        self._set("title", text, rule)

    def _split_head_lines(self) -> None:
        """Headline, byline and date on neighbouring lines are blocks of their own; verse and lists stay whole."""
        for place in reversed(self._content(_SURE_HEAD_BLOCKS)):
            lines = self.blocks[place].text.split("\n")
            if not 2 <= len(lines) <= 8 or any(len(line) > 300 for line in lines):
                continue
            heads = [
                # A wrapped sentence may begin with the words of the subject: then the next line goes on in small letters.
                (likeness(line, self.subject.words) > 0 and not after[:1].islower())
                or read_byline(line, self._clues) is not None
                or read_credit_line(line, self._clues) is not None
                for line, after in itertools.zip_longest(lines, lines[1:], fillvalue="")
            ]
            if any(heads):
                kind = self.blocks[place].kind
                self.blocks[place : place + 1] = [RawBlock(kind, line) for line in lines if line.strip()]

    def _subject_as_title(self) -> None:
        words = self.subject.words
        if not words or self.title:
            return
        if (beside := outlet_beside(words)) is not None:
            outlet, words = beside
            self._set("outlet", outlet, "subject")
        self._set("title", words, "subject")

    def _first_line_as_title(self) -> None:
        for place in self._content(3):
            block = self.blocks[place]
            text = _one_line(block.text)
            if read_byline(text, self._clues) or read_credit_line(text, self._clues) or urls_in(text):
                continue
            if block.kind is BlockKind.HEADING or (may_be_headline(block.text) and read_dateline(text) is None):
                self._headline_at = place
                self._set("title", text, "heading" if block.kind is BlockKind.HEADING else "first-line" + WEAK)
                self._mark(place, BlockKind.HEADING)
            return

    def _find_byline(self) -> None:
        """By-lines and the lines of date and outlet around them, in the head; else one at the very end."""
        long_paragraphs = sentences = 0
        for place in self._content(_HEAD_BLOCKS):
            if place == self._headline_at:
                continue
            text = self.blocks[place].text
            near = self._headline_at is not None and 0 < place - self._headline_at <= 3 and long_paragraphs == 0
            if "\n" not in text and len(text) <= LONGEST_LINE and self._take_byline(place, "byline", alone=near):
                continue
            words = len(text.split())
            long_paragraphs += words >= _LONG_PARAGRAPH
            sentences += words >= _SENTENCE and _ENDS_SENTENCE.search(text) is not None
            if long_paragraphs == 2 or sentences == 3:
                break
        self._lines_beside_credit()
        closing = self._content(len(self.blocks))[-3:]
        if self.author is None:
            for place in reversed(closing):
                if place != self._headline_at and len(self.blocks[place].text) <= LONGEST_LINE:
                    self._take_byline(place, "last-line")
        for place in closing:
            if place != self._headline_at and (name := about_author(self.blocks[place].text, self.author)) is not None:
                if name:
                    self._set("author", _one_line(name), "about-the-author" + WEAK)
                if self._headline_at is not None or self.author is not None:
                    self._mark(place, BlockKind.BOILERPLATE)

    def _take_byline(self, place: int, where: str, *, alone: bool = False) -> bool:
        text = self.blocks[place].text
        line = read_byline(text, self._clues, alone=alone) or read_credit_line(text, self._clues)
        # At the end a date alone is no credit: it may be the last words of a letter.
        if line is None or (where != "byline" and not (line.author or line.outlet)):
            return False
        self._take(line, line.rule if where == "byline" else where + WEAK)
        self._mark(place, BlockKind.BOILERPLATE)
        if where == "byline" and (self._byline_at is None or line.author):
            self._byline_at = place
        return True

    def _take(self, line: Byline, rule: str) -> None:
        for name, value in (("author", line.author), ("outlet", line.outlet)):
            if value:
                self._set(name, value, rule + (WEAK if name in line.weak and not rule.endswith(WEAK) else ""))
        if line.published and (self.published.text is None or self.rules["published"].endswith(WEAK)):
            guessed = "published" in line.weak and not rule.endswith(WEAK)
            self.published, self.rules["published"] = line.published, rule + (WEAK if guessed else "")

    def _lines_beside_credit(self) -> None:
        """A name or a publication on a line of its own, among the lines of byline and date or right beside them."""
        if self._byline_at is None:
            return
        places = [*self._lines_beside(self._byline_at, -1), *self._lines_beside(self._byline_at, 1)]
        texts = {place: _one_line(self.blocks[place].text) for place in sorted(places)}
        outlets = [place for place, text in texts.items() if self._clues.names_outlet(text)]
        others = [place for place in texts if place not in outlets and is_person(texts[place])]
        if self.outlet is not None:
            same = [place for place, text in texts.items() if text.casefold() == self.outlet.casefold()]
            outlets = same or (outlets if self.rules["outlet"].endswith(WEAK) else [])
        above = self._headline_at if self._headline_at is not None else -1
        unclear = [place for place in texts if place not in outlets and is_title_case(texts[place])]
        if not outlets and self.outlet is None and self.author is None and len(texts) == 2 and len(unclear) == 2:
            first, second = unclear  # "Name" / "Outlet" / date: the name comes first
            if is_person(texts[first]):
                others, outlets = [first], [second]
        elif not outlets and self.outlet is None and self.author is not None:
            outlets = [place for place in unclear if place < above][:1]
        for name, found in (("outlet", outlets), ("author", others)):
            if found and (getattr(self, name) is None or (name == "outlet" and found)):
                self._set(name, texts[found[0]], "line-beside-byline" + WEAK)
                if getattr(self, name).casefold() == texts[found[0]].casefold():
                    self._mark(found[0], BlockKind.BOILERPLATE)

    def _lines_beside(self, at: int, step: int) -> list[int]:
        """The places of short lines next to a credit on one side, up to three; the headline does not part them."""
        found: list[int] = []
        for place in range(at + step, at + 4 * step, step):
            if not 0 <= place < len(self.blocks):
                break
            block = self.blocks[place]
            if place == self._headline_at or block.kind is BlockKind.BOILERPLATE:
                continue
            text = _one_line(block.text)
            if block.kind is not BlockKind.PARAGRAPH or len(text.split()) > 8 or not _may_be_credit(text):
                break
            found.append(place)
        return found

    def _set_introduction_aside(self) -> None:
        alone = urls_alone(self.blocks, self.item.links)
        for place in introduction(self.blocks, self._headline_at, self._byline_at, list(alone)):
            if not is_section(self.blocks[place].text):
                self.rules["introduction"] = "above-article" + WEAK
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
            dated = read_dateline(block.text) is not None
            bounded = self._byline_at is not None and self._byline_at > place
            sure = bounded or block.kind is BlockKind.HEADING
            likely = self._dateline_follows(place) and not _ENDS_SENTENCE.search(block.text)
            of_length = len(words) in _DEK_WORDS and not dated and not urls_in(block.text)
            if of_length and (sure or likely):
                self._set("dek", _one_line(block.text), "below-headline" if sure else "above-dateline" + WEAK)
                self._mark(place, BlockKind.HEADING)
            return

    def _dateline_follows(self, place: int) -> bool:
        after = [block for block in self.blocks[place + 1 : place + 4] if block.kind is BlockKind.PARAGRAPH]
        return bool(after) and read_dateline(after[0].text) is not None

    def _find_dateline(self) -> None:
        """The dateline stays in the text; `fields` names its place. Its agency and day are taken if no other is."""
        first = next((block.text for block in self.blocks if block.kind is BlockKind.PARAGRAPH), "")
        dateline = read_dateline(first)
        if dateline is None:
            return
        self.rules["dateline"] = f"first-paragraph: {dateline.place}"
        if dateline.outlet is not None:
            self._set("outlet", dateline.outlet, "dateline" + WEAK)
        if dateline.day and self.published.text is None and (dated := self._clues.date_in(dateline.day)) is not None:
            self.published, self.rules["published"] = dated[0], "dateline" + WEAK

    def _find_url(self, kind: Kind) -> None:
        if self.url:
            self.url = cleaned(self.url)
            return
        alone = urls_alone(self.blocks, self.item.links)
        first = self._content(1)
        headline = max(first[0] if first else 0, self._headline_at or 0)
        found = find_url(
            self.blocks, self.item.links, alone, kind=kind, title=self.title, outlet=self.outlet, headline_at=headline
        )
        if kind is not Kind.NOTE:
            for place in alone:
                self._mark(place, BlockKind.BOILERPLATE)
        if found is not None:
            url, rule, weak = found
            self._set("url", url, rule + (WEAK if weak else ""))

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

    def _check_several(self) -> None:
        """A digest of several articles is kept whole, and nothing that holds for one of them is said of all."""
        several = several_articles(self.blocks)
        if not several:
            return
        self.rules["articles"] = f"{len(several)} bylines below headlines"
        for headline, byline in several:
            self._mark(headline, BlockKind.HEADING)
            self._mark(byline, BlockKind.BOILERPLATE)
        for name in ("author", "dek", "outlet", "published", "url"):
            if name in self.rules and self.rules[name] != "given" and not self.rules[name].startswith("subject"):
                setattr(self, name, PublicationDate() if name == "published" else None)
                self.rules[name] = f"refused: {len(several)} articles in one posting"
        if self.subject.words and self.rules.get("title") != "given":
            self.title, self.rules["title"] = self.subject.words, "subject"

    def _set(self, name: str, value: str, rule: str) -> None:
        held = self.rules.get(name)
        if getattr(self, name) is None or (held is not None and held.endswith(WEAK) and not rule.endswith(WEAK)):
            setattr(self, name, value)
            self.rules[name] = rule

    def _mark(self, place: int, kind: BlockKind) -> None:
        self.blocks[place] = RawBlock(kind, self.blocks[place].text)


def _may_be_credit(text: str) -> bool:
    return is_title_case(text) and read_dateline(text) is None and not urls_in(text) and not is_section(text)


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
