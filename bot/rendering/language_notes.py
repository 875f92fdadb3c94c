"""The line that says which language the search model does not know, and the names of languages."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from bot.rendering.wording import gettext as _
from bot.rendering.wording import ngettext, number, series, spoken
from retrieval.models.language_note import LanguageNote

_MOST_NAMED: Final = 3


def shown_note(note: LanguageNote) -> str:
    """``The search model knows English only; this question seems to be in German: only exact words and names …``"""
    if len(note.known) <= _MOST_NAMED:
        knows = _("The search model knows {languages} only").format(languages=_listed(sorted(note.known)))
    else:
        knows = ngettext(
            "The search model knows {count} language", "The search model knows {count} languages", len(note.known)
        ).format(count=number(len(note.known)))
    subjects = []
    if note.asked is not None:
        subjects.append(_("this question seems to be in {language}").format(language=language_name(note.asked)))
    if note.archived:
        subjects.append(_("most articles here are in {languages}").format(languages=_listed(note.archived)))
    both = _("{question}, and {articles}").format(question=subjects[0], articles=subjects[-1])
    found = _("{knows}; {subject}: only exact words and names are found.")
    return found.format(knows=knows, subject=both if len(subjects) > 1 else subjects[0])


def language_name(tag: str) -> str:
    """``de``: German; ``und-Cyrl``: a language in Cyrillic letters; a tag without a name stays a tag."""
    from babel import Locale

    names = Locale.parse(spoken())
    language, _dash, script = tag.partition("-")
    if language == "und" and script in names.scripts:
        return _("a language in {script} letters").format(script=names.scripts[script])
    return str(names.languages.get(tag, tag))


def _listed(tags: Collection[str]) -> str:
    return series([language_name(tag) for tag in tags])
