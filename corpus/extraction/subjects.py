"""What is left of a subject once list tags and reply marks are taken off."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
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
_TRAILING_WAS = re.compile(r"\s*[(\[]was:? (?P<was>[^()\[\]]{1,300})[)\]]$", re.IGNORECASE)
_FRONT_TAG = re.compile(r"^(?:[^\W\d_]{1,6}(?:\[\d{1,3}\]|\^\d{1,3})?[:：]\s*){0,3}\[(?P<tag>[^\[\]:]{1,40})\]")
_FEWEST_SUBJECTS = 5


@dataclass(frozen=True, slots=True)
class Subject:
    """A subject taken apart. `words` may be empty; `was` is what a thread was called before it was renamed."""

    words: str
    tag: str | None = None
    reply: bool = False
    forward: bool = False
    was: str | None = None


def common_tag(subjects: Iterable[str]) -> str | None:
    """The tag that most of a list's subjects begin with, also behind "Re:"; None without one, or from few subjects."""
    number = 0
    tags: Counter[str] = Counter()
    for subject in subjects:
        number += 1
        if (found := _FRONT_TAG.match(subject.strip())) is not None:
            tags[found["tag"].strip()] += 1
    tag, count = next(iter(tags.most_common(1)), ("", 0))
    return tag if number >= _FEWEST_SUBJECTS and count * 2 > number else None


def _letters(name: str) -> str:
    return re.sub(r"\W+", "", name).lower()


def names_the_list(tag: str, list_name: str) -> bool:
    """Whether a tag in brackets is this list's: "Salon" that of "salon-l", "A&L" that of "Arts and Letters"."""
    one, other = _letters(tag), _letters(list_name)
    if not one or not other:
        return False
    initials = "".join(word[0] for word in re.findall(r"[^\W\d_]+", list_name) if word[0].isupper()).lower()
    alike = len(one) > 2 and (other.startswith(one) or one.startswith(other))
    return one == other or alike or (len(one) > 1 and one == initials)


def taken_apart(subject: str, list_name: str | None = None) -> Subject:
    """Strip tags and marks until nothing changes.

    Of tags only the list's own is taken, or, when the list is unknown, one in front that could be one;
    ``[PATCH v2]`` stays part of the words.
    """
    words = " ".join(subject[:2000].split())
    tag = was = None
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
            words, was = words[: end.start()], was or end["was"].strip()
        if words == before:
            return Subject(words, tag, reply, forward, was)


def _is_list_tag(found: str, already: str | None, list_name: str | None) -> bool:
    if list_name is not None and names_the_list(found, list_name):
        return True
    if already is not None:
        return names_the_list(found, already)
    return list_name is None and _NOT_A_TAG.search(found) is None
