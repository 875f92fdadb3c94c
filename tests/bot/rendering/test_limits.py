from __future__ import annotations

from hostile import characters, monstrous
from hypothesis import given
from hypothesis import strategies as st

from bot.rendering.limits import clip, fitting, units, whole_before


@given(st.text(characters))
def test_units_are_what_utf_16_takes(text: str) -> None:
    assert units(text) == len(text.encode("utf-16-le")) // 2


@given(monstrous, st.integers(1, 200))
def test_a_label_is_one_line_within_its_limit(text: str, limit: int) -> None:
    label = clip(text, limit)
    assert units(label) <= limit
    assert "\n" not in label
    assert label == " ".join(text.split()) or label.endswith("…")


@given(monstrous, st.integers(0, 300))
def test_what_fits_fits(text: str, limit: int) -> None:
    assert units(text[: fitting(text, limit)]) <= max(limit, 0)


def test_no_character_is_torn() -> None:
    family, england, flags = "👩‍👩‍👧‍👦", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "🇩🇪🇫🇷"
    assert {whole_before(f"a{family}b", at) for at in range(2, 8)} == {1}
    assert {whole_before(f"a{england}b", at) for at in range(2, 8)} == {1}
    assert [whole_before(flags, at) for at in range(1, 4)] == [0, 2, 2]
    assert whole_before("xe\u0301y", 2) == 1


def test_what_is_short_enough_is_left_as_it_is() -> None:
    assert clip("Harbour  Gazette", 80) == "Harbour Gazette"
    assert clip("Harbour Gazette", 9) == "Harbour…"
