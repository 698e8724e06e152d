"""Build the web edition into build/book/: lessons beside their code, the ledger, the speeds. pip install -e ".[book]" first.

python scripts/book.py                   write it; open build/book/index.html (no server is needed)
python scripts/book.py --check           write nothing: formulas, equations, links, pictures; status 2 where one is wrong
python scripts/book.py --out FOLDER      write it elsewhere
python scripts/book.py --serve           write it, then serve it on http://127.0.0.1:8000 until Ctrl-C
"""

import argparse
import functools
import http.server
import sys
import time
from pathlib import Path

from abacus.errors import BadInput, Unavailable

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing; status 2 where a page cannot be made")
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "book", help="the folder (build/book)")
    parser.add_argument("--serve", action="store_true", help="serve it on this machine when it is written")
    asked = parser.parse_args()
    try:
        return make(asked)
    except BadInput as error:
        print(f"book: {error}", file=sys.stderr)
        return 2
    except (Unavailable, OSError) as error:
        print(f"book: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def make(asked):
    try:
        from book import portuguese, site
    except ModuleNotFoundError as missing:
        raise Unavailable(f'{missing.name} is not installed: pip install -e ".[book]"') from None
    started = time.perf_counter()
    if asked.check:
        made = site.pages()
        for name, now in portuguese.stale(made).items():
            print(f"pt/{name}: its English original has changed; when it has been followed, the first line says {now}")
        print(f"{len(made.pages)} pages can be made")
        return 0
    if asked.out.exists() and any(asked.out.iterdir()) and not (asked.out / "search.js").exists():
        raise BadInput(f"{asked.out}: not a book, and not empty; it would be deleted")
    made = site.build(asked.out)
    size = sum(file.stat().st_size for file in asked.out.rglob("*") if file.is_file())
    print(
        f"{len(made.pages)} pages, {size / 1e6:.1f} MB, {time.perf_counter() - started:.1f} s: {asked.out / 'index.html'}"
    )
    if asked.serve:
        handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=asked.out)
        with http.server.ThreadingHTTPServer(("127.0.0.1", 8000), handler) as server:
            print("http://127.0.0.1:8000 (Ctrl-C ends it)")
            server.serve_forever()
    return 0


if __name__ == "__main__":
    sys.exit(main())
