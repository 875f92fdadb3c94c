"""Which blocks are a photo's words and its credit. A credit stands at the end, with or without "Photo:"."""

from __future__ import annotations

import re

_AGENCIES = (
    r"(?:AP(?: Photo)?|AFP|Reuters|REUTERS|Getty(?: Images)?|Associated Press|Agence France-Presse|Bloomberg(?: News)?"
    r"|EPA|Shutterstock|Magnum(?: Photos)?|Zuma(?: Press)?|ZUMA(?: Press)?|Xinhua|TASS|DPA|dpa|ANSA|Anadolu(?: Agency)?"
    r"|Redux|Polaris|Alamy|iStock|Corbis|VII|Panos|Sipa(?: USA)?|UPI|PA|Kyodo(?: News)?|Yonhap|Imaginechina|VCG)"
)
_CREDIT_WORD = (
    r"(?:Photo(?:graph)?s?|Photo credit|Image(?: credit)?|Images|Picture|Illustration|Graphic|Credit|PHOTOS?|CREDIT"
    r"|Fotos?|Bild(?:nachweis)?|Crédits?(?: photos?)?|Imagen|Фото|图片来源|摄影)"
)
# A credit is a few words without a verb's sentence around it; it has no full stop inside but in initials.
_WHO = r"(?P<who>(?:[^:.!?]|(?<=[\s/.,][A-Z])\.){2,120}[.)\]]?)$"
_NAMED_CREDIT = re.compile(rf"(?:^|[.!?…”\"')\]] ?|\s)[(\[]?{_CREDIT_WORD}(?: by)?\s?: ?{_WHO}")
_BY_CREDIT = re.compile(
    r"(?:^|[.!?…”\"')] )[(\[]?(?:Photo(?:graph)?s?|Illustration)s? (?:by|courtesy of?) (?P<who>[^:!?]{2,100})$"
)
# The New York Times writes dots for the colon; others say whose courtesy it is, or put the sign of copyright.
_OTHER_CREDIT = re.compile(
    r"(?:Credit\.{3}|(?:^|[.!?…”\"')] ?)[(\[]?(?:(?:Photo|Image) )?[Cc]ourtesy(?: of)?(?: the)? (?=[A-Z])"
    r"|(?:^|[.!?…”\"')] ?)[(\[]?© ?(?=[^\W\d]))(?P<who>[^:!?]{2,80})$"
)
_SLASH_CREDIT = re.compile(rf"[^\s/]{{2,40}} ?/ ?{_AGENCIES}(?: via \S[^/.]{{1,30}})?[)\]]?\.?$")
_BRACKET_CREDIT = re.compile(
    rf"[(\[](?=[^()\[\]]{{0,100}}(?:Photo|Image|/|Getty|Foto))[^()\[\]]{{0,60}}{_AGENCIES}\b[^()\[\]]{{0,60}}[)\]]$"
)
_PHOTOS_FOR = re.compile(r"(?:[A-Z][\w'’.-]{1,30} ?/ ?)?(?:Photos?|Images?) for (?:The )?[A-Z][\w. ]{1,40}$")
_MOST_WORDS = 90
# Each form above holds one of these; nearly all lines of a mail hold none, and every line is asked about.
_SIGNS = (":", "/", "(", "[", "hoto", "llustration", "mage", "Credit...", "ourtesy", "©")


def is_caption(text: str) -> bool:
    """Whether a block of text is a caption by the credit that ends it."""
    if all(sign not in text for sign in _SIGNS):
        return False
    line = " ".join(text.split())
    if not line or len(line) > 900 or line.count(" ") >= _MOST_WORDS:
        return False
    tail = line[-260:]
    for named in (_NAMED_CREDIT, _BY_CREDIT, _OTHER_CREDIT):
        if (found := named.search(tail)) is not None and len(found["who"].split()) <= 12:
            return _is_credit_word_alone(found["who"], line)
    if _SLASH_CREDIT.search(tail) or _BRACKET_CREDIT.search(tail):
        return True
    return _PHOTOS_FOR.search(tail) is not None  # a person "for The Guardian", without the word, is a byline


def _is_credit_word_alone(who: str, line: str) -> bool:
    """A credit names people and agencies: most of its words begin with a capital, or the whole caption is short."""
    names = [word for word in re.split(r"[\s/,&]+", who) if word and word[0].isalpha()]
    capital = sum(word[0].isupper() for word in names)
    return bool(names) and (capital * 2 >= len(names) or (len(names) <= 4 and "/" in who))
