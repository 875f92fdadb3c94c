"""Which language a text is in: right for the scripts that say so themselves, None where a reader could not tell."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.article import RawItem
from corpus.extraction.drafting import draft_of
from corpus.language import Detected, language_of
from corpus.plain_text import typed_blocks


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("港の鐘が鳴った", "ja"),
        ("ベル", "ja"),
        ("港口的钟响了", "zh"),
        ("港口", "zh"),
        ("항구의 종", "ko"),
        ("Το λιμάνι", "el"),
        ("ท่าเรือปิดแล้ว", "th"),
        ("الميناء مغلق", "ar"),
        ("הנמל סגור", "he"),
        ("Նավահանգիստը փակ է", "hy"),
        ("ნავსადგური", "ka"),
    ],
)
def test_a_script_of_one_language_decides_for_two_words(text: str, tag: str) -> None:
    assert language_of(text) == Detected(tag, "script")


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("The harbor was closed on Sunday when the crew of the ferry found a bell.", "en"),
        ("Der Hafen blieb am Sonntag geschlossen, weil die Mannschaft eine Glocke fand.", "de"),
        ("Le port est resté fermé dimanche parce que l'équipage avait trouvé une cloche.", "fr"),
        ("El puerto permaneció cerrado el domingo porque la tripulación encontró una campana.", "es"),
        ("Il porto è rimasto chiuso domenica perché l'equipaggio ha trovato una campana.", "it"),
        ("O porto ficou fechado no domingo porque a tripulação encontrou um sino.", "pt"),
        ("De haven bleef zondag dicht omdat de bemanning een klok had gevonden.", "nl"),
        ("Port był zamknięty w niedzielę, ponieważ załoga znalazła dzwon.", "pl"),
        ("Порт был закрыт в воскресенье, потому что команда нашла колокол.", "ru"),
        ("Порт був зачинений у неділю, бо команда знайшла дзвін.", "uk"),
        ("بندر روز یکشنبه بسته بود زیرا خدمه یک زنگ پیدا کردند.", "fa"),
        ("THE HARBOR WAS CLOSED ON SUNDAY WHEN THE CREW FOUND A BELL", "en"),
    ],
)
def test_a_sentence_is_enough(text: str, tag: str) -> None:
    assert language_of(text) == Detected(tag, "detected")


@pytest.mark.parametrize(
    "text", ["", "12 34", "Bell", "Taxi Hotel", "https://x.example/the-harbor-was-closed-on-sunday"]
)
def test_too_little_is_unknown(text: str) -> None:
    assert language_of(text) is None


def test_half_in_one_script_and_half_in_two_others_is_unknown() -> None:
    assert language_of("колокол bell колокол bell κουδούνι") is None


def test_what_a_page_declares_settles_a_doubt_and_no_more() -> None:
    assert language_of("Die Glocke") is None
    assert language_of("Die Glocke", "de-AT") == Detected("de", "declared")
    assert language_of("Der Hafen blieb am Sonntag geschlossen, weil es schneite.", "en") == Detected("de", "detected")
    assert language_of("港口", "en-US") == Detected("zh", "script")
    assert language_of("Bell", "not a tag") is None


def test_a_draft_carries_its_language_and_the_rule() -> None:
    item = RawItem(
        source="x",
        format="eml",
        original=b"",
        subject="[Salon] Die Glocke im Hafen",
        blocks=typed_blocks("Der Hafen blieb am Sonntag geschlossen, weil die Mannschaft der Fähre eine Glocke fand."),
    )
    draft = draft_of(item)
    assert (draft.language, draft.fields["language"]) == ("de", "detected")
    unknown = draft_of(replace(item, blocks=(), subject="Bell"))
    assert unknown.language is None
    assert "language" not in unknown.fields


def test_a_better_detector_makes_no_new_revision() -> None:
    draft = draft_of(RawItem(source="x", format="jsonl", original=b"", blocks=(), exact_text="港の鐘が鳴った"))
    assert draft.language == "ja"
    assert replace(draft, language=None).revision_hash() == draft.revision_hash()
    assert replace(draft, title="x").revision_hash() != draft.revision_hash()


def test_quoted_words_of_others_do_not_count() -> None:
    quote = "> Der Hafen blieb am Sonntag geschlossen, weil die Mannschaft der Fähre eine Glocke fand.\n" * 5
    text = (
        f"On Fri, May 2, 2031 at 9:13 AM Ana Bee <ana@x.example> wrote:\n{quote}\nI read this with some doubt about it."
    )
    item = RawItem(source="x", format="eml", original=b"", subject="Re: Glocke", blocks=typed_blocks(text))
    assert draft_of(item).language == "en"


@given(st.text(max_size=200), st.one_of(st.none(), st.text(max_size=8)))
def test_any_text_has_a_language_or_none(text: str, declared: str | None) -> None:
    found = language_of(text, declared)
    assert found is None or (found.tag.isascii() and found.tag.islower() and 2 <= len(found.tag) <= 3)


def test_the_model_is_loaded_with_the_first_text_that_needs_it() -> None:
    code = (
        "import sys, corpus.extraction.drafting, corpus.language as language\n"
        "assert language.language_of('港の鐘').tag == 'ja'\n"
        "assert not {'py3langid', 'numpy'} & sys.modules.keys(), sorted(sys.modules)\n"
        "language.language_of('The harbor was closed on Sunday.')\n"
        "assert 'py3langid' in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
