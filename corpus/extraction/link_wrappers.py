"""Addresses that wrap another: mail gateways, click counters, link shims, AMP viewers. Read apart, never fetched.

A wrapper that keeps its target to itself (``t.co``, Mailchimp's ``track/click``, Mimecast) stays as it is.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

_IS_ADDRESS = re.compile(r"https?://[^\s/]{2,255}(?:[/?#]\S{0,4000})?$", re.IGNORECASE)
# What a wrapper's host or path says of itself; the names of parameters that then hold the target, most telling first.
_WRAPS = re.compile(
    r"(?:^|[./_-])(?:clicks?|clicktime|track(?:ing)?|redir(?:ect(?:or|ion)?)?|away|out(?:bound|going)?|l|lm|links?"
    r"|linkprotect|linkfilter|slack-redir|safelinks|go(?:to)?|exit|leave|url|safety|ls|ctp?|cl|protect\d?)(?:\.php)?"
    r"(?=$|[./_-])",
    re.IGNORECASE,
)
_TARGETS = tuple("url u q to target dest destination redirect redirect_url uddg a link r ru".split())
_ENCODED_IN_PATH = re.compile(r"/(?P<url>https?(?:%3A|:)(?:%2F|/){2}[^?#\s]{3,3000})$", re.IGNORECASE)
_SUBSTACK = re.compile(r"^/redirect/2/(?P<data>[A-Za-z0-9_-]{20,4000})")
_GOOGLE = re.compile(r"(?:www\.)?google\.[a-z.]{2,6}")
_AMP_VIEWER = re.compile(r"^/(?:amp|[cvi])/(?:s/)?(?P<rest>[^/\s]+\.[^/\s]+/?\S*)$")
# Proofpoint's third form writes "*" for each character that its servers would not copy, "**" and a letter for a run
# of 2 to 65 of them, and the characters themselves behind the address.
_PROOFPOINT = re.compile(r"/v3/__(?P<url>.{3,4000}?)__;(?P<characters>[A-Za-z0-9_=-]{0,2000})")
_RUNS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def inside(url: str) -> str | None:
    """The address that this one wraps; None when it is no wrapper or does not show what it wraps."""
    try:
        parts = urlsplit(url)
        found = _inside(url, parts, (parts.hostname or "").lower())
    except ValueError:
        return None
    return found if found and _IS_ADDRESS.match(found) and len(found) < len(url) else None


def _inside(url: str, parts: SplitResult, host: str) -> str | None:
    if host.startswith("urldefense."):
        return _proofpoint(url, parts)
    if host.endswith(".cdn.ampproject.org") or (_GOOGLE.fullmatch(host) and parts.path.startswith("/amp/")):
        found = _AMP_VIEWER.match(parts.path)
        return f"https://{found['rest']}" if found else None
    if host in ("substack.com", "open.substack.com") and (found := _SUBSTACK.match(parts.path)) is not None:
        return _substack(found["data"])
    if _WRAPS.search(host) or _WRAPS.search(parts.path):
        values = {name.lower(): held for name, held in parse_qs(parts.query[:8000]).items()}
        for name in _TARGETS:
            for value in values.get(name, ())[:1]:
                if _IS_ADDRESS.match(value):
                    return value
    if (found := _ENCODED_IN_PATH.search(parts.path)) is not None and "%" in found["url"][:12]:
        return unquote(found["url"])
    return None


def _proofpoint(url: str, parts: SplitResult) -> str | None:
    if parts.path.startswith("/v3/"):
        found = _PROOFPOINT.search(url)
        return _with_characters(found["url"], found["characters"]) if found else None
    wrapped = next(iter(parse_qs(parts.query[:8000]).get("u", [])), None)
    if wrapped is not None and parts.path.startswith("/v2/"):  # version 2 writes % as - and / as _
        return unquote(wrapped.replace("-", "%").replace("_", "/"))
    return wrapped


def _with_characters(address: str, encoded: str) -> str:
    address = re.sub(r"^([a-z]{4,5}:/)(?=[^/])", r"\1/", address)  # some gateways make one slash of two
    if "*" not in address:
        return address
    try:
        left = iter(base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)).decode("utf-8"))
    except (binascii.Error, ValueError):
        return address

    def characters(token: re.Match[str]) -> str:
        count = _RUNS.index(token.group()[2]) + 2 if len(token.group()) == 3 else 1
        return "".join(next(left, "*") for _ in range(count))

    return re.sub(r"\*\*[A-Za-z0-9_-]|\*", characters, address)


def _substack(data: str) -> str | None:
    """The ``e`` of the JSON object that the address carries before its signature."""
    try:
        held = json.loads(base64.urlsafe_b64decode(data + "=" * (-len(data) % 4)))
    except (binascii.Error, ValueError, RecursionError):
        return None
    target = held.get("e") if isinstance(held, dict) else None
    return target if isinstance(target, str) else None
