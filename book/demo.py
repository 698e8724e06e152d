"""The demonstration that runs in a page: LeNet-5 of book/lenet.json (scripts/demo.py makes it) reads what is drawn."""

import json

from book import layout

_LAYERS = (
    ("C1", "six maps of 28 × 28: where is an edge, and which way does it run?"),
    ("S2", "the same, half as fine"),
    ("C3", "sixteen maps of 10 × 10: corners, ends, curves"),
    ("S4", "the same, half as fine"),
    ("C5", "120 units that see everything"),
    ("F6", "84 units, which are the pixels of a picture of 7 × 12"),
)


def pages(edition):
    """{address: text} of the page and its weights; nothing where they have not been made."""
    source = edition.root / "book" / "lenet.json"
    if not source.exists():
        return {}
    said = json.loads(source.read_text(encoding="utf-8"))
    weights = {name: said[name] for name in ("tensors", "centres", "samples")}
    script = f"window.LENET={json.dumps(weights, separators=(',', ':'))}\n"
    return {"demo.html": _page(edition, said), "lenet.js": script}


def _page(edition, said):
    rows = "".join(
        f'<div class="maps"><h2>{name} <small>{words}</small></h2><canvas id="{name}" role="img" aria-label="What '
        f'{name} says"></canvas></div>'
        for name, words in _LAYERS
    )
    samples = "".join(f'<button type="button" class="sample-digit" data-digit="{d}">{d}</button>' for d in range(10))
    weights = sum(len(tensor["data"]) * 3 // 4 for tensor in said["tensors"].values())
    body = f"""<p class="step"><a href="lenet/index.html">LeNet, 1998</a></p>
<h1>Draw a digit</h1>
<p class="lede">Every map that the network makes of it, while you draw. {weights:,} weights, learnt by <a
href="lenet/index.html">the lesson's own code</a>;
no server: it runs in this page. Of the 10&nbsp;000 test digits of MNIST it misreads
{said["test error, eight bits"]:.2f} % in eight-bit numbers,
{said["test error"]:.2f} % as it was learnt.</p>
<section class="demo">
<div class="draw"><canvas id="board" width="280" height="280" role="img" aria-label="Draw a digit here with the mouse
or a finger"></canvas>
<p><button type="button" class="button" id="clear">Clear</button></p>
<p class="facts">Or let it read a printed one:</p><p class="digits">{samples}</p>
<p class="facts">What the network sees, centred as MNIST's digits are:</p><canvas id="seen" role="img"
aria-label="What the network sees"></canvas></div>
<div class="layers">{rows}</div>
<div class="answer"><h2>It reads <output id="read">nothing yet</output></h2>
<p class="facts">Distance to each of ten drawn digits: the shortest wins. <span id="time"></span></p>
<table id="distances"><tbody></tbody></table></div>
</section>"""
    edition.say(
        "Draw a digit",
        "demonstration",
        "demo.html",
        "Draw a digit with the mouse; LeNet-5 reads it and shows its maps.",
    )
    return layout.page(
        "demo.html", "Draw a digit", body, kind="plain", scripts=("lenet.js", "demo.js"), commit=edition.commit,
        about="Draw a digit, and watch LeNet-5 read it.",
    )  # fmt: skip
