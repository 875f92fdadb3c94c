"""Web addresses in a posting: which is the article's own, unwrapped and without tracking. Nothing is ever fetched."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from corpus.extraction.link_wrappers import inside

_TRACKING = re.compile(
    r"^(?:utm_\w*|mc_[ce]id|fbclid|gclid|dclid|msclkid|yclid|igshid|twclid|ref|ref_src|ref_url|referrer|cmpid"
    r"|smid|smtyp|campaign_id|emc|instance_id|segment_id|regi_id|ito|ncid|sr_share|guccounter"
    r"|_hsenc|_hsmi|mkt_tok|vero_\w*|oly_(?:enc|anon)_id|s_cid|xtor|at_(?:medium|campaign)|wt_mc|cmp|ns_\w*|spm|amp"
    r"|outputType|__twitter_impression|giftCopy|giftcode|partner|taid|ocid|sharetype|isFreemail"
    r"|reflink|st|mod|shareToken|unlocked_article_code|itid|wpisrc|leadSource|sref|accessToken)$",
    re.IGNORECASE,
)  # mod, reflink and st are those of the Dow Jones papers: the first archive's article came from one
_AMP_PATH = re.compile(r"(?:/amp|\.amp)+/?$")  # the same article for small screens
_MOST_WRAPPERS = 8  # a newsletter's counter inside a mail gateway's inside another
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
        url = unwrapped_address(url)
        parts = urlsplit(url)
    except ValueError:
        return False
    return bool(parts.hostname) and not _NO_ARTICLE.search(url) and (len(parts.path) > 1 or bool(parts.query))


def unwrapped_address(url: str) -> str:
    """The address within wrappers, each read and none fetched; the address itself when it is none."""
    for _ in range(_MOST_WRAPPERS):
        if (inner := inside(url)) is None:
            break
        url = inner
    return url


def cleaned(url: str) -> str:
    """The address itself: wrappers undone by reading them, tracking parameters and text fragments cut off."""
    url = unwrapped_address(url)
    try:
        parts = urlsplit(url)
        path = _AMP_PATH.sub("", parts.path) or parts.path
        kept = [
            (name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if not _TRACKING.match(name)
        ]
        query = parts.query if len(kept) == parts.query.count("&") + 1 and parts.query else urlencode(kept)
        fragment = "" if ":~:" in parts.fragment or "=" in parts.fragment else parts.fragment
        return urlunsplit((parts.scheme.lower(), parts.netloc.lower(), path, query, fragment))
    except ValueError:
        return url
