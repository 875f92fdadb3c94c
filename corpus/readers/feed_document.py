"""A feed's bytes before anything is read out of them: whether they are one, their characters, what would hurt."""

from __future__ import annotations

import re
from xml.parsers import expat

from corpus.charsets import charset_of_type, codec_for, decoded, storable

MOST_BYTES = 16 * 1024 * 1024  # the largest feeds, of podcasts with thousands of episodes, have some 10 MB
# feedparser reads what is not well-formed with a parser that takes seconds for a megabyte made to hurt it.
MOST_ILL_FORMED_BYTES = 4 * 1024 * 1024
_MOST_ATTRIBUTES = 200  # of one element; the standard library takes quadratic time for them
_BYTE_ORDER_MARKS = (
    (b"\xff\xfe\0\0", "utf-32"), (b"\0\0\xfe\xff", "utf-32"), (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"),
    # XML, appendix F: "<?" in encodings of two and four bytes that bring no mark.
    (b"<\0?\0", "utf-16-le"), (b"\0<\0?", "utf-16-be"), (b"<\0\0\0", "utf-32-le"), (b"\0\0\0<", "utf-32-be"),
)  # fmt: skip
_DECLARATION = re.compile(r"<\?xml[^<>]{0,400}\?>")
_DECLARED = re.compile(rb"""\s*<\?xml[^<>]{0,200}?\bencoding\s*=\s*["']([\w.:-]{1,40})["']""")
# Before the root: declaration, processing instructions, comments, document type.
_PROLOG = re.compile(
    r"\s*(?:<\?.*?\?>|<!--.*?-->|<!DOCTYPE(?:[^<>\[\]]{0,2000}\[.*?\]\s{0,20}>|[^<>\[\]]{0,2000}>))", re.S
)
_ROOT = re.compile(
    r"\s*<(?:[\w.-]{1,40}:)?(?P<name>rss|rdf|feed|channel)\b(?P<attributes>[^<>]{0,8000})", re.IGNORECASE
)
_RDF_FEED = re.compile(r"purl\.org/rss/|my\.netscape\.com/rdf/|<channel\b")
_CDF = re.compile(r"<(?:item|title|abstract|schedule)\b|<channel\s[^<>]{0,400}\b(?:href|lastmod)\s*=", re.IGNORECASE)
_JSON_FEED = re.compile(r'"version"\s{0,20}:\s{0,20}"https?:\\?/\\?/(?:www\.)?jsonfeed\.org\\?/version\\?/')
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_ENTRY_NAMES = frozenset({"item", "entry"})
_OPEN_ENTRY = re.compile(r"<(?:[\w.-]{1,40}:)?(?:item|entry)[\s>]", re.IGNORECASE)
_CLOSED_ENTRY = re.compile(
    r"</(?:[\w.-]{1,40}:)?(?:item|entry)\s*>|<(?:[\w.-]{1,40}:)?item\b[^<>]{0,4000}/>", re.IGNORECASE
)
# feedparser compares each category with all before it, in quadratic time. We leave categories unread.
_CATEGORY_OR_ENTRY = re.compile(r"<(?:[\w.-]{1,40}:)?(?P<name>item|entry|category|keywords|tags)[\s>/]", re.IGNORECASE)
_LONG_KEYWORDS = re.compile(
    r"<(?:[\w.-]{1,40}:)?(?:tags|keywords|category)\b[^<>]{0,999}>\s{0,99}(?:<!\[CDATA\[)?[^<]{10000}", re.I
)
_MOST_CATEGORIES = 1000
# feedparser looks for an address in an author with a pattern that takes quadratic time.
_PERSON = re.compile(
    r"<(?:[\w.-]{1,40}:)?(?:author|creator|managingeditor|webmaster|publisher|owner)\b[^<>]{0,999}(?<!/)>", re.I
)
_END_OF_PERSON = re.compile(r"</(?:[\w.-]{1,40}:)?(?:author|creator|managingeditor|webmaster|publisher|owner)\b", re.I)
_LONGEST_PERSON = 3000
_LEAST_ODD_BYTES = 20
_AMPLIFIED = 43  # XML_ERROR_AMPLIFICATION_LIMIT_BREACH, which the standard library has no name for before 3.13
# What a detector is believed about: it tells scripts apart, but takes French and Italian for Central European.
_TOLD_APART = re.compile(
    r"big5|euc|gb|hz|cp9|shift|johab|iso2022|koi8|cp125[13568]|cp866|tis|cp874|iso8859_(?:5|6|7|8|11)$"
)


class NotAFeed(ValueError):
    """The bytes hold no feed; the message is the reason."""


def is_feed(head: bytes) -> bool:
    """Whether a file that begins with these bytes is a feed, by its root element or JSON Feed's version."""
    text = _head_text(head).lstrip("\ufeff \t\r\n")
    if text.startswith("{"):
        return _JSON_FEED.search(text) is not None
    position = 0
    while (passed := _PROLOG.match(text, position)) is not None:
        position = passed.end()
    root = _ROOT.match(text, position)
    if root is None:
        return False
    name, attributes = root["name"].lower(), root["attributes"]
    if name == "rdf":
        return _RDF_FEED.search(text, position) is not None
    if name == "channel":
        return _CDF.search(text, root.start()) is not None
    return name == "rss" or "xmlns" not in attributes or re.search("atom|echo|pie", attributes, re.I) is not None


def _head_text(head: bytes) -> str:
    for mark, codec in _BYTE_ORDER_MARKS:
        if head.startswith(mark):
            return head.decode(codec, "replace")
    return head.decode("latin-1")


def text_of(raw: bytes, content_type: str | None) -> tuple[str, str | None]:
    """In order: a byte-order mark, UTF-8 that is valid and more than ASCII (nothing else looks so by accident), what
    the server or the document declares, a script that a detector is sure of, and line by line as mail is read."""
    for mark, codec in _BYTE_ORDER_MARKS:
        if raw.startswith(mark):
            return storable(raw.decode(codec, "replace")), None
    in_document = _DECLARED.match(raw)
    served = charset_of_type(content_type)
    declared = [
        name
        for name in (served, in_document and in_document.group(1).decode("ascii"))
        if name and codec_for(name) not in (None, "utf-8")
    ]
    if not raw.isascii() or not declared:
        try:
            return storable(raw.decode("utf-8")), None
        except UnicodeDecodeError:
            pass
    for name in declared:
        text, complaint = decoded(raw, name)
        if complaint is None:
            return text, None
    if not in_document and not served and sum(byte > 127 for byte in raw[:65536]) >= _LEAST_ODD_BYTES:
        import charset_normalizer

        best = charset_normalizer.from_bytes(raw[:65536]).best()
        if best is not None and _TOLD_APART.match(best.encoding):
            text, complaint = decoded(raw, best.encoding)
            if complaint is None:
                return text, f"no character set declared: read as {best.encoding}"
    return decoded(raw)


def xml_of(text: str) -> str:
    """The text without its declaration, which speaks of bytes that are decoded, and what XML does not allow."""
    text = text.lstrip("\ufeff \t\r\n")
    if (declaration := _DECLARATION.match(text)) is not None:
        text = text[declaration.end() :]
    return _NOT_IN_XML.sub("", text).lstrip()


def refuse_what_hurts(text: str) -> None:
    """Raises `NotAFeed` for what the library would take minutes or hours to read, and nobody writes."""
    for person in _PERSON.finditer(text):
        end = person.end() + _LONGEST_PERSON
        if len(text) > end and not _END_OF_PERSON.search(text, person.end(), end):
            raise NotAFeed(f"an author of more than {_LONGEST_PERSON} characters")
    categories = 0
    for found in _CATEGORY_OR_ENTRY.finditer(text):
        categories = 0 if found["name"].lower() in _ENTRY_NAMES else categories + 1
        if categories > _MOST_CATEGORIES:
            raise NotAFeed(f"an entry of more than {_MOST_CATEGORIES} categories")
    if _LONG_KEYWORDS.search(text):
        raise NotAFeed("keywords of more than 10,000 characters")


def entry_slices(document: bytes) -> list[bytes | None] | None:
    """The bytes of each entry in order of their beginnings; None for a document that is not well-formed.

    Raises `NotAFeed` for what is well-formed and made to hurt: entities that grow, elements of endless attributes.
    """
    parser = expat.ParserCreate("utf-8")
    parser.ordered_attributes = True
    places: list[list[int]] = []
    open_places: list[list[int]] = []

    def start(name: str, attributes: list[str]) -> None:
        if len(attributes) > 2 * _MOST_ATTRIBUTES:
            raise NotAFeed(f"an element of more than {_MOST_ATTRIBUTES} attributes")
        if name.rpartition(":")[2].lower() in _ENTRY_NAMES:
            open_places.append([parser.CurrentByteIndex, 0])
            places.append(open_places[-1])

    def end(name: str) -> None:
        if open_places and name.rpartition(":")[2].lower() in _ENTRY_NAMES:
            open_places.pop()[1] = document.find(b">", parser.CurrentByteIndex) + 1

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    try:
        parser.Parse(document, True)
    except expat.ExpatError as error:
        if error.code == _AMPLIFIED:
            raise NotAFeed("entities that grow without end") from error
        return None
    return [document[begin:stop] for begin, stop in places]


def ends_within_an_entry(text: str, entries: int) -> bool:
    """Whether the last of so many entries was cut off: nobody can know what else it said."""
    starts = [place.start() for place in _OPEN_ENTRY.finditer(text)]
    ends = [place.end() for place in _CLOSED_ENTRY.finditer(text)]
    return bool(starts) and len(starts) == entries and (not ends or ends[-1] <= starts[-1])
