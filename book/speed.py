"""The page of the speeds: what scripts/bench.py measured, a bar for each ratio, a line at one."""

import json
from html import escape

from book import layout


def page(edition):
    """Every results/speed-*.json."""
    parts = []
    for file in sorted((edition.root / "results").glob("speed-*.json")):
        measured = [line for line in json.loads(file.read_text(encoding="utf-8")) if line["peer"] != "abacus"]
        places = sorted({f"{line['machine']} processors, OpenBLAS kernel {line['blas']}" for line in measured})
        name = file.stem.removeprefix("speed-")
        rows = "".join(map(_speed, measured))
        head = "".join(f'<th scope="col"{" class=right" if "ms" in w else ""}>{w}</th>'
                       for w in ("step", "threads", "peer", "ours, ms", "theirs, ms", "our time / theirs"))  # fmt: skip
        parts.append(
            f'<h2 id="{name}">{name.capitalize()}</h2><p>Medians of interleaved rounds. {escape("; ".join(places))}.</p>'
            f'<div class="scroll" tabindex="0" role="region" aria-label="Speed: {name}"><table '
            f'class="speed"><thead><tr>{head}</tr></thead>'
            f"<tbody>{rows}</tbody></table></div>"
        )
    body = f"""<h1>Speed</h1>
<p class="lede">One whole step of ours beside the same step of a peer, in turn, on the same processors. The line in
the middle is the peer's time:
a bar that ends before it is faster.</p>
{"".join(parts)}"""
    return layout.page(
        "speed.html", "Speed", body, kind="plain", commit=edition.commit, about="Our steps beside those of peers."
    )


def _speed(line):
    ratio = line["ratio"]
    look = "good" if ratio <= 0.5 else "differs" if ratio <= 1 else "bad"
    times = "".join(f'<td class="right">{_milliseconds(line[who])}</td>' for who in ("ours", "theirs"))
    return (
        f"<tr><td>{escape(line['workload'])}</td><td>{line['threads']}</td><td>{escape(line['peer'])}</td>{times}"
        f'<td class="ratio"><span><i class="{look}" style="width:{min(ratio, 2) * 50:.1f}%"></i></span> '
        f"<b>{ratio:.2f}</b></td></tr>"
    )


def _milliseconds(seconds):
    return f"{1e3 * seconds:.4g}" if seconds < 10 else f"{1e3 * seconds:,.0f}"
