"""What a page says about itself in its markup: JSON-LD, meta elements, microdata, links. Claims, judged elsewhere."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import lxml.html

# The shapes of JSON-LD are limited, not its words: nobody describes an article in so many nodes.
_MOST_NODES = 5000
_MOST_CONTENTS = 50  # of meta elements of one name
_MOST_SCRIPT = 4 * 1024 * 1024
_WRAPPING = re.compile(r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[)|(?:-->|//\s*\]\]>|\]\]>)\s*;?\s*$")
_ARTICLE_TYPE = re.compile(
    r"(?:^|/)(?:\w{0,40}Article|BlogPosting|LiveBlogPosting|Report|Review|Recipe|ScholarlyArticle)$"
)
_PAGE_TYPE = re.compile(
    r"(?:^|/)(?:WebPage|ItemPage|AboutPage|FAQPage|MedicalWebPage|CreativeWork|VideoObject|DiscussionForumPosting|HowTo)$"
)


@dataclass(frozen=True, slots=True)
class Declared:
    """A page's claims, as written.

    `meta` maps the lower-case name, property or itemprop of a meta element to its contents in order. `articles` are
    the JSON-LD nodes that describe an article, `pages` those that describe the page; `nodes` finds one by its ``@id``.
    """

    meta: dict[str, list[str]] = field(default_factory=dict)
    articles: list[dict[str, Any]] = field(default_factory=list)
    pages: list[dict[str, Any]] = field(default_factory=list)
    nodes: dict[str, dict[str, Any]] = field(default_factory=dict)
    canonical: str | None = None
    language: str | None = None
    page_title: str | None = None

    def first(self, *names: str) -> str | None:
        """The first filled content among meta elements of these names."""
        return next((content for name in names for content in self.meta.get(name, ()) if content.strip()), None)

    def said_in_json(self, key: str) -> Iterator[Any]:
        """The values of `key` in the article's JSON-LD nodes, then in the page's."""
        for node in (*self.articles, *self.pages):
            if (value := node.get(key)) not in (None, "", [], {}):
                yield value

    def resolved(self, value: Any) -> Any:
        """The node that a bare reference is to, or the value itself."""
        if isinstance(value, dict) and "name" not in value and isinstance(value.get("@id"), str):
            return self.nodes.get(value["@id"], {})
        return value

    def names(self, value: Any) -> list[str]:
        """The names in an author or a publisher: a string, a node, a reference to a node, or a list of these."""
        found: list[str] = []
        for item in value if isinstance(value, list) else [value]:
            item = self.resolved(item)
            name = item.get("name") if isinstance(item, dict) else item
            found += [part for part in (name if isinstance(name, list) else [name]) if isinstance(part, str)]
        return [name for name in found if name.strip()]


def declared_in(root: lxml.html.HtmlElement) -> Declared:
    """Everything the page declares; broken or endless JSON-LD is passed over."""
    declared = Declared(language=_language(root))
    canonical: str | None = None
    title: str | None = None
    for element in root.iter("meta", "link", "title", "script"):
        if element.tag == "meta":
            content = element.get("content")
            name = element.get("property") or element.get("name") or element.get("itemprop")
            if content and name and len(said := declared.meta.setdefault(name.strip().lower(), [])) < _MOST_CONTENTS:
                said.append(content.strip())
        elif element.tag == "link":
            if "canonical" in element.get("rel", "").lower().split() and canonical is None:
                canonical = element.get("href", "").strip() or None
        elif element.tag == "title":
            if title is None and not any(parent.tag == "svg" for parent in element.iterancestors()):
                title = "".join(element.itertext()).strip() or None
        elif "ld+json" in element.get("type", "").lower():
            _gather(_parsed(element.text or ""), declared)
    return replace(declared, canonical=canonical, page_title=title)


def _language(root: lxml.html.HtmlElement) -> str | None:
    for html in root.iter("html"):
        named = html.get("lang") or html.get("{http://www.w3.org/XML/1998/namespace}lang") or html.get("xml:lang")
        if named:
            return str(named).strip() or None
    return None


def _parsed(script: str) -> Any:
    if len(script) > _MOST_SCRIPT:
        return None
    for text in (script, _WRAPPING.sub("", _WRAPPING.sub("", script.strip()))):
        try:
            return json.loads(text, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _gather(data: Any, declared: Declared) -> None:
    """Nodes in document order, without recursion."""
    pending = [data]
    seen = 0
    while pending and seen < _MOST_NODES:
        node = pending.pop()
        seen += 1
        if isinstance(node, list):
            pending.extend(reversed(node))
        elif isinstance(node, dict):
            kinds = node.get("@type")
            kinds = [kind for kind in (kinds if isinstance(kinds, list) else [kinds]) if isinstance(kind, str)]
            if any(map(_ARTICLE_TYPE.search, kinds)):
                declared.articles.append(node)
            elif any(map(_PAGE_TYPE.search, kinds)):
                declared.pages.append(node)
            if isinstance(node.get("@id"), str):
                held = declared.nodes.get(node["@id"])
                if held is None or "name" not in held:
                    declared.nodes[node["@id"]] = node
            pending.extend(value for value in reversed(node.values()) if isinstance(value, dict | list))
