"""Parts of pictures as plain SVG: no script, no inline style; classes of portfolio.css give colours.

Each shape has presentation attributes too, so that it stays legible where no style sheet is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from html import escape

from charters.rendering.charts import Svg

#: The address of the list narrowed by further parts: link(severity=4).
Link = Callable[..., str]
#: One line of a figure's table: the cells, and where the case list of that line is.
Line = tuple[tuple[str, ...], str]


@dataclass(frozen=True)
class Figure:
    """A picture with the table that says the same. ``svg`` is None where there is nothing to see."""

    key: str
    title: str
    #: What it shows, in one sentence, for who does not see it and for who does.
    description: str
    columns: tuple[str, ...]
    lines: tuple[Line, ...]
    svg: Svg | None = None
    #: What to do so that there is something to see.
    empty: str = ""
    notes: tuple[str, ...] = field(default=())
    is_wide: bool = False


def drawing(
    key: str, title: str, description: str, size: tuple[float, float], parts: Iterable[str]
) -> Svg:
    """The whole picture; a group, not an image, so that the links in it can be reached."""
    width, height = size
    return Svg(
        f'<svg class="figure-svg figure-{key}" role="group" viewBox="0 0 {width:g} {height:g}" '
        f'xmlns="http://www.w3.org/2000/svg" font-size="13" '
        f'aria-labelledby="figure-{key}-t figure-{key}-d">'
        f'<title id="figure-{key}-t">{escape(title)}</title>'
        f'<desc id="figure-{key}-d">{escape(description)}</desc>{"".join(parts)}</svg>'
    )


def rect(
    x: float,
    y: float,
    width: float,
    height: float,
    css: str,
    *,
    opacity: float = 1,
    round_: int = 0,
) -> str:
    """A box."""
    return (
        f'<rect class="{css}" x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" '
        f'rx="{round_}" fill="currentColor" fill-opacity="{opacity:.2f}"/>'
    )


def text(
    x: float, y: float, words: str, *, anchor: str = "start", css: str = "figure-label"
) -> str:
    """A line of words."""
    return (
        f'<text class="{css}" x="{x:g}" y="{y:g}" text-anchor="{anchor}" '
        f'fill="currentColor">{escape(words)}</text>'
    )


def rule(x1: float, y1: float, x2: float, y2: float, css: str = "figure-rule") -> str:
    """A thin line."""
    return (
        f'<line class="{css}" x1="{x1:g}" y1="{y1:g}" x2="{x2:g}" y2="{y2:g}" '
        'stroke="currentColor" stroke-opacity="0.25"/>'
    )


def linked(url: str, words: str, parts: Iterable[str]) -> str:
    """Parts that lead somewhere; ``words`` is what is read out, and shown under a pointer."""
    inner = f"<title>{escape(words)}</title>{''.join(parts)}"
    if not url:
        return f"<g>{inner}</g>"
    return f'<a href="{escape(url)}" aria-label="{escape(words)}">{inner}</a>'


def shortened(words: str, most: int) -> str:
    """Words that fit beside a bar; the table has them whole."""
    return words if len(words) <= most else f"{words[: most - 1].rstrip()}…"


def ticks(highest: float, *, count: int = 4) -> list[float]:
    """Round numbers from nothing to just beyond the highest value."""
    if highest <= 0:
        return [0, 1]
    rough = highest / count
    power = 10.0
    while power > rough:
        power /= 10
    while power * 10 <= rough:
        power *= 10
    step = next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= rough)
    if highest >= 1 and step < 1:
        step = 1.0
    found = [0.0]
    while found[-1] < highest:
        found.append(found[-1] + step)
    return found


NO_DEPARTMENT, OTHERS = "No department", "All others"


def of_department(link: Link, department: str, **parts: str) -> str:
    """The list of a department; of none; the rest of them has no list of its own."""
    if department == OTHERS:
        return link(**parts) if parts else ""
    return link(department=department or "-", **parts)
