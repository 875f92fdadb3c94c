"""Draws a timeline as a PNG. Nothing here knows Discord or the archive; matplotlib is imported when first drawn.

Only numbers, days and outlets' names are drawn, never what anybody searched for. A name that no font on this machine
can show becomes "outlet 2": the page's own text, which its reader's fonts show, lists the outlets in the same order.
"""

from __future__ import annotations

import importlib.util
import io
import threading
from functools import cache
from typing import TYPE_CHECKING, Final

from bot.rendering.limits import clip
from bot.rendering.timeline import Timeline, bar_label, outlet_label, step_heading
from bot.rendering.wording import ENGLISH, number, speaking
from bot.rendering.wording import gettext as _

if TYPE_CHECKING:
    from matplotlib.font_manager import FontProperties

SIZE_INCHES: Final = (7.0, 4.0)
DOTS_PER_INCH: Final = 150  # 1,050 by 600 pixels: sharp on a phone, some 30 kB
FONT_POINTS: Final = 12.0  # on a phone that shows the picture 400 pixels wide as large as the words around it
LABELS: Final = 5  # along the bottom
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


def can_draw() -> bool:
    """Whether matplotlib is installed."""
    return importlib.util.find_spec("matplotlib") is not None


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
    from matplotlib.patches import Patch
    from matplotlib.ticker import MaxNLocator

    figure = Figure(figsize=SIZE_INCHES, dpi=DOTS_PER_INCH, layout="constrained", facecolor=BACKGROUND)
    FigureCanvasAgg(figure)
    axes = figure.add_subplot(facecolor=BACKGROUND)
    font, small = _font(FONT_POINTS), _font(FONT_POINTS - 2)
    places = range(len(shown.bars))
    bottom = [0] * len(shown.bars)
    colours = [*COLOURS[: len(shown.outlets)], OTHERS][: len(shown.by_outlet())] if shown.outlets else [COLOURS[0]]
    for column, colour in enumerate(colours):
        heights = [bar.counts[column] for bar in shown.bars]
        axes.bar(places, heights, bottom=bottom, color=colour, width=0.8, linewidth=0)
        bottom = [below + height for below, height in zip(bottom, heights, strict=True)]
    if len(shown.bars) <= NUMBERED_BARS:
        for place, bar in enumerate(shown.bars):
            if bar.total:
                axes.annotate(
                    number(bar.total),
                    (place, bar.total),
                    xytext=(0, 2),
                    textcoords="offset points",
                    ha="center",
                    color=INK,
                    fontproperties=small,
                )
    every = -(-len(shown.bars) // LABELS)
    labelled = list(places)[::every]
    axes.set_xticks(labelled, [_label(shown, place) for place in labelled], fontproperties=small)
    axes.yaxis.set_major_locator(MaxNLocator(nbins=5, integer=True, min_n_ticks=1))
    axes.set_ylim(0, max(bottom) * 1.12)
    beside = max(0.5 + len(shown.bars) / 25, 2 - len(shown.bars) / 2)  # room for the first label; a bar is no wall
    axes.set_xlim(-beside, len(shown.bars) - 1 + beside)
    axes.set_title(_heading(shown), color=INK, fontproperties=font, loc="left", parse_math=False)
    axes.tick_params(colors=INK, length=0)
    axes.grid(axis="y", color=GRID, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.spines[:].set_visible(False)
    for label in axes.get_yticklabels():
        label.set_fontproperties(small)
    if shown.outlets:
        # Names are set afterwards: as labels, "_x" would be left out and "$x$" read as a formula.
        patches = [Patch(color=colour) for colour in colours]
        legend = figure.legend(
            patches,
            [str(place) for place in range(len(patches))],
            loc="outside lower left",
            ncols=min(len(patches), 3),
            frameon=False,
            labelcolor=INK,
            prop=small,
            handlelength=1.0,
            handleheight=1.0,
            columnspacing=1.5,
        )
        for place, (text, (outlet, _count)) in enumerate(zip(legend.get_texts(), shown.by_outlet(), strict=True)):
            text.set_parse_math(False)
            text.set_text(_name(outlet, place))
    written = io.BytesIO()
    figure.savefig(written, format="png", facecolor=BACKGROUND, metadata={"Software": None})
    return written.getvalue()


def _heading(shown: Timeline) -> str:
    heading = step_heading(shown.step)
    if _shows(heading):
        return heading
    with speaking(ENGLISH):
        return step_heading(shown.step)


def _label(shown: Timeline, place: int) -> str:
    label = bar_label(shown.bars[place], shown.step)
    if _shows(label):
        return label
    with speaking(ENGLISH):
        return bar_label(shown.bars[place], shown.step)


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
