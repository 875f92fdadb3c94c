"""Amounts as values: what a number in a text says, how exactly, and whether two of them can both be true. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from retrieval.questions.expressions import MEASURE, MONEY, NUMBER, SHARE, Span


class Bound(StrEnum):
    """How a text means a number."""

    EXACT = "exact"
    ABOUT = "about"
    AT_LEAST = "at least"  # also "more than"; "nearly" is ABOUT
    AT_MOST = "at most"


@dataclass(frozen=True, slots=True)
class Quantity:
    """A value, its unit ("" for a plain number, else ``%``, a currency sign or a unit's name), and how it is meant."""

    value: float
    unit: str
    bound: Bound
    span: Span

    def agrees_with(self, other: Quantity) -> bool:
        """Whether both can be true. Of different units neither says anything about the other, so they can."""
        if self.unit != other.unit:
            return True
        low, high = sorted((self, other), key=lambda one: one.value)
        if low.bound is Bound.AT_LEAST or high.bound is Bound.AT_MOST:
            return True
        if _is_rounding(low.value, high.value) or _is_rounding(high.value, low.value):
            return True
        loose = Bound.EXACT not in (low.bound, high.bound) or Bound.ABOUT in (low.bound, high.bound)
        return high.value - low.value <= (_LOOSELY if loose else 0.0) * high.value


_LOOSELY = 0.1  # "about 70" and 76 are told of one thing; "about 70" and 90 are not


def quantities(text: str) -> list[Quantity]:
    """Every amount in a text whose value can be told ("hundreds" cannot), in order, each once, the longest reading."""
    found: list[Quantity] = []
    taken: list[Span] = []
    for pattern in (MONEY, SHARE, MEASURE, NUMBER):
        for match in pattern.finditer(text):
            span = match.span()
            if any(first < span[1] and span[0] < last for first, last in taken):
                continue
            value = _value(match.group())
            if value is None:
                continue
            taken.append(span)
            unit = "" if pattern is NUMBER else _unit(match.group())
            found.append(Quantity(value, unit, _bound(text, span), span))
    return sorted(found, key=lambda one: one.span)


_DIGITS = re.compile(r"\d{1,15}(?:[.,]\d{1,9}){0,5}")
_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_WORDS = {word: value for value, word in enumerate(_ONES.split())} | {
    word: 10 * value for value, word in enumerate(_TENS.split(), start=2)
}
_SCALES = {
    "hundred": 1e2,
    "thousand": 1e3,
    "k": 1e3,
    "million": 1e6,
    "m": 1e6,
    "billion": 1e9,
    "bn": 1e9,
    "trillion": 1e12,
    "tn": 1e12,
}
_PARTS = {"half": 0.5, "third": 1 / 3, "quarter": 0.25, "fourth": 0.25, "fifth": 0.2, "eighth": 0.125, "tenth": 0.1}
_CURRENCIES = {"dollar": "$", "euro": "€", "pound": "£", "yen": "¥", "yuan": "yuan", "rupee": "₹"}
_ABOUT = re.compile(
    r"\b(?:about|around|as many as|nearly|almost|roughly|some|approximately|approx\.|estimated(?: at)?|close to|circa)"
    r"\s(?:the\s|an?\s)?$",
    re.IGNORECASE,
)
_AT_LEAST = re.compile(
    r"\b(?:more than|over|at least|upwards of|above|exceed(?:s|ed|ing)?)\s(?:the\s)?$", re.IGNORECASE
)
_AT_MOST = re.compile(r"\b(?:less than|fewer than|under|up to|at most|no more than|below)\s(?:the\s)?$", re.IGNORECASE)
_LOOK_BACK = 24  # code points


def _bound(text: str, span: Span) -> Bound:
    before = text[max(0, span[0] - _LOOK_BACK) : span[0]]
    if _AT_MOST.search(before):
        return Bound.AT_MOST
    if _AT_LEAST.search(before):
        return Bound.AT_LEAST
    if re.match(r"\s?(?:or more|or so|plus)\b|\+", text[span[1] : span[1] + 10]):
        return Bound.AT_LEAST
    return Bound.ABOUT if _ABOUT.search(before) else Bound.EXACT


def _value(words: str) -> float | None:
    folded = words.casefold()
    if found := _DIGITS.search(folded):
        value = _number(found.group())
        rest = folded[found.end() :]
    else:
        value, rest = _spoken(folded)
    if value is None:
        return None
    for scale in re.findall(r"[a-z]+", rest)[:2]:
        if scale not in _SCALES:
            break
        value *= _SCALES[scale]
    return value


def _number(digits: str) -> float | None:
    """``1,204`` and ``1.204.000`` are grouped by thousands, ``3.5`` and ``3,5`` are decimal."""
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", digits):
        return float(digits.replace(",", ""))
    if re.fullmatch(r"\d{1,3}(?:\.\d{3}){2,}", digits):
        return float(digits.replace(".", ""))
    if re.fullmatch(r"\d+(?:[.,]\d+)?", digits):
        return float(digits.replace(",", "."))
    return None  # a version or a date


def _spoken(words: str) -> tuple[float | None, str]:
    parts = re.findall(r"[a-z]+", words)
    share = next((_PARTS[part.rstrip("s")] for part in parts if part.rstrip("s") in _PARTS), None)
    if share is not None:
        count = next((_WORDS[part] for part in parts if part in _WORDS), 1)
        return 100 * share * count, ""
    value = sum(_WORDS[part] for part in parts if part in _WORDS)
    known = any(part in _WORDS for part in parts)
    return (float(value), " ".join(part for part in parts if part in _SCALES)) if known else (None, "")


def _unit(words: str) -> str:
    folded = words.casefold()
    if "%" in folded or re.search(r"\bper ?cent", folded) or _is_part(folded):
        return "%"
    if sign := re.search(r"(?:HK|A|C)?[$€£¥₹]", words):
        return sign.group()
    name = re.sub(r"[\d.,\s-]", " ", folded).split()
    last = next((word for word in reversed(name) if word not in ("old", "long", "tall", "high", "deep", "wide")), "")
    last = last.removesuffix("s")
    return _CURRENCIES.get(last, last)


def _is_part(folded: str) -> bool:
    return any(part.rstrip("s") in _PARTS or part == "halves" for part in re.findall(r"[a-z]+", folded))


def _is_rounding(rounded: float, value: float) -> bool:
    """Whether one number is another with fewer digits: 75,000 of 74,702. One digit must be left beside the first."""
    if rounded <= 0 or rounded != int(rounded):
        return False
    digits = str(int(rounded))
    zeros = len(digits) - len(digits.rstrip("0"))
    return zeros >= 2 and abs(rounded - value) <= 10**zeros / 2 and abs(rounded - value) <= 0.05 * rounded
