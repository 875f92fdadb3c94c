"""From a posting to an article: headline, byline, dates and body. Knows no container, and never guesses silently.

The order of work matters: a forward is unwrapped before anything is cut, for what it quotes is the article.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from corpus.article import Block, BlockKind, Draft, Kind, PublicationDate, RawBlock, RawItem
from corpus.charsets import storable
from corpus.extraction.article_fields import ArticleFields, trimmed
from corpus.extraction.article_urls import article_urls, urls_alone
from corpus.extraction.bylines import read_byline
from corpus.extraction.datelines import read_dateline
from corpus.extraction.forwards import Unwrapped, forwarded_day, unwrapped
from corpus.extraction.furniture import marked_furniture
from corpus.extraction.headlines import likeness
from corpus.extraction.introductions import words_in
from corpus.extraction.posting_fields import WEAK, clean
from corpus.extraction.quoting import has_attribution, marked_quotes
from corpus.extraction.subjects import Subject, taken_apart
from corpus.headers import Sender
from corpus.language import language_of

_PARAGRAPH_BREAK = re.compile(r"\n[ \t\r\u00a0]*\n\s*")
# Fewer words than this cannot be quoted from: a link, a line, a forward of nothing.
_LEAST_WORDS = 8
# A reply of so many words of its own that begins with a byline is an article, posted as an answer.
_WORDS_OF_AN_ARTICLE = 200
# More words than this before the mail below an answer are an answer, even if that mail is marked as a forward.
_WORDS_OF_AN_ANSWER = 25
# So few words beside an address that stands alone are the poster's about what is there, not the article.
_WORDS_OF_A_COMMENT = 60
# So many words above a forward, and more than it holds, are an article with a mail below it, not an introduction.
_WORDS_OF_AN_ARTICLE_ABOVE = 150
_DEEPEST_FORWARD = 6


def draft_of(item: RawItem) -> Draft:
    """What the item says, as far as rules can tell. Total: any item gives a draft."""
    if item.exact_text is not None:
        return _exact_draft(item, item.exact_text)
    if item.settled:
        return _settled_draft(item)
    subject = taken_apart(storable(item.subject or ""), item.list_name)
    posting = _judged(item, subject)
    found = ArticleFields(item, subject, posting.blocks)
    if posting.kind is Kind.REPLY:
        found.find_title()
    else:
        found.find_all(posting.kind, posting.forwarded_day)
    list_name = item.list_name or subject.tag
    rules = dict(found.rules)
    if list_name:
        rules["list"] = "container" if item.list_name else "subject-tag" + WEAK
    if item.posted:
        rules["posted"] = "container"
    text, blocks = _joined(found.blocks)
    body = [block.text for block in found.blocks if block.kind is BlockKind.PARAGRAPH]
    language = _language(body, found.title, item, rules)
    return Draft(
        text=text,
        blocks=blocks,
        kind=posting.kind,
        title=found.title,
        dek=found.dek,
        author=found.author,
        outlet=found.outlet,
        published=found.published,
        list_name=clean(list_name),
        subject=clean(item.subject),
        sender_name=clean(item.sender_name),
        posted=item.posted,
        received=item.received,
        message_id=clean(item.message_id),
        in_reply_to=clean(item.in_reply_to),
        references=tuple(map(storable, item.references)),
        url=found.url,
        language=language,
        external_id=clean(item.external_id),
        fields=rules,
    )


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
    rules = {name: "given" for name, value in given.items() if value}
    language = _language([text], item.title, item, rules)
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
        language=language,
        fields=rules,
    )


def _settled_draft(item: RawItem) -> Draft:
    """A page that its reader has judged: mail's rules on forwards, quotes and introductions have no say in it."""
    blocks = _trimmed_blocks(item)
    text, placed = _joined(blocks)
    title, published = clean(item.title), item.published or PublicationDate()
    rules = {
        name: item.given_rules.get(name, "given")
        for name in ("title", "dek", "author", "outlet", "published", "url")
        if getattr(item, name) not in (None, "", PublicationDate())
    }
    if item.posted:
        rules["posted"] = "container"
    body = [block.text for block in blocks if block.kind is BlockKind.PARAGRAPH]
    language = _language(body, title, item, rules)
    return Draft(
        text=text,
        blocks=placed,
        kind=Kind.ARTICLE if words_in(blocks) >= _LEAST_WORDS else Kind.NOTE,
        title=title,
        dek=clean(item.dek),
        author=clean(item.author),
        outlet=clean(item.outlet),
        published=published,
        list_name=clean(item.list_name),
        posted=item.posted,
        received=item.received,
        message_id=clean(item.message_id),
        url=clean(item.url),
        external_id=clean(item.external_id),
        language=language,
        fields=rules,
    )


def _trimmed_blocks(item: RawItem) -> list[RawBlock]:
    return [RawBlock(block.kind, text) for block in item.blocks if (text := trimmed(block.text))]


def _language(body: list[str], title: str | None, item: RawItem, rules: dict[str, str]) -> str | None:
    """The tag of the body's language, or of the title's, as a note has no more; its rule is added to `rules`."""
    found = language_of("\n".join(body), item.language) or language_of(title or "", item.language)
    if found is None:
        return None
    rules["language"] = found.rule
    return found.tag


@dataclass(frozen=True, slots=True)
class _Posting:
    """What a posting is, its blocks with everybody else's words and all furniture marked."""

    kind: Kind
    blocks: list[RawBlock]
    forwarded_day: str | None = None


def _judged(item: RawItem, subject: Subject) -> _Posting:
    blocks = _trimmed_blocks(item)
    forward = unwrapped(blocks, forwarded=subject.forward)
    answered = subject.reply and not subject.forward
    if forward is not None and not (answered and words_in(forward.before) > _WORDS_OF_AN_ANSWER):
        return _opened(forward)
    quoted = any(block.kind is BlockKind.QUOTED for block in blocks)
    is_reply = subject.reply or (quoted and (item.in_reply_to is not None or has_attribution(blocks)))
    signer = Sender(item.sender_name, item.sender_address)
    blocks = marked_furniture(marked_quotes(blocks, reply=is_reply), signer=signer, reply=is_reply)
    own_words = words_in(blocks)
    if is_reply and not (own_words >= _WORDS_OF_AN_ARTICLE and _begins_with_byline(blocks)):
        return _Posting(Kind.REPLY, blocks)
    comment = item.title is None and own_words <= _WORDS_OF_A_COMMENT and _is_link_with_comment(blocks, item, subject)
    if own_words >= _LEAST_WORDS and not comment:
        return _Posting(Kind.ARTICLE, blocks)
    passed_on = subject.forward and not article_urls(blocks, item.links)
    return _Posting(Kind.FORWARD if passed_on else Kind.NOTE, blocks)


def _is_link_with_comment(blocks: list[RawBlock], item: RawItem, subject: Subject) -> bool:
    """Whether the posting is an address on a line of its own with a few plain paragraphs, no headline and no credit."""
    if any(block.kind is BlockKind.HEADING or likeness(block.text, subject.words) > 0 for block in blocks):
        return False
    lone = urls_alone(blocks, item.links)
    words = [block for place, block in enumerate(blocks) if block.kind is BlockKind.PARAGRAPH and place not in lone]
    signs = any(read_byline(line) or read_dateline(line) for block in words for line in block.text.split("\n"))
    return len(lone) == 1 and len(words) <= 3 and not signs


def _opened(forward: Unwrapped) -> _Posting:
    """What came before the forward, and its head, become boilerplate; a forward in a forward is opened too.

    A poster's own article above a shorter forward stays what it is, and so do the words of that forward.
    """
    above = words_in(forward.before)
    if above >= _WORDS_OF_AN_ARTICLE_ABOVE and above > words_in(forward.inner):
        whole = [*forward.before, *forward.head, *forward.inner]
        return _Posting(Kind.ARTICLE, marked_furniture(marked_quotes(whole, reply=False)))
    outer: list[RawBlock] = []
    for _ in range(_DEEPEST_FORWARD):
        outer += [RawBlock(BlockKind.BOILERPLATE, block.text) for block in forward.before]
        outer += forward.head
        deeper = unwrapped(forward.inner, forwarded=False)
        if deeper is None or words_in(deeper.before) > _LEAST_WORDS:
            break
        forward = deeper
    blocks = outer + marked_furniture(marked_quotes(forward.inner, reply=False))
    kind = Kind.ARTICLE if words_in(blocks) >= _LEAST_WORDS else Kind.FORWARD
    return _Posting(kind, blocks, forwarded_day(forward))


def _begins_with_byline(blocks: list[RawBlock]) -> bool:
    head = [block.text for block in blocks if block.kind is BlockKind.PARAGRAPH][:6]
    return any(read_byline(line) for text in head for line in text.split("\n")[:6])


def _joined(blocks: list[RawBlock]) -> tuple[str, tuple[Block, ...]]:
    """The text, blocks in source order with one empty line between, and where each stands in it."""
    placed: list[Block] = []
    position = 0
    for block in blocks:
        placed.append(Block(block.kind, position, position + len(block.text)))
        position += len(block.text) + 2
    return "\n\n".join(block.text for block in blocks), tuple(placed)
