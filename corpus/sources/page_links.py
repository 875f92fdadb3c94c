"""The links of a page, for the indexes of list archives and for pages that name their feed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urljoin

from corpus.charsets import charset_of_page, decoded
from corpus.markup import parsed


@dataclass(frozen=True, slots=True)
class PageLink:
    """Where a link leads, as an absolute address without fragment, and what is said of it."""

    url: str
    rel: str = ""
    type: str = ""
    title: str = ""


def links_of(page: bytes, url: str) -> Iterator[PageLink]:
    """The links (``a`` and ``link``) of a page that was found at `url`, in its order."""
    root, _ = parsed(decoded(page, charset_of_page(page))[0])
    if root is None:
        return
    base = url
    for element in root.iter("base", "a", "link"):
        href = (element.get("href") or "").strip()
        if not href:
            continue
        try:
            target = urljoin(base, href).partition("#")[0]
        except ValueError:  # brackets that are no address
            continue
        if element.tag == "base":
            base = target
        elif target.startswith(("http://", "https://")):
            yield PageLink(
                target,
                (element.get("rel") or "").lower(),
                (element.get("type") or "").partition(";")[0].strip().lower(),
                " ".join((element.get("title") or "").split()),
            )
