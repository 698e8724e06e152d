"""The edition as a folder: every page, the figures they show, fonts, style, scripts, the index of the search."""

import json
import re
import shutil
from html import escape, unescape
from pathlib import Path
from urllib.parse import unquote

from abacus.errors import BadInput
from book import code, demo, edition, front, layout, ledger, lesson, plan, portuguese, program, speed

STATIC = Path(__file__).parent / "static"
FONTS = Path(__file__).parent / "fonts"


def build(folder, root=edition.ROOT):
    """Write the whole book into `folder`, which is emptied first; the Edition. BadInput for whatever is wrong in a source."""
    made = pages(root)
    if folder.exists():
        shutil.rmtree(folder)
    for address, text in made.pages.items():
        _write(folder / address, text)
    for address, path in made.copies.items():
        (folder / address).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, folder / address)
    for address, path in made.small.items():
        (folder / address).parent.mkdir(parents=True, exist_ok=True)
        _shrink(path, folder / address)
    for file in sorted(STATIC.iterdir()):
        shutil.copyfile(file, folder / file.name)
    shutil.copytree(FONTS, folder / "fonts")
    return made


def pages(root=edition.ROOT):
    """The Edition with all its pages in memory; every link and anchor within it has been followed."""
    made = edition.Edition(root)
    path = made.lessons
    for before, found, after in zip([None, *path[:-1]], path, [*path[1:], None]):
        made.pages[f"{found.name}/index.html"] = lesson.page(made, found, before, after)
        for study in made.programs[found.name]:
            at = f"{found.name}/study-{study.name}.html"
            made.pages[at] = program.page(made, found, study, at)
        made.pages[f"{found.name}/lesson.md"] = (found.folder / "README.md").read_text(encoding="utf-8")
    made.pages |= front.step_pages(made) | front.documents(made)
    made.pages |= {"ledger.html": ledger.page(made), "speed.html": speed.page(made)}
    made.pages |= {"plan.html": plan.page(made)} | portuguese.pages(made) | demo.pages(made)
    made.pages["index.html"] = front.page(made)
    made.pages |= _files(made)
    made.pages["search.js"] = f"window.INDEX={json.dumps(made.index, ensure_ascii=False, separators=(',', ':'))}\n"
    made.pages["llms.txt"] = plan.for_agents(made)
    follow(made)
    return made


def follow(made):
    """BadInput where a page leads to a page, a file or an anchor that the edition does not have."""
    html = {address: text for address, text in made.pages.items() if address.endswith(".html")}
    anchors = {address: set(re.findall(r'\sid="([^"]*)"', text)) for address, text in html.items()}
    static = {file.name for file in STATIC.iterdir()} | {*made.copies, *made.small, "search.js"}
    for address, text in html.items():
        for target in set(re.findall(r'(?:href|src)="([^"]*)"', text)):
            target = unescape(target)
            if re.match(r"[a-z]+:", target):
                continue
            name, _, part = target.partition("#")
            name = name.partition("?")[0]
            there = _joined(address, unquote(name)) if name else address
            if there not in made.pages and there not in static:
                raise BadInput(f"{address}: the link to {target} leads nowhere")
            if part and there in anchors and unquote(part) not in anchors[there]:
                raise BadInput(f"{address}: the link to {target} leads to no anchor of that page")


def _joined(address, target):
    parts = address.split("/")[:-1]
    for word in target.split("/"):
        if word == "..":
            parts = parts[:-1]
        else:
            parts.append(word)
    return "/".join(parts)


def _files(made):
    """{address: page} of the repository's files and folders that a page links to."""
    pages, done = {}, set()
    while made.files - done:
        path = min(made.files - done)
        done.add(path)
        at, name = made.address(path), path.relative_to(made.root).as_posix()
        if path.is_dir():
            inner = sorted(
                p for p in path.iterdir() if not p.name.startswith((".", "_")) and (p.is_file() or any(p.glob("*.py")))
            )
            items = "".join(
                f'<li><a href="{made.relative(made.address(p), at)}">{escape(p.name)}</a></li>' for p in inner
            )
            body = f"<h1>{name}/</h1><ul>{items}</ul>"
        elif path.suffix == ".py":
            body = f'<h1>{name}</h1><pre class="source" tabindex="0"><code>{code.listing(code.read(path))}</code></pre>'
        else:
            body = f"<h1>{name}</h1>" + code.block(edition.beginning(path), path.suffix.lstrip("."))
        pages[at] = layout.page(at, name, body, kind="plain", about=name, commit=made.commit)
    return pages


def _write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _shrink(path, target):
    from PIL import Image

    with Image.open(path) as picture:
        picture = picture.convert("RGB")
        picture.thumbnail((560, 560))
        picture.save(target, "WEBP", quality=80, method=4)
