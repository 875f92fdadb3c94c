"""What a site asks programs to leave alone (RFC 9309); asked before an article's page is fetched.

Read by the standard library's parser, which compares the beginnings of paths and takes ``*`` in a path for a letter.
Parsers that know wildcards make patterns of what strangers wrote, and those can take for ever to match.
"""

from __future__ import annotations

from urllib.robotparser import RobotFileParser

import httpx2

from corpus.charsets import decoded
from corpus.errors import UnusableAddress
from corpus.sources.fetching import AGENT_NAME, Failed, Fetched, Fetcher, Gone
from corpus.sources.web_addresses import web_address

_MOST_BYTES = 512 * 1024  # RFC 9309 asks for at least 500 KiB
_LONGEST_PAUSE = 60.0  # seconds; a site that asks for more is fetched from this often


class Robots:
    """The rules of the sites that were asked, each asked once."""

    def __init__(self, fetcher: Fetcher) -> None:
        self._fetcher = fetcher
        self._rules: dict[str, RobotFileParser | None] = {}

    def allow(self, address: str) -> bool:
        """Whether a page may be fetched. A site whose rules cannot be read just now allows nothing; no address does."""
        try:
            return self._allow(web_address(address), address)
        except (UnusableAddress, ValueError):  # the parser takes brackets for those of an IPv6 address
            return False

    def _allow(self, url: httpx2.URL, address: str) -> bool:
        site = f"{url.scheme}://{url.netloc.decode('ascii')}"
        if site not in self._rules:
            self._rules[site] = self._read(site, url.host)
        rules = self._rules[site]
        return rules is not None and rules.can_fetch(AGENT_NAME, address)

    def _read(self, site: str, host: str) -> RobotFileParser | None:
        rules = RobotFileParser()
        match self._fetcher.fetch(f"{site}/robots.txt", accept="text/plain", most_bytes=_MOST_BYTES):
            case Fetched(body=body):
                try:
                    rules.parse(decoded(body, "utf-8")[0].splitlines())
                except ValueError:  # the parser stumbles over "Disallow: //[" and over "Crawl-delay: ²"
                    return None
                pause = rules.crawl_delay(AGENT_NAME)
                if pause is not None:
                    self._fetcher.ask_slower(host, min(float(pause), _LONGEST_PAUSE))
            case Gone() | Failed(lasting=True):
                rules.parse([])  # a site without rules, or one that shows them to nobody
            case _:
                return None
        return rules
