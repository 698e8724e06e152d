"""The pages: what a visitor may ask, what is checked before it is believed, and what is said when something is wrong."""

import asyncio
import hmac
import json
import os
import secrets
import time
import urllib.parse
from collections import OrderedDict
from contextlib import asynccontextmanager
from pathlib import Path

import jinja2
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from abacus.errors import Unavailable
from web.lists import MODELS, Learner, Lists
from web.store import Store

HERE = Path(__file__).parent
COOKIE, YEAR = "visitor", 365 * 24 * 3600
BODY = 4096  # bytes of a form, at most
FORMS, BURST = 10, 60  # changes of one visitor: so many a second for long, so many at once
SAFE = {
    "Content-Security-Policy": "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class Refused(Exception):
    """A request that is not done, with its status and one line for the visitor."""

    def __init__(self, status, words):
        super().__init__(words)
        self.status, self.words = status, words


class Bucket:
    """Who asks too often: tokens that come back with time, for each of the latest 10 000 askers."""

    def __init__(self, rate, burst):
        self.rate, self.burst, self.known = rate, burst, OrderedDict()

    def take(self, who, now):
        """True, and one token less, where there is one."""
        tokens, before = self.known.pop(who, (self.burst, now))
        tokens = min(self.burst, tokens + self.rate * (now - before))
        self.known[who] = (tokens - 1 if tokens >= 1 else tokens, now)
        if len(self.known) > 10_000:
            self.known.popitem(last=False)
        return tokens >= 1


class Site:
    """The store, the lists and the templates, and the handlers that bring them together."""

    def __init__(self, database, models, every):
        self.store, self.begun = Store(database), time.time()
        self.titles = [title for title, _ in self.store.items]
        self.lists = Lists(models, self.titles)
        self.learner = Learner(self.store, self.lists, every)
        self.bucket = Bucket(FORMS, BURST)
        loader = jinja2.FileSystemLoader(HERE / "templates")
        self.pages = jinja2.Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)
        self.shared = {"models": {name: words for name, (words, _) in MODELS.items()}, "source": self.store.source}

    # What a request brings

    def visitor(self, request):
        """The visitor's token, a new one where there is none (nothing is written until somebody chooses)."""
        token = request.cookies.get(COOKIE, "")
        return token if len(token) == 43 and token.isascii() else secrets.token_urlsafe(32)

    def seal(self, token):
        """What a form must bring along: nobody else can make it for this visitor."""
        return hmac.new(self.store.secret, token.encode(), "sha256").hexdigest()

    async def form(self, request):
        """The fields of a small form of a known visitor, or Refused."""
        if request.headers.get("content-type", "").split(";")[0] != "application/x-www-form-urlencoded":
            raise Refused(415, "A form was expected.")
        body = b""
        async for part in request.stream():
            body += part
            if len(body) > BODY:
                raise Refused(413, f"A form has at most {BODY} bytes.")
        try:
            fields = urllib.parse.parse_qs(
                body.decode("ascii"), max_num_fields=10, strict_parsing=bool(body), errors="strict"
            )
        except ValueError:
            raise Refused(400, "The form cannot be read.") from None
        token = self.visitor(request)
        given = fields.get("seal", [""])[0]
        if not hmac.compare_digest(given.encode(), self.seal(token).encode()):
            raise Refused(
                403, "This form is not from a page of yours, or your cookie is gone. Please open the page anew."
            )
        if not self.bucket.take(token, time.monotonic()):
            raise Refused(429, "That was very fast. Please wait a moment.")
        return token, {name: values[0] for name, values in fields.items()}

    def item(self, text):
        """The place of an item of the catalogue, or Refused."""
        if not (text.isascii() and text.isdigit() and len(text) < 10 and int(text) < len(self.titles)):
            raise Refused(404, "There is no such thing in the catalogue.")
        return int(text)

    def model(self, request, name, other):
        """A model's name out of the address, `other` where there is none, or Refused."""
        asked = request.query_params.get(name, other)
        if asked not in MODELS:
            raise Refused(404, "There is no such list.")
        return asked

    # Pages

    def page(self, request, template, status=200, token=None, **values):
        """A page for a visitor, and the cookie that keeps the visitor known."""
        token = token or self.visitor(request)
        shown = {"seal": self.seal(token), "path": request.url.path} | self.shared | values
        text = self.pages.get_template(template).render(shown)
        response = HTMLResponse(text, status, SAFE)
        response.set_cookie(COOKIE, token, max_age=YEAR, httponly=True, samesite="lax", path="/")
        return response

    def state(self, request, token, name):
        """What the page of lists shows."""
        choices = self.store.choices(token)
        words = request.query_params.get("q", "")[:60].strip()
        if words:
            shown = [i for i, title in enumerate(self.titles) if words.casefold() in title.casefold()][:30]
        else:
            shown = [entry.item for entry in self.lists.top("popular", choices, 12)]
        return {
            "name": name, "choices": choices, "titles": self.titles, "query": words, "shown": shown,
            "list": self.lists.top(name, choices), "liked": any(value > 0 for value in choices.values()),
        }  # fmt: skip

    async def home(self, request):
        """Your choices, a list with reasons, and more to choose from."""
        token = self.visitor(request)
        name = self.model(request, "model", "together")
        return self.page(request, "home.html", token=token, **self.state(request, token, name))

    async def choose(self, request):
        """Keep a choice; the answer is the page of before, or only its lists for a script that asks so."""
        token, fields = await self.form(request)
        item = self.item(fields.get("item", ""))
        if fields.get("value") not in ("-1", "0", "1"):
            raise Refused(400, "A choice is 1 (yes), −1 (not for me) or 0 (none).")
        source = fields.get("from")
        if source is not None and source not in MODELS:
            raise Refused(400, "There is no such list.")
        await asyncio.wrap_future(self.store.choose(token, item, int(fields["value"]), source))
        if request.headers.get("x-lists") == "only":
            name = self.model(request, "model", "together")
            return self.page(request, "lists.html", token=token, **self.state(request, token, name))
        back = urllib.parse.urlsplit(request.headers.get("referer", ""))
        inside = back.netloc == request.headers.get("host") and back.path in ("/", "/compare", "/map", f"/thing/{item}")
        where = urllib.parse.urlunsplit(("", "", back.path, back.query, "")) if inside else "/"
        response = RedirectResponse(where, 303, SAFE)
        response.set_cookie(COOKIE, token, max_age=YEAR, httponly=True, samesite="lax", path="/")
        return response

    async def compare(self, request):
        """Two models side by side."""
        token = self.visitor(request)
        names = self.model(request, "left", "popular"), self.model(request, "right", "factors")
        choices = self.store.choices(token)
        sides = [(name, self.lists.top(name, choices)) for name in names]
        both = {e.item for e in sides[0][1]} & {e.item for e in sides[1][1]}
        return self.page(
            request, "compare.html", token=token, sides=sides, both=both, choices=choices, titles=self.titles
        )

    async def map(self, request):
        """The catalogue by the two widest directions of its factors."""
        token = self.visitor(request)
        x, y = self.lists.places.T
        scale = lambda v: (v - v.min()) / max(float(v.max() - v.min()), 1e-12)  # noqa: E731
        points = list(
            zip(
                range(len(self.titles)),
                (20 + 760 * scale(x)).round(1).tolist(),
                (480 - 460 * scale(y)).round(1).tolist(),
            )
        )
        named = set(self.lists.popularity.argsort()[::-1][:14].tolist())
        return self.page(request, "map.html", token=token, points=points, titles=self.titles,
                         named=named, choices=self.store.choices(token))  # fmt: skip

    async def thing(self, request):
        """One thing of the catalogue: how many have it, and what goes with it."""
        token, item = self.visitor(request), self.item(request.path_params["item"])
        return self.page(request, "thing.html", token=token, item=item, title=self.titles[item], note=self.store.items[item][1],
                         count=int(self.lists.popularity[item]), near=self.lists.near(item), choices=self.store.choices(token),
                         titles=self.titles)  # fmt: skip

    async def yours(self, request):
        """All that is kept of you: to be seen, taken away or deleted."""
        token = self.visitor(request)
        return self.page(request, "yours.html", token=token, kept=self.store.export(token))

    async def export(self, request):
        """The same as a file."""
        kept = json.dumps({"source": self.store.source, "choices": self.store.export(self.visitor(request))}, indent=1)
        named = {"Content-Disposition": 'attachment; filename="choices.json"'}
        return Response(kept, media_type="application/json", headers=SAFE | named)

    async def forget(self, request):
        """Delete all that is kept of a visitor, and the cookie."""
        token, _ = await self.form(request)
        await asyncio.wrap_future(self.store.forget(token))
        response = self.page(request, "message.html", heading="Deleted", words="Nothing is kept of you any more.")
        response.delete_cookie(COOKIE, path="/")
        return response

    def facts(self):
        """What the health page says; raises what the store raises."""
        return {
            "status": "ok" if not self.learner.error else "learning has failed",
            **{f"{name}s": number for name, number in self.store.counts().items()},
            "turn of the models": self.lists.turn,
            "seconds since they were learnt": round(time.time() - self.lists.learnt),
            "seconds since the start": round(time.time() - self.begun),
            "process": os.getpid(),
            "processor seconds": round(time.process_time(), 3),
            "error": self.learner.error,
        }

    async def health(self, request):
        """Is all well? JSON for programs, a page for people."""
        facts = self.facts()
        if "text/html" in request.headers.get("accept", ""):
            return self.page(request, "health.html", facts=facts)
        return JSONResponse(facts, headers=SAFE)

    async def wrong(self, request, error):
        """One page, or line, for whatever was refused."""
        if isinstance(error, Refused):
            status, words = error.status, error.words
        elif isinstance(error, Unavailable):
            status, words = 503, str(error)
        else:
            status, words = (
                getattr(error, "status_code", 500),
                "There is no such page." if hasattr(error, "status_code") else "",
            )
        if request.headers.get("x-lists") == "only" or "text/html" not in request.headers.get("accept", "text/html"):
            return JSONResponse({"status": status, "error": words}, status, SAFE)
        return self.page(
            request,
            "message.html",
            status,
            heading={404: "Not found", 503: "Not now"}.get(status, "Not done"),
            words=words,
        )


def make(database, models, every=10.0, hosts=("127.0.0.1", "localhost", "[::1]", "testserver")):
    """The application over a database that is migrated and filled, and models that are learnt."""
    site = Site(database, models, every)

    @asynccontextmanager
    async def lifespan(app):
        site.learner.start()
        yield
        site.learner.stop()
        site.store.close()

    get = lambda path, handler: Route(path, handler, methods=["GET"])  # noqa: E731
    app = Starlette(
        routes=[
            get("/", site.home), get("/compare", site.compare), get("/map", site.map), get("/thing/{item}", site.thing),
            get("/yours", site.yours), get("/yours.json", site.export), get("/health", site.health),
            Route("/choose", site.choose, methods=["POST"]), Route("/forget", site.forget, methods=["POST"]),
            Mount("/static", StaticFiles(directory=HERE / "static")),
        ],
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=list(hosts))],
        exception_handlers={Refused: site.wrong, Unavailable: site.wrong, 404: site.wrong, 405: site.wrong},
        lifespan=lifespan,
    )  # fmt: skip
    app.state.site = site
    return app
