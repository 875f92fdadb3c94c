"""What the environment says."""

from __future__ import annotations

import pytest

from bot.errors import SettingsError
from bot.settings import Settings


@pytest.mark.parametrize(
    ("value", "expected"), [("", False), ("0", False), ("off", False), ("1", True), (" Yes ", True)]
)
def test_personal_digests_are_off_unless_the_operator_turns_them_on(value: str, expected: bool) -> None:
    assert Settings.from_environ({"BRIEFING_PERSONAL_DIGESTS": value}).personal_digests is expected
    assert not Settings.from_environ({}).personal_digests


def test_a_switch_that_is_neither_on_nor_off_is_named() -> None:
    with pytest.raises(SettingsError, match="BRIEFING_PERSONAL_DIGESTS is 'perhaps'"):
        Settings.from_environ({"BRIEFING_PERSONAL_DIGESTS": "perhaps"})
