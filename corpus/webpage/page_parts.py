"""Parts of a page that are not its article, by what their makers call them: element names, roles, classes and ids."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import lxml.html

from corpus.webpage.segments import HEADINGS

_FURNITURE_TAGS = frozenset("nav footer aside form menu".split())
_FURNITURE_ROLES = frozenset(
    "navigation banner contentinfo complementary search dialog alertdialog menu menubar".split()
)
# One whole word of a class or an id is enough. They are what publishing systems (WordPress, Drupal, TYPO3, Plone),
# advertising and comment services write, in English and German, which much of the world's markup is written in.
_FURNITURE_WORDS = frozenset(
    "ad ads advert advertise advertisement advertising adsense adslot advertorial adbox adcontainer affiliate anzeige "
    "author authorbox authorinfo authors autor autoren banner bio biography breadcrumb breadcrumbs byline bylines "
    "comment commentlist comments consent cookie cookies copyright credit credits disclaimer disqus donate download "
    "dropdown follow footer footnav gallery infobox keyword keywords kommentar kommentare komments lightbox linkbox "
    "linklist login masthead menu meta modal more mostread nav navbar navi navigation newsletter newsletters outbrain "
    "overlay pager pagination paywall popular popup postmeta print promo promoted promotion rating readmore recirc "
    "recirculation recommend recommendation recommendations recommended recommends register relacionada relacionadas "
    "relacionados related relatedarticles relatedlinks relatedposts respond rss share sharebar sharedaddy shares "
    "sharing shoutbox sidebar signup social socials sponsor sponsored sponsors subscribe subscription taboola tag "
    "taglist tags teasers toc toolbar tools tooltip topics trending weiterfuehrend weiterlesen yarpp zergnet".split()
)
_FURNITURE_NAME = re.compile(
    r"(?:read|see)-?also|also-?read|read-?next|up-?next|most-?(?:read|popular|viewed)"
    r"|more-?(?:from|on|stories|news|articles)"
    r"|(?:news|article|post|story)-?(?:list|tools|meta|footer|actions|tags|nav|share)"
    r"|related|recommend|newsletter|table-?of-?contents|inhaltsverzeichnis|print-?only|call-?to-?action|\bcta\b"
    r"|link-?(?:list|box)|author-?(?:bio|box|info|card)|pull-?quote|sign-?up|\bmodal\b|latest-?box|\bside-?bar"
    r"|right-?(?:rail|col)",
    re.IGNORECASE,
)
# State, not content ("has-sidebar"), and what WordPress writes on every post about its tags and categories.
_NO_NAME = re.compile(
    r"(?:has|no|with|without|is|js|tag|category|post|type|status|format|hide|show|col)-", re.IGNORECASE
)
_CAPTION_NAME = re.compile(
    r"caption|legend|bildunterschrift|bildtext|imagewrap|(?:image|photo)-?credit|figure|gallery|pie-?de-?foto",
    re.IGNORECASE,
)
_DEK_NAME = re.compile(
    r"lead\b|lede|dek\b|summary|sub-?(?:title|head|headline|line)|standfirst|excerpt|teaser|intro|chapo|description"
    r"|abstract|vorspann|sapo|bajada|entradilla|copete|hook",
    re.IGNORECASE,
)
_WORD = re.compile(r"[a-z0-9]+")
_CAMEL_CASE = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_LONGEST_NAMES = 400
_LONGEST_ID = 40  # longer ones are a heading's words, made into an address
_MOST_LEVELS = 12  # furniture in furniture, when the outer one turned out to hold the article


def is_furniture(element: lxml.html.HtmlElement) -> bool:
    tag = element.tag
    if tag in _FURNITURE_TAGS:
        return True
    if tag in ("html", "body", "main"):
        return False
    if element.get("role", "").lower() in _FURNITURE_ROLES:
        return True
    names = names_of(element)
    if not names:
        return False
    return not _FURNITURE_WORDS.isdisjoint(_WORD.findall(_CAMEL_CASE.sub(" ", names).lower())) or (
        _FURNITURE_NAME.search(names) is not None
    )


def is_caption_place(element: lxml.html.HtmlElement) -> bool:
    if element.tag in ("figure", "figcaption"):
        return True
    return element.tag not in ("html", "body") and _CAPTION_NAME.search(names_of(element)) is not None


def is_dek_place(element: lxml.html.HtmlElement) -> bool:
    """Whether an element, or the one around it, is named as what stands between a headline and the text."""
    parent = element.getparent()
    names = names_of(element) + " " + element.get("itemprop", "")
    return _DEK_NAME.search(names if parent is None else f"{names} {names_of(parent)}") is not None


def names_of(element: lxml.html.HtmlElement) -> str:
    """The classes and the id of an element, without those that tell its state or the tags of a post."""
    classes = [name for name in element.get("class", "")[:_LONGEST_NAMES].split() if not _NO_NAME.match(name)]
    identifier = element.get("id", "")
    if len(identifier) <= _LONGEST_ID and element.tag not in HEADINGS:
        classes.append(identifier)
    return " ".join(classes)


class Enclosure:
    """Whether a segment lies in an element of some sort that does not hold the article itself.

    A theme may call the whole page "gallery"; so an enclosing element counts only while its share of the article's
    words, as far as they are known, stays below `most_share`. Every element is looked at once.
    """

    def __init__(
        self,
        is_such: Callable[[lxml.html.HtmlElement], bool],
        shares: Mapping[lxml.html.HtmlElement, float],
        most_share: float,
    ) -> None:
        self._is_such = is_such
        self._shares = shares
        self._most_share = most_share
        self._nearest: dict[lxml.html.HtmlElement, lxml.html.HtmlElement | None] = {}

    def holds(self, element: lxml.html.HtmlElement) -> bool:
        nearest = self._nearest_such(element)
        for _ in range(_MOST_LEVELS):
            if nearest is None:
                return False
            if self._shares.get(nearest, 0.0) < self._most_share:
                return True
            parent = nearest.getparent()
            nearest = None if parent is None else self._nearest_such(parent)
        return False

    def _nearest_such(self, element: lxml.html.HtmlElement | None) -> lxml.html.HtmlElement | None:
        passed = []
        while element is not None and element not in self._nearest:
            passed.append(element)
            if self._is_such(element):
                self._nearest[element] = element
                break
            element = element.getparent()
        found = None if element is None else self._nearest[element]
        for below in passed:
            self._nearest[below] = found
        return found
