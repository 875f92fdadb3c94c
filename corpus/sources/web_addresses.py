"""Web addresses to fetch: what is one, where a redirect leads, and whether it may be remembered."""

from __future__ import annotations

import httpx2

from corpus.errors import UnusableAddress
from corpus.sources.source import masked


def web_address(text: str) -> httpx2.URL:
    """A web address from what somebody typed. Raises `UnusableAddress`."""
    typed = text.strip()
    if typed.lower().startswith("feed:"):  # how some programs hand over feeds
        rest = typed[5:]
        typed = rest if rest.lower().startswith(("http:", "https:")) else "https:" + rest
    shown = masked(typed)[:200]
    try:
        url = httpx2.URL(typed)
    except httpx2.InvalidURL as error:
        raise UnusableAddress(f"not a web address: {shown!a}") from error
    port = url.port if url.port is not None else 80
    # A backslash is a slash to some programs and part of a user's name to others; a scope means a local network.
    if url.scheme not in ("http", "https") or not url.host or "\\" in typed or "%" in url.host or not 0 < port < 65536:
        raise UnusableAddress(f"not a web address: {shown!a}. Use http:// or https://")
    return url.copy_with(fragment=None)


def joined(url: httpx2.URL, target: str) -> httpx2.URL:
    """Where a redirect leads. A name and password in it are the server's own doing and are not sent."""
    if "\\" in target:
        raise UnusableAddress("a backslash is read as this by one program and as that by another")
    return web_address(str(url.join(target))).copy_with(userinfo=b"")


def is_safe_move(start: httpx2.URL, end: httpx2.URL) -> bool:
    """Whether a permanent redirect may replace the address that the operator named.

    Not when it gives up encryption, nor when a name and password belong to the old address.
    """
    return not start.userinfo and (end.scheme == "https" or start.scheme == "http")


def is_same_origin(one: httpx2.URL, other: httpx2.URL) -> bool:
    return (one.scheme, one.host, one.port) == (other.scheme, other.host, other.port)
