"""A newsroom's desks: broad subjects, each described by phrases of what its reports are about.

A topic such as "sports" or "business news" names a desk. Its bare word lies close to few reports of that desk, while
the phrases do; and any topic is judged against all desks, since a report that lies much closer to a desk of another
kind is hardly about the topic. The division follows the top level of the IPTC Media Topics, the press's own list of
subjects, with neighbouring subjects joined.
"""

from __future__ import annotations

import re

from retrieval.questions.question import STOP_WORDS

DESKS: dict[str, tuple[str, ...]] = {
    "arts, culture and entertainment": (
        "a film, actor or box office",
        "music, album or concert",
        "television show or celebrity",
        "book, author or literary prize",
        "theatre, museum or art exhibition",
        "video game release",
    ),
    "war and conflict": (
        "soldiers killed in fighting",
        "bombing, insurgents or militants attack",
        "peace talks and ceasefire",
        "hostages taken by gunmen",
        "rebels and civil war",
        "army offensive against a city",
    ),
    "crime and justice": (
        "police arrested a suspect",
        "trial, jury and verdict",
        "murder investigation",
        "court ruling and lawsuit",
        "prison sentence",
        "fraud charges",
    ),
    "disaster and accident": (
        "earthquake or flood victims",
        "hurricane or typhoon damage",
        "plane crash",
        "wildfire evacuations",
        "explosion kills workers",
        "rescue of survivors",
    ),
    "business, economy and finance": (
        "company quarterly profit and earnings",
        "stocks and shares on Wall Street",
        "merger, takeover or acquisition bid",
        "oil prices and inflation",
        "central bank interest rates",
        "retail sales and consumer spending",
        "airline bankruptcy and job cuts",
        "trade deficit and the dollar",
    ),
    "education": ("schools and teachers", "university students and tuition", "exam results"),
    "environment": ("climate change and emissions", "wildlife and conservation", "pollution"),
    "health and medicine": (
        "new drug and clinical trial",
        "disease outbreak and vaccine",
        "hospital patients and doctors",
        "diet, obesity and heart disease",
    ),
    "politics and government": (
        "presidential election campaign",
        "prime minister and parliament",
        "government minister resigns",
        "president meets foreign leader",
        "diplomacy, sanctions and nuclear talks",
        "United Nations resolution",
    ),
    "religion": ("church, bishop and pope", "mosque and pilgrimage"),
    "science": (
        "spacecraft, NASA and astronomers",
        "scientists discover in a study",
        "fossil, genes and species",
    ),
    "technology": (
        "software, computers and the internet",
        "security flaw, virus and hackers",
        "new mobile phone or wireless network",
        "computer chip, server and operating system",
        "web search engine and online music service",
    ),
    "sport": (
        "football match and goal",
        "baseball game and innings",
        "Olympic gold medal",
        "tennis tournament final",
        "basketball team and coach",
        "golf tour leader",
        "cricket test and wickets",
        "player injury, contract and season",
        "motor race and driver",
    ),
    "weather": ("forecast of rain and snow", "heat wave"),
    "travel, food and lifestyle": ("restaurant and recipe", "tourists and holidays", "fashion and home"),
}

_ABROAD = (
    "world international foreign global overseas abroad countries"  # a paper's foreign pages: states, wars, disasters
)

# The words by which people ask for a desk.
_NAMED_BY = {
    "arts, culture and entertainment": "art arts culture cultural entertainment showbiz celebrity celebrities",
    "war and conflict": f"war wars conflict conflicts {_ABROAD}",
    "crime and justice": "crime crimes justice courts",
    "disaster and accident": f"disaster disasters accident accidents {_ABROAD}",
    "business, economy and finance": "business businesses economy economic economics finance financial markets",
    "education": "education",
    "environment": "environment environmental",
    "health and medicine": "health medicine medical",
    "politics and government": f"politics political government {_ABROAD}",
    "religion": "religion religious",
    "science": "science sciences scientific sci scitech",
    "technology": "technology technologies tech scitech",
    "sport": "sport sports sporting",
    "weather": "weather",
    "travel, food and lifestyle": "travel lifestyle food",
}
_FILLING = (STOP_WORDS - set("it no not us who without".split())) | frozenset(
    "affairs articles article breaking coverage daily everything going goes happen happened happening happens "
    "headlines latest new news other others page pages recent report reports stories story today topic topics update "
    "updates".split()
)
_WORD = re.compile(r"[^\W_]+")
_AROUND_WORDS = ".,;:!?…\"“”„«»‘’'()[]/&"
_BETWEEN_PARTS = re.compile(r"[,;/&+]|\b(?:and|or)\b", re.IGNORECASE)


def parts_of(topic: str) -> list[str]:
    """The parts of a topic that lists several ("companies and the economy"); one part where it lists none."""
    return [part.strip() for part in _BETWEEN_PARTS.split(topic) if part.strip()]


def subject_words(topic: str) -> list[str]:
    """The words of a topic that say what it is about, as they are spelled; all of them where none says more.

    "latest news on Ukraine" is about Ukraine.
    """
    words = [stripped for word in topic.split() if (stripped := word.strip(_AROUND_WORDS))]
    return [word for word in dict.fromkeys(words) if word.casefold() not in _FILLING] or list(dict.fromkeys(words))


def desks_named(topic: str) -> frozenset[int]:
    """The places in `DESKS` of those that a topic names, if it names desks and nothing else; else the empty set.

    "sports news" is a desk; "football" and "international football" are topics of their own.
    """
    words = {word.casefold() for word in _WORD.findall(topic)} - _FILLING
    named: set[int] = set()
    for word in words:
        desks = {place for place, name in enumerate(DESKS) if word in _NAMED_BY[name].split()}
        if not desks:
            return frozenset()
        named |= desks
    return frozenset(named)
