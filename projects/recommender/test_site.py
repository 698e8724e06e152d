"""The site, used: by forms alone, by a hostile hand, and in a real browser (a telephone, a keyboard, the dark, no script)."""

import html
import json
import re
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

import serve
from abacus.errors import BadInput, Unavailable
from test_load import HERE, Visitor, serving
from web import store

app = pytest.importorskip("web.app", reason='pip install -e ".[site]"')


@pytest.fixture(scope="module")
def port(tmp_path_factory):
    """The port of a running site."""
    for name in ("starlette", "uvicorn", "jinja2"):
        pytest.importorskip(name, reason='pip install -e ".[site]"')
    with serving(tmp_path_factory.mktemp("site") / "site.sqlite", "--learn-every", "0.5") as (number, _):
        yield number


def listed(text):
    """Titles and reasons of the first list of a page."""
    first = re.search(r'<ol class="entries">(.*?)</ol>', text, re.DOTALL)[1]
    return [
        (html.unescape(title), html.unescape(why))
        for title, why in re.findall(r'<a href="/thing/\d+">(.*?)</a><span class="why">(.*?)</span>', first)
    ]


def test_a_choice_changes_the_list_at_once_and_says_why(port):
    visitor = Visitor(port)
    before = listed(visitor.ask("/")[1])
    assert len(before) == 10 and all("people have it" in why for _, why in before)
    assert visitor.choose(0, **{"from": "popular"}) == 303
    after = listed(visitor.ask("/")[1])
    assert after != before and all("because you chose The Silent Alibi" in why for _, why in after)
    assert "The Silent Alibi" not in [title for title, _ in after]
    for name in ("factors", "people", "rules", "popular"):
        assert len(listed(visitor.ask(f"/?model={name}")[1])) == 10
    kept = json.loads(visitor.ask("/yours.json")[1])["choices"]
    assert [(row["item"], row["value"], row["model"]) for row in kept] == [(0, 1, "popular")]
    assert visitor.choose(0, -1) == 303 and json.loads(visitor.ask("/yours.json")[1])["choices"][0]["value"] == -1
    assert visitor.choose(1) == 303 and visitor.choose(0, 0) == 303
    assert [row["item"] for row in json.loads(visitor.ask("/yours.json")[1])["choices"]] == [1]
    visitor.ask("/yours")
    assert visitor.ask("/forget", {"seal": visitor.seal})[0] == 200
    assert json.loads(visitor.ask("/yours.json")[1])["choices"] == []


def test_every_page_answers_and_lists_side_by_side_name_both_models(port):
    visitor = Visitor(port)
    for path in (
        "/",
        "/compare",
        "/map",
        "/yours",
        "/health",
        "/thing/3",
        "/?q=silent",
        "/compare?left=rules&right=people",
    ):
        assert visitor.ask(path)[0] == 200, path
    page = visitor.ask("/compare?left=rules&right=people")[1]
    assert re.findall(r'<h2 id="side-\d">(.*?)</h2>', page) == ["Rules", "People like you"]
    assert json.loads(visitor.ask("/health", Accept="application/json")[1])["status"] == "ok"


def test_what_is_hostile_or_wrong_is_refused_in_one_line(port):
    visitor, other = Visitor(port), Visitor(port)
    visitor.ask("/"), other.ask("/")
    seal = visitor.seal
    for status, form, headers in (
        (403, {"item": 1, "value": 1}, {}),
        (403, {"item": 1, "value": 1, "seal": other.seal}, {}),
        (403, {"item": 1, "value": 1, "seal": "é"}, {}),
        (404, {"item": "1; DROP TABLE choice", "value": 1, "seal": seal}, {}),
        (404, {"item": 128, "value": 1, "seal": seal}, {}),
        (404, {"item": "-1", "value": 1, "seal": seal}, {}),
        (404, {"value": 1, "seal": seal}, {}),
        (400, {"item": 1, "value": 7, "seal": seal}, {}),
        (400, {"item": 1, "value": "1", "seal": seal, "from": "<script>"}, {}),
        (413, {"item": 1, "value": 1, "seal": seal, "more": "x" * 5000}, {}),
        (400, {f"field{k}": k for k in range(20)}, {}),
        (415, {"item": 1}, {"Content_Type": "application/json"}),
        (400, {"item": 1, "value": 1, "seal": seal}, {"Host": "evil.example"}),
    ):
        found, text = visitor.ask("/choose", form, **headers)
        assert found == status, (form, text)
        assert "Traceback" not in text and "<script>" not in text.replace('<script src="/static/lists.js" defer>', "")
        visitor.seal = seal
    assert json.loads(visitor.ask("/yours.json")[1])["choices"] == []
    for path in ("/nothing", "/thing/999", "/thing/x", "/?model=none", "/static/../app.py"):
        assert visitor.ask(path)[0] == 404, path
    assert visitor.ask("/choose")[0] == 405
    page = visitor.ask("/?q=%22%3E%3Cimg%20src=x%20onerror=alert(1)%3E")[1]
    assert "<img" not in page and "&lt;img" in page


def test_who_asks_too_often_waits_and_others_do_not():
    bucket = app.Bucket(rate=10, burst=3)
    assert [bucket.take("fast", 0.0) for _ in range(5)] == [True, True, True, False, False]
    assert bucket.take("other", 0.0) and bucket.take("fast", 0.1) and not bucket.take("fast", 0.1)
    assert len(bucket.known) == 2 and all(bucket.take(k, 1.0) for k in range(20_000)) and len(bucket.known) == 10_000


def test_headers_keep_other_sites_and_scripts_out(port):
    import http.client

    line = http.client.HTTPConnection("127.0.0.1", port)
    line.request("GET", "/")
    answer = line.getresponse()
    answer.read()
    line.close()
    cookie = answer.getheader("set-cookie")
    assert "HttpOnly" in cookie and "SameSite=lax" in cookie
    assert (
        "default-src 'self'" in answer.getheader("content-security-policy")
        and answer.getheader("x-content-type-options") == "nosniff"
    )


def test_choices_are_learnt_in_the_background(port):
    visitor = Visitor(port)
    visitor.ask("/")
    before = json.loads(visitor.ask("/health", Accept="application/json")[1])
    assert visitor.choose(5) == 303
    deadline = time.monotonic() + 120  # a busy machine: what is waited for comes, or the test fails
    while time.monotonic() < deadline:
        now = json.loads(visitor.ask("/health", Accept="application/json")[1])
        if now["turn of the models"] > before["turns"]:
            break
        time.sleep(0.2)
    assert now["turn of the models"] > before["turns"] and not now["error"]


# The store


def filled(path):
    base = store.connect(path)
    store.migrate(base, path)
    store.fill(base, path, "a test", ["A", "B"], ["", ""], serve.ratings.histories([0, 1, 3], np.array([0, 0, 1]), 2))
    return base


def test_a_file_of_the_first_version_is_brought_to_todays_and_a_newer_one_is_refused(tmp_path):
    path = tmp_path / "old.sqlite"
    base = store.connect(path)
    for statement in store.MIGRATIONS[0].split(";"):
        base.execute(statement)
    base.execute("PRAGMA user_version = 1")
    base.execute("INSERT INTO item VALUES (0, 'A', '')")
    base.execute("INSERT INTO visitor VALUES (0, NULL, 0)")
    base.execute("INSERT INTO choice VALUES (0, 0, 1, 0)")
    store.migrate(base, path)
    assert base.execute("SELECT value, model, turn FROM choice").fetchall() == [(1, None, 0)]
    with pytest.raises(sqlite3.IntegrityError):
        base.execute("INSERT INTO choice (visitor, item, value, at) VALUES (7, 0, 1, 0)")
    base.execute("PRAGMA user_version = 99")
    with pytest.raises(BadInput, match="newer version"):
        store.migrate(base, path)
    base.close()


def test_another_catalogue_is_not_poured_into_a_filled_file(tmp_path):
    path = tmp_path / "a.sqlite"
    base = filled(path)
    with pytest.raises(BadInput, match="choose another --database"):
        store.fill(base, path, "another", ["A"], [""], None)
    assert [part.tolist() for part in store.liked(base)[0]] == [[0, 1, 1], [0, 0, 1]]
    base.close()


def test_a_locked_file_is_said_to_be_busy_and_keeps_what_it_had(tmp_path, monkeypatch):
    monkeypatch.setattr(store, "WAIT", 0.2)
    path = tmp_path / "a.sqlite"
    base = filled(path)
    kept = store.Store(path)
    base.execute("BEGIN IMMEDIATE")
    writer = kept.choose("token", 0, 1)
    base.execute("COMMIT") if writer.exception() is None else None
    assert isinstance(writer.exception(), (store.Busy, type(None)))
    if base.in_transaction:
        base.execute("ROLLBACK")
    kept.choose("token", 1, 1).result()
    assert kept.choices("token")[1] == 1
    kept.close()
    base.close()


def test_a_file_that_is_no_database_is_one_line_and_status_1(tmp_path):
    path = tmp_path / "a.sqlite"
    path.write_bytes(b"not a database, but long enough to be read as the header of one" * 20)
    with pytest.raises(store.Broken, match="damaged or no database"):
        store.connect(path)
    ended = subprocess.run(
        [sys.executable, "serve.py", "--demo", "--database", path], cwd=HERE, capture_output=True, text=True
    )
    assert ended.returncode == 1 and ended.stderr.startswith("serve: ") and ended.stderr.count("\n") == 1


def test_a_table_of_ones_own_becomes_a_site_and_a_wrong_one_is_a_line(tmp_path):
    file = tmp_path / "films.csv"
    file.write_text("who,film,stars\nAnn,Up,5\nAnn,Jaws,2\nBob,Up,4\nBob,Heat,5\n")
    name, titles, _, x = serve.catalogue(
        serve.options(["--csv", str(file), "--columns", "who,film,stars", "--liked", "3"])
    )
    assert titles == ["Heat", "Jaws", "Up"] and x.toarray().tolist() == [[0, 0, 5], [5, 0, 4]] and "films.csv" in name
    for columns, words in (("who,film,rating", "rating"), ("film", "two or three names")):
        with pytest.raises(BadInput, match=words):
            serve.catalogue(serve.options(["--csv", str(file), "--columns", columns]))


def test_models_of_another_format_are_not_read(tmp_path):
    from web.lists import Lists

    for content in (b"", b"PK\x03\x04 torn", b"\x80\x04pickle"):
        (tmp_path / "models.npz").write_bytes(content)
        with pytest.raises(Unavailable, match="no models can be read"):
            Lists(tmp_path / "models.npz", ["A"])


# In a browser


@pytest.fixture
def visit(port, tab):
    """`visit("/map", width=390)`: a new visitor's tab."""

    def visit(at="/", width=1280, scheme="light", script=True):
        return tab(f"http://127.0.0.1:{port}", at.lstrip("/"), width=width, scheme=scheme, script=script)

    return visit


def first(tab):
    return tab.locator("ol.entries li .thing a").first.inner_text()


def test_a_click_changes_the_lists_without_a_new_page(visit):
    tab = visit()
    tab.evaluate("window.same = true")
    title = first(tab)
    tab.get_by_role("button", name=f"I like it: {title}").first.click()
    tab.wait_for_selector(f"text=because you chose {title}")
    assert tab.evaluate("window.same") and "The lists are new" in tab.locator("#said").inner_text()
    assert tab.locator("#chosen + ul a").all_inner_texts() == [title]
    tab.get_by_role("button", name=f"I like it: {title}").first.click()  # once more: it is taken back
    tab.wait_for_selector("text=None yet.")
    assert tab.evaluate("window.same")


def test_all_of_it_works_without_a_script(visit):
    tab = visit(script=False)
    title = first(tab)
    tab.get_by_role("button", name=f"I like it: {title}").first.click()
    tab.wait_for_selector(f"text=because you chose {title}")
    tab.get_by_role("link", name="What is kept").click()
    assert title in tab.locator("table").inner_text()
    tab.get_by_role("button", name="Delete all of it").click()
    assert "Nothing is kept of you" in tab.locator("main").inner_text()


def test_the_keyboard_is_enough(visit):
    tab = visit()
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.className") == "skip"
    tab.keyboard.press("Enter")
    label = ""
    for _ in range(40):
        tab.keyboard.press("Tab")
        label = tab.evaluate("document.activeElement.getAttribute('aria-label') || ''")
        if label.startswith("I like it"):
            break
    assert tab.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    tab.keyboard.press("Enter")
    tab.wait_for_selector(f"text=because you chose {label.removeprefix('I like it: ')}")
    assert tab.evaluate("document.activeElement.id") == "for-you"


PAGES = ("/", "/compare", "/map", "/yours", "/health", "/thing/3", "/thing/999")


def test_no_page_is_wider_than_a_telephone(visit):
    for at in PAGES[:-1]:
        assert visit(at, width=390).evaluate("document.documentElement.scrollWidth") <= 390, at


def test_axe_finds_nothing_in_light_and_no_lack_of_contrast_in_dark(visit):
    axe = pytest.importorskip("axe_playwright_python", reason='pip install -e ".[browser]"')
    script = (Path(axe.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
    for at in PAGES[:-1]:
        tab = visit(at)
        if at == "/":
            tab.get_by_role("button", name="I like it").first.click()
            tab.wait_for_selector("text=because you chose")
        tab.evaluate(script)
        found = tab.evaluate("axe.run({resultTypes: ['violations'], preload: false})")["violations"]
        tab.emulate_media(color_scheme="dark")
        found += tab.evaluate("axe.run({runOnly: ['color-contrast'], resultTypes: ['violations'], preload: false})")[
            "violations"
        ]
        assert not [(at, v["id"], v["nodes"][0]["html"][:200], v["nodes"][0]["failureSummary"]) for v in found]
