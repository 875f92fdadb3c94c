"""How to cite an article: a line of text, Markdown, BibTeX. Plain strings; nothing here is meant for Discord's eye."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from bot.rendering.days import MONTHS, shown_date
from bot.rendering.markdown import escaped
from corpus.article import Article, Kind

_LATEX: Final = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\{",
        "}": r"\}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        **{character: f"\\{character}" for character in "#$%&_"},
    }
)


@dataclass(frozen=True, slots=True)
class Citation:
    """One source in three spellings."""

    plain: str
    markdown: str
    bibtex: str


def citation(article: Article, paragraph: int | None = None) -> Citation:
    """An article, or one paragraph of it (from 1), as `Citation`. What is not known is left out, never guessed."""
    title = _line(article.title or article.subject or "Untitled")
    author = _line(article.author or (article.sender_name if article.kind is Kind.REPLY else None) or "")
    outlet = _line(article.outlet or "")
    place = f"{article.id}, ¶{paragraph}" if paragraph else article.id
    via = f"via [{_line(article.list_name)}]" if article.list_name else ""
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
        bibtex=_bibtex(article, title=title, author=author, outlet=outlet, url=url, note=_joined(place, via)),
    )


def _bibtex(article: Article, *, title: str, author: str, outlet: str, url: str, note: str) -> str:
    fields = {"author": _latex(author), "title": f"{{{_latex(title)}}}", "journal": _latex(outlet)}
    if article.published.text:
        year, *rest = article.published.text.split("-")
        fields["year"] = year
        if rest:
            fields["month"] = MONTHS[int(rest[0]) - 1].lower()
        if len(rest) > 1:
            fields["day"] = str(int(rest[1]))
    fields |= {"url": url.translate({ord("{"): "%7B", ord("}"): "%7D"}), "note": _latex(note)}
    lines = [
        f"  {name} = {value if name == 'month' else f'{{{value}}}'}"  # the styles know the months' names unquoted
        for name, value in fields.items()
        if value
    ]
    return f"@{'article' if outlet else 'misc'}{{{article.id},\n" + ",\n".join(lines) + "\n}"


def _latex(text: str) -> str:
    return text.translate(_LATEX)


def _line(text: str) -> str:
    return " ".join(text.split())


def _joined(*parts: str) -> str:
    return ", ".join(part for part in parts if part)
