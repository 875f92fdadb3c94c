"""What is kept about a person."""

from __future__ import annotations

from dataclasses import dataclass

from bot.rendering.actions.action import Action


@dataclass(frozen=True, slots=True)
class ShowMyData(Action):
    NAME = "mydata"


@dataclass(frozen=True, slots=True)
class DeleteMyData(Action):
    """Ask whether to delete, and, `sure` being 1, do it."""

    NAME = "forget"
    sure: int
