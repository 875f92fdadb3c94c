"""What somebody's message says, as words to search for: without what Discord's markup adds to them. Pure."""

from __future__ import annotations

import re
from typing import Final

from bot.rendering.limits import whole_before
from corpus.addresses import urls_in
from corpus.sentences import sentence_spans

MOST_URLS: Final = 5  # of a message that are looked up

_QUOTED: Final = re.compile(r"^(?:>>> [\s\S]*|> .*|>)$", re.MULTILINE)
_MASKED: Final = re.compile(r"\[([^\[\]]{1,300})\]\(<?https?://[^\s()<>]{1,2000}>?\)")
_URL: Final = re.compile(r"<?https?://[^\s<>]{1,4000}>?")
# Mentions, channels, time stamps, custom emoji, commands, and the customs of servers.
_MARKUP: Final = re.compile(
    r"<(?:@[!&]?|#)\d{1,20}>|<t:-?\d{1,20}(?::\w)?>|<a?:\w{1,40}:\d{1,20}>|</[^<>\n]{1,100}:\d{1,20}>|<id:\w{1,40}>"
    r"|@(?:everyone|here)\b"
)
_MARKS: Final = re.compile(r"\\(?=[*_~|`>#\[\]()-])|\*{1,3}|~~|\|\||`{1,3}|(?<!\w)_{1,3}(?=\S)|(?<=\S)_{1,3}(?!\w)")
_LINE_MARKS: Final = re.compile(r"^[^\S\n]*(?:#{1,3}|-#|[-*•]|\d{1,3}\.)[^\S\n]+", re.MULTILINE)
_LETTER: Final = re.compile(r"[^\W_]")


def words_of(content: str, most: int) -> str:
    """The words of a message on one line, at most so many characters: cut after a sentence, else after a word.

    Its own quotes, links, mentions and marks are left out; the words that carry a link stay. A message that only quotes
    is searched by what it quotes. "" where no letter or digit is left.
    """
    words = _plain(_QUOTED.sub(" ", content)) or _plain(re.sub(r"^>(?:>>)? ?", "", content, flags=re.MULTILINE))
    return _cut(words, most)


def urls_of(content: str) -> list[str]:
    """The first few addresses that a message writes out or links to, each once."""
    return list(dict.fromkeys(urls_in(content.replace("](", "] ").replace("<", " "))))[:MOST_URLS]


def _plain(text: str) -> str:
    text = _MASKED.sub(r"\1", text)
    text = _URL.sub(" ", text)
    text = _MARKUP.sub(" ", text)
    text = _MARKS.sub("", _LINE_MARKS.sub("", text))
    words = " ".join(text.split())
    return words if _LETTER.search(words) else ""


def _cut(words: str, most: int) -> str:
    if len(words) <= most:
        return words
    # A little more than fits is read, so that the last sentence which fits is seen to end.
    ends = [end for _, end in sentence_spans(words[: most + 60])[:-1] if most // 3 <= end <= most]
    space = words.rfind(" ", most // 3, most + 1)
    cut = ends[-1] if ends else space if space > 0 else whole_before(words, most)
    return words[:cut].rstrip()
