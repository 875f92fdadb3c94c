"""Web addresses in a posting: which is the article's own, unwrapped and without tracking. Nothing is ever fetched."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, parse_qsl, unquote, urlencode, urlsplit, urlunsplit

_TRACKING = re.compile(
    r"^(?:utm_\w*|mc_[ce]id|fbclid|gclid|dclid|msclkid|yclid|igshid|twclid|ref|ref_src|ref_url|referrer|cmpid"
    r"|smid|smtyp|campaign_id|emc|instance_id|segment_id|regi_id|ito|ncid|sr_share|guccounter"
    r"|reflink|st|mod|shareToken|unlocked_article_code|itid|wpisrc|leadSource|sref|accessToken)$",
    re.IGNORECASE,
)  # mod, reflink and st are those of the Dow Jones papers: the first archive's article came from one
_TRAILING = ".,;:!?'\"”’»)]}>"
_URL = re.compile(r"https?://[^\s<>\"“”]{3,2000}")
_NO_ARTICLE = re.compile(
    r"unsubscribe|/listinfo|/mailman/|/pipermail/|/options/|mailto:|list-manage\.com|/preferences|/privacy|/terms"
    r"|(?:facebook|twitter|x|linkedin|whatsapp|reddit|pinterest|instagram)\.com/(?:share|sharer|intent|submit|shareArticle|send)"
    r"|\.(?:png|jpe?g|gif|svg|css|js)(?:\?|$)",
    re.IGNORECASE,
)


def urls_in(text: str) -> list[str]:
    """The web addresses written out in a text, without the punctuation of the sentence around them."""
    found = []
    for match in _URL.finditer(text):
        url = match.group()
        while url and url[-1] in _TRAILING and not (url[-1] == ")" and url.count("(") >= url.count(")")):
            url = url[:-1]
        found.append(url)
    return found


def may_be_article(url: str) -> bool:
    """False for addresses that lists, newsletters and share buttons put into mail, and for a site's front page."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return bool(parts.hostname) and not _NO_ARTICLE.search(url) and (len(parts.path) > 1 or bool(parts.query))


def cleaned(url: str) -> str:
    """The address itself: wrappers undone by reading them, tracking parameters and text fragments cut off."""
    for _ in range(4):  # a newsletter's wrapper inside a mail gateway's inside another
        inner = _inside(url)
        if inner is None or inner == url:
            break
        url = inner
    try:
        parts = urlsplit(url)
        kept = [
            (name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if not _TRACKING.match(name)
        ]
        query = parts.query if len(kept) == parts.query.count("&") + 1 and parts.query else urlencode(kept)
        fragment = "" if ":~:" in parts.fragment or "=" in parts.fragment else parts.fragment
        return urlunsplit((parts.scheme.lower(), parts.netloc.lower(), parts.path, query, fragment))
    except ValueError:
        return url


def _inside(url: str) -> str | None:
    """The address that a mail gateway or a site wrapped; None when it is no wrapper that shows what it wraps."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").lower()
        query = parse_qs(parts.query)
    except ValueError:
        return None
    wrapped: str | None = None
    if host.startswith("urldefense."):
        if parts.path.startswith("/v3/__") and (end := url.find("__;", url.index("/v3/__") + 6)) > 0:
            wrapped = url[url.index("/v3/__") + 6 : end]
        elif "u" in query:  # version 2 writes % as - and / as _
            wrapped = unquote(query["u"][0].replace("-", "%").replace("_", "/"))
    elif host.endswith("safelinks.protection.outlook.com"):
        wrapped = next(iter(query.get("url", [])), None)
    elif re.fullmatch(r"(?:www\.)?google\.[a-z.]{2,6}", host) and parts.path == "/url":
        wrapped = next(iter(query.get("q") or query.get("url") or []), None)
    elif host in ("l.facebook.com", "lm.facebook.com", "l.instagram.com") and "u" in query:
        wrapped = query["u"][0]
    return wrapped if wrapped and re.match(r"https?://", wrapped) else None
