"""What is left of a subject once list tags and reply marks are taken off."""

from __future__ import annotations

import re
from dataclasses import dataclass

# Reply and forward marks of mail programs in several languages, with their counters: Re[2]:, Re^2:
_REPLY = re.compile(r"^(?:re|aw|sv|vs|antw|回复)(?:\[\d{1,3}\]|\^\d{1,3})?\s*[:：]\s*", re.IGNORECASE)
_FORWARD = re.compile(r"^(?:fwd?|wg|tr|rv|enc|转发)\s*[:：]\s*", re.IGNORECASE)
_WRAPPED_FORWARD = re.compile(r"^\[\s*(?:fwd?|wg|tr)\s*:\s*(?P<words>.*)\]$", re.IGNORECASE)
_TAG = re.compile(r"^\[(?P<tag>[^\[\]:]{1,40})\]\s*")
# In brackets, but saying what kind of post it is, not which list it went to.
_NOT_A_TAG = re.compile(
    r"patch|rfc\b|ann\b|announce|spam|external|ext\b|bug\b|issue|was\b|solved|resolved|update|video|pdf|photos?\b|\d",
    re.IGNORECASE,
)
_TRAILING_FORWARD = re.compile(r"\s*\(fwd\)$", re.IGNORECASE)
_TRAILING_WAS = re.compile(r"\s*[(\[]was:? [^()\[\]]{1,300}[)\]]$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Subject:
    """A subject taken apart. `words` may be empty."""

    words: str
    tag: str | None = None
    reply: bool = False
    forward: bool = False


def _letters(name: str) -> str:
    return re.sub(r"\W+", "", name).lower()


def names_the_list(tag: str, list_name: str) -> bool:
    """Whether a tag in brackets is this list's; ``[Salon]`` is, for a list that calls itself "salon-l"."""
    one, other = _letters(tag), _letters(list_name)
    return (
        bool(one)
        and bool(other)
        and (one == other or (len(one) > 2 and (other.startswith(one) or one.startswith(other))))
    )


def taken_apart(subject: str, list_name: str | None = None) -> Subject:
    """Strip tags and marks until nothing changes.

    Of tags only the list's own is taken, or, when the list is unknown, one in front that could be one;
    ``[PATCH v2]`` stays part of the words.
    """
    words = " ".join(subject[:2000].split())
    tag: str | None = None
    reply = forward = False
    while True:
        before = words
        if (mark := _REPLY.match(words)) is not None:
            reply, words = True, words[mark.end() :]
        elif (mark := _FORWARD.match(words)) is not None:
            forward, words = True, words[mark.end() :]
        elif (wrapped := _WRAPPED_FORWARD.match(words)) is not None:
            forward, words = True, wrapped["words"].strip()
        elif (found := _TAG.match(words)) is not None and _is_list_tag(found["tag"], tag, list_name):
            tag, words = tag or found["tag"].strip(), words[found.end() :]
        elif (end := _TRAILING_FORWARD.search(words)) is not None:
            forward, words = True, words[: end.start()]
        elif (end := _TRAILING_WAS.search(words)) is not None and end.start() > 0:
            words = words[: end.start()]
        if words == before:
            return Subject(words, tag, reply, forward)


def _is_list_tag(found: str, already: str | None, list_name: str | None) -> bool:
    if list_name is not None and names_the_list(found, list_name):
        return True
    if already is not None:
        return names_the_list(found, already)
    return list_name is None and _NOT_A_TAG.search(found) is None
