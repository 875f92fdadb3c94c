"""Who says so: the speaker whom a sentence itself names. Pure.

A wrong name is worse than none: a sentence with two speakers, a speaker in a side clause ("after Wei said ..."), an
office or a group without a name ("Wei’s office", "critics") has no speaker.
"""

from __future__ import annotations

import re

from retrieval.questions.question import STOP_WORDS

_GAP = r"[ \u00a0]"
_SAYING = (
    r"(?:said|says|told|tells|added|adds|wrote|writes|argued|argues|claimed|denied|denies|warned|warns|explained"
    r"|explains|announced|insisted|insists|testified|acknowledged|acknowledges|noted|stated|recalled|tweeted|responded|replied"
    r"|(?:was|is) quoted as saying|claims(?= (?:that|he|she|it|they|to)\b)|notes(?= that\b)|states(?= that\b))"
)
_ADVERB = r"(?:now|also|later|then|once|has|have|had|repeatedly|previously|[a-z]{2,15}ly)"
_TITLES = (
    r"(?:Dr|Mr|Mrs|Ms|Mx|Prof|Sen|Rep|Gov|Gen|Lt|Col|Capt|Sgt|Maj|Adm|Cmdr|Rev|Fr|Hon|Amb|St|Insp|Supt|Det|Dep|Asst|Atty"
    r")"
)
_WORD = r"(?:Jr\.|Sr\.|[A-Z](?:[\w’'-]*[\w]|\.(?:[A-Z]\.){0,3})?)"
_NAME = (
    rf"(?:{_TITLES}\.{_GAP}){{0,2}}{_WORD}"
    rf"(?:{_GAP}(?:(?:de|du|van|von|bin|al|der|la|le|el|of|for|and|the){_GAP}){{0,2}}(?:al-|el-)?{_WORD}){{0,6}}"
)
# What may stand between a role and its name, lower case: "said spokesman Wei Xiaojun", "according to the economist Li".
_ROLE = (
    r"(?:spokes(?:man|woman|person)|minister|secretary|president|chairman|chairwoman|chair|director|chief|head|officer|"
    r"executive|analyst|economist|lawyer|attorney|prosecutor|professor|researcher|scientist|historian|author|editor|"
    r"reporter|journalist|activist|resident|farmer|teacher|doctor|nurse|senator|governor|mayor|judge|detective|sheriff|"
    r"ambassador|diplomat|general|colonel|captain|sergeant|founder|co-founder|owner|coach|manager|player|singer|actor|"
    r"actress|writer|expert|critic|leader|lawmaker|candidate|campaigner|official)"
)
_ROLES = rf"(?:(?:the{_GAP}|an?{_GAP})?(?:[a-z][\w’'-]{{1,20}}{_GAP}){{0,3}}{_ROLE}{_GAP}|the{_GAP})?"
# Looks ahead only, so that one name may stand within the apposition of another: "A spokesman, Wei Xiaojun, said".
_BEFORE = re.compile(
    rf"(?<![\w’'.-])(?=({_NAME})(?:(?P<apposed>,)|,{_GAP}[^“”\"]{{2,160}}?,)?{_GAP}"
    rf"(?:{_ADVERB}{_GAP}){{0,3}}{_SAYING}\b(?! to (?:be|have)\b))"
)
_AFTER = (
    re.compile(rf"[,?!”\"’—]{_GAP}?{_SAYING}{_GAP}{_ROLES}({_NAME})"),
    re.compile(rf"\b[Aa]ccording{_GAP}to{_GAP}{_ROLES}({_NAME})"),
    re.compile(rf"\b[Ii]n{_GAP}the{_GAP}words{_GAP}of{_GAP}{_ROLES}({_NAME})"),
    re.compile(rf"\bquoted{_GAP}{_ROLES}({_NAME})(?:,{_GAP}[^“”\"]{{2,80}},)?{_GAP}as{_GAP}saying\b"),
)
_PUT_IT = re.compile(rf"\b[Aa]s{_GAP}({_NAME}){_GAP}(?:put{_GAP}it|said|says|noted|wrote)\b")
# What follows a whole name. "’s office", "data" or "and Li" would make it half of something else.
_WHOLE = re.compile(
    rf"\s*$|[,.;:!?)”\"—–]|{_GAP}(?:who|in|on|at|of|from|as|during|after|when|before|last|this|told)\b|{_GAP}[—–(]"
)
_AND_ANOTHER = re.compile(rf"{_GAP}(?:and|or|&){_GAP}")
# The word before a subject: nothing, the end of a clause, a role, or one of these.
_SUBJECT_AFTER = frozenset({"that", "as", "so", "yet"})
_ENDS_CLAUSE = re.compile(r"[,;:—–“”\"(?!.…‘’]\s*$|^\s*$")
_ROLE_BEFORE = re.compile(  # "guitarist Peter Buck told"
    rf"\b(?:{_ROLE}"
    r"|(?!(?:under|over|(?:an)?other|however|whether|rather|later|earlier|n?ever|former|after|near)\b)"
    r"[a-z]{3,15}(?:er|or|ist|ian|ant))\s$"
)
_ROLE_AND_COMMA = re.compile(rf"\b{_ROLE},\s$")
_SIDE_WORDS = frozenset(
    "after before when since until once although though while whereas if whether what whatever which how who whom "
    "unless because".split()
)
_MAY_LEAD = frozenset(  # the words that may begin a sentence before its subject, without a comma
    "yesterday today meanwhile still however instead indeed but and so then also later earlier separately elsewhere "
    "president monday tuesday wednesday thursday friday saturday sunday".split()
)

_NOBODY = STOP_WORDS | frozenset(
    "monday tuesday wednesday thursday friday saturday sunday january february march april june july august "
    "september october november december police people another meanwhile while still yesterday today many several "
    "everyone everybody nobody someone somebody anyone staff management government congressional local state "
    "federal president opposition prosecution defence defense neither none others however instead indeed "
    "elsewhere separately earlier sources officials experts critics authorities analysts researchers scientists "
    "media counsel".split()
)
_PEOPLES = frozenset(
    "american chinese russian british french german japanese indian european israeli iranian iraqi turkish korean "
    "mexican canadian australian italian spanish dutch swiss swedish polish greek ukrainian african asian arab "
    "western republican democrat democratic conservative liberal catholic muslim christian jewish texan "
    "californian".split()
)
_COMMON_ENDINGS = re.compile(r"(?:[^siu’']s|ment|tion|ity|ship|men|women|folk)$")
_SURNAMES_IN_S = frozenset(
    "jones williams adams rogers sanders andrews evans edwards roberts phillips stevens peters hughes thomas "
    "james burns myers collins simmons hayes woods brooks watkins jenkins perkins gates walters richards matthews "
    "daniels owens stephens reynolds barnes chambers fields parsons dawkins hawkins torres flores reyes rhodes "
    "powers saunders".split()
)
_MOST_READ = 1_000  # code points of a sentence


def speaker_in(sentence: str) -> str | None:
    """The name of whoever a sentence says said it, exactly as the sentence has it; None for nobody, or two."""
    sentence = sentence[:_MOST_READ]
    found: list[str] = []
    for match in (*_BEFORE.finditer(sentence), *_PUT_IT.finditer(sentence)):
        if match.groupdict().get("apposed") and not _ROLE_AND_COMMA.search(sentence[: match.start(1)]):
            continue  # "The office in Portland, Oregon, said"; but "A spokesman, Wei Xiaojun, said"
        name = _named(match[1])
        before = sentence[: match.start(1)]
        led_by = [word.casefold().strip(".,") for word in match[1][: match[1].find(name)].split()] if name else []
        if led_by[-1:] == ["the"]:
            led_by.pop()
        last = (led_by or [word for word in before.casefold().split() if word != "the"][-1:] or [""])[-1]
        if last in _SIDE_WORDS:
            return None  # what the sentence tells is not what this person said
        if not name or not set(led_by) <= _MAY_LEAD or not _is_subject(before):
            continue
        if before.strip(' “"‘(') or not _is_common(name):
            found.append(name)
    for pattern in _AFTER:
        for match in pattern.finditer(sentence):
            rest = sentence[match.end(1) :]
            if not _WHOLE.match(rest) or _AND_ANOTHER.match(rest):
                continue
            if name := _named(match[1]):
                found.append(name)
    return _only(found)


def _is_subject(before: str) -> bool:
    """Whether a name after these words can be the subject of a main clause, and a whole one."""
    if _ENDS_CLAUSE.search(before) or _ROLE_BEFORE.search(before):
        return True
    words = before.split()
    last = words[-1].casefold()
    if last == "the":  # "the United Nations said"; but "officials of the United Nations said"
        return _ENDS_CLAUSE.search(before[: before.rstrip().rfind(words[-1])]) is not None or (
            len(words) > 1 and words[-2].casefold() in _SUBJECT_AFTER
        )
    if last in ("and", "but"):  # ", and Wei said", but not "Li and Wei said"
        return before.rstrip()[: -len(last)].rstrip().endswith((",", ";", "”", '"'))
    return last in _SUBJECT_AFTER


def _named(name: str) -> str:
    """A name without words that only begin the sentence ("Yesterday Wei"); "" where it is nobody's."""
    while (head := name.split(maxsplit=1)) and head[0].rstrip(".,").casefold() in _NOBODY:
        name = head[1] if len(head) > 1 else ""
    words = name.split()
    if not words or len(name.rstrip(".")) < 2 or any(word.endswith(("’s", "'s")) for word in words):
        return ""
    if not words[0][0].isupper() or words[-1].casefold().rstrip("s") in _PEOPLES:
        return ""
    if " and " in name and not re.search(r"\b(?:of|for)\b", name):
        return ""  # two people, or an organisation that cannot be told from two people
    return name


def _is_common(name: str) -> bool:
    """Whether the one word that begins a sentence is likely a noun: "Residents said"."""
    folded = name.casefold()
    return " " not in name and folded not in _SURNAMES_IN_S and _COMMON_ENDINGS.search(folded) is not None


def _only(names: list[str]) -> str | None:
    """The one speaker among names of whom some are shorter ("Wei" beside "Wei Xiaojun"): the longest; else nobody."""
    if not names:
        return None
    longest = max(names, key=len)
    return longest if all(set(name.split()) <= set(longest.split()) for name in names) else None
