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
from corpus.article import BlockKind, Kind, PublicationDate, RawBlock
from corpus.charsets import storable
from corpus.dates import date_in_url
from corpus.extraction.article_urls import find_url, urls_alone
from corpus.extraction.bylines import read_byline
from corpus.extraction.captions import is_caption
from corpus.extraction.credit_lines import read_credit_line
from corpus.extraction.credits import ENDS_SENTENCE, HEAD_BLOCKS, find_credits
from corpus.extraction.datelines import read_dateline
from corpus.extraction.headlines import beside_headline, is_capitals, likeness, outlet_beside
from corpus.extraction.introductions import headline_above_byline, introduction, may_be_headline, several_articles
from corpus.extraction.names import is_section, one_line
from corpus.extraction.outlets import outlet_of
from corpus.extraction.posting_fields import WEAK, PostingFields

# Further down than this only a line that is no sentence, and so much like the subject, is the headline.
_SURE_HEAD_BLOCKS, _LIKELY = 5, 0.75
_DEK_WORDS = range(4, 46)
_FULL_STOP = re.compile(r"[^\W\d_]{2}[\"”’')\]]{0,2}[.][\"”’')\]]*$")  # and not that of "U.S."
_SENTENCE_WORDS, _LONGEST_HEADLINE = 10, 25


class ArticleFields(PostingFields):
    """The fields of an article, found step by step; `blocks` are judged again on the way."""

    def find_all(self, kind: Kind, forwarded_day: str | None) -> None:
        """Every field. The order matters: captions stand where a dek stands, so they are set aside first."""
        if forwarded_day is not None:
            self.published = PublicationDate(forwarded_day)
            self.rules["published"] = "forwarded-mail" + WEAK
        self.take_clues()
        self.take_given()
        self._split_captions()
        self._find_headline()
        find_credits(self)
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

    def _find_headline(self) -> None:
        self._split_head_lines()
        words = self.title or self.subject.words
        best = 0.0
        for number, place in enumerate(self.content(HEAD_BLOCKS)):
            text = self.blocks[place].text
            shared = likeness(text, words)
            if shared < _LIKELY and (number >= _SURE_HEAD_BLOCKS or _is_sentence(text)):
                continue
            if number >= _SURE_HEAD_BLOCKS and not may_be_headline(text):
                continue
            if shared > best or (shared == best > 0 and self._is_longer_side(text)):
                best, self.headline_at = shared, place
        if self.headline_at is not None:
            self._headline_found(words, "heading-like-subject")
        elif (above := headline_above_byline(self.blocks, self.content(HEAD_BLOCKS))) is not None:
            self.headline_at = above
            self._headline_found(words, "above-byline" + WEAK)
        elif words:
            self._subject_as_title()
        else:
            self._first_line_as_title()

    def _is_longer_side(self, text: str) -> bool:
        """Whether the headline found so far and this line are the two sides of the subject, and this is the longer."""
        found = one_line(self.blocks[self.headline_at or 0].text)
        beside = beside_headline(self.title or self.subject.words, text)
        return beside is not None and beside.casefold() == found.casefold() and text.count(" ") > found.count(" ")

    def _headline_found(self, words: str, rule: str) -> None:
        assert self.headline_at is not None
        text = one_line(self.blocks[self.headline_at].text)
        self.mark(self.headline_at, BlockKind.HEADING)
        beside = outlet_beside(words) if words else None
        if (other := beside_headline(words, text)) is not None:
            self.clues = replace(self.clues, beside=other)
            self.put("outlet", beside[0] if beside else other, "subject" + WEAK)
        elif beside is not None:
            self.put("outlet", beside[0], "subject" + WEAK)
        # A headline set in capitals is better taken from a subject with the same words.
        plain = beside[1] if beside else words
        if is_capitals(text) and plain and not is_capitals(plain) and plain.casefold() == text.casefold():
            self.put("title", plain, "subject")
        self.put("title", text, rule)

    def _split_head_lines(self) -> None:
        """Headline, byline and date on neighbouring lines are blocks of their own; verse and lists stay whole."""
        for place in reversed(self.content(_SURE_HEAD_BLOCKS)):
            lines = self.blocks[place].text.split("\n")
            if not 2 <= len(lines) <= 8 or any(len(line) > 300 for line in lines):
                continue
            heads = [
                # A wrapped sentence may begin with the subject's words: then the next line goes on in small letters.
                (likeness(line, self.subject.words) > 0 and not after[:1].islower())
                or read_byline(line, self.clues) is not None
                or read_credit_line(line, self.clues) is not None
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
            self.put("outlet", outlet, "subject")
        self.put("title", words, "subject")

    def _first_line_as_title(self) -> None:
        for place in self.content(3):
            block = self.blocks[place]
            text = one_line(block.text)
            if read_byline(text, self.clues) or read_credit_line(text, self.clues) or urls_in(text):
                continue
            if block.kind is BlockKind.HEADING or (may_be_headline(block.text) and read_dateline(text) is None):
                self.headline_at = place
                self.put("title", text, "heading" if block.kind is BlockKind.HEADING else "first-line" + WEAK)
                self.mark(place, BlockKind.HEADING)
            return

    def _set_introduction_aside(self) -> None:
        alone = urls_alone(self.blocks, self.item.links)
        for place in introduction(self.blocks, self.headline_at, self.byline_at, list(alone)):
            if not is_section(self.blocks[place].text):
                self.rules["introduction"] = "above-article" + WEAK
            self.mark(place, BlockKind.BOILERPLATE)

    def _find_dek(self) -> None:
        """The block between the headline and the byline or the dateline, when it is as short as a dek."""
        if self.headline_at is None:
            return
        for place in range(self.headline_at + 1, min(self.headline_at + 4, len(self.blocks))):
            block = self.blocks[place]
            words = block.text.split()
            if block.kind in (BlockKind.CAPTION, BlockKind.BOILERPLATE):
                continue
            if likeness(block.text, self.title or "") >= 0.9:  # the headline once more
                self.mark(place, BlockKind.HEADING)
                continue
            dated = read_dateline(block.text) is not None
            bounded = self.byline_at is not None and self.byline_at > place
            sure = bounded or block.kind is BlockKind.HEADING
            likely = self._dateline_follows(place) and not ENDS_SENTENCE.search(block.text)
            of_length = len(words) in _DEK_WORDS and not dated and not urls_in(block.text)
            if of_length and (sure or likely):
                self.put("dek", one_line(block.text), "below-headline" if sure else "above-dateline" + WEAK)
                self.mark(place, BlockKind.HEADING)
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
            self.put("outlet", dateline.outlet, "dateline" + WEAK)
        if dateline.day and self.published.text is None and (day := self.clues.day_without_year(dateline.day)):
            self.published, self.rules["published"] = day[0], "dateline" + WEAK

    def _find_url(self, kind: Kind) -> None:
        if self.url:
            self.url = cleaned(self.url)
            return
        alone = urls_alone(self.blocks, self.item.links)
        first = self.content(1)
        headline = max(first[0] if first else 0, self.headline_at or 0)
        found = find_url(
            self.blocks, self.item.links, alone, kind=kind, title=self.title, outlet=self.outlet, headline_at=headline
        )
        if kind is not Kind.NOTE:
            for place in alone:
                self.mark(place, BlockKind.BOILERPLATE)
        if found is not None:
            url, rule, weak = found
            self.put("url", url, rule + (WEAK if weak else ""))

    def _fill_from_url(self) -> None:
        if not self.url:
            return
        if self.outlet is None and (outlet := outlet_of(self.url)) is not None:
            self.put("outlet", outlet, "url-host" + WEAK)
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
            self.mark(headline, BlockKind.HEADING)
            self.mark(byline, BlockKind.BOILERPLATE)
        for name in ("author", "dek", "outlet", "published", "url"):
            if name in self.rules and self.rules[name] != "given" and not self.rules[name].startswith("subject"):
                setattr(self, name, PublicationDate() if name == "published" else None)
                self.rules[name] = f"refused: {len(several)} articles in one posting"
        if self.subject.words and self.rules.get("title") != "given":
            self.title, self.rules["title"] = self.subject.words, "subject"


def _is_sentence(text: str) -> bool:
    """Whether a full stop ends the text, or it is too long: an article often opens with its headline's words."""
    words = text.count(" ") + 1
    return words > _LONGEST_HEADLINE or (words >= _SENTENCE_WORDS and _FULL_STOP.search(text) is not None)


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
