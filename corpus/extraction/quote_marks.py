"""Which lines of a plain text bear a quote mark, and the lines without it. A name in a mark is a word, and stays.

Mail programs mark the answered mail's lines with ``>``, some with a name or initials before it ("Ana> "), some with
``|``, ``:`` or ``}``, some with an indent alone. All but the first are also what people write tables, code and lists
with, so they count as marks only below an attribution, or when the lines read as prose.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Sequence

from corpus.extraction.attributions import head_length, is_attribution, names_writer, starts_head

_ANGLE = re.compile(r"^ {0,4}> ?")
_NAMED = re.compile(r"^ {0,2}(?P<name>[A-Z][A-Za-z]{1,9})>(?: |$)")
_BARRED = re.compile(r"^ ?(?P<mark>[|:}])(?:> ?|[ \t]|$)")
_PERSON = re.compile(r"[A-Z][a-z]+")
_ESCAPED_FROM = re.compile(r"^>From ")
_MORE_THAN_A_NUMBER = re.compile(r"^> ?[$€£]?\d")
_INDENTED = re.compile(r"^(?: {2,}|\t)")
_WORD = re.compile(r"[^\W\d_]{2,}")
# So many words are prose; a row of a table, a shell prompt's command or a line of code have fewer or are full of signs.
_LEAST_WORDS = 4
_FULL_LINE = 66  # characters; mail is wrapped at 65 to 80
_MOST_TRIES = 200  # attributions looked for above lines that may be marked: a hostile text could have millions

# From a mark, the lines that begin with it and all lines, those of them that are quoted.
_Marked = Callable[[str, Sequence[int], Sequence[str]], Sequence[int]]


def without_marks(lines: Sequence[str]) -> tuple[list[str], list[bool]]:
    """The lines without one level of quote marks, and for each whether it had one."""
    bare, quoted = list(lines), [False] * len(lines)
    for number, line in enumerate(lines):
        if (mark := _ANGLE.match(line)) is not None and (">" in line[:2] or _is_not_alone(lines, number)):
            bare[number], quoted[number] = line[mark.end() :], True
    for number, line in enumerate(lines):
        if quoted[number] and number and not quoted[number - 1] and _ends_an_address(lines[number - 1], line):
            bare[number], quoted[number] = line, False
        elif not quoted[number] and _goes_on_unmarked(bare, quoted, number):
            quoted[number] = True
    for number, line in enumerate(lines):
        if not quoted[number] or any(quoted[near] for near in (number - 1, number + 1) if 0 <= near < len(lines)):
            continue
        if _ESCAPED_FROM.match(line):  # a mailbox put the mark there
            bare[number], quoted[number] = line[1:], False
        elif _MORE_THAN_A_NUMBER.match(line) and _breaks_off(lines, number):
            bare[number], quoted[number] = line, False
    for pattern, marked in ((_NAMED, _marked_by_name), (_BARRED, _marked_by_bar)):
        _take(pattern, marked, bare, quoted)
    _take_indented(bare, quoted)
    return bare, quoted


def _is_not_alone(lines: Sequence[str], number: int) -> bool:
    """An indented ">" is a mark when the next or the last line has it too; alone it may be part of an example."""
    near = [lines[place] for place in (number - 1, number + 1) if 0 <= place < len(lines)]
    return any(_ANGLE.match(line) for line in near)


def _ends_an_address(before: str, line: str) -> bool:
    """Whether an attribution was cut before the bracket that closes an address: "Ana <a@x.example" / "> wrote:"."""
    tail = before[-200:]
    return (
        tail.rfind("<") > tail.rfind(">")
        and len(line) <= 80
        and line.rstrip().endswith(":")
        and is_attribution(f"{before}\n{line}", before_quote=True)
    )


def _goes_on_unmarked(bare: Sequence[str], quoted: Sequence[bool], number: int) -> bool:
    """Whether the line is the end of a quoted line that was too long and was cut when its mark was put before it.

    It stands between quoted lines, begins in lower case, and the line above it is full and breaks off.
    """
    if not 0 < number < len(bare) - 1 or not (quoted[number - 1] and quoted[number + 1]):
        return False
    before, line = bare[number - 1].rstrip(), bare[number]
    return (
        len(before) >= _FULL_LINE
        and (before[-1].isalnum() or before[-1] == ",")
        and line[:1].islower()
        and len(line) < _FULL_LINE
    )


def _breaks_off(lines: Sequence[str], number: int) -> bool:
    """Whether the line before is a full one without an end: then "> 5 percent" goes on with "more than"."""
    before = lines[number - 1].rstrip() if number else ""
    return len(before) >= 50 and before[-1].isalnum()


def _take(pattern: re.Pattern[str], marked: _Marked, bare: list[str], quoted: list[bool]) -> None:
    found = {number: mark for number, line in enumerate(bare) if not quoted[number] and (mark := pattern.match(line))}
    by_mark: dict[str, list[int]] = {}
    for number, mark in found.items():
        by_mark.setdefault(mark[1], []).append(number)
    for text, numbers in by_mark.items():
        for number in marked(text, numbers, bare):
            quoted[number] = True
            if pattern is not _NAMED:
                bare[number] = bare[number][found[number].end() :]


def _marked_by_name(name: str, numbers: Sequence[int], lines: Sequence[str]) -> Sequence[int]:
    """A name is a mark as it stands; "AB>" and "SQL>" are told apart by what is above them, or by their words."""
    if _PERSON.fullmatch(name):
        accepted = any(lines[number].partition(">")[2].strip() for number in numbers)
    else:
        accepted = _is_introduced(numbers, lines) or (len(numbers) >= 3 and _is_prose(numbers, lines))
    return numbers if accepted else ()


def _marked_by_bar(bar: str, numbers: Sequence[int], lines: Sequence[str]) -> Sequence[int]:
    """All stretches but tables, when one is below an attribution; for "|", two lines of prose will do."""
    stretches = [stretch for stretch in _stretches(numbers) if not _is_table(stretch, lines)]
    chosen = [number for stretch in stretches for number in stretch]
    if _is_introduced(chosen, lines) or (
        bar == "|" and any(len(stretch) >= 2 and _is_prose(stretch, lines) for stretch in stretches)
    ):
        return chosen
    return ()


def _stretches(numbers: Sequence[int]) -> list[list[int]]:
    """Neighbouring numbers together."""
    stretches: list[list[int]] = []
    for number in numbers:
        if stretches and stretches[-1][-1] == number - 1:
            stretches[-1].append(number)
        else:
            stretches.append([number])
    return stretches


def _is_table(numbers: Sequence[int], lines: Sequence[str]) -> bool:
    rows = sum(lines[number].rstrip().endswith("|") or " | " in lines[number][3:] for number in numbers)
    return len(numbers) >= 2 and rows * 3 > len(numbers)


def _is_prose(numbers: Sequence[int], lines: Sequence[str]) -> bool:
    words = sum(len(_WORD.findall(lines[number][:200])) for number in numbers)
    return words > _LEAST_WORDS * len(numbers)


def _is_introduced(numbers: Sequence[int], lines: Sequence[str]) -> bool:
    """Whether an attribution stands right above one of the first stretches of marked lines."""
    marked = set(numbers)
    first = [number for number in numbers if number - 1 not in marked][:10]
    above = itertools.chain.from_iterable(_above(lines, number) for number in first)
    return any(is_attribution("\n".join(stretch), before_quote=True) for stretch in above)


def _above(lines: Sequence[str], number: int) -> Iterator[Sequence[str]]:
    """The one, two and three lines that end the stretch above, with at most one empty line between."""
    end = number - 1 if number and not lines[number - 1].strip() else number
    for count in (1, 2, 3):
        if end - count < 0 or not lines[end - count].strip():
            return
        yield lines[end - count : end]


def _take_indented(bare: list[str], quoted: list[bool]) -> None:
    """Below an attribution, or from a copied head on, what is indented is quoted up to the next line that is not.

    Below a copied head, prose that goes on with the same indent is quoted too: an answer between the lines parted it.
    """
    tries = 0
    indent_of_head: str | None = None
    number = 0
    while number < len(bare) and tries < _MOST_TRIES:
        line = bare[number]
        if (
            quoted[number]
            or not line.strip()
            or not _INDENTED.match(line)
            or (number and _INDENTED.match(bare[number - 1]))
        ):
            number += 1
            continue
        end = _end_of_indented(bare, quoted, number)
        stretch = [place for place in range(number, end) if bare[place].strip()]
        indent = min((_indent(bare[place]) for place in stretch), key=len)
        above = next((place for place in (number - 1, number - 2) if place >= 0 and bare[place].strip()), None)
        if starts_head(line):
            tries += 1
            taken = head_length([text.strip() for text in bare[number : min(end, number + 24)]]) > 0
            indent_of_head = indent if taken else indent_of_head
        elif above is not None and bare[above].rstrip().endswith((":", "：")):
            tries += 1
            taken = _closes(bare, end) and names_writer(bare[above]) and (above == 0 or not bare[above - 1].strip())
        else:
            taken = indent == indent_of_head and _is_prose(stretch, bare)
        if taken:
            for place in stretch:
                bare[place], quoted[place] = bare[place][len(indent) :], True
        number = max(end, number + 1)


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip(" \t"))]


def _end_of_indented(lines: Sequence[str], quoted: Sequence[bool], start: int) -> int:
    """Behind the last indented line of a stretch that empty lines may part."""
    end = start
    for place in range(start, len(lines)):
        if lines[place].strip():
            if quoted[place] or not _INDENTED.match(lines[place]):
                break
            end = place + 1
    return end


def _closes(lines: Sequence[str], end: int) -> bool:
    """Whether the stretch ends with its paragraph: else only the first line of a paragraph is indented."""
    return end >= len(lines) or not lines[end].strip()
