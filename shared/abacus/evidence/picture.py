"""How a verdict is made, in one picture: four judged cells, each as the interval of its difference over its margin (SVG)."""

import math
from html import escape

WORDS = ("reproduced", "inconclusive", "not reproduced", "differs, better")
COLOURS = {
    "reproduced": "#1a7f37",
    "inconclusive": "#9a6700",
    "not reproduced": "#cf222e",
    "differs, better": "#8250df",
}
WIDTH, LEFT, ROW, TOP, REACH = 960, 330, 62, 78, 3.0  # pixels; the axis shows ± so many margins
KINDS = ("rate", "mean", "score")  # those whose verdict is an interval against a margin


def chosen(found):
    """{word: (entry, cell, (low, high))}: for each word the experiment's cell whose interval is easiest to see, in margins.

    Easiest is: half a margin wide, and nearest to the middle of its band, the edge or one and a half margins outside.
    """
    wanted = {"reproduced": 0.3, "inconclusive": -1.0, "not reproduced": -2.0, "differs, better": 2.0}
    best = {}
    for entry in found:
        for cell in entry.cells if entry.table and entry.table.proof == "experiment" and not entry.variant else ():
            place = _place(entry, cell) if cell.verdict in WORDS else None
            if place is None or max(map(abs, place)) > REACH:
                continue
            low, high = place
            miss = abs((low + high) / 2 - wanted[cell.verdict]) + abs(high - low - 0.5)
            if cell.verdict not in best or miss < best[cell.verdict][0]:
                best[cell.verdict] = miss, (entry, cell, place)
    return {word: best[word][1] for word in WORDS if word in best}


def svg(found):
    """The picture as text: the axis in margins, worse on the left and better on the right, the margin as a band."""
    rows = chosen(found)
    height, bottom = TOP + ROW * len(rows) + 48, TOP + ROW * len(rows)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
        'font-family="system-ui, sans-serif" font-size="15">',
        "<title>How a verdict is made: the interval of our difference from the print, against the margin</title>",
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
        f'<rect x="{_x(-1):.0f}" y="{TOP - 24}" width="{_x(1) - _x(-1):.0f}" height="{bottom - TOP + 24}" fill="#dafbe1"/>',
        _text(_x(0), TOP - 36, "the margin: what the print leaves open", "#1a7f37", "middle"),
        f'<line x1="{_x(0):.0f}" y1="{TOP - 24}" x2="{_x(0):.0f}" y2="{bottom}" stroke="#57606a" stroke-dasharray="4 4"/>',
    ]
    for i, (word, (entry, cell, place)) in enumerate(rows.items()):
        parts += _row(TOP + ROW * i + 14, word, entry, cell, place)
    parts += [f'<line x1="{_x(-REACH):.0f}" y1="{bottom}" x2="{_x(REACH):.0f}" y2="{bottom}" stroke="#57606a"/>']
    for k in range(-int(REACH), int(REACH) + 1):
        parts.append(_text(_x(k), bottom + 18, str(k).replace("-", "−"), "#57606a", "middle"))
    parts += [
        _text(_x(-REACH), bottom + 38, "← worse than the print", "#57606a", "start"),
        _text(_x(REACH), bottom + 38, "better, in margins →", "#57606a", "end"),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _row(y, word, entry, cell, place):
    low, high, colour = _x(place[0]), _x(place[1]), COLOURS[word]
    seeds = f", {cell.seeds} seeds" if cell.seeds > 1 else ""
    what = f"printed {cell.reported}, ours {cell.ours:.4g}{seeds}"
    return [
        _text(16, y, f"{cell.row}, {cell.column}", "#1f2328", "start", bold=True),
        _text(16, y + 20, f"{entry.project.name}: {what}", "#57606a", "start"),
        f'<line x1="{low:.1f}" y1="{y}" x2="{high:.1f}" y2="{y}" stroke="{colour}" stroke-width="7" stroke-linecap="round"/>',
        f'<circle cx="{(low + high) / 2:.1f}" cy="{y}" r="6" fill="{colour}" stroke="#ffffff" stroke-width="2"/>',
        _text((low + high) / 2, y + 24, word, colour, "middle", bold=True),
    ]


def _place(entry, cell):
    """The interval of the gain over the margin; None where the cell has none."""
    kind, better = entry.table.kind.get(cell.column), entry.table.better.get(cell.column)
    if kind not in KINDS or not better or not cell.margin or cell.interval is None or math.isclose(*cell.interval):
        return None
    low, high = (end / cell.margin for end in cell.interval)
    return (-high, -low) if better == "lower" else (low, high)


def _x(margins):
    return LEFT + (WIDTH - 24 - LEFT) * (margins + REACH) / (2 * REACH)


def _text(x, y, words, colour, anchor, bold=False):
    weight = ' font-weight="600"' if bold else ""
    return f'<text x="{x:.0f}" y="{y:.0f}" fill="{colour}" text-anchor="{anchor}"{weight}>{escape(words)}</text>'
