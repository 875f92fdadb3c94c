"""How to cite an article: a line of text, Markdown, BibTeX. Plain strings; nothing here is meant for Discord's eye."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from bot.rendering.days import MONTHS, shown_date
from bot.rendering.markdown import escaped
from bot.rendering.quotes import author_of, title_of
from bot.rendering.wording import gettext as _
from corpus.article import Article

# BibTeX counts braces whatever stands before them, so an escaped one without its partner would end the field early.
_LATEX: Final = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        **{character: f"\\{character}" for character in "#$%&_"},
    }
)
_IN_URL: Final = str.maketrans({"{": "%7B", "}": "%7D", "\\": "%5C"})  # which are no part of an address unencoded
_BETWEEN_PEOPLE: Final = re.compile(r" ?[,;&] ?(?:and )?| and ")


@dataclass(frozen=True, slots=True)
class Citation:
    """One source in three spellings."""

    plain: str
    markdown: str
    bibtex: str


def citation(article: Article, *paragraphs: int) -> Citation:
    """An article, or some paragraphs of it (from 1), as `Citation`. What is not known is left out, never guessed."""
    title = _line(title_of(article))
    author = _line(author_of(article) or "")
    outlet = _line(article.outlet or "")
    place = _joined(article.id, *(f"¶{number}" for number in paragraphs))
    via = _("via {list}").format(list=f"[{_line(article.list_name)}]") if article.list_name else ""
    url = article.url if article.url and re.fullmatch(r"https?://[^\s<>]+", article.url) else ""
    date = shown_date(article)
    return Citation(
        plain=_joined(author, f"“{title}”", outlet, date, place, via) + "." + (f" {url}" if url else ""),
        markdown=_joined(
            escaped(author),
            f"[{escaped(title)}](<{url}>)" if url else f"“{escaped(title)}”",
            f"*{escaped(outlet)}*" if outlet else "",
            date,
            place,
            escaped(via),
        )
        + ".",
        # An entry has fields for a date of publication alone.
        bibtex=_bibtex(
            article,
            title=title,
            author=author,
            outlet=outlet,
            url=url,
            note=_joined(place, via, date if article.posted and not article.published.text else ""),
        ),
    )


def _bibtex(article: Article, *, title: str, author: str, outlet: str, url: str, note: str) -> str:
    fields = {"author": _people(author), "title": f"{{{_latex(title)}}}", "journal": _latex(outlet)}
    if article.published.text:
        year, *rest = article.published.text.split("-")
        fields["year"] = year
        if rest:
            fields["month"] = MONTHS[int(rest[0]) - 1].lower()
        if len(rest) > 1:
            fields["day"] = str(int(rest[1]))
    fields |= {"url": url.translate(_IN_URL), "note": _latex(note)}
    lines = [
        f"  {name} = {value if name == 'month' else f'{{{value}}}'}"  # the styles know the months' names unquoted
        for name, value in fields.items()
        if value
    ]
    return f"@{'article' if outlet else 'misc'}{{{article.id},\n" + ",\n".join(lines) + "\n}"


def _people(byline: str) -> str:
    """Persons joined as BibTeX joins them; what is not a list of full names stays together in braces of its own."""
    people = _BETWEEN_PEOPLE.split(byline)
    if not byline or any(" " not in person for person in people):
        return f"{{{_latex(byline)}}}" if byline else ""
    return " and ".join(map(_latex, people))


def _latex(text: str) -> str:
    return text.translate(_LATEX)


def _line(text: str) -> str:
    return " ".join(text.split())


def _joined(*parts: str) -> str:
    return ", ".join(part for part in parts if part)
