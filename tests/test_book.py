"""The web edition: complete, self-contained, without dead ends; wrong sources are one line; and a real browser uses it."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("markdown_it", reason='pip install -e ".[book]"')

from abacus.errors import BadInput
from abacus.evidence import ledger

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
from book import cells, code, glossary, plan, portuguese, prose, site, studies, unicode_formula  # noqa: E402


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """(the Edition, the folder that it was written to)."""
    folder = tmp_path_factory.mktemp("book") / "site"
    return site.build(folder), folder


def html(edition):
    return {at: text for at, text in edition.pages.items() if at.endswith(".html")}


def page(text, **more):
    return prose.read(text, "here.md", lambda target: target, lambda target, words: f"<figure>{words}</figure>", **more)


# The pages


def test_the_same_sources_give_the_same_pages(book):
    again = site.pages()
    assert again.pages == book[0].pages and again.copies == book[0].copies


def test_every_section_of_every_lesson_stands_on_its_page(book):
    for lesson in book[0].lessons:
        text = (lesson.folder / "README.md").read_text(encoding="utf-8")
        text = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
        titles = re.findall(r"^##+ (.*)", text, re.MULTILINE)
        made = re.findall(r"<h[23]\b", book[0].pages[f"{lesson.name}/index.html"])
        assert len(made) == len(titles), lesson.name


def test_every_cell_stands_in_the_ledger_once_and_is_that_of_the_report(book):
    ours = [cell for found in book[0].experiments.values() for e in found for cell in e.cells]
    wanted = {
        (c["project"], c["experiment"], c["row"], c["column"]): c["verdict"] for c in ledger.objects(ledger.entries())
    }
    found = {
        (e.project.name, e.experiment, c.row, c.column): c.verdict
        for f in book[0].experiments.values()
        for e in f
        for c in e.cells
    }
    assert found == wanted and len(found) == len(ours)
    rows = re.findall(r'<tr data-v="([^"]*)"', book[0].pages["ledger.html"])
    assert sum(map(bool, rows)) == sum(1 for cell in ours if cell.verdict)


def test_nothing_is_asked_of_elsewhere_and_every_picture_has_words(book):
    edition, folder = book
    for at, text in html(edition).items():
        assert not re.findall(r'<(?:script|link|img|iframe|source)[^>]+(?:src|href)="(?:https?:)?//', text), at
        assert all(re.search(r'\balt="', image) for image in re.findall(r"<img\b[^>]*>", text)), at
    for file in [*folder.glob("*.css"), *folder.glob("*.js")]:
        assert not re.findall(r"url\((?!fonts/)|@import|fetch\(|XMLHttpRequest", file.read_text(encoding="utf-8")), (
            file.name
        )


def test_no_two_anchors_of_a_page_are_one(book):
    for at, text in html(book[0]).items():
        anchors = re.findall(r'\sid="([^"]*)"', text)
        assert len(anchors) == len(set(anchors)), at


def test_every_program_has_a_page_with_its_settings(book):
    for lesson in book[0].lessons:
        for study in studies.of(lesson.folder):
            text = book[0].pages[f"{lesson.name}/study-{study.name}.html"]
            assert study.sentence and all(f"<code>{name}</code>" in text for name, _, _ in study.fields)


def test_a_notebook_of_each_lesson_has_its_words_and_its_files(book):
    for lesson in book[0].lessons:
        made = json.loads(book[0].pages[f"{lesson.name}/{lesson.name}.ipynb"])
        assert len({cell["id"] for cell in made["cells"]}) == len(made["cells"]) > 5
        words = "".join(cell["source"] for cell in made["cells"] if cell["cell_type"] == "markdown")
        assert "```math" not in words and "$`" not in words and "<!-- table" not in words
        for cell in made["cells"]:
            if cell["cell_type"] == "code":
                assert "if __name__ ==" not in cell["source"], "a cell is no command"
                compile(re.sub(r"^!.*", "", cell["source"], flags=re.MULTILINE), lesson.name, "exec")


def test_every_word_of_the_glossary_has_an_anchor_and_every_lesson_leads_to_some(book):
    assert all(f'id="{word.anchor}"' in book[0].pages["glossary.html"] for word in book[0].words.values())
    assert all('class="term"' in book[0].pages[f"{lesson.name}/index.html"] for lesson in book[0].lessons)


def test_a_word_is_explained_at_its_first_use_and_not_in_links_code_and_formulas():
    known = glossary.words("**Gradient**: which way is up; see [x](y).\n")
    html = "<h3>A gradient</h3><p><code>gradient</code> <a href='#'>gradient</a> a Gradient, a gradient</p>"
    led = glossary.led(html, known, "g.html")
    assert led.count('class="term"') == 1 and 'title="which way is up">Gradient</a>' in led and not known


def test_the_plan_has_every_lesson_once_in_twelve_weeks(book):
    weeks = plan.weeks(book[0].lessons)
    assert len(weeks) == 12 and [lesson for week in weeks for lesson in week] == book[0].lessons


def test_each_page_in_portuguese_says_what_it_follows(book):
    for name, now in portuguese.stale(book[0]).items():
        assert re.fullmatch("[0-9a-f]{12}", now) and (ROOT / "pt" / name).exists()
    assert {f"pt/{file.stem}.html" for file in (ROOT / "pt").glob("*.md")} <= set(book[0].pages)


# What stands in a source


def test_equations_references_and_code_know_each_other():
    found = page("# T\n\n## A ([f.py](f.py))\n\n```math\na = b \\tag{3}\n```\n\nBy (3), and not by (4).\n")
    section = found.sections[1]
    assert section.files == ["f.py"] and section.tags == ["3"] and section.title == "A"
    assert (
        'id="eq-3"' in section.html
        and '<a class="ref" href="#eq-3" data-eq="3">(3)</a>' in section.html
        and "(4)" in section.html
    )


@pytest.mark.parametrize(
    ("line", "numbers"),
    [
        ("x = 1  # eq. 3", "3"),
        ('"""The sum (eqs. 4 and 5)."""', "4 5"),
        ("# eqs. 6 to 8", "6 8 7"),
        ("# eqs. (6), (8)", "6 8"),
        ("# ESL, eq. 3.12", ""),
        ("# sequence 3", ""),
    ],
)
def test_equations_that_a_line_names(line, numbers):
    assert code.named(line) == numbers.split()


def test_formulas_of_plain_lines_and_commands_are_told_apart():
    assert unicode_formula.lines("python run.py lr=1\n") is None
    (html, tag), (_, none) = unicode_formula.lines("x_j = Σ w_{ji} y²   (7)\nz = x\n")
    assert tag == "7" and none is None and "<sub>ji</sub>" in html and "<i>y</i>" in html


def test_a_verdict_in_a_table_is_told_by_a_sign_too():
    found = page("| row | verdict |\n|---|---|\n| a | not reproduced [1] |\n")
    assert (
        '<span class="chip bad"><span aria-hidden="true">✕</span> not reproduced</span> [1]' in found.sections[0].html
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("```math\n\\foo \\tag{1}\n```", r"here.md: the formula \foo: unknown command \foo"),
        ("```math\na \\tag{1}\n```\n\n```math\nb \\tag{1}\n```", "the equation (1) stands twice"),
        ("$`\\frac{a}`$", "here.md: the formula"),
    ],
)
def test_a_mistake_in_a_page_is_one_line(text, said):
    with pytest.raises(BadInput) as error:
        page(text)
    assert said in str(error.value) and "\n" not in str(error.value)


@pytest.fixture
def copy(tmp_path):
    """A repository of one lesson, to be spoilt."""
    for name in ("projects/zipcode", "book"):
        ignored = shutil.ignore_patterns("runs", "__pycache__", "fonts")
        shutil.copytree(ROOT / name, tmp_path / name, ignore=ignored)
    lesson = tmp_path / "projects" / "zipcode" / "lesson.toml"
    lesson.write_text(re.sub(r"needs = .*", "needs = []", lesson.read_text(encoding="utf-8")), encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("README.md", "\\tag{6}", "\\tag{60}", "no line of code says # eq. 60"),
        ("network.py", "import numpy", "# eq. 44\nimport numpy", "network.py, line "),
        ("README.md", "(network.py)", "(netwrok.py)", "netwrok.py"),
        (
            "README.md",
            "passes23-errors.png",
            "passes32-errors.png",
            "the picture results/passes32-errors.png is not there",
        ),
        ("README.md", "![errors by pass]", "![]", "says in no words"),
        ("README.md", "\\frac{\\eta}", "\\farc{\\eta}", "unknown command \\farc; did you mean"),
    ],
)
def test_a_mistake_in_a_lesson_is_one_line(copy, file, old, new, said):
    from book import edition, lesson

    path = copy / "projects" / "zipcode" / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    made = edition.Edition(copy)
    (readme,) = (found for found in made.lessons if found.name == "zipcode")
    text = re.sub(r"\[[^]]*\]\(\.\./[^)]*\)", "", (readme.folder / "README.md").read_text(encoding="utf-8"))
    (readme.folder / "README.md").write_text(text, encoding="utf-8")
    with pytest.raises(BadInput) as error:
        lesson.page(made, readme, None, None)
    assert said in str(error.value) and "\n" not in str(error.value)


def test_a_dead_anchor_is_found():
    from book import edition

    made = edition.Edition(pages={"a.html": '<a href="b.html#x">', "b.html": '<p id="y">'})
    with pytest.raises(BadInput, match=r"a\.html: the link to b\.html#x leads to no anchor"):
        site.follow(made)


def test_a_folder_that_is_no_book_is_not_deleted(tmp_path):
    (tmp_path / "mine.txt").touch()
    said = subprocess.run(
        [sys.executable, "scripts/book.py", "--out", str(tmp_path)], cwd=ROOT, capture_output=True, text=True
    )
    assert said.returncode == 2 and said.stderr.count("\n") == 1 and (tmp_path / "mine.txt").exists()


def test_cells_of_a_file_that_is_no_yaml(copy):
    (copy / "projects" / "zipcode" / "conf" / "experiment" / "bad.yaml").write_text("a: [")
    with pytest.raises(BadInput, match=r"conf/experiment/bad\.yaml"):
        cells.of(copy / "projects" / "zipcode")


# In a real browser


@pytest.fixture
def visit(book, tab):
    """`visit("ledger.html", width=390)`: the page, opened from its file."""
    return lambda at, width=1400, scheme="light": tab(book[1].as_uri(), at, width=width, scheme=scheme)


KINDS = (
    "index.html",
    "zipcode/index.html",
    "ledger.html",
    "glossary.html",
    "step-3.html",
    "zipcode/study-newton.html",
    "algorithms/study-growth.html",
    "demo.html",
)
PLAIN = ("gcn/index.html", "differences.html", "speed.html", "plan.html", "pt/index.html")


@pytest.mark.parametrize("at", KINDS + PLAIN)
def test_no_page_is_wider_than_a_telephone(visit, at):
    tab = visit(at, width=390)
    assert tab.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("at", KINDS + PLAIN)
def test_axe_finds_nothing_in_light_and_no_lack_of_contrast_in_dark(visit, at):
    axe = pytest.importorskip("axe_playwright_python", reason='pip install -e ".[browser]"')
    tab = visit(at)
    tab.evaluate("for (const row of [...document.querySelectorAll('.ledger tbody tr')].slice(60)) row.remove()")
    tab.evaluate((Path(axe.__file__).parent / "axe.min.js").read_text(encoding="utf-8"))
    found = tab.evaluate("axe.run({resultTypes: ['violations'], preload: false})")["violations"]
    tab.emulate_media(color_scheme="dark")
    found += tab.evaluate("axe.run({runOnly: ['color-contrast'], resultTypes: ['violations'], preload: false})")[
        "violations"
    ]
    assert not [(v["id"], v["nodes"][0]["html"][:200], v["nodes"][0]["failureSummary"]) for v in found]


def test_pointing_at_an_equation_lights_its_line_and_brings_it_into_view(visit):
    tab = visit("zipcode/index.html")
    tab.locator("#eq-4").scroll_into_view_if_needed()
    tab.locator("#eq-4 math").first.hover()
    assert "lit" in tab.locator("#eq-4").get_attribute("class")
    assert tab.locator('.l.lit[data-eq~="4"]').count() and not tab.locator('.l.lit:not([data-eq~="4"])').count()
    tab.locator("#eq-6 math").first.hover()
    panel = tab.locator("section", has=tab.locator("#eq-6")).locator("details[open] pre")
    line = panel.locator('.l.lit[data-eq~="6"]').first
    outer, inner = panel.bounding_box(), line.bounding_box()
    assert outer["y"] <= inner["y"] <= outer["y"] + outer["height"]


def test_a_line_lights_its_equation(visit):
    tab = visit("zipcode/index.html")
    line = tab.locator('details[open] .l[data-eq~="6"]').last
    line.scroll_into_view_if_needed()
    line.hover()
    assert "lit" in tab.locator("#eq-6").get_attribute("class")


def test_the_ledger_filters_by_words_class_lesson_and_verdict_and_sorts(visit, book):
    tab = visit("ledger.html")
    cells = [(e, c) for found in book[0].experiments.values() for e in found for c in e.cells if c.verdict]

    def shown():
        return int(tab.locator("#shown").inner_text().split()[0].replace(",", ""))

    tab.fill("#words", "gcn cora")
    tab.wait_for_function("document.getElementById('shown').textContent.split(' ')[0] < 100")
    assert shown() == tab.locator("#ledger tbody tr:visible").count() > 0
    tab.fill("#words", "")
    tab.select_option("#class", "certificate")
    assert shown() == sum(e.proof == "certificate" for e, _ in cells)
    tab.select_option("#class", "")
    tab.select_option("#project", "pca")
    tab.click('.filter[data-verdict="not reproduced"]')
    assert shown() == sum(e.project.name == "pca" and c.verdict == "not reproduced" for e, c in cells)
    tab.click("#ledger th:nth-child(6) button")
    values = tab.locator("#ledger tbody tr:visible td:nth-child(6)").all_inner_texts()
    assert [float(v) for v in values] == sorted(float(v) for v in values)
    tab = visit("ledger.html?project=zipcode")
    assert shown() == sum(e.project.name == "zipcode" for e, _ in cells)


def test_search_by_keyboard(visit):
    tab = visit("lenet/index.html")
    tab.keyboard.press("/")
    tab.keyboard.type("huffman")
    tab.wait_for_selector("#found a")
    tab.keyboard.press("ArrowDown")
    assert tab.evaluate("document.activeElement.closest('#found') !== null")
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/information_theory/**")


def test_a_figure_opens_large_and_closes(visit):
    tab = visit("zipcode/index.html")
    tab.locator(".zoom").first.focus()
    tab.keyboard.press("Enter")
    assert tab.locator("#zoom").is_visible()
    tab.keyboard.press("Escape")
    assert not tab.locator("#zoom").is_visible()


def test_the_theme_follows_the_system_until_one_is_chosen(visit):
    tab = visit("index.html", scheme="dark")
    paper = "getComputedStyle(document.body).backgroundColor"
    dark = tab.evaluate(paper)
    tab.click("#theme")
    light = tab.evaluate(paper)
    assert dark != light
    tab.reload()
    assert tab.evaluate(paper) == light


def test_the_first_stop_of_the_keyboard_leads_to_the_text(visit):
    tab = visit("zipcode/index.html")
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.className") == "skip"
    tab.keyboard.press("Enter")
    assert tab.evaluate("document.activeElement.id") == "content"


def test_a_lesson_prints_without_the_frame(visit):
    tab = visit("zipcode/index.html")
    tab.emulate_media(media="print")
    assert not tab.locator(".bar").is_visible() and not tab.locator(".path").is_visible()
    assert tab.locator("h1").is_visible()


def test_the_demonstration_computes_what_python_computes(visit):
    said = json.loads((ROOT / "book" / "lenet.json").read_text(encoding="utf-8"))
    from abacus.data import fonts

    spec = subprocess.run(
        [sys.executable, "-c", _REFERENCE], cwd=ROOT / "scripts", capture_output=True, text=True, check=True
    )  # fmt: skip
    reference = np.array(json.loads(spec.stdout))
    images, labels = fonts.digits(fonts.UNSEEN, 20, np.random.default_rng(1))
    tab = visit("demo.html")
    ours = np.array(
        [tab.evaluate("pixels => lenet.read(pixels).distances", image.ravel().tolist()) for image in images]
    )
    sums = sum(len(tensor["data"]) for tensor in said["tensors"].values())  # additions in a pass, and more
    assert np.abs(ours - reference).max() <= sums * np.finfo(float).eps * reference.max()
    assert np.mean(ours.argmin(axis=1) == labels) > 0.5  # it reads; how well stands in lenet.json


_REFERENCE = """
import base64, json, numpy as np
import demo
said = json.loads((demo.ROOT / "book" / "lenet.json").read_text())["tensors"]
tensors = {n: t["scale"] * np.frombuffer(base64.b64decode(t["data"]), np.int8).reshape(t["shape"]) for n, t in said.items()}
images, _ = demo.fonts.digits(demo.fonts.UNSEEN, 20, np.random.default_rng(1))
print(json.dumps(demo.distances(tensors, images).tolist()))
"""


def test_what_is_drawn_is_framed_as_the_lesson_s_own_command_does(visit):
    tab = visit("demo.html")
    ink = np.zeros((280, 280))
    ink[60:200, 130:150] = 1
    ink[60:80, 100:150] = 0.6
    program = "import sys, json, numpy as np; from abacus.data import pictures; ink = np.array(json.load(sys.stdin)); "
    program += "print(json.dumps(pictures.framed(ink).tolist()))"
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT / "projects" / "lenet", input=json.dumps(ink.tolist()), capture_output=True, text=True, check=True,
    )  # fmt: skip
    found = tab.evaluate("ink => [...lenet.framed(ink, 280)]", ink.ravel().tolist())
    off = np.abs(np.reshape(found, (28, 28)) - np.array(json.loads(done.stdout)))
    assert off.max() <= 1  # a grey that lies on a half rounds either way


def test_drawing_with_the_pointer_is_read(visit):
    tab = visit("demo.html")
    board = tab.locator("#board").bounding_box()
    tab.click("#clear")
    tab.mouse.move(board["x"] + board["width"] / 2, board["y"] + 40)
    tab.mouse.down()
    tab.mouse.move(board["x"] + board["width"] / 2 - 10, board["y"] + board["height"] - 40, steps=12)
    tab.mouse.up()
    tab.wait_for_function("document.getElementById('read').textContent === '1'")
