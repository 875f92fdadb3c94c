from __future__ import annotations

from retrieval.remembered import Remembered


def test_the_last_values_asked_for_are_made_once() -> None:
    made: list[str] = []
    remembered: Remembered[str, str] = Remembered(2)

    def asked(key: str) -> str:
        def make() -> str:
            made.append(key)
            return key.upper()

        return remembered.of(key, make)

    assert [asked(key) for key in ("a", "b", "a", "c", "a", "b")] == ["A", "B", "A", "C", "A", "B"]
    assert made == ["a", "b", "c", "b"]
