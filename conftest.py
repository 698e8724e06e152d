"""What every test shares: a project's own modules on the path, data sets or a skip with the reason, estimator checks."""

import functools
import shutil
import signal
import sys
from pathlib import Path

import pytest

from abacus.errors import Unavailable

ROOT = Path(__file__).resolve().parent
PROJECTS = ROOT / "projects"
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
SIGNALS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGPIPE", "SIGALRM") if hasattr(signal, name)]


def pytest_collectstart(collector):
    """A test of projects/x imports x's modules by their plain names, and never those of another project."""
    if isinstance(collector, pytest.Module) and PROJECTS in collector.path.parents:
        _enter(collector.path)


@pytest.fixture(autouse=True)
def _own_modules(request):
    if PROJECTS in request.path.parents:
        _enter(request.path)


@pytest.fixture(autouse=True)
def _signals():
    """A test that leaves a signal's handler behind (SIGPIPE's default ends a worker much later) fails itself."""
    before = {s: signal.getsignal(s) for s in SIGNALS}
    yield
    assert {s: signal.getsignal(s) for s in SIGNALS} == before


_modules = {}  # those of the projects that have been left: folder -> {name: module}


def _enter(path):
    folder = str(PROJECTS / path.relative_to(PROJECTS).parts[0])
    if sys.path[0] == folder:
        return
    sys.path[:] = [folder, *(p for p in sys.path if not p.startswith(str(PROJECTS)))]
    for name, module in list(sys.modules.items()):
        file = Path(getattr(module, "__file__", None) or "/")
        if PROJECTS in file.parents and not file.name.startswith("test_"):
            left = str(PROJECTS / file.relative_to(PROJECTS).parts[0])
            _modules.setdefault(left, {})[name] = sys.modules.pop(name)
    sys.modules.update(_modules.pop(folder, {}))


@pytest.fixture
def dataset(monkeypatch):
    """`dataset("mnist")` loads a data set (or one part of it), or skips the test with the reason where it cannot be had."""
    monkeypatch.setenv("ABACUS_OFFLINE", "1")

    def load(name, part=None):
        from abacus import data

        try:
            return data.load(name, part)
        except Unavailable as reason:
            pytest.skip(f"data set {name}: {str(reason).splitlines()[0]}")

    return load


@pytest.fixture(scope="module")
def browser():
    """The system's Chromium, or a skip."""
    api = pytest.importorskip("playwright.sync_api", reason='pip install -e ".[browser]"')
    if not CHROMIUM:
        pytest.skip("no chromium is installed")
    with api.sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def tab(browser):
    """`tab(inside, at, width=390)`: the page `at` of the site whose addresses begin with `inside`, in a context of its own;
    what it asks of elsewhere or says wrong fails."""
    opened, wrong = [], []

    def tab(inside, at, *, width, scheme, script=True):
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, java_script_enabled=script
        )
        opened.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(f"{at}: {error}"))
        page.on("console", lambda line: line.type == "error" and wrong.append(f"{at}: {line.text}"))
        page.on("request", lambda r: r.url.startswith((inside, "data:")) or wrong.append(f"{at} asks {r.url}"))
        page.goto(f"{inside}/{at}")
        return page

    yield tab
    for context in opened:
        context.close()
    assert not wrong


@pytest.fixture
def estimator_checks(monkeypatch):
    """`estimator_checks(PCA, "Transformer")` runs scikit-learn's own checks on a class; more arguments are its tags."""
    checks = pytest.importorskip("sklearn.utils.estimator_checks")

    def check(estimator, *kinds, **tags):
        adapted = _adapted(estimator, kinds, tags)
        monkeypatch.setattr(sys.modules["__main__"], adapted.__name__, adapted, raising=False)  # one check pickles it
        failed = [r for r in checks.check_estimator(adapted(), on_fail=None, on_skip=None) if r["status"] == "failed"]
        assert not failed, [(r["check_name"], r["exception"]) for r in failed]

    return check


def _adapted(estimator, kinds, said):
    """An estimator of ours under scikit-learn's base classes: its tags, the names of columns, its error before fit."""
    from sklearn import base
    from sklearn.utils import validation

    def asked(method):
        @functools.wraps(method)
        def ask(self, X, *more):
            validation.check_is_fitted(self)
            validation._check_feature_names(self, X, reset=False)
            return method(self, X, *more)

        return ask

    def fit(self, X, y=None):
        validation._check_feature_names(self, X, reset=True)
        return estimator.fit(self, X, y if y is None else validation.column_or_1d(y, warn=True))

    def tags(self):
        found = super(adapted, self).__sklearn_tags__()
        for name, value in said.items():
            setattr(found.input_tags if hasattr(found.input_tags, name) else found.classifier_tags, name, value)
        return found

    methods = "predict", "predict_proba", "predict_log_proba", "decision_function", "transform", "kneighbors"
    own = {name: asked(getattr(estimator, name)) for name in methods if hasattr(estimator, name)}
    own |= {"__init__": estimator.__init__, "__module__": "__main__", "fit": fit, "__sklearn_tags__": tags}
    mixins = [getattr(base, f"{kind}Mixin") for kind in kinds]
    adapted = type(f"Adapted{estimator.__name__}", (estimator, *mixins, base.BaseEstimator), own)
    return adapted
