"""A picture of precision over answered rate; matplotlib is imported when it is drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from retrieval.evaluation.precision_curve import Point, point_at

SIZE_INCHES = (7, 4.5)
DOTS_PER_INCH = 144


def draw_precision_curve(points: Sequence[Point], thresholds: Mapping[str, float], title: str, path: Path) -> None:
    """Write a PNG: precision over answered rate, with a mark where each named threshold stands.

    Raises `OSError` where the file cannot be written.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=SIZE_INCHES, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    axes.plot([one.answered for one in points], [one.precision for one in points])
    for name, threshold in thresholds.items():
        place = point_at(points, threshold)
        if place is not None:
            label = f"{name} from {threshold:.2f}: {place.answered:.0%} answered, {place.precision:.0%} right"
            axes.plot(place.answered, place.precision, marker="o", linestyle="none", label=label)
    axes.set(xlim=(0, 1), ylim=(0, 1.02), title=title)
    axes.set_xlabel("share of all questions that is answered")
    axes.set_ylabel("share of those whose first quote is right")
    axes.grid(alpha=0.3)
    if thresholds:
        axes.legend(loc="lower left")
    figure.savefig(path, format="png", dpi=DOTS_PER_INCH)
