"""OPML: the lists of feeds that feed readers give out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import lxml.etree

from corpus.errors import UnusableAddress

MOST_BYTES = 16 * 1024 * 1024
_MOST_OUTLINES = 10_000


@dataclass(frozen=True, slots=True)
class Outline:
    """A feed that a list names, and the folder in which it does."""

    address: str
    title: str | None
    folder: str | None


def read_opml(raw: bytes) -> list[Outline]:
    """The feeds of a list, in its order. Raises `UnusableAddress` for what is no OPML, and for a list out of measure.

    Nothing outside the file is read and no entity is opened.
    """
    if len(raw) > MOST_BYTES:
        raise UnusableAddress(f"more than {MOST_BYTES >> 20} MB: no list of feeds is that long")
    parser = lxml.etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True)
    try:
        root = lxml.etree.fromstring(raw, parser)
    except (lxml.etree.XMLSyntaxError, ValueError) as error:
        raise UnusableAddress("this is no OPML file") from error
    if root is None or not isinstance(root.tag, str) or root.tag.lower() != "opml":
        raise UnusableAddress("this is no OPML file")
    return list(_outlines(root))


def _outlines(root: lxml.etree._Element) -> Iterator[Outline]:
    found = 0
    for element in root.iter("outline"):
        said = {name.lower(): " ".join(value.split()) for name, value in element.attrib.items()}
        if not said.get("xmlurl"):
            continue
        found += 1
        if found > _MOST_OUTLINES:
            raise UnusableAddress(f"more than {_MOST_OUTLINES} feeds in one list")
        parent = element.getparent()
        folder = parent.get("title") or parent.get("text") if parent is not None and parent.tag == "outline" else None
        title = said.get("title") or said.get("text") or None
        yield Outline(said["xmlurl"], title, " ".join((folder or "").split()) or None)
