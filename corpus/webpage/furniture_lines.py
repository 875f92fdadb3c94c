"""Lines that a publisher puts between an article's paragraphs, told by their words; short lines only.

Whole paragraphs are lost by a wrong rule, so each asks for a second sign: that the line is short, leads elsewhere or
begins so. Phrases are by language, in the order English, German, French, Spanish, Portuguese, Italian, Dutch, Polish.
"""

from __future__ import annotations

import re

_READ_ON = (
    r"(?:read|see|watch|listen)(?: it)? (?:also|more|next|now|on)\b",
    r"also (?:on|read|see|watch)\b",
    r"more (?:from|on|about|stories|coverage)\b",
    r"related(?: \w{2,12})?\s?:|related (?:articles?|stories|links?|topics?|posts?)\b",
    r"don['’]?t miss|you (?:may|might) (?:also )?(?:like|enjoy|be interested)|up next|recommended|trending|most read",
    r"further reading|explore further|must[ -]read",
    r"lesen sie (?:auch|mehr|hier)|lies (?:auch|hier)|auch (?:lesen|interessant)|passend dazu|siehe auch|top-themen",
    r"mehr (?:zum thema|dazu|infos?|informationen|lesen|artikel|von|aus)\b|zum (?:weiterlesen|thema)\b|weiterlesen",
    r"weitere (?:infos?|informationen|artikel|themen|nachrichten|beiträge|links)\b|weiterführende",
    r"das (?:könnte|thema könnte|dürfte) |ähnliche (?:artikel|beiträge|themen)",
    r"à lire|lire (?:aussi|également|la suite)|sur le même (?:sujet|thème)|voir aussi|pour aller plus loin",
    r"(?:lea|lee|leer|vea|ver|mira|mire)(?: también| además| más| aquí)?\s?:|(?:lea|lee|vea|ver|mira) también\b",
    r"(?:te|le|les|os) (?:puede|podría) interesar|puedes (?:ver|leer)|también (?:puedes?|lea|lee)",
    r"más (?:información|noticias|sobre)\b|noticias relacionadas|temas\s?:?$",
    r"(?:leia|veja|confira|saiba)(?: também| mais)\b",
    r"leggi (?:anche|tutto)|(?:ti )?potrebbe(?:ro)? interessar",
    r"lees (?:ook|meer|verder)",
    r"czytaj (?:też|także|więcej)|zobacz (?:też|także|również|więcej)|dowiedz się więcej|przeczytaj",
)
_INVITATIONS = (
    r"sign(?:ing)? up (?:for|to|here|now)|subscribe (?:to|now|here|today|for)|click here|share (?:this|it)|like this",
    r"follow (?:us|him|her|them|me|the|@)|tell us what you think|we want to hear|we['’]d like to hear|never miss",
    r"here['’]s our email|download (?:the|our) .{0,30}app|get .{2,60}(?:app|delivered|newsletter|inbox)\b",
    r"join (?:us|our|the conversation)|leave a (?:comment|reply)|comments? (?:are|is) closed|support (?:us|our)",
    r"donate (?:now|today|here)|if you (?:buy|click|make a purchase)",
    r".{0,40}may (?:earn|get|receive) an? (?:\w{2,12} )?(?:share|commission)",
    r"(?:reach|contact|(?:e-?)?mail) the (?:reporter|writer|author)s?",
    r"abonnieren sie|abonniert|folge?(?:n sie|t)? (?:uns|mir)|anzeige\b|keine kommentare|du musst eingeloggt",
    r"jetzt (?:abonnieren|anmelden|bestellen|kaufen|registrieren)|die aktuelle ausgabe",
    r"(?:bitte )?(?:melde|melden sie) (?:dich|sich)\b.{0,20} an\b",
    r"abonnez|suivez|partagez|inscrivez",
    r"suscr[ií]b|síguenos|sigue a\b|comparte|haz clic|únete",
    r"assine|siga-nos|inscreva|compartilhe",
    r"iscriviti|seguici|abbonati",
    r"abonneer|volg ons",
    r"zapisz się|obserwuj|polub",
)
_CREDITS = (
    r"©|\(c\)",
    r"(?:photo(?:graph)?s?|images?|pictures?|(?:photo |image |picture )?credits?|sources?)(?: credit| by)?\s?:",
    r"(?:beitrags|titel|symbol|vorschau|artikel)?(?:bild|foto)(?:er|s|nachweis|rechte|quelle|credit)?\b.{0,20}[:©/]",
    r"quellen?(?:nachweis|angaben?)?\s?:|crédits?(?: photo)?\s?:|(?:fuente|imagen|fonte|bron|źródło)\s?:|fot\.",
)
_READS_ON = re.compile(rf"\W{{0,3}}(?:{'|'.join(_READ_ON)})", re.IGNORECASE)
_INVITES = re.compile(rf"(?:^\W{{0,3}}|[.!?…:] )(?:{'|'.join(_INVITATIONS)})", re.IGNORECASE)
_CREDITS_SOMEBODY = re.compile(rf"\W{{0,3}}(?:{'|'.join(_CREDITS)})", re.IGNORECASE)
_NEWSLETTER = re.compile(r"\bnews-?letters?\b", re.IGNORECASE)
_LABEL = re.compile(r"[^:]{2,40}:\s")
_OPENING_QUOTES = tuple("\"“„«‘'")


def is_furniture_line(text: str, words: int, link_share: float) -> bool:
    """Whether a segment of so many words, of which `link_share` lie in links, is no part of the article's text."""
    return (
        _leads_elsewhere(text, words, link_share)
        or _invites(text, words)
        or (words <= 16 and _CREDITS_SOMEBODY.match(text) is not None)
    )


def _leads_elsewhere(text: str, words: int, link_share: float) -> bool:
    if words <= 40 and link_share >= 0.5 and _LABEL.match(text):  # "Whatever this means:" and a link
        return True
    return words <= 30 and _READS_ON.match(text) is not None and (words <= 9 or link_share >= 0.3 or text.endswith(":"))


def _invites(text: str, words: int) -> bool:
    if words > 45 or text.startswith(_OPENING_QUOTES):  # what somebody says is the article's
        return False
    return _INVITES.search(text) is not None or (words <= 30 and _NEWSLETTER.search(text) is not None)
