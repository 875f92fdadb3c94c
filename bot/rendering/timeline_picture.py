"""Draws a timeline as a PNG. Nothing here knows Discord or the archive; matplotlib is imported when first drawn.

Only numbers, days and outlets' names are drawn, never what anybody searched for. A name that no font on this machine
can show becomes "outlet 2": the page's own text, which its reader's fonts show, lists the outlets in the same order.
"""

from __future__ import annotations

import io
import threading
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Final

from bot.rendering.limits import clip
from bot.rendering.timeline import Bar, Step, Timeline, bar_label, outlet_label, step_heading
from bot.rendering.wording import ENGLISH, number, speaking
from bot.rendering.wording import gettext as _

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.font_manager import FontProperties

SIZE_INCHES: Final = (7.0, 4.0)
DOTS_PER_INCH: Final = 150  # 1,050 by 600 pixels: sharp on a phone, some 30 kB
# On a phone that shows the picture 400 pixels wide, as large as the words around it.
FONT_POINTS, SMALL_POINTS = 12.0, 10.0
LABEL_CHARACTERS: Final = 70  # along the bottom, with three between one label and the next
NUMBERED_BARS: Final = 24  # up to so many bars, each has its number above it
NAME_CHARACTERS: Final = 24

# The colours of the squares that stand for them in text, on the background of Discord's dark theme.
COLOURS: Final = ("#4f90e0", "#e39b2d", "#3fb37f", "#b07ad9", "#eed94c", "#e0524f")
OTHERS: Final = "#c9ccd1"
BACKGROUND, INK, GRID = "#2b2d31", "#dbdee1", "#4e5058"

# Those of these that there are: the first comes with matplotlib, the others show Chinese, Japanese and Korean.
FAMILIES: Final = (
    "DejaVu Sans",
    "Noto Sans CJK SC",
    "Noto Sans CJK JP",
    "Source Han Sans SC",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "Droid Sans Fallback",
    "Microsoft YaHei",
    "Malgun Gothic",
    "PingFang SC",
    "Hiragino Sans",
    "Arial Unicode MS",
)

_ONE_AT_A_TIME = threading.Lock()  # matplotlib's fonts are shared by all figures, and not made for threads


def timeline_png(shown: Timeline) -> bytes:
    """The picture of a timeline that has bars: outlets stacked, other outlets on top. Blocking, some 0.2 s of CPU.

    The first picture of a process takes seconds where matplotlib has not seen this machine's fonts before.
    """
    with _ONE_AT_A_TIME:
        return _drawn(shown)


def _drawn(shown: Timeline) -> bytes:
    # Figure and canvas alone: pyplot would keep every figure, and look for a display.
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=SIZE_INCHES, dpi=DOTS_PER_INCH, layout="constrained", facecolor=BACKGROUND)
    FigureCanvasAgg(figure)
    axes = figure.add_subplot(facecolor=BACKGROUND)
    colours = [*COLOURS[: len(shown.outlets)], *([OTHERS] if shown.others else [])] if shown.outlets else [COLOURS[0]]
    _draw_bars(axes, shown, colours)
    _draw_axes(axes, shown)
    if shown.outlets:
        _draw_legend(figure, shown, colours)
    written = io.BytesIO()
    figure.savefig(written, format="png", facecolor=BACKGROUND, metadata={"Software": None})
    return written.getvalue()


def _draw_bars(axes: Axes, shown: Timeline, colours: Sequence[str]) -> None:
    places = range(len(shown.bars))
    bottom = [0] * len(shown.bars)
    for column, colour in enumerate(colours):
        heights = [bar.counts[column] for bar in shown.bars]
        highest = axes.bar(places, heights, bottom=bottom, color=colour, width=0.8, linewidth=0)
        bottom = [below + height for below, height in zip(bottom, heights, strict=True)]
    if len(shown.bars) <= NUMBERED_BARS:
        totals = [number(total) if total else "" for total in bottom]
        axes.bar_label(highest, totals, padding=2, color=INK, fontproperties=_font(SMALL_POINTS))


def _draw_axes(axes: Axes, shown: Timeline) -> None:
    from matplotlib.ticker import MaxNLocator

    small = _font(SMALL_POINTS)
    labels = [_label(bar, shown.step) for bar in shown.bars]
    most = max(2, LABEL_CHARACTERS // (max(map(len, labels)) + 3))
    every = -(-len(labels) // most)
    axes.set_xticks(range(0, len(labels), every), labels[::every], fontproperties=small)
    beside = max(0.5 + len(labels) / 25, 2 - len(labels) / 2)  # room for the first label; one bar alone is no wall
    axes.set_xlim(-beside, len(labels) - 1 + beside)
    axes.yaxis.set_major_locator(MaxNLocator(nbins=5, integer=True, min_n_ticks=1))
    axes.set_ylim(0, max(bar.total for bar in shown.bars) * 1.12)
    for label in axes.get_yticklabels():
        label.set_fontproperties(small)
    axes.set_title(_heading(shown), color=INK, fontproperties=_font(FONT_POINTS), loc="left", parse_math=False)
    axes.tick_params(colors=INK, length=0)
    axes.grid(axis="y", color=GRID, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.spines[:].set_visible(False)


def _draw_legend(figure: Figure, shown: Timeline, colours: Sequence[str]) -> None:
    from matplotlib.patches import Patch

    legend = figure.legend(
        [Patch(color=colour) for colour in colours],
        [str(place) for place in range(len(colours))],
        loc="outside lower left",
        ncols=min(len(colours), 3),
        frameon=False,
        labelcolor=INK,
        prop=_font(SMALL_POINTS),
        handlelength=1.0,
        handleheight=1.0,
        columnspacing=1.5,
    )
    # Names are set afterwards: given as labels, "_x" would be left out and "$x$" read as a formula.
    for place, (text, (outlet, _count)) in enumerate(zip(legend.get_texts(), shown.by_outlet(), strict=True)):
        text.set_parse_math(False)
        text.set_text(_name(outlet, place))


def _heading(shown: Timeline) -> str:
    heading = step_heading(shown.step)
    if _shows(heading):
        return heading
    with speaking(ENGLISH):
        return step_heading(shown.step)


def _label(bar: Bar, step: Step) -> str:
    label = bar_label(bar, step)
    if _shows(label):
        return label
    with speaking(ENGLISH):
        return bar_label(bar, step)


def _name(outlet: str | None, place: int) -> str:
    name = clip(outlet_label(outlet), NAME_CHARACTERS)
    if _shows(name):
        return name
    if outlet is None:
        return "other"
    numbered = _("outlet {number}").format(number=place + 1)
    return numbered if _shows(numbered) else f"{place + 1}"


def _shows(text: str) -> bool:
    """Whether some font has each character; what is drawn must be in sight and go from left to right."""
    return all(character == " " or (character.isprintable() and _has_glyph(character)) for character in text)


def _font(points: float) -> FontProperties:
    from matplotlib.font_manager import FontProperties

    return FontProperties(family=_families(), size=points)


@cache
def _families() -> list[str]:
    from matplotlib.font_manager import fontManager

    installed = {font.name for font in fontManager.ttflist}
    return [family for family in FAMILIES if family in installed]


@cache
def _glyphs() -> frozenset[int]:
    from matplotlib.font_manager import FontProperties, findfont, get_font

    paths = [findfont(FontProperties(family=[family])) for family in _families()]
    return frozenset(code for path in paths for code in get_font(path).get_charmap())


def _has_glyph(character: str) -> bool:
    return ord(character) in _glyphs()
