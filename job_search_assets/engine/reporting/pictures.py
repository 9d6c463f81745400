"""Small pictures for an asset's page: bars and lines as metadata that the page shows in place.

Dagster's page draws a Markdown image in place while the entry has fewer than 1,000 characters, and hides a longer
one behind a link. A plotting library's files are ten times that, so these few shapes are written here. They hold
names, keys and numbers, and never personal data.
"""

from collections.abc import Mapping, Sequence
from urllib.parse import quote
from xml.sax.saxutils import escape

import dagster as dg

IN_PLACE = 1000  # characters from which on Dagster's page shows a link instead
ROW, LABELS, WIDTH, HEIGHT = 14, 150, 200, 150  # pixels
COLOURS = ("#38b", "#d73", "#4a5", "#a5c")  # read on a light page and on a dark one

Span = tuple[float, float]


def bars(values: Mapping[str, float | Span]) -> dg.MarkdownMetadataValue:
    """A bar for each name, from 0 to its value or from a low to a high one, in the order given.

    As many of the first as there is room for; the last line says how many are left out. Give the table beside it.
    """
    spans = {name: value if isinstance(value, tuple) else (0.0, value) for name, value in values.items()}
    for shown in range(len(spans), -1, -1):
        picture = _markdown(_bars(spans, shown))
        if len(picture) < IN_PLACE:
            break
    return dg.MetadataValue.md(picture)


def lines(
    curves: Mapping[str, Sequence[Span]], *, x: str, y: str, x_range: Span = (0.0, 1.0), y_range: Span = (0.0, 1.0)
) -> dg.MarkdownMetadataValue:
    """A line for each name through its points (x, y), with the axes' names and ends; points beyond an end are cut off.

    Where the points are too many for a picture shown in place, every second one is left out until they fit.
    """
    step, points = 1, max((len(curve) for curve in curves.values()), default=0)
    while True:
        thinned = {name: [*curve[:-1:step], *curve[-1:]] for name, curve in curves.items()}
        picture = _markdown(_lines(thinned, x, y, x_range, y_range))
        if len(picture) < IN_PLACE or step >= points:
            return dg.MetadataValue.md(picture)
        step *= 2


def gantt(tracks: Mapping[str, tuple[int, int, int]], days: int) -> dg.MarkdownMetadataValue:
    """A line for each name over the days of a box: from begin to ready thin, from ready to the end thick.

    As many of the first as there is room for.
    """
    named = list(tracks.items())
    for shown in range(len(named), -1, -1):
        picture = _markdown(gantt_svg(dict(named[:shown]), days))
        if len(picture) < IN_PLACE:
            break
    return dg.MetadataValue.md(picture)


def gantt_svg(tracks: Mapping[str, tuple[int, int, int]], days: int) -> str:
    """The same as an SVG file of any size."""
    texts, thin, thick = "", "", ""
    for place, (name, (begin, ready, end)) in enumerate(tracks.items()):
        texts += f"<text y='{ROW * place + 11}'>{escape(name)}</text>"
        thin += _track(place, begin, ready, days)
        thick += _track(place, ready, end, days)
    below = ROW * len(tracks)
    ends = f"<text x='{LABELS}' y='{below + 11}'>day 1 to {days}; thin: set-up</text>"
    strokes = ((thin, COLOURS[1], 3), (thick, COLOURS[0], 9))
    drawn = "".join(f"<path d='{path}' stroke='{colour}' stroke-width='{wide}'/>" for path, colour, wide in strokes)
    return _svg(LABELS + WIDTH, below + ROW, texts + drawn + ends)


def _track(place: int, begin: int, end: int, days: int) -> str:
    if begin == end:
        return ""
    scale = WIDTH / days
    return f"M{LABELS + scale * begin:.0f},{ROW * place + 7}h{scale * (end - begin):.0f}"


def bars_svg(values: Mapping[str, float | Span]) -> str:
    """The picture of `bars` with every bar, for a file."""
    spans = {name: value if isinstance(value, tuple) else (0.0, value) for name, value in values.items()}
    return _bars(spans, len(spans))


def lines_svg(
    curves: Mapping[str, Sequence[Span]], *, x: str, y: str, x_range: Span = (0.0, 1.0), y_range: Span = (0.0, 1.0)
) -> str:
    """The picture of `lines` with every point, for a file."""
    return _lines(curves, x, y, x_range, y_range)


def table(rows: Sequence[Mapping[str, str | int | float | bool]]) -> dg.TableMetadataValue | dg.NullMetadataValue:
    """Rows as a table on the page, which shows all of them at once; nothing where there is no row."""
    return dg.MetadataValue.table([dg.TableRecord(row) for row in rows]) if rows else dg.MetadataValue.null()


def _bars(spans: Mapping[str, Span], shown: int) -> str:
    low, high = min((0.0, *map(min, spans.values()))), max((0.0, *map(max, spans.values())))
    scale = WIDTH / ((high - low) or 1.0)
    texts, strokes = "", ""
    for place, (name, (start, end)) in enumerate(list(spans.items())[:shown]):
        texts += f"<text y='{ROW * place + 11}'>{escape(name)}: {_span(start, end)}</text>"
        strokes += f"M{LABELS + scale * (start - low):.0f},{ROW * place + 7}h{scale * (end - start):.0f}"
    if shown < len(spans):
        texts += f"<text y='{ROW * shown + 11}'>and {len(spans) - shown} more</text>"
    height = ROW * (shown + (shown < len(spans)))
    zero = f"<path d='M{LABELS - scale * low:.0f},0v{height}' stroke='gray'/>"
    drawn = f"{texts}<path d='{strokes}' stroke='{COLOURS[0]}' stroke-width='9'/>{zero}"
    return _svg(LABELS + WIDTH, height, drawn)


def _span(start: float, end: float) -> str:
    return f"{start:.3g} to {end:.3g}" if start else f"{end:.6g}"


def _lines(curves: Mapping[str, Sequence[Span]], x: str, y: str, x_range: Span, y_range: Span) -> str:
    drawn = f"<path d='M0,0v{HEIGHT}h{WIDTH}' fill='none' stroke='gray'/>"
    for place, (name, curve) in enumerate(curves.items()):
        colour = COLOURS[place % len(COLOURS)]
        at = ",".join(
            f"{_place(across, x_range) * WIDTH:.0f},{(1 - _place(up, y_range)) * HEIGHT:.0f}" for across, up in curve
        )
        if at:
            drawn += f"<path d='M{at}' fill='none' stroke='{colour}'/>"
        drawn += f"<text x='{WIDTH + 5}' y='{ROW * (place + 1)}' fill='{colour}'>{escape(name)}</text>"
    ends = f"{escape(x)} {x_range[0]:g} to {x_range[1]:g}, {escape(y)} {y_range[0]:g} to {y_range[1]:g}"
    return _svg(WIDTH + LABELS, HEIGHT + ROW, f"{drawn}<text y='{HEIGHT + 11}'>{ends}</text>")


def _place(value: float, ends: Span) -> float:
    """Where between the two ends a value lies: 0 to 1."""
    return min(max((value - ends[0]) / ((ends[1] - ends[0]) or 1.0), 0.0), 1.0)


def _svg(width: int, height: int, drawn: str) -> str:
    size = f"width='{width}' height='{height}' font-size='11' font-family='sans-serif' fill='gray'"
    return f"<svg xmlns='http://www.w3.org/2000/svg' {size}>{drawn}</svg>"


def _markdown(svg: str) -> str:
    # Spaces, brackets and # would end the address.
    address = quote(svg, safe="<>/=':,;")
    return f"![picture](data:image/svg+xml,{address})"
