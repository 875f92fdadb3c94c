"""Numbers, amounts of money, shares, measures, dates and names as a text writes them: patterns for whoever reads one.

Every quantifier is bounded. English words; digits and currency signs of any language.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

Span = tuple[int, int]  # code points of the text that was read

GAP = r"[ \u00a0]"
_WORD_NUMBERS = (
    r"(?:(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:-(?:one|two|three|four|five|six|seven|eight|nine))?"
    r"|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen"
    r"|eighteen|nineteen|hundreds|thousands|dozens|millions|billions|a dozen|no|none|zero)"
)
_SCALE = rf"(?:{GAP}(?:hundred|thousand|million|billion|trillion|bn|m|k)\b|-(?:hundred|thousand|million)\b){{0,2}}"
_DIGITS = r"(?<![\w.,])\d{1,15}(?:[.,]\d{1,9}){0,5}"
_QUANTITY = rf"(?:{_DIGITS}|\b{_WORD_NUMBERS}\b)"

NUMBER = re.compile(
    rf"{_DIGITS}(?:bn|m|k)?(?![\w%]|[.,]\d){_SCALE}|\b{_WORD_NUMBERS}\b{_SCALE}",
    re.IGNORECASE,
)
MONEY = re.compile(
    rf"(?:US|A|C|HK)?[$€£¥₹]{GAP}?\d{{1,15}}(?:[.,]\d{{1,9}}){{0,5}}(?:bn|m|k|tn)?{_SCALE}"
    rf"|{_QUANTITY}{_SCALE}{GAP}(?:U\.?S\.?{GAP})?"
    r"(?:dollars?|euros?|pounds?|yuan|yen|rubles?|roubles?|rupees?|francs?|cents?|pence)\b",
    re.IGNORECASE,
)
SHARE = re.compile(
    rf"{_QUANTITY}{GAP}?(?:%|percent\b|per cent\b|percentage points?\b)"
    r"|\b(?:one|two|three|four|five|seven)-"
    r"(?:half|halves|thirds?|quarters?|fourths?|fifths?|sixths?|sevenths?|eighths?|ninths?|tenths?)\b"
    rf"|\b(?:a|one|two|three){GAP}(?:third|quarter|fifth|tenth)s?\b"
    r"|\b(?:about |more than |less than |over )?half\b",
    re.IGNORECASE,
)
_UNIT = (
    r"(?:seconds?|minutes?|hours?|days?|weeks?|months?|years?|decades?|centuries|century|"
    r"km|kilomet(?:er|re)s?|met(?:er|re)s?|m|cm|centimet(?:er|re)s?|mm|millimet(?:er|re)s?|miles?|feet|foot|ft|"
    r"inch(?:es)?|yards?|acres?|hectares?|square (?:miles|feet|met(?:er|re)s|kilomet(?:er|re)s)|sq\.? ?(?:mi|km|ft|m)|"
    r"km2|kg|kilograms?|kilos?|tons?|tonnes?|pounds?|lbs?|grams?|ounces?|lit(?:er|re)s?|gallons?|degrees?|°[CF]?|mph|km/h|"
    r"knots?|kilohertz|megawatts?|MW|GW)"
)
MEASURE = re.compile(
    rf"(?:{_QUANTITY}|\bseveral|\ba few|\ban?){_SCALE}(?:{GAP}?(?:–|-|to|and|or){GAP}?{_DIGITS})?"
    rf"[ \u00a0-]{_UNIT}\b(?:{GAP}(?:old|long|tall|high|deep|wide|per (?:hour|second))\b)?",
    re.IGNORECASE,
)

_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|(?:Jan|Feb|Mar|Apr|Aug|Sept?|Oct|Nov|Dec)\.)"
)
_WEEKDAY = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_YEAR = r"(?<![\w.,$€£–-])(?:1\d|20)\d\d(?![\w%]|[.,]\d)"
_ERA = r"(?:BC|AD|BCE|CE)"
YEAR = re.compile(_YEAR)
DATE = re.compile(
    rf"(?:\b{_WEEKDAY},{GAP})?\b{_MONTH}{GAP}\d{{1,2}}(?:st|nd|rd|th)?(?:,{GAP}\d{{4}})?\b"
    rf"|\b\d{{1,2}}(?:st|nd|rd|th)?{GAP}{_MONTH}(?:{GAP}\d{{4}})?\b"
    rf"|\b(?:last|this|next|early|late|mid)[ \u00a0-]{_MONTH}(?:{GAP}\d{{4}})?\b"
    rf"|\b{_MONTH}{GAP}\d{{4}}\b|(?<=\b[Ii]n{GAP}){_MONTH}\b"
    rf"|\b(?:last|this|next){GAP}(?:year|month|week|spring|summer|autumn|fall|winter)\b"
    rf"|\b(?:spring|summer|autumn|fall|winter)(?:{GAP}of)?{GAP}\d{{4}}\b"
    rf"|\b{_WEEKDAY}s?\b|\byesterday\b|\b\d{{1,2}}(?:[:.]\d\d)?{GAP}?[ap]\.?m\b|\b(?:noon|midnight)\b"
    r"|\b(?:(?:early|late|mid)[ -])?(?:the )?"
    r"(?:\d{1,2}(?:st|nd|rd|th)|(?:fif|six|seven|eigh|nine)teenth|twentieth|twelfth|thirteenth)[ -]century\b"
    rf"(?: {_ERA})?"
    rf"|\b(?:1\d|20)\d0s\b|{_YEAR}(?:[–-]\d{{2,4}}\b)?(?:{GAP}{_ERA}\b)?|\b\d{{1,4}}{GAP}{_ERA}\b"
)

_NAME_WORD = r"(?:[A-Z][\w’'-]*|[A-Z]\.|(?:al|el|ad|an)-[A-Z][\w’'-]*)"
_PARTICLE = r"(?:de|du|van|von|bin|al|der|la|le|el|the)"
NAME = re.compile(
    rf"(?<![\w’'.-]){_NAME_WORD}(?:{GAP}(?:(?:{_PARTICLE}|of|and){GAP}){{0,2}}{_NAME_WORD}){{0,7}}",
)
PERSON_NAME = re.compile(rf"(?<![\w’'.-]){_NAME_WORD}(?:{GAP}(?:{_PARTICLE}{GAP}){{0,2}}{_NAME_WORD}){{0,5}}")
PLACE_NAME = re.compile(
    rf"\b(?:in|at|near|outside|inside){GAP}(?:(?:the|(?:north|south|east|west)(?:ern)?){GAP})?"
    rf"({_NAME_WORD}(?:{GAP}{_NAME_WORD}){{0,4}}(?:,{GAP}{_NAME_WORD}(?:{GAP}{_NAME_WORD}){{0,2}})?)"
)
# What "is called" so: up to five words, none of which begins another clause.
TERM = re.compile(
    rf"\b(?:called|known as|referred to as|termed|named|nicknamed|dubbed|so-called|designated){GAP}"
    r"(?:the |an? )?[“\"‘]?"
    rf"([\w’'-]+(?:{GAP}(?!(?:which|that|is|was|are|were|in|and|or|because|by|for|to|from|with|on|as|after|when|who)\b)"
    r"[\w’'-]+){0,4})"
)
QUOTATION = re.compile(r"[“\"„«]([^“”\"„«»]{3,600})[”\"»]")


def spans(pattern: re.Pattern[str], text: str, group: int = 0) -> Iterator[Span]:
    """Where a pattern stands in a text, without the punctuation at the end."""
    for match in pattern.finditer(text):
        first, last = match.span(group)
        while last > first and text[last - 1] in ".,-’' \u00a0":
            last -= 1
        if last > first:
            yield first, last
