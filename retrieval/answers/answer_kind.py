"""What the words that answer should look like, by the words of the question. Pure."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache

from retrieval.questions.question import Question, Wanted


class Kind(StrEnum):
    """What the words in bold should be. Finer than `Wanted`, which search and calibration go by."""

    COUNT = "count"  # how many stores
    MONEY = "money"
    SHARE = "share"  # percentages and fractions
    AMOUNT = "amount"  # how much: money, a share or a measure
    MEASURE = "measure"  # how long, how far, how old: a number with its unit
    YEAR = "year"
    TIME = "time"
    PERSON = "person"
    PLACE = "place"
    NAME = "name"  # which company, what film: a name, and the noun says of what
    TERM = "term"  # what is it called
    SORT = "sort"  # what kind of cells
    STATEMENT = "statement"
    UNKNOWN = "unknown"  # also yes or no, why, and who somebody is


MOST_READ = 300  # code points of a question; what comes later does not change its kind


@lru_cache(maxsize=64)  # asked anew for every sentence of every passage that a question finds
def kind_of(question: Question) -> Kind:
    """The kind of span that a question asks for, by the first rule that fits."""
    text = question.text[:MOST_READ]
    if _YES_NO.match(text):
        return Kind.UNKNOWN
    return next((kind for kind, asks in _ASKS if asks.search(text)), _BY_WANTED.get(question.wanted, Kind.UNKNOWN))


# Wanted.TIME, PERSON and PLACE have no place here: "What happens when ...?" asks for no date.
_BY_WANTED = {Wanted.NUMBER: Kind.COUNT, Wanted.STATEMENT: Kind.STATEMENT}

NOUN_OF_NAME = (
    r"(?:compan(?:y|ies)|firm|bank|university|school|college|institute|hospital|museum|church|newspaper|magazine|agency|"
    r"organi[sz]ation|group|party|team|club|band|brand|network|union|ministry|department|court|film|movie|book|novel|song|"
    r"album|show|series|game|war|battle|treaty|act|law|river|lake|mountain|sea|ocean|island|street|road|airport|station|"
    r"building|tower|bridge|park|stadium|palace|castle|language|religion|ship|program(?:me)?|project|award|prize)"
)
NOUN_OF_PLACE = (
    r"(?:countr(?:y|ies)|cit(?:y|ies)|state|town|region|continent|nation|province|count(?:y|ies)|village|district|capital|"
    r"place|borough)"
)
_NOUN_OF_PERSON = (
    r"(?:person|man|woman|people|actor|actress|singer|politician|president|king|queen|emperor|pope|general|scientist|"
    r"physicist|mathematician|philosopher|author|writer|engineer|architect|inventor|leader|minister|governor|mayor|"
    r"economist|historian|astronomer|chemist|explorer|player|coach|director|journalist|researcher)"
)
_AUXILIARY = r"(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|may|might|must)"
_WHICH = rf"\b(?:what|which) (?:(?!{_AUXILIARY}\b)[\w’'-]+\s){{0,3}}?"  # and up to three words before a noun
_YES_NO = re.compile(
    rf"\W*{_AUXILIARY}\b(?!.{{0,80}}\b(?:what|which|who|when|where|how)\b)",
    re.IGNORECASE,
)
_ASKS = tuple(
    (kind, re.compile("|".join(asks), re.IGNORECASE))
    for kind, *asks in (
        (
            Kind.SHARE,
            r"\b(?:what|which|how (?:much|large|big|great))\b.{0,20}?"
            r"\b(?:percent(?:age)?|proportion|fraction|share|portion|ratio)\b",
        ),
        (
            Kind.MONEY,
            r"\bhow much money\b",
            r"\bhow much (?:did|does|do) .{1,60} (?:cost|pay|spend|earn|raise|lose|donate)\b",
            r"\bhow much (?:was|were|is|are) .{1,60}(?:paid|fined|worth|sold|spent)\b",
            r"\bwhat (?:\w+ ){0,2}(?:price|cost|salary|fine|budget|revenue|profit)s?\b",
        ),
        (
            Kind.MEASURE,
            r"\bhow (?:long|old|far|fast|tall|high|deep|wide|heavy|large|big)\b",
            r"\bwhat (?:is the )?(?:age|speed|height|depth|length|distance|temperature|weight)\b",
        ),
        (Kind.AMOUNT, r"\bhow much\b"),
        (
            Kind.COUNT,
            r"\bhow many\b",
            r"\bwhat (?:(?:is|was|are|were) the )?(?:total )?(?:number|count|toll)\b",
            r"\b(?:death|body) (?:toll|count)\b",
        ),
        (Kind.YEAR, r"\b(?:what|which) (?:exact )?years?\b"),
        (
            Kind.TIME,
            r"^\W*when \w",
            rf"(?:[,;] |\b(?:since|until|by|from) )when {_AUXILIARY}\b",
            r"\bwhen\W*$",
            r"\bwhat (?:is|was|are|were) the (?:\w+ ){0,2}(?:date|day)s?\b",
            r"\b(?:what|which) (?:\w+ )?(?:date|day|month|decade|century|time|era)\b",
        ),
        (
            Kind.TERM,
            r"\b(?:called|known as|referred to as|termed|nicknamed|dubbed|stands? for)\W*(?:what)?\W*$",
            r"\bwhat (?:is|was|are|were) (?:another|the other|the) (?:name|term|word|nickname)s? (?:of|for|given)\b",
            r"\bwhat (?:name|term|word) ",
        ),
        (Kind.SORT, r"\b(?:what|which) (?:type|kind|sort|form)s? of\b"),
        (Kind.STATEMENT, r"\bwhat (?:did|does|has|have|do) .{2,60}? (?:say|said|tell|told|reply|answer|call)\b"),
        (Kind.UNKNOWN, r"^\W*who (?:is|are|was|were) (?-i:(?:[A-Z][\w’'.-]*\s?|(?:of|the|de|van)\s){1,6})\W*$"),
        (Kind.PERSON, r"(?:^\W*(?:\w+ )?|[,;] )who(?:m|se)?\b", r"\bwhom?\W*$", rf"{_WHICH}{_NOUN_OF_PERSON}s?\b"),
        (Kind.PLACE, r"\bwhere\b", rf"{_WHICH}{NOUN_OF_PLACE}s?\b"),
        (Kind.NAME, rf"{_WHICH}{NOUN_OF_NAME}s?\b", r"\bwhat (?:is|was) the name of\b"),
    )
)
