"""The language of a text as a BCP 47 tag, and None rather than a guess.

A script that one language alone uses decides by itself, for a headline as for a page. For the others py3langid is
asked: it knows some hundred languages, and its probability says when it is unsure. Its model (4.5 MB, read in half a
second) and numpy below it are loaded with the first text that needs them.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

# Scripts, their letters in Unicode, and the tag of the one language of any size that is written in them; no tag where
# there are several (Hebrew letters also write Yiddish, Ethiopic ones Tigrinya: left to the larger language).
_SCRIPTS: tuple[tuple[str, str, str], ...] = (
    ("Latin", "A-Za-zªºÀ-ÖØ-öø-ɏḀ-ỿ", ""),
    ("Greek", "Ͱ-Ͽἀ-῿", "el"),
    ("Cyrillic", "Ѐ-ԯ", ""),
    ("Armenian", "Ա-֏", "hy"),
    ("Hebrew", "א-ת", "he"),
    ("Arabic", "ء-يٮ-ۓۺ-ۿݐ-ݿﭐ-﻿", ""),
    ("Devanagari", "ऀ-ॿ", ""),
    ("Bengali", "ঀ-৿", ""),
    ("Gurmukhi", "਀-੿", "pa"),
    ("Gujarati", "઀-૿", "gu"),
    ("Tamil", "஀-௿", "ta"),
    ("Telugu", "ఀ-౿", "te"),
    ("Kannada", "ಀ-೿", "kn"),
    ("Malayalam", "ഀ-ൿ", "ml"),
    ("Sinhala", "඀-෿", "si"),
    ("Thai", "ก-๿", "th"),
    ("Lao", "຀-໿", "lo"),
    ("Tibetan", "ༀ-࿿", "bo"),
    ("Burmese", "က-႟", "my"),
    ("Georgian", "Ⴀ-ჿ", "ka"),
    ("Ethiopic", "ሀ-፿", "am"),
    ("Khmer", "ក-៿", "km"),
    ("Kana", "ぁ-ヿｦ-ﾟ", "ja"),
    ("Hangul", "가-힣ᄀ-ᇿ㄰-㆏", "ko"),
    ("Han", "一-鿿㐀-䶿", "zh"),
)
_ONLY = {name: tag for name, _, tag in _SCRIPTS if tag}
# Letters that Arabic itself does not use; with one of them a short text may be Persian, Urdu, Pashto, Kurdish.
_NOT_ARABIC = re.compile("[ٹپچڈڑژکگںھۀ-ۓەیټځڅډړږښڼ]")
_UNSPACED = re.compile("[一-鿿㐀-䶿ぁ-ヿก-๿຀-໿က-႟ក-៿]")
_ADDRESS = re.compile(r"https?://\S{1,2000}|\S{1,64}@\S{1,255}")
_MOST_CHARACTERS = 800  # more text than this changes no answer
# Measured, see benchmarks/RESULTS.md, "Language": below these the model is wrong more often than it is worth.
_LEAST_LETTERS = 25
_SHORT = 60  # letters; a headline in a language of many loanwords looks like another
_LEAST_PROBABILITY, _LEAST_OF_SHORT = 0.6, 0.8
_LEAST_WITH_DECLARED = 0.2


# Spoken varieties and creoles that news is hardly written in; the model took lists of names and broken text for them.
_NEVER = frozenset({"an", "ary", "arz", "ext", "gcf", "gcr", "pcm"})
_NO_LANGUAGE = "zxx"  # ISO 639: figures, code


@dataclass(frozen=True, slots=True)
class Detected:
    """A language and the rule that found it."""

    tag: str  # BCP 47, the language alone: "de", "zh"
    rule: str


def language_of(text: str, declared: str | None = None) -> Detected | None:
    """The language of most of the text; None for a text that is too short or could be several.

    `declared` is what the container says (``lang="de-AT"``): pages say it wrongly too often to be believed alone, so
    it only decides between languages that the text could be.
    """
    sample = _ADDRESS.sub(" ", text[:_MOST_CHARACTERS])
    counts = _scripts(sample)
    # A few kana among Chinese characters are Japanese; a few Chinese characters in Korean are not Chinese.
    han = counts["Han"]
    if han and counts["Kana"] >= 0.05 * han:
        counts["Kana"] += han
        counts["Han"] = 0
    total = sum(counts.values())
    if total < 2:
        return None
    script, of_script = counts.most_common(1)[0]
    if of_script < 0.5 * total:
        return None
    if script in _ONLY:
        return Detected(_ONLY[script], "script")
    if script == "Arabic" and not _NOT_ARABIC.search(sample):
        return Detected("ar", "script")
    tag, probability = likeliest(sample)
    if tag == _NO_LANGUAGE:
        return None
    said = _primary(declared)
    least = _LEAST_OF_SHORT if of_script < _SHORT else _LEAST_PROBABILITY
    if of_script >= _LEAST_LETTERS and probability >= least:
        return Detected(tag, "detected")
    if said is not None and said == tag and probability >= _LEAST_WITH_DECLARED:
        return Detected(tag, "declared")
    return None


def main_script(text: str) -> str | None:
    """The script of more than half of a text's letters ("Latin", "Cyrillic", "Han"); None where there is none."""
    counts = _scripts(text[:_MOST_CHARACTERS])
    script, of_script = next(iter(counts.most_common(1)), (None, 0))
    return script if 2 * of_script > counts.total() else None


def likeliest(text: str) -> tuple[str, float]:
    """The likeliest language of a text, however short, and its probability: for who knows more than the text."""
    tag, probability = _model().classify(" ".join(text[:_MOST_CHARACTERS].split()))
    return str(tag), float(probability)


def word_count(text: str) -> int:
    """Words, addresses not counted; of scripts that put no space between words, two letters are one."""
    count = sum(not word.startswith(("http://", "https://", "<http")) for word in text.split())
    return count if text.isascii() else count + len(_UNSPACED.findall(text)) // 2


def _scripts(text: str) -> Counter[str]:
    """How many letters of a text each script has."""
    counts: Counter[str] = Counter()
    for character, times in Counter(text).items():
        if (name := _script(character)) is not None:
            counts[name] += times
    return counts


@lru_cache(maxsize=4096)
def _script(character: str) -> str | None:
    return next((name for name, letters, _ in _SCRIPTS if re.match(f"[{letters}]", character)), None)


def _primary(declared: str | None) -> str | None:
    """The language of a tag such as ``de-AT`` or ``pt_BR``."""
    found = re.match(r"\s*([A-Za-z]{2,3})(?:[-_]|\s*$)", declared or "")
    return found.group(1).lower() if found else None


@lru_cache(maxsize=1)
def _model() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    model = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    model.set_languages(set(model.labels) - _NEVER)
    return model
