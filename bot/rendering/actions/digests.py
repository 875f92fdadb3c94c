"""What is pressed about digests.

`draft` is the number of what is being set up, which the ledger keeps for some days: a digest has more to it than fits
into an id. `run` is the id of a delivery without its hash sign, as its footers show it.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.rendering.actions.action import Action, Run, Word


@dataclass(frozen=True, slots=True)
class WatchQuestion(Action):
    """Watch the question that a message could not answer, in this channel."""

    NAME = "watch"


@dataclass(frozen=True, slots=True)
class DigestStart(Action):
    """Save what a preview shows: a new digest, or one that was changed."""

    NAME = "start"
    draft: int


@dataclass(frozen=True, slots=True)
class DigestChange(Action):
    """Change what a preview shows; also the form for it. `form` is a name of `bot.chat.digest_form.FORMS`."""

    NAME = "change"
    draft: int
    form: Word


@dataclass(frozen=True, slots=True)
class DigestPreview(Action):
    """Back to a preview, made anew."""

    NAME = "preview"
    draft: int


@dataclass(frozen=True, slots=True)
class DigestMatches(Action):
    """Which of the newest articles would match, and why; `page` from 0."""

    NAME = "matches"
    draft: int
    page: int


@dataclass(frozen=True, slots=True)
class DigestCancel(Action):
    """Throw a preview away."""

    NAME = "cancel"


@dataclass(frozen=True, slots=True)
class DigestSelect(Action):
    """A menu of digests; the chosen value is a subscription's number."""

    NAME = "digests"


@dataclass(frozen=True, slots=True)
class DigestShow(Action):
    """One digest of the list."""

    NAME = "digest"
    subscription: int


@dataclass(frozen=True, slots=True)
class DigestList(Action):
    """Back to the list of digests; `page` from 0."""

    NAME = "list"
    page: int | None = None


@dataclass(frozen=True, slots=True)
class DigestEdit(Action):
    NAME = "edit"
    subscription: int


@dataclass(frozen=True, slots=True)
class DigestPause(Action):
    NAME = "pause"
    subscription: int


@dataclass(frozen=True, slots=True)
class DigestResume(Action):
    NAME = "resume"
    subscription: int


@dataclass(frozen=True, slots=True)
class DigestPostNow(Action):
    NAME = "post"
    subscription: int


@dataclass(frozen=True, slots=True)
class DigestHistory(Action):
    """The last runs of a digest."""

    NAME = "history"
    subscription: int


@dataclass(frozen=True, slots=True)
class DigestRunSelect(Action):
    """A menu of a digest's runs; the chosen value is a run."""

    NAME = "runs"


@dataclass(frozen=True, slots=True)
class DigestRunPage(Action):
    """What became of each article of a run; `page` from 0."""

    NAME = "run"
    run: Run
    page: int


@dataclass(frozen=True, slots=True)
class DigestRemove(Action):
    NAME = "remove"
    subscription: int


@dataclass(frozen=True, slots=True)
class DigestUndoRemove(Action):
    NAME = "undo"
    subscription: int


@dataclass(frozen=True, slots=True)
class DigestItemSelect(Action):
    """A menu of a run's articles; the chosen value is an article's number."""

    NAME = "items"
    run: Run | None = None


@dataclass(frozen=True, slots=True)
class DigestItem(Action):
    """One article of a run: what it says, who else reports it, and what can be done with it."""

    NAME = "item"
    run: Run
    article: int


@dataclass(frozen=True, slots=True)
class DigestMore(Action):
    """What was over the limit of a run; `page` from 0."""

    NAME = "rest"
    run: Run
    page: int


@dataclass(frozen=True, slots=True)
class DigestWhy(Action):
    """Why an article is in a run, or is not."""

    NAME = "why"
    run: Run
    article: int


@dataclass(frozen=True, slots=True)
class DigestNotRelevant(Action):
    NAME = "irrelevant"
    run: Run
    article: int


@dataclass(frozen=True, slots=True)
class DigestRelevantAgain(Action):
    """Take "not relevant" back."""

    NAME = "relevant"
    run: Run
    article: int
