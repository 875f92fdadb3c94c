"""Reasons that the ledger keeps in English, told in other languages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.briefings.delivery import ChannelGone, MayNotPost
from bot.chat.poster import SEND
from bot.rendering.stored_reasons import REASONS, shown_reason
from bot.rendering.wording import speaking

MISSING = str(MayNotPost(SEND))


@pytest.mark.parametrize(
    ("kept", "told"),
    [
        (MISSING, "falta Enviar mensajes"),
        (f"{MISSING}, for 14 days", "falta Enviar mensajes, durante 14 días"),
        (f"no thread for the rest: {MISSING}", "no hay hilo para el resto: falta Enviar mensajes"),
        (str(ChannelGone()), "el canal no existe"),
        ("the bot was offline; the next one carries it", "el bot estaba desconectado; irá en el siguiente"),
        ("what an older version wrote", "what an older version wrote"),
        ("", ""),
    ],
)
def test_a_reason_is_told_in_the_language_that_is_spoken(kept: str, told: str) -> None:
    assert shown_reason(kept) == kept
    with speaking("es"):
        assert shown_reason(kept) == told


@given(st.text(max_size=200) | st.lists(st.sampled_from(REASONS), max_size=40).map("; ".join))
def test_in_english_any_reason_stays_as_it_was_written(reason: str) -> None:
    assert shown_reason(reason) == reason
